/* SPDX-License-Identifier: Apache-2.0
 * What the files of the lookup share: a spot is where rules may stand, and
 * offering it makes the best of its rules the candidate if it is better.
 *
 * Rules are ordered by major, which is where they stand (a pattern's number,
 * the length of what is before a slash star), then by minor: rank, set, order.
 *
 *     lookup.c           stages, exact rules and slash stars
 *     lookup_patterns.c  patterns and regexes
 *     lookup_groups.c    the same ones in several sets
 *     lookup_offer.c     the rules of one spot
 *     lookup_hosts.c     the hosts that a request's stands for
 */
#ifndef SEMR_LOOKUP_PARTS_H
#define SEMR_LOOKUP_PARTS_H

#include "key.h"
#include "lookup.h"

/* What an offered run was found by, and by what its rules are compared */
typedef struct semr_spot_t {
    const semr_ruleset_t *set;
    int set_index;
    int fold;
    apr_uint32_t host;
    semr_kind_t kind;
    semr_view_t path;   /* EXACT, PREFIX: what FROM must be */
    apr_uint64_t major; /* of an exact rule: see rule_major */
} semr_spot_t;

/* Offers the rules of a place, and of the places below it that ask for
 * parameters which the request has.  node is what its slot or pattern holds. */
void semr_offer_node(semr_lookup_t *lookup, const semr_spot_t *spot,
                     apr_uint64_t place, apr_uint32_t node);

/* Offers what a key leads to.  Inlined, for most keys lead to nothing. */
static inline void semr_offer_key(semr_lookup_t *lookup,
                                  const semr_spot_t *spot, apr_uint64_t key)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_slot_t *slot =
        semr_image_slots(image) + semr_key_slot(key, image->homes);
    apr_uint32_t tag = semr_key_tag(key);

    for (; slot->node && slot->tag <= tag; slot++) {
        if (slot->tag == tag) {
            semr_offer_node(lookup, spot, key, slot->node);
        }
    }
}

/* The next of the image's hosts that stand for the request's, from its own
 * name to the shortest star: *at is where the name to look for begins, 0 at
 * first.  0: there is no more. */
apr_uint32_t semr_lookup_host(const semr_image_t *image, semr_view_t host,
                              apr_size_t *at);

/* Where a group of patterns is tried: sets in turn, in each as written */
static inline apr_uint64_t semr_lookup_major(int set, apr_uint32_t group)
{
    return (apr_uint64_t)(unsigned)set << 32 | group;
}

typedef void semr_offer_t(semr_lookup_t *lookup, semr_spot_t *spot);

/* Calls offer for each host of each set that the stage is about: those that
 * the request's stands for, or none at all.  Inlined, for most requests meet
 * one set and no hosts. */
static inline __attribute__((always_inline)) void
semr_lookup_each_host(semr_lookup_t *lookup, int named, semr_offer_t *offer,
                      semr_kind_t kind, apr_uint64_t major)
{
    semr_spot_t spot;
    int i;

    spot.kind = kind;
    for (i = 0; i < lookup->nsets; i++) {
        apr_size_t at = 0;

        spot.set = lookup->sets[i];
        spot.set_index = i;
        spot.major = major;
        spot.host = 0;
        if (!named) {
            offer(lookup, &spot);
            continue;
        }
        while ((spot.host = semr_lookup_host(
                    spot.set->image, lookup->request->host, &at)) != 0) {
            offer(lookup, &spot);
        }
    }
}

/* The stage of patterns and regexes: the best of them after the one before;
 * returns whether there is one. */
int semr_lookup_pattern(semr_lookup_t *lookup, int named);

#endif
