/* SPDX-License-Identifier: Apache-2.0
 * Explaining a request, through httpd.
 *
 * The request is made as a subrequest of the status page's, with what a client
 * would have sent instead of what the administrator did.  So httpd finds its
 * sections and .htaccess files, and the hooks of mod_semredirect.c ask the
 * rules as they always do; but what they find is told to a run, and the
 * request is declined.  Nothing is sent, counted, logged as an answer, or run.
 */
#ifndef SEMR_EXPLAINING_H
#define SEMR_EXPLAINING_H

#include <httpd.h>

#include "asked.h"
#include "explain_run.h"
#include "scope.h"

/* One request that is explained */
typedef struct semr_explain_t {
    semr_explained_run_t *run;
    int preview; /* whether it holds; -1: as the request says */
    int https;
    unsigned port;        /* 0: that of the scheme */
    const request_rec *r; /* NULL: httpd has not begun with it */
    int has_sections;     /* httpd came to rules of sections */
    int quiet;            /* httpd logs nothing of it */
} semr_explain_t;

/* What r is the explanation of; NULL: it is a request like others. */
const semr_explain_t *semr_explaining_found(const request_rec *r);

static inline const semr_explain_t *semr_explaining(const request_rec *r)
{
    return __builtin_expect(r->main != NULL, 0) ? semr_explaining_found(r)
                                                : NULL;
}

/* To be called before rules of sections are asked for r, which is explained. */
void semr_explaining_sections(request_rec *r);

/* A rule that matches, as it is asked */
typedef struct semr_explaining_t {
    const semr_explain_t *explain;
    const semr_scope_t *scope;
    const semr_counters_t *counters; /* of the sets; NULL: none */
    const semr_candidate_t *candidate;
    int space;
} semr_explaining_t;

/* Whether it comes after the one that has decided; then that is told. */
int semr_explaining_later(const semr_explaining_t *rule,
                          const semr_judge_t *judge);

/* Tells what became of it.  walk->nhops 0: nobody walked on from it, which is
 * made good here.  preview: whether it held; -1: nobody asked. */
void semr_explaining_rule(const semr_explaining_t *rule, semr_judge_t *judge,
                          semr_verdict_t verdict, semr_fate_t fate,
                          const semr_answer_t *answer, semr_walk_t *walk,
                          int preview);

/* Explains what the status page is asked for, in r->pool; *explained is NULL if
 * there is no URL yet.  APR_EINVAL, and why in diag, if a parameter is refused.
 */
apr_status_t semr_explaining_make(request_rec *r, const semr_asked_t *asked,
                                  const semr_explained_t **explained,
                                  semr_diag_t *diag);

void semr_explaining_register_hooks(void);

#endif
