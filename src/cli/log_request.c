/* SPDX-License-Identifier: Apache-2.0
 * A request line as it was logged.
 */
#include <string.h>

#include "log_parts.h"
#include "url.h"

/* -- escapes --------------------------------------------------------------- */

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The byte that an escape at p stands for; *len is how long it is.  What is no
 * escape is a backslash. */
static char unescape_one(const char *p, const char *end, int *len)
{
    static const char letters[] = "\"\\/btnvfr", bytes[] = "\"\\/\b\t\n\v\f\r";
    const char *letter;

    *len = 1;
    if (end - p > 3 && p[1] == 'x' && digit_of(p[2]) >= 0 &&
        digit_of(p[3]) >= 0) {
        *len = 4;
        return (char)(digit_of(p[2]) * 16 + digit_of(p[3]));
    }
    letter = end - p > 1 && p[1] ? strchr(letters, p[1]) : NULL;
    if (letter) {
        *len = 2;
        return bytes[letter - letters];
    }
    return *p;
}

static semr_view_t unescape(char *out, semr_view_t line)
{
    const char *p = line.p, *end = line.p + line.len;
    char *start = out;
    int len;

    while (p < end) {
        if (*p == '\\') {
            *out++ = unescape_one(p, end, &len);
            p += len;
        }
        else {
            *out++ = *p++;
        }
    }
    return semr_view(start, (apr_size_t)(out - start));
}

/* -- hosts ----------------------------------------------------------------- */

static apr_port_t port_of(semr_view_t digits)
{
    unsigned port = 0;
    apr_size_t i;

    for (i = 0; i < digits.len; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9' || port > 6553) {
            return 0;
        }
        port = port * 10 + (unsigned)(digits.p[i] - '0');
    }
    return port > 65535 ? 0 : (apr_port_t)port;
}

/* Takes the brackets, or the port, off a host. */
static semr_view_t split_host(semr_view_t text, semr_view_t *port)
{
    const char *end = text.p + text.len, *sign;

    *port = semr_view(NULL, 0);
    if (text.len && *text.p == '[') {
        sign = memchr(text.p, ']', text.len);
        if (!sign) {
            return semr_view(NULL, 0);
        }
        if (end - sign > 1 && sign[1] == ':') {
            *port = semr_view(sign + 2, (apr_size_t)(end - sign - 2));
        }
        return semr_view(text.p + 1, (apr_size_t)(sign - text.p - 1));
    }
    sign = text.len ? memrchr(text.p, ':', text.len) : NULL;
    if (sign && memchr(text.p, ':', text.len) == sign) {
        *port = semr_view(sign + 1, (apr_size_t)(end - sign - 1));
        end = sign;
    }
    return semr_view(text.p, (apr_size_t)(end - text.p));
}

void cli_log_take_host(cli_log_t *log, semr_view_t text,
                       cli_log_request_t *request)
{
    semr_view_t port, host;
    char *out = log->host;
    apr_size_t i;
    int v6;

    if (!text.len) {
        return;
    }
    host = split_host(text, &port);
    if (host.len && host.p[host.len - 1] == '.') {
        host.len--;
    }
    if (!host.len || host.len > CLI_LOG_HOST_MAX ||
        (host.len == 1 && *host.p == '-')) {
        return;
    }
    v6 = memchr(host.p, ':', host.len) != NULL;
    *out = '[';
    out += v6;
    for (i = 0; i < host.len; i++) {
        char c = host.p[i];

        if (!(semr_url_class[(unsigned char)c] & SEMR_URL_HOST) && c != ':') {
            return;
        }
        *out++ = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    *out = ']';
    out += v6;
    request->host = semr_view(log->host, (apr_size_t)(out - log->host));
    request->port = port_of(port);
}

/* -- targets --------------------------------------------------------------- */

static int begins(semr_view_t text, const char *with)
{
    apr_size_t len = strlen(with);

    return text.len >= len && !strncasecmp(text.p, with, len);
}

/* Host and scheme of a target in absolute form, which come before others */
static void take_origin(cli_log_t *log, semr_view_t target,
                        cli_log_request_t *request)
{
    apr_size_t skip = begins(target, "http://")    ? 7
                      : begins(target, "https://") ? 8
                                                   : 0;
    semr_view_t host = {target.p + skip, 0};

    if (!skip) {
        return;
    }
    while (skip + host.len < target.len && !strchr("/?#", host.p[host.len])) {
        host.len++;
    }
    request->scheme = skip == 7 ? SEMR_HTTP : SEMR_HTTPS;
    request->host = semr_view(NULL, 0);
    cli_log_take_host(log, host, request);
}

/* Whether httpd takes such a target: no blank and no control byte */
static int is_target(semr_view_t text)
{
    unsigned bad = 0;
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];

        bad |= (unsigned)(c <= ' ') | (unsigned)(c == 0x7f);
    }
    return text.len && !bad;
}

static int is_method(semr_view_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c <= ' ' || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c)) {
            return 0;
        }
    }
    return text.len && text.len <= CLI_LOG_METHOD_MAX;
}

cli_log_result_t cli_log_take(cli_log_t *log, semr_view_t method,
                              semr_view_t target, cli_log_request_t *request)
{
    if (!is_method(method) || !is_target(target) || target.len > CLI_LINE_MAX) {
        return CLI_LOG_NOTHING;
    }
    memcpy(request->method, method.p, method.len);
    request->method[method.len] = '\0';
    memcpy(log->text, target.p, target.len);
    log->text[target.len] = '\0';
    request->target = log->text;
    if (*target.p != '/') {
        take_origin(log, target, request);
    }
    return CLI_LOG_REQUEST;
}

/* The target without the version behind it; HTTP/0.9 has none */
static semr_view_t target_of(semr_view_t rest)
{
    const char *blank = rest.len ? memrchr(rest.p, ' ', rest.len) : NULL;
    semr_view_t version;

    if (blank) {
        version =
            semr_view(blank + 1, (apr_size_t)(rest.p + rest.len - blank - 1));
        if (begins(version, "HTTP/")) {
            rest.len = (apr_size_t)(blank - rest.p);
        }
    }
    return rest;
}

cli_log_result_t cli_log_request_line(cli_log_t *log, semr_view_t line,
                                      cli_log_request_t *request)
{
    const char *blank;
    semr_view_t method;

    if (line.len && memchr(line.p, '\\', line.len)) {
        line = unescape(log->joined, line);
    }
    blank = line.len ? memchr(line.p, ' ', line.len) : NULL;
    if (!blank) {
        return CLI_LOG_NOTHING;
    }
    method = semr_view(line.p, (apr_size_t)(blank - line.p));
    line.p += method.len + 1;
    line.len -= method.len + 1;
    return cli_log_take(log, method, target_of(line), request);
}
