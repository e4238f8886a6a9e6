# Habits that can be counted (DESIGN 9).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd 'project';
use Semr::Source;
use Test::More;

chdir project() or die;
my @c = sources(qr{^(?:mod_semredirect\.c|src/.*\.[ch]|t/.*\.[ch])$});
cmp_ok(scalar @c, '>', 10, 'there are C files');

for my $file (@c) {
    my @lines = lines($file);
    cmp_ok(scalar @lines, '<=', 500, "$file: at most 500 lines");
    like($lines[0], qr{SPDX-License-Identifier: Apache-2\.0},
        "$file: its licence");

    # A function's braces stand in the first column, those of data do not open
    # there.
    my (@long, $name, $opened);
    my @code = split /\n/, code($file);
    for my $n (0 .. $#code) {
        if ($code[$n] eq '{') {
            my $start = $n;
            $start-- while $start > 0 && $code[$start - 1] =~ /\S/
                && $code[$start - 1] !~ /[;}]\s*$/
                && $code[$start - 1] !~ /^#/;
            ($opened, $name) = ($start, $code[$start]);
        }
        elsif ($code[$n] =~ /^\}/ && defined $opened) {
            my $length = $n - $opened + 1;
            push @long, "$file:" . ($opened + 1)
                . ": $length lines: $name" if $length > 80;
            undef $opened;
        }
    }
    is_deeply(\@long, [], "$file: functions of at most 80 lines");

    my @banned = code($file)
        =~ /\b(sprintf|vsprintf|strcpy|strcat|gets|strtok|alloca)\s*\(/g;
    is_deeply(\@banned, [], "$file: no banned function");
}
my @util = grep { m{(?:^|/)utils?\.[ch]$} } @c;
is_deeply(\@util, [], 'util.c does not exist');

cmp_ok(scalar(() = lines('README.md')), '<=', 200,
    'README.md: at most 200 lines');

# The folder beside the project is no part of it.
my $beside = qr{\bshared/};
my @named = grep { text($_) =~ $beside }
    grep { !m{^t/(?:http/(?:cases|europeana|import_lists|lists)|guards/style)\.t$} } sources(qr{.});
is_deeply(\@named, [], 'no file names the folder beside the project');

SKIP: {
    grep { -x "$_/clang-format" } split /:/, $ENV{PATH}
        or skip 'there is no clang-format', 1;
    my $said = `clang-format --dry-run -Werror @c 2>&1`;
    is($?, 0, 'clang-format has nothing to say') or diag(substr $said, 0, 3000);
}
done_testing();
