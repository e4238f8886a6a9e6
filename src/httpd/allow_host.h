/* SPDX-License-Identifier: Apache-2.0
 * SemanticRedirectAllowHost: the hosts that a TO may name.
 *
 * The directive may stand behind the rules, so in configuration files each
 * scope notes the hosts of its TOs, and they are checked when all is read.
 */
#ifndef SEMR_ALLOW_HOST_H
#define SEMR_ALLOW_HOST_H

#include "config.h"

/* The directive. */
const char *semr_allow_host_set(cmd_parms *cmd, void *conf, const char *word);

/* Notes the host of a rule's TO, which has one, once a scope. */
void semr_allow_host_note(cmd_parms *cmd, semr_scope_t *scope,
                          const semr_rule_t *rule);

/* Why a rule's TO is refused, where names are the hosts that it may name (NULL:
 * any); NULL: it is not. */
const char *semr_allow_host_why(apr_pool_t *pool,
                                const apr_array_header_t *names,
                                const semr_rule_t *rule);

/* Checks all that was noted, and logs what is refused; OK or !OK. */
int semr_allow_host_check(apr_pool_t *pool);

/* For a rule of an .htaccess, by when all is read: why it is refused, or NULL.
 */
const char *semr_allow_host_refuses(cmd_parms *cmd, const semr_rule_t *rule);

#endif
