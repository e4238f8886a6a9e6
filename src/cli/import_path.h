/* SPDX-License-Identifier: Apache-2.0
 * Paths of text, :names and stars, as _redirects files and Firebase's globs
 * have them -> FROM and TO of a move.
 *
 * A reader takes its own source's path apart; here is found which rule says
 * it: a path, a tree, a pattern, or a regex where nothing less does.
 */
#ifndef SEMR_CLI_IMPORT_PATH_H
#define SEMR_CLI_IMPORT_PATH_H

#include "import.h"

typedef enum import_part_kind_t {
    IMPORT_PART_TEXT, /* literal, as URLs are written */
    IMPORT_PART_NAME, /* some of a segment, one byte at the least */
    IMPORT_PART_STAR, /* whatever follows, slashes too, or nothing */
    IMPORT_PART_REGEX /* what no path says: PCRE2, without groups */
} import_part_kind_t;

typedef struct import_part_t {
    import_part_kind_t kind;
    semr_view_t text; /* literal; name, len 0: nobody can ask for it; regex */
} import_part_t;

typedef struct import_path_t {
    apr_array_header_t *parts; /* of import_part_t */
    apr_array_header_t *query; /* of semr_view_t: names of FROM's query */
    int either;                /* a slash at its end, or none */
    int itself;                /* a star takes the slash before it, too */
    int lacking;  /* what TO's :name is that FROM lacks: 0 literal, 1 nothing */
    int prefixes; /* :names of TO are told by the longest of FROM's */
} import_path_t;

void import_path_init(import_path_t *path, apr_pool_t *pool);

/* text must outlive the path; nothing is added where it is empty. */
void import_path_add(import_path_t *path, import_part_kind_t kind,
                     semr_view_t text);

/* A name's length at p, in text that ends at end: letters, then, where digits
 * is set, letters, digits and _ */
apr_size_t import_path_name(const char *p, const char *end, int digits);

/* Sets kind, from, either, ends_slash and to.  to.p NULL: there is none.
 * Returns NULL; or a sentence, why no rule says it. */
const char *import_path_say(import_t *import, const import_path_t *path,
                            semr_view_t to, import_move_t *move);

/* Bytes as a regex on the decoded path has them; in pool. */
const char *import_path_quote(apr_pool_t *pool, semr_view_t text);

#endif
