/* SPDX-License-Identifier: Apache-2.0
 * An explanation as text: the page's words, in lines for a terminal.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_explained.h"
#include "rule.h"
#include "words.h"

typedef semr_explained_run_t run_t;

enum { WIDEST = 48 }; /* a cell that is wider moves the rest of its line */

static void put(semr_out_t *out, const char *text)
{
    semr_out_plain(out, text, strlen(text));
}

static void put_heading(semr_out_t *out, const char *text)
{
    semr_out_puts(out, "\n");
    semr_out_puts(out, text);
    semr_out_puts(out, "\n");
}

/* -- rules ----------------------------------------------------------------- */

/* A word, quoted where it has to be */
static void put_word(semr_out_t *out, apr_pool_t *pool, const char *text)
{
    semr_out_puts(out, " ");
    put(out, semr_words_quote(pool, semr_view(text, strlen(text))));
}

/* "permanent /old /new only=GET" */
static void put_rule(semr_out_t *out, apr_pool_t *pool,
                     const semr_explained_rule_t *rule)
{
    semr_out_puts(out, rule->intent);
    put_word(out, pool, rule->from);
    if (rule->to) {
        put_word(out, pool, rule->to);
    }
    if (rule->options) {
        semr_out_puts(out, " ");
        put(out, rule->options);
    }
}

static void put_where(semr_out_t *out, const semr_explained_rule_t *rule)
{
    put(out, rule->at);
    if (rule->where) {
        semr_out_puts(out, " in ");
        put(out, rule->where);
    }
    semr_out_puts(out, rule->inherited ? ", of the main server\n" : "\n");
}

static void put_name(semr_out_t *out, apr_pool_t *pool, const char *name)
{
    semr_out_printf(out, pool, "  %-14s ", name);
}

static void put_fact(semr_out_t *out, apr_pool_t *pool, const char *name,
                     const char *value)
{
    if (value) {
        put_name(out, pool, name);
        put(out, value);
        semr_out_puts(out, "\n");
    }
}

static void write_winner(semr_out_t *out, const run_t *run, apr_pool_t *pool)
{
    const semr_explained_rule_t *rule = run->rule;

    if (!rule) {
        return;
    }
    put_heading(out, semr_explain_heading(run));
    put_name(out, pool, "Rule");
    put_rule(out, pool, rule);
    semr_out_puts(out, "\n");
    put_name(out, pool, "Stands at");
    put_where(out, rule);
    put_fact(out, pool, "Note", rule->note);
    put_fact(out, pool, "Stage", semr_stage_name(rule->stage));
    put_fact(out, pool, "Location", run->location);
    put_fact(out, pool, "Cache-Control", run->cache_control);
    put_fact(out, pool, "Vary", run->vary);
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
        if (!count++) {
            put_heading(out, "Rules that match, and do not win");
        }
        semr_out_puts(out, "  ");
        put_rule(out, pool, rule);
        semr_out_puts(out, " ");
        put(out, rule->reason);
        semr_out_puts(out, "\n    ");
        put_where(out, rule);
    }
    if (run->more_rules) {
        semr_out_printf(out, pool, "  %u more rules match, and do not win.\n",
                        run->more_rules);
    }
}

/* -- methods --------------------------------------------------------------- */

enum { COLUMNS = 7 };

static const char *const headings[COLUMNS] = {
    "Method", "Code", "Location", "Cache-Control", "Vary", "Rule", "Outcome"};

static void cells_of(const run_t *run, apr_pool_t *pool,
                     const char *cells[COLUMNS])
{
    cells[0] = run->name;
    cells[1] = !run->status ? NULL
               : run->outcome == SEMR_OUTCOME_OBSERVED
                   ? apr_psprintf(pool, "(%d)", run->status)
                   : apr_itoa(pool, run->status);
    cells[2] = run->location;
    cells[3] = run->cache_control;
    cells[4] = run->vary;
    cells[5] = run->rule ? run->rule->at : NULL;
    cells[6] = run->server
                   ? apr_psprintf(pool, "%s (%d)",
                                  semr_outcome_words(run->outcome), run->server)
                   : semr_outcome_words(run->outcome);
}

