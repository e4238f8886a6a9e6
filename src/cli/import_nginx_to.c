/* SPDX-License-Identifier: Apache-2.0
 * The template of an nginx redirect as TO: literals, groups, variables.
 */
#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

#include "import_nginx_say.h"
#include "url.h"

static apr_pool_t *pool_of(const nginx_say_t *say)
{
    return say->nginx->import->pool;
}

static void refuse(nginx_say_t *say, const char *why)
{
    if (!say->why) {
        say->why = why;
    }
}

static void append(nginx_say_t *say, const char *text)
{
    say->path = apr_pstrcat(pool_of(say), say->path, text, NULL);
}

static const char *literal(const nginx_say_t *say, const char *text,
                           apr_size_t len)
{
    return import_to(say->nginx->import, semr_view(text, len));
}

const char *nginx_take_name(apr_pool_t *pool, const char **p)
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

static const char *known_host(const nginx_say_t *say)
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
static const char *in_authority(nginx_say_t *say, const char *name)
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
static const char *read_authority(nginx_say_t *say, const char **p, int *only)
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
        name = nginx_take_name(pool_of(say), &at);
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
static const char *read_head(nginx_say_t *say, const char *template)
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

/* -- the path -------------------------------------------------------------- */

int nginx_is_root(const nginx_asked_t *asked)
{
    return asked->kind == NGINX_ANY ||
           (asked->kind == NGINX_BEGINS &&
            (!*asked->text || !strcmp(asked->text, "/")));
}

/* FROM as a regex whose last group is the whole path, less its slash; returns
 * the number of that group. */
static int from_with_whole(nginx_say_t *say)
{
    nginx_asked_t *asked = &say->asked;
    apr_pool_t *pool = pool_of(say);

    if (say->whole) {
        return say->whole;
    }
    if (nginx_is_root(asked)) {
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

/* TO begins with a slash of its own: the group's first is taken off. */
static int put_slash(nginx_say_t *say, int group, const char *rest)
{
    apr_pool_t *pool = pool_of(say);
    const char *regex = NULL;

    if (*rest == '/' && !strchr(rest, '$')) {
        regex = nginx_slash_over(pool, say->asked.text, group);
        say->eats = regex != NULL;
    }
    if (!regex) {
        regex = nginx_slash_out(pool, say->asked.text, group);
    }
    if (!regex) {
        refuse(say, "it begins with what a group takes, and a rule's TO "
                    "begins with / or a host, and a slash behind it. Write "
                    "the slash before the group, in both.");
        return 0;
    }
    say->asked.text = regex;
    append(say, "/");
    return 1;
}

static void put_group(nginx_say_t *say, int number, const char *rest)
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
    if (!*say->path && !put_slash(say, of_rule, rest)) {
        return;
    }
    append(say, apr_psprintf(pool_of(say), "$%d", of_rule));
}

/* -- variables ------------------------------------------------------------- */

/* The whole path stands here; rest is what comes behind. */
static void put_whole(nginx_say_t *say, const char *rest)
{
    const nginx_asked_t *asked = &say->asked;
    apr_pool_t *pool = pool_of(say);
    int in_path = !strpbrk(say->path, "?#");

    if (!*say->path && !*rest && say->own_host && *say->head) {
        return; /* "https:" is this same URL */
    }
    if (asked->kind == NGINX_EXACT) {
        semr_view_t path =
            semr_url_path(pool, semr_view(asked->text, strlen(asked->text)));

        append(say, literal(say, path.p, path.len));
    }
    else if (in_path && (!*rest || strchr("?#", *rest)) &&
             nginx_is_root(asked)) {
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

static void put_arg(nginx_say_t *say, const char *name)
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

static int is_named_group(const nginx_say_t *say, const char *name)
{
    const char *of = apr_pstrcat(pool_of(say), "<", name, ">", NULL);

    return say->asked.kind == NGINX_REGEX && !say->whole && *say->path &&
           strstr(say->asked.text, of);
}

static void put_variable(nginx_say_t *say, const char *name, const char *rest)
{
    if (isdigit((unsigned char)*name)) {
        put_group(say, *name - '0', rest);
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
static void take_args(nginx_say_t *say, char *text)
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

static void read_rest(nginx_say_t *say, const char *template)
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
        name = nginx_take_name(pool_of(say), &p);
        if (name) {
            put_variable(say, name, p);
            p += say->eats;
            say->eats = 0;
        }
        else {
            refuse(say, "a $ in it stands before no variable.");
        }
    }
    say->move.drop_query = !say->keeps && (drops || !say->answer->is_rewrite);
}

void nginx_say_template(nginx_say_t *say, const char *template)
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
}
