package Semr::Browser;

# A headless Chromium, driven over WebDriver by chromedriver.
#
#   my $browser = Semr::Browser->start or plan skip_all => ...;
#   $browser->open($url);
#   $browser->run('document.forms[0].submit()');
#   my $text = $browser->run('return document.body.innerText');
#   $browser->look(dark => 1, width => 360);
#   $browser->picture('page.png');

use strict;
use warnings;
use File::Temp ();
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64 'decode_base64';
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
        http => HTTP::Tiny->new(timeout => 320, proxy => undef,
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
        { alwaysMatch => { browserName => 'chrome',
        'goog:loggingPrefs' => { browser => 'ALL' }, 'goog:chromeOptions' =>
        { args => [ qw(--headless --no-sandbox --disable-gpu --disable-quic
            --no-first-run --disable-background-networking
            --disable-component-update --disable-sync --no-proxy-server
            --disable-dev-shm-usage),
                "--user-data-dir=$self->{dir}/data" ] } } } });
    $self->{session} = "/session/$session->{sessionId}";
    # a machine that does much else is no fault of the page
    $self->call(POST => "$self->{session}/timeouts", { script => 300_000 });
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

# A command of the DevTools protocol.
sub devtools {
    my ($self, $command, %params) = @_;
    return $self->call(POST => "$self->{session}/goog/cdp/execute",
        { cmd => $command, params => \%params });
}

# As who looks: dark or light, so many pixels wide; with or without script.
sub look {
    my ($self, %as) = @_;
    $self->devtools('Emulation.setEmulatedMedia', features => [
        { name => 'prefers-color-scheme',
            value => $as{dark} ? 'dark' : 'light' } ]);
    $self->devtools('Emulation.setDeviceMetricsOverride',
        width => 0 + $as{width}, height => 0 + ($as{height} // 900),
        deviceScaleFactor => 1,
        mobile => $as{width} < 600 ? JSON::PP::true : JSON::PP::false);
}

sub scripting {
    my ($self, $on) = @_;
    $self->devtools('Emulation.setScriptExecutionDisabled',
        value => $on ? JSON::PP::false : JSON::PP::true);
}

# The page as a PNG, to its end or 8,000 pixels of it.
sub picture {
    my ($self, $path) = @_;
    my $size = $self->devtools('Page.getLayoutMetrics')->{cssContentSize};
    my $height = $size->{height} < 8000 ? $size->{height} : 8000;
    my $shot = $self->devtools('Page.captureScreenshot', format => 'png',
        captureBeyondViewport => JSON::PP::true, clip => { x => 0, y => 0,
            width => $size->{width}, height => $height, scale => 1 });
    CORE::open(my $file, '>:raw', $path) or die "$path: $!";
    print $file decode_base64($shot->{data});
    close $file or die "$path: $!";
}

# What the console said since it was asked last.
sub console {
    my ($self) = @_;
    return map { "$_->{level}: $_->{message}" } @{
        $self->call(POST => "$self->{session}/se/log", { type => 'browser' }) };
}

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
