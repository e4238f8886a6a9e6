/* SPDX-License-Identifier: Apache-2.0
 * What a run finds: counted, and the first of each kind kept for the end; or
 * all of them written as they come (--all, --json --all).
 */
#ifndef SEMR_CLI_VERIFY_TELL_H
#define SEMR_CLI_VERIFY_TELL_H

#include "json_out.h"
#include "verify_questions.h"

enum { VERIFY_FIRST = 20 }; /* of each kind that are told */

typedef struct verify_wrong_t {
    verify_kind_t kind;
    const char *file;
    unsigned line;
    const char *method, *url;
    const char *expected, *got;
} verify_wrong_t;

typedef struct verify_tell_t {
    cli_t *cli;
    int all;
    cli_json_t json;
    apr_uint64_t counts[VERIFY_KIND_COUNT];
    apr_uint64_t skips[VERIFY_SKIP_COUNT];
    apr_array_header_t *first[VERIFY_KIND_COUNT]; /* of verify_wrong_t */

    apr_uint64_t questions; /* that there are */
    apr_uint64_t already;   /* right in an earlier run */
    apr_uint64_t asked, right;
    apr_uint64_t ends, ends_right;
    apr_uint64_t retries;
    const char *stopped; /* why it did not get to the end; NULL: it did */
} verify_tell_t;

/* plan's cli, and what is wanted of it */
void verify_tell_begin(verify_tell_t *tell, verify_plan_t *plan);

/* Counts; keeps or writes, by copying. */
void verify_tell_wrong(verify_tell_t *tell, const verify_wrong_t *wrong,
                       apr_pool_t *pool);

/* The result. */
void verify_tell_end(verify_tell_t *tell);

/* "301 /new", "no redirect", "502", or why there is no reply; in pool. */
const char *verify_tell_wanted(const verify_wanted_t *wanted, apr_pool_t *pool);
const char *verify_tell_reply(const verify_reply_t *reply, apr_pool_t *pool);

#endif
