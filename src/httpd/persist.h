/* SPDX-License-Identifier: Apache-2.0
 * SemanticRedirectStatePersist: what is kept over a stop of httpd.
 *
 * A part is a section of the state file (state.h), by its tag of four letters.
 * In post_config it asks for what was kept, which is only there at a start, and
 * says how to keep it; when httpd stops, and its children are gone, the parent
 * asks for that, and writes the file.
 */
#ifndef SEMR_PERSIST_H
#define SEMR_PERSIST_H

#include <httpd.h>
#include <http_config.h>

#include "state.h"

/* Forgets what a configuration that was read before says. */
void semr_persist_reset(void);

/* The directive. */
const char *semr_persist_set(cmd_parms *cmd, void *conf, const char *word,
                             const char *folder);

/* In post_config, before all parts: reads the file. */
void semr_persist_start(apr_pool_t *pconf, server_rec *main);

/* A part's bytes, aligned to 8, until post_config ends; NULL: nothing was kept.
 * They are what this user wrote, but maybe by another version of the part. */
const void *semr_persist_find(const char *tag, apr_size_t *len);

/* save adds the part's bytes, by semr_state_add; tag is static. */
void semr_persist_keep(const char *tag, void (*save)(semr_state_t *state));

/* In post_config, behind all parts. */
void semr_persist_started(void);

#endif
