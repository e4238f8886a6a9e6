/* SPDX-License-Identifier: Apache-2.0
 * Lines of access logs -> requests: all formats, and whatever stands in a log.
 */
#include "log.h"
#include "views.h"

#define C "203.0.113.7 - - [21/Nov/2026:10:00:00 +0000] "
#define V "www.example.org:443 " C
#define T " 200 512"
#define M T " \"https://e.example/\" \"a \\\"b\\\" c\""

/* line, and what it tells: result, method, target, host, port, scheme, status
 */
typedef struct told_t {
    const char *line;
    cli_log_result_t result;
    const char *method, *target, *host;
    unsigned port;
    semr_scheme_t scheme;
    int status;
} told_t;

static const char *text_or(const char *text)
{
    return text ? text : "";
}

static void check_line(cli_log_t *log, semr_view_t line, const told_t *want)
{
    cli_log_request_t got;
    cli_log_result_t result = cli_log_read(log, line, &got);

    if (result != want->result) {
        fail_msg("%.200s: result %d, not %d", line.p, (int)result,
                 (int)want->result);
    }
    if (result != CLI_LOG_REQUEST) {
        return;
    }
    assert_string_equal(got.method, want->method);
    assert_string_equal(got.target, want->target);
    assert_string_equal(got.host.len ? text_of(got.host) : "",
                        text_or(want->host));
    assert_int_equal(got.port, want->port);
    assert_int_equal(got.scheme, want->scheme);
    assert_int_equal(got.status, want->status);
}

static cli_log_t *create(cli_log_format_t format, const char *fields)
{
    semr_diag_t diag = {NULL};
    cli_log_t *log = cli_log_create(pool, format, fields, &diag);

    assert_non_null(log);
    assert_null(diag.text);
    return log;
}

static void check(cli_log_format_t format, const char *fields,
                  const told_t *rows, size_t count)
{
    cli_log_t *log = create(format, fields);
    size_t i;

    for (i = 0; i < count; i++) {
        /* exactly as long as it is, so that the sanitizer sees its end */
        size_t len = strlen(rows[i].line);
        char *copy = malloc(len + !len);

        memcpy(copy, rows[i].line, len);
        check_line(log, (semr_view_t){copy, len}, rows + i);
        free(copy);
    }
}

#define CHECK(format, fields, rows) check(format, fields, rows, ROWS(rows))

/* -- httpd's formats ------------------------------------------------------- */

static void formats_are_told_apart(void **state)
{
    static const told_t rows[] = {
        {C "\"GET /a?b=1 HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET", "/a?b=1", NULL,
         0, SEMR_ANY_SCHEME, 200},
        {C "\"GET /a HTTP/1.1\"" M, CLI_LOG_REQUEST, "GET", "/a", NULL, 0,
         SEMR_ANY_SCHEME, 200},
        {V "\"POST /a HTTP/2.0\"" M, CLI_LOG_REQUEST, "POST", "/a",
         "www.example.org", 443, SEMR_HTTPS, 200},
        {"www.example.org 203.0.113.7 - - [t] \"GET / HTTP/1.1\" 404 -",
         CLI_LOG_REQUEST, "GET", "/", "www.example.org", 0, SEMR_ANY_SCHEME,
         404},
        /* clients by IPv6, whose last group is no port; users with blanks */
        {"2001:db8::1 - - [t] \"GET / HTTP/1.1\" 301 -", CLI_LOG_REQUEST, "GET",
         "/", NULL, 0, SEMR_ANY_SCHEME, 301},
        {"::1 - john smith [t] \"GET / HTTP/1.1\" 301 -", CLI_LOG_REQUEST,
         "GET", "/", NULL, 0, SEMR_ANY_SCHEME, 301},
        {"203.0.113.7 ident john [t] \"GET / HTTP/1.1\" 301 -", CLI_LOG_REQUEST,
         "GET", "/", NULL, 0, SEMR_ANY_SCHEME, 301},
        {"[2001:db8::1]:8080 ::1 - - [t] \"GET / HTTP/1.1\" 200 1",
         CLI_LOG_REQUEST, "GET", "/", "[2001:db8::1]", 8080, SEMR_ANY_SCHEME,
         200},
        {"h.example:80 ::1 - - [t] \"GET / HTTP/1.1\" 200 1", CLI_LOG_REQUEST,
         "GET", "/", "h.example", 80, SEMR_HTTP, 200},
        {"203.0.113.7 - a\\\"b [t] \"GET / HTTP/1.1\" 200 1", CLI_LOG_REQUEST,
         "GET", "/", NULL, 0, SEMR_ANY_SCHEME, 200},
        /* a status that is none of HTTP's, or none */
        {C "\"GET / HTTP/1.1\" - 0", CLI_LOG_REQUEST, "GET", "/", NULL, 0,
         SEMR_ANY_SCHEME, 0},
        {C "\"GET / HTTP/1.1\" 999 0", CLI_LOG_REQUEST, "GET", "/", NULL, 0,
         SEMR_ANY_SCHEME, 0},
        {C "\"GET / HTTP/1.1\" 404", CLI_LOG_REQUEST, "GET", "/", NULL, 0,
         SEMR_ANY_SCHEME, 404},
    };

    (void)state;
    CHECK(CLI_LOG_AUTO, NULL, rows);
}

