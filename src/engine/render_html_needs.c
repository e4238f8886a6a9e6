/* SPDX-License-Identifier: Apache-2.0
 * What needs the administrator: one list, most severe first; each entry is a
 * sentence, what it is about, and where to go on.
 */
#include <apr_strings.h>

#include "render_html_parts.h"

enum {
    CODES_SHOWN = 12, /* findings that have an entry each */
    PLACES_SHOWN = 3, /* places that an error names; a warning names one */
    DAY = 24 * 60 * 60
};

typedef struct needs_t {
    semr_out_t *out;
    apr_pool_t *pool;
    const semr_render_model_t *model;
    int entries;
    int codes;  /* of findings, shown */
    int hidden; /* and not */
} needs_t;

/* -- an entry -------------------------------------------------------------- */

static void begin(needs_t *needs, semr_severity_t severity)
{
    const char *name = semr_severity_name(severity);

    if (!needs->entries++) {
        semr_out_puts(needs->out, "<ol>\n");
    }
    semr_out_printf(needs->out, needs->pool,
                    "<li class=\"is-%s\"><b class=\"grade\">%s</b> ", name,
                    name);
}

/* Ends the sentence with a link, and the entry. */
static void end(const needs_t *needs, const char *href, const char *text)
{
    semr_out_puts(needs->out, " <a href=\"");
    semr_render_put(needs->out, href);
    semr_out_printf(needs->out, needs->pool, "\">%s</a></li>\n", text);
}

static const char *grouped(const needs_t *needs, apr_uint64_t count)
{
    return semr_render_grouped(needs->pool, count);
}

/* -- maps ------------------------------------------------------------------ */

static void put_failed_map(needs_t *needs, int i)
{
    const semr_render_map_t *map = needs->model->maps + i;

    begin(needs, SEMR_ERROR);
    semr_render_put_code(needs->out, map->source);
    semr_out_puts(needs->out, " failed to load");
    if (map->failed) {
        semr_out_puts(needs->out, " ");
        semr_render_put_ago(needs->out, needs->pool, map->failed,
                            needs->model->now);
    }
    semr_out_puts(needs->out, map->rules
                                  ? "; the rules built before stay in force."
                                  : "; none of its rules is in force.");
    end(needs, apr_psprintf(needs->pool, "#map-%d", i + 1), "See why");
}

static void put_left_out(needs_t *needs, int i)
{
    const semr_render_map_t *map = needs->model->maps + i;

    begin(needs, SEMR_ERROR);
    semr_out_puts(needs->out, semr_render_counted(needs->pool, map->left_out,
                                                  "row of ", "rows of "));
    semr_render_put_code(needs->out, map->source);
    semr_out_puts(needs->out, map->left_out == 1 ? " is wrong, and left out."
                                                 : " are wrong, and left out.");
    end(needs, apr_psprintf(needs->pool, "#map-%d", i + 1), "See the map");
}

static void put_maps(needs_t *needs)
{
    int i;

    for (i = 0; i < needs->model->nmaps; i++) {
        if (needs->model->maps[i].error) {
            put_failed_map(needs, i);
        }
        if (needs->model->maps[i].left_out) {
            put_left_out(needs, i);
        }
    }
}

/* -- findings -------------------------------------------------------------- */

static void put_places(const needs_t *needs, semr_finding_id_t id, int most)
{
    const apr_array_header_t *findings = needs->model->report->findings;
    int i;

    for (i = 0; i < findings->nelts && most; i++) {
        const semr_finding_t *finding =
            &APR_ARRAY_IDX(findings, i, semr_finding_t);

        if (finding->id == id) {
            semr_out_puts(needs->out, "<span class=\"more\">");
            semr_render_put(needs->out, finding->text);
            semr_out_puts(needs->out, "</span>");
            most--;
        }
    }
}

static void put_code(needs_t *needs, semr_finding_id_t id)
{
    semr_severity_t severity = semr_finding_severity(id);
    apr_uint64_t count = needs->model->report->counts[id];
    const char *link =
        apr_psprintf(needs->pool, "?view=findings#%s", semr_finding_code(id));

    begin(needs, severity);
    semr_render_put(needs->out, semr_finding_what(id));
    semr_out_puts(needs->out, " <a href=\"");
    semr_render_put(needs->out, link);
    semr_out_printf(needs->out, needs->pool, "\">%s%s%s</a>",
                    semr_finding_code(id), count > 1 ? ", " : "",
                    count > 1 ? apr_pstrcat(needs->pool, grouped(needs, count),
                                            " times", NULL)
                              : "");
    put_places(needs, id, severity == SEMR_ERROR ? PLACES_SHOWN : 1);
    semr_out_puts(needs->out, "</li>\n");
}

static void put_findings(needs_t *needs, semr_severity_t severity)
{
    int id;

    for (id = 0; needs->model->report && id < SEMR_FINDING_COUNT; id++) {
        if (semr_finding_severity((semr_finding_id_t)id) != severity ||
            !needs->model->report->counts[id]) {
            continue;
        }
        if (needs->codes == CODES_SHOWN) {
            needs->hidden++;
            continue;
        }
        needs->codes++;
        put_code(needs, (semr_finding_id_t)id);
    }
}

