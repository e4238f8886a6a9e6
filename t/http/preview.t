# SemanticRedirectPreview (DESIGN 4): who sees observed rules on trial, and what
# Vary says of it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $S = 'SemanticRedirect';
my $P = "$S permanent";
my $observe = "${S}Stage observe";
my $cookie = qq(${S}Preview "%{HTTP_COOKIE} =~ /preview=1/");
my $header = qq(${S}Preview "%{HTTP:X-Preview} == 'yes'");
my $me = "\nCookie: a=b; preview=1";
my $form = "\n\nx=1";
my @store = ('Cache-Control: no-store');
my @vary = ('Vary: Cookie');
my %files = ('old.html' => 'page', 'other.html' => 'other',
    'g.html' => 'not yet gone');
my $rules = join "\n", "$P /old.html /new", "$P /missing /new",
    "$S gone /g.html", "$S see-other /s /new",
    "$P /301 /new code=301 max-age=7d", "$P /pass /new method=pass";

for my $who (['cookie', $cookie, $me, 'Cookie'],
    ['header', $header, "\nX-Preview: yes", 'X-Preview']) {
    my ($name, $asks, $mine, $reads) = @$who;
    my @reads = ("Vary: $reads");
    site $name, { conf => "$observe\n$asks\n$rules", files => \%files },
        ["GET /old.html$mine", 302, '/new', @store, @reads, '!ETag'],
        ["HEAD /old.html$mine", 302, '/new', @store, @reads],
        ["POST /old.html$mine$form", 307, '/new', @store, @reads],
        ["GET /g.html$mine", 410, undef, @store, @reads],
        ["POST /s$mine$form", 303, '/new', @store, @reads],
        ["GET /301$mine", 302, '/new', @store, @reads],
        # everybody else has the site as before; Vary is on that too
        ['GET /old.html', 200, undef, 'body: page', '!Cache-Control', @reads],
        ['HEAD /old.html', 200, undef, @reads],
        ["POST /old.html$form", 200, undef, @reads],
        ['GET /g.html', 200, undef, 'body: not yet gone', @reads],
        ['GET /missing', 404, undef, @reads],
        ["GET /old.html\nIf-None-Match: *", 304, undef, @reads],
        # nothing is asked where no observed rule would answer
        ["GET /other.html$mine", 200, undef, '!Vary'],
        ['GET /other.html', 200, undef, '!Vary'],
        ["GET /nowhere$mine", 404, undef, '!Vary'],
        ["OPTIONS /old.html$mine\nOrigin: a\n"
            . 'Access-Control-Request-Method: PUT', 'pass', undef, '!Vary'];
}
site 'another-cookie', { conf => "$observe\n$cookie\n$rules",
    files => \%files },
    ["GET /old.html\nCookie: preview=0", 200, undef, 'body: page', @vary],
    ["GET /old.html\nCookie: preview=0\nCookie: preview=1", 302, '/new'];

# A virtual host's word replaces the main server's.
site 'inherited', { main => $header, conf => "$observe\n$P /old /new" },
    ["GET /old\nX-Preview: yes", 302, '/new', 'Vary: X-Preview'],
    ["GET /old$me", 'pass', undef, 'Vary: X-Preview'];
site 'replaced', { main => $header, conf => "$observe\n$cookie\n$P /old /new" },
    ["GET /old$me", 302, '/new', @vary],
    ["GET /old\nX-Preview: yes", 'pass', undef, @vary];
site 'main-rules', { main => "$observe\n$P /old /new", conf => $cookie },
    ["GET /old$me", 302, '/new', @vary], ['GET /old', 'pass', undef, @vary];

