/* SPDX-License-Identifier: Apache-2.0
 * Searching rules: what is looked for, and whether a rule is it.
 *
 * Rules are looked at one after the other, in place; nothing is copied and no
 * index is kept, so a search costs time in proportion to the rules, and no
 * memory.  Text is found anywhere in FROM or TO as written, whatever its case.
 */
#ifndef SEMR_SEARCH_H
#define SEMR_SEARCH_H

#include "image.h"

typedef enum semr_search_order_t {
    SEMR_SEARCH_WRITTEN, /* as requests meet them */
    SEMR_SEARCH_HITS,    /* the most used first */
    SEMR_SEARCH_LAST     /* those used last first */
} semr_search_order_t;

/* Zeroed, with intent and stage -1, it finds every rule. */
typedef struct semr_search_t {
    semr_view_t text; /* in FROM or TO; likewise the next two in one of them */
    semr_view_t from;
    semr_view_t to;
    semr_view_t host; /* the host that FROM names */
    semr_view_t file; /* the file that it stands in, to its end, */
    unsigned line;    /* and the line; 0: any */
    int intent;       /* a semr_intent_t; -1: any */
    int stage;        /* now, a semr_stage_t; -1: any */
    int unused;       /* only rules that nobody has met yet */
    int findings;     /* only rules that a finding names */
    apr_uint64_t id;  /* a rule's identity; 0: any */
    semr_search_order_t order;
    apr_uint64_t start; /* how many of those found are passed over */
} semr_search_t;

#endif
