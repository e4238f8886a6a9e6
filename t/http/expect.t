# Expectations of maps: apachectl -t fails with them, a start tells them and
# serves, a new version that fails its own is refused.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Semr::Sites;
use Test::More;

my $M = 'SemanticRedirectMap';
my $S = 'SemanticRedirect';

# What httpd -t says of one virtual host with a map
sub judged {
    my ($map, $conf, %more) = @_;
    my $httpd = Semr::Httpd->new(conf => $more{main} // '',
        modules => ['setenvif'],
        sites => [ { name => 'one', conf => $conf // "$M moves.map" },
            @{ $more{sites} || [] } ]);
    $httpd->write('moves.map', $map);
    my ($status, $said) = $httpd->verdict;
    return ($status, $said, $httpd);
}
sub holds {
    my ($map, $conf, $name, %more) = @_;
    my ($status, $said) = judged($map, $conf, %more);
    is($status, 0, "-t: $name") or diag($said);
    return $said;
}
sub fails {
    my ($map, $conf, $like, $name, %more) = @_;
    my ($status, $said) = judged($map, $conf, %more);
    isnt($status, 0, "-t fails: $name") or diag($said);
    like($said, $like, "-t tells: $name");
    return $said;
}

# -- apachectl -t ------------------------------------------------------------

my $rules = "permanent /old /new\npermanent /tree/* /news/*\n"
    . "none /tree/feed\ngone /gone\n";
my $said = holds($rules . <<'EOT', undef, 'what the map says holds');
expect GET  /old        301 /new
expect HEAD http://one.test/old/ 301 http://ONE.test:80/new
expect POST /old        308 /new
Expect GET  /old?a=b    permanent /new?a=b
expect GET  /tree/x     permanent /%6Eews/x
expect GET  /tree/feed  pass
expect GET  /gone       410
expect GET  /gone       gone
expect GET  /elsewhere  pass
expect GET  /old        301 at=2031-01-01
EOT
unlike($said, qr/expect/, '-t says nothing of it');

$said = fails($rules . <<'EOT', undef,
expect GET /old 301 /new
expect POST /old 308 /newer

expect GET /tree/x pass
expect GET /nowhere 301
EOT
    qr{^/\S+/moves\.map:6: POST /old: expected 308 to /newer, got 308 to /new by /\S+/moves\.map:1$}m,
    'what differs, by file and line');
like($said, qr{moves\.map:8: GET /tree/x: expected pass, got 301 to /news/x by },
    'an answer where there shall be none');
like($said, qr{moves\.map:9: GET /nowhere: expected 301, got pass: no rule matches$}m,
    'no answer');
unlike($said, qr{moves\.map:5: }, 'and nothing of what holds');
unlike($said, qr{Syntax OK}, 'it is not OK');
fails("permanent /a /b\nexpect GET /a 200\n", undef,
    qr{moves\.map:2: "200" is no code that a rule sends}, 'a broken line');
$said = fails("permanent /a /b\n" . "expect GET /a 302\n" x 60, undef,
    qr{moves\.map: and 10 more expectations fail}, 'how many more');
is(scalar(() = $said =~ /moves\.map:\d+: /g), 50, '-t tells the first 50');

# the virtual host around the map
holds("permanent /a /b\nexpect GET /a 301 /c\nexpect GET /d 302 /e\n"
    . "expect GET /in 301 /herited\n",
    "$S permanent /b /c\n$S temporary /d /e\n$M moves.map",
    'directives, chains, what it inherits',
    main => "$S permanent /in /herited");
holds("permanent /a /b\nexpect GET /a 301 /b\n",
    "SemanticRedirectChains keep\n$S permanent /b /c\n$M moves.map",
    'chains as configured');
holds("permanent /a http://alias.test/b\npermanent /b /c\n"
    . "expect GET http://one.test/a 301 http://alias.test/c\n",
    "ServerAlias alias.test\n$M moves.map", 'ServerAlias is a name');
holds("permanent https://one.test/s /t\npermanent http://one.test/a https:\n"
    . "expect GET https://one.test/s 301 /t\nexpect GET http://one.test/s pass\n"
    . "expect GET http://one.test/a 301 https://one.test/a\n", undef,
    'https as the URL says');
holds("permanent /a /b\npermanent /x/a /x/b\nexpect GET /a 301\n"
    . "expect GET /x/a pass\n",
    "$M moves.map\n<Location /x>\nSemanticRedirectStage off\n</Location>",
    'the stage of a section');

# stages: a list goes through them untouched
my $list = "permanent /a /b\nexpect GET /a 301 /b\n"
    . "expect GET /a permanent /b\nexpect GET /x pass\n";
holds($list, "$M moves.map stage=$_", "stage=$_ of the map")
    for qw(off observe trial live);
holds($list, "SemanticRedirectStage $_\n$M moves.map", "a virtual host at $_")
    for qw(off observe trial live);
holds("permanent /a /b stage=trial\nexpect GET /a 302 /b\n"
    . "expect GET /a 301 /b\n", undef, 'as sent now, and as it will be');
fails("permanent /a /b stage=off\nexpect GET /a 301 /b\n", undef,
    qr{got pass: \S+:1 is off}, 'a row that is off');
fails("permanent /a /b starts=2031-01-01\nexpect GET /a 301 /b\n"
    . "expect GET /a 301 /b at=2031-01-02\n", undef,
    qr{moves\.map:2: .* does not hold yet}, 'dates');

# conditions are the client's
$said = holds("permanent /a /b\nexpect GET /a 301 /b\nexpect GET /c pass\n",
    qq{$S permanent /a /c if="req('X') == 'y'"\n$M moves.map},
    'a condition fails nothing');
like($said, qr{moves\.map:2: notice: GET /a: expected 301 to /b: .*condition},
    'and is told');
unlike($said, qr{moves\.map:3: }, 'where it matters');

# several virtual hosts
my @two = (sites => [ { name => 'two', conf => "$S permanent /a /two\n$M moves.map" } ]);
$said = fails("permanent /a /b\nexpect GET /a 301 /b\n", undef,
    qr{moves\.map:2: GET /a: .*got 301 to /two by .*, in the virtual host two\.test},
    'in each', @two);
unlike($said, qr{virtual host one\.test}, 'which of them');
holds("permanent /a /b\nexpect GET //one.test/a 301 /b\n"
    . "expect GET //two.test/a 301 /two\n", undef, 'in the one it names', @two);

# -- start -------------------------------------------------------------------

# What is expected is what clients get: each line of truth.map is asked, too.
my @truth = map { [split] } split /\n/, <<'EOT';
GET /old 301 /new
POST /old 308 /new
PUT /old?a=%2F 308 /new?a=%2F
OPTIONS /old 308 /new
TRACE /old pass
GET /tree/a/../b 301 /news/b
GET /tree/feed pass
GET /gone 410
DELETE /gone 410
GET /hop 301 /end
GET /loop pass
GET /off/old pass
GET /trial/x 302 /t/x
GET /seen pass
GET /see 303 /new
POST /see 303 /new
OPTIONS /see pass
GET /pinned 302 /new
GET /u/jane/posts 301 /people/jane
GET /i?id=7&x=y 301 /items/7?x=y
GET /r12 301 /y/12
GET /directive 301 /d
GET /inherited 301 /i
GET /nothing pass
EOT
my $truth = $rules . "permanent /hop /middle\npermanent /middle /end\n"
    . "permanent /loop /pool\npermanent /pool /loop\n"
    . "permanent /off/old /new\npermanent /trial/* /t/*\n"
    . "permanent /seen /s stage=observe\nsee-other /see /new\n"
    . "permanent /pinned /new code=302\n"
    . "permanent /u/{name}/posts /people/{name}\n"
    . "permanent /i?id={n} /items/{n}\npermanent ~^/r(\\d+)\$ /y/\$1\n"
    . join '', map { "expect @$_\n" } @truth;

my $httpd = Semr::Httpd->new(start => 2, conf => "SemanticRedirectRefresh 1\n"
    . "$S permanent /inherited /i",
    sites => [
        { name => 'truth', conf => "$M truth.map\n$S permanent /directive /d\n"
            . "<Location /off>\nSemanticRedirectStage off\n</Location>\n"
            . "<Location /trial>\nSemanticRedirectStage trial\n</Location>" },
        { name => 'one', conf => "$M moves.map\n$Semr::Maps::PAGE" },
        { name => 'good', conf => "$M good.map\n$Semr::Maps::PAGE" },
        { name => 'broken', conf => "$M broken.map\n" } ]);
$httpd->write('moves.map', $rules
    . "expect GET /old 301 /wrong\nexpect GET /gone gone\n");
$httpd->write('good.map', "permanent /old /v0\nexpect GET /old 301 /v0\n");
$httpd->write('truth.map', $truth);
$httpd->write('broken.map', "permanent /old /v0\nexpect\n");
serving($httpd);
is(location($httpd, 'one', '/old'), '/new', 'it starts, and serves');
is(location($httpd, 'broken', '/old'), '/v0', 'with a broken line, too');
my $log = $httpd->log;
like($log, qr{warn\].*/moves\.map:5: GET /old: expected 301 to /wrong, got 301 to /new},
    'log: what fails');
