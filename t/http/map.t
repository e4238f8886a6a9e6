# Maps as httpd starts with them (DESIGN 2, 5, 6).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Semr::Sites;
use Test::More;

my $M = 'SemanticRedirectMap';
my $R = 'SemanticRedirect';

# What httpd -t says
sub judged {
    my ($conf, %files) = @_;
    my $httpd = Semr::Httpd->new(conf => $conf);
    $httpd->write($_, $files{$_}) for keys %files;
    my ($status, $said) = $httpd->verdict;
    return ($status, $said, $httpd);
}
my ($status, $said, $httpd) = judged("$M moves.map", 'moves.map' =>
    "# a comment\npermanent /a /b\npermanent /old\n\ngone /x /y\n");
isnt($status, 0, '-t: a bad row is an error');
like($said, qr{^\Q$httpd->{root}\E/moves\.map:3: .*/old}m,
    '-t: file, line and value, at the beginning of a line');
like($said, qr{^\Q$httpd->{root}\E/moves\.map:5: }m, '-t: each bad row');
($status, $said) = judged("$M moves.map",
    'moves.map' => "permanent /old\n" x 60);
is(scalar(() = $said =~ /moves\.map:\d+: /g), 50, '-t: the first 50');
like($said, qr/moves\.map: and 10 more/, '-t: and how many more');
($status, $said, $httpd) = judged("\n$M none.map");
isnt($status, 0, '-t: a missing map is an error');
like($said, qr{test\.conf:\d+: $M: .*\Q$httpd->{root}\E/none\.map .*No such},
    '-t: the directive, where it stands, the path');
($status, $said) = judged("$M dir.map", 'dir.map/x' => '');
like($said, qr{dir\.map is a directory}, '-t: a directory');
($status, $said) = judged("$M \"a b.map\" note=x", 'a b.map' =>
    "permanent /a /b\n");
is($status, 0, '-t: a quoted path') or diag($said);
refused $M, $M, 'path';
refused "$M dbd:x", $M, 'dbd:x';
refused "$M image:", $M, 'image:';
refused "$M image:x.img stage=trial", $M, 'stage=trial', 'compiled';
refused "$M image:x.img", $M, 'x.img', 'No such';
refused { main => 'SemanticRedirectRefresh soon', conf => '' },
    'SemanticRedirectRefresh', 'soon', '0 for never';
refused { main => "SemanticRedirectRefresh $_", conf => '' },
    'SemanticRedirectRefresh' for qw(-1 1.5 5s 99999999999);
refused 'SemanticRedirectRefresh 5', 'SemanticRedirectRefresh';
refused "<Location />\n$M x.map\n</Location>", $M;

# The hosts that a TO may name are those of the virtual host that asks.
($status, $said) = judged("SemanticRedirectAllowHost a.test\n$M moves.map",
    'moves.map' => "permanent /a https://a.test/\n"
    . "permanent /b https://b.test/\n");
isnt($status, 0, '-t: a host that is not allowed');
like($said, qr/moves\.map:2: .*b\.test/, '-t: and where');

# Bad rows and missing maps stop no start.
$httpd = Semr::Httpd->new(conf => 'SemanticRedirectRefresh 0',
    sites => [
        { name => 'bad', conf => "$M bad.map\n$M none.map\n$PAGE" },
        { name => 'hosts', conf => "SemanticRedirectAllowHost a.test\n"
            . "$M hosts.map\n$PAGE" },
        { name => 'any', conf => "$M hosts.map" },
        { name => 'space', conf => "$R permanent /d/x /directive\n"
            . "$M a.map\n$R permanent /b/* /directive\n$M b.map\n"
            . $PAGE },
        { name => 'main', conf => "$R permanent /own /own-to" },
        { name => 'both', conf => "$M b.map\n$PAGE" },
    ]);
$httpd->{conf} .= "\n$M main.map";
$httpd->write('bad.map', "permanent /bad\npermanent /good /new\n");
$httpd->write('hosts.map',
    "permanent /a https://a.test/\npermanent /b https://b.test/\n");
$httpd->write('a.map', "permanent /a/* /tree-a/*\npermanent /d/x /map-a\n"
    . "permanent /same /map-a\npermanent /b/c /map-a\n");
