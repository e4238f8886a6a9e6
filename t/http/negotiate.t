# Which format the status page answers in: by format=, by Accept.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Semr::Httpd;
use Semr::Page;
use Semr::Sites;
use Semr::Source;
use Test::More;

my $S = 'SemanticRedirect';
my $httpd = Semr::Httpd->started(sites => [ { name => 'one',
    conf => "$S permanent /old /new\n$PAGE" } ]);

my %type = (
    html        => 'text/html; charset=utf-8',
    json        => 'application/json',
    openmetrics =>
        'application/openmetrics-text; version=1.0.0; charset=utf-8',
    prometheus  => 'text/plain; version=0.0.4; charset=utf-8',
    auto        => 'text/plain; charset=utf-8',
);
my %looks = (
    html        => qr/\A<!DOCTYPE html>/,
    json        => qr/\A\{"module":/,
    openmetrics => qr/\A# TYPE semredirect info\n.*\n# EOF\n\z/s,
    prometheus  => qr/\A# TYPE semredirect_info gauge\n(?!.*# EOF)/s,
    auto        => qr/\ASemanticRedirectVersion: /,
);
my ($told) = text('docs/status.md') =~ /^## Formats\n(.*?)^Without/ms;
is_deeply({ ($told // '') =~ /^\| `(\w+)` \| `([^`]+)` \|/mg }, \%type,
    'docs/status.md has each format, and its type');

my @sealed = ('Cache-Control: no-store', 'X-Content-Type-Options: nosniff',
    "Content-Security-Policy ~ default-src 'none'", '!ETag');
sub gets {
    my ($query, $accept, $format, @checks) = @_;
    my @accept = map { "Accept: $_" } ref $accept ? @$accept : $accept // ();
    for my $method (qw(GET HEAD)) {
        my $answer = asked($httpd, 'one',
            join("\n", "$method /redirects$query", @accept), 200, undef,
            "Content-Type: $type{$format}", @sealed, @checks);
        $method eq 'GET'
            ? like($answer->body, $looks{$format}, "it looks like $format")
            : is($answer->body, '', 'HEAD: no body');
    }
}

# By name: Accept has no say in it, and caches need not know.
gets("?format=$_", 'image/png', $_, '!Vary') for sort keys %type;
gets('?auto', 'text/html', 'auto', '!Vary');
gets('?auto=', undef, 'auto', '!Vary');
gets('?auto&format=json', undef, 'json', '!Vary');

# By Accept
my $om = 'application/openmetrics-text';
gets('', @$_, 'Vary: Accept') for
    [undef, 'html'],
    ['', 'html'],
    ['*/*', 'html'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,'
        . 'image/webp,*/*;q=0.8', 'html'],
    ['application/json', 'json'],
    ['application/json, text/plain, */*', 'json'],
    ['text/html;q=0.1, application/json;q=0.2', 'json'],
    [['text/html;q=0.1', 'application/json;q=0.2'], 'json'],
    [$om, 'openmetrics'],
    ["$om;version=1.0.0,$om;version=0.0.1;q=0.75,text/plain;version=0.0.4;"
        . 'q=0.5,*/*;q=0.1', 'openmetrics'],
    ["$om;version=1.0.0;escaping=allow-utf-8;q=0.6,$om;version=0.0.1;q=0.5,"
        . 'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,'
        . 'text/plain;version=0.0.4;q=0.3,*/*;q=0.2', 'openmetrics'],
    ["$om;version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        'prometheus'],
    ['text/plain', 'prometheus'];

# What cannot be had
my @plain = ('Content-Type ~ ^text/plain', 'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff');
my @lists = map { "body ~ \Q$type{$_}\E.*format=$_" } sort keys %type;
asked($httpd, 'one', "GET /redirects\nAccept: $_", 406, undef, 'Vary: Accept',
    @plain, @lists)
    for 'image/png', '*/*;q=0', "$om;version=2.0.0", 'application/xml, text/css';
asked($httpd, 'one', "HEAD /redirects\nAccept: image/png", 406, undef,
    'body ~ \A\z');
asked($httpd, 'one', "GET /redirects?format=$_->[0]", 400, undef, @plain,
    '!Vary', "body ~ ^format=$_->[1]: .* html, json, openmetrics, prometheus "
    . 'or auto') for ['xml', 'xml'], ['HTML', 'HTML'],
    ['%3Cscript%3E%0d%0aX:y', '<script>\\\\r\\\\nX:y'],
    ['%ff%1b[1m', '\\\\xff\\\\(?:x1b|e)\\[1m'];
asked($httpd, 'one', "POST /redirects?format=openmetrics\n\nx", 405);

# What every server gets is one answer, whoever asks for it.
my $body = $httpd->ask('GET /redirects?format=json', 'one.test')->body;
is(eval { decode_json($body)->{server} }, 'one.test:' . $httpd->port,
    'JSON tells of the server that was asked');
$httpd->stop;
done_testing();
