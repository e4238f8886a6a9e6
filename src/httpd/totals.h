/* SPDX-License-Identifier: Apache-2.0
 * How many rules an image has, by what their stage depends on.
 *
 * It is found out when it is first asked for, which takes a look at each rule,
 * and kept as long as the image: a page that is asked for again does not count
 * a million rules again.  Threads may ask at the same time.
 */
#ifndef SEMR_TOTALS_H
#define SEMR_TOTALS_H

#include "image.h"

/* Rules of one policy, but for what no stage depends on */
typedef struct semr_total_t {
    semr_policy_t policy;
    apr_uint32_t rules;
} semr_total_t;

typedef struct semr_total_list_t {
    int count;
    int leave_alone; /* there are rules that send nothing: none */
    semr_total_t totals[];
} semr_total_list_t;

/* Zeroed, it is ready. */
typedef struct semr_totals_t {
    const semr_total_list_t *list; /* NULL: not asked for yet */
} semr_totals_t;

/* The list of image, to which totals belong.  pool is for the call. */
const semr_total_list_t *semr_totals_of(semr_totals_t *totals,
                                        const semr_image_t *image,
                                        apr_pool_t *pool);

/* Lets the list go with pool, which is not cleared while somebody asks. */
void semr_totals_bind(semr_totals_t *totals, apr_pool_t *pool);

#endif
