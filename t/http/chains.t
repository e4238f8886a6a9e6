# Chains (DESIGN 4) from outside: where a client is sent that would have been
# sent on.  t/unit/walk.c has the cells; here is what httpd brings.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $S = 'SemanticRedirect';
my $P = "$S permanent";
my $abc = "$P /a /b\n$P /b /c";
my $form = "\n\nx=1";
my $day = 'Cache-Control: max-age=86400';

site 'usual', "$abc\n$P /g/* /h/*\n$S gone /h/x\n$S temporary /t /a\n"
    . "$S see-other /s /t\n$P /stop /t",
    ['GET /a?q=1', 301, '/c?q=1', $day], ["POST /a$form", 308, '/c', $day],
    ['HEAD /a', 301, '/c'], ['OPTIONS /a', 308, '/c'],
    ["OPTIONS /a\nOrigin: x\nAccess-Control-Request-Method: PUT", 'pass'],
    ['GET /g/x', 410, undef, 'Cache-Control: max-age=3600'],
    ['GET /g/y', 301, '/h/y', $day],
    ['GET /t', 302, '/c', 'Cache-Control: no-store'],
    ["POST /t$form", 307, '/c'], ["POST /s$form", 303, '/c'],
    ['GET /stop', 301, '/t', $day];

# keep, and who says so
site 'keep', "${S}Chains keep\n$abc", ['GET /a', 301, '/b'];
site 'keep-inherited', { main => "${S}Chains keep", conf => $abc },
    ['GET /a', 301, '/b'];
site 'keep-overridden', { main => "${S}Chains keep",
    conf => "${S}Chains collapse\n$abc" }, ['GET /a', 301, '/c'];
site 'keep-loop', "${S}Chains keep\n$P /a /b\n$P /b /a",
    ['GET /a', 301, '/b'], ['GET /b', 301, '/a'];

# A loop declines: the site's own page is there.
site 'loop', { conf => "$P /a.html /b.html\n$P /b.html /a.html\n"
        . "$P /g/* /g/more/*\n$P /* /else/*\n$S none /else/*",
        files => { 'a.html' => 'page a', 'b.html' => 'page b',
            'g/x.html' => 'page x' } },
    ['GET /a.html', 200, undef, 'body: page a', '!Cache-Control'],
    ['GET /b.html', 200, undef, 'body: page b'],
    ["POST /a.html$form", 200, undef, 'body: page a'],
    ['GET /g/x.html', 200, undef, 'body: page x'],
    ['GET /z', 301, '/else/z'];
site 'loop-inherited', { main => "$P /b.html /a.html\n$P /a.html /c.html",
    conf => "$P /a.html /b.html", files => { 'a.html' => 'page a',
        '.htaccess' => "$P /a.html /never" } },
    ['GET /a.html', 200, undef, 'body: page a'];

# Absolute Locations
site 'http10', "$abc\n$P /s https:/t\n$P /t /u",
    ['GET /a?x HTTP/1.0', 301, 'http://%host%/c?x'],
    ["POST /a HTTP/1.0$form", 308, 'http://%host%/c'],
    ['GET /s HTTP/1.0', 301, 'https://%host%/u'];
site 'http10-foreign', { main => '# a server of its own',
    conf => "ServerName %host%:8080\n$abc" },
    ["GET /a HTTP/1.0\nHost: evil.example", 301, 'http://%host%:8080/c'],
    ["GET /a HTTP/1.0\n!Host", 301, 'http://%host%:8080/c'];
site 'absolute', "${S}Absolute On\n$abc\n$P /own http://%host%/b\n"
    . "$P /away http://other.test/x\n$P /to-away /away",
    ['GET /a', 301, 'http://%host%/c'], ['GET /own', 301, 'http://%host%/c'],
    ['GET /to-away', 301, 'http://other.test/x'];
site 'absolute-alias', "ServerAlias www.%host%\n${S}Absolute On\n$abc\n"
    . "$P //www.%host%/c /never\n$P //%host%/c /d\n$P /same /same",
    ["GET /a\nHost: www.%host%", 301, 'http://%host%/d'],
    ["GET /same\nHost: www.%host%", 301, 'http://%host%/same'],
    ['GET /same', 'pass'];

