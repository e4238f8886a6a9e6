/* SPDX-License-Identifier: Apache-2.0
 * hits RULES PROCESSES: what it costs to count a hit, by processes that count
 * at the same time; for benchmarks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_time.h>

#include "stats.h"

enum { HITS = 20 * 1000 * 1000, MINUTE = 1000 };

static apr_uint64_t next_of(apr_uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void hit(semr_stats_t *stats, apr_uint32_t rule)
{
    if (!semr_stats_hit(stats, rule, MINUTE)) {
        semr_stats_begin(stats, rule, rule + 1, MINUTE);
    }
}

/* The choice of a rule costs something, too, which is taken off. */
static double count(semr_stats_t *stats, apr_uint32_t rules, int counts)
{
    apr_uint64_t seed = (apr_uint64_t)getpid(), sum = 0;
    apr_time_t began = apr_time_now();
    int i;

    for (i = 0; i < HITS; i++) {
        apr_uint32_t rule = (apr_uint32_t)(next_of(&seed) % rules);

        sum += rule;
        if (counts) {
            hit(stats, rule);
        }
    }
    return sum == 1 ? 0 : 1000.0 * (double)(apr_time_now() - began) / HITS;
}

int main(int argc, char **argv)
{
    apr_uint32_t rules = argc == 3 ? (apr_uint32_t)atol(argv[1]) : 0;
    int i, processes = argc == 3 ? atoi(argv[2]) : 0;
    semr_stats_t *stats;
    apr_pool_t *pool;

    if (!rules || processes < 1) {
        fprintf(stderr, "usage: hits RULES PROCESSES\n");
        return 2;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    stats = semr_stats_init(pool,
                            mmap(NULL, semr_stats_size(rules),
                                 PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0),
                            rules);
    for (i = 0; i < processes; i++) {
        if (!fork()) {
            double alone = count(stats, rules, 0);

            printf("%.1f\n", count(stats, rules, 1) - alone);
            fflush(stdout);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    return 0;
}
