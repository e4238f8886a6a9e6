/* SPDX-License-Identifier: Apache-2.0
 * import netlify cloudflare gitlab: _redirects, which look alike.
 *
 *     FROM [KEY=VALUE...] TO [CODE[!]] [CONDITION=VALUE...]
 *
 * What the three do not share is one row of a table each: the code of a line
 * that has none, what a slash at the end is, whether the client's query goes
 * on, and which parts of a path are placeholders.
 */
#include <apr_strings.h>

#include "import_redirects.h"

enum { LINE_MOST = 8000 };

/* -- words ----------------------------------------------------------------- */

static int is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static semr_view_t trim(semr_view_t text)
{
    while (text.len && is_blank(*text.p)) {
        text = semr_view(text.p + 1, text.len - 1);
    }
    while (text.len && is_blank(text.p[text.len - 1])) {
        text.len--;
    }
    return text;
}

/* 0: there are too many. */
static int split(row_t *row, semr_view_t line)
{
    const char *p = line.p, *end = line.p + line.len;

    for (row->count = 0; p < end; row->count++) {
        const char *begin = p;

        while (p < end && !is_blank(*p)) {
            p++;
        }
        if (row->dialect->comments && *begin == '#') {
            break;
        }
        if (row->count == TOKENS_MAX) {
            return 0;
        }
        row->tokens[row->count] = semr_view(begin, (apr_size_t)(p - begin));
        while (p < end && is_blank(*p)) {
            p++;
        }
    }
    return 1;
}

/* -- the code -------------------------------------------------------------- */

/* Digits, and a sign that Netlify means force by; -1: it is no code. */
static int code_of(semr_view_t token, int *forced)
{
    int code = 0;
    apr_size_t i;

    for (i = 0;
         i < token.len && token.p[i] >= '0' && token.p[i] <= '9' && code < 1000;
         i++) {
        code = code * 10 + (token.p[i] - '0');
    }
    *forced = i + 1 == token.len && token.p[i] == '!';
    return i && (i == token.len || *forced) ? code : -1;
}

static int is_redirect(int code)
{
    return code == 301 || code == 302 || code == 303 || code == 307 ||
           code == 308;
}

/* Reads the code, token at if there is one; 0, and it is told: it redirects
 * nothing. */
static int read_code(row_t *row, int at)
{
    row->code = row->dialect->code;
    if (at < row->count) {
        row->code = code_of(row->tokens[at], &row->forced);
    }
    if (row->code < 0) {
        LEAVE(row, "\"%s\" stands where the status code belongs. Write 301.",
              show(row, row->tokens[at]));
        return 0;
    }
    if (row->code >= 200 && row->code < 300) {
        LEAVE(row, "it is a rewrite, not a redirect: the client sees nothing "
                   "of it. Alias, RewriteRule or ProxyPass say it.");
        return 0;
    }
    if (row->code == 410 || row->code == 451 || row->code == 404) {
        import_leave(row->import, row->line, row->words,
                     apr_psprintf(row->import->pool, "gone %s%s",
                                  show(row, row->from),
                                  row->code == 410   ? ""
                                  : row->code == 451 ? " code=451"
                                                     : " code=404"),
                     "it is a rewrite, not a redirect: it answers %d with a "
                     "page. ErrorDocument names the page.",
                     row->code);
        return 0;
    }
    if (!is_redirect(row->code) ||
        (row->dialect->few_codes && row->code != 301 && row->code != 302)) {
        LEAVE(row, "%s has no redirect with the code %d, and passes it over.",
              row->dialect->name, row->code);
        return 0;
    }
    return 1;
}

/* -- a line ---------------------------------------------------------------- */

static void say(row_t *row)
{
    import_move_t move = {.line = row->line, .words = row->words};
    const char *why, *query;

    if (!import_redirects_from(row) || !(query = import_redirects_query(row))) {
        return;
    }
    move.query = *query ? query : NULL;
    move.fold = row->dialect->fold;
    move.host = row->host;
    move.scheme = row->scheme;
    move.port = row->port;
    move.code = row->code;
    move.drop_query =
        row->dialect->drops_query ||
        (row->dialect->own_query_wins && memchr(row->to.p, '?', row->to.len));
    why = import_path_say(row->import, &row->path, row->to, &move);
    if (why) {
        LEAVE(row, "%s", why);
        return;
    }
    import_move(row->import, &move);
}

/* Where TO is: the first that looks like one; -1, and it is told. */
static int find_to(row_t *row)
{
    int i, forced;

    if (code_of(row->tokens[1], &forced) >= 100) {
        if (read_code(row, 1)) {
            LEAVE(row, "it has no destination.");
        }
        return -1;
    }
    for (i = 1; i < row->count; i++) {
        if (*row->tokens[i].p == '/' || is_url(row->tokens[i])) {
            return i;
        }
    }
    LEAVE(row, "no destination is in it: one begins with a slash, http:// or "
               "https://.");
    return -1;
}

/* Netlify's conditions ask what no FROM does. */
static int has_conditions(row_t *row, int at)
{
    if (at >= row->count) {
        return 0;
    }
    LEAVE(row,
          "\"%s\" is a condition, which a rule of a map cannot have. If "
          "httpd can tell, a directive says it, with if=.",
          show(row, row->tokens[at]));
    return 1;
}

