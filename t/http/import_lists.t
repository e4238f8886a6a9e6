# Real lists, imported from what their sites published, and asked against what
# the original answers (../shared/lists, which not everybody has).
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp;
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $lists = "$top/../shared/lists";

# The original, its format, options, the oracle, and what the map is loaded
# with; how much of it is imported at least, in percent.
my @TABLE = (
    [ 'adobe-analytics-redirects.csv', 'csv', '--intent=permanent',
        'adobe-csv', 'slash=exact', 99 ],
);

plan skip_all => 'there is no ../shared/lists' if !-x "$lists/replay";
plan skip_all => 'there is no python3' if system('python3 -c 1 2>/dev/null');

my $temp = File::Temp->newdir;

sub slurp { my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/; return scalar <$in> }

for my $row (@TABLE) {
    my ($raw, $format, $options, $oracle, $loaded, $least) = @$row;
    my $map = "$temp/$oracle.map";
    my $conf = "$temp/$oracle.conf";

    system("'$top/build/semredirect' import $options --output='$map' "
        . "$format '$lists/raw/$raw' 2>'$temp/told'");
    cmp_ok($? >> 8, '<', 2, "$raw: imported") or diag slurp("$temp/told");
    my ($share) = slurp("$temp/told") =~ /(\d+) % imported$/m;
    cmp_ok($share // 0, '>=', $least, "$raw: how much of it");

    open my $out, '>', $conf or die "$conf: $!";
    print $out qq{SemanticRedirectMap "$map" $loaded\n},
        "SemanticRedirectChains keep\n";
    close $out;
    my $said = `'$lists/replay' --module '$top/build/mod_semredirect.so' \\
        --conf '$conf' --oracle '$lists/$oracle.tsv' 2>&1`;
    is($?, 0, "$raw: it answers as $oracle.tsv has it") or diag $said;
    like($said, qr/^[1-9]\d* passed, 0 failed$/m, "$raw: all of it");
}
done_testing;
