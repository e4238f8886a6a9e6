/* SPDX-License-Identifier: Apache-2.0
 * Checking a whole set of rules (DESIGN 4, Findings).
 *
 * Each rule is read once.  What its policy alone says was found out once for
 * all rules that have it.  Then the rule is asked for a URL of its own, its
 * witness, as a client would: rules that stand before it there may hide it, and
 * where its answer leads is walked.  So time is linear in the rules, and memory
 * is a byte a rule.
 *
 * Rules are judged as live would, whatever their stage, so that findings are
 * the same on a trial; what is off hides nothing and leads nowhere.
 */
#ifndef SEMR_LINT_H
#define SEMR_LINT_H

#include "lookup.h"
#include "report.h"

typedef struct semr_lint_t {
    /* set by the caller; what is 0 is not known, or the default */
    const semr_space_t *spaces; /* the first is checked; the others are what it
                                   inherits, and walked into */
    int nspaces;
    apr_int64_t now;            /* seconds since 1970 */
    const apr_int64_t *max_age; /* of the scope, by intent; NULL: defaults */
    int keeps_chains;           /* SemanticRedirectChains keep */
    int https;                  /* URLs of this server may be https */
    apr_port_t port;            /* that clients ask for */
    semr_view_t host;           /* the server's name, lower case */
    /* Whether an origin that a TO names is this server.  NULL: its host is
     * the server's name. */
    int (*is_ours)(void *baton, const semr_origin_t *origin);
    /* Whether a host's name is this server's, by http, https or both.  NULL: as
     * is_ours. */
    int (*is_our_name)(void *baton, semr_view_t host);
    void *ours_baton;
    const unsigned char *silenced; /* by id; NULL: none.  They do not count */
    apr_uint32_t most; /* findings of one id that are told; 0: all */
    /* Takes a finding, whose strings live during the call. */
    void (*tell)(void *baton, const semr_finding_t *finding);
    void *tell_baton;
    /* Notes that there is a finding about a rule of spaces[0], told or not.
     * NULL: nobody wants to know. */
    void (*mark)(void *baton, int set, apr_uint32_t number);
    void *mark_baton;

    /* set by the check: findings, told or not */
    apr_uint64_t counts[SEMR_FINDING_COUNT];
} semr_lint_t;

/* Checks all rules of spaces[0]; pool is for what it needs meanwhile. */
void semr_lint(semr_lint_t *lint, apr_pool_t *pool);

/* The same, told to a report, which it finishes: sets tell, tell_baton, most.
 */
void semr_lint_report(semr_lint_t *lint, semr_report_t *report,
                      apr_pool_t *pool);

#endif
