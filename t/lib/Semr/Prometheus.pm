package Semr::Prometheus;

# A real Prometheus on a free loopback port, and promtool.
#
#   Semr::Prometheus::there() or plan skip_all => Semr::Prometheus::WHY;
#   my ($status, $said) = promtool(['check', 'metrics'], $text);
#   my $prometheus = Semr::Prometheus->start($yaml, 'name.yml' => $text ...);
#   my @results = $prometheus->query('sum(up)');   { metric => {}, value }
#
# The binaries are those on PATH, or what t/lib/prometheus has unpacked.

use strict;
use warnings;
use Exporter 'import';
use File::Temp ();
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Semr::Httpd;

our @EXPORT = qw(promtool);
use constant WHY => 'there is no Prometheus; make deps-check fetches it';

my @running;

sub binary {
    my ($name) = @_;
    my ($path) = grep { -x } map { "$_/$name" } split(/:/, $ENV{PATH}),
        Semr::Httpd::project() . '/build/prometheus/usr/bin';
    return $path;
}

sub there { return binary('prometheus') && binary('promtool') }

# Runs promtool with these words; returns its exit status and all that it says.
sub promtool {
    my ($words, $input) = @_;
    my $file = File::Temp->new;
    print $file $input // '';
    close $file;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        open STDIN, '<', $file->filename;
        open STDERR, '>&', \*STDOUT;
        exec binary('promtool'), @$words or POSIX::_exit(127);
    }
    local $/;
    my $said = <$out> // '';
    close $out;
    return ($? >> 8 || $? & 127, $said);
}

# Starts with this configuration, beside which the files lie.
sub start {
    my ($class, $yaml, %files) = @_;
    my $self = bless { port => Semr::Httpd::free_port(),
        dir => File::Temp->newdir('semredirect-XXXXXX', TMPDIR => 1),
        http => HTTP::Tiny->new(timeout => 20, proxy => undef,
            http_proxy => undef) }, $class;
    %files = (%files, 'prometheus.yml' => $yaml);
    for my $name (keys %files) {
        open my $file, '>:raw', "$self->{dir}/$name" or die;
        print $file $files{$name};
        close $file or die;
    }
    $self->{pid} = fork() // die "fork: $!";
    if (!$self->{pid}) {
        delete @ENV{grep { /_proxy$/i } keys %ENV};
        open STDOUT, '>', "$self->{dir}/log";
        open STDERR, '>&', \*STDOUT;
        exec binary('prometheus'), "--config.file=$self->{dir}/prometheus.yml",
            "--storage.tsdb.path=$self->{dir}/data",
            "--web.listen-address=127.0.0.1:$self->{port}"
                or POSIX::_exit(127);
    }
    push @running, $self;
    Semr::Httpd::wait_for(sub { $self->get('/-/ready')->{success} }, 60)
        or die "Prometheus does not start:\n" . $self->log;
    return $self;
}

sub get {
    my ($self, $path) = @_;
    return $self->{http}->get("http://127.0.0.1:$self->{port}$path");
}

sub log {
    my ($self) = @_;
    open my $file, '<', "$self->{dir}/log" or return '';
    local $/;
    return scalar(<$file>) // '';
}

# What the API says
sub api {
    my ($self, $path) = @_;
    my $answer = $self->get("/api/v1/$path");
    my $json = eval { decode_json($answer->{content}) };
    die "Prometheus: $path: $answer->{content}"
        if !$json || $json->{status} ne 'success';
    return $json->{data};
}

sub query {
    my ($self, $expr) = @_;
    my $words = $self->{http}->www_form_urlencode({ query => $expr });
    return map { { metric => $_->{metric}, value => $_->{value}[1] } }
        @{ $self->api("query?$words")->{result} };
}

sub stop {
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    kill 'TERM', $pid;
    Semr::Httpd::wait_for(
        sub { waitpid($pid, POSIX::WNOHANG()) == $pid }, 20) and return;
    kill 'KILL', $pid;
    waitpid $pid, 0;
}

my $owner = $$;
END {
    my $status = $?;
    if ($$ == $owner) { $_->stop for @running }
    $? = $status;
}

1;