/* Of each column; 0: no cell has anything. */
static void find_widths(const semr_explained_t *explained, apr_pool_t *pool,
                        apr_size_t widths[COLUMNS])
{
    const char *cells[COLUMNS];
    int i, column;

    memset(widths, 0, COLUMNS * sizeof(*widths));
    for (i = 0; i < explained->nmethods; i++) {
        cells_of(explained->methods + i, pool, cells);
        for (column = 0; column < COLUMNS; column++) {
            apr_size_t len = cells[column] ? strlen(cells[column]) : 0;

            if (len > widths[column]) {
                widths[column] = len < WIDEST ? len : WIDEST;
            }
        }
    }
    for (column = 0; column < COLUMNS; column++) {
        apr_size_t len = strlen(headings[column]);

        if (widths[column] && widths[column] < len) {
            widths[column] = len;
        }
    }
}

static void put_cells(semr_out_t *out, const char *const cells[COLUMNS],
                      const apr_size_t widths[COLUMNS], const char *before)
{
    int column;

    for (column = 0; column < COLUMNS; column++) {
        const char *cell = cells[column] ? cells[column] : "-";
        apr_size_t len = strlen(cell);

        if (!widths[column]) {
            continue;
        }
        semr_out_puts(out, before);
        before = "  ";
        put(out, cell);
        for (; len < widths[column] && column + 1 < COLUMNS; len++) {
            semr_out_puts(out, " ");
        }
    }
    semr_out_puts(out, "\n");
}

/* An arrow stands before the method that was asked for. */
static void write_methods(semr_out_t *out, const semr_explained_t *explained,
                          apr_pool_t *pool)
{
    apr_size_t widths[COLUMNS];
    const char *cells[COLUMNS];
    int i;

    put_heading(out, "The same URL by each method");
    find_widths(explained, pool, widths);
    put_cells(out, headings, widths, "  ");
    for (i = 0; i < explained->nmethods; i++) {
        const run_t *run = explained->methods + i;

        cells_of(run, pool, cells);
        put_cells(out, cells, widths,
                  strcmp(run->name, explained->run->name) ? "  " : "> ");
    }
}

/* -- the chain ------------------------------------------------------------- */

static void write_hops(semr_out_t *out, const semr_explained_t *explained,
                       apr_pool_t *pool)
{
    const run_t *run = explained->run;
    const char *from = explained->url;
    int i;

    if (!run->hops) {
        return;
    }
    put_heading(out, "Each hop");
    for (i = 0; i < run->hops->nelts; i++) {
        const semr_explained_hop_t *hop =
            &APR_ARRAY_IDX(run->hops, i, semr_explained_hop_t);

        semr_out_printf(out, pool, "  %d. ", i + 1);
        put(out, hop->method);
        semr_out_puts(out, " ");
        put(out, from);
        semr_out_printf(out, pool, ": %s, %d", hop->intent, hop->status);
        if (hop->location) {
            semr_out_puts(out, " -> ");
            put(out, hop->location);
            from = hop->location;
        }
        semr_out_puts(out, "  (");
        put(out, hop->at);
        semr_out_puts(out, ")\n");
    }
    semr_out_puts(out, "  ");
    put(out, semr_explain_chain_end(run));
    semr_out_puts(out, "\n");
}

/* -- all of it ------------------------------------------------------------- */

static void write_preview(semr_out_t *out, const semr_explained_t *explained)
{
    const run_t *run = explained->preview;

    if (explained->run->preview > 0) {
        semr_out_puts(out, "\nThis request sees the preview: rules that are "
                           "observed are on trial for it.\n");
    }
    if (run) {
        put_heading(out,
                    run->preview ? "With the preview" : "Without the preview");
        semr_out_puts(out, "  ");
        put(out, semr_explain_sentence(run, explained->url));
        semr_out_puts(out, "\n");
    }
}

void semr_render_text_explained(semr_out_t *out,
                                const semr_explained_t *explained,
                                apr_pool_t *pool)
{
    int i;

    put(out, semr_explain_sentence(explained->run, explained->url));
    semr_out_puts(out, "\n");
    for (i = 0; explained->hints && i < explained->hints->nelts; i++) {
        semr_out_puts(out, i ? "  " : "\n  ");
        put(out, APR_ARRAY_IDX(explained->hints, i, const char *));
        semr_out_puts(out, "\n");
    }
    write_winner(out, explained->run, pool);
    write_preview(out, explained);
    write_hops(out, explained, pool);
    write_methods(out, explained, pool);
    write_losers(out, explained->run, pool);
}
