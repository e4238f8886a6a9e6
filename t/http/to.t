# What becomes of TO (DESIGN 1.3).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';

site 'path', "$P /old /new", ['GET /old', 301, '/new'];
site 'no-host-reflected', {
    main => '# a server of its own: the only virtual host takes any Host',
    conf => "$P /old /new\n$P /s https:\n$P /t https:/t2" },
    ["GET /old\nHost: evil.example", 301, '/new'],
    ["GET /old\nHost: evil.example:99", 301, '/new'],
    ["GET http://evil.example/old", 301, '/new'],
    ["GET /s\nHost: evil.example", 301, 'https://%host%/s'],
    ["GET /t\nHost: evil.example:99", 301, 'https://%host%/t2'];
site 'host', "$P /old https://other.test/new",
    ['GET /old', 301, 'https://other.test/new'];
site 'host-port', "$P /old http://other.test:8080/new",
    ['GET /old', 301, 'http://other.test:8080/new'];
site 'host-ipv6', "$P /old https://[2001:db8::1]/new",
    ['GET /old', 301, 'https://[2001:db8::1]/new'];
site 'host-bare', "$P /old https://other.test\n$P /q https://other.test?a=1\n"
    . "$P /f https://other.test#top",
    ['GET /old', 301, 'https://other.test/'],
    ['GET /old?x=1', 301, 'https://other.test/?x=1'],
    ['GET /q', 301, 'https://other.test/?a=1'],
    ['GET /f', 301, 'https://other.test/#top'];
# Empty segments are merged on this site; what they mean on another is its own.
site 'empty-segments', "$P /old https://archive.test/2024/https://www.test/x\n"
    . "$P /tree/* https://archive.test//a/*\n$P /here /a//b\n"
    . "$P /up https://archive.test/a//../b\n"
    . "$P ~^/re/(.*) https://archive.test//x//\$1",
    ['GET /old', 301, 'https://archive.test/2024/https://www.test/x'],
    ['GET /old?q=1', 301, 'https://archive.test/2024/https://www.test/x?q=1'],
    ['GET /tree/b/c', 301, 'https://archive.test//a/b/c'],
    ['GET /here', 301, '/a/b'],
    ['GET /up', 301, 'https://archive.test/a/b'],
    ['GET /re/y', 301, 'https://archive.test//x//y'];
site 'empty-segments-repeat', "$P /a/b http://%host%/a//b\n"
    . "$P /t/* http://%host%//t/*",
    ['GET /a/b', 'pass'], ['GET /t/x', 'pass'];
site 'own-query', "$P /old /new?src=old#part",
    ['GET /old', 301, '/new?src=old#part'],
    ['GET /old?x=1', 301, '/new?src=old&x=1#part'];
site 'fragment', "$P /old /new#part",
    ['GET /old', 301, '/new#part'], ['GET /old?x=1', 301, '/new?x=1#part'];

# The star
site 'star', "$P /blog/* /news/*",
    ['GET /blog', 301, '/news'], ['GET /blog/', 301, '/news/'],
    ['GET /blog/a/b', 301, '/news/a/b'],
    ['GET /blog/a?x=1', 301, '/news/a?x=1'];
site 'star-root', "$P /go/* /*",
    ['GET /go', 301, '/'], ['GET /go/', 301, '/'], ['GET /go/x/y', 301, '/x/y'];
site 'star-host', "$P /v1/* https://api.test/v2/*",
    ["POST /v1/i/7?e=1\n\nx", 308, 'https://api.test/v2/i/7?e=1'],
    ['GET /v1', 301, 'https://api.test/v2'];
site 'star-host-root', "$P /v1/* https://api.test/*",
    ['GET /v1', 301, 'https://api.test/'],
    ['GET /v1/x', 301, 'https://api.test/x'];
site 'star-one-page', "$P /blog/* /archive",
    ['GET /blog', 301, '/archive'], ['GET /blog/a/b?x=1', 301, '/archive?x=1'];
site 'star-before-fragment', "$P /blog/* /news/*#top",
    ['GET /blog/a', 301, '/news/a#top'];
site 'star-before-query', "$P /blog/* /news/*?from=blog",
    ['GET /blog/a?x=1', 301, '/news/a?from=blog&x=1'];
