/* SPDX-License-Identifier: Apache-2.0
 * What the files of semredirect check share.
 *
 *     check.c         options, the check itself, the exit status
 *     check_tell.c    its result as lines, or as JSON
 *
 * A result is written as it is found: what it takes does not grow with the
 * findings.
 */
#ifndef SEMR_CLI_CHECK_PARTS_H
#define SEMR_CLI_CHECK_PARTS_H

#include "json_out.h"
#include "lint.h"
#include "rules.h"

typedef struct check_t {
    cli_t *cli;
    cli_rules_t rules;
    int all; /* each finding, not the first of a code */
    semr_severity_t fails_on;
    unsigned char silenced[SEMR_FINDING_COUNT];
    apr_uint64_t counts[SEMR_FINDING_COUNT]; /* told or not */

    /* of check_tell.c */
    cli_json_t json;
    apr_pool_t *each; /* cleared after each finding */
    apr_uint64_t told;
} check_t;

/* In this order: the rows that are wrong, each finding, the counts. */
void check_tell_rows(check_t *check);
void check_tell_finding(void *check, const semr_finding_t *finding);
void check_tell_counts(check_t *check);

/* Findings of a severity */
apr_uint64_t check_count(const check_t *check, semr_severity_t severity);

#endif
