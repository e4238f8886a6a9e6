/* SPDX-License-Identifier: Apache-2.0
 * Which rules are there: a row for each that the model gives.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_html_parts.h"

typedef struct rules_t {
    semr_out_t *out;
    apr_pool_t *pool;
    const semr_render_model_t *model;
    int rows;
    const char *where; /* of the row before */
    int inherited;     /* it was; and in the end, whether one was */
    int any_inherited;
} rules_t;

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
        semr_out_printf(out, facts->pool, " <span class=\"stage is-%s\">%s",
                        semr_stage_name(facts->stage),
                        semr_stage_name(facts->stage));
    }
}

static void html_has_finding(semr_out_t *out, const facts_t *facts)
{
    if (facts->row->has_finding) {
        semr_out_puts(out, " <a class=\"flag\" href=\"?view=findings\">"
                           "finding</a>");
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

/* FROM, if it is a URL as it stands */
static const char *plain_path(const facts_t *facts)
{
    const char *from = facts->from;

    return facts->row->rule.kind == SEMR_EXACT && from[0] == '/' &&
                   from[1] != '/' && !strpbrk(from, "?{*\" ")
               ? from
               : NULL;
}

/* Such a URL leads to what becomes of it. */
static void html_from(semr_out_t *out, const facts_t *facts)
{
    const char *path = plain_path(facts);

    if (path) {
        semr_out_printf(
            out, facts->pool,
            "<a title=\"Explain\" href=\"?view=explain&amp;url=%s\">",
            semr_render_query_value(facts->pool,
                                    (semr_view_t){path, strlen(path)}));
    }
    semr_render_put_code(out, facts->from);
    semr_out_puts(out, path ? "</a>" : "");
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

/* Its name is enough to know it by; its folder would take lines. */
static void html_file(semr_out_t *out, const facts_t *facts)
{
    const char *file = facts->row->rule.file, *slash;

    if (file) {
        slash = strrchr(file, '/');
        semr_out_puts(out, "<div class=\"more\"><span title=\"");
        semr_render_put(out, file);
        semr_out_puts(out, "\">");
        semr_render_put(out, slash && slash[1] ? slash + 1 : file);
    }
}

static void html_id(semr_out_t *out, const facts_t *facts)
{
    if (facts->row->id) {
        semr_out_printf(out, facts->pool,
                        " <span class=\"id\">%016" APR_UINT64_T_HEX_FMT
                        "</span>",
                        facts->row->id);
    }
    semr_out_puts(out, facts->row->rule.file ? "</div>" : "");
}

static void html_line(semr_out_t *out, const facts_t *facts)
{
    if (facts->row->rule.file) {
        semr_out_printf(out, facts->pool, ":<b>%u</b></span>",
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

static void html_last(semr_out_t *out, const facts_t *facts)
{
    if (facts->row->last) {
        semr_out_puts(out, "<div class=\"more\">");
        semr_render_put_minute(out, facts->pool, facts->row->last, facts->now);
        semr_out_puts(out, "</div>");
    }
}

static void html_hits(semr_out_t *out, const facts_t *facts)
{
    if (!facts->row->hits) {
        semr_out_puts(out, "<span class=\"nil\">0</span>");
    }
    else {
        semr_out_puts(out, semr_render_grouped(facts->pool, facts->row->hits));
    }
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

/* What the columns say is told by the legend, and not by titles. */
static const struct {
    semr_render_column_t column;
    const char *what;
    void (*put)(semr_out_t *out, const facts_t *facts);
} fields[] = {
#define X(id, key, heading, what) {{#id, heading, NULL}, what, html_##id},
    SEMR_RENDER_FIELDS(X)
#undef X
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static void begin_table(rules_t *rules)
{
    semr_out_t *out = rules->out;
    int i;

    semr_out_puts(out, "<table class=\"rules\">\n<caption class=\"unseen\">"
                       "Rules in effect</caption>\n<thead><tr>");
    for (i = 0; i < FIELDS; i++) {
        semr_render_html_heading(out, rules->pool, &fields[i].column);
    }
    semr_out_puts(out, "</tr></thead>\n<tbody>\n");
}

/* The rules of one place are a tbody, which begins with what it is. */
static void write_place(rules_t *rules, const facts_t *facts)
{
    const semr_render_row_t *row = facts->row;
    int is_new =
        row->where != rules->where || row->inherited != rules->inherited;
    int i, columns = 0;

    if (!rules->rows++) {
        begin_table(rules);
    }
    else if (is_new) {
        semr_out_puts(rules->out, "</tbody>\n<tbody>\n");
    }
    if (!is_new) {
        return;
    }
    rules->where = row->where;
    rules->inherited = row->inherited;
    rules->any_inherited |= row->inherited;
    for (i = 0; i < FIELDS; i++) {
        columns += semr_render_html_begins(&fields[i].column);
    }
    semr_out_printf(rules->out, facts->pool,
                    "<tr class=\"place\"><th scope=\"rowgroup\" "
                    "colspan=\"%d\">",
                    columns);
    for (i = 0; i < FIELDS; i++) {
        if (!fields[i].column.heading) {
            fields[i].put(rules->out, facts);
        }
    }
    semr_out_puts(rules->out, "</th></tr>\n");
}

static void tell(void *baton, const facts_t *facts)
{
    rules_t *rules = baton;
    semr_out_t *out = rules->out;
    const char *end = "";
    int i;

    write_place(rules, facts);
    semr_out_printf(out, facts->pool, "<tr class=\"%s%s\">",
                    semr_intent_name(facts->row->rule.policy.intent),
                    facts->stage == SEMR_OFF ? " dull" : "");
    for (i = 0; i < FIELDS && fields[i].column.heading; i++) {
        end = semr_render_html_cell(out, facts->pool, &fields[i].column,
                                    fields[i].put == html_from, end);
        fields[i].put(out, facts);
    }
    semr_out_puts(out, end);
    semr_out_puts(out, "</tr>\n");
}

/* -- the section ----------------------------------------------------------- */

/* Without a row there is a way on all the same. */
static void put_nothing_found(const rules_t *rules)
{
    const semr_render_model_t *model = rules->model;

    if (semr_render_html_narrows(model)) {
        semr_out_puts(
            rules->out,
            "<div class=\"empty\">\n<p>No rule is like that. A search "
            "finds text anywhere in From, To or note, whatever its "
            "case: try a shorter part of it, or take a condition "
            "back.</p>\n"
            "<p>Which rule would answer a URL, by a pattern too, "
            "<a href=\"?view=explain\">Explain</a> tells.</p>\n"
            "</div>\n");
    }
    else if (semr_render_count(model)) {
        semr_out_puts(rules->out,
                      "<div class=\"empty\">\n<p>The rules end before this "
                      "page: <a href=\"?view=rules\">go to the first</a>."
                      "</p>\n</div>\n");
    }
    else {
        semr_out_puts(
            rules->out,
            "<div class=\"empty\">\n<p>No rule is in effect on this "
            "server. Add one to its configuration, and reload httpd:</p>\n"
            "<pre>SemanticRedirect permanent /old /new note=\"why\"</pre>\n"
            "<p><code>apachectl -t</code> says whether it is right.</p>\n"
            "</div>\n");
    }
}

void semr_render_html_rules(semr_out_t *out, const semr_render_model_t *model,
                            apr_pool_t *pool)
{
    rules_t rules = {.out = out, .pool = pool, .model = model};
    semr_render_told_t told;

    semr_out_puts(out, "<section aria-labelledby=\"rules\">\n"
                       "<h2 id=\"rules\">Which rules are there?</h2>\n");
    if (semr_render_count(model)) {
        semr_render_html_search(out, model, pool);
        semr_render_html_found(out, model, pool);
    }
    told = semr_render_each(model, out, pool, tell, &rules);
    if (told.told) {
        semr_out_puts(out, "</tbody>\n</table>\n");
        semr_render_html_pager(out, model, &told, pool);
    }
    else {
        put_nothing_found(&rules);
    }
    if (rules.any_inherited) {
        semr_out_puts(out, "<p class=\"rest\">The main server&#39;s rules have "
                           "one counter each for all virtual hosts.</p>\n");
    }
    semr_out_puts(out, "</section>\n");
}

void semr_render_html_legend(semr_out_t *out, apr_pool_t *pool)
{
    const char *end = "";
    int i;

    semr_out_puts(out, "<p>&ndash; leaves the request alone. A code in "
                       "parentheses is not sent, only observed. CORS "
                       "preflights are never redirected.</p>\n"
                       "<details>\n<summary>What the columns say</summary>\n"
                       "<dl>\n");
    for (i = 0; i < FIELDS && fields[i].column.heading; i++) {
        if (semr_render_html_begins(&fields[i].column)) {
            semr_out_printf(out, pool, "%s<dt>%s</dt><dd>%s", end,
                            fields[i].column.heading, fields[i].what);
            end = "</dd>\n";
        }
        else {
            semr_out_printf(out, pool, "; %s", fields[i].what);
        }
    }
    semr_out_puts(out, end);
    semr_out_puts(out, "</dl>\n</details>\n");
}
