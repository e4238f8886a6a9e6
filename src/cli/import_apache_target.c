/* SPDX-License-Identifier: Apache-2.0
 * import apache: pattern and substitution of a RewriteRule, as FROM and TO.
 */
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_target.h"
#include "url.h"

static int begins(const char *text, const char *head)
{
    return !strncasecmp(text, head, strlen(head));
}

static int ends(const char *text, const char *tail)
{
    apr_size_t len = strlen(text), n = strlen(tail);

    return len >= n && !strcmp(text + len - n, tail);
}

/* -- the parts ------------------------------------------------------------- */

/* Takes the query off text. */
static void split_query(apache_target_t *target, char *text)
{
    char *mark =
        target->rule->last_mark ? strrchr(text, '?') : strchr(text, '?');
    apr_size_t len;

    if (mark) {
        *mark++ = '\0';
        len = strlen(mark);
        if (len && mark[len - 1] == '&') {
            mark[len - 1] = '\0';
        }
        target->query = mark;
    }
    target->path = text;
}

static apr_size_t authority_len(const char *text)
{
    const char *uri = strstr(text, APACHE_URI);
    apr_size_t len = strcspn(text, "/?#$");

    return uri && (apr_size_t)(uri - text) < len ? (apr_size_t)(uri - text)
                                                 : len;
}

/* The host that TO names; NULL: it is not known. */
static const char *host_of(apache_target_t *target, const char *text)
{
    static const char *const own[] = {"%{HTTP_HOST}", "%{SERVER_NAME}",
                                      "%{HTTP:Host}"};
    apr_size_t i;

    for (i = 0; i < sizeof(own) / sizeof(*own); i++) {
        if (!strcasecmp(text, own[i])) {
            return "";
        }
    }
    if (begins(text, "%1.") && target->alt->host &&
        begins(target->alt->host, "*.") && target->alt->sets_groups &&
        !target->alt->groups[1]) { /* the labels that its host has */
        const char *rest = apache_expand(target, text + 2);

        return rest ? apr_pstrcat(target->pool, "*", rest, NULL) : NULL;
    }
    return apache_expand(target, text);
}

static int split(apache_target_t *target)
{
    char *text = apr_pstrdup(target->pool, target->rule->to);
    apr_size_t len = strcspn(text, ":");

    if (begins(text, "http://") || begins(text, "https://") ||
        begins(text, "%{REQUEST_SCHEME}://")) {
        target->scheme =
            *text == '%' ? "" : apr_pstrmemdup(target->pool, text, len + 1);
        text += len + 3;
        len = authority_len(text);
        target->authority =
            host_of(target, apr_pstrmemdup(target->pool, text, len));
        if (!target->authority) {
            return 0;
        }
        if (!*target->scheme && *target->authority) {
            return apache_fail(target,
                               "it keeps the scheme and changes the host. "
                               "Write http or https.");
        }
        split_query(target, text + len);
        return 1;
    }
    split_query(target, text);
    if (*text == '/' || begins(text, APACHE_URI)) {
        return text[0] == '/' && text[1] == '/'
                   ? apache_fail(target, "it begins with two slashes, by which "
                                         "clients mean another host.")
                   : 1;
    }
    if (strstr(text, "://") || begins(text, "mailto:")) {
        return apache_fail(target,
                           strpbrk(text, "%$") < strstr(text, ":") &&
                                   strpbrk(text, "%$")
                               ? "its scheme is not known before there is a "
                                 "request. Write http or https."
                               : "it goes to another scheme than http and "
                                 "https, which rules do not have.");
    }
    if (target->rule->dir && !target->rule->base) {
        if (*text == '%') {
            return apache_fail(target,
                               "it begins with what is not known before there "
                               "is a request. Begin it with a slash or a "
                               "host.");
        }
        return apache_fail(target,
                           "it goes to a relative path, which httpd takes "
                           "for a folder of the disk where RewriteBase is "
                           "not set. Begin it with a slash.");
    }
    target->path =
        apr_pstrcat(target->pool, target->rule->base ? target->rule->base : "/",
                    target->path, NULL);
    return 1;
}

