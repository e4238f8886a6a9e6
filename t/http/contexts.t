# Where rules may stand, and how sections prevail (DESIGN 2, 5).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $P = 'SemanticRedirect permanent';
my $N = 'SemanticRedirect none';

sub in { my ($section, @lines) = @_;
    my ($word) = $section =~ /^(\w+)/;
    return join "\n", "<$section>", @lines, "</$word>" }
sub htaccess { my ($conf, %file) = @_;
    return { conf => $conf, files => { map { ($_ ? "$_/" : '') . '.htaccess'
        => $file{$_} } keys %file } } }

# One rule in each context
site 'main', { main => "$P /old /new", conf => '' }, ['GET /old', 301, '/new'];
site 'vhost', "$P /old /new", ['GET /old', 301, '/new'];
my @sections = ('Directory "%dir%"', 'DirectoryMatch "^%dir%"', 'Location /old',
    'Location /', 'LocationMatch ^/o', 'If true',
        'If "%{REQUEST_URI} == \'/old\'"');
for my $n (0 .. $#sections) {
    site "section$n", in($sections[$n], "$P /old /new"),
        ['GET /old?x=1', 301, '/new?x=1', 'Cache-Control: max-age=86400'],
        ["POST /old\n\nx", 308, '/new'], ['HEAD /old', 301, '/new'],
        ["OPTIONS /old\nOrigin: http://a\nAccess-Control-Request-Method: PUT",
            200],
        ['TRACE /old', 200], ['GET /other', 'pass'];
}
site 'files', { conf => in('Files "a.html"', "$P /a.html /new"),
    files => { 'a.html' => 'a', 'b.html' => 'b' } },
    ['GET /a.html', 301, '/new', '!ETag', '!Last-Modified'],
    ['GET /b.html', 200, undef, 'body: b'];
site 'location-elsewhere', in('Location /other', "$P /old /new"),
    ['GET /old', 'pass'];
site 'htaccess', htaccess('',
    '' => "$P /old /new\n$P /blog/* /news/*\n$P /i?id=5 /five\n"
        . "$P ~^/a/(\\d+)\$ /b/\$1\n$P /u/{n} /p/{n}\n"
        . "SemanticRedirect gone /dead\n"
        . "SemanticRedirectMatch temporary ^/m(.)\$ /mm/\$1"),
    ['GET /old?x=1', 301, '/new?x=1', 'Cache-Control: max-age=86400'],
    ["PUT /old\n\nx", 308, '/new'],
    ['GET /blog/%c3%a9/x', 301, '/news/%C3%A9/x'],
    ['GET /i?id=5&x=1', 301, '/five?x=1'], ['GET /a/12', 301, '/b/12'],
    ['GET /u/joe', 301, '/p/joe'],
    ['GET /m1', 302, '/mm/1', 'Cache-Control: no-store'],
    ['GET /dead', 410, undef, 'Cache-Control: max-age=3600'],
    ["OPTIONS /old\nOrigin: http://a\nAccess-Control-Request-Method: PUT", 200];

# FROM is the whole URL-path in .htaccess too.
site 'htaccess-whole', htaccess('', sub => "$P /x /wrong\n$P /sub/x /right"),
    ['GET /sub/x', 301, '/right'], ['GET /x', 'pass'];

# The server's rules are tried first, before authorization; sections after it.
site 'server-first', htaccess("$P /old /server\n" . in('Location /',
    "$P /old /location")
        . "\n" . in('If true', "$P /old /if"), '' => "$P /old /htaccess"),
    ['GET /old', 301, '/server'];
site 'server-first-tree', "$P /* /server\n" . in('Location /',
    "$P /old /location"),
    ['GET /old', 301, '/server'];
site 'server-none', htaccess("$N /a\n$P /b /b", '' => "$P /a /x\n$P /b /x"),
    ['GET /a', 'pass'], ['GET /b', 301, '/x'];
site 'denied', htaccess("$P /a /server\n" . in('LocationMatch ^/[ab]',
    'Require all denied'),
        '' => "$P /b /htaccess"),
    ['GET /a', 301, '/server'], ['GET /b', 403];

