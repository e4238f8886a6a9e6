# make install: module, command, man page and completion, where they belong.
use strict;
use warnings;
use File::Find;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Test::More;

chdir project() or die;
delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES)};
chomp(my $modules = `apxs -q LIBEXECDIR`);
my $module = "$modules/mod_semredirect.so";

# What make install puts into a folder, with modes
sub installed {
    my ($folder, @options) = @_;
    my $said = `make -s install DESTDIR=$folder @options 2>&1`;
    is($?, 0, "make install @options") or diag($said);
    my %found;
    find({ no_chdir => 1, wanted => sub {
        $found{s/^\Q$folder\E//r} = sprintf '%o', (stat)[2] & 0777 if -f;
    } }, $folder);
    return \%found;
}
my $folder = tempdir(CLEANUP => 1);
for (['/usr/local'], ['/usr', 'PREFIX=/usr'], ['/opt/x', 'PREFIX=/opt/x']) {
    my ($prefix, @options) = @$_;
    is_deeply(installed("$folder$prefix.d", @options), {
        $module => '644',
        "$prefix/bin/semredirect" => '755',
        "$prefix/share/man/man1/semredirect.1" => '644',
        "$prefix/share/bash-completion/completions/semredirect" => '644',
    }, "below $prefix, and nothing else");
}

my $root = "$folder/usr.d";
like(`$root/usr/bin/semredirect --version`, qr/^semredirect \d/,
    'the command that is installed runs');

# Programs that may be missing
sub runs { my ($name) = @_;
    return scalar grep { -x "$_/$name" } split /:/, $ENV{PATH} }

SKIP: {
    my $page = "$root/usr/share/man/man1/semredirect.1";
    my ($reads) = grep { runs((split / /)[0]) } 'mandoc -Tascii', 'man -l';
    $reads or skip 'there is nothing to read man pages with', 3;
    my $text = `MANWIDTH=80 $reads $page 2>/dev/null`;
    $text =~ s/.\x08//g;
    like($text, qr/^SEMREDIRECT\(1\)/m, 'the man page renders');
    like($text, qr/^EXIT STATUS\n +0 +All is well\./m, 'its sections');
    like($text, qr/^ +--fail-on error/m, 'its options');
}

# In a shell of its own, as bash-completion loads it
my $shell = "PATH=$root/usr/bin:\$PATH; "
    . ". $root/usr/share/bash-completion/completions/semredirect; "
    . 'complete -p semredirect; COMP_WORDS=(semredirect ch) COMP_CWORD=1; '
    . '_semredirect semredirect; echo "${COMPREPLY[@]}"';
my @said = `bash -c '$shell' 2>&1`;
is($said[0] // '', "complete -F _semredirect semredirect\n",
    'the completion is for the command');
is($said[1] // '', "check\n", 'semredirect ch');
done_testing();
