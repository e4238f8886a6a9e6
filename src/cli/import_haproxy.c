/* SPDX-License-Identifier: Apache-2.0
 * HAProxy's map files: a key and a value a line.
 *
 * How keys are compared stands in haproxy.cfg, as the name of the converter
 * (map_beg), so that --match says it.  What is looked up is told by a key's
 * first byte: a slash, the path; else host and path (base), or, without a
 * slash, the host.  The value is the Location, so the client's query is
 * dropped; but where a comment has the line that asks the map, as export writes
 * it, that line says the code, and whether the query goes on.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "import.h"

typedef struct row_t {
    import_t *import;
    unsigned line;
    const char *words; /* the line */
    const char *key, *value;
    const char *host, *path; /* of the key; NULL: it has none */
    int code, keeps;         /* of comments: 0, none says it */
} row_t;

typedef void match_say_t(const row_t *row);

static void leave(const row_t *row, const char *why)
{
    import_leave(row->import, row->line, row->words, NULL, "%s", why);
}

static semr_view_t value_of(const row_t *row)
{
    return semr_view(row->value, strlen(row->value));
}

static void say_move(const row_t *row, import_kind_t kind, const char *from,
                     const char *to)
{
    import_move_t move = {0};

    move.line = row->line;
    move.words = row->words;
    move.kind = kind;
    move.from = from;
    move.ends_slash = kind == IMPORT_PREFIX && from[1];
    move.host = row->host;
    move.to = to;
    move.code = row->code;
    move.drop_query = !row->keeps;
    import_move(row->import, &move);
}

static void say(const row_t *row, import_kind_t kind, const char *from)
{
    say_move(row, kind, from, import_to(row->import, value_of(row)));
}

/* A literal as a regex has it */
static const char *quoted(const row_t *row, const char *text)
{
    char *regex = apr_palloc(row->import->pool, 2 * strlen(text) + 1), *out;

    for (out = regex; *text; text++) {
        if (strchr("\\^$.[|()?*+{", *text)) {
            *out++ = '\\';
        }
        *out++ = *text;
    }
    *out = '\0';
    return regex;
}

static void say_regex(const row_t *row, const char *before, const char *literal,
                      const char *behind)
{
    say(row, IMPORT_REGEX,
        apr_pstrcat(row->import->pool, before, quoted(row, literal), behind,
                    NULL));
}

/* -- ways to match --------------------------------------------------------- */

static void say_str(const row_t *row)
{
    if (!row->path) {
        say(row, IMPORT_PREFIX, "/");
        return;
    }
    if (strchr(row->path, '?')) {
        leave(row, "The key has a query, so it was compared with a whole URL. "
                   "Write the parameters behind the path of a rule.");
        return;
    }
    say(row, IMPORT_EXACT, row->path);
}

static void say_beg(const row_t *row)
{
    if (!row->path) {
        leave(row, "It takes each host that begins so: name them, one a rule.");
    }
    else if (row->path[strlen(row->path) - 1] == '/') {
        say(row, IMPORT_PREFIX, row->path);
    }
    else {
        say_regex(row, "^", row->path, "");
    }
}

/* Keys that are looked for within what was asked: all of it is a path, and
 * what looks like a host in front of one is told. */
static row_t as_path(const row_t *row)
{
    row_t path = *row;

    path.host = NULL;
    if (row->host && row->path && strchr(row->host, '.') && *row->key != '.') {
        import_notice(row->import, row->line, row->words,
                      "The key is looked for in the path alone. If HAProxy "
                      "looks for it in host and path (base), no URL has it: "
                      "write the path, and host= beside it.");
    }
    return path;
}

static void say_end(const row_t *row)
{
    row_t path = as_path(row);

    say_regex(&path, "", row->key, "$");
}

static void say_sub(const row_t *row)
{
    row_t path = as_path(row);

    say_regex(&path, "", row->key, "");
}

/* The key without the signs at its ends that stand between words */
static const char *bare(const row_t *row, const char *signs)
{
    const char *key = row->key + strspn(row->key, signs);
    apr_size_t len = strlen(key);

    while (len && strchr(signs, key[len - 1])) {
        len--;
    }
    return apr_pstrmemdup(row->import->pool, key, len);
}

static void say_dir(const row_t *row)
{
    row_t path = as_path(row);

    say_regex(&path, "(?:^|/)", bare(row, "/?"), "(?:/|$)");
}

/* Of a host: the domain and what is below it.  HAProxy takes it in the midst
 * of a host, too. */
static void say_dom(const row_t *row)
{
    row_t host = *row;
    const char *domain = bare(row, "/?.:");

    if (strchr(domain, '/')) {
        leave(row, "A domain is looked for in host and path at once: name the "
                   "host, as in //www.example.com/path.");
        return;
    }
    if (!strchr(domain, '.')) {
        leave(row, "It is a part of a host's name, and no whole domain.");
        return;
    }
    host.host = domain;
    say(&host, IMPORT_PREFIX, "/");
    host.host = apr_pstrcat(row->import->pool, "*.", domain, NULL);
    say(&host, IMPORT_PREFIX, "/");
}

/* The key's regex as one of the path; NULL: it asks for the host, too. */
static const char *path_regex(const row_t *row)
{
    const char *key = row->key;

    if (*key == '^' ? key[1] == '/' || !strncmp(key + 1, "\\/", 2) ||
                          !strncmp(key + 1, "(/", 2)
                    : *key == '/' || *key == '\\' || *key == '.') {
        return key;
    }
    return NULL;
}

