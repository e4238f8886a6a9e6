/* SPDX-License-Identifier: Apache-2.0
 * A line of a _redirects file, as Netlify, Cloudflare and GitLab have it;
 * private to import_redirects*.c.
 */
#ifndef SEMR_CLI_IMPORT_REDIRECTS_H
#define SEMR_CLI_IMPORT_REDIRECTS_H

#include <string.h>

#include "import_path.h"
#include "url.h"

enum { TOKENS_MAX = 64 };

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

static inline const char *show(const row_t *row, semr_view_t view)
{
    return semr_diag_show(row->import->pool, view);
}

static inline int begins(semr_view_t text, const char *with)
{
    apr_size_t len = strlen(with);

    return text.len >= len && !strncasecmp(text.p, with, len);
}

static inline int is_url(semr_view_t text)
{
    return begins(text, "http://") || begins(text, "https://");
}

/* Takes FROM, a path or a URL, apart: host, scheme, port and path of the row.
 * 0, and it is told: it is none. */
int import_redirects_from(row_t *row);

/* KEY=VALUE or KEY=:name between FROM and TO, as FROM has them; NULL, and it is
 * told: they are something else. */
const char *import_redirects_query(row_t *row);

#endif
