# event only: what httpd -t says does not depend on the MPM.
# Wrong directives stop the server, with a message that names the directive,
# the value, the cause and the mend (DESIGN 1.3 to 1.5, 5).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Sites;
use Test::More;

# After SemanticRedirect: its words, what the message says beside the directive
my @rules = (
    # the intent
    ['301 /old /new',               qr/"301" is a status code/, 'permanent',
        'code=301'],
    ['302 /old /new',               '302', 'temporary'],
    ['307 /old /new',               '307', 'temporary'],
    ['308 /old /new',               '308', 'permanent'],
    ['303 /old /new',               '303', 'see-other'],
    ['410 /old',                    '410', 'gone'],
    ['299 /old /new',               '299'],
    ['moved /old /new',             'moved', 'permanent', 'temporary',
        'see-other', 'gone', 'none'],
    ['/old /new',                   '/old', 'permanent'],
    ['',                            qr/SemanticRedirect/],
    ['permanent',                   'FROM'],
    # TO is missing, or there must be none
    ['permanent /old',              '/old', 'TO'],
    ['temporary /old',              '/old', 'TO'],
    ['see-other /old',              '/old', 'TO'],
    ['permanent /old query=drop',   'TO'],
    ['gone /old /new',              '/new', 'gone'],
    ['none /old /new',              '/new', 'none'],
    ['permanent /old /new /more',   '/more'],
    # FROM
    ['permanent old /new',          'old', '/'],
    ['permanent ?id=5 /new',        '?id=5'],
    ['permanent * /new',            '*'],
    ['permanent /old#part /new',    '#part', 'fragment'],
    ['permanent /a*b /new',         '/a*b', '%2A'],
    ['permanent /a/*/b /new',       '/a/*/b', '%2A'],
    ['permanent /a* /new',          '/a*', '%2A'],
    ['permanent /{a}/{a} /x/{a}',   '{a}'],
    ['permanent /{a /new',          '{a'],
    ['permanent /a} /new',          '}'],
    ['permanent /{} /new',          '{}'],
    ['permanent /{a-b} /new',       '{a-b}'],
    ['permanent //bücher.test/x /y', 'xn--'],
    ['permanent //old.test:0/x /y', '0'],
    ['permanent //old.test:99999/x /y', '99999'],
    ['permanent //a.*.test/x /y',   'a.*.test'],
    ['permanent //u:p@old.test/x /y', 'u:p'],
    ['permanent ftp://old.test/x /y', 'ftp'],
    # regexes
    ['permanent ~^/a( /new',        '^/a(', qr/parenthes/i],
    ['permanent ~*[ /new',          '['],
    # what TO takes must be in FROM
    ['permanent /old /new/*',       '/new/*', '*'],
    ['permanent /a/{x} /b/*',       '/b/*', '*'],
    ['permanent ~^/a /b/*',         '/b/*'],
    ['permanent /u/{n} /p/{m}',     '{m}'],
    ['permanent /u/{n} /p/{n',      '{n'],
    ['permanent /old /n$1',         '$1'],
    ['permanent ~^/a /b/$1',        '$1'],
    ['permanent ~^/(a)/ /b/$2',     '$2'],
    ['permanent ~^/(?<who>a) /b/{whom}', '{whom}'],
    ['permanent /a/* /b*/c',        '/b*/c', '%2A'],
    ['permanent /a/* /b/*/c',       '/b/*/c'],
    # TO is safe by construction
    ['permanent /old new',          'new', '/'],
    ['permanent /old //evil.test/x', '//evil.test/x'],
    ['permanent /old ///evil.test', '///evil.test'],
    ['permanent /old /\\evil.test', 'evil.test'],
    ['permanent /old \\evil.test',  'evil.test'],
    ['permanent /old javascript:alert(1)', 'javascript', 'http'],
    ['permanent /old data:text/html,x', 'data', 'http'],
    ['permanent /old ftp://h.test/x', 'ftp', 'http'],
    ['permanent /old HTTPS://u:p@h.test/', 'u:p@h.test'],
    ['permanent /old https://u@h.test/', 'u@h.test'],
    ['permanent /old https:///new', 'https:///new'],
    ['permanent /old https://h.test:99999/', '99999'],
    ['permanent /old https://h.test:x/', 'h.test:x'],
    ['permanent /old https://h_t^st/', 'h_t^st'],
    ['permanent /old https://bücher.test/', 'xn--'],
    ['permanent ~^/(.*)$ https://$1/', '$1'],
    ['permanent ~^/(.*)$ https://h.test$1', 'h.test$1', '/'],
    ['permanent ~^/(.*)$ https://$1.h.test/', '$1'],
    ['permanent /u/{n} https://{n}.h.test/', '{n}'],
    ['permanent /u/{n} https://h.test{n}', 'h.test{n}'],
    ['permanent /u/{n} https://h.test:{n}/', '{n}'],
    ['permanent /a/* https://h.test*', 'h.test*'],
    ['permanent /a/* https://*/',   '*'],
    ['permanent /a/* https://*.h.test/*', '*.h.test'],
    ['permanent ~^/go(.*)$ $1',     '$1', '/'],
    ['permanent /go/{u} {u}',       '{u}', '/'],
    ['permanent /go/* *',           '*', '/'],
    ['permanent ~^/go(.*)$ http$1', 'http$1'],
    ['permanent ~^/go(.*)$ https:$1', 'https:$1'],
    ['permanent "/old" "/a%0d%0ab" x', 'x'],
    # options
    ['permanent /old /new color=red', 'color'],
    ['permanent /old /new query',   'query'],
    ['permanent /old /new query=maybe', 'query', 'maybe', 'keep', 'drop'],
    ['permanent /old /new query=',  'query'],
    ['permanent /old /new query=drop query=keep', 'query'],
    ['permanent /old /new method=post', 'method', 'post', 'keep', 'get',
        'pass'],
    ['permanent /old /new only=',   'only'],
    ['permanent /old /new only=GE(T', 'only', 'GE(T'],
    ['permanent /old /new only=GET,,POST', 'only'],
    ['permanent /old /new code=304', 'code', '304', '301', '308'],
    ['permanent /old /new code=300', 'code', '300'],
    ['permanent /old /new code=200', 'code', '200'],
    ['permanent /old /new code=410', 'code', '410'],
    ['permanent /old /new code=moved', 'code', 'moved'],
    ['gone /old code=301',          'code', '301', '404', '451'],
    ['permanent /old /new stage=beta', 'stage', 'beta', 'observe', 'trial',
        'live'],
    ['permanent /old /new max-age=-1d', 'max-age', '-1d'],
    ['permanent /old /new max-age=1w', 'max-age', '1w', 'd'],
    ['permanent /old /new max-age=', 'max-age'],
    ['permanent /old /new max-age=99999999999999999999', 'max-age'],
    ['permanent /old /new case=fold', 'case', 'fold', 'ignore'],
    ['permanent /old /new slash=yes', 'slash', 'yes', 'exact'],
    ['permanent /old /new host=',   'host'],
    ['permanent /old /new host=a/b', 'host', 'a/b'],
    ['permanent //a.test/x /new host=b.test', 'host'],
    ['permanent /old /new if="%{HTTP:X"', 'if'],
    ['permanent /old /new if=""',   'if'],
);
for my $row (@rules) {
    my ($words, @texts) = @$row;
    refused "SemanticRedirect $words", 'SemanticRedirect', @texts;
}

