/* SPDX-License-Identifier: Apache-2.0
 * What the files of the misses share; private to misses*.c.
 *
 *     misses.c        the block, and a request's way through it
 *     misses_cells.c  scores that halve, and the cells
 *     misses_place.c  a place's text: written, read, replaced
 *     misses_list.c   what is kept, as a list; two blocks into one
 *
 * All that processes share is read and written by atomic words.
 */
#ifndef SEMR_MISSES_PARTS_H
#define SEMR_MISSES_PARTS_H

#include "misses.h"

#define SEMR_MISSES_LAYOUT APR_UINT64_C(0x53454d524d490001)

enum {
    SEMR_MISSES_WAYS = 16,
    SEMR_MISSES_ROWS = 2,
    SEMR_MISSES_CELLS = 65536, /* in a row: 512 KB */
    SEMR_MISSES_SERVERS = 4096,
    SEMR_MISSES_WORDS = SEMR_MISSES_TEXT / 8
};

/* A text: its length, and a mark above it; a hash of both; its bytes */
typedef struct semr_misses_text_t {
    apr_uint64_t size;
    apr_uint64_t check;
    apr_uint64_t words[SEMR_MISSES_WORDS];
} semr_misses_text_t;

enum {
    SEMR_MISSES_MARK = 256
}; /* a path that is cut; a referrer of its own
      site */

/* What a request looks at stands side by side, without the texts. */
typedef struct semr_misses_bucket_t {
    apr_uint64_t lock;                   /* who replaces; 0: nobody */
    apr_uint64_t keys[SEMR_MISSES_WAYS]; /* 0: the place is free */
    apr_uint64_t scores[SEMR_MISSES_WAYS];
    apr_uint64_t counts[SEMR_MISSES_WAYS];
    apr_uint64_t servers[SEMR_MISSES_WAYS];
    apr_uint64_t hashes[SEMR_MISSES_WAYS]; /* of the whole path */
    apr_uint64_t first[SEMR_MISSES_WAYS];
    apr_uint64_t last[SEMR_MISSES_WAYS];
    semr_misses_text_t paths[SEMR_MISSES_WAYS];
    semr_misses_text_t referrers[SEMR_MISSES_WAYS];
} semr_misses_bucket_t;

struct semr_misses_t {
    apr_uint64_t layout; /* 0: not begun */
    apr_uint64_t most, nbuckets;
    apr_uint64_t seed;
    apr_uint64_t since;
    apr_uint64_t others; /* hits of servers that totals has no room for */
    struct {
        apr_uint64_t server, count;
    } totals[SEMR_MISSES_SERVERS];
    apr_uint64_t cells[SEMR_MISSES_ROWS][SEMR_MISSES_CELLS];
    semr_misses_bucket_t buckets[];
};

static inline apr_uint64_t semr_misses_load(const apr_uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void semr_misses_store(apr_uint64_t *word, apr_uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void semr_misses_add(apr_uint64_t *word, apr_uint64_t value)
{
    __atomic_fetch_add(word, value, __ATOMIC_RELAXED);
}

/* Spreads what is told apart by any bit over all bits. */
static inline apr_uint64_t semr_misses_mix(apr_uint64_t x)
{
    x = (x ^ x >> 32) * APR_UINT64_C(0xd6e8feb86659fd93);
    x = (x ^ x >> 32) * APR_UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}

/* -- misses.c -------------------------------------------------------------- */

apr_uint64_t semr_misses_key(const semr_misses_t *misses, apr_uint64_t server,
                             apr_uint64_t hash);

static inline semr_misses_bucket_t *
semr_misses_bucket(const semr_misses_t *misses, apr_uint64_t key)
{
    return (semr_misses_bucket_t *)(apr_uintptr_t)misses->buckets +
           ((key >> 32) * misses->nbuckets >> 32);
}

/* Adds to what a server has. */
void semr_misses_count(semr_misses_t *misses, apr_uint64_t server,
                       apr_uint64_t count);

/* -- misses_cells.c: a score is hits in 1/256, and when they were worth that */

#define SEMR_MISSES_HIT APR_UINT64_C(256)

/* The hits of a score, as much as they are worth at the time now. */
apr_uint64_t semr_misses_worth(apr_uint64_t score, apr_int64_t now);

/* The score of hits that are worth so much now. */
apr_uint64_t semr_misses_score(apr_uint64_t hits, apr_int64_t now);

/* Adds to a score. */
void semr_misses_raise(apr_uint64_t *score, apr_uint64_t hits, apr_int64_t now);

/* Counts a hit of a path that is not kept; returns what its hits are worth, as
 * far as the cells know.  luck: any number. */
apr_uint64_t semr_misses_cell(semr_misses_t *misses, apr_uint64_t key,
                              apr_uint64_t luck, apr_int64_t now);

/* Has the cells know of a path that is not kept any more. */
void semr_misses_remember(semr_misses_t *misses, apr_uint64_t key,
                          apr_uint64_t hits, apr_int64_t now);

/* -- misses_place.c -------------------------------------------------------- */

/* What goes into a place */
typedef struct semr_misses_new_t {
    apr_uint64_t server, hash;
    semr_view_t path; /* of which hash is, or its beginning */
    semr_view_t referrer;
    int cut, own;
    apr_uint64_t worth, count;
    apr_int64_t first, last;
} semr_misses_new_t;

/* The bucket's lock at the first try, or 0; and back. */
apr_uint64_t semr_misses_try(semr_misses_bucket_t *bucket, apr_uint64_t luck,
                             apr_int64_t now);
void semr_misses_leave(semr_misses_bucket_t *bucket, apr_uint64_t lock);

/* The place of a key; -1: it is not kept. */
int semr_misses_find(const semr_misses_bucket_t *bucket, apr_uint64_t key);

/* Puts a path into its bucket, whose lock the caller has, if there is a place
 * that is worth less. */
void semr_misses_put(semr_misses_t *misses, const semr_misses_new_t *new,
                     apr_int64_t now);

/* Keeps the referrer of a place if it is the better one. */
void semr_misses_refer(semr_misses_bucket_t *bucket, int way,
                       semr_view_t referrer, int own);

/* Whether there is none yet, or one that this is better than. */
int semr_misses_wants(const semr_misses_bucket_t *bucket, int way, int own);

/* A text, and whether it has its mark; p NULL: it is not whole. */
semr_view_t semr_misses_read(const semr_misses_text_t *text,
                             char bytes[SEMR_MISSES_TEXT], int *mark);

#endif
