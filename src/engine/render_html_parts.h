/* SPDX-License-Identifier: Apache-2.0
 * The sections of the page; private to render_html*.c.
 *
 * Each writes itself whole, from its heading to its end, and nothing if the
 * model has nothing for it.
 */
#ifndef SEMR_RENDER_HTML_PARTS_H
#define SEMR_RENDER_HTML_PARTS_H

#include "render_parts.h"

/* A column of a table; a field without a heading goes on in the cell before. */
typedef struct semr_render_column_t {
    const char *name;    /* its class */
    const char *heading; /* "" or NULL: none */
    const char *title;   /* of the heading; NULL: none */
} semr_render_column_t;

/* Whether a field begins a cell. */
int semr_render_html_begins(const semr_render_column_t *column);

/* The heading of a column, if it is one. */
void semr_render_html_heading(semr_out_t *out, apr_pool_t *pool,
                              const semr_render_column_t *column);

/* Ends the cell before and begins one, if the field does; returns what ends the
 * one that is open.  end is what it returned before in this row, at first "".
 */
const char *semr_render_html_cell(semr_out_t *out, apr_pool_t *pool,
                                  const semr_render_column_t *column,
                                  int is_row_header, const char *end);

/* Is it working: the stage, rules, maps, answers by code. */
void semr_render_html_working(semr_out_t *out, const semr_render_model_t *model,
                              apr_pool_t *pool);

/* What needs the administrator: one list, most severe first. */
void semr_render_html_needs(semr_out_t *out, const semr_render_model_t *model,
                            apr_pool_t *pool);

/* The table of maps. */
void semr_render_html_maps(semr_out_t *out, const semr_render_model_t *model,
                           apr_pool_t *pool);

/* Every finding that the report has. */
void semr_render_html_findings(semr_out_t *out,
                               const semr_render_model_t *model,
                               apr_pool_t *pool);

/* Which rules are there: the search, the rows that the model gives, the pager.
 */
void semr_render_html_rules(semr_out_t *out, const semr_render_model_t *model,
                            apr_pool_t *pool);

/* Parts of the above: whether the model's search leaves rules out; the form;
 * how many it has found; and the way to more than was told. */
int semr_render_html_narrows(const semr_render_model_t *model);
void semr_render_html_search(semr_out_t *out, const semr_render_model_t *model,
                             apr_pool_t *pool);
void semr_render_html_found(semr_out_t *out, const semr_render_model_t *model,
                            apr_pool_t *pool);
void semr_render_html_pager(semr_out_t *out, const semr_render_model_t *model,
                            const semr_render_told_t *told, apr_pool_t *pool);

/* What the columns of the rules say. */
void semr_render_html_legend(semr_out_t *out, apr_pool_t *pool);

/* The table of misses, below its heading; in the view of them, all that are
 * kept. */
void semr_render_html_misses(semr_out_t *out, const semr_render_model_t *model,
                             apr_pool_t *pool);

/* The view that explains a request: its form, and what would become of it; and
 * a small form for other views. */
void semr_render_html_explain(semr_out_t *out, const semr_render_model_t *model,
                              apr_pool_t *pool);
void semr_render_html_explain_form(semr_out_t *out, apr_pool_t *pool);

#endif
