/* SPDX-License-Identifier: Apache-2.0
 * Golden files: t/golden/findings holds rules, and beside each what is found in
 * them; it is always the first of 2027.  A first line "# lint: WORD ..." says
 * keep, http, or name=HOST.  With SEMR_GOLDEN=write in the environment what is
 * found is written there.
 */
#include <apr_file_info.h>

#include "lint_rules.h"
#include "views.h"

#define FOLDER   "t/golden/findings/"
#define THE_DAY  APR_INT64_C(1798761600)
#define OUR_NAME "www.example.com"

static unsigned char seen[SEMR_FINDING_COUNT];

typedef struct told_t {
    apr_array_header_t *lines; /* of char * */
} told_t;

static void take(void *baton, const semr_finding_t *finding)
{
    told_t *told = baton;

    seen[finding->id] = 1;
    APR_ARRAY_PUSH(told->lines, const char *) = finding_line(pool, finding);
}

static const char *slurp(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = apr_palloc(pool, 1 << 20);

    if (!file) {
        return NULL;
    }
    bytes[fread(bytes, 1, (1 << 20) - 1, file)] = '\0';
    fclose(file);
    return bytes;
}

static void read_options(semr_lint_t *lint, const char *bytes)
{
    const char *line = "";

    if (strncmp(bytes, "# lint:", 7) == 0) {
        line = apr_pstrmemdup(pool, bytes, strcspn(bytes, "\n"));
    }
    lint->keeps_chains = strstr(line, "keep") != NULL;
    lint->https = strstr(line, "http") == NULL;
    lint->host = view(OUR_NAME);
    lint->now = THE_DAY;
}

static const char *findings_in(const char *name)
{
    const char *path = apr_pstrcat(pool, FOLDER, name, NULL);
    const semr_ruleset_t *set = rules_of_file(pool, path, name, "");
    semr_space_t space = {&set, 1, NULL};
    told_t told = {apr_array_make(pool, 64, sizeof(char *))};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1, .tell = take};
    apr_uint64_t count = 0;

    assert_non_null(set);
    read_options(&lint, slurp(path));
    lint.tell_baton = &told;
    semr_lint(&lint, pool);
    for (int i = 0; i < SEMR_FINDING_COUNT; i++) {
        count += lint.counts[i];
    }
    assert_int_equal(count, told.lines->nelts);
    return apr_array_pstrcat(pool, told.lines, 0);
}

static void check_map(const char *name)
{
    const char *beside = apr_pstrcat(pool, FOLDER, name, ".txt", NULL);
    const char *found = findings_in(name), *expected = slurp(beside);

    if (getenv("SEMR_GOLDEN")) {
        FILE *file = fopen(beside, "wb");

        assert_non_null(file);
        fputs(found, file);
        fclose(file);
        return;
    }
    if (!expected) {
        fail_msg("%s is not there; SEMR_GOLDEN=write makes it", beside);
    }
    assert_string_equal(found, expected);
}

static void golden(void **state)
{
    apr_dir_t *folder;
    apr_finfo_t info;

    (void)state;
    assert_int_equal(apr_dir_open(&folder, FOLDER, pool), APR_SUCCESS);
    while (apr_dir_read(&info, APR_FINFO_NAME, folder) == APR_SUCCESS) {
        if (info.name[0] != '.' && !strstr(info.name, ".txt")) {
            check_map(apr_pstrdup(pool, info.name));
        }
    }
    apr_dir_close(folder);
}

/* All but what needs millions of comparisons: t/unit/lint.c has that. */
static void each_finding_is_there(void **state)
{
    (void)state;
    for (int id = 0; id < SEMR_FINDING_COUNT; id++) {
        if (!seen[id] && id != SEMR_FINDING_UNCHECKED) {
            fail_msg("no map of " FOLDER " has a %s",
                     semr_finding_name((semr_finding_id_t)id));
        }
    }
}

static void ordinary_rules_are_clean(void **state)
{
    (void)state;
    assert_string_equal(findings_in("clean.map"), "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(each_finding_is_there),
        cmocka_unit_test(ordinary_rules_are_clean),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("lint_golden", tests, start, stop);
}
