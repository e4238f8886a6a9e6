# event only: nginx is what is compared with, and a server of its own.
# What is imported of an nginx.conf answers as nginx itself does.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp ();
use POSIX ();
use Semr::Http 'ask';
use Semr::Httpd qw(project alone);
use Test::More;

my ($nginx) = grep { -x } map { "$_/nginx" } split(/:/, $ENV{PATH}),
    '/usr/sbin', '/usr/local/sbin';
plan skip_all => 'there is no nginx' if !$nginx;
plan skip_all => 'it compares with another server, once' if alone();

my $command = project() . '/build/semredirect';
my $dir = File::Temp->newdir;
my $pid;

END {
    if ($pid) {
        kill TERM => $pid;
        local $?;
        waitpid $pid, 0;
    }
}

# Each case: what stands in http{} (with its server{}, of one name and any
# host) and the targets that are asked of both.
my @CASES = (
    {   name => 'return',
        conf => <<'END',
server {
    listen %listen%;
    location = /exact { return 301 /new; }
    location = /query { return 302 /new?own=1; }
    location = /keep { return 301 /new$is_args$args; }
    location = /join { return 301 /new?a=1&$args; }
    location /tree/ { return 301 https://other.test$request_uri; }
    location /tree/deep/ { return 307 https://deep.test$uri; }
    location /byte { return 302 /by; }
    location /whole { return 301 https://other.test/x$uri; }
    location = /gone { return 410; }
    location = /host { return 301 https://$host/secure; }
    location = /url { return https://url.test/; }
}
END
        targets => [
            qw(/exact /exact/ /exactx /exact?q=1 /keep /keep?q=1&r /join?q=1
            /tree /tree/ /tree/a/b?q=1 /tree/deep/x /tree/deep /tree/deep/?q
            /byte /bytes /byte/x /byte?q=1 /whole /wholesale/x?q=1 /gone /url
            /query /query?q=1 /tree/%C3%A9?x=%20 /host /none) ],
    },
    {   name => 'rewrite',
        conf => <<'END',
server {
    listen %listen%;
    rewrite ^/old/(.*)$ /new/$1 permanent;
    rewrite /any/ /somewhere redirect;
    rewrite ^/drop/(\d+)$ /items/$1? permanent;
    rewrite ^/own$ /new?a=1 permanent;
    rewrite ^/owndrop$ /new?a=1? permanent;
    rewrite ^/abs/(.*)$ http://abs.test/$1;
    rewrite ^/flag$ http://flag.test/ last;
    rewrite ^(/cap/.*)\.html$ $1 permanent;
    rewrite "^/brace/([0-9]{4})$" /years/$1 permanent;
    rewrite ^/inner/(.*)$ /hidden/$1 last;
    rewrite ^/inner/ /never permanent;
    rewrite ^/case$ /lower permanent;
    rewrite ^/opt(/.*)?$ /option$1 permanent;
    rewrite ^/two/([^/]+)/([^/]+)$ /swap/$2/$1 permanent;
    rewrite ^/esc\.html$ /escaped permanent;
}
END
        targets => [
            qw(/old/ /old/a/b /old/a?q=1 /old /any/ /x/any/y /any /drop/5?q=1
            /drop/x /own /own?q=1 /owndrop?q=1 /abs/a /abs/?q=1 /flag
            /cap/a/b.html /cap/x /brace/2024 /brace/24 /inner/x /case /CASE
            /opt /opt/ /opt/a/b /option /two/a/b /two/a/b/c /esc.html /escxhtml
            /old/%20x /old//y /old/../old/z) ],
    },
    {   name => 'priority of locations',
        conf => <<'END',
server {
    listen %listen%;
    location / { return 301 https://www.test$request_uri; }
    location /api/ { root /nowhere; }
    location = /health { root /nowhere; }
    location ~ \.php$ { return 302 /php; }
    location ^~ /static/ { root /nowhere; }
    location /docs/ { return 302 /documents; }
    location ~* \.(gif|png)$ { root /nowhere; }
    location = /docs/exact.php { return 302 /exactly; }
    location /shop/ {
        rewrite ^/shop/a/(.*)$ /store/$1 permanent;
        location ~ \.htm$ { return 302 /htm; }
    }
}
END
        targets => [
            qw(/ /x?q=1 /api/ /api/x /api/x.php /health /health/ /x.php
            /static/x.php /static /docs/ /docs/a.php /docs/a /docs/exact.php
            /a.gif /a.PNG /docs/b.png /shop/a/b /shop/x /shop/x.htm /shop
            /x.htm /api) ],
    },
    {   name => 'if',
        conf => <<'END',
server {
    listen %listen%;
    if ($host = old.test) { return 301 http://new.test$request_uri; }
    if ($host ~* ^(www\.)?sub\.test$) { rewrite ^ http://subs.test$uri? permanent; }
    if ($request_method = POST) { return 303 /posted; }
    if ($uri ~ ^/u/(\d+)$) { return 301 /users/$1; }
    location = /find { if ($arg_id = 5) { return 301 /five; } }
    location = /item { return 301 /items/$arg_id; }
    location = /list { if ($args ~ "^page=2$") { return 301 /list/2; } }
    if ($request_uri ~ "^/raw\?a=b$") { return 301 /cooked; }
}
END
        targets => [
            '/x?q=1', '/u/5', '/u/x', '/find?id=5', '/find?id=6', '/find',
            '/item?id=7', '/list?page=2', '/list?page=3', '/raw?a=b', '/raw',
            [ '/a/b?q=1', 'old.test' ], [ '/a?q=1', 'www.sub.test' ],
            [ '/a', 'sub.test' ], [ '/a', 'xsub.test' ] ],
    },
    {   name => 'map',
        conf => <<'END',
map $uri $new {
    default "";
    /a /alpha;
    /B /beta;
    "/with blank" /blank;
    ~^/n/(?<number>\d+)$ /numbers/$number;
    ~*^/F/(.*)$ /folded/$1;
    /n/7 /seven;
}
map $request_uri $sent {
    /q?x=1 /found;
    /q /plain;
}
map $host$uri $hosted {
    one.test/p /one;
    two.test/p /two;
}
server {
    listen %listen%;
    if ($new) { return 301 $new; }
    if ($sent) { rewrite ^ $sent redirect; }
    if ($hosted) { return 302 http://www.test$hosted; }
}
END
        targets => [
            qw(/a /A /a/ /b /n/5 /n/7 /n/x /f/z /F/Z /q /q?x=1 /with%20blank
            /p), [ '/p', 'one.test' ], [ '/p', 'two.test' ],
            [ '/p', 'three.test' ] ],
    },
    {   name => 'variables',
        conf => <<'END',
server {
    listen %listen%;
    server_name www.test;
    set $base https://new.test/base;
    set $deep $base/deep;
    location /s/ { return 301 $deep$request_uri; }
    location = /n { return 301 https://$server_name/n2; }
    location = /u { return 301 /login?next=$uri; }
    location ~ ^/r/([a-z]+)/(.*)$ { return 301 /$2/$1?from=$1; }
    location ~ ^/w/ { rewrite ^/w/(.*)/x$ /v/$1 permanent; return 302 /w; }
    rewrite ^/all/(.*)$ $base/$1 permanent;
}
END
        targets => [
            qw(/s/ /s/a?q=1 /n /u /r/ab/c/d /r/AB/c /w/a/x /w/a /all/b?q=1) ],
    },
    {   name => 'dead ends',
        conf => <<'END',
server {
    listen %listen%;
    location /a/ { rewrite ^/b/ /never permanent; }
    location = /c { rewrite ^/(.)$ /one/$1 permanent; rewrite ^ /not; }
    location /d/ { break; return 301 /never; }
    location /e/ { return 301 /e2; rewrite ^/e/(.*)$ /never permanent; }
    location @named { return 301 /never; }
    location /i/ { internal; return 301 /never; }
    location / { return 302 /others; }
}
END
        targets => [ qw(/a/x /b/x /c /d/x /e/x /i/x /rest /x) ],
    },
    {   name => 'sites as certbot leaves them',
        conf => <<'END',
server {
    listen %listen%;
    server_name www.example.test;
    if ($scheme = ftp) { return 301 /ftp; }
    location ~* \.php$ { return 301 /no-php; }
    location / { return 302 /last; }
}
server {
    listen %listen%;
    server_name example.test old.example.test;
    if ($host = example.test) {
        return 301 http://www.example.test$request_uri;
    } # managed by Certbot
    if ($host = old.example.test) {
        return 301 http://$host:8080$request_uri;
    } # managed by Certbot
    return 404; # managed by Certbot
}
server {
    listen %listen%;
    server_name bare.test;
    return 301 $scheme://www.example.test$request_uri;
}
server {
    listen %listen%;
    server_name ~^(www\.)?rex\.test$;
    return 301 http://www.example.test/rex;
}
server {
    listen %listen%;
    server_name *.wild.test;
    rewrite ^/(.*)$ http://wild.test/$1 permanent;
}
END
        targets => [
            map({ my $host = $_; map { [ $_, $host ] }
                '/', '/a/b?q=1', '/a%20b', '/x.PHP?y', '/a?x=%2F//y',
                '/caf%C3%A9' } qw(www.example.test example.test
                old.example.test bare.test www.rex.test rex.test a.wild.test)),
        ],
    },
    {   name => 'slashes',
        conf => <<'END',
server {
    listen %listen%;
    rewrite ^/index\.(php|html)$ / permanent;
    rewrite ^(.*)/index\.html$ $1/ permanent;
    rewrite ^/(.*)/$ /$1 permanent;
    rewrite ^(.*)/default\.asp$ $1/ permanent;
    rewrite ^([^.]*[^/])\.htm$ $1/ permanent;
}
END
        targets => [
            qw(/index.php /index.php?a=b /index.html /a/index.html /a/b/ /a/?x=1
            / /default.asp /a/default.asp?x /a.htm /a/b.htm /a.b.htm /a%20b/ /A/B/INDEX.html
            /a+b/ /a%26b/ /%C3%BC/) ],
    },
    {   name => 'slashes added',
        conf => <<'END',
server {
    listen %listen%;
    rewrite ^([^.]*[^/])$ $1/ permanent;
}
END
        targets => [ qw(/ /a /a/b /a/b/ /a.txt /a/b?c=d /a%20b /A) ],
    },
    {   name => 'a map before all',
        conf => <<'END',
map $request_uri $new_uri {
    default "";
    /old.html /new.html;
    /Old2.html /new2.html;
    /q.php?id=7 /seven;
    /q.php?id=8&x=1 https://eight.test/;
    ~^/blog/(?<post>[0-9]+) /posts/$post;
    ~*^/shop/?$ /store/;
}
server {
    listen %listen%;
    if ($new_uri) {
        return 301 $new_uri;
    }
    if ($new_uri != "") { rewrite ^(.*)$ $new_uri redirect; }
    location / { root /nowhere; }
    location /old.html { return 302 /never; }
}
END
        targets => [
            qw(/old.html /OLD.html /old.html/ /Old2.html /q.php?id=7
            /q.php?id=8&x=1 /q.php /blog/12 /blog/12/x /blog/x /shop /SHOP/
            /shop/x /none) ],
    },
    {   name => 'ifs within',
        conf => <<'END',
server {
    listen %listen%;
    location /a/ {
        if ($arg_old = 1) { return 301 /a1; }
        if ($request_uri ~* "^/a/RAW") { return 302 /raw; }
        rewrite ^/a/b/(.*)$ /b/$1 permanent;
        return 302 /rest;
    }
    location ~* ^/Case/(.*)$ { return 301 /folded/$1; }
    location ~ ^/enc/(.*)$ { return 301 /plain/$1; }
    location ^~ /img/ { rewrite ^/img/(.+)\.gif$ /png/$1.png redirect; }
    location ~ \.gif$ { return 410; }
    location = /one { rewrite ^ /two?; }
    location = /two { return 301 http://$http_host/three; }
    if ($request_method !~ ^(GET|HEAD)$) { return 303 /form; }
    rewrite ^/p/(\d+)/?$ /q?id=$1 permanent;
    rewrite ^/r/(\d+)/?$ /s?id=$1? permanent;
    rewrite ^/(de|en)/(.*)$ /$2?lang=$1 permanent;
    rewrite (?i)^/about(-us)?$ /about-the-firm permanent;
}
END
        targets => [
            qw(/a/ /a/x?old=1 /a/raw /a/b/c /a/b/c?x=1 /A/b/c /Case/x /case/Y
            /CASE/x?y=1 /enc/a /img/a.gif /x.gif /img/b.png /two
            /p/5 /p/5/?a=b /r/5?a=b /de/a/b?c=d /fr/a /About /ABOUT-us /about-u)
        ],
    },
);

# -- nginx ---------------------------------------------------------------------

sub start_nginx {
    my ($conf) = @_;
    my $port = Semr::Httpd::free_port();
    $conf =~ s/%listen%/127.0.0.1:$port/g;
    open my $file, '>', "$dir/nginx.conf" or die "nginx.conf: $!";
    print $file <<"END";
daemon off;
master_process off;
pid $dir/pid;
error_log $dir/error.log;
events { worker_connections 64; }
http {
absolute_redirect off;
access_log off;
client_body_temp_path $dir/body;
proxy_temp_path $dir/proxy;
fastcgi_temp_path $dir/fastcgi;
uwsgi_temp_path $dir/uwsgi;
scgi_temp_path $dir/scgi;
root $dir;
$conf
}
END
    close $file;
    $pid = fork() // die "fork: $!";
    if (!$pid) {
        open STDERR, '>', "$dir/stderr";
        exec $nginx, '-p', $dir, '-e', "$dir/error.log", '-c',
            "$dir/nginx.conf" or POSIX::_exit(127);
    }
    Semr::Httpd::wait_for(sub { IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port) }, 10)
        or BAIL_OUT('nginx does not start: ' . `cat $dir/stderr $dir/error.log`);
    return $port;
}

sub stop_nginx {
    kill TERM => $pid;
    waitpid $pid, 0;
    undef $pid;
}

# -- the rules -----------------------------------------------------------------

sub import_conf {
    my ($conf) = @_;
    $conf =~ s/%listen%/80/g;
    open my $file, '>', "$dir/import.conf" or die "import.conf: $!";
    print $file $conf;
    close $file;
    open my $out, '-|', $command, 'import', '--quiet', '--as', 'directives',
        'nginx', "$dir/import.conf" or die "$command: $!";
    local $/;
    my $rules = <$out>;
    close $out;
    return $rules;
}

# "301 /new", with the code that GET gets of the same intent; "-": neither
sub answer_of {
    my ($answer) = @_;
    my $status = $answer->status;
    $status = { 307 => 302, 308 => 301 }->{$status} // $status;
    return '-' if $status !~ /^(?:30[123]|410)$/;
    my $location = $answer->header('Location') // '';
    $location =~ s{^(https?://[^/?]+)(?=\?|$)}{$1/};
    return "$status $location";
}

for my $case (@CASES) {
    my $rules = import_conf($case->{conf});
    my $port = start_nginx($case->{conf});
    my $httpd = Semr::Httpd->started(conf => "SemanticRedirectChains keep\n",
        sites => [ { name => 'site', conf => $rules } ]);
    for my $asked (@{$case->{targets}}) {
        my ($target, $host) = ref $asked ? @$asked : ($asked, 'site.test');
        my $want = answer_of(ask($port, "GET $target", $host));
        my $got = answer_of($httpd->ask("GET $target", $host));
        is($got, $want, "$case->{name}: $host$target")
            or diag($rules);
    }
    $httpd->stop;
    stop_nginx();
}
done_testing();
