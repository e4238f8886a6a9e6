/* SPDX-License-Identifier: Apache-2.0
 * Asking: what a request gets of rules that somebody has, without a server.
 *
 * It asks as mod_semredirect.c does for a client.  Nothing is allocated for
 * the usual request; what is, goes into the request's pool.
 */
#ifndef SEMR_ASK_H
#define SEMR_ASK_H

#include "fate.h"
#include "walk.h"

typedef struct semr_ask_t {
    /* set by the caller */
    const semr_space_t *spaces; /* asked in turn; empty ones may be among them
                                 */
    int nspaces;
    const semr_ends_t *ends; /* by space, to be learned; NULL: nothing is */
    int keeps;               /* SemanticRedirectChains keep */
    /* as semr_walk_t has them */
    int (*is_ours)(void *baton, const semr_origin_t *origin);
    void (*scope)(void *baton, semr_judge_t *judge);
    void *baton;
    semr_judge_t *judge; /* complete, with its request */
    /* Takes what becomes of each rule that matches, also of those that come
     * after the one that decides; answer is complete if there is one, and walk
     * has hops if somebody walked.  NULL: nobody wants to know. */
    void (*tell)(void *baton, const struct semr_ask_t *ask,
                 const semr_candidate_t *candidate, semr_verdict_t verdict,
                 semr_fate_t fate, const semr_answer_t *answer);
    void *tell_baton;

    /* told by semr_ask */
    semr_fate_t fate;     /* of the rule that decides: answers, leaves, loops;
                             SEMR_FATE_PASSED: there is none */
    semr_answer_t answer; /* of that rule, if it answers: until the next call */
    int space, set;       /* that rule, */
    apr_uint32_t number;  /* by its number in the set, */
    apr_uint32_t at;      /* and the offset of its record */
    int observes;         /* an observed rule would have answered before: */
    semr_answer_t observed;
    int gave_up; /* regexes that did, at their limit */

    /* its own; tell may read them */
    int asked; /* the space */
    semr_lookup_t lookup;
    semr_walk_t walk;
} semr_ask_t;

/* Asks all rules for judge->request; it may be called again and again. */
void semr_ask(semr_ask_t *ask);

#endif
