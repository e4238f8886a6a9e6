# observe adds nothing that a client can see (DESIGN 4): the same requests to a
# server that observes rules and to one without the module get the same bytes,
# but for Date.  And the log and the counters tell what would have been sent.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Http;
use Semr::Page;
use Test::More;

plan skip_all => 'there is no module' if !Semr::Httpd::module();

my $S = 'SemanticRedirect';
my $rules = <<"END";
$S permanent /a.html /b.html
$S permanent /b.html /c.html
$S permanent /* https://new.test/*
$S gone /gone.html
$S gone /leak code=451
$S temporary /dir /elsewhere/
$S see-other /cgi/form /thanks
$S permanent /l1 /l2
$S permanent /l2 /l1
$S permanent /g/* /g/more/*
$S none /none.html
$S permanent /pass.html /x method=pass
$S permanent /pinned /x code=308 max-age=1y
$S permanent /q?id={n} /n/{n}
$S permanent //site.test/host.html /x
$S permanent /cond.html /x if="%{HTTP:X-Beta} == 'yes'"
$S permanent /dated /x starts=2020-01-01 ends=2099-01-01 settles=2098-01-01
${S}Match permanent ^/shop/(\\d+)\$ /item/\$1
<Location "/area">
    $S permanent /area/x.html /y
    ${S}MaxAge permanent 7d
</Location>
END
my $site = <<'END';
ServerAlias site.test
DirectoryIndex index.html
ErrorDocument 404 /no.html
ErrorDocument 410 /gone-page.html
Alias /aliased "%dir%/c.html"
Redirect permanent /mod-alias http://alias.test/
RewriteEngine On
RewriteRule ^/rewritten$ /c.html [PT]
RewriteRule ^/forbidden - [F]
<Directory "%dir%">
    Options +Includes +MultiViews +ExecCGI
</Directory>
AddOutputFilter INCLUDES .shtml
AddHandler cgi-script .cgi
ScriptAlias /cgi "%dir%/echo.cgi"
AddOutputFilterByType DEFLATE text/plain
AddType text/plain .txt
Header set X-Site "its own"
<Location "/secret">
    Require all denied
</Location>
END
my %files = (map({ ("$_.html" => "page $_") } qw(a b c gone none pass host cond
    no gone-page l1)), 'dir/index.html' => 'the index', 'index.html' => 'home',
    'empty/x' => 'x', 'long.txt' => '0123456789' x 5000, 'g/x.html' => 'g/x',
    'part.shtml' => 'a<!--#include virtual="/b.html" -->z',
    'area/x.html' => 'x', 'ht/page.html' => 'ht', 'ht/.htaccess' => 'HTACCESS',
    'lang.html.en' => 'english', 'lang.html.de' => 'deutsch',
    # one write, so that a short answer is one chunk
    'echo.cgi' => "#!/bin/sh\nbody=\$(cat)\n"
        . "printf 'Content-Type: text/plain\\r\\n\\r\\n%s %s\\n%s' "
        . "\$REQUEST_METHOD \"\$REQUEST_URI\" \"\$body\"\n");
my $htaccess = "$S permanent /ht/page.html /ht/new\n$S gone /ht/gone\n";

# A server, and the files' times are those of the other's
sub served_by { my ($module, $lines, $ht) = @_;
    local $ENV{SEMR_MODULE} = $module;
    my $httpd = Semr::Httpd->new(
        modules => [qw(dir alias rewrite negotiation include cgi cgid deflate
            filter)],
        sites => [ { name => 'site', conf => $site . $lines,
            files => { %files, 'ht/.htaccess' => $ht } } ],
        conf => 'LogFormat "%m %<U%<q|%>s|%<{SEMREDIRECT_CODE}e|'
            . '%<{SEMREDIRECT_STAGE}e|%<{SEMREDIRECT_RULE}e|" semr' . "\n"
            . 'CustomLog access_log semr');
    chmod 0755, "$httpd->{root}/site/echo.cgi";
    utime 1.6e9, 1.6e9, map { "$httpd->{root}/site/$_" } keys %files,
        '', qw(dir empty g area ht);
    $httpd->start or die "httpd does not start:\n" . $httpd->log;
    return $httpd }
my $bare = served_by('none', '', '# nothing');
my $httpd = served_by(Semr::Httpd::module(), "${S}Stage observe\n$rules$PAGE",
    $htaccess);

my @targets = qw(/ /a.html /b.html /c.html /gone.html /leak /dir /dir/ /empty
    /nowhere /l1 /g/x.html /none.html /pass.html /pinned /q?id=7 /q /host.html
    /cond.html /dated /shop/12 /area/x.html /ht/page.html /ht/gone /aliased
    /mod-alias /mod-alias/x /rewritten /forbidden /secret /part.shtml
    /lang.html /long.txt /cgi/form /cgi/form?a=b /a.html/ //a.html /x/../a.html
    /%61.html /a%2fb /a%00b /.well-known/acme-challenge/tok);
my $preflight = "\nOrigin: http://app.test\nAccess-Control-Request-Method: PUT";
my @requests = ((map { ("GET $_", "HEAD $_", "POST $_\n\nx=1&y=2",
        "GET $_ HTTP/1.0", "OPTIONS $_", "OPTIONS $_$preflight") } @targets),
    (map { my $method = $_; map { "$method $_\n\nbody" }
        qw(/a.html /cgi/form /nowhere /gone.html) }
        qw(PUT PATCH DELETE QUERY PROPFIND get FOO)),
    map({ ("GET /a.html\n$_", "GET /long.txt\n$_", "HEAD /gone.html\n$_") }
        'Range: bytes=0-3', 'Range: bytes=2-4,6-9', 'Range: bytes=99999999-',
        'If-None-Match: *', 'If-None-Match: "x"', 'If-Match: "x"',
        'If-Modified-Since: Sun, 13 Sep 2020 12:26:40 GMT',
        'If-Unmodified-Since: Sun, 13 Sep 2009 12:26:40 GMT',
        "If-Range: \"x\"\nRange: bytes=0-3", 'Accept-Encoding: gzip',
        'Accept: application/json', 'Origin: http://app.test',
        'X-Beta: yes', 'Cookie: a=b', 'Referer: http://site.test/'),
    "GET /cond.html\nX-Beta: yes", "GET /cond.html\nX-Beta: no",
    "GET /lang.html\nAccept-Language: de", "GET /a.html\nHost: other.test",
    "GET http://site.test/a.html", "GET http://other.test/a.html",
    "GET /a.html HTTP/1.0\n!Host", "GET /a.html\n!Host", 'GET /a.html HTTP/0.9',
    'TRACE /a.html', 'OPTIONS *', 'CONNECT site.test:443', 'GET *',
    'BAD', "GET a.html", "GET /a.html HTTP/3.0", "GET /a.html\nBad Header",
    "POST /cgi/form\nTransfer-Encoding: chunked\n\n3\r\nx=1\r\n0\r\n\r\n",
    "POST /a.html\nTransfer-Encoding: chunked\n\n3\r\nx=1\r\n0\r\n\r\n",
    "POST /cgi/form\nExpect: 100-continue\n\nx=1",
    "PUT /a.html\nExpect: 100-continue\n\nx=1",
    "POST /a.html\nExpect: 200-maybe\n\nx=1",
    "POST /cgi/form\n\n" . 'x' x 100_000,
    "GET /a.html\nContent-Length: 3\n\nx=1",
    "GET /" . 'long/' x 1500, "GET /a.html?" . 'q=1&' x 1500,
    "GET /a.html\nUpgrade: h2c\nConnection: Upgrade, close");

# All that comes back, but what differs from httpd to httpd: the date, the port,
# the order of methods in Allow, boundaries, and where chunks end.
sub bytes { my ($server, $text) = @_;
    my $connection = Semr::Http->new($server->port) or return 'no connection';
    $connection->send($text);
    my $all = $connection->all;
    $all =~ s/^Date: [^\r]*/Date: .../mg;
    $all =~ s/^(Allow: )([^\r]*)/$1 . join ',', sort split m{,}, $2/gme;
    my ($boundary) = $all =~ /; boundary=(\w+)/;
    $all =~ s/$boundary|(?<=^Content-Length: )\d+/.../gm if $boundary;
    # of a long body: where chunks end is a matter of time
    $all =~ s/(?<=x)\r\n[0-9a-f]+\r\n(?=x)|^[0-9a-f]+\r\n(?=POST)|
        (?<=x)\r\n[0-9a-f]+\r\n$//gmx if $text =~ /x{1000}/;
    my $port = $server->port;
    $all =~ s/:$port\b/:PORT/g;
    return $all }

