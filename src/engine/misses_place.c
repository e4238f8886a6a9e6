/* SPDX-License-Identifier: Apache-2.0
 * The places of a bucket: who may replace one, and text that is whole or not
 * there.
 *
 * Whoever replaces a path takes its key away first and sets the new one last.
 * If it is killed in between, the place is free, and the lock is taken over
 * after STALE seconds.  If it was only stopped so long, two may write at once:
 * then the text does not agree with its hash, and nobody is shown it.
 */
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "misses_parts.h"

enum { STALE = 10, STAMP_BITS = 24 };

/* -- the lock -------------------------------------------------------------- */

/* A lock is the second in which it was taken, and a number of its own. */
apr_uint64_t semr_misses_try(semr_misses_bucket_t *bucket, apr_uint64_t luck,
                             apr_int64_t now)
{
    apr_uint64_t old = semr_misses_load(&bucket->lock), lock;
    apr_int64_t taken = (apr_int64_t)(old >> STAMP_BITS);

    if (old && taken <= now && now - taken < STALE) {
        return 0;
    }
    lock = (apr_uint64_t)now << STAMP_BITS | luck >> (64 - STAMP_BITS) | 1;
    return __atomic_compare_exchange_n(&bucket->lock, &old, lock, 0,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)
               ? lock
               : 0;
}

void semr_misses_leave(semr_misses_bucket_t *bucket, apr_uint64_t lock)
{
    __atomic_compare_exchange_n(&bucket->lock, &lock, 0, 0, __ATOMIC_ACQ_REL,
                                __ATOMIC_ACQUIRE);
}

/* -- texts ----------------------------------------------------------------- */

static apr_uint64_t check_of(const apr_uint64_t *words, apr_uint64_t size)
{
    return XXH3_64bits_withSeed(words, SEMR_MISSES_TEXT, size);
}

static void write_text(semr_misses_text_t *text, semr_view_t bytes, int mark)
{
    apr_uint64_t words[SEMR_MISSES_WORDS] = {0};
    apr_uint64_t size = bytes.len | (mark ? SEMR_MISSES_MARK : 0);
    int i;

    if (bytes.len) {
        memcpy(words, bytes.p, bytes.len);
    }
    for (i = 0; i < SEMR_MISSES_WORDS; i++) {
        semr_misses_store(&text->words[i], words[i]);
    }
    semr_misses_store(&text->check, check_of(words, size));
    semr_misses_store(&text->size, size); /* last: until then it is wanted */
}

semr_view_t semr_misses_read(const semr_misses_text_t *text,
                             char bytes[SEMR_MISSES_TEXT], int *mark)
{
    apr_uint64_t words[SEMR_MISSES_WORDS];
    apr_uint64_t check = semr_misses_load(&text->check);
    apr_uint64_t size = semr_misses_load(&text->size);
    apr_size_t len = (apr_size_t)(size & (SEMR_MISSES_MARK - 1));
    int i;

    for (i = 0; i < SEMR_MISSES_WORDS; i++) {
        words[i] = semr_misses_load(&text->words[i]);
    }
    if (len > SEMR_MISSES_TEXT || check != check_of(words, size)) {
        return (semr_view_t){NULL, 0};
    }
    memcpy(bytes, words, SEMR_MISSES_TEXT);
    *mark = (size & SEMR_MISSES_MARK) != 0;
    return (semr_view_t){bytes, len};
}

/* Text with "..." for what does not fit; no %XX is cut in two. */
static semr_view_t fit(semr_view_t text, char bytes[SEMR_MISSES_TEXT], int *cut)
{
    apr_size_t len = SEMR_MISSES_TEXT - 3;

    if (text.len <= SEMR_MISSES_TEXT) {
        return text;
    }
    *cut = 1;
    if (text.p[len - 1] == '%') {
        len -= 1;
    }
    else if (text.p[len - 2] == '%') {
        len -= 2;
    }
    memcpy(bytes, text.p, len);
    memcpy(bytes + len, "...", 3);
    return (semr_view_t){bytes, len + 3};
}

/* -- referrers ------------------------------------------------------------- */

/* One of the own site can be mended, so it is preferred. */
int semr_misses_wants(const semr_misses_bucket_t *bucket, int way, int own)
{
    apr_uint64_t size = semr_misses_load(&bucket->referrers[way].size);

    return !size || (own && !(size & SEMR_MISSES_MARK));
}

void semr_misses_refer(semr_misses_bucket_t *bucket, int way,
                       semr_view_t referrer, int own)
{
    char bytes[SEMR_MISSES_TEXT];
    int cut = 0;

    if (semr_misses_wants(bucket, way, own)) {
        write_text(&bucket->referrers[way], fit(referrer, bytes, &cut), own);
    }
}

/* -- places ---------------------------------------------------------------- */

int semr_misses_find(const semr_misses_bucket_t *bucket, apr_uint64_t key)
{
    int i;

    for (i = 0; i < SEMR_MISSES_WAYS; i++) {
        if (semr_misses_load(&bucket->keys[i]) == key) {
            return i;
        }
    }
    return -1;
}

/* The place that is worth least, and less than that; -1: there is none. */
static int find_place(const semr_misses_bucket_t *bucket, apr_uint64_t worth,
                      apr_int64_t now)
{
    int i, way = -1;

    for (i = 0; i < SEMR_MISSES_WAYS; i++) {
        apr_uint64_t has;

        if (!semr_misses_load(&bucket->keys[i])) {
            return i;
        }
        has = semr_misses_worth(semr_misses_load(&bucket->scores[i]), now);
        if (has < worth) {
            worth = has;
            way = i;
        }
    }
    return way;
}

static void write_place(semr_misses_bucket_t *bucket, int way,
                        const semr_misses_new_t *new, apr_int64_t now)
{
    char bytes[SEMR_MISSES_TEXT];
    int cut = new->cut;
    semr_view_t path = fit(new->path, bytes, &cut);

    semr_misses_store(&bucket->servers[way], new->server);
    semr_misses_store(&bucket->hashes[way], new->hash);
    semr_misses_store(&bucket->scores[way], semr_misses_score(new->worth, now));
    semr_misses_store(&bucket->counts[way], new->count);
    semr_misses_store(&bucket->first[way], (apr_uint64_t) new->first);
    semr_misses_store(&bucket->last[way], (apr_uint64_t) new->last);
    write_text(&bucket->paths[way], path, cut);
    write_text(&bucket->referrers[way], (semr_view_t){NULL, 0}, 0);
    if (new->referrer.len) {
        semr_misses_refer(bucket, way, new->referrer, new->own);
    }
}

void semr_misses_put(semr_misses_t *misses, const semr_misses_new_t *new,
                     apr_int64_t now)
{
    apr_uint64_t key = semr_misses_key(misses, new->server, new->hash), old;
    semr_misses_bucket_t *bucket = semr_misses_bucket(misses, key);
    int way;

    if (semr_misses_find(bucket, key) >= 0) {
        return; /* somebody was faster */
    }
    way = find_place(bucket, new->worth, now);
    if (way < 0) {
        return;
    }
    old = semr_misses_load(&bucket->keys[way]);
    if (old) {
        semr_misses_remember(
            misses, old,
            semr_misses_worth(semr_misses_load(&bucket->scores[way]), now),
            now);
        semr_misses_store(&bucket->keys[way], 0);
    }
    write_place(bucket, way, new, now);
    semr_misses_store(&bucket->keys[way], key);
}
