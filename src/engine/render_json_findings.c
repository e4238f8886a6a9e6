/* SPDX-License-Identifier: Apache-2.0
 * Findings as JSON.
 */
#include "render_json_parts.h"

static json_t *places(const semr_report_t *report, semr_finding_id_t id,
                      int most, apr_pool_t *pool, int *failed)
{
    json_t *list = json_array();
    int i;

    for (i = 0; most && i < report->findings->nelts; i++) {
        const semr_finding_t *finding =
            &APR_ARRAY_IDX(report->findings, i, semr_finding_t);
        json_t *place;

        if (finding->id != id) {
            continue;
        }
        most--;
        place = json_object();
        *failed |=
            semr_json_set(place, "file", semr_json_string(pool, finding->file));
        *failed |=
            semr_json_set(place, "line", semr_json_number(finding->line));
        *failed |= semr_json_set(place, "other_file",
                                 semr_json_string(pool, finding->other_file));
        *failed |= semr_json_set(place, "other_line",
                                 finding->other_file
                                     ? semr_json_number(finding->other_line)
                                     : json_null());
        *failed |=
            semr_json_set(place, "text", semr_json_string(pool, finding->text));
        *failed |= json_array_append_new(list, place);
    }
    return list;
}

/* Of many findings, fewer of each code are told: the page is bounded, and
 * shall have rules too. */
static int places_most(const semr_out_t *out, const semr_render_model_t *model)
{
    apr_size_t written = semr_out_written(out), room = model->most / 4;

    if (model->view == SEMR_RENDER_FINDINGS) {
        room *= 2;
    }
    if (!model->most || written < room) {
        return SEMR_REPORT_MOST;
    }
    return written < room + model->most / 8 ? 5 : 1;
}

/* A line for each code that was found */
void semr_json_findings(semr_out_t *out, const semr_render_model_t *model,
                        apr_pool_t *pool)
{
    const char *checked =
        model->report ? semr_render_time(pool, model->checked) : NULL;
    int id, failed, lines = 0;

    semr_out_printf(out, pool, ",\n\"findings_checked\":%s%s%s",
                    checked ? "\"" : "", checked ? checked : "null",
                    checked ? "\"" : "");
    semr_out_puts(out, ",\n\"findings\":[");
    for (id = 0; model->report && id < SEMR_FINDING_COUNT; id++) {
        semr_finding_id_t which = (semr_finding_id_t)id;
        json_t *object;

        if (!model->report->counts[id]) {
            continue;
        }
        object = json_object();
        failed = semr_json_set(
            object, "code", semr_json_string(pool, semr_finding_code(which)));
        failed |= semr_json_set(
            object, "name", semr_json_string(pool, semr_finding_name(which)));
        failed |= semr_json_set(
            object, "severity",
            semr_json_string(pool,
                             semr_severity_name(semr_finding_severity(which))));
        failed |= semr_json_set(object, "count",
                                semr_json_number(model->report->counts[id]));
        failed |= semr_json_set(
            object, "what", semr_json_string(pool, semr_finding_what(which)));
        failed |= semr_json_set(
            object, "mend", semr_json_string(pool, semr_finding_mend(which)));
        failed |= semr_json_set(object, "first",
                                places(model->report, which,
                                       places_most(out, model), pool, &failed));
        semr_out_puts(out, lines++ ? ",\n" : "\n");
        semr_json_write(out, object, failed, 0);
    }
    semr_out_puts(out, lines ? "\n]" : "]");
}
