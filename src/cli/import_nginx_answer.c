/* SPDX-License-Identifier: Apache-2.0
 * What an nginx redirect answers, as TO: literals, groups, variables.
 */
#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

#include "import_core.h"
#include "import_nginx.h"
#include "url.h"

/* One redirect that is being said */
typedef struct say_t {
    nginx_t *nginx;
    nginx_asked_t asked; /* a copy: what TO takes may ask for more */
    const nginx_answer_t *answer;
    const char *host; /* that was asked; NULL: any */
    import_move_t move;
    const char *head; /* of TO: "", "https:", "https://host" */
    int own_host;     /* head is the host that was asked */
    int any_scheme;   /* head's scheme is the client's */
    const char *path; /* of TO, so far */
    int whole;        /* the number of the group that is the whole path; 0 */
    int keeps;        /* it names the client's query */
    const char *why;  /* that it cannot be said; NULL: it can */
} say_t;

static apr_pool_t *pool_of(const say_t *say)
{
    return say->nginx->import->pool;
}

static void refuse(say_t *say, const char *why)
{
    if (!say->why) {
        say->why = why;
    }
}

static void append(say_t *say, const char *text)
{
    say->path = apr_pstrcat(pool_of(say), say->path, text, NULL);
}

static const char *literal(const say_t *say, const char *text, apr_size_t len)
{
    return import_to(say->nginx->import, semr_view(text, len));
}

/* The variable at *p, which is behind its $: its name, and *p behind it; NULL:
 * it is none. */
static const char *take_name(apr_pool_t *pool, const char **p)
{
    const char *begin = *p, *end;
    int braces = *begin == '{';

    begin += braces;
    for (end = begin; isalnum((unsigned char)*end) || *end == '_'; end++) {
        if (end == begin && isdigit((unsigned char)*end) && !braces) {
            end++; /* $1 is one byte */
            break;
        }
    }
    if (end == begin || (braces && *end != '}')) {
        return NULL;
    }
    *p = end + braces;
    return apr_pstrmemdup(pool, begin, (apr_size_t)(end - begin));
}

/* -- the head -------------------------------------------------------------- */

static const char *known_host(const say_t *say)
{
    if (say->host) {
        return *say->host == '*' ? NULL : say->host;
    }
    return say->nginx->nnames == 1 ? say->nginx->name : NULL;
}

static int is_own_host(const char *name)
{
    return !strcmp(name, "host") || !strcmp(name, "http_host");
}

/* What a variable stands for within an authority; NULL: nobody knows. */
static const char *in_authority(say_t *say, const char *name)
{
    if (is_own_host(name)) {
        return known_host(say);
    }
    return !strcmp(name, "server_name") ? say->nginx->name : NULL;
}

/* Whether a variable that stands there ends the authority */
static int ends_authority(const char *p)
{
    const char *name = p + (*p == '{');

    return !strncmp(name, "request_uri", 11) || !strncmp(name, "uri", 3) ||
           !strncmp(name, "document_uri", 12) || !strncmp(name, "is_args", 7) ||
           isdigit((unsigned char)*name);
}

/* Reads an authority, up to *p; only: it is $host and nothing else. */
static const char *read_authority(say_t *say, const char **p, int *only)
{
    const char *text = "", *own = NULL, *value, *begin = *p;

    while (**p && !strchr("/?#", **p)) {
        const char *name, *at = *p + 1;

        if (**p != '$') {
            apr_size_t len = strcspn(*p, "/?#$");

            text = apr_pstrcat(pool_of(say), text,
                               apr_pstrmemdup(pool_of(say), *p, len), NULL);
            *p += len;
            continue;
        }
        if (ends_authority(at)) {
            break;
        }
        name = take_name(pool_of(say), &at);
        if (name && is_own_host(name) && *p == begin) {
            own = at;
        }
        value = name ? in_authority(say, name) : NULL;
        if (!value && at != own) {
            refuse(say, "its host has a variable that only a request has. "
                        "Name the host, once a rule.");
        }
        text = apr_pstrcat(pool_of(say), text, value ? value : "", NULL);
        *p = at;
    }
    *only = own && (*p == own || (!strncmp(own, ":80", 3) && *p == own + 3) ||
                    (!strncmp(own, ":443", 4) && *p == own + 4));
    if (own && !*only && !known_host(say)) {
        refuse(say, "it changes the port of whatever host was asked. Name the "
                    "host.");
    }
    return text;
}

