/* SPDX-License-Identifier: Apache-2.0
 * Counters in a block that the caller gives.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "stats.h"

/* A group is a page of memory: to look whether a counter of it is zero would
 * be to get that page. */
enum { GROUP = 512, PAGE = GROUP * sizeof(apr_uint64_t) };

/* The block: flags of groups; from a page on the counters, then as many keys.
 * Where that is stands outside of it, for the parent of a child that writes
 * anything at all into the block must not follow. */
struct semr_stats_t {
    apr_uint32_t rules;
    unsigned char *used; /* by group */
    apr_uint64_t *counters, *keys;
};

static apr_size_t groups_of(apr_uint32_t rules)
{
    return ((apr_size_t)rules + GROUP - 1) / GROUP;
}

static apr_size_t counters_at(apr_uint32_t rules)
{
    return (groups_of(rules) + PAGE - 1) / PAGE * PAGE;
}

apr_size_t semr_stats_size(apr_uint32_t rules)
{
    return counters_at(rules) + 2 * groups_of(rules) * PAGE;
}

semr_stats_t *semr_stats_init(apr_pool_t *pool, void *block, apr_uint32_t rules)
{
    semr_stats_t *stats = apr_palloc(pool, sizeof(*stats));
    char *counters = (char *)block + counters_at(rules);

    stats->rules = rules;
    stats->used = block;
    stats->counters = (apr_uint64_t *)(void *)counters;
    stats->keys = stats->counters + groups_of(rules) * GROUP;
    return stats;
}

apr_uint32_t semr_stats_rules(const semr_stats_t *stats)
{
    return stats->rules;
}

static int is_used(const semr_stats_t *stats, apr_uint32_t rule)
{
    return __atomic_load_n(&stats->used[rule / GROUP], __ATOMIC_SEQ_CST);
}

/* -- counting -------------------------------------------------------------- */

void semr_stats_expect(const semr_stats_t *stats, apr_uint32_t rule)
{
    __builtin_prefetch(stats->counters + rule, 1);
}

/* Behind the count: who clears the flag looks at the counters after that. */
static void use_group(semr_stats_t *stats, apr_uint32_t rule)
{
    if (!is_used(stats, rule)) {
        __atomic_store_n(&stats->used[rule / GROUP], 1, __ATOMIC_SEQ_CST);
    }
}

