/* SPDX-License-Identifier: Apache-2.0
 * What is told around one explained request: the same URL by other methods, and
 * what its URL might have meant.
 *
 * Whoever explains brings how a request is explained, through httpd or without;
 * which requests those are, and what is said of them, is here.
 */
#ifndef SEMR_EXPLAIN_AROUND_H
#define SEMR_EXPLAIN_AROUND_H

#include "explain.h"
#include "explain_target.h"

typedef struct semr_explain_around_t {
    apr_pool_t *pool;
    const semr_explain_target_t *target; /* complete; host NULL: none is known
                                          */
    const apr_table_t *headers;          /* that were given */
    /* Explains target, by method and with headers, into run. */
    void (*explain)(void *baton, const semr_explain_target_t *target,
                    const char *method, const apr_table_t *headers,
                    semr_explained_run_t *run);
    void *baton;
} semr_explain_around_t;

/* Whether a request with these headers is a CORS preflight. */
int semr_explain_is_preflight(const char *method, const apr_table_t *headers);

/* Sets explained->methods; its run is there already, and among them. */
void semr_explain_methods(const semr_explain_around_t *around,
                          semr_explained_t *explained);

/* Adds what else is to know of run, which is what was asked, as sentences. */
void semr_explain_hints(const semr_explain_around_t *around,
                        const semr_explained_run_t *run,
                        apr_array_header_t *hints);

#endif