/* Reads scheme and authority; returns what is behind them. */
static const char *read_head(say_t *say, const char *template)
{
    static const char *const schemes[] = {"", "http", "https"};
    const char *p = template, *host;
    semr_scheme_t scheme = say->asked.scheme;

    say->head = "";
    if (!strncmp(p, "$scheme://", 10) || !strncmp(p, "${scheme}://", 12)) {
        p = strstr(p, "://") + 3;
        say->any_scheme = scheme == SEMR_ANY_SCHEME;
    }
    else if (!strncmp(p, "http://", 7) || !strncmp(p, "https://", 8)) {
        scheme = p[4] == 's' ? SEMR_HTTPS : SEMR_HTTP;
        p = strstr(p, "://") + 3;
    }
    else {
        return p;
    }
    host = read_authority(say, &p, &say->own_host);
    if (say->own_host) {
        say->head = scheme == SEMR_ANY_SCHEME || *template == '$'
                        ? ""
                        : apr_pstrcat(pool_of(say), schemes[scheme], ":", NULL);
        say->any_scheme = 0;
    }
    else {
        say->head =
            apr_pstrcat(pool_of(say), schemes[scheme], "://", host, NULL);
    }
    return p;
}

/* -- FROM ------------------------------------------------------------------ */

static int is_root(const nginx_asked_t *asked)
{
    return asked->kind == NGINX_ANY ||
           (asked->kind == NGINX_BEGINS && !strcmp(asked->text, "/"));
}

