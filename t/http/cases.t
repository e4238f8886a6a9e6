# event only: the cases start servers of their own.
# The shared cases, where they are at hand.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd qw(project module alone);
use Test::More;

my $cases = project() . '/../shared/cases';
plan skip_all => "there is no $cases/run" if !-x "$cases/run";
plan skip_all => 'they start servers of their own' if alone();

my @words = ("$cases/run", '--module', module(), '--since', 'rules');
open my $out, '-|', @words or die "@words: $!";
my @lines = <$out>;
close $out;
for my $line (grep { /^FAIL/ } @lines) {
    chomp $line;
    my ($id, $why) = $line =~ /^FAIL ([^:]+): (.*)/;
    fail($id) or diag($why);
}
my ($passed, $failed) = ($lines[-1] // '') =~ /^(\d+) passed, (\d+) failed/;
cmp_ok($passed // 0, '>', 300, 'cases that passed') or diag(@lines);
is($failed, 0, 'cases that failed');
done_testing();
