/* SPDX-License-Identifier: Apache-2.0
 * import apache: what regexes are, and whether they match.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_rewrite.h"

enum { MATCH_LIMIT = 100000 };

static pcre2_code *compile(const char *pattern, int fold)
{
    PCRE2_SIZE offset;
    int error;

    if (strlen(pattern) > APACHE_REGEX_MAX) {
        return NULL;
    }
    return pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                         PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_DUPNAMES |
                             (fold ? PCRE2_CASELESS : 0),
                         &error, &offset, NULL);
}

int apache_groups(const char *pattern)
{
    pcre2_code *code = compile(pattern, 0);
    uint32_t count = 0;

    if (!code) {
        return -1;
    }
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
    pcre2_code_free(code);
    return (int)count;
}

static void take_groups(apr_pool_t *pool, const pcre2_match_data *data,
                        int count, const char *subject, const char **groups)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer((pcre2_match_data *)data);
    int i;

    for (i = 0; i < 10; i++) {
        groups[i] = NULL;
        if (i < count && at[2 * i] != PCRE2_UNSET &&
            at[2 * i] <= at[2 * i + 1]) {
            groups[i] = apr_pstrmemdup(pool, subject + at[2 * i],
                                       at[2 * i + 1] - at[2 * i]);
        }
    }
}

int apache_matches(apr_pool_t *pool, const char *pattern, int fold,
                   const char *subject, const char **groups)
{
    pcre2_code *code = compile(pattern, fold);
    pcre2_match_context *context;
    pcre2_match_data *data;
    int count;

    if (!code) {
        return -1;
    }
    context = pcre2_match_context_create(NULL);
    data = pcre2_match_data_create_from_pattern(code, NULL);
    pcre2_set_match_limit(context, MATCH_LIMIT);
    pcre2_set_depth_limit(context, MATCH_LIMIT);
    count = pcre2_match(code, (PCRE2_SPTR)subject, strlen(subject), 0, 0, data,
                        context);
    if (count > 0 && groups) {
        take_groups(pool, data, count, subject, groups);
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    pcre2_code_free(code);
    return count > 0;
}

const char *apache_quoted(apr_pool_t *pool, const char *text)
{
    char *quoted = apr_palloc(pool, 2 * strlen(text) + 1), *out = quoted;

    for (; *text; text++) {
        if (strchr("\\^$.[]|()?*+{}#", *text)) {
            *out++ = '\\';
        }
        *out++ = *text;
    }
    *out = '\0';
    return quoted;
}

/* -- shapes of a pattern --------------------------------------------------- */

/* Patterns that take every path: of the server, where it begins with a slash,
 * and of a directory, where it does not. */
static const struct {
    const char *pattern;
    int server, dir; /* 1 it takes all; 2 and $1 is all behind the first slash;
                        3 and $1 is all; 0 no */
} takes_all[] = {{"", 1, 1},
                 {"^", 1, 1},
                 {".*", 1, 1},
                 {"^.*", 1, 1},
                 {"^.*$", 1, 1},
                 {".*$", 1, 1},
                 {".?", 1, 1},
                 {"$", 1, 1},
                 {".", 1, 0},
                 {"^/", 1, 0},
                 {"^/.*", 1, 0},
                 {"^/.*$", 1, 0},
                 {"^.+", 1, 0},
                 {"^.+$", 1, 0},
                 {".+", 1, 0},
                 {"(.*)", 3, 2},
                 {"^(.*)", 3, 2},
                 {"^(.*)$", 3, 2},
                 {"(.*)$", 3, 2},
                 {"(.+)", 3, 0},
                 {"^(.+)", 3, 0},
                 {"^(.+)$", 3, 0},
                 {"^(/.*)", 3, 0},
                 {"^(/.*)$", 3, 0},
                 {"^/(.*)", 2, 0},
                 {"^/(.*)$", 2, 0},
                 {"^/?(.*)", 2, 2},
                 {"^/?(.*)$", 2, 2},
                 {"/(.*)", 2, 0},
                 {"/(.*)$", 2, 0},
                 {"^/{0,1}(.*)$", 2, 2}};

