package Semr::Sites;

# Tables of requests and answers.  Each site is a virtual host of its own; all
# sites of a file are served by as few httpds as can be.
#
#   site 'blog', 'SemanticRedirect permanent /blog/* /news/*',
#       ['GET /blog/a',  301, '/news/a', 'Cache-Control: max-age=86400'],
#       ['GET /blogger', 'pass'];
#   site 'file', { conf => ..., files => { 'a.html' => 'x' } }, ...;
#   served modules => [qw(alias)];      asks everything, ends the test
#
# A row is the request as Semr::Http has it, the status, the Location (none:
# there must be none), and checks: "Name: value", "Name ~ regex", "!Name",
# "body ~ regex", "!body ~ regex".  The status may be "pass": not redirected,
# and not gone; then 404 where there is no file, 405 for PUT and so on.
#
# A site's "main" holds lines at server level; sites of one text share a httpd.
#
# served everywhere => 1 asks each site of plain lines twice more, with its
# rules in a <Location> and in an .htaccess: a rule says the same there.

use strict;
use warnings;
use Exporter 'import';
use Semr::Httpd;
use Test::More;

our @EXPORT = qw(site served asked refused accepted);

my @sites;

sub site {
    my ($name, $site, @rows) = @_;
    $site = { conf => $site } if !ref $site;
    die "two sites are called $name" if grep { $_->{name} eq $name } @sites;
    push @sites, { main => '', conf => '', %$site, name => $name,
        rows => \@rows };
}

sub served {
    my (%option) = @_;
    push @sites, map { moved($_, 'location'), moved($_, 'htaccess') } @sites
        if delete $option{everywhere};
    my (%group, @order);
    for my $site (@sites) {
        push @order, $site->{main} if !$group{ $site->{main} };
        push @{ $group{ $site->{main} } }, $site;
    }
    serve($_, $group{$_}, %option) for @order;
    @sites = ();
    done_testing();
}

# The site with its rules elsewhere, or nothing where they cannot go there.
sub moved {
    my ($site, $where) = @_;
    return if $site->{main} || $site->{files} || $site->{conf} =~ /^</m;
    my (@rules, @rest);
    push @{ /^SemanticRedirect(?:Match)?\s/i ? \@rules : \@rest }, $_
        for split /\n/, $site->{conf};
    my %moved = (%$site, name => "$site->{name}-$where");
    if ($where eq 'htaccess') {
        $moved{files} = { '.htaccess' => join "\n", @rules };
    }
    else {
        push @rest, '<Location />', @rules, '</Location>';
    }
    $moved{conf} = join "\n", @rest;
    return \%moved;
}

