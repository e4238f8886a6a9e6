/* SPDX-License-Identifier: Apache-2.0
 * A request asked without a server; mod_semredirect.c asks as this does.
 */
#include "explain_parts.h"

typedef struct asking_t {
    semr_explained_run_t *run;
    const semr_explain_scene_t *scene;
    int space;
    semr_lookup_t lookup;
    semr_walk_t walk;
} asking_t;

/* Walks on from an answer; 0: it is a loop, so that nobody is redirected. */
static int walk_on(asking_t *asking, const semr_candidate_t *candidate,
                   semr_answer_t *answer)
{
    semr_answer_t hop = *answer;

    if (!answer->location.text) {
        return 1;
    }
    if (asking->scene->keeps) { /* the answer stays */
        semr_walk(&asking->walk, candidate, asking->space, &hop);
        return 1;
    }
    semr_walk(&asking->walk, candidate, asking->space, answer);
    return asking->walk.end != SEMR_WALK_LOOP;
}

static semr_fate_t judge_rule(asking_t *asking,
                              const semr_candidate_t *candidate,
                              semr_verdict_t *verdict, semr_answer_t *answer)
{
    asking->walk.nhops = 0;
    semr_walk_begin(&asking->walk, asking->scene->judge);
    *verdict =
        semr_judge(asking->scene->judge, &asking->lookup, candidate, answer);
    if (*verdict == SEMR_VERDICT_LEAVES && answer->stage != SEMR_OBSERVE) {
        return SEMR_FATE_LEAVES;
    }
    if (*verdict != SEMR_VERDICT_ANSWERS) {
        return SEMR_FATE_PASSED;
    }
    if (!walk_on(asking, candidate, answer)) {
        return SEMR_FATE_LOOPS;
    }
    return answer->stage == SEMR_OBSERVE ? SEMR_FATE_OBSERVED
                                         : SEMR_FATE_ANSWERS;
}

static void try_rule(asking_t *asking, const semr_candidate_t *candidate)
{
    const semr_explain_scene_t *scene = asking->scene;
    const semr_explain_place_t *place = scene->places + asking->space;
    semr_verdict_t verdict;
    semr_answer_t answer;
    semr_fate_t fate;

    if (asking->run->settled) {
        semr_explain_beaten(asking->run, place, candidate, scene->judge);
        return;
    }
    fate = judge_rule(asking, candidate, &verdict, &answer);
    semr_explain_rule(asking->run, place, candidate, scene->judge, verdict,
                      fate, &answer, asking->walk.nhops ? &asking->walk : NULL);
}

void semr_explain_spaces(semr_explained_run_t *run,
                         const semr_explain_scene_t *scene)
{
    asking_t *asking = apr_pcalloc(run->pool, sizeof(*asking));
    semr_candidate_t candidate;
    int i;

    asking->run = run;
    asking->scene = scene;
    asking->walk.spaces = scene->spaces;
    asking->walk.nspaces = scene->nspaces;
    asking->walk.is_ours = scene->is_ours;
    asking->walk.scope = scene->scope;
    asking->walk.baton = scene->baton;
    run->keeps = scene->keeps;
    for (i = 0; i < scene->nspaces && run->class != SEMR_CLASS_NEVER; i++) {
        if (!scene->spaces[i].count) {
            continue;
        }
        asking->space = i;
        semr_lookup_start_in(&asking->lookup, scene->judge->request,
                             scene->spaces + i);
        while (semr_lookup_next(&asking->lookup, &candidate)) {
            try_rule(asking, &candidate);
        }
        run->gave_up += asking->lookup.limits;
    }
    semr_explain_end(run, NULL);
}
