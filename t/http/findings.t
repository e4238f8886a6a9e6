# Findings are told by -t, in the error log, on the page and in the JSON, and
# silenced by their codes; they stop nothing (DESIGN 4).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Test::More;

my $S = 'SemanticRedirect';
my $loop = "$S permanent /a /b\n$S permanent /b /a\n";
my $xss = '<script>pwned=1</script>';
my $httpd = Semr::Httpd->new(start => 2,
    conf => "${S}Refresh 1\n$S permanent /main/ /main-page\n",
    sites => [
        { name => 'loop', conf => $loop . $PAGE },
        { name => 'quiet', conf => $loop . $PAGE
            . "${S}Findings off SEMR101 semr208\n" },
        { name => 'clean', conf => "$S permanent /x /y\n$PAGE" },
        { name => 'markup', conf => qq{$S permanent "~$xss" /y\n}
            . $PAGE },
        { name => 'self', conf => "$S permanent /x https://%host%/x\n"
            . "$S permanent /up https:\n$PAGE" },
        { name => 'section', conf => $PAGE
            . "<Location /s>\n$S permanent /s/a /t code=301\n</Location>\n" },
        { name => 'map', conf => "${S}Map moves.map\n$PAGE" },
        { name => 'many', conf => join('', map {
            "$S permanent /m$_ /n$_ code=301\n" } 1 .. 60)
            . $PAGE },
    ]);
my $good = join '', map { "permanent /p$_ /q$_\n" } 1 .. 9;
$httpd->write('moves.map', $good);

# -t tells them, and is content
my ($status, $said) = $httpd->verdict;
is($status, 0, '-t: findings stop nothing');
like($said, qr/Syntax OK/, '-t says so');
like($said, qr/test\.conf:\d+: error SEMR101 loop: /, '-t tells a loop');
my @told = $said =~ /\bSEMR\d+ /g;
is(scalar @told, 20, '-t: the first twenty');
like($said, qr/and \d+ findings more: \d+ errors, \d+ warnings/,
    '-t: a count of the rest');
