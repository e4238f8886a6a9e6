package Semr::Source;

# The project's own files, as the guards read them.

use strict;
use warnings;
use Exporter 'import';
use File::Find;
use Semr::Httpd 'project';

our @EXPORT = qw(sources text lines code);

# Paths below the project that match, without what is built or git's.
sub sources {
    my ($pattern) = @_;
    my $top = project();
    my @found;
    find({ no_chdir => 1, wanted => sub {
        my $path = substr $_, 1 + length $top if length > length $top;
        $File::Find::prune = 1 if ($path // '') =~ m{^(?:build|\.git)$};
        push @found, $path if defined $path && -f && $path =~ $pattern;
    } }, $top);
    return sort @found;
}

sub text {
    my ($path) = @_;
    open my $file, '<:raw', project() . "/$path" or die "$path: $!";
    local $/;
    return scalar(<$file>) // '';
}

sub lines { return split /\n/, text($_[0]) }

# C without comments and strings; line ends stay.
sub code {
    my $text = text($_[0]);
    $text =~ s{("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(/\*.*?\*/)|(//[^\n]*)}
        { defined $1 ? substr($1, 0, 1) x 2 : ($2 // $3) =~ s/[^\n]+//gr }gse;
    return $text;
}

1;
