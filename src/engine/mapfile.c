/* SPDX-License-Identifier: Apache-2.0
 * A map's text -> rules.
 */
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "mapfile.h"

semr_mapfile_format_t semr_mapfile_format(const char *name)
{
    apr_size_t len = strlen(name);

    return len > 4 && (!strcasecmp(name + len - 4, ".csv") ||
                       !strcasecmp(name + len - 4, ".tsv"))
               ? SEMR_MAPFILE_CSV
               : SEMR_MAPFILE_TEXT;
}

static apr_status_t read_row(char *line, unsigned number, const char *name,
                             const semr_rule_defaults_t *defaults,
                             semr_mapfile_take_t *take, void *baton,
                             semr_mapfile_report_t *report, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    apr_status_t status;
    semr_diag_t diag;
    semr_rule_t rule;

    apr_pool_create(&scratch, pool);
    report->rows++;
    status = semr_rule_parse_with(&rule, scratch, line, 0, defaults, &diag);
    if (status == APR_SUCCESS) {
        rule.file = name;
        rule.line = number;
        status = take(baton, &rule);
    }
    else {
        report->bad++;
        if (report->problems->nelts < SEMR_MAPFILE_TOLD_MAX) {
            semr_mapfile_told_t *told = apr_array_push(report->problems);

            told->line = number;
            told->text = apr_pstrdup(pool, diag.text);
        }
        status = APR_SUCCESS;
    }
    apr_pool_destroy(scratch);
    return status;
}

apr_status_t semr_mapfile_read(const semr_mapfile_source_t *source,
                               semr_mapfile_format_t format, const char *name,
                               const semr_rule_defaults_t *defaults,
                               semr_mapfile_take_t *take, void *baton,
                               semr_mapfile_report_t *report, apr_pool_t *pool)
{
    char *line = apr_palloc(pool, 8000);
    apr_size_t len = 0, got = 1;
    unsigned number = 1;
    apr_status_t status = APR_SUCCESS;

    (void)format;
    memset(report, 0, sizeof(*report));
    report->problems = apr_array_make(pool, 4, sizeof(semr_mapfile_told_t));
    report->notices = apr_array_make(pool, 4, sizeof(semr_mapfile_told_t));
    while (got && status == APR_SUCCESS) {
        got = 1;
        status = source->read(source->baton, line + len, &got);
        report->bytes += got;
        if (got && line[len] != '\n') {
            len += len < 7900;
            continue;
        }
        report->open_end = !got && len;
        line[len] = '\0';
        if (len && *line != '#' && line[strspn(line, " \t\r")]) {
            status = read_row(line, number, name, defaults, take, baton, report,
                              pool);
        }
        len = 0;
        number++;
    }
    return status;
}
