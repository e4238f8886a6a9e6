/* SPDX-License-Identifier: Apache-2.0
 * What <Location> sections say of a path that nobody has asked for yet: the
 * stage and the max-ages there, for a hop of a chain.
 *
 * httpd merges sections for the URL of the request only.
 */
#ifndef SEMR_PLACE_H
#define SEMR_PLACE_H

#include <httpd.h>

#include "config.h"
#include "judge.h"

/* To be called when the configuration is read: finds the sections of each
 * server that say something of ours. */
void semr_place_find_all(apr_pool_t *pconf, server_rec *main);

/* Sets stage and max_age of judge to those at the path of its request; baton is
 * the request_rec whose server it is. */
void semr_place_scope(void *baton, semr_judge_t *judge);

/* The same for who has no request_rec; there may be no sections. */
void semr_place_scope_in(const server_rec *server, semr_judge_t *judge,
                         apr_pool_t *pool);

#endif
