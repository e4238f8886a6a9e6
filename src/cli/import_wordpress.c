/* SPDX-License-Identifier: Apache-2.0
 * import wordpress: the CSV that the plugin Redirection exports and reads.
 *
 *     source,target,regex,code,type,hits,title,status
 *
 * The file keeps none of a redirect's flags, so the plugin's defaults hold for
 * all: case and a slash at the end do not matter.  A regex is asked with the
 * query behind the path; a row without a regex column is one if it has such
 * signs, as the plugin itself has it.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "import_cells.h"

enum { SOURCE, TARGET, REGEX, CODE, TYPE, HITS, TITLE, STATUS };

static void leave(import_cells_t *cells, const char *why)
{
    import_leave(cells->import, cells->line, cells->words, NULL, "%s", why);
}

static int is_regex(import_cells_t *cells, const char *source)
{
    if (cells->row.count > REGEX) {
        return atoi(import_cell(cells, REGEX)) == 1;
    }
    return strpbrk(source, "()[]$^*") != NULL;
}

/* Whether TO has a group that TO of a rule would read as another */
static int has_long_group(const char *target)
{
    const char *p;

    for (p = target; (p = strchr(p, '$')); p++) {
        if (strspn(p + 1, "0123456789") > 1) {
            return 1;
        }
    }
    return 0;
}

static const char *take_regex(import_cells_t *cells, import_move_t *move,
                              const char *source, const char *target)
{
    if (strstr(source, "\\?")) {
        return "its regex asks for a query, and a rule's regex sees the path "
               "alone. Write the path with ?name=value, or a directive with "
               "if=.";
    }
    if (has_long_group(target)) {
        return "it takes a group beyond the ninth.";
    }
    move->kind = IMPORT_REGEX;
    move->from = source;
    move->to = import_template(cells->import, semr_view(target, strlen(target)),
                               '$', 1);
    return NULL;
}

static const char *read_type(import_cells_t *cells, const import_move_t *move)
{
    const char *type = import_cell(cells, TYPE);

    if (!strcmp(type, "nothing")) {
        return "it does nothing. A rule of the intent none would leave the URL "
               "alone.";
    }
    if (!strcmp(type, "random") || !strcmp(type, "pass")) {
        return "it goes to a random page, or shows another in place; a rule "
               "redirects to one URL.";
    }
    if (move->code >= 400 && move->code != 404 && move->code != 410 &&
        move->code != 451) {
        return "it is an error other than 404, 410 and 451.";
    }
    return NULL;
}

/* What is no code, or not there, is 301 to the plugin. */
static int code_of(const char *cell)
{
    long code = strtol(cell, NULL, 10);

    return code >= 100 && code <= 599 ? (int)code : 301;
}

static void read_row(import_cells_t *cells)
{
    import_move_t move = {.line = cells->line, .words = cells->words};
    const char *source = import_cell(cells, SOURCE);
    const char *target = import_cell(cells, TARGET);
    const char *why;

    move.fold = move.either = 1;
    move.code = code_of(import_cell(cells, CODE));
    move.note = import_cell(cells, TITLE);
    move.off = !strcmp(import_cell(cells, STATUS), "disabled");
    why = read_type(cells, &move);
    if (!why && is_regex(cells, source)) {
        why = take_regex(cells, &move, source, target);
    }
    else if (!why) {
        if (*source != '/' && !strstr(source, "://")) {
            source = apr_pstrcat(cells->import->pool, "/", source, NULL);
        }
        why = import_from_url(cells->import, &move, source, 0);
        move.to = import_to(cells->import, semr_view(target, strlen(target)));
    }
    if (!why && move.code < 400 && !*target) {
        why = "it has no target.";
    }
    if (why) {
        leave(cells, why);
        return;
    }
    import_move(cells->import, &move);
}

apr_status_t import_read_wordpress(import_t *import)
{
    import_cells_t cells;
    int rows = 0;

    import_cells_open(&cells, import, 0);
    while (import_cells_next(&cells)) {
        if (!strcmp(import_cell(&cells, SOURCE), "source") ||
            !strcmp(import_cell(&cells, TARGET), "target")) {
            continue;
        }
        if (!rows++) {
            import_notice(import, cells.line, "",
                          "the file does not tell case, slash and query: as "
                          "the plugin's defaults have it, case and a slash at "
                          "the end do not matter in any row; a query beyond "
                          "that of the row, which is no match there, is "
                          "carried on here.");
        }
        read_row(&cells);
    }
    return APR_SUCCESS;
}
