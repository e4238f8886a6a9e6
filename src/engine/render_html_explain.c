/* SPDX-License-Identifier: Apache-2.0
 * An explanation in the page, and the form that asks for one.
 */
#include <string.h>

#include <apr_strings.h>

#include "explain.h"
#include "render_html_parts.h"
#include "url.h"

typedef semr_explained_run_t run_t;

/* -- the form -------------------------------------------------------------- */

static void put_field(semr_out_t *out, apr_pool_t *pool, const char *name,
                      const char *label, const char *value)
{
    semr_out_printf(out, pool,
                    "<label>%s <input name=\"%s\" autocomplete=\"off\" "
                    "value=\"",
                    label, name);
    semr_render_put(out, value ? value : "");
    semr_out_puts(out, "\"></label>\n");
}

static void put_headers(semr_out_t *out, const semr_explained_t *explained,
                        apr_pool_t *pool)
{
    const char *more = explained ? explained->more_headers : NULL;
    int given = explained && apr_table_elts(explained->headers)->nelts > 0;

    semr_out_printf(out, pool,
                    "<details%s>\n<summary>Headers of the request</summary>\n"
                    "<div class=\"fields\">\n",
                    given ? " open" : "");
    put_field(out, pool, "accept", "Accept",
              explained ? explained->accept : NULL);
    put_field(out, pool, "cookie", "Cookie",
              explained ? explained->cookie : NULL);
    put_field(out, pool, "origin", "Origin",
              explained ? explained->origin : NULL);
    semr_out_puts(out, "<label class=\"all\">Others, a line each "
                       "<textarea name=\"headers\" rows=\"2\">");
    if (more) {
        semr_out_puts(out, "\n"); /* which a textarea drops */
        semr_render_put(out, more);
    }
    semr_out_puts(out, "</textarea></label>\n</div>\n</details>\n");
}

static void put_form(semr_out_t *out, const semr_explained_t *explained,
                     apr_pool_t *pool)
{
    semr_out_puts(out,
                  "<form class=\"ask\" method=\"get\" "
                  "aria-label=\"Explain a URL\">\n"
                  "<input type=\"hidden\" name=\"view\" value=\"explain\">\n"
                  "<label class=\"method\">Method <input name=\"method\" "
                  "list=\"methods\" autocapitalize=\"characters\" "
                  "spellcheck=\"false\" value=\"");
    semr_render_put(out, explained ? explained->run->method : "GET");
    semr_out_puts(out,
                  "\"></label>\n<datalist id=\"methods\"><option>GET</option>"
                  "<option>POST</option><option>PUT</option>"
                  "<option>PATCH</option><option>DELETE</option>"
                  "<option>OPTIONS</option></datalist>\n"
                  "<label class=\"url\">URL or path <input name=\"url\" "
                  "required spellcheck=\"false\" autocapitalize=\"none\" "
                  "autocomplete=\"off\" placeholder=\"/old?id=5\" "
                  "value=\"");
    semr_render_put(out, explained ? explained->asked_url : "");
    semr_out_puts(out, "\"></label>\n<button>Explain</button>\n");
    put_headers(out, explained, pool);
    semr_out_puts(out, "</form>\n");
}

void semr_render_html_explain_form(semr_out_t *out, apr_pool_t *pool)
{
    put_form(out, NULL, pool);
}

/* -- rules ----------------------------------------------------------------- */

/* "permanent /old /new only=GET" */
static void put_rule(semr_out_t *out, const semr_explained_rule_t *rule)
{
    semr_out_puts(out, "<b>");
    semr_render_put(out, rule->intent);
    semr_out_puts(out, "</b> ");
    semr_render_put_code(out, rule->from);
    if (rule->to) {
        semr_out_puts(out, " &#8594; ");
        semr_render_put_code(out, rule->to);
    }
    if (rule->options) {
        semr_out_puts(out, " ");
        semr_render_put_code(out, rule->options);
    }
}

static void put_where(semr_out_t *out, const semr_explained_rule_t *rule)
{
    semr_render_put_path(out, rule->at);
    if (rule->where) {
        semr_out_puts(out, " in ");
        semr_render_put_code(out, rule->where);
    }
    if (rule->inherited) {
        semr_out_puts(out, ", of the main server");
    }
}

static void put_fact(semr_out_t *out, const char *name, const char *value)
{
    if (value) {
        semr_out_puts(out, "<dt>");
        semr_out_puts(out, name);
        semr_out_puts(out, "</dt><dd>");
        semr_render_put_code(out, value);
        semr_out_puts(out, "</dd>\n");
    }
}

