/* SPDX-License-Identifier: Apache-2.0
 * What the status page is asked to explain.
 */
#include <apr_strings.h>
#include <http_protocol.h>

#include "config.h"
#include "explain_around.h"
#include "explain_trim.h"
#include "explaining_parts.h"
#include "module.h"
#include "origin.h"

/* Bytes of a page but for its frame, which has some 30 KB of 300 */
enum { ROOM = 260 * 1000 };

/* -- what is asked --------------------------------------------------------- */

/* What the URL does not say is as this page was asked for. */
static void complete(semr_explain_asked_t *asked)
{
    semr_request_t here = {.pool = asked->r->pool};
    semr_explain_target_t *target = &asked->target;

    semr_origin_find(asked->r, &here);
    asked->names_host = target->host != NULL;
    if (target->https < 0) {
        target->https = here.https;
    }
    if (!target->host) {
        target->host =
            here.host.len
                ? apr_pstrmemdup(asked->r->pool, here.host.p, here.host.len)
                : asked->r->server->server_hostname;
        target->port = here.port;
    }
    if (*target->host == '[') {
        target->host = apr_pstrmemdup(asked->r->pool, target->host + 1,
                                      strlen(target->host) - 2);
    }
    if (target->port == (target->https ? 443 : 80)) {
        target->port = 0;
    }
}

static apr_status_t read_headers(semr_explain_asked_t *asked,
                                 const semr_asked_t *page, semr_diag_t *diag)
{
    const char *const given[][2] = {{"Accept", page->accept},
                                    {"Cookie", page->cookie},
                                    {"Origin", page->origin}};
    apr_pool_t *pool = asked->r->pool;
    apr_status_t status = APR_SUCCESS;
    unsigned i;

    asked->headers = apr_table_make(pool, 8);
    for (i = 0; i < sizeof(given) / sizeof(*given) && status == APR_SUCCESS;
         i++) {
        if (given[i][1]) {
            status = semr_explain_header(asked->headers, pool, given[i][0],
                                         given[i][1], diag);
        }
    }
    return status == APR_SUCCESS
               ? semr_explain_headers(asked->headers, pool, page->headers, diag)
               : status;
}

static apr_status_t read_asked(semr_explain_asked_t *asked,
                               const semr_asked_t *page, semr_diag_t *diag)
{
    apr_pool_t *pool = asked->r->pool;
    apr_status_t status =
        semr_explain_method(&asked->target, pool, page->method, diag);

    if (status == APR_SUCCESS) {
        status = semr_explain_url(&asked->target, pool, page->url, diag);
    }
    if (status == APR_SUCCESS) {
        status = read_headers(asked, page, diag);
    }
    if (status == APR_SUCCESS) {
        complete(asked);
    }
    return status;
}

/* -- others around it ------------------------------------------------------ */

static void explain_other(void *baton, const semr_explain_target_t *target,
                          const char *method, const apr_table_t *headers,
                          semr_explained_run_t *run)
{
    const semr_explain_asked_t *asked = baton;
    semr_explain_asked_t other = *asked;

    other.target = *target;
    other.quiet = 1;
    semr_explaining_run(&other, run, method, headers, -1);
}

static void explain_others(semr_explain_asked_t *asked,
                           semr_explained_t *explained)
{
    const semr_explain_around_t around = {.pool = asked->r->pool,
                                          .target = &asked->target,
                                          .headers = asked->headers,
                                          .explain = explain_other,
                                          .baton = asked};
    apr_array_header_t *hints = semr_explaining_hints(asked, explained->run);

    semr_explain_methods(&around, explained);
    semr_explain_hints(&around, explained->run, hints);
    explained->hints = hints;
}

/* -- the preview turned round ---------------------------------------------- */

static void explain_preview(const semr_explain_asked_t *asked,
                            semr_explained_t *explained)
{
    const semr_server_conf_t *conf = ap_get_module_config(
        asked->r->server->module_config, &semredirect_module);
    semr_explained_run_t *run;

    if (!conf || !conf->preview || explained->run->preview < 0) {
        return;
    }
    run = apr_palloc(asked->r->pool, sizeof(*run));
    semr_explaining_run(asked, run, asked->target.method, asked->headers,
                        !explained->run->preview);
    run->preview = !explained->run->preview;
    if (!semr_explain_same(run, explained->run)) {
        explained->preview = run;
    }
}

/* -- all of it ------------------------------------------------------------- */

apr_status_t semr_explaining_make(request_rec *r, const semr_asked_t *page,
                                  const semr_explained_t **explained,
                                  semr_diag_t *diag)
{
    semr_explain_asked_t asked = {.r = r};
    semr_explained_t *made;
    semr_explained_run_t *run;
    apr_status_t status;

    *explained = NULL;
    if (!page->url && !page->method) {
        return APR_SUCCESS; /* the form alone */
    }
    status = read_asked(&asked, page, diag);
    if (status != APR_SUCCESS) {
        return status;
    }
    *explained = made = apr_pcalloc(r->pool, sizeof(*made));
    made->run = run = apr_palloc(r->pool, sizeof(*run));
    made->asked_url = page->url;
    made->url = semr_explain_full(&asked.target, r->pool);
    made->headers = asked.headers;
    made->accept = page->accept;
    made->cookie = page->cookie;
    made->origin = page->origin;
    made->more_headers = page->headers;
    semr_explaining_run(&asked, run, asked.target.method, asked.headers, -1);
    explain_others(&asked, made);
    asked.quiet = 1;
    explain_preview(&asked, made);
    semr_explain_trim(explained, ROOM, r->pool);
    return APR_SUCCESS;
}
