/* SPDX-License-Identifier: Apache-2.0
 * One rule as a value; its words in and out (DESIGN 1).
 *
 *     INTENT FROM [TO] [OPTION ...]
 *
 * A rule owns nothing: its views point into the line that it was read from,
 * or into the pool that was given, and live as long as both.
 */
#ifndef SEMR_RULE_H
#define SEMR_RULE_H

#include "decide.h"
#include "diag.h"
#include "location.h"

/* A query parameter that FROM asks for */
typedef struct semr_param_t {
    semr_view_t name;  /* decoded; folded where the rule folds */
    semr_view_t value; /* likewise; unused where there is a capture */
    int capture;       /* the number of its {name}, or -1: value is literal */
} semr_param_t;

typedef struct semr_rule_t {
    semr_policy_t policy;

    /* FROM */
    semr_kind_t kind;
    unsigned with_slash : 1;  /* its path was written with a final slash */
    unsigned slash_exact : 1; /* slash=exact */
    unsigned fold : 1;        /* case=ignore, or a regex by ~* */
    unsigned star : 1;        /* a path pattern that ends in slash star */
    unsigned wild : 1;        /* host was written as *.host */
    semr_scheme_t scheme;
    apr_port_t port;  /* 0: any */
    semr_view_t host; /* lower case; len 0: any */
    /* EXACT, PREFIX: canonical, without a final slash, so that the root is
     * empty, folded where fold is set.  PATTERN: see pattern.h.  REGEX: its
     * text. */
    semr_view_t path;
    const semr_param_t *params; /* sorted by name, then value */
    int nparams;

    semr_to_t to; /* drop_query is the rule's query=drop */

    semr_view_t only; /* "GET,POST" as written, or len 0: all methods */
    semr_view_t note;
    semr_view_t condition;     /* text of if=, or len 0 */
    apr_uint32_t condition_id; /* the caller's, 0: none */

    semr_view_t from_word; /* as written, without quotes, for those to read */
    semr_view_t to_word;
    const char *file; /* where it was written; NULL: nowhere */
    unsigned line;
} semr_rule_t;

enum {
    SEMR_RULE_REGEX = 1, /* FROM is a regex, without a tilde before it */
    SEMR_RULE_IF = 2     /* if= is allowed */
};

/* Reads a rule from a line, words quoted as in httpd.conf.  flags as above.
 * Returns APR_SUCCESS, or APR_EINVAL with the reason in diag. */
apr_status_t semr_rule_parse(semr_rule_t *rule, apr_pool_t *pool,
                             const char *line, int flags, semr_diag_t *diag);

/* What a map's directive says of its rows: options that a row does not give
 * itself, an intent for rows without one, and the most that a stage may be. */
typedef struct semr_rule_defaults_t {
    semr_rule_t rule; /* blank but for what was said */
    unsigned given;   /* options that were said, a bit for each row of their
                         table */
    int intent;       /* semr_intent_t; -1: rows give their own */
    semr_stage_t cap; /* SEMR_LIVE: none */
} semr_rule_defaults_t;

/* Reads options, quoted as in httpd.conf, and intent=.  words may be empty; the
 * defaults live as long as words and pool.  Returns as semr_rule_parse does. */
apr_status_t semr_rule_defaults_parse(semr_rule_defaults_t *defaults,
                                      apr_pool_t *pool, const char *words,
                                      semr_diag_t *diag);

/* As semr_rule_parse, with defaults. */
apr_status_t semr_rule_parse_with(semr_rule_t *rule, apr_pool_t *pool,
                                  const char *line, int flags,
                                  const semr_rule_defaults_t *defaults,
                                  semr_diag_t *diag);

/* Whether the rule exists for this method; HEAD goes with GET. */
int semr_rule_only(semr_view_t only, const char *method);

/* FROM, TO and the options as a rule would be written, in pool; "" if there
 * is none.  What is said is canonical where the rule does not keep its word. */
const char *semr_rule_from(apr_pool_t *pool, const semr_rule_t *rule);
const char *semr_rule_to(apr_pool_t *pool, const semr_rule_t *rule);
const char *semr_rule_options(apr_pool_t *pool, const semr_rule_t *rule);

/* Words of the vocabulary; the names are static.  The parsers return -1 for a
 * word that they do not know. */
const char *semr_intent_name(semr_intent_t intent);
const char *semr_stage_name(semr_stage_t stage);
int semr_intent_parse(semr_view_t word);
int semr_stage_parse(semr_view_t word);

/* 90s 15m 12h 7d 1y, or seconds, or none; APR_EINVAL if it is none of these. */
apr_status_t semr_duration_parse(semr_view_t word, apr_int64_t *seconds);

/* An RFC 3339 date or date-time, as seconds since 1970; and back. */
apr_status_t semr_date_parse(semr_view_t word, apr_int64_t *seconds);
const char *semr_date_show(apr_pool_t *pool, apr_int64_t seconds);

#endif
