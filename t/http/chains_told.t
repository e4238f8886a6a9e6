# What is told of chains: log fields, counters, the debug log.  The rule that
# was asked for counts, not those that the walk went through.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps ();
use Semr::Page;
use Test::More;

my $S = 'SemanticRedirect';
my $P = "$S permanent";
my $rules = "$P /a /b\n$P /b /c\n$S gone /c/x\n$P /to-gone /c/x\n"
    . "$P /soft /t\n$S temporary /t /u\n$P /if /cond\n"
    . "$P /cond /d if=\"true\"\n$P /trial /on-trial\n"
    . "$P /on-trial /d stage=trial\n$P /none /left\n$S none /left\n"
    . "$P /away http://other.test/\n$P /to-away /away\n"
    . "$P /l1 /l2\n$P /l2 /l1\n"
    . join('', map { "$P /h$_ /h" . ($_ + 1) . "\n" } 0 .. 11)
    . "${S}Map more.map\n$P /to-map /m1\n"
    . $PAGE;
my $httpd = Semr::Httpd->new(
    conf => 'LogFormat "%v %m %U|%>s|%{SEMREDIRECT_CODE}e|'
        . '%{SEMREDIRECT_STAGE}e|%{SEMREDIRECT_RULE}e|" semr' . "\n"
        . "CustomLog access_log semr\nLogLevel semredirect:debug\n"
        . "$P /from-main /a",
    sites => [ { name => 'live', conf => $rules },
        { name => 'observed', conf => "${S}Stage observe\n$rules" },
        { name => 'keep', conf => "${S}Chains keep\n$rules" } ]);
$httpd->write('more.map', "# a map\npermanent /m1 /a\n");
Semr::Maps::serving($httpd);

