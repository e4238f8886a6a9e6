/* SPDX-License-Identifier: Apache-2.0
 * A move as a line: intent, FROM, TO, options.
 *
 * What comes out is read by the engine's own parser before anybody sees it;
 * what that refuses is left, for the parser's reason.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_core.h"
#include "url.h"
#include "words.h"

enum { LINE_MAX_LEN = 60000 }; /* a map's row may have a little more */

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

/* -- the intent ------------------------------------------------------------ */

/* What the codes of other servers say; 0 where one of a gone page is pinned. */
static const struct {
    int code;
    semr_intent_t intent;
    int pin;
} codes[] = {
    {301, SEMR_PERMANENT, 0},    {308, SEMR_PERMANENT, 0},
    {302, SEMR_TEMPORARY, 0},    {307, SEMR_TEMPORARY, 0},
    {303, SEMR_SEE_OTHER, 0},    {410, SEMR_GONE, 0},
    {404, SEMR_GONE, 404},       {451, SEMR_GONE, 451},
    {IMPORT_NONE, SEMR_NONE, 0},
};

/* Returns 0 if no intent says that code. */
static int intent_of(const import_t *import, int code, semr_intent_t *intent,
                     int *pin)
{
    apr_size_t i;

    *pin = 0;
    if (code == 0 && import->intent >= 0) {
        *intent = (semr_intent_t)import->intent;
        return 1;
    }
    for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        if (codes[i].code == code) {
            *intent = codes[i].intent;
            *pin = codes[i].pin;
            return 1;
        }
    }
    return 0;
}

/* -- FROM ------------------------------------------------------------------ */

const char *import_without_stars(apr_pool_t *pool, semr_view_t text)
{
    char *encoded = apr_palloc(pool, 3 * text.len + 1), *out = encoded;
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        if (text.p[i] == '*') {
            memcpy(out, "%2A", 3);
            out += 3;
        }
        else {
            *out++ = text.p[i];
        }
    }
    *out = '\0';
    return encoded;
}

static const char *path_of(apr_pool_t *pool, const import_move_t *move)
{
    semr_view_t path = semr_url_path(pool, view_of(move->from));

    if (move->kind == IMPORT_PREFIX && path.p[path.len - 1] == '/') {
        path.len--;
    }
    return apr_pstrcat(pool, import_without_stars(pool, path),
                       move->kind == IMPORT_PREFIX ? "/*" : "", NULL);
}

static const char *authority_of(apr_pool_t *pool, const import_move_t *move)
{
    static const char *const heads[] = {"//", "http://", "https://"};

    if (!move->host) {
        return "";
    }
    return apr_pstrcat(
        pool, move->kind == IMPORT_REGEX ? "" : heads[move->scheme], move->host,
        move->port ? apr_psprintf(pool, ":%u", move->port) : "", NULL);
}

static const char *from_of(apr_pool_t *pool, const import_move_t *move)
{
    const char *path = move->from;

    if (move->kind == IMPORT_REGEX) {
        return apr_pstrcat(pool, move->fold ? "~*" : "~", path, NULL);
    }
    if (move->kind != IMPORT_PATTERN) {
        path = path_of(pool, move);
    }
    return apr_pstrcat(pool, authority_of(pool, move), path,
                       move->query ? "?" : "", move->query ? move->query : "",
                       NULL);
}

/* Whether the path takes one form alone, where a rule's own would take two */
static int is_slash_exact(const import_move_t *move)
{
    apr_size_t len = strlen(move->from);
    int tree = move->kind == IMPORT_PREFIX ||
               (move->kind == IMPORT_PATTERN && len > 1 &&
                !strcmp(move->from + len - 2, "/*"));

    if (move->kind == IMPORT_REGEX || strspn(move->from, "/") == len) {
        return 0; /* the root has but one form */
    }
    return tree ? move->ends_slash : !move->either;
}

/* -- options --------------------------------------------------------------- */

/* A line's text: nothing that would end it */
static const char *on_a_line(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text), *p;

    for (p = copy; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F) {
            *p = ' ';
        }
    }
    return copy;
}

static const char *with_option(apr_pool_t *pool, const char *line,
                               const char *name, const char *value)
{
    return apr_pstrcat(pool, line, " ", name, "=",
                       semr_words_quote(pool, view_of(value)), NULL);
}

static const char *with_options(apr_pool_t *pool, const import_move_t *move,
                                int pin, int has_to, const char *line)
{
    if (move->kind == IMPORT_REGEX && move->host) {
        line = with_option(pool, line, "host", authority_of(pool, move));
    }
    if (pin) {
        line = with_option(pool, line, "code", apr_itoa(pool, pin));
    }
    if (move->drop_query && has_to) {
        line = with_option(pool, line, "query", "drop");
    }
    if (is_slash_exact(move)) {
        line = with_option(pool, line, "slash", "exact");
    }
    if (move->fold && move->kind != IMPORT_REGEX) {
        line = with_option(pool, line, "case", "ignore");
    }
    if (move->only) {
        line = with_option(pool, line, "only", move->only);
    }
    if (move->off) {
        line = with_option(pool, line, "stage", "off");
    }
    if (move->note && *move->note) {
        line = with_option(pool, line, "note", on_a_line(pool, move->note));
    }
    if (move->condition) {
        line = with_option(pool, line, "if", move->condition);
    }
    return line;
}

/* -- the line -------------------------------------------------------------- */

