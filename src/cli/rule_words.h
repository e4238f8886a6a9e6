/* SPDX-License-Identifier: Apache-2.0
 * A rule as people are told of it: where it stands, and what it says.
 */
#ifndef SEMR_CLI_RULE_WORDS_H
#define SEMR_CLI_RULE_WORDS_H

#include "json_out.h"
#include "rules.h"

typedef struct cli_rule_words_t {
    const char *where; /* "moves.map:12" */
    const char *words; /* "permanent /a /b query=drop" */
    const char *file;  /* NULL: nobody knows */
    unsigned line;
} cli_rule_words_t;

/* The rule of rules->spaces[space], in pool. */
cli_rule_words_t cli_rule_words(const cli_rules_t *rules, int space, int set,
                                apr_uint32_t number, apr_pool_t *pool);

/* {"file", "line", "rule"}, and members that the caller adds */
json_t *cli_rule_json(const cli_rule_words_t *rule, apr_pool_t *pool);

#endif
