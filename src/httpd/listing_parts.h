/* SPDX-License-Identifier: Apache-2.0
 * What the files of the listing share; private to listing*.c.
 *
 *     listing.c        the sets of rules of a server, as a model
 *     listing_find.c   which of their rules are listed
 *     listing_old.c    rules that nobody uses, or that should be gone by now
 */
#ifndef SEMR_LISTING_PARTS_H
#define SEMR_LISTING_PARTS_H

#include "config.h"
#include "listing.h"
#include "marks.h"

/* Rules are looked at by blocks of 64, as marks come, and as the image's marks
 * lead to every 64th record; this is a block's number of the last one. */
#define SEMR_LISTING_BLOCK ((apr_uint32_t)SEMR_MARK_EVERY - 1)

/* A set of rules, as it is in effect on this server */
typedef struct place_t {
    const semr_scope_t *scope;
    const semr_dir_conf_t *dir;
    const semr_image_t *image;
    semr_counters_t counters;
    semr_marks_set_t marks;
    apr_int64_t modified; /* a map's file, seconds since 1970; 0: see
                             listing_old.c */
} place_t;

/* A rule that was found */
typedef struct found_t {
    apr_uint64_t key;   /* by which it is sorted, the greatest first, */
    apr_uint64_t order; /* and then as written */
    int place;
    apr_uint32_t number;
} found_t;

typedef struct listing_t {
    apr_pool_t *pool;
    const server_rec *server;
    const semr_snapshot_t *snapshot;
    apr_int64_t now;
    semr_dir_conf_t *defaults;  /* of the server */
    apr_array_header_t *places; /* of place_t */
    apr_array_header_t *maps;   /* of semr_render_map_t */
    /* What is listed next: */
    found_t *found;  /* these; NULL: all from here on */
    apr_size_t row;  /* the next of them; else its number in its place, */
    int place;       /* which is this one, */
    apr_uint32_t at; /* where its record begins */
    int left;        /* rows that may be listed yet; SEMR_LISTING_ALL */
} listing_t;

static inline const place_t *semr_listing_place(const listing_t *listing, int i)
{
    return &APR_ARRAY_IDX(listing->places, i, place_t);
}

/* Hits of a rule, and when the last was, seconds since 1970: all of the page
 * that reads counters of rules does so by these.  The rule's id may be 0 where
 * its number is enough, as by_number says. */
apr_uint64_t semr_listing_hits(const place_t *place, apr_uint32_t number,
                               apr_uint64_t id);
apr_int64_t semr_listing_last(const place_t *place, apr_uint32_t number,
                              apr_uint64_t id);
int semr_listing_by_number(void);

/* Gives the rule that is listed next; 0: there is none. */
int semr_listing_next(listing_t *listing, const place_t **place,
                      semr_image_rule_t *rule);

/* Counts rules never used, and old temporary ones. */
void semr_listing_old(const listing_t *listing, semr_render_model_t *model);

#endif