# The last merged comes first: inner folders, Location, If.
site 'inner', htaccess('', '' => "$P /s/x /outer\n$P /s/y /outer\n$N /s/z",
        s => "$P /s/* /inner\n$N /s/y", 't' => "$N /t/z"),
    ['GET /s/x', 301, '/inner'], ['GET /s/y', 'pass'],
    ['GET /s/z', 301, '/inner'];
site 'outer-too', htaccess('', '' => "$P /s/x /outer", s => "$P /s/y /inner"),
    ['GET /s/x', 301, '/outer'], ['GET /s/y', 301, '/inner'];
site 'outer-three', htaccess(in('Directory "%dir%"', "$P /s/t/w /directory"),
        '' => "$P /s/t/x /one", s => "$P /s/t/y /two",
            's/t' => "$P /s/t/z /three"),
    ['GET /s/t/w', 301, '/directory'], ['GET /s/t/x', 301, '/one'],
    ['GET /s/t/y', 301, '/two'], ['GET /s/t/z', 301, '/three'];
site 'inner-if', htaccess('', '' => "$P /s/x /outer",
        s => qq($P /s/x /inner if="%{HTTP:X-Beta} == 'yes'")),
    ['GET /s/x', 301, '/outer'], ["GET /s/x\nX-Beta: yes", 301, '/inner'];
site 'location-over-htaccess', htaccess(in('Location /', "$P /old /location"),
        '' => "$P /old /htaccess"), ['GET /old', 301, '/location'];
site 'location-later', in('Location /', "$P /old /first") . "\n"
    . in('Location /o', "$P /old /second") . "\n" . in('Location /old',
        "$P /x /y"),
    ['GET /old', 301, '/first'];
site 'location-last', in('Location /', "$P /a /first") . "\n"
    . in('LocationMatch ^/a', "$P /a /second"), ['GET /a', 301, '/second'];
site 'if-over-location', in('If true', "$P /old /if") . "\n"
    . in('Location /old', "$P /old /location"), ['GET /old', 301, '/if'];
site 'vhost-location-over-main', { main => in('Location /',
    "$P /a /main\n$P /b /main"),
    conf => in('Location /', "$P /a /vhost") },
    ['GET /a', 301, '/vhost'], ['GET /b', 301, '/main'];

# Within one section the order of section 2 holds.
site 'within', htaccess('', '' => "$P /a/* /x/*\n$P /a/b /y\n$P /a/{n} /z"),
    ['GET /a/b', 301, '/y'], ['GET /a/c', 301, '/z'],
    ['GET /a/c/d', 301, '/x/c/d'];

# What would repeat the request
site 'self', in('Location /a', "$P /a /a") . "\n" . in('Location /',
    "$P /a/* /a/*"),
    ['GET /a', 'pass'], ['GET /a/b', 'pass'];

# AllowOverride
site 'override-none', htaccess(in('Directory "%dir%"', 'AllowOverride None'),
    '' => "$P /old /new"), ['GET /old', 'pass'];
site 'override-other', htaccess(in('Directory "%dir%"',
    'AllowOverride Indexes'),
    '' => "$P /old /new"), ['GET /old', 500];
site 'override-list', htaccess(in('Directory "%dir%"', 'AllowOverride None',
        'AllowOverrideList SemanticRedirect'), '' => "$P /old /new"),
    ['GET /old', 301, '/new'];
site 'override-server-only', htaccess('', a => 'SemanticRedirectAbsolute On',
        b => 'SemanticRedirectAllowHost x.test',
            c => 'SemanticRedirectChains keep'),
    map { ["GET /$_/", 500] } qw(a b c);
site 'override-bad', htaccess('', '' => "$P /old"), ['GET /x', 500];
site 'override-file', htaccess('', '' =>
        qq($P /old /new if="file('%dir%/.htaccess') =~ /./")),
            ['GET /old', 500];

# Each site looks at one hop.
served(conf => 'SemanticRedirectChains keep');
