/* SPDX-License-Identifier: Apache-2.0
 * FROM of a line of a _redirects file.
 */
#include <stdlib.h>

#include <apr_strings.h>

#include "import_redirects.h"

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

int import_redirects_from(row_t *row)
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

const char *import_redirects_query(row_t *row)
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
