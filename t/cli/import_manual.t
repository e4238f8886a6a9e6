# The shapes of httpd's manual that redirect: as many of them are imported as
# docs/migrating.md says, "How much is imported".
use strict;
use warnings;
use FindBin;
use JSON::PP;
use lib "$FindBin::Bin/../lib";
use Semr::Command;
use Semr::Httpd 'project';
use Semr::Transcript;
use Test::More;

my @shapes = split /^--\n/m, do { local $/; <DATA> };
my $page = slurped(project() . '/docs/migrating.md');

# A row's redirects, how many of them are imported, and rules
sub row {
    my ($title) = @_;
    return [$page
        =~ /^\| \Q$title\E \| apache \| (\d+) \| (\d+) \| (\d+) /m];
}

for (["httpd's manual, its examples"],
        ['the same, with `--host`', '--host=example.com'],
        ['the same, with `--host` and `--as directives`',
            '--host=example.com', '--as=directives']) {
    my ($title, @options) = @$_;
    my ($whole, $rules) = (0, 0);

    for my $shape (@shapes) {
        my $said = semredirect({ stdin => $shape }, 'import', '--json',
            @options, 'apache', '-');
        my ($name) = $shape =~ /^(.*)/;
        cmp_ok($said->{status}, '<', 2, "it is read: $name");
        my $told = decode_json($said->{out});
        is($said->{status}, $told->{left} ? 1 : 0, "$name: exit status");
        $whole += $told->{left} == 0;
        $rules += @{ $told->{rules} };
    }
    is_deeply([scalar @shapes, $whole, $rules], row($title), $title);
}
done_testing();
__DATA__
Redirect /service http://foo2.example.com/service
--
Redirect permanent /one http://example.com/two
--
Redirect 303 /three http://example.com/other
--
RedirectMatch (.*)\.gif$ http://other.example.com$1.jpg
--
RewriteEngine on
RewriteRule ^/foo\.html$ bar.html [R]
--
Redirect /foo.html /bar.html
--
RewriteEngine on
RewriteRule ^/docs/(.+) http://new.example.com/docs/$1 [R,L]
--
RedirectMatch ^/docs/(.*) http://new.example.com/docs/$1
--
Redirect /docs/ http://new.example.com/docs/
--
<VirtualHost *:80>
  ServerName undesired.example.com
  ServerAlias example.com notthis.example.com
  Redirect / http://www.example.com/
</VirtualHost>
<VirtualHost *:80>
  ServerName www.example.com
</VirtualHost>
--
<If "%{HTTP_HOST} != 'www.example.com'">
  Redirect / http://www.example.com/
</If>
--
<If "%{SERVER_PROTOCOL} != 'HTTPS'">
  Redirect /admin/ https://www.example.com/admin/
</If>
--
RewriteCond %{HTTP_HOST} !^www\.example\.com [NC]
RewriteCond %{HTTP_HOST} !^$
RewriteCond %{SERVER_PORT} !^80$
RewriteRule ^/?(.*) http://www.example.com:%{SERVER_PORT}/$1 [L,R,NE]
--
RewriteCond %{HTTP_HOST} !^www\.example\.com [NC]
RewriteCond %{HTTP_HOST} !^$
RewriteRule ^/?(.*) http://www.example.com/$1 [L,R,NE]
--
RewriteCond %{HTTP_HOST} !^www\. [NC]
RewriteCond %{HTTP_HOST} !^$
RewriteRule ^/?(.*) http://www.%{HTTP_HOST}/$1 [L,R,NE]
--
RewriteMap multiplex txt:/path/to/map.mirrors
RewriteCond %{REMOTE_HOST} ([a-z]+)$ [NC]
RewriteRule ^/(.*)$ ${multiplex:%1|http://www.example.com/}$1 [R,L]
--
RewriteRule ^/(puppies|canines)/(.*) /dogs/$2 [R]
--
RedirectMatch ^/(puppies|canines)/(.*) /dogs/$2
--
RewriteEngine on
RewriteRule ^/$ /about/ [R]
--
RedirectMatch ^/$ http://example.com/about/
--
RewriteRule "^/anchor/(.+)" "/bigpage.html#$1" [NE,R]
--
RewriteRule "oldproduct" "-" [G,NC]
--
Redirect "/one/" "http://one.example.com/"
--
<VirtualHost *:80>
    ServerName www.example.com
    Redirect "/" "https://www.example.com/"
</VirtualHost >
<VirtualHost *:443>
    ServerName www.example.com
</VirtualHost >
--
<If "req('Host') != 'www.example.com'">
    Redirect "/" "http://www.example.com/"
</If>
--
RewriteMap lc int:tolower
RewriteRule (.*?[A-Z]+.*) ${lc:$1} [R]
