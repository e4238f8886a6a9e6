# The options of a rule that other files do not try (DESIGN 1.4).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';
my $beta = q(if="%{HTTP:X-Beta} == 'yes'");

site 'only', "$P /old /new only=GET,POST",
    ['GET /old', 301, '/new'], ['HEAD /old', 301, '/new'],
    ["POST /old\n\nx", 308, '/new'], ['DELETE /old', 'pass'],
    ['OPTIONS /old', 'pass'];
site 'only-post', "$P /old /new only=POST",
    ['GET /old', 'pass'], ['HEAD /old', 'pass'],
    ["POST /old\n\nx", 308, '/new'];
site 'only-unknown', "$P /old /new only=QUERY,X-FOO",
    ["QUERY /old\n\nx", 308, '/new'], ['X-FOO /old', 308, '/new'],
    ['FOO /old', 'pass'], ['GET /old', 'pass'];
site 'only-case', "$P /old /new only=get", ['GET /old', 'pass'],
    ['get /old', 308, '/new'];
site 'only-gone', "SemanticRedirect gone /old only=DELETE",
    ['DELETE /old', 410], ['GET /old', 'pass'];

site 'case', "$P /About /new case=ignore",
    ['GET /aBOUT', 301, '/new'], ['GET /about/', 301, '/new'],
    ['GET /abou', 'pass'];
site 'case-star', "$P /Blog/* /news/* case=ignore",
    ['GET /BLOG/AbC', 301, '/news/AbC'], ['GET /blog', 301, '/news'];
site 'case-name', "$P /U/{n}/X /p/{n} case=ignore",
    ['GET /u/JoE/x', 301, '/p/JoE'];
site 'case-exact-first', "$P /about /folded case=ignore\n$P /About /exact",
    ['GET /About', 301, '/exact'], ['GET /ABOUT', 301, '/folded'],
    ['GET /about', 301, '/folded'];
site 'case-utf8', "$P /É /new case=ignore", ['GET /%C3%89', 301, '/new'];

site 'if', "$P /old /new $beta",
    ["GET /old\nX-Beta: yes", 301, '/new'], ["GET /old\nX-Beta: no", 'pass'],
    ['GET /old', 'pass'];
site 'if-method', qq($P /old /new if="%{REQUEST_METHOD} == 'GET'"),
    ['GET /old', 301, '/new'], ["POST /old\n\nx", 'pass'];
site 'if-blank', qq($P /old /new "if=%{HTTP:X-Beta} == 'yes'"),
    ["GET /old\nX-Beta: yes", 301, '/new'], ['GET /old', 'pass'];
site 'if-env', qq(SetEnvIf X-Team red team=1\n$P /old /new if="-n %{env:team}"),
    ["GET /old\nX-Team: red", 301, '/new'], ['GET /old', 'pass'];

site 'stage-off', "$P /a/* /b/*\n$P /a/x /y stage=off",
    ['GET /a/x', 301, '/b/x'];
site 'any-order', "$P /old /new max-age=7d query=drop note=x slash=exact",
    ['GET /old?x=1', 301, '/new', 'Cache-Control: max-age=604800'],
    ['GET /old/', 'pass'];
site 'note', qq($P /old /new note="why, who, <b>ticket</b>"),
    ['GET /old', 301, '/new'];

served(everywhere => 1);
