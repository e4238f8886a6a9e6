# docs/migrating.md, the headings of formats: each input that the page shows is
# written to a file, each command is run in its folder, and has to say what the
# page says.  The first heading has t/http/migrating.t.
#
# MIGRATING_WRITE=1 writes what is said into the page instead.
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

my $page = project() . '/docs/migrating.md';
my $write = $ENV{MIGRATING_WRITE};
my $text = slurped($page);
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

my $home = getcwd();
my @titles = $text =~ /^## (.*)/mg;
for my $title (@titles[1 .. $#titles]) {
    my $section = section($text, $title);
    my @blocks = blocks($section);

    chdir tempdir(CLEANUP => 1) or die;
    while (defined(my $block = shift @blocks)) {
        if (is_transcript($block)) {
            my $new = run_block($block, \&said_of_inputs, $write);
            $text =~ s/\Q$block\E/$new/ if $write;
        }
        else {
            my $name = name_of($blocks[0]);
            ok(defined $name, "$title: a block that a command reads")
                or diag($block);
            spill($name, $block) if defined $name;
        }
    }
    chdir $home or die;
}
spill($page, $text) if $write;

# No format goes without an example.
my ($list) = semredirect('import', '--help')->{out}
    =~ /^FORMAT is one of.*?\n(.*?)^$/ms;
my @formats = ($list // '') =~ /^  ([a-z-]+): /mg;
cmp_ok(scalar @formats, '>', 10, 'there are formats');
is_deeply([grep { $text !~ /^\$ semredirect import .*\b$_ \S+ > /m } @formats],
    [], 'each has an example');
done_testing();
