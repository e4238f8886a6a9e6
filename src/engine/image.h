/* SPDX-License-Identifier: Apache-2.0
 * An image is read in place, through a const pointer; layout.h draws it.
 *
 * Views that these calls give are in the image, and live as long as it does.
 */
#ifndef SEMR_IMAGE_H
#define SEMR_IMAGE_H

#include <apr_pools.h>

#include "layout.h"
#include "rule.h"

#define X(NAME, name, type)                                                    \
    static inline const type *semr_image_##name(const semr_image_t *image)     \
    {                                                                          \
        return (const type *)((const char *)image +                            \
                              image->sections[SEMR_SECTION_##NAME].at);        \
    }
SEMR_IMAGE_SECTIONS(X)
#undef X

static inline apr_size_t semr_image_count(const semr_image_t *image,
                                          semr_section_t section)
{
    return (apr_size_t)image->sections[section].count;
}

/* A string of the image, in place. */
static inline semr_view_t semr_image_string(const semr_image_t *image,
                                            apr_uint32_t offset)
{
    return semr_layout_string(semr_image_strings(image), offset);
}

static inline const semr_image_policy_t *
semr_image_policy(const semr_image_t *image, const semr_image_rule_t *rule)
{
    return semr_image_policies(image) + rule->policy;
}

/* Verifies that size bytes at block, aligned to 8, are an image: version, byte
 * order, checksum, and that every offset and index is inside its bounds.
 * Nothing of it is trusted before.  Returns APR_SUCCESS and *image, which is
 * the block; or APR_EINVAL and the reason in diag. */
apr_status_t semr_image_open(const void *block, apr_size_t size,
                             const semr_image_t **image, apr_pool_t *pool,
                             semr_diag_t *diag);

/* The number of a rule of image. */
static inline apr_uint32_t semr_image_number(const semr_image_t *image,
                                             const semr_image_rule_t *rule)
{
    return (apr_uint32_t)(rule - semr_image_rules(image));
}

/* The part of a rule that decides, as decide.h wants it. */
semr_policy_t semr_image_decision(const semr_image_policy_t *policy);

/* Rule number index as a value, for those who explain; not for the request
 * path.  Its views are in the image or in pool. */
void semr_image_read(const semr_image_t *image, apr_uint32_t index,
                     apr_pool_t *pool, semr_rule_t *rule);

/* TO of a rule; its views are in the image. */
semr_to_t semr_image_to(const semr_image_t *image,
                        const semr_image_rule_t *rule);

/* Rule indices in the order in which the rules were written, in pool. */
const apr_uint32_t *semr_image_written(const semr_image_t *image,
                                       apr_pool_t *pool);

#endif
