/* SPDX-License-Identifier: Apache-2.0
 * How an explanation is made: a run is told of each rule that a request meets.
 *
 * Whoever asks rules for a request tells of each that matched, and what became
 * of it; nothing here asks or decides.  So what is explained is what the
 * request would meet.
 */
#ifndef SEMR_EXPLAIN_RUN_H
#define SEMR_EXPLAIN_RUN_H

#include "explain.h"
#include "walk.h"

/* Where a set of rules stands */
typedef struct semr_explain_place_t {
    const char *name; /* "<Location /x>", an .htaccess; NULL: a server's own */
    int inherited;    /* from the main server */
    int space;        /* as semr_walk takes it */
    apr_uint64_t id;  /* for semr_identity */
} semr_explain_place_t;

/* Begins a run; preflight: the request is one. */
void semr_explain_begin(semr_explained_run_t *run, apr_pool_t *pool,
                        const char *method, int preflight);

/* A rule matched, was judged, and this became of it.  walk is NULL if nobody
 * walked on from it. */
void semr_explain_rule(semr_explained_run_t *run,
                       const semr_explain_place_t *place,
                       const semr_candidate_t *candidate,
                       const semr_judge_t *judge, semr_verdict_t verdict,
                       semr_fate_t fate, const semr_answer_t *answer,
                       const semr_walk_t *walk);

/* A rule matched that comes after the one that has decided. */
void semr_explain_beaten(semr_explained_run_t *run,
                         const semr_explain_place_t *place,
                         const semr_candidate_t *candidate,
                         const semr_judge_t *judge);

/* All rules were asked.  vary: the header that was gathered, or NULL. */
void semr_explain_end(semr_explained_run_t *run, const char *vary);

/* Whether two runs get the same answer by the same rule. */
int semr_explain_same(const semr_explained_run_t *a,
                      const semr_explained_run_t *b);

/* -- without a server ------------------------------------------------------ */

/* What surrounds a request that somebody asks of spaces of his own */
typedef struct semr_explain_scene_t {
    const semr_space_t *spaces; /* asked in turn; empty ones may be among them
                                 */
    int nspaces;
    const semr_explain_place_t *places; /* of each */
    semr_judge_t *judge;                /* complete; base too */
    int keeps;                          /* SemanticRedirectChains keep */
    /* as semr_walk_t has them */
    int (*is_ours)(void *baton, const semr_origin_t *origin);
    void (*scope)(void *baton, semr_judge_t *judge);
    void *baton;
} semr_explain_scene_t;

/* Asks all rules of the spaces, and ends the run, which was begun. */
void semr_explain_spaces(semr_explained_run_t *run,
                         const semr_explain_scene_t *scene);

#endif
