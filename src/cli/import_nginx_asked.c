/* SPDX-License-Identifier: Apache-2.0
 * What must hold where an nginx redirect stands: a path, and one more demand on
 * it, as one.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_nginx.h"
#include "pattern.h"
#include "url.h"

const char *nginx_quote_regex(apr_pool_t *pool, const char *literal)
{
    char *regex = apr_palloc(pool, 2 * strlen(literal) + 1), *out;

    for (out = regex; *literal; literal++) {
        if (strchr("\\^$.[|()?*+{", *literal)) {
            *out++ = '\\';
        }
        *out++ = *literal;
    }
    *out = '\0';
    return regex;
}

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

/* Compiles for as long as scratch is not cleared; -1, and why: it is none. */
static int compile(nginx_t *nginx, const char *text, int fold,
                   semr_regex_t **regex, const char **why)
{
    semr_diag_t diag = {NULL};

    apr_pool_clear(nginx->scratch);
    *regex = semr_regex_compile(nginx->scratch, view_of(text), fold, 0, &diag);
    if (!*regex) {
        *why = apr_pstrdup(nginx->import->pool, diag.text);
        return -1;
    }
    return 1;
}

/* Sets captured to what a regex takes of the one path; 0: it does not. */
static int match_exact(nginx_t *nginx, nginx_asked_t *asked,
                       const semr_regex_t *regex)
{
    semr_request_t request = {0};
    semr_match_t match = {0};
    const char **captured =
        apr_pcalloc(nginx->import->pool, 10 * sizeof(*captured));
    int i;

    request.pool = nginx->scratch;
    request.path = semr_url_path(nginx->scratch, view_of(asked->text));
    if (semr_regex_match(regex, &request, &match) != SEMR_REGEX_YES) {
        return 0;
    }
    for (i = 0; i < 10; i++) {
        captured[i] = "";
        if (i < match.ncaptures && match.captures[i].text.p) {
            captured[i] =
                apr_pstrmemdup(nginx->import->pool, match.captures[i].text.p,
                               match.captures[i].text.len);
        }
    }
    asked->captured = captured;
    asked->group = 0;
    return 1;
}

static const char *in_its_case(apr_pool_t *pool, const char *regex, int fold)
{
    return apr_pstrcat(pool, fold ? "(?i:" : "(?:", regex, ")", NULL);
}

int nginx_narrow_regex(nginx_t *nginx, nginx_asked_t *asked, const char *regex,
                       int fold, const char **why)
{
    apr_pool_t *pool = nginx->import->pool;
    semr_regex_t *compiled;
    semr_view_t literal;
    int groups;

    if (!strncmp(regex, "(?i)", 4)) {
        regex += 4;
        fold = 1;
    }
    if (compile(nginx, regex, fold, &compiled, why) < 0) {
        return -1;
    }
    groups = semr_regex_groups(compiled);
    if (asked->kind == NGINX_EXACT) {
        return match_exact(nginx, asked, compiled);
    }
    asked->group = 0;
    if (asked->kind == NGINX_REGEX && asked->fold == fold &&
        !strcmp(asked->text, regex)) {
        return 1; /* a rewrite says its location's once more */
    }
    literal = semr_regex_literal(nginx->scratch, view_of(regex));
    if (asked->kind == NGINX_ANY || !strcmp(asked->text, "/") ||
        (asked->kind == NGINX_BEGINS && !fold &&
         literal.len >= strlen(asked->text) &&
         !memcmp(literal.p, asked->text, strlen(asked->text)))) {
        asked->text = regex;
        asked->fold = fold;
    }
    else if (asked->kind == NGINX_BEGINS && !fold &&
             memcmp(literal.p, asked->text, literal.len)) {
        return 0; /* it begins otherwise */
    }
    else if (asked->kind == NGINX_BEGINS) {
        asked->text =
            apr_pstrcat(pool, "^(?=", nginx_quote_regex(pool, asked->text),
                        ").*?", in_its_case(pool, regex, fold), NULL);
    }
    else {
        asked->group = asked->ngroups;
        groups += asked->ngroups;
        asked->text = apr_pstrcat(pool, "^(?=.*?",
                                  in_its_case(pool, asked->text, asked->fold),
                                  ").*?", in_its_case(pool, regex, fold), NULL);
        asked->fold = 0;
    }
    asked->kind = NGINX_REGEX;
    asked->ngroups = groups;
    return 1;
}

