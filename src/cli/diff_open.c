/* SPDX-License-Identifier: Apache-2.0
 * The patterns, regexes and trees of both sides: which they have in common, and
 * which stand in another order.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "diff_join.h"
#include "identity.h"

static int has_patterns(const diff_t *diff)
{
    int side, set;

    for (side = 0; side < DIFF_SIDES; side++) {
        const semr_space_t *space = diff->sides[side].rules.spaces;

        for (set = 0; set < space->count; set++) {
            if (semr_image_count(space->sets[set]->image,
                                 SEMR_SECTION_PATTERNS)) {
                return 1;
            }
        }
    }
    return 0;
}

static int is_off(const diff_side_t *side, const semr_image_policy_t *policy)
{
    apr_int64_t now = side->rules.now;

    return policy->stage == SEMR_OFF || side->rules.stage == SEMR_OFF ||
           (policy->starts != SEMR_NO_DATE && now < policy->starts) ||
           (policy->ends != SEMR_NO_DATE && now >= policy->ends);
}

/* All that matters to an answer */
static apr_uint64_t says_of(const semr_image_t *image,
                            const semr_image_rule_t *rule,
                            const semr_image_policy_t *policy)
{
    return semr_identity(image, rule,
                         (apr_uint64_t)policy->stage << 56 ^
                             (apr_uint64_t)policy->settles << 20 ^
                             (apr_uint64_t)policy->max_age);
}

/* Where the patterns of the same text are tried: at the first of them */
static apr_uint64_t order_of(apr_hash_t *firsts, const diff_open_t *open,
                             unsigned flags, apr_pool_t *pool)
{
    apr_uint64_t order = (apr_uint64_t)open->set << 32 | open->number, *first;
    semr_view_t text = open->kind == SEMR_PATTERN
                           ? semr_url_fold(pool, open->from)
                           : open->from;
    char *key = apr_palloc(pool, text.len + 2);

    key[0] = (char)(open->kind << 1 | open->named);
    key[1] = (char)(flags &
                    (SEMR_STAR | (open->kind == SEMR_REGEX ? SEMR_FOLD : 0)));
    if (text.len) {
        memcpy(key + 2, text.p, text.len);
    }
    first = apr_hash_get(firsts, key, (apr_ssize_t)text.len + 2);
    if (!first) {
        first = apr_pmemdup(pool, &order, sizeof(order));
        apr_hash_set(firsts, key, (apr_ssize_t)text.len + 2, first);
    }
    return *first;
}

/* What is literal before the first capture, or a regex's beginning; up to a %,
 * for regexes see what is decoded */
static semr_view_t head_of(const diff_open_t *open, apr_pool_t *pool)
{
    semr_view_t head = open->kind == SEMR_REGEX
                           ? semr_regex_literal(pool, open->from)
                           : open->from;
    apr_size_t i;

    for (i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.p[i];

        if (c == '%' || c >= SEMR_OP_CAPTURE || c <= ' ') {
            break;
        }
    }
    return semr_view(head.p, i);
}

static int has(semr_view_t text, const char *bytes)
{
    apr_size_t i;

    for (i = 0; i < text.len && !strchr(bytes, text.p[i]); i++) {
    }
    return i < text.len;
}

/* What all that a regex takes ends with, where it says so plainly: letters,
 * digits, / _ and - before a final $ */
static semr_view_t tail_of(const diff_open_t *open)
{
    semr_view_t text = open->from;
    apr_size_t from;

    if (open->kind != SEMR_REGEX || !text.len || text.p[text.len - 1] != '$' ||
        has(text, "|?#Q")) {
        return semr_view(NULL, 0);
    }
    text.len--;
    for (from = text.len; from > 0; from--) {
        char c = text.p[from - 1];

        if (!apr_isalnum(c) && c != '/' && c != '_' && c != '-') {
            break;
        }
    }
    return from && text.p[from - 1] == '\\'
               ? semr_view(NULL, 0)
               : semr_view(text.p + from, text.len - from);
}

static void add(diff_t *diff, diff_open_t *open, const semr_image_t *image,
                const semr_image_rule_t *rule, apr_hash_t *firsts)
{
    const semr_image_policy_t *policy = semr_image_policy(image, rule);
    apr_pool_t *pool = diff->cli->pool;

    open->kind = policy->kind;
    open->named = policy->host != 0;
    open->is_tree = policy->kind == SEMR_PREFIX || policy->flags & SEMR_STAR;
    open->at = rule->at;
    open->number = rule->number;
    open->line = rule->line;
    open->from = rule->from;
    if (rule->from_rest.len) {
        open->from = diff_joined(pool, rule->from, rule->from_rest);
    }
    open->says = says_of(image, rule, policy);
    open->head = head_of(open, pool);
    open->tail = tail_of(open);
    open->shown = diff->shown[open->side][open->set][rule->number / 8] >>
                      rule->number % 8 &
                  1;
    if (open->kind != SEMR_PREFIX) {
        open->order = order_of(firsts, open, policy->flags, pool);
    }
    else {
        open->order = ~(apr_uint64_t)0;
    }
}

