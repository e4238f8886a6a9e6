/* SPDX-License-Identifier: Apache-2.0
 * Wikimedia's redirects.dat: a rule a line, words between blanks.
 *
 *     funnel   WILDCARD       DEST   a domain to one page
 *     rewrite  WILDCARD       DEST   a domain, path by path
 *     override WILDCARD/PATH  DEST   one path
 *
 * WILDCARD is domain, *.domain (what is below it) or *domain (both).
 */
#include <string.h>

#include <apr_strings.h>

#include "import.h"

typedef struct row_t {
    import_t *import;
    unsigned line;
    const char *words;              /* the line */
    const char *command;            /* funnel ... */
    const char *source;             /* WILDCARD and PATH */
    const char *host, *path, *dest; /* path: NULL: none */
} row_t;

/* -- DEST ------------------------------------------------------------------ */

/* https://host, and what is behind it */
typedef struct dest_t {
    const char *authority; /* "//www.example.org" */
    const char *rest;      /* "/wiki/X?y", or "" */
} dest_t;

static int split_dest(const row_t *row, const char *text, dest_t *dest)
{
    apr_size_t len;

    if (strncmp(text, "//", 2) || !text[2] || text[2] == '/') {
        return 0;
    }
    len = 2 + strcspn(text + 2, "/?#");
    dest->authority = apr_pstrmemdup(row->import->pool, text, len);
    dest->rest = text + len;
    return 1;
}

static const char *literal(const row_t *row, const char *text)
{
    return import_to(row->import, semr_view(text, strlen(text)));
}

/* TO of a funnel or an override: one URL */
static const char *to_page(const row_t *row, const dest_t *dest)
{
    const char *slash = *dest->rest == '/' ? "" : "/";

    return apr_pstrcat(row->import->pool, dest->authority, slash,
                       literal(row, dest->rest), NULL);
}

/* TO of a rewrite, and the FROM that it takes: what is below DEST, the path
 * behind its query where it has one. */
static const char *to_tree(const row_t *row, const dest_t *dest,
                           import_move_t *move)
{
    const char *page = to_page(row, dest);
    apr_size_t len = strlen(page);

    if (strpbrk(dest->rest, "?#")) {
        move->kind = IMPORT_REGEX;
        move->from = "^/(.*)$";
        return apr_pstrcat(row->import->pool, page,
                           page[len - 1] == '/' ? "" : "/", "$1", NULL);
    }
    return apr_pstrcat(row->import->pool, page, page[len - 1] == '/' ? "" : "/",
                       "*", NULL);
}

/* -- a rule ---------------------------------------------------------------- */

static void leave(const row_t *row, const char *why)
{
    import_leave(row->import, row->line, row->words, NULL, "%s", why);
}

static void say_over(const row_t *row, import_move_t *move, const char *scheme,
                     const char *to)
{
    move->to = apr_pstrcat(row->import->pool, scheme, to, NULL);
    import_move(row->import, move);
}

static void say_for_host(const row_t *row, const char *host, dest_t *dest)
{
    import_move_t move = {0};
    const char *to;

    move.line = row->line;
    move.words = row->words;
    move.code = 301;
    move.host = host;
    move.kind = row->path ? IMPORT_EXACT : IMPORT_PREFIX;
    move.from = row->path ? row->path : "/";
    to = strcmp(row->command, "rewrite") ? to_page(row, dest)
                                         : to_tree(row, dest, &move);
    if (row->dest[0] != '/') {
        say_over(row, &move, row->dest[4] == 's' ? "https:" : "http:", to);
        return;
    }
    if (move.kind == IMPORT_REGEX) {
        leave(row, "The URL that it leads to has no scheme and a query: say it "
                   "once with http: and once with https:.");
        return;
    }
    move.scheme = SEMR_HTTP;
    say_over(row, &move, "http:", to);
    move.scheme = SEMR_HTTPS;
    say_over(row, &move, "https:", to);
}

/* Whether a star in DEST is where TO has one: the labels of *.domain */
static int stars_fit(const row_t *row, const dest_t *dest)
{
    const char *star = strchr(dest->authority, '*');

    if (!star && (!strchr(dest->rest, '*') || row->host[0] != '*' ||
                  row->host[1] != '.')) {
        return 1; /* elsewhere it is a literal one */
    }
    return star == dest->authority + 2 && star[1] == '.' &&
           !strncmp(row->host, "*.", 2) && !strchr(star + 1, '*') &&
           !strchr(dest->rest, '*');
}

