# Graceful restarts under keep-alive traffic: each answer is right, by the old
# rules or by the new ones, and at last by the new ones alone.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX ();
use Semr::Httpd;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'httpd runs without children' if Semr::Httpd::alone();

sub rules { return join "\n",
    map { "SemanticRedirect permanent /p$_ /v$_[0]/p$_" } 0 .. 199 }
my $httpd = Semr::Httpd->started(start => 2, sites => [ { name => 'site',
    conf => rules(0) } ]);
is($httpd->ask('GET /p7', 'site.test')->header('Location'), '/v0/p7', 'before');

# Clients write what went wrong, and how much went right.
my (@clients, $rounds);
for (1 .. 3) {
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        print traffic($httpd->port, time + 4);
        close STDOUT;
        POSIX::_exit(0);
    }
    push @clients, $out;
}
for my $version (1 .. 3) {
    sleep 0.8;
    $httpd->{sites}[0]{conf} = rules($version);
    $httpd->write('httpd.conf', $httpd->configuration);
    $httpd->signal('USR1');
}
my ($right, @wrong) = 0;
for my $out (@clients) {
    while (my $line = <$out>) {
        $line =~ /^right (\d+)/ ? ($right += $1) : push @wrong, $line;
    }
}
is("@wrong", '', 'no wrong answer, none missing');
cmp_ok($right, '>', 300, 'there was traffic') or diag("$right answers");
ok(Semr::Httpd::wait_for(sub {
    ($httpd->ask('GET /p7',
        'site.test')->header('Location') // '') eq '/v3/p7' }, 5),
    'after: the last rules') or diag($httpd->log);
my $stale = grep { ($httpd->ask("GET /p$_",
    'site.test')->header('Location') // '')
    ne "/v3/p$_" } 0 .. 199;
is($stale, 0, 'after: by no child the old ones');
my @restarts = $httpd->log =~ /Doing graceful|Graceful restart requested/g;
is(scalar @restarts, 3, 'there were three restarts')
    or diag($httpd->log);
$httpd->stop;
done_testing();

# Asks over kept-alive connections until then.  A server that restarts may
# close an idle connection; on a new one it owes an answer.
sub traffic {
    my ($port, $until) = @_;
    my ($connection, $fresh, $right, $wrong) = (undef, 0, 0, '');
    while (time < $until && length $wrong < 1000) {
        if (!$connection) {
            $connection = Semr::Http->new($port) or return "refused\n";
            $fresh = 1;
        }
        my $n = int rand 200;
        $connection->send("GET /p$n HTTP/1.1\r\nHost: site.test\r\n\r\n");
        my $answer = $connection->answer;
        my $to = $answer->header('Location') // '';
        if ($answer->status eq '301' && $to =~ m{^/v[0-3]/p$n$}) {
            $right++;
        }
        elsif ($answer->status ne 'no answer' || $fresh) {
            $wrong .= "/p$n -> " . $answer->status . " $to\n";
        }
        $fresh = 0;
        undef $connection if $answer->status eq 'no answer'
            || ($answer->header('Connection') // '') =~ /close/i;
        sleep 0.001;
    }
    return "${wrong}right $right\n";
}
