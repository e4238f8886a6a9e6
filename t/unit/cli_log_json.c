/* SPDX-License-Identifier: Apache-2.0
 * JSON lines of access logs: what the scanner takes, it tells as jansson does.
 */
#include "log_parts.h"
#include "views.h"

#define R "\"method\":\"GET\",\"uri\":\"/a\""

/* As Caddy, nginx and httpd write them; all are the scanner's. */
static const char *const scanned[] = {
    "{\"level\":\"info\",\"ts\":1646861401.5241024,\"request\":{\"remote_ip\":"
    "\"127.0.0.1\",\"proto\":\"HTTP/2.0\",\"method\":\"GET\",\"host\":"
    "\"localhost:8443\",\"uri\":\"/a?b=1\",\"headers\":{\"User-Agent\":["
    "\"curl/7.82.0\"],\"Accept\":[\"*/*\"]},\"tls\":{\"resumed\":false,"
    "\"version\":772}},\"duration\":0.000929675,\"status\":200,"
    "\"resp_headers\":{\"Server\":[\"Caddy\"]}}",
    "{\"time\":\"2026-11-21T10:00:00+00:00\",\"request_method\":\"GET\","
    "\"request_uri\":\"\\/a?b=1\\u0026c=2\",\"status\":\"404\",\"host\":"
    "\"H.example\",\"scheme\":\"https\",\"request_time\":\"0.002\"}",
    "{ \"vhost\": \"www.example.org:443\", \"request\": \"GET /caf\\\\xc3"
    "\\\"a HTTP/1.1\", \"status\": 301, \"bytes\": -0, \"x\": [null, true, "
    "{\"a\": [1e5, -1.5E-9, {}]}], \"agent\": \"\\u00e9\\n\" }\r",
    /* the last of two counts, and its members */
    "{" R ",\"uri\":\"/b\",\"status\":200,\"status\":404}",
    "{\"request\":{" R "},\"request\":{\"method\":\"PUT\",\"url\":\"/b\"}}",
    "{\"request\":{" R "},\"request\":[{\"uri\":\"/b\"}]}",
    /* an array's first value; what is there, and no text */
    "{\"method\":[\"GET\",\"PUT\"],\"uri\":[[\"/a\"]],\"url\":[\"/b\",{}]}",
    "{\"method\":null,\"verb\":\"GET\",\"uri\":{},\"url\":1.5,\"path\":\"/a\"}",
    "{" R ",\"status\":[404],\"host\":[],\"args\":[\"b=\\\"\"]}",
    "{" R ",\"status\":-200}",
    "{" R ",\"status\":\"200 OK\"}",
    "{" R ",\"status\":999999999999999999}",
    "{\"http.request.method\":\"GET\",\"http\":{\"request.method\":\"PUT\"},"
    "\"url.path\":\"/a\"}",
    "{\"http\":{\"request.method\":\"PUT\"},\"url\":{\"path\":\"/a\"}}",
    "{\"uri\":\"\",\"method\":\"\",\"request\":\"\",\"\":\"\"}",
    "{}",
};

/* What is jansson's: wrong, or rare. */
static const char *const not_scanned[] = {
    "",
    "[]",
    "{" R,
    "{" R ",}",
    "{" R "}}",
    "{" R "} x",
    "{" R ";\"a\":1}",
    "{" R ",\"a\":01}",
    "{" R ",\"a\":1.}",
    "{" R ",\"a\":1e999}",
    "{" R ",\"a\":-}",
    "{" R ",\"a\":+1}",
    "{" R ",\"a\":9999999999999999999}",
    "{" R ",\"a\":nul}",
    "{" R ",\"a\":truex}",
    "{" R ",\"a\":[1,]}",
    "{" R ",\"a\":\"\\x\"}",
    "{" R ",\"a\":\"\\u0000\"}",
    "{" R ",\"a\":\"\\ud800\"}",
    "{" R ",\"a\":\"\\u00g0\"}",
    "{" R ",\"a\":\"\x01\"}",
    "{" R ",\"a\":\"\xc3\xa9\"}",
    "{" R ",\"a\":\"\xc3(\"}",
    "{" R ",\"a\":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}",
    "{\"method\":\"GET\",\"\\u0075ri\":\"/a\"}",
    "{\"method\":\"GET\",\"uri\":\"/\\u00e9\"}",
};

static const char *text_or(const char *text)
{
    return text ? text : "";
}

static cli_log_t *create(void)
{
    semr_diag_t diag = {NULL};
    cli_log_t *log = cli_log_create(pool, CLI_LOG_JSON, NULL, &diag);

    assert_non_null(log);
    return log;
}

