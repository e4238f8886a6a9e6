/* SPDX-License-Identifier: Apache-2.0
 * The image's hash tables: keys, sorted, into slots.
 */
#include <stdlib.h>
#include <string.h>

#include "freeze_parts.h"

/* -- sorting by key -------------------------------------------------------- */

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* Moves entries to out in the order of the digit at shift, else as they were.
 */
static void sort_digit(const semr_entry_t *entries, apr_size_t count, int shift,
                       semr_entry_t *out)
{
    apr_size_t at[DIGITS + 1] = {0};
    apr_size_t i;

    for (i = 0; i < count; i++) {
        at[(entries[i].key >> shift & (DIGITS - 1)) + 1]++;
    }
    for (i = 1; i < DIGITS; i++) {
        at[i] += at[i - 1];
    }
    for (i = 0; i < count; i++) {
        out[at[entries[i].key >> shift & (DIGITS - 1)]++] = entries[i];
    }
}

/* Sorts what the digits did not look at: hardly ever anything. */
static void sort_ties(semr_entry_t *entries, apr_size_t count)
{
    apr_size_t i, k;

    for (i = 1; i < count; i++) {
        semr_entry_t entry = entries[i];

        for (k = i; k > 0 && entries[k - 1].key > entry.key; k--) {
            entries[k] = entries[k - 1];
        }
        entries[k] = entry;
    }
}

/* Sorts by key, and entries of one key as they were put: by the top of the key
 * first, for keys are hashes and rarely agree there. */
static void sort_entries(semr_bytes_t *bytes)
{
    enum { TOP = 64 - 3 * DIGIT_BITS };
    apr_size_t count = SEMR_BYTES_COUNT(*bytes, semr_entry_t);
    semr_bytes_t other = {NULL, 0, 0};
    semr_entry_t *entries = SEMR_BYTES_AT(*bytes, semr_entry_t), *scratch;

    if (count < DIGITS / 8) {
        sort_ties(entries, count);
        return;
    }
    scratch = semr_bytes_add(&other, bytes->len);
    sort_digit(entries, count, TOP, scratch);
    sort_digit(scratch, count, TOP + DIGIT_BITS, entries);
    sort_digit(entries, count, TOP + 2 * DIGIT_BITS, scratch);
    sort_ties(scratch, count);
    free(bytes->p);
    *bytes = other;
}

/* -- slots ----------------------------------------------------------------- */

/* Slots are filled in the order of their keys, each at the place where the
 * search for it begins or at the next that is free. */
typedef struct table_t {
    semr_bytes_t *slots;
    apr_size_t homes;
} table_t;

static void add_slot(table_t *table, apr_uint64_t key, apr_uint32_t node)
{
    apr_size_t home = semr_key_slot(key, table->homes);
    apr_size_t count = SEMR_BYTES_COUNT(*table->slots, semr_image_slot_t);
    semr_image_slot_t *slot;

    if (count < home) {
        semr_bytes_add(table->slots, (home - count) * sizeof(*slot));
    }
    slot = semr_bytes_add(table->slots, sizeof(*slot));
    slot->tag = semr_key_tag(key);
    slot->node = node;
}

/* Up to the last home, and one that is free behind the last that is not. */
static void close_table(table_t *table)
{
    apr_size_t count = SEMR_BYTES_COUNT(*table->slots, semr_image_slot_t);
    apr_size_t want = count < table->homes ? table->homes : count;

    semr_bytes_add(table->slots,
                   (want - count + 1) * sizeof(semr_image_slot_t));
}

/* -- places ---------------------------------------------------------------- */

static int same_params(const semr_freeze_t *f, apr_uint32_t a, apr_uint32_t b)
{
    const semr_image_extra_t *extras =
        SEMR_BYTES_AT(f->builder->extras, semr_image_extra_t);
    const semr_image_extra_t *x = extras + a, *y = extras + b;
    const semr_image_param_t *params =
        SEMR_BYTES_AT(f->builder->params, semr_image_param_t);
    apr_uint32_t i;

    if (x->nparams != y->nparams) {
        return 0;
    }
    for (i = 0; i < x->nparams; i++) {
        const semr_image_param_t *p = params + x->params + i;
        const semr_image_param_t *q = params + y->params + i;

        if (p->name != q->name || p->value != q->value ||
            (p->capture < 0) != (q->capture < 0)) {
            return 0;
        }
    }
    return 1;
}

/* Whether two texts in two pieces each are the same */
static int same_pieces(semr_view_t a, semr_view_t a_rest, semr_view_t b,
                       semr_view_t b_rest)
{
    apr_size_t more;

    if (a.len + a_rest.len != b.len + b_rest.len) {
        return 0;
    }
    if (a.len > b.len) {
        return same_pieces(b, b_rest, a, a_rest);
    }
    more = b.len - a.len;
    return memcmp(a.p, b.p, a.len) == 0 &&
           memcmp(a_rest.p, b.p + a.len, more) == 0 &&
           memcmp(a_rest.p + more, b_rest.p, b_rest.len) == 0;
}

