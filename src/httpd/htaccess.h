/* SPDX-License-Identifier: Apache-2.0
 * Rules of .htaccess files, which httpd reads anew for each request.
 *
 * A line is parsed to be checked the first time that a child meets it; from
 * then on only those are parsed that might match the request, and an image is
 * built of these alone.  So all rules have one meaning, whoever keeps them.
 */
#ifndef SEMR_HTACCESS_H
#define SEMR_HTACCESS_H

#include "scope.h"

/* A rule's line, as long as the request */
typedef struct semr_line_t {
    const char *text;
    int flags; /* SEMR_RULE_... */
    unsigned number;
    int glance;             /* semr_glance applies to it */
    apr_uint32_t condition; /* of the scope's conditions; 0: none */
} semr_line_t;

/* Whether this line was remembered under the same configuration.  What is
 * remembered is a hash, in a table of fixed size that threads share. */
int semr_htaccess_knows(const char *text, int flags, const void *conf);

/* Remembers a line that was found to be right. */
void semr_htaccess_remember(const char *text, int flags, const void *conf);

/* The rules of the scope's lines that might match; NULL: there is none.
 * APR_EINVAL, and why in diag, if a line that was remembered is wrong. */
apr_status_t semr_htaccess_set(const semr_scope_t *scope,
                               semr_request_t *request,
                               const semr_ruleset_t **set, semr_diag_t *diag);

#endif
