/* SPDX-License-Identifier: Apache-2.0
 * What the files of the search share; private to search*.c.
 *
 *     search.c        what is looked for, and whether a rule is it
 *     search_text.c   a needle in a text
 *     search_url.c    a URL, or the place in a file, that somebody pasted
 *     search_words.c  FROM and TO of a rule in the image, as they are shown
 *
 * All but what was asked for is in memory that grows to the longest rule and
 * is used again for the next one.
 */
#ifndef SEMR_SEARCH_PARTS_H
#define SEMR_SEARCH_PARTS_H

#include "search.h"
#include "url.h"

enum { SEMR_TEXT_PAD = 17 }; /* bytes behind a text that may be read */

/* A text that is made anew for each rule; a NUL parts FROM and TO. */
typedef struct semr_search_text_t {
    char *p;
    apr_size_t len, room;
    int canonical; /* it has no byte as %XX that may stand raw */
} semr_search_text_t;

/* Makes room for len bytes more, and returns where they go. */
char *semr_search_more(semr_search_text_t *text, apr_size_t len,
                       apr_pool_t *pool);

static inline char *semr_search_room(semr_search_text_t *text, apr_size_t len,
                                     apr_pool_t *pool)
{
    return text->len + len + SEMR_TEXT_PAD <= text->room
               ? text->p + text->len
               : semr_search_more(text, len, pool);
}

/* Text that is sought, ASCII letters in lower case; len 0: nothing is */
typedef struct semr_needle_t {
    semr_view_t text;
    semr_view_t decoded; /* its %XX as bytes */
    semr_view_t encoded; /* of these, what is no ASCII as %XX; len 0: it has a
                            percent sign, and cannot be sought so */
    int plain;           /* a canonical text has it raw, or not at all */
} semr_needle_t;

semr_needle_t semr_needle_make(apr_pool_t *pool, semr_view_t text);

/* Whether it is in text; decoded is for text with its %XX as bytes. */
int semr_needle_in(const semr_needle_t *needle, const semr_search_text_t *text,
                   semr_search_text_t *decoded, apr_pool_t *pool);

/* The same where nothing is decoded, and text may be anywhere. */
int semr_needle_in_view(const semr_needle_t *needle, semr_view_t text);

typedef struct semr_search_param_t {
    semr_view_t name, value; /* decoded */
} semr_search_param_t;

/* A URL that was pasted */
typedef struct semr_search_url_t {
    int is;               /* it is one */
    semr_view_t host;     /* lower case, without port; len 0: any */
    semr_view_t path;     /* canonical, */
    semr_view_t folded;   /* and in lower case */
    semr_needle_t needle; /* it without a final slash */
    const semr_search_param_t *params;
    int nparams;
} semr_search_url_t;

semr_search_url_t semr_search_url(apr_pool_t *pool, semr_view_t text);

/* "moves.map:12": a file, or the end of its path, and a line; 0: it is none. */
int semr_search_place(semr_view_t text, semr_view_t *file, unsigned *line);

/* Whether path is file, or ends with it behind a slash. */
int semr_search_is_file(semr_view_t path, semr_view_t file);

struct semr_searcher_t {
    const semr_search_t *search;
    apr_pool_t *pool;
    apr_pool_t *each; /* for the few rules that are read as values */
    semr_needle_t text, from, to, host;
    semr_search_url_t url;
    semr_view_t file; /* of "moves.map:12" */
    unsigned line;

    /* the rules that are looked at */
    const semr_image_t *image;
    apr_uint64_t place;
    unsigned char *judged; /* by policy */
    apr_size_t judged_room;

    /* the rule */
    semr_search_text_t words, decoded;
};

/* Whether a host that FROM names is that of the URL. */
int semr_search_url_host(const semr_search_url_t *url, semr_view_t host,
                         int wild);

/* Whether a rule's FROM has the URL's path and query. */
int semr_search_url_in(semr_searcher_t *searcher,
                       const semr_image_rule_t *rule);

/* Adds FROM or TO of a rule to a text, as semr_rule_from and semr_rule_to write
 * them. */
void semr_search_add_from(semr_searcher_t *searcher, semr_search_text_t *text,
                          const semr_image_rule_t *rule);
void semr_search_add_to(semr_searcher_t *searcher, semr_search_text_t *text,
                        const semr_image_rule_t *rule);

#endif
