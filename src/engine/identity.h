/* SPDX-License-Identifier: Apache-2.0
 * The identity of a rule: a number that stays as long as the rule says the
 * same in the same place, whatever its line, its number and its neighbours.
 *
 * Counters and the signature go by it.  What counts is what the rule matches
 * and what it answers; how cautiously (stage=, settles=), for how long
 * (max-age=), the note and where it is written do not.
 */
#ifndef SEMR_IDENTITY_H
#define SEMR_IDENTITY_H

#include "image.h"

/* The identity of a rule of image in a place, such as a virtual host's own
 * rules, a section or a map; place is any number that tells it from others.
 * Never 0. */
apr_uint64_t semr_identity(const semr_image_t *image,
                           const semr_image_rule_t *rule, apr_uint64_t place);

/* A place's number by its name, from another's on: 0 to begin with. */
apr_uint64_t semr_identity_place(apr_uint64_t from, const char *name);

#endif