my ($first_warning) = $said =~ /^(.*?): warning SEMR/ms;
unlike($' // '', qr/: error SEMR/, '-t: errors first') if $said =~ /warning SEMR/;

# the log, when it starts
serving($httpd);
my $log = $httpd->log;
like($log, qr/error SEMR101 loop: /, 'the log tells a loop');
like($log, qr/findings more/, 'and a count');
@told = $log =~ /\bSEMR\d+ /g;
is(scalar @told, 20, 'the first twenty');

sub page { return page_of($httpd, @_)->body }
sub findings {
    my ($site) = @_;
    return { map { $_->{code} => $_ }
        @{ json_of($httpd, $site)->{findings} } };
}

# JSON
my $found = findings('loop');
is($found->{SEMR101}{count}, 2, 'JSON: how many');
is($found->{SEMR101}{severity}, 'error', 'its severity');
is($found->{SEMR101}{name}, 'loop', 'its name');
like($found->{SEMR101}{$_}, qr/\w+.*\.\z/, "its $_") for qw(what mend);
my @first = @{ $found->{SEMR101}{first} };
is(scalar @first, 2, 'each of them');
like($first[0]{file}, qr/httpd\.conf$/, 'file');
my @lines = split /\n/, $httpd->read('httpd.conf');
is($lines[$first[0]{line} - 1], "$S permanent /a /b", 'line');
like($first[0]{text}, qr{/a}, 'its words');
is($found->{SEMR208}{count}, 1, 'those of the main server, which it inherits');

# a rule that spells out its own URL, where nobody else serves https
is(findings('self')->{SEMR101}{count}, 1, 'a loop of one');
is($httpd->ask('GET /x', 'self.test')->status, 404, 'which is declined');
is(location($httpd, 'self', '/up'), 'https://self.test/up', 'an upgrade');

# silenced, in one virtual host
$found = findings('quiet');
is($found->{SEMR101}, undef, 'silenced');
$found = findings('clean');
is_deeply([grep { $_ ne 'SEMR208' } keys %$found], [], 'nothing to be found');

# a section's
ok(findings('section')->{SEMR311}, 'a rule of a section');

# many: a few are told, all are counted
$found = findings('many');
is($found->{SEMR311}{count}, 60, 'all are counted');
is(scalar @{ $found->{SEMR311}{first} }, 20, 'the first twenty are told');

# the page
my $html = page('loop');
like($html, qr/Findings/, 'the page tells them');
like($html, qr/SEMR101/, 'by code');
like(page('many'), qr/SEMR311, 60 times/, 'and how many there are');
like(page('markup'), qr/SEMR205/, 'a regex with markup');
unlike(page('markup'), qr/\Q$xss\E/, 'which is none');
unlike(page('clean'), qr/SEMR101/, 'a page without');

# a map that changes
is(findings('map')->{SEMR101}, undef, 'a map without');
put($httpd, 'moves.map', "${good}permanent /x /y\npermanent /y /x\n");
ok(Semr::Httpd::wait_for(sub { findings('map')->{SEMR101} }),
    'a new version with a loop');
like($httpd->log, qr/moves\.map:10: error SEMR101 loop: /, 'the log tells it');
my $count = () = $httpd->log =~ /moves\.map:10: error/g;
put($httpd, 'moves.map', "${good}permanent /x /y\npermanent /y /x\n# note\n");
ok(Semr::Httpd::wait_for(sub { (told($httpd, 'map'))[0]{generation} == 2 }),
    'one more version');
put($httpd, 'moves.map', $good);
ok(Semr::Httpd::wait_for(sub { !findings('map')->{SEMR101} }), 'it is mended');
is(scalar(() = $httpd->log =~ /moves\.map:10: error/g), $count,
    'what is known is not told again');
$httpd->stop;

# which virtual hosts speak https: by their port, their ServerName, SSLEngine
my $own = "$S permanent /p https://%s.test/p\n"
    . "$S permanent /q http://%s.test/q only=GET\n";
sub host_of {
    my ($port, $name, $lines) = @_;
    return "<VirtualHost *:$port>\n$lines" . sprintf($own, $name, $name)
        . "</VirtualHost>\n";
}
my $tls = Semr::Httpd->new(modules => ['ssl'], conf => join '',
    host_of(443, 'port', "ServerName port.test\n"),
    host_of(8443, 'name', "ServerName https://name.test\n"),
    host_of(9443, 'engine', "ServerName engine.test\nSSLEngine on\n"),
    host_of(8080, 'plain', "ServerName plain.test\nSSLEngine off\n"));
(undef, $said) = $tls->verdict;
for my $name (qw(port name engine)) {
    like($said, qr/SEMR111 .*$name\.test/, "$name: a page that stays itself");
    like($said, qr/SEMR511 .*$name\.test/, "$name: a way to http");
}
is(() = $said =~ /SEMR101 /g, 1, 'plain: one loop, and no other');
like($said, qr/SEMR101 loop: \/p /, 'by way of https');

# the same name on another virtual host is no other host
my $upgrade = Semr::Httpd->new(modules => ['ssl'], conf => <<"END");
<VirtualHost *:80>
    ServerName a.test
    ServerAlias www.a.test
    $S permanent /* https://www.a.test/*
</VirtualHost>
<VirtualHost *:443>
    ServerName www.a.test
    $S permanent /* https://www.a.test/*
</VirtualHost>
END
(undef, $said) = $upgrade->verdict;
unlike($said, qr/SEMR/, 'an upgrade to https: nothing to be found');

# a virtual host that says nothing has the main server's rules: told once
my $bare = Semr::Httpd->new(conf => "${loop}${S}Map noise.csv\n",
    sites => [{ name => 'bare' }, { name => 'bare2' }]);
$bare->write('noise.csv', "from,to,intent,hits\n/n,/m,permanent,9\n");
(undef, $said) = $bare->verdict;
is(() = $said =~ /SEMR101 /g, 2, 'two rules of the main server, two findings');
is(() = $said =~ /"hits" is passed over/g, 1, '-t: a notice is told once');

# virtual hosts that include one file: its findings are told once
my $both = Semr::Httpd->new(sites => [map {
        { name => $_, conf => "Include %root%/common.conf\n" } } qw(one two) ]);
$both->write('common.conf', join '', $loop, map {
    "$S permanent /m$_ /n$_ code=301\n" } 1 .. 30);
(undef, $said) = $both->verdict;
is(() = $said =~ /SEMR101 /g, 2, 'a file for two virtual hosts: told once');
like($said, qr/and 12 findings more: 32 errors,/, 'and counted once');

# many virtual hosts: counts are right on each page, though places have no room
my $hosts = Semr::Httpd->new(conf => $PAGE . join '', map {
        my $host = $_;
        "<VirtualHost *:%port%>\nServerName v$host.test\n"
            . join('', map { "$S permanent /" . 'x' x 600
                . "$_ /n code=301\n" } 1 .. 12) . "</VirtualHost>\n" }
        1 .. 300);
serving($hosts);
for my $host (1, 150, 300) {
    my $json = json_of($hosts, "v$host");
    my ($loss) = grep { $_->{code} eq 'SEMR311' } @{ $json->{findings} };
    is($loss->{count}, 12, "v$host: all are counted");
    like(page_of($hosts, "v$host")->body, qr/SEMR311/,
        'and on the page');
}
$hosts->stop;

# wrong directives
for my $case (['on SEMR101', 'off'], ['off', 'codes'], ['SEMR101', 'off'],
        ['off SEMR999', 'SEMR999'], ['off loop', 'loop']) {
    my $wrong = Semr::Httpd->new(conf => "${S}Findings $case->[0]");
    my ($bad, $why) = $wrong->verdict;
    isnt($bad, 0, "Findings $case->[0]: refused");
    like($why, qr/${S}Findings.*\Q$case->[1]\E/s, 'with the reason');
}
done_testing();
