package Semr::Command;

# Runs build/semredirect as a user does.
#
#   my $said = semredirect('check', 'a.map');
#   my $said = semredirect({ stdin => "permanent /a /b\n" }, 'check', '-');
#   $said->{status}, $said->{out}, $said->{err}      bytes; a status over 255
#                                                    is a signal's

use strict;
use warnings;
use Exporter 'import';
use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Temp;

our @EXPORT = qw(semredirect);
my $top = abs_path(dirname(__FILE__) . '/../../..');
our $COMMAND = "$top/build/semredirect";

sub slurp {
    my ($handle) = @_;
    seek $handle, 0, 0;
    local $/;
    return scalar(<$handle>) // '';
}

sub semredirect {
    my %how = ref $_[0] ? %{ shift() } : ();
    my ($in, $out, $err) = map { File::Temp->new } 1 .. 3;
    binmode $_ for $in, $out, $err;
    print $in $how{stdin} // '';
    $in->flush;
    my $pid = fork() // die "fork: $!";
    if (!$pid) {
        chdir $how{in} or die "$how{in}: $!" if $how{in};
        open STDIN, '<', "$in" or die $!;
        open STDOUT, '>', $how{to} // "$out" or die $!;
        open STDERR, '>', "$err" or die $!;
        exec $COMMAND, @_ or die "$COMMAND: $!";
    }
    waitpid $pid, 0;
    return {
        status => $? & 255 ? 256 + ($? & 127) : $? >> 8,
        out    => slurp($out),
        err    => slurp($err),
    };
}

1;
