/* SPDX-License-Identifier: Apache-2.0
 * The regexes that a path could say, taken apart; private to the core.
 *
 * A regex is anchored pieces in a row.  Whatever else PCRE2 has is no part of
 * this, and such a regex stays one.  Literals are decoded, as the engine shows
 * paths to regexes.
 */
#ifndef SEMR_CLI_IMPORT_REGEX_H
#define SEMR_CLI_IMPORT_REGEX_H

#include "import.h"

enum {
    IMPORT_PIECES_MAX = 40,
    IMPORT_WORDS_MAX = 8, /* of one choice */
    IMPORT_GROUPS_MAX = 10
};

typedef enum import_piece_kind_t {
    PIECE_CHOICE,   /* one of words: of one, where it is literal text */
    PIECE_SEGMENT,  /* [^/]+ */
    PIECE_REST,     /* .* */
    PIECE_TAIL,     /* (/.*) */
    PIECE_TAIL_OPT, /* (/.*)? */
    PIECE_REST_OPT, /* (?:/(.*))? */
    PIECE_BOUNDARY, /* (/|$) */
    PIECE_END       /* $ */
} import_piece_kind_t;

typedef struct import_piece_t {
    import_piece_kind_t kind;
    int group; /* 0: it captures nothing */
    int nwords;
    const char *words[IMPORT_WORDS_MAX];
} import_piece_t;

typedef struct import_regex_t {
    int anchored, fold;
    int npieces, ngroups;
    import_piece_t pieces[IMPORT_PIECES_MAX];
} import_regex_t;

/* Takes text apart; dots: one that is not escaped is a dot.  0: it has more
 * than such pieces. */
int import_regex_read(apr_pool_t *pool, const char *text, int dots,
                      import_regex_t *regex);

#endif
