/* SPDX-License-Identifier: Apache-2.0
 * An explanation: what a request would get, by which rule, and why by no other.
 *
 * This is the model that is rendered, by the page and by the command; it is
 * made by explain_run.h.  All texts are in one pool, and nothing of a rule's
 * image is kept.  NULL is nothing to tell.
 */
#ifndef SEMR_EXPLAIN_H
#define SEMR_EXPLAIN_H

#include <apr_tables.h>

#include "decide.h"
#include "fate.h"

/* What the request gets: X(id, key, what it says). */
#define SEMR_OUTCOMES(X)                                                       \
    X(NO_RULE, "no-rule", "no rule answers it: the site does")                 \
    X(ANSWERED, "answered", "a rule answers it")                               \
    X(OBSERVED, "observed", "the site answers it, and a rule is observed")     \
    X(LEFT_ALONE, "left-alone", "a rule says that the site answers it")        \
    X(LOOP, "loop", "rules lead in a circle, so the site answers it")          \
    X(STATUS_PAGE, "status-page", "the status page is never redirected")       \
    X(NEVER, "never", "such a request is never redirected")                    \
    X(REFUSED, "refused", "the server answers it before any rule does")

typedef enum semr_outcome_t {
#define X(id, key, words) SEMR_OUTCOME_##id,
    SEMR_OUTCOMES(X)
#undef X
        SEMR_OUTCOME_COUNT
} semr_outcome_t;

/* Static. */
const char *semr_fate_key(semr_fate_t fate);
const char *semr_outcome_key(semr_outcome_t outcome);
const char *semr_outcome_words(semr_outcome_t outcome);
/* What is never redirected: "TRACE", "CORS preflight" ... */
#define SEMR_EXPLAIN_PREFLIGHT "CORS preflight"

enum { SEMR_EXPLAIN_RULES = 40 }; /* that are told one by one */

/* One rule that matched; a NULL is nothing to tell. */
typedef struct semr_explained_rule_t {
    const char *intent, *from, *to, *options, *note;
    const char *at; /* "file:line" */
    const char *file;
    unsigned line;
    const char *where; /* the place's name */
    int inherited;
    apr_uint64_t id;
    semr_stage_t stage; /* now */
    semr_fate_t fate;
    const char *reason;   /* goes on after "the rule at file:line" */
    int status;           /* of an answer, sent or observed; else 0 */
    const char *location; /* likewise */
    /* where it stands among others */
    int space, kind, names_host, with_slash;
    apr_uint32_t rank;
    apr_size_t path_len;
    const char *path;
} semr_explained_rule_t;

/* One redirect of a chain */
typedef struct semr_explained_hop_t {
    const char *method;   /* of the request that is made there */
    const char *at;       /* the rule, "file:line" */
    const char *intent;   /* of the rule */
    int status;           /* what live would send */
    const char *location; /* NULL: none */
} semr_explained_hop_t;

/* One request, explained */
typedef struct semr_explained_run_t {
    const char *name;   /* the method, or SEMR_EXPLAIN_PREFLIGHT */
    const char *method; /* as it is sent */
    semr_method_class_t class;
    semr_outcome_t outcome;
    int status; /* what is sent, or would be where it is observed; 0: nothing */
    semr_stage_t stage;                          /* of the rule that decides */
    const char *location, *cache_control, *vary; /* NULL: no such header */
    const semr_explained_rule_t *rule;           /* that decides; NULL: none */
    apr_array_header_t *rules; /* of semr_explained_rule_t *, as asked */
    apr_uint32_t more_rules;   /* that match and are not told */
    apr_array_header_t *hops;  /* of semr_explained_hop_t; NULL: no walk */
    int keeps;                 /* the client makes each hop itself */
    const char *end; /* of the walk, in words; NULL: there was no walk */
    int preview;     /* whether it held; -1: nobody asked */
    int server;      /* the status that the server gives before it asks rules of
                        sections; 0: none */
    int has_sections; /* it came to rules of sections, if there are any */
    int gave_up;      /* regexes that did, at their limit */

    apr_pool_t *pool;
    int settled; /* a rule has decided */
} semr_explained_run_t;

/* The whole explanation */
typedef struct semr_explained_t {
    const char *url;                      /* with scheme and host */
    const apr_table_t *headers;           /* that were given */
    const char *accept, *cookie, *origin; /* likewise, one by one; or NULL */
    const char *more_headers;             /* the others as they were given */
    const char *asked_url;                /* as it was given */
    const semr_explained_run_t *run;      /* what was asked */
    const semr_explained_run_t *methods;  /* the same URL by other methods */
    int nmethods;
    const semr_explained_run_t *preview; /* with the preview turned round; NULL:
                                            there is none, or nothing differs */
    const apr_array_header_t *hints;     /* of const char *: what to know */
} semr_explained_t;

/* What a run comes to, as one sentence in its pool: "POST /old gets 308 to
 * /new, by moves.map:12." */
const char *semr_explain_sentence(const semr_explained_run_t *run,
                                  const char *url);

/* What the rule that decides is called: "The rule that wins"; static. */
const char *semr_explain_heading(const semr_explained_run_t *run);

/* Where its chain ends, and who goes there, as sentences; run has hops. */
const char *semr_explain_chain_end(const semr_explained_run_t *run);

#endif