sub line_of { my ($text, $site) = @_;
    my $conf = $httpd->read('httpd.conf');
    my $from = $site ? index $conf, "/$site\"" : 0;
    return 1 + (substr($conf, 0, index $conf, $text, $from) =~ tr/\n//) }

# request, status, the code that is told, the rule that is told; what the debug
# log says of the walk: rules gone through, one that is not, how it ends
my @rows = (
    ['GET /a', 301, 301, "$P /a /b", ["$P /a ", "$P /b "], undef,
        'no rule moves it any further'],
    ['POST /a', 308, 308, "$P /a /b", ["$P /a ", "$P /b "], undef,
        'no rule moves it any further'],
    ['GET /b', 301, 301, "$P /b /c"],
    ['GET /to-gone', 410, 410, "$P /to-gone ", ["$P /to-gone ", "$S gone /c/x"],
        undef, 'it is gone'],
    ['GET /soft', 301, 301, "$P /soft ", ["$P /soft "], "$S temporary /t ",
        'the next rule says something else'],
    ['GET /if', 301, 301, "$P /if ", ["$P /if "], "$P /cond ",
        'the next rule has a condition'],
    ['GET /trial', 301, 301, "$P /trial ", ["$P /trial "], "$P /on-trial ",
        'the next rule is at an earlier stage'],
    ['GET /none', 301, 301, "$P /none ", ["$P /none "], "$S none /left",
        'the next rule leaves it alone'],
    ['GET /to-away', 301, 301, "$P /to-away ", ["$P /to-away ", "$P /away "],
        undef, 'it is on another host'],
    ['GET /h0', 301, 301, "$P /h0 ", [map { "$P /h$_ " } 0 .. 9],
        "$P /h10 ", 'ten hops are the most'],
    ['GET /l1', 404, '-', undef, ["$P /l1 ", "$P /l2 "], undef,
        'the rules lead in a circle'],
    ['GET /from-main', 301, 301, "$P /from-main ",
        ["$P /from-main ", "$P /a ", "$P /b "], undef,
        'no rule moves it any further'],
    ['GET /to-map', 301, 301, "$P /to-map ",
        ["$P /to-map ", undef, "$P /a ", "$P /b "], undef,
        'no rule moves it any further'],
);
my %before = hits('live');
$httpd->ask($_->[0], 'live.test') for @rows;
my %after = hits('live');

my @met = sort grep { $after{$_} > $before{$_} } keys %after;
is_deeply(\@met, [sort qw(/a /b /to-gone /soft /if /trial /none /to-away /h0
        /from-main /to-map)],
    'hits: of the rules that were asked for, and no others');
is($after{'/a'}, 2, 'hits: GET and POST');
is_deeply(tally('live'), { '301' => 10, '308' => 1, '410' => 1 },
    'answers by code: what was sent');

sub hits { return map { $_->{from} => $_->{hits} }
    @{ json_of($httpd, $_[0])->{rules} } }
# code -> answers that are no zero, over all stages
sub tally { my ($site, $stage) = @_;
    my %sum;
    my $by = json_of($httpd, $site)->{answers_by_stage} or return {};
    for my $name ($stage // keys %$by) {
        $sum{$_} += $by->{$name}{$_} for keys %{ $by->{$name} || {} };
    }
    return { map { $sum{$_} ? ($_ => $sum{$_}) : () } keys %sum } }

# The log
Semr::Httpd::wait_for(sub {
    ($httpd->read('access_log') =~ tr/\n//) >= @rows + 3 });
my @log = split /\n/, $httpd->read('access_log');
for my $row (@rows) {
    my ($request, $status, $code, $rule) = @$row;
    my ($line) = grep { index($_, "live.test $request|") == 0 } @log;
    my $place = $rule ? 'httpd\.conf:' . line_of($rule, 'live') : '-';
    $place = 'httpd\.conf:' . line_of($rule) if ($rule // '') =~ /from-main/;
    my $stage = $rule ? 'live' : '-';
    like($line // '(no line)',
        qr/\|$status\|$code\|$stage\|\S*$place\|$/, "log: $request");
}

# The debug log
my %debug;
for my $line (split /\n/, $httpd->log) {
    push @{ $debug{$1} }, $line
        if $line =~ /\[semredirect:debug\].*\[client [^\]]*\] (\S+ \S+):/;
}
sub place { my ($rule) = @_;
    return 'more\.map:2' if !defined $rule;
    return 'httpd\.conf:' . line_of($rule, $rule =~ /from-main/ ? () : 'live') }
for my $row (@rows) {
    my ($request, undef, undef, undef, $through, $not, $end) = @$row;
    my @lines = grep { /the chain|and not through/ } @{ $debug{$request}
        || [] };
    my @wanted = map { 'the chain goes through \S*' . place($_) . ', \d' }
        @{ $through || [] };
    push @wanted, 'and not through \S*' . place($not) . ', \d' if $not;
    push @wanted, "the chain ends: $end" if $end;
    my $pattern = join '[^\n]*\n[^\n]*', @wanted;
    $pattern = '\A\z' if !@wanted;
    like(join("\n", @lines), qr/$pattern/, "debug: $request");
}

# Under observe the same is told, and nothing is sent.
$httpd->ask($_->[0], 'observed.test') for @rows;
Semr::Httpd::wait_for(sub {
    (() = $httpd->read('access_log') =~ /^observed\.test/mg) >= @rows });
@log = split /\n/, $httpd->read('access_log');
for my $row (@rows) {
    my ($request, undef, $code, $rule) = @$row;
    my ($line) = grep { index($_, "observed.test $request|") == 0 } @log;
    my $stage = $rule ? 'observe' : '-';
    like($line // '(no line)', qr/\|404\|$code\|$stage\|/,
        "log: $request, observed");
}
my $tally = tally('observed', 'observe');
is_deeply($tally, { '301' => 10, '308' => 1, '410' => 1 },
    'answers by code: what would have been sent');

# With keep each hop is a redirect of its own.
$httpd->ask($_, 'keep.test') for 'GET /a', 'GET /l1', 'GET /to-gone';
%after = hits('keep');
is_deeply([@after{qw(/a /b /l1 /to-gone)}], [1, 0, 1, 1], 'keep: hits');
# the main server's rule has answered on another host
is_deeply(tally('keep', 'live'), { '301' => 3 + 1 }, 'keep: answers by code');

$httpd->stop;
done_testing();
