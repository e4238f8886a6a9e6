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

#define SEMR_LISTING_ALL (-1)

/* Looks how old the files of directives are; once they are frozen. */
void semr_listing_start(apr_pool_t *pconf);

/* Makes the model of server, whose scopes are frozen, at the time now.  It
 * lists so many rules at most.  It lives in pool, and as long as snapshot,
 * which was entered (NULL: there are no maps), and can be rendered once. */
void semr_listing_model(apr_pool_t *pool, server_rec *server,
                        const semr_snapshot_t *snapshot, apr_int64_t now,
                        int most, semr_render_model_t *model);

/* Has the model list what is found, from search->start on; search lives as
 * long as the model.  A search that lasts longer than patience is cut short; 0:
 * it may last. */
void semr_listing_find(semr_render_model_t *model, const semr_search_t *search,
                       apr_interval_time_t patience);

#endif
