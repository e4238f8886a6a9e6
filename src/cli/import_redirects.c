/* SPDX-License-Identifier: Apache-2.0
 * import netlify cloudflare gitlab: _redirects, which look alike.
 *
 *     FROM [KEY=VALUE...] TO [CODE[!]] [CONDITION=VALUE...]
 *
 * What the three do not share is one row of a table each: the code of a line
 * that has none, what a slash at the end is, whether the client's query goes
 * on, and which parts of a path are placeholders.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "import_path.h"
#include "url.h"

enum { TOKENS_MAX = 64, LINE_MOST = 8000 };

struct row_t;

typedef struct dialect_t {
    const char *name;
    void (*read)(struct row_t *row); /* a line of two words or more */
    int code;                        /* of a line that has none */
    int few_codes;                   /* 301 and 302 are all it has */
    int comments;                    /* # begins one in a line, too */
    int inside;                      /* :name and * may be parts of a segment */
    int stars;             /* a * may be any segment, not only the last */
    int strict;            /* a sign in other text is nobody knows what */
    int digits;            /* in names */
    int either;            /* /a is /a/ */
    int fold;              /* whatever the case */
    int drops_query;       /* the client's, always */
    int own_query_wins;    /* the client's is dropped where TO has one */
    int lacking, prefixes; /* as import_path_t has them */
    const char *files;     /* when a file of that path is served instead */
} dialect_t;

typedef struct row_t {
    import_t *import;
    const dialect_t *dialect;
    unsigned line;
    const char *words;
    semr_view_t tokens[TOKENS_MAX];
    int count;

    semr_view_t from, to;
    int query, nquery; /* tokens between the two */
    int code, forced;
    import_path_t path;
    const char *host;
    semr_scheme_t scheme;
    unsigned port;
} row_t;

#define LEAVE(row, ...)                                                        \
    import_leave((row)->import, (row)->line, (row)->words, NULL, __VA_ARGS__)

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

static const char *show(const row_t *row, semr_view_t view)
{
    return semr_diag_show(row->import->pool, view);
}

static int begins(semr_view_t text, const char *with)
{
    apr_size_t len = strlen(with);

    return text.len >= len && !strncasecmp(text.p, with, len);
}

