# docs/migrating.md, the headings of formats, and README.md, "The command": each
# input that a page shows is written to a file, each command is run in its folder,
# and has to say what the page says.  docs/migrating.md's first heading has
# t/http/migrating.t.
#
# MIGRATING_WRITE=1 writes what is said into the pages instead.
use strict;
use warnings;
use Cwd 'getcwd';
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Command;
use Semr::Httpd 'project';
use Semr::Transcript;
use Test::More;

my $write = $ENV{MIGRATING_WRITE};
$ENV{PATH} = project() . "/build:$ENV{PATH}";
delete $ENV{LC_ALL};

sub spill {
    my ($name, $text) = @_;
    open my $out, '>', $name or die "$name: $!";
    print $out $text;
    close $out or die "$name: $!";
}

# What a command says here
sub said {
    my ($command) = @_;
    open my $out, '-|', '/bin/sh', '-c', "exec 2>&1 < /dev/null; $command"
        or die "sh: $!";
    local $/;
    my $said = <$out> // '';
    close $out;
    return $said;
}

# A file that a command shows before anything made it is an input, too.
sub said_of_inputs {
    my ($command, $wanted) = @_;
    spill($1, $wanted) if $command =~ /^cat (\S+)\n\z/ && !-e $1;
    return said($command);
}

# The file that a block is: what the next command reads last
sub name_of {
    my ($next) = @_;
    my ($name) = ($next // '') =~ /\A\$ semredirect \S.*? (\S+)(?: > \S+)?\n/;
    return $name;
}

# Runs a section in a folder of its own; returns it as it should be.
sub run_section {
    my ($section, $title) = @_;
    my @blocks = blocks($section);
    my $home = getcwd();

    chdir tempdir(CLEANUP => 1) or die;
    while (defined(my $block = shift @blocks)) {
        if (is_transcript($block)) {
            my $new = run_block($block, \&said_of_inputs, $write);
            $section =~ s/\Q$block\E/$new/;
        }
        else {
            my $name = name_of($blocks[0]);
            ok(defined $name, "$title: a block that a command reads")
                or diag($block);
            spill($name, $block) if defined $name;
        }
    }
    chdir $home or die;
    return $section;
}

my $formats = slurped(project() . '/docs/migrating.md');
my (undef, @titles) = $formats =~ /^## (.*)/mg;
for (['docs/migrating.md', @titles], ['README.md', 'The command']) {
    my ($name, @titles) = @$_;
    my $page = project() . "/$name";
    my $text = slurped($page);

    for my $title (@titles) {
        my $section = section($text, $title) // BAIL_OUT("$name: no $title");
        my $new = run_section($section, $title);
        $text =~ s/\Q$section\E/$new/ if $write;
    }
    spill($page, $text) if $write;
}

# No format goes without an example.
my ($list) = semredirect('import', '--help')->{out}
    =~ /^FORMAT is one of.*?\n(.*?)^$/ms;
my @formats = ($list // '') =~ /^  ([a-z-]+): /mg;
cmp_ok(scalar @formats, '>', 10, 'there are formats');
is_deeply([grep { $formats !~ /^\$ semredirect import .*\b$_ \S+ > /m } @formats],
    [], 'each has an example');
done_testing();
