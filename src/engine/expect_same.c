/* SPDX-License-Identifier: Apache-2.0
 * Whether two Locations lead to the same URL.
 */
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "expect.h"

/* Where a URL begins */
typedef struct origin_t {
    int https;
    semr_view_t host; /* without brackets */
    unsigned port;
} origin_t;

/* Takes the authority off a URL that has one; returns what is behind it. */
static const char *read_authority(const char *text, origin_t *origin)
{
    const char *end = text + strcspn(text, "/?#"), *p;

    if (*text == '[' && (p = memchr(text, ']', (apr_size_t)(end - text)))) {
        origin->host = semr_view(text + 1, (apr_size_t)(p - text) - 1);
        p++;
    }
    else {
        p = memchr(text, ':', (apr_size_t)(end - text));
        p = p ? p : end;
        origin->host = semr_view(text, (apr_size_t)(p - text));
        if (origin->host.len && p[-1] == '.') {
            origin->host.len--;
        }
    }
    origin->port = origin->https ? 443 : 80;
    if (p < end && *p == ':' && p + 1 < end) {
        origin->port = (unsigned)apr_atoi64(p + 1);
    }
    return end;
}

static const char *read_origin(const char *text, const semr_request_t *request,
                               origin_t *origin)
{
    int named = 1;

    origin->https = (int)request->https;
    origin->host = request->host;
    origin->port = request->port;
    if (!strncasecmp(text, "http://", 7)) {
        origin->https = 0;
        text += 7;
    }
    else if (!strncasecmp(text, "https://", 8)) {
        origin->https = 1;
        text += 8;
    }
    else if (!strncmp(text, "//", 2)) {
        text += 2;
    }
    else {
        named = 0;
    }
    if (named) {
        return read_authority(text, origin);
    }
    if (origin->host.len > 2 && *origin->host.p == '[') {
        origin->host.p++;
        origin->host.len -= 2;
    }
    return text;
}

/* A part of the URL behind mark, "?" or "#", up to one of ends; returns what is
 * behind it. */
static const char *add_part(char **out, const char *text, char mark,
                            const char *ends)
{
    apr_size_t len;

    if (*text != mark) {
        return text;
    }
    *(*out)++ = *text++;
    len = strcspn(text, ends);
    *out = semr_url_encode(*out, semr_view(text, len), SEMR_URL_QUERY);
    return text + len;
}

/* The URL in one spelling.  Empty segments stay: they are no matter of
 * spelling. */
static const char *canonical(const char *text, const semr_request_t *request,
                             apr_pool_t *pool)
{
    origin_t origin;
    const char *rest = read_origin(text, request, &origin);
    semr_view_t host = semr_url_fold(pool, origin.host);
    apr_size_t len = strcspn(rest, "?#");
    char *room = apr_palloc(pool, 3 * strlen(rest) + 2), *out = room;

    if (*rest != '/') {
        *out++ = '/';
    }
    out = semr_url_encode(out, semr_view(rest, len), SEMR_URL_PATH);
    out = room + semr_url_squeeze(room, (apr_size_t)(out - room), 0);
    rest = add_part(&out, rest + len, '?', "#");
    add_part(&out, rest, '#', "");
    *out = '\0';
    return apr_psprintf(pool, "%d %.*s %u %s", origin.https, (int)host.len,
                        host.len ? host.p : "", origin.port, room);
}

int semr_expect_same(const char *a, const char *b,
                     const semr_request_t *request, apr_pool_t *pool)
{
    return !strcmp(a, b) ||
           !strcmp(canonical(a, request, pool), canonical(b, request, pool));
}
