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
);

# Rows that are asked as the original answers, where the oracle has our answer
# for a map that was made by hand.  puppet: a regex with a bare dot, which is
# no exact rule unless someone says that a dot is a dot.
my %ORIGINAL = (puppet => qr{^/ja/pe/install_system_requirements\.html});

plan skip_all => 'there is no ../shared/lists' if !-x "$lists/replay";
plan skip_all => 'there is no python3' if system('python3 -c 1 2>/dev/null');

my $temp = File::Temp->newdir;

sub slurp { my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/; return scalar <$in> }

# The oracle, with such rows changed; returns its name.
sub oracle_of { my ($name) = @_;
    my $rows = $ORIGINAL{$name} or return "$lists/$name.tsv";
    my $changed = 0;
    open my $out, '>', "$temp/$name.tsv" or die "$name.tsv: $!";
    for my $line (split /\n/, slurp("$lists/$name.tsv")) {
        my @cells = split /\t/, $line, -1;
        if (@cells > 5 && $cells[1] =~ $rows &&
            $cells[5] =~ /nginx: (\d+) (\S+); here/) {
            @cells[2, 3] = ($1, $2);
            $changed++;
        }
        print $out join("\t", @cells), "\n";
    }
    close $out;
    cmp_ok($changed, '>', 0, "$name: rows as the original has them");
    return "$temp/$name.tsv" }

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
    my $rows = oracle_of($oracle);
    my $said = `'$lists/replay' --module '$top/build/mod_semredirect.so' \\
        --conf '$conf' --oracle '$rows' 2>&1`;
    is($?, 0, "$raw: it answers as $oracle.tsv has it") or diag $said;
    like($said, qr/^[1-9]\d* passed, 0 failed$/m, "$raw: all of it");
}
done_testing;
