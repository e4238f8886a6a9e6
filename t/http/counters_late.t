# Hits that old children count behind a restart are not lost, nor are those of
# children that are killed, nor those of a map whose watcher is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'httpd runs without children' if Semr::Httpd::alone();

my $httpd = Semr::Httpd->new(start => 3, kills => 1,
    conf => 'SemanticRedirectRefresh 1', sites => [ { name => 'one' } ]);

sub configure {
    $httpd->{sites}[0]{conf} = "@_" . "SemanticRedirectMap one.map\n"
        . $PAGE;
    $httpd->write('httpd.conf', $httpd->configuration);
}

sub all {
    my $json = eval { json_of($httpd, 'one') } || { rules => [] };
    return ($json, map { $_->{from} => $_->{hits} } @{ $json->{rules} });
}

# Waits, for an old child may still answer, and for the watchdog.
sub counts {
    my ($what, $answers, %hits) = @_;
    my ($json, %got);
    Semr::Httpd::wait_for(sub {
        ($json, %got) = all();
        !grep { ($got{$_} // -1) != $hits{$_} } keys %hits;
    }, 5);
    is_deeply({ map { $_ => $got{$_} } keys %hits }, \%hits, "$what: hits");
    is($json->{answers}, $answers, "$what: answers");
}

# A request that has begun; its child waits for the rest, whatever happens.
sub begun {
    my ($path) = @_;
    my $connection = $httpd->connect;
    $connection->send("GET $path HTTP/1.1\r\nHost: one.te");
    sleep 0.1;
    return $connection;
}

sub ended {
    my ($what, $connection) = @_;
    $connection->send("st\r\n\r\n");
    is($connection->answer->status, 301, "$what is answered");
}

my $a = "SemanticRedirect permanent /a /x\n";
my $b = "SemanticRedirect permanent /b /x\n";
configure($a, $b);
$httpd->write('one.map', "permanent /m /x\n");
serving($httpd);
$httpd->ask("GET $_", 'one.test') for qw(/a /a /b /m);
counts('at first', 4, '/a' => 2, '/b' => 1, '/m' => 1);

my @late = map { begun($_) } qw(/a /b /m /a);
configure("SemanticRedirect gone /new\n", $b, $a);
$httpd->restart('USR1');
ended('a request of before', $late[0]);
counts('of the configuration before', 5, '/a' => 3, '/b' => 1, '/new' => 0);
configure($a);
$httpd->restart('USR1');
ended('a request for a rule that is gone', $late[1]);
ended('one for a map', $late[2]);
counts('of the one before that', 7, '/a' => 3, '/m' => 2);
$httpd->ask('GET /a', 'one.test');
configure($b, $a);
$httpd->restart('USR1');
ended('a request of three configurations before', $late[3]);
counts('put back', 9, '/a' => 5, '/b' => 2, '/m' => 2);

# What a child counted stays when it is killed.
$httpd->ask("GET $_", 'one.test') for qw(/a /b /m);
my @children = $httpd->children;
cmp_ok(scalar @children, '>', 1, 'there are children');
kill 'KILL', @children;
Semr::Httpd::wait_for(sub { !grep { kill 0, $_ } @children });
counts('children were killed', 12, '/a' => 6, '/b' => 3, '/m' => 3);

# Whoever publishes next has it all, whatever the one before was doing.
for my $n (1 .. 4) {
    put($httpd, 'one.map', join '', map({ "gone /q$n-$_\n" } 1 .. 100 * $n),
        "permanent /m /x\npermanent /version /v$n\n",
        map { "gone /r$n-$_\n" } 1 .. 30000);
    $httpd->ask('GET /m', 'one.test');
    sleep 0.3 + $n / 4;
    kill 'KILL', $httpd->children;
    ok(answers($httpd, 'one', '/version', "/v$n", 20), "version $n is there")
        or diag($httpd->log);
    $httpd->ask('GET /m', 'one.test');
    my ($json) = all();
    counts("version $n", $json->{answers}, '/m' => 3 + 2 * $n);
}
my ($before) = all();
configure($b, $a);
put($httpd, 'one.map', "permanent /m /x\n");
$httpd->restart('USR1');
counts('and a restart', $before->{answers}, '/a' => 6, '/b' => 3, '/m' => 11);

# A map that outgrows its counters
sub far {
    my ($what, $hits) = @_;
    my $rule;
    Semr::Httpd::wait_for(sub {
        my $json = eval { json_of($httpd, 'one', '?from=/far') };
        $rule = $json->{rules}[0] || {};
        ($rule->{hits} // -1) == $hits;
    }, 5);
    is($rule->{hits}, $hits, $what);
    ok($rule->{last}, "$what: the last hit");
}
put($httpd, 'one.map', join '', map({ "gone /s$_\n" } 1 .. 70000),
    "permanent /far /x\n");
ok(answers($httpd, 'one', '/far', '/x', 20), 'a map that has grown is there');
$httpd->ask('GET /far', 'one.test') for 1 .. 2;
far('beyond the room', 3);
$httpd->restart('USR1');
far('and a restart, which makes room', 3);
$httpd->ask('GET /far', 'one.test');
far('there', 4);
$httpd->stop;
done_testing();
