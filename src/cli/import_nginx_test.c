/* SPDX-License-Identifier: Apache-2.0
 * What an if, or a map's key, asks of a variable.
 */
#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

#include "import_nginx_test.h"
#include "url.h"

static apr_pool_t *pool_of(const nginx_test_t *test)
{
    return test->nginx->import->pool;
}

int nginx_test_refuse(const nginx_test_t *test, const char *why)
{
    *test->why = why;
    return -1;
}

/* -- ap_expr --------------------------------------------------------------- */

static const char *quoted(const nginx_test_t *test, char quote)
{
    char *text = apr_palloc(pool_of(test), 2 * strlen(test->value) + 1), *out;
    const char *p;

    for (p = test->value, out = text; *p; p++) {
        if (*p == quote || (quote == '\'' && *p == '\\')) {
            *out++ = '\\';
        }
        else if (*p == '\\' && p[1]) {
            *out++ = *p++;
        }
        *out++ = *p;
    }
    *out = '\0';
    return text;
}

/* Asks the rule's condition, too. */
static int ask_condition(const nginx_test_t *test, const char *operand)
{
    static const char *const signs[] = {"", "==", "!=", "=~", "!~"};
    int is_regex =
        test->compare == NGINX_MATCHES || test->compare == NGINX_MATCHES_NOT;
    const char *text =
        test->compare == NGINX_TRUE
            ? apr_pstrcat(pool_of(test), operand, " !~ /^0?$/", NULL)
            : apr_pstrcat(pool_of(test), operand, " ", signs[test->compare],
                          is_regex ? " /" : " '",
                          quoted(test, is_regex ? '/' : '\''),
                          is_regex ? test->fold ? "/i" : "/" : "'", NULL);
    const char *before = test->asked->condition;

    test->asked->condition =
        before ? apr_pstrcat(pool_of(test), before, " && ", text, NULL) : text;
    test->asked->group = -1;
    return 1;
}

/* -- variables ------------------------------------------------------------- */

static int ask_scheme(const nginx_test_t *test)
{
    int https =
        !strcasecmp(test->value, "https") || !strcasecmp(test->value, "on");
    int is = test->compare == NGINX_IS || test->compare == NGINX_TRUE;

    if (!strcmp(test->variable, "https")) {
        https = test->compare == NGINX_TRUE || https;
    }
    else if (test->compare == NGINX_TRUE ||
             (!https && strcasecmp(test->value, "http"))) {
        return nginx_test_refuse(
            test, "it asks for a scheme that is neither http nor "
                  "https.");
    }
    if (test->compare == NGINX_MATCHES || test->compare == NGINX_MATCHES_NOT) {
        return nginx_test_refuse(test,
                                 "it compares the scheme with a regex: write = "
                                 "http or = https.");
    }
    test->asked->scheme = https == is ? SEMR_HTTPS : SEMR_HTTP;
    return 1;
}

int nginx_test_host(const nginx_test_t *test)
{
    apr_array_header_t *hosts =
        apr_array_make(pool_of(test), 1, sizeof(const char *));

    if (test->compare == NGINX_IS) {
        const char *name = test->value + (*test->value == '.');

        APR_ARRAY_PUSH(hosts, const char *) = name;
        if (name != test->value) {
            APR_ARRAY_PUSH(hosts, const char *) =
                apr_pstrcat(pool_of(test), "*.", name, NULL);
        }
    }
    else if (test->compare != NGINX_MATCHES ||
             !nginx_regex_hosts(pool_of(test), test->value, hosts)) {
        return ask_condition(test, "%{HTTP_HOST}");
    }
    test->asked->hosts = hosts;
    test->asked->group = -1;
    return 1;
}

/* GET|POST of ^(GET|POST)$, with commas; NULL: it is something else */
static const char *methods(const nginx_test_t *test)
{
    const char *p = test->value + (*test->value == '^');
    char *text, *out;

    p += *p == '(';
    out = text = apr_pstrdup(pool_of(test), p);
    for (; isupper((unsigned char)*p) || *p == '|'; p++) {
        *out++ = *p == '|' ? ',' : *p;
    }
    *out = '\0';
    p += *p == ')';
    p += *p == '$';
    return *p || !*text || *text == ',' || out[-1] == ',' ? NULL : text;
}

static int ask_method(const nginx_test_t *test)
{
    const char *only = methods(test);

    if (test->asked->only || !only ||
        (test->compare != NGINX_IS && test->compare != NGINX_MATCHES)) {
        return ask_condition(test, "%{REQUEST_METHOD}");
    }
    test->asked->only = only;
    return 1;
}

static int ask_path(const nginx_test_t *test)
{
    switch (test->compare) {
    case NGINX_IS:
        return nginx_narrow_exact(test->nginx, test->asked, test->value, 0);
    case NGINX_MATCHES:
        return nginx_narrow_regex(test->nginx, test->asked, test->value,
                                  test->fold, test->why);
    default:
        return ask_condition(test, "%{REQUEST_URI}");
    }
}

/* A parameter of FROM, beside those that there are */
static int add_query(const nginx_test_t *test, const char *param)
{
    if (test->asked->kind == NGINX_REGEX) {
        return nginx_test_refuse(
            test, "it asks for a query beside a regex of the path, "
                  "and a rule has one of them. Name the path.");
    }
    test->asked->query =
        test->asked->query
            ? apr_pstrcat(pool_of(test), test->asked->query, "&", param, NULL)
            : param;
    return 1;
}

