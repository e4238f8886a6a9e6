/* SPDX-License-Identifier: Apache-2.0
 * The table of findings, read.
 */
#include <string.h>

#include <apr_cstr.h>

#include "finding.h"

static const struct {
    semr_severity_t severity;
    const char *code, *name, *what, *mend;
} table[] = {
#define X(id, number, severity, name, what, mend)                              \
    [SEMR_FINDING_##id] = {SEMR_##severity, "SEMR" #number, name, what, mend},
    SEMR_FINDINGS(X)
#undef X
};

const char *semr_finding_code(semr_finding_id_t id)
{
    return table[id].code;
}

const char *semr_finding_name(semr_finding_id_t id)
{
    return table[id].name;
}

const char *semr_finding_what(semr_finding_id_t id)
{
    return table[id].what;
}

const char *semr_finding_mend(semr_finding_id_t id)
{
    return table[id].mend;
}

semr_severity_t semr_finding_severity(semr_finding_id_t id)
{
    return table[id].severity;
}

const char *semr_severity_name(semr_severity_t severity)
{
    static const char *const names[] = {[SEMR_ERROR] = "error",
                                        [SEMR_WARNING] = "warning",
                                        [SEMR_INFO] = "info"};

    return names[severity];
}

int semr_finding_parse(semr_view_t code)
{
    int id;

    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        if (strlen(table[id].code) == code.len &&
            apr_cstr_casecmpn(table[id].code, code.p, code.len) == 0) {
            return id;
        }
    }
    return -1;
}
