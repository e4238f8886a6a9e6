# Rules apply to the URL that the client asked for, never to one that httpd
# goes on to by itself (DESIGN 2, 3).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my %pages = ('index.html' => 'home', 'front.html' => 'front',
    'd/index.html' => 'd');
my $P = 'SemanticRedirect permanent';

# DirectoryIndex
site 'index', { conf => "DirectoryIndex index.html\n$P /index.html /\n"
    . "$P /d/index.html /d/",
        files => \%pages },
    ['GET /', 200, undef, 'body: home'], ['GET /index.html', 301, '/'],
    ['GET /d/', 200, undef, 'body: d'], ['GET /d/index.html', 301, '/d/'];
site 'index-htaccess', { conf => 'DirectoryIndex index.html', files => { %pages,
        '.htaccess' => "$P /index.html /",
            'd/.htaccess' => "$P /d/index.html /d/" } },
    ['GET /', 200, undef, 'body: home'], ['GET /index.html', 301, '/'],
    ['GET /d/', 200, undef, 'body: d'], ['GET /d/index.html', 301, '/d/'];

# FallbackResource
site 'fallback', { conf => "FallbackResource /front.html\n"
    . "$P /front.html /front\n$P /old /new",
        files => \%pages },
    ['GET /any/thing', 200, undef, 'body: front'],
    ['GET /front.html', 301, '/front'],
    ['GET /old', 301, '/new'];
site 'fallback-htaccess',
    { conf => "<Directory \"%dir%\">\nAllowOverride FileInfo "
        . "Indexes\n</Directory>", files => { %pages, '.htaccess' =>
        "FallbackResource /front.html\n$P /front.html /front\n$P /old /new" } },
    ['GET /any/thing', 200, undef, 'body: front'],
    ['GET /front.html', 301, '/front'],
    ['GET /old', 301, '/new'];

# mod_rewrite in .htaccess, the front controller of many applications: it goes
# on by an internal redirect, to which a rule for /front.html must not apply,
# but a rule for the URL that was asked for must.
my $front = "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\n"
    . "RewriteRule ^ front.html [L]";
site 'rewrite', { conf => '', files => { %pages, '.htaccess' =>
        "$front\n$P /front.html /front\n$P /old /new" } },
    ['GET /any', 200, undef, 'body: front'], ['GET /front.html', 301, '/front'],
    ['GET /old', 301, '/new'];
site 'rewrite-server-rules', { conf => "$P /front.html /front\n$P /old /new",
        files => { %pages, '.htaccess' => $front } },
    ['GET /any', 200, undef, 'body: front'], ['GET /front.html', 301, '/front'],
    ['GET /old', 301, '/new'];
site 'rewrite-location',
    { conf => "<Location />\n$P /front.html /front\n$P /old /new\n"
        . '</Location>', files => { %pages, '.htaccess' => $front } },
    ['GET /any', 200, undef, 'body: front'], ['GET /old', 301, '/new'];

# mod_rewrite at server level rewrites in place; with [PT] the URL changes too.
site 'rewrite-server',
    { conf => "RewriteEngine On\nRewriteRule ^/any\$ /front.html\n"
        . "RewriteRule ^/through\$ /front.html [PT]\n"
        . "RewriteRule ^/x\$ /y [PT]\n"
        . "<Location />\n$P /front.html /front\n$P /x /moved\n</Location>",
        files => { %pages } },
    ['GET /any', 200, undef, 'body: front'],
    ['GET /through', 200, undef, 'body: front'],
    ['GET /front.html', 301, '/front'], ['GET /x', 301, '/moved'];

served(modules => [qw(dir rewrite)], conf => 'SemanticRedirectChains keep');
