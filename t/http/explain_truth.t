# Explain says what the server does: each URL is explained, and then asked, by
# each method; code, Location, Cache-Control and Vary are compared.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Explain;
use Semr::Httpd;
use Test::More;

my ($S, $P) = ('SemanticRedirect', 'SemanticRedirect permanent');
my $T = 'SemanticRedirect temporary';
my $page = "<Location $Semr::Explain::PAGE>\nSetHandler semredirect-status\n"
    . '</Location>';
my $beta = qq(if="%{HTTP_COOKIE} =~ /beta=1/");

# name, configuration (or what a site has), what is asked
my @sites = (
    ['intents', join("\n", "$P /p /p2", "$T /t /t2", "$S see-other /s /s2",
        "$S gone /g", "$S gone /g4 code=404", "$S gone /g5 code=451",
        "$S none /tree/n", "$P /tree/* /other/*"),
        map { "GET $_" } qw(/p /t /s /g /g4 /g5 /tree/n /tree/x /tree /no)],
    ['options', join("\n", "$P /get /g2 method=get", "$P /pass /p2 method=pass",
        "$P /only /o2 only=POST,PUT", "$P /pin /p3 code=308",
        "$T /aged /a2 max-age=90", "$P /none /n2 max-age=none",
        "$P /drop /d2 query=drop", "$P /q?id=5 /five", "$P /q?id={n} /n/{n}",
        "$P /case /c2 case=ignore", "$P /slash /s2 slash=exact",
        "$P ~^/re/(\\d+)\$ /r/\$1", "$P /u/{name}/x /x/{name}"),
        map({ "GET $_" } qw(/get /pass /only /pin /aged /none /drop?a=1
            /q?id=5 /q?id=6&x=y /q /CASE /case /slash/ /slash /re/12 /re/x
            /u/me/x?y)), 'PATCH /only', 'QUERY /get', 'MKCOL /pass'],
    ['chains', join("\n", "$P /a /b", "$P /b /c", "$P /c /d", "$P /e /f",
        "$T /f /g", "$P /h /i", "$S gone /i", "$P /l1 /l2", "$P /l2 /l1",
        "$P /x /b $beta", "$P /y /x", "$P /out https://else.test/o",
        "$P /grow/* /grow/grow/*", "$P /https https:", "$P /self /self"),
        map { "GET $_" } qw(/a /b /e /h /l1 /x /y /out /grow/a /https /self)],
    ['kept', join("\n", 'SemanticRedirectChains keep', "$P /a /b", "$P /b /c",
        "$P /l1 /l2", "$P /l2 /l1", "$P /v /w stage=trial",
        "$P /w /x stage=observe method=pass", "$P /y /z", "$P /z /x $beta",
        q(SemanticRedirectPreview "%{HTTP_COOKIE} =~ /tester/")),
        map { "GET $_" } qw(/a /b /l1 /v /w /y /z)],
    ['absolute', "SemanticRedirectAbsolute On\n$P /a /b\n$T /x https:/y",
        map { "GET $_" } qw(/a /x)],
    ['stages', join("\n", "$P /o /o2 stage=observe", "$P /o2 /o3",
        "$P /t /t2 stage=trial", "$P /off /f2 stage=off",
        "$T /off /f3", "$P /both /x stage=observe", "$T /both/* /y",
        "$P /settles /s2 settles=2037-01-01", "$P /starts /a starts=2037-01-01",
        "$P /ends /b ends=2020-01-01",
        "<Location /shut>\nSemanticRedirectStage off\n</Location>",
        "$P /shut/x /y",
        "<Location /tried>\nSemanticRedirectStage trial\n</Location>",
        "$P /tried /y"), map { "GET $_" } qw(/o /o2 /t /off /both /settles
            /starts /ends /shut/x /tried)],
    ['preview', join("\n", 'SemanticRedirectStage observe',
        qq(SemanticRedirectPreview "%{HTTP_COOKIE} =~ /tester/"),
        "$P /a /b", "$P /b /c", "$S gone /g", "$S none /a/n", "$P /a/* /z/*"),
        map({ ["GET $_"], ["GET $_", Cookie => 'tester=1'] }
            qw(/a /g /a/n /a/x /none))],
    ['conditions', join("\n", "$P /c /beta $beta", "$T /c /all",
        qq($P /accept /de if="%{HTTP:Accept-Language} =~ /^de/"),
        qq($P /accept /html if="%{HTTP_ACCEPT} =~ /html/"),
        qq($P /origin /o if="-n %{HTTP:Origin}"),
        qq($P /method /m if="%{REQUEST_METHOD} == 'POST'"),
        qq($P /env /e if="reqenv('mark') == 'yes'"),
        qq($P /proto /p if="%{SERVER_PROTOCOL} == 'HTTP/1.1'"),
        qq($P /agent /ua if="-n %{HTTP_USER_AGENT}"),
        qq($P /auth /au if="-n %{HTTP:Authorization}"),
        'SetEnvIf Cookie mark=yes mark=yes',
        'SetEnvIf Request_URI ^/env mark_uri=1'),
        map({ ["GET $_"], ["GET $_", Cookie => 'beta=1; mark=yes'] }
            qw(/c /env /method /proto /agent /auth)),
        ['GET /accept'], ['GET /accept', Accept => 'text/html'],
        ['POST /accept', 'Accept-Language' => 'de', Accept => 'text/html'],
        ['GET /origin', Origin => 'https://a.example'],
        ['OPTIONS /origin', Origin => 'https://a.example',
            'Access-Control-Request-Method' => 'DELETE'],
        ['GET /agent', 'User-Agent' => 'x']],
    ['hosts', join("\n", 'ServerAlias www.hosts.test',
        "$P //hosts.test/h /named", "$P /h /any", "$P //other.test/o /x",
        "$P http://hosts.test/s /http", "$P https://hosts.test/s /https"),
        map { "GET $_" } qw(/h /o /s)],
    ['sections', { conf => join("\n", "<Location /l>", "$P /l/a /la",
        "$T /l/* /l2/*", '</Location>', '<If "%{HTTP_COOKIE} =~ /if=1/">',
        "$P /if /if2", '</If>', "<Directory %dir%/d>", "$P /d/x /dx",
        '</Directory>', "<Location /denied>", 'Require all denied',
        "$P /denied/x /y", '</Location>', "$S gone /l/gone",
        "<LocationMatch ^/m/>", "$P /m/1 /m2", '</LocationMatch>'),
        files => { 'd/x' => 'file', 'h/.htaccess' => "$P /h/a /ha\n"
            . "$T /h/b/* /hb/*\n$S gone /h/g\n$P /h/c /hc $beta\n"
            . "SetEnvIf Cookie s=1 s=1\n"
            . qq($P /h/e /he if="reqenv('s') == '1'"), 'h/x' => 'file',
            '.htaccess' => "$P /h/a /root\n$P /top /root\n$P /d/y /dy" } },
        map({ "GET $_" } qw(/l/a /l/b /l/gone /d/x /d/y /denied/x /denied/z
            /h/a /h/b/c /h/g /h/c /h/x /top /m/1 /m/2 /h /d)),
        ['GET /if'], ['GET /if', Cookie => 'if=1'],
        ['POST /h/c', Cookie => 'beta=1; s=1'],
        ['GET /h/e', Cookie => 'beta=1; s=1'], ['GET /h/e']],
    ['maps', { conf => "SemanticRedirectMap maps.map\n"
        . "SemanticRedirectMap maps.csv intent=temporary\n$P /m/1 /direct" },
        map { "GET $_" } qw(/m/1 /m/2 /m/3 /c/1 /c/2 /x)],
    ['safe', "$P /* /all", "GET $Semr::Explain::PAGE",
        'GET /.well-known/acme-challenge/x', 'TRACE /x', 'GET /all',
        'GET //two//slashes', 'GET /a/../b', 'GET /%41', 'GET /%zz',
        'GET /%00', 'GET /a%2Fb'],
    ['others', "Redirect 302 /alias /aliased\n$P /both /mine\n"
        . "Redirect 302 /both /theirs", map { "GET $_" } qw(/alias /both)],
);