# Rules off, on trial and live are none of its business.
site 'stages', { files => { 'o.html' => 'o' }, conf => join "\n", $cookie,
    "$P /off /new stage=off", "$P /trial /new stage=trial", "$P /live /new",
    "$P /early /new stage=observe starts=2099-01-01",
    "$P /late /new stage=observe ends=2020-01-01",
    "$P /now /new stage=observe starts=2020-01-01 ends=2099-01-01",
    "$P /o.html /new stage=observe settles=2099-01-01",
        "$P /over/* /wide/*", "$P /over/x /narrow stage=observe" },
    ["GET /off$me", 'pass', undef, '!Vary'],
    ["GET /trial$me", 302, '/new', '!Vary'], ['GET /trial', 302, '/new'],
    ["GET /live$me", 301, '/new', '!Vary'],
    ["GET /early$me", 'pass', undef, '!Vary'],
    ["GET /late$me", 'pass', undef, '!Vary'],
    ["GET /now$me", 302, '/new', @store, @vary],
    ["GET /o.html$me", 302, '/new', @vary],
    ['GET /o.html', 200, undef, 'body: o', @vary],
    # a wider rule that is live goes on answering all others
    ["GET /over/x$me", 302, '/narrow', @store, @vary],
    ['GET /over/x', 301, '/wide/x', @vary],
    ["GET /over/y$me", 301, '/wide/y', '!Vary'];
site 'stage-off', "${S}Stage off\n$cookie\n$P /old /new",
    ["GET /old$me", 'pass', undef, '!Vary'];

# A rule that would only repeat the request answers nobody.
site 'repeats', { conf => "$observe\n$cookie\n$P /* http://%host%/*\n"
        . "ServerAlias www.%host%", files => \%files },
    ['GET /old.html', 200, undef, '!Vary'],
    ["GET /old.html$me", 200, undef, '!Vary'],
    ["GET /old.html$me\nHost: www.%host%", 302, 'http://%host%/old.html',
        @vary];

# An exception is previewed too: then it is in force.
site 'none', { conf => "$cookie\n$P /t/* /u/*\n$S none /t/x stage=observe",
    files => { 't/x' => 'page x' } },
    ['GET /t/x', 301, '/u/x', @vary],
    ["GET /t/x$me", 200, undef, 'body: page x', @vary];
site 'pass', { conf => "$observe\n$cookie\n$P /p /new method=pass\n"
        . "$P /p/* /all/*", files => { p => 'page p' } },
    ["POST /p$me$form", 200, undef, 'body: page p', @vary],
    ["GET /p$me", 302, '/new', @vary];

# Sections and .htaccess; Vary names a header once
my @once = ('Vary ~ \A(?!.*Cookie.*Cookie)(?=.*Cookie)');
site 'location', { conf => "$cookie\n<Location /old.html>\n$observe\n"
        . "$P /old.html /new\n</Location>", files => \%files },
    ["GET /old.html$me", 302, '/new', @store, @vary],
    ['GET /old.html', 200, undef, 'body: page', @vary],
    ["GET /other.html$me", 200, undef, '!Vary'];
site 'location-stage', { conf => "$cookie\n$P /old.html /new\n"
        . "<Location /old.html>\n$observe\n</Location>", files => \%files },
    ["GET /old.html$me", 302, '/new', @store, @vary],
    ['GET /old.html', 200, undef, 'body: page', @vary];
site 'htaccess', { conf => $cookie, files => { %files,
        '.htaccess' => "$observe\n$P /old.html /new" } },
    ["GET /old.html$me", 302, '/new', @store, @vary],
    ['GET /old.html', 200, undef, 'body: page', @vary];
site 'both', { conf => "$observe\n$cookie\n$P /old.html /server",
    files => { %files, '.htaccess' => "$P /old.html /htaccess" } },
    ["GET /old.html$me", 302, '/server', @store, @vary],
    ['GET /old.html', 200, undef, 'body: page', @vary];
