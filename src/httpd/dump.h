/* SPDX-License-Identifier: Apache-2.0
 * apachectl -t -D DUMP_SEMREDIRECT
 */
#ifndef SEMR_DUMP_H
#define SEMR_DUMP_H

#include <httpd.h>

#define SEMR_DUMP_DEFINE "DUMP_SEMREDIRECT"

/* Prints the rules in effect of each server on standard output, if
 * DUMP_SEMREDIRECT is defined; a hook of test_config. */
void semr_dump(apr_pool_t *pconf, server_rec *main);

#endif
