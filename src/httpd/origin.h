/* SPDX-License-Identifier: Apache-2.0
 * Scheme, host and port that a client asked for.
 */
#ifndef SEMR_ORIGIN_H
#define SEMR_ORIGIN_H

#include <httpd.h>

#include "location.h"

/* Sets https, host and port of request.  Behind a proxy that is trusted,
 * HTTPS=on says what the client spoke. */
void semr_origin_find(request_rec *r, semr_request_t *request);

/* "scheme://authority" of this server, by its ServerName. */
semr_view_t semr_origin_server(request_rec *r, int https);

/* "scheme://host" of the host that was asked for, if it is this virtual
 * host's; else of its ServerName. */
semr_view_t semr_origin_upgrade(request_rec *r, int https);

/* What pages and monitors call a server: its name and port, in pool. */
const char *semr_origin_label(const server_rec *server, apr_pool_t *pool);

/* What a Location begins with: this server by its ServerName, or this host over
 * the scheme that TO asks for.  A Host header that is not this virtual host's
 * is never reflected. */
semr_view_t semr_origin_base(request_rec *r, semr_request_t *request,
                             int absolute, semr_to_form_t form);

/* To be called when the configuration is read: learns which names other virtual
 * hosts have on which ports. */
void semr_origin_learn(apr_pool_t *pconf, server_rec *main);

/* Whether an origin is this server: its ServerName or a ServerAlias, on the
 * port that is asked for, or on that of its scheme where that is no other
 * virtual host.  Less than 0: no server has that name. */
int semr_origin_names(const server_rec *server, apr_port_t port,
                      const semr_origin_t *origin, apr_pool_t *pool);

/* Whether a host's name is this server's, whatever the scheme and the port. */
int semr_origin_is_name(const server_rec *server, semr_view_t host);

/* Whether clients ask this server by https, as far as its configuration says:
 * ServerName, SSLEngine, or the port 443. */
int semr_origin_may_be_https(const server_rec *server);

/* As semr_origin_names, of the virtual host that answers; baton is the
 * request_rec. */
int semr_origin_is(void *baton, const semr_origin_t *origin);

#endif
