/* SPDX-License-Identifier: Apache-2.0
 * The authority of FROM, TO and host=: HOST, HOST:PORT, [IPv6]:PORT.
 */
#include <string.h>

#include <apr_strings.h>
#include <arpa/inet.h>

#include "rule_parts.h"

#define HOST_FORM                                                              \
    "A host is letters, digits, \"-\", \".\" and \"_\", or an IPv6 address "   \
    "in brackets; \"*.\" before it means any subdomain."

/* Takes [IPv6] or the bytes up to a colon off *text. */
static semr_view_t take_host(semr_view_t *text)
{
    const char *end;
    semr_view_t host = *text;

    if (host.len > 0 && host.p[0] == '[') {
        end = memchr(host.p, ']', host.len);
        end = end ? end + 1 : NULL;
    }
    else {
        end = memchr(host.p, ':', host.len);
    }
    if (end != NULL) {
        host.len = (apr_size_t)(end - host.p);
    }
    *text = semr_view(host.p + host.len, text->len - host.len);
    return host;
}

static int is_ipv6(semr_view_t host)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char address[16];

    if (host.len < 3 || host.len > sizeof(text) ||
        host.p[host.len - 1] != ']') {
        return 0;
    }
    memcpy(text, host.p + 1, host.len - 2);
    text[host.len - 2] = '\0';
    return inet_pton(AF_INET6, text, address) == 1;
}

static int is_ascii(semr_view_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        if ((unsigned char)text.p[i] >= 0x80) {
            return 0;
        }
    }
    return 1;
}

/* Whether host is labels of the right bytes, none of them empty but for one
 * behind a final dot. */
static int is_name(semr_view_t host)
{
    const char *p = host.p, *end = host.p + host.len;

    for (; p < end; p++) {
        if (!(semr_url_class[(unsigned char)*p] & SEMR_URL_HOST) ||
            (*p == '.' && (p == host.p || p[-1] == '.'))) {
            return 0;
        }
    }
    return host.len <= SEMR_HOST_MAX;
}

/* The number in ":443", or 0: there is none that a port may have. */
static int port_of(semr_view_t text)
{
    int port = 0;
    apr_size_t i;

    if (text.len < 2 || text.len > 6 || text.p[0] != ':' || text.p[1] == '0') {
        return 0;
    }
    for (i = 1; i < text.len; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return 0;
        }
        port = 10 * port + (text.p[i] - '0');
    }
    return port <= 65535 ? port : 0;
}

static apr_status_t refuse_host(semr_rule_reader_t *reader, semr_view_t host,
                                semr_view_t text)
{
    if (!is_ascii(host)) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "The host \"%s\" is not ASCII. Write it as "
                             "clients send it, in its xn-- form.",
                             semr_rule_show(reader, host));
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" is no host. " HOST_FORM,
                         semr_rule_show(reader, text));
}

apr_status_t semr_rule_authority(semr_rule_reader_t *reader, semr_view_t word,
                                 semr_view_t text,
                                 semr_rule_authority_t *authority)
{
    semr_view_t rest = text, host;

    authority->wild = text.len > 1 && text.p[0] == '*' && text.p[1] == '.';
    if (authority->wild) {
        rest = semr_view(text.p + 2, text.len - 2);
    }
    host = take_host(&rest);
    if (host.len == 0) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" names no host where one belongs. Write "
                             "it, as in www.example.com.",
                             semr_rule_show(reader, word));
    }
    if (host.p[0] == '[' ? authority->wild || !is_ipv6(host) : !is_name(host)) {
        return refuse_host(reader, host, text);
    }
    authority->port = (apr_port_t)port_of(rest);
    if (rest.len > 0 && authority->port == 0) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" in \"%s\" is no port. Write \":\" and a "
                             "number from 1 to 65535.",
                             semr_rule_show(reader, rest),
                             semr_rule_show(reader, text));
    }
    authority->host = semr_url_fold(semr_rule_pool(reader), host);
    return APR_SUCCESS;
}

void semr_rule_set_host(semr_rule_t *rule,
                        const semr_rule_authority_t *authority)
{
    rule->host = authority->host;
    if (rule->host.p[rule->host.len - 1] == '.') {
        rule->host.len--; /* a request's host comes without it */
    }
    rule->wild = authority->wild != 0;
    rule->port = authority->port;
}
