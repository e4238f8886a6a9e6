# What all commands share: usage, options, input, output, exit statuses.
use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Compress::Gzip 'gzip';
use JSON::PP;
use Semr::Command;
use Semr::Httpd 'project';
use Semr::Source;
use Test::More;

chdir project() or die;
my $folder = tempdir(CLEANUP => 1);
sub spill {
    my ($name, $bytes) = @_;
    open my $file, '>:raw', "$folder/$name" or die;
    print $file $bytes;
    close $file or die;
    return "$folder/$name";
}
my $rules = "permanent /old /new\n";
my $map = spill('a.map', $rules);

# -- usage -----------------------------------------------------------------------

my $said = semredirect();
is($said->{status}, 2, 'no command: exit status');
like($said->{err}, qr/\Ausage: semredirect COMMAND/, 'usage on stderr');
is($said->{out}, '', 'and nothing on stdout');
for (['--help'], ['-h'], ['help']) {
    $said = semredirect(@$_);
    is_deeply([@$said{qw(status err)}], [0, ''], "@$_: exit status");
    like($said->{out}, qr/\Ausage: semredirect COMMAND/, 'usage on stdout');
}
is_deeply(semredirect('help', 'check'), semredirect('check', '--help'),
    'help COMMAND is COMMAND --help');
is(semredirect('check', '-h')->{out}, semredirect('check', '--help')->{out},
    'so is -h');
my ($version) = text('src/engine/version.h')
    =~ /define SEMR_VERSION "([^"]+)"/;
is_deeply(semredirect('--version'), { status => 0, err => '',
    out => "semredirect $version\n" }, '--version');
for (['nonsense'], ['--nonsense'], ['help', 'nonsense'], ['']) {
    $said = semredirect(@$_);
    is($said->{status}, 2, "\"@$_\" is no command");
    like($said->{err}, qr/there is no command "\Q$_->[-1]\E"/, 'and told');
}
for (['--fail-on', 'fatal'], ['--stage', 'TRIAL'], ['--format='],
    ['--chains', 'collapse|keep']) {
    $said = semredirect('check', @$_, $map);
    is($said->{status}, 2, "@$_: exit status");
    like($said->{err}, qr/^semredirect check: --[a-z-]+ "\N*" is none of \w+\|\w/,
        'a word of few');
}
for (['chekc', ' (did you mean check?)'], ['imports', ' (did you mean import?)'],
    ['xyz', ''], ['x', '']) {
    my ($word, $meant) = @$_;
    is(semredirect($word)->{err}, "semredirect: there is no command "
        . "\"$word\"$meant; semredirect --help lists them\n", "typed: $word");
}
for (['check', '--jsno=1', $map, '--json'], ['check', '--fali-on', $map,
        '--fail-on'], ['import', 'ngnix', $map, 'nginx'],
    ['export', 'netlfy', $map, 'netlify']) {
    my ($command, @words) = @$_;
    my $meant = pop @words;
    like(semredirect($command, @words)->{err},
        qr/"\Q$words[0]\E"\N* \(did you mean \Q$meant\E\?\);/,
        "typed: $command @words");
}
for (['check'], ['explain', 'GET', '/x'], ['compile', $map],
    ['compile', $map, 'b', 'c'], ['check', '--nonsense', $map],
    ['check', '-x', $map], ['check', '--all=1', $map], ['check', '--off'],
    ['check', '--format', 'xml', $map], ['check', '--stage', 'on', $map],
    ['check', '--now', 'today', $map], ['check', '--chains', 'cut', $map],
    ['check', '--options', 'nonsense=1', $map]) {
    $said = semredirect(@$_);
    is($said->{status}, 2, "@$_: exit status");
    like($said->{err}, qr/\Asemredirect $_->[0]: \S.*\n\z/, 'one line why');
    is($said->{out}, '', 'and no result');
}

# One of a thing is not told as many.
my $one = spill('one.map', "permanent /a /b ends=2099-01-01\n");
for (['compile', $one, "$folder/one.image"], ['diff', $one, $map],
    ['diff', $one, $one], ['replay', '/dev/null', $one],
    ['export', 'apache', $one], ['export', '--code=302', 'haproxy', $one],
    ['check', $one]) {
    $said = semredirect(@$_);
    unlike("$said->{out}$said->{err}",
        qr/\b1 (?:\w+s\b|are\b|of them differ\b)(?<! differs)/m,
        "@$_: one is no more");
    like("$said->{out}$said->{err}", qr/\b1 rule\b/, 'but one');
}

# -- words and options -------------------------------------------------------------

my $usual = semredirect('check', '--now', '2027-01-01', $map);
is($usual->{status}, 0, 'a check');
is_deeply(semredirect('check', $map, '--now=2027-01-01'), $usual,
    'options behind words, and --option=value');
spill('--all', "permanent /a\n");
is(semredirect({ in => $folder }, 'check', '--', '--all')->{status}, 1,
    '-- ends options');

# -- input -------------------------------------------------------------------------

