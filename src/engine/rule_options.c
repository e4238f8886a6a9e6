/* SPDX-License-Identifier: Apache-2.0
 * Options by name, and what they say together.
 */
#include <string.h>

#include <apr_strings.h>

#include "rule_parts.h"

/* How many bytes have to be changed, added or left out to make name of word;
 * words that are much longer than a name are far from each. */
static int distance(semr_view_t word, const char *name)
{
    int row[16], len = (int)strlen(name), j, before, here;
    apr_size_t i;

    if (word.len > 12) {
        return len;
    }
    for (j = 0; j <= len; j++) {
        row[j] = j;
    }
    for (i = 0; i < word.len; i++) {
        before = row[0]++;
        for (j = 1; j <= len; j++) {
            here = before + ((word.p[i] | 0x20) != name[j - 1]);
            here = row[j] + 1 < here ? row[j] + 1 : here;
            here = row[j - 1] + 1 < here ? row[j - 1] + 1 : here;
            before = row[j];
            row[j] = here;
        }
    }
    return row[len];
}

static apr_status_t refuse_unknown(semr_rule_reader_t *reader, semr_view_t name)
{
    apr_pool_t *pool = semr_rule_pool(reader);
    const char *known = "", *nearest = NULL;
    const semr_rule_option_t *option;
    int off, least = 3; /* more than two bytes off is another word */

    for (option = semr_rule_option_table; option->name; option++) {
        known = apr_pstrcat(pool, known, *known ? " " : "", option->name, NULL);
        off = distance(name, option->name);
        if (off < least && off < (int)strlen(option->name) - 1) {
            least = off;
            nearest = option->name;
        }
    }
    if (nearest != NULL) {
        known = apr_psprintf(pool, "%s (was %s= meant?)", known, nearest);
    }
    return semr_diag_set(
        reader->diag, pool, "\"%s\" is no option. Options are: %s%s.",
        semr_rule_show(reader, name),
        reader->flags & SEMR_RULE_OF_MAP ? "intent " : "", known);
}

/* What looks like an option, but is none */
static apr_status_t refuse_word(semr_rule_reader_t *reader, semr_view_t word)
{
    const char *sign = word.len ? memchr(word.p, '=', word.len) : NULL;

    if (sign != NULL && word.p[0] != '/') {
        return refuse_unknown(reader,
                              semr_view(word.p, (apr_size_t)(sign - word.p)));
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" stands where an option belongs, such as "
                         "query=drop. A word that holds blanks needs "
                         "quotes around it.",
                         semr_rule_show(reader, word));
}

apr_status_t semr_rule_read_option(semr_rule_reader_t *reader, semr_view_t word)
{
    semr_view_t name, value;
    int i;

    if (!semr_words_option(word, &name, &value)) {
        return refuse_word(reader, word);
    }
    for (i = 0; semr_rule_option_table[i].name; i++) {
        if ((name.p[0] | 0x20) == semr_rule_option_table[i].name[0] &&
            semr_words_equal(name, semr_rule_option_table[i].name)) {
            break;
        }
    }
    if (semr_rule_option_table[i].name == NULL) {
        return refuse_unknown(reader, name);
    }
    if (reader->given & 1U << i) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" gives %s= a second time. Write it once.",
                             semr_rule_show(reader, word),
                             semr_rule_option_table[i].name);
    }
    reader->given |= 1U << i;
    return semr_rule_option_table[i].read(reader, value);
}

/* A date as it was written, or as the defaults have it */
static const char *show_date(semr_rule_reader_t *reader, semr_view_t word,
                             apr_int64_t date)
{
    return word.p != NULL ? semr_rule_show(reader, word)
                          : semr_date_show(semr_rule_pool(reader), date);
}

apr_status_t semr_rule_check_options(semr_rule_reader_t *reader)
{
    semr_policy_t *policy = &reader->rule->policy;

    if (policy->stage > reader->defaults->cap) {
        policy->stage = reader->defaults->cap;
    }
    if (policy->code && !(reader->says & SEMR_RULE_SAYS_CODE) &&
        !semr_rule_code_fits(policy->intent, policy->code)) {
        policy->code = 0;
    }
    if (policy->starts == SEMR_NO_DATE || policy->ends == SEMR_NO_DATE ||
        policy->starts < policy->ends) {
        return APR_SUCCESS;
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "ends=\"%s\" is not after starts=\"%s\", so the rule "
                         "would never hold. Write a later ends=.",
                         show_date(reader, reader->ends, policy->ends),
                         show_date(reader, reader->starts, policy->starts));
}

const char *semr_rule_option(apr_pool_t *pool, const semr_rule_t *rule, int n,
                             const char **value)
{
    const semr_rule_option_t *option = &semr_rule_option_table[n];

    if (option->name != NULL) {
        *value = option->say(pool, rule);
    }
    return option->name;
}
