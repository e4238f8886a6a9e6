/* SPDX-License-Identifier: Apache-2.0
 * What LogLevel semredirect:debug tells of a request: which rules were tried,
 * and the hops of a chain.
 */
#ifndef SEMR_DEBUG_H
#define SEMR_DEBUG_H

#include <httpd.h>

#include "walk.h"

void semr_debug_rule(request_rec *r, const semr_candidate_t *candidate,
                     const char *why);
void semr_debug_walk(request_rec *r, const semr_walk_t *walk);

#endif
