# SemanticRedirectStage (DESIGN 4): off, observe, trial, live, and its scopes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;

my $S = 'SemanticRedirectStage';
my $P = 'SemanticRedirect permanent';
my $form = "\n\nx";
my %page = ('f.html' => 'page');
my $rules = join "\n", "$P /f.html /new", 'SemanticRedirect temporary /t /new',
    'SemanticRedirect see-other /s /new', 'SemanticRedirect gone /g',
    "$P /301 /new code=301", "$P /308 /new code=308", "$P /get /new method=get",
    "$P /pass /new method=pass", "$P /week /new max-age=7d",
    'SemanticRedirect gone /g404 max-age=7d code=404';
my @store = ('Cache-Control: no-store');
my @site = (['GET /f.html', 200, undef, 'body: page', '!Cache-Control'],
    ["POST /f.html$form", 200], ['GET /t', 404], ['GET /s', 404],
    ['GET /g', 404]);

my %answers = (
    off => \@site,
    observe => \@site,
    trial => [ ['GET /f.html', 302, '/new', @store],
    ['HEAD /f.html', 302, '/new', @store],
        ["POST /f.html$form", 307, '/new', @store],
        ['OPTIONS /f.html', 307, '/new'],
        ["OPTIONS /f.html\nOrigin: a\nAccess-Control-Request-Method: PUT", 200],
        ['GET /t', 302, '/new', @store], ["POST /t$form", 307, '/new', @store],
        ['GET /s', 303, '/new', @store], ['GET /g', 410, undef, @store],
        ['GET /301', 302, '/new', @store],
        ["POST /301$form", 302, '/new', @store],
        ['GET /308', 307, '/new', @store],
        ["POST /308$form", 307, '/new', @store],
        ["POST /get$form", 303, '/new', @store], ["PUT /pass$form", 'pass'],
        ['GET /week', 302, '/new', @store], ['GET /g404', 404, undef, @store] ],
    live => [ ['GET /f.html', 301, '/new', 'Cache-Control: max-age=86400'],
        ["POST /f.html$form", 308, '/new', 'Cache-Control: max-age=86400'],
        ['GET /t', 302, '/new', @store], ['GET /s', 303, '/new', @store],
        ['GET /g', 410, undef, 'Cache-Control: max-age=3600'],
        ['GET /week', 301, '/new', 'Cache-Control: max-age=604800'] ],
);

# Each stage in each scope, for the server's rules and those of .htaccess
for my $stage (sort keys %answers) {
    my @rows = @{ $answers{$stage} };
    site "$stage-server", { main => "$S $stage", conf => $rules,
        files => \%page }, @rows;
    site "$stage-vhost", { conf => "$S $stage\n$rules", files => \%page },
        @rows;
    site "$stage-location",
        { conf => "<Location />\n$S $stage\n</Location>\n$rules",
        files => \%page }, @rows;
    site "$stage-htaccess", { files => { %page,
        '.htaccess' => "$S $stage\n$rules" } }, @rows;
    site "$stage-inherited", { conf => "$S $stage", files => { %page,
        '.htaccess' => $rules } },
        @rows;
}

# A virtual host's word replaces the main server's, a section's is merged.
site 'vhost-replaces', { main => "$S trial", conf => "$S live\n$P /old /new" },
    ['GET /old', 301, '/new'];
site 'vhost-keeps', { main => "$S trial", conf => "$P /old /new" },
    ['GET /old', 302, '/new'];
site 'main-rule', { main => "$P /old /new", conf => "$S trial" },
    ['GET /old', 302, '/new'];
site 'location-one', "$P /a /x\n$P /b /x\n$P /a/b /x\n<Location /a>\n$S off\n"
    . "</Location>",
    ['GET /a', 'pass'], ['GET /a/b', 'pass'], ['GET /b', 301, '/x'];
site 'location-nested',
    "$P /a/b /x\n$P /a /x\n<Location /a>\n$S off\n</Location>\n"
    . "<Location /a/b>\n$S trial\n</Location>",
    ['GET /a/b', 302, '/x'], ['GET /a', 'pass'];
site 'location-live', "$S trial\n$P /a /x\n<Location /a>\n$S live\n</Location>",
    ['GET /a', 301, '/x'];
site 'htaccess-nested',
    { files => { '.htaccess' => "$S off\n$P /s/a /x\n$P /a /x",
        's/.htaccess' => "$S trial" } },
    ['GET /s/a', 302, '/x'], ['GET /a', 'pass'];

# The most cautious of the scope's and the rule's own counts.
for my $row (['live', 'off', 'pass'], ['off', 'live', 'pass'],
    ['trial', 'off', 'pass'],
        ['off', 'trial', 'pass']) {
    my ($scope, $own, $status) = @$row;
    site "cautious-$scope-$own", "$S $scope\n$P /old /new stage=$own",
        ['GET /old', $status];
}

# A rule that is off or observed is passed over, and the next answers.
site 'next', "$P /a/* /x/*\n$P /a/b /y stage=off\n"
    . "SemanticRedirect none /a/c stage=off",
    ['GET /a/b', 301, '/x/b'], ['GET /a/c', 301, '/x/c'];
site 'next-section', { conf => "$P /a /server stage=off", files => {
        '.htaccess' => "$P /a /htaccess" } }, ['GET /a', 301, '/htaccess'];
site 'none-in-trial', "$S trial\n$P /a/* /x/*\nSemanticRedirect none /a/b",
    ['GET /a/b', 'pass'], ['GET /a/c', 302, '/x/c'];

served(conf => 'SemanticRedirectChains keep');
