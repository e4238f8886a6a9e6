# docs/migrating.md, "From an .htaccess to a checked map": each command of the
# page is run, word for word, and has to say what the page says.
# event only: the demo has its own configuration
#
# MIGRATING_WRITE=1 writes what is said into the page instead.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Path 'make_path';
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Semr::Transcript;
use Test::More;
use Time::HiRes 'sleep';

$ENV{SEMR_WRAP} || $ENV{SEMR_PRELOAD}
    and plan skip_all => 'the demo runs as it is';
my $TITLE = 'From an .htaccess to a checked map';
my $HOME = '/home/you/mod_semredirect';     # of the page's clone
my $page = project() . '/docs/migrating.md';

# -- a clone of our own ------------------------------------------------------

umask 022;
delete @ENV{grep { /_proxy$|^DEMO_/i } keys %ENV};
my $top = File::Temp->newdir('semredirect-XXXXXX', TMPDIR => 1);
chmod 0755, "$top";
my $clone = abs_path("$top");
make_path("$clone/build/demo");
symlink project() . '/conf', "$clone/conf" or die;
symlink project() . '/build/semredirect', "$clone/build/semredirect" or die;
@ENV{qw(DEMO_HOME DEMO_PORT PATH)} = ("$clone/build/demo",
    Semr::Httpd::free_port(), "$clone/build:$ENV{PATH}");
my $demo = project() . '/conf/demo/demo';
my $owner = $$;
END {
    my $status = $?;
    system "$demo stop > /dev/null 2>&1" if defined $owner && $$ == $owner;
    $? = $status;
}
my $started = `$demo start 2>&1`;
is($?, 0, 'the demo starts') or BAIL_OUT($started);
open my $file, '<', "$clone/build/demo/port" or die;
chomp(my $port = <$file>);
close $file;

# What a command says here, as it would say it there
sub said {
    my ($command) = @_;
    $command =~ s/\b8080\b/$port/g;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        chdir "$clone/build/demo" or die;
        open STDERR, '>&', \*STDOUT;
        open STDIN, '<', '/dev/null';
        exec '/bin/sh', '-c', $command or die;
    }
    my $said = do { local $/; <$out> // '' };
    close $out;
    my $project = project();
    $said =~ s/\Q$clone\E|\Q$project\E/$HOME/g;
    $said =~ s/\b$port\b/8080/g;
    return $said;
}

# What only looks at something that is just being written, or taken up, may have
# to look again.
sub said_at_last {
    my ($command, $wanted) = @_;
    my $said = said($command);
    return $said if $command !~ /^(?:tail|cut|semredirect verify) /
        || $ENV{MIGRATING_WRITE} && !sleep 8;
    Semr::Httpd::wait_for(
        sub { $said eq $wanted || ($said = said($command)) eq $wanted }, 15);
    return $said;
}

# -- the page ----------------------------------------------------------------

my $text = slurped($page);
my $section = section($text, $TITLE)
    // BAIL_OUT("docs/migrating.md has no heading \"$TITLE\"");
my $begin = '$ make demo' . "\n" . '$ cd build/demo' . "\n"
    . '$ PATH=$PWD/..:$PATH' . "\n";
my $count = 0;
my $new = $section =~ s{^```\n(.*?)^```\n}{
    my $block = $1;
    $count++;
    "```\n" . ($block eq $begin ? $block
        : run_block($block, \&said_at_last, $ENV{MIGRATING_WRITE})) . "```\n";
}gemsr;
cmp_ok($count, '>', 5, 'there are blocks');
like($section, qr/^```\n\Q$begin\E```$/m, 'it begins as this test does');
my %word = map { $_ => 1 } $section =~ /^\$ semredirect (\w+)/mg;
is_deeply([sort keys %word], [qw(check explain import test verify)],
    'all that a newcomer needs is in it');
if ($ENV{MIGRATING_WRITE}) {
    $text =~ s/\Q$section\E/$new/;
    open my $out, '>', $page or die;
    print $out $text;
    close $out or die;
}
done_testing();