static void a_format_can_be_given(void **state)
{
    static const told_t host[] = {
        {"W.Example.ORG. 203.0.113.7 id user [t] \"GET / HTTP/1.1\" 200 1",
         CLI_LOG_REQUEST, "GET", "/", "w.example.org", 0, SEMR_ANY_SCHEME, 200},
    };
    static const told_t none[] = {
        {V "\"GET / HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET", "/", NULL, 0,
         SEMR_ANY_SCHEME, 200},
        {"{\"uri\":\"/\",\"method\":\"GET\"}", CLI_LOG_WRONG, NULL, NULL, NULL,
         0, SEMR_ANY_SCHEME, 0},
    };

    (void)state;
    CHECK(CLI_LOG_VHOST, NULL, host);
    CHECK(CLI_LOG_COMBINED, NULL, none);
    assert_int_equal(cli_log_format("vhost_combined"), CLI_LOG_VHOST);
    assert_int_equal(cli_log_format("iis"), -1);
}

/* -- what clients send ----------------------------------------------------- */

static void targets_are_as_they_were_sent(void **state)
{
    static const told_t rows[] = {
        {C "\"GET /a\\\"b HTTP/1.1\"" M, CLI_LOG_REQUEST, "GET", "/a\"b", NULL,
         0, SEMR_ANY_SCHEME, 200},
        {C "\"GET /caf\\xc3\\xA9 HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET",
         "/caf\xc3\xa9", NULL, 0, SEMR_ANY_SCHEME, 200},
        {C "\"GET /a\\\\x41 HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET", "/a\\x41",
         NULL, 0, SEMR_ANY_SCHEME, 200},
        {C "\"GET /a\\\\\" 200 1", CLI_LOG_REQUEST, "GET", "/a\\", NULL, 0,
         SEMR_ANY_SCHEME, 200},
        {C "\"GET /a\\q\\x4 HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET", "/a\\q\\x4",
         NULL, 0, SEMR_ANY_SCHEME, 200},
        /* a server that escapes nothing */
        {C "\"GET /a\"b HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET", "/a\"b", NULL, 0,
         SEMR_ANY_SCHEME, 200},
        /* HTTP/0.9, absolute form, the asterisk, an authority */
        {C "\"GET /a\"" T, CLI_LOG_REQUEST, "GET", "/a", NULL, 0,
         SEMR_ANY_SCHEME, 200},
        {C "\"GET http://H.example:8080/a HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET",
         "http://H.example:8080/a", "h.example", 8080, SEMR_HTTP, 200},
        {V "\"GET https://[::1]/a HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET",
         "https://[::1]/a", "[::1]", 0, SEMR_HTTPS, 200},
        {V "\"GET https://h.example?q HTTP/1.1\"" T, CLI_LOG_REQUEST, "GET",
         "https://h.example?q", "h.example", 0, SEMR_HTTPS, 200},
        {C "\"GET https://h.example:99999/ HTTP/1.1\"" T, CLI_LOG_REQUEST,
         "GET", "https://h.example:99999/", "h.example", 0, SEMR_HTTPS, 200},
        {C "\"OPTIONS * HTTP/1.1\"" T, CLI_LOG_REQUEST, "OPTIONS", "*", NULL, 0,
         SEMR_ANY_SCHEME, 200},
        {C "\"CONNECT h.example:443 HTTP/1.1\"" T, CLI_LOG_REQUEST, "CONNECT",
         "h.example:443", NULL, 0, SEMR_ANY_SCHEME, 200},
    };

    (void)state;
    CHECK(CLI_LOG_AUTO, NULL, rows);
}

