# Hits go by the rule: one that is taken out and put back has what it had, and
# SemanticRedirectStatePersist keeps all of them over a stop; whatever is wrong
# with its file, httpd starts.
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

my $httpd = Semr::Httpd->new(sites => [ { name => 'one' } ]);
my $state = "$httpd->{root}/kept/semredirect-state";
my $AFTER = "SemanticRedirect permanent /after /x\n";

sub configure {
    my ($rules, $global) = @_;
    $httpd->{conf} = "SemanticRedirectRefresh 1\n" . ($global // '');
    $httpd->{sites}[0]{conf} = "$rules\n$AFTER$PAGE";
    $httpd->write('httpd.conf', $httpd->configuration);
}

sub hits {
    my $json = json_of($httpd, 'one');
    return ($json->{answers}, $json->{since},
        map { $_->{from} => $_->{hits} } @{ $json->{rules} });
}

sub hit {
    my ($path, $count) = @_;
    $httpd->ask("GET $path", 'one.test') for 1 .. $count;
}

# Answers, when counting began, hits by FROM
sub same {
    my ($what, $answers, $since, %hits) = @_;
    my ($got_answers, $got_since, %got);
    Semr::Httpd::wait_for(sub {
        ($got_answers, $got_since, %got) = hits();
        ($got{$_} // -1) == $hits{$_} || return 0 for keys %hits;
        1;
    }, 5);
    is_deeply({ map { $_ => $got{$_} } keys %hits }, \%hits, "$what: hits");
    is($got_answers, $answers, "$what: answers");
    is($got_since, $since, "$what: since") if defined $since;
}

# One that ran has its folder, its port and its log still.
sub again {
    my ($what) = @_;
    $httpd->stop;
    sleep 1.1;          # a second later, so that "since" would tell
    unlink "$httpd->{root}/error_log";
    ok($httpd->start, "$what: httpd starts") or diag($httpd->log);
    Semr::Httpd::wait_for(
        sub { $httpd->ask('GET /')->status ne 'no answer' });
}

# -- taken out, changed, put back
configure("SemanticRedirect permanent /a /x\nSemanticRedirect gone /b\n"
    . 'SemanticRedirectMap one.map');
$httpd->write('one.map', "permanent /m /x\npermanent /n /x\n");
serving($httpd);
hit('/a', 3);
hit('/b', 2);
hit('/m', 4);
hit('/n', 1);
my (undef, $since) = hits();
same('at first', 10, $since, '/a' => 3, '/b' => 2, '/m' => 4, '/n' => 1);
SKIP: {
    skip 'httpd runs without children', 19 if Semr::Httpd::alone();
    configure('SemanticRedirectMap one.map');
    $httpd->restart('USR1');
    same('taken out', 10, $since, '/m' => 4, '/n' => 1, '/after' => 0);
    configure("SemanticRedirect gone /new\nSemanticRedirect gone /b note=n\n"
        . "SemanticRedirect permanent /a /elsewhere\n"
        . 'SemanticRedirectMap one.map');
    $httpd->restart('HUP');
    same('one put back, one changed', 10, $since, '/a' => 0, '/b' => 2,
        '/new' => 0);
    configure("SemanticRedirect permanent /a /x max-age=7d\n"
        . 'SemanticRedirectMap one.map');
    $httpd->restart('USR1');
    same('the other put back', 10, $since, '/a' => 3, '/m' => 4, '/n' => 1);
    # a sum that fell would be a reset of all of it to a monitor
    my $rules = "SemanticRedirect permanent /a /x\nSemanticRedirectMap one.map";
    configure("$rules\n<Location /in>\nSemanticRedirect gone /in/x\n</Location>");
    $httpd->restart('USR1');
    hit('/in/x', 1);
    same('a section', 11, $since, '/a' => 3, '/in/x' => 1);
    configure($rules);
    $httpd->restart('USR1');
    same('without it', 11, $since, '/a' => 3);
}
SKIP: {
    skip 'nothing watches maps', 4 if Semr::Httpd::alone();
    put($httpd, 'one.map', "gone /z\npermanent /n /x\n");
    same('a map without a row', 11, $since, '/z' => 0, '/n' => 1);
    hit('/n', 1);
    put($httpd, 'one.map', "permanent /n /x\ngone /z\npermanent /m /x\n");
    same('and with it', 12, $since, '/n' => 2, '/z' => 0, '/m' => 4);
}
again('without StatePersist');
my ($answers, $new, %hits) = hits();
is_deeply([grep { $hits{$_} } keys %hits], [], 'a stop: no hits are left');
isnt($new, $since, 'a stop: counting began anew');

# -- kept over a stop
my $rules = "SemanticRedirect permanent /a /x\nSemanticRedirectMap one.map";
my $on = "SemanticRedirectStatePersist On kept\n";
mkdir "$httpd->{root}/kept", 0700;
configure($rules, $on);
again('with StatePersist');
ok(!-e $state, 'there is no state yet');
unlike($httpd->log, qr/state file/, 'and nothing is said about it');
hit('/a', 5);
hit('/n', 2);
(undef, $since) = hits();
SKIP: {
    skip 'httpd runs without children', 1 if Semr::Httpd::alone();
    $httpd->restart('USR1');
    ok(!-e $state, 'it is not written by a restart');
}
SKIP: {
    # under -X, the one process has given up root by then
    skip 'httpd runs without a parent', 60 if Semr::Httpd::alone();
    configure("SemanticRedirect gone /new\n$rules", $on);
    again('a stop');
    is((stat $state)[2] & 07777, 0600, 'the state is its user\'s alone');
    same('a stop', 7, $since, '/new' => 0, '/a' => 5, '/n' => 2);
    hit('/a', 1);
    # a graceful one, which waits for children
    my $pid = $httpd->pid;
    kill 'WINCH', $pid;
    ok(Semr::Httpd::wait_for(sub { $httpd->ended }), 'a graceful stop ends');
    ok($httpd->start, 'after a graceful stop');
    same('a graceful stop', 8, $since, '/a' => 6, '/n' => 2);

    # -- what is wrong with it
    my $user = (stat $state)[4];
    my %harm = (
        'a damaged one' => [ sub { change(sub { $_[0] =~ s/.\z/\xff/s }) },
            qr/checksum/ ],
        'one cut off' => [ sub { truncate $state, 100 }, qr/cut off/ ],
        'an empty one' => [ sub { truncate $state, 0 }, qr/none of this/ ],
        'a link' => [ sub { rename $state, "$state.real";
            symlink "$state.real", $state }, qr/symbolic link/ ],
        'one that others may write' => [ sub { chmod 0666, $state },
            qr/others may write/ ],
        'a FIFO' => [ sub { unlink $state; POSIX::mkfifo($state, 0600) },
            qr/no regular file/ ],
        'a folder' => [ sub { unlink $state; mkdir $state }, 
            qr/no regular file/ ],
        $> || $ENV{SEMR_USER} ? () : ('another user\'s' =>
            [ sub { chown 1, 1, $state }, qr/another user/ ]));
    for my $what (sort keys %harm) {
        my ($do, $why) = @{ $harm{$what} };
        hit('/a', 1);
        $httpd->stop;
        ok(-s $state, "$what: the state was written") or next;
        system 'rm', '-rf', "$state.bad", "$state.real";
        $do->();
        unlink "$httpd->{root}/error_log";
        ok($httpd->start, "$what: httpd starts") or diag($httpd->log);
        my (undef, $now, %hits) = hits();
        is($hits{'/a'}, 0, "$what: counting begins anew");
        like($httpd->log, qr/semredirect-state is not used: .*$why/,
            "$what: the log says why");
        ok(-e "$state.bad" || -l "$state.bad", "$what: it is left aside");
        ok(!-e $state, "$what: and not in the way");
    }
    # -- a folder that is not to be trusted
    hit('/a', 1);
    $httpd->stop;
    chmod 0777, "$httpd->{root}/kept";
    unlink "$httpd->{root}/error_log";
    ok($httpd->start, 'a folder that others may write: httpd starts');
    my (undef, undef, %none) = hits();
    is($none{'/a'}, 0, 'a folder that others may write: nothing is read');
    like($httpd->log, qr/others may write to the folder .*chmod go-w/,
        'a folder that others may write: the log has the mend');
}
$httpd->stop;

# -- the directive
for my $words ('Maybe', 'On a b', 'On /x y') {
    my ($status, $said) = Semr::Httpd->new(
        conf => "SemanticRedirectStatePersist $words")->verdict;
    isnt($status, 0, "SemanticRedirectStatePersist $words: refused");
}
my ($status, $said) = Semr::Httpd->new(sites => [ { name => 'one',
    conf => 'SemanticRedirectStatePersist On' } ])->verdict;
isnt($status, 0, 'in a virtual host: refused');
done_testing();

sub change {
    my ($how) = @_;
    open my $in, '<:raw', $state or die $!;
    my $bytes = do { local $/; <$in> };
    $how->($bytes);
    open my $out, '>:raw', $state or die $!;
    print $out $bytes;
}