static void say_reg_to(const row_t *row, const char *to)
{
    row_t path = *row;
    const char *from = path_regex(row);

    path.host = NULL;
    if (!from) {
        leave(row, "A regex that begins with no slash asks for host and path, "
                   "and one of ours takes the path alone. Write it so, and "
                   "host= beside it.");
    }
    else if (!to) {
        leave(row, "A rule's TO has groups from $1 to $9.");
    }
    else {
        say_move(&path, IMPORT_REGEX, from, to);
    }
}

static void say_reg(const row_t *row)
{
    say_reg_to(row, import_to(row->import, value_of(row)));
}

static void say_regm(const row_t *row)
{
    say_reg_to(row, import_template(row->import, value_of(row), '\\', 0));
}

static const struct {
    const char *name;
    match_say_t *say;
} matches[] = {
    {"str", say_str}, {"beg", say_beg}, {"end", say_end}, {"sub", say_sub},
    {"dir", say_dir}, {"dom", say_dom}, {"reg", say_reg}, {"regm", say_regm},
};

static match_say_t *find_match(const char *name)
{
    apr_size_t i;

    if (name && !strncmp(name, "map_", 4)) {
        name += 4;
    }
    for (i = 0; name && i < sizeof(matches) / sizeof(*matches); i++) {
        if (!strcmp(matches[i].name, name)) {
            return matches[i].say;
        }
    }
    return NULL;
}

/* -- rows ------------------------------------------------------------------ */

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The line as it is told: blanks for tabs and their like */
static const char *with_blanks(apr_pool_t *pool, semr_view_t line)
{
    char *words = apr_pstrmemdup(pool, line.p, line.len), *p;

    for (p = words; *p; p++) {
        *p = (unsigned char)*p < ' ' ? ' ' : *p;
    }
    return words;
}

/* Reads key and value; 0: the line is none. */
static int read_row(row_t *row, semr_view_t line)
{
    apr_pool_t *pool = row->import->pool;
    const char *p = line.p, *end = line.p + line.len, *begin;

    while (end > p && is_blank(end[-1])) {
        end--;
    }
    while (p < end && is_blank(*p)) {
        p++;
    }
    if (p == end) {
        return 0;
    }
    begin = p;
    row->words = with_blanks(pool, semr_view(p, (apr_size_t)(end - p)));
    while (p < end && !is_blank(*p)) {
        p++;
    }
    row->key = apr_pstrmemdup(pool, begin, (apr_size_t)(p - begin));
    while (p < end && is_blank(*p)) {
        p++;
    }
    row->value = apr_pstrmemdup(pool, p, (apr_size_t)(end - p));
    row->path = strchr(row->key, '/');
    row->host = *row->key == '/' ? NULL : row->key;
    if (row->host && row->path) {
        row->host =
            apr_pstrmemdup(pool, row->key, (apr_size_t)(row->path - row->key));
    }
    return 1;
}

/* What the configuration does with the map, where a comment has its line */
static void read_comment(row_t *row, const char *text)
{
    const char *redirect = strstr(text, "http-request redirect ");
    const char *code = redirect ? strstr(redirect, " code ") : NULL;

    if (!redirect || !strstr(redirect, " location ")) {
        return;
    }
    row->keeps |= strstr(redirect, "?%[query]") != NULL;
    if (code) {
        row->code = atoi(code + 6);
    }
}

static int is_location(const char *value)
{
    return *value == '/' || !strncmp(value, "http://", 7) ||
           !strncmp(value, "https://", 8);
}

/* The longest key that begins what is asked is HAProxy's; what is alike stays
 * in the file's order. */
static int longer_first(const void *left, const void *right)
{
    const row_t *a = left, *b = right;
    apr_size_t alen = strlen(a->key), blen = strlen(b->key);

    if (alen != blen) {
        return alen > blen ? -1 : 1;
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

static void say_rows(apr_array_header_t *rows, match_say_t *say_row)
{
    int i;

    if (say_row == say_beg && rows->nelts) {
        qsort(rows->elts, (size_t)rows->nelts, sizeof(row_t), longer_first);
    }
    for (i = 0; i < rows->nelts; i++) {
        const row_t *row = &APR_ARRAY_IDX(rows, i, row_t);

        if (!*row->value) {
            leave(row, "There is no value behind the key.");
        }
        else if (!is_location(row->value)) {
            leave(row, "The value is no Location: it begins with neither a "
                       "slash, https:// nor http://.");
        }
        else {
            say_row(row);
        }
    }
}

apr_status_t import_read_haproxy(import_t *import)
{
    apr_array_header_t *rows = apr_array_make(import->pool, 256, sizeof(row_t));
    semr_view_t rest = import->text, line;
    match_say_t *say_row = find_match(import->match);
    row_t row = {0};

    if (!say_row) {
        import_leave(import, 0, "", NULL,
                     import->match
                         ? "--match %s: HAProxy's ways to match a redirect's "
                           "map are str, beg, end, sub, dir, dom, reg, regm."
                         : "A map does not say how its keys are compared%s. "
                           "Give --match str, or what stands behind map_ in "
                           "haproxy.cfg: beg, end, sub, dir, dom, reg, regm.",
                     import->match ? import->match : "");
        return APR_EINVAL;
    }
    row.import = import;
    while (import_line(&rest, &line, &row.line)) {
        if (line.len && *line.p == '#') {
            import_comment(import, row.line,
                           semr_view(line.p + 1, line.len - 1));
            read_comment(&row, apr_pstrmemdup(import->pool, line.p, line.len));
        }
        else if (read_row(&row, line)) {
            APR_ARRAY_PUSH(rows, row_t) = row;
        }
    }
    say_rows(rows, say_row);
    return APR_SUCCESS;
}
