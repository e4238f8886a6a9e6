/* SPDX-License-Identifier: Apache-2.0
 * A redirect of nginx as moves: one a host, and a scheme where TO has it.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_core.h"
#include "import_nginx_say.h"

static apr_pool_t *pool_of(const nginx_say_t *say)
{
    return say->nginx->import->pool;
}

static void set_from(apr_pool_t *pool, const nginx_asked_t *asked,
                     import_move_t *move)
{
    move->fold = asked->fold;
    move->from = asked->text;
    if (nginx_is_root(asked)) {
        move->kind = IMPORT_PREFIX;
        move->from = "/";
        move->fold = 0;
    }
    else if (asked->kind == NGINX_EXACT) {
        move->kind = IMPORT_EXACT;
    }
    else if (asked->kind == NGINX_REGEX) {
        move->kind = IMPORT_REGEX;
    }
    else if (asked->text[strlen(asked->text) - 1] == '/') {
        move->kind = IMPORT_PREFIX;
        move->ends_slash = 1;
    }
    else {
        move->kind = IMPORT_REGEX;
        move->from =
            apr_pstrcat(pool, "^", nginx_quote_regex(pool, asked->text), NULL);
    }
}

/* -- a move ---------------------------------------------------------------- */

static void leave(const nginx_say_t *say)
{
    import_leave(say->nginx->import, say->answer->node->line,
                 say->answer->node->text, NULL, "It cannot be said: %s",
                 say->why);
}

/* Asks by a condition, too. */
static void add_condition(const nginx_say_t *say, import_move_t *move,
                          const char *condition)
{
    move->condition = move->condition
                          ? apr_pstrcat(pool_of(say), move->condition, " && ",
                                        condition, NULL)
                          : condition;
}

/* A regex asks for neither scheme nor query; unless it is really a path, what
 * asks is a condition.  What https answers is answered to http, too: a client
 * that was sent from one to the other comes to the same end. */
static void ask_apart(const nginx_say_t *say, import_move_t *move)
{
    import_t *import = say->nginx->import;
    import_move_t forms[IMPORT_SPLIT_MAX];

    if (move->kind != IMPORT_REGEX || (!move->scheme && !move->query) ||
        import_forms(import, move, forms) > 0) {
        return;
    }
    if (move->scheme == SEMR_HTTPS && move->code != IMPORT_NONE) {
        if (!say->nginx->told_https) {
            import_notice(import, move->line, move->words,
                          "A regex cannot ask for https: this and others of "
                          "such servers hold over http, too.");
        }
        say->nginx->told_https = 1;
    }
    else if (move->scheme) {
        add_condition(say, move,
                      move->scheme == SEMR_HTTPS ? "%{HTTPS} == 'on'"
                                                 : "%{HTTPS} != 'on'");
    }
    move->scheme = SEMR_ANY_SCHEME;
    if (move->query && !strpbrk(move->query, "{/")) {
        add_condition(say, move,
                      apr_pstrcat(pool_of(say), "%{QUERY_STRING} =~ /(^|&)",
                                  nginx_quote_regex(pool_of(say), move->query),
                                  "(&|$)/", NULL));
        move->query = NULL;
    }
}

/* Fills what was asked, and takes the move. */
static void finish(nginx_say_t *say, semr_scheme_t scheme)
{
    import_move_t *move = &say->move;

    set_from(pool_of(say), &say->asked, move);
    move->line = say->answer->node->line;
    move->words = say->answer->node->text;
    move->code = say->answer->code;
    move->query = say->asked.query;
    move->only = say->asked.only;
    move->condition = say->asked.condition;
    move->host = say->host;
    move->port = say->asked.port;
    move->scheme = scheme;
    ask_apart(say, move);
    if (move->code == IMPORT_NONE && move->condition) {
        import_notice(say->nginx->import, move->line, move->words,
                      "Here nginx redirects nothing more, under a condition; "
                      "the rules that follow do.");
        return;
    }
    import_move(say->nginx->import, move);
}

/* TO with the parameters that FROM names, which else would not be carried on;
 * of a map without a redirect nobody knows. */
static const char *with_query(const nginx_say_t *say, const char *to)
{
    const char *query = say->asked.query, *end = strchr(to, '#');
    apr_size_t len = end ? (apr_size_t)(end - to) : strlen(to);

    if (!query || !*say->path || say->move.drop_query || !say->answer->code ||
        say->asked.kind == NGINX_REGEX) {
        return to;
    }
    return apr_pstrcat(pool_of(say), apr_pstrmemdup(pool_of(say), to, len),
                       memchr(to, '?', len) ? "&" : "?", query, to + len, NULL);
}

static void finish_with_scheme(nginx_say_t *say, const char *scheme,
                               semr_scheme_t asked)
{
    say->move.to = with_query(
        say, apr_pstrcat(pool_of(say), scheme, say->head, say->path, NULL));
    finish(say, asked);
}

