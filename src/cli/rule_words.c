/* SPDX-License-Identifier: Apache-2.0
 * A rule as people are told of it.
 */
#include <apr_strings.h>

#include "rule_words.h"

cli_rule_words_t cli_rule_words(const cli_rules_t *rules, int space, int set,
                                apr_uint32_t number, apr_pool_t *pool)
{
    cli_rule_words_t said;
    semr_rule_t rule;
    const char *to, *options;

    cli_rules_rule(rules, space, set, number, pool, &rule);
    to = semr_rule_to(pool, &rule);
    options = semr_rule_options(pool, &rule);
    said.words = apr_pstrcat(pool, semr_intent_name(rule.policy.intent), " ",
                             semr_rule_from(pool, &rule), *to ? " " : "", to,
                             *options ? " " : "", options, NULL);
    said.file = rule.file;
    said.line = rule.line;
    said.where = rule.file ? apr_psprintf(pool, "%s:%u", rule.file, rule.line)
                           : "(nowhere)";
    return said;
}

json_t *cli_rule_json(const cli_rule_words_t *rule, apr_pool_t *pool)
{
    json_t *object = json_object();

    semr_json_set(object, "file", semr_json_string(pool, rule->file));
    semr_json_set(object, "line", semr_json_number(rule->line));
    semr_json_set(object, "rule", semr_json_string(pool, rule->words));
    return object;
}
