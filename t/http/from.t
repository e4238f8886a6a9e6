# What FROM matches, in each of its forms (DESIGN 1.2, 1.5).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';

# An exact path, with or without a slash at its end
site 'exact', "$P /about /new",
    ['GET /about', 301, '/new'], ['GET /about/', 301, '/new'],
    ['GET /about/x', 'pass'], ['GET /aboutus', 'pass'], ['GET /abou', 'pass'],
    ['GET /About', 'pass'], ['GET /about;v=1', 'pass'], ['GET /', 'pass'],
    ['GET /x/about', 'pass'];
site 'exact-slash', "$P /about/ /new",
    ['GET /about', 301, '/new'], ['GET /about/', 301, '/new'],
    ['GET /about/x', 'pass'];
site 'exact-both', "$P /about/ /two\n$P /about /one",
    ['GET /about', 301, '/one'], ['GET /about/', 301, '/two'];
site 'slash-exact', "$P /about /new slash=exact",
    ['GET /about', 301, '/new'], ['GET /about/', 'pass'];
site 'slash-exact-with', "$P /about/ /new slash=exact",
    ['GET /about/', 301, '/new'], ['GET /about', 'pass'];
site 'root', "$P / /home",
    ['GET /', 301, '/home'], ['GET /x', 'pass'],
    ['GET /?x=1', 301, '/home?x=1'];
site 'file', "$P /old.html /new.html",
    ['GET /old.html', 301, '/new.html'], ['GET /old.html/extra', 'pass'];
site 'colon', "$P /:name /new",
    ['GET /:name', 301, '/new'], ['GET /joe', 'pass'];

# A tree, on a segment boundary
site 'tree', "$P /blog/* /news/*",
    ['GET /blog', 301, '/news'], ['GET /blog/', 301, '/news/'],
    ['GET /blog/a', 301, '/news/a'], ['GET /blog/a/b/', 301, '/news/a/b/'],
    ['GET /blogger', 'pass'], ['GET /blo', 'pass'], ['GET /blog.html', 'pass'],
    ['GET /blog%2Fx', 'pass'], ['GET /Blog/x', 'pass'];
site 'tree-exact', "$P /blog/* /news/* slash=exact",
    ['GET /blog', 'pass'], ['GET /blog/', 301, '/news/'],
    ['GET /blog/a', 301, '/news/a'];
site 'tree-all', "$P /* https://new.test/*",
    ['GET /', 301, 'https://new.test/'],
    ['GET /a/b?c', 301, 'https://new.test/a/b?c'];

# {name}: one or more bytes in a segment, as many as match
site 'name', "$P /u/{name}/posts /people/{name}",
    ['GET /u/joe/posts', 301, '/people/joe'], ['GET /u/posts', 'pass'],
    ['GET /u//posts', 'pass'], ['GET /u/a/b/posts', 'pass'],
    ['GET /u/joe/post', 'pass'], ['GET /u/joe/posts2', 'pass'],
    ['GET /u/j%20e/posts', 301, '/people/j%20e'];
site 'name-within', "$P /obo/GO_{id}.html /term/{id}",
    ['GET /obo/GO_0001.html', 301, '/term/0001'],
    ['GET /obo/GO_.html', 'pass'], ['GET /obo/GO_1.htm', 'pass'],
    ['GET /obo/GO_1.html.html', 301, '/term/1.html'],
    ['GET /obo/MP_1.html', 'pass'];
site 'name-greedy', "$P /d/{a}-{b} /e/{b}/{a}",
    ['GET /d/1-2-3', 301, '/e/3/1-2'], ['GET /d/1-', 'pass'],
    ['GET /d/-1', 'pass'], ['GET /d/--', 'pass'], ['GET /d/---', 301, '/e/-/-'];
site 'name-three', "$P /{year}/{month}/{slug} /posts/{slug}/{month}/{year}",
    ['GET /2024/07/hello', 301, '/posts/hello/07/2024'],
    ['GET /2024/07', 'pass'], ['GET /2024/07/a/b', 'pass'];
site 'name-tree', "$P /u/{name}/* /people/{name}/*",
    ['GET /u/joe/a/b', 301, '/people/joe/a/b'],
    ['GET /u/joe/', 301, '/people/joe/'], ['GET /u/joe', 301, '/people/joe'],
    ['GET /u', 'pass'];
site 'name-underscore', "$P /n/{a_B9} /m/{a_B9}", ['GET /n/x', 301, '/m/x'];

