/* SPDX-License-Identifier: Apache-2.0
 * The run directory: where a child puts the images that it builds.
 *
 * It is made by the parent, belongs to the user that children run as, and goes
 * with the configuration.  Root makes and removes it, and never reads a file
 * in it: what is there, a child wrote.  Names in it are flat.
 */
#ifndef SEMR_MAP_DIR_H
#define SEMR_MAP_DIR_H

#include <httpd.h>

/* Makes it, and removes those that dead servers have left.  Returns its path,
 * which lives in pconf; NULL: it cannot be made, which was logged. */
const char *semr_map_dir_make(apr_pool_t *pconf, server_rec *main);

/* The file of a map's generation in dir, in pool. */
const char *semr_map_dir_file(apr_pool_t *pool, const char *dir, int map,
                              apr_uint64_t generation);

/* Removes what a child that was killed has left in dir: all files but those of
 * the maps' generations that are in place. */
void semr_map_dir_sweep(const char *dir, int maps);

#endif
