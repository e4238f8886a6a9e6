/* SPDX-License-Identifier: Apache-2.0
 * The builder: rules -> image.
 *
 * It takes a rule at a time and keeps what it needs of it in the image's own
 * form, outside of pools, so that a million rules cost about what the image
 * costs.  Freezing sorts the rules by place and lays out the block.
 */
#ifndef SEMR_BUILD_H
#define SEMR_BUILD_H

#include "image.h"

typedef struct semr_builder_t semr_builder_t;

/* Its memory goes with pool, or when it is frozen. */
semr_builder_t *semr_builder_create(apr_pool_t *pool);

/* Takes a rule, which may go away afterwards.  Rules are numbered in the order
 * of these calls.  Returns APR_ENOSPC when an image can hold no more. */
apr_status_t semr_builder_add(semr_builder_t *builder, const semr_rule_t *rule);

/* How many rules it has. */
apr_uint32_t semr_builder_count(const semr_builder_t *builder);

/* The image, in pool; the builder is empty and of no more use. */
const semr_image_t *semr_builder_freeze(semr_builder_t *builder,
                                        apr_pool_t *pool);

#endif
