# Each metric is in the table of docs/status.md, with its type, labels and
# words, and back; names follow Prometheus; and what pages name exists.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Source;
use Test::More;

my $table = text('src/engine/render_metrics_table.h') =~ s/\\\n/ /gr;

# The arguments of each X(...) of a macro, as they are written; strings that
# stand side by side are one.
sub rows {
    my ($name) = @_;
    my ($body) = $table =~ /#define \Q$name\E\(X\)\s+(.*?)\n/ or die $name;
    my @rows;
    while ($body =~ /\bX(\((?:[^()"]|"[^"]*"|(?1))*\))/g) {
        my $inner = substr $1, 1, -1;
        my @args;
        push @args, $1 =~ s/^\s+|\s+$//gr
            while $inner =~ /((?:"[^"]*"|\([^()]*\)|[^,("])+)(?:,|$)/g;
        push @rows, [ map { /^"/ ? join('', /"([^"]*)"/g) : $_ } @args ];
    }
    return @rows;
}

my %label = map { @$_ } rows('SEMR_METRIC_LABELS');
my $of_map = 'L(SERVER) | L(SOURCE) | L(OPTIONS)';
my %suffix = (INFO => '_info', COUNTER => '_total', GAUGE => '');
my (@wanted, %known, %family);
for my $row (rows('SEMR_METRICS')) {
    my ($id, $name, $type, $unit, $labels, $kept, $fold, $heading, $help) =
        @$row;
    is(scalar @$row, 9, "$id: the row is whole");
    my @labels = map { $label{$_} // "no $_" }
        ($labels =~ s/OF_MAP/$of_map/r) =~ /L\((\w+)\)/g;
    push @wanted, join ' | ', "`$name$suffix{$type}`", lc $type,
        join(', ', map { "`$_`" } @labels), $help;
    ok(!$family{$name}++, "$name: there is one");
    $known{"$name$suffix{$type}"} = $known{$name} = 1;
    $known{"${name}_created"} = 1 if $type eq 'COUNTER';

    like($name, qr/^semredirect(?:_[a-z]+)*$/, "$name: begins as all do");
    unlike($name, qr/_(?:total|info|created|count|sum|bucket)$/,
        "$name: ends in nothing that has a meaning");
    ok(!length $unit || $name =~ /_\Q$unit\E$/, "$name: ends in its unit");
    like($unit, qr/^(?:|seconds|bytes)$/, "$name: a base unit");
    ok($name !~ /_(seconds|bytes)$/ || $unit eq $1, "$name: has its unit");
    is($fold eq 'LATEST', $name =~ /_timestamp_seconds$/ ? 1 : '',
        "$name: moments are not added up");
    unlike($help, qr/["\\]|\.$/, "$name: its words need no escaping");
    my @kept = grep { $labels !~ /\Q$_\E/ } $kept =~ /L\(\w+\)/g;
    is_deeply(\@kept, [], "$name: keeps labels that it has");
}
cmp_ok(scalar @wanted, '>=', 15, 'there is a table of metrics');

my $docs = text('docs/status.md');
my ($section) = $docs =~ /^## Metrics\n(.*?)^## /ms;
my @told = map { s/^\| | \|$//gr =~ s/\|  \|/| |/r }
    grep { /^\| `semredirect/ } split /\n/, $section // '';
s/\|  \|/| |/ for @wanted;
is_deeply([sort @told], [sort @wanted], 'the table of docs/status.md');

# Lines of ?auto have the metric's name, and what stays of its labels.
my @keys = map { 'SemanticRedirect' . join '', map { ucfirst }
    split /_/, s/^semredirect_?//r } sort keys %family;
my $keys = join '|', map { $_ eq 'SemanticRedirect' ? "${_}Version" : $_ } @keys;
my ($lines) = $docs =~ /^## mod_status\n.*?^```\n(.*?)^```/ms;
my @lines = split /\n/, $lines // '';
cmp_ok(scalar @lines, '>=', 15, 'docs/status.md has lines of ?auto');
is_deeply([grep { !/^(?:$keys)(?:Off|Observe|Trial|Live|Error|Warning|Info)?
    (?:\d{3})?:\ [\d.]+$/x } @lines], [], 'and each is of a metric');

# No page, and no rule in it, names a metric that there is not.
for my $page (sources(qr{^(?:README\.md|CHANGES\.md|docs/[^/]+\.md|conf/.*)$})) {
    is_deeply([grep { !$known{$_} && !/^semredirect_module$/ }
        text($page) =~ /\b(semredirect_\w+)/g], [],
        "$page names no other metric");
}
done_testing();
