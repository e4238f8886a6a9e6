/* SPDX-License-Identifier: Apache-2.0
 * The page's style sheet and script, as src/engine/page.css and page.js have
 * them; the build puts the files into the program.
 */
#ifndef SEMR_RENDER_ASSETS_H
#define SEMR_RENDER_ASSETS_H

#include <apr_pools.h>

extern const char semr_render_style[];  /* terminated */
extern const char semr_render_script[]; /* likewise */

/* A word that changes with the script, in pool: its address on the page is
 * ?script=WORD, so that a browser may keep it. */
const char *semr_render_script_version(apr_pool_t *pool);

#endif
