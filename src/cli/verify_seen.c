/* SPDX-License-Identifier: Apache-2.0
 * URLs that were met: open addressing, at most half full.
 */
#include <stdlib.h>

#include "verify_seen.h"

enum { FIRST_ROOM = 1024 };

static apr_status_t release(void *baton)
{
    free(((verify_seen_t *)baton)->slots);
    return APR_SUCCESS;
}

verify_seen_t *verify_seen_create(apr_pool_t *pool)
{
    verify_seen_t *seen = apr_pcalloc(pool, sizeof(*seen));

    seen->room = FIRST_ROOM;
    seen->slots = calloc(seen->room, sizeof(*seen->slots));
    apr_pool_cleanup_register(pool, seen, release, apr_pool_cleanup_null);
    return seen->slots ? seen : NULL;
}

/* Where hash is, or would go */
static apr_uint64_t *place(apr_uint64_t *slots, apr_size_t room,
                           apr_uint64_t hash)
{
    apr_size_t i = hash & (room - 1);

    while (slots[i] && slots[i] != hash) {
        i = (i + 1) & (room - 1);
    }
    return slots + i;
}

static int grow(verify_seen_t *seen)
{
    apr_size_t room = 2 * seen->room, i;
    apr_uint64_t *slots = calloc(room, sizeof(*slots));

    if (!slots) {
        return 0;
    }
    for (i = 0; i < seen->room; i++) {
        if (seen->slots[i]) {
            *place(slots, room, seen->slots[i]) = seen->slots[i];
        }
    }
    free(seen->slots);
    seen->slots = slots;
    seen->room = room;
    return 1;
}

int verify_seen_add(verify_seen_t *seen, apr_uint64_t hash)
{
    apr_uint64_t *slot;

    hash += !hash;
    slot = place(seen->slots, seen->room, hash);
    if (*slot) {
        return 0;
    }
    if (2 * (seen->count + 1) > seen->room) {
        if (!grow(seen)) {
            return -1;
        }
        slot = place(seen->slots, seen->room, hash);
    }
    *slot = hash;
    seen->count++;
    return 1;
}
