# starts=, ends= and settles= are judged when a request comes (DESIGN 4), and no
# answer outlives what it says: a moment passes while the server is asked.
#
# Date tells in which second httpd judged, so each answer is checked by its own.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX 'strftime';
use Semr::Httpd;
use Test::More;
use Time::HiRes 'sleep';
use Time::Local 'timegm';

my $S = 'SemanticRedirect';
my $P = "$S permanent";
my $moment = time + (Semr::Httpd::alone() ? 40 : 4);
sub at { return strftime '%Y-%m-%dT%H:%M:%SZ', gmtime $_[0] }
my ($T, $later) = (at($moment), at($moment + 2));
my $offset = strftime '%Y-%m-%dT%H:%M:%S+02:00', gmtime $moment + 7200;

my $conf = <<"END";
$P /ends /x ends=$T
$P /ends-zone /x ends=$offset
$P /starts /x starts=$T
$P /settles /x settles=$T max-age=7d
$P /window /x starts=$T ends=$later
$P /settling-window /x ends=$later settles=$T
$P /short /x max-age=1s ends=$T
$P /unsaid /x max-age=none ends=$T
$S gone /gone ends=$T
$S temporary /temporary /x ends=$T
$S temporary /kept /x ends=$T max-age=1h
$P /two /first ends=$T
$P /two/* /second
$P /coming /then starts=$T
$P /coming/* /now
$S none /coming-none starts=$T
$P /coming-none/* /x
$P /observed /x stage=observe starts=$T
$P /observed/* /y
$P /chain /hop
$P /hop /end starts=$T
$P /chain-ends /hop-ends
$P /hop-ends /end ends=$T
$P /chain-settles /hop-settles
$P /hop-settles /end settles=$T
$P /chain-gone /hop-gone
$S gone /hop-gone starts=$T
$S permanent /section-chain /hop
<Location "/aged">
    ${S}MaxAge permanent 1h
    ${S}Stage trial
</Location>
$P /aged/x /y ends=$T
${S}Map dated.csv intent=permanent
END
my $day = 'max-age=86400';
# what is asked; status, Location and Cache-Control before the moment, after it,
# and from two seconds after it on.  LEFT: the seconds until the moment.
my @off = (404);
my @rows = (
    ['/ends', [301, '/x', 'LEFT'], [@off]],
    ['/ends-zone', [301, '/x', 'LEFT'], [@off]],
    ['/starts', [@off], [301, '/x', $day]],
    ['/settles', [302, '/x', 'no-store'], [301, '/x', 'max-age=604800']],
    ['/window', [@off], [301, '/x', 'LEFT'], [@off]],
    ['/settling-window', [302, '/x', 'no-store'], [301, '/x', 'LEFT'], [@off]],
    ['/short', [301, '/x', 'max-age=1'], [@off]],
    ['/unsaid', [301, '/x', undef], [@off]],
    ['/gone', [410, undef, 'LEFT'], [@off]],
    ['/temporary', [302, '/x', 'no-store'], [@off]],
    ['/kept', [302, '/x', 'LEFT'], [@off]],
    ['/two', [301, '/first', 'LEFT'], [301, '/second', $day]],
    ['/coming', [301, '/now', 'LEFT'], [301, '/then', $day]],
    ['/coming-none', [301, '/x', 'LEFT'], [@off]],
    ['/observed', [301, '/y', $day], [301, '/y', $day]],
    ['/chain', [301, '/hop', 'LEFT'], [301, '/end', $day]],
    ['/chain-ends', [301, '/end', 'LEFT'], [301, '/hop-ends', $day]],
    ['/chain-settles', [301, '/hop-settles', $day], [301, '/end', $day]],
    ['/chain-gone', [301, '/hop-gone', 'LEFT'], [410, undef, 'max-age=3600']],
    ['/section-chain', [301, '/hop', 'LEFT'], [301, '/end', $day]],
    ['/aged/x', [302, '/y', 'no-store'], [@off]],
    ['/map', [301, '/x', 'LEFT'], [@off]],
    ['/htaccess', [301, '/x', 'LEFT'], [@off]],
);

my $httpd = Semr::Httpd->new(sites => [ { name => 'dates', conf => $conf,
    files => { '.htaccess' => "$P /htaccess /x ends=$T\n" } } ]);
$httpd->write('dated.csv', "from,to,ends\n/map,/x,$T\n");
$httpd->start or die "httpd does not start:\n" . $httpd->log;

my %month = map { (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$_]
    => $_ } 0 .. 11;
sub seconds { my ($date) = @_;
    my ($day, $name, $year, $h, $m, $s) =
        ($date // '') =~ /(\d+) (\w+) (\d+) (\d+):(\d+):(\d+)/ or return 0;
    return timegm($s, $m, $h, $day, $month{$name}, $year) }

# The phase of a row's answer, and what is wrong with it
sub check { my ($path, @phases) = @_;
    my $answer = $httpd->ask("GET $path", 'dates.test');
    my $now = seconds($answer->header('Date'));
    my $phase = $now < $moment ? 0 : $now < $moment + 2 || @phases < 3 ? 1 : 2;
    my ($status, $to, $cache) = @{ $phases[$phase] };
    my $until = $phase ? $moment + 2 : $moment;
    $cache = 'max-age=' . ($until - $now) if ($cache // '') eq 'LEFT';
    my $wanted = join ' ', $status, $to // '-', $cache // '-';
    my $got = join ' ', $answer->status, map { $answer->header($_) // '-' }
        qw(Location Cache-Control);
    return $phase, $got eq $wanted ? () :
        ($now - $moment) . " s: $got, not $wanted" }

my (%met, %wrong);
while (time < $moment + 3) {
    for my $row (@rows) {
        my ($phase, @wrong) = check(@$row);
        $met{ $row->[0] }[$phase]++;
        push @{ $wrong{ $row->[0] } }, @wrong;
    }
    sleep 0.1;
}
for my $row (@rows) {
    my ($path, @phases) = @$row;
    is_deeply($wrong{$path}, [], "$path: each answer was right when it came");
    is(scalar(grep { $_ } @{ $met{$path} }), scalar @phases,
        "$path: asked before and after") or diag(explain($met{$path}));
}
$httpd->stop;
done_testing();
