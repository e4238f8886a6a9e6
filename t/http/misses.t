# Misses: which requests count, what is kept of them and what is not, that the
# page tells of its own virtual host alone, and that restarts lose nothing.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Page;
use Semr::Sites;
use Semr::Source;
use Test::More;
use Time::HiRes 'sleep';

my $S = 'SemanticRedirect';

# The directive
refused { main => "${S}Misses $_", conf => '' }, "${S}Misses", qq("$_")
    for qw(-1 1.5 many 10001 99999999999999999999);
refused "${S}Misses 10", "${S}Misses", 'VirtualHost';
refused { main => "<Location /x>\n${S}Misses 1\n</Location>", conf => '' },
    "${S}Misses";
accepted { main => "${S}Misses $_", conf => '' }, "accepted: ${S}Misses $_"
    for qw(0 1 10000);

my $cgi = <<'END';
#!/bin/sh
case $PATH_INFO$REQUEST_URI in
*soft*) printf 'Content-Type: text/plain\n\nfine\n' ;;
*) printf 'Status: 404 Not Found\nContent-Type: text/plain\n\nno\n' ;;
esac
END
sub httpd {
    my ($main) = @_;
    return Semr::Httpd->new(start => 3, modules => [qw(cgid cgi alias dir
        rewrite proxy proxy_http)], conf => "$main\nLogFormat %P pids\n"
        . "CustomLog pids pids\n<IfModule cgid_module>\nScriptSock cgisock\n"
        . "</IfModule>", sites => [
        { name => 'one', conf => "$S permanent /old/welcome.html /new\n"
            . "$S permanent /moved /gone-target\n$S none /alone\n"
            . "$S gone /meant code=404\n$S gone /seen code=404 stage=observe\n"
            . $PAGE },
        { name => 'two', conf => $PAGE },
        { name => 'doc', conf => "ErrorDocument 404 /sorry.html\n$PAGE",
            files => { 'sorry.html' => 'sorry' } },
        { name => 'text', conf => "ErrorDocument 404 \"sorry\"\n$PAGE" },
        { name => 'out', conf =>
            "ErrorDocument 404 http://one.test:%port%/\n$PAGE" },
        { name => 'lost', conf => "ErrorDocument 404 /not-there-either\n$PAGE"},
        { name => 'script', conf => "ErrorDocument 404 /cgi/404\n"
            . "ScriptAlias /cgi \"%dir%/x.cgi\"\n$PAGE",
            files => { 'x.cgi' => $cgi } },
        { name => 'front', conf => "FallbackResource /cgi/front\n"
            . "ScriptAlias /cgi \"%dir%/x.cgi\"\n<Location /redirects>\n"
            . "FallbackResource disabled\n</Location>\n$PAGE",
            files => { 'x.cgi' => $cgi } },
        { name => 'proxied', conf => "ProxyPass /redirects !\nProxyPass / "
            . "http://127.0.0.1:%port%/backend/\n$PAGE" },
        { name => 'rewritten', conf => "RewriteEngine On\n"
            . "RewriteRule ^/app/(.*) /nowhere.php [PT]\n$PAGE" } ]);
}
my $httpd = httpd('');
for my $site (qw(script front)) {
    chmod 0755, "$httpd->{root}/$site/x.cgi";
}
$httpd->start or die $httpd->log;

sub get { my ($site, $path, @headers) = @_;
    return $httpd->ask(join("\n", "GET $path", @headers), "$site.test") }
