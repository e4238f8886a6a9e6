/* SPDX-License-Identifier: Apache-2.0
 * Counters in a block that the caller gives.
 */
#include "stats.h"

struct semr_stats_t {
    apr_time_t since;
    apr_uint64_t rules;
    apr_uint64_t hits[];
};

apr_size_t semr_stats_size(apr_uint32_t rules)
{
    return sizeof(semr_stats_t) + rules * sizeof(apr_uint64_t);
}

semr_stats_t *semr_stats_init(void *block, apr_uint32_t rules, apr_time_t now)
{
    semr_stats_t *stats = block;

    stats->since = now;
    stats->rules = rules;
    return stats;
}

apr_time_t semr_stats_since(const semr_stats_t *stats)
{
    return stats->since;
}

void semr_stats_expect(const semr_stats_t *stats, apr_uint32_t rule)
{
    __builtin_prefetch(&stats->hits[rule], 1);
}

void semr_stats_hit(semr_stats_t *stats, apr_uint32_t rule)
{
    if (rule < stats->rules) {
        /* APR's 64-bit atomics are functions that TSan cannot see into */
        __atomic_fetch_add(&stats->hits[rule], 1, __ATOMIC_RELAXED);
    }
}

apr_uint64_t semr_stats_hits(const semr_stats_t *stats, apr_uint32_t rule)
{
    return rule < stats->rules
               ? __atomic_load_n(&stats->hits[rule], __ATOMIC_RELAXED)
               : 0;
}
