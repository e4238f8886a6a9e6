# semredirect test: what is expected, what is told, and its exit status.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use JSON::PP;
use Semr::Command;
use Test::More;

my $top = File::Temp->newdir;

sub file {
    my ($name, $text) = @_;
    open my $file, '>:raw', "$top/$name" or die "$name: $!";
    print $file $text;
    close $file or die $!;
}
sub test { return semredirect({ in => "$top" }, 'test', @_) }

file('moves.map', <<'EOT');
permanent /old /newer
permanent /blog/* /news/*
none /blog/feed.xml
temporary /soon /later stage=observe
permanent /2031 /then starts=2031-01-01
expect POST /old 308 /new
expect GET /blog/feed.xml pass
EOT
file('moves.expect', <<'EOT');
# what Jane asked for
expect GET /old 301 /newer
expect GET /blog/a 301 https://www.example.com/news/a
expect GET /soon 302
EOT

# -- what is told --------------------------------------------------------------

my @host = ('--host', 'www.example.com');
my $said = test(@host, 'moves.map', 'moves.expect');
is_deeply($said, { status => 1, err => '', out => <<'EOT' }, 'failures');
moves.map:6: POST /old: expected 308 to /new, got 308 to /newer by moves.map:1
moves.expect:4: GET /soon: expected 302, got pass: moves.map:4 is only observed: 302 to /later is not sent
3 passed, 2 failed
EOT
$said = test('moves.map', 'moves.expect');
like($said->{out}, qr{^moves\.expect:3: .*got 301 to /news/a by moves\.map:2$}m,
    'without --host, an absolute LOCATION is another');
like($said->{err}, qr{give --host}, 'and why is told');
is(test('--quiet', 'moves.map', 'moves.expect')->{err}, '', 'but for --quiet');
$said = test(@host, '--verbose', 'moves.map', 'moves.expect');
like($said->{out}, qr{^moves\.map:7: ok: GET /blog/feed\.xml: expected pass$}m,
    '--verbose tells what holds');
is(scalar(() = $said->{out} =~ /^moves\.\w+:\d+: /mg), 5, 'all of it');

file('good.expect', "expect GET /old permanent /newer\n");
file('good.map', "permanent /old /newer\n");
$said = test('good.map', 'good.expect');
is_deeply($said, { status => 0, err => '', out => "1 passed, 0 failed\n" },
    'nothing fails');
is(test('good.expect', 'good.map')->{status}, 0, 'in any order');
file('more.map', "gone /old\n");
is(test('more.map', 'good.map', 'good.expect')->{status}, 1,
    'maps compete: the first written wins');
is(test('good.map', 'more.map', 'good.expect')->{status}, 0, 'likewise');

# -- JSON ----------------------------------------------------------------------

$said = test('--json', @host, 'moves.map', 'moves.expect');
is($said->{status}, 1, '--json: exit status');
my $json = decode_json($said->{out});
is_deeply([@$json{qw(passed failed rows_wrong)}], [3, 2, 0], 'totals');
is_deeply($json->{expectations}[0], { file => 'moves.map', line => 6,
    method => 'POST', url => '/old', passed => JSON::PP::false,
    expected => '308 to /new', got => '308 to /newer by moves.map:1' },
    'a failure');
is(scalar @{ $json->{expectations} }, 2, 'failures alone');
$json = decode_json(test('--json', '--verbose', 'good.map',
    'good.expect')->{out});
is_deeply($json, { problems => [], expectations => [ { file => 'good.expect', line => 1,
    method => 'GET', url => '/old', passed => JSON::PP::true,
    expected => 'permanent to /newer', got => undef } ],
    passed => 1, failed => 0, rows_wrong => 0 }, 'and --verbose');

# -- options -------------------------------------------------------------------

file('dates.map', "permanent /2031 /then starts=2031-01-01\n"
    . "expect GET /2031 301 /then\n");
is(test('dates.map')->{status}, 1, 'dates: it is not yet');
is(test('--now', '2031-01-02', 'dates.map')->{status}, 0, '--now');
file('stage.map', "permanent /a /b\nexpect GET /a 302 /b\n"
    . "expect GET /a permanent /b\n");
is(test('stage.map')->{status}, 1, 'live is not trial');
is(test('--stage', 'trial', 'stage.map')->{status}, 0,
    '--stage: a code is what is sent, an intent what is meant');
file('chain.map', "permanent /a /b\npermanent /b /c\nexpect GET /a 301 /b\n");
is(test('chain.map')->{status}, 1, 'chains are collapsed');
is(test('--chains', 'keep', 'chain.map')->{status}, 0, '--chains');
file('main.map', "permanent /in /herited\nexpect GET /nothing 301\n");
file('in.expect', "expect GET /in 301 /herited\n");
is(test('--inherit', 'main.map', 'in.expect')->{out}, "1 passed, 0 failed\n",
    '--inherit: its rules, and not its expectations');
file('scheme.map', "permanent https://www.example.com/s /t\n"
    . "expect GET /s 301 /t\nexpect GET http://www.example.com/s pass\n");
is(test(@host, 'scheme.map')->{status}, 0, 'https is usual');
is(test(@host, '--http', 'scheme.map')->{status}, 1, '--http');

# -- what is wrong -------------------------------------------------------------

file('wrong.map', "permanent /a /b\nexpect GET /a 301 /b\n"
    . "expect get /a 301\npermanent /c\n");
$said = test('wrong.map');
is($said->{status}, 1, 'wrong rows: exit status');
is($said->{out}, "1 passed, 0 failed\n", 'the others are asked');
like($said->{err}, qr{^wrong\.map:3: "get" is not the method GET.*\nwrong\.map:4: }m,
    'and they are told');
$said = test('--json', 'wrong.map');
$json = decode_json($said->{out});
is($said->{err}, '', 'JSON has them');
is($json->{rows_wrong}, 2, 'and counts them');
is_deeply([map { $_->{line} } @{ $json->{problems} }], [3, 4], 'each');

$said = semredirect({ in => "$top" }, 'compile', 'wrong.map', 'x.img');
like($said->{err}, qr{^wrong\.map:3: }, 'so do commands that ask none')
    or diag($said->{err});

file('none.map', "permanent /a /b\n");
$said = test('none.map');
is($said->{status}, 2, 'no expectation: exit status');
like($said->{err}, qr{no expectation in none\.map; add lines such as expect},
    'a hint');
is($said->{out}, '', 'and no result');
file('rows.csv', "expect,GET,301\n");
is(test('rows.csv')->{status}, 1, 'CSV has none');
$said = test('missing.map');
is($said->{status}, 2, 'a file that is missing');
like($said->{err}, qr{missing\.map: cannot be opened}, 'is told');
is(test()->{status}, 2, 'no file');

# as the server has it
my $circle = "permanent /l1 /l2 stage=observe\npermanent /l2 /l1 stage=observe\n"
    . "temporary ~^/l1\$ /z\n";
$said = semredirect({ stdin => "${circle}expect GET /l1 302 /z\n" },
    'test', '-');
is($said->{out}, "1 passed, 0 failed\n",
    'an observed rule that leads in a circle stops no other');
$said = semredirect({ stdin => $circle }, qw(explain GET /l1 -));
is($said->{status}, 0, 'nor explain');
like($said->{out}, qr{^GET /l1 gets 302 to /z, by stdin:3\.$}m, 'which tells it');
for my $host ([], [qw(--host a.test)]) {
    $said = semredirect({ stdin => <<'EOT' }, 'test', @$host, '-');
permanent https://a.test/a https://a.test:8443/b
permanent https://a.test:8443/y https://a.test:8443/b
permanent /b /c
expect GET https://a.test/a 301 https://a.test:8443/b
expect GET https://a.test:8443/y 301 https://a.test:8443/c
EOT
    is($said->{out}, "2 passed, 0 failed\n",
        "a port of its own is this server where it is asked for: @$host")
        or diag($said->{err});
}

$said = semredirect({ stdin => "gone /a\nexpect GET /a 410\n" }, 'test', '-');
is_deeply([@$said{qw(status out)}], [0, "1 passed, 0 failed\n"], 'stdin');
done_testing();
