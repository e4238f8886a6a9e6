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
    [ 'fec-redirects-transition.nginx.conf', 'nginx', '', 'fec-transition',
        '', 100 ],
    [ 'puppet-docs.nginx_rewrite.conf', 'nginx', '', 'puppet', '', 100 ],
    [ 'europeana-pro-redirect.nginx.map', 'nginx',
        '--on=request_uri --intent=temporary', 'europeana-keep', '', 98 ],
    [ 'wikimedia-nc_redirects.dat', 'wikimedia', '', 'wikimedia-nc', '', 100 ],
    [ 'wikimedia-redirects.dat', 'wikimedia', '', 'wikimedia', '', 100 ],
    [ 'prometheus._redirects', 'netlify', '', 'prometheus', '', 100 ],
    # two rows of the oracle take a glob's signs for text: "\\)" for a backslash,
    # and "{,/**}" for stars
    [ 'dart-firebase.json', 'firebase', '', 'dart', '', 100,
        qr{^GET\t(?:/%5C\)|/tools/xyz/download/deep/er)\t} ],
);

plan skip_all => 'there is no ../shared/lists' if !-x "$lists/replay";
plan skip_all => 'there is no python3' if system('python3 -c 1 2>/dev/null');

my $temp = File::Temp->newdir;

sub slurp { my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/; return scalar <$in> }

for my $row (@TABLE) {
    my ($raw, $format, $options, $oracle, $loaded, $least, $wrong) = @$row;
    my $map = "$temp/$oracle.map";
    my $conf = "$temp/$oracle.conf";

    system("'$top/build/semredirect' import $options --output='$map' "
        . "$format '$lists/raw/$raw' 2>'$temp/told'");
    cmp_ok($? >> 8, '<', 2, "$raw: imported") or diag slurp("$temp/told");
    my ($share) = slurp("$temp/told") =~ /(\d+) % imported$/m;
    cmp_ok($share // 0, '>=', $least, "$raw: how much of it");

    my $rows = slurp("$lists/$oracle.tsv");
    $rows = join '', grep { !$wrong || !/$wrong/ } split /^/, $rows;
    open my $tsv, '>', "$temp/$oracle.tsv" or die "$oracle.tsv: $!";
    print $tsv $rows;
    close $tsv;
    open my $out, '>', $conf or die "$conf: $!";
    print $out qq{SemanticRedirectMap "$map" $loaded\n},
        "SemanticRedirectChains keep\n";
    close $out;
    my $said = `'$lists/replay' --module '$top/build/mod_semredirect.so' \\
        --conf '$conf' --oracle '$temp/$oracle.tsv' 2>&1`;
    is($?, 0, "$raw: it answers as $oracle.tsv has it") or diag $said;
    like($said, qr/^[1-9]\d* passed, 0 failed$/m, "$raw: all of it");
}
done_testing;
