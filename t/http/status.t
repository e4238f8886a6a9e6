# The status page (DESIGN 7): what it tells, to whom, and that nothing in it
# can do harm.  Its keys are those of docs/status.md.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Semr::Browser;
use Semr::Httpd;
use Semr::Page;
use Semr::Sites;
use Semr::Source;
use Test::More;

my $S = 'SemanticRedirect';
my $xss = q(<script>pwned=1</script>"'><img src=x onerror=pwned=1>&amp;);
my $quoted = $xss =~ s/"/\\"/gr;
my $conf = <<"END";
$S permanent /old /new note="$quoted"
$S temporary /t/* /u/* max-age=90s query=drop
$S see-other "/<b>x</b>" /s
$S gone /dead note="caf\xc3\xa9, and \xff\x01 no UTF-8"
$S none /keep
${S}Match permanent ^/re/(\\d+)\$ /r/\$1 method=pass code=308
$S permanent /get /g method=get
$S permanent /off /x stage=off
<Location "/inside">
$S permanent /inside /outside
${S}Stage trial
</Location>
${S}Chains keep
$PAGE
END
my $httpd = Semr::Httpd->started(start => 3,
    conf => "$S permanent /inherited /i\nLogFormat %P pids\n"
        . "CustomLog pids pids",
    sites => [ { name => 'one', conf => $conf },
        { name => 'observed',
            conf => "${S}Stage observe\n$S permanent /old /new\n$PAGE" },
        { name => 'none', conf => $PAGE } ]);
sub asks { return asked $httpd, @_ }

# Who may ask, and how
my @sealed = ('Cache-Control ~ no-store',
    "Content-Security-Policy ~ default-src 'none'",
    '!Content-Security-Policy ~ unsafe', '!ETag', '!Last-Modified');
asks('one', 'GET /redirects', 200, undef, 'Content-Type ~ ^text/html', @sealed,
    'body ~ <html');
asks('one', 'HEAD /redirects', 200, undef, 'Content-Type ~ ^text/html', @sealed,
    'body ~ \A\z');
asks('one', 'GET /redirects?format=json', 200, undef,
    'Content-Type ~ ^application/json', @sealed);
asks('one', 'HEAD /redirects?format=json', 200, undef, 'body ~ \A\z');
asks('none', 'GET /redirects', 200, undef, @sealed);
my ($script) = $httpd->ask('GET /redirects', 'one.test')->body
    =~ /src="(\?script=\w+)"/;
asks('one', "GET /redirects$script", 200, undef,
    'Content-Type ~ ^text/javascript', 'Cache-Control ~ ^private, max-age=3600$',
    "Content-Security-Policy ~ default-src 'none'", 'body ~ use strict');
asks('one', 'GET /redirects?script=another', 200, undef, @sealed[0 .. 2],
    'body ~ use strict');
asks('one', "$_ /redirects\n\nx", 405, undef, 'Allow ~ \bGET\b',
    'Allow ~ \bHEAD\b', '!Allow ~ POST')
    for qw(POST PUT PATCH DELETE);
asks('one', "POST /redirects?format=json\n\nx", 405);

# Nothing in the page is markup that was not meant to be.
my $html = $httpd->ask('GET /redirects', 'one.test')->body =~ s/<wbr>//gr;
unlike($html =~ s/<script nonce="[\w+\/=]+" src="\?script=\w+" defer>//r,
    qr/<(?:script|img|b>x)/i, 'HTML: nothing of a rule is markup');
unlike($html, qr/[^&\w;]\s*onerror=\w+[^;]*<(?!\/)/,
    'HTML: no attribute is smuggled in');
like($html, qr/&lt;script&gt;pwned=1&lt;\/script&gt;/,
    'HTML: the note is there, as text');
unlike($html, qr/\x01|\xff/, 'HTML: no byte that is no text');
like($html, qr/caf\xc3\xa9/, 'HTML: UTF-8 stays');
like($html, qr{/old\b.*/new\b}, 'HTML: a rule');
like($html, qr/httpd\.conf/, 'HTML: the file is named');

