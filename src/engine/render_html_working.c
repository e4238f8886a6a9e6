/* SPDX-License-Identifier: Apache-2.0
 * Is it working: the stage, how many rules, which maps, and the answers by
 * code as a picture that is a table.
 */
#include <apr_strings.h>

#include "render_html_parts.h"

typedef struct working_t {
    semr_out_t *out;
    apr_pool_t *pool;
    const semr_render_model_t *model;
} working_t;

static void put_stage(const working_t *working)
{
    static const struct {
        const char *look;
        const char *says;
    } stages[SEMR_STAGES] = {
        [SEMR_OFF] = {"off", "no rule is asked"},
        [SEMR_OBSERVE] = {"cautious", "nothing is sent; the access log can "
                                      "tell what would be"},
        [SEMR_TRIAL] = {"cautious", "permanent moves are sent as temporary, "
                                    "and nothing may be cached"},
        [SEMR_LIVE] = {"live", "answers are sent as the rules say"},
    };
    semr_stage_t stage = working->model->stage;

    semr_out_printf(working->out, working->pool,
                    "<p class=\"state is-%s\"><b>Stage %s</b>: %s.</p>\n",
                    stages[stage].look, semr_stage_name(stage),
                    stages[stage].says);
}

/* -- the facts ------------------------------------------------------------- */

static void begin_fact(const working_t *working, const char *name,
                       const char *value)
{
    semr_out_printf(working->out, working->pool, "<div><dt>%s</dt><dd>%s", name,
                    value);
}

static void end_fact(const working_t *working)
{
    semr_out_puts(working->out, "</dd></div>\n");
}

/* "16 live, 1 in trial" */
static const char *by_stage(const working_t *working)
{
    const char *text = "";
    int i;

    for (i = SEMR_STAGES - 1; i >= 0; i--) {
        apr_uint64_t count = working->model->rules[i];

        if (count) {
            text =
                apr_pstrcat(working->pool, text, *text ? ", " : "",
                            semr_render_grouped(working->pool, count),
                            i == SEMR_TRIAL || i == SEMR_OBSERVE ? " in " : " ",
                            semr_stage_name((semr_stage_t)i), NULL);
        }
    }
    return text;
}

/* One bar, cut by stage; the words beside it say the same. */
static void put_stages(const working_t *working, apr_uint64_t count)
{
    double at = 0;
    int i;

    semr_out_puts(working->out, "<svg class=\"stages\" aria-hidden=\"true\">");
    for (i = SEMR_STAGES - 1; i >= 0; i--) {
        double width = 100 * (double)working->model->rules[i] / (double)count;

        if (working->model->rules[i]) {
            semr_out_printf(working->out, working->pool,
                            "<rect class=\"is-%s\" x=\"%.2f%%\" "
                            "width=\"%.2f%%\" height=\"100%%\"/>",
                            semr_stage_name((semr_stage_t)i), at, width);
        }
        at += width;
    }
    semr_out_puts(working->out, "</svg>");
}

static void put_rules(const working_t *working)
{
    apr_uint64_t count = semr_render_count(working->model);

    begin_fact(working, "Rules", semr_render_grouped(working->pool, count));
    if (count) {
        put_stages(working, count);
        semr_out_printf(working->out, working->pool, "<small>%s</small>",
                        by_stage(working));
    }
    end_fact(working);
}

static void put_maps(const working_t *working)
{
    const semr_render_model_t *model = working->model;
    apr_int64_t newest = 0;
    apr_uint64_t failed = 0;
    int i;

    for (i = 0; i < model->nmaps; i++) {
        newest = model->maps[i].built > newest ? model->maps[i].built : newest;
        failed += model->maps[i].error != NULL;
    }
    if (!model->nmaps) {
        return;
    }
    begin_fact(working, "<a href=\"#maps\">Maps</a>",
               semr_render_grouped(working->pool, (apr_uint64_t)model->nmaps));
    if (failed) {
        semr_out_printf(working->out, working->pool,
                        "<small class=\"error\">%s failed to load</small>",
                        semr_render_grouped(working->pool, failed));
    }
    if (newest) {
        semr_out_puts(working->out, "<small>last built ");
        semr_render_put_ago(working->out, working->pool, newest, model->now);
        semr_out_puts(working->out, "</small>");
    }
    end_fact(working);
}