# A query that holds these parameters
site 'query', "$P /index.php?id=5 /five",
    ['GET /index.php?id=5', 301, '/five'], ['GET /index.php', 'pass'],
    ['GET /index.php?id=55', 'pass'], ['GET /index.php?xid=5', 'pass'],
    ['GET /index.php?ID=5', 'pass'], ['GET /index.php?id', 'pass'],
    ['GET /index.php?a=1&id=5&b=2', 301, '/five?a=1&b=2'],
    ['GET /index.php?id=4&id=5', 301, '/five'],
    ['GET /index.php?i%64=%35', 301, '/five'], ['GET /?id=5', 'pass'];
site 'query-two', "$P /index.php?id=5&p={page} /five/{page}",
    ['GET /index.php?p=12&id=5', 301, '/five/12'],
    ['GET /index.php?id=5&x=y&p=1', 301, '/five/1?x=y'],
    ['GET /index.php?id=5', 'pass'], ['GET /index.php?p=12', 'pass'],
    ['GET /index.php?id=5&p=', 'pass'];
site 'query-flag', "$P /a?print /print",
    ['GET /a?print', 301, '/print'], ['GET /a?print=', 301, '/print'],
    ['GET /a?print=yes', 'pass'], ['GET /a?x&print', 301, '/print?x'];
site 'query-flag-empty', "$P /a?print= /print",
    ['GET /a?print', 301, '/print'], ['GET /a?print=', 301, '/print'];
site 'query-plus', "$P /s?q=a%20b /ab",
    ['GET /s?q=a+b', 301, '/ab'], ['GET /s?q=a%20b', 301, '/ab'],
    ['GET /s?q=a%2Bb', 'pass'];
site 'query-plus-rule', "$P /s?q=a+b /ab",
    ['GET /s?q=a+b', 301, '/ab'], ['GET /s?q=a%20b', 301, '/ab'];
site 'query-root', "$P /?p=123 /hello",
    ['GET /?p=123', 301, '/hello'], ['GET /?p=124', 'pass'],
    ['GET /', 'pass'], ['GET /x?p=123', 'pass'];
site 'query-tree', "$P /a/*?x=1 /b/*",
    ['GET /a/y/z?x=1', 301, '/b/y/z'], ['GET /a/y?x=2', 'pass'];
site 'query-name', "$P /{lang}/item?id={id} /{lang}/items/{id}",
    ['GET /de/item?id=7', 301, '/de/items/7'], ['GET /de/item', 'pass'];

# A host, a scheme, a port
my $hosts = "ServerAlias old.%host% *.%host% no-%host%\n"
    . 'SetEnvIf X-Forwarded-Proto https HTTPS=on';
my $old = 'Host: old.%host%';
my $https = 'X-Forwarded-Proto: https';
site 'host', "$hosts\n$P //old.%host%/x /y",
    ["GET /x\n$old", 301, '/y'], ['GET /x', 'pass'],
    ["GET /x\nHost: OLD.%host%:%port%", 301, '/y'],
    ["GET /x\nHost: a.old.%host%", 'pass'],
    ["GET http://old.%host%/x", 301, '/y'],
    ["GET http://%host%/x\n$old", 'pass'];
site 'host-written-upper', "$hosts\n$P //OLD.%host%/x /y",
    ["GET /x\n$old", 301, '/y'];
site 'host-http', "$hosts\n$P http://old.%host%/x /y",
    ["GET /x\n$old", 301, '/y'], ["GET /x\n$old\n$https", 'pass'],
    ['GET /x', 'pass'];
site 'host-https', "$hosts\n$P https://old.%host%/x /y",
    ["GET /x\n$old\n$https", 301, '/y'], ["GET /x\n$old", 'pass'];
site 'host-any-sub', "$hosts\n$P //*.%host%/* https://%host%/*",
    ["GET /x?q=1\nHost: a.%host%", 301, 'https://%host%/x?q=1'],
    ["GET /x\nHost: b.a.%host%", 301, 'https://%host%/x'],
    ['GET /x', 'pass'], ["GET /x\nHost: no-%host%", 'pass'];
site 'host-port', "$hosts\n$P //%host%:%port%/x /y\n$P //%host%:1/z /y",
    ["GET /x\nHost: %host%:%port%", 301, '/y'],
    ["GET /x", 'pass'], ["GET /z\nHost: %host%:%port%", 'pass'];
site 'host-port-80', "$hosts\n$P //%host%:80/x /y",
    ['GET /x', 301, '/y'], ["GET /x\nHost: %host%:80", 301, '/y'],
    ["GET /x\n$https", 'pass'];