static void write_winner(semr_out_t *out, const run_t *run, apr_pool_t *pool)
{
    const semr_explained_rule_t *rule = run->rule;

    if (!rule) {
        return;
    }
    semr_out_printf(out, pool, "<h3>%s</h3>\n", semr_explain_heading(run));
    semr_out_puts(out, "<dl class=\"winner\">\n<dt>Rule</dt><dd>");
    put_rule(out, rule);
    semr_out_puts(out, "</dd>\n<dt>Stands at</dt><dd>");
    put_where(out, rule);
    semr_out_puts(out, "</dd>\n");
    if (rule->note) {
        semr_out_puts(out, "<dt>Note</dt><dd>");
        semr_render_put(out, rule->note);
        semr_out_puts(out, "</dd>\n");
    }
    semr_out_puts(out, "<dt>Stage</dt><dd>");
    semr_out_puts(out, semr_stage_name(rule->stage));
    semr_out_puts(out, "</dd>\n");
    put_fact(out, "Location", run->location);
    put_fact(out, "Cache-Control", run->cache_control);
    put_fact(out, "Vary", run->vary);
    semr_out_puts(out, "</dl>\n");
}

static void write_losers(semr_out_t *out, const run_t *run, apr_pool_t *pool)
{
    int i, count = 0;

    for (i = 0; i < run->rules->nelts; i++) {
        const semr_explained_rule_t *rule =
            APR_ARRAY_IDX(run->rules, i, const semr_explained_rule_t *);

        if (rule == run->rule) {
            continue;
        }
        semr_out_puts(out, count++ ? "<li>"
                                   : "<h3>Rules that match, and do not win</h3>"
                                     "\n<ol class=\"losers\">\n<li>");
        put_rule(out, rule);
        semr_out_puts(out, " ");
        semr_render_put(out, rule->reason);
        semr_out_puts(out, "<div class=\"more\">");
        put_where(out, rule);
        semr_out_puts(out, "</div></li>\n");
    }
    semr_out_puts(out, count ? "</ol>\n" : "");
    if (run->more_rules) {
        semr_out_printf(out, pool,
                        "<p class=\"rest\">%u more rules match, and do not "
                        "win.</p>\n",
                        run->more_rules);
    }
}

/* -- methods --------------------------------------------------------------- */

static void put_cell(semr_out_t *out, apr_pool_t *pool, const char *heading,
                     const char *text)
{
    semr_out_printf(out, pool, "<td data-h=\"%s\">", heading);
    if (text) {
        semr_render_put_code(out, text);
    }
    else {
        semr_render_put_nothing(out);
    }
    semr_out_puts(out, "</td>");
}

static void put_code(semr_out_t *out, apr_pool_t *pool, const run_t *run)
{
    semr_out_puts(out, "<td data-h=\"Code\">");
    if (run->status) {
        semr_out_printf(out, pool,
                        run->outcome == SEMR_OUTCOME_OBSERVED
                            ? "<span class=\"would\">(%d)</span>"
                            : "%d",
                        run->status);
    }
    else {
        semr_render_put_nothing(out);
    }
    semr_out_puts(out, "</td>");
}

static void put_method(semr_out_t *out, apr_pool_t *pool, const run_t *run,
                       const run_t *asked)
{
    semr_out_puts(out, !strcmp(run->name, asked->name)
                           ? "<tr class=\"asked\"><th scope=\"row\">"
                           : "<tr><th scope=\"row\">");
    semr_render_put(out, run->name);
    semr_out_puts(out, "</th>");
    put_code(out, pool, run);
    put_cell(out, pool, "Location", run->location);
    put_cell(out, pool, "Cache-Control", run->cache_control);
    put_cell(out, pool, "Vary", run->vary);
    put_cell(out, pool, "Rule", run->rule ? run->rule->at : NULL);
    semr_out_puts(out, "<td data-h=\"Outcome\">");
    semr_out_puts(out, semr_outcome_words(run->outcome));
    if (run->server) {
        semr_out_printf(out, pool, " (%d)", run->server);
    }
    semr_out_puts(out, "</td></tr>\n");
}

static void write_methods(semr_out_t *out, const semr_explained_t *explained,
                          apr_pool_t *pool)
{
    static const char *const headings[] = {"Method",        "Code", "Location",
                                           "Cache-Control", "Vary", "Rule",
                                           "Outcome"};
    apr_size_t i;

    semr_out_puts(out, "<h3>The same URL by each method</h3>\n"
                       "<table class=\"methods\">\n<thead><tr>");
    for (i = 0; i < sizeof(headings) / sizeof(*headings); i++) {
        semr_out_printf(out, pool, "<th scope=\"col\">%s</th>", headings[i]);
    }
    semr_out_puts(out, "</tr></thead>\n<tbody>\n");
    for (i = 0; i < (apr_size_t)explained->nmethods; i++) {
        put_method(out, pool, explained->methods + i, explained->run);
    }
    semr_out_puts(out, "</tbody>\n</table>\n");
}

/* -- the chain ------------------------------------------------------------- */

