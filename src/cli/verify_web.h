/* SPDX-License-Identifier: Apache-2.0
 * Requests to the server, as libcurl's multi interface sends them.
 *
 * Whatever host a URL names, its request goes to --against, with that name as
 * its Host and, by https, in its handshake; unless it is to go elsewhere, which
 * then gets neither --header nor --user.  Redirects are not followed, and of a
 * body no more is read than comes with its first few KB.
 */
#ifndef SEMR_CLI_VERIFY_WEB_H
#define SEMR_CLI_VERIFY_WEB_H

#include <apr_time.h>

#include "verify.h"

typedef struct verify_web_t verify_web_t;

/* The URL of --against, into plan; 0, and has said why, if it is none. */
int verify_web_against(verify_plan_t *plan, const char *url);

/* NULL, and has said why, if curl cannot; it ends with cli->pool. */
verify_web_t *verify_web_create(const verify_plan_t *plan);

/* Sends a request in a slot, 0 to connections - 1, that is free.  Returns 0 if
 * it cannot even begin. */
int verify_web_send(verify_web_t *web, int slot, const char *method,
                    const char *url, int elsewhere);

/* The slot of a request that has ended, and its reply, in pool of that slot:
 * pools has one for each.  -1: there is none. */
int verify_web_next(verify_web_t *web, apr_pool_t *const *pools,
                    verify_reply_t *reply, int *may_retry);

/* Works until something happens, or as long as given. */
void verify_web_wait(verify_web_t *web, apr_interval_time_t most);

/* Where Location leads from url, without its fragment; NULL: nowhere that is
 * http or https.  *ours: it is on a host that --against serves, by its scheme
 * and port.  from: what was asked. */
const char *verify_web_follow(const verify_plan_t *plan, const char *url,
                              const char *location, const char *from, int *ours,
                              apr_pool_t *pool);

#endif