static void put_hidden(needs_t *needs)
{
    if (needs->hidden) {
        begin(needs, SEMR_WARNING);
        semr_out_printf(needs->out, needs->pool, "%d more kinds of findings.",
                        needs->hidden);
        end(needs, "?view=findings", "See all");
    }
}

/* What is good to know needs nobody at night: one line. */
static void put_infos(needs_t *needs)
{
    const semr_report_t *report = needs->model->report;
    apr_uint64_t count = report ? semr_report_count(report, SEMR_INFO) : 0;

    if (count) {
        begin(needs, SEMR_INFO);
        semr_out_printf(needs->out, needs->pool,
                        "%s good to know; nothing breaks.",
                        semr_render_counted(needs->pool, count, "finding is",
                                            "findings are"));
        end(needs, "?view=findings", "See them");
    }
}

/* -- rules ----------------------------------------------------------------- */

/* All rules of a host are off, or it only tries them: easily forgotten. */
static void put_stages(needs_t *needs, semr_severity_t severity)
{
    static const struct {
        semr_severity_t severity;
        const char *says, *link, *text;
    } stages[] = {
        [SEMR_OFF] = {SEMR_WARNING, "No rule answers: all of them are off.",
                      "?view=rules&stage=off", "See them"},
        [SEMR_OBSERVE] = {SEMR_INFO,
                          "No rule is sent: all of them are observed or off.",
                          "?view=rules&stage=observe", "See them"},
        [SEMR_TRIAL] = {SEMR_INFO,
                        "No rule is live yet: they are on trial at most.",
                        "?view=rules&stage=trial", "See them"},
    };
    int stage = SEMR_LIVE;

    while (stage > SEMR_OFF && !needs->model->rules[stage]) {
        stage--;
    }
    if (stage != SEMR_LIVE && needs->model->rules[stage] &&
        stages[stage].severity == severity) {
        begin(needs, severity);
        semr_out_puts(needs->out, stages[stage].says);
        end(needs, stages[stage].link, stages[stage].text);
    }
}

static void put_old_temporary(needs_t *needs)
{
    apr_uint64_t count = needs->model->old_temporary;

    if (count && count != ~APR_UINT64_C(0)) {
        begin(needs, SEMR_WARNING);
        semr_out_printf(needs->out, needs->pool,
                        "%s stood for months: permanent by now, or over?",
                        semr_render_counted(needs->pool, count,
                                            "temporary rule has",
                                            "temporary rules have"));
        end(needs, "?view=rules&intent=temporary", "See them");
    }
}

/* A rule that nobody met in an hour says nothing; in a day, a little. */
static void put_never_used(needs_t *needs)
{
    const semr_render_model_t *model = needs->model;
    apr_uint64_t count = model->never_used;

    if (!count || count == ~APR_UINT64_C(0) || !model->since ||
        model->now - model->since < DAY) {
        return;
    }
    begin(needs, SEMR_INFO);
    semr_out_printf(
        needs->out, needs->pool, "%s met no request since counting began, ",
        semr_render_counted(needs->pool, count, "rule has", "rules have"));
    semr_render_put_ago(needs->out, needs->pool, model->since, model->now);
    semr_out_puts(needs->out, ".");
    end(needs, "?view=rules&unused=on", "See them");
}

static void put_unchecked(needs_t *needs)
{
    if (!needs->model->report && semr_render_count(needs->model)) {
        begin(needs, SEMR_INFO);
        semr_out_puts(needs->out, "The rules have not been looked over yet: "
                                  "findings come in a moment.");
        end(needs, "?", "Look again");
    }
}

void semr_render_html_needs(semr_out_t *out, const semr_render_model_t *model,
                            apr_pool_t *pool)
{
    needs_t needs = {.out = out, .pool = pool, .model = model};

    semr_out_puts(out, "<section class=\"needs\" aria-labelledby=\"needs\">\n"
                       "<h2 id=\"needs\">What needs me?</h2>\n");
    put_maps(&needs);
    put_findings(&needs, SEMR_ERROR);
    put_stages(&needs, SEMR_WARNING);
    put_findings(&needs, SEMR_WARNING);
    put_hidden(&needs);
    put_old_temporary(&needs);
    put_stages(&needs, SEMR_INFO);
    put_never_used(&needs);
    put_infos(&needs);
    put_unchecked(&needs);
    semr_out_puts(out, needs.entries ? "</ol>\n" : "");
    if (!needs.entries) {
        semr_out_puts(out, "<p class=\"good\">Nothing needs you.");
        if (model->checked) {
            semr_out_puts(out, " <small>The rules were looked over ");
            semr_render_put_ago(out, pool, model->checked, model->now);
            semr_out_puts(out, ".</small>");
        }
        semr_out_puts(out, "</p>\n");
    }
    semr_out_puts(out, "</section>\n");
}
