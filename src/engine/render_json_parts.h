/* SPDX-License-Identifier: Apache-2.0
 * What the files of the JSON share; private to render_json*.c.
 */
#ifndef SEMR_RENDER_JSON_PARTS_H
#define SEMR_RENDER_JSON_PARTS_H

#include <jansson.h>

#include "render_parts.h"

/* Values; NULL is null, and bytes that are no UTF-8 are U+FFFD. */
json_t *semr_json_string(apr_pool_t *pool, const char *text);
json_t *semr_json_number(apr_uint64_t value);

/* Sets key, "a.b" is b in an object a; steals value.  Not 0: no memory. */
int semr_json_set(json_t *object, const char *key, json_t *value);

/* Writes the object and lets it go; failed: it is not whole, so nothing is
 * written any more. */
void semr_json_write(semr_out_t *out, json_t *object, int failed, size_t flags);

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