# The regex directive, and the others
my @directives = (
    ['SemanticRedirectMatch permanent ^/a( /new', '^/a('],
    ['SemanticRedirectMatch permanent ^/a$',      'TO'],
    ['SemanticRedirectMatch 301 ^/a$ /b',         '301', 'permanent'],
    ['SemanticRedirectMatch permanent ^/(a)$ /b/$2', '$2'],
    ['SemanticRedirectStage beta',                'beta', 'observe'],
    ['SemanticRedirectStage',                     'SemanticRedirectStage'],
    ['SemanticRedirectMaxAge moved 1d',           'moved', 'permanent'],
    ['SemanticRedirectMaxAge none 1d',            'none'],
    ['SemanticRedirectMaxAge permanent 1w',       '1w'],
    ['SemanticRedirectMaxAge permanent',          'SemanticRedirectMaxAge'],
    ['SemanticRedirectChains maybe',              'maybe', 'keep'],
    ['SemanticRedirectAbsolute maybe',            'On', 'Off'],
    ['SemanticRedirectAllowHost',                 'SemanticRedirectAllowHost'],
    ["<Location />\nSemanticRedirectAbsolute On\n</Location>",
        'SemanticRedirectAbsolute'],
    ["<Location />\nSemanticRedirectAllowHost a.test\n</Location>",
        'SemanticRedirectAllowHost'],
    ["<Location />\nSemanticRedirectChains keep\n</Location>",
        'SemanticRedirectChains'],
    ["<Directory />\nSemanticRedirect permanent /old\n</Directory>",
        'SemanticRedirect', 'TO'],
    ["<If true>\nSemanticRedirect permanent /old new\n</If>",
        'SemanticRedirect', 'new'],
);
refused $_->[0], ($_->[0] =~ /(SemanticRedirect\w*)/),
    @$_[1 .. $#$_] for @directives;
refused { main => 'SemanticRedirect permanent /old' }, 'SemanticRedirect', 'TO';

# A message ends with a mend: it is a sentence or more, not a bare value.
for my $row (['permanent /old', 40], ['permanent /old new', 40],
    ['moved /a /b', 40],
        ['permanent /a* /new', 40], ['permanent /old /new color=red', 40]) {
    my ($words, $least) = @$row;
    my ($status, $said) =
        Semr::Sites::judge({ conf => "SemanticRedirect $words" });
    my ($text) = $said =~ /line \d+ of [^:]*:\n(.*)/s;
    cmp_ok(length($text // ''), '>', $least, "$words: the message explains")
        or diag($said);
}

# In .htaccess a mistake is 500 for the folder, and told in the error log.
{
    my $httpd = Semr::Httpd->started(sites => [ { name => 'site', files => {
        'a/.htaccess' => 'SemanticRedirect permanent /a/x', 'b/.htaccess' =>
        "\n\nSemanticRedirect permanent /b/x new", 'c/c.html' => 'c' } } ]);
    asked $httpd, 'site', @$_ for ['GET /a/x', 500], ['GET /b/x', 500],
        ['GET /c/c.html', 200, undef, 'body: c'];
    like($httpd->log, qr{a/\.htaccess: SemanticRedirect\b.*/a/x},
        '.htaccess: the log tells');
    like($httpd->log, qr{b/\.htaccess: SemanticRedirect\b.*"new"},
        '.htaccess: with the value');
    $httpd->stop;
}
done_testing();