sub json { return json_of($httpd, @_) }
# A request is counted when it has ended, which its client may see before.
sub misses { my ($site, $wanted) = @_;
    my $data;
    Semr::Httpd::wait_for(sub {
        $data = eval { json($site, '?view=misses') } || { misses => [] };
        return ($data->{misses_total} // 0) >= ($wanted // 1);
    }, $wanted // 1 ? 5 : 0.3);
    return map { ($_->{path} => $_) } @{ $data->{misses} } }
sub count { my ($site, $counts, $name) = @_;
    my $sum = 0;
    $sum += $_ for values %$counts;
    sleep 0.2 if !$sum;
    my %misses = misses($site, $sum);
    is_deeply({ map { ($_ => $misses{$_}{count}) } keys %misses }, $counts,
        $name) }

# Before anything
my $empty = json('two');
is_deeply([@$empty{qw(misses misses_total)}], [[], 0], 'no misses yet');
like($empty->{misses_since}, qr/^20\d\d-.*Z$/, 'since the start');
like(get('two', '/redirects')->body, qr/No request has ended in 404/,
    'the page says so');

# What counts, over all children, and by what name
my %wanted = ('/lost/page' => 30, '/lost/other' => 12);
my @open;
for my $path (map { ($_) x $wanted{$_} } sort keys %wanted) {
    my $connection = $httpd->connect;
    $connection->send("GET $path HTTP/1.1\r\nHost: one.test\r\n\r\n");
    $connection->answer;
    push @open, $connection if Semr::Httpd::alone() ? 0 : @open < 4;
}
@open = ();
$httpd->ask("POST /methods\n\nx", 'one.test');
$httpd->ask('HEAD /methods', 'one.test');
get('one', $_) for qw(/old/welcome.html /alone /meant /seen /redirects
    //lost///slashes/./x /a%7eb /sess;jsessionid=0123/x?y);
count('one', { %wanted, '/methods' => 2, '/alone' => 1, '/seen' => 1,
    '/lost/slashes/x' => 1, '/a~b' => 1, '/sess/x' => 1 },
    'counted: by canonical path, all methods, no redirects, none that is meant');
count('two', {}, 'another virtual host has none of them');
get('two', '/lost/page');
count('two', { '/lost/page' => 1 }, 'and counts its own');
is(json('one')->{misses_total}, 49, 'the total');
SKIP: {
    skip 'httpd runs without children', 1 if Semr::Httpd::alone();
    my %pids = map { $_ => 1 } split /\n/, $httpd->read('pids');
    cmp_ok(scalar keys %pids, '>', 1, 'several processes had served');
}

# However the 404 comes about
get('doc', '/a');
count('doc', { '/a' => 1 }, 'ErrorDocument: a page');
get('text', '/a');
count('text', { '/a' => 1 }, 'ErrorDocument: a text');
get('lost', '/a');
count('lost', { '/a' => 1 }, 'ErrorDocument: one that is not there');
is(get('out', '/a')->status, 302, 'ErrorDocument: elsewhere');
count('out', {}, 'ErrorDocument: elsewhere is no 404 to the client');
is(get('script', '/a')->status, 404, 'ErrorDocument: a script that says 404');
is(get('script', '/soft')->status, 404, 'ErrorDocument: a script that says '
    . 'nothing');
is(get('script', '/cgi/direct')->status, 404, 'a script that says 404');
count('script', { '/a' => 1, '/soft' => 1, '/cgi/direct' => 1 },
    'counted: the address that was asked for');
is(get('front', '/a/b')->status, 404, 'FallbackResource: 404');
is(get('front', '/soft')->status, 200, 'FallbackResource: a page');
count('front', { '/a/b' => 1 }, 'FallbackResource: what the script says');
is(get('proxied', '/a')->status, 404, 'a backend that says 404');
count('proxied', { '/a' => 1 }, 'the address in front of it');
get('rewritten', '/app/x');
count('rewritten', { '/app/x' => 1 }, 'RewriteRule: what the client asked for');

# Nothing that could be secret is anywhere
my $jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.'
    . 'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
my $uuid = '123e4567-e89b-12d3-a456-426614174000';
my $hex = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
get('two', "/reset/$jwt?password=hunter2",
    "Referer: https://u5er:p4ss\@mail.test/inbox/$hex?q=s3cret#fr4gment");
get('two', "/reset/$hex?token=hunter2");
get('two', "/item/$uuid;sid=hunter2", 'Referer: http://two.test/list?x=s3cret');
get('two', '/item/' . $uuid =~ tr/1-4/5-8/r, 'Referer: http://elsewhere.test/');
my %two = misses('two', 5);
is($two{'/reset/{token}'}{count}, 2, 'a token is as good as another');
is($two{'/reset/{token}'}{referrer}, 'https://mail.test/inbox/{token}',
    'a referrer without what is secret');
is($two{'/item/{token}'}{referrer}, 'http://two.test/list',
    'a referrer of the own site stays');
for my $url ('/redirects', '/redirects?view=misses', '/redirects?format=json',
    '/redirects?view=misses&format=json') {
    unlike(get('two', $url)->body =~ s/<wbr>//gr,
        qr/hunter2|s3cret|p4ss|u5er|fr4gment|eyJ|426614174000|da39a3/,
        "$url: no query, no secret");
}

# Nothing that is told is markup
my $bad = "<script>pwned=1</script>\"'><img src=x onerror=pwned=1>&amp;\x01\x1b"
    . "\xff\xc3";
get('two', '/' . $bad =~ s/[ \x01\x1b]/%1B/gr,
    'Referer: http://x.test/' . $bad =~ s/[\x01\x1b]/%01/gr);
get('two', '/hostile', 'Referer: ' . $bad =~ s/[\x01\x1b]//gr);
get('two', '/hostile-2', "Referer: http://<script>/x");
Semr::Httpd::wait_for(sub { json('two')->{misses_total} == 8 }, 5);
for my $url ('/redirects', '/redirects?view=misses') {
    my $html = get('two', $url)->body =~ s/<wbr>//gr;
    unlike($html, qr/<(?:script(?! nonce="[^"<]+" src="\?script=)|img)/i,
        "$url: nothing is markup");
    unlike($html, qr/[\x00-\x08\x0b-\x1f\x7f\xff]/, "$url: no control byte");
    like($html, qr/%3Cscript%3E/, "$url: the path is there");
}
%two = misses('two', 8);
is($two{'/hostile'}{referrer}, undef, 'what is no URL is no referrer');
is($two{'/hostile-2'}{referrer}, undef, 'what is no host is no referrer');
ok(!(grep { /[^\x20-\x7e]/ } map { ($_, $two{$_}{referrer} // '') } keys %two),
    'JSON: printable ASCII only');

# Suggestions, of the own rules
get('one', $_) for '/old/welcome.htm', '/old/welcmoe.html', '/gone-target';
my %one = misses('one', 53);
is($one{'/old/welcome.htm'}{rule}, 'permanent /old/welcome.htm /old/welcome.html',
    'a rule to copy');
like($one{'/old/welcome.htm'}{file}, qr/httpd\.conf$/, 'by a rule in a file');
cmp_ok($one{'/old/welcome.htm'}{line}, '>', 0, 'at a line');
is($one{'/old/welcmoe.html'}{nearest}, '/old/welcome.html', 'a wrong letter');
like($one{'/gone-target'}{why}, qr/TO is missing/, 'a rule that leads there');
like($one{'/alone'}{why}, qr/leaves it alone/, 'an exception');
like($one{'/seen'}{why}, qr/did not answer/, 'a rule that is observed');
is($one{'/lost/other'}{nearest}, undef, 'nothing like it');
like(get('one', '/redirects?view=misses')->body =~ s/<wbr>//gr,
    qr{permanent /old/welcome.htm /old/welcome.html</code>},
    'the page has it, too');
is(scalar @{ json('one')->{misses} }, 10, 'ten on the front page');
like(get('one', '/redirects')->body,
    qr{<a href="\?view=misses">All 12 paths}, 'and a link to all');

# The keys are those of docs/status.md.
my ($docs) = text('docs/status.md') =~ /^## Misses\n(.*?)^## /ms;
is_deeply([sort keys %{ $one{'/alone'} }],
    [sort +($docs // '') =~ /^\| `(\w+)` \|/mg], 'docs/status.md: the keys');

# Restarts
SKIP: {
    skip 'httpd runs without children', 18 if Semr::Httpd::alone();
    my $n = 0;
    my $restart = sub {
        my ($signal, $main) = @_;
        $n++;
        $httpd->{conf} =~ s/^.*$/$main/m if defined $main;
        $httpd->{sites}[0]{conf} =~ s/^.*?\n(?=$S permanent \/old)/#\n/;
        $httpd->{sites}[0]{conf} = "Header always set X-Round $n\n"
            . $httpd->{sites}[0]{conf} =~ s/^Header.*\n//r;
        $httpd->write('httpd.conf', $httpd->configuration);
        $httpd->signal($signal);
        return Semr::Httpd::wait_for(sub { my $all = 1;
            $all &&= (get('one', '/redirects')->header('X-Round') // '') eq $n
                for 1 .. 8;
            return $all }, 15);
    };
    my %before = map { ($_ => $one{$_}{count}) } keys %one;
    for my $signal (qw(USR1 HUP)) {
        ok($restart->($signal), "$signal: restarted");
        count('one', \%before, "$signal: nothing is lost");
        get('one', '/lost/other');
        $before{'/lost/other'}++;
    }
    count('one', \%before, 'and it is counted on');
    $httpd->{sites}[0]{conf} .= "\n$S permanent /lost/page /found";
    ok($restart->('USR1'), 'restarted, with a rule for a miss');
    like({ misses('one', 55) }->{'/lost/page'}{why}, qr/a rule is there now/,
        'it says so');
    ok(!(grep { $_->{path} eq '/lost/page' } @{ json('one')->{misses} }),
        'the front page does not want one any more');
    ok($restart->('USR1', "${S}Misses 3"), 'restarted, for three paths');
    my %three = misses('one', 55);
    is_deeply([sort keys %three], [qw(/lost/other /lost/page /methods)],
        'fewer paths: the most frequent are kept');
    is($three{'/lost/page'}{count}, 30, 'with their counts');
    is(json('one')->{misses_total}, 55, 'and the total');
    ok($restart->('USR1', "${S}Misses 0"), 'restarted, for none');
    get('one', '/lost/page');
    is_deeply([@{ json('one') }{qw(misses misses_total misses_since)}],
        [[], 0, undef], 'none are kept');
    unlike(get('one', '/redirects')->body, qr/404 since/, 'nor told');
    like(get('one', '/redirects?view=misses')->body,
        qr/SemanticRedirectMisses<\/code> is 0/, 'and the view says why');
    ok($restart->('USR1', ''), 'restarted, with the default');
    count('one', {}, 'what was given up is gone');
}
$httpd->stop;

# A child that is killed
SKIP: {
    skip 'httpd runs without children', 2 if Semr::Httpd::alone();
    $httpd = Semr::Httpd->started(start => 3, kills => 1,
        sites => [ { name => 'one', conf => $PAGE } ]);
    for my $n (1 .. 60) {
        get('one', '/k/' . $n % 20);
        my @children = $httpd->children;
        kill 'KILL', $children[ rand @children ] if $n % 10 == 0 && @children;
        Semr::Httpd::wait_for(sub { get('one', '/redirects')->status eq '200' },
            5) if $n % 10 == 0;
    }
    my %misses = misses('one', 50);
    cmp_ok(scalar keys %misses, '>=', 18, 'killed children: paths are kept');
    get('one', '/k/after');
    ok(Semr::Httpd::wait_for(sub { my %m = misses('one'); $m{'/k/after'} }, 15),
        'and it goes on');
    $httpd->stop;
}
done_testing();
