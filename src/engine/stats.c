/* SPDX-License-Identifier: Apache-2.0
 * Counters in a block that the caller gives.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "stats.h"

/* A group is a page of memory: to look whether a counter of it is zero would
 * be to get that page. */
enum { GROUP = 512, PAGE = GROUP * sizeof(apr_uint64_t) };

struct semr_stats_t {
    apr_time_t since;
    apr_uint32_t rules;
    apr_uint32_t at;      /* bytes from the block's beginning to the counters */
    unsigned char used[]; /* by group */
};

static apr_size_t counters_at(apr_uint32_t rules)
{
    apr_size_t groups = ((apr_size_t)rules + GROUP - 1) / GROUP;

    return (sizeof(semr_stats_t) + groups + PAGE - 1) / PAGE * PAGE;
}

apr_size_t semr_stats_size(apr_uint32_t rules)
{
    apr_size_t groups = ((apr_size_t)rules + GROUP - 1) / GROUP;

    return counters_at(rules) + groups * PAGE;
}

semr_stats_t *semr_stats_init(void *block, apr_uint32_t rules, apr_time_t now)
{
    semr_stats_t *stats = block;

    stats->since = now;
    stats->rules = rules;
    stats->at = (apr_uint32_t)counters_at(rules);
    return stats;
}

static apr_uint64_t *counters(const semr_stats_t *stats)
{
    return (apr_uint64_t *)((apr_uintptr_t)stats + stats->at);
}

static int is_used(const semr_stats_t *stats, apr_uint32_t rule)
{
    return __atomic_load_n(&stats->used[rule / GROUP], __ATOMIC_RELAXED);
}

/* Gives the counters' pages back, where they are shared memory; they read as
 * zeroes.  Elsewhere this fails, and they stay. */
static void release(semr_stats_t *stats)
{
    apr_uintptr_t mask = (apr_uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    apr_uintptr_t begin = ((apr_uintptr_t)counters(stats) + mask) & ~mask;
    apr_uintptr_t end = (apr_uintptr_t)(counters(stats) + stats->rules) & ~mask;

    if (begin < end) {
        madvise((void *)begin, end - begin, MADV_REMOVE);
    }
}

void semr_stats_clear(semr_stats_t *stats, apr_time_t now)
{
    apr_uint64_t *hits = counters(stats);
    apr_uint32_t rule, end;

    for (rule = 0; rule < stats->rules; rule = end) {
        end = stats->rules - rule > GROUP ? rule + GROUP : stats->rules;
        if (!is_used(stats, rule)) {
            continue;
        }
        __atomic_store_n(&stats->used[rule / GROUP], 0, __ATOMIC_RELAXED);
        for (; rule < end; rule++) {
            __atomic_store_n(&hits[rule], 0, __ATOMIC_RELAXED);
        }
    }
    release(stats);
    __atomic_store_n(&stats->since, now, __ATOMIC_RELAXED);
}

apr_time_t semr_stats_since(const semr_stats_t *stats)
{
    return __atomic_load_n(&stats->since, __ATOMIC_RELAXED);
}

void semr_stats_expect(const semr_stats_t *stats, apr_uint32_t rule)
{
    __builtin_prefetch(counters(stats) + rule, 1);
}

void semr_stats_hit(semr_stats_t *stats, apr_uint32_t rule)
{
    if (rule >= stats->rules) {
        return;
    }
    if (!is_used(stats, rule)) {
        __atomic_store_n(&stats->used[rule / GROUP], 1, __ATOMIC_RELAXED);
    }
    /* APR's 64-bit atomics are functions that TSan cannot see into */
    __atomic_fetch_add(counters(stats) + rule, 1, __ATOMIC_RELAXED);
}

apr_uint64_t semr_stats_hits(const semr_stats_t *stats, apr_uint32_t rule)
{
    return rule < stats->rules && is_used(stats, rule)
               ? __atomic_load_n(counters(stats) + rule, __ATOMIC_RELAXED)
               : 0;
}
