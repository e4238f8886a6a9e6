# semredirect import: each source t/golden/import/NAME.FORMAT becomes NAME.map,
# and what is told of it is NAME.told.  The first line of NAME.opts, if there is
# such a file, holds options.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(basename);
use File::Temp;
use FindBin;
use IPC::Open3;
use Symbol qw(gensym);
use Test::More;

my $command = abs_path("$FindBin::Bin/../../build/semredirect");
my $folder = "$FindBin::Bin/../golden/import";
my $temp = File::Temp->newdir;

sub slurp { my ($file) = @_;
    open my $in, '<:raw', $file or return undef;
    local $/; return scalar <$in> }

# What stands in stdout and stderr, and the exit status.
sub run { my ($input, @arguments) = @_;
    my $out = "$temp/out"; my $err = "$temp/err";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        chdir $folder or die "$folder: $!";
        open STDIN, '<', $input // '/dev/null' or die;
        open STDOUT, '>', $out or die;
        open STDERR, '>', $err or die;
        exec $command, @arguments or die;
    }
    waitpid $pid, 0;
    return { status => $? >> 8, out => slurp($out), err => slurp($err) } }

sub options_of { my ($name) = @_;
    my $text = slurp("$folder/$name.opts") // '';
    $text =~ s/\n.*//s;
    return split ' ', $text }

chdir $folder or die "$folder: $!";
my @sources = grep { !/\.(?:map|told|opts)$/ } glob '*.*';
cmp_ok(scalar @sources, '>', 2, 'there are sources');

for my $source (@sources) {
    my ($name, $format) = $source =~ /^(.+)\.([^.]+)$/;
    my $said = run(undef, 'import', options_of($name), $format, $source);

    $said->{out} =~ s/(?<=semredirect import, version )[^:\n]+/VERSION/;
    is($said->{out}, slurp("$name.map"), "$source: the map");
    is($said->{err}, slurp("$name.told"), "$source: what is told");
    is($said->{status}, ($said->{err} =~ /: not imported: /) ? 1 : 0,
        "$source: exit status");
    next if grep { $_ eq 'directives' } options_of($name);
    my $read = run("$folder/$name.map", 'compile', '-', "$temp/image");
    is($read->{status}, 0, "$source: its map is one") or diag $read->{err};
}

# -- options -------------------------------------------------------------------

my $csv = "$temp/a.csv";
open my $file, '>', $csv or die;
print $file "from,to\n/a,/b\n/c,d\n";
close $file;

my $said = run(undef, 'import', 'csv', $csv);
is($said->{status}, 2, 'no intent: exit status');
like($said->{err}, qr{a\.csv:2: .*--intent}, 'no intent: where, and the mend');
is($said->{out}, '', 'no intent: no map');

$said = run(undef, 'import', 'fancy', $csv);
is($said->{status}, 2, 'no such format');
$said = run(undef, 'import', '--intent', '301', 'csv', $csv);
like($said->{err}, qr/--intent "301" is none of permanent/, 'no such intent');
$said = run(undef, 'import', 'csv', "$temp/none.csv");
is($said->{status}, 2, 'no such file');

