# event only: the cases start servers of their own.
# The shared cases, where they are at hand.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd qw(project module alone);
use Test::More;

# What comes later, by the names of its cases
my @later = (
    [qr/-d-(signature|misses)$/, 'the status page is in its first form'],
);

my $cases = project() . '/../shared/cases';
plan skip_all => "there is no $cases/run" if !-x "$cases/run";
plan skip_all => 'they start servers of their own' if alone();

sub later {
    my ($id, $since) = @_;
    my ($row) = grep { $id =~ $_->[0] && $since ne 'rules' } @later;
    return $row && $row->[1];
}

sub run {
    my @words =
        ("$cases/run", '--module', module(), '--since', 'rules', 'maps',
            'staging');
    open my $out, '-|', @words or die "@words: $!";
    my @said = <$out>;
    close $out;
    return @said;
}

# mpm_event of 2.4.71 may crash without us when it is ended while a worker
# closes a connection; a crash of ours comes again.
my @lines = run();
@lines = run() if grep { /and its server: .*exit signal/ } @lines;
my %failed = map { /^FAIL ([^:]+): (.*)/ ? ($1 => $2) : () } @lines;
like($lines[-1] // '', qr/^\d+ passed, \d+ failed/, 'the cases ran')
    or BAIL_OUT("@lines");

open my $table, '<', "$cases/public.tsv" or die "public.tsv: $!";
<$table>;    # the names of the columns
while (<$table>) {
    my ($id, $since) = split /\t/;
    next if /^#/ || !defined $since;
    my $why = delete $failed{$id};
    SKIP: {
        skip "$id: " . later($id, $since), 1 if later($id, $since);
        ok(!defined $why, $id) or diag($why);
    }
}
is_deeply(\%failed, {}, 'nothing else failed');
done_testing();