static void put_hop(semr_out_t *out, apr_pool_t *pool,
                    const semr_explained_hop_t *hop, const char *from)
{
    semr_out_puts(out, "<li>");
    semr_render_put(out, hop->method);
    semr_out_puts(out, " ");
    semr_render_put_code(out, from);
    semr_out_printf(out, pool, ": <b>%s</b>, %d", hop->intent, hop->status);
    if (hop->location) {
        semr_out_puts(out, " &#8594; ");
        semr_render_put_code(out, hop->location);
    }
    semr_out_puts(out, " <span class=\"more\">");
    semr_render_put_path(out, hop->at);
    semr_out_puts(out, "</span></li>\n");
}

static void write_hops(semr_out_t *out, const semr_explained_t *explained,
                       apr_pool_t *pool)
{
    const run_t *run = explained->run;
    const char *from = explained->url;
    int i;

    if (!run->hops) {
        return;
    }
    semr_out_puts(out, "<h3>Each hop</h3>\n<ol class=\"hops\">\n");
    for (i = 0; i < run->hops->nelts; i++) {
        const semr_explained_hop_t *hop =
            &APR_ARRAY_IDX(run->hops, i, semr_explained_hop_t);

        put_hop(out, pool, hop, from);
        from = hop->location ? hop->location : from;
    }
    semr_out_puts(out, "</ol>\n<p>");
    semr_render_put(out, semr_explain_chain_end(run));
    semr_out_puts(out, "</p>\n");
}

/* -- preview --------------------------------------------------------------- */

static void write_preview(semr_out_t *out, const semr_explained_t *explained)
{
    const run_t *run = explained->preview;

    if (explained->run->preview > 0) {
        semr_out_puts(out, "<p>This request sees the preview: rules that are "
                           "observed are on trial for it.</p>\n");
    }
    if (run) {
        semr_out_puts(out, run->preview ? "<h3>With the preview</h3>\n<p>"
                                        : "<h3>Without the preview</h3>\n<p>");
        semr_render_put(out, semr_explain_sentence(run, explained->url));
        semr_out_puts(out, "</p>\n");
    }
}

/* -- all of it ------------------------------------------------------------- */

static void write_hints(semr_out_t *out, const semr_explained_t *explained)
{
    int i;

    if (!explained->hints || !explained->hints->nelts) {
        return;
    }
    semr_out_puts(out, "<ul class=\"hints\">\n");
    for (i = 0; i < explained->hints->nelts; i++) {
        semr_out_puts(out, "<li>");
        semr_render_put(out, APR_ARRAY_IDX(explained->hints, i, const char *));
        semr_out_puts(out, "</li>\n");
    }
    semr_out_puts(out, "</ul>\n");
}

/* &name=value for a link's query */
static const char *parameter(apr_pool_t *pool, const char *name,
                             const char *value)
{
    return value && *value
               ? apr_pstrcat(pool, "&", name, "=",
                             semr_render_query_value(
                                 pool, semr_view(value, strlen(value))),
                             NULL)
               : "";
}

static void write_links(semr_out_t *out, const semr_explained_t *explained,
                        apr_pool_t *pool)
{
    const char *query =
        apr_pstrcat(pool, "?view=explain",
                    parameter(pool, "method", explained->run->method),
                    parameter(pool, "url", explained->asked_url),
                    parameter(pool, "accept", explained->accept),
                    parameter(pool, "cookie", explained->cookie),
                    parameter(pool, "origin", explained->origin),
                    parameter(pool, "headers", explained->more_headers), NULL);

    semr_out_puts(out, "<p><a href=\"");
    semr_render_put(out, query);
    semr_out_puts(out, "\">A link to this explanation</a> &middot; <a href=\"");
    semr_render_put(out, query);
    semr_out_puts(out, "&amp;format=json\">the same as JSON</a> &middot; "
                       "<a href=\"?\">all rules</a></p>\n");
}

void semr_render_html_explain(semr_out_t *out, const semr_render_model_t *model,
                              apr_pool_t *pool)
{
    const semr_explained_t *explained = model->explained;

    semr_out_puts(out, "<section class=\"explain\" "
                       "aria-labelledby=\"explain\">\n"
                       "<h2 id=\"explain\">What does a request get?</h2>\n");
    put_form(out, explained, pool);
    if (explained) {
        semr_out_printf(out, pool, "<p class=\"sentence %s\"><b>",
                        semr_outcome_key(explained->run->outcome));
        semr_render_put(out,
                        semr_explain_sentence(explained->run, explained->url));
        semr_out_puts(out, "</b></p>\n");
        write_hints(out, explained);
        write_winner(out, explained->run, pool);
        write_preview(out, explained);
        write_hops(out, explained, pool);
        write_methods(out, explained, pool);
        write_losers(out, explained->run, pool);
        write_links(out, explained, pool);
    }
    semr_out_puts(out, "</section>\n");
}
