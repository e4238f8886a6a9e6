/* SPDX-License-Identifier: Apache-2.0
 * What a path that ended in 404 may have meant: the nearest rule, or target of
 * a rule, and the rule that would send it there.
 *
 * First the rules are asked for what people and programs make of a path: other
 * case, another ending, signs at its end, a language before it.  That takes
 * microseconds.  Who is thorough has all rules read once besides, in place,
 * and all paths compared with each by hashes of their parts: the same name
 * elsewhere, one or two wrong letters, rules that lead to the path itself.
 */
#ifndef SEMR_SUGGEST_H
#define SEMR_SUGGEST_H

#include <apr_time.h>

#include "lookup.h"

/* X(id, why), in words that follow "/nearest, for" */
#define SEMR_SUGGEST_REASONS(X)                                                \
    X(TARGET, "a rule leads there: its TO is missing")                         \
    X(IDLE, "a rule is there, but did not answer: see its stage, dates, "      \
            "only= and if=")                                                   \
    X(ANSWERED, "a rule is there now")                                         \
    X(EXCEPT, "a rule leaves it alone")                                        \
    X(QUERY, "rules are there, for another query")                             \
    X(MARKS, "without the signs at its end a rule has it")                     \
    X(CODED, "encoded once a rule has it")                                     \
    X(CASE, "in other letters, small or capital, a rule has it")               \
    X(INDEX, "with or without an index file a rule has it")                    \
    X(ENDING, "with another ending, or none, a rule has it")                   \
    X(LANGUAGE, "with or without a language before it a rule has it")          \
    X(NUMBER, "in singular or plural a rule has it")                           \
    X(FROM_SPELLING, "a rule has it in other letters, or with another ending") \
    X(TO_SPELLING, "a rule leads to it in other letters, with another "        \
                   "ending, or on another host")                               \
    X(FROM_LETTERS, "a rule is one or two letters away")                       \
    X(TO_LETTERS, "the target of a rule is one or two letters away")           \
    X(FROM_NAME, "a rule elsewhere ends in the same name")                     \
    X(TO_NAME, "the target of a rule ends in the same name")                   \
    X(FROM_ABOVE, "the page above it has a rule")                              \
    X(TO_ABOVE, "the page above it is the target of a rule")                   \
    X(UNREAD, "there was no time to read all rules")

typedef enum semr_suggest_reason_t {
#define X(id, why) SEMR_SUGGEST_##id,
    SEMR_SUGGEST_REASONS(X)
#undef X
        SEMR_SUGGEST_REASON_COUNT
} semr_suggest_reason_t;

/* "a rule has it ..."; static. */
const char *semr_suggest_why(semr_suggest_reason_t reason);

/* Among which rules, and how long */
typedef struct semr_suggest_t {
    const semr_space_t *spaces; /* in the order in which they are asked */
    int nspaces;
    semr_view_t host; /* of the server; lower case */
    apr_port_t port;
    int https;
    semr_stage_t stage;    /* of the server */
    apr_int64_t now;       /* seconds since 1970 */
    int thorough;          /* read all rules */
    apr_uint64_t most;     /* rules that are read at most; 0: all */
    apr_time_t until;      /* when reading ends; 0: never */
    apr_uint64_t read;     /* set: how many were read */
    int unread;            /* set: some were not, for there was no time */
    apr_uint64_t compared; /* of use to suggest*.c */
} semr_suggest_t;

/* Strings are in the pool that was given. */
typedef struct semr_suggestion_t {
    int reason;          /* a semr_suggest_reason_t; -1: there is nothing */
    const char *nearest; /* a FROM or a TO; NULL: none */
    const char *rule;    /* to be copied; NULL: none */
    const char *file;    /* where the rule stands that is like it */
    unsigned line;
} semr_suggestion_t;

/* For each of count paths, canonical or masked, NULL to pass over one. */
void semr_suggest(semr_suggest_t *suggest, const char *const *paths, int count,
                  semr_suggestion_t *suggestions, apr_pool_t *pool);

#endif
