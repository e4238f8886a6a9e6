/* SPDX-License-Identifier: Apache-2.0
 * The URLs that have been told, by 64 bits of each: a table with open places.
 */
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "diff.h"

enum { FIRST_ROOM = 1024 };

static int put(diff_seen_t *seen, apr_uint64_t hash)
{
    apr_size_t at = hash & (seen->room - 1);

    while (seen->hashes[at] && seen->hashes[at] != hash) {
        at = (at + 1) & (seen->room - 1);
    }
    if (seen->hashes[at]) {
        return 0;
    }
    seen->hashes[at] = hash;
    seen->count++;
    return 1;
}

/* Without memory the table stays as it is; one place is always free. */
static int grow(diff_seen_t *seen)
{
    diff_seen_t more = {NULL, seen->room ? 2 * seen->room : FIRST_ROOM, 0};
    apr_size_t i;

    more.hashes = calloc(more.room, sizeof(*more.hashes));
    if (!more.hashes) {
        return seen->count + 1 < seen->room;
    }
    for (i = 0; i < seen->room; i++) {
        if (seen->hashes[i]) {
            put(&more, seen->hashes[i]);
        }
    }
    free(seen->hashes);
    *seen = more;
    return 1;
}

int diff_see(diff_seen_t *seen, const char *url)
{
    apr_uint64_t hash = XXH3_64bits(url, strlen(url));

    if (2 * (seen->count + 1) > seen->room && !grow(seen)) {
        return 1;
    }
    return put(seen, hash ? hash : 1);
}

void diff_forget(diff_seen_t *seen)
{
    free(seen->hashes);
    memset(seen, 0, sizeof(*seen));
}
