/* SPDX-License-Identifier: Apache-2.0
 * The versions of all maps by which this process answers now.
 *
 * A snapshot is made whole, put in place by one store, and only read from then
 * on: a request enters, loads the pointer once, and leaves.  The parent makes
 * the first one, which children inherit.  In each child the thread of a
 * watchdog follows what is published, and destroys what it replaced when the
 * last reader has left; so no request waits for anything.
 */
#ifndef SEMR_MAP_SNAPSHOT_H
#define SEMR_MAP_SNAPSHOT_H

#include "map.h"

typedef struct semr_snapshot_t {
    semr_map_version_t **versions; /* by map */
    semr_sets_t *views;            /* by the scope's view */
    apr_pool_t *pool;              /* which it is in */
    /* once it was replaced */
    apr_uint64_t retired;
    semr_map_version_t *dying; /* versions that nobody has any more, then */
    struct semr_snapshot_t *next;
} semr_snapshot_t;

/* Begins with these versions, by map; dir is the run directory, NULL: none.
 * They go with pconf. */
void semr_snapshot_start(apr_pool_t *pconf, semr_map_version_t **versions,
                         const char *dir);

/* What is read between these two stays; neither ever waits. */
const semr_snapshot_t *semr_snapshot_enter(apr_uint32_t *ticket);
void semr_snapshot_leave(apr_uint32_t ticket);

/* What a scope asks; a snapshot is only needed if it has maps. */
const semr_sets_t *semr_snapshot_sets(const semr_snapshot_t *snapshot,
                                      const semr_scope_t *scope);

/* In a child, before it serves: takes what is published by now. */
void semr_snapshot_child(server_rec *main);

/* In one thread of a child: takes what was published since, and destroys what
 * nobody reads any more.  pool is for the call. */
void semr_snapshot_follow(server_rec *main, apr_pool_t *pool);

/* In the parent: gives back what no child will inherit any more. */
void semr_snapshot_give_back(void);

#endif
