# event only: it is the browser that is looked at.
# Staging as a browser sees it: in trial nothing stays in its cache, live a
# permanent move does, for max-age; and a rule may go from trial to live and
# back.  The server's log tells what the browser asked for.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Browser;
use Semr::Httpd;
use Semr::Maps;
use Test::More;

plan skip_all => 'sanitizers do not look at browsers' if Semr::Httpd::alone();

my $S = 'SemanticRedirect';
my %pages = map { ("$_.html" => "page $_") } qw(old new start moved gone seen);
my $httpd = Semr::Httpd->new(modules => [qw(alias cgi cgid)],
    conf => "${S}Refresh 1\n"
        . 'LogFormat "%m %U%q %s %{SEMREDIRECT_STAGE}e" semr' . "\n"
        . 'CustomLog access_log semr',
    sites => [ { name => 'site', conf => <<"END", files => { %pages,
ServerAlias 127.0.0.1
${S}Map moves.map
$S permanent /post-a /post-b stage=trial
$S permanent /post-b /echo/end
$S permanent /live-a /live-b
$S permanent /live-b /echo/live
$S permanent /preview.html /new.html stage=observe
${S}Preview "%{HTTP_COOKIE} =~ /preview=1/"
ScriptAlias /echo "%dir%/echo.cgi"
<Directory "%dir%">
    Options +ExecCGI
    Header set Cache-Control no-cache
</Directory>
END
        'preview.html' => 'the page before',
        map({ my $to = $_; ("form-$to.html" => '<form method="post" action="/'
            . "$to-a?q=1\"><input name=\"payload\" value=\"a b&amp;c\">"
            . '<input name="n" value="1"></form>') } qw(post live)),
        'echo.cgi' => "#!/bin/sh\nbody=\$(cat)\n"
            . "printf 'Content-Type: text/plain\\r\\n\\r\\n%s %s\\n%s' "
            . "\$REQUEST_METHOD \"\$REQUEST_URI\" \"\$body\"\n" } } ]);
chmod 0755, "$httpd->{root}/site/echo.cgi";

# The rule that goes through the stages, as a map has it
my $version = 0;
sub moves { my ($options, $to, @more) = @_;
    $to //= '/new.html';
    put($httpd, 'moves.map', "permanent /old.html $to $options\n"
        . join('', map { "$_\n" } @more) . 'permanent /version /v' . ++$version . "\n");
    answers($httpd, 'site', '/version', "/v$version") or return
        diag('the map is not taken up') }
$httpd->write('moves.map', "permanent /version /v0\n");
serving($httpd);
my $browser = Semr::Browser->start;
plan skip_all => 'there is no chromedriver' if !$browser;
my $here = 'http://127.0.0.1:' . $httpd->port;

