/* SPDX-License-Identifier: Apache-2.0
 * What freeze.c and freeze_patterns.c share.
 */
#ifndef SEMR_FREEZE_PARTS_H
#define SEMR_FREEZE_PARTS_H

#include "build_parts.h"

enum { SEMR_NO_RULE = 0xffffffffu };

/* A key and what it leads to, before they are sorted into slots */
typedef struct semr_entry_t {
    apr_uint64_t key;
    apr_uint32_t rule; /* or SEMR_NO_RULE, */
    apr_uint32_t flag; /* and then what there is below: SEMR_NODE_... */
} semr_entry_t;

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

/* Whether two rules stand at the same place. */
int semr_freeze_same_place(const semr_freeze_t *f, apr_uint32_t a,
                           apr_uint32_t b);

/* Rules of one place make a ring through f->next; a place keeps the last one,
 * whose next is the first. */
void semr_freeze_start_ring(semr_freeze_t *f, apr_uint32_t rule);
void semr_freeze_join_ring(semr_freeze_t *f, apr_uint32_t last,
                           apr_uint32_t rule);

/* Says what a key leads to: a rule, or a flag. */
void semr_freeze_put(semr_freeze_t *f, apr_uint64_t key, apr_uint32_t rule,
                     apr_uint32_t flag);

/* Make the hash tables of all that was put, and of the hosts.  A node's run is
 * still the last rule of its ring, plus 1. */
void semr_freeze_slots(semr_freeze_t *f);
void semr_freeze_hosts(semr_freeze_t *f);

/* Puts a rule at the place of a pattern, whose node it changes. */
void semr_freeze_pattern_rule(semr_freeze_t *f, apr_uint32_t pattern,
                              apr_uint32_t rule, apr_uint32_t *node);

/* Finds the places of all rules that are patterns or regexes, and what they
 * begin with; pool is for scratch. */
void semr_freeze_patterns(semr_freeze_t *f, apr_pool_t *pool);

#endif
