# event only: the lists are replayed by a server of their own.
# Real sites' redirect lists, read as maps, where they are at hand.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd qw(project module alone);
use Test::More;

my $lists = project() . '/../shared/lists';
plan skip_all => "there is no $lists/replay" if !-x "$lists/replay";
plan skip_all => 'they start servers of their own' if alone();

for my $name (qw(dart puppet fec-transition wikimedia wikimedia-nc prometheus
        adobe adobe-csv europeana europeana-keep)) {
    open my $out, '-|', "$lists/replay", '--module', module(), $name
        or die "replay: $!";
    my @lines = <$out>;
    close $out;
    my ($passed, $failed) = ($lines[-1] // '') =~ /^(\d+) passed, (\d+) failed/;
    is($failed, 0, "$name: rows that failed") or diag(@lines);
    cmp_ok($passed // 0, '>', 100, "$name: rows that passed");
}
done_testing();
