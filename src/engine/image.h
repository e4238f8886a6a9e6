/* SPDX-License-Identifier: Apache-2.0
 * An image is read in place, through a const pointer; layout.h draws it.
 *
 * Views that these calls give are in the image, and live as long as it does.
 */
#ifndef SEMR_IMAGE_H
#define SEMR_IMAGE_H

#include <apr_pools.h>

#include "record.h"
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

/* How many rules it has; they are numbered in the order written. */
static inline apr_uint32_t semr_image_rules(const semr_image_t *image)
{
    return image->rules;
}

/* A string of the image, in place. */
static inline semr_view_t semr_image_string(const semr_image_t *image,
                                            apr_uint32_t offset)
{
    return semr_record_string(semr_image_strings(image), offset);
}

/* The rule whose record is at an offset. */
static inline void semr_image_rule(const semr_image_t *image, apr_uint32_t at,
                                   semr_image_rule_t *rule)
{
    semr_record_read(semr_image_records(image), semr_image_strings(image), at,
                     rule);
}

/* Where the record of rule number n begins: its neighbours follow by ->next. */
apr_uint32_t semr_image_at(const semr_image_t *image, apr_uint32_t number);

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

/* The part of a rule that decides, as decide.h wants it. */
semr_policy_t semr_image_decision(const semr_image_policy_t *policy);

/* A rule as a value, for those who explain; not for the request path.  Its
 * views are in the image or in pool. */
void semr_image_read(const semr_image_t *image, const semr_image_rule_t *from,
                     apr_pool_t *pool, semr_rule_t *rule);

/* TO of a rule; its views are in the image. */
semr_to_t semr_image_to(const semr_image_t *image,
                        const semr_image_rule_t *rule);

#endif