int nginx_narrow_exact(nginx_t *nginx, nginx_asked_t *asked, const char *path,
                       int fold)
{
    nginx_asked_t exact = *asked;
    apr_size_t len = strlen(asked->text ? asked->text : "");
    semr_regex_t *regex;
    const char *why;

    exact.kind = NGINX_EXACT;
    exact.text = path;
    exact.fold = fold;
    exact.captured = NULL;
    exact.group = -1;
    switch (asked->kind) {
    case NGINX_ANY:
        break;
    case NGINX_EXACT:
        if (fold ? strcasecmp(path, asked->text) : strcmp(path, asked->text)) {
            return 0;
        }
        exact.text = asked->text;
        exact.fold = asked->fold && fold;
        break;
    case NGINX_BEGINS:
        if (fold ? strncasecmp(path, asked->text, len)
                 : strncmp(path, asked->text, len)) {
            return 0;
        }
        break;
    case NGINX_REGEX:
        if (compile(nginx, asked->text, asked->fold, &regex, &why) < 0 ||
            !match_exact(nginx, &exact, regex)) {
            return 0;
        }
        exact.group = asked->group;
        break;
    }
    *asked = exact;
    return 1;
}

/* -- hosts ----------------------------------------------------------------- */

static int is_host_byte(char c)
{
    return (semr_url_class[(unsigned char)c] & SEMR_URL_HOST) && c != '.';
}

enum { NAMES_MAX = 16 };

/* Puts text behind each of count names. */
static void with_text(apr_pool_t *pool, const char **names, int count,
                      const char *text, apr_size_t len)
{
    int i;

    for (i = 0; i < count; i++) {
        names[i] =
            apr_pstrcat(pool, names[i], apr_pstrmemdup(pool, text, len), NULL);
    }
}

/* Takes a group, (a|b) or (a)?, whose parenthesis is at *p; returns the count
 * of names then; 0: it is something else. */
static int with_group(apr_pool_t *pool, const char **names, int count,
                      const char **p)
{
    const char *before[NAMES_MAX];
    int n = count, made = 0, i;

    memcpy(before, names, (apr_size_t)count * sizeof(*names));
    *p += strncmp(*p, "(?:", 3) ? 1 : 3;
    for (;;) {
        char *text = apr_pstrdup(pool, *p), *out = text;

        for (; is_host_byte(**p) || **p == '.' || !strncmp(*p, "\\.", 2);
             ++*p) {
            *p += **p == '\\';
            *out++ = **p;
        }
        *out = '\0';
        for (i = 0; i < count; i++, made++) {
            if (made == NAMES_MAX) {
                return 0;
            }
            names[made] = apr_pstrcat(pool, before[i], text, NULL);
        }
        if (**p != '|') {
            break;
        }
        ++*p;
    }
    if (**p != ')') {
        return 0;
    }
    ++*p;
    if (**p == '?') {
        ++*p;
        for (i = 0; i < n; i++, made++) {
            if (made == NAMES_MAX) {
                return 0;
            }
            names[made] = before[i];
        }
    }
    return made;
}

int nginx_regex_hosts(apr_pool_t *pool, const char *regex,
                      apr_array_header_t *hosts)
{
    const char *names[NAMES_MAX] = {""}, *p = regex;
    int count = 1, i;

    if (*p++ != '^' || strlen(p) > SEMR_HOST_MAX) {
        return 0;
    }
    while (*p && strcmp(p, "$")) {
        int escaped = !strncmp(p, "\\.", 2);

        if (*p == '(') {
            count = with_group(pool, names, count, &p);
            if (!count) {
                return 0;
            }
            continue;
        }
        p += escaped;
        if ((!is_host_byte(*p) && *p != '.') ||
            (p[1] && strchr("?*+{", p[1]))) {
            return 0;
        }
        with_text(pool, names, count, p++, 1);
    }
    if (!*p) { /* it goes on */
        return 0;
    }
    for (i = 0; i < count; i++) {
        APR_ARRAY_PUSH(hosts, const char *) = names[i];
    }
    return count;
}

