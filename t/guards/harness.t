# The tests' own tools, tried against mod_alias: a table that cannot fail would
# prove nothing.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Http;
use Semr::Sites;
use Test::More;

my $lib = "$FindBin::Bin/../lib";
delete @ENV{qw(SEMR_WRAP SEMR_PRELOAD)};
$ENV{SEMR_MODULE} = 'none';

# Runs a test file of these lines; returns how many lines are "not ok", and all
# that it says.
sub failures {
    my ($lines) = @_;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT;
        exec $^X, "-I$lib", '-MSemr::Sites', '-MSemr::Httpd', '-MTest::More',
            '-e', $lines;
    }
    local $/;
    my $said = <$out> // '';
    close $out;
    return (scalar(() = $said =~ /^not ok/mg), $said);
}
my $alias = q(site 'a', 'Redirect permanent /old http://x.test/new', );
my $served = q(; served modules => ['alias'];);
for my $row (
        [0, q(['GET /old', 301, 'http://x.test/new'])],
        [0, q(['GET /old', '30[12]', 'http://x.test/new', 'Server ~ Apache',
            '!ETag', 'body ~ moved'])],
        [0, q(['GET /none', 'pass'], ['GET /none', 404],
        ['PUT /none', 'pass'])],
        [0, q(['HEAD /old', 301, 'http://x.test/new', 'body ~ \A\z'])],
        [1, q(['GET /old', 302, 'http://x.test/new'])],
        [1, q(['GET /old', 3, 'http://x.test/new'])],
        [1, q(['GET /old', 301, 'http://x.test/ne'])],
        [1, q(['GET /old', 301])],
        [1, q(['GET /none', 404, '/x'])],
        [1, q(['GET /old', 'pass'])],
        [1, q(['GET /old', 301, 'http://x.test/new', 'ETag'])],
        [1, q(['GET /old', 301, 'http://x.test/new', '!Location'])],
        [1, q(['GET /old', 301, 'http://x.test/new', 'Server: x'])],
        [1, q(['GET /old', 301, 'http://x.test/new', '!body ~ moved'])],
    ) {
    my ($wanted, $rows) = @$row;
    my ($failed, $said) = failures("$alias$rows$served");
    is($failed, $wanted, "$wanted fail: $rows") or diag($said);
}

# A site that httpd refuses fails by itself; the others are asked all the same.
my ($failed, $said) = failures(q(site 'bad', 'NoSuchDirective', ['GET /', 404];)
    . "${alias}['GET /old', 301, 'http://x.test/new']$served");
is($failed, 1, 'a site that is refused fails') or diag($said);
like($said, qr/^ok .*a: GET \/old/m, 'the others are served') or diag($said);

for my $row (
        [0, q(refused { conf => 'AllowEncodedSlashes x' },
            'AllowEncodedSlashes';)],
        [1, q(refused { conf => 'Redirect /a /b', modules => ['alias'] },
            'Redirect';)],
        [1, q(refused { conf => 'AllowEncodedSlashes x' }, 'no such text';)],
        [1, q(refused 'NoSuchDirective', 'NoSuchDirective';)],
        [0, q(accepted { conf => 'Redirect /a /b', modules => ['alias'] };)],
        [1, q(accepted { conf => 'AllowEncodedSlashes x' };)],
        # a crash of a child, and of httpd itself
        [1, q(my $h = Semr::Httpd->started;
            Semr::Httpd::wait_for(sub { $h->children });
            kill 'SEGV', $h->children;
            Semr::Httpd::wait_for(sub { $h->log =~ /exit signal/ }, 5);
            $h->stop;)],
        [1, q(my $h = Semr::Httpd->started; kill 'KILL', -$h->pid; sleep 1;
            $h->stop;)],
        [0, q(my $h = Semr::Httpd->started; $h->ask('GET /'); $h->stop;)],
    ) {
    my ($wanted, $lines) = @$row;
    my ($failed, $said) = failures("$lines done_testing;");
    $lines =~ s/\s+/ /g;
    is($failed, $wanted, "$wanted fail: $lines") or diag($said);
}

# Requests in short, and answers
is(Semr::Http::wire("POST /x\nA: b\n\nbody", 'h.test'),
    "POST /x HTTP/1.1\r\nHost: h.test\r\n"
    . "A: b\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
        'a request in short');
is(Semr::Http::wire("GET /x HTTP/1.0\n!Host", 'h.test'),
    "GET /x HTTP/1.0\r\nConnection: close\r\n\r\n", 'one without Host');
is(Semr::Http::wire('GET /x HTTP/0.9', 'h.test'), "GET /x\r\n",
    'one of HTTP/0.9');
my $answer = Semr::Answer->parse("HTTP/1.1 200 OK\r\nA: 1\r\nb: 2\r\na: 3\r\n"
    . "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n");
is_deeply([$answer->status, $answer->header('A'),
    [$answer->headers('a')], $answer->body],
    [200, '1, 3', [1, 3], 'abcde'], 'an answer');

# Nothing is left behind.
is_deeply([grep { -o } glob '/tmp/semredirect-??????/httpd.pid'],
    [], 'no httpd is left')
    if !$ENV{HARNESS_ACTIVE};
done_testing();
