# Maps are swapped under load: each answer is of one version, no request fails,
# and none that was asked later gets an older one (DESIGN 10).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX ();
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Test::More;
use Time::HiRes qw(sleep time);

my $ROWS = $ENV{SEMR_ROWS} // 20_000;
my $SWAPS = $ENV{SEMR_SWAPS} // 5;
my $CLIENTS = $ENV{SEMR_CLIENTS} // 3;
my $MPM = $ENV{SEMR_MPM} // 'event';
sub rows { my ($n) = @_;
    return join '', map { "permanent /p$_ /v$n/p$_\n" } 0 .. $ROWS - 1 }

my $httpd = Semr::Httpd->new(start => $MPM eq 'prefork' ? 6 : 2,
    conf => "SemanticRedirectRefresh 1\nMaxKeepAliveRequests 0",
    sites => [ { name => 'one',
        conf => "SemanticRedirectMap one.map\n$PAGE" } ]);
$httpd->write('one.map', rows(0));
serving($httpd);

# Clients write what went wrong, how much went right, and the longest wait.
my @clients;
for (1 .. $CLIENTS) {
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        $SIG{TERM} = 'DEFAULT';
        print traffic();
        close STDOUT;
        POSIX::_exit(0);
    }
    push @clients, $out;
}
for my $n (1 .. $SWAPS) {
    put($httpd, 'one.map', rows($n));
    ok(answers($httpd, 'one', '/p7', "/v$n/p7"), "version $n");
}
$httpd->write('stop', '');
my ($right, $longest, %seen, @wrong) = (0, 0);
for my $out (@clients) {
    while (my $line = <$out>) {
        if ($line =~ /^right (\d+) longest (\d+) seen (.*)/) {
            $right += $1;
            $longest = $2 if $2 > $longest;
            $seen{$_}++ for split ' ', $3;
        }
        else {
            push @wrong, $line;
        }
    }
}
is("@wrong", '', 'no answer is missing, wrong, or older than one before');
cmp_ok($right, '>', Semr::Httpd::alone() ? 20 : 500, 'there was traffic');
is(scalar keys %seen, $SWAPS + 1, 'each version was met')
    or diag(join ' ', sort keys %seen);
note("$right answers, the longest took $longest ms");
SKIP: {
    skip 'httpd runs without children', 1 if Semr::Httpd::alone();
    ok(Semr::Httpd::wait_for(sub { !grep { $_ > 1 } mappings($httpd) }),
        'the versions before are unmapped') or diag(join ' ',
        mappings($httpd));
}
$httpd->stop;
done_testing();

# One process serves a connection, and it never goes back.
sub traffic {
    my ($wrong, $right, $longest, %seen) = ('', 0, 0);
    my $stop = "$httpd->{root}/stop";
    while (!-e $stop && length $wrong < 1000) {
        my $connection = $httpd->connect or return "refused\n";
        my $version = 0;
        for (1 .. 400) {
            my $n = int rand $ROWS;
            my $begin = time;
            $connection->send(
                "GET /p$n HTTP/1.1\r\nHost: one.test\r\n\r\n");
            my $answer = $connection->answer;
            my $took = 1000 * (time - $begin);
            my $to = $answer->header('Location') // '';
            $longest = $took if $took > $longest;
            if ($answer->status eq '301' && $to =~ m{^/v(\d+)/p$n$}
                    && $1 >= $version) {
                $right++;
                $seen{ $version = $1 }++;
            }
            else {
                $wrong .= "/p$n -> " . $answer->status . " $to\n";
            }
            last if -e $stop || $answer->status eq 'no answer';
            sleep 0.0005;
        }
    }
    return sprintf "%sright %d longest %d seen %s\n", $wrong, $right, $longest,
        join ' ', sort keys %seen;
}
