# event only: what is asked is mod_rewrite, not us.
# What export apache makes of rules answers as the rules do: one site has the
# map, the other the RewriteRules, and both are asked the same URLs.
use strict;
use warnings;
use File::Temp ();
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Test::More;

my $command = project() . '/build/semredirect';
my $temp = File::Temp->newdir;
chmod 0755, $temp; # of another user, under sanitizers

# Rules that are said whole, in an order that is not that of their turns.
my $rules = <<'EOT';
permanent /blog/* /news/*
temporary /blog/2019/* https://archive.example.org/2019/*
permanent /blog/about /about-the-blog
none /blog/keep/*
gone /blog/dead
gone /blog/lost code=404
permanent /u/{name}/posts /people/{name}/all
permanent /u/{name}/* /people/{name}/*
permanent /f/{a}-{b}.html /g/{b}/{a}
see-other ~^/id/(\d+)$ /items/$1
permanent ~*\.htm$ /html
permanent /a /first
permanent /a/ /second
permanent /either /there
permanent /only/ /there slash=exact
permanent /tree/* /wood/* slash=exact
permanent /page/* /one-page
permanent /Case /upper
permanent /case /lower case=ignore
permanent /drop /dropped query=drop
permanent /own /owned?x=1 query=drop
permanent /frag "/new#part"
permanent "/caf%C3%A9 au lait" "/coffee%20with%C3%A9"
permanent /signs%5B1%5D+(2)$.^ /plain%25
permanent /dollar /a%24b%2Ac
permanent /get /got only=GET
permanent /q?id=5 /five query=drop
permanent /q?print /printed query=drop
permanent /old https://other.example.org/new
EOT

my @urls = qw(/ /blog /blog/ /blog/x /blog/x/y?a=b /blogger /blog/2019 /blog/2019/x
    /blog/about /blog/about/ /blog/about/x /blog/keep /blog/keep/x /blog/keeper
    /blog/dead /blog/dead/ /blog/lost /u/joe/posts /u/joe/posts/ /u/joe
    /u/joe/ /u/joe/x/y /u/j%20o/posts /u /f/x-y.html /f/x-y-z.html /f/-.html
    /id/12 /id/12/ /id/x /id/12?q /x.htm /x.HTM /x.html /u/a.htm /a /a/ /a/b
    /either /either/ /either/x /only /only/ /tree /tree/ /tree/x /page /page/x
    /paged /Case /case /CASE /drop /drop?a=b /own /own?y=2 /frag
    /caf%C3%A9%20au%20lait /caf%c3%a9%20au%20lait/ /signs%5B1%5D+(2)$.^
    /signs[1]+(2)$.^ /dollar /get /q /q?id=5 /q?id=55 /q?x&id=5&y /q?print
    /q?print= /q?printer /old /old/ /blog/a%20b%C3%A9 /blog//x);

sub write_file { my ($name, $text) = @_;
    open my $out, '>', "$temp/$name" or die "$name: $!";
    print $out $text;
    close $out;
    return "$temp/$name" }

my $map = write_file('rules.map', $rules);
my $config = `$command export apache $map 2>$temp/told`;
is($?, 0, 'all is said');
open my $told, '<', "$temp/told" or die;
my @told = <$told>;
my @lost = grep { /: (?:differs|left): / } @told;
is(@lost, 1, 'and nothing is lost');
like($lost[0], qr/:22: differs: the client's query goes behind the fragment/,
    'but the place of a query, which is told');

my $httpd = Semr::Httpd->started(modules => ['rewrite'], sites => [
    { name => 'ours', conf => "SemanticRedirectMap $map\n"
        . 'SemanticRedirectChains keep' },
    { name => 'theirs', conf => $config } ]);

# Status and Location, whoever made it absolute and whatever case its %xx has
sub got { my ($site, $request) = @_;
    my $answer = $httpd->ask($request, "$site.test");
    my $to = $answer->header('Location') // '-';
    $to =~ s{^http://\Q$site\E\.test(?::\d+)?(?=/|$)}{};
    $to =~ s/%([0-9a-f]{2})/'%' . uc $1/gei;
    return $answer->status . " $to" }

for my $url (@urls) {
    is(got(theirs => "GET $url"), got(ours => "GET $url"), $url);
}
is(got(theirs => 'POST /get'), got(ours => 'POST /get'), 'only=GET');
$httpd->stop;
done_testing();
