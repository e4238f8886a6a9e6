/* SPDX-License-Identifier: Apache-2.0
 * URLs that were met, as hashes of 64 bits: eight bytes each, twice that at
 * most, and a million of them meet by chance once in 37 million runs.
 */
#ifndef SEMR_CLI_VERIFY_SEEN_H
#define SEMR_CLI_VERIFY_SEEN_H

#include <apr_pools.h>

typedef struct verify_seen_t {
    apr_uint64_t *slots; /* 0 is free; freed with the pool */
    apr_size_t room;     /* a power of two */
    apr_size_t count;
} verify_seen_t;

/* NULL: no memory */
verify_seen_t *verify_seen_create(apr_pool_t *pool);

/* 1: it is new, and was added; 0: it was met before; -1: no memory. */
int verify_seen_add(verify_seen_t *seen, apr_uint64_t hash);

#endif
