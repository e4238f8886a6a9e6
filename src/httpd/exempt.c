/* SPDX-License-Identifier: Apache-2.0
 * What is never redirected, whatever rules say.
 */
#include <httpd.h>
#include <ap_expr.h>
#include <http_core.h>

#include "exempt.h"
#include "status.h"

#define ACME "/.well-known/acme-challenge/"

int semr_exempt_request(const request_rec *r)
{
    return r->main || r->prev || r->proxyreq == PROXYREQ_PROXY;
}

int semr_exempt_acme(apr_pool_t *pool, semr_view_t path,
                     const semr_candidate_t *candidate)
{
    const semr_image_t *image = candidate->set->image;
    apr_size_t len = sizeof(ACME) - 1;
    semr_rule_t rule;

    if (path.len < len || memcmp(path.p, ACME, len)) {
        return 0;
    }
    semr_image_read(image, semr_image_number(image, candidate->rule), pool,
                    &rule);
    if (rule.kind == SEMR_REGEX) {
        return !ap_strstr_c(semr_rule_from(pool, &rule), "acme-challenge");
    }
    len--; /* a slash star is not in the path */
    return rule.path.len < len || memcmp(rule.path.p, ACME, len);
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
