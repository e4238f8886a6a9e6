/* SPDX-License-Identifier: Apache-2.0
 * The algebra of chains; see chain.h.
 */
#include "chain.h"

typedef enum move_t { PERMANENT, TEMPORARY, SEE_OTHER, GONE, MOVES } move_t;

/* A row for what the first hop says, a column for the next one. */
static const semr_chain_step_t steps[MOVES][MOVES] = {
    [PERMANENT] =
        {[PERMANENT] = SEMR_CHAIN_GOES_ON, [GONE] = SEMR_CHAIN_IS_GONE},
    [TEMPORARY] =
        {[PERMANENT] = SEMR_CHAIN_GOES_ON, [TEMPORARY] = SEMR_CHAIN_GOES_ON},
    [SEE_OTHER] = {[PERMANENT] = SEMR_CHAIN_GOES_ON,
                   [TEMPORARY] = SEMR_CHAIN_GOES_ON,
                   [SEE_OTHER] = SEMR_CHAIN_GOES_ON},
};

static move_t move_of(int code)
{
    switch (code) {
    case 301:
    case 308:
        return PERMANENT;
    case 302:
    case 307:
        return TEMPORARY;
    case 303:
        return SEE_OTHER;
    default:
        return GONE;
    }
}

semr_chain_step_t semr_chain_step(int first, int next,
                                  semr_method_class_t method)
{
    semr_chain_step_t step = steps[move_of(first)][move_of(next)];

    /* what a client would do there depends on the client */
    if (step == SEMR_CHAIN_GOES_ON &&
        semr_chain_class(method, next) == SEMR_CLASS_NEVER) {
        return SEMR_CHAIN_STOPS;
    }
    return step;
}

semr_method_class_t semr_chain_class(semr_method_class_t method, int code)
{
    if (code == 303) {
        return SEMR_CLASS_GET;
    }
    if ((code == 301 || code == 302) && method != SEMR_CLASS_GET) {
        return SEMR_CLASS_NEVER;
    }
    return method;
}

apr_int64_t semr_chain_max_age(apr_int64_t a, apr_int64_t b)
{
    if (a == SEMR_MAX_AGE_NONE || b == SEMR_MAX_AGE_NONE) {
        return a == SEMR_MAX_AGE_NONE ? b : a;
    }
    return a < b ? a : b;
}