static void put_facts(const working_t *working)
{
    const semr_render_model_t *model = working->model;
    apr_pool_t *pool = working->pool;
    apr_uint64_t sent = semr_render_sent(model);
    apr_uint64_t observed = semr_render_observed(model);

    semr_out_puts(working->out, "<dl class=\"facts\">\n");
    put_rules(working);
    put_maps(working);
    begin_fact(working, "Answers sent", semr_render_grouped(pool, sent));
    if (semr_render_last(model)) {
        semr_out_puts(working->out, "<small>last ");
        semr_render_put_minute(working->out, pool, semr_render_last(model),
                               model->now);
        semr_out_puts(working->out, "</small>");
    }
    if (model->answers_inherited) {
        semr_out_printf(working->out, pool,
                        "<small>%s by the main server&#39;s rules, "
                        "on all hosts</small>",
                        semr_render_grouped(pool, model->answers_inherited));
    }
    end_fact(working);
    if (observed) {
        begin_fact(working, "Only observed",
                   semr_render_grouped(pool, observed));
        semr_out_puts(working->out, "<small>would have been sent</small>");
        end_fact(working);
    }
    if (model->since) {
        begin_fact(working, "Counting since", "<span class=\"when\">");
        semr_render_put_ago(working->out, pool, model->since, model->now);
        semr_out_puts(working->out, "</span><small>");
        semr_render_put_time(working->out, pool, model->since);
        semr_out_puts(working->out, "</small>");
        end_fact(working);
    }
    semr_out_puts(working->out, "</dl>\n");
}

/* -- answers by code ------------------------------------------------------- */

static const struct {
    const char *intent; /* whose colour it has */
    const char *says;
} codes[SEMR_TALLY_CODE_COUNT] = {
    [SEMR_TALLY_301] = {"permanent", "moved for good"},
    [SEMR_TALLY_302] = {"temporary", "elsewhere for now"},
    [SEMR_TALLY_303] = {"see-other", "get it elsewhere"},
    [SEMR_TALLY_307] = {"temporary", "elsewhere for now, method kept"},
    [SEMR_TALLY_308] = {"permanent", "moved for good, method kept"},
    [SEMR_TALLY_404] = {"gone", "not found, as a rule says"},
    [SEMR_TALLY_410] = {"gone", "gone"},
    [SEMR_TALLY_451] = {"gone", "gone, for legal reasons"},
};

static const struct {
    semr_stage_t stage;
    const char *heading;
} groups[] = {
    {SEMR_LIVE, "Sent live"},
    {SEMR_TRIAL, "Sent in trial"},
    {SEMR_OBSERVE, "Only observed: would have been sent"},
};

enum {
    GROUPS = sizeof(groups) / sizeof(*groups),
    LEAST = 1 /* per cent that can be seen */
};

static void put_code(const working_t *working, int code, apr_uint64_t count,
                     apr_uint64_t most)
{
    double share = 100 * (double)count / (double)most;
    double width = share < LEAST ? LEAST : share;

    semr_out_printf(
        working->out, working->pool,
        "<tr><th scope=\"row\">%d</th><td class=\"says\">%s</td>"
        "<td class=\"bar %s\"><svg aria-hidden=\"true\"><rect width=\"%.2f%%\" "
        "height=\"100%%\"/></svg></td><td class=\"count\">%s</td></tr>\n",
        semr_tally_code((semr_tally_code_t)code), codes[code].says,
        codes[code].intent, width, semr_render_grouped(working->pool, count));
}

static void put_group(const working_t *working, int group, apr_uint64_t most)
{
    const apr_uint64_t *answers = working->model->answers[groups[group].stage];
    int begun = 0, code;

    for (code = 0; code < SEMR_TALLY_CODE_COUNT; code++) {
        if (!answers[code]) {
            continue;
        }
        if (!begun++) {
            semr_out_printf(working->out, working->pool,
                            "<tbody class=\"is-%s\">\n<tr>"
                            "<th colspan=\"4\" scope=\"rowgroup\">%s</th></tr>"
                            "\n",
                            semr_stage_name(groups[group].stage),
                            groups[group].heading);
        }
        put_code(working, code, answers[code], most);
    }
    semr_out_puts(working->out, begun ? "</tbody>\n" : "");
}

static void put_answers(const working_t *working)
{
    apr_uint64_t most = 0;
    int group, code;

    for (group = 0; group < GROUPS; group++) {
        for (code = 0; code < SEMR_TALLY_CODE_COUNT; code++) {
            apr_uint64_t count =
                working->model->answers[groups[group].stage][code];

            most = count > most ? count : most;
        }
    }
    if (!most) {
        semr_out_puts(working->out,
                      semr_render_count(working->model)
                          ? "<p class=\"rest\">No answer has been sent yet."
                            "</p>\n"
                          : "");
        return;
    }
    semr_out_puts(working->out,
                  "<table class=\"answers\">\n<caption>Answers by code"
                  "</caption>\n<thead class=\"unseen\"><tr>"
                  "<th scope=\"col\">Code</th><th scope=\"col\">Says</th>"
                  "<th scope=\"col\">Picture</th>"
                  "<th scope=\"col\">Requests</th></tr></thead>\n");
    for (group = 0; group < GROUPS; group++) {
        put_group(working, group, most);
    }
    semr_out_puts(working->out, "</table>\n");
}

void semr_render_html_working(semr_out_t *out, const semr_render_model_t *model,
                              apr_pool_t *pool)
{
    working_t working = {out, pool, model};

    semr_out_puts(out, "<section class=\"working\" aria-labelledby=\"working\">"
                       "\n<h2 id=\"working\">Is it working?</h2>\n");
    put_stage(&working);
    put_facts(&working);
    put_answers(&working);
    semr_out_puts(out, "</section>\n");
}
