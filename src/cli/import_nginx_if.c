/* SPDX-License-Identifier: Apache-2.0
 * if of nginx, and keys of its maps: a variable and what it is compared with.
 */
#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

#include "import_nginx.h"
#include "url.h"

typedef enum compare_t {
    TRUE_ONLY, /* if ($x): neither empty nor 0 */
    IS,
    IS_NOT,
    MATCHES,
    MATCHES_NOT
} compare_t;

typedef struct test_t {
    nginx_t *nginx;
    nginx_asked_t *asked;
    const char *variable; /* without its $ */
    compare_t compare;
    const char *value;
    int fold;
    const char **why;
} test_t;

static apr_pool_t *pool_of(const test_t *test)
{
    return test->nginx->import->pool;
}

static int refuse(const test_t *test, const char *why)
{
    *test->why = why;
    return -1;
}

/* -- ap_expr --------------------------------------------------------------- */

static const char *quoted(const test_t *test, char quote)
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
static int ask_condition(const test_t *test, const char *operand)
{
    static const char *const signs[] = {"", "==", "!=", "=~", "!~"};
    int is_regex = test->compare == MATCHES || test->compare == MATCHES_NOT;
    const char *text =
        test->compare == TRUE_ONLY
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

static int ask_scheme(const test_t *test)
{
    int https =
        !strcasecmp(test->value, "https") || !strcasecmp(test->value, "on");
    int is = test->compare == IS || test->compare == TRUE_ONLY;

    if (!strcmp(test->variable, "https")) {
        https = test->compare == TRUE_ONLY || https;
    }
    else if (test->compare == TRUE_ONLY ||
             (!https && strcasecmp(test->value, "http"))) {
        return refuse(test, "it asks for a scheme that is neither http nor "
                            "https.");
    }
    if (test->compare == MATCHES || test->compare == MATCHES_NOT) {
        return refuse(test, "it compares the scheme with a regex: write = "
                            "http or = https.");
    }
    test->asked->scheme = https == is ? SEMR_HTTPS : SEMR_HTTP;
    return 1;
}

static int ask_host(const test_t *test)
{
    apr_array_header_t *hosts =
        apr_array_make(pool_of(test), 1, sizeof(const char *));

    if (test->compare == IS) {
        const char *name = test->value + (*test->value == '.');

        APR_ARRAY_PUSH(hosts, const char *) = name;
        if (name != test->value) {
            APR_ARRAY_PUSH(hosts, const char *) =
                apr_pstrcat(pool_of(test), "*.", name, NULL);
        }
    }
    else if (test->compare != MATCHES ||
             !nginx_regex_hosts(pool_of(test), test->value, hosts)) {
        return ask_condition(test, "%{HTTP_HOST}");
    }
    test->asked->hosts = hosts;
    test->asked->group = -1;
    return 1;
}

/* GET|POST of ^(GET|POST)$, with commas; NULL: it is something else */
static const char *methods(const test_t *test)
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

static int ask_method(const test_t *test)
{
    const char *only = methods(test);

    if (test->asked->only || !only ||
        (test->compare != IS && test->compare != MATCHES)) {
        return ask_condition(test, "%{REQUEST_METHOD}");
    }
    test->asked->only = only;
    return 1;
}

static int ask_path(const test_t *test)
{
    switch (test->compare) {
    case IS:
        return nginx_narrow_exact(test->nginx, test->asked, test->value, 0);
    case MATCHES:
        return nginx_narrow_regex(test->nginx, test->asked, test->value,
                                  test->fold, test->why);
    default:
        return ask_condition(test, "%{REQUEST_URI}");
    }
}

/* A parameter of FROM, beside those that there are */
static int add_query(const test_t *test, const char *param)
{
    if (test->asked->kind == NGINX_REGEX) {
        return refuse(test, "it asks for a query beside a regex of the path, "
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
static const char *regex_literal(const test_t *test, const char *ends)
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

static int ask_args(const test_t *test)
{
    const char *literal = test->compare == IS ? test->value
                          : test->compare == MATCHES && !test->fold
                              ? regex_literal(test, "^$")
                              : NULL;

    if (literal && is_plain_query(literal) &&
        test->asked->kind != NGINX_REGEX) {
        return add_query(test, literal);
    }
    return ask_condition(test, "%{QUERY_STRING}");
}

static int ask_arg(const test_t *test)
{
    const char *name = test->variable + 4, *literal = NULL;

    if (test->compare == TRUE_ONLY ||
        (test->compare == IS_NOT && !*test->value) ||
        (test->compare == MATCHES &&
         (!strcmp(test->value, ".") || !strcmp(test->value, ".+")))) {
        return add_query(
            test, apr_pstrcat(pool_of(test), name, "={", name, "}", NULL));
    }
    if (test->compare == IS) {
        literal = test->value;
    }
    else if (test->compare == MATCHES && !test->fold) {
        literal = regex_literal(test, "^$");
    }
    if (!literal || !is_plain_query(literal) || strpbrk(literal, "&=")) {
        return refuse(test, "it compares a parameter of the query otherwise "
                            "than by = and a value.");
    }
    return add_query(test,
                     apr_pstrcat(pool_of(test), name, "=", literal, NULL));
}

/* $request_uri is path and query as sent. */
static int ask_request_uri(const test_t *test)
{
    const char *text = test->value, *mark;
    const char *literal = test->compare == MATCHES ? regex_literal(test, "^$")
                          : test->compare == IS    ? text
                                                   : NULL;
    int got;

    if (!literal) {
        if (test->compare == MATCHES && !strstr(text, "\\?") &&
            !strstr(text, "[?")) {
            return ask_path(test);
        }
        return refuse(test, "it compares path and query at once with a regex. "
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
            return refuse(test, "its query has bytes that FROM reads "
                                "otherwise.");
        }
        return add_query(test, mark + 1);
    }
    return got;
}

/* -- which one ------------------------------------------------------------- */

/* What httpd calls a request header; NULL: it is none */
static const char *header_operand(const test_t *test)
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

static int ask(const test_t *test)
{
    static const struct {
        const char *name;
        int (*ask)(const test_t *test);
    } known[] = {
        {"scheme", ask_scheme},
        {"https", ask_scheme},
        {"host", ask_host},
        {"http_host", ask_host},
        {"request_method", ask_method},
        {"uri", ask_path},
        {"document_uri", ask_path},
        {"args", ask_args},
        {"query_string", ask_args},
        {"request_uri", ask_request_uri},
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
    return refuse(test, apr_psprintf(pool_of(test),
                                     "it asks $%.60s, which no rule can.",
                                     test->variable));
}

/* The words between the parentheses; NULL: there are none */
static const char *inside(const nginx_node_t *node, apr_pool_t *pool, int i)
{
    const char *word = node->words[i];
    apr_size_t len = strlen(word);

    if (i == 1) {
        if (*word != '(') {
            return NULL;
        }
        word++;
        len--;
    }
    if (i == node->nwords - 1) {
        if (!len || word[len - 1] != ')') {
            return NULL;
        }
        len--;
    }
    return apr_pstrmemdup(pool, word, len);
}

/* if's words, blanks at the parentheses or not: variable, sign, value */
static int split(const nginx_node_t *node, apr_pool_t *pool,
                 const char *parts[3])
{
    int i, n = 0;

    for (i = 1; i < node->nwords; i++) {
        const char *part = inside(node, pool, i);

        if (!part) {
            return 0;
        }
        if (!*part && (i == 1 || (i == node->nwords - 1 && n != 2))) {
            continue;
        }
        if (n == 3) {
            return 0;
        }
        parts[n++] = part;
    }
    return n;
}

static int read_compare(test_t *test, const char *sign)
{
    static const struct {
        const char *sign;
        compare_t compare;
        int fold;
    } signs[] = {
        {"=", IS, 0},       {"!=", IS_NOT, 0},      {"~", MATCHES, 0},
        {"~*", MATCHES, 1}, {"!~", MATCHES_NOT, 0}, {"!~*", MATCHES_NOT, 1},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        if (!strcmp(signs[i].sign, sign)) {
            test->compare = signs[i].compare;
            test->fold = signs[i].fold;
            return 1;
        }
    }
    return 0;
}

int nginx_narrow_if(nginx_t *nginx, nginx_asked_t *asked,
                    const nginx_node_t *node, const char **why)
{
    const char *parts[3] = {NULL, NULL, NULL};
    int n = split(node, nginx->import->pool, parts);
    test_t test = {nginx, asked, NULL, TRUE_ONLY, "", 0, why};

    if (n == 2 && parts[0][0] != '$') {
        return refuse(&test, "it asks whether a file is there. Say it in "
                             "httpd.conf, with <If>.");
    }
    if ((n != 1 && n != 3) || parts[0][0] != '$' ||
        (n == 3 && !read_compare(&test, parts[1]))) {
        return refuse(&test, "its condition is none that nginx has.");
    }
    test.variable = parts[0] + 1;
    test.value = n == 3 ? parts[2] : "";
    if (apr_hash_get(nginx->maps, test.variable, APR_HASH_KEY_STRING)) {
        /* the redirect within has the map's values, and none of them is
         * empty */
        if (test.compare == TRUE_ONLY ||
            (test.compare == IS_NOT && !*test.value)) {
            return 1;
        }
        if (test.compare == IS && !*test.value) {
            return 0;
        }
        return refuse(&test, "it compares what a map says.");
    }
    return ask(&test);
}

/* -- keys of a map --------------------------------------------------------- */

/* HOST and what is behind it, of sources that begin with a host */
static int ask_host_and(test_t *test, const char *behind)
{
    const char *slash = strchr(test->value, '/');
    test_t host = *test, path = *test;

    if (test->compare != IS || !slash || slash == test->value) {
        return refuse(test, "its key is no host with a path behind it.");
    }
    host.value = apr_pstrmemdup(pool_of(test), test->value,
                                (apr_size_t)(slash - test->value));
    path.value = slash;
    path.variable = behind;
    if (ask_host(&host) < 0) {
        return -1;
    }
    return !strcmp(behind, "request_uri")
               ? ask_request_uri(&path)
               : nginx_narrow_exact(test->nginx, test->asked, slash, 1);
}

int nginx_narrow_key(nginx_t *nginx, nginx_asked_t *asked, const char *source,
                     const char *key, const char **why)
{
    test_t test = {nginx, asked, source + 1, IS, key, 1, why};
    const char *behind;

    if (*key == '~') {
        test.compare = MATCHES;
        test.fold = key[1] == '*';
        test.value = key + 1 + test.fold;
    }
    else if (*key == '\\') {
        test.value = key + 1;
    }
    if (!strncmp(source, "$scheme://", 10)) {
        source += 10;
        if (test.compare == IS && !strncmp(test.value, "http", 4) &&
            strstr(test.value, "://")) {
            asked->scheme = test.value[4] == 's' ? SEMR_HTTPS : SEMR_HTTP;
            test.value = strstr(test.value, "://") + 3;
        }
    }
    behind = strchr(source + 1, '$');
    if (behind &&
        (!strncmp(source, "$host$", 6) ||
         !strncmp(source, "$http_host$", 11)) &&
        (!strcmp(behind, "$uri") || !strcmp(behind, "$request_uri"))) {
        return ask_host_and(&test, behind + 1);
    }
    test.variable = source + 1;
    if (*source != '$') {
        return refuse(&test, "it asks for no variable.");
    }
    if (test.compare == IS &&
        (!strcmp(source, "$uri") || !strcmp(source, "$document_uri"))) {
        return nginx_narrow_exact(nginx, asked, test.value, 1);
    }
    return ask(&test);
}
