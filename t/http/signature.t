# SemanticRedirectSignature: an answer names its rule, on the error path too,
# and wherever the rule stands.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Sites;
use Test::More;

my $S = 'SemanticRedirect';
my $BY = 'X-Redirect-By ~ ^mod_semredirect; rule=[0-9a-f]{16}$';
my $httpd = Semr::Httpd->started(modules => ['rewrite'],
    conf => "$S permanent /main /m",
    sites => [
        { name => 'on', conf => <<"END", files => { 'map' => <<"MAP",
${S}Signature On
$S permanent /old /new
$S permanent /two /old
$S permanent /same /new
$S gone /dead
$S gone /secret code=451
$S see-other /post /form
$S none /keep
$S permanent /seen /new stage=observe
$S temporary /q?id={id} /p/{id}
${S}Map %dir%/map
RewriteEngine On
RewriteRule ^/rewritten\$ /x [R=301]
ErrorDocument 410 /gone.html
<Location /in>
$S permanent /in/a /out
</Location>
<Location /quiet>
${S}Signature Off
</Location>
$S permanent /quiet/a /out
END
permanent /mapped /elsewhere
permanent /mapped2 /elsewhere
MAP
            'gone.html' => 'no more', 'a' => '' } },
        { name => 'off', conf => <<"END",
$S permanent /old /new
$S gone /dead
<Location /loud>
${S}Signature On
</Location>
$S permanent /loud/a /out
<If "%{HTTP:X-Debug} == 'yes'">
${S}Signature On
</If>
END
            files => { 'd/.htaccess' => <<"END",
${S}Signature On
$S permanent /d/x /y
$S gone /d/z
END
                'e/.htaccess' => "$S permanent /e/x /y\n" } },
        { name => 'changed', conf => <<"END" },
${S}Signature On
Header always set Cache-Control private
Header always unset X-Redirect-By
$S permanent /old /new
$S gone /dead
END
    ]);

sub rule_of {
    my ($site, $path) = @_;
    my @all = $httpd->ask("GET $path", "$site.test")->headers('X-Redirect-By');
    is(scalar @all, 1, "$site: $path: one header");
    return ($all[0] // '') =~ /rule=(\w+)$/ ? $1 : "none of $path";
}

asked($httpd, 'on', @$_) for
    ['GET /old', 301, '/new', $BY, 'Cache-Control ~ max-age'],
    ["POST /old\n\nx", 308, '/new', $BY],
    ['HEAD /old', 301, '/new', $BY],
    ['OPTIONS /old', 308, '/new', $BY],
    ['GET /dead', 410, undef, $BY, 'body ~ no more'],
    ['GET /secret', 451, undef, $BY],
    ["POST /post\n\nx", 303, '/form', $BY],
    ['GET /q?id=7', 302, '/p/7', $BY],
    ['GET /mapped', 301, '/elsewhere', $BY],
    ['GET /main', 301, '/m', $BY],
    ['GET /in/a', 301, '/out', $BY],
    ['GET /quiet/a', 301, '/out', '!X-Redirect-By'],
    ['GET /a', 200, undef, '!X-Redirect-By'],
    ['GET /keep', 404, undef, '!X-Redirect-By'],
    ['GET /seen', 404, undef, '!X-Redirect-By'],
    ['GET /rewritten', 301, 'http://on.test/x', '!X-Redirect-By'];

# The same rule has the same id, whatever is asked, and no other has it.
my $old = rule_of('on', '/old');
is(rule_of('on', '/old/?a=b'), $old, 'it does not depend on the request');
my %id = map { rule_of('on', $_) => $_ } qw(/old /same /dead /secret /mapped
    /mapped2 /main /in/a /two);
is(scalar keys %id, 9, 'each rule has its own; of a chain the first counts')
    or diag(explain(\%id));

asked($httpd, 'off', @$_) for
    ['GET /old', 301, '/new', '!X-Redirect-By'],
    ['GET /dead', 410, undef, '!X-Redirect-By'],
    ['GET /loud/a', 301, '/out', $BY],
    ["GET /old\nX-Debug: yes", 301, '/new', $BY],
    ['GET /d/x', 301, '/y', $BY],
    ['GET /d/z', 410, undef, $BY],
    ['GET /e/x', 301, '/y', '!X-Redirect-By'];
is(rule_of('off', '/d/x'), rule_of('off', '/d/x?y'), 'ids in an .htaccess stay');
isnt(rule_of('off', '/d/x'), rule_of('off', '/d/z'), 'and differ');

# An administrator has the last word, and nothing is sent twice.
for my $path ('/old', '/dead') {
    my $answer = $httpd->ask("GET $path", 'changed.test');
    is_deeply([$answer->headers('Cache-Control')], ['private'],
        "$path: Header always set replaces ours");
    is($answer->header('X-Redirect-By'), undef,
        "$path: Header always unset removes it");
}

# The id outlasts a restart: it is the rule's, not its place in a list.
SKIP: {
    skip 'httpd runs without a parent', 1 if Semr::Httpd::alone();
    $httpd->write('httpd.conf', $httpd->configuration
        =~ s/^(${S}Signature On\n)($S permanent .old)/$1$S gone \/first\n$2/mr);
    $httpd->signal('USR1');
    Semr::Httpd::wait_for(
        sub { $httpd->ask('GET /first', 'on.test')->status == 410 });
    is(rule_of('on', '/old'), $old, 'ids stay, with another rule before');
}
$httpd->stop;

refused "${S}Signature maybe", "${S}Signature", 'On';
refused "${S}Signature", "${S}Signature", 'On';
done_testing();
