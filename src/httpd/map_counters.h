/* SPDX-License-Identifier: Apache-2.0
 * Counters of maps: two banks each, in turn by generation.
 */
#ifndef SEMR_MAP_COUNTERS_H
#define SEMR_MAP_COUNTERS_H

#include "map.h"

/* Makes the banks of all maps, and carries over what their first versions
 * counted before.  If it fails, hits of maps are not counted. */
apr_status_t semr_map_counters_share(semr_map_version_t **versions);

/* The counters of a map in a generation of it. */
semr_counters_t semr_map_counters(const semr_map_t *map,
                                  apr_uint64_t generation);

/* In the child that watches: before a generation is published, and behind
 * that, when nobody waits any more; it carries over what the one before has
 * counted to the rules of image.  In between that is told by no page. */
void semr_map_counters_begin(const semr_map_t *map, apr_uint64_t generation);
void semr_map_counters_move(const semr_map_t *map, apr_uint64_t generation,
                            const semr_image_t *image);

/* In a child that takes over from one that may have been in between. */
void semr_map_counters_take_over(const semr_map_t *map);

/* In it, when nobody counts for the generation before any more. */
void semr_map_counters_tidy(const semr_map_t *map);

/* In any process: folds what was counted for generations that are not in
 * force. */
void semr_map_counters_settle(void);

#endif
