/* SPDX-License-Identifier: Apache-2.0
 * The rules in effect on one server, as the model that renderers ask.
 *
 * They come in the order in which a request meets them: the server's own, what
 * it inherits from the main server, then those of sections; each as written.
 * Rules of .htaccess files are not among them.
 */
#ifndef SEMR_LISTING_H
#define SEMR_LISTING_H

#include <httpd.h>

#include "render.h"

/* Makes the model of server, whose scopes are frozen, at the time now.  It
 * lives in pool, and can be rendered once. */
void semr_listing_model(apr_pool_t *pool, server_rec *server, apr_int64_t now,
                        semr_render_model_t *model);

#endif
