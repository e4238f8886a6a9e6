/* SPDX-License-Identifier: Apache-2.0
 * The handler of the status page.
 */
#include <apr_base64.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_log.h>
#include <http_protocol.h>

#include "asked.h"
#include "board.h"
#include "config.h"
#include "counters.h"
#include "explain.h"
#include "explaining.h"
#include "findings.h"
#include "format.h"
#include "listing.h"
#include "missed.h"
#include "module.h"
#include "render_assets.h"
#include "status.h"
#include "totals.h"

APLOG_USE_MODULE(semredirect);

enum { NONCE_BYTES = 16 };

/* Rules on a page, and its bytes */
enum { FRONT_ROWS = 50, PAGE_ROWS = 100, DATA_ROWS = 500 };
enum { FRONT_BYTES = 200 * 1000, PAGE_BYTES = 300 * 1000 };

/* For how long one page may search */
#define PATIENCE apr_time_from_sec(1)

/* What the handler makes of a request */
typedef struct page_t {
    semr_asked_t asked;
    const semr_format_t *format;
    const semr_explained_t *explained; /* NULL: nothing is */
} page_t;

static apr_status_t write_bytes(void *page, const char *bytes, apr_size_t len)
{
    return apr_brigade_write(page, NULL, NULL, bytes, len);
}

/* "script-src 'nonce-...'; " */
static const char *allow(apr_pool_t *pool, const char *what, const char *nonce)
{
    return nonce ? apr_pstrcat(pool, what, " 'nonce-", nonce, "'; ", NULL) : "";
}

/* The page names rules, notes and files: nobody keeps it, frames it, or adds
 * to it.  Its forms lead to itself. */
static void set_headers(request_rec *r, const char *type, const char *nonce)
{
    apr_table_t *headers = r->headers_out;

    ap_set_content_type(r, type);
    apr_table_setn(headers, "Cache-Control", "no-store");
    apr_table_setn(headers, "Content-Security-Policy",
                   apr_pstrcat(r->pool, "default-src 'none'; ",
                               allow(r->pool, "style-src", nonce),
                               allow(r->pool, "script-src", nonce),
                               "base-uri 'none'; form-action ",
                               nonce ? "'self'" : "'none'",
                               "; frame-ancestors 'none'", NULL));
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

static int rows_of(const semr_format_t *format, semr_render_view_t view)
{
    if (view != SEMR_RENDER_FRONT && view != SEMR_RENDER_RULES) {
        return 0;
    }
    if (format->render != semr_render_html) {
        return DATA_ROWS;
    }
    return view == SEMR_RENDER_FRONT ? FRONT_ROWS : PAGE_ROWS;
}

static apr_size_t bytes_of(const semr_format_t *format, semr_render_view_t view)
{
    return format->render == semr_render_html && view == SEMR_RENDER_FRONT
               ? FRONT_BYTES
               : PAGE_BYTES;
}

/* All that the page tells, on what was asked; snapshot was entered. */
static void fill_model(request_rec *r, const page_t *page,
                       const semr_snapshot_t *snapshot,
                       semr_render_model_t *model)
{
    semr_render_view_t view = page->asked.view;

    semr_listing_model(r->pool, r->server, snapshot,
                       apr_time_sec(r->request_time),
                       rows_of(page->format, view), model);
    model->view = view;
    model->explained = page->explained;
    model->most = bytes_of(page->format, view);
    if (view == SEMR_RENDER_RULES) {
        semr_listing_find(model, &page->asked.search, PATIENCE);
    }
    model->since = apr_time_sec(semr_counters_since());
    model->report = semr_findings_of(r->server, r->pool);
    model->checked = apr_time_sec(semr_board_checked());
    semr_missed_tell(r->pool, r->server, snapshot, model);
}

/* The page is whole before any of it is sent: a client that reads slowly must
 * not keep old maps in memory. */
static apr_status_t render(request_rec *r, const page_t *page,
                           const char *nonce, apr_bucket_brigade *bytes)
{
    const semr_format_t *format = page->format;
    semr_sink_t sink = {write_bytes, bytes};
    semr_render_model_t model;
    apr_uint32_t ticket;
    const semr_snapshot_t *snapshot;
    apr_status_t status;

    if (format->metrics) {
        return semr_totals_render(
            format->metrics, apr_time_sec(r->request_time), &sink, r->pool);
    }
    semr_counters_settle();
    snapshot = semr_snapshot_enter(&ticket);
    fill_model(r, page, snapshot, &model);
    status = format->render(&model, nonce, &sink, r->pool);
    semr_snapshot_leave(ticket);
    return status;
}

static int answer(request_rec *r, const page_t *page)
{
    apr_bucket_brigade *bytes =
        apr_brigade_create(r->pool, r->connection->bucket_alloc);
    const char *nonce = make_nonce(r->pool);
    apr_status_t status;

    if (!nonce) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    status = render(r, page, nonce, bytes);
    if (status != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, status, r,
                      "the status page cannot be made");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    set_headers(r, page->format->type, nonce);
    APR_BRIGADE_INSERT_TAIL(bytes,
                            apr_bucket_eos_create(r->connection->bucket_alloc));
    status = ap_pass_brigade(r->output_filters, bytes);
    if (status != APR_SUCCESS && !r->connection->aborted) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, status, r,
                      "the status page could not be sent to its end");
    }
    return OK;
}

/* The page's script, which names nothing: a browser may keep what its page has
 * asked for by its version. */
static int answer_script(request_rec *r, const char *version)
{
    set_headers(r, "text/javascript; charset=utf-8", NULL);
    if (!strcmp(version, semr_render_script_version(r->pool))) {
        apr_table_setn(r->headers_out, "Cache-Control",
                       "private, max-age=3600");
    }
    ap_rputs(semr_render_script, r);
    return OK;
}

/* Returns NULL, or what is wrong with a parameter. */
static const char *read_asked(request_rec *r, page_t *page)
{
    semr_diag_t diag = {NULL};
    const char *wrong = semr_asked_read(r->pool, r->args, &page->asked);

    if (!wrong && page->asked.view == SEMR_RENDER_EXPLAIN) {
        semr_explaining_make(r, &page->asked, &page->explained, &diag);
    }
    return wrong ? wrong : diag.text;
}

int semr_status_handler(request_rec *r)
{
    page_t page = {.explained = NULL};
    const char *why;
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
    why = read_asked(r, &page);
    if (why) {
        return refuse(r, HTTP_BAD_REQUEST,
                      apr_pstrcat(r->pool, why, "\n", NULL));
    }
    if (page.asked.script) {
        return answer_script(r, page.asked.script);
    }
    page.format = semr_format_choose(r, page.asked.format, &i, &why);
    return page.format ? answer(r, &page) : refuse(r, i, why);
}
