/* SPDX-License-Identifier: Apache-2.0
 * What the files of the log share.
 */
#ifndef SEMR_CLI_LOG_PARTS_H
#define SEMR_CLI_LOG_PARTS_H

#include "log.h"
#include "log_json_scan.h"

enum { CLI_LOG_KEYS = 16 };

/* A key, and a bit each that members of an object have which may be it, or the
 * object that it leads into */
typedef struct cli_log_key_t {
    const char *name;
    apr_uint64_t whole, first;
} cli_log_key_t;

/* The keys of a field */
typedef struct cli_log_keys_t {
    cli_log_key_t keys[CLI_LOG_KEYS];
    int count;
} cli_log_keys_t;

struct cli_log_t {
    cli_log_format_t format;
    cli_log_keys_t fields[CLI_LOG_FIELD_COUNT];
    apr_uint64_t bits; /* of all members of the object that is read */
    char host[CLI_LOG_HOST_MAX + 3]; /* with brackets */
    char *text;   /* CLI_LINE_MAX + 2 bytes: a target, terminated */
    char *joined; /* likewise: what is unescaped, or put together before */
    cli_log_scan_t scan; /* of a JSON line */
};

/* -- log_request.c --------------------------------------------------------- */

/* Reads "GET /a HTTP/1.1", as httpd and nginx escape it. */
cli_log_result_t cli_log_request_line(cli_log_t *log, semr_view_t line,
                                      cli_log_request_t *request);

/* Takes method and target as they were sent. */
cli_log_result_t cli_log_take(cli_log_t *log, semr_view_t method,
                              semr_view_t target, cli_log_request_t *request);

/* Takes "host", "host:443", "[::1]:80"; what is none leaves the host unknown.
 */
void cli_log_take_host(cli_log_t *log, semr_view_t text,
                       cli_log_request_t *request);

/* -- log_json.c ------------------------------------------------------------ */

apr_status_t cli_log_take_fields(cli_log_t *log, apr_pool_t *pool,
                                 const char *fields, semr_diag_t *diag);

cli_log_result_t cli_log_json(cli_log_t *log, semr_view_t line,
                              cli_log_request_t *request);

/* Likewise, by the scanner alone.  Returns 0, and nothing is told, if the line
 * is jansson's; else both tell the same. */
int cli_log_json_quick(cli_log_t *log, semr_view_t line,
                       cli_log_request_t *request, cli_log_result_t *result);

/* Likewise, by jansson alone. */
cli_log_result_t cli_log_json_whole(cli_log_t *log, semr_view_t line,
                                    cli_log_request_t *request);

#endif
