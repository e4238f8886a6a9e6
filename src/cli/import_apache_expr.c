/* SPDX-License-Identifier: Apache-2.0
 * import apache: a RewriteCond as an ap_expr, for if= of directives.
 */
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_rewrite.h"

int apache_is_test(const apache_cond_t *cond)
{
    return (cond->pattern[0] == '-' && apr_isalpha(cond->pattern[1])) ||
           cond->pattern[0] == '<' || cond->pattern[0] == '>' ||
           !strcasecmp(cond->test, "expr");
}

/* The test string as an operand; NULL: it takes what expressions do not have.
 */
static const char *operand(apr_pool_t *pool, const apache_place_t *place,
                           const char *test)
{
    const char *at = test;

    if (strpbrk(test, "'$\\") || strstr(test, "%{LA-") ||
        strstr(test, "%{SSL:") || !*test) {
        return NULL;
    }
    while ((at = strchr(at, '%')) != NULL) {
        if (at[1] != '{' || !strchr(at, '}')) {
            return NULL; /* %1 */
        }
        at = strchr(at, '}');
    }
    if (!place->dir && !strcasecmp(test, "%{REQUEST_FILENAME}")) {
        return "%{REQUEST_URI}"; /* no file yet, at that time */
    }
    if (!strncmp(test, "%{", 2) && strchr(test, '}')[1] == '\0') {
        return test;
    }
    return apr_pstrcat(pool, "'", test, "'", NULL);
}

static const char *regex_expr(apr_pool_t *pool, const char *value,
                              const char *regex, int fold)
{
    static const char signs[] = "#,|;!%";
    const char *sign = signs;

    while (*sign && strchr(regex, *sign)) {
        sign++;
    }
    return *sign ? apr_psprintf(pool, "%s =~ m%c%s%c%s", value, *sign, regex,
                                *sign, fold ? "i" : "")
                 : NULL;
}

static const char *test_expr(apr_pool_t *pool, const char *value,
                             const char *test)
{
    static const char *const files[] = {"-d", "-f", "-s", "-F", "-U"};
    static const char *const numbers[] = {"-eq", "-ge", "-gt",
                                          "-le", "-lt", "-ne"};
    apr_size_t i;

    if (!strcmp(test, "-l") || !strcmp(test, "-L") || !strcmp(test, "-h")) {
        return apr_pstrcat(pool, "-L ", value, NULL);
    }
    for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
        if (!strcmp(test, files[i])) {
            return apr_pstrcat(pool, files[i], " ", value, NULL);
        }
    }
    for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        apr_size_t len = strlen(numbers[i]);
        const char *number = test + len;

        if (!strncmp(test, numbers[i], len) && *number &&
            strspn(number, "0123456789") == strlen(number)) {
            return apr_pstrcat(pool, value, " ", numbers[i], " ", number, NULL);
        }
    }
    return NULL;
}

const char *apache_expr(apr_pool_t *pool, const apache_place_t *place,
                        const apache_cond_t *cond)
{
    const char *value, *text;

    if (!strcasecmp(cond->test, "expr")) {
        text = cond->pattern;
    }
    else {
        value = operand(pool, place, cond->test);
        if (!value || strlen(cond->pattern) > APACHE_REGEX_MAX) {
            return NULL;
        }
        if (apache_is_test(cond)) {
            text = test_expr(pool, value, cond->pattern);
        }
        else if (*cond->pattern == '=' && !cond->fold &&
                 !strpbrk(cond->pattern, "'\\%$")) {
            text = apr_psprintf(
                pool, "%s == '%s'", value,
                strcmp(cond->pattern, "=\"\"") ? cond->pattern + 1 : "");
        }
        else if (*cond->pattern == '=') {
            text = regex_expr(
                pool, value,
                apr_pstrcat(pool, "^", apache_quoted(pool, cond->pattern + 1),
                            "$", NULL),
                cond->fold);
        }
        else {
            text = regex_expr(pool, value, cond->pattern, cond->fold);
        }
    }
    if (!text) {
        return NULL;
    }
    return cond->negated ? apr_psprintf(pool, "!(%s)", text) : text;
}
