/* SPDX-License-Identifier: Apache-2.0
 * Rules that leave open what they take, of both sides of a diff: patterns,
 * regexes and trees; and URLs that two of them may both take.
 *
 *     diff_overlap.c  asks for them, and tells what stays unsure
 *     diff_open.c     finds them, and which the sides have in common
 *     diff_join.c     paths of one, and of two
 */
#ifndef SEMR_CLI_DIFF_JOIN_H
#define SEMR_CLI_DIFF_JOIN_H

#include "diff.h"

typedef struct diff_open_t {
    apr_uint64_t says;        /* a hash of all that it says */
    apr_uint64_t order;       /* where its place among patterns is */
    struct diff_open_t *twin; /* that says the same on the other side; NULL */
    semr_view_t from;         /* of the image */
    semr_view_t head;         /* what its URLs begin with, up to a % */
    semr_view_t tail;         /* what those of a regex end with */
    apr_uint32_t at, number, line;
    unsigned side : 1, set : 8, kind : 3;
    unsigned named : 1;   /* it names a host */
    unsigned is_tree : 1; /* what is below belongs to it */
    unsigned moved : 1;   /* in another order than its twin */
    unsigned shown : 1;   /* a difference has been told that is its own */
} diff_open_t;

typedef struct diff_opens_t {
    struct {
        diff_open_t *rules; /* in the order in which they are tried */
        int count;
    } sides[DIFF_SIDES];
    apr_uint64_t pairs; /* that may still be looked at */
} diff_opens_t;

/* Finds them, without those that are off or outside their dates; in the pool of
 * the command.  0: nothing overlaps, there are neither patterns nor regexes. */
int diff_open(diff_t *diff, diff_opens_t *all);

/* -- diff_join.c: all in diff->each ---------------------------------------- */

/* A path that it takes, canonical; of a regex another one for each choice.  len
 * 0: none is known. */
semr_view_t diff_open_path(const diff_t *diff, const diff_open_t *rule,
                           unsigned choice, semr_view_t word);

/* Whether a path may be taken by both; 0: none is. */
int diff_may_overlap(const diff_open_t *a, const diff_open_t *b);

/* A path of a pattern or tree, with parts of another path for what it leaves
 * open, in one of several ways. */
enum { DIFF_FILLS = 4 };
semr_view_t diff_filled(const diff_t *diff, const diff_open_t *rule,
                        semr_view_t path, int way);

/* One text and then another. */
semr_view_t diff_joined(apr_pool_t *pool, semr_view_t a, semr_view_t b);

#endif
