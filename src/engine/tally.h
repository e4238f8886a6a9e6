/* SPDX-License-Identifier: Apache-2.0
 * Answers by stage and status code: where each is counted among a scope's
 * counters.
 */
#ifndef SEMR_TALLY_H
#define SEMR_TALLY_H

#include "vocabulary.h"

/* Every code that a rule can send */
#define SEMR_TALLY_CODES(X)                                                    \
    X(301) X(302) X(303) X(307) X(308) X(404) X(410) X(451)

typedef enum semr_tally_code_t {
#define X(code) SEMR_TALLY_##code,
    SEMR_TALLY_CODES(X)
#undef X
        SEMR_TALLY_CODE_COUNT
} semr_tally_code_t;

/* The code itself, by its place in the table. */
static inline int semr_tally_code(semr_tally_code_t slot)
{
    static const short codes[] = {
#define X(code) code,
        SEMR_TALLY_CODES(X)
#undef X
    };

    return codes[slot];
}

enum { SEMR_TALLY_SIZE = SEMR_STAGES * SEMR_TALLY_CODE_COUNT };

/* The counter of answers with this code at this stage, from 0; SEMR_TALLY_SIZE
 * if there is none. */
static inline unsigned semr_tally_slot(semr_stage_t stage, int code)
{
    switch (code) {
#define X(number)                                                              \
    case number:                                                               \
        return (unsigned)stage * SEMR_TALLY_CODE_COUNT + SEMR_TALLY_##number;
        SEMR_TALLY_CODES(X)
#undef X
    default:
        return SEMR_TALLY_SIZE;
    }
}

#endif