# A raw request to both
sub same { my ($name, $text) = @_;
    my ($without, $with) = map { bytes($_, $text) } $bare, $httpd;
    $name = substr $name =~ s/\s*\n\s*/ | /gr, 0, 70;
    $name =~ s/#/\\#/g;
    return ok(length $without && $with eq $without, "the same: $name")
        || diag("without:\n", substr($without, 0, 1500), "\nwith:\n",
            substr $with, 0, 1500) }
same($_, Semr::Http::wire($_, 'site.test')) for @requests;

# Several on one connection
my $kept = join '', map { s/Connection: close\r\n//r }
    map { Semr::Http::wire($_, 'site.test') } 'GET /a.html', 'HEAD /gone.html',
    "POST /cgi/form\n\nx=1", 'GET /dir', "PUT /a.html\n\nx", 'GET /ht/page.html',
    'GET /nowhere';
same('seven in a row', $kept
    . Semr::Http::wire('GET /c.html', 'site.test'));
same('a body that is not there',
    "POST /a.html HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n"
    . "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n");

# What is told of it
my %told;
$httpd->ask('GET /last', 'site.test');
Semr::Httpd::wait_for(sub { $httpd->read('access_log') =~ m{^GET /last}m });
for my $line (split /\n/, $httpd->read('access_log')) {
    my ($request, @fields) = split /\|/, $line;
    $told{$request} //= \@fields;
}
my @would = (       # the code that would have been sent
    ['GET /a.html', 301, 'httpd.conf'], ['POST /a.html', 308, 'httpd.conf'],
    ['HEAD /a.html', 301, 'httpd.conf'], ['PUT /a.html', 308, 'httpd.conf'],
    ['OPTIONS /a.html', 308, 'httpd.conf'], ['GET /gone.html', 410],
    ['GET /leak', 451], ['GET /dir', 302], ['POST /cgi/form', 303],
    ['GET /pinned', 308], ['GET /q?id=7', 301], ['GET /nowhere', 301],
    ['GET /ht/page.html', 301, 'httpd.conf'], ['GET /shop/12', 301],
    ['OPTIONS *', '-'], ['TRACE /a.html', '-'],
    ['GET /.well-known/acme-challenge/tok', '-'],
);
for my $row (@would) {
    my ($request, $code, $file) = @$row;
    my $line = $told{$request} || [];
    is($line->[1], $code, "log: $request: the code");
    is($line->[2], $code eq '-' ? '-' : 'observe', "log: $request: the stage");
    like($line->[3], qr/\Q$file\E:\d+$/, "log: $request: the rule") if $file;
}
my $by = json_of($httpd, 'site')->{answers_by_stage};
is_deeply([@$by{qw(live trial)}], [{}, {}], 'counters: nothing was sent');
cmp_ok($by->{observe}{301}, '>', 50, 'counters: 301 would have been');
ok($by->{observe}{$_}, "counters: $_ would have been")
    for qw(302 303 308 410 451);
is($by->{observe}{307} ? 1 : 0, 1, 'counters: 307, at /dir');

$_->stop for $bare, $httpd;
done_testing();