is_deeply(semredirect({ stdin => $rules }, 'check', '-'), $usual,
    '- is standard input');
gzip(\$rules => \my $zipped) or die;
is_deeply(semredirect('check', spill('b.map.gz', $zipped)), $usual, 'gzip');
is_deeply(semredirect({ stdin => $zipped }, 'check', '-'), $usual,
    'gzip from standard input');
my $csv = "from,to,intent\n/old,/new,permanent\n";
is_deeply(semredirect('check', spill('c.csv', $csv)), $usual, 'CSV by its name');
gzip(\$csv => \$zipped) or die;
is_deeply(semredirect('check', spill('c.csv.gz', $zipped)), $usual,
    'the same behind .gz');
is_deeply(semredirect({ stdin => $csv }, 'check', '--format', 'csv', '-'),
    $usual, '--format csv');
is_deeply(semredirect('check', '--options', 'intent=permanent',
    spill('d.csv', "from,to\n/old,/new\n")), $usual, '--options');
is(semredirect('compile', $map, "$folder/a.image")->{status}, 0, 'compile');
is_deeply(semredirect('check', "image:$folder/a.image"), $usual, 'an image');
is(semredirect('check', '--options', 'query=drop',
    "image:$folder/a.image")->{status}, 2, 'which has its options in it');
for ("$folder/none.map", $folder, 'image:' . $map,
    spill('cut.map.gz', substr $zipped, 0, 20)) {
    $said = semredirect('check', $_);
    is($said->{status}, 2, "cannot be read: exit status");
    like($said->{err}, qr/\Q${\ s{^image:}{}r}\E/, 'and which file');
}

# -- output ------------------------------------------------------------------------

my $many = spill('many.map',
    join '', map { "permanent /c$_ /c${_}x\npermanent /c${_}x /d\n" } 1 .. 5000);
my $command = $Semr::Command::COMMAND;
for my $options ('--all', '--all --json') {
    my @lines = `bash -c '$command check $options $many | head -1;
        echo \${PIPESTATUS[0]}'`;
    is($lines[-1], "0\n", "$options | head -1 is no failure") or diag(@lines);
}
SKIP: {
    skip 'there is no /dev/full', 12 if !-c '/dev/full';
    for (['check', $map], ['check', '--all', '--json', $many],
        ['explain', 'GET', '/old', $map], ['check', '--help'], ['--help'],
        ['--version']) {
        $said = semredirect({ to => '/dev/full' }, @$_);
        is($said->{status}, 2, "@$_ to a full disk: exit status");
        like($said->{err}, qr/stdout: cannot be written: No space/, 'and why');
    }
}
# Names of members that jq would want quoted
sub odd_names {
    my ($data) = @_;
    return map { odd_names($_) } @$data if ref $data eq 'ARRAY';
    return () if ref $data ne 'HASH';
    return ((grep { !/^[a-z0-9_]+$/ && !/^SEMR\d+$/ } sort keys %$data),
        map { odd_names($_) } values %$data);
}
my $expects = spill('expects.map', "${rules}expect GET /old 302\n");
for (['check', $map], ['check', '--all', $many], ['explain', 'GET', '/', $map],
    ['compile', $map, "$folder/j.image"], ['test', $expects],
    ['diff', $map, $one], ['replay', '--all', '/dev/null', $map],
    ['import', '--intent', 'permanent', 'csv', $map],
    ['export', '--output', "$folder/j.conf", 'haproxy', $many],
    ['verify', '--against', 'http://127.0.0.1:9', '--retries', 0, $map]) {
    my ($name, @words) = @$_;
    $said = semredirect($name, '--json', @words);
    my $data = eval { decode_json($said->{out}) };
    is(ref $data, 'HASH', "$name --json is an object") or diag($@, $said->{out});
    is_deeply([odd_names($data)], [], 'its members are in snake_case');
}
is_deeply(semredirect('compile', '--quiet', $map, "$folder/q.image"),
    { status => 0, out => '', err => '' }, '--quiet');

is(semredirect('compile', '--stage', 'trial', $map, "$folder/s.image")
    ->{status}, 2, 'compile takes no option that it would not keep');
is(semredirect('compile', '--options', 'intent=gone', '--format=text',
    spill('bare.map', "/a\n"), "$folder/b.image")->{status}, 0,
    'and those that it keeps');

# -- compile -----------------------------------------------------------------------

my $wrong = spill('wrong.map', "permanent /a /b\nnonsense\n");
$said = semredirect('compile', $wrong, "$folder/w.image");
is($said->{status}, 1, 'compile: a wrong row');
like($said->{err}, qr/^\Q$wrong\E:2: /m, 'which is told');
ok(!-e "$folder/w.image", 'and no image is written');
is(semredirect('compile', '--skip-bad', $wrong, "$folder/w.image")->{status}, 1,
    '--skip-bad');
like(semredirect('check', "image:$folder/w.image")->{out}, qr/^1 rule: /m,
    'writes the others');
is(semredirect('compile', $map, "$folder/none/x.image")->{status}, 2,
    'a folder that is not there');
done_testing();
