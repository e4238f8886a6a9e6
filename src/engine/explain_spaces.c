/* SPDX-License-Identifier: Apache-2.0
 * A request explained without a server.
 */
#include "ask.h"
#include "explain_parts.h"

typedef struct telling_t {
    semr_explained_run_t *run;
    const semr_explain_place_t *places;
} telling_t;

static void tell(void *baton, const semr_ask_t *ask,
                 const semr_candidate_t *candidate, semr_verdict_t verdict,
                 semr_fate_t fate, const semr_answer_t *answer)
{
    const telling_t *telling = baton;
    const semr_explain_place_t *place = telling->places + ask->asked;

    if (fate == SEMR_FATE_BEATEN) {
        semr_explain_beaten(telling->run, place, candidate, ask->judge);
        return;
    }
    semr_explain_rule(telling->run, place, candidate, ask->judge, verdict, fate,
                      answer, ask->walk.nhops ? &ask->walk : NULL);
}

void semr_explain_spaces(semr_explained_run_t *run,
                         const semr_explain_scene_t *scene)
{
    semr_ask_t *ask = apr_pcalloc(run->pool, sizeof(*ask));
    telling_t telling = {run, scene->places};

    ask->spaces = scene->spaces;
    ask->nspaces = scene->nspaces;
    ask->judge = scene->judge;
    ask->keeps = scene->keeps;
    ask->is_ours = scene->is_ours;
    ask->scope = scene->scope;
    ask->baton = scene->baton;
    ask->tell = tell;
    ask->tell_baton = &telling;
    run->keeps = scene->keeps;
    semr_ask(ask);
    run->gave_up += ask->gave_up;
    semr_explain_end(run, NULL);
}
