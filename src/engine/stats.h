/* SPDX-License-Identifier: Apache-2.0
 * Counters in a block that the caller gives, which processes may share.
 *
 * A counter has the number of its rule: where the rule's set begins, plus the
 * rule's index in its image.  It is a word of count.h, and counting is one
 * atomic addition.  Who counts there first gives its key, semr_identity, so
 * that a block can be read without the rules that it was for: what it holds is
 * moved by fold and carry.h to where the rule stands next.
 *
 * Whatever is written to the block, nothing is read or written outside of it,
 * and nothing waits: the parent, which may be root, uses blocks that children
 * can write.
 *
 * Groups of counters that nobody has used are known, so that a block for a
 * million rules of which few are met costs little memory, and little time.
 */
#ifndef SEMR_STATS_H
#define SEMR_STATS_H

#include "ledger.h"
#include "vocabulary.h"

typedef struct semr_stats_t semr_stats_t;

/* Bytes that the block needs for so many rules. */
apr_size_t semr_stats_size(apr_uint32_t rules);

/* Begins with a block of zeroed memory, aligned to 8.  What it returns is in
 * pool, where other processes cannot write. */
semr_stats_t *semr_stats_init(apr_pool_t *pool, void *block,
                              apr_uint32_t rules);
apr_uint32_t semr_stats_rules(const semr_stats_t *stats);

/* Sets all counters to zero, when nobody counts there any more.  Their memory
 * goes back to the system. */
void semr_stats_clear(semr_stats_t *stats);

/* Fetches the counter of a rule that will likely be counted. */
void semr_stats_expect(const semr_stats_t *stats, apr_uint32_t rule);

/* Counts an answer by a rule, in a minute of count.h.  0: it is not counted,
 * for its counter has no key yet, then begin counts it; or there is none. */
int semr_stats_hit(semr_stats_t *stats, apr_uint32_t rule, apr_uint32_t minute);
void semr_stats_begin(semr_stats_t *stats, apr_uint32_t rule, apr_uint64_t key,
                      apr_uint32_t minute);

/* Adds a word of count.h; key is the counter's. */
void semr_stats_add(semr_stats_t *stats, apr_uint32_t rule, apr_uint64_t key,
                    apr_uint64_t word);

/* The counter's word, and its key; 0: nobody has counted there. */
apr_uint64_t semr_stats_word(const semr_stats_t *stats, apr_uint32_t rule);
apr_uint64_t semr_stats_key(const semr_stats_t *stats, apr_uint32_t rule);

/* Sets a counter to zero; returns its word. */
apr_uint64_t semr_stats_take(semr_stats_t *stats, apr_uint32_t rule);

/* The first counter from rule on that is not zero, before end; end: none. */
apr_uint32_t semr_stats_next(const semr_stats_t *stats, apr_uint32_t rule,
                             apr_uint32_t end);

/* Calls tell for each counter that is not zero. */
void semr_stats_each(const semr_stats_t *stats,
                     void (*tell)(void *baton, apr_uint64_t key,
                                  apr_uint64_t word),
                     void *baton);

/* Moves all counts to the ledger.  It may be done at any time, by several
 * processes, while others count: each hit is in one of both. */
void semr_stats_fold(semr_stats_t *stats, semr_ledger_t *ledger);

#endif
