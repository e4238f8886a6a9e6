# One canonical form for rules and requests (DESIGN 1.2; RFC 3986 6.2.2).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';

site 'utf8', "$P /café /coffee\n$P /th%c3%a9 /tea",
    ['GET /caf%c3%a9', 301, '/coffee'], ['GET /caf%C3%A9', 301, '/coffee'],
    ['GET /café', 301, '/coffee'], ['GET /thé', 301, '/tea'];
site 'unreserved', "$P /~joe /new\n$P /%7ejim%2dx /jim",
    ['GET /~joe', 301, '/new'], ['GET /%7Ejoe', 301, '/new'],
    ['GET /%7e%6a%6F%65', 301, '/new'], ['GET /~jim-x', 301, '/jim'];
site 'pchar', "$P /a(b),c:d\@e /new\n$P /f%28g%29 /two",
    ['GET /a(b),c:d@e', 301, '/new'],
    ['GET /a%28b%29%2Cc%3Ad%40e', 301, '/new'],
    ['GET /f(g)', 301, '/two'];
site 'blank', "$P \"/old page\" /new\n$P /a%20b /two",
    ['GET /old%20page', 301, '/new'], ['GET /a%20b', 301, '/two'],
    ['GET /a+b', 'pass'];
site 'dots', "$P /old /new\n$P /x/../rule/./a /r",
    ['GET /x/../old', 301, '/new'], ['GET /./old', 301, '/new'],
    ['GET /x/%2e%2E/old', 301, '/new'], ['GET /old/.', 301, '/new'],
    ['GET /old/..', 'pass'], ['GET /rule/a', 301, '/r'];
site 'slashes', "$P /a/b /new\n$P //%host%//c//d /cd",
    ['GET /a//b', 301, '/new'], ['GET //a/b', 301, '/new'],
    ['GET /a///b//', 301, '/new'], ['GET /c/d', 301, '/cd'];
site 'slashes-kept', "MergeSlashes Off\n$P /a/b /new\n$P /t/* /u/*",
    ['GET /a//b', 301, '/new'], ['GET /t//x///y', 301, '/u/x/y'];

# %2F is left alone, where httpd lets it through
site 'slash-off', "AllowEncodedSlashes Off\n$P /blog/* /news/*",
    ['GET /blog/a%2Fb', 404];
site 'slash-nodecode', "AllowEncodedSlashes NoDecode\n$P /blog/* /news/*\n"
    . "$P /a%2fb /new\n$P /u/{n} /p/{n}",
    ['GET /blog/a%2fb', 301, '/news/a%2Fb'], ['GET /a%2Fb', 301, '/new'],
    ['GET /a/b', 'pass'], ['GET /u/a%2fb', 301, '/p/a%2Fb'];
site 'slash-on', "AllowEncodedSlashes On\n$P /blog/* /news/*",
    ['GET /blog/a%2fb', 301, '/news/a%2Fb'];
# a regex sees the slash that httpd has decoded, in and below sections too
site 'slash-section', "AllowEncodedSlashes On\n$P ~^/a/(.*) /b/\$1\n"
    . "<Location /a>\nSetEnv X 1\n</Location>\n"
    . "<Location /c>\n$P ~^/c/(.*) /d/\$1\n</Location>",
    ['GET /a%2fx', 301, '/b/x'], ['GET /c%2fx', 301, '/d/x'];

# What is carried on keeps its meaning, byte for byte
site 'tail', "$P /blog/* /news/*",
    ['GET /blog/a%2520b', 301, '/news/a%2520b'],
    ['GET /blog/%c3%a9/%20', 301, '/news/%C3%A9/%20'],
    ['GET /blog/%3f%23%25', 301, '/news/%3F%23%25'],
    ['GET /blog/é"<>', 301, '/news/%C3%A9%22%3C%3E'],
    ["GET /blog/a;b=1,(c)!\$&'*+\@:x", 301, "/news/a;b=1,(c)!\$&'*+\@:x"],
    ['GET /blog/{x}|^`', 301, '/news/%7Bx%7D%7C%5E%60'],
    ['GET /blog/%7Ea%2D', 301, '/news/~a-'],
    ['GET /blog/%ff%80', 301, '/news/%FF%80'];

# mod_alias answers these wrongly (docs/httpd-facts.md 2)
site 'alias-bugs', "$P ~^/p/(.*)\$ /q/\$1\n$P ~^/y/(.*)\$ /z/\$1\n$P /m/* /*\n"
    . 'MergeSlashes Off',
    ['GET /p/a%3Fb%23c%25d', 301, '/q/a%3Fb%23c%25d'],
    ['GET /y/caf%C3%A9%20%3f?z=%ff', 301, '/z/caf%C3%A9%20%3F?z=%ff'],
    ['GET /m//evil.example/', 301, '/evil.example/'];

served(everywhere => 1);
