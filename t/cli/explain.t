# semredirect explain tells what the status page tells of the same rules, and
# refuses what it refuses.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp 'tempdir';
use JSON::PP;
use Semr::Command;
use Semr::Explain;
use Semr::Httpd;
use Test::More;

# -- the same as the page ------------------------------------------------------

my $moves = join "\n",
    'permanent /old /new note="WEB-1" max-age=1h',
    'permanent /new /newer', 'temporary /newer /end', 'temporary /old/* /tree/*',
    'permanent ~^/ol. /regex', 'permanent /o{x} /pattern',
    'permanent /m /post only=POST', 'permanent /m /put only=PUT',
    'permanent /late /x ends=2020-01-01', 'permanent /early /x starts=2037-06-01',
    'permanent /off /x stage=off', 'permanent /self /self', 'none /alone',
    'temporary /pass /x method=pass', 'see-other /see /x', 'gone /gone',
    'permanent /to-gone /gone', 'permanent /l1 /l2', 'permanent /l2 /l1',
    'permanent /ob /x1 stage=observe', 'permanent /trial /x2 stage=trial',
    'permanent /to-ob /ob', 'permanent /dots?d={d} /dots/{d}/x',
    'permanent "~^/sp ace$" /x', 'permanent "/with space" "/zwei%20W%C3%B6rter"',
    'permanent //one.test/h /host', 'permanent /h /nohost',
    'permanent /abs https://one.test/end', 'permanent /out https://else.test/x',
    'permanent //www.one.test/w /www', 'permanent https://one.test/tls /t',
    'permanent /up http:', 'permanent /secure https:/s',
    'permanent /About /about2 case=ignore', 'permanent /lower /low',
    'permanent /slash /s1 slash=exact', 'permanent /slash/ /s2 slash=exact',
    (map { "permanent /ten$_ /ten" . ($_ + 1) } 1 .. 12), '';
my $inherited = "temporary /old /from-main\npermanent /inherited /i\n";
my $httpd = Semr::Httpd->new(
    conf => join("\n", "<Location $Semr::Explain::PAGE>",
        'SetHandler semredirect-status', '</Location>',
        'SemanticRedirectAllowHost one.test else.test',
        'SemanticRedirectMap %root%/main.map'),
    sites => [
        { name => 'one', conf => 'SemanticRedirectMap %root%/moves.map' },
        { name => 'kept', conf => "SemanticRedirectChains keep\n"
            . 'SemanticRedirectMap %root%/moves.map' },
        { name => 'trial', conf => "SemanticRedirectStage trial\n"
            . 'SemanticRedirectMap %root%/moves.map' },
        { name => 'defaults', conf => 'SemanticRedirectMap %root%/moves.map '
            . 'query=drop code=302' } ]);
my $root = $httpd->root;
$httpd->write('main.map', $inherited);
$httpd->write('moves.map', $moves);
$httpd->start or BAIL_OUT('httpd does not start');
# --options are the inherited map's, too, so one site is asked for what it has no rule for
my @inherit = ('--inherit', "$root/main.map");
my %how = (one => \@inherit, kept => [@inherit, '--chains', 'keep'],
    trial => [@inherit, '--stage', 'trial'], defaults => ['--options', 'query=drop code=302']);

# Sites of a test have a port of their own, which Locations may show.
sub same {
    my ($site, $request, @headers) = @_;
    my ($method, $url) = split / /, $request, 2;
    my $page = told($httpd, $site, $request, @headers);
    my @given;
    while (my ($name, $value) = splice @headers, 0, 2) {
        push @given, '--header', "$name: $value";
    }
    my $said = semredirect('explain', '--json', '--http', '--host', "$site.test",
        @{ $how{$site} }, @given, $method, $url,
        "$root/moves.map");
    is($said->{status}, 0, "$site: $request: exit status")
        or diag($said->{err});
    my $told = (eval { decode_json($said->{out}) } || {})->{explain};
    # a rule's id holds its place, which differs
    delete $_->{id} for map { (@{ $_->{rules} }, $_->{winner} || ()) } $page,
        $told;
    is_deeply($told, $page, "$site: $request: as the page has it");
    return $told;
}

