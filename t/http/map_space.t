# Directives and maps of a virtual host compete in one space: at the same place
# the rule that asks for more is tried first, wherever it stands (DESIGN 2).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd;
use Semr::Maps;
use Test::More;

my $R = 'SemanticRedirect';
my $httpd = Semr::Httpd->new(sites => [ { name => 'one', conf => <<"END" } ]);
$R permanent /w /exact
$R permanent /u/{id} /users/{id}
$R permanent /v/{id} /vv/{id}
${R}Match permanent ^/r/(.*) /rr
$R permanent /t/* /tree/*
$R permanent /first/{x} /by-line
${R}Map a.map
${R}Map b.map
END
$httpd->write('a.map', <<'END');
permanent /w?tab=x /exact-x
permanent /u/{id}?tab=x /tabs/{id}
permanent /v/{other} /post/{other} only=POST
permanent ~^/r/(.*) /rp only=POST
permanent /first/{x} /by-map
permanent /mapped/{x} /a
END
$httpd->write('b.map', <<'END');
permanent /t/*?tab=x /tree-x
permanent /mapped/{y}?tab=x /b
END
serving($httpd);
for my $case (['GET /w', '/exact'], ['GET /w?tab=x', '/exact-x'],
        ['GET /u/1', '/users/1'], ['GET /u/1?tab=x', '/tabs/1'],
        ['GET /v/1', '/vv/1'], ['POST /v/1', '/post/1'],
        ['GET /r/1', '/rr'], ['POST /r/1', '/rp'],
        ['GET /t/1', '/tree/1'], ['GET /t/1?tab=x', '/tree-x'],
        ['GET /first/1', '/by-line'],
        ['GET /mapped/1', '/a'], ['GET /mapped/1?tab=x', '/b']) {
    my ($request, $to) = @$case;
    is($httpd->ask($request, 'one.test')->header('Location') // '', $to,
        $request);
}
$httpd->stop;
done_testing();
