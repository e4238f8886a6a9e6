# Conditions that have httpd look for files and URLs, which it does by requests
# of its own: before it knows a file, and for Explain too.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Explain;
use Semr::Httpd;
use Test::More;

my $P = 'SemanticRedirect permanent';
my $httpd = Semr::Httpd->started(
    conf => "<Location $Semr::Explain::PAGE>\nSetHandler semredirect-status\n"
        . '</Location>',
    sites => [{ name => 'one', files => { 'is.txt' => 'x',
        '.htaccess' => qq($P /late /found if="-F '%dir%/is.txt'") },
        conf => join("\n", qq($P /is /found if="-F '%dir%/is.txt'"),
            qq($P /not /found if="-F '%dir%/not.txt'"),
            qq($P /relative /found if="-F 'not.txt'"),
            qq($P /url /found if="-U '/is.txt'"),
            qq($P /file /found if="-z %{REQUEST_FILENAME}")) }]);

my %found = map { $_ => 301 } qw(/is /url /late /file);
for my $url (qw(/is /not /relative /url /file /late)) {
    is($httpd->ask("GET $url", 'one.test')->status, $found{$url} // 404,
        "$url is asked");
    agrees($httpd, 'one', "GET $url");
}
$httpd->stop;
done_testing();