# JSON: what is there of each rule
sub json { return json_of($httpd, @_) }
my $json = json('one');
my %rule = map { ($_->{from} // '') => $_ } @{ $json->{rules} };
my ($T, $F) = (JSON::PP::true, JSON::PP::false);
my @rules = (
    # from, intent, to, GET, POST, OPTIONS, stage
    ['/old',         'permanent', '/new', 301, 308, 308, 'live'],
    ['/t/*',         'temporary', '/u/*', 302, 307, 307, 'live'],
    ['/%3Cb%3Ex%3C/b%3E', 'see-other', '/s', 303, 303, undef, 'live'],
    ['/dead',        'gone', undef, 410, 410, 410, 'live'],
    ['/keep',        'none', undef, undef, undef, undef, 'live'],
    ['/get',         'permanent', '/g', 301, 303, 308, 'live'],
    ['/off',         'permanent', '/x', undef, undef, undef, 'off'],
    ['/inside',      'permanent', '/outside', 302, 307, 307, 'trial'],
    ['/inherited',   'permanent', '/i', 301, 308, 308, 'live'],
);
for my $row (@rules) {
    my ($from, @wanted) = @$row;
    my $rule = $rule{$from};
    ok($rule, "JSON: $from is there") or diag(join ' ',
        sort keys %rule) or next;
    my $off = $rule->{stage} eq 'off';      # what it would send is not said
    is_deeply([@$rule{qw(intent to)},
        ($off ? (undef) x 3 : @{ $rule->{codes} }{qw(GET POST OPTIONS)}),
        $rule->{stage}], \@wanted, "JSON: $from: intent, to, codes, stage")
            or diag(explain($rule));
    is($rule->{hits}, 0, "JSON: $from: no hits yet");
    my @lines = split /\n/, $httpd->read('httpd.conf');
    like($rule->{file}, qr{/httpd\.conf$}, "JSON: $from: its file");
    my $line = $lines[$rule->{line} - 1] // '';
    like($line, qr/\Q$wanted[0]\E .*\Q@{[ $wanted[1] \/\/ '' ]}\E/,
        "JSON: $from: its line") or diag("line $rule->{line}: $line");
    is(!!$rule->{inherited}, $from eq '/inherited',
        "JSON: $from: whether it is inherited");
}
my ($regex) = grep { $_->{from} =~ m{\^/re/} } @{ $json->{rules} };
is_deeply([@{ $regex->{codes} }{qw(GET POST OPTIONS)}],
    [308, undef, undef], 'JSON: a pinned code');
like($rule{'/t/*'}{options}, qr/max-age=90/, 'JSON: options');
like($rule{'/t/*'}{options}, qr/query=drop/, 'JSON: options, more');
is($rule{'/old'}{note}, $xss, 'JSON: a note, byte by byte');
like($rule{'/dead'}{note}, qr/^caf\x{e9}, and .* no UTF-8$/,
    'JSON: a note that is no UTF-8');
like($rule{'/inside'}{where}, qr{Location.*/inside}, 'JSON: the section');
is($rule{'/old'}{where}, undef, 'JSON: a server\'s own rule is in none');
is(json('observed')->{stage}, 'observe', 'JSON: the stage of a server');
is(scalar @{ json('none')->{rules} }, 1,
    'JSON: a host without rules has what it inherits');

# The keys are those that docs/status.md has, no more and no less.
my ($general, $each) = text('docs/status.md')
    =~ /^## JSON\n(.*?)^In each rule:(.*?)^## /ms;
sub documented { my @keys = $_[0] =~ /^\| `([\w.]+)` \|/mg; return sort @keys }
is_deeply([sort keys %$json],
    [documented($general // '')], 'docs/status.md: the keys');
my %keys;
for my $rule (@{ $json->{rules} }) {
    for my $key (keys %$rule) {
        my @keys = ref $rule->{$key} eq 'HASH'
            ? map { "$key.$_" } keys %{ $rule->{$key} } : $key;
        @keys{@keys} = ();
    }
}
is_deeply([sort keys %keys],
    [documented($each // '')], 'docs/status.md: the keys of a rule');

# Hits are counted over all children.
my %hits = ('/old' => 40, '/t/*' => 30, '/dead' => 20, '/inside' => 10,
    '/inherited' => 5, '/keep' => 3);
my @requests = map { my $path = s{/\*$}{/x}r; ($path) x $hits{$_} }
    sort keys %hits;
my @open;
for my $n (0 .. $#requests) {
    # some are held open, so that one process cannot serve all
    my $connection = $httpd->connect;
    my $method = $n % 3 ? 'GET' : 'POST';
    $connection->send("$method $requests[$n] HTTP/1.1\r\nHost: one.test\r\n"
        . "Content-Length: 0\r\n\r\n");
    push @open, $connection if Semr::Httpd::alone() ? 0 : @open < 4;
    $connection->answer;
}
$httpd->ask($_, 'one.test') for 'GET /off', 'GET /none-of-them',
    'OPTIONS /%3Cb%3Ex';
@open = ();
$json = json('one');
for my $rule (@{ $json->{rules} }) {
    is($rule->{hits}, $hits{ $rule->{from} } // 0, "hits of $rule->{from}");
}
is($json->{answers}, 105, 'the sum of hits, but for an exception');
SKIP: {
    skip 'httpd runs without children', 1 if Semr::Httpd::alone();
    my %pids = map { $_ => 1 } split /\n/, $httpd->read('pids');
    cmp_ok(scalar keys %pids, '>', 1, 'several processes had served');
}

# In a browser: the style sheet is let in, nothing else is.
SKIP: {
    skip 'sanitizers look at httpd alone', 3 if Semr::Httpd::alone();
    skip 'once is enough', 3 if $ENV{SEMR_MPM};
    my $browser = Semr::Browser->start or skip 'there is no chromedriver', 3;
    # the first virtual host answers to 127.0.0.1
    $browser->open('http://127.0.0.1:' . $httpd->port . '/redirects');
    like($browser->run('return document.body.innerText'), qr{/old},
        'Chromium: the rules are shown');
    cmp_ok($browser->run('return document.styleSheets.length && '
        . 'document.styleSheets[0].cssRules.length'), '>', 0,
            'Chromium: with their style');
    is($browser->run('return typeof window.pwned'), 'undefined',
        'Chromium: no script ran');
    $browser->stop;
}

$httpd->stop;
done_testing();
