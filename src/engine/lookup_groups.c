/* SPDX-License-Identifier: Apache-2.0
 * Patterns of the same text in several sets: they stand where the first of them
 * was written, as those of one set do (freeze_patterns.c).
 */
#include <string.h>

#include <apr_hash.h>

#include "lookup_parts.h"

/* The text of a pattern's group, behind what else groups are told apart by */
static semr_view_t group_key(const semr_image_t *image,
                             const semr_image_pattern_t *pattern,
                             apr_pool_t *pool)
{
    semr_image_rule_t rule;
    const semr_image_policy_t *policy;
    semr_view_t text;
    char *key;

    semr_image_rule(image, pattern->rule, &rule);
    policy = semr_image_policy(image, &rule);
    text = rule.from;
    key = apr_palloc(pool, text.len + 2);
    key[0] = (char)(policy->kind << 1 | (policy->host != 0));
    key[1] = (char)(policy->flags & SEMR_STAR);
    if (policy->kind == SEMR_REGEX) {
        key[1] = (char)(key[1] | (policy->flags & SEMR_FOLD));
    }
    else {
        text = semr_url_fold(pool, text);
    }
    if (text.len) {
        memcpy(key + 2, text.p, text.len);
    }
    return semr_view(key, text.len + 2);
}

static apr_uint64_t *group_set(apr_hash_t *groups, const semr_image_t *image,
                               int set, apr_pool_t *pool)
{
    const semr_image_pattern_t *patterns = semr_image_patterns(image);
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_PATTERNS);
    apr_uint64_t *majors = apr_palloc(pool, (count + 1) * sizeof(*majors));

    for (i = 0; i < count; i++) {
        semr_view_t key = group_key(image, patterns + i, pool);
        const apr_uint64_t *first =
            apr_hash_get(groups, key.p, (apr_ssize_t)key.len);

        majors[i] = first ? *first : semr_lookup_major(set, patterns[i].group);
        if (!first) {
            apr_hash_set(groups, key.p, (apr_ssize_t)key.len, majors + i);
        }
    }
    return majors;
}

const apr_uint64_t *const *semr_lookup_groups(const semr_ruleset_t *const *sets,
                                              int count, apr_pool_t *pool)
{
    const apr_uint64_t **majors;
    apr_hash_t *groups;
    int i, with_patterns = 0;

    for (i = 0; i < count; i++) {
        with_patterns +=
            semr_image_count(sets[i]->image, SEMR_SECTION_PATTERNS) > 0;
    }
    if (with_patterns < 2) {
        return NULL;
    }
    majors = apr_palloc(pool, (apr_size_t)count * sizeof(*majors));
    groups = apr_hash_make(pool);
    for (i = 0; i < count; i++) {
        majors[i] = group_set(groups, sets[i]->image, i, pool);
    }
    return majors;
}
