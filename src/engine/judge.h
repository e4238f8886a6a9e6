/* SPDX-License-Identifier: Apache-2.0
 * Judging: whether a rule that matches answers a request, and what with.
 *
 * The lookup says that FROM matches; here are method, stage, dates, conditions
 * and what Location becomes.  Whoever asks brings what only he knows as calls.
 */
#ifndef SEMR_JUDGE_H
#define SEMR_JUDGE_H

#include "lookup.h"

/* X(id, words): the words go on after "the rule at file:line" */
#define SEMR_VERDICTS(X)                                                       \
    X(ANSWERS, "answers")                                                      \
    X(OFF, "is off")                                                           \
    X(EARLY, "does not hold yet")                                              \
    X(LATE, "does not hold any more")                                          \
    X(METHOD, "is not for this method")                                        \
    X(ACME, "leaves ACME challenges alone")                                    \
    X(CONDITION, "has a condition that does not hold")                         \
    X(LEAVES, "leaves this request alone")                                     \
    X(DOTS, "would make a dot segment of a query's value")                     \
    X(REPEATS, "would only repeat the request")

typedef enum semr_verdict_t {
#define X(id, words) SEMR_VERDICT_##id,
    SEMR_VERDICTS(X)
#undef X
        SEMR_VERDICT_COUNT
} semr_verdict_t;

/* Static. */
const char *semr_verdict_words(semr_verdict_t verdict);

typedef struct semr_answer_t {
    int status;
    semr_stage_t stage; /* SEMR_OBSERVE: only what would be sent */
    semr_policy_t policy;
    apr_int64_t max_age;      /* as semr_decide_max_age */
    semr_location_t location; /* text NULL: the answer has none */
    semr_view_t file;         /* where its rule stands, in the image */
    unsigned line;
} semr_answer_t;

/* A request, and what surrounds it */
typedef struct semr_judge_t {
    semr_request_t *request;
    const char *method;
    semr_method_class_t class;
    apr_int64_t now;
    semr_stage_t stage;         /* of the scope; likewise the next: */
    const apr_int64_t *max_age; /* by intent; NULL: the defaults */
    int as_live;                /* rules that are not off are live */

    /* Whether a rule's if= holds.  NULL: nobody can tell. */
    int (*condition)(void *baton, const semr_candidate_t *candidate);
    /* Whether observed rules are on trial for this request.  NULL: no. */
    int (*preview)(void *baton);
    /* What Location begins with: as semr_location_join wants it.  NULL:
     * nothing, for all forms. */
    semr_view_t (*base)(void *baton, semr_to_form_t form);
    void *baton;

    int unseen;        /* told to condition: whatever it finds, the client gets
                          the same, for the rule is only observed */
    apr_int64_t until; /* when a rule that was passed over begins to hold, and
                          clients will see it: set to SEMR_NO_DATE before */
} semr_judge_t;

/* Judges one candidate of lookup, which was started with judge->request.  The
 * answer is complete if the verdict is SEMR_VERDICT_ANSWERS; its stage is
 * always set. */
semr_verdict_t semr_judge(semr_judge_t *judge, const semr_lookup_t *lookup,
                          const semr_candidate_t *candidate,
                          semr_answer_t *answer);

/* max_age, if it is no more than what is left until judge->until. */
apr_int64_t semr_judge_until(const semr_judge_t *judge, apr_int64_t max_age);

#endif
