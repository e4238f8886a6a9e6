/* SPDX-License-Identifier: Apache-2.0
 * Trees before patterns and regexes of the same paths.
 *
 * From the last to the first, so that a tree which has become a regex is one
 * for those before it.  What later regexes begin with is kept twice: whole, for
 * trees that are longer, and cut behind each slash, for those that are shorter.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_order.h"
#include "url.h"

/* Beginnings of any host that is named, for rules that name none */
static const char named[] = "?";

typedef struct trees_t {
    import_t *import;
    apr_pool_t *scratch;
    apr_hash_t *whole, *cut; /* of import_move_t, the nearest */
    apr_size_t longest;
} trees_t;

static char *key_of(apr_pool_t *pool, const char *host, semr_view_t text,
                    apr_ssize_t *len)
{
    apr_size_t head = strlen(host) + 1;
    char *key = apr_palloc(pool, head + text.len);

    memcpy(key, host, head - 1);
    key[head - 1] = '\n';
    if (text.len) { /* a decoded path may have a NUL in it */
        memcpy(key + head, text.p, text.len);
    }
    *len = (apr_ssize_t)(head + text.len);
    return key;
}

static void set(trees_t *trees, apr_hash_t *hash, const char *host,
                semr_view_t text, const import_move_t *move)
{
    apr_ssize_t len;
    const char *key = key_of(trees->import->pool, host, text, &len);

    apr_hash_set(hash, key, len, move);
}

static void add_on(trees_t *trees, const char *host, semr_view_t text,
                   const import_move_t *move)
{
    apr_size_t i;

    set(trees, trees->whole, host, text, move);
    for (i = 0; i < text.len; i++) {
        if (text.p[i] == '/') {
            set(trees, trees->cut, host, semr_view(text.p, i + 1), move);
        }
    }
    if (text.len > trees->longest) {
        trees->longest = text.len;
    }
}

static void add(trees_t *trees, const import_move_t *move, semr_view_t text)
{
    const char *host = import_order_host(trees->import, move, trees->scratch);

    add_on(trees, host, text, move);
    if (*host) {
        add_on(trees, named, text, move);
    }
}

/* A later one whose beginning and text, which ends in a slash if it is a
 * tree's, begin one another */
static const import_move_t *find(trees_t *trees, const char *host,
                                 semr_view_t text)
{
    apr_ssize_t head = (apr_ssize_t)strlen(host) + 1, len;
    const import_move_t *found;
    const char *key;
    apr_size_t i;

    if (text.len > ORDER_TEXT_MAX) {
        text.len = ORDER_TEXT_MAX;
    }
    key = key_of(trees->scratch, host, text, &len);
    for (i = 0; i <= text.len && i <= trees->longest; i++) {
        found = apr_hash_get(trees->whole, key, head + (apr_ssize_t)i);
        if (found) {
            return found;
        }
    }
    return apr_hash_get(trees->cut, key, len);
}

/* The tree's path as regexes see it, with a slash behind it */
static semr_view_t text_of(trees_t *trees, const import_move_t *move)
{
    semr_view_t path = semr_url_decode(
        trees->scratch, import_order_path(move, trees->scratch), 0);
    char *text = apr_palloc(trees->scratch, path.len + 1);

    memcpy(text, path.p, path.len);
    text[path.len] = '/';
    return semr_url_fold(trees->scratch, semr_view(text, path.len + 1));
}

static void tell_named(trees_t *trees, const import_move_t *move,
                       const import_move_t *later)
{
    import_notice(trees->import, later->line, later->words,
                  "it names a host, so it answers before line %u, which took "
                  "some of its paths.",
                  move->line);
}

static void keep_order(trees_t *trees, import_move_t *move)
{
    const char *host = import_order_host(trees->import, move, trees->scratch);
    semr_view_t text = text_of(trees, move);
    const import_move_t *later = find(trees, host, text);

    if (!later) {
        later = *host ? NULL : find(trees, named, text);
        if (later) {
            tell_named(trees, move, later);
        }
        return;
    }
    if (import_order_to_regex(trees->import, move)) {
        if (text.len > 1) {
            text.len--;
        }
        add(trees, move,
            text.len > ORDER_TEXT_MAX ? semr_view(text.p, ORDER_TEXT_MAX)
                                      : text);
        return;
    }
    import_notice(trees->import, move->line, move->words,
                  "line %u, which comes later, answers first for the paths of "
                  "both: a pattern or a regex comes before a tree.",
                  later->line);
}

void import_order_trees(import_t *import)
{
    trees_t trees = {.import = import};
    int i;

    apr_pool_create(&trees.scratch, import->pool);
    trees.whole = apr_hash_make(import->pool);
    trees.cut = apr_hash_make(import->pool);
    for (i = import->moves->nelts; i-- > 0;) {
        import_move_t *move = &APR_ARRAY_IDX(import->moves, i, import_move_t);

        if (move->off || !move->from) {
            continue;
        }
        if (move->kind == IMPORT_PREFIX) {
            if (apr_hash_count(trees.whole) && !move->canonical) {
                keep_order(&trees, move);
            }
        }
        else if (move->kind != IMPORT_EXACT &&
                 import_try(import, move, trees.scratch)) {
            add(&trees, move, import_order_literal(move, trees.scratch));
        }
        apr_pool_clear(trees.scratch);
    }
    apr_pool_destroy(trees.scratch);
}
