/* SPDX-License-Identifier: Apache-2.0
 * A request -> the rules that match it, best first (DESIGN 2).
 *
 * Sets that are given together compete in one space.  Each call of next gives
 * the best rule after the one before, so that a caller whose condition does
 * not hold simply asks again, and nothing is gathered or sorted for the usual
 * request that takes the first.  No rule is scanned but those of one place.
 */
#ifndef SEMR_LOOKUP_H
#define SEMR_LOOKUP_H

#include "image.h"
#include "pattern.h"

/* An image, ready to be asked: with its regexes compiled. */
typedef struct semr_ruleset_t {
    const semr_image_t *image;
    semr_regex_t **regexes; /* by pattern; NULL where it is none */
} semr_ruleset_t;

/* Sets whose rules compete in one space, in the order written */
typedef struct semr_space_t {
    const semr_ruleset_t *const *sets;
    int count;                         /* SEMR_IMAGES_MAX at most */
    const apr_uint64_t *const *majors; /* semr_lookup_groups of them; NULL: the
                                          patterns of each set are its own */
} semr_space_t;

/* Finds patterns that stand in several sets: by set and pattern, where each is
 * tried.  In pool; NULL if there are none. */
const apr_uint64_t *const *semr_lookup_groups(const semr_ruleset_t *const *sets,
                                              int count, apr_pool_t *pool);

/* Compiles what image needs, in pool; jit: it will be asked more than once.
 * APR_EINVAL, and why in diag, if a regex is refused, which a rule that was
 * parsed cannot be. */
apr_status_t semr_ruleset_open(semr_ruleset_t *set, apr_pool_t *pool,
                               const semr_image_t *image, int jit,
                               semr_diag_t *diag);

typedef struct semr_candidate_t {
    const semr_ruleset_t *set;
    int set_index;                 /* in the array that was given to start */
    const semr_image_rule_t *rule; /* in the lookup, until the next call, */
    const semr_image_policy_t *policy;
    semr_match_t *match; /* likewise; it may hold more than TO can take */
} semr_candidate_t;

enum { SEMR_BOUNDARIES_MAX = SEMR_DEPTH_MAX + 1 };

/* The state of one search, on the caller's stack; of no use to read. */
typedef struct semr_lookup_t {
    semr_request_t *request;
    const semr_ruleset_t *const *sets;
    const apr_uint64_t *const *majors;
    int nsets;
    int limits;         /* regexes that gave up: readable */
    apr_uint32_t tried; /* patterns that were compared: readable */
    int met_query;      /* rules were met that ask for a query: readable */

    int stage;
    int own_form; /* an exact rule names the path as it was asked */
    /* the candidate before: where it stands, and which it is there */
    apr_uint64_t major, minor;
    const semr_ruleset_t *last_set; /* NULL: there is none in this stage */
    const apr_uint32_t *last_run;   /* where it stands in its run */
    apr_uint32_t last_node;         /* what led to that run */

    int found;
    apr_uint64_t best_major, best_minor;
    semr_candidate_t best;
    semr_image_rule_t best_rule;
    const apr_uint32_t *best_run;
    apr_uint32_t best_node;

    semr_view_t bare; /* the path without a final slash */
    int with_slash;
    apr_uint64_t hash; /* of bare */
    int nboundaries;
    struct {
        apr_uint32_t end, depth;
    } boundaries[SEMR_BOUNDARIES_MAX];
    apr_uint32_t depth;      /* of the one that is offered */
    const apr_uint32_t *run; /* where what is offered stands, */
    apr_uint32_t node;       /* and what led there */
    apr_uint32_t alone;      /* the run of a place with one rule */

    semr_match_t match; /* of what is offered */
    semr_match_t best_match;
} semr_lookup_t;

/* Begins a search among nsets sets, SEMR_IMAGES_MAX at most, which must outlive
 * it. */
void semr_lookup_start(semr_lookup_t *lookup, semr_request_t *request,
                       const semr_ruleset_t *const *sets, int nsets);

/* The same in a space. */
static inline void semr_lookup_start_in(semr_lookup_t *lookup,
                                        semr_request_t *request,
                                        const semr_space_t *space)
{
    semr_lookup_start(lookup, request, space->sets, space->count);
    lookup->majors = space->majors;
}

/* The next candidate; 0: there is none.  FROM has matched; method, dates,
 * stage and condition are the caller's to judge. */
int semr_lookup_next(semr_lookup_t *lookup, semr_candidate_t *candidate);

/* What a path meets, told without a search: for hops of a chain */
typedef enum semr_peek_t {
    SEMR_PEEK_NOTHING, /* no rule matches, whatever host and query */
    SEMR_PEEK_RULE,  /* one exact rule comes before all others: *rule of set */
    SEMR_PEEK_UNSURE /* a search will tell */
} semr_peek_t;
semr_peek_t semr_lookup_peek(const semr_space_t *space, semr_view_t path,
                             const semr_ruleset_t **set,
                             semr_image_rule_t *rule);

/* Joins the candidate's Location, as semr_location_join says. */
int semr_lookup_location(const semr_lookup_t *lookup,
                         const semr_candidate_t *candidate, semr_view_t base,
                         semr_location_t *location);

#endif