/* Strings that are kept once are equal if their offsets are. */
static int same_place(const semr_freeze_t *f, const semr_image_rule_t *x,
                      const semr_image_rule_t *y)
{
    const semr_image_policy_t *p = semr_freeze_policy(f, x->policy);
    const semr_image_policy_t *q = semr_freeze_policy(f, y->policy);

    return p->kind == q->kind && p->host == q->host &&
           ((p->flags ^ q->flags) & (SEMR_FOLD | SEMR_STAR)) == 0 &&
           same_pieces(x->from, x->from_rest, y->from, y->from_rest) &&
           same_params(f, x->extra, y->extra);
}

/* Takes the rules of the first entry's place out of entries, and returns how
 * many entries are left: those of other places, whose keys collide. */
static apr_size_t take_place(semr_freeze_t *f, semr_entry_t *entries,
                             apr_size_t count, semr_bytes_t *rules)
{
    semr_image_rule_t first, rule;
    apr_size_t i, left = 0;

    rules->len = 0;
    semr_builder_rule(f->builder, entries->at, &first);
    for (i = 0; i < count; i++) {
        semr_builder_rule(f->builder, entries[i].at, &rule);
        if (same_place(f, &first, &rule)) {
            *(apr_uint32_t *)semr_bytes_add(rules, sizeof(apr_uint32_t)) =
                entries[i].at;
        }
        else {
            entries[left++] = entries[i];
        }
    }
    return left;
}

/* Puts all that one key leads to, where that is more than one rule. */
static void put_key(semr_freeze_t *f, table_t *table, semr_entry_t *entries,
                    apr_size_t count)
{
    semr_bytes_t rules = {NULL, 0, 0};
    apr_uint64_t key = entries->key;
    apr_uint32_t below = 0;
    apr_size_t i, left = 0;

    for (i = 0; i < count; i++) {
        if (entries[i].at == SEMR_NO_RULE) {
            below |= entries[i].below;
        }
        else {
            entries[left++] = entries[i];
        }
    }
    do {
        if (left) {
            left = take_place(f, entries, left, &rules);
        }
        add_slot(table, key,
                 semr_freeze_node(f, SEMR_BYTES_AT(rules, apr_uint32_t),
                                  SEMR_BYTES_COUNT(rules, apr_uint32_t),
                                  below));
        below = 0;
    } while (left);
    free(rules.p);
}

void semr_freeze_slots(semr_freeze_t *f)
{
    semr_bytes_t *bytes = &f->builder->entries;
    apr_size_t i, k, count = SEMR_BYTES_COUNT(*bytes, semr_entry_t);
    semr_entry_t *entries;
    table_t table;

    table.slots = &f->slots;
    table.homes = f->builder->header.homes = count + count / 2 + 1;
    semr_bytes_reserve(&f->slots,
                       (table.homes + 64) * sizeof(semr_image_slot_t));
    sort_entries(bytes);
    entries = SEMR_BYTES_AT(*bytes, semr_entry_t);
    for (i = 0; i < count; i = k) {
        for (k = i + 1; k < count && entries[k].key == entries[i].key; k++) {
        }
        if (k == i + 1 && entries[i].at != SEMR_NO_RULE) {
            add_slot(&table, entries[i].key, entries[i].at + 1);
        }
        else {
            put_key(f, &table, entries + i, k - i);
        }
    }
    close_table(&table);
    free(bytes->p);
    memset(bytes, 0, sizeof(*bytes));
}

void semr_freeze_hosts(semr_freeze_t *f)
{
    const semr_image_host_t *hosts =
        SEMR_BYTES_AT(f->builder->hosts, semr_image_host_t);
    apr_size_t i,
        count = SEMR_BYTES_COUNT(f->builder->hosts, semr_image_host_t);
    const semr_entry_t *entry;
    table_t table;

    for (i = 1; i < count; i++) {
        semr_view_t name = semr_builder_string(f->builder, hosts[i].name);

        semr_builder_put(f->builder,
                         semr_key_place(semr_key_bytes(name), SEMR_KEY_HOST,
                                        hosts[i].wild != 0, 0),
                         (apr_uint32_t)i, 0);
    }
    table.slots = &f->host_slots;
    table.homes = f->builder->header.host_homes = count + count / 2;
    sort_entries(&f->builder->entries);
    entry = SEMR_BYTES_AT(f->builder->entries, semr_entry_t);
    for (i = 1; i < count; i++, entry++) {
        add_slot(&table, entry->key, entry->at + 1);
    }
    close_table(&table);
}
