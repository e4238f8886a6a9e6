package Semr::Page;

# The status page of a site, at /redirects.
#
#   conf => "SemanticRedirect permanent /old /new\n$PAGE"
#   page_of($httpd, 'one', '?q=old')            the answer
#   json_of($httpd, 'one', '?q=old')            its JSON, decoded

use strict;
use warnings;
use Exporter 'import';
use JSON::PP;

our @EXPORT = qw($PAGE page_of json_of);

# Lines for a virtual host
our $PAGE = "<Location /redirects>\nSetHandler semredirect-status\n"
    . "</Location>\n";

sub page_of {
    my ($httpd, $site, $query) = @_;
    return $httpd->ask('GET /redirects' . ($query // ''), "$site.test");
}

# Dies if there is none, as while httpd restarts.
sub json_of {
    my ($httpd, $site, $query) = @_;
    $query = ($query ? "$query&" : '?') . 'format=json';
    my $answer = page_of($httpd, $site, $query);
    return eval { decode_json($answer->body) }
        // die "$site: no JSON at $query: $@", $answer->text;
}

1;
