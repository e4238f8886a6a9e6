/* SPDX-License-Identifier: Apache-2.0
 * What shall be explained, as somebody writes it: read, completed, refused.
 */
#include "views.h"

#include "explain_target.h"

static semr_diag_t diag;

static const char *read_url(const char *text)
{
    semr_explain_target_t target = {"GET", -1, NULL, 0, NULL, 0};

    diag.text = NULL;
    if (semr_explain_url(&target, pool, text, &diag) != APR_SUCCESS) {
        return diag.text;
    }
    assert_null(diag.text);
    return apr_psprintf(pool, "%s %s %u %s%s",
                        target.https < 0 ? "-"
                        : target.https   ? "https"
                                         : "http",
                        target.host ? target.host : "-", target.port,
                        target.target, target.has_fragment ? " #" : "");
}

static void test_urls(void **state)
{
    static const char *const rows[][2] = {
        {"/", "- - 0 /"},
        {"/a?b=c", "- - 0 /a?b=c"},
        {"  /a\n", "- - 0 /a"},
        {"/a#b?c", "- - 0 /a #"},
        {"/a b\"<>", "- - 0 /a%20b%22%3C%3E"},
        {"/caf\xc3\xa9?\xff", "- - 0 /caf%C3%A9?%FF"},
        {"/a%zz%2F", "- - 0 /a%zz%2F"},
        {"/a\\b^`{|}", "- - 0 /a%5Cb%5E%60%7B%7C%7D"},
        {"/a\x01\x7f", "- - 0 /a%01%7F"},
        {"http://h", "http h 0 /"},
        {"HTTP://WWW.Test./a", "http www.test 0 /a"},
        {"https://h?q", "https h 0 /?q"},
        {"https://h#f", "https h 0 / #"},
        {"https://h:8443/a:1", "https h 8443 /a:1"},
        {"https://h:/a", "https h 0 /a"},
        {"//h/a", "- h 0 /a"},
        {"http://h//a", "http h 0 //a"},
        {"http://[::1]:80/a", "http ::1 80 /a"},
        {"http://[::1]/a", "http ::1 0 /a"},
        {"http://a_b-c.d/", "http a_b-c.d 0 /"},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        assert_string_equal(read_url(rows[i][0]), rows[i][1]);
    }
}

static void test_refused_urls(void **state)
{
    static const char *const rows[][2] = {
        {NULL, "url: it is empty; write a path"},
        {" \t", "url: it is empty; write a path"},
        {"a", "url: \"a\" is neither a path nor a URL of http or https; write"},
        {"mailto:x", "is neither a path nor a URL of http or https; write"},
        {"http:/a", "is neither a path nor a URL of http or https; write"},
        {"http://", "names no host of letters"},
        {"http://.", "names no host of letters"},
        {"http://a,b/", "names no host of letters"},
        {"http://a../", "names no host of letters"},
        {"http://a..b/", "names no host of letters"},
        {"http://[::1/", "names no host of letters"},
        {"http://[x:y]/", "names no host of letters"},
        {"http://\xc3\xa4/", "write others as xn--"},
        {"http://u@h/", "holds a user's name"},
        {"http://h:0/", "has no port from 1 to 65535"},
        {"http://h:-1/", "has no port from 1 to 65535"},
        {"http://h: 1/", "has no port from 1 to 65535"},
        {"http://h:99999999999999999999/", "has no port from 1 to 65535"},
        {"http://[::1]80/", "has no port from 1 to 65535"},
        {"/\x1b[31m\x01", NULL},
    };
    char *longest = apr_palloc(pool, 9001);
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        const char *got = read_url(rows[i][0]);

        if (rows[i][1] && !strstr(got, rows[i][1])) {
            fail_msg("%s: %s", rows[i][0], got);
        }
    }
    memset(longest, '/', 9000);
    longest[9000] = '\0';
    assert_non_null(strstr(read_url(longest), "more than 8190 bytes"));
}

static void test_full(void **state)
{
    static const struct {
        semr_explain_target_t target;
        const char *full;
    } rows[] = {
        {{"GET", 0, "h", 0, "/a", 0}, "http://h/a"},
        {{"GET", 1, "h", 443, "/a", 0}, "https://h/a"},
        {{"GET", 1, "h", 80, "/a", 0}, "https://h:80/a"},
        {{"GET", -1, "::1", 8080, "/a", 0}, "http://[::1]:8080/a"},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        assert_string_equal(semr_explain_full(&rows[i].target, pool),
                            rows[i].full);
    }
}

static void test_methods(void **state)
{
    static const char *const good[][2] = {
        {NULL, "GET"},      {"", "GET"},
        {" POST ", "POST"}, {"M-SEARCH", "M-SEARCH"},
        {"get", "get"},     {"X!#$%&'*+.^_`|~1", NULL}};
    static const char *const bad[] = {"G T", "G(", "GET\x01", "\xff", "G/"};
    semr_explain_target_t target;
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(good); i++) {
        assert_int_equal(semr_explain_method(&target, pool, good[i][0], &diag),
                         APR_SUCCESS);
        assert_string_equal(target.method,
                            good[i][1] ? good[i][1] : good[i][0]);
    }
    for (i = 0; i < ROWS(bad); i++) {
        assert_int_equal(semr_explain_method(&target, pool, bad[i], &diag),
                         APR_EINVAL);
        assert_non_null(strstr(diag.text, "is no method"));
    }
}

static void test_headers(void **state)
{
    apr_table_t *headers = apr_table_make(pool, 4);

    (void)state;
    assert_int_equal(semr_explain_headers(
                         headers, pool, "A: b\r\n\n  \nC:d : e \nA: f", &diag),
                     APR_SUCCESS);
    assert_int_equal(apr_table_elts(headers)->nelts, 2);
    assert_string_equal(apr_table_get(headers, "a"), "b, f");
    assert_string_equal(apr_table_get(headers, "c"), "d : e");
    assert_int_equal(semr_explain_headers(headers, pool, NULL, &diag),
                     APR_SUCCESS);
    assert_int_equal(
        semr_explain_header(headers, pool, "Cookie", "a\nB: c", &diag),
        APR_EINVAL);
    assert_non_null(strstr(diag.text, "cookie: \"a?B: c\" holds a control"));
    assert_int_equal(semr_explain_headers(headers, pool, "no colon", &diag),
                     APR_EINVAL);
    assert_int_equal(semr_explain_headers(headers, pool, ": x", &diag),
                     APR_EINVAL);
    assert_int_equal(semr_explain_headers(headers, pool, "HOST: x", &diag),
                     APR_EINVAL);
    assert_int_equal(apr_table_elts(headers)->nelts, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),    cmocka_unit_test(test_refused_urls),
        cmocka_unit_test(test_full),    cmocka_unit_test(test_methods),
        cmocka_unit_test(test_headers),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
