/* SPDX-License-Identifier: Apache-2.0
 * What shall be explained, as somebody wrote it: a method, a URL, headers.
 *
 * Texts are views of nothing: all that is read is copied into pool.  A text
 * that is refused is APR_EINVAL, and diag says value, cause and mend.
 */
#ifndef SEMR_EXPLAIN_TARGET_H
#define SEMR_EXPLAIN_TARGET_H

#include <apr_tables.h>

#include "diag.h"

typedef struct semr_explain_target_t {
    const char *method;
    int https;          /* -1: the URL does not say */
    const char *host;   /* lower case, without brackets; NULL: not said */
    unsigned port;      /* 0: not said */
    const char *target; /* path and query, as a browser sends them */
    int has_fragment;   /* it was left out, as browsers do */
} semr_explain_target_t;

/* A method is any token (RFC 9110 9.1); "" and NULL are GET. */
apr_status_t semr_explain_method(semr_explain_target_t *target,
                                 apr_pool_t *pool, const char *text,
                                 semr_diag_t *diag);

/* "/path?query", "//host/path", "http://host:port/path", "https://...".  What
 * may not stand raw in a request is encoded. */
apr_status_t semr_explain_url(semr_explain_target_t *target, apr_pool_t *pool,
                              const char *text, semr_diag_t *diag);

/* "Name: value" lines, or one value of a header that is named; NULL is none.
 * Adds to headers. */
apr_status_t semr_explain_headers(apr_table_t *headers, apr_pool_t *pool,
                                  const char *text, semr_diag_t *diag);
apr_status_t semr_explain_header(apr_table_t *headers, apr_pool_t *pool,
                                 const char *name, const char *value,
                                 semr_diag_t *diag);

/* "https://host:port/path": the URL in full; the path alone without a host. */
const char *semr_explain_full(const semr_explain_target_t *target,
                              apr_pool_t *pool);

#endif