/* Behind path: the query, and what becomes of the client's */
static const char *with_query(apache_target_t *target, const char *to,
                              import_move_t *move)
{
    const char *query = target->query, *own;
    int append = target->rule->append;
    apr_size_t len = query ? strlen(query) : 0;

    if (query && ends(query, "%{QUERY_STRING}")) { /* QSA by another name */
        len -= strlen("%{QUERY_STRING}");
        len -= len && query[len - 1] == '&';
        query = len ? apr_pstrmemdup(target->pool, query, len) : NULL;
        append = 1;
    }
    move->drop_query = target->rule->discard || (query && !append);
    own = query ? apache_expand(target, query) : "";
    if (!own) {
        return NULL;
    }
    if (target->alt->query && !move->drop_query) { /* FROM's is not carried */
        own = apr_pstrcat(target->pool, own, *own ? "&" : "",
                          target->alt->query, NULL);
    }
    return *own ? apr_pstrcat(target->pool, to, "?", own, NULL) : to;
}

/* -- FROM ------------------------------------------------------------------ */

/* Whether the substitution has this anywhere but in what is escaped */
static int takes_group(const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' && text[1]) {
            text++;
        }
        else if (*text == '$' && apr_isdigit(text[1])) {
            return 1;
        }
    }
    return 0;
}

/* A RewriteCond's path stands for a pattern that takes all. */
static const char *promote(apache_target_t *target, apache_rule_t *rule,
                           apache_alt_t *alt)
{
    char *to;

    if (!alt->path || !target->pattern.all || alt->ahead ||
        (rule->dir && strcmp(rule->dir, "/")) ||
        (rule->to && takes_group(rule->to))) {
        return NULL;
    }
    rule->pattern = alt->path;
    target->fold = alt->path_fold;
    alt->path = NULL;
    if (alt->sets_groups && alt->groups[0] && alt->groups[0][0] == '$' &&
        rule->to) {
        rule->to = to = apr_pstrdup(target->pool, rule->to);
        for (; *to; to++) {
            if (*to == '%' && apr_isdigit(to[1])) {
                *to = '$';
            }
        }
        alt->sets_groups = 0;
    }
    target->groups = apache_groups(rule->pattern);
    return apache_pattern(target->pool, rule->pattern, 0, NULL,
                          &target->pattern);
}

/* The pattern as a regex, with what else the path must have ahead of it */
static void say_regex(apache_target_t *target, import_move_t *move,
                      int takes_whole)
{
    const apache_alt_t *alt = target->alt;
    const apache_pattern_t *is = &target->pattern;
    apr_pool_t *pool = target->pool;
    const char *main_part = is->regex, *ahead = alt->ahead ? alt->ahead : "";
    const char *dir = target->rule->dir ? target->rule->dir : "/";

    move->kind = IMPORT_REGEX;
    if (is->all) {
        main_part =
            apr_pstrcat(pool, "^", apache_quoted(pool, dir), "(.*)$", NULL);
    }
    else if (is->literal) {
        main_part = apr_pstrcat(pool, "^", apache_quoted(pool, is->literal),
                                is->either ? "/?$" : "$", NULL);
    }
    target->shift = alt->ahead_groups;
    if (alt->path) {
        ahead = apr_psprintf(
            pool, alt->path_fold ? "%s(?=.*?(?i:%s))" : "%s(?=.*?(?:%s))",
            ahead, alt->path);
        target->shift += apache_groups(alt->path);
    }
    if (*ahead || takes_whole) {
        int anchored = *main_part == '^' && !strchr(main_part, '|');

        main_part = anchored
                        ? main_part + 1
                        : apr_pstrcat(pool, ".*?(?:", main_part, ")", NULL);
        if (takes_whole) {
            target->whole = target->shift + target->groups + 1;
            main_part = apr_pstrcat(pool, "(?=", main_part, ")/(.*)$", NULL);
        }
        main_part = apr_pstrcat(pool, "^", ahead, main_part, NULL);
    }
    move->from = main_part;
}

/* -- TO -------------------------------------------------------------------- */

static const char *origin(const apache_target_t *target)
{
    if (!target->authority) {
        return "";
    }
    return *target->authority ? apr_pstrcat(target->pool, target->scheme, "//",
                                            target->authority, NULL)
                              : target->scheme;
}

/* What is at the end of TO's path that takes the path behind FROM's; its slash
 * in *slash; NULL: nothing. */
static const char *tail_of(const apache_target_t *target, int *slash)
{
    *slash = 1;
    if (ends(target->path, APACHE_URI)) {
        return APACHE_URI;
    }
    *slash = target->pattern.first_has_slash;
    if (target->pattern.has_first && ends(target->path, "$1")) {
        return "$1";
    }
    *slash = 1;
    return target->pattern.has_first && !target->rule->dir &&
                   ends(target->path, "$0")
               ? "$0"
               : NULL;
}

/* All of a tree, each path to its own: FROM and TO end in a star.  0: it is no
 * such thing. */
