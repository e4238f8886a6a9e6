/* SPDX-License-Identifier: Apache-2.0
 * Rules in the order of servers that try one after the other.
 */
#include <stdlib.h>

#include <apr_strings.h>

#include "export_order.h"

static int by_turn(const void *a, const void *b)
{
    const export_entry_t *x = a, *y = b;

    if (x->group != y->group) {
        return x->group < y->group ? -1 : 1;
    }
    if (x->place != y->place) {
        return x->place < y->place ? -1 : 1;
    }
    if (x->rank != y->rank) {
        return x->rank > y->rank ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static int by_value(const void *a, const void *b)
{
    const apr_uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static apr_uint64_t mix(apr_uint64_t hash, semr_view_t bytes, int fold)
{
    apr_size_t i;

    for (i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.p[i];

        c = (unsigned char)(fold && c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        hash = (hash ^ c) * APR_UINT64_C(0x100000001b3); /* FNV-1a */
    }
    return hash;
}

/* Exact rules of one place name its two forms.  Those that have a case meet
 * each other as they are written, and those that have none in lower case. */
typedef enum spelling_t { AS_IT_IS, OF_FOLDED, OF_OTHERS } spelling_t;

/* A place, with its form in the lowest bit */
static apr_uint64_t form_of(const semr_image_t *image,
                            const semr_image_rule_t *record,
                            spelling_t spelling)
{
    const semr_image_policy_t *policy = semr_image_policy(image, record);
    const semr_image_host_t *host = semr_image_hosts(image) + policy->host;
    apr_uint64_t hash = APR_UINT64_C(0xcbf29ce484222325);

    hash ^= (host->wild != 0) + 2 * (apr_uint64_t)spelling;
    hash = mix(hash, semr_image_string(image, host->name), 0);
    hash = mix(hash, record->from, spelling != AS_IT_IS);
    hash = mix(hash, record->from_rest, spelling != AS_IT_IS);
    return (hash & ~APR_UINT64_C(1)) | ((policy->flags & SEMR_WITH_SLASH) != 0);
}

static void add_forms(export_queue_t *queue, const semr_image_t *image,
                      const semr_image_rule_t *record, int fold)
{
    queue->forms |=
        semr_image_policy(image, record)->flags & SEMR_WITH_SLASH ? 2 : 1;
    if (fold) {
        queue->exact[queue->nexact++] = form_of(image, record, OF_FOLDED);
        return;
    }
    queue->exact[queue->nexact++] = form_of(image, record, AS_IT_IS);
    queue->exact[queue->nexact++] = form_of(image, record, OF_OTHERS);
}

int export_has_other_form(const export_queue_t *queue,
                          const semr_image_t *image,
                          const semr_image_rule_t *record, int fold)
{
    apr_uint64_t forms[2];
    int i;

    if (queue->forms != 3) {
        return 0;
    }
    forms[0] = form_of(image, record, OF_FOLDED) ^ 1;
    forms[1] = form_of(image, record, fold ? OF_OTHERS : AS_IT_IS) ^ 1;
    for (i = 0; i < 2; i++) {
        if (bsearch(&forms[i], queue->exact, queue->nexact, sizeof(forms[i]),
                    by_value)) {
            return 1;
        }
    }
    return 0;
}

/* What patterns of one place share, as in freeze_patterns.c */
static const char *pattern_key(export_queue_t *queue,
                               const semr_image_rule_t *record,
                               const semr_image_policy_t *policy, int has_host)
{
    char *path = apr_pstrcat(
        queue->pool,
        apr_pstrmemdup(queue->pool, record->from.p, record->from.len),
        apr_pstrmemdup(queue->pool, record->from_rest.p, record->from_rest.len),
        NULL);
    int is_regex = policy->kind == SEMR_REGEX, flags = policy->flags;

    if (!is_regex) { /* whatever its case */
        apr_size_t i;

        for (i = 0; path[i]; i++) {
            path[i] += path[i] >= 'A' && path[i] <= 'Z' ? 'a' - 'A' : 0;
        }
    }
    return apr_psprintf(queue->pool, "%d%d%d%d%s", is_regex, has_host,
                        (flags & SEMR_STAR) != 0,
                        is_regex && (flags & SEMR_FOLD), path);
}

static apr_uint32_t place_of(export_queue_t *queue,
                             const semr_image_rule_t *record,
                             const semr_image_policy_t *policy, int has_host,
                             apr_uint32_t order)
{
    semr_kind_t kind = (semr_kind_t)policy->kind;
    const char *path;
    void *first;

    if (kind == SEMR_EXACT) {
        return 0;
    }
    if (kind == SEMR_PREFIX) {
        return ~(apr_uint32_t)(record->from.len + record->from_rest.len);
    }
    path = pattern_key(queue, record, policy, has_host);
    first = apr_hash_get(queue->patterns, path, APR_HASH_KEY_STRING);
    if (!first) {
        first = (void *)((apr_uintptr_t)order + 1);
        apr_hash_set(queue->patterns, path, APR_HASH_KEY_STRING, first);
    }
    return (apr_uint32_t)((apr_uintptr_t)first - 1);
}

static void add_rule(export_queue_t *queue, const semr_image_t *image,
                     const semr_image_rule_t *record)
{
    static const unsigned char turns[] = {[SEMR_EXACT] = 0,
                                          [SEMR_PATTERN] = 1,
                                          [SEMR_REGEX] = 1,
                                          [SEMR_PREFIX] = 2};
    const semr_image_policy_t *policy = semr_image_policy(image, record);
    semr_kind_t kind = (semr_kind_t)policy->kind;
    export_entry_t *entry = queue->entries + queue->count;
    int has_host =
        semr_image_string(image, semr_image_hosts(image)[policy->host].name)
            .len > 0;

    entry->image = image;
    entry->at = record->at;
    entry->order = (apr_uint32_t)queue->count++;
    entry->rank = policy->rank;
    entry->group = (unsigned char)(turns[kind] + (has_host ? 0 : 3));
    entry->place = place_of(queue, record, policy, has_host, entry->order);
    if (kind == SEMR_EXACT) {
        add_forms(queue, image, record, (policy->flags & SEMR_FOLD) != 0);
    }
}

void export_order(export_queue_t *queue, const cli_rules_t *rules)
{
    apr_size_t count = (apr_size_t)rules->count;
    semr_image_rule_t record;
    apr_uint32_t i, at;
    int set;

    queue->pool = rules->pool;
    queue->entries =
        apr_palloc(rules->pool, (count + 1) * sizeof(export_entry_t));
    queue->exact =
        apr_palloc(rules->pool, (2 * count + 1) * sizeof(apr_uint64_t));
    queue->patterns = apr_hash_make(rules->pool);
    queue->count = queue->nexact = 0;
    queue->forms = 0;
    for (set = 0; set < rules->sets->nelts; set++) {
        const semr_image_t *image =
            APR_ARRAY_IDX(rules->sets, set, const semr_ruleset_t *)->image;

        at = semr_image_rules(image) ? semr_image_at(image, 0) : 0;
        for (i = 0; i < semr_image_rules(image); i++) {
            semr_image_rule(image, at, &record);
            add_rule(queue, image, &record);
            at = record.next;
        }
    }
    qsort(queue->entries, queue->count, sizeof(export_entry_t), by_turn);
    if (queue->forms == 3) {
        qsort(queue->exact, queue->nexact, sizeof(apr_uint64_t), by_value);
    }
}
