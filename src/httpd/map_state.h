/* SPDX-License-Identifier: Apache-2.0
 * What all processes know of the maps: a block of shared memory.
 *
 * There is one writer at a time: the parent while it starts, then the child
 * that watches the maps.  It may be killed at any moment: a reader never sees
 * half of what it wrote, and never waits for it.
 */
#ifndef SEMR_MAP_STATE_H
#define SEMR_MAP_STATE_H

#include <apr_pools.h>
#include <apr_time.h>

/* By what a version of a file is known; times in ns since 1970. */
typedef struct semr_map_identity_t {
    apr_uint64_t device, inode, size;
    apr_int64_t modified, changed;
} semr_map_identity_t;

enum { SEMR_MAP_ERROR_MAX = 512 };

/* All members are 8 bytes, or a multiple: they are copied by words. */
typedef struct semr_map_state_t {
    /* of the rules in force */
    apr_uint64_t generation; /* 0: built at start */
    apr_uint64_t rows, bad;  /* rows read; of these, rows left out */
    apr_uint64_t rules, bytes;
    apr_uint64_t expects; /* lines of expectations */
    apr_time_t built;
    apr_interval_time_t took;
    semr_map_identity_t source;
    /* of what went wrong since */
    semr_map_identity_t refused; /* the version that was refused last */
    apr_time_t failed;           /* when; 0: nothing is wrong */
    char error[SEMR_MAP_ERROR_MAX];
} semr_map_state_t;

/* Makes room for so many maps; it goes with pconf.  If it fails, there is room
 * all the same, but each process has its own. */
apr_status_t semr_map_state_share(apr_pool_t *pconf, int maps);

void semr_map_state_read(int map, semr_map_state_t *state);
void semr_map_state_write(int map, const semr_map_state_t *state);

/* Says that the map's file of that generation is in place. */
void semr_map_state_publish(int map, apr_uint64_t generation);

/* The generation of a map that is in place; 0: what was built at start. */
apr_uint64_t semr_map_state_generation(int map);

/* That its counters are being carried to the next generation, which is not
 * published yet; whoever takes over says that they are not. */
void semr_map_state_set_carried(int map, int is_carried);
int semr_map_state_is_carried(int map);

/* Moves whenever something is published. */
apr_uint64_t semr_map_state_news(void);

/* Makes it move. */
void semr_map_state_announce(void);

int semr_map_identity_equal(const semr_map_identity_t *a,
                            const semr_map_identity_t *b);

#endif
