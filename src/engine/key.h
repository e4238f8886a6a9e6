/* SPDX-License-Identifier: Apache-2.0
 * Keys of the image's hash table; the builder and the lookup share them.
 *
 * A place is where rules meet a request: an exact path, or the path before a
 * slash star, on a host or on any.  Below it there may be places for a query:
 * one step for each parameter that a rule asks for.  Keys may collide; who
 * finds a run compares its rule.
 */
#ifndef SEMR_KEY_H
#define SEMR_KEY_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "layout.h"

/* What sort of place it is; a pattern is found by its beginning, not by key */
enum { SEMR_KEY_EXACT, SEMR_KEY_PREFIX, SEMR_KEY_PATTERN, SEMR_KEY_HOST };

static inline apr_uint64_t semr_key_bytes(semr_view_t bytes)
{
    return XXH3_64bits(bytes.p, bytes.len);
}

/* sort, case and host go on top of the hash of the path, so that one hash
 * serves all of them. */
static inline apr_uint64_t semr_key_place(apr_uint64_t path, int sort, int fold,
                                          apr_uint32_t host)
{
    static const apr_uint64_t salts[4][2] = {
        {0, 0x9e3779b97f4a7c15u},
        {0xd1b54a32d192ed03u, 0xaef17502108ef2d9u},
        {0x8cb92ba72f3d8dd7u, 0xd6e8feb86659fd93u},
        {0xe7037ed1a0b428dbu, 0xa0761d6478bd642fu}};

    return path ^ salts[sort][fold] ^ (host * 0xbf58476d1ce4e5b9u);
}

static inline apr_uint64_t semr_key_literal(apr_uint64_t place,
                                            semr_view_t name, semr_view_t value)
{
    return XXH3_64bits_withSeed(value.p, value.len,
                                XXH3_64bits_withSeed(name.p, name.len, place));
}

static inline apr_uint64_t semr_key_capture(apr_uint64_t place,
                                            semr_view_t name)
{
    return XXH3_64bits_withSeed(name.p, name.len, ~place);
}

/* The slot where the search for a key begins, among so many homes.  It goes on
 * from slot to slot up to a free one or a greater tag, for slots stand in the
 * order of their keys. */
static inline apr_size_t semr_key_slot(apr_uint64_t key, apr_uint64_t homes)
{
    return (apr_size_t)(((key >> 32) * homes) >> 32);
}

static inline apr_uint32_t semr_key_tag(apr_uint64_t key)
{
    return (apr_uint32_t)(key >> 32);
}

#endif