static void say_to(nginx_say_t *say, const char *template)
{
    nginx_say_template(say, template);
    if (say->why) {
        leave(say);
        return;
    }
    if (!say->any_scheme) {
        /* "https:" to who came by https would repeat the request, and so is
         * none: a rule for any host needs no scheme */
        finish_with_scheme(say, "",
                           !say->host && say->own_host && !*say->path
                               ? SEMR_ANY_SCHEME
                               : say->asked.scheme);
    }
    else if (say->host && say->asked.kind != NGINX_REGEX) {
        finish_with_scheme(say, "http", SEMR_HTTP);
        finish_with_scheme(say, "https", SEMR_HTTPS);
    }
    else {
        import_notice(say->nginx->import, say->answer->node->line,
                      say->answer->node->text,
                      "$scheme is said as https: the rule names no host, or is "
                      "a regex, and so cannot ask for the scheme.");
        finish_with_scheme(say, "https", SEMR_ANY_SCHEME);
    }
}

static void say_for_host(nginx_t *nginx, const nginx_asked_t *asked,
                         const nginx_answer_t *answer, const char *template,
                         const char *host)
{
    apr_size_t most = NGINX_MOVES_LEAST + nginx->import->text.len;
    nginx_say_t say = {0};

    if (most > NGINX_MOVES_MAX) {
        most = NGINX_MOVES_MAX;
    }
    if ((apr_size_t)nginx->import->moves->nelts >= most) {
        if (!nginx->full) {
            import_leave(nginx->import, answer->node->line, answer->node->text,
                         NULL,
                         "It and what follows are left: maps and hosts "
                         "make over %" APR_SIZE_T_FMT " rules of a file of "
                         "this size. Import a server at a time.",
                         most);
        }
        nginx->full = 1;
        return;
    }
    say.nginx = nginx;
    say.asked = *asked;
    say.answer = answer;
    say.host = host;
    if (template) {
        say_to(&say, template);
    }
    else {
        finish(&say, asked->scheme);
    }
}

static void say_for_hosts(nginx_t *nginx, const nginx_asked_t *asked,
                          const nginx_answer_t *answer, const char *template)
{
    int i;

    if (!asked->hosts) {
        say_for_host(nginx, asked, answer, template, NULL);
        return;
    }
    for (i = 0; i < asked->hosts->nelts; i++) {
        say_for_host(nginx, asked, answer, template,
                     APR_ARRAY_IDX(asked->hosts, i, const char *));
    }
}

/* The template with the values of variables that set gave; *map is the first
 * of them that a map gives. */
static const char *expand(nginx_t *nginx, const char *template, int depth,
                          const char **map)
{
    apr_pool_t *pool = nginx->import->pool;
    const char *text = "", *p = template;

    while (*p) {
        apr_size_t plain = strcspn(p, "$");
        const char *begin = p, *name, *value = NULL;

        if (!plain && ++nginx->expanded > NGINX_VARIABLES) {
            return apr_pstrcat(pool, text, p, NULL);
        }
        if (!plain) {
            p++;
            name = nginx_take_name(pool, &p);
            if (name && !*map &&
                apr_hash_get(nginx->maps, name, APR_HASH_KEY_STRING)) {
                *map = name;
            }
            else if (name && depth < NGINX_EXPANDED) {
                value = apr_hash_get(nginx->sets, name, APR_HASH_KEY_STRING);
            }
            plain = (apr_size_t)(p - begin);
        }
        else {
            p += plain;
        }
        text = apr_pstrcat(pool, text,
                           value ? expand(nginx, value, depth + 1, map)
                                 : apr_pstrmemdup(pool, begin, plain),
                           NULL);
    }
    return text;
}

void nginx_answer_deep(nginx_t *nginx, const nginx_asked_t *asked,
                       const nginx_answer_t *answer, int depth)
{
    nginx_answer_t expanded = *answer;
    const char *map = NULL;

    if (answer->template && strchr(answer->template, '$')) {
        nginx->expanded = 0;
        expanded.template = expand(nginx, answer->template, 0, &map);
        if (nginx->expanded > NGINX_VARIABLES) {
            import_leave(nginx->import, answer->node->line, answer->node->text,
                         NULL, "It has over %d variables.", NGINX_VARIABLES);
            return;
        }
    }
    if (map && depth < NGINX_EXPANDED) {
        nginx_map_answer(nginx, asked, &expanded, map,
                         apr_hash_get(nginx->maps, map, APR_HASH_KEY_STRING),
                         depth);
        return;
    }
    say_for_hosts(nginx, asked, &expanded, expanded.template);
}

void nginx_answer(nginx_t *nginx, const nginx_asked_t *asked,
                  const nginx_answer_t *answer)
{
    nginx_answer_deep(nginx, asked, answer, 0);
}

void nginx_none(nginx_t *nginx, const nginx_asked_t *asked,
                const nginx_node_t *node)
{
    nginx_answer_t answer = {node, IMPORT_NONE, NULL, 0};

    say_for_hosts(nginx, asked, &answer, NULL);
}
