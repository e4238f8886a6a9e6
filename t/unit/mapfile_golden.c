/* SPDX-License-Identifier: Apache-2.0
 * Golden files: t/golden/map holds maps, and beside each what is read of it,
 * behind a first line with the defaults.  A new case is a new file; with
 * SEMR_GOLDEN=write in the environment what is read is written there.
 */
#include <stdio.h>

#include <apr_file_info.h>
#include <apr_file_io.h>

#include "mapfile_text.h"
#include "views.h"

#define FOLDER "t/golden/map"

static const char defaults_are[] = "defaults:";

/* A whole file, terminated; NULL: there is none */
static char *slurp(const char *path, apr_size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *bytes = apr_palloc(pool, 1 << 20);

    if (file == NULL) {
        return NULL;
    }
    *len = fread(bytes, 1, (1 << 20) - 1, file);
    bytes[*len] = '\0';
    fclose(file);
    return bytes;
}

/* The words on the first line of what is expected */
static const char *defaults_of(const char *expected)
{
    const char *words = expected + sizeof(defaults_are) - 1;

    if (strncmp(expected, defaults_are, sizeof(defaults_are) - 1) != 0) {
        return "";
    }
    return apr_pstrmemdup(pool, words, strcspn(words, "\n"));
}

/* However the bytes come, they are the same map. */
static void check_chunks(chunks_t *chunks, semr_mapfile_format_t format,
                         const semr_rule_defaults_t *defaults)
{
    static const apr_size_t sizes[] = {1, 2, 3, 7, 4096};
    lines_t lines = {.pool = pool, .fields = 1};
    const char *whole;

    chunks->done = 0;
    whole = map_text(&lines, chunks, format, defaults);
    for (size_t i = 0; i < ROWS(sizes); i++) {
        chunks->done = 0;
        chunks->chunk = sizes[i];
        assert_string_equal(map_text(&lines, chunks, format, defaults), whole);
    }
}

static void check_map(const char *name)
{
    const char *path = apr_pstrcat(pool, FOLDER "/", name, NULL);
    const char *beside = apr_pstrcat(pool, path, ".expected", NULL);
    lines_t lines = {.pool = pool, .again = 1};
    semr_rule_defaults_t defaults;
    apr_size_t len, ignored;
    const char *bytes = slurp(path, &len), *expected = slurp(beside, &ignored);
    const char *words = defaults_of(expected ? expected : ""), *text;
    chunks_t chunks = {.bytes = bytes, .len = len, .chunk = len + 1};
    semr_diag_t diag;

    assert_non_null(bytes);
    if (semr_rule_defaults_parse(&defaults, pool, words, &diag)) {
        fail_msg("%s: %s", beside, diag.text);
    }
    text = map_text(&lines, &chunks, semr_mapfile_format(name), &defaults);
    check_chunks(&chunks, semr_mapfile_format(name), &defaults);
    text = apr_pstrcat(pool, defaults_are, words, "\n", text, NULL);
    if (getenv("SEMR_GOLDEN")) {
        FILE *file = fopen(beside, "wb");

        assert_non_null(file);
        fputs(text, file);
        fclose(file);
        return;
    }
    if (lines.differs) {
        fail_msg("%s: written and read again it is another rule: %s", path,
                 lines.differs);
    }
    if (expected == NULL) {
        fail_msg("%s is not there; SEMR_GOLDEN=write makes it", beside);
    }
    assert_string_equal(text, expected);
}

static void golden(void **state)
{
    apr_dir_t *folder;
    apr_finfo_t info;
    int count = 0;

    (void)state;
    assert_int_equal(apr_dir_open(&folder, FOLDER, pool), APR_SUCCESS);
    while (apr_dir_read(&info, APR_FINFO_NAME, folder) == APR_SUCCESS) {
        if (info.name[0] != '.' && !strstr(info.name, ".expected")) {
            check_map(apr_pstrdup(pool, info.name));
            count++;
        }
    }
    apr_dir_close(folder);
    assert_true(count >= 10);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(golden)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("mapfile_golden", tests, start, stop);
}
