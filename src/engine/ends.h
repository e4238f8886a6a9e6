/* SPDX-License-Identifier: Apache-2.0
 * Rules that are known to lead to an end, whatever the request: to another
 * host, or to a path on this server where no rule is.
 *
 * Most redirects are such, and each walk would find out anew.  What is known
 * holds for the spaces in which it was learned, and is forgotten with them.
 * Threads may share it.
 */
#ifndef SEMR_ENDS_H
#define SEMR_ENDS_H

#include <apr_pools.h>

#include "lookup.h"

typedef struct semr_ends_t {
    apr_uint32_t *bits;   /* a bit for each rule */
    apr_uint32_t *firsts; /* by set of the space: the bit of its first rule */
} semr_ends_t;

/* Room for the rules of a space, with none of them known. */
static inline semr_ends_t semr_ends_create(apr_pool_t *pool,
                                           const semr_space_t *space)
{
    semr_ends_t ends;
    apr_uint32_t rules = 0;
    int i;

    ends.firsts =
        apr_palloc(pool, (apr_size_t)(space->count + 1) * sizeof(*ends.firsts));
    for (i = 0; i < space->count; i++) {
        ends.firsts[i] = rules;
        rules += semr_image_rules(space->sets[i]->image);
    }
    ends.bits = apr_pcalloc(pool, (rules / 32 + 1) * sizeof(*ends.bits));
    return ends;
}

/* The bit of a rule. */
static inline apr_uint32_t semr_ends_bit(const semr_ends_t *ends, int set,
                                         apr_uint32_t number)
{
    return ends->firsts[set] + number;
}

static inline int semr_ends_know(const semr_ends_t *ends, apr_uint32_t bit)
{
    return __atomic_load_n(ends->bits + bit / 32, __ATOMIC_RELAXED) >>
               bit % 32 &
           1;
}

static inline void semr_ends_learn(const semr_ends_t *ends, apr_uint32_t bit)
{
    __atomic_fetch_or(ends->bits + bit / 32, (apr_uint32_t)1 << bit % 32,
                      __ATOMIC_RELAXED);
}

#endif