site 'host-ipv6', "ServerAlias 2001:db8::7\n$P //[2001:db8::7]/x /y\n"
    . "$P /l https:",
    ["GET /x\nHost: [2001:db8::7]", 301, '/y'], ['GET /x', 'pass'],
    ["GET /x\nHost: [2001:db8::7]:81", 301, '/y'],
    ["GET /l\nHost: [2001:db8::7]:81", 301, 'https://[2001:db8::7]/l'];
site 'host-tree', "$hosts\nSemanticRedirectChains keep\n$P //old.%host%/* /new/*",
    ["GET /\n$old", 301, '/new/'], ["GET /a/b\n$old", 301, '/new/a/b'];
site 'host-query', "$hosts\n$P //old.%host%/i?id={id} /items/{id}",
    ["GET /i?id=3\n$old", 301, '/items/3'], ['GET /i?id=3', 'pass'];
site 'host-option', "$hosts\n$P ~^/a/(\\d+)\$ /b/\$1 host=old.%host%",
    ["GET /a/12\n$old", 301, '/b/12'], ['GET /a/12', 'pass'];

# Regexes, on the decoded path
site 'regex', "$P ~^/a/(\\d+)\$ /b/\$1",
    ['GET /a/12', 301, '/b/12'], ['GET /a/x', 'pass'], ['GET /a/12/', 'pass'],
    ['GET /a/12%0a', 'pass'], ['GET /a/1?x=2', 301, '/b/1?x=2'];
site 'regex-directive', 'SemanticRedirectMatch permanent ^/a/(\d+)$ /b/$1',
    ['GET /a/12', 301, '/b/12'], ["POST /a/12\n\nx", 308, '/b/12'];
site 'regex-fold', "$P ~*^/Shop/(.*)\$ /store/\$1",
    ['GET /sHOP/aX', 301, '/store/aX'], ['GET /shop', 'pass'];
site 'regex-case', "$P ~^/Shop/(.*)\$ /store/\$1", ['GET /shop/a', 'pass'];
site 'regex-unanchored', "$P ~jpeg\$ /pictures",
    ['GET /x/y.jpeg', 301, '/pictures'], ['GET /jpeg/x', 'pass'];
site 'regex-quoted', "$P \"~^/y/(\\d{4})\$\" /years/\$1",
    ['GET /y/2024', 301, '/years/2024'], ['GET /y/24', 'pass'];
site 'regex-blank', "$P \"~^/a (b)\$\" /c/\$1", ['GET /a%20b', 301, '/c/b'];
site 'regex-utf8', "$P ~^/é(.)\$ /e/\$1", ['GET /%c3%a9x', 301, '/e/x'];
site 'regex-dotall', "$P ~^/p/(.*)\$ /q/\$1",
    ['GET /p/a%0d%0ab', 301, '/q/a%0D%0Ab'];
site 'regex-groups', "$P ~^/(a+)/(b+)\$ /\$2/\$1/\$0",
    ['GET /aa/b', 301, '/b/aa/aa/b'];
site 'regex-nine',
    "$P ~^/(.)(.)(.)(.)(.)(.)(.)(.)(.)\$ /x/\$9\$8\$7\$6\$5\$4\$3\$2\$1",
    ['GET /123456789', 301, '/x/987654321'];
site 'regex-unset', "$P ~^/a(/b)?\$ /c\$1",
    ['GET /a', 301, '/c'], ['GET /a/b', 301, '/c/b'];
site 'regex-named', "$P ~^/u/(?<who>[a-z]+)\$ /people/{who}",
    ['GET /u/joe', 301, '/people/joe'];
site 'regex-slash', "$P ~^/d/\$ /e", ['GET /d/', 301, '/e'], ['GET /d', 'pass'];

# A literal star and brace; quoting
site 'literal', "$P /a%2A /star\n$P /b%7Bc%7D /brace\n$P /d%2a/* /tree/*",
    ['GET /a*', 301, '/star'], ['GET /a%2a', 301, '/star'],
    ['GET /ab', 'pass'], ['GET /b{c}', 301, '/brace'],
    ['GET /b%7bc%7d', 301, '/brace'], ['GET /d*/x', 301, '/tree/x'];
site 'quotes', "$P \"/old page\" '/new page'",
    ['GET /old%20page', 301, '/new%20page'];
site 'quotes-option',
    "$P /a /b \"note=two words\"\n$P /c /d note=\"two words\"",
    ['GET /a', 301, '/b'], ['GET /c', 301, '/d'];
site 'words', "semanticredirect PERMANENT /a /b\n"
    . "SemanticRedirect Temp /c /d QUERY=DROP",
    ['GET /a', 301, '/b'], ['GET /c?x=1', 302, '/d'];

served(everywhere => 1);
