# Metrics: what they say of all of httpd; that promtool takes them, a real
# Prometheus scrapes them by the configuration of docs/status.md, and the
# alerts there fire.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp 'tempdir';
use JSON::PP;
use Semr::Httpd;
use Semr::Maps;
use Semr::Page;
use Semr::Prometheus;
use Semr::Source;
use Test::More;

my $S = 'SemanticRedirect';
my $OM = 'application/openmetrics-text';
my $page = $PAGE;
my $odd = qq{odd"\\<i>\xff\x01{a="b"}.map};     # the name of a file
my $quoted = $odd =~ s/\\/\\\\/gr;
my $httpd = serving(Semr::Httpd->new(start => 2,
    conf => <<"END",
$S permanent /main/* /m/*
${S}Refresh 1
LogFormat "%U %{Accept}i -> %{Content-Type}o" types
CustomLog types types "expr=%{HTTP_USER_AGENT} =~ /^Prometheus/"
END
    files => {
        'shared.map' => "permanent /a /b\ngone /c\npermanent /d /e stage=off\n",
        'bad.map'    => "permanent /bad /good\n",
        $odd         => "permanent /odd /even\n",
    },
    sites => [
        { name => 'one', conf => <<"END" },
$S permanent /old /new
$S temporary /t /u
$S permanent /loop /pool
$S permanent /pool /loop
${S}Map %root%/main/shared.map
${S}Map %root%/main/bad.map
${S}Map '%root%/main/$quoted'
<Location /trial>
$S permanent /trial/x /y
${S}Stage trial
</Location>
$page
END
        { name => 'two', conf => <<"END" },
${S}Stage observe
$S permanent /old /new
$S permanent /old2 /new
${S}Map %root%/main/shared.map
END
        { name => 'plain', conf => $page },
        # of one name and port: one to a monitor
        { name => 'twin', conf => "$S gone /twin/*\n" },
        { name => 'twin2', conf => "ServerName twin.test\n$S gone /x\n" },
        # of one name once it is UTF-8
        map({ { name => "bytes$_", conf => "ServerName 'bytes" . chr(0xf0 + $_)
            . "'\n$S gone /x\n" } } 1, 2),
        { name => 'odd', conf => <<"END" },
ServerName 'odd"\\\\<i>\xff'
ServerAlias odd.test
$S permanent /1 /2
END
    ]));
my $port = $httpd->port;

# What is asked, and how often; OPTIONS that is no preflight is an answer, too.
my @asked = (
    ['one', 'GET /old', 5], ['one', "POST /old\n\nx", 3], ['one', 'GET /t', 2],
    ['one', 'GET /trial/x', 4], ['one', 'GET /c', 6], ['one', 'GET /odd', 1],
    ['one', 'GET /main/x', 2], ['two', 'GET /main/x', 1],
    ['plain', 'GET /main/x', 1], ['two', 'GET /old', 7],
    ['two', 'GET /c', 2], ['twin', 'GET /twin/x', 3], ['one', 'GET /none', 9],
);
for (@asked) {
    my ($site, $request, $times) = @$_;
    $httpd->ask($request, "$site.test") for 1 .. $times;
}
put($httpd, 'main/bad.map', "permanent no-slash /x\n");
ok(Semr::Httpd::wait_for(sub { metrics()->{
    qq(semredirect_map_failed{server="one.test:$port",)
    . qq(source="$httpd->{root}/main/bad.map",options=""}) } }),
    'a map that fails is told');

sub body {
    my ($format, $site) = @_;
    return $httpd->ask("GET /redirects?format=$format",
        ($site // 'one') . '.test')->body;
}
sub metrics { return { body('openmetrics', @_) =~ /^(semr.*) ([\d.]+)$/mg } }

my %series;
$series{$_}++ for body('openmetrics') =~ /^(semr.*) [\d.]+$/mg;
is_deeply([grep { $series{$_} > 1 } sort keys %series], [],
    'no series is told twice');

# By name, in short: server, stage and code in this order
my $got = metrics();
sub value {
    my ($name, %labels) = @_;
    my @names = qw(server source options stage severity code);
    $labels{server} .= ":$port" if $labels{server} && $labels{server} =~ /\./;
    my $labels = join ',', map { qq($_="$labels{$_}") }
        grep { defined $labels{$_} } @names;
    return $got->{$labels ? "semredirect_$name\{$labels\}"
        : "semredirect_$name"};
}
my %answers = ('one.test' => { live => { 301 => 6, 308 => 3, 302 => 2,
            410 => 6 }, trial => { 302 => 4 } },
    'localhost' => { live => { 301 => 3 } },
    'twin.test' => { live => { 410 => 3 } });
my $sum = 0;
for my $server (sort keys %answers) {
    for my $stage (sort keys %{ $answers{$server} }) {
        for my $code (sort keys %{ $answers{$server}{$stage} }) {
            my $wanted = $answers{$server}{$stage}{$code};
            $sum += $wanted;
            is(value('answers_total', server => $server, stage => $stage,
                code => $code), $wanted, "$server: $stage $code");
        }
    }
}
is(eval { my $all = 0; $all += $got->{$_}
    for grep { /^semredirect_answers_total/ } keys %$got; $all }, $sum,
    'and no answer else');
is(value('observed_answers_total', server => 'two.test', code => 301), 7,
    'observed: what would have been sent');
is(value('observed_answers_total', server => 'two.test', code => 410), 2,
    'observed: by a map that is live elsewhere');
is(value('observed_answers_total', server => 'localhost', code => 301), 1,
    'observed: a rule of the main server');

# Rules by stage: sections among them, what is inherited counted once
my @rules = (
    ['localhost', 1, 0, 0, 0], ['one.test', 8, 1, 0, 1],
    ['two.test', 0, 0, 4, 1], ['twin.test', 2, 0, 0, 0],
);
for (@rules) {
    my ($server, %wanted);
    ($server, @wanted{qw(live trial observe off)}) = @$_;
    my %told = map { $_ => value('rules', server => $server, stage => $_) }
        keys %wanted;
    is_deeply(\%told, \%wanted, "$server: rules by stage");
}
is(value('unused_rules', server => 'one.test'), 5,
    'rules that nobody has met: /loop, /pool, and of maps /a, /d, /bad');
is(value('unused_rules', server => 'two.test'), 3, 'of another server');
is(value('unused_rules', server => 'localhost'), 0, 'none');
ok(!(grep { /plain\.test/ } keys %$got), 'a host without rules is left out');
is(value('findings', server => 'one.test', severity => 'error',
    code => 'SEMR101'), 2, 'findings');
cmp_ok(value('findings_checked_timestamp_seconds'), '>', time - 600,
    'when they were looked for');

# A counter is there before it counts.
is(value('answers_total', server => 'twin.test', stage => 'live',
    code => 410), 3, 'a sum over hosts of one name');
is(value('observed_answers_total', server => 'two.test', code => 308), 0,
    'codes that rules can send begin at 0');
is(value('answers_total', server => 'two.test', stage => 'live',
    code => 301), undef, 'others are not there');

# Maps: once each
my %map = (server => 'one.test', options => '',
    source => "$httpd->{root}/main/shared.map");
is(value('map_rules', %map), 3, 'a map: rules');
is(value('map_rows', %map), 3, 'a map: rows');
is(value('map_failed', %map), 0, 'a map: it has not failed');
is(value('map_generation', %map), 0, 'a map: generation');
is(value('map_rules', %map, server => 'two.test'), undef,
    'a map that two servers name stands under the first');
cmp_ok(value('map_bytes', %map), '>', 100, 'a map: bytes');
cmp_ok(abs(value('map_built_timestamp_seconds', %map) - time), '<', 600,
    'a map: built');
is(value('map_modified_timestamp_seconds', %map),
    (stat "$httpd->{root}/main/shared.map")[9], 'a map: modified');
cmp_ok(value('map_build_duration_seconds', %map), '<', 60,
    'a map: how long it took');
is(value('map_failed', %map, source => "$httpd->{root}/main/bad.map"), 1,
    'a map that failed');

# Everybody gets the same.
sub without_times { return $_[0] =~ s/^(semredirect_lost|.*checked).*\n//mgr }
is(without_times(body('openmetrics', 'plain')),
    without_times(body('openmetrics')), 'every page tells the same');

# Names that are hostile are values.
my $line = qr/[\w:]+(?:\{(?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)+\})? [\d.]+/;
my $text = body('openmetrics');
is_deeply([grep { !/^(?:# (?:TYPE|UNIT|HELP) \w+ [^"\\]+|# EOF|$line)$/ }
    split /\n/, $text], [], 'each line is well formed');
unlike($text, qr/[\x00-\x09\x0b-\x1f\x7f\xff]/, 'no byte that is no text');
my $bad = "\xef\xbf\xbd";
my $escaped = '/odd\\"\\\\<i>' . $bad x 2 . '{a=\\"b\\"}.map';
like($text, qr/source="[^"]*\Q$escaped\E"/, 'the name of a map, escaped');
$escaped = 'odd\\"\\\\<i>' . $bad;
like($text, qr/server="\Q$escaped\E:/, 'the name of a server, escaped');
unlike(body('html'), qr/<i>/, 'HTML: nothing of a name is markup');
ok(eval { decode_json(body('json')) }, 'JSON parses') or diag($@);

# ?auto: all as one
my %auto = body('auto') =~ /^(\w+): (\S+)$/mg;
is($auto{SemanticRedirectAnswersLive301}, 9, 'auto: a sum over servers');
is($auto{SemanticRedirectRulesObserve}, 4, 'auto: rules');
is($auto{SemanticRedirectMapFailed}, 1, 'auto: maps that failed');
is($auto{SemanticRedirectFindingsError}, 2, 'auto: findings by severity');
unlike(body('auto'), qr/^(?!\w+: [\d.]+$)/m, 'auto: lines');

# The docs: each metric that is told is there, with this type.
my ($section) = text('docs/status.md') =~ /^## Metrics\n(.*?)^## /ms;
my %documented = $section =~ /^\| `(\w+)` \| (\w+) \|/mg;
my %told = $text =~ /^# TYPE (\w+) (\w+)$/mg;
my %suffix = (info => '_info', counter => '_total', gauge => '');
for my $name (sort keys %told) {
    is($documented{ $name . $suffix{ $told{$name} } }, $told{$name},
        "docs/status.md has $name");
}

SKIP: {
    skip 'sanitizers look at httpd alone', 1 if Semr::Httpd::alone();
    skip Semr::Prometheus::WHY, 1 if !Semr::Prometheus::there();
    checked_by_promtool();
    scraped();
    subtest 'the alerts of docs/status.md' => \&alerts;
}
$httpd->stop;
done_testing();

# A block of docs/status.md, by its first line
sub example {
    my ($name) = @_;
    my ($block) = text('docs/status.md') =~ /^```yaml\n# \Q$name\E\n(.*?)^```/ms;
    ok(defined $block, "docs/status.md has $name");
    return $block // '';
}

# Of the two formats promtool lints one; the other it reads to make blocks of,
# if each sample has a time.
sub checked_by_promtool {
    my ($status, $said) = promtool([qw(check metrics)], body('prometheus'));
    is_deeply([$status, $said], [0, ''], 'promtool check metrics');
    ($status) = promtool([qw(check metrics)], "# TYPE x counter\nx 1\n");
    isnt($status, 0, 'it would complain');

    my $dir = tempdir(CLEANUP => 1);
    my $now = time;
    my $timed = $text =~ s/^(semredirect_.*)$/$1 $now/mgr;
    for ([$timed, 0, 'reads OpenMetrics'],
            [$timed =~ s/# EOF\n//r, 1, 'would miss the end'],
            [$timed =~ s/\\"/"/r, 1, 'would see a quote']) {
        my ($lines, $fails, $what) = @$_;
        open my $file, '>:raw', "$dir/metrics" or die;
        print $file $lines;
        close $file or die;
        ($status, $said) = promtool([qw(tsdb create-blocks-from openmetrics),
            "$dir/metrics", "$dir/blocks"]);
        is(!!$status, !!$fails, "promtool $what") or diag($said);
    }
}

sub scraped {
    my $yaml = example('prometheus.yml');
    my $target = '127.0.0.1:' . $httpd->port;
    is($yaml =~ s/www\.example\.com:80/$target/, 1, 'its host is replaced');
    my $prometheus = Semr::Prometheus->start(
        "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n"
        . "rule_files: [redirects.rules.yml]\n$yaml",
        'redirects.rules.yml' => example('redirects.rules.yml'));
    # the first virtual host answers to 127.0.0.1
    ok(Semr::Httpd::wait_for(sub { my ($up) = $prometheus->query('up');
        $up && $up->{value} == 1 }, 60), 'Prometheus scrapes it')
        or diag($prometheus->log);
    my ($scrape) = @{ $prometheus->api('targets')->{activeTargets} };
    is($scrape->{lastError}, '', 'without an error');
    like($httpd->read('types'), qr{^/redirects \Q$OM\E;version=1\.0\.0.* -> \Q$OM\E$}m,
        'by OpenMetrics, which it asks for');

    my @sums = (
        ['sum(semredirect_answers_total)', $sum],
        ['sum(semredirect_answers_total{stage="live",code="410"})', 9],
        ['sum(semredirect_observed_answers_total)', 10],
        ['sum(semredirect_rules{server=~"one.*"})', 10],
        ['count(semredirect_info)', 1],
        ['sum(semredirect_map_failed)', 1],
        ['count(semredirect_map_rules)', 3],
        ['sum(semredirect_findings{severity="error"})', 2],
        ['count(semredirect_answers_created) == '
            . 'count(semredirect_answers_total)', undef],
        ['min(semredirect_answers_created) == '
            . 'scalar(semredirect_counting_start_timestamp_seconds)', undef],
        ['count({__name__=~"semredirect_.*",server="odd\\"\\\\<i>'
            . '\ufffd:' . $httpd->port . '"}) > 0', undef],
    );
    for my $row (@sums) {
        my ($query, $wanted) = @$row;
        my ($result, @more) = $prometheus->query($query);
        ok($result && !@more && (!defined $wanted
            || $result->{value} == $wanted), $query)
            or diag(explain($result));
    }
    my %types = map { $_->{metric} => $_->{type} }
        @{ $prometheus->api('targets/metadata') };
    is_deeply({ map { $_ => $types{$_} } keys %told }, \%told,
        'it knows the type of each');
    ok(Semr::Httpd::wait_for(sub { grep { $_->{labels}{alertname} eq
        'RedirectFinding' && $_->{state} eq 'firing' }
        @{ $prometheus->api('alerts')->{alerts} } }, 30),
        'an alert of the docs fires') or diag($prometheus->log);
    $prometheus->stop;
}

# What fires, minute by minute of series that are made up.
sub alerts {
    my $dir = tempdir(CLEANUP => 1);
    my $rules = example('redirects.rules.yml');
    my ($file, %tested) = ("$dir/redirects.rules.yml");
    open my $out, '>', $file or die;
    print $out $rules;
    close $out or die;
    my ($status, $said) = promtool([qw(check rules), $file]);
    is($status, 0, 'promtool check rules') or diag($said);

    my @cases = (
        # alert, series, when, labels of what fires then: none
        ['RedirectMapFailed', ['map_failed{source="/m"}', '0 1x9'], 2],
        ['RedirectMapFailed', ['map_failed{source="/m"}', '0 1x9'], 4,
            { source => '/m' }],
        ['RedirectMapFailed', ['map_failed{source="/m"}', '1x5 0x9'], 8],
        ['RedirectMapRowsLeftOut', ['map_rows_left_out{source="/m"}', '0x9'],
            9],
        ['RedirectMapRowsLeftOut', ['map_rows_left_out{source="/m"}', '3x9'],
            9, { source => '/m' }],
        ['RedirectFinding', ['findings{code="SEMR101",severity="error"}',
            '_x3 2x9'], 2],
        ['RedirectFinding', ['findings{code="SEMR101",severity="error"}',
            '_x3 2x9'], 5, { code => 'SEMR101', severity => 'warning' }],
        ['RedirectFinding', ['findings{code="SEMR103",severity="info"}',
            '2x9'], 5],
        ['RedirectFinding', ['findings{code="SEMR101",severity="error"}',
            '2x3 stale'], 6],
        ['RedirectsStillObserved', ['observed_answers_total{server="s",'
            . 'code="301"}', '0+1x3000'], 2900],
        ['RedirectsStillObserved', ['observed_answers_total{server="s",'
            . 'code="301"}', '0+20x3000'], 600],
        ['RedirectsStillObserved', ['observed_answers_total{server="s",'
            . 'code="301"}', '0+20x3000'], 2900, { server => 's' }],
        ['RedirectsStillOnTrial', ['rules{server="s",stage="trial"}',
            '5x900'], '700h'],
        ['RedirectsStillOnTrial', ['rules{server="s",stage="trial"}',
            '5x900'], '750h', { server => 's' }],
        ['RedirectsStillOnTrial', ['rules{server="s",stage="live"}',
            '5x900'], '750h'],
        ['RedirectsStopped', ['answers_total{server="s",stage="live",'
            . 'code="301"}', '0+60x2000'], 1900],
        ['RedirectsStopped', ['answers_total{server="s",stage="live",'
            . 'code="301"}', '0+60x1500 90000x500'], 1600, {}],
    );
    my %tests;      # by how often there is a sample, and rules are asked
    for my $case (@cases) {
        my ($alert, $series, $when, $labels) = @$case;
        my $unit = $when =~ s/h$// ? 'h' : 'm';
        $tested{$alert}{ $labels ? 'fires' : 'is quiet' } = 1;
        my ($name, $values) = @$series;
        $name = "semredirect_$name" =~ s/\{/{instance="h",/r;
        my ($severity) = $rules =~ /alert: $alert\n.*?severity: (\w+)/s;
        my %labels = (instance => 'h', severity => $severity, %{ $labels // {} });
        $tests{$unit} .= "  - interval: 1$unit\n    input_series:\n"
            . "      - series: '$name'\n        values: '$values'\n"
            . "    alert_rule_test:\n      - eval_time: $when$unit\n"
            . "        alertname: $alert\n        exp_alerts:"
            . ($labels ? "\n          - exp_labels:\n" . join('',
                map { "              $_: '$labels{$_}'\n" } sort keys %labels)
                . "            exp_annotations:\n              summary: 'X'\n"
                : " []\n");
    }
    # summaries are words: what is in them is not compared
    my $short = $rules =~ s/^( *summary:).*/$1 X/mgr;
    my @files = (['plain', $short], map { ["tests.$_",
        "rule_files: [plain]\nevaluation_interval: 1$_\ntests:\n$tests{$_}"] }
        sort keys %tests);
    for (@files) {
        open my $out, '>', "$dir/$_->[0]" or die;
        print $out $_->[1];
        close $out or die;
    }
    ($status, $said) =
        promtool([qw(test rules), map { "$dir/tests.$_" } sort keys %tests]);
    is($status, 0, 'promtool test rules') or diag($said);
    is_deeply(\%tested, { map { $_ => { fires => 1, 'is quiet' => 1 } }
        $rules =~ /alert: (\w+)/g }, 'each alert fires, and can be quiet');
    my %named = map { $_ => 1 } $rules =~ /(semredirect_\w+)/g;
    is_deeply([grep { !$documented{$_} } sort keys %named], [],
        'they ask for metrics that there are');
}
