/* SPDX-License-Identifier: Apache-2.0
 * The rules that a subcommand works on, and the virtual host around them.
 *
 * MAP is what SemanticRedirectMap takes: a text map, CSV by its ending, or
 * image:PATH; - is stdin.  All maps of one call compete in one space, as those
 * of one virtual host do.
 */
#ifndef SEMR_CLI_RULES_H
#define SEMR_CLI_RULES_H

#include "ask.h"
#include "command.h"
#include "explain_run.h"
#include "mapfile.h"

/* --options, --host ...: what a virtual host says beside its maps. */
extern const cli_option_t cli_rules_options[];

/* A row that was left out, or a notice about one */
typedef struct cli_told_t {
    const char *file;
    unsigned line;
    const char *text;
} cli_told_t;

typedef struct cli_rules_t {
    apr_pool_t *pool;
    apr_array_header_t *sets;      /* of const semr_ruleset_t *: the maps */
    apr_array_header_t *inherited; /* likewise: --inherit */
    semr_space_t spaces[2];        /* of the maps, and inherited */
    semr_ends_t ends[2];           /* likewise */
    apr_uint64_t count;            /* rules of the maps */

    apr_uint64_t bad;             /* rows that were left out; the first of */
    apr_array_header_t *problems; /* each map, of cli_told_t */
    apr_array_header_t *notices;  /* likewise */

    /* the virtual host */
    apr_array_header_t *names; /* of semr_view_t: its name, and aliases; lower
                                  case; empty: none was given */
    int https;                 /* clients come by https, unless they say so */
    apr_port_t port;           /* that they ask for, unless they say so */
    int keeps;                 /* --chains keep */
    semr_stage_t stage;
    apr_int64_t now;           /* seconds since 1970 */
    const semr_judge_t *judge; /* that asks; set by cli_rules_ask */
} cli_rules_t;

/* Reads the maps, by the options that were given; count of them may be 0.
 * Returns APR_EINVAL, and has said why, if one cannot be read or an option is
 * wrong.  Rows that are wrong are left out, and kept in problems. */
apr_status_t cli_rules_read(cli_t *cli, const char *const *maps, int count,
                            cli_rules_t *rules);

/* The same; adds lines of expectations to expects, of cli_told_t: the line as
 * written, which semr_expect_parse takes. */
apr_status_t cli_rules_read_expects(cli_t *cli, const char *const *maps,
                                    int count, cli_rules_t *rules,
                                    apr_array_header_t *expects);

/* Says problems on stderr, and notices unless --quiet.  Returns CLI_FOUND if
 * there are problems. */
cli_exit_t cli_rules_say(const cli_t *cli, const cli_rules_t *rules);

/* Where a set's rules stand: as explaining wants it, for spaces. */
extern const semr_explain_place_t cli_rules_places[2];

/* Makes ready to ask as clients of the virtual host do: all of ask and judge
 * but request, method and class, which are the asker's to set, each time.  One
 * ask at a time. */
void cli_rules_ask(cli_rules_t *rules, semr_ask_t *ask, semr_judge_t *judge);

/* A request for target, "/path?query", as the virtual host's clients send it;
 * in request, zeroed before.  0: it is no such thing. */
int cli_rules_request(const cli_rules_t *rules, semr_request_t *request,
                      const char *target, apr_pool_t *pool);

/* Whether a TO's origin is the virtual host; as semr_walk_t has it, with the
 * rules as its baton.  Without --host, the host that is asked is. */
int cli_rules_is_ours(void *rules, const semr_origin_t *origin);

/* The rule's words as a value, in pool. */
void cli_rules_rule(const cli_rules_t *rules, int space, int set,
                    apr_uint32_t number, apr_pool_t *pool, semr_rule_t *rule);

#endif
