# semredirect export: its exit status, what it tells and where, and that a
# source of its own formats comes back as it was.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp;
use FindBin;
use JSON::PP;
use Test::More;

my $command = abs_path("$FindBin::Bin/../../build/semredirect");
my $golden = abs_path("$FindBin::Bin/../golden/import");
my $temp = File::Temp->newdir;

sub slurp { my ($file) = @_;
    open my $in, '<:raw', $file or return undef;
    local $/; return scalar <$in> }

sub spit { my ($name, $text) = @_;
    open my $out, '>:raw', "$temp/$name" or die "$name: $!";
    print $out $text;
    close $out;
    return "$temp/$name" }

sub run { my (@arguments) = @_;
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDOUT, '>', "$temp/out" or die;
        open STDERR, '>', "$temp/err" or die;
        exec $command, @arguments or die;
    }
    waitpid $pid, 0;
    return { status => $? >> 8, out => slurp("$temp/out"),
        err => slurp("$temp/err") } }

# -- what it says ----------------------------------------------------------------

my $whole = spit('whole.map', "permanent /a/ /b note=\"why\"\ngone /x/*\n");
my $said = run('export', 'apache', $whole);
is($said->{status}, 0, 'all is said');
like($said->{out}, qr{^# why\nRewriteRule \^/a/\?\$ /b \[R=301,L,NE\]\n
    RewriteRule\ \^/x\(\?:/\.\*\)\?\$\ -\ \[G\]\n}mx, 'a rule and its note');
$said = run('export', '--code-for-all', '308', 'cloudflare', $whole);
is($said->{status}, 1, 'a rule is left');
like($said->{out}, qr{^/a/ /b 308\n/a /b 308\n}m, 'codes that keep the method');
like($said->{err}, qr{whole\.map:2: left: a page that is gone}, 'it is told');
like($said->{out}, qr{^# left: .*\n# gone /x/\*}m, 'and stands there');

like($said->{out}, qr{^# gone /x/\*$}m, 'without a blank behind it');
like($said->{err}, qr{: 1 rule is said, 0 of them differ; 1 rule is left$}m,
    'one is one');
$said = run('export', 'nginx', spit('case.map',
    "permanent ~*^/a/(.*)\$ /b/\$1\npermanent /t/* /u/*\n"));
like($said->{out}, qr{^location\ ~\*\ \S+\ \{\ rewrite\ \(\?i\)\^/a/}mx,
    'a rewrite of nginx has no case where its location has none');
like($said->{out}, qr{^location /t/ \{ rewrite \^/t/\(\.\*\)\$ /u/\$1 permanent; \}$}m,
    'a tree, as people write it');

# Patterns of a host come before; those of others stay in their order.
$said = run('export', 'apache', spit('order.map', join "\n",
    'permanent ~^/[aA]b?/ /1 host=a.test', 'permanent ~^/a(b|$) /2',
    'permanent ~^/[aA]b?/ /3', ''));
like($said->{out}, qr{ /1 .* /2 .* /3 }s, 'regexes in the order written');

my $lossy = spit('lossy.map', join "\n",
    'permanent /m /n max-age=60 method=get',
    'temporary /d /e starts=2020-01-01 ends=2020-02-01',
    'permanent /o /p stage=observe',
    'permanent /t /u stage=trial',
    'permanent /q /r?x=1', '');
$said = run('export', '--output', "$temp/rules", '--json', 'apache', $lossy);
is($said->{status}, 1, 'some are left');
my $json = decode_json($said->{out});
is_deeply([sort map { "$_->{line} $_->{what}" } @{ $json->{told} }], ['1 differs',
    '1 differs', '2 left', '3 left', '4 differs', '5 differs'], 'as JSON');
is_deeply([@$json{qw(said differ left)}], [3, 3, 2], 'and in numbers');
like(slurp("$temp/rules"), qr{\^/t/\?\$ /u \[R=302}, 'the rules are in a file');

for my $wrong (['export'], ['export', 'iis', $whole],
    ['export', 'apache', "$temp/none.map"], ['export', '--json', 'apache', $whole],
    ['export', '--code-for-all', '302', 'apache', $whole],
    ['export', '--code', '600', 'haproxy', $whole]) {
    is(run(@$wrong)->{status}, 2, "@$wrong[1 .. $#$wrong]");
}

$said = run('export', '--map-file', '/m', 'haproxy', spit('h.map',
    "permanent /a /b\npermanent /t/* /u\ntemporary /c /d\n"));
is($said->{status}, 1, 'a map has exact paths of one code');
like($said->{out}, qr{^/a /b\n/a/ /b\n}m, 'which it has');
like($said->{out}, qr{map_str\(/m\)}, 'with the lines that ask it');
like($said->{out}, qr{path /t \} \|\| \{ path_beg /t/ \}}, 'and for a tree');

# -- there and back --------------------------------------------------------------

# Rules of a map, without what only tells
sub rules_of { return grep { !/^#|^$/ } split /\n/, $_[0] }

for my $case (['site.netlify', qr{^//|^permanent ~|:lost}],
    ['pages.cloudflare', qr{ ~}]) {
    my ($source, $but) = @$case;
    my ($format) = $source =~ /\.(\w+)$/;
    my $map = run('import', $format, "$golden/$source")->{out};
    my @rules = grep { !/$but/ } rules_of($map);
    my $back = run('export', $format, spit('there.map', join("\n", @rules, '')));
    is($back->{status}, 0, "$source: all is said") or diag $back->{err};
    my $again = run('import', $format, spit("back.$format", $back->{out}))->{out};
    for (@rules, $again) { # names and the slash behind a host are spelling
        s/\{\w+\}/{}/g;
        s{(https://[^/\s]+)/(?=\s|$)}{$1}gm;
    }
    is_deeply([sort { $a cmp $b } rules_of($again)],
        [sort { $a cmp $b } @rules], "$source: the same rules");
}
done_testing();