$said = run($csv, 'import', '--intent=permanent', 'csv', '-');
like($said->{out}, qr{\A# Made of stdin \(csv\).*\npermanent /a /b\n}, 'stdin');

$said = run(undef, 'import', '--intent=permanent', "--output=$temp/out.map",
    'csv', $csv);
is($said->{out}, '', '--output: nothing on stdout');
like(slurp("$temp/out.map"), qr{^permanent /a /b$}m, '--output: the map');
is_deeply([glob "$temp/out.map.*"], [], '--output: nothing half is left');
$said = run(undef, 'import', '--intent=permanent', "--output=$temp/no/x",
    'csv', $csv);
is($said->{status}, 2, '--output that cannot be written');

$said = run(undef, 'import', '--intent=gone', '--as=directives',
    '--host=www.example.com', 'csv', $csv);
like($said->{out}, qr{^SemanticRedirect gone //www\.example\.com/a$}m,
    '--as directives, --host');

$said = run(undef, 'import', '--intent=permanent', '--json', 'csv', $csv);
is($said->{err}, '', '--json: stderr is silent');
require JSON::PP;
my $json = JSON::PP::decode_json($said->{out});
is_deeply([@$json{qw(format imported left exact trees patterns regexes)}],
    ['csv', 1, 1, 1, 0, 0, 0], '--json: sums');
is_deeply($json->{rules}, [{ line => 2, rule => 'permanent /a /b' }],
    '--json: rules');
is($json->{told}[0]{nearest}, 'permanent /c /d', '--json: what is told');

sub source { my ($name, $text) = @_;
    open my $out, '>:raw', "$temp/$name" or die;
    print $out $text;
    close $out or die;
    return "$temp/$name" }

# -- nothing is lost: each redirect of httpd's is imported, or told ----------------

# The lines at which a redirect begins
sub redirects_of { my ($text) = @_;
    my ($number, $begin, $whole, @lines) = (0, 1, '');
    for my $line (split /\r?\n/, $text) {
        $number++;
        $begin = $number if $whole eq '';
        $whole .= $line;
        next if $whole =~ s/\\$//;
        push @lines, $begin if $whole =~ /^\s*Redirect/i
            || $whole =~ m{^\s*RewriteRule\s+(?:"[^"]*"|\S+)\s+(?:
                "?https?:|(?:"[^"]*"|\S+)\s+\[(?:.*,)?\s*(?:R|G|F)\b)}xi;
        $whole = '';
    }
    return @lines }

my $real = source('.htaccess', <<'END');
# in force: https, one name, old pages
RewriteEngine On
RewriteBase /
RewriteCond %{HTTPS} !=on [OR]
RewriteCond %{HTTP_HOST} !^www\. [NC]
RewriteRule ^(.*)$ https://www.shop.test/$1 [R=301,L]
RewriteCond %{QUERY_STRING} ^option=com_content&id=([0-9]+)$
RewriteRule ^index\.php$ /article/%1? [R=301,L]
RewriteCond %{REQUEST_FILENAME} !-d
RewriteCond %{REQUEST_URI} (.+)/$
RewriteRule ^ %1 [L,R=301]
RewriteCond %{HTTP:Accept-Language} ^de [NC]
RewriteRule ^$ /de/ [L,R=302]
RewriteRule ^(.*)\.html$ /$1 [R=301,L]
RewriteRule ^old\-shop\/?$ "https\:\/\/shop\.test\/" [R=301,L]
RewriteRule ^spam - [G,L]
RewriteRule ^\.git - [F]
RewriteRule ^legacy/(.*)$ http://legacy.test/$1
<IfModule mod_alias.c>
Redirect 301 /a.html \
    /a/
RedirectMatch 301 ^/x/(.*)\.(gif|png)$ /y/$1.webp
Redirect 301 /broken
RedirectMatch 301 (/open /x
redirectpermanent /p https://shop.test/p
</IfModule>
<IfModule !mod_rewrite.c>
    RedirectMatch 302 ^/$ /index.php/
</IfModule>
<IfDefine STAGE>
    RedirectTemp / https://stage.test/
</IfDefine>
<FilesMatch "\.bak$">
    Redirect gone /
</FilesMatch>
<If "%{HTTP_HOST} == 'old.test'">
    Redirect / https://shop.test/
    RewriteRule ^q$ /r [R]
</If>
END
for my $text ((map { "$folder/$_" } grep { /\.apache$/ } @sources), $real) {
    my $read = JSON::PP::decode_json(
        run(undef, 'import', '--json', 'apache', $text)->{out});
    my %said = map { $_->{line} => 1 } @{ $read->{rules} }, @{ $read->{told} };
    my @lines = redirects_of(slurp($text));
    is(join(' ', grep { !$said{$_} } @lines), '', basename($text) . ': '
        . @lines . ' redirects are all imported or told');
    cmp_ok(scalar @lines, '>', 2, 'and there are some');
}

# -- encodings, and what is too long ---------------------------------------------

my $redirects = "Redirect 301 /a /b\nRedirect 301 /c /d\n";
for my $encoding ("\xFF\xFE" . join('', map { "$_\0" } split //, $redirects),
    "\xFE\xFF" . join('', map { "\0$_" } split //, $redirects),
    join('', map { "$_\0" } split //, $redirects)) {
    $said = run(undef, 'import', 'apache', source('u.htaccess', $encoding));
    is($said->{status}, 2, 'UTF-16: exit status');
    like($said->{err}, qr{u\.htaccess is UTF-16.* Save it as UTF-8}, 'and why');
}
$said = run(undef, 'import', 'apache',
    source('b.htaccess', "\xEF\xBB\xBF$redirects"));
like($said->{out}, qr{^permanent /a/\* /b/\*$}m, 'UTF-8, marked: the first line');
$said = run(undef, 'import', 'apache', source('l.htaccess',
    'Redirect 301 /a /b' . 'x' x 70_000 . "\n# " . 'x' x 70_000
        . "\nRedirect 301 /c \\\n" . 'x' x 70_000 . "\n$redirects"));
is(join(' ', $said->{err} =~ /:(\d+): not imported: the line is longer/g), '1 3',
    'too long: told');
like($said->{out}, qr{^permanent /c/\* /d/\*$}m, 'and what is behind it read');

$said = run(undef, 'import', 'apache', source('n.conf', "Listen 80\n"));
like($said->{err}, qr{n\.conf: no redirect of that format is in it$},
    'nothing: said, and no 100 %');

done_testing;
