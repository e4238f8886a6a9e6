# semredirect check: what it finds, how it tells it, and its exit status.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use JSON::PP;
use Semr::Command;
use Test::More;

sub check { my ($rules, @options) = @_;
    return semredirect({ stdin => $rules }, 'check', @options, '-') }
sub codes { my ($said) = @_;
    return [map { /^\S+:(\d+): (\w+) (SEMR\d+) / ? "$1 $2 $3" : () }
        split /\n/, $said->{out}] }

my $clean = "permanent /old /new\npermanent /a https://www.example.com/b only=GET\n";
my $said = check($clean);
is_deeply($said, { status => 0, err => '',
    out => "2 rules: 0 errors, 0 warnings, 0 infos\n" }, 'nothing is wrong');
is(check('')->{status}, 0, 'no rules are no failure');

my $chain = "permanent /a /b\npermanent /b /c\n";
my $hidden = "permanent /x/* /y\npermanent /x/1/* /z\ngone /x/1/2/*\n";
my $loop = "permanent /l /m\npermanent /m /l\n";
my $warns = "permanent /late /x ends=2020-01-01\n";
my $wrong = "permanent /a\npermanent /w /c\nnonsense\n";
my $all = "$chain$warns$loop";

$said = check($all, '--now', '2027-01-01');
is($said->{status}, 1, 'errors: exit status');
is_deeply([sort @{ codes($said) }], ['1 info SEMR103', '3 warning SEMR413',
    '4 error SEMR101', '5 error SEMR101'], 'each finding') or diag($said->{out});
is_deeply([map { (split / /)[1] } @{ codes($said) }],
    [qw(error error warning info)], 'the most severe first');
like($said->{out}, qr{^\Qstdin:4: error SEMR101 loop: /l leads back to itself\E
    \Q by way of stdin:5. Let one of them lead out of the circle, or\E}mx,
    'one of them: place, severity, code, name, text, mend');
like($said->{out}, qr/\n\n5 rules: 2 errors, 1 warning, 1 info\n\z/,
    'how many, last');

# -- exit status ---------------------------------------------------------------

my @now = ('--now', '2027-01-01');
for ([$chain, 'warning', 0], [$chain, 'error', 0], [$chain, 'info', 1],
    [$warns, 'error', 0], [$warns, 'warning', 1], [$warns, 'info', 1],
    [$loop, 'error', 1], [$loop, 'info', 1]) {
    my ($rules, $on, $status) = @$_;
    is(check($rules, @now, '--fail-on', $on)->{status}, $status,
        "--fail-on $on: $status") or diag($rules);
}
is(check($chain)->{status}, 0, 'infos alone are no failure');
is(check($warns, @now)->{status}, 1, 'warnings are');
is(check($loop, '--off', 'SEMR101')->{status}, 0, '--off: not told, no failure');
is_deeply(codes(check($all, @now, '--off', 'semr101', '--off', 'SEMR413')),
    ['1 info SEMR103'], '--off twice');
for (['--off', 'SEMR999', qr/no code of a finding/],
    ['--fail-on', 'never', qr{none of error\|warning\|info}]) {
    my ($option, $value, $why) = @$_;
    $said = check($chain, $option, $value);
    is($said->{status}, 2, "$option $value");
    like($said->{err}, $why, 'is refused');
    is($said->{out}, '', 'and nothing is told');
}

# -- rows that are wrong ---------------------------------------------------------

$said = check($wrong);
is($said->{status}, 1, 'a wrong row: exit status');
like($said->{out}, qr/\Astdin:1: error: .+\nstdin:3: error: "nonsense" is no/,
    'wrong rows are told, with their lines');
like($said->{out}, qr/^1 rule, 2 wrong rows: 0 errors/m, 'and counted');
is($said->{err}, '', 'as a result, not as a message');
is(check($wrong, '--off', 'SEMR101', '--fail-on', 'error')->{status}, 1,
    'whatever severity is asked for');