static void say(row_t *row)
{
    const char *text = row->dest;
    dest_t dest;

    if (!strncmp(text, "http://", 7) || !strncmp(text, "https://", 8)) {
        text = strchr(text, ':') + 1;
    }
    if (!split_dest(row, text, &dest)) {
        leave(row, "What it leads to is no URL: it begins with neither "
                   "https://, http:// nor //.");
        return;
    }
    if (!stars_fit(row, &dest)) {
        leave(row, "A * stands for the subdomain of *.DOMAIN. A rule can put "
                   "it first in a host alone, as in https://*.example.org/.");
        return;
    }
    if (row->host[0] == '*' && row->host[1] != '.') {
        say_for_host(row, row->host + 1, &dest);
        say_for_host(row,
                     apr_pstrcat(row->import->pool, "*.", row->host + 1, NULL),
                     &dest);
    }
    else {
        say_for_host(row, row->host, &dest);
    }
}

/* -- lines ----------------------------------------------------------------- */

/* The line as it is told: blanks for tabs and their like */
static const char *with_blanks(apr_pool_t *pool, semr_view_t line)
{
    char *words = apr_pstrmemdup(pool, line.p, line.len), *p;

    for (p = words; *p; p++) {
        *p = (unsigned char)*p < ' ' ? ' ' : *p;
    }
    return words;
}

static const char *word(import_t *import, semr_view_t *rest)
{
    const char *begin;

    while (rest->len && (*rest->p == ' ' || *rest->p == '\t')) {
        rest->p++;
        rest->len--;
    }
    if (!rest->len || *rest->p == '#') {
        return NULL;
    }
    begin = rest->p;
    while (rest->len && *rest->p != ' ' && *rest->p != '\t') {
        rest->p++;
        rest->len--;
    }
    return apr_pstrmemdup(import->pool, begin, (apr_size_t)(rest->p - begin));
}

static void read_row(row_t *row)
{
    const char *slash = strchr(row->source, '/');
    int is_override = !strcmp(row->command, "override");

    if (!is_override && strcmp(row->command, "funnel") &&
        strcmp(row->command, "rewrite")) {
        leave(row, "A line begins with funnel, rewrite or override.");
        return;
    }
    if (is_override != (slash != NULL)) {
        leave(row, is_override ? "An override names a path: DOMAIN/PATH."
                               : "A path belongs to an override alone.");
        return;
    }
    row->host = slash ? apr_pstrmemdup(row->import->pool, row->source,
                                       (apr_size_t)(slash - row->source))
                      : row->source;
    row->path = slash;
    say(row);
}

/* Reads the line's words; 0: it has no rule, and why is told. */
static int split(row_t *row, semr_view_t line)
{
    semr_view_t words = line;

    row->command = word(row->import, &words);
    if (!row->command) {
        return 0;
    }
    row->words = with_blanks(row->import->pool, line);
    row->source = word(row->import, &words);
    row->dest = row->source ? word(row->import, &words) : NULL;
    if (!row->dest) {
        leave(row, "A line is a command, a domain and a URL.");
        return 0;
    }
    if (word(row->import, &words)) {
        leave(row, "There is more behind the URL.");
        return 0;
    }
    return 1;
}

apr_status_t import_read_wikimedia(import_t *import)
{
    apr_array_header_t *others =
        apr_array_make(import->pool, 256, sizeof(row_t));
    semr_view_t rest = import->text, line;
    row_t row = {0};
    int i;

    row.import = import;
    while (import_line(&rest, &line, &row.line)) {
        if (line.len && *line.p == '#') {
            import_comment(import, row.line,
                           semr_view(line.p + 1, line.len - 1));
        }
        else if (split(&row, line)) {
            if (!strcmp(row.command, "override")) {
                read_row(&row); /* it comes before the others */
            }
            else {
                APR_ARRAY_PUSH(others, row_t) = row;
            }
        }
    }
    for (i = 0; i < others->nelts; i++) {
        read_row(&APR_ARRAY_IDX(others, i, row_t));
    }
    return APR_SUCCESS;
}
