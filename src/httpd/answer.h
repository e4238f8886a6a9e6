/* SPDX-License-Identifier: Apache-2.0
 * A rule's answer, and how it gets into httpd's: headers, log fields.
 */
#ifndef SEMR_ANSWER_H
#define SEMR_ANSWER_H

#include <httpd.h>

#include "judge.h"
#include "scope.h"

/* The request is settled: it gets our answer, or a rule leaves it alone, which
 * rules of sections do not overrule. */
void semr_answer_settle(request_rec *r);
int semr_answer_is_settled(const request_rec *r);

/* Sets Location and Cache-Control. */
void semr_answer_headers(request_rec *r, const semr_answer_t *answer);

/* Sets X-Redirect-By, which names the candidate's rule by its identity;
 * counters are those of the sets it is among, NULL: none, for the scope is an
 * .htaccess's. */
void semr_answer_sign(request_rec *r, const semr_candidate_t *candidate,
                      const semr_scope_t *scope,
                      const semr_counters_t *counters);

/* Sets the log fields, SEMREDIRECT_RULE, _STAGE and _CODE, in the environment;
 * again: they may be set already. */
void semr_answer_note(request_rec *r, const semr_answer_t *answer, int again);
int semr_answer_is_noted(const request_rec *r);

/* To be called when hooks are registered, and when all modules are known. */
void semr_answer_register_hooks(void);
void semr_answer_configured(void);

#endif