# This host by its names
site 'names', "ServerAlias www.%host% *.wild.%host%\n$abc\n"
    . "$P /name http://%host%/b\n$P /alias http://www.%host%/b\n"
    . "$P /wild http://x.wild.%host%/b\n$P /other http://w.%host%/b\n"
    . "$P /port http://%host%:%port%/b\n$P /away http://%host%:1/b\n"
    . "$P /case http://%host%/B\n$P /tls https://%host%/b\n"
    . "$P //x.wild.%host%/c /d",
    ['GET /name', 301, 'http://%host%/c'],
    ['GET /alias', 301, 'http://www.%host%/c'],
    ['GET /wild', 301, 'http://x.wild.%host%/d'],
    ['GET /other', 301, 'http://w.%host%/b'],
    ["GET /port\nHost: %host%:%port%", 301, 'http://%host%:%port%/c'],
    ['GET /port', 301, 'http://%host%:%port%/b'],
    ['GET /away', 301, 'http://%host%:1/b'],
    ['GET /case', 301, 'http://%host%/B'],
    ['GET /tls', 301, 'https://%host%/c'],
    ["GET /name\nHost: www.%host%", 301, 'http://%host%/c'],
    ["GET /a\nHost: x.wild.%host%", 301, '/d'];

# Another virtual host that has the name is another host.
site 'has-tls', { main => "<VirtualHost *:443>\nServerName HAS-tls.test\n"
        . "</VirtualHost>\n<VirtualHost *:8088>\nServerName x.test\n"
        . "ServerAlias has-tls.test\n</VirtualHost>",
        conf => "SetEnvIf X-Forwarded-Proto https HTTPS=on\n$abc\n"
        . "$P /tls https://%host%/b\n$P /p http://%host%:8088/b\n"
        . "$P /x https://%host%/x\n$P /plain http://%host%/b\n"
        . "$P /up https:/b\n$P /same http:/b" },
    ['GET /a', 301, '/c'], ['GET /up', 301, 'https://%host%/b'],
    ['GET /same', 301, 'http://%host%/c'],
    ["GET /up\nX-Forwarded-Proto: https", 301, 'https://%host%/c'], ['GET /tls', 301, 'https://%host%/b'],
    ['GET /p', 301, 'http://%host%:8088/b'],
    ['GET /x', 301, 'https://%host%/x'],
    ['GET /plain', 301, 'http://%host%/c'],
    # behind a proxy that has taken TLS off, https is here
    ["GET /tls\nX-Forwarded-Proto: https", 301, 'https://%host%/c'];
site 'wild-one', "ServerAlias *.zone.test\n$abc\n"
    . "$P /special http://special.zone.test/b\n"
    . "$P /any http://any.zone.test/b\n"
    . "$P /here http://special.zone.test:%port%/b",
    ['GET /any', 301, 'http://any.zone.test/c'],
    ['GET /special', 301, 'http://special.zone.test/b'],
    ["GET /here\nHost: any.zone.test:%port%", 301,
        'http://special.zone.test:%port%/b'],
    ["GET /any\nHost: any.zone.test:%port%", 301, 'http://any.zone.test/c'];
site 'wild-two', 'ServerName special.zone.test';

# A <VirtualHost *> has its name on every port that no other has it on.
site 'any-port', { main => "<VirtualHost *>\nServerName any.port.test\n"
        . "ServerAlias any-port.test\n</VirtualHost>",
    conf => "ServerAlias *.port.test\n$abc\n$P /other http://any.port.test/b\n"
        . "$P /tls https://%host%/b\n$P /mine http://%host%:%port%/b" },
    ['GET /other', 301, 'http://any.port.test/b'],
    ['GET /tls', 301, 'https://%host%/b'],
    ["GET /mine\nHost: %host%:%port%", 301, 'http://%host%:%port%/c'];

# What a <Location> says of stage and max-age counts at each hop.
sub at { return "<Location $_[0]>\n$_[1]\n</Location>" }
site 'location', join("\n", $abc, "$P /c /d", "$P /off /x1", "$P /x1 /x2",
    "$P /age /y1", "$P /y1/* /y2/*", "$P /re /z-1", "$P /z-1 /z",
        "$P /glob /q1/x", "$P /q1/x /q",
        at('/c', "${S}Stage trial"), at('/x1', "${S}Stage off"),
        at('/y1', "${S}MaxAge permanent 30s"), at('"~ ^/z-\d"', ''),
        "<LocationMatch ^/z-\\d>\n${S}MaxAge permanent 40s\n</LocationMatch>",
        at('/q*/x', "${S}MaxAge permanent 50s")),
    ['GET /a', 301, '/c', $day], ['GET /b', 301, '/c'],
    ['GET /c', 302, '/d', 'Cache-Control: no-store'],
    ['GET /off', 301, '/x1', $day],
    ['GET /age', 301, '/y2', 'Cache-Control: max-age=30'],
    ['GET /re', 301, '/z', 'Cache-Control: max-age=40'],
    ['GET /glob', 301, '/q', 'Cache-Control: max-age=50'];
