/* SPDX-License-Identifier: Apache-2.0
 * What the files that lay out an image share.
 *
 *     freeze.c           the block
 *     freeze_slots.c     keys, sorted, into hash tables
 *     freeze_patterns.c  places of patterns and what they begin with
 */
#ifndef SEMR_FREEZE_PARTS_H
#define SEMR_FREEZE_PARTS_H

#include "build_parts.h"

typedef struct semr_freeze_t {
    semr_builder_t *builder; /* strings and entries may still be added to it */
    semr_bytes_t slots, places, runs, host_slots;
    semr_bytes_t patterns, begins, members;
    semr_bytes_t ranked; /* scratch */
} semr_freeze_t;

const semr_image_policy_t *semr_freeze_policy(const semr_freeze_t *f,
                                              apr_uint32_t policy);

/* Makes the node of a place where count rules stand, of which there may be
 * none, with what there is below it. */
apr_uint32_t semr_freeze_node(semr_freeze_t *f, const apr_uint32_t *rules,
                              apr_size_t count, apr_uint32_t below);

/* Make the hash tables of all entries, and of the hosts. */
void semr_freeze_slots(semr_freeze_t *f);
void semr_freeze_hosts(semr_freeze_t *f);

/* Finds the places of all rules that are patterns or regexes, and what they
 * begin with; pool is for scratch. */
void semr_freeze_patterns(semr_freeze_t *f, apr_pool_t *pool);

#endif