/* Reads a line both ways.  Returns whether the scanner took it. */
static int both_agree(cli_log_t *scan, cli_log_t *jansson, semr_view_t line)
{
    cli_log_request_t quick = {.scheme = SEMR_ANY_SCHEME}, whole = quick;
    cli_log_result_t result;

    if (!cli_log_json_quick(scan, line, &quick, &result)) {
        return 0;
    }
    if (cli_log_json_whole(jansson, line, &whole) != result) {
        fail_msg("%.*s: result %d", (int)line.len, line.p, (int)result);
    }
    assert_string_equal(quick.method, whole.method);
    assert_string_equal(text_or(quick.target), text_or(whole.target));
    assert_string_equal(quick.host.len ? text_of(quick.host) : "",
                        whole.host.len ? text_of(whole.host) : "");
    assert_int_equal(quick.port, whole.port);
    assert_int_equal(quick.scheme, whole.scheme);
    assert_int_equal(quick.status, whole.status);
    return 1;
}

/* Exactly as long as it is, so that the sanitizer sees its end. */
static int copy_agrees(cli_log_t *logs[2], const char *text, size_t len)
{
    char *copy = malloc(len + !len);
    int taken;

    memcpy(copy, text, len);
    taken = both_agree(logs[0], logs[1], (semr_view_t){copy, len});
    free(copy);
    return taken;
}

static void the_scanner_tells_what_jansson_tells(void **state)
{
    cli_log_t *logs[2] = {create(), create()};
    size_t i, len;

    (void)state;
    for (i = 0; i < ROWS(scanned); i++) {
        if (!copy_agrees(logs, scanned[i], strlen(scanned[i]))) {
            fail_msg("%s: is not taken", scanned[i]);
        }
        for (len = 0; len < strlen(scanned[i]) - 1; len++) {
            assert_false(copy_agrees(logs, scanned[i], len) &&
                         scanned[i][len - 1] != '}');
        }
    }
    for (i = 0; i < ROWS(not_scanned); i++) {
        if (copy_agrees(logs, not_scanned[i], strlen(not_scanned[i]))) {
            fail_msg("%s: is taken", not_scanned[i]);
        }
    }
    assert_false(copy_agrees(logs, "{\"a\":\"\0\"}", 9));
}

/* More members than are kept; a line that is too long */
static void the_scanner_has_bounds(void **state)
{
    cli_log_t *logs[2] = {create(), create()};
    char *line = apr_pstrdup(pool, "{" R);
    int i;

    (void)state;
    for (i = 2; i <= CLI_LOG_MEMBERS; i++) {
        assert_true(copy_agrees(logs, apr_pstrcat(pool, line, "}", NULL),
                                strlen(line) + 1));
        line = apr_pstrcat(pool, line, ",\"status\":200", NULL);
    }
    assert_false(copy_agrees(logs, apr_pstrcat(pool, line, "}", NULL),
                             strlen(line) + 1));
    line = malloc(CLI_LINE_MAX + 1);
    memset(line, ' ', CLI_LINE_MAX + 1);
    memcpy(line, "{}", 2);
    assert_true(copy_agrees(logs, line, CLI_LINE_MAX));
    assert_false(copy_agrees(logs, line, CLI_LINE_MAX + 1));
    free(line);
}

/* Bytes replaced, removed and doubled at random, the same in each run */
static size_t mutate(char *out, const char *line, uint32_t *seed)
{
    static const char bytes[] = "\"\\{}[],:. 0-9eu/a?\x01\x7f\xc3\xa9tn";
    size_t len = strlen(line), at, i;

    memcpy(out, line, len);
    for (i = 0; i < 3 && len; i++) {
        *seed = *seed * 1664525 + 1013904223;
        at = (*seed >> 8) % len;
        if (*seed >> 30 == 0) {
            memmove(out + at, out + at + 1, --len - at);
        }
        else if (*seed >> 30 == 1) {
            memmove(out + at + 1, out + at, len++ - at);
        }
        else {
            out[at] = bytes[(*seed >> 4) % (sizeof(bytes) - 1)];
        }
    }
    return len;
}

static void mutated_lines_are_told_alike(void **state)
{
    cli_log_t *logs[2] = {create(), create()};
    char out[1024];
    uint32_t seed = 1;
    int i, taken = 0;

    (void)state;
    for (i = 0; i < 40000; i++) {
        size_t len = mutate(out, scanned[(size_t)i % ROWS(scanned)], &seed);

        taken += copy_agrees(logs, out, len);
    }
    assert_in_range(taken, 4000, 36000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scanner_tells_what_jansson_tells),
        cmocka_unit_test(the_scanner_has_bounds),
        cmocka_unit_test(mutated_lines_are_told_alike),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("JSON lines of access logs", tests,
                                       start, stop);
}