static int find_all(const char *pattern, const char *dir, apache_pattern_t *is)
{
    apr_size_t i;

    for (i = 0; i < sizeof(takes_all) / sizeof(*takes_all); i++) {
        int how = dir ? takes_all[i].dir : takes_all[i].server;

        if (how && !strcmp(pattern, takes_all[i].pattern)) {
            is->all = 1;
            is->has_first = how > 1;
            is->first_has_slash = how == 3;
            return 1;
        }
    }
    return 0;
}

/* The one path of ^literal$, with the slash at its end in question or not */
static const char *find_literal(apr_pool_t *pool, const char *pattern,
                                int *either)
{
    char *literal = apr_pstrdup(pool, pattern), *out = literal;

    *either = 0;
    if (*pattern++ != '^') {
        return NULL;
    }
    for (; *pattern && strcmp(pattern, "$"); pattern++) {
        if (!strcmp(pattern, "/?$")) {
            *either = 1;
            pattern = "$";
            break;
        }
        if (*pattern == '\\' && pattern[1] && !apr_isalnum(pattern[1])) {
            pattern++;
        }
        else if (strchr("\\^$.[]|()?*+{}", *pattern) ||
                 strchr("?*+{", pattern[1] ? pattern[1] : 'x')) {
            return NULL;
        }
        if (pattern[1] && strchr("?*+{", pattern[1])) {
            return NULL; /* the escaped one is in question */
        }
        *out++ = *pattern;
    }
    *out = '\0';
    return *pattern ? literal : NULL;
}

/* Whether a sign stands in it, outside of classes and not escaped; deep: in
 * groups, too.  The first byte does not count. */
static int has_sign(const char *pattern, char sign, int deep)
{
    int depth = 0, in_class = 0, first = 1;

    for (; *pattern; pattern++, first = 0) {
        if (*pattern == '\\' && pattern[1]) {
            pattern++;
            continue;
        }
        if (in_class) {
            in_class = *pattern != ']';
        }
        else if (*pattern == '[') {
            in_class = 1;
            pattern += pattern[1] == '^' ? 1 : 0;
            pattern += pattern[1] == ']' ? 1 : 0;
        }
        else if (*pattern == sign && !first && (deep || depth == 0)) {
            return 1;
        }
        else {
            depth += (*pattern == '(') - (*pattern == ')');
        }
    }
    return 0;
}

/* A directory's pattern on the whole path; NULL: it cannot be told. */
static const char *in_dir(apr_pool_t *pool, const char *pattern,
                          const char *dir)
{
    const char *head = apr_pstrcat(pool, "^", apache_quoted(pool, dir), NULL);

    if (has_sign(pattern, '^', 1) || *pattern == '|') {
        return NULL;
    }
    if (has_sign(pattern, '|', 0)) {
        return *pattern == '^'
                   ? NULL
                   : apr_pstrcat(pool, head, ".*?(?:", pattern, ")", NULL);
    }
    if (*pattern == '^') {
        return apr_pstrcat(pool, head, pattern + 1, NULL);
    }
    if (!strncmp(pattern, ".*", 2) || !strncmp(pattern, "(.*", 3)) {
        return apr_pstrcat(pool, head, pattern, NULL);
    }
    if (!strcmp(dir, "/") && (apr_isalnum(*pattern) || *pattern == '\\') &&
        !(*pattern == '\\' && pattern[1] != '.' && pattern[1] != 'd')) {
        return pattern; /* it cannot begin at the slash */
    }
    return apr_pstrcat(pool, head, ".*?", pattern, NULL);
}

const char *apache_pattern(apr_pool_t *pool, const char *pattern, int negated,
                           const char *dir, apache_pattern_t *is)
{
    const char *regex;

    memset(is, 0, sizeof(*is));
    if (apache_groups(pattern) < 0) {
        return apr_psprintf(pool, "\"%.100s\" is no regular expression.",
                            pattern);
    }
    if (dir && !strncmp(pattern, "^/", 2) && strncmp(pattern, "^/?", 3) &&
        strncmp(pattern, "^/*", 3) && strncmp(pattern, "^/{", 3) && !negated) {
        return "in an .htaccess or <Directory> the path has no leading slash, "
               "so that this pattern matches nothing. Leave out the slash "
               "behind ^.";
    }
    if (!negated) {
        if (find_all(pattern, dir, is)) {
            return NULL;
        }
        is->literal = find_literal(pool, pattern, &is->either);
        if (is->literal && dir) {
            is->literal = apr_pstrcat(pool, dir, is->literal, NULL);
        }
        if (is->literal && is->literal[0] == '/') {
            is->either &= is->literal[1] != '\0';
            return NULL;
        }
        is->literal = NULL;
    }
    regex = dir ? in_dir(pool, pattern, dir) : pattern;
    if (!regex) {
        return "its alternatives are not all anchored alike. Write a rule for "
               "each of them.";
    }
    is->regex =
        negated ? apr_pstrcat(pool, "^(?!.*(?:", regex, "))", NULL) : regex;
    if (negated && dir) { /* below the directory alone */
        is->regex = apr_pstrcat(pool, "^(?!.*(?:", regex, "))",
                                apache_quoted(pool, dir), NULL);
    }
    return NULL;
}