my @requests = map { "GET $_" } qw(/old /old?a=1&b /old/x /olx /m /late /early
    /off /self /alone /gone /to-gone /l1 /ob /trial /to-ob /dots?d=x /dots?d=..
    /with%20space /h /abs /out /up /secure /about /LOWER /slash /slash/ /ten1
    /none /inherited /w /tls
    //one.test/old?q //one.test/h http://one.test/old);
push @requests, 'GET /x#f', 'POST /old', 'POST /m', 'PUT /m', 'POST /pass', 'POST /see',
    'OPTIONS /see', 'OPTIONS /old', 'HEAD /old', 'PROPFIND /old', 'get /old',
    'TRACE /old', 'GET /.well-known/acme-challenge/x', 'GET /old?b="<&>';
same('one', $_) for @requests;
same('kept', $_) for 'GET /old', 'POST /ten1', 'GET /l1';
same('trial', $_) for 'GET /old', 'POST /ten1', 'GET /out', 'GET /early';
same('defaults', $_) for 'GET /new?a=1', 'POST /trial', 'GET /gone';
same('one', 'OPTIONS /old', Origin => 'https://a.example',
    'Access-Control-Request-Method' => 'PUT');
my $told = same('one', 'POST /old?a=1', Accept => 'text/html',
    'X-One' => 1);
is($told->{location}, '/newer?a=1', 'an answer at the end of a chain');
is($told->{sentence}, "POST http://one.test/old?a=1 gets 308 to /newer?a=1, by "
    . "$root/moves.map:1.", 'in one sentence');
$httpd->stop;

# -- as text -------------------------------------------------------------------

my $folder = tempdir(CLEANUP => 1);
open my $file, '>', "$folder/moves.map" or die;
print $file $moves;
close $file or die;
sub text { semredirect({ in => $folder }, 'explain', @_) }
my $text = text('POST', '/old?a=1', 'moves.map')->{out};
is((split /\n/, $text)[0],
    'POST /old?a=1 gets 308 to /newer?a=1, by moves.map:1.', 'text: the answer');
my @facts = ('Rule' => 'permanent /old /new max-age=1h',
    'Stands at' => 'moves.map:1', Note => 'WEB-1', Stage => 'live',
    Location => '/newer?a=1', 'Cache-Control' => 'max-age=3600');
my ($winner) = $text =~ /^The rule that wins\n((?:  .*\n)+)/m;
is_deeply([map { /^  (\S.*?)  +(.*)$/ } split /\n/, $winner // ''], \@facts,
    'text: its rule');
my ($hops) = $text =~ /^Each hop\n((?:  .*\n)+)/m;
is_deeply([grep { /^  \d/ } split /\n/, $hops // ''],
    ['  1. POST /old?a=1: permanent, 308 -> /new?a=1  (moves.map:1)',
        '  2. POST /new?a=1: permanent, 308 -> /newer?a=1  (moves.map:2)'],
    'text: each hop');
like($text, qr/^  It ends there: .* \(moves\.map:3\)\. The client is sent/m,
    'text: where they end');
like($text, qr{^> POST +308 +/newer\?a=1 .* a rule answers it$}m,
    'text: the method that was asked');
like($text, qr{^  GET +301 +/newer\?a=1 }m, 'text: another');
like($text, qr{^  permanent ~\^/ol\. /regex comes later: .*\n    moves\.map:5$}m,
    'text: a rule that does not win');
like(text('GET', '/sp%20ace', 'moves.map')->{out},
    qr{^  Rule +permanent "~\^/sp ace\$" /x$}m, 'text: words are quoted');
my $none = text('GET', '/none', 'moves.map');
is($none->{status}, 0, 'no rule is no failure');
like($none->{out}, qr/\AGET \/none is not redirected: no rule answers it\.\n/,
    'and is told');
unlike($none->{out}, qr/The rule that/, 'without a winner');
like($none->{out}, qr/No host is known/, 'without a host, that is told');
unlike(text('--host', 'x.test', 'GET', '/none', 'moves.map')->{out},
    qr/No host is known/, 'with one, not');
like(text('--host', 'one.test', 'GET', '//two.test/old', 'moves.map')->{out},
    qr/No --host is called two\.test\. This tells what one\.test would/,
    'a host that is not ours');
like(text('GET', '//one.test/h', 'moves.map')->{out}, qr{ gets 301 to /host,},
    'a host that the URL names');
like(text('GET', '/h', 'moves.map')->{out}, qr{ gets 301 to /nohost,},
    'and none');

# A date that clients wait for is not carried from one method to the next.
my $rules = "permanent /x /y max-age=1d\n"
    . "temporary /x /z starts=2027-01-01T01:00:00Z only=GET,HEAD,POST\n";
my $said = semredirect({ stdin => $rules }, 'explain', '--json', '--now',
    '2027-01-01', 'GET', '/x', '-');
my %cached = map { $_->{method} => $_->{cache_control} }
    @{ decode_json($said->{out})->{explain}{methods} };
is_deeply([@cached{qw(GET POST PUT)}],
    ['max-age=3600', 'max-age=3600', 'max-age=86400'],
    'each method has its own max-age') or diag($said->{out});

# -- what is refused -----------------------------------------------------------

for (['GET', 'old', qr/neither a path nor a URL of http/],
    ['GET', '', qr/url: it is empty/],
    ['GET', 'ftp://a/b', qr/neither a path nor a URL/],
    ['GE T', '/old', qr/method: "GE T" is no method/],
    ['GET', 'https://u@h/', qr/holds a user's name/]) {
    my ($method, $url, $why) = @$_;
    my $said = text($method, $url, 'moves.map');
    is($said->{status}, 2, "\"$method\" \"$url\" is refused");
    like($said->{err}, $why, 'and why');
    is($said->{out}, '', 'and nothing is told');
}
$said = text('--header', 'no colon', 'GET', '/old', 'moves.map');
is($said->{status}, 2, 'a header that is none');
$said = semredirect({ stdin => "permanent /a /b\nnonsense /c\n" }, 'explain',
    'GET', '/a', '-');
is($said->{status}, 1, 'a row that is wrong: exit status');
like($said->{err}, qr/^stdin:2: "nonsense" is no intent/m, 'which is told');
like($said->{out}, qr{\AGET /a gets 301 to /b, by stdin:1\.$}m, 'and the rest');
done_testing();
