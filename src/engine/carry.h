/* SPDX-License-Identifier: Apache-2.0
 * Counts carried from where rules stood to where they stand now, by key.
 *
 * It finds the counters of blocks that were used before, and those of ledgers,
 * and adds what it takes there to the rules of an image.  Each count is moved
 * by itself, so whoever is killed meanwhile loses one at most, and others may
 * go on counting in the old places.  What is not taken is for semr_stats_fold.
 */
#ifndef SEMR_CARRY_H
#define SEMR_CARRY_H

#include "image.h"
#include "stats.h"

typedef struct semr_carry_t semr_carry_t;

/* Begins one, for as long as pool; blocks and ledgers must last as long. */
semr_carry_t *semr_carry_create(apr_pool_t *pool);

/* Adds where to look; before the first take. */
void semr_carry_stats(semr_carry_t *carry, semr_stats_t *stats);
void semr_carry_ledger(semr_carry_t *carry, semr_ledger_t *ledger);

/* Whether there is anything to carry. */
int semr_carry_has_any(const semr_carry_t *carry);

/* Takes what a key counts, a word of count.h, out of all places. */
apr_uint64_t semr_carry_take(semr_carry_t *carry, apr_uint64_t key);

/* Carries the counts of all rules of image in a place of identity.h to the
 * counters from first on. */
void semr_carry_rules(semr_carry_t *carry, const semr_image_t *image,
                      apr_uint64_t place, semr_stats_t *stats,
                      apr_uint32_t first);

#endif
