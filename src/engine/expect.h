/* SPDX-License-Identifier: Apache-2.0
 * An expectation: what a request shall get of the rules, as a value.
 *
 *     expect METHOD URL CODE [LOCATION] [at=DATE]
 *
 * CODE is a status code, which is compared with what the rules' stages give; or
 * an intent, which is any code that says so, and is asked as if all stages were
 * live; or pass: no rule answers, so the site does.
 *
 * An expectation owns nothing: its strings are in the pool that was given.
 */
#ifndef SEMR_EXPECT_H
#define SEMR_EXPECT_H

#include "ask.h"
#include "explain_target.h"

typedef struct semr_expect_t {
    semr_explain_target_t target; /* method and URL */
    const char *url;              /* as written, safe to print */
    int code;             /* a status code; 0: any by which the intent is said,
                             SEMR_NONE: no rule answers */
    semr_intent_t intent; /* likewise */
    const char *location; /* "/path", or with a host; NULL: any, or none */
    apr_int64_t at;       /* seconds since 1970; SEMR_NO_DATE: now */
} semr_expect_t;

/* Reads a line whose first word is expect, words quoted as in httpd.conf.
 * Returns APR_SUCCESS; or APR_EINVAL, and why in diag. */
apr_status_t semr_expect_parse(semr_expect_t *expect, apr_pool_t *pool,
                               const char *line, semr_diag_t *diag);

/* "308 to /new", "permanent", "pass at 2027-01-15": what is expected, for
 * people; in pool. */
const char *semr_expect_words(const semr_expect_t *expect, apr_pool_t *pool);

/* Whether two Locations lead to the same URL, for who has asked request: what
 * names no host is on the host that was asked, and spellings that RFC 3986
 * 6.2.2 calls equal are. */
int semr_expect_same(const char *a, const char *b,
                     const semr_request_t *request, apr_pool_t *pool);

/* Who asks */
typedef struct semr_expect_asker_t {
    /* complete, but for the request, method and class of its judge, whose now
     * is that of expectations which do not say at= */
    semr_ask_t *ask;
    semr_view_t host; /* of URLs that name none */
    int https;        /* of those that name no scheme */
    apr_port_t port;  /* of those that name neither scheme nor port */
    int any_stage;    /* it is enough if rules would answer so at live */
    int conditions;   /* rules met whose if= nobody can tell: counted by whoever
                         the judge asks about it */
} semr_expect_asker_t;

typedef enum semr_expect_end_t {
    SEMR_EXPECT_HOLDS,
    SEMR_EXPECT_FAILS,
    SEMR_EXPECT_OPEN /* a condition decides */
} semr_expect_end_t;

/* Asks.  Unless it holds, *got is what was got instead, "301 to /newer by
 * moves.map:12", or why nobody knows; in pool. */
semr_expect_end_t semr_expect_ask(semr_expect_asker_t *asker,
                                  const semr_expect_t *expect, apr_pool_t *pool,
                                  const char **got);

/* All of it on one line: "POST /old: expected 308 to /new, got ...". */
const char *semr_expect_tell(const semr_expect_t *expect, semr_expect_end_t end,
                             const char *got, apr_pool_t *pool);

#endif
