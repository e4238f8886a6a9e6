# The decision table: intent x method -> status (DESIGN 3).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

# What a method is, and what httpd answers where nothing is redirected.
my $form = "Content-Type: text/plain\n\nbody";
my %method = (
    GET       => ['GET /old',         404],
    HEAD      => ['HEAD /old',        404],
    POST      => ["POST /old\n$form", 404],
    PUT       => ["PUT /old\n$form",  405],
    PATCH     => ["PATCH /old\n$form", 405],
    DELETE    => ['DELETE /old',      405],
    QUERY     => ["QUERY /old\n$form", 501],
    PROPFIND  => ["PROPFIND /old\nDepth: 0", 405],
    FOO       => ['FOO /old',         501],
    get       => ['get /old',         501],
    OPTIONS   => ['OPTIONS /old',     200],
    origin    => ["OPTIONS /old\nOrigin: https://app.example", 200],
    preflight => ["OPTIONS /old\nOrigin: https://app.example\n"
        . 'Access-Control-Request-Method: PUT', 200],
    TRACE     => ['TRACE /old',       200],
);
my @others = qw(POST PUT PATCH DELETE QUERY PROPFIND FOO get);

# The rule; GET and HEAD; the others; OPTIONS.  "-": the application answers.
my @table = (
    ['permanent /old /new',             301, 308, 308],
    ['temporary /old /new',             302, 307, 307],
    ['temp /old /new',                  302, 307, 307],
    ['see-other /old /new',             303, 303, '-'],
    ['seeother /old /new',              303, 303, '-'],
    ['gone /old',                       410, 410, 410],
    ['none /old',                       '-', '-', '-'],
    ['permanent /old /new method=keep', 301, 308, 308],
    ['permanent /old /new method=get',  301, 303, 308],
    ['temporary /old /new method=get',  302, 303, 307],
    ['see-other /old /new method=get',  303, 303, '-'],
    ['permanent /old /new method=pass', 301, '-', '-'],
    ['temporary /old /new method=pass', 302, '-', '-'],
    ['see-other /old /new method=pass', 303, '-', '-'],
    ['permanent /old /new code=301',    301, 301, 301],
    ['permanent /old /new code=308',    308, 308, 308],
    ['temporary /old /new code=302',    302, 302, 302],
    ['temporary /old /new code=307',    307, 307, 307],
    ['gone /old code=404',              404, 404, 404],
    ['gone /old code=451',              451, 451, 451],
);

my $count = 0;
for my $row (@table) {
    my ($rule, $get, $other, $options) = @$row;
    my %code = (GET => $get, HEAD => $get, OPTIONS => $options,
        origin => $options, preflight => '-', TRACE => '-',
        map { $_ => $other } @others);
    site 'table' . $count++, "SemanticRedirect $rule", map {
        my ($request, $plain) = @{ $method{$_} };
        my $declined = $code{$_} eq '-';
        my $code = $declined ? $plain : $code{$_};
        [$request, $code, $code =~ /^3/ ? '/new' : undef,
            # a status of httpd's own comes without our headers
            $declined ? '!Cache-Control' : 'Cache-Control'];
    } sort keys %method;
}

# Both headers make a preflight, and OPTIONS does.
site 'preflight', 'SemanticRedirect permanent /old /new',
    ["OPTIONS /old\nAccess-Control-Request-Method: PUT", 308, '/new'],
    ["GET /old\nOrigin: https://app.example\n"
        . 'Access-Control-Request-Method: PUT', 301, '/new'];
site 'pinned-preflight', 'SemanticRedirect permanent /old /new code=308',
    [$method{preflight}[0], 200];

site 'pinned-303', 'SemanticRedirect temporary /old /new code=303',
    ['GET /old', 303, '/new'], ["POST /old\n$form", 303, '/new'];

# Never touched, whatever the rule.
for my $rule ('permanent /* https://new.test/*', 'gone /*',
        'permanent ~^ https://new.test/', 'permanent ~. /x') {
    site 'never' . $count++, "SemanticRedirect $rule",
        ['OPTIONS *', 200], ['TRACE /', 200], ['TRACE /x/y', 200],
        ['CONNECT host.test:443', '40[05]'];
}

# What comes with a code: a link for people, no body for HEAD, no validators.
site 'body', 'SemanticRedirect permanent /old /new?a=1&b=<2>',
    ['GET /old', 301, '/new?a=1&b=%3C2%3E', '!ETag', '!Last-Modified',
        'body ~ href="/new\?a=1&amp;b=%3C2%3E"'],
    ['HEAD /old', 301, '/new?a=1&b=%3C2%3E', 'body ~ \A\z'],
    ["POST /old\n$form", 308, '/new?a=1&b=%3C2%3E', 'body ~ href="/new'];

served(everywhere => 1);
