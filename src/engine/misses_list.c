/* SPDX-License-Identifier: Apache-2.0
 * What is kept, as a list; and two blocks into one.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "misses_parts.h"

/* A place, and what it is worth */
typedef struct found_t {
    const semr_misses_bucket_t *bucket;
    int way;
    apr_uint64_t key, worth, count;
} found_t;

/* By worth; what is worth the same, by key, so that the order stays. */
static int compare(const void *a, const void *b)
{
    const found_t *x = a, *y = b;

    if (x->worth != y->worth) {
        return x->worth < y->worth ? 1 : -1;
    }
    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Calls see for each place of a server that has a path. */
static void each_place(const semr_misses_t *misses, apr_uint64_t server,
                       void (*see)(void *baton, const found_t *found),
                       void *baton)
{
    apr_uint64_t i;
    found_t found;

    for (i = 0; i < misses->nbuckets; i++) {
        found.bucket = misses->buckets + i;
        for (found.way = 0; found.way < SEMR_MISSES_WAYS; found.way++) {
            found.key = semr_misses_load(&found.bucket->keys[found.way]);
            if (found.key &&
                semr_misses_load(&found.bucket->servers[found.way]) == server) {
                see(baton, &found);
            }
        }
    }
}

static void count_place(void *kept, const found_t *found)
{
    (void)found;
    ++*(int *)kept;
}

int semr_misses_kept(const semr_misses_t *misses, apr_uint64_t server)
{
    int kept = 0;

    each_place(misses, server, count_place, &kept);
    return kept < (int)misses->most ? kept : (int)misses->most;
}

/* -- the list -------------------------------------------------------------- */

typedef struct listing_t {
    apr_array_header_t *found; /* of found_t */
    apr_int64_t now;
} listing_t;

static void add_place(void *baton, const found_t *found)
{
    listing_t *listing = baton;
    found_t *added = apr_array_push(listing->found);

    *added = *found;
    added->worth = semr_misses_worth(
        semr_misses_load(&found->bucket->scores[found->way]), listing->now);
    added->count = semr_misses_load(&found->bucket->counts[found->way]);
}

static const char *copy_text(apr_pool_t *pool, const semr_misses_text_t *text,
                             int *mark)
{
    char bytes[SEMR_MISSES_TEXT];
    semr_view_t view = semr_misses_read(text, bytes, mark);

    return view.len ? apr_pstrmemdup(pool, view.p, view.len) : NULL;
}

/* Reads a place; 0: it is being replaced. */
static int read_place(const found_t *found, apr_pool_t *pool, semr_miss_t *miss)
{
    const semr_misses_bucket_t *bucket = found->bucket;
    int way = found->way, own = 0;

    miss->cut = 0;
    miss->path = copy_text(pool, &bucket->paths[way], &miss->cut);
    miss->referrer = copy_text(pool, &bucket->referrers[way], &own);
    miss->count = found->count;
    miss->first = (apr_int64_t)semr_misses_load(&bucket->first[way]);
    miss->last = (apr_int64_t)semr_misses_load(&bucket->last[way]);
    miss->score = (double)found->worth / (double)SEMR_MISSES_HIT;
    return miss->path && semr_misses_load(&bucket->keys[way]) == found->key;
}

apr_array_header_t *semr_misses_list(const semr_misses_t *misses,
                                     apr_uint64_t server, apr_int64_t now,
                                     int most, apr_pool_t *pool)
{
    listing_t listing = {apr_array_make(pool, 256, sizeof(found_t)), now};
    apr_array_header_t *list;
    int i;

    if (most > (int)misses->most) {
        most = (int)misses->most;
    }
    each_place(misses, server, add_place, &listing);
    qsort(listing.found->elts, (size_t)listing.found->nelts, sizeof(found_t),
          compare);
    list =
        apr_array_make(pool, most < 256 ? most + 1 : 256, sizeof(semr_miss_t));
    for (i = 0; i < listing.found->nelts && list->nelts < most; i++) {
        semr_miss_t miss;

        if (read_place(&APR_ARRAY_IDX(listing.found, i, found_t), pool,
                       &miss)) {
            APR_ARRAY_PUSH(list, semr_miss_t) = miss;
        }
    }
    return list;
}

/* -- merging --------------------------------------------------------------- */

/* What stands in a place; 0: nothing, or nothing that is whole. */
static int take_place(const semr_misses_bucket_t *from, int way,
                      semr_misses_new_t *new, char path[SEMR_MISSES_TEXT],
                      char referrer[SEMR_MISSES_TEXT], apr_int64_t now)
{
    apr_uint64_t key = semr_misses_load(&from->keys[way]);

    new->server = semr_misses_load(&from->servers[way]);
    new->hash = semr_misses_load(&from->hashes[way]);
    new->worth = semr_misses_worth(semr_misses_load(&from->scores[way]), now);
    new->count = semr_misses_load(&from->counts[way]);
    new->first = (apr_int64_t)semr_misses_load(&from->first[way]);
    new->last = (apr_int64_t)semr_misses_load(&from->last[way]);
    new->path = semr_misses_read(&from->paths[way], path, &new->cut);
    new->referrer =
        semr_misses_read(&from->referrers[way], referrer, &new->own);
    return key && new->path.len &&semr_misses_load(&from->keys[way]) == key;
}

/* Adds to the place of a path that is kept in both. */
static void join_place(semr_misses_bucket_t *bucket, int way,
                       const semr_misses_new_t *new, apr_int64_t now)
{
    semr_misses_add(&bucket->counts[way], new->count);
    semr_misses_raise(&bucket->scores[way], new->worth, now);
    if ((apr_uint64_t) new->first < semr_misses_load(&bucket->first[way])) {
        semr_misses_store(&bucket->first[way], (apr_uint64_t) new->first);
    }
    if ((apr_uint64_t) new->last > semr_misses_load(&bucket->last[way])) {
        semr_misses_store(&bucket->last[way], (apr_uint64_t) new->last);
    }
    if (new->referrer.len) {
        semr_misses_refer(bucket, way, new->referrer, new->own);
    }
}

static void merge_place(semr_misses_t *into, const semr_misses_new_t *new,
                        apr_int64_t now)
{
    apr_uint64_t key = semr_misses_key(into, new->server, new->hash), lock;
    semr_misses_bucket_t *bucket = semr_misses_bucket(into, key);
    int way = semr_misses_find(bucket, key);

    lock = semr_misses_try(bucket, key, now);
    if (lock && way >= 0) {
        join_place(bucket, way, new, now);
    }
    else if (lock) {
        semr_misses_put(into, new, now);
    }
    if (lock) {
        semr_misses_leave(bucket, lock);
    }
}

/* A block that nothing was counted in takes the cells over, too. */
static void merge_cells(semr_misses_t *into, const semr_misses_t *from)
{
    apr_size_t i;

    into->seed = from->seed;
    for (i = 0; i < SEMR_MISSES_ROWS * (apr_size_t)SEMR_MISSES_CELLS; i++) {
        apr_uint64_t cell = semr_misses_load(&from->cells[0][0] + i);

        if (cell) {
            semr_misses_store(&into->cells[0][0] + i, cell);
        }
    }
}

static int is_fresh(const semr_misses_t *misses)
{
    int i;

    for (i = 0; i < SEMR_MISSES_SERVERS; i++) {
        if (semr_misses_load(&misses->totals[i].server)) {
            return 0;
        }
    }
    return !semr_misses_load(&misses->others);
}

static apr_uint64_t buckets_within(const semr_misses_t *misses,
                                   apr_size_t bytes)
{
    apr_uint64_t says = semr_misses_load(&misses->nbuckets);
    apr_uint64_t most =
        (bytes - sizeof(*misses)) / sizeof(semr_misses_bucket_t);

    return says < most ? says : most;
}

void semr_misses_merge(semr_misses_t *into, const semr_misses_t *from,
                       apr_size_t bytes, apr_int64_t now)
{
    char path[SEMR_MISSES_TEXT], referrer[SEMR_MISSES_TEXT];
    semr_misses_new_t new;
    apr_uint64_t nbuckets = buckets_within(from, bytes), i;
    int k;

    if (is_fresh(into)) {
        merge_cells(into, from);
    }
    if (from->since < into->since) {
        into->since = from->since;
    }
    for (i = 0; i < SEMR_MISSES_SERVERS; i++) {
        if (semr_misses_load(&from->totals[i].server)) {
            semr_misses_count(into, from->totals[i].server,
                              semr_misses_load(&from->totals[i].count));
        }
    }
    semr_misses_add(&into->others, semr_misses_load(&from->others));
    for (i = 0; i < nbuckets; i++) {
        for (k = 0; k < SEMR_MISSES_WAYS; k++) {
            if (take_place(from->buckets + i, k, &new, path, referrer, now)) {
                merge_place(into, &new, now);
            }
        }
    }
}
