/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: a source of redirects -> a map.
 *
 * The first byte of the input chooses the format, in the order of
 * IMPORT_FORMATS, from 'A' on; the second the options.  What has to hold: a map
 * that was made is one, each of its rows a rule; and what is told is a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "import_write.h"
#include "mapfile.h"

typedef struct bytes_t {
    char *text;
    apr_size_t len, room, read;
} bytes_t;

static void fail(const char *what, const char *text)
{
    fprintf(stderr, "%s:\n%s\n", what, text);
    abort();
}

static apr_status_t put(void *baton, const char *text, apr_size_t len)
{
    bytes_t *bytes = baton;

    if (bytes->len + len + 1 > bytes->room) {
        bytes->room = 2 * (bytes->len + len + 1);
        bytes->text = realloc(bytes->text, bytes->room);
    }
    memcpy(bytes->text + bytes->len, text, len);
    bytes->len += len;
    bytes->text[bytes->len] = '\0';
    return APR_SUCCESS;
}

static apr_status_t get(void *baton, char *text, apr_size_t *len)
{
    bytes_t *bytes = baton;

    if (*len > bytes->len - bytes->read) {
        *len = bytes->len - bytes->read;
    }
    memcpy(text, bytes->text + bytes->read, *len);
    bytes->read += *len;
    return APR_SUCCESS;
}

static apr_status_t count(void *baton, const semr_rule_t *rule)
{
    (void)rule;
    ++*(apr_uint64_t *)baton;
    return APR_SUCCESS;
}

/* The map is read as it will be. */
static void check_map(const import_result_t *result, apr_pool_t *pool)
{
    bytes_t bytes = {0};
    semr_sink_t sink = {put, &bytes};
    semr_mapfile_source_t source = {get, &bytes};
    semr_rule_defaults_t defaults;
    semr_mapfile_report_t report;
    semr_diag_t diag;
    semr_out_t out;
    apr_uint64_t rules = 0;

    semr_out_start(&out, &sink);
    import_write_map(&out, result);
    semr_out_finish(&out);
    if (!result->import->directives) {
        semr_rule_defaults_parse(&defaults, pool, "", &diag);
        semr_mapfile_read(&source, SEMR_MAPFILE_TEXT, "made", &defaults, count,
                          &rules, &report, pool);
        if (report.bad || rules != result->rules) {
            fail("it is no map", bytes.text);
        }
    }
    free(bytes.text);
}

static void check_told(const import_t *import)
{
    apr_uint64_t left = 0;
    int i;

    for (i = 0; i < import->told->nelts; i++) {
        const import_told_t *told =
            &APR_ARRAY_IDX(import->told, i, import_told_t);

        left += told->left != 0;
        if (strpbrk(told->text, "\r\n")) {
            fail("more than a line is told", told->text);
        }
    }
    if (left != import->left) {
        fail("it lost count of what is left", import->name);
    }
}

static void import_bytes(apr_pool_t *pool, int format, int options,
                         const char *text, apr_size_t len)
{
    static apr_status_t (*const readers[])(import_t *) = {
#define X(id, name, what) import_read_##id,
        IMPORT_FORMATS(X)
#undef X
    };
    static const char *const matches[] = {"str", "beg", "dir", "end",
                                          "sub", "dom", "reg", "regm"};
    import_result_t result = {.format = "fuzz"};
    import_t import = {.pool = pool, .name = "fuzz", .base = "/"};

    import.text.p = text;
    import.text.len = len;
    import.moves = apr_array_make(pool, 8, sizeof(import_move_t));
    import.told = apr_array_make(pool, 8, sizeof(import_told_t));
    import.comments = apr_array_make(pool, 8, sizeof(import_told_t));
    import.intent = options & 1 ? SEMR_PERMANENT : -1;
    import.match = matches[options >> 1 & 7];
    import.base = options & 16 ? "/base/" : NULL;
    import.on = options & 16 ? "request_uri" : "uri";
    import.dots = options >> 5 & 1;
    import.directives = options >> 6 & 1;
    import.host = options & 128 ? "www.example.com" : NULL;
    if (readers[format % (int)(sizeof(readers) / sizeof(*readers))](&import) ==
        APR_SUCCESS) {
        import_make(&import, &result);
        check_map(&result, pool);
    }
    check_told(&import);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static apr_pool_t *root;
    apr_pool_t *pool;
    char *text;

    if (!root) {
        apr_initialize();
        apr_pool_create(&root, NULL);
    }
    if (size < 2 || size > 64 * 1024) {
        return 0;
    }
    apr_pool_create(&pool, root);
    /* terminated, as it comes from a file; a sanitizer sees its end */
    text = malloc(size - 1);
    memcpy(text, data + 2, size - 2);
    text[size - 2] = '\0';
    import_bytes(pool, (data[0] + 256 - 'A') % 256, data[1], text, size - 2);
    free(text);
    apr_pool_destroy(pool);
    return 0;
}
