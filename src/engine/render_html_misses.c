/* SPDX-License-Identifier: Apache-2.0
 * Misses on the page: a row for each path, with the rule that it wants.
 */
#include <apr_strings.h>

#include "render_html_parts.h"

typedef struct cell_t {
    semr_out_t *out;
    apr_pool_t *pool;
    const semr_render_miss_t *miss;
    apr_int64_t now;
} cell_t;

/* -- the cells of a miss --------------------------------------------------- */

static void html_path(const cell_t *cell)
{
    semr_render_put_code(cell->out, cell->miss->path);
}

static void html_count(const cell_t *cell)
{
    semr_out_puts(cell->out,
                  semr_render_grouped(cell->pool, cell->miss->count));
}

static void html_last(const cell_t *cell)
{
    semr_render_put_ago(cell->out, cell->pool, cell->miss->last, cell->now);
}

static void html_first(const cell_t *cell)
{
    if (cell->miss->first < cell->miss->last) {
        semr_out_printf(cell->out, cell->pool,
                        "<div class=\"more\">since %.10s</div>",
                        semr_render_time(cell->pool, cell->miss->first));
    }
}

/* A referrer is somebody's word: it is shown, and leads nowhere. */
static void html_referrer(const cell_t *cell)
{
    if (cell->miss->referrer) {
        semr_render_put_code(cell->out, cell->miss->referrer);
    }
    else {
        semr_render_put_nothing(cell->out);
    }
}

static void html_nearest(const cell_t *cell)
{
    if (cell->miss->nearest) {
        semr_render_put_code(cell->out, cell->miss->nearest);
    }
    else {
        semr_render_put_nothing(cell->out);
    }
}

static void html_why(const cell_t *cell)
{
    if (cell->miss->why) {
        semr_out_puts(cell->out, "<div class=\"more\">");
        semr_render_put(cell->out, cell->miss->why);
        semr_out_puts(cell->out, "</div>");
    }
}

static void html_rule(const cell_t *cell)
{
    if (cell->miss->rule) {
        semr_out_puts(cell->out, "<div class=\"rule\">");
        semr_render_put_code(cell->out, cell->miss->rule);
        semr_out_puts(cell->out, "</div>");
    }
}

static void html_file(const cell_t *cell)
{
    if (cell->miss->file) {
        semr_out_puts(cell->out, "<div class=\"more\">");
        semr_render_put_path(cell->out, cell->miss->file);
    }
}

static void html_line(const cell_t *cell)
{
    if (cell->miss->file) {
        semr_out_printf(cell->out, cell->pool, ":<b>%u</b></div>",
                        cell->miss->line);
    }
}

/* -- the table ------------------------------------------------------------- */

static const struct {
    semr_render_column_t column;
    void (*put)(const cell_t *cell);
} fields[] = {
#define X(id, key, heading, what) {{#id, heading, what}, html_##id},
    SEMR_RENDER_MISS_FIELDS(X)
#undef X
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static void write_miss(const cell_t *cell)
{
    const char *end = "";
    int i;

    semr_out_puts(cell->out, "<tr>");
    for (i = 0; i < FIELDS; i++) {
        end = semr_render_html_cell(cell->out, cell->pool, &fields[i].column,
                                    !i, end);
        fields[i].put(cell);
    }
    semr_out_puts(cell->out, end);
    semr_out_puts(cell->out, "</tr>\n");
}

static void write_table(semr_out_t *out, const semr_render_model_t *model,
                        apr_pool_t *pool)
{
    cell_t cell = {out, NULL, NULL, model->now};
    int i;

    semr_out_printf(out, pool,
                    "<table class=\"misses\">\n<caption><small>%s "
                    "requests ended in 404 since %.10s</small></caption>\n"
                    "<thead><tr>",
                    semr_render_grouped(pool, model->missed),
                    semr_render_time(pool, model->missed_since));
    for (i = 0; i < FIELDS; i++) {
        semr_render_html_heading(out, pool, &fields[i].column);
    }
    semr_out_puts(out, "</tr></thead>\n<tbody>\n");
    apr_pool_create(&cell.pool, pool);
    for (i = 0; i < model->nmisses; i++) {
        cell.miss = model->misses + i;
        write_miss(&cell);
        apr_pool_clear(cell.pool);
    }
    apr_pool_destroy(cell.pool);
    semr_out_puts(out, "</tbody>\n</table>\n");
}

static void write_rest(semr_out_t *out, const semr_render_model_t *model,
                       apr_pool_t *pool)
{
    int rest = model->misses_kept - model->nmisses;

    if (rest > 0 && model->view == SEMR_RENDER_FRONT) {
        semr_out_printf(
            out, pool,
            "<p class=\"rest\"><a href=\"?view=misses\">All %s paths that "
            "ended in 404</a></p>\n",
            semr_render_grouped(pool, (apr_uint64_t)model->misses_kept));
    }
    else if (rest > 0) {
        semr_out_printf(out, pool,
                        "<p class=\"rest\">%s more paths are kept, and not "
                        "listed here.</p>\n",
                        semr_render_grouped(pool, (apr_uint64_t)rest));
    }
}

void semr_render_html_misses(semr_out_t *out, const semr_render_model_t *model,
                             apr_pool_t *pool)
{
    int alone = model->view == SEMR_RENDER_MISSES;

    if (!alone && model->view != SEMR_RENDER_FRONT) {
        return;
    }
    if (!model->missed_since) {
        semr_out_puts(out, alone ? "<p class=\"rest\">Misses are not kept: "
                                   "<code>SemanticRedirectMisses</code> is 0."
                                   "</p>\n"
                                 : "");
        return;
    }
    if (model->nmisses) {
        write_table(out, model, pool);
    }
    else if (!model->misses_kept) {
        semr_out_printf(out, pool,
                        "<p class=\"rest\">No request has ended in 404 since "
                        "%.10s.</p>\n",
                        semr_render_time(pool, model->missed_since));
    }
    write_rest(out, model, pool);
}
