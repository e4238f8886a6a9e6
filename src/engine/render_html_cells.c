/* SPDX-License-Identifier: Apache-2.0
 * Tables of the page whose columns are rows of an X table.
 */
#include "render_html_parts.h"

int semr_render_html_begins(const semr_render_column_t *column)
{
    return column->heading && *column->heading;
}

void semr_render_html_heading(semr_out_t *out, apr_pool_t *pool,
                              const semr_render_column_t *column)
{
    if (!semr_render_html_begins(column)) {
        return;
    }
    semr_out_printf(out, pool, "<th scope=\"col\" class=\"%s\"", column->name);
    if (column->title) {
        semr_out_printf(out, pool, " title=\"%s\"", column->title);
    }
    semr_out_printf(out, pool, ">%s</th>", column->heading);
}

const char *semr_render_html_cell(semr_out_t *out, apr_pool_t *pool,
                                  const semr_render_column_t *column,
                                  int is_row_header, const char *end)
{
    if (!semr_render_html_begins(column)) {
        return end;
    }
    semr_out_printf(out, pool,
                    is_row_header ? "%s<th scope=\"row\" class=\"%s\">"
                                  : "%s<td class=\"%s\" data-h=\"%s\">",
                    end, column->name, column->heading);
    return is_row_header ? "</th>" : "</td>";
}
