/* SPDX-License-Identifier: Apache-2.0
 * An access log's requests, asked of rules and counted.
 *
 *     replay.c        the command: options, logs, lines
 *     replay_ask.c    one request: asked, and counted
 *     replay_list.c   what the counters say, as lists
 *     replay_tell.c   as text
 *     replay_json.c   as JSON
 *
 * Memory is two counters a rule, and a sketch of fixed size of the paths that
 * end in 404; a longer log needs no more.
 */
#ifndef SEMR_CLI_REPLAY_H
#define SEMR_CLI_REPLAY_H

#include "json_out.h"
#include "log.h"
#include "misses.h"
#include "progress.h"
#include "rules.h"
#include "suggest.h"
#include "tally.h"

/* What the log says of a request: X(id, key, words) */
#define REPLAY_LOGGED(X)                                                       \
    X(FINE, "fine", "200 to 299, 304")                                         \
    X(REDIRECT, "redirect", "301, 302, 303, 307, 308")                         \
    X(NOT_FOUND, "404", "404")                                                 \
    X(GONE, "410", "410")                                                      \
    X(CLIENT, "client_error", "other 400 to 499")                              \
    X(SERVER, "server_error", "500 to 599")                                    \
    X(OTHER, "other", "none of these")

typedef enum replay_logged_t {
#define X(id, key, words) REPLAY_##id,
    REPLAY_LOGGED(X)
#undef X
        REPLAY_LOGGED_COUNT
} replay_logged_t;

/* Lines that are not asked: X(id, key, words) */
#define REPLAY_SKIPPED(X)                                                      \
    X(NOTHING, "no_request", "tell of no request, or of none that is HTTP")    \
    X(WRONG, "malformed", "are no lines of an access log")                     \
    X(HOSTS, "other_hosts", "are for other hosts than --host")                 \
    X(TARGETS, "no_path", "ask for no path: CONNECT, OPTIONS *")

typedef enum replay_skipped_t {
#define X(id, key, words) REPLAY_SKIP_##id,
    REPLAY_SKIPPED(X)
#undef X
        REPLAY_SKIPPED_COUNT
} replay_skipped_t;

/* What a request would get: by code as tally.h has them; or */
enum {
    REPLAY_NONE = SEMR_TALLY_CODE_COUNT, /* no rule answers */
    REPLAY_LOOP,                         /* its rules lead in a circle */
    REPLAY_OUTCOMES
};

enum { REPLAY_BAD_MOST = 5, REPLAY_SPACES = 2 };

/* A line that was not asked, one of the first */
typedef struct replay_bad_t {
    const char *log;
    apr_uint64_t line;
    const char *text, *why;
} replay_bad_t;

typedef struct replay_t {
    cli_t *cli;
    apr_pool_t *each; /* of a few lines */
    cli_rules_t rules;
    semr_ask_t ask;
    semr_judge_t judge;
    semr_request_t request;
    cli_log_t *log;
    cli_log_request_t logged;
    int most; /* of a list; 0: all */
    unsigned fail_on;

    apr_uint64_t lines, asked;
    apr_uint64_t skipped[REPLAY_SKIPPED_COUNT];
    apr_uint64_t counts[REPLAY_LOGGED_COUNT][REPLAY_OUTCOMES];
    apr_uint64_t same_redirects; /* logged with the code that a rule has */
    apr_uint64_t methods_lost;   /* not GET or HEAD, and sent a 301 or 302 */
    apr_uint64_t observed, gave_up;
    /* by space, and number of the rule in it */
    apr_uint32_t *hits[REPLAY_SPACES];
    apr_uint32_t
        *fine[REPLAY_SPACES]; /* of requests that the log has as fine */
    semr_misses_t *misses;
    apr_array_header_t *bad; /* of replay_bad_t */
    cli_json_t json;         /* what is written to */
    cli_progress_t progress;
} replay_t;

/* -- replay_ask.c ---------------------------------------------------------- */

/* Makes the counters; rules are read. */
void replay_begin(replay_t *replay);

/* Takes a line of a log. */
void replay_line(replay_t *replay, const char *log, apr_uint64_t number,
                 semr_view_t line);

/* -- replay_list.c --------------------------------------------------------- */

/* A rule and its count */
typedef struct replay_rule_t {
    apr_uint32_t count;
    int space, set;
    apr_uint32_t number;
} replay_rule_t;

/* The rules with the highest counts, at most so many (0: all that have any): of
 * replay_rule_t, in cli->pool. */
apr_array_header_t *replay_top(const replay_t *replay,
                               apr_uint32_t *const counts[REPLAY_SPACES],
                               int most);

/* How many rules of the maps answered nothing; tell takes each, or is NULL. */
apr_uint64_t replay_unused(replay_t *replay,
                           void (*tell)(replay_t *replay,
                                        const replay_rule_t *rule));

/* The paths that stay 404, most frequent first, and what each may have meant:
 * returns of semr_miss_t, in cli->pool. */
apr_array_header_t *replay_misses(replay_t *replay,
                                  semr_suggestion_t **suggestions);

/* Sums over a row, or over what rules would do; answers are all but NONE and
 * LOOP. */
apr_uint64_t replay_answered(const replay_t *replay, replay_logged_t logged);
apr_uint64_t replay_unanswered(const replay_t *replay, replay_logged_t logged);
apr_uint64_t replay_outcome(const replay_t *replay, int outcome);

/* -- replay_tell.c, replay_json.c ------------------------------------------ */

void replay_tell_text(replay_t *replay);
void replay_tell_json(replay_t *replay);

#endif