$httpd->write('b.map', "permanent /a/b /exact-b\npermanent /same /map-b\n");
$httpd->write('main.map', "permanent /main /inherited\n"
    . "permanent /own /inherited\npermanent /a/b /inherited\n");
ok($httpd->start, 'httpd starts with bad rows and a missing map')
    or BAIL_OUT($httpd->log);
sub asks { return asked $httpd, @_ }
asks('bad', 'GET /good', 301, '/new');
asks('bad', 'GET /bad', 'pass');
asks('hosts', 'GET /a', 301, 'https://a.test/');
asks('hosts', 'GET /b', 'pass');
asks('any', 'GET /b', 301, 'https://b.test/');
asks('space', 'GET /d/x', 301, '/directive');
asks('space', 'GET /a/b', 301, '/exact-b');
asks('space', 'GET /a/x', 301, '/tree-a/x');
asks('space', 'GET /same', 301, '/map-a');
asks('space', 'GET /b/c', 301, '/map-a');
asks('space', 'GET /b/d', 301, '/directive');
asks('space', 'GET /main', 301, '/inherited');
asks('main', 'GET /own', 301, '/own-to');
asks('main', 'POST /main', 308, '/inherited');
asks('main', 'GET /a/b', 301, '/inherited');
asks('both', 'GET /a/b', 301, '/exact-b');
like($httpd->log, qr{bad\.map:1: this row is left out: .*/bad}, 'log: the row');
like($httpd->log, qr{SemanticRedirectMap of \S+:\d+: .*none\.map.*No such},
    'log: the map that is missing');

# What the page says
my ($bad, $none, $main) = told($httpd, 'bad');
is_deeply([@$bad{qw(source kind rows rows_left_out rules generation)}],
    ["$httpd->{root}/bad.map", 'text', 2, 1, 1, 0], 'JSON: a map')
    or diag(explain($bad));
like($bad->{error}, qr{bad\.map:1: .*/bad}, 'JSON: its bad row');
cmp_ok($bad->{bytes}, '>', 100, 'JSON: its size');
like($none->{error}, qr/none\.map.*No such/, 'JSON: the map that is missing');
is_deeply([@$none{qw(rows rules built modified)}], [0, 0, undef, undef],
    'JSON: it has nothing');
is($main->{inherited}, JSON::PP::true, 'JSON: the main server\'s');
my ($hosts) = told($httpd, 'hosts');
is_deeply([@$hosts{qw(rows rules)}], [2, 1],
    'equal maps are two where hosts differ');
my ($html) = $httpd->ask('GET /redirects', 'bad.test')->body =~ s/<wbr>//gr;
like($html, qr{none\.map</code>.*No such file}s, 'HTML: the error');
like($html, qr{1 left out}, 'HTML: rows that are left out');

# A map is held once, and its counters are those of all who name it.
asks($_, 'GET /same', 301, $_ eq 'both' ? '/map-b' : '/map-a')
    for qw(both both space);
my ($rule) = grep { $_->{from} eq '/same' && $_->{to} eq '/map-b' }
    @{ json_of($httpd, 'space')->{rules} };
is($rule->{hits}, 2, 'hits of a map that two hosts share');
is_deeply([run_dirs($httpd)], [], 'nothing to reload: no run directory');
$httpd->stop;

# The page stays short, the dump is whole.
$httpd = Semr::Httpd->new(sites => [ { name => 'long',
    conf => "$M long.map\n$PAGE" } ]);
$httpd->write('long.map', join '',
    map { "permanent /l$_ /t$_\n" } 1 .. 3000);
serving($httpd);
my $json = json_of($httpd, 'long');
is(scalar @{ $json->{rules} }, 500, 'JSON: 500 rules are listed');
is($json->{rules_not_listed}, 2500, 'JSON: and how many more there are');
is($json->{rules_by_stage}{live}, 3000, 'JSON: all are counted');
is($json->{rules}[499]{from}, '/l500', 'JSON: the first that were written');
like($httpd->ask('GET /redirects', 'long.test')->body,
    qr/1 to 50 of 3,000/, 'HTML: how many more there are');
$httpd->stop;
($status, $said) = $httpd->verdict('-D', 'DUMP_SEMREDIRECT');
like($said, qr{permanent /l3000 /t3000 .*long\.map:3000}, 'the dump has all');

done_testing();
