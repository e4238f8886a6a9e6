package Semr::Load;

# Clients that keep httpd busy while a test restarts it.  What was answered is
# told by httpd's own log, which has a line for each request that it handled,
# whether its client got the answer or not.
#
#   my @lines = logging();                    for the configuration
#   my @clients = clients($httpd, 8, 1000, sub { "/path host" });
#   finished(@clients);                       waits until each has 1000 answers
#   my %count = logged($httpd);               "host /path" => [answers, code]

use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use POSIX ();
use Time::HiRes 'sleep';

our @EXPORT = qw(logging clients finished logged);

my $AT_ONCE = 20;       # requests that a client sends before it reads

sub logging { return 'CustomLog load_log "%>s %{SEMREDIRECT_CODE}e %v %U"' }

sub clients {
    my ($httpd, $count, $requests, $what) = @_;
    my @clients;
    for my $client (1 .. $count) {
        my $pid = fork() // die "fork: $!";
        if (!$pid) {
            $SIG{TERM} = 'DEFAULT';
            srand $client;
            POSIX::_exit(load($httpd->port, $requests, $what) ? 0 : 1);
        }
        push @clients, $pid;
    }
    return @clients;
}

# HEAD, so that an answer is a head.  httpd may close a connection behind any
# answer when it restarts.
sub load {
    my ($port, $left, $what) = @_;
    my ($socket, $failed) = (undef, 0);
    local $SIG{PIPE} = 'IGNORE';
    while ($left > 0 && $failed < 200) {
        if (!$socket) {
            $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                PeerPort => $port, Timeout => 10);
            if (!$socket) {
                $failed++;
                sleep 0.05;
                next;
            }
        }
        my $asked = $left < $AT_ONCE ? $left : $AT_ONCE;
        my $wire = join '', map {
            my ($path, $host) = split ' ', $what->();
            "HEAD $path HTTP/1.1\r\nHost: $host\r\n\r\n"
        } 1 .. $asked;
        syswrite $socket, $wire;
        my ($got, $heads) = ('', 0);
        while ($heads < $asked && sysread $socket, $got, 65536, length $got) {
            $heads = () = $got =~ /\r\n\r\n/g;
        }
        $left -= $heads;
        undef $socket if $heads < $asked || $got =~ /^Connection: close/mi;
    }
    return $left <= 0;
}

# How many of them failed
sub finished {
    my $failed = 0;
    for my $pid (@_) {
        waitpid $pid, 0;
        $failed++ if $?;
    }
    return $failed;
}

# A request that was not read to its end has a line, too, but no code.
sub logged {
    my ($httpd) = @_;
    my %count;
    for my $line (split /\n/, $httpd->read('load_log')) {
        my ($status, $code, $host, $path) = split ' ', $line;
        next if $code eq '-';
        $count{"$host $path"} ||= [0, $code];
        $count{"$host $path"}[0]++;
    }
    return %count;
}

1;
