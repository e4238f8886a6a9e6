# event only: it starts no server.
# Chains of a real site's list, counted by a walk that shares no code with ours.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Test::More;

my $map = project() . '/../shared/lists/europeana.map';
plan skip_all => "there is no $map" if !-r $map;
my $name = 'pro.europeana.eu';

# FROM -> TO, whatever the case; the first that is written wins, and a TO that
# is neither a path nor has a host makes a bad row.
my (%to, %line, $bad, $twice);
open my $file, '<', $map or die "$map: $!";
while (my $row = <$file>) {
    next if $row =~ /^(#|\s*$)/;
    my ($intent, $from, $to) = split ' ', $row =~ tr/"//dr;
    die "line $.: $row" if $intent ne 'temporary' && $intent ne 'permanent';
    if ($to !~ m{^(?:/|https?:)}) {
        $bad++;
        next;
    }
    if (exists $to{lc $from}) {
        $twice++;
        next;
    }
    ($to{lc $from}, $line{lc $from}) = ($to, $.);
}
cmp_ok(scalar keys %to, '>', 1000, 'the list is read');

# Hops from one page, and whether they lead in a circle
sub walk {
    my ($page) = @_;
    my %seen = ($page => 1);
    my $hops = 0;
    while (defined(my $to = $to{$page})) {
        $hops++;
        $to =~ s/[?#].*//;
        $to =~ s{^https?://\Q$name\E(?=/|$)}{}i;
        $page = lc $to;
        return ($hops, 1) if $seen{$page}++;
    }
    return ($hops, 0);
}

my (%chains, @loops);
for my $page (keys %to) {
    my ($hops, $loops) = walk($page);
    if ($loops) {
        push @loops, $line{$page};
    }
    elsif ($hops > 1) {
        $chains{$hops}{$line{$page}} = 1;
    }
}
cmp_ok(scalar keys %{ $chains{2} }, '>', 100, 'it has chains');

my (%told, @told_loops, $told_twice);
my $options = 'slash=exact case=ignore';
for my $said (`build/semredirect check --all --host $name --options "$options" "$map" 2>&1`) {
    my ($at, $code, $text) = $said =~ /:(\d+): \w+ (SEMR\d+) [\w-]+: (.*)/
        or next;
    $told{$1}{$at} = 1 if $code eq 'SEMR103' && $text =~ /takes (\d+) hops/;
    push @told_loops, $at if $code =~ /^SEMR1(?:0[129]|11)$/;
    $told_twice++ if $code =~ /^SEMR20[12]$/;
}
is_deeply(\%told, \%chains, 'each chain is found, and how many hops it takes');
# a page that is sent to itself is one of one rule
is_deeply([sort { $a <=> $b } @told_loops], [sort { $a <=> $b } @loops],
    'and each loop');
is($told_twice // 0, $twice // 0, 'and each row that stands there twice');
note("rows: bad ${\ ($bad // 0)}, twice ${\ ($twice // 0)}, loops ",
    scalar @loops, ', chains: ', join ', ',
    map { "$_ hops " . keys %{ $chains{$_} } } sort keys %chains);
done_testing();
