/* SPDX-License-Identifier: Apache-2.0
 * Words, methods, durations and dates.
 */
#include "rule.h"
#include "url.h"
#include "views.h"
#include "words.h"

static void only(void **state)
{
    static const struct {
        const char *only, *method;
        int expected;
    } rows[] = {
        {"", "GET", 1},          {"", "BREW", 1},      {"GET", "GET", 1},
        {"GET", "HEAD", 1},      {"HEAD", "GET", 0},   {"HEAD", "HEAD", 1},
        {"GET,POST", "HEAD", 1}, {"POST", "HEAD", 0},  {"GET,POST", "POST", 1},
        {"GET,POST", "POS", 0},  {"GET", "get", 0},    {"get", "GET", 0},
        {"get", "HEAD", 0},      {"POST", "POSTX", 0}, {"A,B,C", "C", 1},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(semr_rule_only(view(rows[i].only), rows[i].method),
                         rows[i].expected);
    }
}

static void durations(void **state)
{
    static const struct {
        const char *word;
        apr_int64_t expected; /* -9: refused */
    } rows[] = {
        {"0", 0},
        {"60", 60},
        {"90s", 90},
        {"15m", 900},
        {"12h", 43200},
        {"7d", 604800},
        {"1y", 31536000},
        {"none", SEMR_MAX_AGE_NONE},
        {"100y", APR_INT64_C(3153600000)},
        {"101y", APR_INT64_C(3153600000)},
        {"999999999999y", APR_INT64_C(3153600000)},
        {"99999999999999999999", -9},
        {"", -9},
        {"d", -9},
        {"-1d", -9},
        {"+1", -9},
        {"1w", -9},
        {"1d ", -9},
        {"1dd", -9},
        {"1.5h", -9},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        apr_int64_t seconds = -9;
        apr_status_t rv = semr_duration_parse(view(rows[i].word), &seconds);

        assert_int_equal(rv, rows[i].expected == -9 ? APR_EINVAL : APR_SUCCESS);
        assert_int_equal(seconds, rows[i].expected);
    }
}

static void dates(void **state)
{
    enum { REFUSED = 1 };
    static const struct {
        const char *word;
        apr_int64_t expected;
    } rows[] = {
        {"1970-01-01", 0},
        {"1970-01-02T00:00:00Z", 86400},
        {"1969-12-31t23:59:58z", -2},
        {"2000-02-29", 951782400},
        {"2027-01-15", 1799971200},
        {"2027-01-15T10:00:00Z", 1800007200},
        {"2027-01-15 10:00:00Z", 1800007200},
        {"2027-01-15T12:00:00+02:00", 1800007200},
        {"2027-01-15T04:30:00.25-05:30", 1800007200},
        {"2016-12-31T23:59:60Z", 1483228800},
        {"9999-12-31", APR_INT64_C(253402214400)},
        {"2027-02-29", REFUSED},
        {"2100-02-29", REFUSED},
        {"2027-02-30", REFUSED},
        {"2027-04-31", REFUSED},
        {"2027-13-01", REFUSED},
        {"2027-00-01", REFUSED},
        {"2027-01-00", REFUSED},
        {"2027-1-5", REFUSED},
        {"27-01-05", REFUSED},
        {"2027-01-15T10:00:00", REFUSED},
        {"2027-01-15T10:00Z", REFUSED},
        {"2027-01-15T24:00:00Z", REFUSED},
        {"2027-01-15T10:60:00Z", REFUSED},
        {"2027-01-15T10:00:61Z", REFUSED},
        {"2027-01-15T10:00:00.Z", REFUSED},
        {"2027-01-15T10:00:00+0200", REFUSED},
        {"2027-01-15T10:00:00+24:00", REFUSED},
        {"2027-01-15T10:00:00Zx", REFUSED},
        {"2027-01-15T", REFUSED},
        {"2027-01-15x", REFUSED},
        {"9999-12-31T23:59:59-01:00", REFUSED},
        {"tomorrow", REFUSED},
        {"", REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        apr_int64_t seconds = -9;
        apr_status_t rv = semr_date_parse(view(rows[i].word), &seconds);

        if (rows[i].expected == REFUSED) {
            assert_int_equal(rv, APR_EINVAL);
        }
        else {
            assert_int_equal(rv, APR_SUCCESS);
            assert_int_equal(seconds, rows[i].expected);
        }
    }
}

static void words(void **state)
{
    static const char *const rows[][2] = {
        {"a b", "[a][b]"},
        {" \t a\\ b ", "[a\\][b]"},
        {"a\\\\b \\d", "[a\\b][\\d]"},
        {"\"a b\" 'c d'", "[a b][c d]"},
        {"\"a \\\"b\\\" \\\\ \\d\"", "[a \"b\" \\ \\d]"},
        {"'a \\' b'", "[a ' b]"},
        {"\"\" x", "[][x]"},
        {"a=\"b c\" \"a=b c\" d-e='f g'", "[a=b c][a=b c][d-e=f g]"},
        {"a=b\"c d", "[a=b\"c][d]"},
        {"/a=\"b c\"", "[/a=\"b][c\"]"},
        {"a=\"\\\"\\\\\"", "[a=\"\\]"},
        {"it's", "[it's]"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *line = rows[i][0], *text = "";
        semr_diag_t diag;
        semr_view_t word;

        while (semr_words_next(&line, pool, &word, &diag) == APR_SUCCESS) {
            const char *quoted = semr_words_quote(pool, word);
            semr_view_t again;

            text =
                apr_pstrcat(pool, text, "[",
                            apr_pstrmemdup(pool, word.p, word.len), "]", NULL);
            assert_int_equal(semr_words_next(&quoted, pool, &again, &diag),
                             APR_SUCCESS);
            assert_true(semr_view_equal(word, again));
        }
        assert_string_equal(text, rows[i][1]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only),
        cmocka_unit_test(durations),
        cmocka_unit_test(dates),
        cmocka_unit_test(words),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
