/* SPDX-License-Identifier: Apache-2.0
 * Maps on the page.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_html_parts.h"

typedef struct cell_t {
    semr_out_t *out;
    apr_pool_t *pool;
    const semr_render_map_t *map;
    apr_int64_t now;
} cell_t;

/* -- the cells of a map ---------------------------------------------------- */

static void put_number(const cell_t *cell, apr_uint64_t number)
{
    semr_out_puts(cell->out, semr_render_grouped(cell->pool, number));
}

static void put_time(const cell_t *cell, apr_int64_t seconds)
{
    if (!seconds) {
        semr_render_put_nothing(cell->out);
        return;
    }
    semr_render_put_ago(cell->out, cell->pool, seconds, cell->now);
    semr_out_puts(cell->out, "<div class=\"more\">");
    semr_render_put_time(cell->out, cell->pool, seconds);
    semr_out_puts(cell->out, "</div>");
}

static void html_source(const cell_t *cell)
{
    semr_render_put_code(cell->out, cell->map->source);
}

static void html_kind(const cell_t *cell)
{
    semr_out_printf(cell->out, cell->pool, "<div class=\"more\">%s",
                    cell->map->kind);
}

static void html_options(const cell_t *cell)
{
    if (cell->map->options) {
        semr_out_puts(cell->out, " ");
        semr_render_put_code(cell->out, cell->map->options);
    }
    semr_out_puts(cell->out, "</div>");
}

static void html_error(const cell_t *cell)
{
    if (cell->map->error) {
        semr_out_puts(cell->out, "<p class=\"error\">");
        semr_render_put(cell->out, cell->map->error);
    }
}

static void html_failed(const cell_t *cell)
{
    if (cell->map->error) {
        semr_out_puts(cell->out, " <small>");
        if (cell->map->failed) {
            semr_render_put_ago(cell->out, cell->pool, cell->map->failed,
                                cell->now);
        }
        semr_out_puts(cell->out, "</small></p>");
    }
}

static void html_rows(const cell_t *cell)
{
    put_number(cell, cell->map->rows);
}

static void html_left_out(const cell_t *cell)
{
    if (cell->map->left_out) {
        semr_out_printf(cell->out, cell->pool,
                        "<div class=\"error\">%s left out</div>",
                        semr_render_grouped(cell->pool, cell->map->left_out));
    }
}

static void html_rules(const cell_t *cell)
{
    put_number(cell, cell->map->rules);
}

/* Nobody counts the bytes of a map: 74.1 MB. */
static void html_bytes(const cell_t *cell)
{
    static const char *const units[] = {"B", "kB", "MB", "GB"};
    double size = (double)cell->map->bytes;
    int i = 0;

    for (; size >= 1000 && i < 3; i++) {
        size /= 1000;
    }
    semr_out_printf(cell->out, cell->pool,
                    i && size < 100 ? "%.1f %s" : "%.0f %s", size, units[i]);
}

static void html_generation(const cell_t *cell)
{
    put_number(cell, cell->map->generation);
}

static void html_built(const cell_t *cell)
{
    put_time(cell, cell->map->built);
}

static void html_took(const cell_t *cell)
{
    if (cell->map->built) {
        semr_out_printf(
            cell->out, cell->pool, "<div class=\"more\">in %s ms</div>",
            semr_render_grouped(cell->pool, (apr_uint64_t)cell->map->took));
    }
}

static void html_modified(const cell_t *cell)
{
    put_time(cell, cell->map->modified);
}

static void html_inherited_map(const cell_t *cell)
{
    if (cell->map->inherited) {
        semr_out_puts(cell->out, "<div class=\"more\">inherited from the main "
                                 "server</div>");
    }
}

/* -- the table ------------------------------------------------------------- */

static const struct {
    semr_render_column_t column;
    void (*put)(const cell_t *cell);
} fields[] = {
#define X(id, key, heading, what) {{#id, heading, what}, html_##id},
    SEMR_RENDER_MAP_FIELDS(X)
#undef X
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static void write_map(const cell_t *cell, int number)
{
    const char *end = "";
    int i;

    semr_out_printf(cell->out, cell->pool, "<tr%s id=\"map-%d\">",
                    cell->map->error ? " class=\"failed\"" : "", number);
    for (i = 0; i < FIELDS; i++) {
        end = semr_render_html_cell(cell->out, cell->pool, &fields[i].column,
                                    !i, end);
        fields[i].put(cell);
    }
    semr_out_puts(cell->out, end);
    semr_out_puts(cell->out, "</tr>\n");
}

void semr_render_html_maps(semr_out_t *out, const semr_render_model_t *model,
                           apr_pool_t *pool)
{
    cell_t cell = {out, pool, NULL, model->now};
    int i;

    if (!model->nmaps) {
        return;
    }
    semr_out_puts(out, "<section aria-labelledby=\"maps\">\n"
                       "<h2 id=\"maps\">Maps</h2>\n"
                       "<table class=\"maps\">\n<caption class=\"unseen\">"
                       "Maps of this server</caption>\n<thead><tr>");
    for (i = 0; i < FIELDS; i++) {
        semr_render_html_heading(out, pool, &fields[i].column);
    }
    semr_out_puts(out, "</tr></thead>\n<tbody>\n");
    for (i = 0; i < model->nmaps; i++) {
        cell.map = model->maps + i;
        write_map(&cell, i + 1);
    }
    semr_out_puts(out, "</tbody>\n</table>\n</section>\n");
}