# Rules by chance, of few paths, so that they meet; SEMR_SEED repeats them.
my $seed = $ENV{SEMR_SEED} // 5;
srand $seed;
sub one_of { return $_[rand @_] }
my @paths = qw(/a /b /c /a/b /a/b/c /b/a /c/ /A);
my @tos = (@paths, '/a?x=1', '/b#f', 'https://else.test/e', 'https:/a');

sub random_rule {
    my ($own) = @_;
    my $intent = one_of(qw(permanent permanent permanent temporary see-other
        gone none));
    my $from = one_of(@paths, @paths, '/a/*', '/*', '/b/*', '/a/{n}', '/{n}',
        '~^/([ab])/', '~*^/C', '/a?q=1', '/b?q={n}', "//$own.test/a",
            "http://$own.test/*");
    my $to = one_of(@tos, $from =~ /\*$/ && $from !~ /^~/ ? ('/c/*') x 4 : (),
        $from =~ /\{n\}/ ? '/b/{n}' : (), $from =~ /\(/ ? '/c/$1' : ());
    my @options = map { one_of($_->[0], ('') x $_->[1]) }
        [one_of('only=GET', 'only=POST,PUT'), 6],
        [one_of(qw(stage=observe stage=observe stage=trial stage=off)), 3],
        [q(if="%{HTTP_COOKIE} =~ /beta/"), 6], ['max-age=60', 8],
        ['ends=2020-01-01', 20], ['settles=2037-01-01', 12];
    push @options, map { one_of($_, ('') x 6) } 'method=get', 'query=drop'
        if $intent =~ /^(?:perm|temp|see)/;
    push @options, one_of('method=pass', ('') x 8)
        if $intent =~ /^(?:perm|temp)/ && !grep { /method/ } @options;
    push @options, one_of('slash=exact', ('') x 6) if $from !~ /^~/;
    return join ' ', "$S $intent", $from, ($to) x ($intent !~ /^(?:gone|none)/),
        grep { length } @options;
}

sub random_site {
    my ($name) = @_;
    my @server = map { random_rule($name) } 1 .. 14;
    push @server, one_of('', 'SemanticRedirectChains keep',
        'SemanticRedirectAbsolute On', 'SemanticRedirectStage trial');
    push @server, q(SemanticRedirectPreview "%{HTTP_COOKIE} =~ /tester/")
        if rand > .5;
    push @server, '<Location /a/b>', map({ random_rule($name) } 1 .. 4),
        one_of('', 'SemanticRedirectStage observe'), '</Location>';
    my @urls = map { one_of(@paths, '/a/x', '/b/', '/c/d', '/x', '/a?q=1&r=2',
        '/b?q=7', '/a//b', '/%61') } 1 .. 14;
    return [$name, { conf => join("\n", @server), files => { '.htaccess' =>
        join "\n", map { random_rule($name) } 1 .. 5 } }, map {
            [one_of('GET', 'POST', 'PATCH') . " $_", rand > .6 ? (Cookie =>
                one_of('beta', 'tester', 'beta tester')) : ()] } @urls];
}
push @sites, map { random_site("random$_") } 1 .. 8;

my $httpd = Semr::Httpd->new(
    modules => [qw(alias dir)],
    conf => "$page\n$P /inherited /i\n$P /c /main\n$T /l/main /lm",
    sites => [map { my $site = ref $_->[1] ? $_->[1] : { conf => $_->[1] };
        +{ %$site, name => $_->[0] } } @sites]);
$httpd->write('maps.map', "permanent /m/1 /lost\npermanent /m/2 /m22\n"
    . "permanent /m/3 /m/2 stage=observe\n");
$httpd->write('maps.csv', "/c/1,/c11\n/c/2,/c/1\n");
$httpd->start or BAIL_OUT($httpd->log);

my (%outcomes, %fates);
for my $row (@sites) {
    my ($site, undef, @requests) = @$row;
    for my $request (@requests, 'GET /inherited') {
        my $told = agrees($httpd, $site, ref $request ? @$request : $request);
        $outcomes{ $_->{outcome} }++ for @{ $told->{methods} };
        $fates{ $_->{fate} }++ for @{ $told->{rules} };
    }
}
# Nothing of the table was left out.
for (qw(no-rule answered observed left-alone loop status-page never refused)) {
    cmp_ok($outcomes{$_} // 0, '>', 0, "an outcome was $_");
}
for (qw(answers leaves-alone loops status-page observed passed-over
        comes-later)) {
    cmp_ok($fates{$_} // 0, '>', 0, "a rule's fate was $_");
}

diag("SEMR_SEED=$seed") if !Test::More->builder->is_passing;

$httpd->stop;
done_testing();
