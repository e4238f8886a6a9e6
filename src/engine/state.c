/* SPDX-License-Identifier: Apache-2.0
 * Sections in memory, as they are in the file.
 */
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "state_parts.h"

static const char magic[8] = "semr\r\n\x1a"; /* and its zero */

enum { VERSION = 1, ORDER = 0x01020304, ALIGN = 8, TAG = 4 };

typedef struct header_t {
    char magic[sizeof(magic)];
    apr_uint32_t version;
    apr_uint32_t order;
    apr_uint64_t len; /* of what follows, */
    apr_uint64_t checksum;
} header_t;

typedef struct section_t {
    char tag[TAG];
    apr_uint32_t unused;
    apr_uint64_t len; /* of what follows, which fills up to ALIGN */
} section_t;

/* -- writing --------------------------------------------------------------- */

static apr_status_t free_bytes(void *data)
{
    free(((semr_state_t *)data)->bytes);
    return APR_SUCCESS;
}

static void append(semr_state_t *state, const void *bytes, apr_size_t len)
{
    if (state->room - state->len < len) {
        apr_size_t room = 2 * (state->room + len);
        char *more = state->failed ? NULL : realloc(state->bytes, room);

        if (!more) {
            state->failed = 1;
            return;
        }
        state->bytes = more;
        state->room = room;
    }
    if (len) {
        memcpy(state->bytes + state->len, bytes, len);
        state->len += len;
    }
}

static apr_size_t filling(apr_size_t len)
{
    return (ALIGN - len % ALIGN) % ALIGN;
}

static void end_section(semr_state_t *state)
{
    static const char zeroes[ALIGN];

    if (state->section && !state->failed) {
        section_t *section = (section_t *)(state->bytes + state->section);

        section->len = state->len - state->section - sizeof(*section);
        append(state, zeroes, filling((apr_size_t)section->len));
    }
}

semr_state_t *semr_state_create(apr_pool_t *pool)
{
    semr_state_t *state = apr_pcalloc(pool, sizeof(*state));
    header_t header;

    memset(&header, 0, sizeof(header));
    state->pool = pool;
    apr_pool_cleanup_register(pool, state, free_bytes, apr_pool_cleanup_null);
    append(state, &header, sizeof(header));
    return state;
}

void semr_state_begin(semr_state_t *state, const char *tag)
{
    section_t section;

    end_section(state);
    state->section = state->len;
    memset(&section, 0, sizeof(section));
    memcpy(section.tag, tag, TAG);
    append(state, &section, sizeof(section));
}

void semr_state_add(semr_state_t *state, const void *bytes, apr_size_t len)
{
    append(state, bytes, len);
}

void semr_state_seal(semr_state_t *state)
{
    header_t *header;

    end_section(state);
    state->section = 0;
    if (state->failed) {
        return;
    }
    header = (header_t *)state->bytes;
    memcpy(header->magic, magic, sizeof(magic));
    header->version = VERSION;
    header->order = ORDER;
    header->len = state->len - sizeof(*header);
    header->checksum = XXH3_64bits(header + 1, (apr_size_t)header->len);
}

/* -- reading --------------------------------------------------------------- */

/* The section at an offset, if it is whole; *next is behind it. */
static const section_t *section_at(const semr_state_t *state, apr_size_t at,
                                   apr_size_t *next)
{
    const section_t *section = (const section_t *)(state->bytes + at);
    apr_size_t left = state->len - at;

    if (left < sizeof(*section) || section->len > left - sizeof(*section) ||
        filling((apr_size_t)section->len) >
            left - sizeof(*section) - section->len) {
        return NULL;
    }
    *next = at + sizeof(*section) + (apr_size_t)section->len +
            filling((apr_size_t)section->len);
    return section;
}

static const char *fault(const semr_state_t *state)
{
    const header_t *header = (const header_t *)state->bytes;
    apr_size_t at = sizeof(*header);

    if (state->len < sizeof(*header) ||
        memcmp(header->magic, magic, sizeof(magic))) {
        return "it is none of this module's";
    }
    if (header->order != ORDER) {
        return "a machine with another byte order wrote it";
    }
    if (header->version != VERSION) {
        return "another version of this module wrote it";
    }
    if (header->len != state->len - sizeof(*header)) {
        return "it is cut off, or has more than it should";
    }
    if (header->checksum != XXH3_64bits(header + 1, (apr_size_t)header->len)) {
        return "it is damaged: its checksum is wrong";
    }
    while (at < state->len) {
        if (!section_at(state, at, &at)) {
            return "it is damaged: a section goes beyond its end";
        }
    }
    return NULL;
}

apr_status_t semr_state_open(semr_state_t **opened, const void *bytes,
                             apr_size_t len, apr_pool_t *pool,
                             semr_diag_t *diag)
{
    semr_state_t *state = apr_pcalloc(pool, sizeof(*state));
    const char *why;

    state->pool = pool;
    state->bytes = (char *)(apr_uintptr_t)bytes;
    state->len = len;
    why = fault(state);
    if (why) {
        return semr_diag_set(diag, pool, "%s", why);
    }
    *opened = state;
    return APR_SUCCESS;
}

const void *semr_state_find(const semr_state_t *state, const char *tag,
                            apr_size_t *len)
{
    apr_size_t at = sizeof(header_t);

    while (at < state->len) {
        const section_t *section = section_at(state, at, &at);

        if (!memcmp(section->tag, tag, TAG)) {
            *len = (apr_size_t)section->len;
            return section + 1;
        }
    }
    return NULL;
}