like($log, qr{moves\.map: 1 of 2 expectations fail; its rules are served},
    'log: how many');
like($log, qr{broken\.map:2: The expectation ends}, 'log: a broken line');
unlike($log, qr{good\.map:\d}, 'log: nothing of what holds');

unlike($log, qr{truth\.map:\d+: (?!.*SEMR)}, 'log: all that is true holds');
for my $row (@truth) {
    my ($method, $url, $code, $to) = @$row;
    next if $method eq 'TRACE';     # httpd answers 200 or 405
    asked $httpd, 'truth', "$method $url", $code, $to // ();
}

# -- a new version -----------------------------------------------------------

put($httpd, 'good.map', "permanent /old /v1\nexpect GET /old 301 /v1\n");
ok(answers($httpd, 'good', '/old', '/v1'), 'a version that is as it says');
put($httpd, 'good.map', "permanent /old /v2\nexpect GET /old 301 /v1\n");
ok(Semr::Httpd::wait_for(sub { (told($httpd, 'good'))[0]{error} }),
    'a version that is not is told');
my ($good) = told($httpd, 'good');
like($good->{error}, qr{refused, for 1 of 1 expectations fail; first \S+good\.map:2: GET /old: expected 301 to /v1, got 301 to /v2},
    'JSON: why');
