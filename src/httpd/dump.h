/* SPDX-License-Identifier: Apache-2.0
 * apachectl -t -D DUMP_SEMREDIRECT
 */
#ifndef SEMR_DUMP_H
#define SEMR_DUMP_H

#include <httpd.h>

#define SEMR_DUMP_DEFINE "DUMP_SEMREDIRECT"

/* Prints the rules in effect of each server, all of which are frozen, on
 * standard output. */
void semr_dump(apr_pool_t *pconf, server_rec *main);

#endif
