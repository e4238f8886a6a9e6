/* SPDX-License-Identifier: Apache-2.0
 * The model as a page that needs no script.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_parts.h"
#include "render_style.h"
#include "version.h"

typedef struct html_out_t {
    semr_out_t out;
    apr_pool_t *pool;
    int rows;
    const char *where; /* of the row before */
    int inherited;     /* it was; and in the end, whether one was */
    int any_inherited;
} html_out_t;

typedef semr_render_facts_t facts_t;

/* -- the cells of a rule --------------------------------------------------- */

static void html_intent(semr_out_t *out, const facts_t *facts)
{
    semr_out_printf(out, facts->pool, "<b>%s</b>",
                    semr_intent_name(facts->row->rule.policy.intent));
}

static void html_stage(semr_out_t *out, const facts_t *facts)
{
    if (facts->stage != SEMR_LIVE) {
        semr_out_printf(out, facts->pool, " <span class=\"stage %s\">%s",
                        semr_stage_name(facts->stage),
                        semr_stage_name(facts->stage));
    }
}

static void html_stage_by(semr_out_t *out, const facts_t *facts)
{
    static const char *const words[SEMR_STAGE_BYS] = {
        [SEMR_BY_RULE] = "</span>",
        [SEMR_BY_SCOPE] = ", set for all here</span>",
        [SEMR_BY_STARTS] = ": not begun</span>",
        [SEMR_BY_ENDS] = ": has ended</span>",
        [SEMR_BY_SETTLES] = " until it settles</span>",
    };

    if (words[facts->by]) {
        semr_out_puts(out, words[facts->by]);
    }
}

static void html_from(semr_out_t *out, const facts_t *facts)
{
    semr_render_put_code(out, facts->from);
}

static void html_options(semr_out_t *out, const facts_t *facts)
{
    if (facts->options || facts->note) {
        semr_out_puts(out, "<div class=\"more\">");
    }
    if (facts->options) {
        semr_render_put_code(out, facts->options);
        semr_out_puts(out, facts->note ? " " : "</div>");
    }
}

static void html_note(semr_out_t *out, const facts_t *facts)
{
    if (facts->note) {
        semr_render_put(out, facts->note);
        semr_out_puts(out, "</div>");
    }
}

static void html_to(semr_out_t *out, const facts_t *facts)
{
    if (facts->to) {
        semr_render_put_code(out, facts->to);
    }
    else {
        semr_render_put_nothing(out);
    }
}

static void html_file(semr_out_t *out, const facts_t *facts)
{
    const char *file = facts->row->rule.file;

    if (file) {
        semr_out_puts(out, "<div class=\"more\">");
        semr_render_put_path(out, file);
    }
}

static void html_line(semr_out_t *out, const facts_t *facts)
{
    if (facts->row->rule.file) {
        semr_out_printf(out, facts->pool, ":<b>%u</b></div>",
                        facts->row->rule.line);
    }
}

static void put_status(semr_out_t *out, const facts_t *facts, int code)
{
    if (!code) {
        semr_render_put_nothing(out);
        return;
    }
    semr_out_printf(out, facts->pool,
                    facts->stage == SEMR_OBSERVE
                        ? "<span class=\"would\">(%d)</span>"
                        : "%d",
                    code);
}

static void html_get(semr_out_t *out, const facts_t *facts)
{
    put_status(out, facts, facts->codes[SEMR_RENDER_GET]);
}

static void html_post(semr_out_t *out, const facts_t *facts)
{
    put_status(out, facts, facts->codes[SEMR_RENDER_POST]);
}

static void html_options_code(semr_out_t *out, const facts_t *facts)
{
    put_status(out, facts, facts->codes[SEMR_RENDER_OPTIONS]);
}

