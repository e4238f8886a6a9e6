# What docs/migrating.md says under each heading but the first, which
# t/http/migrating.t runs: files as they stand there, commands, what they say.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp;
use FindBin;
use Test::More;

my $root = abs_path("$FindBin::Bin/../..");
$ENV{PATH} = "$root/build:$ENV{PATH}";

sub slurp { my ($file) = @_;
    open my $in, '<:raw', $file or die "$file: $!";
    local $/; return scalar <$in> }

sub spit { my ($file, $text) = @_;
    open my $out, '>:raw', $file or die "$file: $!";
    print $out $text;
    close $out }

# The blocks of code of a text, fenced or indented, in their order
sub blocks_of { my ($text) = @_;
    my @blocks;
    while ($text =~ /^```\w*\n(.*?)^```\n|((?:^    [^\n]*\n|^\n(?=    ))+)/msg) {
        my $block = $1 // $2;
        $block =~ s/^    //mg if !defined $1;
        $block =~ s/\A\n+|\n\K\n+\z//g;
        push @blocks, $block if length $block;
    }
    return @blocks }

# The file that a command reads
sub source_of { my ($command) = @_;
    $command =~ s/ *>.*//;
    return (split ' ', $command)[-1] }

sub said { my ($command) = @_;
    system 'sh', '-c', "{ $command ; } >.out 2>.err";
    return slurp('.out') . slurp('.err') }

my $docs = slurp("$root/docs/migrating.md");
my $ran = 0;

for my $section (split /^(?=## )/m, $docs) {
    my ($title) = $section =~ /^## (.*)/ or next;
    my $folder = File::Temp->newdir;
    my $file;

    next if $title =~ /^From an \.htaccess/;
    chdir $folder or die "$folder: $!";
    for my $block (blocks_of($section)) {
        $file = $1 if $block =~ s/\A((?:(?!\$ ).*\n)+)//;
        $file =~ s/\n+\z/\n/ if defined $file;
        while ($block =~ /^\$ (.*)\n((?:(?!\$ ).*\n)*)/mg) {
            my ($command, $want) = ($1, $2);
            my $source = source_of($command);

            $want =~ s/\n+\z/\n/;
            if (!-e $source) {
                spit($source, $command =~ /^cat / ? $want : $file);
                next if $command =~ /^cat /;
            }
            is(said($command), $want, "$title: $command");
            $ran++;
        }
    }
    chdir '/';
}
cmp_ok($ran, '>=', 14, 'commands were run');
done_testing();
