# Which rule wins (DESIGN 2), whatever the order of the lines where kinds
# differ.  Each site is tried in both orders.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';
my $beta = q(if="%{HTTP:X-Beta} == 'yes'");

# Both orders of two rules, after some lines that stay first.
sub both {
    my ($name, $first, $one, $two, @rows) = @_;
    site $name, join("\n", $first, $one, $two), @rows;
    site "$name-back", join("\n", $first, $two, $one), @rows;
}

# Exact, then patterns, then the longest tree
both 'exact-tree', '', "$P /a/* /x/*", "$P /a/b /y",
    ['GET /a/b', 301, '/y'], ['GET /a/c', 301, '/x/c'];
both 'exact-name', '', "$P /u/{n} /x", "$P /u/me /y", ['GET /u/me', 301, '/y'];
both 'exact-regex', '', "$P ~^/u/.*\$ /x", "$P /u/me /y",
    ['GET /u/me', 301, '/y'];
both 'name-tree', '', "$P /u/* /x", "$P /u/{n} /y",
    ['GET /u/joe', 301, '/y'], ['GET /u/joe/z', 301, '/x'];
both 'regex-tree', '', "$P /u/* /x", "$P ~^/u/j /y",
    ['GET /u/joe', 301, '/y'], ['GET /u/kim', 301, '/x'];
both 'kind-before-length', '', "$P /a/{x}/c /x", "$P /a/b/* /y/*",
    ['GET /a/b/c', 301, '/x'], ['GET /a/b/d', 301, '/y/d'];
both 'regex-short', '', "$P ~c\$ /x", "$P /a/b/* /y/*",
    ['GET /a/b/c', 301, '/x'];
both 'longest', '', "$P /a/* /x/*", "$P /a/b/* /y/*",
    ['GET /a/b/c', 301, '/y/c'], ['GET /a/b', 301, '/y'],
    ['GET /a/bc', 301, '/x/bc'];
both 'root-tree', '', "$P /* /x", "$P /a/* /y/*",
    ['GET /a/b', 301, '/y/b'], ['GET /c', 301, '/x'];
both 'exact-slash', '', "$P /a/* /x", "$P /a /y", ['GET /a', 301, '/y'],
    ['GET /a/', 301, '/y'];

# Patterns and regexes: the order written
site 'order-1', "$P ~^/u/([a-z]+)\$ /x\n$P /u/{n} /y",
    ['GET /u/joe', 301, '/x'],
    ['GET /u/7', 301, '/y'];
site 'order-2', "$P /u/{n} /y\n$P ~^/u/([a-z]+)\$ /x",
    ['GET /u/joe', 301, '/y'];
site 'order-3', "$P ~joe /x\n$P ~^/u/joe\$ /y", ['GET /u/joe', 301, '/x'];
site 'order-4', "$P ~^/shop/sa(le)\$ /x\n$P /shop/{id} /y\n$P /{a}/{b} /z",
    ['GET /shop/sale', 301, '/x'], ['GET /shop/1', 301, '/y'],
    ['GET /b/1', 301, '/z'];
site 'order-5', "$P /{a}/{b} /z\n$P /shop/{id} /y", ['GET /shop/1', 301, '/z'];

# The host first
my $alias = "ServerAlias *.%host%\nSetEnvIf X-Forwarded-Proto https HTTPS=on";
both 'host-path', '', "$P /a/b /p", "$P //%host%/* /h",
    ['GET /a/b', 301, '/h'];
both 'host-none', '', "$P /* https://new.test/*",
    "SemanticRedirect none //%host%/*",
    ['GET /x', 'pass'];
both 'host-wild', $alias, "$P //*.%host%/x /wild", "$P //a.%host%/x /named",
    ["GET /x\nHost: a.%host%", 301, '/named'],
    ["GET /x\nHost: b.%host%", 301, '/wild'];
both 'wild-none', $alias, "$P /x /any", "$P //*.%host%/* /wild",
    ["GET /x\nHost: a.%host%", 301, '/wild'], ['GET /x', 301, '/any'];
both 'wild-longer', $alias, "$P //*.%host%/x /wide",
    "$P //*.a.%host%/x /narrow",
    ["GET /x\nHost: b.a.%host%", 301, '/narrow'],
    ["GET /x\nHost: b.c.%host%", 301, '/wide'];
both 'port', '', "$P //%host%/x /any", "$P //%host%:%port%/x /port",
    ["GET /x\nHost: %host%:%port%", 301, '/port'], ['GET /x', 301, '/any'];
both 'scheme', $alias, "$P //%host%/x /any", "$P https://%host%/x /https",
    ["GET /x\nX-Forwarded-Proto: https", 301, '/https'],
    ['GET /x', 301, '/any'];
both 'host-option', $alias, "$P /x /any", "$P /x /host host=a.%host%",
    ["GET /x\nHost: a.%host%", 301, '/host'], ['GET /x', 301, '/any'];

# At the same place: parameters, conditions, case
both 'more-params', '', "$P /i?a=1 /one", "$P /i?a=1&b=2 /two",
    ['GET /i?b=2&a=1', 301, '/two'], ['GET /i?a=1', 301, '/one'];
