/* SPDX-License-Identifier: Apache-2.0
 * A reply, against what the rules say: pure functions, and the words for what
 * is wrong.
 */
#ifndef SEMR_CLI_VERIFY_JUDGE_H
#define SEMR_CLI_VERIFY_JUDGE_H

#include "decide.h"
#include "request.h"

/* X(id, key, fails, what, mend): what can be wrong, and what to look at first.
 * fails: the run exits 1 for it. */
#define VERIFY_KINDS(X)                                                        \
    X(EXPECT, "expectation", 1, "Expect lines that the maps do not keep",      \
      "semredirect test tells more")                                           \
    X(NOTHING, "not_redirected", 1, "Not redirected",                          \
      "is the map loaded, live, and no other module before it?")               \
    X(CODE, "code", 1, "Another code", "a stage, or another rule")             \
    X(LOCATION, "location", 1, "Another Location",                             \
      "another version of the map, or another rule")                           \
    X(CACHE, "cache", 1, "On trial without no-store",                          \
      "caches would keep it; another rule, or another module")                 \
    X(REDIRECTED, "redirected", 1, "Redirected where the rules send nothing",  \
      "another stage, another rule, or the application")                       \
    X(REFUSED, "refused", 1, "Refused",                                        \
      "--user, --header, or an error of the server")                           \
    X(BUSY, "busy", 1, "The server was busy", "ask less: --rate")              \
    X(UNREACHABLE, "unreachable", 1, "No answer",                              \
      "is the server there? --timeout, --retries")                             \
    X(END_MISSING, "end_missing", 1, "The end is not there",                   \
      "a mistake in TO, or a page that is still to come")                      \
    X(END_ERROR, "end_error", 1, "The end fails", "an error of the server")    \
    X(END_OTHER, "end_other", 1, "The end has another code",                   \
      "--end-ok, --user")                                                      \
    X(END_UNREACHABLE, "end_unreachable", 1, "The end does not answer",        \
      "is that server there? --timeout, --retries")                            \
    X(CIRCLE, "circle", 1, "In a circle",                                      \
      "other rules, or the application, lead back")                            \
    X(LONG, "long", 1, "Over ten hops", "other rules, or the application")     \
    X(TREE, "tree", 0, "The new top of a tree is not there",                   \
      "a mistake in TO; or no page has to be there, and an expect line names " \
      "one below")

typedef enum verify_kind_t {
    VERIFY_RIGHT = -1,
#define X(id, key, fails, what, mend) VERIFY_##id,
    VERIFY_KINDS(X)
#undef X
        VERIFY_KIND_COUNT
} verify_kind_t;

/* Static. */
const char *verify_kind_key(verify_kind_t kind);
const char *verify_kind_what(verify_kind_t kind);
const char *verify_kind_mend(verify_kind_t kind);
int verify_kind_fails(verify_kind_t kind);

/* What the rules say */
typedef struct verify_wanted_t {
    int code;                /* 0: they send nothing */
    const char *location;    /* NULL: none */
    int no_store;            /* it is on trial */
    int observed_code;       /* an observed rule would have sent this, and */
    const char *observed_to; /* this, which the server must not; 0: none */
} verify_wanted_t;

/* What the server says */
typedef struct verify_reply_t {
    const char *failure; /* why there is no reply; NULL: there is one */
    int code;
    const char *location; /* NULL: none */
    int no_store;
    apr_int64_t retry_after; /* seconds; 0: it does not say */
} verify_reply_t;

/* Codes that may be the end of a chain, as "200,204" */
enum { VERIFY_ENDS_MAX = 16 };
typedef struct verify_end_codes_t {
    int codes[VERIFY_ENDS_MAX];
    int count;
} verify_end_codes_t;

/* Reads them; 0: they are none. */
int verify_end_codes_read(verify_end_codes_t *codes, const char *text);

/* request is what was asked: Locations without a host are on its host and port,
 * or on port, at which the server really is, and by which it may name itself.
 */
verify_kind_t verify_judge(const verify_wanted_t *wanted,
                           const verify_reply_t *reply,
                           const semr_request_t *request, apr_port_t port,
                           apr_pool_t *pool);

/* The end of a chain; is_tree: it is the top of a tree. */
verify_kind_t verify_judge_end(const verify_end_codes_t *codes,
                               const verify_reply_t *reply, int is_tree);

/* Whether a reply sends the client on: with a code that does, and somewhere. */
int verify_is_redirect(const verify_reply_t *reply);

/* Whether it asks to come again later. */
int verify_is_busy(const verify_reply_t *reply);

#endif
