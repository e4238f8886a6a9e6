/* SPDX-License-Identifier: Apache-2.0
 * The image's hash tables: keys, sorted, into slots.
 */
#include <stdlib.h>

#include "freeze_parts.h"

void semr_freeze_start_ring(semr_freeze_t *f, apr_uint32_t rule)
{
    f->next[rule] = rule;
}

void semr_freeze_join_ring(semr_freeze_t *f, apr_uint32_t last,
                           apr_uint32_t rule)
{
    f->next[rule] = f->next[last];
    f->next[last] = rule;
}

void semr_freeze_put(semr_freeze_t *f, apr_uint64_t key, apr_uint32_t rule,
                     apr_uint32_t flag)
{
    semr_entry_t *entry = semr_bytes_add(&f->entries, sizeof(*entry));

    entry->key = key;
    entry->rule = rule;
    entry->flag = flag;
}

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

static semr_image_slot_t *add_slot(table_t *table, apr_uint64_t key)
{
    apr_size_t home = semr_key_slot(key, table->homes);
    apr_size_t count = SEMR_BYTES_COUNT(*table->slots, semr_image_slot_t);
    semr_image_slot_t *slot;

    if (count < home) {
        semr_bytes_add(table->slots, (home - count) * sizeof(*slot));
    }
    slot = semr_bytes_add(table->slots, sizeof(*slot));
    slot->tag = semr_key_tag(key);
    return slot;
}

/* Up to the last home, and one that is free behind the last that is not. */
static void close_table(table_t *table)
{
    apr_size_t count = SEMR_BYTES_COUNT(*table->slots, semr_image_slot_t);
    apr_size_t want = count < table->homes ? table->homes : count;

    semr_bytes_add(table->slots,
                   (want - count + 1) * sizeof(semr_image_slot_t));
}

static semr_image_slot_t *slot_at(const table_t *table, apr_size_t i)
{
    return SEMR_BYTES_AT(*table->slots, semr_image_slot_t) + i;
}

/* Puts a rule into the ring of its place, which is one of the slots from first
 * on, for these have its key; or into a new one, where keys collide. */
static void put_rule(semr_freeze_t *f, table_t *table, apr_size_t first,
                     const semr_entry_t *entry)
{
    apr_size_t last = SEMR_BYTES_COUNT(*table->slots, semr_image_slot_t);
    semr_image_slot_t *slot = NULL;
    apr_uint32_t other = 0;

    for (; first < last; first++) {
        slot = slot_at(table, first);
        other = slot->node & SEMR_NODE_RULE;
        if (!other || semr_freeze_same_place(f, other - 1, entry->rule)) {
            break;
        }
    }
    if (first == last) {
        slot = add_slot(table, entry->key);
        other = 0;
    }
    if (other) {
        semr_freeze_join_ring(f, other - 1, entry->rule);
    }
    else {
        semr_freeze_start_ring(f, entry->rule);
    }
    slot->node =
        (slot->node & ~(apr_uint32_t)SEMR_NODE_RULE) | (entry->rule + 1);
}

/* Puts all that one key leads to. */
static void put_key(semr_freeze_t *f, table_t *table,
                    const semr_entry_t *entries, apr_size_t count)
{
    apr_size_t first, i;

    add_slot(table, entries->key);
    first = SEMR_BYTES_COUNT(*table->slots, semr_image_slot_t) - 1;
    for (i = 0; i < count; i++) {
        if (entries[i].rule == SEMR_NO_RULE) {
            slot_at(table, first)->node |= entries[i].flag;
        }
        else {
            put_rule(f, table, first, entries + i);
        }
    }
}

void semr_freeze_slots(semr_freeze_t *f)
{
    apr_size_t i, k, count = SEMR_BYTES_COUNT(f->entries, semr_entry_t);
    const semr_entry_t *entries;
    table_t table;

    table.slots = &f->slots;
    table.homes = f->header.homes = count + count / 2 + 1;
    sort_entries(&f->entries);
    entries = SEMR_BYTES_AT(f->entries, semr_entry_t);
    for (i = 0; i < count; i = k) {
        for (k = i + 1; k < count && entries[k].key == entries[i].key; k++) {
        }
        put_key(f, &table, entries + i, k - i);
    }
    close_table(&table);
}

void semr_freeze_hosts(semr_freeze_t *f)
{
    const semr_image_host_t *hosts =
        SEMR_BYTES_AT(f->builder->hosts, semr_image_host_t);
    apr_size_t count = SEMR_BYTES_COUNT(f->builder->hosts, semr_image_host_t);
    const semr_entry_t *entry;
    table_t table;
    apr_size_t i;

    f->entries.len = 0;
    for (i = 1; i < count; i++) {
        semr_view_t name = semr_builder_string(f->builder, hosts[i].name);

        semr_freeze_put(f,
                        semr_key_place(semr_key_bytes(name), SEMR_KEY_HOST,
                                       hosts[i].wild != 0, 0),
                        (apr_uint32_t)i, 0);
    }
    table.slots = &f->host_slots;
    table.homes = f->header.host_homes = count + count / 2;
    sort_entries(&f->entries);
    entry = SEMR_BYTES_AT(f->entries, semr_entry_t);
    for (i = 1; i < count; i++, entry++) {
        add_slot(&table, entry->key)->node = entry->rule + 1;
    }
    close_table(&table);
}
