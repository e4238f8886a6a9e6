# Cache-Control and Vary of an answer (DESIGN 3, 1.4, 5).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';
my @no_validators = ('!ETag', '!Last-Modified', '!Expires');

site 'intents', join("\n", "$P /p /x", 'SemanticRedirect temporary /t /x',
        'SemanticRedirect see-other /s /x', 'SemanticRedirect gone /g'),
    ['GET /p', 301, '/x', 'Cache-Control: max-age=86400', @no_validators],
    ["POST /p\n\nx", 308, '/x', 'Cache-Control: max-age=86400', @no_validators],
    ['GET /t', 302, '/x', 'Cache-Control: no-store', @no_validators],
    ["POST /t\n\nx", 307, '/x', 'Cache-Control: no-store'],
    ['GET /s', 303, '/x', 'Cache-Control: no-store', @no_validators],
    ['GET /g', 410, undef, 'Cache-Control: max-age=3600', @no_validators],
    ['HEAD /g', 410, undef, 'Cache-Control: max-age=3600', @no_validators];
site 'file-behind', { conf => "$P /f.html /new\nSemanticRedirect gone /g.html",
        files => { 'f.html' => 'f', 'g.html' => 'g' } },
    ['GET /f.html', 301, '/new', 'Cache-Control: max-age=86400',
        @no_validators],
    ["GET /f.html\nIf-Modified-Since: Sat, 21 Nov 2099 09:38:15 GMT", 301,
        '/new'],
    ["GET /f.html\nIf-None-Match: *", 301, '/new'],
    ["GET /f.html\nRange: bytes=0-0", 301, '/new'],
    ['GET /g.html', 410, undef, @no_validators];

# max-age=
my %age = ('90s' => 'max-age=90', '15m' => 'max-age=900',
    '12h' => 'max-age=43200',
    '7d' => 'max-age=604800', '1y' => 'max-age=31536000', 60 => 'max-age=60',
    0 => 'no-store', '0s' => 'no-store');
site 'age', join("\n", map { "$P /$_ /x max-age=$_" } sort keys %age),
    map { ["GET /$_", 301, '/x', "Cache-Control: $age{$_}"] } sort keys %age;
site 'age-none', "$P /old /x max-age=none\n"
    . "SemanticRedirect gone /g max-age=none",
    ['GET /old', 301, '/x', '!Cache-Control'],
    ['GET /g', 410, undef, '!Cache-Control'];
site 'age-temporary', "SemanticRedirect temporary /old /x max-age=60s\n"
    . 'SemanticRedirect see-other /s /x max-age=60s',
    ['GET /old', 302, '/x', 'Cache-Control: max-age=60'],
    ['GET /s', 303, '/x', 'Cache-Control: max-age=60'];
site 'age-pinned', "$P /old /x code=308\n$P /get /x method=get",
    ['GET /old', 308, '/x', 'Cache-Control: max-age=86400'],
    ['GET /get', 301, '/x', 'Cache-Control: max-age=86400'];

# Headers go where httpd keeps them on an error path, and others may add.
site 'header-always', "Header always set Cache-Control max-age=5\n$P /old /new",
    ['GET /old', 301, '/new', 'Cache-Control: max-age=5'];
site 'header-always-other', "Header always set X-A b\n$P /old /new",
    ['GET /old', 301, '/new', 'X-A: b', 'Cache-Control: max-age=86400'];

# Vary names each request header that a condition read, whatever came of it.
my $beta = q(if="%{HTTP:X-Beta} == 'yes'");
site 'vary', { conf => "SemanticRedirect temporary /f.html /new $beta",
        files => { 'f.html' => 'f', 'g.html' => 'g' } },
    ["GET /f.html\nX-Beta: yes", 302, '/new', 'Vary ~ (?i)^X-Beta$'],
    ['GET /f.html', 200, undef, 'Vary ~ (?i)\bX-Beta\b'],
    ['GET /g.html', 200, undef, '!Vary'];
site 'vary-next', "$P /old /plain\nSemanticRedirect temporary /old /new $beta",
    ['GET /old', 301, '/plain', 'Vary ~ (?i)\bX-Beta\b'],
    ["GET /old\nX-Beta: yes", 302, '/new', 'Vary ~ (?i)\bX-Beta\b'];
