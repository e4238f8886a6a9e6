# event only: what httpd -t says does not depend on the MPM.
# httpd -t -D DUMP_SEMREDIRECT prints the effective rules (DESIGN 5).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Test::More;

my $httpd = Semr::Httpd->new(
    conf => "SemanticRedirect permanent /main-from /main-to\n"
        . "SemanticRedirectChains keep",
    sites => [
        { name => 'one', conf =>
            'SemanticRedirect temporary /one/* https://one.test/to/* '
            . qq(max-age=90s note="one's note"\nSemanticRedirect gone /dead\n)
            . "SemanticRedirectMatch see-other ^/re(.)\$ /\$1\n"
            . "SemanticRedirect none /keep stage=off" },
        { name => 'two', conf => "<Location />\n"
            . "SemanticRedirect permanent /in-location /to\n"
            . '</Location>' },
    ]);
my ($status, $said) = $httpd->verdict('-D', 'DUMP_SEMREDIRECT');
is($status, 0, 'exit status') or diag($said);
like($said, qr/Syntax OK/, 'the configuration is good');

my $conf = $httpd->read('test.conf');
sub line_of {
    my ($text) = @_;
    my $before = substr $conf, 0, index $conf, $text;
    return 1 + ($before =~ tr/\n//);
}
for my $row (
        ['/main-from', 'permanent', '/main-to'],
        ['/one/*', 'temporary', 'https://one.test/to/*', 'max-age'],
        ['/dead', 'gone'], ['^/re(.)$', 'see-other', '/$1'],
        ['/keep', 'none', 'off']) {
    my ($from, @words) = @$row;
    my @lines = grep { index($_, $from) >= 0 } split /\n/, $said;
    ok(scalar @lines, "$from is listed") or diag($said);
    for my $word (@words) {
        ok(scalar(grep { index($_, $word) >= 0 } @lines), "$from: $word")
            or diag(@lines);
    }
    my $line = line_of(" $from");
    ok(scalar(grep { /test\.conf:$line\b/ } @lines), "$from: its file and line")
        or diag("test.conf:$line is not in\n", join "\n", @lines);
}
like($said, qr/one\.test/, 'the virtual host is named');

(undef, my $quiet) = $httpd->verdict;
unlike($quiet, qr{/main-from},
    'without -D DUMP_SEMREDIRECT nothing is printed');
done_testing();
