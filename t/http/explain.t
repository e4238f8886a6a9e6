# Explain: what it tells of a request, what it never does, and what it refuses.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Semr::Explain;
use Semr::Httpd 'project';
use Semr::Source;
use Test::More;

my ($S, $P) = ('SemanticRedirect', 'SemanticRedirect permanent');
my $T = 'SemanticRedirect temporary';
my $xss = '<script>pwned=1</script>';

my $httpd = Semr::Httpd->started(
    modules => [qw(dir authn_core auth_basic authn_file authz_user)],
    conf => join("\n", "<Location $Semr::Explain::PAGE>",
        'SetHandler semredirect-status', '</Location>',
        'LogFormat "%m %U%q %>s %{SEMREDIRECT_RULE}e %{SEMREDIRECT_CODE}e" l',
        'CustomLog access_log l', "$P /inherited /i",
        "$T /old /from-main"),
    sites => [
        { name => 'one', conf => join("\n", 'ServerAlias *.one.test',
            qq($P /old /new note="WEB-1, $xss" max-age=1h),
            "$P /new /newer", "$T /newer /end", "$T /old/* /tree/*",
            "$T /* /wide", "$P ~^/ol. /regex", "$P /o{x} /pattern",
            "$P //one.test/h /host", "$P /h /nohost",
            "$P /m /post only=POST", "$P /m /put only=PUT",
            "$P /late /x ends=2020-01-01", "$P /early /x starts=2037-06-01",
            "$P /off /x stage=off", qq($P /if /x if="%{HTTP_COOKIE} == 'x'"),
            "$P /self /self", "$S none /alone", "$T /pass /x method=pass",
            "$S see-other /see /x", "$P /dots?d={d} /dots/{d}/x",
            "$P /.well-known/* /wk", "$P /l1 /l2", "$P /l2 /l1",
            "$P /out http://else.test/x", "$P /cond /if",
            "$P /ob /x1 stage=observe", "$P /to-ob /ob",
            "$P /slash /s1 slash=exact", "$P /slash/ /s2 slash=exact",
            "$P /long/* /l3", "$P /long/er/* /l4", "$S gone /gone",
            "$P /to-gone /gone", "$P /to-alone /alone",
            map { "$P /ten$_ /ten" . ($_ + 1) } 1 .. 12),
            files => { '.htaccess' => "$P /old /htaccess\n" } },
        { name => 'preview', conf => join("\n", 'SemanticRedirectStage observe',
            q(SemanticRedirectPreview "%{HTTP_COOKIE} =~ /tester/"),
            "$P /a /b", "$P /c /d") },
        { name => 'bare', conf => '', files => {
            'd/.htaccess' => "$P /d/x /dx\n$P /d/y /dy stage=off",
            'd/f' => 'file' } },
        { name => 'section', conf => join("\n", '<Location "/s">', "$P /s/a /sa",
            '</Location>', '<Location "/s/a">', "$T /s/a /inner",
            '</Location>', '<Location "/denied">', 'Require all denied',
            "$P /denied/a /x", '</Location>',
            '<Location "/user">', 'AuthType Basic', 'AuthName x',
            'AuthUserFile %root%/users', 'Require valid-user', "$P /user/a /x",
            '</Location>') },
        { name => 'case', conf => join("\n", "$P /About /about2 case=ignore",
            "$P /lower /low", "$P //www.case.test/w /www",
            "$P https://case.test/tls /t") },
        { name => 'kept', conf => join("\n", 'SemanticRedirectChains keep',
            "$P /a /b", "$P /b /c") },
        { name => 'many', conf => join "\n",
            map { qq($P /m /m$_ if="%{HTTP_COOKIE} == '$_'") } 1 .. 60 },
        { name => 'hostile', conf =>
            qq($P /x /y note="$xss\x01\xff" if="%{HTTP_COOKIE} == '<b>'"\n)
            . "$P /z/* /w/*" },
    ]);