static int is_url(semr_view_t text)
{
    return begins(text, "http://") || begins(text, "https://");
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

/* -- FROM ------------------------------------------------------------------ */

/* Takes scheme and host off FROM.  Clients that come by http are sent to https
 * before anything else, so https:// is any; 0, and it is told. */
static int take_host(row_t *row)
{
    semr_view_t rest = row->from, host;
    apr_size_t len = 0;
    const char *colon, *bracket;

    if (!is_url(rest)) {
        return 1;
    }
    row->scheme = begins(rest, "https:") ? SEMR_ANY_SCHEME : SEMR_HTTP;
    rest = semr_view(strchr(rest.p, ':') + 3,
                     rest.len - (row->scheme == SEMR_HTTP ? 7 : 8));
    while (len < rest.len && !strchr("/?#", rest.p[len])) {
        len++;
    }
    host = semr_view(rest.p, len);
    row->from = semr_view(rest.p + len, rest.len - len);
    if (!row->from.len || *row->from.p != '/') {
        row->from = semr_view("/", 1);
    }
    bracket = host.len ? memchr(host.p, ']', host.len) : NULL;
    colon = bracket ? bracket : host.p;
    colon = memchr(colon, ':', (apr_size_t)(host.p + host.len - colon));
    if (colon) {
        row->port = (unsigned)atoi(
            apr_pstrmemdup(row->import->pool, colon + 1,
                           (apr_size_t)(host.p + host.len - colon - 1)));
        host.len = (apr_size_t)(colon - host.p);
    }
    row->host = apr_pstrmemdup(row->import->pool, host.p, host.len);
    if (!host.len || strpbrk(row->host, "*@") || (colon && !row->port)) {
        LEAVE(row, "\"%s\" is no host name that %s knows.", row->host,
              row->dialect->name);
        return 0;
    }
    return 1;
}

/* A segment that is one star or one :name, or neither; -1, and it is told: it
 * is something between. */
static int read_segment(row_t *row, semr_view_t segment, int last)
{
    const char *end = segment.p + segment.len;
    int placeholder = segment.len > 1 && *segment.p == ':';
    apr_size_t name =
        placeholder ? import_path_name(segment.p + 1, end, row->dialect->digits)
                    : 0;
    int star = segment.len && memchr(segment.p, '*', segment.len);

    if (segment.len == 1 && star && (last || row->dialect->stars)) {
        import_path_add(&row->path, IMPORT_PART_STAR, semr_view("splat", 5));
        return 1;
    }
    if (name && name + 1 == segment.len) {
        import_path_add(&row->path, IMPORT_PART_NAME,
                        semr_view(segment.p + 1, name));
        return 1;
    }
    if (!row->dialect->strict || (!star && !name)) {
        return 0;
    }
    LEAVE(row,
          "\"%s\" is a segment with %s in it, and %s says nothing of "
          "that: %s.",
          show(row, segment), star ? "a *" : "a :name", row->dialect->name,
          star ? "a * is the last segment, alone"
               : "a :name is a segment of its own");
    return -1;
}

static int read_segments(row_t *row, semr_view_t path)
{
    const char *p = path.p, *end = path.p + path.len, *text = p;

    while (p < end) {
        const char *slash = memchr(p, '/', (apr_size_t)(end - p));
        semr_view_t segment = {p, (apr_size_t)((slash ? slash : end) - p)};
        int read, parts = row->path.parts->nelts;

        import_path_add(&row->path, IMPORT_PART_TEXT,
                        semr_view(text, (apr_size_t)(p - text)));
        read = read_segment(row, segment, !slash);
        if (read < 0) {
            return 0;
        }
        if (read) {
            text = p + segment.len;
        }
        else {
            row->path.parts->nelts = parts;
        }
        p = slash ? slash + 1 : end;
    }
    import_path_add(&row->path, IMPORT_PART_TEXT,
                    semr_view(text, (apr_size_t)(end - text)));
    return 1;
}

/* Stars and :names anywhere; each once. */
static int read_inside(row_t *row, semr_view_t path)
{
    const char *p, *end = path.p + path.len, *text = path.p;
    int stars = 0;

    for (p = path.p; p < end; p++) {
        apr_size_t name = *p == ':' ? import_path_name(p + 1, end, 1) : 0;

        if (*p != '*' && !name) {
            continue;
        }
        import_path_add(&row->path, IMPORT_PART_TEXT,
                        semr_view(text, (apr_size_t)(p - text)));
        if (*p == '*') {
            import_path_add(&row->path, IMPORT_PART_STAR,
                            semr_view("splat", 5));
            stars++;
        }
        else {
            import_path_add(&row->path, IMPORT_PART_NAME,
                            semr_view(p + 1, name));
        }
        p += name;
        text = p + 1;
    }
    import_path_add(&row->path, IMPORT_PART_TEXT,
                    semr_view(text, (apr_size_t)(end - text)));
    if (stars > 1) {
        LEAVE(row, "it has more than one *, so %s passes it over.",
              row->dialect->name);
        return 0;
    }
    return 1;
}

static int read_from(row_t *row)
{
    semr_view_t path;
    apr_size_t len = 0;

    if (!take_host(row)) {
        return 0;
    }
    if (*row->from.p != '/') {
        LEAVE(row, "\"%s\" does not begin with a slash.", show(row, row->from));
        return 0;
    }
    while (len < row->from.len && !strchr("?#", row->from.p[len])) {
        len++;
    }
    path = semr_view(row->from.p, len);
    if (len < row->from.len) {
        import_notice(row->import, row->line, row->words,
                      "%s never sees \"%s\" of a source, so the path alone is "
                      "asked for.",
                      row->dialect->name,
                      show(row, semr_view(path.p + len, row->from.len - len)));
    }
    import_path_init(&row->path, row->import->pool);
    row->path.either = row->path.itself = row->dialect->either;
    row->path.lacking = row->dialect->lacking;
    row->path.prefixes = row->dialect->prefixes;
    return row->dialect->inside ? read_inside(row, path)
                                : read_segments(row, path);
}

/* -- the query ------------------------------------------------------------- */

/* KEY=VALUE or KEY=:name, as FROM has them; NULL, and it is told. */
static const char *read_query(row_t *row)
{
    const char *query = "";
    int i;

    for (i = row->query; i < row->query + row->nquery; i++) {
        semr_view_t token = row->tokens[i], value;
        const char *sign = memchr(token.p, '=', token.len);
        char *text = apr_palloc(row->import->pool, 3 * token.len + 4),
             *out = text;

        if (!sign || sign == token.p) {
            LEAVE(row,
                  "\"%s\" is neither a parameter, as in id=:id, nor a "
                  "destination.",
                  show(row, token));
            return NULL;
        }
        out = semr_url_encode(out,
                              semr_view(token.p, (apr_size_t)(sign - token.p)),
                              SEMR_URL_VALUE);
        *out++ = '=';
        value =
            semr_view(sign + 1, (apr_size_t)(token.p + token.len - sign - 1));
        if (value.len > 1 && *value.p == ':' &&
            import_path_name(value.p + 1, value.p + value.len, 1) + 1 ==
                value.len) {
            APR_ARRAY_PUSH(row->path.query, semr_view_t) =
                semr_view(value.p + 1, value.len - 1);
            out += apr_snprintf(out, value.len + 2, "{%.*s}",
                                (int)value.len - 1, value.p + 1);
        }
        else {
            out = semr_url_encode(out, value, SEMR_URL_VALUE);
        }
        *out = '\0';
        query = apr_pstrcat(row->import->pool, query, *query ? "&" : "", text,
                            NULL);
    }
    return query;
}

/* -- a line ---------------------------------------------------------------- */

static void say(row_t *row)
{
    import_move_t move = {.line = row->line, .words = row->words};
    const char *why, *query;

    if (!read_from(row) || !(query = read_query(row))) {
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
        row->from.p = apr_pstrcat(
            row->import->pool, "/",
            apr_pstrmemdup(row->import->pool, row->from.p, row->from.len),
            NULL);
        row->from.len++;
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
