/* SPDX-License-Identifier: Apache-2.0
 * The module record, by which httpd and our files find our configuration.
 */
#ifndef SEMR_MODULE_H
#define SEMR_MODULE_H

#include <http_config.h>

/* the one symbol that leaves the shared object */
extern __attribute__((visibility("default")))
module AP_MODULE_DECLARE_DATA semredirect_module;

#endif
