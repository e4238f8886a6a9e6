# Locations with a host (DESIGN 1.3, 1.5): SemanticRedirectAbsolute, clients
# of HTTP/1.0 and 0.9, and https by SetEnvIf behind a proxy.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';
my $on = 'SemanticRedirectAbsolute On';
my $env = 'SetEnvIf X-Forwarded-Proto https HTTPS=on';
my $https = 'X-Forwarded-Proto: https';

site 'off', "$P /old /new", ['GET /old', 301, '/new'];
site 'off-said', "SemanticRedirectAbsolute Off\n$P /old /new",
    ['GET /old', 301, '/new'];
site 'on', "$on\n$P /old /new\n$P /a/* /b/*\n$P /h https://other.test/x",
    ['GET /old', 301, 'http://%host%/new'], ['GET /a/é?x#', 400],
    ['GET /a/c?x', 301, 'http://%host%/b/c?x'],
    ['GET /h', 301, 'https://other.test/x'];
site 'on-port', "ServerName %host%:8080\nServerAlias www.%host%\n$on\n"
    . "$P /old /new",
    ['GET /old?x=1', 301, 'http://%host%:8080/new?x=1'],
    ["GET /old\nHost: www.%host%", 301, 'http://%host%:8080/new'];
site 'on-https-name', "ServerName https://%host%\n$on\n$P /old /new",
    ['GET /old', 301, 'https://%host%/new'];
site 'on-foreign', { main => '# a server of its own',
    conf => "$on\n$P /old /new" },
    ["GET /old\nHost: evil.example", 301, 'http://%host%/new'];
site 'inherited', { main => $on, conf => "$P /old /new" },
    ['GET /old', 301, 'http://%host%/new'];
site 'overridden', { main => $on,
    conf => "SemanticRedirectAbsolute Off\n$P /old /new" },
    ['GET /old', 301, '/new'];
site 'on-section', { conf => "$on\n<Location /l>\n$P /l /new\n</Location>",
        files => { '.htaccess' => "$P /h /new" } },
    ['GET /l', 301, 'http://%host%/new'], ['GET /h', 301, 'http://%host%/new'];

# HTTP/1.0 knows no relative Location; HTTP/0.9 has none, but a page.
site 'http10', "ServerName %host%:8080\n$P /old /new#part\n"
    . "$P /h https://other.test/n\n"
    . 'SemanticRedirect gone /gone',
    ['GET /old?x=1 HTTP/1.0', 301, 'http://%host%:8080/new?x=1#part'],
    ["POST /old HTTP/1.0\n\nx", 308, 'http://%host%:8080/new#part'],
    ['GET /h HTTP/1.0', 301, 'https://other.test/n'],
    ['GET /gone HTTP/1.0', 410];
site 'http10-no-host', { main => '# a server of its own, too',
        conf => "ServerName %host%:8080\n$P /old /new\n"
            . "$P /f https://other.test/n" },
    ["GET /old HTTP/1.0\n!Host", 301, 'http://%host%:8080/new'],
    ["GET /old HTTP/1.0\nHost: evil.example", 301, 'http://%host%:8080/new'],
    ['GET /f HTTP/0.9', 'none', undef, 'body ~ href="https://other.test/n"'],
    ['GET /old HTTP/0.9', 'none', undef,
        'body ~ href="(http://%host%:8080)?/new"'];
site 'own-htaccess-http10', { conf => '',
    files => { '.htaccess' => "$P /old /new" } },
    ['GET /old HTTP/1.0', 301, 'http://%host%/new'];

# The request's scheme, told by the environment
site 'env', "$env\n$P /* https:", ["GET /x?y\n$https", 'pass'],
    ['GET /x?y', 301, 'https://%host%/x?y'],
    ["GET /x\nX-Forwarded-Proto: http", 301, 'https://%host%/x'];
site 'env-off', "SetEnvIf X-Forwarded-Proto https HTTPS=off\n$P /* https:",
    ["GET /x\n$https", 301, 'https://%host%/x'];
site 'env-http', "$env\n$P /* http:",
    ["GET /x\n$https", 301, 'http://%host%/x'],
    ['GET /x', 'pass'];
site 'name-https', "ServerName https://%host%\n$P /* https://%host%/*",
    ['GET /x', 'pass'];
site 'htaccess-env', { conf => $env,
    files => { '.htaccess' => "$P /* https:" } },
    ['GET /x', 301, 'https://%host%/x'], ["GET /x\n$https", 'pass'];

served(everywhere => 1);
