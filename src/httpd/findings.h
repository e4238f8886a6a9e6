/* SPDX-License-Identifier: Apache-2.0
 * Findings about the rules of a configuration: when they are looked for, and
 * where they are told.
 *
 * `apachectl -t` tells them on standard error.  When httpd starts, the parent
 * looks, unless that would hold it up; then, and when maps have changed, the
 * child that watches them does.  Each server's rules are checked with what it
 * inherits, each section's with those of its server.
 */
#ifndef SEMR_FINDINGS_H
#define SEMR_FINDINGS_H

#include "config.h"
#include "report.h"

/* SemanticRedirectFindings off CODE ... */
const char *semr_findings_set(cmd_parms *cmd, void *conf, int argc,
                              char *const argv[]);

/* For `apachectl -t`, once all is frozen and the maps are read. */
void semr_findings_test(server_rec *main);

/* For post_config, likewise; watched: a child will call semr_findings_follow.
 */
void semr_findings_start(apr_pool_t *pconf, server_rec *main, int watched);

/* Looks again if the maps that this process answers by are others. */
void semr_findings_follow(server_rec *main);

/* What is known of a server's rules and of those that it inherits, in pool;
 * NULL: nobody has looked yet. */
const semr_report_t *semr_findings_of(const server_rec *server,
                                      apr_pool_t *pool);

#endif
