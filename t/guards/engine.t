# The engine knows no httpd, and its floors include only what is below them
# (DESIGN 9).
use strict;
use warnings;
use File::Basename;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Semr::Source;
use Test::More;

my $top = project();
chdir $top or die;

# No symbol of httpd (apr_ is APR's), and a self-test of the pattern
my @wanted = grep { /^\s+U\s/ } `nm -u build/libsemr.a`;
cmp_ok(scalar @wanted, '>', 10, 'nm tells what build/libsemr.a needs');
is_deeply([grep { /\bap_/ } @wanted],
    [], 'build/libsemr.a needs no ap_ symbol');

# No header of httpd, whatever way it takes.  The .d files of the build leave
# system headers out, so the compiler is asked.
my $cc = $ENV{CC} || 'gcc';
chomp(my $httpd = `apxs -q INCLUDEDIR`);
chomp(my $flags = `pkg-config --cflags apr-1 apr-util-1`);
for my $file (sources(qr{^src/engine/.*\.c$})) {
    my @depends = `$cc -std=gnu11 -M -Isrc/engine $flags $file`
        =~ /([^\s\\:]+)/g;
    cmp_ok(scalar @depends, '>', 2, "$file: what it depends on");
    my @bad = grep { m{^\Q$httpd\E/} || m{^src/(?!engine/)}
        || m{(?:^|/)(?:httpd|http_\w+|ap_\w+|util_\w+|mod_\w+)\.h$} } @depends;
    is_deeply(\@bad, [], "$file includes no header of httpd");
}

# Floors from the ground up.  A part is a header with its sources; those whose
# name goes on with an underscore belong to it.
my @floors = (
    [qw(vocabulary version count)],
    [qw(diag url request decide words accept epoch finding ledger mask misses
        fate)],
    [qw(location pattern rule layout record image key)],
    [qw(build lookup mapfile glance ends identity search stats state)],
    [qw(judge chain tally report carry suggest witness)],
    [qw(walk)],
    [qw(ask)],
    [qw(lint explain)],
    [qw(expect)],
    [qw(out json render)],
);
my %belongs = (freeze => 'build', regex => 'pattern');
my %floor = map { my $n = $_; map { $_ => $n } @{ $floors[$n] } } 0 .. $#floors;
sub part {
    my ($name) = basename($_[0]) =~ /^(\w+)\.[ch]$/;
    for (my $stem = $name; length $stem; $stem =~ s/_?[^_]*$//) {
        my $part = $belongs{$stem} // $stem;
        return $part if defined $floor{$part};
    }
    return;
}

my %includes;
for my $file (sources(qr{^src/engine/.*\.[ch]$})) {
    my $part = part($file);
    ok(defined $part, "$file stands on a floor") or next;
    for my $other (text($file) =~ /^\s*#\s*include\s+"([^"]+)"/mg) {
        my $below = part($other);
        ok(defined $below && $floor{$below} <= $floor{$part},
            "$file ($part) may include $other");
        $includes{$part}{$below} = "$file includes $other"
            if defined $below && $below ne $part;
    }
}

# No circle, on one floor neither
sub circle {
    my ($part, @way) = @_;
    return [@way, $part] if grep { $_ eq $part } @way;
    for my $next (sort keys %{ $includes{$part} || {} }) {
        my $circle = circle($next, @way, $part);
        return $circle if $circle;
    }
    return;
}
for my $part (sort keys %includes) {
    my $circle = circle($part);
    ok(!$circle, "$part is in no circle of includes")
        or diag(join ' > ', @$circle);
}

done_testing();
