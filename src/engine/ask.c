/* SPDX-License-Identifier: Apache-2.0
 * Asking rules without a server.
 */
#include <apr_strings.h>

#include "ask.h"

static const semr_ends_t *ends_of(const semr_ask_t *ask)
{
    return ask->ends && !ask->tell ? ask->ends + ask->asked : NULL;
}

static int is_walked(const semr_ask_t *ask, const semr_candidate_t *candidate)
{
    const semr_ends_t *ends = ends_of(ask);

    if (ask->tell) { /* hops are told even where the client makes them */
        return 1;
    }
    return !ask->keeps &&
           (!ends ||
            !semr_ends_know(ends, semr_ends_bit(ends, candidate->set_index,
                                                candidate->rule->number)));
}

/* Walks on from an answer; 0: it is a loop, so that nobody is redirected. */
static int walk_on(semr_ask_t *ask, const semr_candidate_t *candidate,
                   semr_answer_t *answer)
{
    semr_answer_t hop = *answer;

    ask->walk.ends = ends_of(ask);
    if (ask->keeps) { /* the answer stays */
        semr_walk(&ask->walk, candidate, ask->asked, &hop);
        return 1;
    }
    semr_walk(&ask->walk, candidate, ask->asked, answer);
    return ask->walk.end != SEMR_WALK_LOOP;
}

static semr_fate_t judge_rule(semr_ask_t *ask,
                              const semr_candidate_t *candidate,
                              semr_verdict_t *verdict, semr_answer_t *answer)
{
    int walks = is_walked(ask, candidate);

    ask->walk.nhops = 0;
    ask->judge->request->room_left = 0;
    if (walks) {
        semr_walk_begin(&ask->walk, ask->judge);
    }
    *verdict = semr_judge(ask->judge, &ask->lookup, candidate, answer);
    if (*verdict == SEMR_VERDICT_LEAVES && answer->stage != SEMR_OBSERVE) {
        return SEMR_FATE_LEAVES;
    }
    if (*verdict != SEMR_VERDICT_ANSWERS) {
        return SEMR_FATE_PASSED;
    }
    if (walks && answer->location.text && !walk_on(ask, candidate, answer)) {
        return SEMR_FATE_LOOPS;
    }
    return answer->stage == SEMR_OBSERVE ? SEMR_FATE_OBSERVED
                                         : SEMR_FATE_ANSWERS;
}

static void keep(semr_ask_t *ask, const semr_candidate_t *candidate,
                 semr_fate_t fate, const semr_answer_t *answer)
{
    if (fate == SEMR_FATE_PASSED ||
        (fate == SEMR_FATE_LOOPS && answer->stage == SEMR_OBSERVE)) {
        return;
    }
    if (fate == SEMR_FATE_OBSERVED) {
        if (!ask->observes) {
            ask->observes = 1;
            ask->observed = *answer;
            ask->observed.location.text =
                apr_pstrdup(ask->judge->request->pool, answer->location.text);
        }
        return;
    }
    ask->fate = fate;
    ask->answer = *answer;
    ask->space = ask->asked;
    ask->set = candidate->set_index;
    ask->number = candidate->rule->number;
    ask->at = candidate->rule->at;
}

static void try_rule(semr_ask_t *ask, const semr_candidate_t *candidate)
{
    semr_verdict_t verdict = SEMR_VERDICT_ANSWERS;
    semr_fate_t fate = SEMR_FATE_BEATEN;
    semr_answer_t answer;

    if (ask->fate == SEMR_FATE_PASSED) {
        fate = judge_rule(ask, candidate, &verdict, &answer);
        keep(ask, candidate, fate, &answer);
    }
    if (ask->tell) {
        ask->tell(ask->tell_baton, ask, candidate, verdict, fate,
                  fate == SEMR_FATE_BEATEN ? NULL : &answer);
    }
}

static void ask_space(semr_ask_t *ask)
{
    semr_candidate_t candidate;

    semr_lookup_start_in(&ask->lookup, ask->judge->request,
                         ask->spaces + ask->asked);
    while ((ask->fate == SEMR_FATE_PASSED || ask->tell) &&
           semr_lookup_next(&ask->lookup, &candidate)) {
        try_rule(ask, &candidate);
    }
    ask->gave_up += ask->lookup.limits;
}

void semr_ask(semr_ask_t *ask)
{
    int i;

    ask->walk.spaces = ask->spaces;
    ask->walk.nspaces = ask->nspaces;
    ask->walk.is_ours = ask->is_ours;
    ask->walk.scope = ask->scope;
    ask->walk.baton = ask->baton;
    ask->fate = SEMR_FATE_PASSED;
    ask->observes = ask->gave_up = 0;
    ask->judge->until = SEMR_NO_DATE;
    for (i = 0; i < ask->nspaces && ask->judge->class != SEMR_CLASS_NEVER &&
                (ask->fate == SEMR_FATE_PASSED || ask->tell);
         i++) {
        ask->asked = i;
        if (ask->spaces[i].count) {
            ask_space(ask);
        }
    }
}
