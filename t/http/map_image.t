# Compiled maps (image:PATH): at start, reloaded, and damaged (DESIGN 6).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Command;
use Semr::Httpd;
use Semr::Maps;
use Test::More;

my $M = 'SemanticRedirectMap image:';
my $httpd = Semr::Httpd->new(start => 2, conf => 'SemanticRedirectRefresh 1',
    sites => [
        { name => 'one', conf => "${M}one.img\n$Semr::Maps::PAGE" },
        { name => 'cut', conf => "${M}cut.img\n$Semr::Maps::PAGE" },
        { name => 'flip', conf => "${M}flip.img\n$Semr::Maps::PAGE" },
        { name => 'hosts', conf => "SemanticRedirectAllowHost a.test\n"
            . "${M}hosts.img\n$Semr::Maps::PAGE" } ]);

# A map of these rules, compiled
sub image {
    my ($rules) = @_;
    my $map = $httpd->write('compile.map', $rules);
    my $said = semredirect('compile', $map, "$map.img");
    $said->{status} == 0 or die $said->{err};
    return $httpd->read('compile.map.img');
}
my $v0 = image("permanent /old /v0\npermanent /p/* /q/*\n");
my $v1 = image("permanent /old /v1\npermanent /p/* /q1/*\n");
$httpd->write("$_.img", $v0) for qw(one cut flip);
$httpd->write('hosts.img', image("permanent /a https://a.test/\n"));
is(($httpd->verdict)[0], 0, '-t accepts compiled maps');
$httpd->write('hosts.img', image("permanent /b https://b.test/\n"));
my ($status, $said) = $httpd->verdict;
isnt($status, 0, '-t: a host that is not allowed');
like($said, qr/hosts\.img holds a rule of .*:1: .*b\.test/, '-t: and which');

serving($httpd);
is(location($httpd, $_, '/p/x'), '/q/x', "$_: it answers")
    for qw(one cut flip);
is(location($httpd, 'hosts', '/b'), '', 'a host that is not allowed: no rules');
my ($one) = told($httpd, 'one');
is_deeply([@$one{qw(kind rows rules error)}], ['image', 2, 2, undef],
    'JSON: what it is');

put($httpd, 'one.img', $v1);
put($httpd, 'cut.img', substr $v1, 0, 300);
substr(my $flipped = $v1, -40, 1) ^= "\x10";
put($httpd, 'flip.img', $flipped);
put($httpd, 'hosts.img', image("permanent /a https://a.test/\n"));
ok(answers($httpd, 'one', '/old', '/v1'), 'a new version');
ok(answers($httpd, 'hosts', '/a', 'https://a.test/'), 'a mended one');
for my $name (qw(cut flip)) {
    my $map;
    ok(Semr::Httpd::wait_for(sub { ($map) = told($httpd, $name);
        $map->{error} }), "$name: the page says it");
    like($map->{error} // '', qr/\Q$name\E\.img/, "$name: which file");
    is(location($httpd, $name, '/old'), '/v0', "$name: the rules stay");
    put($httpd, "$name.img", $v1);
}
ok(answers($httpd, $_, '/old', '/v1'), "$_: mended") for qw(cut flip);
$httpd->stop;
done_testing();
