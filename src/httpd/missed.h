/* SPDX-License-Identifier: Apache-2.0
 * Requests that ended in 404: counted when they end, in a block of shared
 * memory that lives as long as httpd, restarts included; and told on the
 * status page, with suggestions.
 */
#ifndef SEMR_MISSED_H
#define SEMR_MISSED_H

#include "map_snapshot.h"
#include "render.h"

/* SemanticRedirectMisses N */
const char *semr_missed_set(cmd_parms *cmd, void *conf, const char *word);

/* For post_config: finds the block, or makes it.  Without memory, misses are
 * not counted, and that is logged. */
void semr_missed_start(server_rec *main);

/* The hook at a request's end. */
void semr_missed_register_hooks(void);

/* Sets what model tells of the misses of server; model->view says how much: the
 * first ones, all of them, or nothing.  Strings are in pool; snapshot was
 * entered. */
void semr_missed_tell(apr_pool_t *pool, server_rec *server,
                      const semr_snapshot_t *snapshot,
                      semr_render_model_t *model);

/* How many requests ended in 404, of all servers; *since: since when, seconds
 * since 1970; 0: they are not counted. */
apr_uint64_t semr_missed_all(apr_int64_t *since);

#endif