my $many = check("nonsense\n" x 5000);
cmp_ok(scalar(() = $many->{out} =~ /\n/g), '<', 200, 'many: the first of them');
like($many->{out}, qr/^and \d+ wrong rows more$/m, 'and how many more');
like($many->{out}, qr/^0 rules, 5000 wrong rows/m, 'and all');

# -- many findings ---------------------------------------------------------------

my $lines = join '', map { "permanent /c$_ /c$_-\npermanent /c$_- /d\n" } 1 .. 50;
$said = check($lines);
is(scalar @{ codes($said) }, 20, 'the first 20 of a code');
like($said->{out}, qr/^SEMR103 +info +chain +50, the first 20 above$/m,
    'and how many there are');
like($said->{out}, qr/; --all tells each of them\n\z/, 'and how to see all');
$said = check($lines, '--all');
is(scalar @{ codes($said) }, 50, '--all: each');
like($said->{out}, qr/\n\n100 rules: 0 errors, 0 warnings, 50 infos\n\z/,
    'and the totals');

# -- the virtual host ------------------------------------------------------------

my $own = "permanent /a https://www.example.com/b only=GET\n"
    . "permanent /b /c only=GET\n";
is_deeply(codes(check($own)), [], 'another host is another');
is_deeply(codes(check($own, '--host', 'www.example.com')), ['1 info SEMR103'],
    '--host: one of ours is walked into');
is_deeply(codes(check($own, '--host', 'a.test', '--host', 'WWW.example.com')),
    ['1 info SEMR103'], 'an alias, too');
is_deeply(codes(check($chain, '--chains', 'keep')), ['1 warning SEMR104'],
    '--chains keep');
my $main = File::Temp->new(SUFFIX => '.map');
print $main "permanent /b /c\n";
$main->flush;
is_deeply(codes(check("permanent /a /b\n", '--inherit', "$main")),
    ['1 info SEMR103'], '--inherit: walked into');
is_deeply(codes(check('', '--inherit', "$main")), [], 'and not checked itself');
my $down = "permanent /x http://x.test/y only=GET\n";
is_deeply(codes(check($down, '--host', 'x.test')), ['1 error SEMR511'],
    'https is there');
is_deeply(codes(check($down, '--host', 'x.test', '--http')), [],
    '--http: and here it is not');

# -- JSON ------------------------------------------------------------------------

$said = check("$all$wrong", @now, '--json', '--off', 'SEMR311');
is($said->{status}, 1, 'JSON: exit status');
my $told = decode_json($said->{out});
is_deeply($told->{severities}, { error => 2, warning => 1, info => 1 },
    'JSON: by severity') or diag($said->{out});
is_deeply([map { "$_->{code} $_->{name} $_->{severity} $_->{count}" }
    @{ $told->{codes} }], ['SEMR101 loop error 2', 'SEMR103 chain info 1',
        'SEMR413 ended warning 1'], 'JSON: by code');
is_deeply([@$told{qw(rules rows_wrong)}], [6, 2], 'JSON: rules and rows');
is_deeply([map { $_->{line} } @{ $told->{problems} }], [6, 8],
    'JSON: rows that are wrong');
is($told->{problems}[1]{file}, 'stdin', 'and where');
is_deeply($told->{findings}[0], { code => 'SEMR101', name => 'loop',
    severity => 'error', file => 'stdin', line => 4, other_file => 'stdin',
    other_line => 5, text => '/l leads back to itself by way of stdin:5',
    mend => 'Let one of them lead out of the circle, or delete it.' },
    'JSON: a finding');
is(scalar @{ decode_json(check($lines, '--json', '--all')->{out})->{findings} },
    50, 'JSON: --all');
$said = check("permanent /a\xff\xe2\x80\xae /b\nnone\x1b[2J /\n", '--json');
ok(eval { decode_json($said->{out}) }, 'JSON of a map that is no text')
    or diag($said->{out});
unlike(check("permanent /a /b\nnone\x1b[2J /\n")->{out}, qr/\x1b/,
    'what is told is inert on a terminal');

$said = semredirect('check', '/nonexistent.map');
is($said->{status}, 2, 'a map that is not there');
like($said->{err}, qr{/nonexistent\.map: cannot be opened}, 'which is told');
done_testing();
