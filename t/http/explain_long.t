# Explain of long URLs by many long rules: no page over 300 KB, and none cut
# short; what is short is whole.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Semr::Explain;
use Semr::Httpd;
use Test::More;

my $P = 'SemanticRedirect permanent';
my $note = '<&' x 3000;
my @rules = map { my $tree = '/' . 'x/' x $_; my $to = 'y%3C' x 1500;
    qq($P $tree* /t$_/$to/* "note=$_ $note" )
        . qq("if=%{HTTP_COOKIE} =~ /a$_) . '&' x 2000 . '/"' } 0 .. 59;
my $httpd = Semr::Httpd->started(
    conf => "<Location $Semr::Explain::PAGE>\nSetHandler semredirect-status\n"
        . '</Location>',
    sites => [{ name => 'many', conf => join "\n", @rules },
        { name => 'one', conf => join "\n", "$P /* https:/*", "$P /a /b",
            'SemanticRedirectAbsolute On',
            map { "$P /hop$_/* /hop" . ($_ + 1) . '/*' } 1 .. 9 }]);

my $headers = '&headers=' . join '%0A', map { "X$_:" . '%26' x 20 } 1 .. 49;
for (['many', '/' . 'x/' x 2000 . '%3C' x 1300], ['many', '/'],
    ['many', '/' . 'x/' x 70 . '%22%3C' x 500], ['one', '/' . '&' x 7500],
    ['one', '/hop1/' . '%26' x 2400], ['one', '/hop3/%22' . "'" x 7400],
    ['one', '/a?' . '%22' x 2300],
    ['many', '/' . 'x/' x 70 . $headers]) {
    my ($site, $url) = @$_;
    for my $format ('html', 'json') {
        my $answer = page($httpd, $site, "view=explain&format=$format&url=$url");
        my $what = "$site, $format: " . substr $url, 0, 20;
        is($answer->status, 200, $what);
        cmp_ok(length $answer->body, '<', 300_000, "$what: its size");
        $format eq 'html' ? like($answer->body, qr{</html>\s*$}, "$what: whole")
            : ok(eval { decode_json($answer->body) }, "$what: JSON");
    }
}

my $told = told($httpd, 'many', 'GET /' . 'x/' x 70);
is($told->{rules_not_told}, 20, 'the rules are told, and how many are not');
is(scalar @{ $told->{rules} }, 40, 'forty of them');
like($told->{rules}[0]{note}, qr/^59 <&<&.*\x{2026}$/s, 'cut notes say so');
my ($short) = told($httpd, 'one', 'GET /' . 'x' x 1500);
like($short->{location}, qr/x{1500}$/, 'what fits is whole');
$httpd->stop;
done_testing();
