/* SPDX-License-Identifier: Apache-2.0
 * The blocks of counters of each configuration of which children may be left.
 *
 * A generation is a configuration's blocks and its ledger.  The first of the
 * list is the one in force; the others are those of configurations before,
 * whose children go on until their requests are done.  The list is in the
 * process's pool, and children inherit it as it was; only the parent changes
 * it.
 */
#ifndef SEMR_GENERATION_H
#define SEMR_GENERATION_H

#include <httpd.h>

#include "carry.h"

/* Keys that a ledger has room for: 8 MB if all are used. */
enum { SEMR_LEDGER_KEYS = 1 << 18 };

/* Begins a generation with a ledger and no blocks.  0: there is no memory. */
int semr_generation_start(server_rec *main);

/* Whether it is the first since httpd started. */
int semr_generation_is_first(void);

/* A block that goes with it; NULL: there is no memory. */
semr_stats_t *semr_generation_block(apr_uint32_t rules);

/* The ledger in force; NULL: there is none. */
semr_ledger_t *semr_generation_ledger(void);

/* When the first one began; it may be set back to what was kept. */
apr_time_t semr_generation_since(void);
void semr_generation_set_since(apr_time_t since);

/* Has carry look at all that generations before have counted. */
void semr_generation_carry(semr_carry_t *carry);

/* Folds generations before into the ledger in force. */
void semr_generation_settle(void);

/* In the parent: the same, and gives back those of which no child is left.
 * started: this configuration's rules have taken what was theirs. */
void semr_generation_tidy(int started);

/* Calls tell for all that is counted, in whatever generation; a key may come
 * more than once. */
void semr_generation_each(void (*tell)(void *baton, apr_uint64_t key,
                                       apr_uint64_t word),
                          void *baton);

/* In the parent: a child of the generation in force was started; it ended. */
void semr_generation_child(pid_t pid, int is_started);

#endif
