# Whatever becomes of a map while httpd runs, the last good rules answer, the
# page and the log say what happened, and nothing is left behind (DESIGN 6).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX ();
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Test::More;
use Time::HiRes qw(sleep time);

my $M = 'SemanticRedirectMap';
my $ROWS = $ENV{SEMR_ROWS} // 200;

# A version of a map: each of its answers names it.
sub rows { my ($n) = @_;
    return join '', map { "permanent /p$_ /v$n/p$_\n" } 0 .. $ROWS - 1 }

# name => [what is done to the file, what the page says then]
my %fault = (
    bad => [sub { put($_[0], $_[1], rows(1) . "permanent /p\n") },
        qr/refused, for 1 of its \d+ rows.*bad\.map:\d+: .*\/p/],
    rubbish => [sub { put($_[0], $_[1], join '',
        map { chr(33 + $_ * 7919 % 200) . ($_ % 50 ? '' : "\n") } 1 .. 5000) },
        qr/refused.*rubbish\.map:1: /],
    binary => [sub { put($_[0], $_[1], join '', map { chr($_ * 31 % 256) }
        1 .. 5000) }, qr/refused.*binary\.map/],
    removed => [sub { unlink "$_[0]{root}/$_[1]" }, qr/No such file/],
    folder => [sub { unlink "$_[0]{root}/$_[1]"; mkdir "$_[0]{root}/$_[1]" },
        qr/is a directory/],
    pipe => [sub { unlink "$_[0]{root}/$_[1]";
        POSIX::mkfifo("$_[0]{root}/$_[1]", 0644) }, qr/is a pipe/],
    dangling => [sub { unlink "$_[0]{root}/$_[1]";
        symlink 'nowhere', "$_[0]{root}/$_[1]" }, qr/No such file/],
    device => [sub { unlink "$_[0]{root}/$_[1]";
        symlink '/dev/zero', "$_[0]{root}/$_[1]" }, qr/is a device/],
    unreadable => [sub { chmod 0, "$_[0]{root}/$_[1]" }, qr/ermission denied/],
    empty => [sub { truncate "$_[0]{root}/$_[1]", 0 }, qr/has no rows/],
    shrunk => [sub { truncate "$_[0]{root}/$_[1]", 1003 },
        qr/refused.*shrunk\.map:\d+/],
    half => [sub { $_[0]->write($_[1], rows(1) . 'permanent /half') },
        qr/refused.*half\.map:\d+: .*\/half/],
);
my @names = sort keys %fault;
my $httpd = Semr::Httpd->new(start => 2, conf => "SemanticRedirectRefresh 1\n",
    sites => [ map { { name => $_, conf => "$M $_.map\n$PAGE" } }
        @names ]);
$httpd->write("$_.map", rows(0)) for @names;
serving($httpd);

# All answers come from one version.
my @wrong;
sub look {
    my ($name, $version) = @_;
    my $n = int rand $ROWS;
    my $to = location($httpd, $name, "/p$n");
    push @wrong, "$name: /p$n -> $to" if $to ne "/v$version/p$n";
    push @wrong, "$name: half a row answers"
        if location($httpd, $name, '/half') ne '';
}

my %generation = map { $_ => 0 } @names;
my $good = 0;
for my $round (1 .. $ENV{SEMR_ROUNDS} // 1) {
    $fault{$_}[0]->($httpd, "$_.map") for @names;
    my %said;
    Semr::Httpd::wait_for(sub {
        for my $name (@names) {
            look($name, $good);
            my ($map) = told($httpd, $name);
            $said{$name} = $map if $map->{error};
        }
        return !grep { !$said{$_} } @names;
    });
    for my $name (@names) {
        like($said{$name}{error} // '', $fault{$name}[1],
            "$name: the page says it");
        is($said{$name}{generation}, $generation{$name},
            "$name: nothing was taken up");
        like($httpd->log, qr/semredirect:error\].*\b\Q$name\E\.map.*
            built\ last\ stay/x, "$name: the log says it");
    }
    is("@wrong", '', 'the last good rules have answered');
    if ($round == 1) {
        sleep 2.2;
        my @told = $httpd->log =~ /(removed\.map cannot be found)/g;
        is(scalar @told, 1, 'each trouble is told once');
    }

    # All is well again with the next good version.
    $good += 2;
    for my $name (@names) {
        rmdir "$httpd->{root}/$name.map";
        put($httpd, "$name.map", rows($good));
    }
    for my $name (@names) {
        ok(answers($httpd, $name, '/p1', "/v$good/p1"), "$name: mended");
        my $map;
        ok(Semr::Httpd::wait_for(sub { ($map) = told($httpd, $name);
            $map->{generation} > $generation{$name} && !$map->{error} }),
            "$name: and the error is gone") or diag($map->{error});
        $generation{$name} = $map->{generation};
    }
}
my @files = run_files($httpd);
is(scalar @files, scalar @names, 'a file for each map')
    or diag("@files");
SKIP: {
    skip 'httpd runs without children', 1 if Semr::Httpd::alone();
    ok(Semr::Httpd::wait_for(sub { !grep { $_ != @names } mappings($httpd) }),
        'a mapping for each map') or diag(join ' ', mappings($httpd));
}

# Written in place, slowly: half of it is never taken up, with or without a
# line end behind it.
open my $slow, '>', "$httpd->{root}/bad.map" or die;
$slow->autoflush(1);
for my $n (0 .. 9) {
    print $slow $n % 2 ? "$n/slow /x\n" : "permanent /p$n /v3/p$n\npermanent /s";
    for (1 .. 4) {
        sleep 0.1;
        my $to = location($httpd, 'bad', '/p1');
        push @wrong, "while it is written: $to" if $to ne "/v$good/p1";
    }
}
close $slow;
ok(answers($httpd, 'bad', '/p0', '/v3/p0'), 'written slowly, and whole now');
is("@wrong", '', 'the version before has answered until then');
$httpd->stop;
nothing_left($httpd);

# A full disk
SKIP: {
    skip 'only root can mount a small disk', 6 if $> || $ENV{SEMR_USER};
    my $full = Semr::Httpd->new(
        conf => "SemanticRedirectRefresh 1\nDefaultRuntimeDir %root%/small",
        sites => [ { name => 'one', conf => "$M one.map\n$PAGE" } ]);
    mkdir "$full->{root}/small";
    my $mount = "mount -t tmpfs -o size=64k,mode=755 none $full->{root}/small";
    skip 'this root cannot mount', 6 if system("$mount 2>/dev/null");
    $full->write('one.map', "permanent /old /v0\n");
    if ($full->start) {
        is(location($full, 'one', '/old'), '/v0', 'full: at the start');
        put($full, 'one.map', "permanent /old /v1\n"
            . join '', map { "permanent /$_/old /new/$_\n" } 1 .. 5000);
        ok(Semr::Httpd::wait_for(sub { ((told($full, 'one'))[0]{error} // '')
            =~ /No space left/ }), 'full: the page says it');
        is(location($full, 'one', '/old'), '/v0', 'full: the rules stay');
        is_deeply([run_files($full, "$full->{root}/small")], [],
            'full: no half of a file is left');
        put($full, 'one.map', "permanent /old /v2\n");
        ok(answers($full, 'one', '/old', '/v2'), 'full: a smaller one fits');
    }
    $full->stop;
    system 'umount', "$full->{root}/small";
}
done_testing();
