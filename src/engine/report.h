/* SPDX-License-Identifier: Apache-2.0
 * A report: the first findings of each code, and how many there are of all.
 *
 * It is what log, page and JSON show, so it is small whatever the number of
 * rules.  Its findings and their strings live in its pool.
 */
#ifndef SEMR_REPORT_H
#define SEMR_REPORT_H

#include <apr_tables.h>

#include "finding.h"

enum { SEMR_REPORT_MOST = 20 }; /* findings of one code that are kept */

typedef struct semr_report_t {
    apr_pool_t *pool;
    apr_array_header_t *findings; /* of semr_finding_t: by severity, code, rule;
                                     their sets are numbered over all checks */
    apr_uint64_t counts[SEMR_FINDING_COUNT]; /* also of those not kept */

    apr_uint32_t kept[SEMR_FINDING_COUNT];
    int sets, sets_before; /* seen in all checks; in those before this one */
} semr_report_t;

semr_report_t *semr_report_create(apr_pool_t *pool);

/* Takes a finding, as semr_lint_t's tell: baton is the report. */
void semr_report_tell(void *baton, const semr_finding_t *finding);

/* Ends a check: adds its counts, also of findings that it did not tell, and
 * sorts.  Another check may follow, of another virtual host. */
void semr_report_finish(semr_report_t *report, const apr_uint64_t *counts);

/* How many findings of a severity there are. */
apr_uint64_t semr_report_count(const semr_report_t *report,
                               semr_severity_t severity);

#endif
