/* SPDX-License-Identifier: Apache-2.0
 * A URL, or the place in a file, that somebody pasted.
 */
#include <string.h>

#include "pattern.h"
#include "search_parts.h"

enum { PARAMS_MAX = 64, LINE_DIGITS = 9 };

/* -- "moves.map:12" -------------------------------------------------------- */

int semr_search_place(semr_view_t text, semr_view_t *file, unsigned *line)
{
    apr_size_t end = text.len, at;
    unsigned value = 0;

    if (end && text.p[end - 1] == ':') {
        end--; /* as the log has it before a message */
    }
    for (at = end; at && text.p[at - 1] >= '0' && text.p[at - 1] <= '9';) {
        at--;
    }
    if (at < 2 || at == end || end - at > LINE_DIGITS ||
        text.p[at - 1] != ':') {
        return 0;
    }
    *file = semr_view(text.p, at - 1);
    for (; at < end; at++) {
        value = value * 10 + (unsigned)(text.p[at] - '0');
    }
    *line = value;
    return value != 0;
}

int semr_search_is_file(semr_view_t path, semr_view_t file)
{
    if (path.len < file.len ||
        memcmp(path.p + path.len - file.len, file.p, file.len) != 0) {
        return 0;
    }
    return path.len == file.len || *file.p == '/' ||
           path.p[path.len - file.len - 1] == '/';
}

/* -- a URL ----------------------------------------------------------------- */

/* Bytes of scheme and slashes before an authority; 0: there is none. */
static apr_size_t before_authority(semr_view_t text)
{
    static const char *const heads[] = {"http://", "https://", "//"};
    apr_size_t i, len;

    for (i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
        len = strlen(heads[i]);
        if (text.len > len && strncasecmp(text.p, heads[i], len) == 0) {
            return len;
        }
    }
    return 0;
}

static apr_size_t up_to(semr_view_t text, apr_size_t at, const char *ends)
{
    while (at < text.len && !strchr(ends, text.p[at])) {
        at++;
    }
    return at;
}

static semr_view_t without_port(semr_view_t host)
{
    apr_size_t len = host.len;

    while (len && host.p[len - 1] >= '0' && host.p[len - 1] <= '9') {
        len--;
    }
    if (len && host.p[len - 1] == ':') {
        host.len = len - 1;
    }
    return host;
}

static void take_query(apr_pool_t *pool, semr_view_t query,
                       semr_search_url_t *url)
{
    semr_search_param_t *params =
        apr_palloc(pool, PARAMS_MAX * sizeof(*params));
    semr_view_t text, name, value;

    url->params = params;
    while (url->nparams < PARAMS_MAX &&
           semr_url_next_param(&query, &text, &name, &value)) {
        params[url->nparams].name = semr_url_param(pool, name);
        params[url->nparams].value =
            value.len ? semr_url_param(pool, value) : semr_view("", 0);
        url->nparams++;
    }
}

static semr_view_t without_slash(semr_view_t path)
{
    path.len -= path.len && path.p[path.len - 1] == '/';
    return path;
}

semr_search_url_t semr_search_url(apr_pool_t *pool, semr_view_t text)
{
    apr_size_t at = before_authority(text), path, query, end;
    semr_search_url_t url;

    memset(&url, 0, sizeof(url));
    path = at ? up_to(text, at, "/?#") : 0;
    query = up_to(text, path, "?#");
    end = up_to(text, query, "#");
    if (!at && (!text.len || *text.p != '/' || query == end)) {
        return url;
    }
    url.is = 1;
    url.host = semr_url_fold(
        pool, without_port(semr_view(text.p + at, path > at ? path - at : 0)));
    url.path = semr_url_path(pool, semr_view(text.p + path, query - path));
    url.folded = semr_url_fold(pool, url.path);
    url.needle = semr_needle_make(pool, without_slash(url.path));
    if (query < end) {
        take_query(pool, semr_view(text.p + query + 1, end - query - 1), &url);
    }
    return url;
}

/* -- rules that have it ---------------------------------------------------- */

int semr_search_url_host(const semr_search_url_t *url, semr_view_t host,
                         int wild)
{
    apr_size_t more;

    if (!host.len || !url->host.len) {
        return 1;
    }
    if (!wild || url->host.len <= host.len) {
        return !wild && semr_view_equal(url->host, host);
    }
    more = url->host.len - host.len;
    return url->host.p[more - 1] == '.' &&
           memcmp(url->host.p + more, host.p, host.len) == 0;
}

static int same(semr_view_t a, semr_view_t b)
{
    return a.len == b.len && (!a.len || !strncasecmp(a.p, b.p, a.len));
}

static int has_param(const semr_search_url_t *url, semr_view_t name,
                     semr_view_t value, int any)
{
    int i;

    for (i = 0; i < url->nparams; i++) {
        if (same(url->params[i].name, name) &&
            (any || same(url->params[i].value, value))) {
            return 1;
        }
    }
    return 0;
}

/* A URL without a query may want the rules for any. */
static int has_params(const semr_searcher_t *searcher,
                      const semr_image_rule_t *rule)
{
    const semr_image_t *image = searcher->image;
    const semr_image_extra_t *extra = semr_image_extras(image) + rule->extra;
    const semr_image_param_t *params = semr_image_params(image) + extra->params;
    apr_uint32_t i;

    for (i = 0; searcher->url.nparams && i < extra->nparams; i++) {
        if (!has_param(&searcher->url, semr_image_string(image, params[i].name),
                       semr_image_string(image, params[i].value),
                       params[i].capture >= 0)) {
            return 0;
        }
    }
    return 1;
}

static int fits_pattern(const semr_search_url_t *url,
                        const semr_image_policy_t *policy,
                        const semr_image_rule_t *rule)
{
    semr_match_t match;

    return semr_pattern_match(
        rule->from, (policy->flags & SEMR_STAR) != 0,
        (policy->flags & SEMR_WITH_SLASH) != 0,
        (policy->flags & SEMR_SLASH_EXACT) != 0,
        policy->flags & SEMR_FOLD ? url->folded : url->path, url->path, &match);
}

/* Whether the tree at path holds the URL */
static int is_below(const semr_search_url_t *url, semr_view_t path)
{
    semr_view_t all = url->folded;

    return all.len >= path.len &&
           (!path.len || !strncasecmp(all.p, path.p, path.len)) &&
           (all.len == path.len || all.p[path.len] == '/');
}

int semr_search_url_in(semr_searcher_t *searcher, const semr_image_rule_t *rule)
{
    const semr_search_url_t *url = &searcher->url;
    const semr_image_policy_t *policy =
        semr_image_policy(searcher->image, rule);
    semr_search_text_t *path = &searcher->words;
    semr_view_t whole;

    if (policy->kind == SEMR_REGEX) {
        return 0;
    }
    if (policy->kind == SEMR_PATTERN) {
        return fits_pattern(url, policy, rule) && has_params(searcher, rule);
    }
    path->len = 0;
    path->canonical = 1;
    whole.len = rule->from.len + rule->from_rest.len;
    whole.p = semr_search_room(path, whole.len, searcher->pool);
    memcpy(path->p, rule->from.p, rule->from.len);
    memcpy(path->p + rule->from.len, rule->from_rest.p, rule->from_rest.len);
    path->len = whole.len;
    if (!(policy->kind == SEMR_PREFIX && is_below(url, whole)) &&
        !(url->needle.text.len
              ? semr_needle_in(&url->needle, path, &searcher->decoded,
                               searcher->pool)
              : policy->kind == SEMR_EXACT && !whole.len)) {
        return 0;
    }
    return has_params(searcher, rule);
}
