package Semr::Httpd;

# A private httpd on a free loopback port, for one test.
#
#   my $httpd = Semr::Httpd->started(
#       modules => [qw(alias rewrite)],             beside the usual few
#       conf    => "LogLevel semredirect:debug",    lines at server level
#       files   => { 'a.html' => 'x' },             in the main DocumentRoot
#       sites   => [ { name => 'one', conf => ..., files => {...} } ]);
#   my $answer = $httpd->ask('GET /old', 'one.test');
#   $httpd->stop;                                   fails the test after a crash
#
# In conf and files %port% is the port, %root% the ServerRoot, %dir% the
# DocumentRoot, %name% the site's name and %host% its ServerName.
#
# The environment says what is tested, and how:
#   SEMR_MODULE    the module; default build/mod_semredirect.so, "none": without
#   SEMR_MPM       event (default), worker, prefork
#   SEMR_USER      who runs httpd, if we are root (default: root, as a service)
#   SEMR_WRAP      a command around httpd, such as valgrind; httpd runs with -X
#   SEMR_PRELOAD   LD_PRELOAD for httpd alone (sanitizers); likewise

use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use Exporter 'import';
use File::Basename 'dirname';
use File::Path 'make_path';
use File::Temp ();
use IO::Socket::INET;
use POSIX ();
use Semr::Http;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT_OK = qw(project module alone);

my $SLOW = $ENV{SEMR_WRAP} || $ENV{SEMR_PRELOAD};
my $PATIENCE = $SLOW ? 90 : 15;     # seconds, for a start and for a stop
my @USUAL = qw(unixd authz_core env setenvif headers mime log_config);
my $CRASH = join '|', 'exit signal', 'AddressSanitizer', 'runtime error:',
    'buffer overflow', 'stack smashing', 'double free', 'malloc\(\)',
        'corrupted';
my (%apxs, @running);

# The folder of the project.
sub project { return dirname(dirname(dirname(dirname(abs_path(__FILE__))))) }

# The module under test; "" if there shall be none.
sub module {
    my $module = $ENV{SEMR_MODULE} // project() . '/build/mod_semredirect.so';
    return '' if $module eq 'none';
    -f $module or BAIL_OUT("there is no $module: run make");
    return abs_path($module);
}

# Whether httpd runs as one process that serves (-X), without children.
sub alone { return $SLOW ? 1 : 0 }

sub apxs {
    my ($name) = @_;
    return $apxs{$name} //= do {
        my $value = `apxs -q $name`;
        chomp $value;
        $value;
    };
}

sub new {
    my ($class, %option) = @_;
    my $top = File::Temp->newdir('semredirect-XXXXXX', TMPDIR => 1);
    chmod 0755, "$top";
    my $self = bless { sites => [], modules => [], files => {}, conf => '',
        start => 1, %option, top => $top, root => "$top" }, $class;
    $_->{conf} //= '' for @{ $self->{sites} };
    $self->{port} = free_port();
    for my $site ({ name => 'main', files => $self->{files} },
        @{ $self->{sites} }) {
        make_path("$top/$site->{name}");
        my $files = $site->{files} || {};
        $self->write("$site->{name}/$_", $self->fill($files->{$_}, $site))
            for keys %$files;
    }
    return $self;
}

sub port { $_[0]{port} }
sub root { $_[0]{root} }
sub pid  { $_[0]{pid} }

# Below the range of ports that the kernel gives to clients.
sub free_port {
    for (1 .. 200) {
        my $port = 10000 + int rand 22000;
        return $port if IO::Socket::INET->new(LocalAddr => '127.0.0.1',
            LocalPort => $port, Listen => 1, ReuseAddr => 1);
    }
    die 'no free port';
}

sub fill {
    my ($self, $text, $site) = @_;
    my $name = $site ? $site->{name} : 'main';
    my %value = (port => $self->{port}, root => $self->{root}, name => $name,
        dir => "$self->{root}/$name",
            host => $site ? "$name.test" : 'localhost');
    $text =~ s/%(port|root|name|dir|host)%/$value{$1}/g;
    return $text;
}

sub write {
    my ($self, $name, $text) = @_;
    my $path = "$self->{root}/$name";
    make_path(dirname($path));
    open my $file, '>:raw', $path or die "$path: $!";
    print $file $text;
    close $file or die "$path: $!";
    return $path;
}

sub read {
    my ($self, $name) = @_;
    open my $file, '<:raw', "$self->{root}/$name" or return '';
    local $/;
    return scalar(<$file>) // '';
}

