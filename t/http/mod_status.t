# mod_status's page: our section, our lines in its ?auto, and nothing of it
# where there is no rule, or no mod_status.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Page;
use Semr::Sites;
use Semr::Source;
use Test::More;

my $S = 'SemanticRedirect';
my $page = "$PAGE<Location /server-status>\nSetHandler server-status\n"
    . '</Location>';
my $odd = qq('odd"<script>\xff&\x01');
my @sites = (
    { name => 'one', conf => "$S permanent /old /new\n$S gone /dead\n$page" },
    { name => 'two', conf => "${S}Stage observe\n$S temporary /old /new\n"
        . "ServerName $odd\nServerAlias two.test\n"
        . "$S permanent /loop /pool\n$S permanent /pool /loop\n" },
);
my $status = (map { "$_/mod_status.so" } Semr::Httpd::apxs('LIBEXECDIR'))[0];

sub page {
    my ($httpd, $query) = @_;
    return $httpd->ask("GET /server-status$query", 'one.test');
}

sub told {
    my ($httpd, $what, %wanted) = @_;
    my $body = page($httpd, '?auto')->body;
    my %auto = $body =~ /^(SemanticRedirect\w+): (.*)$/mg;
    is_deeply({ map { $_ => $auto{"SemanticRedirect$_"} } keys %wanted },
        \%wanted, "$what: ?auto") or diag($body);
    like($body, qr/^Total Accesses: /m, "$what: beside mod_status's own");
    my $own = $httpd->ask('GET /redirects?auto', 'one.test')->body;
    is_deeply([sort keys %auto], [sort $own =~ /^(\w+):/mg],
        "$what: the same lines as on our page");
}

my ($version) = text('src/engine/version.h') =~ /VERSION "(.*?)"/;
my @wanted = (Version => $version, RulesLive => 3, RulesObserve => 3,
    AnswersLive301 => 3, AnswersLive410 => 1, ObservedAnswers302 => 2,
    FindingsError => 2);
for my $order (
        ['mod_status first', modules => ['status'], conf => ''],
        ['mod_status last',  conf => qq(LoadModule status_module "$status"\n)],
    ) {
    my ($what, %option) = @$order;
    $option{conf} .= "ExtendedStatus On\n$S permanent /main /m\n";
    my $httpd = Semr::Httpd->started(%option, sites => \@sites);
    $httpd->ask($_, 'one.test') for ('GET /old') x 2, 'GET /dead', 'GET /main';
    $httpd->ask('GET /old', 'two.test') for 1 .. 2;
    told($httpd, $what, @wanted);

    my $body = page($httpd, '')->body;
    my ($section) = $body =~ m{(<h2>mod_semredirect</h2>.*)}s;
    ok($section, "$what: there is a section") or diag($body);
    for ([Rules => 'live: 3, trial: 0, observe: 3, off: 0'],
            [Answers => 'live 301: 3, live 308: 0, live 410: 1'],
            ['Would have been sent' => '301: 0, 302: 2, 307: 0, 308: 0'],
            [Findings => 'error: 2']) {
        like($section, qr{<tr><th[^>]*>$_->[0]</th><td>\Q$_->[1]\E</td></tr>},
            "$what: $_->[0]");
    }
    like($section, qr/semredirect-status/, "$what: it says where the rest is");
    unlike($section, qr/[^\n\x20-\x7e]|<script/, "$what: inert");
    is(scalar(() = $body =~ /<h2>mod_semredirect/g), 1, "$what: one section");

    $section = (page($httpd, '?notable')->body
        =~ m{<h2>mod_semredirect</h2>(.*)}s)[0] // '';
    unlike($section, qr/<t[adhr]/, "$what: without tables if that is asked");
    like($section, qr{<dt>Rules: live: 3, }, "$what: a list, then");

    SKIP: {
        skip 'httpd runs without a parent', 3 if Semr::Httpd::alone();
        $httpd->signal('USR1');
        ok(Semr::Httpd::wait_for(sub { page($httpd, '?auto')->body
            =~ /^ParentServerConfigGeneration: 2$/m }), "$what: restarted");
        my $auto = page($httpd, '?auto')->body;
        like($auto, qr/^${S}RulesLive: 3$/m, "$what: it is told again");
        is(scalar(() = $auto =~ /^${S}RulesLive/mg), 1, "$what: once");
    }
    $httpd->stop;
}

# Where there is no rule, there is no section; our page needs no mod_status.
my $httpd = Semr::Httpd->started(modules => ['status'],
    sites => [ { name => 'one', conf => $page } ]);
asked($httpd, 'one', 'GET /server-status', 200, undef, '!body ~ semredirect',
    'body ~ Apache Server Status');
asked($httpd, 'one', 'GET /server-status?auto', 200, undef,
    "body ~ ${S}Version");
$httpd->stop;
$httpd = Semr::Httpd->started(sites => \@sites);
asked($httpd, 'one', 'GET /redirects?auto', 200, undef,
    "body ~ ${S}RulesLive: 2\n");
asked($httpd, 'one', 'GET /server-status', 404);
$httpd->stop;
done_testing();