/* text as the value of a parameter; NULL: FROM would read it otherwise */
static int is_plain_query(const char *text)
{
    return *text && !strpbrk(text, "{}*# \"\\<>^|");
}

/* The literal of a regex that is but one, its ends off; NULL: it is more. */
static const char *regex_literal(const nginx_test_t *test, const char *ends)
{
    const char *p = test->value;
    char *text = apr_pstrdup(pool_of(test), p), *out = text;

    if (*ends) {
        if (*p++ != '^') {
            return NULL;
        }
    }
    for (; *p && strcmp(p, "$"); p++) {
        if (*p == '\\' && p[1] && !isalnum((unsigned char)p[1])) {
            p++;
        }
        else if (strchr("\\^$.[|()?*+{", *p)) {
            return NULL;
        }
        *out++ = *p;
    }
    *out = '\0';
    return *p || !*ends ? text : NULL;
}

static int ask_args(const nginx_test_t *test)
{
    const char *literal = test->compare == NGINX_IS ? test->value
                          : test->compare == NGINX_MATCHES && !test->fold
                              ? regex_literal(test, "^$")
                              : NULL;

    if (literal && is_plain_query(literal) &&
        test->asked->kind != NGINX_REGEX) {
        return add_query(test, literal);
    }
    return ask_condition(test, "%{QUERY_STRING}");
}

static int ask_arg(const nginx_test_t *test)
{
    const char *name = test->variable + 4, *literal = NULL;

    if (test->compare == NGINX_TRUE ||
        (test->compare == NGINX_IS_NOT && !*test->value) ||
        (test->compare == NGINX_MATCHES &&
         (!strcmp(test->value, ".") || !strcmp(test->value, ".+")))) {
        return add_query(
            test, apr_pstrcat(pool_of(test), name, "={", name, "}", NULL));
    }
    if (test->compare == NGINX_IS) {
        literal = test->value;
    }
    else if (test->compare == NGINX_MATCHES && !test->fold) {
        literal = regex_literal(test, "^$");
    }
    if (!literal || !is_plain_query(literal) || strpbrk(literal, "&=")) {
        return nginx_test_refuse(
            test, "it compares a parameter of the query otherwise "
                  "than by = and a value.");
    }
    return add_query(test,
                     apr_pstrcat(pool_of(test), name, "=", literal, NULL));
}

/* $request_uri is path and query as sent. */
int nginx_test_request_uri(const nginx_test_t *test)
{
    const char *text = test->value, *mark;
    const char *literal = test->compare == NGINX_MATCHES
                              ? regex_literal(test, "^$")
                          : test->compare == NGINX_IS ? text
                                                      : NULL;
    int got;

    if (!literal) {
        if (test->compare == NGINX_MATCHES && !strstr(text, "\\?") &&
            !strstr(text, "[?")) {
            return ask_path(test);
        }
        return nginx_test_refuse(
            test, "it compares path and query at once with a regex. "
                  "Write the path, and the parameters behind a ?.");
    }
    mark = strchr(literal, '?');
    got = nginx_narrow_exact(test->nginx, test->asked,
                             mark ? apr_pstrmemdup(pool_of(test), literal,
                                                   (apr_size_t)(mark - literal))
                                  : literal,
                             test->fold);
    if (got > 0 && mark && mark[1]) {
        if (!is_plain_query(mark + 1)) {
            return nginx_test_refuse(test,
                                     "its query has bytes that FROM reads "
                                     "otherwise.");
        }
        return add_query(test, mark + 1);
    }
    return got;
}

/* -- which one ------------------------------------------------------------- */

/* What httpd calls a request header; NULL: it is none */
static const char *header_operand(const nginx_test_t *test)
{
    char *name, *p;

    if (strncmp(test->variable, "http_", 5) || !test->variable[5]) {
        return NULL;
    }
    name = apr_pstrdup(pool_of(test), test->variable + 5);
    for (p = name; *p; p++) {
        *p = *p == '_' ? '-' : *p;
    }
    return apr_pstrcat(pool_of(test), "%{HTTP:", name, "}", NULL);
}

int nginx_test(const nginx_test_t *test)
{
    static const struct {
        const char *name;
        int (*ask)(const nginx_test_t *test);
    } known[] = {
        {"scheme", ask_scheme},         {"https", ask_scheme},
        {"host", nginx_test_host},      {"http_host", nginx_test_host},
        {"request_method", ask_method}, {"uri", ask_path},
        {"document_uri", ask_path},     {"args", ask_args},
        {"query_string", ask_args},     {"request_uri", nginx_test_request_uri},
    };
    const char *operand;
    apr_size_t i;

    for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (!strcmp(known[i].name, test->variable)) {
            return known[i].ask(test);
        }
    }
    if (!strncmp(test->variable, "arg_", 4) && test->variable[4]) {
        return ask_arg(test);
    }
    if (!strcmp(test->variable, "remote_addr")) {
        return ask_condition(test, "%{REMOTE_ADDR}");
    }
    operand = header_operand(test);
    if (operand) {
        return ask_condition(test, operand);
    }
    return nginx_test_refuse(
        test, apr_psprintf(pool_of(test), "it asks $%.60s, which no rule can.",
                           test->variable));
}