sub user {
    return () if $>;
    for my $name ($ENV{SEMR_USER} || (), qw(www-data apache nobody)) {
        my @who = getpwnam $name or next;
        return { name => $name, uid => $who[2], gid => $who[3] };
    }
    die 'there is neither www-data, apache nor nobody';
}

sub load {
    my ($name, $path) = @_;
    return -e $path ? "LoadModule ${name}_module \"$path\"" : ();
}

sub configuration {
    my ($self) = @_;
    my ($root, $port) = @$self{qw(root port)};
    my $mpm = $self->{mpm} || $ENV{SEMR_MPM} || 'event';
    my $children = $self->{start};
    my %seen;
    my @lines = (qq{ServerRoot "$root"}, "Listen 127.0.0.1:$port",
        qq{DefaultRuntimeDir "$root"}, 'PidFile httpd.pid',
        "Mutex file:$root default", 'ErrorLog error_log',
        'Timeout 20', "StartServers $children", 'ServerName localhost',
        map({ load($_, apxs('LIBEXECDIR') . "/mod_$_.so") }
            grep { !$seen{$_}++ } "mpm_$mpm", @USUAL, @{ $self->{modules} }));
    push @lines, $mpm eq 'prefork'
        ? ("MinSpareServers $children", "MaxSpareServers 8",
            'MaxRequestWorkers 16')
        : ('ServerLimit 8', 'ThreadsPerChild 8', 'MaxRequestWorkers 64',
            'MinSpareThreads ' . 8 * $children, 'MaxSpareThreads 64');
    push @lines, 'LoadModule semredirect_module "' . module() . '"' if module();
    my ($user) = user();
    push @lines, "User $user->{name}", "Group #$user->{gid}" if $user;
    push @lines, '<IfModule mime_module>', 'TypesConfig /dev/null',
        'AddType text/html .html', '</IfModule>', qq{DocumentRoot "$root/main"},
        qq{<Directory "$root">}, 'AllowOverride FileInfo',
        'Options FollowSymLinks', 'Require all granted', '</Directory>',
        $self->fill($self->{conf});
    for my $site (@{ $self->{sites} }) {
        my $conf = $self->fill($site->{conf}, $site);
        push @lines, "<VirtualHost *:$port>",
            qq{DocumentRoot "$root/$site->{name}"},
            $conf =~ /^\s*ServerName\s/mi ? ()
                : "ServerName $site->{name}.test",
            $conf, '</VirtualHost>';
    }
    return join "\n", @lines, '';
}

sub command {
    my ($self, @words) = @_;
    return (apxs('SBINDIR') . '/' . apxs('PROGNAME'), @words);
}

# In a child of ours: another user, where one is asked for, and the sanitizers.
sub become {
    my ($self) = @_;
    if (!$> && $ENV{SEMR_USER}) {
        my ($user) = user();
        $( = $user->{gid};
        $) = "$user->{gid} $user->{gid}";
        ($<, $>) = ($user->{uid}, $user->{uid});
        die "cannot become $user->{name}" if $> != $user->{uid};
    }
    $ENV{LD_PRELOAD} = $ENV{SEMR_PRELOAD} if $ENV{SEMR_PRELOAD};
    delete @ENV{qw(http_proxy https_proxy all_proxy)};
}

# Hands our folder to the user who runs httpd.
sub hand_over {
    my ($self) = @_;
    return if $> || !$ENV{SEMR_USER};
    my ($user) = user();
    system 'chown', '-R', "$user->{uid}:$user->{gid}", $self->{root};
}

# Runs httpd to its end; returns its exit status and all that it says.
sub run {
    my ($self, @words) = @_;
    my @command = $self->command(@words);
    $self->hand_over;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT;
        $self->become;
        exec @command or POSIX::_exit(127);
    }
    local $/;
    my $said = <$out> // '';
    close $out;
    return ($? >> 8 || $? & 127, $said);
}

# What httpd -t says of the configuration: exit status and text.
sub verdict {
    my ($self, @words) = @_;
    $self->write('test.conf', $self->configuration);
    return $self->run('-t', @words, '-f', "$self->{root}/test.conf");
}

# Starts, or ends the test.
sub started {
    my ($class, %option) = @_;
    my $self = $class->new(%option);
    $self->start or die "httpd does not start:\n" . $self->log;
    return $self;
}

# Starts, and waits until connections are accepted; 0: it did not come up.
sub start {
    my ($self) = @_;
    for (1 .. 3) {      # somebody may have taken the port meanwhile
        $self->write('httpd.conf', $self->configuration);
        return 1 if $self->launch;
        last if $self->log !~ /could not bind|Address already in use/;
        $self->{port} = free_port();
        unlink "$self->{root}/error_log", "$self->{root}/stderr";
    }
    return 0;
}

