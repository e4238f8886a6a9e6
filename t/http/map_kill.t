# event only: what is killed is the same under each MPM.
# The child that builds a map is killed at any moment: another takes over, and
# no request meets a wrong rule (DESIGN 6).  mod_watchdog gives a successor ten
# seconds to wait, so several servers are tried at once.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'httpd runs without children' if Semr::Httpd::alone();
my $ROWS = $ENV{SEMR_ROWS} // 200_000;
my $SERVERS = $ENV{SEMR_SERVERS} // 4;
my $ROUNDS = $ENV{SEMR_ROUNDS} // 1;
my @rows = map { my $n = $_;
    join '', map { "permanent /p$_ /v$n/p$_\n" } 1 .. $ROWS } 0 .. 1;

my @servers = map { my $httpd = Semr::Httpd->new(start => 2, kills => 1,
    conf => 'SemanticRedirectRefresh 1', sites => [ { name => 'one',
    conf => "SemanticRedirectMap one.map\n$PAGE" } ]);
    $httpd->write('one.map', $rows[0]);
    serving($httpd);
    $httpd } 1 .. $SERVERS;

# The child that begins to work while nobody asks anything
sub builder {
    my ($httpd) = @_;
    my %before = map { $_ => cpu($_) } $httpd->children;
    my $found;
    Semr::Httpd::wait_for(sub {
        for (1 .. 20) {
            for my $pid ($httpd->children) {
                $found = $pid if cpu($pid) > ($before{$pid} // cpu($pid));
            }
            return 1 if $found;
            sleep 0.002;
        }
        return 0;
    }, 3);
    return $found;
}

my ($killed, @wrong) = 0;
for my $round (1 .. $ROUNDS) {
    my ($old, $new) = $round % 2 ? (0, 1) : (1, 0);
    for my $n (0 .. $#servers) {
        my $httpd = $servers[$n];
        my ($took) = (told($httpd, 'one'))[0]{built_in_ms};
        put($httpd, 'one.map', $rows[$new]);
        my $pid = builder($httpd);
        sleep $took / 1000 * 1.5 * ($n + rand) / $SERVERS;
        $killed += kill 'KILL', $pid if $pid;
        push @wrong, grep { !m{^/v[01]/p7$} }
            map { location($httpd, 'one', '/p7') } 1 .. 5;
    }
    for my $n (0 .. $#servers) {
        ok(answers($servers[$n], 'one', '/p7', "/v$new/p7", 60),
            "round $round, server $n: the new version answers");
    }
}
cmp_ok($killed, '>=', $SERVERS * $ROUNDS / 2,
    'children were killed while they built');
is("@wrong", '', 'nothing wrong was answered');
my $last = $ROUNDS % 2;
for my $httpd (@servers) {
    ok(Semr::Httpd::wait_for(sub { my @files = run_files($httpd);
        @files == 1 }), 'nothing half done is left')
        or diag(join ' ', run_files($httpd));
    ok(Semr::Httpd::wait_for(sub { !grep { $_ > 1 } mappings($httpd) }),
        'nothing is mapped but the newest') or diag(join ' ',
        mappings($httpd));
    ok(Semr::Httpd::wait_for(sub {
        !grep { location($httpd, 'one', '/p9') ne "/v$last/p9" } 1 .. 20 }),
        'all children answer by the last version');
    $httpd->stop;
    nothing_left($httpd);
}
done_testing();
