# Kept-alive and pipelined connections: bodies of redirected requests are
# swallowed, and the next request is answered by itself.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Test::More;

my $httpd = Semr::Httpd->started(files => { 'f.html' => 'file' }, conf =>
    "SemanticRedirect permanent /old /new\nSemanticRedirect gone /dead\n"
    . 'SemanticRedirect temporary /tree/* /t/*');

sub request { my ($line, @rest) = @_;
    my $body = @rest % 2 ? pop @rest : '';
    my $text = "$line HTTP/1.1\r\nHost: localhost\r\n";
    $text .= shift(@rest) . ': ' . shift(@rest) . "\r\n" while @rest;
    return "$text\r\n$body" }

# request, whether it is HEAD, status, Location
my @rows = (
    [request('GET /old'), 0, 301, '/new'],
    [request('HEAD /old'), 1, 301, '/new'],
    [request('POST /old', 'Content-Length', 5, 'hello'), 0, 308, '/new'],
    [request('PUT /old', 'Transfer-Encoding', 'chunked',
        "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), 0, 308, '/new'],
    [request('POST /old', 'Content-Length', 60000, 'x' x 60000), 0, 308,
        '/new'],
    [request('GET /f.html'), 0, 200, undef],
    [request('DELETE /dead'), 0, 410, undef],
    [request('POST /tree/a', 'Content-Length', 27,
        'GET /f.html HTTP/1.1 smug.g'), 0, 307, '/t/a'],
    [request('GET /tree/b?c'), 0, 302, '/t/b?c'],
);
sub compare { my ($how, $row, $answer) = @_;
    my ($line) = split /\r\n/, $row->[0];
    is($answer->status . ' ' . ($answer->header('Location') // ''),
        "$row->[2] " . ($row->[3] // ''), "$how: $line")
            or diag($answer->text) }

my $connection = $httpd->connect;
for my $row (@rows) {
    $connection->send($row->[0]);
    compare('kept alive', $row, $connection->answer(head => $row->[1]));
}
$connection = $httpd->connect;
$connection->send(join '', map { $_->[0] } @rows);
compare('pipelined', $_, $connection->answer(head => $_->[1])) for @rows;

# With Expect: 100-continue the answer comes before the body is sent.
$connection = $httpd->connect;
$connection->send(request('PUT /old', 'Content-Length', 1000000, 'Expect',
    '100-continue', ''));
my $answer = $connection->answer;
is($answer->status, 308, 'Expect: 100-continue: the final answer at once')
    or diag($answer->text);

$httpd->stop;
done_testing();
