# The log fields (DESIGN 5) and LogLevel semredirect:debug.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Test::More;

my $P = 'SemanticRedirect permanent';
my $httpd = Semr::Httpd->started(
    conf => 'LogFormat "%v %m %U|%>s|%{SEMREDIRECT_CODE}e|'
        . '%{SEMREDIRECT_STAGE}e|'
        . "%{SEMREDIRECT_RULE}e\" semr\nCustomLog access_log semr\n"
        . "LogLevel semredirect:debug\nSemanticRedirectChains keep",
    sites => [
        { name => 'live', conf => "$P /old /new\n$P /tree/* /t/*\n"
            . "SemanticRedirect gone /dead\n"
            . "SemanticRedirect see-other /s /new\n"
            . "SemanticRedirect none /none\n"
            . "$P /off/* /wide/*\n$P /off/x /narrow stage=off" },
        { name => 'observe', conf => "SemanticRedirectStage observe\n"
            . "$P /old /new\n"
            . "SemanticRedirect gone /dead" },
        { name => 'trial', conf => "SemanticRedirectStage trial\n"
            . "$P /old /new" },
        { name => 'section', conf => "<Location /l>\n$P /l /new\n</Location>",
            files => { '.htaccess' => "$P /h /new" } },
        { name => 'mixed', conf => "$P /a /server\n<Location /a>\n"
            . "SemanticRedirectStage observe\n"
            . "</Location>", files => { 'a' => 'file' } },
    ]);

# host, request, the log's status, code and stage; the rule: 1 there is one
my @rows = (
    ['live', 'GET /old', '301|301|live', 1],
    ['live', 'HEAD /old', '301|301|live', 1],
    ['live', 'POST /old', '308|308|live', 1],
    ['live', 'GET /tree/x', '301|301|live', 1],
    ['live', 'GET /dead', '410|410|live', 1],
    ['live', 'GET /s', '303|303|live', 1],
    ['live', 'OPTIONS /s', '200|-|-', 0], ['live', 'GET /other', '404|-|-', 0],
    ['live', 'GET /off/x', '301|301|live', 1],
    ['observe', 'GET /old', '404|301|observe', 1],
    ['observe', 'POST /old', '404|308|observe', 1],
    ['observe', 'GET /dead', '404|410|observe', 1],
    ['observe', 'GET /x', '404|-|-', 0],
    ['trial', 'GET /old', '302|302|trial', 1],
    ['trial', 'POST /old', '307|307|trial', 1],
    ['section', 'GET /l', '301|301|live', 1],
    ['section', 'GET /h', '301|301|live', 1],
    ['mixed', 'GET /a', '200|301|observe', 1],
);
$httpd->ask($_->[1], "$_->[0].test") for @rows;
Semr::Httpd::wait_for(sub { ($httpd->read('access_log') =~ tr/\n//) >= @rows });

my %rule;
for my $row (@rows) {
    my ($host, $request, $fields, $has_rule) = @$row;
    my ($line) = grep { index($_, "$host.test $request|") == 0 }
        split /\n/, $httpd->read('access_log');
    $line //= '(no line)';
    my ($got, $rule) = $line =~ /\|(.*)\|(.*)$/;
    is($got, $fields, "$host: $request: status, code and stage") or diag($line);
    is(($rule // '-') ne '-' ? 1 : 0, $has_rule, "$host: $request: "
        . ($has_rule ? 'a rule is named' : 'no rule is named')) or diag($line);
    $rule{"$host $request"} = $rule;
}
is($rule{'live HEAD /old'}, $rule{'live GET /old'}, 'a rule has one name');
isnt($rule{'live GET /tree/x'}, $rule{'live GET /old'}, 'two rules have two');

# The debug log tells which rule won, and which were passed over and why.
my $log = $httpd->log;
sub line_of { my ($text) = @_;
    my $conf = $httpd->read('httpd.conf');
    return 1 + (substr($conf, 0, index $conf, $text) =~ tr/\n//) }
my %debug;
for my $line (split /\n/, $log) {
    push @{ $debug{$1} }, $line
        if $line =~ /\[semredirect:debug\].*\[client [^\]]*\] (\S+ \S+):/;
}
for my $row (['GET /off/x', 'permanent /off/x', 'is off'],
    ['GET /off/x', 'permanent /off/*', 'answers'],
        ['GET /a', 'permanent /a /server', 'observed']) {
    my ($request, $rule, $what) = @$row;
    my $place = 'httpd.conf:' . line_of($rule);
    ok(scalar(grep { /\Q$place\E\b.*$what/ } @{ $debug{$request} || [] }),
        "debug: $request: $rule: $what") or diag("$place is not in\n",
            join "\n", @{ $debug{$request} || [] });
}
ok(scalar(grep { m{section/\.htaccess:1\b.*answers} } @{ $debug{'GET /h'}
    || [] }),
    'debug: a rule of .htaccess') or diag(join "\n",
        @{ $debug{'GET /h'} || [] });
unlike($log, qr/\[semredirect:(error|crit|alert|emerg)\]/,
    'nothing worse is said');

$httpd->stop;
done_testing();
