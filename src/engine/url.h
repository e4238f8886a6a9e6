/* SPDX-License-Identifier: Apache-2.0
 * One canonical form of URLs, for rules and requests (RFC 3986 6.2.2).
 *
 * A canonical path begins with a slash, has neither empty nor dot segments,
 * holds pchar and slash raw, and all else percent-encoded in upper case; %2F
 * stays %2F.  So equal paths are equal bytes, and any part of one that does
 * not cut a %XX in two is safe to put into a Location.
 */
#ifndef SEMR_URL_H
#define SEMR_URL_H

#include <apr_pools.h>

#include "vocabulary.h"

/* What a byte may do raw; a table look-up, no locale. */
#define SEMR_URL_PCHAR 1 /* RFC 3986 3.3, without the percent sign */
#define SEMR_URL_QUERY 2 /* RFC 3986 3.4: pchar, slash, question mark */
#define SEMR_URL_VALUE 4 /* in a value: query, but for & = + */
#define SEMR_URL_SLASH 8
#define SEMR_URL_HOST  16 /* letters, digits, - . _ */
#define SEMR_URL_PATH  32 /* pchar and slash */
extern const unsigned char semr_url_class[256];

/* The raw path of a request-target that is in origin or absolute form, and its
 * query (p NULL if it has none).  0: it is neither (the asterisk, CONNECT). */
int semr_url_split(const char *target, semr_view_t *path, semr_view_t *query);

/* raw in canonical form: raw itself where it is canonical, else a copy in
 * pool.  An empty path is "/".  *p is never NULL. */
semr_view_t semr_url_path(apr_pool_t *pool, semr_view_t raw);

/* Bytes at the beginning of path that are letters, digits and such signs as
 * most paths have, with no slash before a slash or a dot: whole blocks, or all
 * of it, or all but the last byte. */
apr_size_t semr_url_plain_blocks(semr_view_t path);

/* Removes dot segments (RFC 3986 5.2.4), and, where merge is set, empty ones
 * from the len bytes at path, in place, and returns the new length.  The first
 * byte is a slash. */
apr_size_t semr_url_squeeze(char *path, apr_size_t len, int merge);

/* Writes raw to out, each %XX and byte in its canonical form, where bytes of
 * the given classes stay raw; returns the end.  A %XX that would say something
 * else if it were raw stays: a slash, in a query & = + too.  A percent sign
 * that begins no %XX becomes %25.  out has room for three times raw.len. */
char *semr_url_encode(char *out, semr_view_t raw, int classes);

/* Writes bytes to out: those of the given classes raw, all else as %XX, the
 * percent sign too.  out has room for three times bytes.len. */
char *semr_url_escape(char *out, semr_view_t bytes, int classes);

/* The client's own query, made safe: as it is, but for bytes that may not
 * stand in a query and percent signs that begin no %XX.  Room: three times. */
char *semr_url_safe_query(char *out, semr_view_t query);

/* A canonical path decoded, in pool: %XX to its byte; %2F stays, or becomes a
 * slash where slashes is set (httpd's AllowEncodedSlashes On). */
semr_view_t semr_url_decode(apr_pool_t *pool, semr_view_t path, int slashes);

/* The part of the canonical path that gave bytes [from, to) of what
 * semr_url_decode made of it. */
semr_view_t semr_url_undecode(semr_view_t path, int slashes, apr_size_t from,
                              apr_size_t to);

/* Decodes one name or value of a query: %XX, and + as a blank; raw itself
 * where nothing changes, else a copy in pool. */
semr_view_t semr_url_param(apr_pool_t *pool, semr_view_t raw);

/* Takes the next of the parameters off *query: its raw text, and the raw name
 * and value in it (value.p NULL without "=").  Empty ones are passed over.
 * 0: there is no more. */
int semr_url_next_param(semr_view_t *query, semr_view_t *text,
                        semr_view_t *name, semr_view_t *value);

/* raw with ASCII letters in lower case: raw itself, or a copy in pool. */
semr_view_t semr_url_fold(apr_pool_t *pool, semr_view_t raw);

static inline int semr_view_equal(semr_view_t a, semr_view_t b)
{
    return a.len == b.len &&
           (a.len == 0 || __builtin_memcmp(a.p, b.p, a.len) == 0);
}

static inline semr_view_t semr_view(const char *p, apr_size_t len)
{
    semr_view_t view = {p, len};
    return view;
}

#endif
