# event only: HAProxy is what is compared with, and a server of its own.
# What is imported of a map file answers as HAProxy does by that map.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp ();
use POSIX ();
use Semr::Http 'ask';
use Semr::Httpd qw(project alone);
use Test::More;

my ($haproxy) = grep { -x } map { "$_/haproxy" } split(/:/, $ENV{PATH}),
    '/usr/sbin', '/usr/local/sbin';
plan skip_all => 'there is no haproxy' if !$haproxy;
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

# Each case: the way to match, what is looked up, the map, what is asked.
my @CASES = (
    [ 'str', 'path', <<'END', qw(/a /a/ /A /ab /a?q=1 /b /c/d) ],
/a /first
/a /second
# /b /x
  /c/d   /blanks
/c/e  /e
END
    [ 'str', 'base', <<'END', '/a', '/b', [ '/a', 'two.test' ], '/a?q' ],
one.test/a https://new.test/a
two.test/a /two
END
    [ 'beg', 'path', <<'END', qw(/a/ /a /a/x /a/b/c /ab /abc /b/x?q=1 /c) ],
/a/ /tree
/a/b/ /deep
/ab /bytes
/b/ /q
END
    [ 'end', 'path', <<'END', qw(/a.php /a.phpx /a.html /x/.php /b/) ],
.php /php
.html /html
END
    [ 'sub', 'path', <<'END', qw(/xay /b /a.b /aXb) ],
a.b /dot
xa /xa
END
    [ 'dir', 'path', <<'END', qw(/img /img/x /x/img /x/img/y /ximg /a/b/c /a/b /x/a/b /img.png) ],
/img/ /images
a/b /ab2
END
    [ 'dom', 'req.hdr(host)', <<'END', '/', [ '/x', 'www.one.test' ], [ '/', 'xone.test' ], [ '/', 'other.test' ] ],
one.test /is-one
END
    [ 'reg', 'path', <<'END', qw(/a/1 /a/x /x/a/1 /b.c /bxc) ],
^/a/[0-9]+$ /number
/b\.c$ /bc
/a/ /any
END
    [ 'regm', 'path', <<'END', qw(/u/5 /u/x /s/a/b /S/a/b) ],
^/u/([0-9]+)$ /people/\1
^/s/([^/]+)/([^/]+)$ /t/\2/\1
END
);

sub write_file {
    my ($name, $text) = @_;
    open my $file, '>', "$dir/$name" or die "$name: $!";
    print $file $text;
    close $file;
}

sub start_haproxy {
    my ($match, $source) = @_;
    my $port = Semr::Httpd::free_port();
    write_file('haproxy.cfg', <<"END");
defaults
    mode http
    timeout client 10s
    timeout connect 10s
    timeout server 10s
frontend all
    bind 127.0.0.1:$port
    http-request set-var(txn.to) $source,map_$match($dir/test.map)
    http-request redirect code 301 location %[var(txn.to)] if { var(txn.to) -m found }
    http-request return status 200
END
    $pid = fork() // die "fork: $!";
    if (!$pid) {
        open STDERR, '>', "$dir/stderr";
        open STDOUT, '>&', \*STDERR;
        exec $haproxy, '-db', '-f', "$dir/haproxy.cfg" or POSIX::_exit(127);
    }
    Semr::Httpd::wait_for(sub { IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port) }, 10)
        or BAIL_OUT('haproxy does not start: ' . `cat $dir/stderr`);
    return $port;
}

sub answer_of {
    my ($answer) = @_;
    return '-' if $answer->status != 301;
    return $answer->header('Location');
}

for my $case (@CASES) {
    my ($match, $source, $map, @targets) = @$case;
    write_file('test.map', $map);
    my $rules = `'$command' import --quiet --as directives --match $match \\
        --intent permanent haproxy '$dir/test.map' 2>'$dir/told'`;
    my $port = start_haproxy($match, $source);
    my $httpd = Semr::Httpd->started(conf => "SemanticRedirectChains keep\n",
        sites => [ { name => 'site', conf => $rules } ]);
    for my $asked (@targets) {
        my ($target, $host) = ref $asked ? @$asked : ($asked, 'one.test');
        is(answer_of($httpd->ask("GET $target", $host)),
            answer_of(ask($port, "GET $target", $host)),
            "$match of $source: $host$target") or diag($rules);
    }
    $httpd->stop;
    kill TERM => $pid;
    waitpid $pid, 0;
    undef $pid;
}
done_testing();
