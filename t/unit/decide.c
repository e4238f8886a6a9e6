/* SPDX-License-Identifier: Apache-2.0
 * The decision: intent x method= x stage x method, pins, stages, max-age.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decide.h"

#define PERMANENT SEMR_PERMANENT
#define TEMPORARY SEMR_TEMPORARY
#define SEE_OTHER SEMR_SEE_OTHER
#define GONE      SEMR_GONE
#define NONE      SEMR_NONE
#define KEEP      SEMR_METHOD_KEEP
#define GET       SEMR_METHOD_GET
#define PASS      SEMR_METHOD_PASS
#define OFF       SEMR_OFF
#define OBSERVE   SEMR_OBSERVE
#define TRIAL     SEMR_TRIAL
#define LIVE      SEMR_LIVE
#define DEFAULT   SEMR_MAX_AGE_DEFAULT
#define NO_HEADER SEMR_MAX_AGE_NONE
#define SIZE(a)   (sizeof(a) / sizeof(*(a)))

enum { METHODS = 9 };

/* The columns of the matrix */
static const struct {
    const char *method;
    int preflight;
} methods[METHODS] = {{"GET", 0},     {"HEAD", 0},  {"POST", 0},
                      {"QUERY", 0},   {"get", 0},   {"OPTIONS", 0},
                      {"OPTIONS", 1}, {"TRACE", 0}, {"CONNECT", 0}};

typedef struct row_t {
    semr_intent_t intent;
    semr_method_mode_t mode;
    semr_stage_t stage;
    int codes[METHODS];
} row_t;

