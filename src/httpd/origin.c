/* SPDX-License-Identifier: Apache-2.0
 * Scheme, host and port that a client asked for.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_vhost.h>

#include "origin.h"

/* httpd takes the brackets off an IPv6 address. */
const char *semr_origin_host(const request_rec *r)
{
    return strchr(r->hostname, ':') && *r->hostname != '['
               ? apr_pstrcat(r->pool, "[", r->hostname, "]", NULL)
               : r->hostname;
}

void semr_origin_find(request_rec *r, semr_request_t *request)
{
    const char *https = apr_table_get(r->subprocess_env, "HTTPS");

    if (r->hostname) {
        const char *host = semr_origin_host(r);

        request->host = semr_view(host, strlen(host));
    }
    request->https = (https && !strcasecmp(https, "on")) ||
                     !strcmp(ap_http_scheme(r), "https");
    request->port = r->parsed_uri.port_str ? r->parsed_uri.port
                    : request->https       ? DEFAULT_HTTPS_PORT
                                           : DEFAULT_HTTP_PORT;
}

int semr_origin_is_ours(request_rec *r)
{
    return r->hostname &&
           (!strcasecmp(r->hostname, r->server->server_hostname) ||
            ap_matches_request_vhost(r, r->hostname, r->server->port));
}