is($good->{generation}, 1, 'it is not published');
is(location($httpd, 'good', '/old'), '/v1', 'the last good one stays');
put($httpd, 'good.map', "permanent /old /v3\nexpect get /old 301 /v3\n");
ok(Semr::Httpd::wait_for(sub {
    ((told($httpd, 'good'))[0]{error} // '') =~ /Write GET/ }),
    'nor one with a broken line');
put($httpd, 'good.map', "permanent /old /v4\nexpect GET /old 301 /v4\n");
ok(answers($httpd, 'good', '/old', '/v4'), 'what is mended is taken up');
is((told($httpd, 'good'))[0]{error}, undef, 'and the error goes');
$httpd->stop;

# So many that the start does not wait for them: a child asks.
$httpd = Semr::Httpd->new(conf => 'LogLevel semredirect:info',
    sites => [ { name => 'big', conf => "$M big.map\n$Semr::Maps::PAGE" } ]);
$httpd->write('big.map', "permanent /old /new\n"
    . "expect GET /old 301 /new\n" x 20000 . "expect GET /old 302 /new\n");
serving($httpd);
ok(Semr::Httpd::wait_for(sub {
    $httpd->log =~ /1 of 20001 expectations fail/ }), 'many are asked by a child');
like($httpd->log, qr{big\.map:20002: GET /old: expected 302}, 'and told');
$httpd->stop;
done_testing();
