/* SPDX-License-Identifier: Apache-2.0
 * The view of findings: for each code what happens, the mend, and the places.
 */
#include <apr_strings.h>

#include "render_html_parts.h"

typedef struct findings_t {
    semr_out_t *out;
    apr_pool_t *pool;
    const semr_report_t *report;
} findings_t;

static const semr_finding_t *finding_at(const findings_t *findings, int i)
{
    return &APR_ARRAY_IDX(findings->report->findings, i, semr_finding_t);
}

/* "2 errors, 1 warning, 3 infos" */
static const char *summary(const findings_t *findings)
{
    const char *text = "";
    int i;

    for (i = 0; i < SEMR_SEVERITIES; i++) {
        const char *name = semr_severity_name((semr_severity_t)i);
        apr_uint64_t count =
            semr_report_count(findings->report, (semr_severity_t)i);

        if (count) {
            text =
                apr_pstrcat(findings->pool, text, *text ? ", " : "",
                            semr_render_counted(
                                findings->pool, count, name,
                                apr_pstrcat(findings->pool, name, "s", NULL)),
                            NULL);
        }
    }
    return text;
}

/* The place leads to its rule. */
static void put_place(const findings_t *findings, const semr_finding_t *finding)
{
    semr_out_t *out = findings->out;
    semr_view_t file = {finding->file, strlen(finding->file)};

    semr_out_puts(out, "<li>");
    if (*finding->file) {
        semr_out_printf(out, findings->pool,
                        "<a href=\"?view=rules&amp;file=%s"
                        "&amp;line=%u\">",
                        semr_render_query_value(findings->pool, file),
                        finding->line);
        semr_render_put_code(out, apr_psprintf(findings->pool, "%s:%u",
                                               finding->file, finding->line));
        semr_out_puts(out, "</a> ");
    }
    semr_render_put(out, finding->text);
    semr_out_puts(out, "</li>\n");
}

/* The places of one code: those of the array from first to end */
static void put_places(const findings_t *findings, int first, int end,
                       apr_uint64_t count)
{
    apr_uint64_t kept = (apr_uint64_t)(end - first);
    semr_out_t *out = findings->out;
    int i;

    semr_out_puts(out, "<ul>\n");
    for (i = first; i < end; i++) {
        put_place(findings, finding_at(findings, i));
    }
    if (count > kept) {
        semr_out_printf(out, findings->pool, "<li>%s%s more</li>\n",
                        kept ? "and " : "",
                        semr_render_grouped(findings->pool, count - kept));
    }
    semr_out_puts(out, "</ul>\n");
}

static void put_code(const findings_t *findings, semr_finding_id_t id,
                     int first, int end)
{
    semr_out_t *out = findings->out;
    apr_uint64_t count = findings->report->counts[id];
    const char *severity = semr_severity_name(semr_finding_severity(id));

    semr_out_printf(out, findings->pool,
                    "<tr class=\"is-%s\" id=\"%s\"><th class=\"severity\" "
                    "scope=\"row\"><b class=\"grade\">%s</b>"
                    "<div class=\"more\">%s %s</div></th>\n"
                    "<td class=\"says\"><b>",
                    severity, semr_finding_code(id), severity,
                    semr_finding_code(id), semr_finding_name(id));
    semr_render_put(out, semr_finding_what(id));
    semr_out_puts(out, "</b> ");
    semr_render_put(out, semr_finding_mend(id));
    semr_out_puts(out, "\n");
    put_places(findings, first, end, count);
    semr_out_printf(out, findings->pool,
                    "</td><td class=\"count\" data-h=\"Rules\">%s</td></tr>\n",
                    semr_render_grouped(findings->pool, count));
}

/* All codes of a severity; *at goes through the findings, which are in the same
 * order.  A server may have no room for the places of a code. */
static void put_severity(const findings_t *findings, semr_severity_t severity,
                         int *at)
{
    int id, first, count = findings->report->findings->nelts;

    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        if (semr_finding_severity((semr_finding_id_t)id) != severity ||
            !findings->report->counts[id]) {
            continue;
        }
        for (first = *at;
             *at < count && (int)finding_at(findings, *at)->id == id; ++*at) {
        }
        put_code(findings, (semr_finding_id_t)id, first, *at);
    }
}

static void put_table(const findings_t *findings)
{
    semr_out_t *out = findings->out;
    int which, at = 0;

    semr_out_printf(out, findings->pool,
                    "<table class=\"findings\"><caption>%s</caption>\n"
                    "<thead><tr><th scope=\"col\">Severity</th>"
                    "<th scope=\"col\">What happens, and the mend</th>"
                    "<th class=\"count\" scope=\"col\">Rules</th>"
                    "</tr></thead>\n<tbody>\n",
                    summary(findings));
    for (which = 0; which < SEMR_SEVERITIES; which++) {
        put_severity(findings, (semr_severity_t)which, &at);
    }
    semr_out_puts(out, "</tbody></table>\n");
}

void semr_render_html_findings(semr_out_t *out,
                               const semr_render_model_t *model,
                               apr_pool_t *pool)
{
    findings_t findings = {out, pool, model->report};

    semr_out_puts(out, "<section aria-labelledby=\"findings\">\n"
                       "<h2 id=\"findings\">Findings</h2>\n");
    if (!model->report) {
        semr_out_puts(out, "<p class=\"rest\">The rules have not been looked "
                           "over yet: findings come in a moment.</p>\n");
    }
    else if (!*summary(&findings)) {
        semr_out_puts(out, "<p class=\"good\">Nothing was found.</p>\n");
    }
    else {
        put_table(&findings);
    }
    if (model->checked) {
        semr_out_puts(out, "<p class=\"rest\">The rules were looked over ");
        semr_render_put_ago(out, pool, model->checked, model->now);
        semr_out_puts(out, ".</p>\n");
    }
    semr_out_puts(out, "</section>\n");
}
