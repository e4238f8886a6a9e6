/* SPDX-License-Identifier: Apache-2.0
 * Rules -> another server's words.
 *
 *     maps -> in the order of "first match wins" -> a format -> lines
 *
 * A format says one rule at a time, and tells what it loses: export_differs,
 * the rule is said, and yet not quite the same; export_leave, it is not said.
 * All strings live in export->each, until the next rule, or longer.
 */
#ifndef SEMR_CLI_EXPORT_H
#define SEMR_CLI_EXPORT_H

#include <apr_hash.h>

#include "rules.h"

struct export_format_t;

typedef enum export_part_t {
    EXPORT_ALL,  /* one location */
    EXPORT_PAGE, /* of a tree: the page itself */
    EXPORT_BELOW /* of a tree: what is below it */
} export_part_t;

typedef struct export_t {
    const cli_t *cli;
    const struct export_format_t *format;
    semr_out_t *out;
    cli_rules_t rules;

    int has_patterns; /* among the rules are patterns or regexes */

    /* options */
    int keeps_method; /* --code-for-all 308 */
    int code;         /* haproxy: of the map's entries */
    const char *file; /* haproxy: the map's, as its configuration names it */

    /* of the rule that is said */
    apr_pool_t *each;
    const semr_rule_t *rule;
    int status;   /* the code that it sends; 0: none */
    int own_form; /* EXACT: the other form, by its slash, has its own rule */
    int asks;     /* TO has a query */
    export_part_t part; /* nginx: of a tree, which of its locations is said */
    int is_left;
    apr_hash_t *seen;         /* nginx: locations that there are */
    apr_array_header_t *told; /* of const char *: what is lost of it */

    apr_uint64_t said, differ, left;
    apr_array_header_t *report; /* of json_t *; NULL: none is wanted */
} export_t;

typedef struct export_format_t {
    const char *name;
    const char *const *head; /* comments before all; terminated by NULL */
    /* The lines of export->rule; NULL, and it is left. */
    const char *(*say)(export_t *export);
    void (*begin)(export_t *export); /* NULL: nothing more comes first */
} export_format_t;

extern const export_format_t export_apache, export_nginx, export_haproxy,
    export_netlify, export_cloudflare;

void export_differs(export_t *export, const char *text);

/* Returns NULL, so that say may end in it. */
const char *export_leave(export_t *export, const char *text);

/* -- what formats share ---------------------------------------------------- */

typedef enum export_tail_t {
    EXPORT_TAIL_NONE,  /* TO takes nothing of what a star took */
    EXPORT_TAIL_SLASH, /* with its slash: SEMR_OP_TAIL */
    EXPORT_TAIL_REST   /* without: SEMR_OP_REST */
} export_tail_t;

/* What TO takes of FROM's star */
export_tail_t export_tail(const semr_rule_t *rule);

/* The rule's path as an anchored regex on the decoded path: its {name}s are
 * groups 1 ..., then comes what a star took, if TO takes it.  NULL, and it is
 * left: it has what no decoded path has. */
const char *export_regex(export_t *export);

/* The group that an op of TO takes; 0: none of the regex. */
int export_group(const semr_rule_t *rule, int op);

/* Whether TO inserts op; SEMR_OP_CAPTURE: any capture. */
int export_inserts(const semr_rule_t *rule, int op);

/* TO, with what put says for each op; its literal text as it is, or, where
 * decode is set, decoded up to its query; signs of escaped have a backslash
 * before them.  put returns NULL for what cannot be said. */
const char *export_to(export_t *export, int decode, const char *escaped,
                      const char *(*put)(export_t *export, int op));

#endif
