# event only: it is the browser that is looked at.
# The status page as Chromium shows it: its views, search and pager, script and
# no script; no word on the console, nothing that its policy refused, no fault
# that axe-core finds, light and dark, wide and narrow.  With SEMR_SCREENSHOTS
# set to a folder, pictures of it all are left there.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Browser;
use Semr::Httpd qw(project);
use Semr::Maps;
use Semr::Page;
use Test::More;

plan skip_all => 'sanitizers do not look at browsers' if Semr::Httpd::alone();

my $S = 'SemanticRedirect';
my $long = join '-', 'a-path-without-a-break', 1 .. 60;
my $evil = q(<script>pwned=1</script><img src=x onerror=pwned=1>);
my $httpd = Semr::Httpd->new(conf => "$S permanent /inherited /i\n"
        . "${S}Refresh 1\n",
    sites => [ { name => 'site', conf => <<"END" },
ServerAlias 127.0.0.1
$S permanent /blog/* /news/* note="moved 2026, WEB-12"
$S permanent /contact.php /contact.html
$S permanent /contact.html /contact note="moved again"
$S temporary /sale /products/ max-age=5m note="$evil"
$S see-other /order.php /order/ only=POST
$S gone /summer-2019/* note="\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\xae no end"
$S none /blog/feed.xml
$S permanent /circle-a /circle-b
$S permanent /circle-b /circle-a
$S permanent /$long https://www.example.com/$long/?q=1&r=2
$S permanent /help/* /support/* stage=observe
$S permanent /jobs.html /about/ stage=trial
$S permanent /off /x stage=off
${S}Map catalogue.map
${S}Map missing.map
<Location "/inside">
$S permanent /inside/old /inside/new
</Location>
$PAGE
END
        { name => 'empty', conf => $PAGE } ]);
$httpd->write('catalogue.map', join '',
    map { "permanent /item-$_ /catalogue/$_\n" } 1 .. 300);
serving($httpd);
$httpd->ask($_, '127.0.0.1') for ('GET /blog/x') x 30, ('GET /jobs.html') x 5,
    'GET /help/me', "POST /contact.php\n\nx", 'GET /summer-2019/a';

my $browser = Semr::Browser->start;
plan skip_all => 'there is no chromedriver' if !$browser;
my $here = 'http://127.0.0.1:' . $httpd->port . '/redirects';
sub opens { $browser->open("$here$_[0]") }
sub js { return $browser->run("return $_[0]") }
sub text { return js(q{document.querySelector('main').innerText}) }
# Which views the handler knows
sub knows { my ($view) = @_;
    return $httpd->ask("GET /redirects?view=$view", '127.0.0.1')->body
        =~ m{<title>(?:\u$view|404s) .*<main[^>]*>\s*<(?!/main)}s }
sub quiet { my ($what) = @_;
    is_deeply([$browser->console], [], "$what: the console is silent") }

# What axe-core finds, and whether it must be scrolled sideways
my ($axe) = map { open my $file, '<', $_ or die "$_: $!"; local $/; <$file> }
    grep { -f } glob(project() . '/build/axe-*.min.js');
diag('AXE-CORE IS MISSING: run t/lib/axe; accessibility is not checked')
    if !$axe;
sub looks_right { my ($what, $path) = @_;
    for my $dark (0, 1) {
        for my $width (1280, 360) {
            my $name = join '-', $what, $dark ? 'dark' : 'light', $width;
            $browser->look(dark => $dark, width => $width);
            opens($path);
            cmp_ok(js('document.documentElement.scrollWidth'), '<=', $width,
                "$name: nothing sticks out");
            quiet($name);
            $browser->picture("$ENV{SEMR_SCREENSHOTS}/$name.png")
                if $ENV{SEMR_SCREENSHOTS};
            SKIP: {
                skip 'there is no axe-core: see t/lib/axe', 1 if !$axe;
                my $found = $browser->run("$axe; return axe.run().then("
                    . 'r => r.violations.concat(r.passes.length ? [] : '
                    . "[{id: 'axe has not run', nodes: []}])"
                    . '.map(v => [v.id, v.help, ...v.nodes.map(n => n.html)]))');
                is_deeply($found, [], "$name: axe-core finds nothing")
                    or diag(explain($found));
            }
            $browser->console;
        }
    }
    $browser->look(dark => 0, width => 1280);
}

# The front page: what it says, in which order
$browser->look(dark => 0, width => 1280);
opens('');
quiet('front');
is(js('document.title'), 'Redirects of site.test:' . $httpd->port,
    'front: its title');
is_deeply(js(q{[...document.querySelectorAll('h1, h2')].map(h =>
    h.tagName + ' ' + h.innerText)}), ['H1 Redirects of site.test:'
    . $httpd->port, 'H2 Is it working?', 'H2 What needs me?', 'H2 Maps',
    'H2 Which rules are there?', @{ js(q{[...document.querySelectorAll('h2')]
    .slice(4).map(h => 'H2 ' + h.innerText)}) }], 'front: its sections');
like(text(), qr/301\s+moved for good\s+30/, 'front: answers by code');
like(text(), qr/Sent in trial\s+302\s+elsewhere for now\s+5/,
    'front: those in trial');
like(text(), qr/Only observed: would have been sent\s+301/,
    'front: those only observed');
my $needs = js(q{document.querySelector('.needs').innerText});
like($needs, qr/missing\.map failed to load/, 'front: the map that failed');
like($needs, qr/circle/, 'front: a finding');
is(js('typeof window.pwned'), 'undefined', 'front: no rule is a script');
is(js(q{document.querySelectorAll('main script, main img').length}), 0,
    'front: no rule is markup');
SKIP: {
    skip 'the handler does not know pages yet', 1 if !knows('rules');
    cmp_ok(length $httpd->ask('GET /redirects', '127.0.0.1')->body, '<',
        200_000, 'front: its size');
}

# Its picture is in proportion.
is_deeply(js(q{[...document.querySelectorAll('.answers .is-live tr:has(rect)')]
    .map(r => [r.cells[0].innerText, Math.round(100
        * r.querySelector('rect').getBoundingClientRect().width
        / r.querySelector('svg').getBoundingClientRect().width)])}),
    [[301, 100], [308, 3], [410, 3]], 'front: the bars');

# A link of the list leads somewhere.
js(q{document.querySelector('.needs a[href^="#map"]').click()});
like(js(q{document.querySelector(':target').innerText}), qr/No such file/,
    'front: the map says why');

# The script: filter, sort, times
js(q{(() => { const q = document.querySelector('[name=q]'); q.focus();
    q.value = 'CIRCLE'; q.dispatchEvent(new Event('input')) })()});
is(js(q{[...document.querySelectorAll('.rules tbody tr:not(.place)')]
    .filter(r => r.checkVisibility()).length}), 2, 'script: it filters');
like(text(), qr/2 of the [\d,]+ rules shown here/, 'script: and says so');
opens('');
my $hits = q{[...document.querySelectorAll('.rules td.hits')]
    .map(c => parseInt(c.innerText)).slice(0, 3)};
js(q{document.querySelector('th.hits button').click()});
is_deeply(js($hits), [30, 5, 1], 'script: it sorts, most hits first');
is(js(q{document.querySelector('th.hits').getAttribute('aria-sort')}),
    'descending', 'script: and says so');
js(q{document.querySelector('th.hits button').click()});
is(js($hits)->[0], 0, 'script: and the other way');
js(q{document.querySelector('th.cache_control button').click()});
is_deeply(js(q{[...new Set([...document.querySelectorAll(
    '.rules td.cache_control')].map(c => c.innerText))]}),
    ["\x{2013}", 'no-store', '5 minutes', '1 hour', '1 day'],
    'script: what is cached is sorted by how long');
like(js(q{document.querySelector('time.ago').title}),
    qr/\d{4}.*\d\d:\d\d/, 'script: times are local');
quiet('script');

# Looked for with the form, as a user does
SKIP: {
    skip 'the handler does not search yet', 11 if !knows('rules');
    js(q{(() => { document.querySelector('[name=q]').value = '/item-2';
        document.querySelector('.search').requestSubmit() })()});
    Semr::Httpd::wait_for(sub { $browser->url =~ /q=/ }, 20);
    like(js(q{document.querySelector('.found').innerText}),
        qr/^111 of 3\d\d rules found/, 'search: how many');
    is(js(q{document.querySelector('[name=q]').value}), '/item-2',
        'search: the form has what was asked');
    is(js(q{document.querySelector('[aria-current]').innerText}), 'Rules',
        'search: it is the view of rules');
    like(js(q{document.querySelector('.pager').innerText}),
        qr/^\s*1 to 100 of 111\s+Next/, 'pager: the first page');
    my $first = js(q{document.querySelector('.rules .from code').innerText});
    js(q{document.querySelector('[rel=next]').click()});
    Semr::Httpd::wait_for(sub { $browser->url =~ /start=100/ }, 20);
    like(js(q{document.querySelector('.pager').innerText}),
        qr/^\s*Previous\s+101 to 111 of 111\s*$/, 'pager: the second');
    isnt(js(q{document.querySelector('.rules .from code').innerText}), $first,
        'pager: with other rules');
    js(q{document.querySelector('[rel=prev]').click()});
    Semr::Httpd::wait_for(sub { $browser->url !~ /start=100/ }, 20);
    is(js(q{document.querySelector('.rules .from code').innerText}), $first,
        'pager: and back');
    opens('?q=http://site.test/item-299');
    my $found = q{[...document.querySelectorAll('.rules tbody .from')]
        .filter(c => c.checkVisibility()).length};
    is(js($found), 1, 'search: by a URL');
    js(qq{(() => { const q = document.querySelector('[name=q]');
        for (const value of [q.value + 'x', q.value]) {
            q.value = value; q.dispatchEvent(new Event('input'));
        } })()});
    is(js($found), 1, 'script: what was found is there again');
    opens('?view=rules&q=no-such-rule');
    like(text(), qr/No rule is like that/, 'search: nothing');
    like(text(), qr/shorter part/, 'search: and what to do');
    quiet('search');
}

# Explained: a POST, and the chain that it walks
SKIP: {
    skip 'the handler does not explain yet', 4 if !knows('explain');
    opens('');
    js(q{(() => { const f = document.querySelector('.ask');
        f.elements.method.value = 'POST';
        f.elements.url.value = '/contact.php?a=1'; f.requestSubmit() })()});
    Semr::Httpd::wait_for(sub { $browser->url =~ /view=explain/ }, 20);
    like(text(), qr/\b308\b/, 'explain: a POST gets 308');
    like(text(), qr{/contact\.php\b.*/contact\.html\b.*/contact\?a=1}s,
        'explain: through the chain, to its end');
    like(text(), qr/httpd\.conf/, 'explain: where the rule stands');
    quiet('explain');
}

looks_right('front', '');
looks_right($_, "?view=$_") for grep { knows($_) } qw(rules findings misses);
looks_right('nothing', '?view=rules&q=no-such-rule') if knows('rules');
looks_right('explain', '?view=explain&method=POST&url=/contact.php')
    if knows('explain');

# Without script all is there, and the links lead on.
$browser->scripting(0);
opens('');
my $source = $browser->call(GET => "$browser->{session}/source");
like($source, qr/Which rules are there/, 'no script: the page is whole');
unlike($source, qr/<button type="button"/, 'no script: and no script ran');
$browser->picture("$ENV{SEMR_SCREENSHOTS}/front-no-script.png")
    if $ENV{SEMR_SCREENSHOTS};
$browser->scripting(1);

$browser->stop;
$httpd->stop;
done_testing();
