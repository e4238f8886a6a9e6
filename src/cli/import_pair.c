/* SPDX-License-Identifier: Apache-2.0
 * Two moves that are one rule: /a and /a/, or /a and what is below it.
 *
 * Servers that tell the two apart need a line for each; a rule takes both.  The
 * second of a pair is joined to the first's, and the first is gone, where no
 * move between them could take what the first did.
 */
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "import_core.h"
#include "url.h"

enum { PAIR_PATH_MAX = 2048, PAIR_SLASHES_MAX = 32 };

typedef struct pairing_t {
    import_t *import;
    apr_pool_t *pool;
    apr_hash_t *firsts; /* what is asked, but its final slash -> number + 1 */
    apr_hash_t *exacts; /* path -> number + 1 of the last that takes it alone,
                           whatever else it asks */
    apr_hash_t *trees;  /* path of a tree -> number + 1 of the last of it */
    int order;          /* number + 1 of the last regex or pattern */
} pairing_t;

static import_move_t *move_at(const pairing_t *pairing, int i)
{
    return &APR_ARRAY_IDX(pairing->import->moves, i, import_move_t);
}

static const char *or_none(const char *text)
{
    return text ? text : "";
}

static int same(const char *a, const char *b)
{
    return (!a && !b) || (a && b && !strcmp(a, b));
}

/* -- what is asked --------------------------------------------------------- */

/* A move's path without star and final slash; *end is 0 if it has neither, '/'
 * or '*'.  NULL: it is of no pair. */
static const char *path_of(const pairing_t *pairing, const import_move_t *move,
                           int *end)
{
    const char *from = move->from;
    apr_size_t len = from ? strlen(from) : 0;
    semr_view_t path;

    if (len < 2 || len > PAIR_PATH_MAX || move->kind == IMPORT_REGEX ||
        move->either || move->split || move->stays || move->off) {
        return NULL;
    }
    if (move->kind == IMPORT_PATTERN) {
        int star = from[len - 1] == '*';

        if (star ? !move->ends_slash || from[len - 2] != '/' : 0) {
            return NULL;
        }
        *end = star ? '*' : from[len - 1] == '/' ? '/' : 0;
        return apr_pstrmemdup(pairing->pool, from,
                              len - (star ? 2 : *end == '/'));
    }
    if (move->kind == IMPORT_PREFIX && !move->ends_slash) {
        return NULL;
    }
    path = semr_url_path(pairing->pool, semr_view(from, len));
    *end = move->kind == IMPORT_PREFIX               ? '*'
           : path.len && path.p[path.len - 1] == '/' ? '/'
                                                     : 0;
    path.len -= path.len && path.p[path.len - 1] == '/';
    return path.len ? apr_pstrmemdup(pairing->pool, path.p, path.len) : NULL;
}

static const char *key_of(const pairing_t *pairing, const import_move_t *move,
                          const char *path)
{
    return apr_psprintf(pairing->pool, "%d %d %u %s %s %s %s",
                        move->kind == IMPORT_PATTERN, (int)move->scheme,
                        move->port, or_none(move->host), or_none(move->only),
                        or_none(move->query), path);
}

/* -- what is answered ------------------------------------------------------ */

/* Where TO leads who asks for the page itself, of which a star takes nothing */
static const char *to_of_page(const pairing_t *pairing, const char *to)
{
    const char *star = to ? strchr(to, '*') : NULL;
    apr_size_t before;

    if (!star || (star > to && star[-1] == ':')) {
        return to;
    }
    before = (apr_size_t)(star - to);
    before -= before > 1 && star[-1] == '/' && star[-2] != '/' &&
              !memchr(to, '?', before) && !memchr(to, '#', before);
    return apr_pstrcat(pairing->pool, apr_pstrmemdup(pairing->pool, to, before),
                       star + 1, NULL);
}

static int answer_alike(const pairing_t *pairing, const import_move_t *first,
                        const import_move_t *second, int tree)
{
    return first->code == second->code && first->fold == second->fold &&
           first->drop_query == second->drop_query &&
           first->canonical == second->canonical &&
           same(first->condition, second->condition) &&
           same(first->note, second->note) &&
           same(first->to, tree ? to_of_page(pairing, second->to) : second->to);
}

/* Whether a tree between the two has the page within it */
static int is_within(const pairing_t *pairing, const char *path, int after)
{
    apr_size_t len;
    int slashes = 0;

    for (len = strlen(path); len-- > 0;) {
        if (path[len] != '/') {
            continue;
        }
        if (++slashes > PAIR_SLASHES_MAX ||
            (int)(apr_uintptr_t)apr_hash_get(pairing->trees, path,
                                             (apr_ssize_t)len) > after) {
            return 1;
        }
    }
    return 0;
}

static void *number(int i)
{
    return (void *)((apr_uintptr_t)i + 1);
}

/* Joins move i with an earlier one, if there is one. */
static void join(pairing_t *pairing, int i, const char *path, int end,
                 const char *key)
{
    int first = (int)(apr_uintptr_t)apr_hash_get(pairing->firsts, key,
                                                 APR_HASH_KEY_STRING);
    import_move_t *move = move_at(pairing, i), *other;
    int other_end;

    if (!first) {
        return;
    }
    other = move_at(pairing, first - 1);
    if (!path_of(pairing, other, &other_end) || other_end == end ||
        other_end == '*' || (end == '*' && other_end == '/') ||
        !answer_alike(pairing, other, move, end == '*') ||
        (move->kind == IMPORT_PATTERN ? first != i : pairing->order > first) ||
        (int)(apr_uintptr_t)apr_hash_get(pairing->exacts, path,
                                         APR_HASH_KEY_STRING) > first ||
        is_within(pairing, path, first)) {
        return;
    }
    if (end == '*') {
        move->ends_slash = 0;
    }
    else { /* of a spelling of its own, the first's stays */
        move->from = other->from;
        move->either = 1;
    }
    other->from = NULL;
    pairing->import->joined++;
}

static void look_at(pairing_t *pairing, int i)
{
    const import_move_t *move = move_at(pairing, i);
    const char *path, *key;
    int end;

    path = path_of(pairing, move, &end);
    if (path) {
        key = key_of(pairing, move, path);
        join(pairing, i, path, end, key);
        apr_hash_set(pairing->firsts, key, APR_HASH_KEY_STRING, number(i));
    }
    if (move->kind == IMPORT_REGEX || move->kind == IMPORT_PATTERN) {
        pairing->order = i + 1;
    }
    else if (move->from) {
        semr_view_t taken = semr_url_path(
            pairing->pool, semr_view(move->from, strlen(move->from)));

        taken.len -= taken.len && taken.p[taken.len - 1] == '/';
        apr_hash_set(move->kind == IMPORT_EXACT ? pairing->exacts
                                                : pairing->trees,
                     taken.p, (apr_ssize_t)taken.len, number(i));
    }
}

void import_pair_all(import_t *import)
{
    pairing_t pairing = {.import = import};
    int i, kept = 0;

    apr_pool_create(&pairing.pool, import->pool);
    pairing.firsts = apr_hash_make(pairing.pool);
    pairing.exacts = apr_hash_make(pairing.pool);
    pairing.trees = apr_hash_make(pairing.pool);
    for (i = 0; i < import->moves->nelts; i++) {
        look_at(&pairing, i);
    }
    for (i = 0; i < import->moves->nelts; i++) {
        if (move_at(&pairing, i)->from) {
            *move_at(&pairing, kept++) = *move_at(&pairing, i);
        }
    }
    import->moves->nelts = kept;
    apr_pool_destroy(pairing.pool);
}
