# The command: what --help lists is in the man page and in the completion, and
# back; its files know no httpd, and commands know nothing of each other.
use strict;
use warnings;
use File::Basename;
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Command;
use Semr::Httpd 'project';
use Semr::Source;
use Test::More;

chdir project() or die;
my ($listed) = text('src/cli/commands.h') =~ /define CLI_COMMANDS\(X\)(.*?)\n\n/s;
my @commands = ($listed // '') =~ /X\((\w+)\)/g;
cmp_ok(scalar @commands, '>=', 9, 'there are commands');

# -- help ----------------------------------------------------------------------

my $usage = semredirect('--help')->{out};
is_deeply([$usage =~ /^  ([a-z]+) /mg], \@commands, 'semredirect --help');

is_deeply([grep { length > 80 } split /\n/, $usage], [],
    'its lines are of at most 80');

# Options, and what each takes, by command
my (%help, %options, %given_to);
for my $command (@commands) {
    $help{$command} = semredirect($command, '--help')->{out};
    my ($synopsis) = $help{$command} =~ /^usage: semredirect $command (.*)\n/;
    like($synopsis // '', qr/^\[OPTION\.\.\.\] \S/, "$command: its synopsis");
    like($usage, qr/^  $command +\Q${\ ($synopsis =~ s{^\S+ }{}r)}\E +\S/m,
        'which is in semredirect --help');
    my %takes = $help{$command} =~ /^  --([a-z-]+)(?: (\S+(?: \S+)*))?(?:  .*)?$/mg;
    $options{$command} = \%takes;
    $given_to{$_}{$command} = 1 for keys %takes;
    ok(exists $takes{json}, "$command has --json");
    is_deeply([grep { length > 80 } split /\n/, $help{$command}], [],
        "$command --help: lines of at most 80");
}

# -- the man page --------------------------------------------------------------

my $man = text('docs/semredirect.1');
my %section = map { /^(.*)\n/ ? ($1 => $_) : () } split /^\.S[hs] /m, $man;
is_deeply([$man =~ /^\.Ss (\S+)/mg], \@commands, 'docs/semredirect.1: commands');
sub documented { my ($text) = @_;
    return { map { $_ => 1 } ($text // '') =~ /^\.It Fl -([a-z-]+)/mg } }
is_deeply([grep { ($section{EXAMPLES} // '') !~ /\bsemredirect $_ / } @commands],
    [], 'each has an example');
my $common = documented($section{OPTIONS});
is_deeply([grep { !$given_to{$_} } sort keys %$common], [],
    'OPTIONS: no other');
for my $command (@commands) {
    my $own = documented($section{$command});
    like($section{$command} // '', qr/^\.Cm $command\b/m,
        "$command: its section has a synopsis");
    is_deeply([grep { !$own->{$_} && !$common->{$_} }
        sort keys %{ $options{$command} }], [], "$command: its options");
    is_deeply([grep { !exists $options{$command}{$_} } sort keys %$own], [],
        'and no others');
}
SKIP: {
    grep { -x "$_/mandoc" } split /:/, $ENV{PATH}
        or skip 'there is no mandoc', 1;
    my @said = grep { !/referenced manual not found|outdated mandoc\.db/ }
        `mandoc -Tlint docs/semredirect.1 2>&1`;
    is_deeply(\@said, [], 'mandoc -Tlint has nothing to say');
}

# -- the completion --------------------------------------------------------------

# What bash completes where these words stand, the last of them unfinished
my $top = project();
sub complete {
    my $script = File::Temp->new;
    print $script "source $top/src/cli/semredirect.bash\n",
        'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))', "\n",
        "_semredirect $Semr::Command::COMMAND\n",
        'printf "%s\n" "${COMPREPLY[@]}"', "\n";
    $script->flush;
    open my $out, '-|', 'bash', "$script", 'semredirect', @_ or die;
    chomp(my @words = <$out>);
    return [grep { length } @words];
}
is_deeply([sort @{ complete('') }],
    [sort @commands, 'help', '--help', '--version'], 'completion: commands');
is_deeply(complete('ch'), ['check'], 'one that has begun');
is_deeply([sort @{ complete('help', '') }], [sort @commands], 'help of one');
for my $command (@commands) {
    is_deeply([sort @{ complete($command, '--') }],
        [map { "--$_" } sort keys %{ $options{$command} }],
        "completion: options of $command");
    for my $name (sort keys %{ $options{$command} }) {
        my @values = split /\|/, $options{$command}{$name} // '';
        is_deeply(complete($command, "--$name", ''), \@values,
            "completion: values of $command --$name") if @values > 1;
    }
}
is_deeply(complete('check', '--fail-on', '=', 'w'), ['warning'],
    'completion: --option=value');
is_deeply(complete('check', '--fail-on', '='), [qw(error warning info)],
    'nothing of it yet');
is_deeply(complete('check', '--all', 'src/cl'), ['src/cli'], 'a file');
is_deeply(complete('check', '--host', 'src/cl'), [], 'what is no file');
is_deeply(complete('explain', 'PO'), ['POST'], 'a method');
is_deeply(complete('explain', '--host', 'x', 'GET', '/', 'src/cl'), ['src/cli'],
    'a file behind others');
is_deeply(complete('nonsense', ''), [], 'of no command');
for my $command ('import', 'export') {
    my ($list) = $help{$command} =~ /^FORMAT is one of.*?\n(.*?)^$/ms;
    my @formats = ($list // '') =~ /^  ([a-z-]+): /mg;
    cmp_ok(scalar @formats, '>', 2, "$command --help lists formats");
    is_deeply([sort @{ complete($command, '') }], [sort @formats],
        "completion: formats of $command");
}

# -- what its files know -----------------------------------------------------------

my @wanted = `nm -u build/semredirect`;
cmp_ok(scalar @wanted, '>', 10, 'nm tells what build/semredirect needs');
is_deeply([grep { /\bap_/ } @wanted], [], 'which is no ap_ symbol');

# The command that a file is a part of; '': what commands share
my %is_command = map { $_ => 1 } @commands;
# What one writes the other reads
my %may_use = (export => 'import');
sub part {
    my ($name) = basename($_[0]) =~ /^([a-z]+)/;
    return $is_command{$name // ''} ? $name : '';
}
for my $file (sources(qr{^src/cli/.*\.[ch]$})) {
    my @others = text($file) =~ /^\s*#\s*include\s+"([^"]+)"/mg;
    is_deeply([grep { m{/} || !(-e "src/cli/$_" || -e "src/engine/$_") }
        @others], [], "$file includes the engine and its neighbours");
    is_deeply([text($file)
        =~ m{^\s*#\s*include\s+<((?:httpd|http_\w+|ap_\w+|util_\w+|mod_\w+)\.h)>}mg],
        [], 'and no httpd');
    my $part = part($file);
    is_deeply([grep { -e "src/cli/$_" && part($_) && part($_) ne $part
        && part($_) ne ($may_use{$part} // '') } @others], [],
        'and no other command');
}

# docs/internals.md: a row for each file, and no row for what is not there
my ($chapter) = text('docs/internals.md') =~ /^## The command\n(.*?)^## /ms;
my %known = map { ($_ => 1) } map { /`([a-z_*]+)(?:\.h)?`/g }
    ($chapter // '') =~ /^\| (`[^|]+) \|/mg;
my @parts = map { basename($_) =~ s/\.c$//r } sources(qr{^src/cli/.*\.c$});
for my $known (sort keys %known) {
    my $glob = quotemeta($known) =~ s/\\\*/.*/r;
    ok(scalar(grep { /^$glob$/ } @parts)
        || -e "src/cli/$known.h", "docs/internals.md: $known is there");
}
my $all = join '|', map { quotemeta($_) =~ s/\\\*/.*/r } sort keys %known;
is_deeply([grep { !/^(?:$all)$/ } @parts], [], 'and has a row for each file');

my @stubs = grep { text($_) =~ /is not built yet/ } sources(qr{^src/cli/});
is_deeply(\@stubs, [], 'every command is built');
done_testing();
