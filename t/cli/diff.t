# semredirect diff: which URLs change their answer, by URL and not by line.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use JSON::PP;
use Semr::Command;
use Test::More;

my $dir = File::Temp->newdir;

sub write_file { my ($name, $text) = @_;
    open my $file, '>:raw', "$dir/$name" or die $!;
    print $file $text;
    close $file or die $! }
# What diff says of two maps
sub diff { my ($old, $new, @options) = @_;
    write_file('old.map', $old);
    write_file('new.map', $new);
    return semredirect({ in => "$dir" }, 'diff', @options, 'old.map',
        'new.map') }
# The URLs of each kind, and those that go with them
sub kinds { my ($old, $new, @options) = @_;
    my $told = decode_json(diff($old, $new, '--json', @options)->{out});
    my %kinds;
    push @{ $kinds{ $_->{kind} } }, join ' ', $_->{url}, @{ $_->{also} }
        for @{ $told->{differences} };
    return \%kinds }

# -- the same ----------------------------------------------------------------
my $said = diff("permanent /a /b\npermanent /t/* /u/*\n",
    "# moved\n\npermanent   /t/*  /u/*   query=keep\n\"permanent\" /a /b note=x\n");
is_deeply($said, { status => 0, err => '',
    out => "2 rules and 2 rules, 2 URLs asked: no difference\n" },
    'another line, other words: no difference') or diag explain $said;

# -- each kind ----------------------------------------------------------------
is_deeply(kinds("permanent /a /b\n", ''),
    { lost => ['/a /a/ /a?anything=1'] }, 'lost, with all its forms');
is_deeply(kinds('', "permanent /a /b\n"),
    { added => ['/a /a/ /a?anything=1'] }, 'added');
is_deeply(kinds("permanent /a /b\n", "permanent /a /c\n"),
    { moved => ['/a /a/ /a?anything=1'] }, 'moved');
is_deeply(kinds("permanent /a /b\n", "temporary /a /b\n"),
    { code => ['/a /a/ /a?anything=1'] }, 'another code');
is_deeply(kinds("permanent /a /b\n", "gone /a\n"),
    { code => ['/a /a/ /a?anything=1'] }, 'gone is another code');
is_deeply(kinds("permanent /a /b\n", "permanent /a /b max-age=1h\n"),
    { cache => ['/a /a/ /a?anything=1'] }, 'Cache-Control');
is_deeply(kinds("permanent /a /b\n", "permanent /a /b stage=observe\n"),
    { lost => ['/a /a/ /a?anything=1'] }, 'observed: clients lose it');
is_deeply(kinds("permanent /a /b stage=observe\n", ''),
    { observed => ['/a /a/ /a?anything=1'] }, 'what was only observed');

# -- forms ---------------------------------------------------------------------
is_deeply(kinds("permanent /a /b\n", "permanent /a /b slash=exact\n"),
    { lost => ['/a/'] }, 'slash=exact');
is_deeply(kinds("permanent /a /b\n", "permanent /a /b query=drop\n"),
    { moved => ['/a?anything=1'] }, 'query=drop');
is_deeply(kinds("permanent /a /b\n", "permanent /a /b case=ignore\n"),
    { added => ['/A'] }, 'case=ignore');
is_deeply(kinds("permanent /t/* /u/*\n", "permanent /t/* /u\n"),
    { moved => ['/t/anything /t/ /t/anything?anything=1'] },
    'a star in TO, or none: /t itself goes to the same');
is_deeply(kinds("permanent /t/* /u/*\n", "permanent /t/* /u/* slash=exact\n"),
    { lost => ['/t'] }, 'a tree without its page');
is_deeply(kinds("permanent /t/* /u/*\npermanent /t/x /y\n", "permanent /t/* /u/*\n"),
    { moved => ['/t/x /t/x/ /t/x?anything=1'] }, 'an exact rule under a tree');
