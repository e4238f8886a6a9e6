/* SPDX-License-Identifier: Apache-2.0
 * Searching rules: what is looked for, and whether a rule is it.
 *
 * Rules are looked at one after the other, in place; nothing is copied and no
 * index is kept, so a search costs time in proportion to the rules, and no
 * memory.  What rules have in common is judged once for all of them.
 *
 * Text is found anywhere in FROM or TO as the page shows them, whatever the
 * case of its ASCII letters, and percent-encoded or not: an e with an acute
 * accent finds %C3%A9, and the other way round.
 */
#ifndef SEMR_SEARCH_H
#define SEMR_SEARCH_H

#include "image.h"

typedef enum semr_search_order_t {
    SEMR_SEARCH_WRITTEN, /* as requests meet them */
    SEMR_SEARCH_HITS,    /* the most used first */
    SEMR_SEARCH_LAST     /* those used last first */
} semr_search_order_t;

/* The greatest start of an order that is not the written one: to know which
 * rules come at that place, all before them have to be kept. */
enum { SEMR_SEARCH_SORTED = 10000 };

/* Zeroed, with intent and stage -1, it finds every rule. */
typedef struct semr_search_t {
    /* In FROM, TO or note.  Besides, "moves.map:12" finds what stands there,
     * and a URL, or a path with a query, the rules whose FROM has it. */
    semr_view_t text;
    semr_view_t from; /* in FROM */
    semr_view_t to;   /* in TO */
    semr_view_t host; /* in the host that FROM names, or below its wildcard */
    semr_view_t file; /* the file that it stands in, or the end of its path, */
    unsigned line;    /* and the line; 0: any */
    int intent;       /* a semr_intent_t; -1: any */
    int stage;        /* now, a semr_stage_t; -1: any */
    int unused;       /* only rules that nobody has met yet */
    int findings;     /* only rules that a finding names */
    apr_uint64_t id;  /* a rule's identity; 0: any */
    semr_search_order_t order;
    apr_uint64_t start; /* how many of those found are passed over */
} semr_search_t;

typedef struct semr_searcher_t semr_searcher_t;

/* Gets ready to look for something, whose views live as long as pool. */
semr_searcher_t *semr_searcher_create(apr_pool_t *pool,
                                      const semr_search_t *search);

typedef enum semr_searcher_finds_t {
    SEMR_FINDS_NONE,
    SEMR_FINDS_SOME,
    SEMR_FINDS_ALL
} semr_searcher_finds_t;

/* Goes on with the rules of an image in a place (identity.h), at the stage of
 * their scope and the time now.  What it says of all of them spares the caller
 * to ask for each. */
semr_searcher_finds_t semr_searcher_enter(semr_searcher_t *searcher,
                                          const semr_image_t *image,
                                          apr_uint64_t place,
                                          semr_stage_t stage, apr_int64_t now);

/* Whether a rule of that image is what is looked for, but for unused and
 * findings, which only the caller knows. */
int semr_searcher_finds(semr_searcher_t *searcher,
                        const semr_image_rule_t *rule);

#endif
