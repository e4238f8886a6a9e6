/* SPDX-License-Identifier: Apache-2.0
 * The algebra of chains: first code x next code x method, what a client does
 * after each code, and the shorter of two max-ages.
 */
#include "chain.h"
#include "views.h"

#define GET     SEMR_CLASS_GET
#define OTHER   SEMR_CLASS_OTHER
#define OPTIONS SEMR_CLASS_OPTIONS
#define NEVER   SEMR_CLASS_NEVER
#define NONE    SEMR_MAX_AGE_NONE

enum { CODES = 8 };

static const int codes[CODES] = {301, 302, 303, 307, 308, 404, 410, 451};

/* A row for each first code, a letter for each next one: stops, goes on, is
 * gone; by the method of the request that the next rule gets. */
static const struct {
    int first;
    const char *get, *other, *options;
} steps[] = {
    /*    34567801: 301 302 303 307 308 404 410 451 */
    {301, "gsssgGGG", "ssssgGGG", "ssssgGGG"},
    {308, "gsssgGGG", "ssssgGGG", "ssssgGGG"},
    {302, "ggsggsss", "sssggsss", "sssggsss"},
    {307, "ggsggsss", "sssggsss", "sssggsss"},
    {303, "gggggsss", "ssgggsss", "ssgggsss"},
    {410, "ssssssss", "ssssssss", "ssssssss"},
    {404, "ssssssss", "ssssssss", "ssssssss"},
    {451, "ssssssss", "ssssssss", "ssssssss"},
};

static char letter(semr_chain_step_t step)
{
    switch (step) {
    case SEMR_CHAIN_STOPS:
        return 's';
    case SEMR_CHAIN_GOES_ON:
        return 'g';
    case SEMR_CHAIN_IS_GONE:
        return 'G';
    }
    return '?';
}

static void check_row(int first, semr_method_class_t class,
                      const char *expected)
{
    int i;

    for (i = 0; i < CODES; i++) {
        char got = letter(semr_chain_step(first, codes[i], class));

        if (got != expected[i]) {
            fail_msg("%d, then %d to a request of class %d: %c, not %c", first,
                     codes[i], class, got, expected[i]);
        }
    }
}

static void test_steps(void **state)
{
    apr_size_t i;

    (void)state;
    assert_int_equal(ROWS(steps), CODES);
    for (i = 0; i < ROWS(steps); i++) {
        check_row(steps[i].first, GET, steps[i].get);
        check_row(steps[i].first, OTHER, steps[i].other);
        check_row(steps[i].first, OPTIONS, steps[i].options);
    }
}

/* A chain never says more than its first hop did: who goes on through a code
 * goes on through all that say the same. */
static void test_pairs(void **state)
{
    static const int pairs[][2] = {{301, 308}, {302, 307}};
    apr_size_t i;
    int j;

    (void)state;
    for (i = 0; i < ROWS(pairs); i++) {
        for (j = 0; j < CODES; j++) {
            assert_int_equal(semr_chain_step(codes[j], pairs[i][0], GET),
                             semr_chain_step(codes[j], pairs[i][1], GET));
            assert_int_equal(semr_chain_step(pairs[i][0], codes[j], OTHER),
                             semr_chain_step(pairs[i][1], codes[j], OTHER));
        }
    }
}

static void test_classes(void **state)
{
    static const struct {
        semr_method_class_t class;
        int code;
        semr_method_class_t expected;
    } rows[] = {
        {GET, 301, GET},     {GET, 302, GET},         {GET, 303, GET},
        {GET, 307, GET},     {GET, 308, GET},         {OTHER, 301, NEVER},
        {OTHER, 302, NEVER}, {OTHER, 303, GET},       {OTHER, 307, OTHER},
        {OTHER, 308, OTHER}, {OPTIONS, 301, NEVER},   {OPTIONS, 302, NEVER},
        {OPTIONS, 303, GET}, {OPTIONS, 307, OPTIONS}, {OPTIONS, 308, OPTIONS},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        semr_method_class_t got = semr_chain_class(rows[i].class, rows[i].code);

        if (got != rows[i].expected) {
            fail_msg("class %d after %d: %d, not %d", rows[i].class,
                     rows[i].code, got, rows[i].expected);
        }
    }
}

static void test_max_ages(void **state)
{
    static const apr_int64_t rows[][3] = {
        {60, 3600, 60}, {3600, 60, 60}, {60, 60, 60},   {0, 86400, 0},
        {86400, 0, 0},  {NONE, 60, 60}, {60, NONE, 60}, {NONE, NONE, NONE},
        {NONE, 0, 0},   {0, NONE, 0},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(semr_chain_max_age(rows[i][0], rows[i][1]),
                         rows[i][2]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_max_ages),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
