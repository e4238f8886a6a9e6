# Hostile requests: no open redirect, no header injection (DESIGN 1.3).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;
use Test::More;

my $P = 'SemanticRedirect permanent';
my @clean = ('!Set-Cookie', '!body ~ <script');

# CR and LF
site 'crlf', "$P /go/* /*\n$P /out?u={u} /x/{u}\n$P /q /r\n"
    . "$P ~^/re/(.*)\$ /\$1",
    ['GET /go/%0d%0aSet-Cookie:%20x=1', 301, '/%0D%0ASet-Cookie:%20x=1',
        @clean],
    ['GET /out?u=a%0d%0aSet-Cookie:x', 301, '/x/a%0D%0ASet-Cookie:x', @clean],
    ['GET /q?a=%0d%0aSet-Cookie:x', 301, '/r?a=%0d%0aSet-Cookie:x', @clean],
    ['GET /re/%0aSet-Cookie:x', 301, '/%0ASet-Cookie:x', @clean],
    ["GET /q?a=\rSet-Cookie:x", 400, undef, @clean];

# A regex that would take for ever gives up, and does not match
site 'redos', "$P ~^/((a+)+)+\$ /x\n$P /b/* /c/*",
    ['GET /' . 'a' x 30, 301, '/x'], ['GET /' . 'a' x 60 . 'b', 'pass'],
    ['GET /b/x', 301, '/c/x'];

# Another host
site 'evil', "$P /go/* /*\n$P ~^/re/(.*)\$ /\$1\n$P ~^/glued(.*)\$ /\$1\n"
    . "$P /out?u={u} /{u}\n$P /n/{u} /{u}\n$P /abs/* https://target.test/*",
    ['GET /go//evil.test/x', 301, '/evil.test/x'],
    ['GET /go/%2e/evil.test', 301, '/evil.test'],
    ['GET /go/%5Cevil.test', 301, '/%5Cevil.test'],
    ['GET /go/\\evil.test', 301, '/%5Cevil.test'],
    ['GET /re/%5Cevil.test', 301, '/%5Cevil.test'],
    ['GET /re//evil.test', 301, '/evil.test'],
    ['GET /glued/evil.test', 301, '/evil.test'],
    ['GET /glued%09/evil.test', 301, '/%09/evil.test'],
    ['GET /out?u=/evil.test', 301, '/%2Fevil.test'],
    ['GET /out?u=//evil.test', 301, '/%2F%2Fevil.test'],
    ['GET /out?u=%5C%5Cevil.test', 301, '/%5C%5Cevil.test'],
    ['GET /out?u=https://evil.test', 301, '/https:%2F%2Fevil.test'],
    ['GET /n/%5Cevil.test', 301, '/%5Cevil.test'],
    ['GET /abs/.evil.test', 301, 'https://target.test/.evil.test'],
    ['GET /abs/@evil.test', 301, 'https://target.test/@evil.test'],
    ['GET /abs/:80@evil.test', 301, 'https://target.test/:80@evil.test'],
    ['GET /abs//evil.test', 301, 'https://target.test/evil.test'];
site 'evil-unmerged', "MergeSlashes Off\n$P /go/* /*\n$P ~^/re/(.*)\$ /\$1\n"
    . "$P ~^/glued(.*)\$ /\$1",
    ['GET /go//evil.test', 301, '/evil.test'],
    ['GET /go///evil.test', 301, '/evil.test'],
    ['GET /re//evil.test', 301, '/evil.test'],
    ['GET /glued//evil.test', 301, '/evil.test'],
    ['GET /glued/%2e%2e//evil.test', 'pass'];
site 'evil-encoded-slash',
    "AllowEncodedSlashes On\n$P ~^/re/(.*)\$ /\$1\n$P /go/* /*",
    ['GET /re/%2Fevil.test', '301', '/%2Fevil.test'],
    ['GET /go/%2Fevil.test', '301', '/%2Fevil.test'];
site 'evil-label', "ServerAlias *.%host%\n$P //*.%host%/* https://*.new.test/*",
    ["GET /\nHost: a.%host%", 301, 'https://a.new.test/'],
    ["GET /\nHost: evil.example/.%host%", '400', undef],
    ["GET /\nHost: evil.example\@x.%host%", '400', undef];

# Markup
site 'markup', "$P /old /new\n$P /go/* /*",
    ['GET /old?x="><script>', 301, '/new?x=%22%3E%3Cscript%3E', @clean],
    ['GET /go/"><script>alert(1)</script>', 301,
        '/%22%3E%3Cscript%3Ealert(1)%3C/script%3E', @clean];

# NUL, broken and double encodings
site 'broken', "$P /go/* /*\n$P /out?u={u} /x/{u}\n$P /q /r",
    ['GET /go/%00', '40[04]'], ['GET /go/%zz', 400], ['GET /go/%', 400],
    ['GET /go/%252e%252e/x', 301, '/%252e%252e/x'],
    ['GET /go/%25%32%65', 301, '/%252e'],
    ['GET /out?u=%00', 301, '/x/%00'], ['GET /out?u=%zz', 301, '/x/%25zz'],
    ['GET /out?u=%', 301, '/x/%25'],
    ['GET /q?%zz=%', 301, '/r?%25zz=%25'],
    ["GET /q?a=\x80\xff", 301, '/r?a=%80%FF'],
    ['GET /go/../../etc/passwd', '40[04]'],
    ['GET /go/%2e%2e/%2e%2e/etc', '40[04]'];

# Long ones, to the limit of httpd's request line and beyond
my $long = 'x' x 8000;
site 'long', "$P /go/* /*\n$P /q /r\n$P /n/{a}-{b} /{b}{a}\n"
    . "$P ~^/re/(.*)-(.*)\$ /\$2/\$1",
    ["GET /go/$long", 301, "/$long"], ["GET /q?$long", 301, "/r?$long"],
    ['GET /n/' . 'a-' x 3900 . 'b', 301, '/b' . 'a-' x 3899 . 'a'],
    ['GET /go/' . '%c3%a9' x 1300, 301, '/' . '%C3%A9' x 1300],
    ['GET /go/' . '"' x 8000, 301, '/' . '%22' x 8000],
    ['GET /q?' . 'a&' x 4000 . 'b', 301, '/r?' . 'a&' x 4000 . 'b'],
    ['GET /go/' . '/' x 8000 . 'x', 301, '/x'],
    ['GET /re/' . '-' x 8000, 301, '/' . '-' x 7999],
    ['GET /go/' . 'x' x 9000, 414];

# A regex that goes astray gives up instead of burning the processor.
site 'limit', "$P ~^/(a+)+\$ /b\n$P /a/* /c/*",
    ['GET /' . 'a' x 40 . '!', 'pass'], ['GET /aaa', 301, '/b'];

served();
