# What is never redirected (DESIGN 3).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Page;
use Semr::Sites;

my $ALL = 'SemanticRedirect permanent /* https://new.test/*';
my @away = ['GET /x', 301, 'https://new.test/x'];

# Subrequests: SSI includes, a lookup by mod_dir
my $ssi = "<Directory \"%dir%\">\nOptions +Includes\n</Directory>\n"
    . "AddOutputFilter INCLUDES .html";
my %parts = ('page.html' => 'a-<!--#include virtual="/part.txt" -->-z',
    'part.txt' => 'part');
site 'include', { files => \%parts, conf => "$ssi\n"
        . 'SemanticRedirect permanent /part.txt /new' },
    ['GET /page.html', 200, undef, 'body: a-part-z'],
    ['GET /part.txt', 301, '/new'];
site 'include-htaccess', { conf => $ssi, files => { %parts, '.htaccess' =>
        'SemanticRedirect permanent /part.txt /new' } },
    ['GET /page.html', 200, undef, 'body: a-part-z'],
    ['GET /part.txt', 301, '/new'];
site 'include-gone', { files => \%parts,
    conf => "$ssi\nSemanticRedirect gone /part.txt" },
    ['GET /page.html', 200, undef, 'body: a-part-z'], ['GET /part.txt', 410];

# The document of an error, for our own 410 and for others' errors
site 'error-gone', { files => { 'bye.html' => 'bye' },
    conf => "ErrorDocument 410 /bye.html\n"
        . "SemanticRedirect gone /old\n$ALL" },
    ['GET /old', 410, undef, 'body: bye', 'Cache-Control: max-age=3600'], @away;
site 'error-403', { files => { 'no.html' => 'no' },
    conf => "ErrorDocument 403 /no.html\n"
        . "<Location /secret>\nRequire all denied\n</Location>\n"
        . "SemanticRedirect none /secret\n$ALL" },
    ['GET /secret', 403, undef, 'body: no'],
    ['GET /no.html', 301, 'https://new.test/no.html'];
site 'error-404', { conf => 'ErrorDocument 404 /no.html',
    files => { 'no.html' => 'no',
        '.htaccess' => 'SemanticRedirect permanent /no.html /new' } },
    ['GET /x', 404, undef, 'body: no'], ['GET /no.html', 301, '/new'];
site 'error-redirect', { files => { 'moved.html' => 'moved' }, conf =>
        "ErrorDocument 301 /moved.html\n$ALL" },
    ['GET /x', 301, 'https://new.test/x', 'body: moved',
        'Cache-Control: max-age=86400'];

# A forward proxy's requests
site 'forward', { main => 'ProxyRequests On',
    conf => "SemanticRedirect permanent /* /new" },
    ['GET http://127.0.0.1:1/old', 503], ['GET /old', 301, '/new'];

# ACME challenges, unless FROM begins with their path
my %token = ('.well-known/acme-challenge/tok' => 'token');
my $tok = 'GET /.well-known/acme-challenge/tok';
my $n = 0;
for my $rule ($ALL, 'SemanticRedirect gone /*',
    'SemanticRedirect permanent /* https:',
        'SemanticRedirect permanent ~^/(.*)$ https://new.test/$1',
        'SemanticRedirect permanent /{a}/{b}/{c} /x',
        'SemanticRedirect permanent /.well-known/* /x/*',
        "SemanticRedirect permanent ~tok /x",
        '<Location />' . "\n$ALL\n</Location>") {
    site 'acme' . $n++, { conf => $rule, files => \%token },
        [$tok, 200, undef, 'body: token'],
        ['GET /.well-known/acme-challenge/none', 404],
        ['GET /x/../.well-known//acme-challenge/tok', 200, undef,
            'body: token'];
}
site 'acme-neighbour', $ALL,
    ['GET /.well-known/security.txt', 301,
        'https://new.test/.well-known/security.txt'],
    ['GET /.well-known/acme-challengex/t', 301,
        'https://new.test/.well-known/acme-challengex/t'];
site 'acme-asked-for', { files => \%token,
    conf => 'SemanticRedirect temporary /.well-known/acme-challenge/* '
        . "http://acme.test/*\n$ALL" },
    [$tok, 302, 'http://acme.test/tok'];
site 'acme-asked-for-one', { files => \%token,
    conf => "SemanticRedirect temporary "
        . "/.well-known/acme-challenge/tok http://acme.test/tok\n$ALL" },
    [$tok, 302, 'http://acme.test/tok'],
    ['GET /.well-known/acme-challenge/x', 404];

# The module's own status page
site 'status', $PAGE . $ALL,
    ['GET /redirects', 200], ['HEAD /redirects', 200], @away;

served(modules => [qw(include dir proxy proxy_http)]);
