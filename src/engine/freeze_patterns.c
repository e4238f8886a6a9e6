/* SPDX-License-Identifier: Apache-2.0
 * The places of patterns in the order written, and the sorted list of what
 * they begin with (drawn in layout.h).
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "freeze_parts.h"
#include "pattern.h"

/* A rule that is a pattern, with all that it is sorted by */
typedef struct placed_t {
    apr_uint32_t group; /* number of the first rule of its group */
    apr_uint32_t fold, host, text;
    const semr_pattern_rule_t *rule;
} placed_t;

static int by_place(const void *a, const void *b)
{
    const placed_t *x = a, *y = b;

#define ORDER(field)                                                           \
    if (x->field != y->field) {                                                \
        return x->field < y->field ? -1 : 1;                                   \
    }
    ORDER(group)
    ORDER(fold)
    ORDER(host)
    ORDER(text)
    ORDER(rule)
    return 0;
}

/* -- groups: the same pattern but for host and case ------------------------ */

typedef struct sought_group_t {
    const semr_freeze_t *f;
    semr_view_t text;
    apr_uint32_t traits;
} sought_group_t;

static semr_view_t group_text(const semr_freeze_t *f,
                              const semr_pattern_rule_t *rule, apr_pool_t *pool)
{
    semr_view_t text = semr_builder_string(f->builder, rule->text);

    /* folding the text of a regex would change what it says */
    return semr_freeze_policy(f, rule->policy)->kind == SEMR_REGEX
               ? text
               : semr_url_fold(pool, text);
}

static apr_uint32_t group_traits(const semr_image_policy_t *policy)
{
    apr_uint32_t flags = policy->flags & SEMR_STAR;

    if (policy->kind == SEMR_REGEX) {
        flags |= policy->flags & SEMR_FOLD;
    }
    return flags << 8 | (apr_uint32_t)policy->kind << 1 | (policy->host != 0);
}

static int same_group(const void *thing, apr_uint32_t index)
{
    const sought_group_t *sought = thing;
    const semr_pattern_rule_t *rule =
        SEMR_BYTES_AT(sought->f->builder->patterns, semr_pattern_rule_t) +
        index;
    semr_view_t text = semr_builder_string(sought->f->builder, rule->text);
    apr_size_t i;

    if (sought->traits !=
            group_traits(semr_freeze_policy(sought->f, rule->policy)) ||
        text.len != sought->text.len) {
        return 0;
    }
    if ((sought->traits >> 1 & 0x7f) == SEMR_REGEX) {
        return semr_view_equal(text, sought->text);
    }
    for (i = 0; i < text.len; i++) {
        char c = text.p[i];

        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != sought->text.p[i]) {
            return 0;
        }
    }
    return 1;
}

static placed_t *sorted_places(semr_freeze_t *f, apr_uint32_t count,
                               apr_pool_t *pool)
{
    const semr_pattern_rule_t *rules =
        SEMR_BYTES_AT(f->builder->patterns, semr_pattern_rule_t);
    placed_t *places = apr_palloc(pool, count * sizeof(*places));
    semr_known_t groups = {{NULL, 0, 0}, 0};
    apr_uint32_t i;

    for (i = 0; i < count; i++) {
        const semr_image_policy_t *policy =
            semr_freeze_policy(f, rules[i].policy);
        sought_group_t sought = {f, group_text(f, rules + i, pool),
                                 group_traits(policy)};
        apr_uint32_t first =
            semr_known(&groups, semr_key_bytes(sought.text) + sought.traits, i,
                       same_group, &sought);

        places[i].group = rules[first].number;
        places[i].fold = (policy->flags & SEMR_FOLD) != 0;
        places[i].host = policy->host;
        places[i].text = rules[i].text;
        places[i].rule = rules + i;
    }
    free(groups.slots.p);
    qsort(places, count, sizeof(*places), by_place);
    return places;
}

/* -- what they begin with -------------------------------------------------- */

typedef struct beginning_t {
    semr_subject_t subject;
    apr_uint32_t host;
    semr_view_t text;
    apr_uint32_t pattern;
} beginning_t;

