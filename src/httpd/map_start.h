/* SPDX-License-Identifier: Apache-2.0
 * The maps of a configuration, from the start on: what hooks call.
 */
#ifndef SEMR_MAP_START_H
#define SEMR_MAP_START_H

#include <httpd.h>

/* For check_config: finds the maps, and for `apachectl -t` reads them all; OK
 * or !OK. */
int semr_map_check(apr_pool_t *pconf, apr_pool_t *ptemp);

/* For post_config, when all scopes are frozen: builds the maps, and has them
 * watched; returns whether they are.  A map that is wrong or missing is logged,
 * and stops nobody. */
int semr_map_start(apr_pool_t *pconf, server_rec *main);

/* The same for those who only want to list the rules. */
void semr_map_start_listing(apr_pool_t *pconf, server_rec *main);

/* The hooks child_init and monitor. */
void semr_map_register_hooks(void);

#endif
