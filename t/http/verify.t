# semredirect verify, against a real httpd with the module, and against a server
# that behaves as badly as servers do.
# event only: what is tested is who asks
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Semr::Command;
use Semr::Httpd;
use Test::More;
use Time::HiRes 'sleep';

my $dir = File::Temp->newdir;
my @children;
my $owner = $$;
END {
    my $status = $?;
    if ($$ == $owner) {
        kill 'KILL', $_ for @children;
        waitpid $_, 0 for @children;
    }
    $? = $status;
}

sub map_file {
    my ($name, $text) = @_;
    open my $file, '>', "$dir/$name" or die;
    print $file $text;
    close $file or die;
    return "$dir/$name";
}

sub lines_of {
    my ($name) = @_;
    open my $file, '<', $name or return;
    return scalar(() = <$file>);
}

my $moves = <<'END';
permanent /old /new.html
permanent /tree/* /there/*
permanent /p-{id}.html /new.html?id={id}
permanent /q?id=7 /new.html?n=7
gone /gone
temporary /t /new.html
permanent //other.test/x /new.html
permanent /away https://elsewhere.invalid/x
permanent /watched /new.html stage=observe
permanent /tried /new.html stage=trial
none /tree/stays
permanent /twice /old
permanent https://one.test/s /new.html
temporary /later /new.html starts=2999-01-01
expect GET /tree/page.html 301 /there/page.html
expect GET /tree/stays pass
expect POST /old 308 /new.html
END

my %pages = ('new.html' => 'n', 'there/page.html' => 'p', 'there/index.html' =>
    'i', 'tree/stays' => 's');
my $httpd = Semr::Httpd->new(modules => ['dir'],
    conf => "SemanticRedirectRefresh 0\nLogFormat \"%{Host}i %m %U%q\" seen\n"
        . "CustomLog seen_log seen\nDirectoryIndex index.html",
    sites => [
        { name => 'one', files => \%pages, conf => 'ServerAlias other.test'
                . "\nSemanticRedirectMap one.map" },
        { name => 'ends', files => \%pages,
            conf => 'SemanticRedirectMap ends.map' },
        { name => 'many', files => \%pages,
            conf => 'SemanticRedirectMap many.map' }]);
my $ends = <<'END';
permanent /a /missing.html
permanent /b /missing.html
permanent /c/* /nothing/*
permanent /d /new.html
END
my $many = join '', map { "permanent /m/$_ /new.html\n" } 1 .. 400;
$httpd->write('one.map', $moves);
$httpd->write('ends.map', $ends);
$httpd->write('many.map', $many);
$httpd->start or die $httpd->log;
my $against = 'http://127.0.0.1:' . $httpd->port;

# Verifies a map as the first site's, or that of another --host
sub verified {
    my ($text, @options) = @_;
    my $map = map_file('moves.map', $text);
    unshift @options, '--host', 'one.test', '--host', 'other.test'
        if !grep { $_ eq '--host' } @options;
    my $said = semredirect('verify', '--against', $against, '--rate', 2000,
        @options, $map);
    $said->{out} =~ s/\Q$dir\E\///g;
    return $said;
}

sub is_said {
    my ($said, $status, $name, @wanted) = @_;
    is($said->{status}, $status, "$name: status") or diag(explain $said);
    for my $wanted (@wanted) {
        like($said->{out}, ref $wanted ? $wanted : qr/\Q$wanted\E/,
            "$name: says so");
    }
}

# -- right -------------------------------------------------------------------

my $said = verified($moves);
is_said($said, 0, 'the map that is loaded',
    qr/^Not asked \(1\): by a method that might/m,
    qr/^Not asked \(1\): for the other scheme/m,
    qr/^Not asked \(1\): sends nothing now/m,
    qr/^Not asked \(1\): an end on another server/m,
    qr/^Not asked \(1\): an end that nobody knows/m,
    qr/^14 asked, 14 answered right; (\d+) ends, \1 good$/m);
my @seen = split /\n/, $httpd->read('seen_log');
is_deeply([grep { !/^(?:one|other)\.test GET / } @seen], [],
    'nothing but GET was sent, with the names of the site');
ok((grep { $_ eq 'other.test GET /x' } @seen), 'the host that a rule names');
is((grep { $_ eq 'one.test GET /new.html' } @seen), 1, 'an end is asked once');

$httpd->write('seen_log', '');
$said = verified($moves, '--head', '--no-ends');
is_said($said, 0, '--head --no-ends', qr/; 0 ends, 0 good$/m);
$said = verified($moves, '--methods', 'GET,POST');
is_said($said, 0, '--methods', qr/^27 asked, 27 answered right/m);
unlike($said->{out}, qr/by a method/, 'then POST is asked');
$said = verified($moves, '--sample', 4, '--json');
my $json = decode_json($said->{out});
is($json->{questions}, 3 + 4, '--sample');

# -- wrong -------------------------------------------------------------------

$said = verified("permanent /old /new.html\npermanent /t /new.html\n"
    . "permanent /tree/* /elsewhere/*\npermanent /missing /new.html\n"
    . "temporary /tried /new.html\npermanent /watched /new.html\n"
    . "permanent /gone /new.html\nexpect GET /old 302 /new.html\n");
is_said($said, 1, 'another map',
    qr/^Another code \(2\): .*\nmoves.map:2: GET \S+\/t\n    expected 301 \/new.html\n    got      302 \/new.html, no-store\n/m,
    qr/^moves.map:7: GET \S+\n    expected 301 \/new.html\n    got      410\n/m,
    qr/^Another Location \(1\): .*\nmoves.map:3: GET \S+\/tree\n    expected 301 \/elsewhere\n    got      301 \/there\n/m,
    qr/^Not redirected \(2\): .*\nmoves.map:4: .*\n.*\n    got      404\n/m,
    qr/^Expect lines that the maps do not keep \(1\).*\nmoves.map:8: /m);
$said = verified("temporary /t /new.html\npermanent /old /new.html "
        . "stage=observe\nnone /tree/page.html\n", '--all');
is_said($said, 1, 'what should send nothing',
    qr/^moves.map:2: GET \S+: redirected\n    expected nothing of what is only observed: 301 \/new.html\n    got      301 \/new.html\n/m,
    qr/^moves.map:3: GET \S+: redirected\n    expected no redirect\n/m);

$said = verified($ends, '--host', 'ends.test');
# of the two rules that lead to one end, the one is told that was answered first
is_said($said, 1, 'ends',
    qr/^The end is not there \(1\): .*\nmoves.map:(?:1: GET \S+\/a|2: GET \S+\/b)\n    expected 301 \/missing.html, and a page there\n    got      404 at http:\/\/ends.test\/missing.html\n/m,
    qr/^The new top of a tree is not there \(1\)/m,
    qr/^4 asked, 4 answered right; 3 ends, 1 good$/m);
is(verified($ends, '--host', 'ends.test', '--end-ok', '200,404')->{status}, 0, '--end-ok');
is(verified("permanent /d /new.html\n", '--host', 'ends.test')->{status}, 0,
    'a part of what is loaded');

# Maps that are wrong or cannot be read
is_said(verified("permanent /old /new.html\n301 /x /y\n"), 1, 'a wrong row');
is(semredirect('verify', '--against', $against, "$dir/none.map")->{status}, 2,
    'no map');
for my $row (['which server', "$dir/moves.map"],
        ['it is no URL', '--against', '::', "$dir/moves.map"],
        ['http or https', '--against', 'ftp://h', "$dir/moves.map"],
        ['--user', '--against', 'http://u:p@h', "$dir/moves.map"],
        ['whole paths', '--against', 'http://h/x', "$dir/moves.map"],
        ['--rate "0"', '--against', $against, '--rate', 0, "$dir/moves.map"],
        ['--end-ok "x"', '--against', $against, '--end-ok', 'x',
            "$dir/moves.map"],
        ['--methods "get"', '--against', $against, '--methods', 'get',
            "$dir/moves.map"],
        ['--header "x"', '--against', $against, '--header', 'x',
            "$dir/moves.map"]) {
    my ($text, @words) = @$row;
    my $refused = semredirect('verify', @words);
    is($refused->{status}, 2, "refused: $text");
    like($refused->{err}, qr/\Q$text\E/, 'and says why');
}

# -- stopped, and taken up ---------------------------------------------------

my $map = map_file('many.map', $many);
my $journal = "$dir/run.journal";
my @command = ('verify', '--against', $against, '--host', 'many.test',
    '--resume', $journal, '--rate', 100);
my $pid = fork() // die;
if (!$pid) {
    open STDERR, '>', "$dir/err";
    open STDOUT, '>', "$dir/out";
    exec $Semr::Command::COMMAND, @command, $map or POSIX::_exit(127);
}
push @children, $pid;
Semr::Httpd::wait_for(sub { (lines_of($journal) // 0) > 4 });
like(semredirect(@command, $map)->{err}, qr/another run uses it/,
    'one run at a time');
kill 'INT', $pid;
waitpid $pid, 0;
is($? >> 8, 2, 'stopped: status');
is($? & 127, 0, 'in order');
like(slurped("$dir/err"), qr/stopped after \d+ of 400 questions; .*\Q$journal/,
    'and says so');
like(slurped("$dir/out"), qr/^\d+ asked, \d+ answered right/m,
    'with the summary');
$json = decode_json(semredirect(@command[0 .. $#command - 2], '--json',
    '--rate', 2000, $map)->{out});
cmp_ok($json->{already_right}, '>', 0, 'it goes on');
is($json->{already_right} + $json->{asked}, 400, 'where it was');
is($json->{right}, $json->{asked}, 'and all are right');
$said = semredirect(@command, $map);
is_said($said, 0, 'once more', qr/^400 were right in an earlier run$/m,
    qr/^0 asked/m);
like(semredirect(@command, map_file('many.map', "$many\npermanent /n /o\n"))
    ->{err}, qr/a map has changed since; remove it/, 'a changed map is told');
$httpd->stop;

sub slurped {
    my ($name) = @_;
    open my $file, '<', $name or return '';
    local $/;
    return scalar(<$file>) // '';
}

# -- https -------------------------------------------------------------------

SKIP: {
    -e Semr::Httpd::apxs('LIBEXECDIR') . '/mod_ssl.so'
        or skip 'there is no mod_ssl', 8;
    my $made = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=one.test -addext subjectAltName=DNS:one.test -keyout $dir/key.pem -out $dir/cert.pem 2>&1`;
    $? and skip 'there is no openssl', 8;
    my $tls = Semr::Httpd->new(modules => ['ssl'], sites => [{ name => 'one',
        files => { 'new.html' => 'n' }, conf => 'SSLEngine on' . "\n"
            . "SSLCertificateFile %root%/cert.pem\n"
            . "SSLCertificateKeyFile %root%/key.pem\n"
            . 'SemanticRedirectMap one.map' }]);
    my $rules = "permanent /old /new.html\npermanent https://one.test/s "
        . "https:/new.html\npermanent http://one.test/h /new.html\n";
    $tls->write('one.map', $rules);
    $tls->write($_, slurped("$dir/$_")) for qw(cert.pem key.pem);
    $tls->start or die $tls->log;
    my @tls = ('verify', '--against', 'https://127.0.0.1:' . $tls->port,
        '--retries', 0, map_file('tls.map', $rules));
    $said = semredirect(@tls, '--host', 'one.test', '--ca', "$dir/cert.pem");
    is_said($said, 0, '--ca', qr/^2 asked, 2 answered right; 1 ends, 1 good$/m,
        qr/^Not asked \(1\): for the other scheme/m);
    is_said(semredirect(@tls, '--host', 'one.test'), 1, 'a certificate that '
        . 'nobody vouches for', qr/^No answer \(2\)/m);
    is_said(semredirect(@tls, '--host', 'other.test', '--ca', "$dir/cert.pem"),
        1, 'a certificate of another name', qr/^No answer \(1\)/m);
    is(semredirect(@tls, '--host', 'one.test', '--insecure')->{status}, 0,
        '--insecure');
    $tls->stop;
}

# -- a server that behaves badly ---------------------------------------------

my $bad = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 50,
    ReuseAddr => 1) or die "listen: $!";
my $log = "$dir/bad.log";
$pid = fork() // die;
if (!$pid) {
    $SIG{CHLD} = 'IGNORE';
    $SIG{PIPE} = 'DEFAULT';
    while (my $client = $bad->accept) {
        next if fork();
        behave($client);
        POSIX::_exit(0);
    }
    POSIX::_exit(0);
}
push @children, $pid;

# One answer, by its path
sub behave {
    my ($client) = @_;
    my ($head, $path) = ('');
    while (my $line = <$client>) {
        $head .= $line;
        last if $line =~ /^\r?\n/;
    }
    ($path) = $head =~ /^\S+ (\S+)/ or return;
    open my $file, '>>', $log;
    syswrite $file, "$path " . ($head =~ /^Authorization: (.*?)\r/m ? $1 : '-')
        . "\n";
    my $before = () = slurped($log) =~ /^\Q$path\E /mg;
    my $moved = "HTTP/1.1 301 M\r\nConnection: close\r\nLocation: ";
    my $times = $before > 1 ? "$moved/page" : "HTTP/1.1 503 B\r\n"
        . "Connection: close\r\nRetry-After: 1";
    my ($hop) = $path =~ /(\d+)$/;
    my $answer = $path eq '/slow' ? do { sleep 30; '' }
        : $path eq '/shut' ? return
        : $path eq '/shut-once' ? ($before > 1 ? "$moved/page" : return)
        : $path eq '/busy' ? $times
        : $path eq '/always-busy' ? "HTTP/1.1 429 B\r\nConnection: close"
        : $path eq '/circle' ? "$moved/circle-2"
        : $path eq '/circle-2' ? "$moved/circle-3"
        : $path eq '/circle-3' ? "$moved/circle-2"
        : $path eq '/hop' ? "$moved/hop-1"
        : $path =~ /^\/hop-/ ? "$moved/hop-" . ($hop + 1)
        : $path eq '/huge' ? "$moved/endless"
        : $path eq '/odd' ? "$moved\t\e[2Jx://\x01"
        : $path eq '/file' ? "${moved}file:///etc/passwd"
        : $path eq '/garbage' ? "\x00\xff" x 500
        : "HTTP/1.1 200 OK\r\nConnection: close";
    print $client "$answer\r\n\r\n";
    $client->flush;
    return if $path ne '/endless';
    1 while syswrite $client, 'x' x 65536;
}

my $bad_url = 'http://127.0.0.1:' . $bad->sockport;
sub badly {
    my ($to, @options) = @_;
    my $text = join '', map { "permanent /$_ $to->{$_}\n" } sort keys %$to;
    my $told = semredirect('verify', '--against', $bad_url, '--rate', 1000,
        @options, map_file('bad.map', $text));
    return ($told, eval { decode_json($told->{out}) });
}

($said, $json) = badly({ 'shut' => '/x', slow => '/x' }, '--json', '--timeout',
    1, '--retries', 0);
is($json->{counts}{unreachable}, 2, 'shut, and slow') or diag(explain $said);
($said, $json) = badly({ 'shut-once' => '/page', busy => '/page' }, '--json');
is($said->{status}, 0, 'shut once, busy once') or diag(explain $said);
is($json->{retries}, 2, 'both are tried again');
($said, $json) = badly({ 'always-busy' => '/page' }, '--json', '--retries', 1);
is($json->{counts}{busy}, 1, 'always busy');
is((() = slurped($log) =~ /^\/always-busy /mg), 2, 'is asked twice then');
($said, $json) = badly({ circle => '/circle-2', hop => '/hop-1' }, '--json');
is($json->{counts}{circle}, 1, 'a circle') or diag(explain $said);
is($json->{counts}{long}, 1, 'hops without an end');
is((() = slurped($log) =~ /^\/hop-/mg), 10, 'of which ten are asked');
($said) = badly({ huge => '/endless' });
is($said->{status}, 0, 'a body without an end') or diag(explain $said);
($said, $json) = badly({ odd => '/x', file => '/x', garbage => '/x' }, '--json',
    '--retries', 0);
is($said->{status}, 1, 'a Location that is none') or diag(explain $said);
is($json->{counts}{location} + $json->{counts}{unreachable}
    + $json->{counts}{not_redirected}, 3, 'and no HTTP at all')
    or diag(explain $said);
($said) = badly({ odd => '/x' });
unlike($said->{out}, qr/[\e\x01]/, 'nothing of it reaches the terminal raw');
badly({ page => '/x' }, '--user', 'me:secret');
like(slurped($log), qr/^\/page Basic bWU6c2VjcmV0$/m, '--user');
badly({ page => '/x' }, '--header', 'Authorization: Bearer t');
like(slurped($log), qr/^\/page Bearer t$/m, '--header');

# Ends elsewhere are asked there, without what opens doors here.
my $away = "http://localhost:" . $bad->sockport . '/away-page';
my $first = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5,
    ReuseAddr => 1) or die;
$pid = fork() // die;
if (!$pid) {
    while (my $client = $first->accept) {
        1 while ($_ = <$client> // '') =~ /\S/;
        print $client "HTTP/1.1 301 M\r\nConnection: close\r\nLocation: "
            . "$away\r\n\r\n";
    }
    POSIX::_exit(0);
}
push @children, $pid;
$map = map_file('away.map', "permanent /away $away\n");
@command = ('verify', '--against', 'http://127.0.0.1:' . $first->sockport,
    '--user', 'me:secret', $map);
$said = semredirect(@command);
is_said($said, 0, 'an end elsewhere', 'an end on another server');
unlike(slurped($log), qr/away-page/, 'is not asked');
$said = semredirect(@command, '--elsewhere');
is_said($said, 0, '--elsewhere', qr/; 1 ends, 1 good/);
like(slurped($log), qr/^\/away-page -$/m, 'is asked, without --user');
kill 'KILL', $pid;
waitpid $pid, 0;
my $nobody = "http://127.0.0.1:" . Semr::Httpd::free_port();
$said = semredirect('verify', '--against', $nobody, '--retries', 0,
    map_file('many.map', $many));
is_said($said, 1, 'nobody there', qr/^No answer \(/m);
like($said->{err}, qr/nobody answers there after \d+ of 400/,
    'is soon given up');
done_testing();
