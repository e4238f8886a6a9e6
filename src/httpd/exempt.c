/* SPDX-License-Identifier: Apache-2.0
 * What is never redirected, whatever rules say.
 */
#include <httpd.h>
#include <ap_expr.h>
#include <http_core.h>

#include "exempt.h"
#include "status.h"

int semr_exempt_request(const request_rec *r)
{
    return r->main || r->prev || r->proxyreq == PROXYREQ_PROXY;
}

int semr_exempt_is_preflight(const request_rec *r)
{
    return r->method_number == M_OPTIONS &&
           apr_table_get(r->headers_in, "Access-Control-Request-Method") &&
           apr_table_get(r->headers_in, "Origin");
}

/* r->handler is not set yet at translate_name: SetHandler is asked itself. */
int semr_exempt_status_page(request_rec *r)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);
    const char *why = NULL, *handler = NULL;

    if (core->expr_handler) {
        handler = ap_expr_str_exec(r, core->expr_handler, &why);
    }
    return handler && !why && !strcmp(handler, SEMR_STATUS_HANDLER);
}
