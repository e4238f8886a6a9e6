/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: a line of an access log -> a request.
 *
 * The first byte chooses the format.  What has to hold: a request has a method
 * and a target without blanks and control bytes, a host in lower case, and a
 * status of HTTP; and the line before says nothing about it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "log.h"

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_request(const cli_log_request_t *request)
{
    const char *p;
    apr_size_t i;

    if (!*request->method || !*request->target) {
        fail("a request without method or target");
    }
    for (p = request->target; *p; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7f) {
            fail("a target with a blank or a control byte");
        }
    }
    for (i = 0; i < request->host.len; i++) {
        char c = request->host.p[i];

        if (c <= ' ' || (c >= 'A' && c <= 'Z')) {
            fail("a host that is no host");
        }
    }
    if (request->status && (request->status < 100 || request->status > 599)) {
        fail("a status that is none");
    }
}

static void check_line(cli_log_t *log, semr_view_t line)
{
    cli_log_request_t first, again;
    cli_log_result_t result = cli_log_read(log, line, &first);
    char *target = result == CLI_LOG_REQUEST ? strdup(first.target) : NULL;

    if (target) {
        check_request(&first);
    }
    if (cli_log_read(log, line, &again) != result ||
        (target &&
         (strcmp(target, again.target) || strcmp(first.method, again.method) ||
          first.host.len != again.host.len || first.status != again.status))) {
        fail("read again it is another request");
    }
    free(target);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static cli_log_t *logs[CLI_LOG_FORMAT_COUNT];
    static apr_pool_t *pool;
    semr_diag_t diag;
    int i;

    if (!pool) {
        apr_initialize();
        apr_pool_create(&pool, NULL);
        for (i = 0; i < CLI_LOG_FORMAT_COUNT; i++) {
            logs[i] = cli_log_create(pool, (cli_log_format_t)i, NULL, &diag);
        }
    }
    if (size) {
        check_line(logs[data[0] % CLI_LOG_FORMAT_COUNT],
                   (semr_view_t){(const char *)data + 1, size - 1});
    }
    return 0;
}
