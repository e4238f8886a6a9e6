/* SPDX-License-Identifier: Apache-2.0
 * A version of a map: the rules that it held at a time, as one process has
 * them.
 *
 * It owns its memory, a pool without a parent, so that any one thread may make
 * it and any one thread may destroy it.  Between that it is only read.  What a
 * child inherits of the parent's is destroyed in each of them by itself.
 */
#ifndef SEMR_MAP_VERSION_H
#define SEMR_MAP_VERSION_H

#include "lookup.h"

typedef struct semr_map_version_t {
    apr_uint64_t generation; /* 0: what was built at start */
    semr_ruleset_t set;
    apr_pool_t *pool;                /* which it is in */
    struct semr_map_version_t *next; /* of those that are retired together */
} semr_map_version_t;

/* A pool without a parent and with an allocator of its own, which gives all
 * memory back when it is destroyed. */
apr_pool_t *semr_map_version_pool(void);

/* Makes a version of an image, in the pool that the image is in, which it owns
 * from now on.  NULL, and why in diag: the pool is destroyed. */
semr_map_version_t *semr_map_version_open(apr_pool_t *pool,
                                          const semr_image_t *image,
                                          apr_uint64_t generation,
                                          semr_diag_t *diag,
                                          apr_pool_t *diag_pool);

/* A version without rules. */
semr_map_version_t *semr_map_version_empty(apr_uint64_t generation);

/* Has malloc take large blocks from the system, and give them back, each by
 * itself, as it does at first: it gets less and less willing to, and would
 * keep most of what a build needs.  For the process that builds again and
 * again. */
void semr_map_version_tidy(void);

/* Gives memory that was used to make one, and is free again, back to the
 * system. */
void semr_map_version_trim(void);

void semr_map_version_destroy(semr_map_version_t *version);

#endif
