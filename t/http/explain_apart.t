# Explain keeps apart from the request of the page: what other modules make of a
# subrequest is neither sent to the administrator, nor taken from him.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use MIME::Base64;
use Semr::Explain;
use Semr::Httpd;
use Test::More;

my $P = 'SemanticRedirect permanent';
my $schemes = qq($P /scheme /is if="%{REQUEST_SCHEME} == 'https'")
    . qq(\n$P /env /is if="reqenv('HTTPS') == 'on'"\n$P //tls.test/up https:/up)
    . qq(\n$P http://proxied.test/up https:/up);
my $httpd = Semr::Httpd->started(
    modules => [qw(rewrite include authn_core auth_basic authn_file
        authz_user)],
    conf => "<Location $Semr::Explain::PAGE>\nSetHandler semredirect-status\n"
        . '</Location>',
    sites => [{ name => 'one', files => {
        'in.shtml' => "[<!--#include virtual=\"$Semr::Explain::PAGE?format=json"
            . '&amp;url=/old" -->]' =~ s/&amp;/&/r,
        'own/page.status' => 'x', 'own/.htaccess' => "$P /own/old /new" },
        conf => join("\n", 'RewriteEngine On',
            'RewriteRule ^/cookie - [CO=eaten:1:%host%]', "$P /old /new",
            qq($P /me /you if="-n %{REMOTE_USER}"),
            '<Files *.shtml>', 'Options +Includes', 'SetOutputFilter INCLUDES',
            '</Files>', '<Location /shut>', 'Require all denied',
            '</Location>', '<Directory %dir%/own>', 'AuthType Basic', 'AuthName x',
            'AuthUserFile %root%/users', 'Require valid-user',
            'AddHandler semredirect-status .status', '</Directory>') },
        { name => 'tls', conf => "ServerName https://tls.test\n$schemes" },
        { name => 'proxied', conf => 'SetEnvIf X-Forwarded-Proto https '
            . "HTTPS=on\n$schemes" }]);
$httpd->write('users', 'joe:' . crypt('pw', 'ab') . "\n");

my $cookie = $httpd->ask('GET /cookie', 'one.test');
like($cookie->header('Set-Cookie'), qr/^eaten=1/, 'a module sets a cookie');
my $page = page($httpd, 'one', query('GET /cookie'));
is($page->status, 200, 'what it does is explained');
is($page->header('Set-Cookie'), undef, 'and who asks for that gets none');

my $answer = $httpd->ask('GET /in.shtml', 'one.test');
my ($json) = $answer->body =~ /^\[(.*)\]$/s;
is((eval { decode_json($json // '') } || {})->{explain}{location}, '/new',
    'in a page that includes the status page, it is told as elsewhere');

# The status page is in a folder with a password, as what is explained is.
my $known = "\nAuthorization: Basic " . encode_base64('joe:pw', '');
is($httpd->ask('GET /own/old', 'one.test')->status, 401, 'a password is asked');
for my $url (qw(/own/old /own/page.status /me)) {
    $answer = $httpd->ask("GET /own/page.status?format=json&url=$url$known",
        'one.test');
    my $told = (eval { decode_json($answer->body) } || {})->{explain};
    is($told->{server_status}, $url eq '/me' ? undef : 401,
        "$url: the administrator's own password does not count");
    is($told->{outcome}, $url eq '/me' ? 'no-rule' : 'refused', 'nor his name');
}
is($httpd->ask("GET /own/page.status$known", 'one.test')->status, 200,
    'the page itself keeps its user');

# https by the server's own word, and by that of a proxy
for (['tls', ''], ['proxied', "\nX-Forwarded-Proto: https"]) {
    my ($site, $header) = @$_;
    for my $url (qw(/scheme /env /up)) {
        my $answer = $httpd->ask("GET $Semr::Explain::PAGE?format=json&url=$url"
            . $header, "$site.test");
        my $told = (eval { decode_json($answer->body) } || {})->{explain};
        my $real = $httpd->ask("GET $url$header", "$site.test");
        is($told->{status} // 404, $real->status, "$site: $url is as told");
    }
}

# One explanation is ten requests or more, and one of them is in the log.
my $long = '/' . 'x' x 300;
page($httpd, 'one', query("GET $_"))
    for '/shut/x', $long, '/%zz', '/own/old';
my $log = $httpd->log;
for (['denied', qr/AH01630/], ['too long', qr/AH00036/],
    ['no path', qr/AH10244/]) {
    my ($what, $line) = @$_;
    is(scalar(() = $log =~ /$line/g), 1, "httpd logs once: $what");
}
$httpd->stop;
done_testing();
