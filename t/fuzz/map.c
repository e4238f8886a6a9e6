/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: a map's bytes -> rules.
 *
 * The first byte of the input chooses format, chunk size and defaults.  What
 * has to hold: however the bytes come, the map reads the same; a rule that is
 * written and read again is the same rule; no message holds a line break.
 */
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>

#include "../unit/mapfile_text.h"

static const char *const defaults_words[] = {
    "",
    "intent=permanent",
    "intent=gone code=404 case=ignore slash=exact host=h.example",
    "intent=temporary stage=observe starts=2026-01-01 query=drop note=x",
};

static const apr_size_t chunk_sizes[] = {1, 2, 3, 7, 64, 300, 4096, 70000};

static void fail(const char *what, const char *text)
{
    fprintf(stderr, "%s:\n%s\n", what, text);
    abort();
}

/* Each line of the report begins with what map_text puts there. */
static void check_lines(const apr_array_header_t *told)
{
    for (int i = 0; i < told->nelts; i++) {
        const char *text = APR_ARRAY_IDX(told, i, const char *);

        if (strpbrk(text, "!?") == text + strspn(text, "0123456789") &&
            strchr(text, '\n') != text + strlen(text) - 1) {
            fail("a message of more than one line", text);
        }
    }
}

static void check_map(apr_pool_t *pool, int choice, const char *bytes,
                      apr_size_t len)
{
    semr_mapfile_format_t format =
        choice & 1 ? SEMR_MAPFILE_CSV : SEMR_MAPFILE_TEXT;
    lines_t lines = {.pool = pool, .fields = 1, .again = 1};
    chunks_t chunks = {.bytes = bytes, .len = len, .chunk = len + 1};
    semr_rule_defaults_t defaults;
    semr_diag_t diag;
    const char *whole, *other;

    if (semr_rule_defaults_parse(&defaults, pool,
                                 defaults_words[choice >> 1 & 3], &diag)) {
        fail("defaults", diag.text);
    }
    whole = map_text(&lines, &chunks, format, &defaults);
    check_lines(lines.parts);
    if (lines.differs) {
        fail("written and read again it is another rule", lines.differs);
    }
    chunks.done = 0;
    chunks.chunk = chunk_sizes[choice >> 3 & 7];
    other = map_text(&lines, &chunks, format, &defaults);
    if (strcmp(whole, other) != 0) {
        fprintf(stderr, "%s", whole);
        fail("in chunks it is another map", other);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static int started;
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    if (size == 0) {
        return 0;
    }
    apr_pool_create(&pool, NULL);
    check_map(pool, data[0], (const char *)data + 1, size - 1);
    apr_pool_destroy(pool);
    return 0;
}
