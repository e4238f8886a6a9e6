/* SPDX-License-Identifier: Apache-2.0
 * The questions of a run, by number: those of expect lines first, then a URL
 * that each rule takes, by each method.
 */
#ifndef SEMR_CLI_VERIFY_QUESTIONS_H
#define SEMR_CLI_VERIFY_QUESTIONS_H

#include "verify.h"

/* X(id, key, words): why something is not asked */
#define VERIFY_SKIPS(X)                                                        \
    X(METHOD, "method",                                                        \
      "by a method that might change something: --methods names it")           \
    X(SCHEME, "scheme", "for the other scheme than --against has")             \
    X(DATE, "date", "an expectation of another date: at=")                     \
    X(URL, "url", "no URL is known: an expect line can name one")              \
    X(NOTHING, "nothing",                                                      \
      "sends nothing now: off, its dates, or never "                           \
      "reached")                                                               \
    X(MADE_UP, "made_up_end",                                                  \
      "an end that nobody knows, of a made-up URL: an expect line can name "   \
      "one")                                                                   \
    X(ELSEWHERE, "elsewhere", "an end on another server: --elsewhere")

typedef enum verify_skip_t {
    VERIFY_ASKED = -1,
#define X(id, key, words) VERIFY_SKIP_##id,
    VERIFY_SKIPS(X)
#undef X
        VERIFY_SKIP_COUNT
} verify_skip_t;

/* Static. */
const char *verify_skip_key(verify_skip_t skip);
const char *verify_skip_words(verify_skip_t skip);

typedef struct verify_question_t {
    apr_uint64_t number;
    const char *method;
    const char *url;        /* in full */
    semr_request_t request; /* the same */
    verify_wanted_t wanted;
    const char *file; /* of the rule that decides, or the expect line */
    unsigned line;
    /* of an expect line that does not hold for the maps; else NULL */
    const char *expected, *got;
    int made_up; /* no such page has to be there */
    int is_tree; /* it is the top of a tree */
} verify_question_t;

typedef struct verify_questions_t verify_questions_t;

/* plan has its rules.  NULL, and has said why, if the maps cannot be asked. */
verify_questions_t *verify_questions_create(verify_plan_t *plan);

apr_uint64_t verify_questions_count(const verify_questions_t *questions);

/* A checksum of what the maps say, and one of the options that choose what is
 * asked. */
apr_uint64_t verify_questions_maps(const verify_questions_t *questions);
apr_uint64_t verify_questions_asks(const verify_questions_t *questions);

/* Question number, in pool; or why it is not asked. */
verify_skip_t verify_question(verify_questions_t *questions,
                              apr_uint64_t number, apr_pool_t *pool,
                              verify_question_t *question);

#endif
