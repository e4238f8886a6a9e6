# Where chains lead is remembered, and forgotten when a map changes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Test::More;

my $S = 'SemanticRedirect';
my $httpd = Semr::Httpd->new(start => 2,
    conf => "${S}Refresh 1\n${S}Map main.map\n$S permanent /m /n\n"
        . "$S permanent /host http://heir.test/n1\n"
        . "$S permanent /n1 /n2\n",
    sites => [
        { name => 'own', conf => "${S}Map own.map\n$S permanent /a /b\n" },
        { name => 'both', conf => "$S permanent /a /b\n" },
        { name => 'heir', conf => '' },
        { name => 'sibling', conf => '' },
    ]);
$httpd->write("$_.map", "permanent /x /y\n") for qw(own main);
serving($httpd);
my %first = (own => ['/a', '/b'], both => ['/a', '/b'], heir => ['/m', '/n']);

# each thread of each child has seen them
for my $round (1 .. 40) {
    for my $site (sort keys %first) {
        my ($from, $to) = @{ $first{$site} };
        my $got = location($httpd, $site, $from);
        is($got, $to, "$site: $from, at first") if $round == 1 || $got ne $to;
    }
}
# To one heir it is another host, to the other it is itself.
my $host = 'http://heir.test';
for my $round (1 .. 40) {
    for my $case (['sibling', "$host/n1"], ['heir', "$host/n2"]) {
        my ($site, $to) = @$case;
        my $got = location($httpd, $site, '/host');
        is($got, $to, "$site: /host") if $round == 1 || $got ne $to;
    }
}
put($httpd, "$_.map", "permanent /b /c\npermanent /n /o\n") for qw(own main);
ok(answers($httpd, 'own', '/a', '/c'), 'own: its map goes on');
ok(answers($httpd, 'both', '/a', '/c'), 'both: the main server\'s map goes on');
ok(answers($httpd, 'heir', '/m', '/o'), 'heir: likewise');
ok(Semr::Httpd::wait_for(sub {
    !grep { location($httpd, 'both', '/a') ne '/c' } 1 .. 40 }),
    'in each child');
put($httpd, "$_.map", "permanent /x /y\n") for qw(own main);
ok(answers($httpd, $_, @{ $first{$_} }), "$_: and back") for sort keys %first;
$httpd->stop;
done_testing();
