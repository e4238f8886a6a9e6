/* SPDX-License-Identifier: Apache-2.0
 * The first findings of each code, in order.
 */
#include <stdlib.h>

#include <apr_strings.h>

#include "report.h"

semr_report_t *semr_report_create(apr_pool_t *pool)
{
    semr_report_t *report = apr_pcalloc(pool, sizeof(*report));

    report->pool = pool;
    report->findings = apr_array_make(pool, 16, sizeof(semr_finding_t));
    return report;
}

void semr_report_tell(void *baton, const semr_finding_t *finding)
{
    semr_report_t *report = baton;
    semr_finding_t *kept;

    if (report->kept[finding->id] == SEMR_REPORT_MOST) {
        return;
    }
    report->kept[finding->id]++;
    kept = apr_array_push(report->findings);
    *kept = *finding;
    kept->set += report->sets_before;
    if (kept->set >= report->sets) {
        report->sets = kept->set + 1;
    }
    kept->file = apr_pstrdup(report->pool, finding->file);
    kept->other_file = apr_pstrdup(report->pool, finding->other_file);
    kept->text = apr_pstrdup(report->pool, finding->text);
}

static int order(const void *a, const void *b)
{
    const semr_finding_t *x = a, *y = b;
    semr_severity_t sx = semr_finding_severity(x->id);
    semr_severity_t sy = semr_finding_severity(y->id);

    if (sx != sy) {
        return sx < sy ? -1 : 1;
    }
    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    if (x->set != y->set) {
        return x->set < y->set ? -1 : 1;
    }
    return (x->number > y->number) - (x->number < y->number);
}

void semr_report_finish(semr_report_t *report, const apr_uint64_t *counts)
{
    int id;

    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        report->counts[id] += counts[id];
    }
    report->sets_before = report->sets;
    qsort(report->findings->elts, (size_t)report->findings->nelts,
          sizeof(semr_finding_t), order);
}

apr_uint64_t semr_report_count(const semr_report_t *report,
                               semr_severity_t severity)
{
    apr_uint64_t count = 0;
    int id;

    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        if (semr_finding_severity((semr_finding_id_t)id) == severity) {
            count += report->counts[id];
        }
    }
    return count;
}
