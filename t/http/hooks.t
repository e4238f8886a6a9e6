# A rule comes before what other modules make of the URL (DESIGN 2;
# docs/httpd-facts.md 1), and nothing else changes for URLs without a rule.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = "SemanticRedirect permanent /old /new\n"
    . "SemanticRedirect permanent /t/* /u/*";
my @redirected = (['GET /old', 301, '/new'], ["POST /old\n\nx", 308, '/new'],
    ['GET /t/a%20b?c', 301, '/u/a%20b?c']);
my $dead = 'http://127.0.0.1:1';        # nobody listens: 503

site 'proxy-pass', "ProxyPass / $dead/\n$P", @redirected, ['GET /x', 503];
site 'proxy-pass-one', "ProxyPass /old $dead/old\n$P", @redirected;
site 'proxy-encoded', "ProxyPass / $dead/ mapping=encoded\n$P",
    @redirected, ['GET /x', 503];
site 'proxy-location', "<Location />\nProxyPass $dead/\n</Location>\n$P",
    @redirected, ['GET /x', 503];
site 'proxy-match', "ProxyPassMatch ^/(.*)\$ $dead/\$1\n$P", @redirected,
    ['GET /x', 503];
site 'rewrite-proxy',
    "RewriteEngine On\nRewriteRule ^/(.*)\$ $dead/\$1 [P]\n$P",
    @redirected, ['GET /x', 503];
site 'rewrite-redirect',
    "RewriteEngine On\nRewriteRule ^/(.*)\$ /rewritten [R,L]\n$P",
    @redirected, ['GET /x', 302, 'http://%host%/rewritten'];
site 'rewrite-through',
    "RewriteEngine On\nRewriteRule ^/(old|t/.*)\$ /other [PT]\n$P",
    @redirected;
site 'rewrite-forbid', "RewriteEngine On\nRewriteRule ^ - [F]\n$P",
    @redirected, ['GET /x', 403];
site 'alias', { conf => "Alias /old %dir%/file.html\nAlias /t %dir%\n"
        . "Alias /x %dir%/file.html\n$P", files => { 'file.html' => 'file' } },
    @redirected, ['GET /x', 200, undef, 'body: file'];
site 'mod-alias', "Redirect /old /alias\nRedirect / http://alias.test/\n$P",
    @redirected, ['GET /x', 302, 'http://alias.test/x'];
site 'file', { conf => $P, files => { 'old' => 'old', 't/a b' => 'x',
    'x.html' => 'x' } },
    @redirected, ['GET /x.html', 200, undef, 'body: x'];
site 'folder', { conf => "DirectoryIndex index.html\n$P\n"
        . 'SemanticRedirect permanent /d /e', files => { 'd/index.html' => 'd',
        'old/index.html' => 'o', 'f/index.html' => 'f' } },
    @redirected, ['GET /d', 301, '/e'], ['GET /d/', 301, '/e'],
    ['GET /f', 301, 'http://%host%/f/'], ['GET /f/', 200, undef, 'body: f'];
site 'denied', "<Location />\nRequire all denied\n</Location>\n$P",
    @redirected, ['GET /x', 403];
site 'none-goes-on', "ProxyPass / $dead/\n"
    . "SemanticRedirect permanent /* https://new.test/*\n"
    . 'SemanticRedirect none /keep', ['GET /keep', 503],
    ['GET /x', 301, 'https://new.test/x'];

# Rules of .htaccess and sections come after the URL was mapped: what a proxy
# takes has no folder, a Location it has.
site 'proxy-htaccess', { conf => "ProxyPass / $dead/\n<Location /old>\n"
        . "SemanticRedirect permanent /old /new\n</Location>",
    files => { '.htaccess' => 'SemanticRedirect permanent /x /y' } },
    ['GET /x', 503], ['GET /old', 301, '/new'];

served(modules => [qw(proxy proxy_http alias rewrite dir)],
    conf => 'SemanticRedirectChains keep');
