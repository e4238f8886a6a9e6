# Each finding is in docs/findings.md, in its table and with a heading, and back;
# and each example there gives the finding that it stands for.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Command;
use Semr::Httpd 'project';
use Semr::Source;
use Test::More;

chdir project() or die;
my $header = text('src/engine/finding_table.h') =~ s/\\\n//gr;
my @wanted;
while ($header =~ /X\(\w+, (\d+), (\w+), "([\w-]+)"/g) {
    push @wanted, "SEMR$1 $3 " . lc $2;
}
cmp_ok(scalar @wanted, '>=', 30, 'there is a table of findings');

my $docs = text('docs/findings.md');
my @rows = map { s/\s+$//r } map { "$_->[0] $_->[1] $_->[2]" }
    map { [/^\| \[(SEMR\d+)\]\([^)]*\) \| ([\w-]+) \| (\w+) \|/] }
    grep { /^\| \[SEMR/ } split /\n/, $docs;
is_deeply(\@rows, \@wanted, 'the table of docs/findings.md');

my %severity = map { /^(\S+ \S+) (\S+)$/ } @wanted;
my @headings = $docs =~ /^## (SEMR.*)/mg;
is_deeply(\@headings, [map { s/ \w+$//r } @wanted], 'and its headings');

# Codes do not change their meaning, and none is given twice.
my %times;
$times{$_}++ for map { /^(\S+)/ } @wanted;
is_deeply([grep { $times{$_} > 1 } sort keys %times], [], 'each code once');
is_deeply([grep { /SEMR(?:30[1278]|303|404|410|451)$/ } keys %times], [],
    'none is a status code that a rule may have');

# No other page names a code that there is not.
for my $page (sources(qr{^(?:README\.md|CHANGES\.md|docs/[^/]+\.md)$})) {
    is_deeply([grep { !$times{$_} } text($page) =~ /\b(SEMR\d+)\b/g], [],
        "$page names no other code");
}

# An example that goes on
sub whole {
    my ($lines) = @_;
    $lines =~ s{^# and so on, to /page-(\d+)$}
        { join "\n", map { "permanent /page-$_ /" } 3 .. $1 }me;
    return $lines;
}

# What the command finds in it
sub told_by_command {
    my ($example) = @_;
    my @keep = $example =~ /^# SemanticRedirectChains keep$/m
        ? ('--chains', 'keep') : ();
    return semredirect({ stdin => whole($example) }, 'check', '--all', '--now',
        '2027-01-01', '--host', 'www.example.com', @keep, '-')->{out};
}

# What httpd -t finds, where conditions may stand
sub told_by_server {
    my ($example) = @_;
    my $httpd = Semr::Httpd->new(sites => [{ name => 'one',
        conf => $example =~ s/^(?=\w)/SemanticRedirect /mgr }]);
    return ($httpd->verdict)[1];
}

my %without = map { $_ => 1 } 'SEMR110';    # it takes millions of comparisons
for my $section (split /^(?=## )/m, $docs) {
    my ($code) = $section =~ /^## (SEMR\d+)/ or next;
    my ($example) = $section =~ /^```\n(.*?)^```$/ms;
    if ($without{$code}) {
        is($example, undef, "$code has no example");
        next;
    }
    ok(defined $example, "$code has an example") or next;
    my $said = $example =~ / "?if=/ ? told_by_server($example)
        : told_by_command($example);
    like($said, qr/^\S+:\d+: (?:error|warning|info) $code /m,
        "the example of $code gives it") or diag($said);
    unlike($said, qr/^\S+:\d+: error:? (?!$code |SEMR101 )/m,
        'and no other error but a loop') or diag($said);
}
done_testing();
