/* SPDX-License-Identifier: Apache-2.0
 * Expectations of maps: what rules shall answer, asked where they serve.
 *
 * They are asked in each virtual host whose directive names the map, of all
 * rules there, and never kept: whoever asks reads them from the file again.
 * `apachectl -t` fails if one does.  A start tells it, and serves; a new
 * version of a map that fails its own is not published.
 */
#ifndef SEMR_EXPECTING_H
#define SEMR_EXPECTING_H

#include <httpd.h>

#include "map_build.h"

typedef struct semr_expected_t {
    apr_uint64_t asked, failed;
    apr_array_header_t *failures; /* of semr_mapfile_told_t: the first */
    apr_array_header_t *notices;  /* likewise: what nobody knows */
} semr_expected_t;

/* For `apachectl -t`, once all is frozen and the maps are read; OK or !OK. */
int semr_expecting_test(server_rec *main);

/* For post_config, likewise; watched: a child will call semr_expecting_follow,
 * which asks what would hold up the start. */
void semr_expecting_start(server_rec *main, int watched);
void semr_expecting_follow(server_rec *main);

/* Asks the expectations of a version of map that was built, and is not
 * published.  Returns APR_SUCCESS, whatever fails; APR_EAGAIN if the file is
 * another one by now; else a status.  Unless it succeeds, why is in diag. */
apr_status_t semr_expecting_judge(const semr_map_t *map,
                                  const semr_map_built_t *built,
                                  apr_pool_t *pool, semr_expected_t *expected,
                                  semr_diag_t *diag);

#endif
