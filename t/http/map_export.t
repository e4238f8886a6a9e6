# What comes out of an export, good and bad, while httpd runs.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Test::More;

my $M = 'SemanticRedirectMap';
my $httpd = Semr::Httpd->new(conf => "SemanticRedirectRefresh 1\n"
    . 'LogLevel semredirect:info',
    sites => [
        { name => 'csv', conf => "$M moves.csv\n$PAGE" },
        { name => 'text', conf => "$M moves.map" },
        { name => 'secret', conf => "$M secret.map" } ]);
$httpd->write('moves.csv', "from,to,intent\n/old,/v0,permanent\n");
$httpd->write('moves.map', "permanent /old /v0\n");
my $secret = $httpd->write('secret.map', "permanent /old /v0\n");
my $root = !$> && !$ENV{SEMR_USER};
chmod 0600, $secret if $root;
serving($httpd);
is(location($httpd, $_, '/old'), '/v0', "$_: at the start")
    for qw(csv text secret);

# A new column is told of, as at the start.
put($httpd, 'moves.csv', "from,to,intent,who\n/old,/v1,permanent,Ann\n");
ok(answers($httpd, 'csv', '/old', '/v1'), 'a CSV with a new column');
like($httpd->log, qr/moves\.csv:1: .*who/, 'the column is told of');

# An export that found nothing does not undo a migration.
put($httpd, 'moves.csv', "from,to,intent,who\n");
ok(Semr::Httpd::wait_for(sub {
    ((told($httpd, 'csv'))[0]{error} // '') =~ /has no rows, and is refused/ }),
    'a header alone is refused');
is(location($httpd, 'csv', '/old'), '/v1', 'the last good rules answer');

# A text map can say that nothing is what it shall have.
put($httpd, 'moves.map', "# none any more\n");
ok(answers($httpd, 'text', '/old', ''), 'a comment alone is taken');

SKIP: {
    skip 'root reads the map, or nobody does', 1 if !$root;
    like($httpd->log, qr/secret\.map may not be read by httpd's user/,
        'a map that children cannot read is told of before it changes');
}
$httpd->stop;
done_testing();
