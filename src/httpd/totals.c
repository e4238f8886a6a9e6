/* SPDX-License-Identifier: Apache-2.0
 * How many rules an image has, by what their stage depends on.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_hash.h>

#include "totals.h"

/* Counts of policies, while rules are gone through */
typedef struct counting_t {
    apr_pool_t *pool;
    apr_hash_t *known; /* semr_policy_t -> semr_total_t */
    semr_total_t *last;
    int leave_alone;
} counting_t;

/* What a rule's stage depends on; all else, padding too, is zero. */
static void key_of(const semr_policy_t *policy, semr_policy_t *key)
{
    memset(key, 0, sizeof(*key));
    key->stage = policy->stage;
    key->starts = policy->starts;
    key->ends = policy->ends;
    key->settles = policy->settles;
}

static void count_rule(counting_t *counting, const semr_policy_t *policy)
{
    semr_policy_t key;

    key_of(policy, &key);
    counting->leave_alone |= policy->intent == SEMR_NONE;
    if (!counting->last ||
        memcmp(&counting->last->policy, &key, sizeof(key)) != 0) {
        semr_total_t *total = apr_hash_get(counting->known, &key, sizeof(key));

        if (!total) {
            total = apr_pcalloc(counting->pool, sizeof(*total));
            total->policy = key;
            apr_hash_set(counting->known, &total->policy, sizeof(key), total);
        }
        counting->last = total;
    }
    counting->last->rules++;
}

static semr_total_list_t *listed(const counting_t *counting)
{
    unsigned count = apr_hash_count(counting->known);
    semr_total_list_t *list =
        malloc(sizeof(*list) + count * sizeof(*list->totals));
    apr_hash_index_t *i;

    if (!list) {
        abort(); /* as APR's pools do in httpd */
    }
    list->count = 0;
    list->leave_alone = counting->leave_alone;
    for (i = apr_hash_first(counting->pool, counting->known); i;
         i = apr_hash_next(i)) {
        list->totals[list->count++] = *(semr_total_t *)apr_hash_this_val(i);
    }
    return list;
}

static semr_total_list_t *count_all(const semr_image_t *image,
                                    apr_pool_t *parent)
{
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_RULES);
    counting_t counting = {NULL, NULL, NULL, 0};
    semr_total_list_t *list;
    apr_pool_t *row_pool;

    apr_pool_create(&counting.pool, parent);
    apr_pool_create(&row_pool, counting.pool);
    counting.known = apr_hash_make(counting.pool);
    for (i = 0; i < count; i++) {
        semr_rule_t rule;

        semr_image_read(image, (apr_uint32_t)i, row_pool, &rule);
        count_rule(&counting, &rule.policy);
        apr_pool_clear(row_pool);
    }
    list = listed(&counting);
    apr_pool_destroy(counting.pool);
    return list;
}

const semr_total_list_t *semr_totals_of(semr_totals_t *totals,
                                        const semr_image_t *image,
                                        apr_pool_t *pool)
{
    const semr_total_list_t *list =
        __atomic_load_n(&totals->list, __ATOMIC_ACQUIRE);
    semr_total_list_t *made;

    if (list) {
        return list;
    }
    made = count_all(image, pool);
    if (__atomic_compare_exchange_n(&totals->list, &list, made, 0,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        return made;
    }
    free(made); /* another thread was as fast */
    return list;
}

static apr_status_t let_go(void *data)
{
    semr_totals_t *totals = data;

    free((void *)(apr_uintptr_t)totals->list);
    totals->list = NULL;
    return APR_SUCCESS;
}

void semr_totals_bind(semr_totals_t *totals, apr_pool_t *pool)
{
    totals->list = NULL;
    apr_pool_cleanup_register(pool, totals, let_go, apr_pool_cleanup_null);
}
