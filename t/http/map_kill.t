# The child that builds a map is killed at any moment: another takes over, and
# no request meets a wrong rule (DESIGN 6).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'httpd runs without children' if Semr::Httpd::alone();
my $ROWS = $ENV{SEMR_ROWS} // 50_000;
my $KILLS = $ENV{SEMR_KILLS} // 4;
sub rows { my ($n) = @_;
    return join '', map { "permanent /p$_ /v$n/p$_\n" } 0 .. $ROWS - 1 }

my $httpd = Semr::Httpd->new(start => 2, kills => 1,
    conf => 'SemanticRedirectRefresh 1', sites => [ { name => 'one',
    conf => "SemanticRedirectMap one.map\n$Semr::Maps::PAGE" } ]);
$httpd->write('one.map', rows(0));
$httpd->start or BAIL_OUT($httpd->log);
put($httpd, 'one.map', rows(1));
ok(answers($httpd, 'one', '/p7', '/v1/p7', 60), 'a reload without a kill');
my ($took) = (told($httpd, 'one'))[0]{built_in_ms};

# The child that begins to work while nobody asks anything
sub builder {
    my %before = map { $_ => cpu($_) } $httpd->children;
    my $found;
    Semr::Httpd::wait_for(sub {
        for (1 .. 20) {
            for my $pid ($httpd->children) {
                $found = $pid if cpu($pid) > ($before{$pid} // cpu($pid)) + 1;
            }
            return 1 if $found;
            sleep 0.002;
        }
        return 0;
    }, 10);
    return $found;
}

my ($version, $killed, @wrong) = (1, 0);
for my $try (1 .. $KILLS) {
    put($httpd, 'one.map', rows(++$version));
    my $pid = builder() or next;
    sleep $took / 1000 * 1.2 * ($try - 1) / $KILLS;
    $killed += kill 'KILL', $pid;
    for (1 .. 5) {
        my $to = location($httpd, 'one', '/p7');
        push @wrong, $to if $to ne "/v$version/p7"
            && $to ne '/v' . ($version - 1) . '/p7';
    }
    ok(answers($httpd, 'one', '/p7', "/v$version/p7", 60),
        "kill $try: another child has built version $version");
}
cmp_ok($killed, '>', $KILLS / 2, 'children were killed while they built');
is("@wrong", '', 'nothing wrong was answered');
ok(Semr::Httpd::wait_for(sub { my @files = run_files($httpd); @files == 1 }),
    'nothing half done is left') or diag(join ' ', run_files($httpd));
ok(Semr::Httpd::wait_for(sub { !grep { $_ > 1 } mappings($httpd) }),
    'nothing is mapped but the newest') or diag(join ' ', mappings($httpd));
ok(Semr::Httpd::wait_for(sub {
    !grep { location($httpd, 'one', '/p9') ne "/v$version/p9" } 1 .. 20 }),
    'all children answer by the last version');
$httpd->stop;
is_deeply([run_dirs($httpd)], [], 'nothing is left');
done_testing();
