/* SPDX-License-Identifier: Apache-2.0
 * Maps that change while httpd runs.
 *
 * One child of all watches the sources: it looks at them, builds a new version
 * aside, and publishes it: a file in the run directory, and a generation in
 * shared memory.  If it is killed, another takes over where it was.  In every
 * child a second thread follows what is published.
 */
#ifndef SEMR_MAP_WATCH_H
#define SEMR_MAP_WATCH_H

#include <httpd.h>

/* Whether this httpd has mod_watchdog; if not, that is logged. */
int semr_map_watch_possible(server_rec *main);

/* Asks mod_watchdog to look at the maps every so many seconds. */
apr_status_t semr_map_watch_start(apr_pool_t *pconf, server_rec *main,
                                  const char *dir, int refresh);

#endif
