# semredirect replay: what an access log's requests would get.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use IO::Compress::Gzip qw(gzip $GzipError);
use JSON::PP;
use Semr::Command;
use Test::More;

my $dir = File::Temp->newdir;

sub write_file { my ($name, $text) = @_;
    open my $file, '>:raw', "$dir/$name" or die $!;
    print $file $text;
    close $file or die $! }
# A line of the format combined
sub line { my ($request, $status, $before) = @_;
    return ($before // '') . '203.0.113.7 - - [21/Nov/2026:10:00:00 +0000] '
        . qq{"$request" $status 512 "https://e.example/" "a \\"b\\""\n} }
sub replay { my ($log, @options) = @_;
    return semredirect({ in => "$dir", stdin => $log }, 'replay', @options,
        '-', 'a.map') }
sub json { my ($log, @options) = @_;
    return decode_json(replay($log, '--json', @options)->{out}) }

write_file('a.map', <<'END');
permanent /old /new
gone /gone
temporary /t/* /u/*
none /t/stays
permanent /pinned /p code=301
permanent /l1 /l2
permanent /l2 /l1
permanent //h.example/only /there
permanent /unused /x
permanent /watched /w stage=observe
END

my $log = join '', line('GET /old HTTP/1.1', 404) x 3,
    line('POST /old HTTP/1.1', 404), line('GET /old HTTP/1.1', 301),
    line('HEAD /gone HTTP/1.1', 404), line('GET /t/x?y=1 HTTP/1.1', 200),
    line('GET /t/stays HTTP/1.1', 200), line('POST /pinned HTTP/1.1', 200),
    line('GET /l1 HTTP/1.1', 404), line('GET /watched HTTP/1.1', 304),
    line('GET /old.php HTTP/1.1', 404) x 5, line('GET /page HTTP/1.1', 500),
    line('OPTIONS * HTTP/1.1', 200), line('CONNECT h:443 HTTP/1.1', 405),
    line('-', 408), line('\x16\x03\x01', 400), "\n", "no such thing\n",
    line('GET http://h.example/only HTTP/1.1', 200),
    line('GET /user/0123456789abcdef0123456789abcdef/x HTTP/1.1', 404);
my $told = json($log);

is($told->{lines}, 25, 'lines');
is($told->{asked}, 19, 'requests that were asked');
is_deeply($told->{answers}, { 301 => 6, 302 => 1, 303 => 0, 307 => 0,
    308 => 1, 404 => 0, 410 => 1, 451 => 0, none => 9, loop => 1 },
    'answers by code');
is_deeply($told->{logged}, {
    fine => { answered => 3, unanswered => 2 },
    redirect => { answered => 1, unanswered => 0 },
    404 => { answered => 5, unanswered => 7 },
    410 => { answered => 0, unanswered => 0 },
    client_error => { answered => 0, unanswered => 0 },
    server_error => { answered => 0, unanswered => 1 },
    other => { answered => 0, unanswered => 0 } }, 'what the log said');
is($told->{redirects_with_same_code}, 1, 'redirects that are');
is($told->{methods_lost}, 1, '301 to a POST');
is($told->{observed}, 1, 'a rule that is observed');
is_deeply($told->{top_rules}[0], { file => 'a.map', line => 1, count => 5,
    rule => 'permanent /old /new' }, 'the rule that answers most');
is_deeply([map { $_->{line} } @{ $told->{rules_taking_fine_pages} }],
    [3, 5, 8], 'rules that take pages which are fine');
is($told->{unused}, 3, 'rules that were not used');
is_deeply([map { $_->{line} } @{ json($log, '--all')->{unused_rules} }],
    [7, 9, 10], 'which');
is_deeply([map { "$_->{count} $_->{path}" } @{ $told->{stay_404} }],
    ['5 /old.php', '1 /l1', '1 /user/{token}/x'],
    'what stays 404, masked as the server does');
is($told->{stay_404}[0]{nearest}, '/old', 'what it may have meant');
is($told->{stay_404}[0]{rule}, 'permanent /old.php /old', 'and a rule for it');
is_deeply($told->{not_asked}, { no_request => 2, malformed => 1,
    other_hosts => 0, no_path => 2 }, 'what was not asked');
is_deeply([map { "$_->{file}:$_->{line} $_->{why}" } @{ $told->{bad_lines} }],
    ['stdin:20 tells of no request: the client sent none, or no HTTP',
     'stdin:21 tells of no request: the client sent none, or no HTTP',
     'stdin:23 is no line of an access log'], 'the first of them');

# -- text ----------------------------------------------------------------------
my $said = replay($log);
is($said->{status}, 0, 'exit status');
like($said->{out}, qr/\A25 lines, 19 requests asked of 10 rules\n/, 'head');
like($said->{out}, qr/^ +5  a\.map:1  permanent \/old \/new$/m, 'a rule');
like($said->{out}, qr/^ +5  \/old\.php\n +\/old: .*\n +permanent \/old\.php \/old$/m,
    'a path, and what it may have meant');
like($said->{out}, qr/^  404 +5 +7$/m, 'a row of the table');
like($said->{out}, qr/^Rules that were not used: 3 of 10 \(--all lists them\)$/m,
    'unused');
like($said->{out}, qr/^  stdin:23: is no line of an access log: no such thing$/m,
    'a line that is none');
like($said->{out}, qr/^404: 5 mended, 7 stay; 3 requests that were fine change\n\z/m,
    'the sum, last');
unlike(replay(line("GET /\\x1b[2J HTTP/1.1", 404) . "\x1b[2J\n")->{out},
    qr/\x1b/, 'a terminal is told nothing');

# -- hosts -----------------------------------------------------------------
my $hosts = line('GET /old HTTP/1.1', 404, 'h.example:443 ')
    . line('GET /only HTTP/1.1', 404, 'h.example:443 ')
    . line('GET /old HTTP/1.1', 404, 'other.example:443 ');
is(json($hosts)->{answers}{301}, 3, 'vhost_combined');
$told = json($hosts, '--host', 'h.example');
is($told->{answers}{301}, 2, '--host');
is($told->{not_asked}{other_hosts}, 1, 'passes over other hosts');

# -- formats -------------------------------------------------------------------
is(json('{"method":"GET","uri":"/old","status":404}' . "\n")->{logged}{404}
    {answered}, 1, 'JSON lines');
is(json('{"m":"GET","u":"/old"}' . "\n", '--fields', 'method=m,url=u')
    ->{answers}{301}, 1, '--fields');
is(json(line('GET /old HTTP/1.1', 404) . '{"method":"GET","uri":"/old"}',
    '--log', 'combined')->{not_asked}{malformed}, 1, '--log');
is(json(substr(line('GET /old HTTP/1.1', 404), 0, -1))->{asked}, 1,
    'the last line without its end');
is(json("\r\n" . line('GET /old HTTP/1.1', 404) =~ s/\n/\r\n/r)->{asked}, 1,
    'CRLF');
$told = json(('x' x 2_000_000) . "\n\0\0\xff\n" . line('GET /old HTTP/1.1', 404));
is($told->{not_asked}{malformed}, 2, 'a line of two megabytes, and binary');
is($told->{asked}, 1, 'and what comes behind');

# -- files ---------------------------------------------------------------------
my ($many, $packed) = join '', map { line("GET /n$_ HTTP/1.1", 404) } 1 .. 5000;
gzip(\$many, \$packed) or die $GzipError;
write_file('log.gz', $packed);
write_file('log', line('GET /old HTTP/1.1', 404));
sub files { return semredirect({ in => "$dir" }, 'replay', '--json', @_) }
$told = decode_json(files('--and', 'log', 'log.gz', 'a.map')->{out});
is($told->{lines}, 5001, 'gzip, and another log');
write_file('cut.gz', substr $packed, 0, length($packed) / 2);
$said = files('--and', 'log', 'cut.gz', 'a.map');
is($said->{status}, 2, 'a gzip that is cut');
like($said->{err}, qr/cut\.gz: it is no whole gzip file: unexpected end/,
    'is told');
$told = decode_json($said->{out});
cmp_ok($told->{asked}, '>', 1000, 'and what was read so far');
is($told->{asked}, $told->{lines}, 'whole lines only');
is($told->{answers}{301}, 1, 'and the other log');
is(files('none.log', 'a.map')->{status}, 2, 'a log that is not there');
is(files('log', 'none.map')->{status}, 2, 'a map that is not there');
is(semredirect('replay', 'log')->{status}, 2, 'no map');

# -- options -------------------------------------------------------------------
for my $case (['404', 'GET /other', 404], ['fine', 'GET /old', 200],
    ['loop', 'GET /l1', 200]) {
    my ($what, $request, $status) = @$case;
    is(replay(line("$request HTTP/1.1", $status), '--fail-on', $what)
        ->{status}, 1, "--fail-on $what");
    is(replay(line('GET /elsewhere HTTP/1.1', 200), '--fail-on', $what)
        ->{status}, 0, "--fail-on $what: there is none");
}
like(replay('', '--fail-on', '5xx')->{err}, qr/--fail-on "5xx" is unknown: 404/,
    'an unknown one');
like(replay('', '--log', 'iis')->{err}, qr/--log "iis" is none of auto\|/,
    'an unknown format');
like(replay('', '--fields', 'uri')->{err}, qr/--fields: "uri" is no NAME=KEY/,
    'wrong fields');
is(@{ json($log, '--top', 2)->{top_rules} }, 2, '--top');
is(replay('')->{status}, 0, 'an empty log');
write_file('a.map', "permanent /old /new\nnonsense\n");
is(replay('')->{status}, 1, 'a wrong row of a map is no success');
done_testing();
