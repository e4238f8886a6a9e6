# event only: what httpd -t says does not depend on the MPM.
# SemanticRedirectAllowHost (DESIGN 5): a TO on any other host is an error.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $A = 'SemanticRedirectAllowHost a.test B.test';
my $P = 'SemanticRedirect permanent';

accepted "$A\n$P /old https://a.test/new";
accepted "$A\n$P /old https://b.TEST/new";
accepted "$A\n$P /old http://b.test/*" =~ s/old/old\/*/r;
accepted "$A\n$P /old /new\n$P /s https:\n$P /t https:/x";
accepted "$A\nSemanticRedirect gone /old\nSemanticRedirect none /x";
accepted "SemanticRedirectAllowHost a.test\nSemanticRedirectAllowHost b.test\n"
    . "$P /a https://a.test/\n$P /b https://b.test/";
accepted "$P /old https://other.test/new";

my @said = ('c.test', 'AllowHost');
refused "$A\n$P /old https://c.test/new", @said;
refused "$P /old https://c.test/new\n$A", @said;
refused "$A\n$P /old https://xa.test/new", 'xa.test';
refused "$A\n$P /old https://sub.a.test/new", 'sub.a.test';
refused "$A\nSemanticRedirectMatch permanent ^/x https://c.test/new", @said;
refused "$A\n<Location /old>\n$P /old https://c.test/new\n</Location>", @said;
refused { main => $A, conf => "$P /old https://c.test/new" }, @said;
refused 'SemanticRedirectAllowHost', 'SemanticRedirectAllowHost';

site 'served', { conf => "$A\n$P /old https://b.test/new", files => {
        'a/.htaccess' => "$P /a/x https://a.test/",
            'c/.htaccess' => "$P /c/x https://c.test/" } },
    ['GET /old', 301, 'https://b.test/new'],
    ['GET /a/x', 301, 'https://a.test/'],
    ['GET /c/x', 500];

served();
