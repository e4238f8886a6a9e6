/* SPDX-License-Identifier: Apache-2.0
 * Counters in a block that the caller gives, which processes may share.
 *
 * A counter has the number of its rule: where the rule's set begins, plus the
 * rule's index in its image.  Counting is one relaxed atomic addition.  Groups
 * of counters that nobody has used are known, so that a block for a million
 * rules of which few are met costs little memory, and little time to clear.
 */
#ifndef SEMR_STATS_H
#define SEMR_STATS_H

#include <apr_time.h>

#include "vocabulary.h"

typedef struct semr_stats_t semr_stats_t;

/* Bytes that the block needs for so many rules. */
apr_size_t semr_stats_size(apr_uint32_t rules);

/* Begins a block of zeroed memory, at the time now; it is the same address
 * again. */
semr_stats_t *semr_stats_init(void *block, apr_uint32_t rules, apr_time_t now);

/* Sets all counters to zero, and begins again at the time now.  Their memory
 * goes back to the system. */
void semr_stats_clear(semr_stats_t *stats, apr_time_t now);

/* When counting began. */
apr_time_t semr_stats_since(const semr_stats_t *stats);

/* Fetches the counter of a rule that will likely be counted. */
void semr_stats_expect(const semr_stats_t *stats, apr_uint32_t rule);

/* Counts an answer by a rule; a number out of range is not counted. */
void semr_stats_hit(semr_stats_t *stats, apr_uint32_t rule);

apr_uint64_t semr_stats_hits(const semr_stats_t *stats, apr_uint32_t rule);

#endif
