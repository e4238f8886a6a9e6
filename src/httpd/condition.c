/* SPDX-License-Identifier: Apache-2.0
 * if=: a rule's condition, an expression of httpd.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_log.h>

#include "condition.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

/* Each name once.  headers_out, where httpd puts it, does not reach a redirect.
 */
static void add_vary(request_rec *r, const char *names)
{
    char *rest, *text = apr_pstrdup(r->pool, names);
    const char *name;

    for (name = apr_strtok(text, ", ", &rest); name;
         name = apr_strtok(NULL, ", ", &rest)) {
        const char *known = apr_table_get(r->err_headers_out, "Vary");

        if (!known || !ap_find_token(r->pool, known, name)) {
            apr_table_merge(r->err_headers_out, "Vary", name);
        }
    }
}

int semr_condition_holds(request_rec *r, const ap_expr_info_t *condition,
                         int seen)
{
    ap_regmatch_t matches[AP_MAX_REG_MATCH];
    ap_expr_eval_ctx_t context = {0};
    const char *source = NULL, *why = NULL, *vary = NULL;
    char *filename = r->filename;
    int holds;

    context.r = r;
    context.c = r->connection;
    context.s = r->server;
    context.p = r->pool;
    context.err = &why;
    context.info = condition;
    context.re_pmatch = matches;
    context.re_nmatch = AP_MAX_REG_MATCH;
    context.re_source = &source;
    context.vary_this = seen ? &vary : NULL; /* httpd adds to Vary by it */
    if (!filename) { /* of which -F takes the folder, and httpd would crash */
        r->filename = apr_pstrdup(r->pool, "");
    }
    holds = ap_expr_exec_ctx(&context) > 0;
    r->filename = filename;
    if (vary) {
        add_vary(r, vary);
    }
    if (why) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "the condition of a SemanticRedirect failed: %s", why);
    }
    return holds;
}
