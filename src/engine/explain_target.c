/* SPDX-License-Identifier: Apache-2.0
 * What shall be explained, read.
 */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "explain_target.h"
#include "url.h"

enum {
    METHOD_MAX = 64,
    URL_MAX = 8190, /* httpd's LimitRequestLine */
    HEADERS_MAX = 50
};

static const char *shown(apr_pool_t *pool, const char *text)
{
    return semr_diag_show(pool, semr_view(text, strlen(text)));
}

/* RFC 9110 5.6.2 */
static int is_token(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        if (!apr_isalnum(text[i]) && !memchr("!#$%&'*+-.^_`|~", text[i],
                                             sizeof("!#$%&'*+-.^_`|~") - 1)) {
            return 0;
        }
    }
    return len > 0;
}

static const char *trimmed(apr_pool_t *pool, const char *text)
{
    apr_size_t len;

    text += strspn(text, " \t\r\n");
    for (len = strlen(text); len && strchr(" \t\r\n", text[len - 1]); len--) {
    }
    return apr_pstrmemdup(pool, text, len);
}

apr_status_t semr_explain_method(semr_explain_target_t *target,
                                 apr_pool_t *pool, const char *text,
                                 semr_diag_t *diag)
{
    text = trimmed(pool, text ? text : "");
    target->method = *text ? text : "GET";
    if (strlen(target->method) > METHOD_MAX) {
        return semr_diag_set(diag, pool,
                             "method: it has more than %d bytes, which is no "
                             "method; write GET, POST or the like",
                             METHOD_MAX);
    }
    if (!is_token(target->method, strlen(target->method))) {
        return semr_diag_set(diag, pool,
                             "method: \"%s\" is no method, for it holds other "
                             "than letters, digits and signs as in \"M-SEARCH\""
                             "; write GET, POST or the like",
                             shown(pool, text));
    }
    return APR_SUCCESS;
}

/* -- the URL --------------------------------------------------------------- */

static apr_status_t refuse(apr_pool_t *pool, const char *text, const char *why,
                           semr_diag_t *diag)
{
    return semr_diag_set(diag, pool, "url: \"%s\" %s", shown(pool, text), why);
}

/* What a browser would not send raw */
static int is_raw(unsigned char c)
{
    return c > ' ' && c < 0x7f && !strchr("\"<>\\^`{|}", c);
}

static const char *encoded(apr_pool_t *pool, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *room = apr_palloc(pool, 3 * strlen(text) + 1), *out = room;

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (is_raw(c)) {
            *out++ = (char)c;
        }
        else {
            *out++ = '%';
            *out++ = hex[c >> 4];
            *out++ = hex[c & 15];
        }
    }
    *out = '\0';
    return room;
}

static int is_host(const char *host)
{
    if (strchr(host, ':')) {
        return strspn(host, "0123456789abcdef:.") == strlen(host);
    }
    for (; *host; host++) {
        if (!(semr_url_class[(unsigned char)*host] & SEMR_URL_HOST) ||
            (*host == '.' && (host[1] == '.' || !host[1]))) {
            return 0;
        }
    }
    return 1;
}

/* The text behind a host: nothing, or a port. */
static apr_status_t read_port(semr_explain_target_t *target, apr_pool_t *pool,
                              const char *whole, const char *text,
                              semr_diag_t *diag)
{
    char *end;
    apr_int64_t port;

    if (!*text || (*text == ':' && !text[1])) {
        return APR_SUCCESS;
    }
    port = apr_strtoi64(text + 1, &end, 10);
    if (*text != ':' || !apr_isdigit(text[1]) || *end || port < 1 ||
        port > 65535) {
        return refuse(pool, whole,
                      "has no port from 1 to 65535 behind its host; leave it "
                      "out, or write a number",
                      diag);
    }
    target->port = (unsigned)port;
    return APR_SUCCESS;
}

static apr_status_t read_authority(semr_explain_target_t *target,
                                   apr_pool_t *pool, const char *whole,
                                   char *text, semr_diag_t *diag)
{
    char *end = *text == '[' ? strchr(text, ']') : strchr(text, ':');
    const char *port;

    if (strchr(text, '@')) {
        return refuse(pool, whole,
                      "holds a user's name, which browsers do not send in a "
                      "URL; leave out what stands before the @",
                      diag);
    }
    if (*text == '[' && end) {
        text++;
        *end++ = '\0';
        port = end;
    }
    else {
        port = end ? apr_pstrdup(pool, end) : "";
        if (end) {
            *end = '\0';
        }
    }
    for (end = text; *end; end++) {
        *end = (char)apr_tolower(*end);
    }
    if (end > text && end[-1] == '.') {
        *--end = '\0';
    }
    if (!*text || end - text > SEMR_HOST_MAX || !is_host(text)) {
        return refuse(pool, whole,
                      "names no host of letters, digits, hyphens and dots; "
                      "write others as xn--",
                      diag);
    }
    target->host = text;
    return read_port(target, pool, whole, port, diag);
}

/* "http://" and so on: what is behind it, or NULL. */
static const char *behind_scheme(semr_explain_target_t *target,
                                 const char *text)
{
    static const struct {
        const char *head;
        int https;
    } heads[] = {{"http://", 0}, {"https://", 1}, {"//", -1}};
    int i;

    for (i = 0; i < 3; i++) {
        apr_size_t len = strlen(heads[i].head);

        if (!strncasecmp(text, heads[i].head, len)) {
            target->https = heads[i].https;
            return text + len;
        }
    }
    return NULL;
}