/* -- groups ---------------------------------------------------------------- */

/* The parenthesis of group number in a regex; NULL: there is none. */
static const char *find_group(const char *regex, int number)
{
    const char *p;
    int in_class = 0;

    for (p = regex; *p; p++) {
        if (*p == '\\') {
            p += p[1] != '\0';
        }
        else if (in_class) {
            in_class = *p != ']';
        }
        else if (*p == '[') {
            in_class = 1;
            p += p[1] == '^';
            p += p[1] == ']';
        }
        else if (*p == '(' &&
                 (p[1] != '?' || !strncmp(p, "(?P<", 4) ||
                  !strncmp(p, "(?'", 3) ||
                  (p[2] == '<' && p[3] != '=' && p[3] != '!')) &&
                 --number == 0) {
            return p;
        }
    }
    return NULL;
}

/* Whether the group that begins at p has no | of its own, and is there once */
static int is_plain_group(const char *p)
{
    int depth = 0, in_class = 0;

    for (; *p; p++) {
        if (*p == '\\') {
            p += p[1] != '\0';
        }
        else if (in_class) {
            in_class = *p != ']';
        }
        else if (*p == '[') {
            in_class = 1;
            p += p[1] == '^';
            p += p[1] == ']';
        }
        else if (*p == '|' && depth == 1) {
            return 0;
        }
        else if (*p == '(') {
            depth++;
        }
        else if (*p == ')' && --depth == 0) {
            return !p[1] || !strchr("?*+{", p[1]);
        }
    }
    return 0;
}

/* The class that begins at p, where it takes a slash: its end; else NULL */
static const char *end_of_class(const char *p)
{
    const char *end = strchr(p + 3, ']');

    return !strncmp(p, "[^", 2) && p[2] && p[2] != '\\' && end &&
                   !memchr(p, '/', (size_t)(end - p)) &&
                   !memchr(p, '\\', (size_t)(end - p))
               ? end + 1
               : NULL;
}

/* ^([^.]*[^/]) less its first slash, which its class takes */
static const char *slash_of_class(apr_pool_t *pool, const char *regex,
                                  const char *p)
{
    const char *end = end_of_class(p + 1);

    if (regex[0] != '^' || p != regex + 1 || !end) {
        return NULL;
    }
    if (*end == '+') {
        return apr_pstrcat(pool, "^/(",
                           apr_pstrmemdup(pool, p + 1, (size_t)(end - p - 1)),
                           "*", end + 1, NULL);
    }
    /* what is behind it takes no slash, so that the class takes the first */
    return *end == '*' && (!strncmp(end + 1, "[^/", 3) || end[1] == ')')
               ? apr_pstrcat(pool, "^/(", p + 1, NULL)
               : NULL;
}

const char *nginx_slash_over(apr_pool_t *pool, const char *regex, int number)
{
    static const char begin[] = "^(.*)/";

    return number == 1 && !strncmp(regex, begin, sizeof(begin) - 1) &&
                   !strchr("?*+{", regex[sizeof(begin) - 1])
               ? apr_pstrcat(pool, "^/((?:.*/)?)", regex + sizeof(begin) - 1,
                             NULL)
               : NULL;
}

const char *nginx_slash_out(apr_pool_t *pool, const char *regex, int number)
{
    const char *p = find_group(regex, number);
    apr_size_t before = p ? (apr_size_t)(p - regex) : 0;

    if (!p || !is_plain_group(p) || p[1] == '?') {
        return NULL;
    }
    if (p[1] == '/' && !strchr("?*+{", p[2])) {
        return apr_pstrcat(pool, apr_pstrmemdup(pool, regex, before), "/(",
                           p + 2, NULL);
    }
    if (p[1] == '.' && (p[2] == '*' || p[2] == '+') && before <= 1 &&
        (before == 0 || *regex == '^')) {
        return apr_pstrcat(pool, "^/(.*", p + 3, NULL);
    }
    return slash_of_class(pool, regex, p);
}
