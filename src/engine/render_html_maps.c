/* SPDX-License-Identifier: Apache-2.0
 * Maps on the page, and what cells of it share.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_parts.h"

typedef struct cell_t {
    semr_out_t *out;
    apr_pool_t *pool;
    const semr_render_map_t *map;
    apr_int64_t now;
} cell_t;

/* -- words ----------------------------------------------------------------- */

void semr_render_put(semr_out_t *out, const char *text)
{
    semr_out_html(out, text, strlen(text));
}

/* Best broken behind a slash */
void semr_render_put_path(semr_out_t *out, const char *path)
{
    const char *slash;

    while ((slash = strchr(path, '/')) != NULL) {
        semr_out_html(out, path, (apr_size_t)(slash + 1 - path));
        semr_out_puts(out, slash[1] && slash[1] != '/' ? "<wbr>" : "");
        path = slash + 1;
    }
    semr_render_put(out, path);
}

void semr_render_put_code(semr_out_t *out, const char *path)
{
    semr_out_puts(out, "<code>");
    semr_render_put_path(out, path);
    semr_out_puts(out, "</code>");
}

void semr_render_put_nothing(semr_out_t *out)
{
    semr_out_puts(out, "<span class=\"nil\">&ndash;</span>");
}

/* -- the cells of a map ---------------------------------------------------- */

static void put_number(const cell_t *cell, apr_uint64_t number)
{
    semr_out_puts(cell->out, semr_render_grouped(cell->pool, number));
}

static void put_time(const cell_t *cell, apr_int64_t seconds)
{
    const char *time;

    if (!seconds) {
        semr_render_put_nothing(cell->out);
        return;
    }
    time = semr_render_time(cell->pool, seconds);
    semr_out_printf(cell->out, cell->pool,
                    "<time datetime=\"%s\">%.10s %.8s</time>", time, time,
                    time + 11);
    if (cell->now > seconds) {
        semr_out_printf(cell->out, cell->pool,
                        "<div class=\"more\">%s ago</div>",
                        semr_render_lasting(cell->pool, cell->now - seconds));
    }
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
        semr_out_printf(cell->out, cell->pool, " <small>(%s)</small></p>",
                        semr_render_time(cell->pool, cell->map->failed));
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

static void html_bytes(const cell_t *cell)
{
    put_number(cell, cell->map->bytes);
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
    const char *name;
    const char *heading; /* "" and NULL: it goes on in the cell before */
    const char *what;
    void (*put)(const cell_t *cell);
} fields[] = {
#define X(id, key, heading, what) {#id, heading, what, html_##id},
    SEMR_RENDER_MAP_FIELDS(X)
#undef X
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static int begins_cell(int i)
{
    return fields[i].heading && *fields[i].heading;
}

static void write_map(const cell_t *cell)
{
    int i;

    semr_out_puts(cell->out,
                  cell->map->error ? "<tr class=\"failed\">" : "<tr>");
    for (i = 0; i < FIELDS; i++) {
        if (begins_cell(i)) {
            semr_out_printf(cell->out, cell->pool,
                            i ? "</td><td class=\"%s\" data-h=\"%s\">"
                              : "<td class=\"%s\" data-h=\"%s\">",
                            fields[i].name, fields[i].heading);
        }
        fields[i].put(cell);
    }
    semr_out_puts(cell->out, "</td></tr>\n");
}

void semr_render_html_maps(semr_out_t *out, const semr_render_model_t *model,
                           apr_pool_t *pool)
{
    cell_t cell = {out, pool, NULL, model->now};
    int i;

    if (!model->nmaps) {
        return;
    }
    semr_out_puts(out, "<table class=\"maps\">\n<caption>Maps</caption>\n"
                       "<thead><tr>");
    for (i = 0; i < FIELDS; i++) {
        if (begins_cell(i)) {
            semr_out_printf(out, pool,
                            "<th scope=\"col\" class=\"%s\" title=\"%s\">%s"
                            "</th>",
                            fields[i].name, fields[i].what, fields[i].heading);
        }
    }
    semr_out_puts(out, "</tr></thead>\n<tbody>\n");
    for (i = 0; i < model->nmaps; i++) {
        cell.map = model->maps + i;
        write_map(&cell);
    }
    semr_out_puts(out, "</tbody>\n</table>\n");
}