static void read_netlify_row(row_t *row)
{
    int to = find_to(row);

    if (to < 0) {
        return;
    }
    if (begins(row->from, "/.netlify")) {
        LEAVE(row, "Netlify keeps /.netlify for itself.");
        return;
    }
    row->to = row->tokens[to];
    row->query = 1;
    row->nquery = to - 1;
    if (read_code(row, to + 1) && !has_conditions(row, to + 2)) {
        say(row);
    }
}

static void read_cloudflare_row(row_t *row)
{
    row->to = row->tokens[1];
    if (row->count > 3) {
        LEAVE(row,
              "It has %d words, so Cloudflare passes it over: two or "
              "three are a redirect, and a comment is a line of its own.",
              row->count);
        return;
    }
    if (is_url(row->from)) {
        LEAVE(row, "it names a host, so Cloudflare passes it over: a source "
                   "is a path there.");
        return;
    }
    if (!begins(row->to, "https://") && *row->to.p != '/') {
        LEAVE(row,
              "\"%s\" is no destination of Cloudflare's, which begins "
              "with a slash or https://.",
              show(row, row->to));
        return;
    }
    if (*row->from.p != '/') {
        char *path = apr_palloc(row->import->pool, row->from.len + 2);

        path[0] = '/'; /* there may be a NUL behind it */
        memcpy(path + 1, row->from.p, row->from.len);
        path[++row->from.len] = '\0';
        row->from.p = path;
    }
    if (!read_code(row, 2)) {
        return;
    }
    if (row->forced) {
        LEAVE(row, "Cloudflare knows no \"!\", and passes it over.");
        return;
    }
    say(row);
}

static void read_gitlab_row(row_t *row)
{
    row->to = row->tokens[1];
    if (*row->to.p != '/' && !is_url(row->to)) {
        LEAVE(row,
              "\"%s\" is no destination of GitLab Pages', which begins "
              "with a slash, http:// or https://.",
              show(row, row->to));
        return;
    }
    if (!read_code(row, 2)) {
        return;
    }
    if (row->forced || row->count > 3) {
        LEAVE(row, "\"%s\" is Netlify's alone: GitLab Pages passes it over.",
              show(row, row->tokens[row->forced ? 2 : 3]));
        return;
    }
    say(row);
}

/* -- the three ------------------------------------------------------------- */

static const dialect_t netlify = {
    .name = "Netlify",
    .read = read_netlify_row,
    .code = 301,
    .comments = 1,
    .strict = 1,
    .digits = 1,
    .either = 1,
    .files = "Netlify serves a file of this path, if there is one, unless the "
             "code ends in \"!\". Here the redirect always answers, and so for "
             "the lines below."};

static const dialect_t cloudflare = {.name = "Cloudflare",
                                     .read = read_cloudflare_row,
                                     .code = 302,
                                     .inside = 1,
                                     .digits = 1,
                                     .own_query_wins = 1,
                                     .prefixes = 1};

static const dialect_t gitlab = {
    .name = "GitLab Pages",
    .read = read_gitlab_row,
    .code = 301,
    .few_codes = 1,
    .comments = 1,
    .stars = 1,
    .either = 1,
    .fold = 1,
    .drops_query = 1,
    .lacking = 1,
    .files = "GitLab Pages serves a file of this path, if there is one. Here "
             "the redirect always answers, and so for the lines below."};

static void read_row(row_t *row)
{
    if (row->count < 2) {
        LEAVE(row, "it has no destination.");
        return;
    }
    row->from = row->tokens[0];
    row->dialect->read(row);
}

/* -- the file -------------------------------------------------------------- */

static apr_status_t read_redirects(import_t *import, const dialect_t *dialect)
{
    semr_view_t rest = import->text, line;
    unsigned number = 0;
    int told = !dialect->files;

    if (begins(rest, "\xEF\xBB\xBF")) {
        rest = semr_view(rest.p + 3, rest.len - 3);
    }
    while (import_line(&rest, &line, &number)) {
        row_t row = {.import = import, .dialect = dialect, .line = number};
        int moves = import->moves->nelts;

        line = trim(line);
        if (!line.len) {
            continue;
        }
        if (*line.p == '#') {
            import_comment(import, number, semr_view(line.p + 1, line.len - 1));
            continue;
        }
        row.words = show(&row, line);
        if (line.len > LINE_MOST || !split(&row, line)) {
            LEAVE(&row, "it is too long: %d bytes and %d words are the most.",
                  LINE_MOST, TOKENS_MAX);
            continue;
        }
        read_row(&row);
        if (!told && import->moves->nelts > moves && !row.forced) {
            import_notice(import, number, row.words, "%s", dialect->files);
            told = 1;
        }
    }
    return APR_SUCCESS;
}

apr_status_t import_read_netlify(import_t *import)
{
    return read_redirects(import, &netlify);
}

apr_status_t import_read_cloudflare(import_t *import)
{
    return read_redirects(import, &cloudflare);
}

apr_status_t import_read_gitlab(import_t *import)
{
    return read_redirects(import, &gitlab);
}
