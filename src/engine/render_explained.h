/* SPDX-License-Identifier: Apache-2.0
 * One explanation alone, in the words of the status page: as text, or as JSON.
 */
#ifndef SEMR_RENDER_EXPLAINED_H
#define SEMR_RENDER_EXPLAINED_H

#include "explain.h"
#include "json.h"

/* As lines for a terminal; pool is for what lasts no longer than the call. */
void semr_render_text_explained(semr_out_t *out,
                                const semr_explained_t *explained,
                                apr_pool_t *pool);

/* The object that the JSON of the page has as "explain"; NULL: no memory. */
json_t *semr_render_json_explained(const semr_explained_t *explained,
                                   apr_pool_t *pool);

#endif
