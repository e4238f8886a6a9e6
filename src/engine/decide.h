/* SPDX-License-Identifier: Apache-2.0
 * Intent, method and stage -> the answer: pure functions over one table.
 * RFC 9110 15.4 and 15.5.11; docs/intents.md gives the reason of each cell.
 */
#ifndef SEMR_DECIDE_H
#define SEMR_DECIDE_H

#include <apr_time.h>

#include "vocabulary.h"

/* The columns of the decision table */
typedef enum semr_method_class_t {
    SEMR_CLASS_GET,     /* GET, HEAD */
    SEMR_CLASS_OTHER,   /* POST, PUT, DAV's, QUERY, any that we do not know */
    SEMR_CLASS_OPTIONS, /* OPTIONS that is no preflight */
    SEMR_CLASS_NEVER,   /* CORS preflight, TRACE, CONNECT */
    SEMR_CLASSES
} semr_method_class_t;

/* The part of a rule that decides */
typedef struct semr_policy_t {
    semr_intent_t intent;
    semr_method_mode_t method;
    int code;            /* the pinned status code, or 0 */
    apr_int64_t max_age; /* seconds, or SEMR_MAX_AGE_... */
    semr_stage_t stage;
    apr_int64_t starts, ends, settles; /* seconds since 1970, or no date */
} semr_policy_t;

/* Methods compare as strings, case-sensitive (RFC 9110 9.1).  preflight: the
 * request has Origin and Access-Control-Request-Method (Fetch 3.2.2). */
semr_method_class_t semr_decide_class(const char *method, int preflight);

/* The stage that counts at the time now: the most cautious of the scope's and
 * the rule's own; trial until settles; off outside [starts, ends). */
semr_stage_t semr_decide_stage(const semr_policy_t *policy, semr_stage_t scope,
                               apr_int64_t now);

/* The status code to send, or 0: declined, the application answers.  At
 * SEMR_OBSERVE it is the code that live would send. */
int semr_decide_code(const semr_policy_t *policy, semr_method_class_t method,
                     semr_stage_t stage);

/* The seconds for Cache-Control: 0 is no-store, SEMR_MAX_AGE_NONE no header.
 * scope: the max-age that SemanticRedirectMaxAge gives this intent, or
 * SEMR_MAX_AGE_DEFAULT.  Never more than the time left until ends. */
apr_int64_t semr_decide_max_age(const semr_policy_t *policy, apr_int64_t scope,
                                semr_stage_t stage, apr_int64_t now);

#endif