sub launch {
    my ($self) = @_;
    my @command = (split(' ', $ENV{SEMR_WRAP} // ''), $self->command(
        alone() ? '-X' : ('-D', 'FOREGROUND'), '-f',
            "$self->{root}/httpd.conf"));
    $self->hand_over;
    my $pid = fork() // die "fork: $!";
    if (!$pid) {
        setpgrp;
        open STDERR, '>', "$self->{root}/stderr";
        open STDOUT, '>&', \*STDERR;
        open STDIN, '<', '/dev/null';
        $self->become;
        exec @command or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    push @running, $self;
    my $deadline = time + $PATIENCE;
    while (time < $deadline && !$self->ended) {
        return 1 if IO::Socket::INET->new(PeerAddr => '127.0.0.1',
            PeerPort => $self->{port}, Timeout => 1);
        sleep 0.02;
    }
    $self->end_it;
    return 0;
}

sub ended {
    my ($self) = @_;
    return 1 if !$self->{pid};
    return 0 if waitpid($self->{pid}, POSIX::WNOHANG()) != $self->{pid};
    $self->{exit} = $?;
    delete $self->{pid};
    return 1;
}

# The processes that httpd has started.
sub children {
    my ($self) = @_;
    my @found;
    for my $stat (glob '/proc/[0-9]*/stat') {
        open my $file, '<', $stat or next;
        my ($pid, $parent) = (<$file> // '') =~ /^(\d+) \(.*\) \S (\d+)/
            or next;
        push @found, $pid if $parent == ($self->{pid} // -1);
    }
    return @found;
}

sub signal {
    my ($self, $name) = @_;
    kill $name, $self->{pid} if $self->{pid};
}

# How often it has come up: restarts and reloads count.
sub starts { return scalar(() = $_[0]->log =~ /resuming normal operations/g) }

# Restarts it by this signal; returns whether it came up again.
sub restart {
    my ($self, $signal) = @_;
    my $before = $self->starts;
    $self->signal($signal);
    return wait_for(sub { $self->starts > $before });
}

# Ends httpd by all means; $self->{exit} tells how it went.
sub end_it {
    my ($self) = @_;
    @running = grep { $_ != $self } @running;
    my $group = $self->{pid} or return;
    $self->signal('TERM');
    my $deadline = time + $PATIENCE;
    sleep 0.01 while !$self->ended && time < $deadline;
    return if !$self->{pid};
    kill 'KILL', -$group;
    waitpid $self->{pid}, 0;
    ($self->{exit}, $self->{pid}) = ('it had to be killed', undef);
}

# Stops httpd; a crash of any of its processes fails the test.
sub stop {
    my ($self) = @_;
    # A worker may still be closing the last connection.  httpd crashes by
    # itself if it is ended just then (mpm_event, close_worker_sockets).
    sleep(alone() ? 0.3 : 0.1);
    my $gone = $self->ended;
    $self->end_it;
    my @bad = $self->crashes;
    push @bad, "it ended before it was told to, status $self->{exit}" if $gone;
    push @bad, "it ended with status $self->{exit}"
        if !$gone && $self->{exit};
    return ok(!@bad, 'httpd: no crash') || diag(join "\n", @bad);
}

# Lines that tell of a crash, or of what a sanitizer has found; but for children
# that the test has killed itself ($httpd->{kills}).
sub crashes {
    my ($self) = @_;
    return grep { /$CRASH/ && !($self->{kills} && /signal Killed \(9\)/) }
        split /\n/, $self->log;
}

sub log {
    my ($self) = @_;
    return $self->read('stderr') . $self->read('error_log');
}

sub ask {
    my ($self, $request, $host) = @_;
    return Semr::Http::ask($self->{port}, $request, $host);
}

sub connect { return Semr::Http->new($_[0]{port}) }

# Waits until code returns true; 0 after so many seconds.
sub wait_for {
    my ($code, $seconds) = @_;
    my $deadline = time + ($seconds // $PATIENCE);
    while (time < $deadline) {
        return 1 if $code->();
        sleep 0.05;
    }
    return 0;
}

my $owner = $$;
$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP PIPE);
END {
    my $status = $?;
    if ($$ == $owner) {
        for my $httpd (my @left = @running) {  # by a test that has died
            $httpd->end_it;
            diag("httpd: $_") for $httpd->crashes;
        }
    }
    $? = $status;
}

1;
