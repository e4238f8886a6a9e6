package Semr::Echo;

# A tiny HTTP server on loopback that remembers what arrived:
#
#   my $echo = Semr::Echo->start;
#   ... a client is sent to "http://127.0.0.1:" . $echo->port . '/x' ...
#   my @arrived = $echo->arrived;     { method, target, headers, body }
#
# It answers 200 with "METHOD TARGET BODY", and stops with the test.

use strict;
use warnings;
use File::Temp ();
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();

my @children;

sub start {
    my ($class) = @_;
    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        Listen => 20, ReuseAddr => 1) or die "listen: $!";
    my $self = bless { port => $listener->sockport,
        log => File::Temp->new }, $class;
    my $pid = fork() // die "fork: $!";
    if (!$pid) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
        serve($listener, $self->{log}->filename);
        POSIX::_exit(0);
    }
    push @children, $pid;
    return $self;
}

sub port { $_[0]{port} }

# What has arrived since it was last asked; favicons do not count.
sub arrived {
    my ($self) = @_;
    open my $file, '<', $self->{log}->filename or die;
    my @all = grep { $_->{target} !~ /favicon/ }
        map { decode_json($_) } <$file>;
    my $seen = $self->{seen} // 0;
    $self->{seen} = @all;
    return @all[$seen .. $#all];
}

# One thread serves all connections, since a browser opens some in advance.
sub serve {
    my ($listener, $log) = @_;
    my $select = IO::Select->new($listener);
    my %got;
    while (1) {
        for my $ready ($select->can_read) {
            if ($ready == $listener) {
                my $client = $listener->accept or next;
                $select->add($client);
                $got{$client} = '';
                next;
            }
            my $more = sysread $ready, $got{$ready}, 65536, length $got{$ready};
            my $request = request($got{$ready});
            next if $more && !$request;
            answer($ready, $request, $log) if $request;
            delete $got{$ready};
            $select->remove($ready);
            close $ready;
        }
    }
}

sub request {
    my ($text) = @_;
    my ($head, $body) = split /\r\n\r\n/, $text, 2;
    return if !defined $body;
    my ($line, @fields) = split /\r\n/, $head;
    my ($method, $target) = split / /, $line;
    my %header = map { /^([^:]+):\s*(.*)$/ ? (lc $1, $2) : () } @fields;
    return if length $body < ($header{'content-length'} // 0);
    return { method => $method, target => $target, headers => \%header,
        body => $body };
}

sub answer {
    my ($client, $request, $log) = @_;
    open my $file, '>>', $log or return;
    print $file JSON::PP->new->canonical->encode($request), "\n";
    close $file;
    my $text = "$request->{method} $request->{target} $request->{body}";
    print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        . "Access-Control-Allow-Origin: *\r\nConnection: close\r\n"
        . 'Content-Length: ' . length($text) . "\r\n\r\n$text";
}

my $owner = $$;
END {
    my $status = $?;
    kill 'KILL', @children if $$ == $owner;
    $? = $status;
}

1;
