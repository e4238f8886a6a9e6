/* SPDX-License-Identifier: Apache-2.0
 * What is never redirected, whatever rules say.
 */
#ifndef SEMR_EXEMPT_H
#define SEMR_EXEMPT_H

#include <httpd.h>

/* Whether the request's URL is not one that a client asked of this server as
 * its origin.  The target of an internal redirect is nobody's address that
 * could have moved. */
int semr_exempt_request(const request_rec *r);

/* Whether it is a CORS preflight (Fetch 3.2.2). */
int semr_exempt_is_preflight(const request_rec *r);

/* Whether the request is for the module's own page. */
int semr_exempt_status_page(request_rec *r);

#endif
