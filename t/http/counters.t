# Hits are exact: eight clients, while httpd restarts gracefully, while maps
# change, and over a reload; and they go by the rule, wherever it stands.
#
#   SEMR_REQUESTS=1000000 t/lib/one t/http/counters.t      a million requests
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use List::Util qw(shuffle sum0);
use Semr::Httpd;
use Semr::Load;
use Semr::Maps;
use Semr::Page;
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'httpd runs without children' if Semr::Httpd::alone();

my $CLIENTS = 8;
my $REQUESTS = $ENV{SEMR_REQUESTS} // 100_000;
my $PHASES = 4;
my $RULES = 40;
my $round = 0;

# The same rules in another order, with others before them, and new notes
sub rules {
    my ($name) = @_;
    return join "\n", (map { "SemanticRedirect gone /new-$round-$_" } 1 .. 30),
        shuffle(map { "SemanticRedirect permanent /$name$_ /to/$_ "
            . qq{note="round $round"} } 0 .. $RULES - 1);
}

sub rows {
    return join '', map { "$_\n" }
        shuffle((map { "temporary /m$_ /map/$_" } 0 .. $RULES - 1),
            map { "gone /mnew-$round-$_" } 1 .. $RULES);
}

sub configure {
    my ($httpd) = @_;
    $httpd->{conf} = join "\n", 'SemanticRedirectRefresh 1',
        'MaxKeepAliveRequests 0', logging(), rules('main');
    my ($one, $two) = @{ $httpd->{sites} };
    $one->{conf} = join "\n", rules('x'), 'SemanticRedirectMap one.map',
        '<Location /in>', map({ "SemanticRedirect see-other /in/$_ /out/$_" }
            shuffle 0 .. 4), '</Location>', $PAGE, logging();
    $two->{conf} = join "\n", rules('x'), $PAGE, logging();
    $httpd->write('httpd.conf', $httpd->configuration);
    put($httpd, 'one.map', rows());
}

my $httpd = Semr::Httpd->new(start => 2, sites => [ { name => 'one' },
    { name => 'two' } ]);
configure($httpd);
serving($httpd);
my ($since) = all('one')->{since};

for my $phase (1 .. $PHASES) {
    my @clients = clients($httpd, $CLIENTS, $REQUESTS / $CLIENTS / $PHASES,
        \&what);
    for (1 .. 2) {
        sleep 0.25;
        $round++;
        configure($httpd);
        $httpd->signal('USR1');
    }
    sleep 0.25;
    $round++;
    put($httpd, 'one.map', rows());
    is(finished(@clients), 0, "phase $phase: all was answered");
    compare("phase $phase");
    next if $phase != 2;
    # a reload, which ends what is under way: by then there is nothing
    $round++;
    configure($httpd);
    ok($httpd->restart('HUP'), 'reloaded');
    compare('after a reload');
}
is(all('one')->{since}, $since, 'counting began when httpd did');
my ($rule) = grep { $_->{from} eq '/x7' } @{ all('one')->{rules} };
like($rule->{last}, qr/^20\d\d-\d\d-\d\dT\d\d:\d\d:00Z$/, 'the last hit');
($rule) = grep { $_->{from} =~ /^\/new/ } @{ all('one')->{rules} };
is($rule->{last}, undef, 'a rule that was never met');
my ($by, $last) = @{ all('one') }{qw(answers_by_stage last_by_stage)};
like($_, qr/^20\d\d-\d\d-\d\dT\d\d:\d\d:00Z$/, 'the last answer by code')
    for values %{ $last->{live} };
is_deeply({ map { ($_ => [sort keys %{ $last->{$_} }]) } keys %$last },
    { map { ($_ => [sort keys %{ $by->{$_} }]) } keys %$by },
    'of each code that was counted');
$httpd->stop;
done_testing();

sub what {
    my $n = int rand $RULES;
    my $k = int rand 20;
    return $k < 8 ? "/x$n one.test" : $k < 12 ? "/x$n two.test"
        : $k < 15 ? "/m$n one.test" : $k < 16 ? '/in/' . $n % 5 . ' one.test'
        : $k < 17 ? "/main$n one.test" : $k < 18 ? "/main$n two.test"
        : $k < 19 ? "/main$n localhost" : "/nothing one.test";
}

sub all {
    my ($site) = @_;
    return eval { json_of($httpd, $site) } || { rules => [] };
}

# What the log has of each rule and code, and what the pages have
sub wanted {
    my (%rules, %codes);
    my %logged = logged($httpd);
    for my $what (sort keys %logged) {
        my ($host, $path) = split ' ', $what;
        my ($count, $code) = @{ $logged{$what} };
        my $of = $path =~ /^\/main/ ? 'main' : $host;
        $rules{"$of $path"} += $count;
        $codes{$of eq 'two.test' ? 'two' : 'one and main'}{$code} += $count;
    }
    return { rules => \%rules, codes => \%codes };
}

sub counted {
    my (%rules, %codes);
    for my $site (qw(one two)) {
        my $json = all($site);
        for my $rule (@{ $json->{rules} }) {
            my $of = $rule->{inherited} ? 'main' : "$site.test";
            $rules{"$of $rule->{from}"} = $rule->{hits} if $rule->{hits};
        }
        $codes{$site} = $json->{answers_by_stage}{live};
        $codes{$site}{inherited} = $json->{answers_inherited};
    }
    # those of the main server's rules are 301s, and in both
    my $inherited = delete $codes{one}{inherited};
    delete $codes{two}{inherited};
    $codes{two}{301} -= $inherited;
    return { rules => \%rules,
        codes => { 'one and main' => $codes{one}, two => $codes{two} } };
}

# An old child may still answer a client that has just come.
sub compare {
    my ($when) = @_;
    my ($wanted, $told) = wanted();
    my $encoder = JSON::PP->new->canonical;
    Semr::Httpd::wait_for(sub {
        $told = counted();
        $encoder->encode($told->{rules}) eq $encoder->encode($wanted->{rules})
    }, 15);
    is_deeply($told->{rules}, $wanted->{rules}, "$when: hits by rule");
    is_deeply($told->{codes}, $wanted->{codes}, "$when: answers by code");
    is(sum0(values %{ $told->{rules} }),
        sum0(map { values %$_ } values %{ $told->{codes} }),
        "$when: both make the same sum");
    note("$when: " . sum0(values %{ $told->{rules} }) . ' hits, '
        . $httpd->starts . ' starts');
}
