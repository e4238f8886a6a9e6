# event only: what is asked is nginx, not us.
# What export nginx makes of rules: nginx takes it, and answers as the rules do.
use strict;
use warnings;
use File::Temp ();
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::INET;
use Semr::Http;
use Semr::Httpd 'project';
use Test::More;
use Time::HiRes 'sleep';

my ($nginx) = grep { -x } map { "$_/nginx" } split(/:/, $ENV{PATH}),
    '/usr/sbin', '/usr/local/sbin';
plan skip_all => 'there is no nginx' if !$nginx;

my $command = project() . '/build/semredirect';
my $temp = File::Temp->newdir;
chmod 0755, $temp; # of another user, under sanitizers

my $rules = <<'EOT';
permanent /blog/* /news/*
temporary /blog/2019/* https://archive.example.org/2019/*
permanent /blog/about /about-the-blog
gone /blog/dead
permanent /u/{name}/posts /people/{name}/all
permanent /u/{name}/* /people/{name}/*
temporary ~^/id/(\d{2,3})$ /items/$1
permanent ~*\.htm$ /html
see-other /form /done
permanent /a /first
permanent /a/ /second
permanent /only/ /there slash=exact
permanent /tree/* /wood/* slash=exact
permanent /page/* /one-page
permanent /case /lower case=ignore
permanent /drop /dropped query=drop
permanent /own /owned?x=1 query=drop
permanent "/caf%C3%A9 au lait" "/coffee%20with%C3%A9"
permanent /quote'{x /brace
EOT

my @urls = qw(/ /blog /blog/ /blog/x /blog/x/y?a=b /blogger /blog/2019
    /blog/2019/x /blog/about /blog/about/ /blog/about/x /blog/dead
    /u/joe/posts /u/joe/posts/ /u/joe /u/joe/ /u/joe/x/y /u/j%20o/posts /u
    /id/12 /id/1 /id/12?q /x.htm /x.HTM /x.html /u/a.htm /a /a/ /a/b /form
    /form?x=1 /only /only/ /tree /tree/ /tree/x /page /page/x /paged /case
    /CASE /drop /drop?a=b /own?y=2 /caf%C3%A9%20au%20lait /quote'%7Bx
    /blog/a%20b%C3%A9);

sub write_file { my ($name, $text) = @_;
    open my $out, '>', "$temp/$name" or die "$name: $!";
    print $out $text;
    close $out;
    return "$temp/$name" }

$rules =~ s/^permanent \/quote'\{x/permanent "\/quote'%7Bx"/m;
my $map = write_file('rules.map', $rules);
my $included = write_file('moves.conf', scalar `$command export nginx $map 2>$temp/told`);
open my $told, '<', "$temp/told" or die;
is_deeply([grep { /: (?:differs|left): / } <$told>], [], 'nothing is lost');

my $free = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die;
my $port = $free->sockport;
close $free;
my $conf = write_file('nginx.conf', <<"EOT");
daemon off;
master_process off;
pid $temp/pid;
error_log $temp/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $temp/1; proxy_temp_path $temp/2;
    fastcgi_temp_path $temp/3; uwsgi_temp_path $temp/4; scgi_temp_path $temp/5;
    server {
        listen 127.0.0.1:$port;
        absolute_redirect off;
        root $temp/none;
        include $included;
    }
}
EOT
my $tested = `$nginx -t -p $temp -c $conf 2>&1`;
is($?, 0, 'nginx -t') or diag $tested;

my $pid = fork // die "fork: $!";
if (!$pid) {
    open STDERR, '>', "$temp/stderr";
    exec $nginx, '-p', "$temp", '-c', $conf or die;
}
my $up;
for (1 .. 100) {
    last if $up = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
    sleep 0.1;
}
ok($up, 'nginx runs');
my $httpd = Semr::Httpd->started(
    conf => "SemanticRedirectMap $map\nSemanticRedirectChains keep");

sub said { my ($answer) = @_;
    my $to = $answer->header('Location') // '-';
    $to =~ s/%([0-9a-f]{2})/'%' . uc $1/gei;
    return $answer->status . " $to" }

for my $url (@urls) {
    is(said(Semr::Http::ask($port, "GET $url")), said($httpd->ask("GET $url")),
        $url);
}
kill TERM => $pid;
waitpid $pid, 0;
$httpd->stop;
done_testing();
