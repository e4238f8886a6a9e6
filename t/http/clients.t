# event only: it is the clients that are looked at.
# What real clients make of an intent: a POST with a body arrives at TO with
# method and body under permanent and temporary, and as a GET without a body
# under see-other (docs/intents.md tells where a client cannot).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Browser;
use Semr::Echo;
use Semr::Httpd;
use Test::More;

plan skip_all => 'sanitizers do not look at clients' if Semr::Httpd::alone();

my $body = 'payload=hello&n=1';
my $echo = Semr::Echo->start;
my $away = 'http://127.0.0.1:' . $echo->port;
my %intent = (permanent => 308, temporary => 307, 'see-other' => 303);
my $httpd = Semr::Httpd->started(
    conf => join("\n",
        map { "SemanticRedirect $_ /$_/* $away/$_/*" } sort keys %intent),
    files => { map { ("form-$_.html" => form($_)) } keys %intent });
my $here = 'http://127.0.0.1:' . $httpd->port;
delete @ENV{grep { /_proxy$/i } keys %ENV};

sub form { return qq(<form method="post" action="/$_[0]/form?q=1">)
    . '<input name="payload" value="hello"><input name="n" value="1"></form>' }

# Runs a command; returns what it says, with "exit N" if it failed.
sub said {
    open my $out, '-|', @_ or return 'it does not run';
    local $/;
    my $text = <$out> // '';
    close $out;
    return $? ? $text . ' exit ' . ($? >> 8) : $text;
}
sub arrived { my ($what, $intent, $path) = @_;
    my @got = map { "$_->{method} $_->{target} $_->{body}" } $echo->arrived;
    my $wanted = $intent eq 'see-other' ? "GET $path " : "POST $path $body";
    return is_deeply(\@got, [$wanted], "$what: $intent")
        || diag(explain(\@got)) }

# curl -L
for my $intent (sort keys %intent) {
    my $answer = said('curl', '-sS', '-L', '--data', $body,
        "$here/$intent/curl?q=1");
    arrived('curl -L', $intent, "/$intent/curl?q=1") or diag($answer);
}

# Python: urllib.request, and requests
my $urllib = <<'END';
import sys, urllib.request, urllib.error
try:
    print(urllib.request.urlopen(sys.argv[1], sys.argv[2].encode()).read())
except urllib.error.HTTPError as error:
    print('HTTPError', error.code, error.headers['Location'])
END
for my $intent (sort keys %intent) {
    my $answer = said('/usr/bin/python3', '-c', $urllib,
        "$here/$intent/urllib?q=1", $body);
    if ($intent eq 'see-other') {
        arrived('urllib', $intent, "/$intent/urllib?q=1") or diag($answer);
        next;
    }
    # urllib's own limit: it follows neither 307 nor 308 with a body.  It says
    # so, loudly, and sends nothing: a 301 would have been made a GET.
    like($answer, qr{^HTTPError $intent{$intent} \Q$away/$intent/urllib?q=1\E},
        "urllib: $intent: it tells that it cannot");
    is_deeply([$echo->arrived], [], "urllib: $intent: no GET is sent instead");
}
my $requests = <<'END';
import sys, requests
answer = requests.post(sys.argv[1], data=dict(payload="hello", n="1"))
print(answer.text, [hop.status_code for hop in answer.history])
END
SKIP: {
    said('/usr/bin/python3', '-c', 'import requests') =~ /exit/
        and skip 'python3-requests is not there', 3;
    for my $intent (sort keys %intent) {
        my $answer = said('/usr/bin/python3', '-c', $requests,
            "$here/$intent/requests?q=1");
        arrived('requests', $intent, "/$intent/requests?q=1") or diag($answer);
    }
}

# Chromium: a form
SKIP: {
    my $browser = Semr::Browser->start or skip 'there is no chromedriver', 6;
    for my $intent (sort keys %intent) {
        $browser->open("$here/form-$intent.html");
        $browser->run('document.forms[0].submit()');
        Semr::Httpd::wait_for(sub { $browser->url =~ m{^\Q$away\E/} }, 20);
        is($browser->url, "$away/$intent/form?q=1",
            "Chromium: $intent: it is there");
        arrived('Chromium', $intent, "/$intent/form?q=1");
    }
    $browser->stop;
}

$httpd->stop;
done_testing();
