# Search, pages and views of the status page (docs/status.md).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Semr::Sites;
use Test::More;

my $S = 'SemanticRedirect';
my $ROWS = 1203;
my $many = join '', map { "permanent /many/$_ /new/" . $_ % 7 . "\n" } 1 .. $ROWS;
my $long = join '', map { "permanent /long$_/" . 'x' x 3000 . '/"&' x 300
        . " /to/" . "<b>'" x 700 . " note=\"" . "<\\\"" x 1200 . "\"\n" } 1 .. 60;
my $conf = <<"END";
$S permanent /old /new note="WEB-12, Anna"
$S temporary //shop.example.com/old /shop
$S permanent /caf%C3%A9 /coffee
$S gone /dead stage=trial
$S permanent /index.php?id={id} /page/{id}
$S permanent /loop /pool
$S permanent /pool /loop
${S}Map one.map
<Location "/inside">
$S see-other /inside/old /outside ends=2020-01-01
</Location>
$PAGE
END
my $httpd = Semr::Httpd->new(
    conf => "${S}Refresh 1\n$S permanent /inherited/old /i code=302\n",
    sites => [ { name => 'one', conf => $conf },
        { name => 'two', conf => "$S permanent /second /s\n$PAGE" },
        { name => 'many', conf => "${S}Map many.map\n$PAGE" },
        { name => 'aged', conf => "${S}Map aged.map\n"
            . "Include %root%/aged.conf\n$S temporary /new /n\n"
            . $PAGE },
        { name => 'wrong', conf => "${S}Map wrong.map\n$PAGE" },
        { name => 'long', conf => "${S}Map long.map\n$PAGE" } ]);
$httpd->write('one.map', "# moves\npermanent /map/old /m note=\"WEB-13\"\n"
    . "temporary /map/a /m/a\npermanent /x<y /z\n");
$httpd->write('many.map', $many);
$httpd->write('long.map', $long);
$httpd->write('wrong.map', join '', map {
    "permanent /a$_ /b$_\npermanent /b$_ /a$_\npermanent /c$_ /d$_\n"
        } 1 .. 70);
$httpd->write('aged.map', "temporary /map /m\npermanent /stays /s\n");
$httpd->write('aged.conf', "$S temporary /a /b\n$S permanent /c /d code=302\n"
    . "$S temporary /e /f stage=trial\n$S temporary /g /h code=301\n");
my $days = 86400;
utime time - 100 * $days, time - 100 * $days,
    map { $httpd->root . "/aged.$_" } qw(map conf);
serving($httpd);

sub page { return page_of($httpd, @_) }
sub json { return json_of($httpd, @_) }
sub froms { join ' ', map { $_->{from} } @{ $_[0]{rules} } }

# What each parameter finds
my $map = $httpd->root . '/one.map';
for my $row (
    ['q=old' => '/old //shop.example.com/old /map/old /inherited/old '
        . '/inside/old'],
    ['q=OLD&intent=permanent' => '/old /map/old /inherited/old'],
    ['q=web-1' => '/old /map/old'],
    ['q=%C3%A9' => '/caf%C3%A9'],
    ['q=caf%25c3%25a9' => '/caf%C3%A9'],
    ['q=coffee' => '/caf%C3%A9'],
    ['from=coffee' => ''],
    ['to=coffee' => '/caf%C3%A9'],
    ['from=old&to=shop' => '//shop.example.com/old'],
    ['q=https://www.example.com/old%3Fx=1' => '/old /map/old /inherited/old '
        . '/inside/old'],
    ['q=http://shop.example.com/old&from=shops' => ''],
    ['q=/index.php%3Fid=7%26x=1' => '/index.php?id={id}'],
    ['q=one.map:3' => '/map/a'],
    ["q=$map:2" => '/map/old'],
    ['q=ne.map:3' => ''],
    ['host=shop' => '//shop.example.com/old'],
    ['host=*.example.com' => ''],
    ['file=one.map' => '/map/old /map/a /x%3Cy'],
    ['file=one.map&line=4' => '/x%3Cy'],
    ["file=$map&line=2" => '/map/old'],
    ['intent=GONE' => '/dead'],
    ['intent=seeother' => '/inside/old'],
    ['stage=trial' => '/dead'],
    ['stage=observe' => ''],
    ['findings=on&q=loop' => '/loop /pool'],
    ['findings=on&q=coffee' => ''],
    ['q=x%3Cy' => '/x%3Cy'],
    ['q=+/old+' => '/old //shop.example.com/old /map/old /inherited/old '
        . '/inside/old'],
    ['unused=off&q=coffee' => '/caf%C3%A9'],
    ['q=&from=&host=&start=&intent=&unused=&q=coffee' => '/caf%C3%A9'],
) {
    my ($query, $froms) = @$row;
    my $data = json('one', "?$query");
    is(froms($data), $froms, "one ?$query");
    is($data->{rules_matched}, scalar @{ $data->{rules} },
        "one ?$query: how many");
}

