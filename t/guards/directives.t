# Each directive and each option is in docs/directives.md and, used, in
# conf/semredirect.conf; and what these name exists.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Semr::Source;
use Test::More;

my @code = map { text($_) } 'mod_semredirect.c', sources(qr{^src/httpd/.*\.c$});
my %directive = map { $_ => 1 } map { /\bAP_INIT_\w+\(\s*"(\w+)"/g } @code;
cmp_ok(scalar keys %directive, '>=', 7, 'the command table has directives');
is_deeply([grep { !/^SemanticRedirect/ } sort keys %directive], [],
    'all begin with SemanticRedirect');

my ($table) = text('src/engine/rule_option_table.c')
    =~ /option_table\[\]\s*=\s*\{(.*?)\n\};/s;
my %option = map { $_ => 1 } ($table // '') =~ /\{\s*"([\w-]+)"/g;
cmp_ok(scalar keys %option, '>=', 10, 'the option table has options');

sub same { my ($what, $wanted, $got) = @_;
    my %got = map { $_ => 1 } @$got;
    is_deeply([grep { !$got{$_} } sort keys %$wanted],
    [], "$what: none is missing");
    is_deeply([grep { !$wanted->{$_} } sort keys %got],
    [], "$what: none is made up") }

# docs/directives.md has a section for each, and names no other.
my $docs = text('docs/directives.md');
same('docs/directives.md, sections', \%directive,
    [$docs =~ /^##+ (SemanticRedirect\w*)/mg]);
same('docs/directives.md, directives', \%directive,
    [$docs =~ /\b(SemanticRedirect\w*)\b/g]);
same('docs/directives.md, options', \%option,
    [map { /([\w-]+)=/g } $docs =~ /^###+ (\S+=.*)/mg]);

# Other pages, too, name only what there is.  "Key: value" is a line of ?auto,
# which t/guards/metrics.t looks at.
for my $page (grep { $_ ne 'docs/directives.md' }
        sources(qr{^(?:README\.md|docs/[^/]+\.md|conf/.*)$})) {
    my @unknown = grep { !$directive{$_} }
        text($page) =~ /\b(SemanticRedirect\w*)\b(?!: \d)/g;
    is_deeply(\@unknown, [], "$page names no directive that is not there");
}

# conf/semredirect.conf uses each directive; each option in a rule, at least in
# one that stands behind a comment sign.
my @conf = lines('conf/semredirect.conf');
same('conf/semredirect.conf, directives', \%directive,
    [map { /^\s*#?\s*(SemanticRedirect\w*)\b/ ? $1 : () } @conf]);
my @rules = grep { /^\s*#?\s*SemanticRedirect(?:Match)?\s/ } @conf;
my @used;
for my $rule (@rules) {
    my $words = $rule;
    $words =~ s/=("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/=QUOTED/g;
    $words =~ s/^\s*#?\s*\S+\s+\S+\s+\S+//;     # directive, INTENT, FROM
    push @used, $words =~ /(?:^|\s)"?([a-z][a-z-]*)=/g;
}
same('conf/semredirect.conf, options', \%option, \@used);

# httpd accepts it, as it is and with its examples.
my $path = project() . '/conf/semredirect.conf';
for my $define ([], ['-D', 'SEMREDIRECT_EXAMPLES']) {
    my ($status, $said) = Semr::Httpd->new(
        modules => [qw(authz_host alias rewrite dir)],
        conf => "Include \"$path\"")->verdict(@$define);
    is($status, 0, "httpd -t @$define accepts conf/semredirect.conf")
        or diag($said);
}
like(text('conf/semredirect.conf'), qr/<IfDefine SEMREDIRECT_EXAMPLES>/,
    'that is how examples are read');
done_testing();
