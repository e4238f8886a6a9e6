# Each member of a configuration struct is set where one is created and where
# two are merged.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Source;
use Test::More;

my @headers = sources(qr{^src/httpd/.*\.h$});
my $code = join "\n",
    map { code($_) } sources(qr{^(?:src/httpd/.*|mod_semredirect)\.c$});

my $structs = 0;
for my $header (@headers) {
    my $text = code($header);
    while ($text =~ /typedef struct \w+ \{([^}]*)\} semr_(\w+)_conf_t;/g) {
        my ($body, $kind) = ($1, $2);
        $structs++;
        my @members = map { /(\w+)\s*(?:\[[^]]*\])?\s*(?::\s*\d+)?\s*$/ ? $1
            : () }
            map { split /,/ } split /;/, $body;
        cmp_ok(scalar @members, '>', 0,
            "$header: semr_${kind}_conf_t has members");
        for my $verb (qw(create merge)) {
            my ($function) = $code =~ /^[^\n;]*\b\w*${verb}_$kind\([^{;]*\)\n
                \{\n(.*?)^\}/xms;
            ok(defined $function, "there is a function ${verb}_$kind") or next;
            for my $member (@members) {
                like($function, qr/->$member\b[^=;]*=[^=]/,
                    "${verb}_$kind sets $member");
            }
        }
    }
}
is($structs, 2, 'there are a server\'s and a directory\'s configuration');
done_testing();
