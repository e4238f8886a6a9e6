/* SPDX-License-Identifier: Apache-2.0
 * A map's file -> an image.
 *
 * The file may be written, truncated, replaced or gone at any time: it is read
 * as a stream, never mapped, and what was read counts only if the file was the
 * same before and after.  All memory is the caller's pools'.
 */
#ifndef SEMR_MAP_BUILD_H
#define SEMR_MAP_BUILD_H

#include "map.h"
#include "map_state.h"
#include "mapfile.h"

enum {
    SEMR_BUILD_CHECK = 1, /* only look whether it is right: no image */
    SEMR_BUILD_STOP = 2   /* give up when httpd's child is to stop: APR_EINTR */
};

typedef struct semr_map_built_t {
    const semr_image_t *image;  /* NULL: none was asked for */
    semr_map_identity_t source; /* of what was read */
    apr_uint64_t rows, bad;
    apr_uint64_t expects; /* lines of expectations; unless it was read for a
                             start, those that are wrong are bad rows */
    int open_end; /* the last row has no line end: it may go on growing */
    apr_array_header_t *problems; /* of semr_mapfile_told_t: the first of bad */
    apr_array_header_t *notices;  /* likewise */
    apr_interval_time_t took;
} semr_map_built_t;

/* What a file is now.  Returns APR_SUCCESS if it is a regular one; else a
 * status, and why in diag. */
apr_status_t semr_map_look(const char *path, semr_map_identity_t *identity,
                           apr_pool_t *pool, semr_diag_t *diag);

/* Reads map.  The image goes into image_pool, the rest into pool.  Returns
 * APR_SUCCESS, bad rows or not; APR_EAGAIN if the file changed meanwhile; else
 * a status; and unless it succeeds, why in diag. */
apr_status_t semr_map_build(const semr_map_t *map, int flags,
                            apr_pool_t *image_pool, apr_pool_t *pool,
                            semr_map_built_t *built, semr_diag_t *diag);

/* Reads a text map's expectations alone; take gets each, with baton.  Returns
 * as semr_map_build does, or what take returned, if not APR_EINVAL. */
apr_status_t semr_map_read_expects(const semr_map_t *map, int flags,
                                   semr_mapfile_expect_t *take, void *baton,
                                   apr_pool_t *pool, semr_map_built_t *built,
                                   semr_diag_t *diag);

/* What shall be known of it. */
void semr_map_built_describe(const semr_map_built_t *built,
                             semr_map_state_t *state);

/* Logs what is to be noticed of the rows that were read. */
void semr_map_built_notices(const semr_map_built_t *built,
                            const semr_map_t *map, server_rec *main);

/* Says that builds with SEMR_BUILD_STOP shall end. */
void semr_map_build_stop(void);

#endif