# Opens a URL of the site; returns where the browser is then, and what it asked
# the server for.  The log is written when a request is done, so a request of
# ours comes last.
my ($seen, $marks) = (0, 0);
sub visit { my ($path) = @_;
    log_of();
    ref $path ? $path->() : $browser->open("$here$path");
    my @asked = log_of();
    return ($browser->url =~ s/^\Q$here\E//r, grep { !/favicon/ } @asked) }
sub log_of {
    my $mark = '/mark' . ++$marks;
    $httpd->ask("GET $mark", 'site.test');
    Semr::Httpd::wait_for(sub { $httpd->read('access_log') =~ m{ $mark }m });
    my @lines = split /\n/, $httpd->read('access_log');
    my @new = grep { !m{ /(?:mark\d|version)} } @lines[$seen .. $#lines];
    $seen = @lines;
    return @new }
sub leave { visit('/start.html') }

my $text = 'return document.body.innerText';

# Trial: asked again each time, however often
moves('stage=trial max-age=1y');
for my $n (1 .. 3) {
    my ($url, @asked) = visit('/old.html');
    is($url, '/new.html', "trial: visit $n is sent on");
    is($asked[0], 'GET /old.html 302 trial',
        "trial: visit $n asks the server") or diag(explain(\@asked));
    leave();
}

# Trial, then back: the old page is there at once
moves('stage=off');
my ($url, @asked) = visit('/old.html');
is($url, '/old.html', 'back from trial: the old page is there');
like($asked[0], qr{^GET /old\.html (?:200|304) -$},
    'back from trial: the server was asked');
leave();

# Trial, then live: it is asked once more, and then for max-age no more
moves('stage=trial');
($url) = visit('/old.html');
is($url, '/new.html', 'on trial again');
leave();
moves('max-age=12s');
($url, @asked) = visit('/old.html');
is($asked[0], 'GET /old.html 301 live', 'live: asked once more');
leave();
for my $n (1 .. 2) {
    ($url, @asked) = visit('/old.html');
    is($url, '/new.html', "live: visit $n is sent on");
    is_deeply([grep { m{old\.html} } @asked], [],
        "live: visit $n does not ask the server") or diag(explain(\@asked));
    leave();
}

# Called back too early: who has it keeps it until max-age is over
moves('stage=off');
($url, @asked) = visit('/old.html');
is($url, '/new.html', 'called back: the browser does not know yet');
is_deeply([grep { m{old\.html} } @asked], [],
    'called back: for it does not ask');
ok(Semr::Httpd::wait_for(sub { leave();
    ($url, @asked) = visit('/old.html');
    $url eq '/old.html' }, 60), 'called back: after max-age it asks');
leave();

# Live, then on trial and elsewhere: after max-age it is sent there
moves('max-age=2s');
visit('/old.html');
leave();
moves('stage=trial', '/moved.html');
ok(Semr::Httpd::wait_for(sub { leave();
    ($url, @asked) = visit('/old.html');
    $url eq '/moved.html' }, 20), 'from live to trial: the new word counts');
is($asked[0], 'GET /old.html 302 trial', 'from live to trial: it is asked');
leave();

# Who has stored a move that was wrong asks for its target, and can be sent on
# from there; but not back (docs/staging.md).
moves('max-age=1h');
($url) = visit('/old.html');
is($url, '/new.html', 'stored: a move that was wrong');
leave();
moves('stage=off', undef, 'temporary /new.html /moved.html');
($url, @asked) = visit('/old.html');
is($url, '/moved.html', 'stored: sent on from its target');
is($asked[0], 'GET /new.html 302 live', 'stored: the target was asked')
    or diag(explain(\@asked));
leave();
moves('stage=off', undef, 'temporary /new.html /old.html');
$browser->open("$here/old.html");
like($browser->run($text), qr/ERR_TOO_MANY_REDIRECTS/,
    'stored: sent back is a circle');
leave();
moves('stage=off');

# A form's POST at the end of a chain, on trial and live
for my $row (['post', '/post-a', 307, 'trial', '/echo/end'],
    ['live', '/live-a', 308, 'live', '/echo/live']) {
    my ($form, $path, $status, $stage, $end) = @$row;
    visit("/form-$form.html");
    ($url, @asked) = visit(sub {
        $browser->run('document.forms[0].submit()');
        Semr::Httpd::wait_for(sub { $browser->url =~ m{/echo/} }, 20) });
    is($url, "$end?q=1", "POST, $stage: at the end of the chain");
    is_deeply(\@asked, ["POST $path?q=1 $status $stage",
        "POST $end?q=1 200 -"], "POST, $stage: in one hop")
        or diag(explain(\@asked));
    is($browser->run($text),
        "POST $end?q=1\npayload=a+b%26c&n=1", "POST, $stage: it is intact");
}

# A preview by cookie, and the same browser without it
($url) = visit('/preview.html');
is($url, '/preview.html', 'preview: without the cookie, the page before');
$browser->run('document.cookie = "preview=1; path=/"');
($url, @asked) = visit('/preview.html');
is($url, '/new.html', 'preview: with the cookie, the new one');
is($asked[0], 'GET /preview.html 302 trial', 'preview: on trial');
$browser->run('document.cookie = "preview=0; path=/"');
($url, @asked) = visit('/preview.html');
is($url, '/preview.html', 'preview: without it again, the page before');
is($browser->run($text), 'the page before', 'preview: as it was');

$browser->stop;
$httpd->stop;
done_testing();