/* What is in the word stays in it: whoever takes it out finds the key. */
static void add_word(semr_stats_t *stats, apr_uint32_t rule, apr_uint64_t word)
{
    apr_uint64_t *counter = stats->counters + rule;
    apr_uint64_t has = __atomic_load_n(counter, __ATOMIC_RELAXED);

    while (!__atomic_compare_exchange_n(counter, &has,
                                        semr_count_sum(has, word), 1,
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
    }
    use_group(stats, rule);
}

int semr_stats_hit(semr_stats_t *stats, apr_uint32_t rule, apr_uint32_t minute)
{
    apr_uint64_t *counter = stats->counters + rule, word;

    if (rule >= stats->rules) {
        return 0;
    }
    word = __atomic_load_n(counter, __ATOMIC_RELAXED);
    if (!word) {
        return 0;
    }
    if (__builtin_expect(semr_count_last(word) < minute, 0)) {
        add_word(stats, rule, semr_count_word(minute, 1));
        return 1;
    }
    /* APR's 64-bit atomics are functions that TSan cannot see into */
    __atomic_fetch_add(counter, 1, __ATOMIC_SEQ_CST);
    use_group(stats, rule);
    return 1;
}

void semr_stats_begin(semr_stats_t *stats, apr_uint32_t rule, apr_uint64_t key,
                      apr_uint32_t minute)
{
    semr_stats_add(stats, rule, key, semr_count_word(minute, 1));
}

void semr_stats_add(semr_stats_t *stats, apr_uint32_t rule, apr_uint64_t key,
                    apr_uint64_t word)
{
    if (rule < stats->rules) {
        __atomic_store_n(stats->keys + rule, key, __ATOMIC_RELAXED);
        add_word(stats, rule, word);
    }
}

/* -- reading --------------------------------------------------------------- */

apr_uint64_t semr_stats_word(const semr_stats_t *stats, apr_uint32_t rule)
{
    return rule < stats->rules && is_used(stats, rule)
               ? __atomic_load_n(stats->counters + rule, __ATOMIC_RELAXED)
               : 0;
}

apr_uint64_t semr_stats_key(const semr_stats_t *stats, apr_uint32_t rule)
{
    return rule < stats->rules && is_used(stats, rule)
               ? __atomic_load_n(stats->keys + rule, __ATOMIC_RELAXED)
               : 0;
}

apr_uint32_t semr_stats_next(const semr_stats_t *stats, apr_uint32_t rule,
                             apr_uint32_t end)
{
    apr_uint32_t most = end < stats->rules ? end : stats->rules;

    while (rule < most) {
        if (!is_used(stats, rule)) {
            rule = (rule / GROUP + 1) * GROUP;
        }
        else if (__atomic_load_n(stats->counters + rule, __ATOMIC_SEQ_CST)) {
            return rule;
        }
        else {
            rule++;
        }
    }
    return end;
}

void semr_stats_each(const semr_stats_t *stats,
                     void (*tell)(void *baton, apr_uint64_t key,
                                  apr_uint64_t word),
                     void *baton)
{
    apr_uint32_t rule = 0, end = stats->rules;

    for (; (rule = semr_stats_next(stats, rule, end)) < end; rule++) {
        apr_uint64_t word = semr_stats_word(stats, rule);

        if (word) {
            tell(baton, semr_stats_key(stats, rule), word);
        }
    }
}

/* -- moving ---------------------------------------------------------------- */

apr_uint64_t semr_stats_take(semr_stats_t *stats, apr_uint32_t rule)
{
    return rule < stats->rules ? __atomic_exchange_n(stats->counters + rule, 0,
                                                     __ATOMIC_SEQ_CST)
                               : 0;
}

/* Whether there was anything. */
static int fold_group(semr_stats_t *stats, apr_uint32_t rule, apr_uint32_t end,
                      semr_ledger_t *ledger)
{
    int any = 0;

    for (; (rule = semr_stats_next(stats, rule, end)) < end; rule++) {
        apr_uint64_t word = semr_stats_take(stats, rule);

        if (word) {
            semr_ledger_add(
                ledger, __atomic_load_n(stats->keys + rule, __ATOMIC_RELAXED),
                word);
            any = 1;
        }
    }
    return any;
}

/* A group in which nobody has counted since the last time is used no more.
 * Whoever is killed here has hidden nothing but what came in between. */
void semr_stats_fold(semr_stats_t *stats, semr_ledger_t *ledger)
{
    apr_uint32_t rule, end;

    for (rule = 0; rule < stats->rules; rule = end) {
        unsigned char *used = &stats->used[rule / GROUP];

        end = stats->rules - rule > GROUP ? rule + GROUP : stats->rules;
        if (!is_used(stats, rule) || fold_group(stats, rule, end, ledger)) {
            continue;
        }
        __atomic_store_n(used, 0, __ATOMIC_SEQ_CST);
        for (; rule < end; rule++) {
            apr_uint64_t word =
                __atomic_load_n(stats->counters + rule, __ATOMIC_SEQ_CST);

            if (word) {
                __atomic_store_n(used, 1, __ATOMIC_SEQ_CST);
                fold_group(stats, rule, end, ledger);
            }
        }
    }
}

/* Gives whole pages back, where they are shared memory; they read as zeroes.
 * Elsewhere this fails, and they stay. */
static void release(const apr_uint64_t *from, apr_size_t count)
{
    apr_uintptr_t mask = (apr_uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    apr_uintptr_t begin = ((apr_uintptr_t)from + mask) & ~mask;
    apr_uintptr_t end = (apr_uintptr_t)(from + count) & ~mask;

    if (begin < end) {
        madvise((void *)begin, end - begin, MADV_REMOVE);
    }
}

void semr_stats_clear(semr_stats_t *stats)
{
    apr_uint64_t *words = stats->counters;
    apr_uint32_t rule = 0, end = stats->rules;

    for (; (rule = semr_stats_next(stats, rule, end)) < end; rule++) {
        __atomic_store_n(words + rule, 0, __ATOMIC_RELAXED);
    }
    for (rule = 0; rule < stats->rules; rule += GROUP) {
        __atomic_store_n(&stats->used[rule / GROUP], 0, __ATOMIC_RELAXED);
    }
    release(words, 2 * groups_of(stats->rules) * GROUP);
}
