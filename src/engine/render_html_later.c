/* SPDX-License-Identifier: Apache-2.0
 * Sections that other branches bring: this file goes when they are merged.
 */
#include "render_html_parts.h"

void semr_render_html_misses(semr_out_t *out, const semr_render_model_t *model,
                             apr_pool_t *pool)
{
    (void)out;
    (void)model;
    (void)pool;
}