site 'vary-gone', "SemanticRedirect gone /old $beta",
    ["GET /old\nX-Beta: yes", 410, undef, 'Vary ~ (?i)\bX-Beta\b'];
site 'vary-function',
    'SemanticRedirect temporary /old /new '
    . q(if="req('Accept-Language') =~ /^de/"),
    ["GET /old\nAccept-Language: de", 302, '/new',
        'Vary ~ (?i)\bAccept-Language\b'];
site 'vary-two', q(SemanticRedirect temporary /old /new )
    . q(if="%{HTTP:X-A} == 'a' && %{HTTP:X-B} == 'b'"),
    ["GET /old\nX-A: a\nX-B: b", 302, '/new', 'Vary ~ (?i)\bX-A\b',
        'Vary ~ (?i)\bX-B\b'];
site 'vary-cookie',
    q(SemanticRedirect temporary /old /new if="%{HTTP_COOKIE} =~ /a=1/"),
    ["GET /old\nCookie: a=1", 302, '/new', 'Vary ~ (?i)\bCookie\b'];
site 'vary-none', "$P /old /new\nSemanticRedirect permanent /m /n "
    . q(if="%{REQUEST_METHOD} == 'GET'"),
    ['GET /old', 301, '/new', '!Vary'], ['GET /m', 301, '/n', '!Vary'];
site 'vary-kept', "Header always set Vary Origin\n$P /old /new",
    ['GET /old', 301, '/new', 'Vary: Origin'];
site 'vary-htaccess', { conf => '', files => { '.htaccess' =>
        "SemanticRedirect temporary /old /new $beta", 'f.html' => 'f' } },
    ["GET /old\nX-Beta: yes", 302, '/new', 'Vary ~ (?i)\bX-Beta\b'];

# SemanticRedirectMaxAge: by intent, everywhere, inherited; a rule's own wins.
my $M = 'SemanticRedirectMaxAge';
my @four = ("$P /p /x", 'SemanticRedirect temporary /t /x',
    'SemanticRedirect see-other /s /x', 'SemanticRedirect gone /g',
        "$P /own /x max-age=1h");
site 'directive', join("\n", "$M permanent 7d", "$M temporary 60",
    "$M see-other 1m",
        "$M gone none", @four),
    ['GET /p', 301, '/x', 'Cache-Control: max-age=604800'],
    ['GET /t', 302, '/x', 'Cache-Control: max-age=60'],
    ['GET /s', 303, '/x', 'Cache-Control: max-age=60'],
    ['GET /g', 410, undef, '!Cache-Control'],
    ['GET /own', 301, '/x', 'Cache-Control: max-age=3600'];
site 'directive-one', join("\n", @four, "$M gone 0"),
    ['GET /p', 301, '/x', 'Cache-Control: max-age=86400'],
    ['GET /g', 410, undef, 'Cache-Control: no-store'];
site 'directive-inherited', { main => "$M permanent 7d\n$M gone 1d",
        conf => join "\n", "$M gone 2d", @four },
    ['GET /p', 301, '/x', 'Cache-Control: max-age=604800'],
    ['GET /g', 410, undef, 'Cache-Control: max-age=172800'],
    ['GET /t', 302, '/x', 'Cache-Control: no-store'];
site 'directive-location', "$P /a /x\n$P /b /x\n$M permanent 7d\n"
    . "<Location /a>\n$M permanent 1m\n</Location>\n<Location /b>\n"
    . "$M gone 1m\n</Location>",
    ['GET /a', 301, '/x', 'Cache-Control: max-age=60'],
    ['GET /b', 301, '/x', 'Cache-Control: max-age=604800'];
site 'directive-htaccess', { conf => "$M permanent 7d", files => {
        '.htaccess' => "$M permanent 1m\n$P /a /x\n$P /s/b /x",
            's/.htaccess' => "$M permanent 2m",
        't/.htaccess' => "$P /t/c /x" } },
    ['GET /a', 301, '/x', 'Cache-Control: max-age=60'],
    ['GET /s/b', 301, '/x', 'Cache-Control: max-age=120'],
    ['GET /t/c', 301, '/x', 'Cache-Control: max-age=60'];

served();
