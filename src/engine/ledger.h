/* SPDX-License-Identifier: Apache-2.0
 * A ledger: counts by key, in a block that the caller gives, which processes
 * may share.
 *
 * It has room for so many keys and never grows.  When it is full, a key takes
 * the place of one nearby that was met longest ago; what is lost so is counted.
 * Else a key stays once it is in; its count may be taken out.
 * Nothing waits: any process may add, take and read at any time, and be killed
 * doing so.  Whatever is written to the block, nothing is read or written
 * outside of it.  Memory is used where keys are.
 */
#ifndef SEMR_LEDGER_H
#define SEMR_LEDGER_H

#include <apr_errno.h>
#include <apr_pools.h>

#include "count.h"

typedef struct semr_ledger_t semr_ledger_t;

/* Bytes that the block needs for so many keys. */
apr_size_t semr_ledger_size(apr_uint32_t keys);

/* Begins with a block of zeroed memory, aligned to 8.  What it returns is in
 * pool, where other processes cannot write. */
semr_ledger_t *semr_ledger_init(apr_pool_t *pool, void *block,
                                apr_uint32_t keys);

/* Adds a word of count.h to a key's; key 0 is nobody's: it is lost. */
void semr_ledger_add(semr_ledger_t *ledger, apr_uint64_t key,
                     apr_uint64_t word);

/* Takes a key's count out; 0: there is none. */
apr_uint64_t semr_ledger_take(semr_ledger_t *ledger, apr_uint64_t key);
apr_uint64_t semr_ledger_read(const semr_ledger_t *ledger, apr_uint64_t key);

/* Keys that it has or had; 0: nothing was ever added. */
apr_uint32_t semr_ledger_keys(const semr_ledger_t *ledger);

/* Hits that were lost. */
apr_uint64_t semr_ledger_lost(const semr_ledger_t *ledger);
void semr_ledger_lose(semr_ledger_t *ledger, apr_uint64_t hits);

/* Calls tell for each key that has a count now. */
void semr_ledger_each(const semr_ledger_t *ledger,
                      void (*tell)(void *baton, apr_uint64_t key,
                                   apr_uint64_t word),
                      void *baton);

/* Moves all counts of from, and what it lost; if nothing was added since the
 * last time, this is quick. */
void semr_ledger_fold(semr_ledger_t *from, semr_ledger_t *to);

/* The same, but at most keep counts, those with the latest last hits, for what
 * is full must not stay so for ever.  Returns APR_ENOMEM, then all are
 * moved. */
apr_status_t semr_ledger_renew(semr_ledger_t *from, semr_ledger_t *to,
                               apr_uint32_t keep);

/* Empties it, when nobody adds there any more; memory goes back to the
 * system. */
void semr_ledger_clear(semr_ledger_t *ledger);

#endif
