package Semr::Transcript;

# Commands and what they say, as the blocks of a page show them: "$ command",
# "> what goes on with it", then its output.
#
#   for my $block (blocks($section)) { ... }       text between ``` and ```
#   is_transcript($block)                          it begins with a command
#   run_block($block, \&said, $write)              tests each command by what
#       said(COMMAND, WANTED) returns; with $write nothing is tested, and the
#       block comes back as it should be

use strict;
use warnings;
use Exporter 'import';
use Test::More;

our @EXPORT = qw(section blocks is_transcript run_block slurped);

sub slurped {
    open my $text, '<', $_[0] or die "$_[0]: $!";
    local $/;
    return scalar <$text>;
}

# What stands below a heading of the second degree
sub section {
    my ($text, $title) = @_;
    my ($section) = $text =~ /^## \Q$title\E\n(.*?)(?=^## |\z)/ms;
    return $section;
}

sub blocks { return $_[0] =~ /^```\w*\n(.*?)^```$/gms }

sub is_transcript { return $_[0] =~ /\A\$ / }

# [COMMAND, OUTPUT] ...
sub commands {
    my ($block) = @_;
    my @commands;
    for my $line (split /^/, $block) {
        if ($line =~ /^\$ (.*)/s) { push @commands, [$1, ''] }
        elsif (@commands && $line =~ /^> (.*)/s && !length $commands[-1][1]) {
            $commands[-1][0] .= $1;
        }
        elsif (@commands) { $commands[-1][1] .= $line }
    }
    return @commands;
}

sub run_block {
    my ($block, $said, $write) = @_;
    my $new = '';
    for my $command (commands($block)) {
        my ($text, $wanted) = @$command;
        my $got = $said->($text, $wanted);
        $new .= '$ ' . $text =~ s/\n(?=.)/\n> /gr . $got;
        my ($name) = $text =~ /^(.*)/;
        is($got, $wanted, $name) if !$write;
    }
    return $new;
}

1;
