# One symbol leaves the module (docs/style 10: no clash in a process full of
# modules).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Semr::Httpd qw(project module);
use Test::More;

my @names = sort map { (split)[-1] } grep { /\S/ }
    `nm -D --defined-only ${\ module()}`;
is_deeply(\@names, ['semredirect_module'],
    'only semredirect_module is exported');

# It finds all that it needs in httpd and in the libraries that it names.
my @missing = grep { /not found/ } `ldd ${\ module()}`;
is_deeply(\@missing, [], 'no library is missing');
done_testing();