/* Whether a first group may be empty, since what is behind it can be the
 * path's first slash */
static int may_be_empty(const char *first, const char *rest)
{
    apr_size_t atom = *rest == '\\' ? 2 : 1;

    if (!strstr(first, "(.*") || !*rest || !strcmp(rest, "$")) {
        return 0;
    }
    return !(apr_isalnum(*rest) || *rest == '-' || *rest == '_' ||
             (*rest == '\\' && rest[1] && !apr_isalnum(rest[1]) &&
              rest[1] != '/')) ||
           (rest[atom] && strchr("?*{", rest[atom]));
}

/* Whether a regex begins with one slash, no more and no less */
static int is_slash(const char *regex)
{
    return *regex == '/' && !(regex[1] && strchr("?*+{", regex[1]));
}

/* Whether the group that regex begins with is there always, and has no
 * alternatives */
static int is_one_group(const char *regex)
{
    int depth = 0, in_class = 0;

    for (; *regex; regex++) {
        if (*regex == '\\' && regex[1]) {
            regex++;
        }
        else if (in_class) {
            in_class = *regex != ']';
        }
        else if (*regex == '[') {
            in_class = 1;
            regex += regex[1] == '^' ? 1 : 0;
            regex += regex[1] == ']' ? 1 : 0;
        }
        else if (*regex == '|' && depth == 1) {
            return 0;
        }
        else {
            depth += (*regex == '(') - (*regex == ')');
            if (!depth) {
                return !regex[1] || !strchr("?*+{", regex[1]);
            }
        }
    }
    return 0;
}

void apache_lead(apr_pool_t *pool, const char **regex, const char **to)
{
    static const char *const firsts[] = {"^(.*)", "(.*)",  "^(/.*)",
                                         "(/.*)", "^(.+)", "(.+)"};
    const char *at = *to;
    apr_size_t i, len;

    if (!strncasecmp(at, "http://", 7) || !strncasecmp(at, "https://", 8)) {
        at = strchr(at, ':') + 3;
        at += strcspn(at, "/?#$");
    }
    if (strncmp(at, "$1", 2) || strstr(at + 2, "$1")) {
        return;
    }
    for (i = 0; i < sizeof(firsts) / sizeof(*firsts); i++) {
        len = strlen(firsts[i]);
        if (!strncmp(*regex, firsts[i], len) &&
            (!(*regex)[len] || !strchr("?*+{", (*regex)[len]))) {
            if (!may_be_empty(firsts[i], *regex + len)) {
                *regex = apr_pstrcat(pool, "^/(.*)", *regex + len, NULL);
                break;
            }
            if (at[2] == '/' && is_slash(*regex + len)) { /* of both */
                *regex =
                    apr_pstrcat(pool, "^/((?:.*/)?)", *regex + len + 1, NULL);
                *to = apr_pstrcat(
                    pool, apr_pstrmemdup(pool, *to, (apr_size_t)(at - *to)),
                    "/$1", at + 3, NULL);
                return;
            }
            if (at[2] == '/' && at > *to) {
                return; /* behind a host, two slashes would be two */
            }
            *regex = apr_pstrcat(pool, "^/?(.*)", *regex + len, NULL);
            break;
        }
    }
    if (i == sizeof(firsts) / sizeof(*firsts)) {
        if (strncmp(*regex, "^(/", 3) || strchr("?*+{", (*regex)[3]) ||
            !is_one_group(*regex + 1)) {
            return;
        }
        *regex = apr_pstrcat(pool, "^/(", *regex + 3, NULL);
    }
    *to = apr_pstrcat(pool, apr_pstrmemdup(pool, *to, (apr_size_t)(at - *to)),
                      "/", at, NULL);
}
