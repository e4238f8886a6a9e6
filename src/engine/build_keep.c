/* SPDX-License-Identifier: Apache-2.0
 * What the builder keeps things in: bytes that grow, sets of what is known,
 * strings.
 */
#include <stdlib.h>
#include <string.h>

#include "build_parts.h"

char *semr_bytes_reserve(semr_bytes_t *bytes, apr_size_t len)
{
    apr_size_t room;
    char *p;

    if (bytes->room - bytes->len >= len) {
        return bytes->p + bytes->len;
    }
    room = bytes->room * 2 > 256 ? bytes->room * 2 : 256;
    if (room < bytes->len + len) {
        room = bytes->len + len;
    }
    p = realloc(bytes->p, room);
    if (!p) {
        abort(); /* as APR's pools do in httpd */
    }
    bytes->p = p;
    bytes->room = room;
    return p + bytes->len;
}

void *semr_bytes_add(semr_bytes_t *bytes, apr_size_t len)
{
    char *p = semr_bytes_reserve(bytes, len);

    memset(p, 0, len);
    bytes->len += len;
    return p;
}

/* -- what is known ----------------------------------------------------------
 */

static semr_known_slot_t *free_slot(semr_known_slot_t *slots, apr_size_t mask,
                                    apr_uint32_t tag)
{
    apr_size_t i = tag & mask;

    while (slots[i].number) {
        i = (i + 1) & mask;
    }
    return slots + i;
}

static void grow(semr_known_t *known)
{
    semr_bytes_t old = known->slots;
    apr_size_t count = SEMR_BYTES_COUNT(old, semr_known_slot_t);
    apr_size_t room = count ? count * 2 : 16, i;
    const semr_known_slot_t *slots = SEMR_BYTES_AT(old, semr_known_slot_t);

    memset(&known->slots, 0, sizeof(known->slots));
    semr_bytes_add(&known->slots, room * sizeof(*slots));
    for (i = 0; i < count; i++) {
        if (slots[i].number) {
            *free_slot(SEMR_BYTES_AT(known->slots, semr_known_slot_t), room - 1,
                       slots[i].tag) = slots[i];
        }
    }
    free(old.p);
}

semr_known_slot_t *semr_known_find(semr_known_t *known, apr_uint64_t hash,
                                   semr_known_same_t *same, const void *thing)
{
    apr_uint32_t tag = (apr_uint32_t)hash ^ (apr_uint32_t)(hash >> 32);
    semr_known_slot_t *slots;
    apr_size_t mask, i;

    if (known->used * 2 >= SEMR_BYTES_COUNT(known->slots, semr_known_slot_t)) {
        grow(known);
    }
    slots = SEMR_BYTES_AT(known->slots, semr_known_slot_t);
    mask = SEMR_BYTES_COUNT(known->slots, semr_known_slot_t) - 1;
    for (i = tag & mask; slots[i].number; i = (i + 1) & mask) {
        if (slots[i].tag == tag && same(thing, slots[i].number - 1)) {
            return slots + i;
        }
    }
    slots[i].tag = tag;
    known->used++;
    return slots + i;
}

apr_uint32_t semr_known(semr_known_t *known, apr_uint64_t hash,
                        apr_uint32_t number, semr_known_same_t *same,
                        const void *thing)
{
    semr_known_slot_t *slot = semr_known_find(known, hash, same, thing);

    if (!slot->number) {
        slot->number = number + 1;
    }
    return slot->number - 1;
}

/* -- strings ----------------------------------------------------------------
 */

apr_uint32_t semr_builder_add_string(semr_builder_t *builder, semr_view_t text)
{
    apr_size_t at = builder->strings.len;
    unsigned char *p;

    if (text.len == 0) {
        return 0;
    }
    p = (unsigned char *)semr_bytes_reserve(&builder->strings,
                                            SEMR_VARINT_MAX + text.len);
    p = semr_varint_put(p, (apr_uint32_t)text.len);
    memcpy(p, text.p, text.len);
    builder->strings.len =
        (apr_size_t)((char *)p - builder->strings.p) + text.len;
    return (apr_uint32_t)at;
}

typedef struct sought_t {
    const semr_builder_t *builder;
    semr_view_t text;
} sought_t;

static int same_string(const void *thing, apr_uint32_t offset)
{
    const sought_t *sought = thing;

    return semr_view_equal(sought->text,
                           semr_builder_string(sought->builder, offset));
}

apr_uint32_t semr_builder_keep_string(semr_builder_t *builder, semr_view_t text)
{
    sought_t sought = {builder, text};
    apr_uint32_t at = (apr_uint32_t)builder->strings.len, known;

    if (text.len == 0) {
        return 0;
    }
    known = semr_known(&builder->known_strings, semr_key_bytes(text), at,
                       same_string, &sought);
    return known == at ? semr_builder_add_string(builder, text) : known;
}

/* -- heads ------------------------------------------------------------------
 */

/* A head that was seen is kept when it comes again: many are those of one rule
 * alone, and would take more room than they save. */
#define SEEN_ONCE 0xfffffffeu

static int same_head(const void *thing, apr_uint32_t offset)
{
    return offset == SEEN_ONCE || same_string(thing, offset);
}

/* The string of a head, or 0 if it comes for the first time */
static apr_uint32_t known_head(semr_builder_t *builder, semr_view_t head)
{
    sought_t sought = {builder, head};
    semr_known_slot_t *slot = semr_known_find(
        &builder->known_heads, semr_key_bytes(head), same_head, &sought);

    if (!slot->number) {
        slot->number = SEEN_ONCE + 1;
        return 0;
    }
    if (slot->number == SEEN_ONCE + 1) {
        slot->number = semr_builder_add_string(builder, head) + 1;
    }
    return slot->number - 1;
}

apr_uint32_t semr_builder_keep_head(semr_builder_t *builder, semr_view_t text,
                                    apr_size_t least, apr_size_t *len)
{
    enum { TRIES = 3 }; /* so many directories up */
    apr_size_t end = text.len;
    int tries;

    for (tries = 0; tries < TRIES && end > least; tries++) {
        const char *slash = memrchr(text.p + least, '/', end - least);
        apr_uint32_t head;

        if (!slash || slash == text.p + least) {
            break;
        }
        end = (apr_size_t)(slash - text.p);
        head = known_head(builder, semr_view(text.p, end));
        if (head) {
            *len = end;
            return head;
        }
    }
    *len = least;
    return semr_builder_keep_string(builder, semr_view(text.p, least));
}