site 'twice', { conf => "$observe\n$P /old.html /x\n"
        . qq(${S}Preview "%{HTTP_COOKIE} =~ /preview=1/ )
        . q(&& %{HTTP:X-A} == 'a'") . "\n"
        . "$S temporary /old.html /y if=\"%{HTTP_COOKIE} =~ /c=1/\"",
    files => { %files, '.htaccess' => "$P /old.html /z" } },
    ["GET /old.html$me\nX-A: a", 302, '/x', @once,
        'Vary ~ \A(?!.*X-A.*X-A)(?=.*X-A)'],
    ['GET /old.html', 200, undef, @once],
    ["GET /old.html\nX-A: a$me; c=1", 302, '/y', @once,
        'Vary ~ \A(?!.*X-A.*X-A)(?=.*X-A)'],
    ["GET /old.html$me", 200, undef, @once,
        'Vary ~ \A(?!.*X-A.*X-A)(?=.*X-A)'];
site 'vary-site', { conf => "$observe\n$cookie\n$P /old.html /new\n"
        . 'Header append Vary Accept-Language', files => \%files },
    ['GET /old.html', 200, undef, 'Vary ~ Accept-Language', @once];
site 'novary', { conf => "$observe\n$P /old.html /new\n"
        . q(${S}Preview "req_novary('X-Preview') == 'yes'")
        =~ s/\$\{S\}/$S/r, files => \%files },
    ["GET /old.html\nX-Preview: yes", 302, '/new', '!Vary'],
    ['GET /old.html', 200, undef, '!Vary'];
site 'address', { conf => "$observe\n$P /old.html /new\n"
        . qq(${S}Preview "-R '127.0.0.0/8'"), files => \%files },
    ['GET /old.html', 302, '/new', @store, '!Vary'];
site 'error-document', { conf => "$observe\n$cookie\n$P /missing /new\n"
        . 'ErrorDocument 404 /no.html', files => { 'no.html' => 'no' } },
    ['GET /missing', 404, undef, 'body: no', @vary],
    ["GET /missing$me", 302, '/new', @vary];

# A map, and one that is observed alone
site 'map', { conf => "${S}Map %dir%/seen.map stage=observe\n"
        . "${S}Map %dir%/live.csv\n$cookie",
    files => { %files, 'seen.map' => "permanent /old.html /new\n"
        . "permanent /own /new stage=live\npermanent /o /new stage=off\n",
            'live.csv' => "/other.html,/live,301\n" } },
    ["GET /old.html$me", 302, '/new', @store, @vary],
    ['GET /old.html', 200, undef, 'body: page', @vary],
    ["GET /own$me", 302, '/new', @vary], ['GET /own', 'pass', undef, @vary],
    ["GET /o$me", 'pass', undef, '!Vary'],
    ["GET /other.html$me", 301, '/live', '!Vary'];

# Chains: what is previewed walks as trial does, and a live walk asks nobody.
site 'chains', { conf => join("\n", $cookie, "$P /a /b stage=observe",
    "$P /b /c stage=observe", "$P /live /a", "$P /half /c2 stage=observe",
    "$P /c2 /d", "$P /t /a stage=trial", "$P /l1 /l2 stage=observe",
        "$P /l2 /l1"), files => { 'l1' => 'page l1', 'a' => 'page a' } },
    ["GET /a$me", 302, '/c', @store, @vary],
    ['GET /a', 200, undef, 'body: page a', @vary],
    ["GET /half$me", 302, '/d', @store, @vary],
    ["GET /live$me", 301, '/a', '!Vary'], ['GET /live', 301, '/a', '!Vary'],
    ["GET /t$me", 302, '/c', @store, @vary],
    ['GET /t', 302, '/a', @store, @vary],
    ["GET /l1$me", 200, undef, 'body: page l1'];

# An expression that fails holds for nobody.
site 'broken', { conf => "$observe\n$P /old.html /new\n"
        . qq(${S}Preview "file('/nowhere') == 'x'"), files => \%files },
    ['GET /old.html', 200, undef, 'body: page'];

served();
