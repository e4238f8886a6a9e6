/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: a JSON line of an access log, by the scanner and by jansson.
 *
 * The first byte chooses the keys.  What has to hold: a line that the scanner
 * takes is the very request that jansson makes of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "log_parts.h"

/* With odd ones: more dots than objects, the same for two, none at all */
static const char *const fields[] = {
    NULL, "url=a.b.c a.b a,method=a.m m,status=s.0 s,host=a.b.h",
    "url=. .a a. ..,method=a..m,query=q,request=q,host=."};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static void fail(const char *what, semr_view_t line)
{
    fprintf(stderr, "%s: %.*s\n", what, (int)line.len, line.p);
    abort();
}

static void compare(semr_view_t line, const cli_log_request_t *quick,
                    const cli_log_request_t *whole)
{
    if (strcmp(quick->method, whole->method) != 0) {
        fail("another method", line);
    }
    if (!quick->target != !whole->target ||
        (quick->target && strcmp(quick->target, whole->target) != 0)) {
        fail("another target", line);
    }
    if (quick->host.len != whole->host.len ||
        (quick->host.len &&
         memcmp(quick->host.p, whole->host.p, quick->host.len) != 0)) {
        fail("another host", line);
    }
    if (quick->port != whole->port || quick->scheme != whole->scheme ||
        quick->status != whole->status) {
        fail("another port, scheme or status", line);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static cli_log_t *logs[FIELDS][2];
    static apr_pool_t *pool;
    cli_log_request_t quick = {.scheme = SEMR_ANY_SCHEME}, whole = quick;
    cli_log_result_t result;
    semr_diag_t diag;
    semr_view_t line;
    int i;

    if (!pool) {
        apr_initialize();
        apr_pool_create(&pool, NULL);
        for (i = 0; i < FIELDS * 2; i++) {
            logs[i / 2][i % 2] =
                cli_log_create(pool, CLI_LOG_JSON, fields[i / 2], &diag);
        }
    }
    if (!size) {
        return 0;
    }
    line = (semr_view_t){(const char *)data + 1, size - 1};
    i = data[0] % FIELDS;
    if (cli_log_json_quick(logs[i][0], line, &quick, &result)) {
        if (cli_log_json_whole(logs[i][1], line, &whole) != result) {
            fail("another result", line);
        }
        compare(line, &quick, &whole);
    }
    return 0;
}