is_deeply(kinds("permanent /a /b\n", "permanent /a /b only=GET\n"),
    { lost => ['/a /a/ /a?anything=1'] }, 'only=GET: POST alone is lost');
like(diff("permanent /a /b\n", "permanent /a /b only=GET\n")->{out},
    qr/^  POST \/a$/m, 'and the method is told');
is_deeply(kinds("permanent /a /b\npermanent /b /c\n",
        "permanent /a /b\npermanent /b /d\n"),
    { moved => ['/a /a/ /a?anything=1', '/b /b/ /b?anything=1'] },
    'where a chain leads');
is_deeply(kinds("permanent /a /b\npermanent /b /c\n",
        "permanent /a /b\npermanent /b /d\n", '--chains', 'keep'),
    { moved => ['/b /b/ /b?anything=1'] }, '--chains keep');
is_deeply(kinds("permanent //h.example/p/{x}/q /b/{x}\n", ''),
    { lost => ['https://h.example/p/anything/q https://h.example/p/anything/q/'
        . ' https://h.example/p/anything/q?anything=1'] }, 'a host, a pattern');
is_deeply(kinds("permanent /i.php?id={n} /i/{n}\n", ''),
    { lost => ['/i.php?id=anything /i.php/?id=anything'
        . ' /i.php?id=anything&anything=1'] }, 'a query');
is_deeply(kinds("permanent /{x}/b /c\npermanent /any* /d\n", ''),
    kinds("permanent /{x}/b /c\n", ''), 'a rule that is wrong is left out');

# -- regexes -------------------------------------------------------------------
is_deeply(kinds("permanent ~^/s/(\\d+)\\.html\$ /s/\$1\n",
        "permanent ~^/s/(\\d+)\\.html\$ /t/\$1\n"),
    { moved => ['/s/1111111.html /s/1111111.html?anything=1'] }, 'a regex');
$said = diff("permanent ~^/(?=x)y /z\npermanent ~^/(?=x)same /z\n",
    "permanent ~^/(?=x)w /z\npermanent ~^/(?=x)same /z\n");
is($said->{status}, 1, 'regexes for which no URL is known: exit status');
is($said->{out}, <<'END',
unsure: 2 rules to be compared by hand
    - old.map:1  permanent ~^/(?=x)y /z  (one side only, and no URL of it is known)
    + new.map:1  permanent ~^/(?=x)w /z  (one side only, and no URL of it is known)

2 rules and 2 rules, 0 URLs asked: 2 unsure
END
    'they are told, those on both sides are not');

# -- where they overlap --------------------------------------------------------
my ($n, $a) = ("permanent /{n}/b /x\n", "permanent /a/{n}/* /y\n");
is_deeply(kinds($n . $a, $a . $n), { moved => ['/a/b'] },
    'patterns in another order: a URL of both');
is_deeply(kinds("permanent /{n}/b /x\npermanent /a/{n} /y\n",
        "permanent /a/{n} /y\npermanent /{n}/b /x\n"), { moved => ['/a/b'] },
    'a name each');
is_deeply(kinds("permanent /{n}/b /x\npermanent /a/c{n} /y\n",
        "permanent /a/c{n} /y\npermanent /{n}/b /x\n"), {},
    'that cannot overlap');
is_deeply([sort keys %{ kinds("permanent ~^/([ab])/ /y\n",
        "permanent ~^/([ac])/ /y\n") }], ['added', 'lost'],
    'another member of a class');
is_deeply(kinds("permanent ~b\$ /y\npermanent /b /y\n", "permanent /b /y\n"),
    { lost => ['/anything/b'] }, 'a regex that is not anchored');
$said = diff("permanent ~^/(?=x). /z\npermanent ~^/x /y\n",
    "permanent ~^/x /y\npermanent ~^/(?=x). /z\n");
