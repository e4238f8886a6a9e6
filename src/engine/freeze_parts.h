/* SPDX-License-Identifier: Apache-2.0
 * What freeze.c and freeze_patterns.c share.
 */
#ifndef SEMR_FREEZE_PARTS_H
#define SEMR_FREEZE_PARTS_H

#include "build_parts.h"

typedef struct semr_freeze_t {
    semr_builder_t *builder; /* strings and hosts may still be added to it */
    apr_uint32_t nrules;
    semr_bytes_t entries; /* what goes into slots */
    semr_bytes_t slots, host_slots;
    apr_uint32_t *next;   /* by rule: the next one of its place, in a ring */
    apr_uint32_t *placed; /* by rule: where its run begins, plus 1 */
    semr_bytes_t patterns, begins, members;
    semr_image_t header;
} semr_freeze_t;

const semr_image_policy_t *semr_freeze_policy(const semr_freeze_t *f,
                                              apr_uint32_t rule);

/* Puts a rule at the place of a pattern, whose node it changes. */
void semr_freeze_pattern_rule(semr_freeze_t *f, apr_uint32_t pattern,
                              apr_uint32_t rule, apr_uint32_t *node);

/* Finds the places of all rules that are patterns or regexes, and what they
 * begin with; pool is for scratch. */
void semr_freeze_patterns(semr_freeze_t *f, apr_pool_t *pool);

#endif