static void what_is_no_request_is_told(void **state)
{
    static const told_t rows[] = {
        {C "\"-\" 408 0", CLI_LOG_NOTHING, NULL, NULL, NULL, 0, 0, 0},
        {C "\"\" 400 0", CLI_LOG_NOTHING, NULL, NULL, NULL, 0, 0, 0},
        {C "\"\\x16\\x03\\x01\\x02\" 400 0", CLI_LOG_NOTHING, NULL, NULL, NULL,
         0, 0, 0},
        {C "\"\\x16\\x03 \\x01\" 400 0", CLI_LOG_NOTHING, NULL, NULL, NULL, 0,
         0, 0},
        {C "\"GET \" 400 0", CLI_LOG_NOTHING, NULL, NULL, NULL, 0, 0, 0},
        {C "\"GET /a b HTTP/1.1\" 400 0", CLI_LOG_NOTHING, NULL, NULL, NULL, 0,
         0, 0},
        {C "\"GET /a\\x00b HTTP/1.1\" 400 0", CLI_LOG_NOTHING, NULL, NULL, NULL,
         0, 0, 0},
        {C "\"GET /a\\tb HTTP/1.1\" 400 0", CLI_LOG_NOTHING, NULL, NULL, NULL,
         0, 0, 0},
        {C "\"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF /a HTTP/1.1\" 400 0",
         CLI_LOG_NOTHING, NULL, NULL, NULL, 0, 0, 0},
        {"", CLI_LOG_EMPTY, NULL, NULL, NULL, 0, 0, 0},
        {"hello", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0, 0},
        {"\"", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0, 0},
        {"] \"", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0, 0},
        {C "\"GET / HTTP/1.1", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0, 0},
        {C "\"GET / HTTP/1.1\"", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0, 0},
        {C "\"GET / HTTP/1.1\" 20", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0, 0},
        {C "\"GET / HTTP/1.1\" 2x0 1", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0,
         0},
        {"{\"a\":", CLI_LOG_WRONG, NULL, NULL, NULL, 0, 0, 0},
        {"{}", CLI_LOG_NOTHING, NULL, NULL, NULL, 0, 0, 0},
    };

    (void)state;
    CHECK(CLI_LOG_AUTO, NULL, rows);
}

/* A line as long as lines are, and one with NULs */
static void long_lines_and_nuls(void **state)
{
    static const char begin[] = C "\"GET /", end[] = " HTTP/1.1\" 200 1";
    static const char nul[] = C "\"GET /a\0b HTTP/1.1\" 200 1";
    cli_log_t *log = create(CLI_LOG_AUTO, NULL);
    char *line = malloc(CLI_LINE_MAX);
    cli_log_request_t request;

    (void)state;
    memset(line, 'a', CLI_LINE_MAX);
    memcpy(line, begin, sizeof(begin) - 1);
    memcpy(line + CLI_LINE_MAX - sizeof(end) + 1, end, sizeof(end) - 1);
    assert_int_equal(
        cli_log_read(log, (semr_view_t){line, CLI_LINE_MAX}, &request),
        CLI_LOG_REQUEST);
    assert_int_equal(strlen(request.target),
                     CLI_LINE_MAX - sizeof(begin) - sizeof(end) + 3);
    memset(line, '"', CLI_LINE_MAX);
    assert_int_equal(
        cli_log_read(log, (semr_view_t){line, CLI_LINE_MAX}, &request),
        CLI_LOG_WRONG);
    memcpy(line, begin, sizeof(begin) - 1);
    memset(line + sizeof(begin) - 1, '\\', CLI_LINE_MAX - sizeof(begin) + 1);
    assert_int_equal(
        cli_log_read(log, (semr_view_t){line, CLI_LINE_MAX}, &request),
        CLI_LOG_WRONG);
    free(line);
    assert_int_equal(
        cli_log_read(log, (semr_view_t){nul, sizeof(nul) - 1}, &request),
        CLI_LOG_NOTHING);
}

/* -- JSON ------------------------------------------------------------------ */