/* Why no rule can have it; NULL: one may. */
static const char *refusal(const import_move_t *move)
{
    if (!move->from || !*move->from) {
        return "it names no path that it takes.";
    }
    if (move->kind != IMPORT_REGEX && move->from[0] != '/') {
        return "the path that it takes does not begin with a slash.";
    }
    if (move->kind == IMPORT_REGEX && move->scheme) {
        return "a regex cannot ask for http or https. Say it as a directive "
               "in the virtual host of that port.";
    }
    if (move->kind == IMPORT_REGEX && move->query) {
        return "a regex cannot ask for a query. Write a path with {name}s, or "
               "a directive with if=.";
    }
    if (!move->host && (move->scheme || move->port)) {
        return "a rule that asks for the scheme or the port names the host "
               "too. Give --host.";
    }
    if (strpbrk(move->from, "\r\n")) {
        return "a line break is in what it takes, and a rule is one line.";
    }
    return NULL;
}

static const char *compose(const import_t *import, apr_pool_t *pool,
                           const import_move_t *move, semr_intent_t intent,
                           int pin)
{
    int has_to = move->to && intent != SEMR_GONE && intent != SEMR_NONE;
    const char *line = apr_pstrcat(
        pool, import->directives || move->condition ? "SemanticRedirect " : "",
        semr_intent_name(intent), " ",
        semr_words_quote(pool, view_of(from_of(pool, move))), has_to ? " " : "",
        has_to ? semr_words_quote(pool, view_of(move->to)) : "", NULL);

    return with_options(pool, move, pin, has_to, line);
}

/* Whether the engine reads the line as a rule; diag has why not. */
static int proves(apr_pool_t *pool, const char *line, semr_diag_t *diag)
{
    static const char directive[] = "SemanticRedirect ";
    apr_size_t len = sizeof(directive) - 1;
    int is_directive = !strncmp(line, directive, len);
    semr_rule_t rule;

    if (strlen(line) > LINE_MAX_LEN || strpbrk(line, "\r\n")) {
        semr_diag_set(diag, pool,
                      "it is too long for a line, or more than "
                      "one.");
        return 0;
    }
    return semr_rule_parse(&rule, pool, is_directive ? line + len : line,
                           is_directive ? SEMR_RULE_IF : 0,
                           diag) == APR_SUCCESS;
}

/* The line of a move whose TO lacks its first slash, with one; or NULL */
static const char *from_the_root(const import_t *import, apr_pool_t *pool,
                                 const import_move_t *move)
{
    import_move_t rooted = *move;
    semr_intent_t intent;
    semr_diag_t diag;
    const char *line;
    int pin;

    if (!move->to || !*move->to || strchr("/$*{\\", *move->to) ||
        strstr(move->to, ":") ||
        !intent_of(import, move->code, &intent, &pin)) {
        return NULL;
    }
    rooted.to = apr_pstrcat(pool, "/", move->to, NULL);
    line = compose(import, pool, &rooted, intent, pin);
    return proves(pool, line, &diag) ? line : NULL;
}

static const char *say(const import_t *import, const import_move_t *move,
                       apr_pool_t *pool, const char **why, const char **nearest)
{
    semr_diag_t diag = {NULL};
    semr_intent_t intent;
    const char *line;
    int pin;

    *nearest = NULL;
    if ((*why = refusal(move)) != NULL) {
        return NULL;
    }
    if (!intent_of(import, move->code, &intent, &pin)) {
        *why = move->code
                   ? apr_psprintf(pool,
                                  "no intent answers %d. A rule redirects, or "
                                  "says that a page is gone.",
                                  move->code)
                   : "it says no code, and --intent is not given.";
        return NULL;
    }
    line = compose(import, pool, move, intent, pin);
    if (!proves(pool, line, &diag)) {
        *why = diag.text;
        *nearest = from_the_root(import, pool, move);
        return NULL;
    }
    if (move->condition && !import->directives) {
        *why = "a rule of a map cannot have a condition. The directive below "
               "says it in httpd.conf, and so does --as directives.";
        *nearest = line;
        return NULL;
    }
    return line;
}

static const char *say_on_host(const import_t *import,
                               const import_move_t *given, apr_pool_t *pool,
                               const char **why, const char **nearest)
{
    import_move_t move = *given;

    if (!move.host) {
        move.host = import->host;
    }
    return say(import, &move, pool, why, nearest);
}

const char *import_try(const import_t *import, const import_move_t *move,
                       apr_pool_t *pool)
{
    const char *why, *nearest;

    return say_on_host(import, move, pool, &why, &nearest);
}

int import_can_say(const import_t *import, const import_move_t *move)
{
    const char *line, *why, *nearest;
    apr_pool_t *scratch;

    apr_pool_create(&scratch, import->pool);
    line = say_on_host(import, move, scratch, &why, &nearest);
    apr_pool_destroy(scratch);
    return line || (nearest && move->condition);
}

const char *import_say(import_t *import, const import_move_t *move)
{
    const char *line, *why, *nearest;
    apr_pool_t *scratch;

    apr_pool_create(&scratch, import->pool);
    line = say_on_host(import, move, scratch, &why, &nearest);
    if (line) {
        line = apr_pstrdup(import->pool, line);
    }
    else {
        import_leave(import, move->line, move->words,
                     nearest ? apr_pstrdup(import->pool, nearest) : NULL, "%s",
                     why);
    }
    apr_pool_destroy(scratch);
    return line;
}