static void html_cache_control(semr_out_t *out, const facts_t *facts)
{
    if (!facts->answers) {
        semr_render_put_nothing(out);
    }
    else if (facts->max_age == SEMR_MAX_AGE_NONE) {
        semr_out_puts(out, "no header");
    }
    else {
        semr_out_puts(out, facts->max_age ? semr_render_lasting(facts->pool,
                                                                facts->max_age)
                                          : "no-store");
    }
}

static void html_hits(semr_out_t *out, const facts_t *facts)
{
    if (!facts->row->hits) {
        semr_out_puts(out, "<span class=\"nil\">0</span>");
        return;
    }
    semr_out_puts(out, semr_render_grouped(facts->pool, facts->row->hits));
}

/* These two are told by the line above the rules of one place. */
static void html_where(semr_out_t *out, const facts_t *facts)
{
    if (facts->row->where) {
        semr_render_put_code(out, facts->row->where);
    }
}

static void html_inherited(semr_out_t *out, const facts_t *facts)
{
    if (facts->row->inherited) {
        semr_out_puts(out, facts->row->where
                               ? " <span>of the main server</span>"
                               : "Inherited from the main server");
    }
}

/* -- the table ------------------------------------------------------------- */

/* A heading begins a cell, whose class is the name of the field. */
static const struct {
    const char *name;
    const char *heading;
    const char *what;
    void (*put)(semr_out_t *out, const facts_t *facts);
} fields[] = {
#define X(id, key, heading, what) {#id, heading, what, html_##id},
    SEMR_RENDER_FIELDS(X)
#undef X
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static int begins_cell(int i)
{
    return fields[i].heading && *fields[i].heading;
}

static int is_row_header(int i)
{
    return fields[i].put == html_from;
}

static void begin_table(html_out_t *html)
{
    semr_out_t *out = &html->out;
    int i;

    semr_out_puts(out, "<table>\n<caption>Rules in effect</caption>\n"
                       "<thead><tr>");
    for (i = 0; i < FIELDS; i++) {
        if (begins_cell(i)) {
            semr_out_printf(out, html->pool,
                            "<th scope=\"col\" class=\"%s\">%s</th>",
                            fields[i].name, fields[i].heading);
        }
    }
    semr_out_puts(out, "</tr></thead>\n<tbody>\n");
}

/* The rules of one place are a tbody, which begins with what it is. */
static void write_place(html_out_t *html, const facts_t *facts)
{
    const semr_render_row_t *row = facts->row;
    int is_new = row->where != html->where || row->inherited != html->inherited;
    int i, columns = 0;

    if (!html->rows++) {
        begin_table(html);
    }
    else if (is_new) {
        semr_out_puts(&html->out, "</tbody>\n<tbody>\n");
    }
    if (!is_new) {
        return;
    }
    html->where = row->where;
    html->inherited = row->inherited;
    html->any_inherited |= row->inherited;
    for (i = 0; i < FIELDS; i++) {
        columns += begins_cell(i);
    }
    semr_out_printf(&html->out, facts->pool,
                    "<tr class=\"place\"><th scope=\"rowgroup\" "
                    "colspan=\"%d\">",
                    columns);
    for (i = 0; i < FIELDS; i++) {
        if (!fields[i].heading) {
            fields[i].put(&html->out, facts);
        }
    }
    semr_out_puts(&html->out, "</th></tr>\n");
}

static void tell(void *baton, const facts_t *facts)
{
    html_out_t *html = baton;
    semr_out_t *out = &html->out;
    const char *end = "";
    int i;

    write_place(html, facts);
    semr_out_printf(out, facts->pool, "<tr class=\"%s%s\">",
                    semr_intent_name(facts->row->rule.policy.intent),
                    facts->stage == SEMR_OFF ? " dull" : "");
    for (i = 0; i < FIELDS && fields[i].heading; i++) {
        if (begins_cell(i)) {
            semr_out_printf(out, facts->pool,
                            is_row_header(i)
                                ? "%s<th scope=\"row\" class=\"%s\">"
                                : "%s<td class=\"%s\" data-h=\"%s\">",
                            end, fields[i].name, fields[i].heading);
            end = is_row_header(i) ? "</th>" : "</td>";
        }
        fields[i].put(out, facts);
    }
    semr_out_puts(out, end);
    semr_out_puts(out, "</tr>\n");
}

/* -- the page -------------------------------------------------------------- */

static void write_stage(html_out_t *html, semr_stage_t stage)
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

    semr_out_printf(&html->out, html->pool,
                    "<p class=\"state %s\"><b>Stage %s</b>: %s.</p>\n",
                    stages[stage].look, semr_stage_name(stage),
                    stages[stage].says);
}

