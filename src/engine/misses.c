/* SPDX-License-Identifier: Apache-2.0
 * The block of misses, and the way of a request through it.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "misses_parts.h"

enum {
    PLACES_EACH = 4,     /* places for each path that is to be kept, */
    PLACES_LEAST = 1024, /* and at least so many */
    PROBES = 32          /* places of a server among the totals */
};

static apr_size_t buckets_for(int most)
{
    apr_size_t places = PLACES_EACH * (apr_size_t)most;

    if (places < PLACES_LEAST) {
        places = PLACES_LEAST;
    }
    return (places + SEMR_MISSES_WAYS - 1) / SEMR_MISSES_WAYS;
}

apr_size_t semr_misses_size(int most)
{
    return sizeof(semr_misses_t) +
           buckets_for(most) * sizeof(semr_misses_bucket_t);
}

semr_misses_t *semr_misses_init(void *block, int most, apr_uint64_t seed,
                                apr_int64_t now)
{
    semr_misses_t *misses = block;

    if (semr_misses_load(&misses->layout)) {
        if (misses->layout != SEMR_MISSES_LAYOUT ||
            misses->nbuckets != buckets_for(most)) {
            return NULL;
        }
        semr_misses_store(&misses->most, (apr_uint64_t)most);
        return misses;
    }
    misses->most = (apr_uint64_t)most;
    misses->nbuckets = buckets_for(most);
    misses->seed = seed;
    misses->since = (apr_uint64_t)now;
    semr_misses_store(&misses->layout, SEMR_MISSES_LAYOUT);
    return misses;
}

const semr_misses_t *semr_misses_open(const void *block)
{
    const semr_misses_t *misses = block;

    return semr_misses_load(&misses->layout) == SEMR_MISSES_LAYOUT ? misses
                                                                   : NULL;
}

apr_int64_t semr_misses_since(const semr_misses_t *misses)
{
    return (apr_int64_t)misses->since;
}

apr_uint64_t semr_misses_key(const semr_misses_t *misses, apr_uint64_t server,
                             apr_uint64_t hash)
{
    apr_uint64_t key =
        semr_misses_mix(hash ^ semr_misses_mix(server ^ misses->seed));

    return key ? key : 1;
}

/* -- totals ---------------------------------------------------------------- */

/* Where the total of a server stands; NULL: there is none, and no room. */
static apr_uint64_t *total_of(semr_misses_t *misses, apr_uint64_t server)
{
    apr_size_t i, at = (apr_size_t)semr_misses_mix(server);

    for (i = 0; i < PROBES; i++) {
        apr_size_t n = (at + i) % SEMR_MISSES_SERVERS;
        apr_uint64_t *of = &misses->totals[n].server, free = 0;

        if (semr_misses_load(of) == server ||
            (!semr_misses_load(of) &&
             __atomic_compare_exchange_n(of, &free, server, 0, __ATOMIC_ACQ_REL,
                                         __ATOMIC_ACQUIRE)) ||
            free == server) {
            return &misses->totals[n].count;
        }
    }
    return NULL;
}

void semr_misses_count(semr_misses_t *misses, apr_uint64_t server,
                       apr_uint64_t count)
{
    apr_uint64_t *total = total_of(misses, server);

    semr_misses_add(total ? total : &misses->others, count);
}

apr_uint64_t semr_misses_total(const semr_misses_t *misses, apr_uint64_t server)
{
    apr_size_t i, at = (apr_size_t)semr_misses_mix(server);

    for (i = 0; i < PROBES; i++) {
        apr_size_t n = (at + i) % SEMR_MISSES_SERVERS;

        if (semr_misses_load(&misses->totals[n].server) == server) {
            return semr_misses_load(&misses->totals[n].count);
        }
    }
    return 0;
}

apr_uint64_t semr_misses_all(const semr_misses_t *misses)
{
    apr_uint64_t sum = semr_misses_load(&misses->others);
    int i;

    for (i = 0; i < SEMR_MISSES_SERVERS; i++) {
        sum += semr_misses_load(&misses->totals[i].count);
    }
    return sum;
}

/* -- a request ------------------------------------------------------------- */

/* Counts it where it stands. */
static void hit_place(semr_misses_bucket_t *bucket, int way,
                      const semr_miss_hit_t *hit, apr_uint64_t luck,
                      apr_int64_t now)
{
    semr_misses_add(&bucket->counts[way], 1);
    semr_misses_raise(&bucket->scores[way], SEMR_MISSES_HIT, now);
    semr_misses_store(&bucket->last[way], (apr_uint64_t)now);
    if (hit->referrer.len && semr_misses_wants(bucket, way, hit->own)) {
        apr_uint64_t lock = semr_misses_try(bucket, luck, now);

        if (lock) {
            semr_misses_refer(bucket, way, hit->referrer, hit->own);
            semr_misses_leave(bucket, lock);
        }
    }
}

/* Whether a path that is worth so much would find a place. */
static int has_room(const semr_misses_bucket_t *bucket, apr_uint64_t worth,
                    apr_int64_t now)
{
    int i;

    for (i = 0; i < SEMR_MISSES_WAYS; i++) {
        if (!semr_misses_load(&bucket->keys[i]) ||
            semr_misses_worth(semr_misses_load(&bucket->scores[i]), now) <
                worth) {
            return 1;
        }
    }
    return 0;
}

static void move_in(semr_misses_t *misses, semr_misses_bucket_t *bucket,
                    const semr_miss_hit_t *hit, apr_uint64_t hash,
                    apr_uint64_t worth, apr_uint64_t luck, apr_int64_t now)
{
    apr_uint64_t lock = semr_misses_try(bucket, luck, now);
    semr_misses_new_t new = {
        hit->server, hash,     hit->path, hit->referrer,
        0,           hit->own, worth,     worth / SEMR_MISSES_HIT,
        now,         now};

    if (lock) {
        new.count = new.count ? new.count : 1;
        semr_misses_put(misses, &new, now);
        semr_misses_leave(bucket, lock);
    }
}

void semr_misses_record(semr_misses_t *misses, const semr_miss_hit_t *hit,
                        apr_int64_t now)
{
    apr_uint64_t hash = XXH3_64bits(hit->path.p, hit->path.len);
    apr_uint64_t key = semr_misses_key(misses, hit->server, hash);
    semr_misses_bucket_t *bucket = semr_misses_bucket(misses, key);
    apr_uint64_t *total = total_of(misses, hit->server);
    apr_uint64_t luck, worth;
    int way = semr_misses_find(bucket, key);

    luck = __atomic_fetch_add(total ? total : &misses->others, 1,
                              __ATOMIC_RELAXED);
    luck = semr_misses_mix(luck ^ key);
    if (way >= 0) {
        hit_place(bucket, way, hit, luck, now);
        return;
    }
    worth = semr_misses_cell(misses, key, luck, now);
    if (worth && has_room(bucket, worth, now)) {
        move_in(misses, bucket, hit, hash, worth, luck, now);
    }
}
