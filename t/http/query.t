# What becomes of the client's query (DESIGN 1.4, 1.5).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';

site 'keep', "$P /old /new",
    ['GET /old?a=1&b=2', 301, '/new?a=1&b=2'],
    ['GET /old?b=2&a=1', 301, '/new?b=2&a=1'],
    ['GET /old?a=1&a=2', 301, '/new?a=1&a=2'], ['GET /old?a', 301, '/new?a'],
    ['GET /old?u=%2Fa%2Fb', 301, '/new?u=%2Fa%2Fb'],
    ['GET /old?next=http://a/b?c=d', 301, '/new?next=http://a/b?c=d'],
    ['GET /old?q=a+b%20c', 301, '/new?q=a+b%20c'],
    ['GET /old?q=%c3%a9', 301, '/new?q=%c3%a9'],
    ['GET /old?q=é"<>', 301, '/new?q=%C3%A9%22%3C%3E'],
    ['GET /old?a[]=1&b={x}|`^\\', 301, '/new?a%5B%5D=1&b=%7Bx%7D%7C%60%5E%5C'];
site 'drop', "$P /old /new query=drop\n$P /own /new?src=own query=drop\n"
    . "$P /q /new?",
    ['GET /old?x=1', 301, '/new'], ['GET /own?x=1', 301, '/new?src=own'],
    ['GET /q?x=1', 301, '/new'];

# TO's own parameters win over the client's of the same name.
site 'own', "$P /old /new?a=1",
    ['GET /old', 301, '/new?a=1'], ['GET /old?a=2', 301, '/new?a=1'],
    ['GET /old?a=2&b=3&a=4', 301, '/new?a=1&b=3'],
    ['GET /old?%61=2', 301, '/new?a=1'], ['GET /old?A=2', 301, '/new?a=1&A=2'],
    ['GET /old?aa=2', 301, '/new?a=1&aa=2'];
site 'own-two', "$P /old https://new.test/n?a=1&b=2#f",
    ['GET /old?b=9&c=3', 301, 'https://new.test/n?a=1&b=2&c=3#f'];

# Those that FROM names are not carried on, the others are.
site 'named', "$P /i?id={id} /items/{id}\n$P /p?s=1 /one\n"
    . "$P /d?s=1 /one query=drop",
    ['GET /i?id=5', 301, '/items/5'],
    ['GET /i?a=1&id=5&b=2', 301, '/items/5?a=1&b=2'],
    ['GET /i?i%64=5', 301, '/items/5'], ['GET /p?s=1&x', 301, '/one?x'],
    ['GET /p?s=2&s=1&x', 301, '/one?x'], ['GET /d?s=1&x', 301, '/one'];
site 'named-again', "$P /i?id={id} /items?id={id}",
    ['GET /i?id=5&x=1', 301, '/items?id=5&x=1'];

# Values in other places
site 'values', "$P /a?p={p} /x/{p}/y\n$P /b/{p} /y?q={p}&r=1\n"
    . "$P /c?p={p} /z#{p}",
    ['GET /a?p=a/b', 301, '/x/a%2Fb/y'], ['GET /a?p=..', 'pass'],
    ['GET /a?p=a/../b', 301, '/x/a%2F..%2Fb/y'],
    ['GET /b/a%26b=c', 301, '/y?q=a%26b%3Dc&r=1'],
    ['GET /c?p=a%23b', 301, '/z#a%23b'];
site 'dots', "$P /d?p={p} /x/{p}.html\n$P /e?p={p} /x/.{p}",
    ['GET /d?p=..', 301, '/x/...html'], ['GET /e?p=.', 'pass'],
    ['GET /e?p=a', 301, '/x/.a'];

# An empty query says nothing that could be carried on.
site 'empty', "$P /old /new?a=1", ['GET /old?', 301, '/new?a=1'];

served(everywhere => 1);