sub serve {
    my ($main, $sites, %option) = @_;
    my $conf = ($option{conf} // '') . "\n$main";
    my $httpd = Semr::Httpd->new(%option, conf => $conf, sites => $sites);
    if (!$httpd->start) {       # without the sites that it refuses, then
        @$sites = grep { accepts($_, %option, conf => $conf) } @$sites;
        $httpd = Semr::Httpd->new(%option, conf => $conf, sites => $sites);
        if (!$httpd->start) {
            return fail('httpd starts') || diag($httpd->log);
        }
    }
    for my $site (@$sites) {
        asked($httpd, $site, @$_) for @{ $site->{rows} };
    }
    $httpd->stop;
}

sub accepts {
    my ($site, %option) = @_;
    my ($status, $said) =
        Semr::Httpd->new(%option, sites => [$site])->verdict;
    return 1 if $status == 0;
    fail("$site->{name}: httpd accepts it");
    diag("$site->{main}\n$site->{conf}\n$said");
    return 0;
}

# Asks one row of a site (its name, or the hash), and compares.
sub asked {
    my ($httpd, $site, $request, $status, $location, @checks) = @_;
    $site = { name => $site, conf => '' } if !ref $site;
    my $answer = $httpd->ask($httpd->fill($request, $site),
        "$site->{name}.test");
    my @wrong = problems($answer, $status,
        map { defined ? $httpd->fill($_, $site) : undef } $location, @checks);
    my ($line) = split /\n/, $request;
    $line = substr($line, 0, 100) . '...' if length $line > 100;
    my $short = join ' ', "$site->{name}:", $line, '->', $status,
        defined $location ? substr($location, 0, 100) : ();
    s/([^\x20-\x7e\x80-\xff]|#)/sprintf '\\x%02x', ord $1/ge for $short;
    ok(!@wrong, $short) or diag(join "\n", @wrong,
        grep { length } indent('configuration', $site->{main}, $site->{conf}),
        indent('.htaccess', ($site->{files} || {})->{'.htaccess'}),
        indent('request', $request), indent('answer', $answer->head));
    return $answer;
}

sub indent {
    my ($title, @texts) = @_;
    my $text = join "\n", grep { defined && /\S/ } @texts;
    $text = substr($text, 0, 2000) . '...' if length $text > 2000;
    $text =~ s/^/    /mg;
    return $text =~ /\S/ ? "  $title:\n$text" : ();
}

# Why the answer is not what it should be; nothing if it is.
sub problems {
    my ($answer, $status, $location, @checks) = @_;
    my $wanted = $status eq 'pass' ? '2\d\d|40[345]|501' : $status;
    my $got = $answer->status;
    my @wrong;
    push @wrong, "wanted $status, got $got" if $got !~ /^(?:$wanted)$/;
    my $to = $answer->header('Location');
    push @wrong, 'wanted Location ' . ($location // '(none)')
        . ', got ' . ($to // '(none)') if ($to // '') ne ($location // '');
    push @wrong, grep { length } map { unmet($answer, $_) } @checks;
    return @wrong;
}

sub unmet {
    my ($answer, $check) = @_;
    my ($not, $name, $how, $value) =
        $check =~ /^(!?)([\w-]+)(?:(: ?| ~ )(.*))?$/s
        or die "what does '$check' mean?";
    my $got = $name eq 'body' ? $answer->body : $answer->header($name);
    my $fits = !defined $got ? 0
        : !defined $how      ? 1
        : $how eq ' ~ '      ? $got =~ /$value/
        :                      $got eq $value;
    return '' if !$fits == !!$not;
    return "wanted $check, got "
        . (defined $got ? "'" . substr($got, 0, 300) . "'" : 'none');
}

# httpd -t refuses these lines, and says each of the texts (or regexes) why.
# The first is a name for the test, where conf is a hash: {conf, main, name}.
sub refused {
    my ($conf, @texts) = @_;
    my $site = ref $conf ? $conf : { conf => $conf };
    my $name = $site->{name} // $site->{conf} || $site->{main};
    my ($status, $said) = judge($site);
    my @wrong = $status == 0 ? 'httpd accepts it'
        : $said =~ /Invalid command/ ? 'the directive is unknown'
        : map { "it does not say: $_" }
            grep { ref ? $said !~ $_ : index(lc $said, lc $_) < 0 } @texts;
    $name =~ s/\n/ | /g;
    $name =~ s/#/\\#/g;
    return ok(!@wrong, "refused: $name") || diag(join "\n", @wrong, $said);
}

# httpd -t accepts these lines.
sub accepted {
    my ($conf, $name) = @_;
    my ($status, $said) = judge(ref $conf ? $conf : { conf => $conf });
    $name //= ref $conf ? $conf->{conf} : $conf;
    $name =~ s/#/\\#/g;
    return ok($status == 0, "accepted: $name") || diag($said);
}

sub judge {
    my ($site) = @_;
    return Semr::Httpd->new(conf => $site->{main} // '',
        modules => $site->{modules} || [],
        sites => [ { conf => '', %$site, name => 'site' } ])->verdict;
}

1;