/* "16 live, 1 in observe" */
static const char *by_stage(apr_pool_t *pool, const semr_render_model_t *model)
{
    const char *text = "";
    int i;

    for (i = SEMR_STAGES - 1; i >= 0; i--) {
        if (model->rules[i]) {
            text = apr_pstrcat(pool, text, *text ? ", " : "",
                               semr_render_grouped(pool, model->rules[i]), " ",
                               semr_stage_name((semr_stage_t)i), NULL);
        }
    }
    return text;
}

/* "12 x 301, 1 x 308 in trial" */
static void write_codes(html_out_t *html, const semr_render_model_t *model,
                        semr_stage_t stage)
{
    const apr_uint64_t *answers = model->answers[stage];
    const char *text = "";
    int i;

    for (i = 0; i < SEMR_TALLY_CODE_COUNT; i++) {
        if (answers[i]) {
            text = apr_psprintf(html->pool, "%s%s%s &#215; %d", text,
                                *text ? ", " : "",
                                semr_render_grouped(html->pool, answers[i]),
                                semr_tally_code((semr_tally_code_t)i));
        }
    }
    if (*text) {
        semr_out_printf(&html->out, html->pool, "<small>%s%s</small>", text,
                        stage == SEMR_TRIAL     ? " in trial"
                        : stage == SEMR_OBSERVE ? " under observe"
                                                : "");
    }
}

static void write_facts(html_out_t *html, const semr_render_model_t *model)
{
    apr_pool_t *pool = html->pool;
    apr_uint64_t count = semr_render_count(model);
    const char *since;

    semr_out_printf(&html->out, pool,
                    "<dl class=\"facts\">\n<div><dt>Rules</dt><dd>%s"
                    "<small>%s</small></dd></div>\n"
                    "<div><dt>Answers sent</dt><dd>%s",
                    semr_render_grouped(pool, count), by_stage(pool, model),
                    semr_render_grouped(pool, semr_render_sent(model)));
    write_codes(html, model, SEMR_LIVE);
    write_codes(html, model, SEMR_TRIAL);
    if (model->answers_inherited) {
        semr_out_printf(&html->out, pool,
                        "<small>%s by the main server&#39;s rules, "
                        "on all hosts</small>",
                        semr_render_grouped(pool, model->answers_inherited));
    }
    semr_out_puts(&html->out, "</dd></div>\n");
    if (semr_render_observed(model)) {
        semr_out_printf(&html->out, pool,
                        "<div><dt>Would have been sent</dt><dd>%s",
                        semr_render_grouped(pool, semr_render_observed(model)));
        write_codes(html, model, SEMR_OBSERVE);
        semr_out_puts(&html->out, "</dd></div>\n");
    }
    if (model->since) {
        since = semr_render_time(pool, model->since);
        semr_out_printf(&html->out, pool,
                        "<div><dt>Counting since</dt><dd><time "
                        "datetime=\"%s\">%.10s<small>%.5s UTC</small></time>"
                        "</dd></div>\n",
                        since, since, since + 11);
    }
    semr_out_puts(&html->out, "</dl>\n");
}

