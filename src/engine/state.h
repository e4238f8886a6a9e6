/* SPDX-License-Identifier: Apache-2.0
 * What is kept over a stop of httpd: a file of sections.
 *
 * A section is a tag of four letters, a length, and bytes; who reads passes
 * over those that it does not know.  The file has a magic, a version, its byte
 * order and a checksum.  It is read as a whole, never mapped, and only if it
 * is what this user wrote where nobody else can: a regular file, of the user
 * that reads it, that nobody else may write, in a folder that nobody else may
 * write.
 */
#ifndef SEMR_STATE_H
#define SEMR_STATE_H

#include <apr_pools.h>

#include "diag.h"

/* Larger files are refused. */
#define SEMR_STATE_MOST ((apr_size_t)64 << 20)

/* -- writing --------------------------------------------------------------- */

typedef struct semr_state_t semr_state_t;

/* Begins a state in memory, which goes with pool. */
semr_state_t *semr_state_create(apr_pool_t *pool);

/* Begins a section; what is added from then on is its. */
void semr_state_begin(semr_state_t *state, const char *tag);
void semr_state_add(semr_state_t *state, const void *bytes, apr_size_t len);

/* Writes it as name in folder, whole or not at all, for its user alone.
 * Unless it succeeds, diag says why, and what to do. */
apr_status_t semr_state_write(semr_state_t *state, const char *folder,
                              const char *name, semr_diag_t *diag);

/* -- reading --------------------------------------------------------------- */

/* The state of a file, in pool.  APR_ENOENT: there is none.  Any other status:
 * it is not to be used, diag says why, and it was put aside as name.bad if
 * that could be. */
apr_status_t semr_state_read(semr_state_t **state, const char *folder,
                             const char *name, apr_pool_t *pool,
                             semr_diag_t *diag);

/* The same of bytes as they are in a file, aligned to 8; they are kept. */
apr_status_t semr_state_open(semr_state_t **state, const void *bytes,
                             apr_size_t len, apr_pool_t *pool,
                             semr_diag_t *diag);

/* A section's bytes, aligned to 8; NULL: it has none. */
const void *semr_state_find(const semr_state_t *state, const char *tag,
                            apr_size_t *len);

/* Whether a folder may hold a state; if not, why in diag. */
apr_status_t semr_state_check_folder(const char *folder, apr_pool_t *pool,
                                     semr_diag_t *diag);

#endif