static int say_tree(apache_target_t *target, import_move_t *move,
                    const char **same, int *doubled)
{
    const char *dir = target->rule->dir ? target->rule->dir : "/";
    int slash;
    const char *tail = tail_of(target, &slash), *before;

    if (!tail || (target->query && takes_group(target->query))) {
        return 0;
    }
    before = apr_pstrmemdup(target->pool, target->path,
                            strlen(target->path) - strlen(tail));
    if (takes_group(before) || strstr(before, APACHE_URI)) {
        return 0;
    }
    before = apache_expand(target, before);
    if (!before || (!slash && !ends(before, "/"))) {
        return 0;
    }
    *doubled = slash && ends(before, "/");
    before = apr_pstrcat(target->pool, before, slash && !*doubled ? "/" : "",
                         !strcmp(tail, APACHE_URI) ? dir + 1 : "", NULL);
    move->kind = IMPORT_PREFIX;
    move->from = dir;
    move->ends_slash = dir[1] != '\0';
    if (!strcmp(before, dir) && target->authority && !target->query) {
        *same = target->authority;
    }
    move->to = *same && !**same ? target->scheme
                                : apr_pstrcat(target->pool, origin(target),
                                              before, "*", NULL);
    return 1;
}

static void say_from(apache_target_t *target, import_move_t *move,
                     int takes_whole, int takes_some)
{
    const char *dir = target->rule->dir ? target->rule->dir : "/";
    const apache_alt_t *alt = target->alt;

    if (target->pattern.literal && !alt->ahead && !alt->path) {
        move->kind = IMPORT_EXACT;
        target->literal = target->pattern.literal;
        move->from = apache_literal_path(target->pool, target->literal);
        move->either = target->pattern.either;
        if (move->either && takes_whole) {
            target->literal = NULL;
            say_regex(target, move, takes_whole);
        }
    }
    else if (target->pattern.all && !takes_some && !takes_whole &&
             !alt->ahead && !alt->path) {
        move->kind = IMPORT_PREFIX;
        move->from = dir;
        move->ends_slash = dir[1] != '\0';
    }
    else {
        say_regex(target, move, takes_whole);
    }
}

/* FROM and TO of a redirect */
static void say_both(apache_target_t *target, import_move_t *move,
                     const char **same)
{
    const char *to;
    int doubled = 0;
    int whole = strstr(target->rule->to, APACHE_URI) != NULL;

    if (target->authority && !*target->authority && *target->scheme &&
        !strcmp(target->path, APACHE_URI) && !target->query) {
        *same = ""; /* the same URL by the other scheme */
        move->to = target->scheme;
        say_from(target, move, 0, 0);
    }
    else if (!target->pattern.all || target->alt->ahead || target->alt->path ||
             !say_tree(target, move, same, &doubled)) {
        say_from(target, move, whole, takes_group(target->rule->to));
        if (target->why || !(to = apache_expand(target, target->path))) {
            return;
        }
        if (!target->authority && begins(to, "/$") && to[2] == '0') {
            to++; /* $0 begins with its own */
        }
        move->to = apr_pstrcat(target->pool, origin(target), to, NULL);
    }
    to = with_query(target, move->to, move);
    if (!to || target->why) {
        return;
    }
    move->to = to;
    if (move->kind == IMPORT_REGEX) {
        apache_lead(target->pool, &move->from, &move->to);
    }
    if (doubled) {
        target->doubled = 1;
    }
}

const char *apache_target(apache_t *apache, const apache_rule_t *given,
                          const apache_alt_t *only, const char *name,
                          import_move_t *move, const char **same)
{
    apache_rule_t rule = *given;
    apache_alt_t alt = *only;
    apache_target_t target = {.import = apache->import,
                              .pool = apache->import->pool,
                              .rule = &rule,
                              .alt = &alt,
                              .name = name,
                              .fold = given->fold};

    *same = NULL;
    if (!move->code || move->code < 300 || move->code > 399) {
        rule.to = NULL;
    }
    target.groups = apache_groups(rule.pattern);
    target.why = apache_pattern(target.pool, rule.pattern, rule.negated,
                                rule.dir, &target.pattern);
    if (!target.why) {
        target.why = promote(&target, &rule, &alt);
    }
    if (target.why) {
        return target.why;
    }
    if (!rule.to) {
        say_from(&target, move, 0, 0);
    }
    else if (split(&target)) {
        say_both(&target, move, same);
    }
    if (target.doubled && !target.why) {
        apache_notice(apache, "What is behind the host begins with a slash of "
                              "its own, so that httpd sends two. The rule "
                              "sends one.");
    }
    move->fold = target.fold;
    move->query = alt.query;
    return target.why;
}
