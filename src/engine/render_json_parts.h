/* SPDX-License-Identifier: Apache-2.0
 * What the files of the JSON share; private to render_json*.c.
 */
#ifndef SEMR_RENDER_JSON_PARTS_H
#define SEMR_RENDER_JSON_PARTS_H

#include "json.h"
#include "render_parts.h"

/* Parts of the whole, each behind a comma: maps, findings, what was explained.
 */
void semr_json_maps(semr_out_t *out, const semr_render_model_t *model,
                    apr_pool_t *pool);
void semr_json_findings(semr_out_t *out, const semr_render_model_t *model,
                        apr_pool_t *pool);
void semr_json_explain(semr_out_t *out, const semr_render_model_t *model,
                       apr_pool_t *pool);

/* Misses, behind a comma; nothing in a view that is not about them. */
void semr_json_misses(semr_out_t *out, const semr_render_model_t *model,
                      apr_pool_t *pool);

#endif
