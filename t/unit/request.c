/* SPDX-License-Identifier: Apache-2.0
 * What is derived from a request: parameters, folded and decoded paths.
 */
#include "request.h"
#include "views.h"

static void params(void **state)
{
    static const struct {
        const char *raw, *decoded;
    } values[] = {
        {"a", "a"},         {"", ""},
        {"a+b", "a b"},     {"a%20b", "a b"},
        {"%2B", "+"},       {"%", "%"},
        {"100%+", "100% "}, {"%4", "%4"},
        {"%zz", "%zz"},     {"%c3%A9", "\xC3\xA9"},
        {"%26%3D", "&="},   {"%2541", "%41"},
    };
    static const struct {
        const char *query, *told; /* name=value; name alone where no "=" */
    } queries[] = {
        {"a=1&b=2", "[a|1][b|2]"},
        {"print", "[print|(none)]"},
        {"print=", "[print|]"},
        {"a=b=c", "[a|b=c]"},
        {"&&a=1&&", "[a|1]"},
        {"=x", "[|x]"},
        {"a=1&a=2", "[a|1][a|2]"},
        {"a;b=1", "[a;b|1]"},
        {"", ""},
        {"&", ""},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(values); ++i) {
        assert_string_equal(text_of(semr_url_param(pool, view(values[i].raw))),
                            values[i].decoded);
    }
    for (i = 0; i < ROWS(queries); ++i) {
        semr_view_t rest = view(queries[i].query), text, name, value;
        const char *told = "";

        while (semr_url_next_param(&rest, &text, &name, &value)) {
            assert_ptr_equal(text.p, name.p);
            told = apr_pstrcat(pool, told, "[", text_of(name), "|",
                               text_of(value), "]", NULL);
        }
        assert_string_equal(told, queries[i].told);
    }
}

static void folds(void **state)
{
    semr_view_t raw = view("/abc/%c3");

    (void)state;
    assert_ptr_equal(semr_url_fold(pool, raw).p, raw.p);
    assert_string_equal(text_of(semr_url_fold(pool, view("/AZ@[`{\xC0%C3"))),
                        "/az@[`{\xC0%c3");
    assert_int_equal(semr_url_fold(pool, semr_view(NULL, 0)).len, 0);
}

static void requests(void **state)
{
    semr_request_t request = {.pool = pool, .path = view("/A%2Fb%20C")};

    (void)state;
    assert_string_equal(text_of(semr_request_folded(&request)), "/a%2fb%20c");
    assert_string_equal(text_of(semr_request_decoded(&request)), "/A%2Fb C");
    assert_string_equal(text_of(semr_request_decoded_folded(&request)),
                        "/a%2fb c");
    assert_int_equal(semr_request_params(&request), 0);
    assert_ptr_equal(semr_request_folded(&request).p, request.folded.p);

    request = (semr_request_t){.pool = pool,
                               .path = view("/a%2Fb"),
                               .decode_slashes = 1,
                               .query = view("&x=1%20&&y+z&x=")};
    assert_string_equal(text_of(semr_request_decoded(&request)), "/a/b");
    assert_int_equal(semr_request_params(&request), 3);
    assert_string_equal(text_of(request.params[0].text), "x=1%20");
    assert_string_equal(text_of(request.params[0].value), "1 ");
    assert_string_equal(text_of(request.params[1].name), "y z");
    assert_int_equal(request.params[1].value.len, 0);
    assert_int_equal(request.params[2].value.len, 0);
    assert_int_equal(semr_request_params(&request), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(params),
        cmocka_unit_test(folds),
        cmocka_unit_test(requests),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("request", tests, start, stop);
}
