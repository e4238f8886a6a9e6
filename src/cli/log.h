/* SPDX-License-Identifier: Apache-2.0
 * A line of an access log -> the request that it tells of.
 *
 *     log.c          a line, in the formats of httpd
 *     log_request.c  the request line in it: method, target, host
 *     log_json.c     a line that is a JSON object; log_json_scan.c reads it
 *
 * Whatever stands in a line, it is told as one of the results below.  Nothing
 * is allocated for a line, but by jansson for JSON.
 */
#ifndef SEMR_CLI_LOG_H
#define SEMR_CLI_LOG_H

#include "diag.h"
#include "input.h"

/* X(id, name, what it is) */
#define CLI_LOG_FORMATS(X)                                                     \
    X(AUTO, "auto", "by looking at each line")                                 \
    X(COMMON, "common", "%h %l %u %t \"%r\" %>s %b")                           \
    X(COMBINED, "combined", "common, then Referer and User-Agent")             \
    X(VHOST, "vhost_combined", "combined, behind %v or %v:%p")                 \
    X(JSON, "json", "a JSON object a line")

typedef enum cli_log_format_t {
#define X(id, name, what) CLI_LOG_##id,
    CLI_LOG_FORMATS(X)
#undef X
        CLI_LOG_FORMAT_COUNT
} cli_log_format_t;

/* Where a JSON line has what; X(id, name, keys): the first key that is there
 * counts; a dot leads into an object. */
#define CLI_LOG_FIELDS(X)                                                      \
    X(METHOD, "method",                                                        \
      "method request_method requestMethod http_method verb request.method "   \
      "http.request.method httpRequest.requestMethod RequestMethod "           \
      "ClientRequestMethod cs-method")                                         \
    X(URL, "url",                                                              \
      "request_uri uri url path requestUri request.uri request.url "           \
      "url.original httpRequest.requestUrl RequestPath ClientRequestURI "      \
      "cs-uri url.path")                                                       \
    X(QUERY, "query", "query query_string args url.query cs-uri-query")        \
    X(REQUEST, "request", "request request_line requestLine req")              \
    X(STATUS, "status",                                                        \
      "status status_code statusCode response_code code response.status "      \
      "http.response.status_code httpRequest.status DownstreamStatus "         \
      "EdgeResponseStatus sc-status")                                          \
    X(HOST, "host",                                                            \
      "host vhost http_host server_name virtualhost request.host "             \
      "url.domain RequestHost ClientRequestHost cs-host")                      \
    X(SCHEME, "scheme",                                                        \
      "scheme request_scheme url.scheme RequestScheme ClientRequestScheme")

typedef enum cli_log_field_t {
#define X(id, name, keys) CLI_LOG_FIELD_##id,
    CLI_LOG_FIELDS(X)
#undef X
        CLI_LOG_FIELD_COUNT
} cli_log_field_t;

/* X(id, words) */
#define CLI_LOG_RESULTS(X)                                                     \
    X(REQUEST, "is a request")                                                 \
    X(NOTHING, "tells of no request: the client sent none, or no HTTP")        \
    X(WRONG, "is no line of an access log")                                    \
    X(EMPTY, "is empty")

typedef enum cli_log_result_t {
#define X(id, words) CLI_LOG_##id,
    CLI_LOG_RESULTS(X)
#undef X
        CLI_LOG_RESULT_COUNT
} cli_log_result_t;

enum { CLI_LOG_METHOD_MAX = 31, CLI_LOG_HOST_MAX = 255 };

/* What a line tells; strings are the log's, until the next line */
typedef struct cli_log_request_t {
    char method[CLI_LOG_METHOD_MAX + 1];
    const char *target; /* as it was sent: "/a?b", "http://h/", "*" */
    semr_view_t host;   /* lower case, IPv6 in brackets; len 0: not known */
    apr_port_t port;    /* 0: not known */
    semr_scheme_t scheme;
    int status; /* that was sent; 0: not known */
} cli_log_request_t;

typedef struct cli_log_t cli_log_t;

/* fields: "url=uri,status=code": the keys of JSON lines; NULL: the usual ones.
 * Returns NULL, and why in diag, if they are wrong. */
cli_log_t *cli_log_create(apr_pool_t *pool, cli_log_format_t format,
                          const char *fields, semr_diag_t *diag);

cli_log_result_t cli_log_read(cli_log_t *log, semr_view_t line,
                              cli_log_request_t *request);

/* "combined" -> its number; -1: there is none. */
int cli_log_format(const char *name);

/* Static. */
const char *cli_log_words(cli_log_result_t result);

#endif