site 'star-last-byte', "$P /blog/* /find?p=*",
    ['GET /blog/a/b', 301, '/find?p=a/b'];

# Captures
site 'name-everywhere',
    "$P /p/{id} /item?id={id}\n$P /d/{part} /all#{part}\n"
        . "$P /t/{a}/{b} /{b}-{a}.html",
    ['GET /p/42', 301, '/item?id=42'], ['GET /d/intro', 301, '/all#intro'],
    ['GET /t/x/y', 301, '/y-x.html'];
site 'name-unused', "$P /u/{name} /people", ['GET /u/joe', 301, '/people'];
site 'name-twice', "$P /u/{n} /a/{n}/{n}", ['GET /u/x', 301, '/a/x/x'];
site 'name-host', "$P /u/{n} https://h.test/{n}",
    ['GET /u/x', 301, 'https://h.test/x'];
site 'value-in-query', "$P /p/{x} /item?id={x}",
    ['GET /p/a%23b', 301, '/item?id=a%23b'],
    ['GET /p/a&b=c+d', 301, '/item?id=a%26b%3Dc%2Bd'];
site 'value-in-path', "$P /tag?t={t} /tags/{t}",
    ['GET /tag?t=a%2Fb%20c', 301, '/tags/a%2Fb%20c'],
    ['GET /tag?t=a/b', 301, '/tags/a%2Fb'],
    ['GET /tag?t=a+b', 301, '/tags/a%20b'],
    ['GET /tag?t=..', 'pass'], ['GET /tag?t=.', 'pass'],
    ['GET /tag?t=%2e%2e', 'pass'], ['GET /tag?t=...', 301, '/tags/...'],
    ['GET /tag?t=a%3Fb', 301, '/tags/a%3Fb'];
site 'value-to-value', "$P /a?x={x} /b?y={x}",
    ['GET /a?x=1%262', 301, '/b?y=1%262'],
    ['GET /a?x=c%3Dd%2B%23', 301, '/b?y=c%3Dd%2B%23'];
site 'group', "$P ~^/a/([^/]+)/(.*)\$ https://h.test/\$2?from=\$1",
    ['GET /a/x/y/z', 301, 'https://h.test/y/z?from=x'];

# This host over that scheme; this same URL
site 'scheme', "$P /login https:\n$P /in https:/signin\n$P /plain http:/x",
    ['GET /login', 301, 'https://%host%/login'],
    ['GET /login?x=1', 301, 'https://%host%/login?x=1'],
    ['GET /in', 301, 'https://%host%/signin'],
    ['GET /plain', 301, 'http://%host%/x'],
    ["GET /login\nHost: %host%:%port%", 301, 'https://%host%/login'];
site 'scheme-all', "ServerAlias www.%host%\n$P /* https:",
    ['GET /', 301, 'https://%host%/'],
    ['GET /a/b?c', 301, 'https://%host%/a/b?c'],
    ["GET /x\nHost: www.%host%", 301, 'https://www.%host%/x'];
site 'scheme-star', "$P /a/* https:/b/*",
    ['GET /a/c', 301, 'https://%host%/b/c'];

# The labels that *. took
site 'labels', "ServerAlias *.%host%\n$P //*.%host%/* https://*.new.test/*",
    ["GET /x?q=1\nHost: a.%host%", 301, 'https://a.new.test/x?q=1'],
    ["GET /x\nHost: b.A.%host%", 301, 'https://b.a.new.test/x'],
    ['GET /x', 'pass'];

# TO ending in a question mark; literal bytes; canonical too
site 'question', "$P /old /new?",
    ['GET /old?x=1', 301, '/new'];
site 'literal', "$P /old /n%2Ax/%7By%7D/%24",
    ['GET /old', 301, '/n*x/%7By%7D/$'];
site 'canonical', "$P /a /café\n$P /b /x/../y/./z\n$P /c /%7ejoe/%c3%a9\n"
    . "$P /d \"/new page\"\n$P /e /a//b\n$P /f https://EXAMPLE.test/X",
    ['GET /a', 301, '/caf%C3%A9'], ['GET /b', 301, '/y/z'],
    ['GET /c', 301, '/~joe/%C3%A9'], ['GET /d', 301, '/new%20page'],
    ['GET /e', 301, '/a/b'], ['GET /f', 301, 'https://example.test/X'];

served(everywhere => 1);
