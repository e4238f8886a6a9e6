/* SPDX-License-Identifier: Apache-2.0
 * A block of misses, and hits in it, for misses.c and misses_shared.c.
 */
#ifndef SEMR_TEST_MISSES_USE_H
#define SEMR_TEST_MISSES_USE_H

#include "misses_parts.h"
#include "views.h"

enum { NOW = 1800000000 };

static inline semr_misses_t *make(int most)
{
    semr_misses_t *misses =
        semr_misses_init(calloc(1, semr_misses_size(most)), most, 4711, NOW);

    assert_non_null(misses);
    return misses;
}

static inline void hit_from(semr_misses_t *misses, apr_uint64_t server,
                            const char *path, const char *referrer, int own,
                            apr_int64_t now)
{
    semr_miss_hit_t hit = {server, view(path), view(referrer), own};

    semr_misses_record(misses, &hit, now);
}

static inline void hit(semr_misses_t *misses, const char *path, apr_int64_t now)
{
    hit_from(misses, 1, path, "", 0, now);
}

static inline const semr_miss_t *find(const apr_array_header_t *list,
                                      const char *path)
{
    int i;

    for (i = 0; i < list->nelts; i++) {
        const semr_miss_t *miss = &APR_ARRAY_IDX(list, i, semr_miss_t);

        if (!strcmp(miss->path, path)) {
            return miss;
        }
    }
    return NULL;
}

static inline apr_uint64_t next_random(apr_uint64_t *state)
{
    *state += APR_UINT64_C(0x9e3779b97f4a7c15);
    return semr_misses_mix(*state);
}

#endif