static int by_order(const void *a, const void *b)
{
    const diff_open_t *left = a, *right = b;

    if (left->order != right->order) {
        return left->order < right->order ? -1 : 1;
    }
    if (left->set != right->set) {
        return left->set < right->set ? -1 : 1;
    }
    return (left->number > right->number) - (left->number < right->number);
}

static void collect(diff_t *diff, int side, diff_opens_t *all)
{
    const semr_space_t *space = diff->sides[side].rules.spaces;
    apr_array_header_t *opens =
        apr_array_make(diff->cli->pool, 64, sizeof(diff_open_t));
    apr_hash_t *firsts = apr_hash_make(diff->cli->pool);
    int set;

    for (set = 0; set < space->count; set++) {
        const semr_image_t *image = diff_image(diff, side, set);
        apr_uint32_t n, count = semr_image_rules(image), at = 0;

        for (n = 0; n < count; n++) {
            semr_image_rule_t rule;
            const semr_image_policy_t *policy;
            diff_open_t open = {.side = (unsigned)side & 1};

            semr_image_rule(image, at, &rule);
            at = rule.next;
            policy = semr_image_policy(image, &rule);
            open.set = (unsigned)set & 255;
            if (policy->kind == SEMR_EXACT) {
                continue;
            }
            /* one that is off still says where its text is tried */
            add(diff, &open, image, &rule, firsts);
            if (!is_off(diff->sides + side, policy)) {
                APR_ARRAY_PUSH(opens, diff_open_t) = open;
            }
        }
    }
    qsort(opens->elts, (size_t)opens->nelts, sizeof(diff_open_t), by_order);
    all->sides[side].rules = (void *)opens->elts;
    all->sides[side].count = opens->nelts;
}

/* Rules that say the same on both sides: the first with the first */
static void find_twins(diff_t *diff, diff_opens_t *all)
{
    apr_hash_t *last = apr_hash_make(diff->cli->pool);
    int i;

    for (i = all->sides[DIFF_NEW].count - 1; i >= 0; i--) {
        diff_open_t *open = all->sides[DIFF_NEW].rules + i;

        open->twin = apr_hash_get(last, &open->says, sizeof(open->says));
        apr_hash_set(last, &open->says, sizeof(open->says), open);
    }
    /* twin of NEW is the next that says the same, until it has its own */
    for (i = 0; i < all->sides[DIFF_OLD].count; i++) {
        diff_open_t *open = all->sides[DIFF_OLD].rules + i;
        diff_open_t *twin = apr_hash_get(last, &open->says, sizeof(open->says));

        if (twin) {
            apr_hash_set(last, &open->says, sizeof(open->says), twin->twin);
            open->twin = twin;
        }
    }
    for (i = 0; i < all->sides[DIFF_NEW].count; i++) {
        all->sides[DIFF_NEW].rules[i].twin = NULL;
    }
    for (i = 0; i < all->sides[DIFF_OLD].count; i++) {
        diff_open_t *open = all->sides[DIFF_OLD].rules + i;

        if (open->twin) {
            open->twin->twin = open;
        }
    }
}

/* Marks as few rules as explain the order: all but a longest rising row of
 * twins. */
static void find_moved(diff_t *diff, diff_opens_t *all)
{
    diff_open_t *rules = all->sides[DIFF_OLD].rules;
    int count = all->sides[DIFF_OLD].count, rows = 0, i;
    int *ends = apr_palloc(diff->cli->pool, sizeof(int) * (size_t)(count + 1));
    int *before =
        apr_palloc(diff->cli->pool, sizeof(int) * (size_t)(count + 1));

    for (i = 0; i < count; i++) {
        int low = 0, high = rows;

        rules[i].moved = rules[i].twin && rules[i].kind != SEMR_PREFIX;
        if (!rules[i].moved) {
            continue;
        }
        while (low < high) {
            int middle = (low + high) / 2;

            if (rules[ends[middle]].twin < rules[i].twin) {
                low = middle + 1;
            }
            else {
                high = middle;
            }
        }
        before[i] = low ? ends[low - 1] : -1;
        ends[low] = i;
        rows += low == rows;
    }
    for (i = rows ? ends[rows - 1] : -1; i >= 0; i = before[i]) {
        rules[i].moved = 0;
    }
}

int diff_open(diff_t *diff, diff_opens_t *all)
{
    if (!has_patterns(diff)) {
        return 0;
    }
    collect(diff, DIFF_OLD, all);
    collect(diff, DIFF_NEW, all);
    find_twins(diff, all);
    find_moved(diff, all);
    return 1;
}
