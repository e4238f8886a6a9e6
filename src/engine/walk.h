/* SPDX-License-Identifier: Apache-2.0
 * Walking a chain: where a client would end that follows one redirect after
 * the other on this server (DESIGN 4).
 *
 * A walk begins with an answer that a rule gives.  As long as Location is on
 * this server, it asks the rules there as if a client had come, and goes on
 * where chain.h allows.  Hops are joined in room of the walk's own, so nothing
 * is allocated before the end is known, but for URLs of several thousand bytes
 * and what folded rules, parameters and regexes need of a URL.
 */
#ifndef SEMR_WALK_H
#define SEMR_WALK_H

#include "chain.h"
#include "ends.h"
#include "judge.h"

/* X(id, words): why a walk ended where it did */
#define SEMR_WALK_ENDS(X)                                                      \
    X(REACHED, "no rule moves it any further")                                 \
    X(ELSEWHERE, "it is on another host")                                      \
    X(GONE, "it is gone")                                                      \
    X(LOOP, "the rules lead in a circle")                                      \
    X(DIFFERS, "the next rule says something else")                            \
    X(CONDITION, "the next rule has a condition")                              \
    X(STAGE, "the next rule is at an earlier stage")                           \
    X(LEAVES, "the next rule leaves it alone")                                 \
    X(LONG, "ten hops are the most")

typedef enum semr_walk_end_t {
#define X(id, words) SEMR_WALK_##id,
    SEMR_WALK_ENDS(X)
#undef X
        SEMR_WALK_END_COUNT
} semr_walk_end_t;

/* Static. */
const char *semr_walk_words(semr_walk_end_t end);

/* One rule that was met, in the image that holds it */
typedef struct semr_hop_t {
    const semr_ruleset_t *set;
    int space;                 /* index; -1: none of them, only of hop 0 */
    int set_index;             /* in its space */
    apr_uint32_t at;           /* offset of its record */
    apr_uint32_t number, line; /* of the rule */
    const semr_image_policy_t *policy;
    semr_method_class_t class; /* of the request that it is asked for */
    int status;                /* what live would send to it; 0: nothing */
    semr_location_t location;  /* where that leads; text NULL: nowhere */
} semr_hop_t;

enum { SEMR_WALK_ROOM = 8192 };

typedef struct semr_walk_t {
    /* set by the caller */
    const semr_space_t *spaces; /* asked in turn; empty ones may be among them
                                 */
    int nspaces;
    /* Whether an origin that a TO names is this server; less than 0: it never
     * is, whatever request is asked. */
    int (*is_ours)(void *baton, const semr_origin_t *origin);
    /* Sets the stage and the max-ages of the scope that a path is in.  NULL:
     * as the walk began. */
    void (*scope)(void *baton, semr_judge_t *judge);
    void *baton;
    const semr_ends_t *ends; /* of the space that the walk begins in; what is
                                found is kept there; NULL: nothing is */

    /* told by the walk; views are in room, or where they were in the answer */
    semr_walk_end_t end;
    int nhops;
    semr_hop_t hops[SEMR_HOPS_MAX];
    semr_hop_t next; /* that it did not go through; set NULL: there is none */
    apr_uint32_t tried; /* patterns that were compared on the way */

    /* the walk's own */
    int passes_observed; /* as clients are passed by what is observed */
    semr_view_t base;    /* of Locations that name no host */
    semr_view_t fragment;
    semr_judge_t judge; /* of the hop */
    semr_request_t request;
    semr_judge_t *first;
    semr_lookup_t lookup;
    char room[SEMR_WALK_ROOM];
} semr_walk_t;

/* Gives the request of first room for Locations; to be called before rules are
 * judged whose answer may be walked. */
void semr_walk_begin(semr_walk_t *walk, semr_judge_t *first);

/* Walks on from the answer that candidate, of spaces[space], gives.  Changes
 * the answer's location, max_age and, at SEMR_WALK_GONE, status to those of the
 * end.  At SEMR_WALK_LOOP the request should be declined. */
semr_walk_end_t semr_walk(semr_walk_t *walk, const semr_candidate_t *candidate,
                          int space, semr_answer_t *answer);

#endif
