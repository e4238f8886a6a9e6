/* SPDX-License-Identifier: Apache-2.0
 * A virtual host as expectations ask it; private to expecting*.c.
 */
#ifndef SEMR_EXPECTING_PARTS_H
#define SEMR_EXPECTING_PARTS_H

#include "expect.h"
#include "map_snapshot.h"

typedef struct semr_expecting_host_t semr_expecting_host_t;

/* Those whose directives name the map, of semr_expecting_host_t *, in pool,
 * for as long as snapshot is entered.  set: the map's rules; NULL: those of
 * snapshot. */
const apr_array_header_t *semr_expecting_hosts(const semr_map_t *map,
                                               const semr_ruleset_t *set,
                                               const semr_snapshot_t *snapshot,
                                               apr_pool_t *pool);

/* Whether nothing is to be expected: it, or the map, is at the stage off. */
int semr_expecting_host_is_off(const semr_expecting_host_t *host);

/* Whether the URL names a host that is this one. */
int semr_expecting_host_is_named(const semr_expecting_host_t *host,
                                 const semr_expect_t *expect);

/* As semr_expect_ask. */
semr_expect_end_t semr_expecting_host_ask(semr_expecting_host_t *host,
                                          const semr_expect_t *expect,
                                          apr_pool_t *pool, const char **got);

/* Its name and port. */
const char *semr_expecting_host_label(const semr_expecting_host_t *host,
                                      apr_pool_t *pool);

#endif
