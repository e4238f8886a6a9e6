# Maps that change while httpd runs, with nothing wrong with them (DESIGN 6).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Test::More;
use Time::HiRes qw(sleep time);

my $M = 'SemanticRedirectMap';
my $httpd = Semr::Httpd->new(start => 3, conf => "SemanticRedirectRefresh 1\n"
    . 'LogLevel semredirect:info',
    sites => [
        { name => 'one', conf => "$M one.map\n$PAGE" },
        { name => 'same', conf => "$M one.map" },
        { name => 'late', conf => "$M late.map\n$PAGE" },
        { name => 'place', conf => "$M place.map" },
        { name => 'grow', conf => "$M grow.map\n$PAGE" },
        { name => 'rules', conf => "$M regex.map" } ]);
$httpd->write('one.map', "permanent /old /v0\n");
$httpd->write('place.map', "permanent /old /v0\n");
$httpd->write('grow.map', "permanent /p0 /v0\n");
$httpd->write('regex.map', "permanent ~^/x(\\d)\$ /v0/\$1\n");
serving($httpd);
my ($dir, @more) = run_dirs($httpd);
is(scalar @more, 0, 'there is one run directory');
my @stat = stat $dir;
is($stat[2] & 07777, 0700, 'nobody else may enter it');
my ($user) = Semr::Httpd::user();
is($stat[4], $> ? $> : $ENV{SEMR_USER} ? getpwnam($ENV{SEMR_USER})
    : $user->{uid}, 'it is of the user that children run as');

put($httpd, 'one.map', "permanent /old /v1\n");
put($httpd, 'late.map', "permanent /old /v1\n");
put($httpd, 'grow.map', join '', map { "permanent /p$_ /v1\n" } 0 .. 20000);
put($httpd, 'regex.map', "permanent ~^/x(\\d)\$ /v1/\$1\n");
$httpd->write('place.map', "permanent /old /v1-in-place\n");
ok(answers($httpd, 'one', '/old', '/v1'), 'by rename');
ok(answers($httpd, 'same', '/old', '/v1'), 'for each who names it');
ok(answers($httpd, 'late', '/old', '/v1'), 'a map that was missing');
ok(answers($httpd, 'grow', '/p20000', '/v1'), 'a map that has grown');
ok(answers($httpd, 'rules', '/x7', '/v1/7'), 'a map with a regex');
ok(answers($httpd, 'place', '/old', '/v1-in-place'), 'written in place');

# No child keeps the old one; each connection may meet another of them.
my $stale = grep { location($httpd, 'one', '/old') ne '/v1' } 1 .. 60;
SKIP: {
    skip 'httpd runs without children', 2 if Semr::Httpd::alone();
    ok(Semr::Httpd::wait_for(sub {
        !grep { location($httpd, 'one', '/old') ne '/v1' } 1 .. 20 }),
        'all children answer by it');
    # one.map late.map place.map grow.map regex.map
    ok(Semr::Httpd::wait_for(sub { !grep { $_ != 5 } mappings($httpd) }),
        'each child maps the newest of each map, and no other')
        or diag(join ' ', mappings($httpd));
}
my ($one) = told($httpd, 'one');
is_deeply([@$one{qw(generation rows rules error)}], [1, 1, 1, undef],
    'JSON: the new generation') or diag(explain($one));
my ($late) = told($httpd, 'late');
is($late->{error}, undef, 'JSON: the error has gone');
like($httpd->log, qr/one\.map: generation 1 is in force/, 'log: a notice');

# Counters begin anew; those beyond the room are not counted.
location($httpd, 'grow', $_) for qw(/p3 /p3 /p20000);
my ($hit) = grep { $_->{from} eq '/p3' } @{ json_of($httpd, 'grow')->{rules} };
is($hit->{hits}, 2, 'hits of the new version');

# Many versions in a row leave nothing.
for my $n (2 .. 5) {
    put($httpd, 'one.map', "permanent /old /v$n\n");
    ok(answers($httpd, 'one', '/old', "/v$n"), "version $n");
}
my @files = run_files($httpd);
is(scalar @files, 5, 'a file for each map')
    or diag("@files");

# A graceful restart while maps change
SKIP: {
    skip 'httpd runs without children', 4 if Semr::Httpd::alone();
    for my $n (6 .. 7) {
        put($httpd, 'one.map', "permanent /old /v$n\n");
        sleep 0.9 + rand 0.3;
        $httpd->signal('USR1');
        ok(answers($httpd, 'one', '/old', "/v$n"), "graceful, version $n");
    }
    put($httpd, 'one.map', "permanent /old /v8\n");
    ok(answers($httpd, 'one', '/old', '/v8'), 'and it goes on');
    ok(Semr::Httpd::wait_for(sub { my @dirs = run_dirs($httpd);
        @dirs == 1 }), 'there is one run directory again')
        or diag(join ' ', run_dirs($httpd));
}
$httpd->stop;
nothing_left($httpd);

# What a server that was killed has left is removed by the next.
my $left = "$httpd->{root}/semredirect.4194304.0";
mkdir $left;
$httpd->write('semredirect.4194304.0/0.1', 'x');
mkdir "$httpd->{root}/semredirect.1.0";
serving($httpd);
is(location($httpd, 'one', '/old') ne '', 1, 'httpd serves again');
ok(!-e $left, 'the folder of a dead server is removed');
ok(-e "$httpd->{root}/semredirect.1.0", 'that of another is not')
    if $> || kill 0, 1;
$httpd->stop;
done_testing();
