# What is imported of httpd's configuration answers as it did in httpd: a
# configuration and what import makes of it, asked the same URLs.
#
# Shapes are those of httpd's manual for mod_alias and mod_rewrite.  What may
# differ is what import has told, and nothing else: "told" names the text, and
# the URLs that it is about.
use strict;
use warnings;
use File::Temp ();
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Test::More;

my (@cases, %printed);

# case NAME, TEXT, [options], URL...: a URL is "/path", or "host/path".
sub case {
    my ($name, $text, $option, @urls) = @_;
    push @cases, { name => $name, text => $text, urls => \@urls, %$option };
}

case 'redirect', <<'', {}, qw(/one /one.html /three /service/foo.txt /servicefoo
Redirect permanent /one http://example.com/two
Redirect 303 /three http://example.com/other
Redirect /service http://foo2.example.com/service
RedirectPermanent /p /q
RedirectTemp /t /u
redirect SEEOTHER "/with blank" "/new%20page"
Redirect gone /gone
Redirect 404 /lost
Redirect permanent /tree/ /wood/
Redirect permanent /a/b/c /first
Redirect permanent /a/b /second
Redirect permanent /a /third
Redirect /host http://other.example
Redirect /*star{x}$1/ /{y}*$2/

    /p /t/x /with%20blank /with%20blank/x /gone/x /lost /tree /tree/ /tree/a/b
    /a /a/x /a/b /a/b/x /a/b/c /a/b/c/d /a/bc /host /host/x /*star{x}$1/
    /*star%7Bx%7D$1/a);

case 'redirect-odd', <<'', { told => [[qr/query or fragment/ => qr{^/q/|^/f/}],
Redirect /q /page?x=1
Redirect /f /page#part
Redirect /s /slash/
Redirect /s2/ /noslash
Redirect /bad%20escape /x

    [qr/two slashes/ => qr{^/s/}], [qr/behind the fragment/ => qr{^/f\?}]] },
    qw(/q /q/a /f /s /s/ /s/x /s2/x /s2/ /s2
    /bad%20escape /bad%2520escape);

case 'redirect-host', <<'', { told => [[qr/client chooses/ => qr{.}]] },
Redirect / http://example.com
Redirect /shadowed /x

    qw(/);

case 'match', <<'', {}, qw(/a/b.gif /a.gif /b.gifx /x/a.html /v/1 /v/12 /v/1a
RedirectMatch (.*)\.gif$ http://www.example.com$1.jpg
RedirectMatch 301 ^/docs/(.*) http://new.example.com/docs/$1
RedirectMatch permanent "^/v/(\d+)$" "/version/$1?old=1"
RedirectMatch gone ^/old/
RedirectMatch 303 ^/(puppies|canines)/(.*) /dogs/$2
RedirectMatch ^/$ http://example.com/about/
RedirectMatch 301 ^/x/(.*)\.html$ /y/$1.php
RedirectMatch ^/money/(.*)$ /cash/\$$1
RedirectMatch temp ^/any(thing)?$ /some$1

    /docs /docs/ /docs/a/b /old /old/x /puppies/a /canines/b/c / /index.html
    /money/1 /any /anything /any%20x /docs/%E2%82%AC /x/%20.html);

# What is behind the first group is the path's own first slash, at times.
case 'match-root', <<'', { told =>
RedirectMatch 301 (.*)/index\.php$ $1/
RedirectMatch 301 ^(.*)/default\.(html?|asp)$ http://www.example.com$1/
RedirectMatch 301 ^(.*)/+x$ $1/y
RedirectMatch 301 ^(/[a-z]+)?/opt$ https://www.example.com$1/def
RedirectMatch 301 ^(/(two)|/one)/alt$ https://www.example.com$1/def
RedirectMatch 301 (.*)foo(.*) $1bar$2

    [[qr/right behind it/ => qr{/(?:opt|alt)}i]] }, qw(/index.php /a/index.php
    /default.asp /a/default.htm /x /a/x /foo /foobar/foo /a/opt /two/alt);

case 'rules', <<'', { told => [[qr/behind the fragment/ => qr{anchor.*\?}]] },
RewriteEngine on
RewriteRule ^/foo\.html$ bar.html [R,L]
RewriteRule ^/docs/(.+) http://new.example.com/docs/$1 [R=301,L]
RewriteRule ^/(puppies|canines)/(.*) /dogs/$2 [R,L]
RewriteRule ^/$ /about/ [R,L]
RewriteRule "^/anchor/(.+)" "/bigpage.html#$1" [NE,R,L]
RewriteRule "^/hash/(.+)" "/bigpage.html#$1" [R,L]
RewriteRule "oldproduct" "-" [G,NC]
RewriteRule ^/implicit/(.*)$ http://elsewhere.example.com/$1 [L]
RewriteRule ^/see$ /seen [R=seeother,L]
RewriteRule ^/perm$ /permed [R=permanent,L]
RewriteRule ^/308$ /308ed [R=308,L]
RewriteRule ^/u/(.*)/(.*)$ /people/$2/$1 [R=301,L,NC]
RewriteRule ^/pct$ /a%20b [NE,R,L]
RewriteRule ^/lost$ - [R=404,L]
RewriteRule ^/whole/ /all$0 [R,L]
RewriteRule ^/(source/.+)s$ /$1 [R,L]
RewriteRule ^(/source2/.+)s$ $1 [R,L]
RewriteRule ^/slash/?$ /slashed [R,L]

    qw(/foo.html /fooxhtml /docs/ /docs/a /puppies/
    /puppies/x / /anchor/xyz /hash/xyz /oldproduct /x/OldProducts /implicit/a
    /implicit /see /perm /308 /u/a/b /U/a/b/c /pct /lost /whole/a /source/abs
    /source2/abs /slash /slash/ /slash//);

case 'query', <<'', { told => [[qr/beside any others/ => qr{[&?]a=b}],
RewriteEngine on
RewriteRule ^/keep$ /kept [R,L]
RewriteRule ^/drop$ /dropped? [R,L]
RewriteRule ^/qsd$ /dropped2 [R,L,QSD]
RewriteRule ^/own$ /owned?a=1 [R,L]
RewriteRule ^/qsa/(.+)$ /page.php?page=$1 [R,L,QSA]
RewriteCond %{QUERY_STRING} ^id=5$
RewriteRule ^/index\.php$ /five? [R=301,L]
RewriteCond %{QUERY_STRING} ^p=([^&]+)$
RewriteRule ^/index\.php$ /page/%1? [R=301,L]
RewriteCond %{QUERY_STRING} (^|&)cat=([^&]+)(&|$)
RewriteRule ^/shop\.php$ /shop/%2? [R=301,L]
RewriteCond %{QUERY_STRING} ^v=1$
RewriteRule ^/stay$ /stayed [R,L]

    [qr/percent sign/ => qr{^/qsa.*[ %]|qsa.*=two}]] }, qw(/keep /keep?a=1&b=%20 /drop?a=1 /qsd?a=1 /own?b=2 /qsa/12?one=two
    /index.php /index.php?id=5 /index.php?id=6 /index.php?id=55
    /index.php?p=about /index.php?p= /shop.php?cat=x /shop.php?catx=1
    /stay?v=1 /stay?v=2);

case 'exceptions', <<'', {}, qw(/keep /keep/x /img/a.png /other /api/x /api
RewriteEngine on
RewriteRule ^/keep - [L]
RewriteRule ^/img/ - [L]
RewriteRule ^/api/(.*)$ /index.php?$1 [L]
RewriteRule ^/(.*)$ https://new.example.com/$1 [R=301,L]

    / /a/b?c=d);

case 'nocond', <<'', {}, qw(/a.html /keep/a.html /x/b.html /.well-known/acme
RewriteEngine on
RewriteCond %{REQUEST_URI} !^/keep/
RewriteCond %{REQUEST_URI} !^/\.well-known/acme-challenge/
RewriteRule ^/(.*)\.html$ /$1.php [R,L]
RewriteCond %{REQUEST_URI} ^/cond/(.*)$
RewriteRule ^ /conds/%1 [R=301,L]
RewriteCond %{REQUEST_URI} ^/two/
RewriteRule \.txt$ https://txt.example.com%{REQUEST_URI} [R=301,L]
RewriteRule ^/whole/ https://new.example.com%{REQUEST_URI} [R,L]
RewriteCond %{REQUEST_METHOD} ^(GET|HEAD)$
RewriteRule ^/get$ /got [R,L]
RewriteCond %{REQUEST_METHOD} =POST
RewriteRule ^/post$ /posted [R,L]
RewriteRule !^/(static|get|post|two|whole|cond|keep|x)|html|known https://app.example.com/ [R,L]

    /cond/x /two/a.txt /two/a.tx /whole/a/b /whole /get /post /static/a /zzz);

case 'canonical', <<'', { names => 1 }, map { my $h = $_; map { "$h$_" }
ServerName www.canonical.test
ServerAlias canonical.test old.canonical.test
RewriteEngine on
RewriteCond %{HTTP_HOST} !^www\.canonical\.test [NC]
RewriteCond %{HTTP_HOST} !^$
RewriteRule ^/?(.*) http://www.canonical.test/$1 [L,R=301,NE]
RewriteRule ^/x$ /y [R,L]

    qw(/ /a/b?c=d /x) } qw(www.canonical.test canonical.test
    old.canonical.test);

case 'www', <<'', { names => 1 }, map { my $h = $_; map { "$h$_" }
ServerName www.www.test
ServerAlias www.test other.test
RewriteEngine on
RewriteCond %{HTTP_HOST} !^www\. [NC]
RewriteCond %{HTTP_HOST} !^$
RewriteRule ^/?(.*) http://www.%{HTTP_HOST}/$1 [L,R,NE]

    qw(/ /a/b?c=d) } qw(www.www.test www.test other.test);

case 'nowww', <<'', { names => 1 }, map { my $h = $_; map { "$h$_" }
ServerName nowww.test
ServerAlias www.nowww.test
RewriteEngine on
RewriteCond %{HTTP_HOST} ^www\.(.+)$ [NC]
RewriteRule ^ http://%1%{REQUEST_URI} [L,R=301]
RewriteCond %{HTTP_HOST} ^(shop|store)\.nowww\.test$
RewriteRule ^/(.*)$ /shop/$1 [R,L]

    qw(/ /a/b?c=d) } qw(nowww.test www.nowww.test);

case 'https', <<'', {}, qw(/ /a/b /a%20b?c=%20);
RewriteEngine On
RewriteCond %{HTTPS} !=on
RewriteRule ^/?(.*) https://%{SERVER_NAME}/$1 [R=301,L]

case 'https-uri', <<'', { told => [[qr/one redirect instead/ => qr{^/+(?:x|%78)}]] },
RewriteEngine On
RewriteCond %{HTTPS} off [OR]
RewriteCond %{HTTP_HOST} !^https-uri\.test$
RewriteRule ^ https://https-uri.test%{REQUEST_URI} [R=301,L]
Redirect /x /y

    qw(/ /a/b /a%20b?c=d /x);

case 'flow', <<'', { as => 'directives' }, qw(/m /n /agent
RewriteEngine on
RewriteCond %{HTTP_USER_AGENT} Mobile [NC,OR]
RewriteCond %{HTTP:X-Beta} =yes
RewriteRule ^/m$ /mobile [R,L]
RewriteCond %{HTTP_USER_AGENT} !^Test
RewriteRule ^/agent$ /none [R,L]
RewriteCond %{QUERY_STRING} ^$
RewriteRule ^/n$ /noquery [R,L]

    /n?x);

case 'location', <<'', {}, qw(/loc /loc/x /location /d /d/a /d2 /in/a /in /var
Define NEW /newer
<IfModule mod_alias.c>
<Location /loc>
    Redirect 301 https://example.com/one
</Location>
<Location "/d/">
    Redirect gone
</Location>
</IfModule>
<IfModule !mod_alias.c>
    Redirect /d2 /never
</IfModule>
<Location /in>
    Redirect /in/a /out
</Location>
RedirectMatch permanent \
    ^/var$ \
    ${NEW}/x

    /var/);

case 'wordpress', <<'', { htaccess => 1 }, qw(/ /a /old-post /old-post/ /feed
# BEGIN WordPress
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteBase /
RewriteRule ^old-post/?$ /new-post/ [R=301,L]
RewriteRule ^category/(.*)$ /topics/$1 [R=301,L,NC]
RewriteRule ^rel$ relative [R,L]
RewriteRule \.bak$ - [G]
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>
# END WordPress
Redirect 301 /feed/atom /feed
RedirectMatch 301 ^/author/([^/]+)/?$ /people/$1

    /category/x /Category/x/y /rel /x.bak /feed/atom /author/joe
    /author/joe/ /author/joe/x);

case 'htaccess', <<'', { htaccess => 'sub' }, qw(/sub/a /sub/b/x /sub/c.html
RewriteEngine on
RewriteRule ^a$ /new [R,L]
RewriteRule ^b/(.*)$ /bb/$1 [R=301,L]
RewriteRule \.html$ /htmls [R,L]
RewriteRule (old|ancient)$ /history [R,L]
RewriteRule ^all/(.*) https://example.com%{REQUEST_URI} [R,L]

    /a /b/x /c.html /sub/d.htm /sub/old /sub/x/ancient /old /sub/all/x);

# Of a folder's file, what is below it is asked alone.
case 'htaccess-alias', <<'', { htaccess => 'sub', told =>
Redirect 301 /outside /never
RedirectMatch 301 ^/other /x
RedirectMatch 301 \.pdf$ /pdfs
RedirectMatch 301 (.*)\.html$ $1
RedirectMatch 301 ^/sub/m(.*)$ /m2$1
Redirect 301 /sub/al /al2
Redirect 301 / http://new.example.com/x/

    [[qr/:1: not imported: it is for nothing below/ => qr{^$}],
    [qr/:2: not imported: it is for nothing below/ => qr{^$}]] },
    qw(/outside /other /a.pdf /sub/a.pdf /a.html /sub/b.html /sub/m1 /sub/al
    /sub /subx.pdf /x);

case 'location-alias', <<'', {}, qw(/app /app/x.pdf /x.pdf /apple.pdf /app/y);
<Location /app>
    RedirectMatch 301 \.pdf$ /pdfs
    Redirect 301 /app/y /why
</Location>

case 'encoded', <<'', { told => [[qr/decoded path, so that "%20" is/ => qr{^$}],
RewriteEngine On
RewriteRule ^/caf%C3%A9$ /never [R=301,L]
RewriteRule ^/caf\xC3\xA9$ /utf [R=301,L]
RewriteRule ^/c%20d/(.*)$ /never/$1 [R=301,L]
RewriteRule "^/e f$" /ef [R=301,L]
RewriteCond %{HTTP_HOST} ^other\.test$ [OR]
RewriteRule ^/dangling$ /d [R=301,L]

    [qr/:7: not imported: its last RewriteCond has \[OR\]/ => qr{dangling$}]] },
    qw(/caf%C3%A9 /c%20d/x /e%20f /caf%25C3%25A9);

# cPanel's own way to write it
case 'cpanel', <<'', { htaccess => 1 }, qw(/old-page.html /any /any/x /anyx /p/x
RewriteEngine on
RewriteCond %{HTTP_HOST} ^cpanel\.test$ [OR]
RewriteCond %{HTTP_HOST} ^www\.cpanel\.test$
RewriteRule ^old\-page\.html$ "https\:\/\/cpanel\.test\/new" [R=301,L]
RewriteRule ^any\/?(.*)$ "https\:\/\/example\.com\/$1" [R=301,L]
RewriteRule ^p/(.*)$ "\/pp\/\$1\/\%20$1\?x\=1" [R=301,L]
RewriteRule ^/?$ "https\:\/\/example\.com\/m" [R=301,L]

    / www.cpanel.test/old-page.html);

# What asks for more than a path, before what asks for the path alone
case 'asks-more', <<'', { told => [[qr/:4: differs: it asks for more than a path, and took some requests of line 5;/
RewriteEngine On
RewriteRule ^/first$ /1 [R=301,L]
RewriteCond %{REQUEST_METHOD} ^(GET|HEAD)$
RewriteRule ^/g/ /got [R=301,L]
RewriteRule ^/g/b$ /c [R=301,L]
RewriteCond %{QUERY_STRING} (^|&)id=5(&|$)
RewriteRule ^/(.*)$ /five? [R=301,L]
Redirect /al /bl
Redirect /m.html /mm

    => qr{^/g/b$|^/g/b\?}],
    [qr/:7: differs: it asks.*of line 8 \(and of 1 more\)/
        => qr{^/(?:al|m.html).*id=5}]] }, qw(/first /g/b /g/c /al /al/x /m.html
        /o /o?id=5 /m.html?id=5 /al?id=5 /al/x?id=5);

my @asked = qw(/ x /x y/z ?a=b ?id=5&x=%20y);

case 'bytes', <<'', { told => [[qr/escapes it twice/ => qr{^/i/.*/}]] }, qw(/c/a%20b /c/caf%C3%A9 /c/100%25 /c/a+b /c/a%2Bb
RedirectMatch ^/c/(.*)$ /d/$1
Redirect /e /f
RewriteEngine on
RewriteRule ^/g/(.*)$ /h/$1 [R,L]
RewriteRule ^/i/(.*)$ /j?x=$1 [R,L,B]
RewriteRule "^/k l/(.*)$" "/m n/$1" [R,L]
RewriteRule ^/o\ p$ /q\ r [R,L]
RewriteRule ^/sub/([a-z]{2,3})/x$ /\$1/$1/\%20 [R,L]
RewriteRule ^/pct$ /50% [R,L]

    /c/a;b=c /c/a:b@c /c/~u /c/q! /c/a&b /e/a%20b /e/%C3%A9 /e/100%25
    /g/a%20b /g/caf%C3%A9 /g/100%25 /g/a;b /i/abc /k%20l/x /o%20p /sub/ab/x
    /sub/abcd/x /pct /c//a /e//a /g//a /c/./a /e/../e/a);

case 'flags', <<'', { told => [[qr/part of a chain/ => qr{^/ch}],
RewriteEngine on
RewriteRule ^/ch(.*)$ /ci$1 [C]
RewriteRule ^/ci(.*)$ /cj$1 [R,L]
RewriteRule ^/fo - [F]
RewriteCond %{HTTP_USER_AGENT} Mobile
RewriteRule ^/s - [S=1]
RewriteRule ^/sk$ /skipped [R,L]
RewriteRule ^/after$ /done [R,L]
RewriteRule ^/cookie$ /cookies [R,L,CO=a:b:.example.com,E=x:1,T=text/plain]
RewriteRule ^/nol$ /no-l [R]
RewriteRule ^/last/(.*)$ /l?$1?z=1 [R,L,QSL]
RewriteRule ^/loop/(.*)A(.*)$ /loop/$1B$2 [N]
RewriteRule ^/map/(.*)$ ${map:$1} [R,L]
RewriteRule ^/user$ /u/%{REMOTE_USER} [R,L]
RewriteRule ^/r403$ - [R=403]
RewriteRule ^/304$ / [R=304]

    [qr/skips it at times/ => qr{^/sk}], [qr/forbids/ => qr{^/fo}],
    [qr/cookie \(\[CO\]\)/ => qr{^$}], [qr/RewriteMap/ => qr{^/map}],
    [qr/REMOTE_USER/ => qr{^/user}],
    [qr/internal rewrites and/ => qr{^/loop}], [qr/answers 304/ => qr{^/304}],
    [qr/answers 403/ => qr{^/r403}]] },
    qw(/after /cookie /nol /ch /sk /zz);

case 'without-l', <<'', { told => [[qr/Without L/ => qr{^/nol($|\?)}]] },
RewriteEngine on
RewriteRule ^/nol$ /no-l [R]
RewriteRule ^/next$ /nexted [R]
RewriteRule (.*)-l$ /$1-last [R,L]

    qw(/next);

case 'server-slash', <<'', { told => [[qr/httpd sends two/ => qr{.}]] }, qw(/x);
RewriteEngine on
RewriteRule ^(.*)$ https://new.example.com/$1 [R=301,L]

case 'if', <<'', { as => 'directives' }, qw(/a /b /c/x);
<If "%{QUERY_STRING} =~ /a=b/">
    Redirect /a /queried
</If>
<Files "x">
    Redirect /c /files
</Files>
Redirect /b /bb

case 'fallback', <<'', { htaccess => 1, told => [
RewriteEngine On
RewriteCond %{HTTP_HOST} ^www\.fallback\.test$ [NC]
RewriteRule ^(.*)$ http://fallback.test/$1 [R=301,L]
RewriteCond %{THE_REQUEST} ^[A-Z]+\ /x\.php
RewriteRule ^x\.php$ /y [R=301,L]
RewriteRule ^old$ about [R=301,L]
RewriteRule !^(about|index|old|x) - [L]
RewriteRule ^(about|page)/?$ /site/$1/ [R=302,L,QSA]

    [qr/RewriteBase/ => qr{^/old($|\?)}], [qr/cannot have a condition/
    => qr{^/x.php($|\?)}]] }, qw(/ /about /index.php /old /x.php /page
    www.fallback.test/page);

case 'dir', <<'', {}, qw(/sub/a /a /sub/b/c /rel /sub/rel /elsewhere/a);
DocumentRoot %dir%
<Directory %dir%/sub>
    RewriteEngine on
    RewriteBase /sub
    RewriteRule ^a$ b [R,L]
    RewriteRule ^b/(.*)$ /sub/$1 [R=301,L]
    Redirect /sub/rel /related
</Directory>

case 'vhosts', <<'', { vhosts => 1 }, map { my $h = $_; map { "$h$_" }
<VirtualHost *:%port%>
    ServerName undesired.vhosts.test
    ServerAlias vhosts.test notthis.vhosts.test
    Redirect / http://www.vhosts.test/
</VirtualHost>
<VirtualHost *:%port%>
    ServerName www.vhosts.test
    RewriteEngine on
    RewriteRule ^/x/(.*)$ /y/$1 [R=301,L]
    Redirect /only /here
</VirtualHost>

    qw(/ /a/b /x/y /only) } qw(undesired.vhosts.test vhosts.test
    notthis.vhosts.test www.vhosts.test);

case 'rewritemap', <<'', { map => <<'MAP', format => 'rewritemap', options =>
RewriteEngine on
RewriteMap products "txt:%dir%/products.txt"
RewriteCond ${products:$1} ^(.+)$
RewriteRule ^/(.+)$ %1 [R=301,L]

# products
television /tv/993
a/b   /deep/b rest of the line
x.html https://example.com/x
MAP
    '--intent permanent' }, qw(/television /a/b /x.html /products /a);

# The URLs of a case, and those near them
sub urls {
    my ($case) = @_;
    my %seen;
    my @all = map { my $url = $_; $url =~ /\?/ ? $url
        : ($url, map { $url . $_ } '/', 'x', '/x', '/y/z.html', '?a=b&c=d%20e',
            '?id=5') } @{ $case->{urls} };
    push @all, map { my $url = $_;
        $url =~ m{^([^/]*/.*?)([a-z])([^/?]*)(\?.*)?$}
            ? ($1 . uc($2) . $3 . ($4 // ''),
                $1 . sprintf('%%%02x', ord $2) . $3 . ($4 // '')) : () }
        @{ $case->{urls} };
    return grep { !$seen{$_}++ } @all;
}

# What import makes of a case; its messages in $printed{NAME}.
sub imported {
    my ($case) = @_;
    my $dir = File::Temp->newdir;
    my $file = $case->{htaccess} ? "$dir/.htaccess" : "$dir/vhost.conf";
    open my $out, '>', $file or die;
    print $out $case->{map} // $case->{text};
    close $out or die;
    my @words = (project() . '/build/semredirect', 'import',
        $case->{options} // (), $case->{format} // 'apache', $file);
    push @words, '--as', 'directives' if $case->{as};
    push @words, '--base', "/$case->{htaccess}"
        if $case->{htaccess} && $case->{htaccess} ne '1';
    my $rules = qx(@words 2>$dir/told);
    open my $told, '<', "$dir/told" or die;
    $printed{ $case->{name} } = do { local $/; <$told> };
    return $rules;
}

# A Location as both may have it: on this host relative, escapes in one form
sub normal {
    my ($location, $host) = @_;
    return '-' if !defined $location;
    $location =~ s{^http://\Q$host\E(?::\d+)?(?=/|$)}{};
    $location =~ s{^(https?://[^/?#]+):\d+(?=/|$)}{$1} if $location =~ m{^https?://\Q$host\E:};
    $location =~ s{^(https?://[^/?#]+)(?=[?#]|$)}{$1/};
    $location =~ s/([{}])/sprintf '%%%02X', ord $1/ge;
    $location =~ s/%([0-9a-f]{2})/my $c = chr hex $1;
        $c =~ m{[A-Za-z0-9._~!\$&'()*+,;=:\@-]} ? $c : sprintf '%%%02X', ord $c/gie;
    return $location eq '' ? '/' : $location;
}

my %class = (308 => 301, 307 => 302);

sub answer {
    my ($httpd, $url, $host) = @_;
    my ($name, $target) = $url =~ m{^([^/]*)(/.*)$};
    $host = $name if length $name;
    my @all = map {
        my $answer = $httpd->ask("$_ $target", $host);
        my $status = $answer->status;
        $status = $class{$status} // $status;
        $status = 'pass' if $status =~ /^(?:200|404|405|403)$/
            && !defined $answer->header('Location');
        $status eq 'pass' ? $status
            : "$status " . normal($answer->header('Location'), $host);
    } 'GET';
    return join ' ', @all;
}

sub site {
    my ($case, $new) = @_;
    my ($conf, %files) = ('');
    my $text = $new ? imported($case) : $case->{text};
    return { name => "$case->{name}-main" } if $case->{vhosts} && !$new;
    $conf .= "RewriteEngine off\nSemanticRedirectChains keep\n" if $new;
    if ($new && !$case->{as}) {
        $files{'rules.map'} = $text;
        $conf .= 'SemanticRedirectMap "%dir%/rules.map"' . "\n"
            . join '', $case->{vhosts} ? () :
                $case->{text} =~ /^(Server(?:Name|Alias) .*\n)/mg;
        $conf .= "ServerAlias *.%host%\n" if $case->{vhosts} || $case->{htaccess};
    }
    elsif ($case->{htaccess} && !$new) {
        my $where = $case->{htaccess} eq '1' ? '' : "$case->{htaccess}/";
        $files{"$where.htaccess"} = $text;
        $files{'index.php'} = 'front';
        $conf .= "ServerAlias www.%host%\n";
    }
    else {
        $conf .= $text;
        $files{'sub/a.html'} = 'a';
        $files{'products.txt'} = $case->{map} if $case->{map};
    }
    return { name => $case->{name}, conf => $conf, files => \%files };
}

my $old = Semr::Httpd->started(modules => [qw(alias rewrite)],
    conf => join('', map { $_->{vhosts} ? $_->{text} : () } @cases),
    sites => [ map { site($_, 0) } @cases ]);
my $new = Semr::Httpd->started(modules => [qw(alias rewrite)],
    sites => [ map { site($_, 1) } @cases ]);

for my $case (@cases) {
    my @differ;
    my ($count, $sent) = (0, 0);
    my $host = $case->{names} ? '' : "$case->{name}.test";
    for my $url (urls($case)) {
        next if $case->{only} && $url !~ $case->{only};
        my $decoded = $url =~ s/%([0-9a-f]{2})/chr hex $1/gier;
        next if grep { $decoded =~ $_->[1] } @{ $case->{told} || [] };
        my ($was, $is) = map { answer($_, $url, $host) } $old, $new;
        $count++;
        $sent++ if $was ne 'pass';
        push @differ, "$url: httpd $was, imported $is" if $was ne $is;
    }
    ok(!@differ, "$case->{name}: $count URLs answer alike")
        or diag(join("\n", @differ), "\n", imported($case), $printed{$case->{name}});
    cmp_ok($sent, '>', 0, "$case->{name}: some are redirected")
        if !grep { '' =~ $_->[1] || '/' =~ $_->[1] } @{ $case->{told} || [] };
    like($printed{ $case->{name} }, $_->[0], "$case->{name}: it is told")
        for @{ $case->{told} || [] };
}
$old->stop;
$new->stop;
done_testing();
