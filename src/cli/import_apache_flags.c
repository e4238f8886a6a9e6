/* SPDX-License-Identifier: Apache-2.0
 * import apache: the flags of a RewriteRule.
 */
#include <stdlib.h>
#include <strings.h>

#include <apr_strings.h>

#include "import_apache_rewrite.h"

static int is(const char *flag, const char *name, const char *longer)
{
    return !strcasecmp(flag, name) || !strcasecmp(flag, longer);
}

static void take_code(apache_rule_t *rule, const char *value)
{
    rule->code = value ? apache_code(value) : 302;
    if (!rule->code) {
        rule->unknown = "R";
    }
}

/* Flags that change nothing that a redirect answers */
static int is_silent(const char *flag)
{
    static const char *const silent[] = {"BNP",
                                         "backrefnoplus",
                                         "BCTLS",
                                         "BNE",
                                         "E",
                                         "env",
                                         "H",
                                         "handler",
                                         "NS",
                                         "nosubreq",
                                         "T",
                                         "type",
                                         "DPI",
                                         "discardpath",
                                         "UnsafeAllow3F",
                                         "UnsafePrefixStat",
                                         "UNC"};
    apr_size_t i;

    for (i = 0; i < sizeof(silent) / sizeof(*silent); i++) {
        if (!strcasecmp(flag, silent[i])) {
            return 1;
        }
    }
    return 0;
}

static void take_flag(apache_rule_t *rule, const char *flag, const char *value)
{
    if (is(flag, "R", "redirect")) {
        take_code(rule, value);
    }
    else if (is(flag, "G", "gone")) {
        rule->code = 410;
    }
    else if (is(flag, "F", "forbidden")) {
        rule->forbidden = 1;
    }
    else if (is(flag, "L", "last") || !strcasecmp(flag, "END")) {
        rule->last = 1;
    }
    else if (is(flag, "NC", "nocase")) {
        rule->fold = 1;
    }
    else if (is(flag, "NE", "noescape")) {
        rule->noescape = 1;
    }
    else if (is(flag, "QSA", "qsappend")) {
        rule->append = 1;
    }
    else if (is(flag, "QSD", "qsdiscard")) {
        rule->discard = 1;
    }
    else if (is(flag, "QSL", "qslast")) {
        rule->last_mark = 1;
    }
    else if (is(flag, "P", "proxy")) {
        rule->proxy = rule->last = 1;
    }
    else if (is(flag, "PT", "passthrough")) {
        rule->passes = rule->last = 1;
    }
    else if (is(flag, "C", "chain")) {
        rule->chain = 1;
    }
    else if (is(flag, "N", "next")) {
        rule->next = 1;
    }
    else if (is(flag, "B", "backref")) {
        rule->escapes = 1;
    }
    else if (is(flag, "CO", "cookie")) {
        rule->cookie = 1;
    }
    else if (is(flag, "S", "skip")) {
        rule->skip = value ? atoi(value) : 1;
    }
    else if (!is_silent(flag)) {
        rule->unknown = flag;
    }
}

void apache_flags(apr_pool_t *pool, apache_rule_t *rule, const char *flags)
{
    char *flag, *last, *value;

    for (flag = apr_strtok(apr_pstrdup(pool, flags), "[], \t", &last); flag;
         flag = apr_strtok(NULL, "[], \t", &last)) {
        value = strchr(flag, '=');
        if (value) {
            *value++ = '\0';
        }
        take_flag(rule, flag, value);
    }
}
