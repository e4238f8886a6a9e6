/* SPDX-License-Identifier: Apache-2.0
 * A finding: something about a rule that its author ought to know.
 *
 * Findings never stop anything.  lint.h makes them, report.h keeps the first
 * of each, docs/findings.md explains each code.
 */
#ifndef SEMR_FINDING_H
#define SEMR_FINDING_H

#include "finding_table.h"
#include "vocabulary.h"

typedef enum semr_severity_t {
    SEMR_ERROR,   /* something breaks */
    SEMR_WARNING, /* something is likely not meant */
    SEMR_INFO,    /* good to know */
    SEMR_SEVERITIES
} semr_severity_t;

typedef enum semr_finding_id_t {
#define X(id, number, severity, name, what, mend) SEMR_FINDING_##id,
    SEMR_FINDINGS(X)
#undef X
        SEMR_FINDING_COUNT
} semr_finding_id_t;

typedef struct semr_finding_t {
    semr_finding_id_t id;
    int set;             /* of the rule, in the space that was checked */
    apr_uint32_t number; /* of the rule, in its set */
    const char *file;    /* where it stands; "" if nobody knows */
    unsigned line;
    const char *other_file; /* the other rule that it is about; NULL: none */
    unsigned other_line;
    const char *text; /* one sentence: this rule's words, and the cause */
} semr_finding_t;

/* Of the table, all static: "SEMR101", "loop", what happens, the mend. */
const char *semr_finding_code(semr_finding_id_t id);
const char *semr_finding_name(semr_finding_id_t id);
const char *semr_finding_what(semr_finding_id_t id);
const char *semr_finding_mend(semr_finding_id_t id);
semr_severity_t semr_finding_severity(semr_finding_id_t id);

/* "error", "warning", "info" */
const char *semr_severity_name(semr_severity_t severity);

/* The id of a code, whatever its case, or -1. */
int semr_finding_parse(semr_view_t code);

#endif
