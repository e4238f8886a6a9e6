package Semr::Explain;

# What Explain says of a request, and whether the server does it.
#
#   my $told = told($httpd, 'site', 'POST /old', Cookie => 'a=b');
#   agrees($httpd, 'site', 'GET /old');     asks every method, compares

use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use Test::More;

our @EXPORT = qw(told page query agrees);
my $ACRM = 'Access-Control-Request-Method';
our $PAGE = '/.redirects';

sub escaped {
    my ($text) = @_;
    utf8::encode($text) if utf8::is_utf8($text);
    return $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger;
}

# The query that asks for "METHOD URL" with headers.
sub query {
    my ($request, @headers) = @_;
    my ($method, $url) = split / /, $request, 2;
    my $query = 'view=explain&method=' . escaped($method) . '&url='
        . escaped($url);
    my $others = '';
    while (my ($name, $value) = splice @headers, 0, 2) {
        if ($name =~ /^(?:Accept|Cookie|Origin)$/) {
            $query .= '&' . lc($name) . '=' . escaped($value);
        }
        else {
            $others .= "$name: $value\n";
        }
    }
    return $query . ($others ? '&headers=' . escaped($others) : '');
}

# The answer of the page, as it is.
sub page {
    my ($httpd, $site, $query, $more) = @_;
    return $httpd->ask("GET $PAGE?$query" . ($more // ''), "$site.test");
}

# The explanation, decoded; {} if there is none.
sub told {
    my ($httpd, $site, $request, @headers) = @_;
    my $answer = page($httpd, $site, 'format=json&' . query($request, @headers));
    my $data = eval { decode_json($answer->body) };
    if ($answer->status != 200 || !$data || !$data->{explain}) {
        fail("$site: $request is explained");
        diag($answer->head, "\n", substr $answer->body, 0, 500);
        return {};
    }
    return $data->{explain};
}

# The request itself
sub wire {
    my ($method, $url, @headers) = @_;
    my $text = "$method $url";
    while (my ($name, $value) = splice @headers, 0, 2) {
        $text .= "\n$name: $value";
    }
    $text .= "\nContent-Type: text/plain\n\nbody" if $method =~ /^P/;
    return $text;
}

my %asked_as = ('CORS preflight' => 'OPTIONS');

# What is wrong about one row of methods, compared with the server's answer
sub differs {
    my ($told, $answer) = @_;
    my @wrong;
    if ($told->{outcome} eq 'answered') {
        push @wrong, "status $told->{status}, and it is " . $answer->status
            if $told->{status} != $answer->status;
        for (['location', 'Location'], ['cache_control', 'Cache-Control']) {
            my ($key, $name) = @$_;
            my ($says, $is) = ($told->{$key}, $answer->header($name));
            push @wrong, "$name " . ($says // 'none') . ', and it is '
                . ($is // 'none') if ($says // '') ne ($is // '');
        }
    }
    elsif ($told->{server_status}) {
        push @wrong, "the server says $told->{server_status}, and it says "
            . $answer->status if $told->{server_status} != $answer->status;
    }
    elsif ($answer->status !~ /^(?:200|404|405|501)$/
            || defined $answer->header('Location')) {
        push @wrong, "no redirect, and it is " . $answer->status;
    }
    my ($says, $is) = map { [sort split /\s*,\s*/, $_ // ''] }
        $told->{vary}, $answer->header('Vary');
    my %is = map { $_ => 1 } @$is;
    # what is not redirected may vary by more than by rules
    push @wrong, "Vary @$says, and it is @$is"
        if (grep { !$is{$_} } @$says)
        || ($told->{outcome} eq 'answered' && @$says != @$is);
    return @wrong;
}

sub without {
    my ($name, @headers) = @_;
    my @left;
    while (my ($key, $value) = splice @headers, 0, 2) {
        push @left, $key, $value if $key ne $name;
    }
    return @left;
}

# Asks what is explained, by each method; returns the explanation.
sub agrees {
    my ($httpd, $site, $request, @headers) = @_;
    my ($method, $url) = split / /, $request, 2;
    my $told = told($httpd, $site, $request, @headers);
    my ($count, @wrong) = (0);
    for my $row (@{ $told->{methods} || [] }) {
        my $as = $asked_as{ $row->{method} } // $row->{method};
        my %given = @headers;
        my @sent = $as eq $row->{method} ? without($ACRM, @headers) : @headers;
        push @sent, (Origin => 'https://app.example') x !$given{Origin},
            ($ACRM => $method eq 'OPTIONS' ? 'PUT'
                : $method) x !$given{$ACRM}
            if $as ne $row->{method};
        my $answer = $httpd->ask(wire($as, $url, @sent), "$site.test");
        push @wrong, map { "$row->{method}: told $_" } differs($row, $answer);
        $count++;
    }
    my ($asked) = grep { $_->{method} eq ($told->{method} // '') }
        @{ $told->{methods} || [] };
    push @wrong, "no row for $method" if !$asked;
    for my $key ($asked ? keys %$asked : ()) {
        push @wrong, "$key of the row is not that of the whole"
            if ($asked->{$key} // '') ne ($told->{$key} // '');
    }
    push @wrong, "only $count methods" if $count < 7;
    my $short = "$site: $request" . (@headers ? " with @headers" : '');
    s/([^\x20-\x7e]|#)/sprintf '\\x%02x', ord $1/ge for $short;
    ok(!@wrong, "told and done: $short") or diag(join "\n", @wrong);
    return $told;
}

1;