static int by_text(semr_view_t a, semr_view_t b)
{
    apr_size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.p, b.p, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_beginning(const void *a, const void *b)
{
    const beginning_t *x = a, *y = b;
    int order;

    ORDER(subject)
    ORDER(host)
    order = by_text(x->text, y->text);
    if (order) {
        return order;
    }
    ORDER(pattern)
    return 0;
}

static void find_beginning(const semr_freeze_t *f, const placed_t *place,
                           apr_pool_t *pool, beginning_t *begin)
{
    semr_view_t text = semr_builder_string(f->builder, place->text);
    int regex = semr_freeze_policy(f, place->rule->policy)->kind == SEMR_REGEX;
    apr_size_t len = 0;

    begin->host = place->host;
    begin->subject =
        (regex ? SEMR_SUBJECT_DECODED : SEMR_SUBJECT_PATH) + place->fold;
    if (regex) {
        text = semr_regex_literal(pool, text);
        begin->text =
            place->fold
                ? semr_url_fold(pool, text)
                : semr_view(apr_pmemdup(pool, text.p, text.len), text.len);
        return;
    }
    while (len < text.len && (unsigned char)text.p[len] < SEMR_OP_CAPTURE) {
        len++;
    }
    /* the builder's strings move when one is added */
    begin->text = semr_view(apr_pmemdup(pool, text.p, len), len);
}

static int begins_with(semr_view_t text, semr_view_t head)
{
    return head.len <= text.len &&
           (head.len == 0 || memcmp(text.p, head.p, head.len) == 0);
}

/* The longest other entry, before this one, that its text begins with */
static apr_uint32_t find_parent(const semr_image_begin_t *begins,
                                const beginning_t *const *of, apr_uint32_t i)
{
    apr_uint32_t parent = i - 1;

    if (i == 0 || of[parent]->subject != of[i]->subject ||
        of[parent]->host != of[i]->host) {
        return SEMR_NO_PARENT;
    }
    while (parent != SEMR_NO_PARENT &&
           !begins_with(of[i]->text, of[parent]->text)) {
        parent = begins[parent].parent;
    }
    return parent;
}

static void write_begins(semr_freeze_t *f, const beginning_t *all,
                         apr_uint32_t count, apr_pool_t *pool)
{
    const beginning_t **of = apr_palloc(pool, count * sizeof(*of));
    apr_uint32_t i, n = 0, subject = 0;
    semr_image_begin_t *begin = NULL;

    for (i = 0; i < count; i++) {
        if (i == 0 || all[i].subject != all[i - 1].subject ||
            all[i].host != all[i - 1].host ||
            by_text(all[i].text, all[i - 1].text) != 0) {
            while (subject <= all[i].subject) {
                f->builder->header.begins_at[subject++] = n;
            }
            begin = semr_bytes_add(&f->begins, sizeof(*begin));
            of[n] = all + i;
            begin->host = all[i].host;
            begin->text = semr_builder_add_string(f->builder, all[i].text);
            begin->parent = find_parent(
                SEMR_BYTES_AT(f->begins, semr_image_begin_t), of, n);
            begin->members = i;
            n++;
        }
        begin->count++;
        *(apr_uint32_t *)semr_bytes_add(&f->members, sizeof(apr_uint32_t)) =
            all[i].pattern;
    }
    while (subject <= SEMR_SUBJECTS) {
        f->builder->header.begins_at[subject++] = n;
    }
}

/* -- all of it ------------------------------------------------------------- */

static int same_place(const placed_t *a, const placed_t *b)
{
    return a->group == b->group && a->fold == b->fold && a->host == b->host &&
           a->text == b->text;
}

/* A place of patterns: the rules that ask for no query stand at its node, the
 * others below it. */
static void add_pattern(semr_freeze_t *f, const placed_t *places,
                        apr_size_t count, apr_pool_t *pool)
{
    apr_uint32_t number =
        (apr_uint32_t)SEMR_BYTES_COUNT(f->patterns, semr_image_pattern_t);
    apr_uint64_t key = semr_key_place(number, SEMR_KEY_PATTERN, 0, 0);
    apr_uint32_t *rules = apr_palloc(pool, count * sizeof(*rules)), below = 0;
    semr_image_pattern_t *pattern;
    apr_size_t i, n = 0;

    for (i = 0; i < count; i++) {
        const semr_pattern_rule_t *rule = places[i].rule;

        if (SEMR_BYTES_AT(f->builder->extras, semr_image_extra_t)[rule->extra]
                .nparams) {
            semr_builder_put(
                f->builder,
                semr_builder_query_key(f->builder, key, rule->extra, &below),
                rule->at, 0);
        }
        else {
            rules[n++] = rule->at;
        }
    }
    pattern = semr_bytes_add(&f->patterns, sizeof(*pattern));
    pattern->rule = places->rule->at;
    pattern->group = places->group;
    pattern->node = semr_freeze_node(f, rules, n, below);
}

void semr_freeze_patterns(semr_freeze_t *f, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    placed_t *places;
    beginning_t *begins;
    apr_uint32_t i, k, n = 0;
    apr_uint32_t count = (apr_uint32_t)SEMR_BYTES_COUNT(f->builder->patterns,
                                                        semr_pattern_rule_t);

    if (!count) {
        return;
    }
    apr_pool_create(&scratch, pool);
    places = sorted_places(f, count, scratch);
    begins = apr_palloc(scratch, count * sizeof(*begins));
    for (i = 0; i < count; i = k) {
        for (k = i + 1; k < count && same_place(places + i, places + k); k++) {
        }
        find_beginning(f, places + i, scratch, begins + n);
        begins[n].pattern = n;
        add_pattern(f, places + i, k - i, scratch);
        n++;
    }
    qsort(begins, n, sizeof(*begins), by_beginning);
    write_begins(f, begins, n, scratch);
    apr_pool_destroy(scratch);
}
