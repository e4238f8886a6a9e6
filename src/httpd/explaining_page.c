/* SPDX-License-Identifier: Apache-2.0
 * What the status page is asked to explain.
 */
#include <apr_strings.h>
#include <http_protocol.h>

#include "config.h"
#include "explaining_parts.h"
#include "module.h"
#include "origin.h"
#include "url.h"

#define ACRM "Access-Control-Request-Method"

/* Parameters that are headers */
static const struct {
    const char *parameter;
    const char *header;
} given[] = {{"accept", "Accept"}, {"cookie", "Cookie"}, {"origin", "Origin"}};

enum { GIVEN = sizeof(given) / sizeof(*given) };

int semr_explaining_asked(const apr_table_t *args)
{
    const char *view = apr_table_get(args, "view");

    return view ? !strcmp(view, "explain") : apr_table_get(args, "url") != NULL;
}

int semr_explaining_is_preflight(const char *method, const apr_table_t *headers)
{
    return !strcmp(method, "OPTIONS") && apr_table_get(headers, ACRM) &&
           apr_table_get(headers, "Origin");
}

/* -- what is asked --------------------------------------------------------- */

/* The parameters as a form sends them, + for a blank, which httpd's own calls
 * leave; the first of each name. */
static apr_status_t read_parameters(request_rec *r, apr_table_t **args,
                                    semr_diag_t *diag)
{
    semr_view_t rest = semr_view(r->args, r->args ? strlen(r->args) : 0);
    semr_view_t text, name, value;

    *args = apr_table_make(r->pool, 8);
    while (semr_url_next_param(&rest, &text, &name, &value)) {
        const char *key;

        name = semr_url_param(r->pool, name);
        value = semr_url_param(r->pool, value);
        key = apr_pstrmemdup(r->pool, name.p, name.len);
        if (value.len && memchr(value.p, '\0', value.len)) {
            return semr_diag_set(diag, r->pool,
                                 "%s: it holds a NUL, which no request does; "
                                 "leave it out",
                                 semr_diag_show(r->pool, name));
        }
        if (!apr_table_get(*args, key)) {
            apr_table_setn(
                *args, key,
                value.len ? apr_pstrmemdup(r->pool, value.p, value.len) : "");
        }
    }
    return APR_SUCCESS;
}

/* What the URL does not say is as this page was asked for. */
static void complete(semr_asked_t *asked)
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

static apr_status_t read_headers(semr_asked_t *asked, const apr_table_t *args,
                                 semr_diag_t *diag)
{
    apr_pool_t *pool = asked->r->pool;
    apr_status_t status = APR_SUCCESS;
    int i;

    asked->headers = apr_table_make(pool, 8);
    for (i = 0; i < GIVEN && status == APR_SUCCESS; i++) {
        const char *value = apr_table_get(args, given[i].parameter);

        if (value && *value) {
            status = semr_explain_header(asked->headers, pool, given[i].header,
                                         value, diag);
        }
    }
    return status == APR_SUCCESS
               ? semr_explain_headers(asked->headers, pool,
                                      apr_table_get(args, "headers"), diag)
               : status;
}

static apr_status_t read_asked(semr_asked_t *asked, const apr_table_t *args,
                               semr_diag_t *diag)
{
    apr_pool_t *pool = asked->r->pool;
    apr_status_t status = semr_explain_method(
        &asked->target, pool, apr_table_get(args, "method"), diag);

    if (status == APR_SUCCESS) {
        status = semr_explain_url(&asked->target, pool,
                                  apr_table_get(args, "url"), diag);
    }
    if (status == APR_SUCCESS) {
        status = read_headers(asked, args, diag);
    }
    if (status == APR_SUCCESS) {
        complete(asked);
    }
    return status;
}

/* -- the same URL by other methods ----------------------------------------- */

static const apr_table_t *headers_of_preflight(const semr_asked_t *asked)
{
    apr_pool_t *pool = asked->r->pool;
    apr_table_t *headers = apr_table_copy(pool, asked->headers);
    const char *method = asked->target.method;

    if (!apr_table_get(headers, "Origin")) {
        apr_table_setn(headers, "Origin", "https://app.example");
    }
    if (!apr_table_get(headers, ACRM)) {
        apr_table_setn(headers, ACRM,
                       strcmp(method, "OPTIONS") ? method : "PUT");
    }
    return headers;
}

static const apr_table_t *headers_of_others(const semr_asked_t *asked)
{
    apr_table_t *headers = apr_table_copy(asked->r->pool, asked->headers);

    apr_table_unset(headers, ACRM);
    return headers;
}

static void explain_methods(const semr_asked_t *asked,
                            semr_explained_t *explained)
{
    static const char *const methods[] = {"GET", "HEAD",   "POST",
                                          "PUT", "DELETE", "OPTIONS"};
    enum { KNOWN = sizeof(methods) / sizeof(*methods) };
    semr_explained_run_t *runs = apr_palloc(asked->r->pool,
                                            (KNOWN + 2) * sizeof(*runs)),
                         *run = runs;
    const apr_table_t *others = headers_of_others(asked);
    int i, met = 0;

    for (i = 0; i < KNOWN; i++) {
        met |= !strcmp(methods[i], asked->target.method);
        semr_explaining_run(asked, run++, methods[i], others, -1);
    }
    semr_explaining_run(asked, run++, "OPTIONS", headers_of_preflight(asked),
                        -1);
    if (!met) {
        *run++ = *explained->run;
    }
    explained->methods = runs;
    explained->nmethods = (int)(run - runs);
}

/* -- the preview turned round ---------------------------------------------- */

static void explain_preview(const semr_asked_t *asked,
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

apr_status_t semr_explaining_make(request_rec *r,
                                  const semr_explained_t **explained,
                                  semr_diag_t *diag)
{
    apr_table_t *args;
    const char *url;
    semr_asked_t asked = {.r = r};
    semr_explained_t *made;
    semr_explained_run_t *run;
    apr_status_t status = read_parameters(r, &args, diag);

    *explained = NULL;
    if (status != APR_SUCCESS) {
        return status;
    }
    url = apr_table_get(args, "url");
    if (!url && !apr_table_get(args, "method")) {
        return APR_SUCCESS; /* the form alone */
    }
    status = read_asked(&asked, args, diag);
    if (status != APR_SUCCESS) {
        return status;
    }
    *explained = made = apr_pcalloc(r->pool, sizeof(*made));
    made->run = run = apr_palloc(r->pool, sizeof(*run));
    made->asked_url = url;
    made->url = semr_explain_full(&asked.target, r->pool);
    made->headers = asked.headers;
    made->accept = apr_table_get(args, "accept");
    made->cookie = apr_table_get(args, "cookie");
    made->origin = apr_table_get(args, "origin");
    made->more_headers = apr_table_get(args, "headers");
    semr_explaining_run(&asked, run, asked.target.method, asked.headers, -1);
    asked.quiet = 1;
    explain_methods(&asked, made);
    explain_preview(&asked, made);
    made->hints = semr_explaining_hints(&asked, run);
    return APR_SUCCESS;
}