sub row { my ($told, $method) = @_;
    return (grep { $_->{method} eq $method } @{ $told->{methods} })[0] || {} }
sub losers { my ($told) = @_;
    return { map { ($_->{from} . ' ' . ($_->{to} // '-')) => $_ }
        @{ $told->{rules} } } }

# -- the winner, and those that lost -----------------------------------------

my $told = told($httpd, 'one', 'POST /old?a=1');
is($told->{outcome}, 'answered', 'a winner: the outcome');
is($told->{status}, 308, 'its code');
is($told->{location}, '/newer?a=1', 'its Location, at the end of the chain');
is($told->{cache_control}, 'max-age=3600', 'its Cache-Control');
is($told->{vary}, undef, 'no Vary');
is($told->{url}, 'http://one.test/old?a=1', 'the URL');
is($told->{sentence}, 'POST http://one.test/old?a=1 gets 308 to /newer?a=1, '
    . "by $told->{rule}.", 'one sentence');
my $winner = $told->{winner};
is_deeply([@$winner{qw(intent from to options note stage fate inherited where
    location status)}], ['permanent', '/old', '/new', 'max-age=1h',
        "WEB-1, $xss", 'live', 'answers', JSON::PP::false, undef,
        '/newer?a=1', 308], 'the winner');
my ($line) = (split /\n/, $httpd->read('httpd.conf'))[$winner->{line} - 1];
like($line, qr/permanent \/old \/new/, 'its file and line');
is("$winner->{file}:$winner->{line}", $told->{rule}, 'and once more');
like($winner->{id}, qr/^[0-9a-f]{16}$/, 'its id');

my $losers = losers($told);
my @later = (
    ['/o{x} /pattern', qr/exact rule is asked before patterns/],
    ['~^/ol. /regex', qr/exact rule is asked before patterns/],
    ['/old/* /tree/*', qr/exact rule is asked before/],
    ['/* /wide', qr/exact rule is asked before/],
    ['/old /from-main', qr/before those that it inherits/],
    ['/old /htaccess', qr/before those of sections and \.htaccess/],
);
for (@later) {
    my ($rule, $why) = @$_;
    is($losers->{$rule}{fate}, 'comes-later', "$rule comes later");
    like($losers->{$rule}{reason}, $why, 'and why');
}
is(scalar @{ $told->{rules} }, 1 + @later, 'no more than these');
is($losers->{'/old /from-main'}{inherited}, JSON::PP::true, 'an inherited one');
like($losers->{'/old /htaccess'}{file}, qr{one/\.htaccess$},
    'one of an .htaccess');

for (['GET /old/x', '/old/* /tree/*', '~^/ol. /regex',
        qr/a pattern is asked before trees/],
    ['GET /olx', '/o{x} /pattern', '~^/ol. /regex',
        qr/of patterns.*written first/],
    ['GET /h', '/h /nohost', '//one.test/h /host', qr/names the host/],
    ['GET /slash', '/slash/ /s2', '/slash /s1', undef],
    ['GET /long/er/x', '/long/* /l3', '/long/er/* /l4',
        qr/the longer tree/]) {
    my ($request, $loser, $wins, $why) = @$_;
    my $told = told($httpd, 'one', $request);
    is("$told->{winner}{from} $told->{winner}{to}", $wins, "$request: $wins");
    like(losers($told)->{$loser}{reason}, $why, "$request: $loser loses")
        if $why;
}

# -- reasons of rules that are passed over -----------------------------------

my @passed = (
    ['GET /m', '/m /post', qr/is not for this method: only=POST$/],
    ['GET /late', '/late /x', qr/does not hold any more: ends=2020-01-01/],
    ['GET /early', '/early /x', qr/does not hold yet: starts=2037-06-01/],
    ['GET /off', '/off /x', qr/is off: the rule itself says stage=off/],
    ['GET /if', '/if /x',
        qr/condition that does not hold: if=%\{HTTP_COOKIE\} == 'x'$/],
    ['GET /self', '/self /self', qr{only repeat the request: .* /self, which}],
    ['GET /dots?d=..', '/dots?d={d} /dots/{d}/x', qr/dot segment/],
    ['GET /.well-known/acme-challenge/t', '/* /wide',
        qr/leaves ACME challenges alone: its FROM does not name them/],
);
for (@passed) {
    my ($request, $rule, $why) = @$_;
    my $lost = losers(told($httpd, 'one', $request))->{$rule};
    is($lost->{fate}, 'passed-over', "$request: $rule is passed over");
    like($lost->{reason} // '', $why, "$request: because");
}
for (['GET /alone', 'left-alone', qr/its intent is none/],
    ['POST /pass', 'left-alone', qr/method=pass/],
    ['OPTIONS /see', 'left-alone', qr/see-other says nothing to OPTIONS/],
    ['GET /l1', 'loop', qr/leads in a circle/]) {
    my ($request, $outcome, $why) = @$_;
    my $told = told($httpd, 'one', $request);
    is($told->{outcome}, $outcome, "$request: $outcome");
    like($told->{winner}{reason}, $why, "$request: because");
    is($told->{status}, undef, "$request: no code");
}

# -- chains ------------------------------------------------------------------

my @chains = (
    ['GET /old', qr/the next rule says something else \(\S+:\d+\)/,
        [301, '/new'], [301, '/newer']],
    ['GET /newer', qr/the next rule|no rule moves/, [302, '/end'],
        [302, '/wide']],
    ['GET /out', qr/it is on another host/, [301, 'http://else.test/x']],
    ['GET /to-gone', qr/it is gone/, [301, '/gone'], [410, undef]],
    ['GET /to-alone', qr/leaves it alone/, [301, '/alone']],
    ['GET /cond', qr/the next rule has a condition/, [301, '/if']],
    ['GET /l1', qr/in a circle/, [301, '/l2'], [301, '/l1']],
    ['GET /ten1', qr/ten hops/, map { [301, '/ten' . ($_ + 1)] } 1 .. 10],
);
for (@chains) {
    my ($request, $end, @hops) = @$_;
    my $told = told($httpd, 'one', $request);
    is_deeply([map { [@$_{qw(status location)}] } @{ $told->{hops} }], \@hops,
        "$request: its hops") or diag(explain($told->{hops}));
    like($told->{chain_end} // '', $end, "$request: where they end");
}
$told = told($httpd, 'kept', 'GET /a');
is($told->{location}, '/b', 'kept: the client is sent to the next hop');
is(scalar @{ $told->{hops} }, 2, 'kept: but each is told');
is($told->{chain_kept}, JSON::PP::true, 'kept: and that the client makes them');
is(told($httpd, 'one', 'GET /old')->{chain_kept}, JSON::PP::false, 'not kept');

# -- stages and previews -----------------------------------------------------

$told = told($httpd, 'one', 'GET /ob');
is($told->{outcome}, 'answered', 'past an observed rule');
is($told->{rules}[0]{fate}, 'observed', 'the observed one');
is($told->{rules}[0]{status}, 301, 'what it would send');
$told = told($httpd, 'preview', 'GET /a');
is_deeply([@$told{qw(outcome status location previews)}],
    ['observed', 301, '/b', JSON::PP::false], 'observed, and nothing else');
is($told->{winner}, undef, 'then no rule wins');
like($told->{sentence}, qr/only observed: it would get 301 to \/b, by/,
    'in words');
is_deeply([@{ $told->{preview} }{qw(outcome status location cache_control
    previews)}], ['answered', 302, '/b', 'no-store', JSON::PP::true],
        'what the preview changes');
is($told->{vary}, 'Cookie', 'Vary, by the preview');
$told = told($httpd, 'preview', 'GET /a', Cookie => 'tester=1');
is_deeply([@$told{qw(outcome status previews)}],
    ['answered', 302, JSON::PP::true], 'who sees the preview');
is($told->{preview}{outcome}, 'observed', 'and what others get');
is(told($httpd, 'preview', 'GET /x')->{preview}, undef,
    'nothing to preview');
is(told($httpd, 'one', 'GET /old')->{preview}, undef, 'no preview there');

# -- sections and .htaccess --------------------------------------------------

$told = told($httpd, 'bare', 'GET /d/x');
is_deeply([@$told{qw(outcome location)}], ['answered', '/dx'], '.htaccess');
like($told->{winner}{where} // '', qr{bare/d/\.htaccess}, 'where it stands');
is($told->{winner}{line}, 1, 'its line');
$told = told($httpd, 'bare', 'GET /d/y');
is(losers($told)->{'/d/y /dy'}{fate}, 'passed-over', '.htaccess: one is off');
$told = told($httpd, 'section', 'GET /s/a');
is_deeply([$told->{location}, $told->{winner}{where}],
    ['/inner', '<Location "/s/a">'], 'a section');
like(losers($told)->{'/s/a /sa'}{reason}, qr/what httpd merges last/,
    'the section before');
for (['GET /denied/a', 403], ['GET /user/a', 401]) {
    my ($request, $status) = @$_;
    my $told = told($httpd, 'section', $request);
    is_deeply([@$told{qw(outcome server_status)}], ['refused', $status],
        "$request: the server refuses it");
    ok(scalar(grep { /says $status before rules of sections/ }
        @{ $told->{hints} }), "$request: which is told");
    is_deeply($told->{rules}, [], "$request: no rule was asked");
}
$httpd->write('users', 'me:{SHA}' . 'C+7Hteo/D9vJXQ3UfzxbwnXaijM=' . "\n");
$told = told($httpd, 'section', 'GET /user/a',
    Authorization => 'Basic bWU6Zm9v');
is($told->{location}, '/x', 'with the password it is reached')
    or diag(explain($told));

# -- hints -------------------------------------------------------------------

sub hinted {
    my ($site, $request, $hint, $name) = @_;
    my $told = told($httpd, $site, $request);
    ok(scalar(grep { $_ =~ $hint } @{ $told->{hints} }), "hint: $name")
        or diag(explain($told->{hints}));
    return $told;
}
hinted('case', 'GET /LOWER', qr{^In lower case a rule would match: GET }
    . 'http://case\.test/lower gets 301 to /low,', 'another case');
hinted('case', 'GET /w', qr/^With www\. a rule would match/, 'with www.');
hinted('case', 'GET /tls', qr/^By https a rule would match/, 'by https');
is(hinted('one', 'GET http://bare.test/old', qr/bare\.test, port 80, is not /
    . 'this virtual host.*what one\.test would answer',
        'another virtual host')->{status}, 301, 'this one is explained');
hinted('one', 'GET http://nobody.test/old',
    qr/No server here is called nobody\.test/, 'nobody\'s host');
hinted('one', 'GET https://one.test/old', qr/%\{HTTPS\}/, 'another scheme');
hinted('one', 'GET /old#top', qr/behind #/, 'a fragment');
hinted('one', 'get /old', qr/"get" is not GET/, 'a method in small letters');
is_deeply(told($httpd, 'one', 'GET http://a.one.test/old')->{hints}, [],
    'no hint for a ServerAlias');
is(scalar @{ told($httpd, 'many', 'GET /m')->{rules} }, 40,
    'forty rules are told');
is(told($httpd, 'many', 'GET /m')->{rules_not_told}, 20, 'and how many more');
is(told($httpd, 'case', 'GET https://case.test/tls')->{location}, '/t',
    'a rule for https');
is(told($httpd, 'case', 'GET //www.case.test/w')->{location}, '/www',
    'a host, whatever the scheme');
is(told($httpd, 'one', "GET /caf\xe9 <x>\"")->{url},
    'http://one.test/caf%E9%20%3Cx%3E%22', 'what a browser would encode');
is(decode_json(page($httpd, 'one',      # as a form sends it
    'format=json&view=explain&method=GET&url=%2Fif%3Fa+b%2Bc&cookie=x+y&accept='
        . '&origin=&headers=X-A%3A+b%0D%0A')->body)->{explain}{url},
            'http://one.test/if?a%20b+c', 'a form\'s blanks');
is(told($httpd, 'one', 'TRACE /old')->{outcome}, 'never', 'TRACE');
is(told($httpd, 'one', 'CONNECT /old')->{outcome}, 'never', 'CONNECT');

# -- what it never does ------------------------------------------------------

sub hits {
    my $json = decode_json($httpd->ask("GET $Semr::Explain::PAGE?format=json",
        'one.test')->body);
    my $sum = 0;
    $sum += $_->{hits} for @{ $json->{rules} };
    return "$sum $json->{answers} " . JSON::PP->new->canonical->encode($json->{answers_by_stage});
}
my $before = hits();
for (1 .. 25) {
    my $answer = page($httpd, 'one', query('GET /old'));
    is($answer->status, 200, 'no redirect is sent') if $_ == 1;
    ok(!defined $answer->header($_), "nor $_") for $_ == 1 ? 'Location' : ();
    page($httpd, $_, query('POST /ob')) for qw(one preview);
    page($httpd, 'bare', query('GET /d/x'));
}
is(hits(), $before, 'a hundred explanations count nothing');
$httpd->ask('GET /old', 'one.test');
isnt(hits(), $before, 'which a request does');
Semr::Httpd::wait_for(sub { $httpd->read('access_log') =~ m{^GET /old 301}m });
my @logged = grep { !m{^GET /old } && !/ - -$/ }
    split /\n/, $httpd->read('access_log');
is_deeply(\@logged, [], 'no explanation is in the log as an answer');
is(page($httpd, 'one', query('GET /old'))->header('Cache-Control'), 'no-store',
    'nothing of it is kept');
# what the administrator sends is nobody's
my $answer = $httpd->ask("GET $Semr::Explain::PAGE?format=json&"
    . query('GET /if') . "\nCookie: x", 'one.test');
is(decode_json($answer->body)->{explain}{location}, '/wide',
    'the administrator\'s own cookie does not count');
is(told($httpd, 'one', 'GET /if', Cookie => 'x')->{location}, '/x',
    'but one that is given');
is(told($httpd, 'one', "GET $Semr::Explain::PAGE")->{outcome}, 'status-page',
    'the status page itself');

# -- what it refuses ---------------------------------------------------------

my @refused = (
    ['method=GET', qr/^url: it is empty/],
    ['url=old', qr/^url: "old" is neither a path nor a URL/],
    ['url=ftp://x/y', qr/neither a path nor a URL of http or https; write/],
    ['url=http://', qr/names no host/], ['url=http:///x', qr/names no host/],
    ['url=http://a%20b/', qr/names no host/],
    ['url=http://u:p@x/', qr/user's name/],
    ['url=http://x:0/', qr/port from 1 to 65535/],
    ['url=http://x:65536/', qr/port from 1 to 65535/],
    ['url=http://x:8a/', qr/port from 1 to 65535/],
    ['url=http://caf%C3%A9/', qr/xn--/],
    ['url=/x&method=G%20T', qr/^method: "G T" is no method/],
    ['url=/x&method=G%0AT', qr/^method: "G\?T" is no method/],
    ['url=/x&method=' . 'G' x 65, qr/more than 64 bytes/],
    ['url=/x&headers=nothing', qr/^headers: "nothing" has no colon/],
    ['url=/x&headers=a%20b:c', qr/^headers: "a b" is no name/],
    ['url=/x&headers=Host:%20x', qr/is said by the URL/],
    ['url=/x%00y', qr/^url: its value has a NUL/],
    ['url=/x&cookie=a%0Ab', qr/^cookie: "a\?b" holds a control character/],
    ['url=/x&headers=' . 'a:b%0A' x 51, qr/more line than the 50/],
);
for (@refused) {
    my ($query, $why) = @$_;
    my $answer = page($httpd, 'one', "view=explain&$query");
    is($answer->status, 400, 'refused: ' . substr $query, 0, 40);
    like($answer->body, $why, 'and why');
    like($answer->header('Content-Type'), qr{^text/plain}, 'as plain text');
}
is(page($httpd, 'one', $_)->status, 200, "$_: the form alone")
    for qw(view=explain view=explain&url=);
is(page($httpd, 'one', 'url=/old')->status, 200, 'url= implies the view');
my $form = decode_json(page($httpd, 'one', 'view=explain&format=json')->body);
ok(exists $form->{explain} && !defined $form->{explain}, 'JSON: null');

# -- HTML --------------------------------------------------------------------

my $html = page($httpd, 'one', query("GET /old?$xss\x01\xff",
    Cookie => qq("><img src=x onerror="pwned=1">), 'X-A' => $xss))->body;
$html =~ s/<wbr>//g;
unlike($html, qr/<script(?! nonce="[^"<]+" src="\?script=)|<img/i,
    'HTML: nothing is markup');
unlike($html, qr/\x01|\xff/, 'HTML: no byte that is no text');
like($html, qr/WEB-1, &lt;script&gt;/, 'HTML: a note');
like($html, qr{class="sentence answered"}, 'HTML: the answer first');
like($html, qr{X-A: &lt;script&gt;.*</textarea>}s, 'HTML: headers stay');
my ($link) = $html =~ /<a href="(\?view=explain[^"]*)">A link/;
like($link // '', qr/^\?[\w=&;%.\/~!*'()\$,:@?+-]*$/, 'HTML: a link');
$link =~ s/&amp;/&/g;
my $again = page($httpd, 'one', substr($link, 1))->body =~ s/<wbr>//gr;
s/nonce="[^"]*"//g for $html, $again;
is($again, $html, 'HTML: the link leads to the same');
unlike(page($httpd, 'hostile', query('GET /x'))->body,
    qr/<script>|<b>'|\x01|\xff/, 'HTML: a hostile rule');
my @fallen;
for (1 .. 300) {    # whatever comes, the page stands
    my $noise = join '', map { chr int rand 256 } 1 .. 1 + rand 40;
    my $escaped = $noise =~ s/(.)/sprintf '%%%02X', ord $1/gers;
    my $name = (qw(url method cookie headers accept origin))[$_ % 6];
    my $status = page($httpd, 'hostile', 'view=explain&url=/'
        . ($name eq 'url' ? $escaped : "x&$name=$escaped"))->status;
    push @fallen, "$name=$escaped: $status" if $status !~ /^(?:200|400)$/;
}
is_deeply(\@fallen, [], 'noise is explained or refused');

# -- JSON --------------------------------------------------------------------

sub keys_of {
    my ($data, $prefix) = @_;
    return map { ("$prefix$_") } sort keys %$data;
}
my ($section) = text('docs/status.md') =~ /^## Explain\n(.*?)^## /ms;
my %documented;
for my $part (split /^(?=In each|In `)/m, $section // '') {
    my ($what) = $part =~ /^In (?:each )?`?(\w+)/;
    $documented{ $what // 'explain' }
        = [sort $part =~ /^\| `(\w+)` \|/mg];
}
$told = told($httpd, 'preview', 'GET /a', 'X-A' => 'b');
is_deeply([sort keys %$told], $documented{explain}, 'docs: the keys');
is_deeply([sort keys %{ $told->{rules}[0] }], $documented{rule},
    'docs: the keys of a rule');
is_deeply([sort keys %{ $told->{methods}[0] }], $documented{method},
    'docs: the keys of a method');
is_deeply([sort keys %{ told($httpd, 'one', 'GET /old')->{hops}[0] }],
    $documented{hop}, 'docs: the keys of a hop');
is_deeply($told->{headers}, [{ name => 'X-A', value => 'b' }], 'the headers');

$httpd->stop;
done_testing();
