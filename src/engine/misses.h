/* SPDX-License-Identifier: Apache-2.0
 * The paths that ended in 404 most, in a block of fixed size that processes
 * share.
 *
 *     +---------+ head: layout, when it began, seed, how many buckets
 *     | totals  | requests that ended in 404, by server
 *     | cells   | two rows of counters by hash: who asks to be kept
 *     | buckets | 16 places each: hash, score, count, times, text
 *     +---------+
 *
 * A path that is kept is counted exactly, from then on.  One that is not is
 * counted in the cells (HeavyKeeper: a cell belongs to one path, and each
 * other one that meets it wears it down, the less the higher it stands), and
 * takes the place of the lowest in its bucket once it stands higher.  What
 * counts there is a score, hits whose weight halves each day; so a burst is
 * forgotten, and whatever many paths are asked once moves nothing.
 *
 * Nobody ever waits.  Counters are atomic.  A place's text is written by who
 * gets the bucket's lock at the first try; if it is taken the path comes back
 * with its next hit.  A lock of somebody killed is taken over after a while,
 * and text that was left half-written does not agree with its hash: it is
 * passed over, and written anew.
 *
 * Times are seconds since 1970.
 */
#ifndef SEMR_MISSES_H
#define SEMR_MISSES_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "vocabulary.h"

enum {
    SEMR_MISSES_MOST = 10000,  /* paths that a block can be asked to keep */
    SEMR_MISSES_TEXT = 200,    /* bytes of a path, or referrer, at most */
    SEMR_MISSES_HALVES = 86400 /* seconds in which a hit's weight halves */
};

typedef struct semr_misses_t semr_misses_t;

/* Bytes that the block needs to keep so many paths. */
apr_size_t semr_misses_size(int most);

/* Begins a block of zeroed memory at the time now; seed: any number that
 * clients do not know.  A block that was begun goes on with what it has.  NULL:
 * it is one of another layout or size. */
semr_misses_t *semr_misses_init(void *block, int most, apr_uint64_t seed,
                                apr_int64_t now);

/* A block as it was begun, of any size; NULL: it is of another layout. */
const semr_misses_t *semr_misses_open(const void *block);

/* When counting began. */
apr_int64_t semr_misses_since(const semr_misses_t *misses);

/* A request that ended in 404.  Texts are masked (mask.h); longer ones are cut,
 * and end in "...", but are told apart by all that they say. */
typedef struct semr_miss_hit_t {
    apr_uint64_t server; /* any number but 0 that tells it from others */
    semr_view_t path;
    semr_view_t referrer; /* len 0: none */
    int own;              /* the referrer is a page of the server itself */
} semr_miss_hit_t;

void semr_misses_record(semr_misses_t *misses, const semr_miss_hit_t *hit,
                        apr_int64_t now);

/* A path that is kept; text is in the list's pool. */
typedef struct semr_miss_t {
    const char *path;
    const char *referrer; /* NULL: none; one of the own site, if there was one,
                             else the first */
    int cut;              /* path is only its beginning */
    apr_uint64_t count;   /* since it is kept, and what the cells knew then */
    apr_int64_t first, last;
    double score;
} semr_miss_t;

/* The paths of a server with the highest scores at the time now, at most so
 * many: of semr_miss_t. */
apr_array_header_t *semr_misses_list(const semr_misses_t *misses,
                                     apr_uint64_t server, apr_int64_t now,
                                     int most, apr_pool_t *pool);

/* How many paths of a server are kept, SEMR_MISSES_MOST at most; and how many
 * of its requests ended in 404, whether they are kept or not. */
int semr_misses_kept(const semr_misses_t *misses, apr_uint64_t server);
apr_uint64_t semr_misses_total(const semr_misses_t *misses,
                               apr_uint64_t server);

/* The same of all servers. */
apr_uint64_t semr_misses_all(const semr_misses_t *misses);

/* Adds what is in from, which may still be counted in, and be of another
 * size, to into.  Whatever was written to from, no more than its bytes are
 * read: into is new, from is one that others could write. */
void semr_misses_merge(semr_misses_t *into, const semr_misses_t *from,
                       apr_size_t bytes, apr_int64_t now);

#endif