static void write_head(html_out_t *html, const semr_render_model_t *model,
                       const char *nonce)
{
    semr_out_t *out = &html->out;

    semr_out_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                       "<meta charset=\"utf-8\">\n<title>Redirects of ");
    semr_render_put(out, model->server);
    semr_out_puts(out, "</title>\n<meta name=\"viewport\" content=\""
                       "width=device-width, initial-scale=1\">\n"
                       "<meta name=\"robots\" content=\"noindex\">\n"
                       "<style nonce=\"");
    semr_render_put(out, nonce);
    semr_out_puts(out, "\">\n");
    semr_out_puts(out, style);
    semr_out_puts(out, "</style>\n</head>\n<body>\n<header>\n<p class=\""
                       "product\">mod_semredirect " SEMR_VERSION "</p>\n"
                       "<h1>Redirects of ");
    semr_render_put(out, model->server);
    semr_out_puts(out, "</h1>\n");
    write_stage(html, model->stage);
    write_facts(html, model);
    semr_out_puts(out, "</header>\n<main>\n");
    semr_render_html_findings(out, model, html->pool);
    semr_render_html_maps(out, model, html->pool);
}

static void write_not_listed(html_out_t *html, apr_uint64_t count)
{
    if (count) {
        semr_out_printf(&html->out, html->pool,
                        "<p class=\"rest\">%s more rules are not listed "
                        "here.</p>\n",
                        semr_render_grouped(html->pool, count));
    }
}

static void write_end_of_rules(html_out_t *html)
{
    semr_out_puts(
        &html->out,
        html->rows
            ? "</tbody>\n</table>\n"
            : "<section class=\"empty\">\n<p>No rule is in effect on this "
              "server. Add one to its configuration, and reload httpd:</p>\n"
              "<pre>SemanticRedirect permanent /old /new note=\"why\"</pre>\n"
              "<p><code>apachectl -t</code> says whether it is right.</p>\n"
              "</section>\n");
}

static void write_legend(html_out_t *html)
{
    semr_out_t *out = &html->out;
    const char *end = "";
    int i;

    semr_out_puts(out, "<p>&ndash; leaves the request alone. A code in "
                       "parentheses is not sent, only observed. CORS "
                       "preflights are never redirected.</p>\n"
                       "<details>\n<summary>What the columns say</summary>\n"
                       "<dl>\n");
    for (i = 0; i < FIELDS && fields[i].heading; i++) {
        if (begins_cell(i)) {
            semr_out_printf(out, html->pool, "%s<dt>%s</dt><dd>%s", end,
                            fields[i].heading, fields[i].what);
            end = "</dd>\n";
        }
        else {
            semr_out_printf(out, html->pool, "; %s", fields[i].what);
        }
    }
    semr_out_puts(out, end);
    semr_out_puts(out, "</dl>\n</details>\n");
}

static void write_foot(html_out_t *html)
{
    semr_out_t *out = &html->out;

    semr_out_puts(out, "</main>\n<footer>\n");
    if (html->rows) {
        write_legend(html);
    }
    if (html->any_inherited) {
        semr_out_puts(out, "<p>The main server&#39;s rules have one counter "
                           "each for all virtual hosts.</p>\n");
    }
    semr_out_puts(out, "<p>Rules in .htaccess files are not listed: httpd "
                       "reads those files anew for each request.</p>\n"
                       "<p><a href=\"?format=json\">The same as JSON</a></p>\n"
                       "</footer>\n</body>\n</html>\n");
}

apr_status_t semr_render_html(const semr_render_model_t *model,
                              const char *nonce, const semr_sink_t *sink,
                              apr_pool_t *pool)
{
    html_out_t *html = apr_pcalloc(pool, sizeof(*html));

    semr_out_start(&html->out, sink);
    html->pool = pool;
    write_head(html, model, nonce);
    semr_render_each(model, &html->out, pool, tell, html);
    write_end_of_rules(html);
    write_not_listed(html, model->not_listed);
    semr_render_html_misses(&html->out, model, pool);
    write_foot(html);
    return semr_out_finish(&html->out);
}
