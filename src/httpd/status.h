/* SPDX-License-Identifier: Apache-2.0
 * The handler of the status page.
 */
#ifndef SEMR_STATUS_H
#define SEMR_STATUS_H

#include <httpd.h>

#define SEMR_STATUS_HANDLER "semredirect-status"

/* Answers GET and HEAD where SetHandler says semredirect-status. */
int semr_status_handler(request_rec *r);

#endif