both 'params-none', '', "$P /i /x", "$P /i?id=5 /y",
    ['GET /i?id=5', 301, '/y'], ['GET /i?id=6', 301, '/x?id=6'];
both 'param-literal', '', "$P /i?id={id} /x/{id}", "$P /i?id=5 /y",
    ['GET /i?id=5', 301, '/y'], ['GET /i?id=6', 301, '/x/6'];
both 'path-before-param', '', "$P /a/*?x=1 /q", "$P /a/b /p",
    ['GET /a/b?x=1', 301, '/p?x=1'], ['GET /a/c?x=1', 301, '/q'];
both 'if', '', "$P /a /plain", "$P /a /beta $beta",
    ["GET /a\nX-Beta: yes", 301, '/beta'], ['GET /a', 301, '/plain'];
both 'only', '', "$P /a /plain", "$P /a /post only=POST",
    ["POST /a\n\nx", 308, '/post'], ['GET /a', 301, '/plain'];
both 'case', '', "$P /a/* /folded/* case=ignore", "$P /a/* /exact/*",
    ['GET /a/x', 301, '/exact/x'], ['GET /A/x', 301, '/folded/x'];
both 'if-tree', '', "$P /a/* /wide/*", "$P /a/b/* /beta/* $beta",
    ["GET /a/b/c\nX-Beta: yes", 301, '/beta/c'],
    ['GET /a/b/c', 301, '/wide/b/c'];
both 'if-exact', '', "$P /a/* /wide/*", "$P /a/b /beta $beta",
    ['GET /a/b', 301, '/wide/b'];

# Still equal: the first written
site 'first', "$P /a /one\n$P /a /two", ['GET /a', 301, '/one'];
site 'first-tree', "$P /a/* /one\nSemanticRedirect gone /a/*",
    ['GET /a/x', 301, '/one'];

# none is a rule like any other, and a rule that is off is passed over
both 'none', '', "$P /a/* /b/*", 'SemanticRedirect none /a/keep',
    ['GET /a/keep', 'pass'], ['GET /a/keep/', 'pass'],
    ['GET /a/keep/x', 301, '/b/keep/x'];
both 'none-tree', '', "$P /a/* /x/*", 'SemanticRedirect none /a/b/*',
    ['GET /a/b/c', 'pass'], ['GET /a/c', 301, '/x/c'];
both 'none-regex', '', "$P /a/* /b/*", 'SemanticRedirect none ~^/a/\d+$',
    ['GET /a/12', 'pass'], ['GET /a/x', 301, '/b/x'];
both 'off', '', "$P /a/* /b/*", "$P /a/x /y stage=off",
    ['GET /a/x', 301, '/b/x'];

# A virtual host's rules come before those that it inherits, of whatever kind.
site 'vhost', { main => "$P /a/b /m\n$P /b /m\n$P /c /m\n$P /d /m\n"
    . "$P //vhost.test/e /m",
    conf => "$P /a/* /v\n$P /c /v $beta\nSemanticRedirect none /d\n$P /e /v" },
    ['GET /a/b', 301, '/v'], ['GET /b', 301, '/m'],
    ['GET /c', 301, '/m'], ["GET /c\nX-Beta: yes", 301, '/v'],
    ['GET /d', 'pass'], ['GET /e', 301, '/v'];

# What would repeat the very request is not sent: the next candidate is tried.
site 'self', "$P /a /a\n$P /b /b#top\n$P /c/ /c\n$P /* /end",
    ['GET /a', 301, '/end'], ['GET /b', 301, '/end'], ['GET /c', 301, '/end'],
    ['GET /c/', 301, '/c'], ['GET /end', 'pass'],
    ['GET /end?x=1', 'pass'];
site 'self-host', "ServerAlias www.%host%\n"
    . "SetEnvIf X-Forwarded-Proto https HTTPS=on\n"
    . "$P /* https://%host%/*",
    ['GET /x?y', 301, 'https://%host%/x?y'],
    ["GET /x\nX-Forwarded-Proto: https", 'pass'],
    ["GET /x\nX-Forwarded-Proto: https\nHost: www.%host%", 301,
        'https://%host%/x'];
site 'self-query', "$P /a /a query=drop\n$P ~^/(r.*)\$ /\$1",
    ['GET /a', 'pass'], ['GET /a?x=1', 301, '/a'], ['GET /r/x', 'pass'];
site 'self-303', 'SemanticRedirect see-other /form /form',
    ["POST /form\n\nx", 303, '/form'], ['GET /form', 'pass'];
site 'self-get', 'SemanticRedirect permanent /form /form method=get',
    ["POST /form\n\nx", 303, '/form'];
site 'self-post', "$P /form /form", ["POST /form\n\nx", 'pass'];

# The longest of many trees
my @depth = map { join '', map { "/d$_" } 1 .. $_ } 1 .. 20;
site 'deep', join("\n",
    map { "$P $depth[$_]/* /at" . ($_ + 1) . '/*' } 0 .. $#depth),
    map { ["GET $depth[$_]/x", 301, '/at' . ($_ + 1) . '/x'] } 0 .. $#depth;

# Each site looks at one hop.
served(everywhere => 1, conf => 'SemanticRedirectChains keep');
