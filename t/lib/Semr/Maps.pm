package Semr::Maps;

# What tests of maps share.  $httpd runs with the page of Semr::Page.
#
#   serving($httpd);                        starts it
#   put($httpd, 'moves.map', $text);        a new version, by rename
#   answers($httpd, 'one', '/old', '/new'); waits until it does
#   my ($map) = told($httpd, 'one');        what the JSON says of the maps

use strict;
use warnings;
use Exporter 'import';
use Semr::Httpd;
use Semr::Page;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(serving put told location answers nothing_left run_dirs
    run_files mappings cpu);

# Starts, and waits until maps have been read: httpd accepts connections before.
sub serving {
    my ($httpd) = @_;
    $httpd->start or die "httpd does not start:\n" . $httpd->log;
    $httpd->ask('GET /');
    return $httpd;
}

# A new version that is whole at once.  The rename has to be seen to come after
# the writing, in the kernel's own ticks.
sub put {
    my ($httpd, $name, $text) = @_;
    my $path = $httpd->write("$name.new", $text);
    sleep 0.02;
    rename $path, "$httpd->{root}/$name" or die "rename: $!";
}

sub told {
    my ($httpd, $site) = @_;
    my $json = eval { json_of($httpd, $site) };
    return $json ? @{ $json->{maps} } : ();
}

sub location {
    my ($httpd, $site, $path) = @_;
    return $httpd->ask("GET $path", "$site.test")->header('Location') // '';
}

sub answers {
    my ($httpd, $site, $path, $to, $seconds) = @_;
    return Semr::Httpd::wait_for(
        sub { location($httpd, $site, $path) eq $to }, $seconds);
}

# The run directory of a server that was stopped is gone.  Under -X, the one
# process has given up root by then, and may not be able to remove it.
sub nothing_left {
    my ($httpd) = @_;
    SKIP: {
        skip 'httpd ran without a parent', 1
            if Semr::Httpd::alone() && !$> && !$ENV{SEMR_USER};
        is_deeply([run_dirs($httpd)], [], 'the run directory is gone');
    }
}

# The run directories, and what is in them
sub run_dirs {
    my ($httpd, $in) = @_;
    return glob(($in // $httpd->{root}) . '/semredirect.*');
}

sub run_files {
    my ($httpd, $in) = @_;
    return map { glob "$_/*" } run_dirs($httpd, $in);
}

# How many images each child has mapped from there
sub mappings {
    my ($httpd) = @_;
    return map {
        open my $maps, '<', "/proc/$_/maps" or ();
        scalar grep { m{/semredirect\.\d+\.\d+/} } <$maps>;
    } $httpd->children;
}

# Ticks that a process has worked
sub cpu {
    my ($pid) = @_;
    open my $file, '<', "/proc/$pid/stat" or return 0;
    my @fields = split ' ', (<$file> // '') =~ s/^.*\) //r;
    return ($fields[11] // 0) + ($fields[12] // 0);
}

1;
