/* SPDX-License-Identifier: Apache-2.0
 * What the files of explaining share.
 *
 *     explaining.c         one request, and what the request path tells of it
 *     explaining_page.c    what the status page is asked for: several of them
 *     explaining_hints.c   what else is to know of the server
 */
#ifndef SEMR_EXPLAINING_PARTS_H
#define SEMR_EXPLAINING_PARTS_H

#include "explain_target.h"
#include "explaining.h"

/* What shall be explained, and by whose request */
typedef struct semr_explain_asked_t {
    request_rec *r;               /* of the status page */
    semr_explain_target_t target; /* complete */
    apr_table_t *headers;         /* that were given */
    int names_host;               /* the URL did */
    int quiet;                    /* httpd logs nothing of it */
} semr_explain_asked_t;

/* Explains one request with these headers.  preview: whether it shall hold; -1:
 * as the request says.  The run lives in r->pool. */
void semr_explaining_run(const semr_explain_asked_t *asked,
                         semr_explained_run_t *run, const char *method,
                         const apr_table_t *headers, int preview);

/* What else is to know of this server, as sentences. */
apr_array_header_t *semr_explaining_hints(const semr_explain_asked_t *asked,
                                          const semr_explained_run_t *run);

#endif