site 'location-merged', { main => "${S}Stage trial\n$P /a /b",
    conf => join("\n", "$P /b /c", "$P /c /d", "$P /live /b",
        at('/live', "${S}Stage live"), at('/b/low', "${S}Stage off"),
        at('/c', "${S}Stage observe")) },
    ['GET /a', 302, '/c', 'Cache-Control: no-store'],
    ['GET /live', 301, '/b', $day], ['GET /c', 'pass'];

# A rule of a section or an .htaccess begins a walk, and is never gone through.
site 'sections', { conf => join("\n", $abc, "$P /to-sec /sec",
        at('/sec', "$P /sec /a"), "$P /to-ht /ht"),
    files => { '.htaccess' => "$P /ht /a\n$S temporary /ht2 /b\n"
        . "$P /ht3 /ht" } },
    ['GET /sec', 301, '/c'], ['GET /ht', 301, '/c'],
    ['GET /ht2', 302, '/c'], ['GET /ht3', 301, '/ht'],
    ['GET /to-sec', 301, '/sec'], ['GET /to-ht', 301, '/ht'];
site 'sections-loop', { conf => "$P /b.html /a.html",
    files => { 'a.html' => 'page a', '.htaccess' => "$P /a.html /b.html" } },
    ['GET /a.html', 200, undef, 'body: page a'];
site 'sections-trial', { conf => join("\n", $abc, at('/sec',
        "${S}Stage trial\n$P /sec /a")) },
    ['GET /sec', 302, '/c', 'Cache-Control: no-store'];

# Map, directive, and what the main server has
site 'map', { main => "$P /m3 /m4 max-age=1h\n$P /d1 /m1",
    conf => "${S}Map %dir%/one.map\n${S}Map %dir%/two.csv intent=permanent\n"
        . "$P /d2 /m2 max-age=2h\n$P /fresh /m1",
    files => { 'one.map' => "permanent /m1 /d2\n",
        'two.csv' => "/m2,/m3\n/loop1,/loop2\n/loop2,/loop1\n" } },
    ['GET /m1', 301, '/m4', 'Cache-Control: max-age=3600'],
    ['GET /d1', 301, '/m4'], ["PUT /fresh$form", 308, '/m4'],
    ['GET /loop1', 'pass'];

# A rule that is observed changes nothing for clients, at a hop neither.
site 'observed-hop', "$abc\n$P /b /x stage=observe\n$P /b/* /wide\n"
    . "$S gone /c stage=observe\n$S none /c stage=observe\n"
    . "$P /c /y stage=observe starts=2099-01-01",
    ['GET /a', 301, '/c', $day];

# What if= reads is never read for a URL that nobody has asked for.
site 'condition', "$P /a /b\n$P /b /c if=\"%{HTTP:X-A} == '1'\"\n"
    . "$P /c /d if=\"%{HTTP:X-B} == '1'\"\n$P /d /e",
    ["GET /a\nX-A: 1", 301, '/b', '!Vary'],
    ["GET /c\nX-B: 1", 301, '/e', 'Vary: X-B'];

# From where a client was sent, it is sent no further: it asks once.
site 'once', { conf => "$abc\n$P /form /a\n$P /cat/{id} /dog?id={id}\n"
        . "$P /dog?id={id} /pet/{id}#top", files => { 'c' => 'the end',
            'pet/7' => 'a pet' } },
    ['GET /a', 301, '/c'], ['GET /c', 200, undef, 'body: the end'],
    ['GET /cat/7?x=1', 301, '/pet/7?x=1#top'],
    ['GET /pet/7?x=1', 200, undef, 'body: a pet'];

# AllowEncodedSlashes is asked for at hops too.
site 'slashes', "AllowEncodedSlashes On\n$P /a/* /b/*\n"
    . "${S}Match permanent ^/b/x/(.*)\$ /c/\$1",
    ['GET /a/x%2Fy', 301, '/c/y'];

served();
