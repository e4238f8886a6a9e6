# Real lists, imported from what their sites published, and asked against what
# the original answers (../shared/lists, which not everybody has).  docs/migrating.md
# has a row for each, whose figures have to hold.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp;
use FindBin;
use JSON::PP;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $lists = "$top/../shared/lists";

# The original, its format, options, the oracle, and what the map is loaded
# with; its row of the page.
my @TABLE = (
    [ 'adobe-analytics-redirects.csv', 'csv', '--intent=permanent',
        'adobe-csv', 'slash=exact', "Adobe Analytics' documentation" ],
    [ 'fec-redirects-transition.nginx.conf', 'nginx', '', 'fec-transition',
        '', 'US Federal Election Commission' ],
    [ 'puppet-docs.nginx_rewrite.conf', 'nginx', '', 'puppet', '',
        "Puppet's documentation" ],
    [ 'europeana-pro-redirect.nginx.map', 'nginx',
        '--on=request_uri --intent=temporary', 'europeana-keep', '',
        'Europeana Pro, a map of its own' ],
    [ 'wikimedia-nc_redirects.dat', 'wikimedia', '', 'wikimedia-nc', '',
        'Wikimedia, `nc_redirects.dat`' ],
    [ 'wikimedia-redirects.dat', 'wikimedia', '', 'wikimedia', '',
        'Wikimedia, `redirects.dat`' ],
    [ 'prometheus._redirects', 'netlify', '', 'prometheus', '',
        "Prometheus' documentation" ],
    # two rows of the oracle take a glob's signs for text: "\\)" for a backslash,
    # and "{,/**}" for stars
    [ 'dart-firebase.json', 'firebase', '', 'dart', '', 'dart.dev',
        qr{^GET\t(?:/%5C\)|/tools/xyz/download/deep/er)\t} ],
);

plan skip_all => 'there is no ../shared/lists' if !-x "$lists/replay";
plan skip_all => 'there is no python3' if system('python3 -c 1 2>/dev/null');

my $temp = File::Temp->newdir;

sub slurp { my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/; return scalar <$in> }

# What the page says of a list: redirects, how many of them are imported, rules
sub told_of { my ($title) = @_;
    my ($row) = slurp("$top/docs/migrating.md") =~ /^\| \Q$title\E \| (.*)/m
        or return undef;
    my (undef, @figures) = split / \| /, $row =~ s/(?<=\d),(?=\d)//gr;
    return [@figures[0 .. 2]] }

# The same of what import says.  A redirect is what stands in a line; of two
# that are one rule, the rule tells one.
sub figures { my ($said) = @_;
    my %line = map { $_->{line} => 1 } @{ $said->{rules} };
    my $made = keys(%line) + $said->{joined};
    return [$made + $said->{left}, $made, scalar @{ $said->{rules} }] }

for my $row (@TABLE) {
    my ($raw, $format, $options, $oracle, $loaded, $title, $wrong) = @$row;
    my $map = "$temp/$oracle.map";
    my $conf = "$temp/$oracle.conf";

    my $json = `'$top/build/semredirect' import $options --output='$map' \\
        --json $format '$lists/raw/$raw' 2>'$temp/told'`;
    cmp_ok($? >> 8, '<', 2, "$raw: imported") or diag slurp("$temp/told");
    is_deeply(figures(decode_json($json)), told_of($title),
        "$raw: how much of it, as the page has it");

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