# Virtual hosts are apart.
is(froms(json('two', '?q=old')), '/inherited/old', 'two: what it inherits');
is(froms(json('two', '?q=second')), '/second', 'two: its own');
is(froms(json('one', '?q=second')), '', 'one: not what two has');

# An id finds its rule, alone or with what is before it in a header.
my ($rule) = @{ json('one', '?q=/map/a')->{rules} };
like($rule->{id}, qr/^[0-9a-f]{16}$/, 'an id');
is(froms(json('one', "?id=$_")), '/map/a', "id=$_")
    for $rule->{id}, uc $rule->{id}, "mod_semredirect+$rule->{id}",
    "mod_semredirect;id=$rule->{id}";
is(froms(json('one', '?id=ffffffffffffffff')), '', 'an id that nobody has');
my %ids = map { $_->{id} => 1 } @{ json('one', '')->{rules} };
is(scalar keys %ids, 12, 'each rule has another id');

# Findings: loop and pool are in a circle, and marked wherever they are listed.
is(join(' ', map { $_->{from} } grep { $_->{finding} }
    @{ json('one', '?q=loop')->{rules} }), '/loop /pool', 'they are marked');

is(froms(json('one', '?findings=on')), '/loop /pool /inherited/old '
    . '/inside/old', 'inherited ones and those of sections too');
is(froms(json('two', '?findings=on')), '/inherited/old',
    'on each virtual host that inherits them');
my $wrong = json('wrong', '?findings=on&intent=permanent&from=/');
is($wrong->{rules_matched}, 141, 'all of them, not the first twenty alone');
is(scalar(grep { !/^\/(?:[ab]\d|inherited)/ } split / /, froms($wrong)), 0,
    'and no others');

# Hits: never used, unused=on, sorted
$httpd->ask('GET /old', 'one.test') for 1 .. 3;
$httpd->ask('GET /map/a', 'one.test') for 1 .. 5;
$httpd->ask('GET /inherited/old', 'two.test');
my $front = json('one', '');
is($front->{rules_never_used}, 9, 'never used');
my $unused = json('one', '?unused=on');
is($unused->{rules_matched}, 9, 'unused=on finds them');
unlike(froms($unused), qr{(?:^| )(?:/old|/map/a|/inherited/old)(?: |$)},
    'and not the others');
like(froms(json('one', '?sort=hits')), qr{^/map/a /old /inherited/old /},
    'sort=hits: the most used first, then as written');
is(froms(json('one', '?sort=hits&q=old&start=1')),
    '/inherited/old //shop.example.com/old /map/old /inside/old',
    'sort=hits from the second one on');
is(json('one', '?sort=last&q=old')->{rules_matched}, 5, 'sort=last');

# Old temporary rules
is($front->{temporary_old}, 0, 'nothing is old yet');
is(json('aged', '')->{temporary_old}, 3, 'what is temporary for 100 days');

