/* SPDX-License-Identifier: Apache-2.0
 * Counts of rules that outlast the configuration, and a map's version.
 *
 * Hits are counted by a rule's number, in blocks of the configuration that a
 * child was started with.  Blocks live in the process's pool: a new
 * configuration begins with blocks of its own, and carries over what the old
 * ones hold, by the rules' identities.  What old children count afterwards is
 * folded into the ledger of the present configuration, at any time; so is what
 * rules counted that are there no more.  A rule's count is that of its counter,
 * and of the ledger.
 */
#ifndef SEMR_COUNTERS_H
#define SEMR_COUNTERS_H

#include <httpd.h>

#include "carry.h"
#include "scope.h"

/* -- in post_config, in this order ----------------------------------------- */

/* Begins with the configuration's blocks; if it fails, nothing is counted. */
apr_status_t semr_counters_start(server_rec *main);

/* A block of so many counters, shared by all children; NULL: it cannot be. */
semr_stats_t *semr_counters_share(apr_uint32_t rules);

/* Carries over what the rules of an image counted before. */
void semr_counters_pull(const semr_counters_t *counters,
                        const semr_image_t *image);

/* What a key counted before, a word of count.h; it is taken out. */
apr_uint64_t semr_counters_pull_key(apr_uint64_t key);

/* Leaves the rest to the ledger. */
void semr_counters_started(void);

/* -- in any process -------------------------------------------------------- */

/* Counts where semr_stats_hit did not: a rule that is met for the first time,
 * or one that its block has no room for, which the ledger counts. */
void semr_counters_begin(const semr_counters_t *counters, apr_uint32_t number,
                         apr_uint64_t key, apr_uint32_t minute);

/* Folds what was counted in blocks that are of no more use into the ledger; to
 * be called before counts are read. */
void semr_counters_settle(void);

/* When counting began; 0: nothing is counted. */
apr_time_t semr_counters_since(void);

/* Hits that were lost since, for there are more rules than the ledger has room
 * for; those that were met last are kept. */
apr_uint64_t semr_counters_lost(void);

/* The ledger of this process's configuration; NULL: there is none. */
semr_ledger_t *semr_counters_ledger(void);

/* Whether the ledger has anything: if not, read needs no identity. */
int semr_counters_have_late(void);

/* What a rule of a set counted, by its number and its semr_identity. */
void semr_counters_read(const semr_counters_t *counters, apr_uint32_t number,
                        apr_uint64_t identity, semr_counted_t *counted);

/* How many of so many rules of a set were ever met. */
apr_uint32_t semr_counters_used(const semr_counters_t *counters,
                                apr_uint32_t rules);

/* The hooks child_status and monitor. */
void semr_counters_register_hooks(void);

#endif
