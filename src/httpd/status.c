/* SPDX-License-Identifier: Apache-2.0
 * The handler of the status page.
 */
#include <apr_base64.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_log.h>
#include <http_protocol.h>
#include <util_script.h>

#include "board.h"
#include "config.h"
#include "explaining.h"
#include "findings.h"
#include "listing.h"
#include "module.h"
#include "status.h"

APLOG_USE_MODULE(semredirect);

enum { NONCE_BYTES = 16 };

/* What of the page is asked for */
typedef struct asked_t {
    semr_render_view_t view;
    const semr_explained_t *explained;
} asked_t;

typedef struct format_t {
    const char *name;
    const char *type;
    apr_status_t (*render)(const semr_render_model_t *model, const char *nonce,
                           const semr_sink_t *sink, apr_pool_t *pool);
} format_t;

static apr_status_t render_json(const semr_render_model_t *model,
                                const char *nonce, const semr_sink_t *sink,
                                apr_pool_t *pool)
{
    (void)nonce;
    return semr_render_json(model, sink, pool);
}

/* The first is the default. */
static const format_t formats[] = {
    {"html", "text/html; charset=utf-8", semr_render_html},
    {"json", "application/json", render_json},
};

enum { FORMATS = sizeof(formats) / sizeof(*formats) };

static apr_status_t write_bytes(void *page, const char *bytes, apr_size_t len)
{
    return apr_brigade_write(page, NULL, NULL, bytes, len);
}

/* The page names rules, notes and files: nobody keeps it, frames it, or adds
 * to it. */
static void set_headers(request_rec *r, const char *type, const char *nonce)
{
    apr_table_t *headers = r->headers_out;

    ap_set_content_type(r, type);
    apr_table_setn(headers, "Cache-Control", "no-store");
    apr_table_setn(headers, "Content-Security-Policy",
                   apr_pstrcat(r->pool, "default-src 'none'; ",
                               nonce ? "style-src 'nonce-" : "",
                               nonce ? nonce : "", nonce ? "'; " : "",
                               "base-uri 'none'; form-action 'self'; "
                               "frame-ancestors 'none'",
                               NULL));
    apr_table_setn(headers, "X-Content-Type-Options", "nosniff");
    apr_table_setn(headers, "Referrer-Policy", "no-referrer");
}

static int refuse(request_rec *r, int status, const char *why)
{
    r->status = status;
    set_headers(r, "text/plain; charset=utf-8", NULL);
    ap_rputs(why, r);
    return OK;
}

static int refuse_method(request_rec *r)
{
    apr_table_setn(r->headers_out, "Allow", "GET, HEAD");
    return refuse(r, HTTP_METHOD_NOT_ALLOWED,
                  "This page is read by GET and HEAD only.\n");
}

static int refuse_format(request_rec *r)
{
    const char *known = "";
    int i;

    for (i = 0; i < FORMATS; i++) {
        known = apr_pstrcat(r->pool, known, *known ? " and " : "",
                            "format=", formats[i].name, NULL);
    }
    return refuse(
        r, HTTP_BAD_REQUEST,
        apr_pstrcat(r->pool, "This page knows ", known, " only.\n", NULL));
}

static const char *make_nonce(apr_pool_t *pool)
{
    unsigned char bytes[NONCE_BYTES];
    char *text =
        apr_palloc(pool, (apr_size_t)apr_base64_encode_len(NONCE_BYTES));

    if (apr_generate_random_bytes(bytes, sizeof(bytes)) != APR_SUCCESS) {
        return NULL;
    }
    apr_base64_encode_binary(text, bytes, NONCE_BYTES);
    return text;
}

/* The page is whole before any of it is sent: a client that reads slowly must
 * not keep old maps in memory. */
static apr_status_t render(request_rec *r, const format_t *format,
                           const asked_t *asked, const char *nonce,
                           apr_bucket_brigade *page)
{
    semr_sink_t sink = {write_bytes, page};
    semr_render_model_t model;
    apr_uint32_t ticket;
    const semr_snapshot_t *snapshot = semr_snapshot_enter(&ticket);
    apr_status_t status;

    semr_listing_model(r->pool, r->server, snapshot,
                       apr_time_sec(r->request_time), SEMR_LISTING_PAGE,
                       &model);
    model.view = asked->view;
    model.explained = asked->explained;
    if (semr_scope_stats()) {
        model.since = apr_time_sec(semr_stats_since(semr_scope_stats()));
    }
    model.report = semr_findings_of(r->server, r->pool);
    model.checked = apr_time_sec(semr_board_checked());
    status = format->render(&model, nonce, &sink, r->pool);
    semr_snapshot_leave(ticket);
    return status;
}

/* NULL, or why a parameter is refused */
static const char *read_view(request_rec *r, const apr_table_t *args,
                             asked_t *asked)
{
    semr_diag_t diag = {NULL};

    if (semr_explaining_asked(args)) {
        asked->view = SEMR_RENDER_EXPLAIN;
        semr_explaining_make(r, &asked->explained, &diag);
    }
    return diag.text;
}

static int answer(request_rec *r, const format_t *format, const asked_t *asked)
{
    apr_bucket_brigade *page =
        apr_brigade_create(r->pool, r->connection->bucket_alloc);
    const char *nonce = make_nonce(r->pool);
    apr_status_t status;

    if (!nonce) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    status = render(r, format, asked, nonce, page);
    if (status != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, status, r,
                      "the status page cannot be made");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    set_headers(r, format->type, nonce);
    APR_BRIGADE_INSERT_TAIL(page,
                            apr_bucket_eos_create(r->connection->bucket_alloc));
    status = ap_pass_brigade(r->output_filters, page);
    if (status != APR_SUCCESS && !r->connection->aborted) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, status, r,
                      "the status page could not be sent to its end");
    }
    return OK;
}

int semr_status_handler(request_rec *r)
{
    asked_t asked = {SEMR_RENDER_FRONT, NULL};
    const char *name, *why;
    apr_table_t *args;
    int i;

    if (!r->handler || strcmp(r->handler, SEMR_STATUS_HANDLER)) {
        return DECLINED;
    }
    i = ap_discard_request_body(r);
    if (i != OK) {
        return i;
    }
    if (r->method_number != M_GET) {
        return refuse_method(r);
    }
    ap_args_to_table(r, &args);
    name = apr_table_get(args, "format");
    why = read_view(r, args, &asked);
    if (why) {
        return refuse(r, HTTP_BAD_REQUEST,
                      apr_pstrcat(r->pool, why, ".\n", NULL));
    }
    if (!name) {
        return answer(r, formats, &asked);
    }
    for (i = 0; i < FORMATS; i++) {
        if (!strcmp(name, formats[i].name)) {
            return answer(r, formats + i, &asked);
        }
    }
    return refuse_format(r);
}