/* clang-format off */
static const row_t matrix[] = {
    /*                          GET  HEAD POST QUERY get OPTIONS pre T C */
    {PERMANENT, KEEP, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {PERMANENT, KEEP, OBSERVE, {301, 301, 308, 308, 308, 308, 0, 0, 0}},
    {PERMANENT, KEEP, TRIAL, {302, 302, 307, 307, 307, 307, 0, 0, 0}},
    {PERMANENT, KEEP, LIVE, {301, 301, 308, 308, 308, 308, 0, 0, 0}},
    {PERMANENT, GET, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {PERMANENT, GET, OBSERVE, {301, 301, 303, 303, 303, 308, 0, 0, 0}},
    {PERMANENT, GET, TRIAL, {302, 302, 303, 303, 303, 307, 0, 0, 0}},
    {PERMANENT, GET, LIVE, {301, 301, 303, 303, 303, 308, 0, 0, 0}},
    {PERMANENT, PASS, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {PERMANENT, PASS, OBSERVE, {301, 301, 0, 0, 0, 0, 0, 0, 0}},
    {PERMANENT, PASS, TRIAL, {302, 302, 0, 0, 0, 0, 0, 0, 0}},
    {PERMANENT, PASS, LIVE, {301, 301, 0, 0, 0, 0, 0, 0, 0}},
    {TEMPORARY, KEEP, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {TEMPORARY, KEEP, OBSERVE, {302, 302, 307, 307, 307, 307, 0, 0, 0}},
    {TEMPORARY, KEEP, TRIAL, {302, 302, 307, 307, 307, 307, 0, 0, 0}},
    {TEMPORARY, KEEP, LIVE, {302, 302, 307, 307, 307, 307, 0, 0, 0}},
    {TEMPORARY, GET, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {TEMPORARY, GET, OBSERVE, {302, 302, 303, 303, 303, 307, 0, 0, 0}},
    {TEMPORARY, GET, TRIAL, {302, 302, 303, 303, 303, 307, 0, 0, 0}},
    {TEMPORARY, GET, LIVE, {302, 302, 303, 303, 303, 307, 0, 0, 0}},
    {TEMPORARY, PASS, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {TEMPORARY, PASS, OBSERVE, {302, 302, 0, 0, 0, 0, 0, 0, 0}},
    {TEMPORARY, PASS, TRIAL, {302, 302, 0, 0, 0, 0, 0, 0, 0}},
    {TEMPORARY, PASS, LIVE, {302, 302, 0, 0, 0, 0, 0, 0, 0}},
    {SEE_OTHER, KEEP, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {SEE_OTHER, KEEP, OBSERVE, {303, 303, 303, 303, 303, 0, 0, 0, 0}},
    {SEE_OTHER, KEEP, TRIAL, {303, 303, 303, 303, 303, 0, 0, 0, 0}},
    {SEE_OTHER, KEEP, LIVE, {303, 303, 303, 303, 303, 0, 0, 0, 0}},
    {SEE_OTHER, GET, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {SEE_OTHER, GET, OBSERVE, {303, 303, 303, 303, 303, 0, 0, 0, 0}},
    {SEE_OTHER, GET, TRIAL, {303, 303, 303, 303, 303, 0, 0, 0, 0}},
    {SEE_OTHER, GET, LIVE, {303, 303, 303, 303, 303, 0, 0, 0, 0}},
    {SEE_OTHER, PASS, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {SEE_OTHER, PASS, OBSERVE, {303, 303, 0, 0, 0, 0, 0, 0, 0}},
    {SEE_OTHER, PASS, TRIAL, {303, 303, 0, 0, 0, 0, 0, 0, 0}},
    {SEE_OTHER, PASS, LIVE, {303, 303, 0, 0, 0, 0, 0, 0, 0}},
    {GONE, KEEP, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {GONE, KEEP, OBSERVE, {410, 410, 410, 410, 410, 410, 0, 0, 0}},
    {GONE, KEEP, TRIAL, {410, 410, 410, 410, 410, 410, 0, 0, 0}},
    {GONE, KEEP, LIVE, {410, 410, 410, 410, 410, 410, 0, 0, 0}},
    {GONE, GET, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {GONE, GET, OBSERVE, {410, 410, 410, 410, 410, 410, 0, 0, 0}},
    {GONE, GET, TRIAL, {410, 410, 410, 410, 410, 410, 0, 0, 0}},
    {GONE, GET, LIVE, {410, 410, 410, 410, 410, 410, 0, 0, 0}},
    {GONE, PASS, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {GONE, PASS, OBSERVE, {410, 410, 0, 0, 0, 0, 0, 0, 0}},
    {GONE, PASS, TRIAL, {410, 410, 0, 0, 0, 0, 0, 0, 0}},
    {GONE, PASS, LIVE, {410, 410, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, KEEP, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, KEEP, OBSERVE, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, KEEP, TRIAL, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, KEEP, LIVE, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, GET, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, GET, OBSERVE, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, GET, TRIAL, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, GET, LIVE, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, PASS, OFF, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, PASS, OBSERVE, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, PASS, TRIAL, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {NONE, PASS, LIVE, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
};
/* clang-format on */

static void codes(void **state)
{
    (void)state;
    assert_int_equal(SIZE(matrix), SEMR_INTENTS * 3 * SEMR_STAGES);
    for (size_t i = 0; i < SIZE(matrix); i++) {
        semr_policy_t policy = {.intent = matrix[i].intent,
                                .method = matrix[i].mode};

        for (size_t j = 0; j < METHODS; j++) {
            int code = semr_decide_code(
                &policy,
                semr_decide_class(methods[j].method, methods[j].preflight),
                matrix[i].stage);

            if (code != matrix[i].codes[j]) {
                fail_msg("row %zu, %s: %d, not %d", i, methods[j].method, code,
                         matrix[i].codes[j]);
            }
        }
    }
}

static void classes(void **state)
{
    static const struct {
        const char *method;
        int preflight;
        semr_method_class_t expected;
    } rows[] = {
        {"GET", 0, SEMR_CLASS_GET},         {"HEAD", 0, SEMR_CLASS_GET},
        {"GET", 1, SEMR_CLASS_GET},         {"POST", 1, SEMR_CLASS_OTHER},
        {"OPTIONS", 0, SEMR_CLASS_OPTIONS}, {"OPTIONS", 1, SEMR_CLASS_NEVER},
        {"TRACE", 0, SEMR_CLASS_NEVER},     {"CONNECT", 0, SEMR_CLASS_NEVER},
        {"PROPFIND", 0, SEMR_CLASS_OTHER},  {"BREW", 0, SEMR_CLASS_OTHER},
        {"head", 0, SEMR_CLASS_OTHER},      {"GETX", 0, SEMR_CLASS_OTHER},
        {"COPY", 0, SEMR_CLASS_OTHER},      {"OPTION", 1, SEMR_CLASS_OTHER},
        {"", 0, SEMR_CLASS_OTHER},
    };

    (void)state;
    for (size_t i = 0; i < SIZE(rows); i++) {
        assert_int_equal(semr_decide_class(rows[i].method, rows[i].preflight),
                         rows[i].expected);
    }
}

static void pins(void **state)
{
    static const struct {
        semr_intent_t intent;
        semr_method_mode_t mode;
        int code;
        semr_stage_t stage;
        int expected[SEMR_CLASSES];
    } rows[] = {
        {PERMANENT, KEEP, 301, LIVE, {301, 301, 301, 0}},
        {PERMANENT, KEEP, 308, LIVE, {308, 308, 308, 0}},
        {PERMANENT, KEEP, 301, OBSERVE, {301, 301, 301, 0}},
        {PERMANENT, KEEP, 301, TRIAL, {302, 302, 302, 0}},
        {PERMANENT, KEEP, 308, TRIAL, {307, 307, 307, 0}},
        {PERMANENT, KEEP, 303, TRIAL, {303, 303, 303, 0}},
        {PERMANENT, KEEP, 301, OFF, {0, 0, 0, 0}},
        {TEMPORARY, KEEP, 301, TRIAL, {302, 302, 302, 0}},
        {TEMPORARY, KEEP, 308, TRIAL, {307, 307, 307, 0}},
        {TEMPORARY, KEEP, 307, LIVE, {307, 307, 307, 0}},
        {PERMANENT, GET, 308, LIVE, {308, 308, 308, 0}},
        {PERMANENT, PASS, 308, LIVE, {308, 0, 0, 0}},
        {SEE_OTHER, KEEP, 302, LIVE, {302, 302, 0, 0}},
        {SEE_OTHER, KEEP, 301, TRIAL, {302, 302, 0, 0}},
        {GONE, KEEP, 404, LIVE, {404, 404, 404, 0}},
        {GONE, GET, 451, LIVE, {451, 451, 451, 0}},
        {GONE, PASS, 451, TRIAL, {451, 0, 0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < SIZE(rows); i++) {
        semr_policy_t policy = {.intent = rows[i].intent,
                                .method = rows[i].mode,
                                .code = rows[i].code};

        for (int j = 0; j < SEMR_CLASSES; j++) {
            int code = semr_decide_code(&policy, (semr_method_class_t)j,
                                        rows[i].stage);

            if (code != rows[i].expected[j]) {
                fail_msg("row %zu, class %d: %d, not %d", i, j, code,
                         rows[i].expected[j]);
            }
        }
    }
}

static void stages(void **state)
{
    static const struct {
        semr_stage_t scope, own;
        apr_int64_t starts, ends, settles, now;
        semr_stage_t expected;
    } rows[] = {
        {LIVE, LIVE, 0, 0, 0, 1000, LIVE},
        {TRIAL, LIVE, 0, 0, 0, 1000, TRIAL},
        {LIVE, OBSERVE, 0, 0, 0, 1000, OBSERVE},
        {OFF, LIVE, 0, 0, 0, 1000, OFF},
        {LIVE, OFF, 0, 0, 0, 1000, OFF},
        {OBSERVE, TRIAL, 0, 0, 0, 1000, OBSERVE},
        {LIVE, LIVE, 1000, 0, 0, 999, OFF},
        {LIVE, LIVE, 1000, 0, 0, 1000, LIVE},
        {LIVE, LIVE, 0, 1000, 0, 999, LIVE},
        {LIVE, LIVE, 0, 1000, 0, 1000, OFF},
        {LIVE, LIVE, 900, 1000, 0, 950, LIVE},
        {LIVE, LIVE, 0, 0, 1000, 999, TRIAL},
        {LIVE, LIVE, 0, 0, 1000, 1000, LIVE},
        {LIVE, OBSERVE, 0, 0, 1000, 999, OBSERVE},
        {OFF, LIVE, 0, 0, 1000, 999, OFF},
        {LIVE, LIVE, 1000, 0, 2000, 1500, TRIAL},
        {LIVE, LIVE, 0, 1000, 2000, 1500, OFF},
    };

    (void)state;
    for (size_t i = 0; i < SIZE(rows); i++) {
        semr_policy_t policy = {.stage = rows[i].own,
                                .starts = rows[i].starts,
                                .ends = rows[i].ends,
                                .settles = rows[i].settles};
        semr_stage_t stage =
            semr_decide_stage(&policy, rows[i].scope, rows[i].now);

        if (stage != rows[i].expected) {
            fail_msg("row %zu: %d, not %d", i, stage, rows[i].expected);
        }
    }
}

static void max_ages(void **state)
{
    static const struct {
        semr_intent_t intent;
        apr_int64_t own, scope;
        semr_stage_t stage;
        apr_int64_t ends; /* now is 1000 */
        apr_int64_t expected;
    } rows[] = {
        {PERMANENT, DEFAULT, DEFAULT, LIVE, 0, 86400},
        {TEMPORARY, DEFAULT, DEFAULT, LIVE, 0, 0},
        {SEE_OTHER, DEFAULT, DEFAULT, LIVE, 0, 0},
        {GONE, DEFAULT, DEFAULT, LIVE, 0, 3600},
        {PERMANENT, DEFAULT, 60, LIVE, 0, 60},
        {PERMANENT, DEFAULT, NO_HEADER, LIVE, 0, NO_HEADER},
        {PERMANENT, 90, 60, LIVE, 0, 90},
        {PERMANENT, 0, 60, LIVE, 0, 0},
        {PERMANENT, NO_HEADER, 60, LIVE, 0, NO_HEADER},
        {TEMPORARY, 90, DEFAULT, LIVE, 0, 90},
        {PERMANENT, DEFAULT, DEFAULT, OBSERVE, 0, 86400},
        {PERMANENT, DEFAULT, DEFAULT, TRIAL, 0, 0},
        {PERMANENT, 90, DEFAULT, TRIAL, 0, 0},
        {PERMANENT, NO_HEADER, DEFAULT, TRIAL, 0, 0},
        {GONE, DEFAULT, 60, TRIAL, 0, 0},
        {PERMANENT, DEFAULT, DEFAULT, LIVE, 1010, 10},
        {PERMANENT, 5, DEFAULT, LIVE, 1010, 5},
        {PERMANENT, 10, DEFAULT, LIVE, 1010, 10},
        {PERMANENT, DEFAULT, 60, LIVE, 1010, 10},
        {PERMANENT, DEFAULT, DEFAULT, LIVE, 999, 0},
        {TEMPORARY, DEFAULT, DEFAULT, LIVE, 1010, 0},
        {PERMANENT, NO_HEADER, DEFAULT, LIVE, 1010, NO_HEADER},
    };

    (void)state;
    for (size_t i = 0; i < SIZE(rows); i++) {
        semr_policy_t policy = {.intent = rows[i].intent,
                                .max_age = rows[i].own,
                                .ends = rows[i].ends};
        apr_int64_t age =
            semr_decide_max_age(&policy, rows[i].scope, rows[i].stage, 1000);

        if (age != rows[i].expected) {
            fail_msg("row %zu: %ld, not %ld", i, (long)age,
                     (long)rows[i].expected);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),    cmocka_unit_test(classes),
        cmocka_unit_test(pins),     cmocka_unit_test(stages),
        cmocka_unit_test(max_ages),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
