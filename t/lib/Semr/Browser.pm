package Semr::Browser;

# A headless Chromium, driven over WebDriver by chromedriver.
#
#   my $browser = Semr::Browser->start or plan skip_all => ...;
#   $browser->open($url);
#   $browser->run('document.forms[0].submit()');
#   my $text = $browser->run('return document.body.innerText');

use strict;
use warnings;
use File::Temp ();
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Semr::Httpd;
use Time::HiRes 'sleep';

my @running;

# A new browser, or nothing if there is none on this machine.
sub start {
    my ($class) = @_;
    my ($driver) = grep { -x } map { "$_/chromedriver" }
        split(/:/, $ENV{PATH}), '/usr/lib/chromium';
    return if !$driver;
    my $port = Semr::Httpd::free_port();
    my $self = bless { port => $port, dir => File::Temp->newdir,
        http => HTTP::Tiny->new(timeout => 60, proxy => undef,
            http_proxy => undef) }, $class;
    my $pid = fork() // die "fork: $!";
    if (!$pid) {
        setpgrp;
        open STDOUT, '>', "$self->{dir}/log";
        open STDERR, '>&', \*STDOUT;
        delete @ENV{grep { /_proxy$/i } keys %ENV};
        exec $driver, "--port=$port" or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    push @running, $self;
    Semr::Httpd::wait_for(sub { IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port) }, 20)
        or die 'chromedriver does not start';
    my $session = $self->call(POST => '/session', { capabilities =>
        { alwaysMatch => { browserName => 'chrome', 'goog:chromeOptions' =>
        { args => [ qw(--headless --no-sandbox --disable-gpu --disable-quic
            --no-first-run --disable-background-networking
            --disable-component-update --disable-sync --no-proxy-server
            --disable-dev-shm-usage),
                "--user-data-dir=$self->{dir}/data" ] } } } });
    $self->{session} = "/session/$session->{sessionId}";
    return $self;
}

sub call {
    my ($self, $method, $path, $data) = @_;
    my $answer = $self->{http}->request($method,
        "http://127.0.0.1:$self->{port}$path", $data ? {
            headers => { 'Content-Type' => 'application/json' },
            content => encode_json($data) } : {});
    my $value = eval { decode_json($answer->{content})->{value} };
    die "WebDriver $path: $answer->{status} $answer->{content}"
        if !$answer->{success};
    return $value;
}

sub open {
    my ($self, $url) = @_;
    return $self->call(POST => "$self->{session}/url", { url => $url });
}

sub run {
    my ($self, $script) = @_;
    return $self->call(POST => "$self->{session}/execute/sync",
        { script => $script, args => [] });
}

# Where the browser is.
sub url { return $_[0]->call(GET => "$_[0]{session}/url") }

sub stop {
    my ($self) = @_;
    eval { $self->call(DELETE => $self->{session}) } if $self->{session};
    delete $self->{session};
    kill 'TERM', -$self->{pid} if $self->{pid};
    waitpid $self->{pid}, 0 if $self->{pid};
    delete $self->{pid};
}

my $owner = $$;
END {
    my $status = $?;
    if ($$ == $owner) { $_->stop for @running }
    $? = $status;
}

1;