static void set_from(apr_pool_t *pool, const nginx_asked_t *asked,
                     import_move_t *move)
{
    move->fold = asked->fold;
    move->from = asked->text;
    if (is_root(asked)) {
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

/* FROM as a regex whose last group is the whole path, less its slash; returns
 * the number of that group. */
static int from_with_whole(say_t *say)
{
    nginx_asked_t *asked = &say->asked;
    apr_pool_t *pool = pool_of(say);

    if (say->whole) {
        return say->whole;
    }
    if (is_root(asked)) {
        asked->text = "^/(.*)$";
        asked->ngroups = 0;
    }
    else if (asked->kind == NGINX_BEGINS) {
        asked->text =
            apr_pstrcat(pool, "^/(", nginx_quote_regex(pool, asked->text + 1),
                        ".*)$", NULL);
        asked->ngroups = 0;
    }
    else {
        asked->text = apr_pstrcat(pool, "^(?=.*?",
                                  asked->fold ? "(?i:" : "(?:", asked->text,
                                  "))/(.*)$", NULL);
        asked->fold = 0;
    }
    asked->kind = NGINX_REGEX;
    say->whole = ++asked->ngroups;
    if (say->whole > 9) {
        refuse(say, "TO has groups from $1 to $9, and this is one more.");
    }
    return say->whole;
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

/* Takes the slash that a group begins with out of it, for TO to have it; 0: it
 * does not begin so. */
static int slash_out(say_t *say, int number)
{
    const char *regex = say->asked.text, *p = find_group(regex, number);
    apr_size_t before = p ? (apr_size_t)(p - regex) : 0;

    if (!p || !is_plain_group(p) || p[1] == '?') {
        return 0;
    }
    if (p[1] == '/' && !strchr("?*+{", p[2])) {
        say->asked.text = apr_pstrcat(
            pool_of(say), apr_pstrmemdup(pool_of(say), regex, before), "/(",
            p + 2, NULL);
        return 1;
    }
    if (p[1] == '.' && (p[2] == '*' || p[2] == '+') && before <= 1 &&
        (before == 0 || *regex == '^')) {
        say->asked.text = apr_pstrcat(pool_of(say), "^/(.*", p + 3, NULL);
        return 1;
    }
    return 0;
}

static void put_group(say_t *say, int number)
{
    const nginx_asked_t *asked = &say->asked;
    int of_rule = asked->group + number;

    if (asked->captured) {
        append(say, literal(say, asked->captured[number],
                            strlen(asked->captured[number])));
        return;
    }
    if (asked->kind != NGINX_REGEX || asked->group < 0 || say->whole) {
        refuse(say, "it has a group of a regex that no rule can have beside "
                    "what it asks.");
        return;
    }
    if (of_rule > asked->ngroups) {
        return; /* nginx puts nothing there */
    }
    if (of_rule > 9) {
        refuse(say, "TO has groups from $1 to $9.");
        return;
    }
    if (!*say->path) { /* TO begins with a slash of its own */
        if (!slash_out(say, of_rule)) {
            refuse(say, "it begins with what a group takes, and a rule's TO "
                        "begins with / or a host, and a slash behind it. Write "
                        "the slash before the group, in both.");
            return;
        }
        append(say, "/");
    }
    append(say, apr_psprintf(pool_of(say), "$%d", of_rule));
}

/* -- variables ------------------------------------------------------------- */

/* The whole path stands here; rest is what comes behind. */
static void put_whole(say_t *say, const char *rest)
{
    const nginx_asked_t *asked = &say->asked;
    apr_pool_t *pool = pool_of(say);
    int in_path = !strpbrk(say->path, "?#");

    if (asked->kind == NGINX_EXACT) {
        semr_view_t path =
            semr_url_path(pool, semr_view(asked->text, strlen(asked->text)));

        append(say, literal(say, path.p, path.len));
    }
    else if (!*say->path && !*rest && say->own_host && *say->head) {
        return; /* "https:" is this same URL */
    }
    else if (in_path && (!*rest || strchr("?#", *rest)) && is_root(asked)) {
        append(say, "/*");
    }
    else if (in_path && (!*rest || strchr("?#", *rest)) &&
             asked->kind == NGINX_BEGINS &&
             asked->text[strlen(asked->text) - 1] == '/') {
        append(say, literal(say, asked->text, strlen(asked->text)));
        append(say, "*");
    }
    else {
        append(say, apr_psprintf(pool, "/$%d", from_with_whole(say)));
    }
}

static void put_arg(say_t *say, const char *name)
{
    const char *param = apr_pstrcat(pool_of(say), name, "={", name, "}", NULL);
    const char *query = say->asked.query;

    if (say->asked.kind == NGINX_REGEX || say->asked.kind == NGINX_BEGINS) {
        refuse(say, "it puts a parameter of the query into the Location beside "
                    "a regex. Name the path.");
        return;
    }
    if (!query || !strstr(query, param)) {
        say->asked.query =
            query ? apr_pstrcat(pool_of(say), query, "&", param, NULL) : param;
    }
    append(say, apr_pstrcat(pool_of(say), "{", name, "}", NULL));
}

static int is_named_group(const say_t *say, const char *name)
{
    const char *of = apr_pstrcat(pool_of(say), "<", name, ">", NULL);

    return say->asked.kind == NGINX_REGEX && !say->whole && *say->path &&
           strstr(say->asked.text, of);
}

static void put_variable(say_t *say, const char *name, const char *rest)
{
    if (isdigit((unsigned char)*name)) {
        put_group(say, *name - '0');
    }
    else if (!strcmp(name, "uri") || !strcmp(name, "document_uri")) {
        put_whole(say, rest);
    }
    else if (!strcmp(name, "request_uri")) {
        if (*rest || strpbrk(say->path, "?#")) {
            refuse(say, "it puts path and query within another URL. $uri, "
                        "without the query, could be said.");
            return;
        }
        say->keeps = 1;
        put_whole(say, rest);
    }
    else if (!strncmp(name, "arg_", 4) && name[4]) {
        put_arg(say, name + 4);
    }
    else if (is_own_host(name) && known_host(say) && *say->path) {
        append(say, known_host(say));
    }
    else if (is_named_group(say, name)) {
        append(say, apr_pstrcat(pool_of(say), "{", name, "}", NULL));
    }
    else {
        refuse(say, apr_psprintf(pool_of(say),
                                 "it puts $%.60s into the Location, which no "
                                 "rule can.",
                                 name));
    }
}

/* -- the rest -------------------------------------------------------------- */

/* Takes the client's query off the end of text. */
static void take_args(say_t *say, char *text)
{
    static const char *const ends[] = {
        "$is_args$args", "$is_args$query_string", "?$args", "?$query_string",
        "&$args",        "&$query_string",
    };
    apr_size_t len = strlen(text), i;

    for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        apr_size_t end = strlen(ends[i]);

        if (len >= end && !strcmp(text + len - end, ends[i])) {
            text[len - end] = '\0';
            say->keeps = 1;
            return;
        }
    }
}

static void read_rest(say_t *say, const char *template)
{
    char *text = apr_pstrdup(pool_of(say), template);
    apr_size_t len = strlen(text);
    int drops = 0;
    const char *p = text;

    if (say->answer->is_rewrite && len && text[len - 1] == '?') {
        text[len - 1] = '\0';
        drops = 1;
    }
    take_args(say, text);
    say->path = "";
    while (*p && !say->why) {
        apr_size_t plain = strcspn(p, "$");
        const char *name;

        if (plain) {
            if (!*say->path && strchr("?#", *p) && *say->head) {
                append(say, "/");
            }
            append(say, literal(say, p, plain));
            p += plain;
            continue;
        }
        p++;
        name = take_name(pool_of(say), &p);
        if (name) {
            put_variable(say, name, p);
        }
        else {
            refuse(say, "a $ in it stands before no variable.");
        }
    }
    say->move.drop_query = !say->keeps && (drops || !say->answer->is_rewrite);
}

/* -- a move ---------------------------------------------------------------- */

static void leave(const say_t *say)
{
    import_leave(say->nginx->import, say->answer->node->line,
                 say->answer->node->text, NULL, "It cannot be said: %s",
                 say->why);
}

/* Asks by a condition, too. */
static void add_condition(const say_t *say, import_move_t *move,
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
static void ask_apart(const say_t *say, import_move_t *move)
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
static void finish(say_t *say, semr_scheme_t scheme)
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

static void finish_with_scheme(say_t *say, const char *scheme,
                               semr_scheme_t asked)
{
    say->move.to =
        apr_pstrcat(pool_of(say), scheme, say->head, say->path, NULL);
    finish(say, asked);
}

static void say_to(say_t *say, const char *template)
{
    const char *rest = read_head(say, template);

    if (!say->why) {
        read_rest(say, rest);
    }
    if (!say->why && !*say->head && *say->path != '/') {
        refuse(say, *say->path || *template
                        ? "what it leads to is neither a path, which begins "
                          "with a slash, nor a URL."
                        : "it leads nowhere.");
    }
    if (!say->why && *say->head && *say->path && *say->path != '/') {
        refuse(say, "something other than a slash is behind its host.");
    }
    if (say->why) {
        leave(say);
        return;
    }
    if (!say->any_scheme) {
        finish_with_scheme(say, "", say->asked.scheme);
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
    say_t say = {0};

    if (nginx->import->moves->nelts >= NGINX_MOVES_MAX) {
        if (!nginx->full) {
            import_leave(nginx->import, answer->node->line, answer->node->text,
                         NULL,
                         "It and what follows are left: maps and hosts "
                         "make over %d rules.",
                         NGINX_MOVES_MAX);
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
            name = take_name(pool, &p);
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
