/* SPDX-License-Identifier: Apache-2.0
 * The rules in effect on one server, as the model that renderers ask.
 *
 * They come in the order in which a request meets them: the server's own, what
 * it inherits from the main server, then those of sections; each as written.
 * A server's maps come behind its directives.  Rules of .htaccess files are
 * not among them.
 */
#ifndef SEMR_LISTING_H
#define SEMR_LISTING_H

#include <httpd.h>

#include "map_snapshot.h"
#include "render.h"

enum {
    SEMR_LISTING_ALL = -1,
    SEMR_LISTING_PAGE = 1000 /* rules that a page tells at most */
};

/* Makes the model of server, whose scopes are frozen, at the time now.  It
 * lists so many rules at most.  It lives in pool, and as long as snapshot,
 * which was entered (NULL: there are no maps), and can be rendered once. */
void semr_listing_model(apr_pool_t *pool, server_rec *server,
                        const semr_snapshot_t *snapshot, apr_int64_t now,
                        int most, semr_render_model_t *model);

#endif
