package Semr::Http;

# Raw HTTP on loopback: what is written here goes out byte for byte.
#
#   my $answer = ask($port, "POST /old\nX-Beta: yes\n\nbody", 'site.test');
#   $answer->status, ->header('Location'), ->body, ->head
#
#   my $connection = Semr::Http->new($port);         keep-alive, pipelining
#   $connection->send($bytes);
#   my $answer = $connection->answer;                one answer

use strict;
use warnings;
use Exporter 'import';
use IO::Select;
use IO::Socket::INET;
use Time::HiRes 'time';

our @EXPORT_OK = qw(ask wire);

# How long an answer may take: valgrind and sanitizers are slow.
our $PATIENCE = $ENV{SEMR_WRAP} || $ENV{SEMR_PRELOAD} ? 60 : 10;

# A request in short: "METHOD TARGET [HTTP/x.y]", header lines, an empty line,
# the body.  Host, Content-Length and "Connection: close" are added where they
# are missing; a line "!Host" leaves Host out.
sub wire {
    my ($request, $host) = @_;
    my ($head, $body) = split /\n\n/, $request, 2;
    my ($line, @headers) = split /\n/, $head;
    return "$1\r\n" if $line =~ m{^(.*) HTTP/0\.9$};
    $line .= ' HTTP/1.1' if $line !~ m{ HTTP/\d\.\d$};
    my %has = map { /^([^:]+)/ ? (lc $1 => 1) : () } @headers;
    @headers = grep { lc ne '!host' } @headers;
    unshift @headers, "Host: $host" if !$has{host} && !$has{'!host'};
    push @headers, 'Content-Length: ' . length $body
        if defined $body && !$has{'content-length'}
        && !$has{'transfer-encoding'};
    push @headers, 'Connection: close' if !$has{connection};
    return join "\r\n", $line, @headers, '', $body // '';
}

# One request on a connection of its own.
sub ask {
    my ($port, $request, $host) = @_;
    my $connection = Semr::Http->new($port) or return Semr::Answer->parse('');
    $connection->send(wire($request, $host // 'localhost'));
    return Semr::Answer->parse($connection->all, $request =~ /^HEAD /);
}

sub new {
    my ($class, $port) = @_;
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => $PATIENCE)
        or return;
    $socket->autoflush(1);
    return bless { socket => $socket, got => '' }, $class;
}

sub send {
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $at = 0;
    while ($at < length $bytes) {
        my $wrote = syswrite $self->{socket}, $bytes, length($bytes) - $at, $at;
        return 0 if !defined $wrote;
        $at += $wrote;
    }
    return 1;
}

# More bytes, or 0 at the end, after an error, or beyond the patience.
sub more {
    my ($self) = @_;
    my $select = IO::Select->new($self->{socket});
    return 0 if !$select->can_read($PATIENCE);
    return sysread($self->{socket}, $self->{got}, 65536, length $self->{got})
        || 0;
}

# All that comes until the server closes.
sub all {
    my ($self) = @_;
    1 while $self->more;
    return delete $self->{got};
}

# The next answer of a kept-alive connection, whose body has a known length.
sub answer {
    my ($self, %option) = @_;
    while ($self->{got} !~ /\r\n\r\n/) {
        return Semr::Answer->parse($self->{got}) if !$self->more;
    }
    my $end = index($self->{got}, "\r\n\r\n") + 4;
    my $answer = Semr::Answer->parse(substr $self->{got}, 0, $end);
    if (!$option{head} && ($answer->header('Transfer-Encoding') // '')
            =~ /chunked/) {
        1 while $self->{got} !~ /\r\n0\r\n\r\n/ && $self->more;
        $end = index($self->{got}, "\r\n0\r\n\r\n") + 7;
    }
    elsif (!$option{head}) {
        $end += $answer->header('Content-Length') // 0;
        1 while length $self->{got} < $end && $self->more;
    }
    my $text = substr $self->{got}, 0, $end, '';
    return Semr::Answer->parse($text, $option{head});
}

package Semr::Answer;

sub parse {
    my ($class, $text, $is_head) = @_;
    my ($head, $body) = split /\r\n\r\n/, $text, 2;
    my ($line, @fields) = split /\r\n/, $head // '';
    my $self = bless { text => $text, head => $head // '', body => $body // '',
        fields => [ map { [ /^([^:]*):\s*(.*?)\s*$/s ] } @fields ] }, $class;
    if (($line // '') =~ m{^HTTP/\d\.\d (\d{3})\b}) {
        $self->{status} = $1;
    }
    else {      # HTTP/0.9, or nothing at all
        @$self{qw(status head body)} = (length $text ? 'none' : 'no answer',
            '', $text);
        $self->{fields} = [];
    }
    if (!$is_head && ($self->header('Transfer-Encoding') // '') =~ /chunked/) {
        my ($rest, $whole) = ($self->{body}, '');
        while ($rest =~ s/^([0-9a-fA-F]+)[^\r\n]*\r\n// && hex $1) {
            $whole .= substr $rest, 0, hex $1, '';
            $rest =~ s/^\r\n//;
        }
        $self->{body} = $whole;
    }
    return $self;
}

sub status { $_[0]{status} }
sub body   { $_[0]{body} }
sub head   { $_[0]{head} }
sub text   { $_[0]{text} }

# All values of a header, in the order sent.
sub headers {
    my ($self, $name) = @_;
    return map { $_->[1] } grep { lc($_->[0] // '') eq lc $name }
        @{ $self->{fields} };
}

# The values of a header, joined; undef if there is none.
sub header {
    my @values = $_[0]->headers($_[1]);
    return @values ? join ', ', @values : undef;
}

1;
