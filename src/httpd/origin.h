/* SPDX-License-Identifier: Apache-2.0
 * Scheme, host and port that a client asked for.
 */
#ifndef SEMR_ORIGIN_H
#define SEMR_ORIGIN_H

#include <httpd.h>

#include "request.h"

/* Sets https, host and port of request.  Behind a proxy that is trusted,
 * HTTPS=on says what the client spoke. */
void semr_origin_find(request_rec *r, semr_request_t *request);

/* The host that was asked for, as it stands in a URL. */
const char *semr_origin_host(const request_rec *r);

/* Whether that is a name of the virtual host which answers. */
int semr_origin_is_ours(request_rec *r);

#endif
