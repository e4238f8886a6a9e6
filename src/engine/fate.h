/* SPDX-License-Identifier: Apache-2.0
 * What becomes of a rule that matches a request.
 */
#ifndef SEMR_FATE_H
#define SEMR_FATE_H

/* What becomes of a rule that matches: X(id, key, words); the words go on
 * after "the rule at file:line". */
#define SEMR_FATES(X)                                                          \
    X(ANSWERS, "answers", "answers")                                           \
    X(LEAVES, "leaves-alone", "leaves this request alone")                     \
    X(LOOPS, "loops", "leads in a circle, so nobody is redirected")            \
    X(STATUS_PAGE, "status-page", "would redirect the status page itself")     \
    X(OBSERVED, "observed", "is only observed: it sends nothing")              \
    X(PASSED, "passed-over", "is passed over")                                 \
    X(BEATEN, "comes-later", "comes later")

typedef enum semr_fate_t {
#define X(id, key, words) SEMR_FATE_##id,
    SEMR_FATES(X)
#undef X
        SEMR_FATE_COUNT
} semr_fate_t;

#endif