is($said->{status}, 1, 'another order that no URL shows: exit status');
like($said->{out}, qr/^    - old.map:[12]  .*\(in another order, /m, 'is unsure');
is(diff("permanent ~^/(?=x)y /z stage=off\n", '')->{status}, 0,
    'a rule that is off is not');
is(diff("permanent ~^/(?=x)y /z ends=2001-01-01\n", '')->{status}, 0,
    'nor one outside its dates');
is(diff("permanent ~^/s/(.+)/a\$ /x\npermanent ~^/s/(.+)/b\$ /y\n",
    "permanent ~^/s/(.+)/b\$ /y\npermanent ~^/s/(.+)/a\$ /x\n")->{status}, 0,
    'nor an order of regexes with other ends');

# -- how it is told -----------------------------------------------------------
is(diff("permanent /x /y\npermanent /a /b\n", "permanent /a /c query=drop\n",
        '--kinds', 'moved')->{out}, <<'END', 'text');
moved: 1 URL sent elsewhere
  /a
    - old.map:2  301 /b  (permanent /a /b)
    + new.map:1  301 /c  (permanent /a /c query=drop)

2 rules and 1 rule, 9 URLs asked: 1 moved
END
my $many = join '', map { "permanent /p$_ /q\n" } 1 .. 30;
$said = diff($many, '');
is(() = $said->{out} =~ /^  \/p/mg, 20, 'the first 20');
like($said->{out}, qr/^  \.\.\. and 10 more \(--all\)$/m, 'and how many more');
is(() = diff($many, '', '--all')->{out} =~ /^  \/p/mg, 30, '--all');
is(() = diff($many, '', '--limit', 3)->{out} =~ /^  \/p/mg, 3, '--limit');
my $json = decode_json(diff($many, "permanent /p1 /r\n", '--json')->{out});
is(@{ $json->{differences} }, 30, '--json has them all');
is_deeply($json->{counts}, { lost => 29, moved => 1, code => 0, added => 0,
    cache => 0, observed => 0 }, 'counts');
is_deeply($json->{differences}[0], { kind => 'moved', url => '/p1',
    methods => ['GET'], also => ['/p1/', '/p1?anything=1'],
    old => { answers => JSON::PP::true, status => 301, location => '/q',
        cache_control => 'max-age=86400', file => 'old.map', line => 1,
        rule => 'permanent /p1 /q' },
    new => { answers => JSON::PP::true, status => 301, location => '/r',
        cache_control => 'max-age=86400', file => 'new.map', line => 1,
        rule => 'permanent /p1 /r' } }, 'a difference');

# -- what is read --------------------------------------------------------------
write_file('both.map', "permanent /q /r\n");
is_deeply(kinds("permanent /a /q\n", "permanent /a /r\n", '--and',
        "$dir/both.map"), {}, '--and: a map of both sides');
is(semredirect({ in => "$dir" }, 'compile', 'old.map', 'old.img')->{status}, 0,
    'an image');
is(semredirect({ in => "$dir" }, 'diff', 'image:old.img', 'old.map')->{status},
    0, 'is as its map');
is(semredirect({ in => "$dir", stdin => "permanent /a /q\n" }, 'diff',
    'old.map', '-')->{status}, 0, 'stdin');
$said = semredirect('diff', '-', '-');
is($said->{status}, 2, 'stdin twice');
like($said->{err}, qr/cannot both be stdin/, 'is told');
is(semredirect({ in => "$dir" }, 'diff', 'old.map', 'none.map')->{status}, 2,
    'a file that is not there');
is(semredirect('diff', 'a')->{status}, 2, 'one map');
like(semredirect({ in => "$dir" }, 'diff', '--kinds', 'x', 'old.map',
    'new.map')->{err}, qr/--kinds "x" is unknown: lost/, 'an unknown kind');
$said = diff("permanent /a /b\n", "permanent /a /b\nnonsense\n");
is($said->{status}, 1, 'a wrong row is no success');
like($said->{err}, qr/^new\.map:2: /, 'and is told');
done_testing();