static void json_of_many_servers(void **state)
{
    static const told_t rows[] = {
        /* nginx, by a log_format of its variables; its whole request line */
        {"{\"request_method\":\"GET\",\"request_uri\":\"/a?b\",\"status\":404,"
         "\"host\":\"H.example\"}",
         CLI_LOG_REQUEST, "GET", "/a?b", "h.example", 0, SEMR_ANY_SCHEME, 404},
        {"{\"request\":\"GET /a HTTP/1.1\",\"status\":\"301\"}",
         CLI_LOG_REQUEST, "GET", "/a", NULL, 0, SEMR_ANY_SCHEME, 301},
        {"{\"method\":\"GET\",\"uri\":\"/a\",\"args\":\"b=1\",\"scheme\":"
         "\"https\"}",
         CLI_LOG_REQUEST, "GET", "/a?b=1", NULL, 0, SEMR_HTTPS, 0},
        {"{\"method\":\"GET\",\"uri\":\"/a\",\"query\":\"?b=1\"}",
         CLI_LOG_REQUEST, "GET", "/a?b=1", NULL, 0, SEMR_ANY_SCHEME, 0},
        {"{\"method\":\"GET\",\"uri\":\"/a\",\"query\":\"\"}", CLI_LOG_REQUEST,
         "GET", "/a", NULL, 0, SEMR_ANY_SCHEME, 0},
        /* Caddy, Traefik, ECS, a load balancer's whole URL */
        {"{\"request\":{\"method\":\"PUT\",\"host\":\"h.example:8443\",\"uri\":"
         "\"/a\"},\"status\":200}",
         CLI_LOG_REQUEST, "PUT", "/a", "h.example", 8443, SEMR_ANY_SCHEME, 200},
        {"{\"RequestMethod\":\"GET\",\"RequestPath\":\"/a\",\"RequestHost\":"
         "\"h.example\",\"DownstreamStatus\":302}",
         CLI_LOG_REQUEST, "GET", "/a", "h.example", 0, SEMR_ANY_SCHEME, 302},
        {"{\"http.request.method\":\"GET\",\"url.original\":\"/a\",\"http\":{"
         "\"response\":{\"status_code\":200}}}",
         CLI_LOG_REQUEST, "GET", "/a", NULL, 0, SEMR_ANY_SCHEME, 200},
        {"{\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":"
         "\"https://h.example/a\",\"status\":200}}",
         CLI_LOG_REQUEST, "GET", "https://h.example/a", "h.example", 0,
         SEMR_HTTPS, 200},
        /* not what it should be */
        {"{\"method\":\"GET\",\"uri\":7,\"status\":{}}", CLI_LOG_NOTHING, NULL,
         NULL, NULL, 0, 0, 0},
        {"{\"method\":\"GET\",\"uri\":\"/a b\"}", CLI_LOG_NOTHING, NULL, NULL,
         NULL, 0, 0, 0},
        {"{\"method\":\"GET\",\"uri\":\"/a\\u0000b\"}", CLI_LOG_WRONG, NULL,
         NULL, NULL, 0, 0, 0},
        {"{\"level\":\"info\",\"msg\":\"started\"}", CLI_LOG_NOTHING, NULL,
         NULL, NULL, 0, 0, 0},
        {"{\"status\":99999999999,\"method\":\"GET\",\"uri\":\"/\",\"host\":"
         "\"-\"}",
         CLI_LOG_REQUEST, "GET", "/", NULL, 0, SEMR_ANY_SCHEME, 0},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"host\":\"a b\"}", CLI_LOG_REQUEST,
         "GET", "/", NULL, 0, SEMR_ANY_SCHEME, 0},
    };
    static const told_t own[] = {
        {"{\"m\":\"GET\",\"x\":{\"u\":\"/a\"},\"uri\":\"/b\",\"s\":404}",
         CLI_LOG_REQUEST, "GET", "/a", NULL, 0, SEMR_ANY_SCHEME, 404},
    };

    (void)state;
    CHECK(CLI_LOG_AUTO, NULL, rows);
    CHECK(CLI_LOG_JSON, "method=m,url=x.u,status=s", own);
}

static void wrong_fields_are_refused(void **state)
{
    static const char *const wrong[] = {"url", "url=", "=a", "uri=a",
                                        "url=a,b"};
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(wrong); i++) {
        semr_diag_t diag = {NULL};

        assert_null(cli_log_create(pool, CLI_LOG_JSON, wrong[i], &diag));
        assert_non_null(strstr(diag.text, "NAME=KEY"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_told_apart),
        cmocka_unit_test(a_format_can_be_given),
        cmocka_unit_test(targets_are_as_they_were_sent),
        cmocka_unit_test(what_is_no_request_is_told),
        cmocka_unit_test(long_lines_and_nuls),
        cmocka_unit_test(json_of_many_servers),
        cmocka_unit_test(wrong_fields_are_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("lines of access logs", tests, start,
                                       stop);
}