static void read_target(semr_explain_target_t *target, apr_pool_t *pool,
                        const char *text)
{
    apr_size_t len = strcspn(text, "#");

    target->has_fragment = text[len] != '\0';
    text = apr_pstrmemdup(pool, text, len);
    if (*text != '/') {
        text = apr_pstrcat(pool, "/", text, NULL);
    }
    target->target = encoded(pool, text);
}

apr_status_t semr_explain_url(semr_explain_target_t *target, apr_pool_t *pool,
                              const char *text, semr_diag_t *diag)
{
    const char *whole = trimmed(pool, text ? text : ""), *rest;
    apr_size_t len;

    target->https = -1;
    target->host = NULL;
    target->port = 0;
    if (!*whole) {
        return semr_diag_set(diag, pool,
                             "url: it is empty; write a path, as /old?id=5, or "
                             "a URL, as https://www.example.com/old");
    }
    if (strlen(whole) > URL_MAX) {
        return semr_diag_set(diag, pool,
                             "url: it has more than %d bytes, which httpd does "
                             "not take; write a shorter one",
                             URL_MAX);
    }
    rest = behind_scheme(target, whole);
    if (!rest && *whole != '/') {
        return refuse(pool, whole,
                      "is neither a path nor a URL of http or https; write a "
                      "path, as /old?id=5, or a URL, as "
                      "https://www.example.com/old",
                      diag);
    }
    if (rest) {
        apr_status_t status;

        len = strcspn(rest, "/?#");
        status = read_authority(target, pool, whole,
                                apr_pstrmemdup(pool, rest, len), diag);
        if (status != APR_SUCCESS) {
            return status;
        }
        rest += len;
    }
    read_target(target, pool, rest ? rest : whole);
    return APR_SUCCESS;
}

const char *semr_explain_full(const semr_explain_target_t *target,
                              apr_pool_t *pool)
{
    unsigned usual = target->https > 0 ? 443 : 80;
    const char *port = "";
    int bare;

    if (!target->host) {
        return target->target;
    }
    bare = strchr(target->host, ':') != NULL;
    if (target->port && target->port != usual) {
        port = apr_psprintf(pool, ":%u", target->port);
    }
    return apr_pstrcat(pool, target->https > 0 ? "https://" : "http://",
                       bare ? "[" : "", target->host, bare ? "]" : "", port,
                       target->target, NULL);
}

/* -- headers --------------------------------------------------------------- */

static apr_status_t refuse_header(apr_pool_t *pool, const char *name,
                                  const char *text, const char *why,
                                  semr_diag_t *diag)
{
    return semr_diag_set(diag, pool, "%s: \"%s\" %s", name, shown(pool, text),
                         why);
}

/* How a parameter is called that gives a header */
static const char *parameter_of(const char *name)
{
    return !strcasecmp(name, "Accept")   ? "accept"
           : !strcasecmp(name, "Cookie") ? "cookie"
           : !strcasecmp(name, "Origin") ? "origin"
                                         : "headers";
}

apr_status_t semr_explain_header(apr_table_t *headers, apr_pool_t *pool,
                                 const char *name, const char *value,
                                 semr_diag_t *diag)
{
    const char *p;

    value = trimmed(pool, value);
    if (!is_token(name, strlen(name))) {
        return refuse_header(pool, "headers", name,
                             "is no name of a header; write a line each, as "
                             "Accept-Language: de",
                             diag);
    }
    for (p = value; *p; p++) {
        if (apr_iscntrl(*p) && *p != '\t') {
            return refuse_header(pool, parameter_of(name), value,
                                 "holds a control character, which no header "
                                 "may; leave it out",
                                 diag);
        }
    }
    if (!strcasecmp(name, "Host")) {
        return refuse_header(pool, "headers", name,
                             "is said by the URL; write it there, as "
                             "https://www.example.com/old",
                             diag);
    }
    apr_table_mergen(headers, apr_pstrdup(pool, name), value);
    return APR_SUCCESS;
}

apr_status_t semr_explain_headers(apr_table_t *headers, apr_pool_t *pool,
                                  const char *text, semr_diag_t *diag)
{
    char *line, *rest, *lines = apr_pstrdup(pool, text ? text : "");
    int count = 0;

    for (line = apr_strtok(lines, "\r\n", &rest); line;
         line = apr_strtok(NULL, "\r\n", &rest)) {
        char *colon = strchr(line, ':');
        apr_status_t status;

        if (!*trimmed(pool, line)) {
            continue;
        }
        if (!colon || ++count > HEADERS_MAX) {
            return refuse_header(
                pool, "headers", line,
                colon ? "is one more line than the 50 that may be given; leave "
                        "some out"
                      : "has no colon behind a header's name; write a line "
                        "each, as Accept-Language: de",
                diag);
        }
        *colon = '\0';
        status = semr_explain_header(headers, pool, trimmed(pool, line),
                                     colon + 1, diag);
        if (status != APR_SUCCESS) {
            return status;
        }
    }
    return APR_SUCCESS;
}
