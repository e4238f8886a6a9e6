/* SPDX-License-Identifier: Apache-2.0
 * Lines of httpd's formats: [%v:%p] %h %l %u %t "%r" %>s ...
 */
#include <string.h>

#include <apr_strings.h>

#include "log_parts.h"
#include "url.h"

static const char *const names[] = {
#define X(id, name, what) name,
    CLI_LOG_FORMATS(X)
#undef X
};

int cli_log_format(const char *name)
{
    int i;

    for (i = 0; i < CLI_LOG_FORMAT_COUNT; i++) {
        if (!strcmp(names[i], name)) {
            return i;
        }
    }
    return -1;
}

const char *cli_log_words(cli_log_result_t result)
{
    static const char *const words[] = {
#define X(id, text) text,
        CLI_LOG_RESULTS(X)
#undef X
    };

    return words[result];
}

cli_log_t *cli_log_create(apr_pool_t *pool, cli_log_format_t format,
                          const char *fields, semr_diag_t *diag)
{
    cli_log_t *log = apr_pcalloc(pool, sizeof(*log));

    log->format = format;
    log->text = apr_palloc(pool, CLI_LINE_MAX + 2);
    log->joined = apr_palloc(pool, CLI_LINE_MAX + 2);
    if (cli_log_take_fields(log, pool, fields, diag) != APR_SUCCESS) {
        return NULL;
    }
    return log;
}

/* -- where the request stands ---------------------------------------------- */

/* The quote that opens it: behind the time's bracket, for a user's name has its
 * quotes escaped. */
static const char *find_open(semr_view_t line)
{
    const char *p = line.p, *end = line.p + line.len;

    while ((p = memchr(p, '"', (apr_size_t)(end - p)))) {
        if (p - line.p > 2 && p[-1] == ' ' && p[-2] == ']') {
            return p;
        }
        p++;
    }
    return NULL;
}

/* A status behind a quote: -1 it is none, 0 it is a hyphen */
static int status_at(const char *p, const char *end)
{
    int i, status = 0;

    if (end - p < 2 || *p++ != ' ') {
        return -1;
    }
    if (*p == '-') {
        return end - p == 1 || p[1] == ' ' ? 0 : -1;
    }
    if (end - p < 3 || (end - p > 3 && p[3] != ' ')) {
        return -1;
    }
    for (i = 0; i < 3; i++) {
        if (p[i] < '0' || p[i] > '9') {
            return -1;
        }
        status = status * 10 + p[i] - '0';
    }
    return status;
}

static int is_escaped(const char *quote, const char *start)
{
    const char *p = quote;

    while (p > start && p[-1] == '\\') {
        p--;
    }
    return (quote - p) & 1;
}

/* The quote that closes it: not escaped, and a status behind it, so that
 * servers that escape nothing are understood, too. */
static const char *find_close(const char *start, const char *end, int *status)
{
    const char *p = start, *from = start;

    while ((p = memchr(p, '"', (apr_size_t)(end - p)))) {
        *status = status_at(p + 1, end);
        if (*status >= 0 && !is_escaped(p, from)) {
            return p;
        }
        from = ++p;
    }
    return NULL;
}

/* -- what stands before it ------------------------------------------------- */

static semr_view_t next_word(semr_view_t *text)
{
    const char *blank = text->len ? memchr(text->p, ' ', text->len) : NULL;
    semr_view_t word = {text->p,
                        blank ? (apr_size_t)(blank - text->p) : text->len};

    text->p += word.len + (blank != NULL);
    text->len -= word.len + (blank != NULL);
    return word;
}

static int is_hyphen(semr_view_t word)
{
    return word.len == 1 && *word.p == '-';
}

/* name:port, where name is no IPv6 address */
static int has_port(semr_view_t word)
{
    const char *colon = word.len ? memchr(word.p, ':', word.len) : NULL;
    const char *p = colon ? colon + 1 : NULL, *end = word.p + word.len;

    if (!colon || colon == word.p || p == end) {
        return 0;
    }
    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }
    return p == end;
}

/* Whether a virtual host's name stands before the client's: what is logged of
 * identd is mostly a hyphen. */
static int has_host(semr_view_t head)
{
    semr_view_t first = next_word(&head), second = next_word(&head),
                third = next_word(&head);

    if (is_hyphen(second) || !head.len || *head.p == '[') {
        return 0;
    }
    return is_hyphen(third) || has_port(first);
}

static void take_host(cli_log_t *log, semr_view_t head,
                      cli_log_request_t *request)
{
    if (log->format != CLI_LOG_VHOST &&
        (log->format != CLI_LOG_AUTO || !has_host(head))) {
        return;
    }
    cli_log_take_host(log, next_word(&head), request);
    request->scheme = request->port == 443  ? SEMR_HTTPS
                      : request->port == 80 ? SEMR_HTTP
                                            : SEMR_ANY_SCHEME;
}

static cli_log_result_t read_line(cli_log_t *log, semr_view_t line,
                                  cli_log_request_t *request)
{
    const char *end = line.p + line.len, *close, *open = find_open(line);
    int status;

    if (!open) {
        return CLI_LOG_WRONG;
    }
    close = find_close(open + 1, end, &status);
    if (!close) {
        return CLI_LOG_WRONG;
    }
    request->status = status >= 100 && status < 600 ? status : 0;
    take_host(log, semr_view(line.p, (apr_size_t)(open - line.p)), request);
    return cli_log_request_line(
        log, semr_view(open + 1, (apr_size_t)(close - open - 1)), request);
}

cli_log_result_t cli_log_read(cli_log_t *log, semr_view_t line,
                              cli_log_request_t *request)
{
    request->method[0] = '\0';
    request->target = NULL;
    request->host = semr_view(NULL, 0);
    request->port = 0;
    request->scheme = SEMR_ANY_SCHEME;
    request->status = 0;
    if (!line.len) {
        return CLI_LOG_EMPTY;
    }
    if (log->format == CLI_LOG_JSON ||
        (log->format == CLI_LOG_AUTO && *line.p == '{')) {
        return cli_log_json(log, line, request);
    }
    return read_line(log, line, request);
}