# Page after page gives each rule once, in HTML and JSON.
for my $query ('?view=rules', '?q=many', '?to=/new/', '?sort=hits',
    '?unused=on') {
    my ($next, %seen, $pages) = "$query&format=json";
    # httpd has met the one that is inherited
    my $all = $query =~ /many|new|unused/ ? $ROWS : $ROWS + 1;
    while (defined $next && ++$pages < 10) {
        like($next, qr/^\?view=rules&|^\Q$query/, "$query: a relative link");
        my $data = decode_json(page('many', $next)->body);
        $seen{ $_->{from} }++ for @{ $data->{rules} };
        is($data->{rules_matched}, $all, "$query: of how many");
        my $listed = $data->{rules_start} + @{ $data->{rules} };
        is($listed + $data->{rules_not_listed}, $data->{rules_matched},
            "$query: $listed and what is left are all");
        $next = $data->{next};
    }
    is(scalar(grep { $_ == 1 } values %seen), $all, "$query: each rule once");
    is($pages, 3, "$query: in three pages");
}
sub rows { my @found = page(@_)->body =~ m{<tr class="(?:permanent|gone)\b}g;
    return scalar @found }
is(rows('many', ''), 50, 'HTML: the front page has 50 rules');
is(rows('many', '?view=rules'), 100, 'HTML: a page has 100');
is(rows('many', '?view=rules&start=1200'), 4, 'HTML: the last page');
is(rows('many', '?view=rules&start=99999999'), 0, 'HTML: behind the last');
like(page('many', '?view=rules&start=1200')->body =~ s/<wbr>//gr,
    qr{/many/1201<.*/many/1203<.*/inherited/}s,
    'HTML: maps, then what is inherited');

# Rules of kilobytes: pages are bounded, and miss none.
cmp_ok(length page('long', '')->body, '<=', 200_000, 'HTML: the front page');
my ($next, %seen) = ('?view=rules&format=json');
for (my $pages = 0; defined $next && $pages < 61; $pages++) {
    my $body = page('long', $next)->body;
    cmp_ok(length $body, '<=', 300_000, "JSON: $next");
    my $data = decode_json($body);
    cmp_ok(scalar @{ $data->{rules} }, '>', 0, "JSON: $next: rules");
    $seen{ $_->{from} =~ s{/x.*}{}r }++ for @{ $data->{rules} };
    $next = $data->{next};
}
is(scalar(grep { $_ == 1 } values %seen), 61, 'JSON: each rule once');
cmp_ok(length page('long', '?view=rules&start=30')->body, '<=', 300_000,
    'HTML: a page of long rules');
my ($cut) = @{ json('long', '?q=/long7/')->{rules} };
like($cut->{$_}, qr/\x{2026}\z/, "$_ is cut") for qw(from note);
is(json('long', '?from=' . 'x' x 1900)->{rules_matched}, 60,
    'what was cut is searched');

# What the page does not know, or knows better
for my $row (
    ['?qq=x', 'qq', 'q, from, to'],
    ['?line=abc', 'line=abc', 'digits'],
    ['?line=-1', 'line=-1'],
    ['?start=1e3', 'start=1e3'],
    ['?start=' . '9' x 40, 'start=999'],
    ['?sort=hits&start=10001', 'start=10001', '10000'],
    ['?sort=up', 'sort=up', 'hits or last'],
    ['?intent=301', 'intent=301', 'permanent'],
    ['?stage=on', 'stage=on', 'observe'],
    ['?unused=maybe', 'unused=maybe', 'on'],
    ['?findings=2', 'findings=2'],
    ['?id=0', 'id=0', '16'],
    ['?id=x', 'id=x'],
    ['?id=' . 'a' x 17, 'id=aaa'],
    ['?view=all', 'view=all', 'rules'],
    ['?view=findings&q=x', 'q', 'view=rules'],
    ['?accept=x', 'accept', 'url='],
    ['?url=/x&q=x', 'q: it looks', 'url belongs'],
    ['?url=/x&view=rules', 'url', 'view=explain'],
    ['?q=a&q=b', 'q=b', 'twice'],
    ['?q=a%00b', 'q', 'NUL'],
    ['?a%00b=1', 'NUL'],
    ['?q=' . 'x' x 2001, 'q=xxx', '2000'],
    ['?=x', 'parameter'],
    ['?<script>=1', '<script>'],
    ['?format=xml', 'format='],
) {
    my ($query, @texts) = @$row;
    my $name = length $query > 40 ? substr($query, 0, 40) . '...' : $query;
    my $answer = page('one', $query);
    is($answer->status, 400, "$name: 400");
    like($answer->header('Content-Type') // '', qr{^text/plain}, "$name: text");
    like($answer->header('Cache-Control') // '', qr/no-store/, "$name: sealed");
    like($answer->body, qr/\Q$_\E/, "$name: says $_") for @texts;
}
for my $query ('?q=%', '?q=%zz', '?q=%ff%fe', '?q=%0d%0a', '?q=*', '?q=[',
    '?q=%2525', '?q=$1', '?q=://', '?q=//', '?q=http://', '?q=https:///x',
    '?q=:5', '?q=x:99999999999', '?host=*.', '?host=*', '?file=/', '?q=?',
    '?q=/?', '?q=' . '%25' x 600, '?q=//a/' . '../' x 300, '?&&', '?q',
    '?view=findings', '?view=misses', '?view=explain', '?auto=&view=front') {
    my $name = length $query > 40 ? substr($query, 0, 40) . '...' : $query;
    my $answer = page('one', $query);
    like($answer->status, $query =~ /auto/ ? qr/^(?:200|400)$/ : qr/^200$/,
        "$name is an answer");
    unlike($answer->body, qr/<(?:b>'|script>pwned)/, "$name: nothing is markup");
}

# A search that finds nothing says so.
is(json('one', '?q=nowhere')->{rules_matched}, 0, 'nothing');
is(json('one', '?q=nowhere')->{next}, undef, 'and no page behind it');

# Findings of a new version of a map
SKIP: {
    skip 'nobody watches maps', 6 if Semr::Httpd::alone();
    put($httpd, 'one.map', "permanent /map/round /map/about\n"
        . "permanent /map/about /map/round\npermanent /map/x /x\n");
    ok(Semr::Httpd::wait_for(sub {
        froms(json('one', '?findings=on&file=one.map'))
            eq '/map/round /map/about' }),
        'they are marked when a map has changed');
    put($httpd, 'one.map', "permanent /map/x /x\npermanent /map/y /y\n"
        . "permanent /map/z /z\n");
    ok(Semr::Httpd::wait_for(sub {
        froms(json('one', '?q=map/&file=one.map'))
            eq '/map/x /map/y /map/z' }), 'another version');
    is(froms(json('one', '?findings=on&file=one.map')), '',
        'it has none of the marks of the one before');
    is(froms(json('one', '?findings=on')), '/loop /pool /inherited/old '
        . '/inside/old', 'the others stay');
}

$httpd->stop;
done_testing();
