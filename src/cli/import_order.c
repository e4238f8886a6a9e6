/* SPDX-License-Identifier: Apache-2.0
 * The source tries its redirects in their order.  Here an exact rule comes
 * first; else patterns and regexes, as written; else the longest tree; and
 * before all that, rules that name the host (DESIGN 2).
 */
#include <string.h>

#include <apr_strings.h>

#include "import_order.h"
#include "pattern.h"
#include "url.h"

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

const char *import_order_host(const import_t *import, const import_move_t *move,
                              apr_pool_t *pool)
{
    const char *host = move->host ? move->host : import->host;
    semr_view_t folded;

    if (!host) {
        return "";
    }
    folded = semr_url_fold(pool, view_of(host));
    return apr_pstrmemdup(pool, folded.p, folded.len);
}

void import_order_hosts(const import_t *import, const import_move_t *move,
                        apr_pool_t *pool, order_hosts_t *hosts)
{
    const char *host = import_order_host(import, move, pool), *dot = host;

    hosts->count = 0;
    if (*host) {
        hosts->hosts[hosts->count++] = host;
    }
    while (hosts->count < ORDER_HOSTS_MAX - 1 && (dot = strchr(dot, '.'))) {
        const char *wild = apr_pstrcat(pool, "*", dot++, NULL);

        if (strcmp(wild, host)) {
            hosts->hosts[hosts->count++] = wild;
        }
    }
    hosts->hosts[hosts->count++] = "";
}

semr_view_t import_order_path(const import_move_t *move, apr_pool_t *pool)
{
    semr_view_t path = semr_url_path(pool, view_of(move->from));

    if (path.len && path.p[path.len - 1] == '/') {
        path.len--;
    }
    return path;
}

semr_view_t import_order_literal(const import_move_t *move, apr_pool_t *pool)
{
    semr_view_t text = view_of(move->from);

    if (move->kind == IMPORT_REGEX) {
        text = semr_regex_literal(pool, text);
    }
    else {
        text.len = strcspn(text.p, "{*?");
        text = semr_url_decode(pool, semr_url_path(pool, text), 0);
    }
    if (text.len > ORDER_TEXT_MAX) {
        text.len = ORDER_TEXT_MAX;
    }
    return semr_url_fold(pool, text);
}

/* -- a tree as a regex ----------------------------------------------------- */

static int is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c >= 0x80 || strchr("/-_~ ,:@", c);
}

/* Decoded text as a regex has it */
static const char *quoted(apr_pool_t *pool, semr_view_t text)
{
    char *regex = apr_palloc(pool, 4 * text.len + 1), *out = regex;
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < ' ' || c == 0x7F) {
            out += apr_snprintf(out, 5, "\\x%02X", c);
            continue;
        }
        if (!is_plain(c)) {
            *out++ = '\\';
        }
        *out++ = (char)c;
    }
    *out = '\0';
    return regex;
}

/* How TO takes what is below: with its slash if it can end in that, too */
static import_tail_t tail_of(const char *to, const char *star)
{
    const char *scheme, *path;

    if (!star) {
        return TAIL_NONE;
    }
    scheme = strstr(to, "://");
    path = strchr(scheme ? scheme + 3 : to, '/');
    return star[-1] == '/' && path && path < star - 1 && star > to + 1 &&
                   !memchr(to, '?', (apr_size_t)(star - to)) &&
                   !memchr(to, '#', (apr_size_t)(star - to))
               ? TAIL_WITH_SLASH
               : TAIL_WITHOUT;
}

int import_order_to_regex(const import_t *import, import_move_t *move)
{
    static const char *const ends[3][3] = {
        /* root, what is below, a tree */
        [TAIL_NONE] = {"/", "/", "(?:/|$)"},
        [TAIL_WITH_SLASH] = {"(/.*)$", "(/.*)$", "(/.*)?$"},
        [TAIL_WITHOUT] = {"/(.*)$", "/(.*)$", "(?:/(.*))?$"},
    };
    apr_pool_t *pool = import->pool;
    semr_view_t path = semr_url_decode(pool, import_order_path(move, pool), 0);
    const char *star = move->to ? strchr(move->to, '*') : NULL;
    import_tail_t tail = tail_of(move->to, star);
    import_move_t made = *move;
    char *text = apr_pstrmemdup(pool, path.p, path.len);

    if (strstr(text, "%2F")) {
        return 0; /* %2F or %252F? a regex cannot tell */
    }
    made.kind = IMPORT_REGEX;
    made.ends_slash = 0;
    made.from = apr_pstrcat(pool, "^", quoted(pool, path),
                            ends[tail][!path.len          ? 0
                                       : move->ends_slash ? 1
                                                          : 2],
                            NULL);
    if (star) {
        apr_size_t before = (apr_size_t)(star - move->to);

        made.to = apr_pstrcat(
            pool,
            apr_pstrmemdup(pool, move->to, before - (tail == TAIL_WITH_SLASH)),
            "$1", star + 1, NULL);
    }
    if (!import_can_say(import, &made)) {
        return 0;
    }
    *move = made;
    return 1;
}

void import_order(import_t *import)
{
    if (import->unordered) {
        return;
    }
    import_order_trees(import);
    import_order_dead(import);
}
