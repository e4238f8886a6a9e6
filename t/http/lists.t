# event only: the lists are replayed by a server of their own.
# Real sites' redirect lists, said as directives, where they are at hand.
use strict;
use warnings;
use File::Temp ();
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd qw(project module alone);
use Test::More;

my $lists = project() . '/../shared/lists';
plan skip_all => "there is no $lists/replay" if !-x "$lists/replay";
plan skip_all => 'they start servers of their own' if alone();

my $dir = File::Temp->newdir;
for my $name (qw(dart puppet fec-transition wikimedia wikimedia-nc
        prometheus)) {
    open my $map, '<:raw', "$lists/$name.map" or die "$name.map: $!";
    open my $conf, '>:raw', "$dir/$name.conf" or die;
    print $conf "SemanticRedirectChains keep\n";
    while (my $line = <$map>) {
        $line =~ s/\r?\n//;
        print $conf $line =~ /^\s*(?:#|$)/ ? "\n" : "SemanticRedirect $line\n";
    }
    close $conf;
    my @words = ("$lists/replay", '--module', module(), '--conf',
        "$dir/$name.conf",
        '--oracle', "$lists/$name.tsv");
    open my $out, '-|', @words or die "@words: $!";
    my @lines = <$out>;
    close $out;
    my ($passed, $failed) = ($lines[-1] // '') =~ /^(\d+) passed, (\d+) failed/;
    is($failed, 0, "$name: rows that failed") or diag(@lines);
    cmp_ok($passed // 0, '>', 100, "$name: rows that passed");
}
done_testing();
