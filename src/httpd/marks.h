/* SPDX-License-Identifier: Apache-2.0
 * Which rules a finding names: a bit for each rule, in shared memory.
 *
 * The board keeps the first findings of each code; these are all of them, so
 * that the page can list the rules.  There is one writer at a time, as with
 * the board, and two editions in turn.  What was found of one version of a map
 * says nothing of the next.
 */
#ifndef SEMR_MARKS_H
#define SEMR_MARKS_H

#include "map_snapshot.h"

/* The rules of a scope or of a version of a map among all; count 0: there is
 * no room for them. */
typedef struct semr_marks_set_t {
    apr_uint64_t first;
    apr_uint64_t count;
    int map;                 /* its number; -1: a scope's own rules */
    apr_uint64_t generation; /* of the map */
} semr_marks_set_t;

/* Makes room for all rules, and for maps to grow; it goes with pconf.  If it
 * fails, nothing is marked. */
apr_status_t semr_marks_share(apr_pool_t *pconf);

/* Those of scope's own rules; of a map's. */
semr_marks_set_t semr_marks_of_scope(const semr_scope_t *scope);
semr_marks_set_t semr_marks_of_map(const semr_map_t *map,
                                   const semr_map_version_t *version);

/* Those of each set of a space that scope asks, in pool. */
semr_marks_set_t *semr_marks_of_space(const semr_snapshot_t *snapshot,
                                      const semr_scope_t *scope,
                                      const semr_space_t *space,
                                      apr_pool_t *pool);

/* Begins a new edition, of the rules in snapshot (NULL: there are no maps);
 * marks a rule in it; and puts it in place of the one before. */
void semr_marks_begin(const semr_snapshot_t *snapshot);
void semr_marks_add(const semr_marks_set_t *in, apr_uint32_t number);
void semr_marks_put_up(void);

/* The same for semr_lint_t: sets is what semr_marks_of_space gave. */
void semr_marks_mark(void *sets, int set, apr_uint32_t number);

/* The rules from number on that are marked, 64 at most: the first one is the
 * lowest bit.  number is a multiple of 64. */
apr_uint64_t semr_marks_from(const semr_marks_set_t *in, apr_uint32_t number);

#endif
