/* SPDX-License-Identifier: Apache-2.0
 * import cloudflare-bulk: the CSV of Bulk Redirects, which has no names.
 *
 *     SOURCE,TARGET[,STATUS[,PRESERVE_QUERY_STRING[,INCLUDE_SUBDOMAINS
 *         [,SUBPATH_MATCHING[,PRESERVE_PATH_SUFFIX]]]]]
 *
 * Cloudflare's page about this file says that all four are FALSE by default;
 * its page about the parameters, that the last is true.  A file is read as the
 * page about files has it, and where that matters it is told.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "import_cells.h"

enum { SOURCE, TARGET, CODE, KEEP_QUERY, SUBDOMAINS, SUBPATH, SUFFIX, CELLS };

/* What is below goes behind the target's path, before its query. */
static const char *with_star(import_t *import, const char *target)
{
    const char *path = strstr(target, "://");
    apr_size_t len = strcspn(target, "?#"), bare = len;

    path = strchr(path ? path + 3 : target, '/');
    while (path && bare > (apr_size_t)(path - target) &&
           target[bare - 1] == '/') {
        bare--;
    }
    return apr_pstrcat(
        import->pool, import_to(import, semr_view(target, bare)), "/*",
        import_to(import, semr_view(target + len, strlen(target + len))), NULL);
}

static void take_tree(import_cells_t *cells, import_move_t *move,
                      const char *target, int suffix)
{
    apr_size_t len = strlen(move->from);

    move->kind = IMPORT_PREFIX;
    move->ends_slash = len > 1 && move->from[len - 1] == '/';
    if (suffix == 1) {
        move->to = with_star(cells->import, target);
    }
    else if (suffix == -2) {
        import_notice(cells->import, cells->line, cells->words,
                      "whether what is below goes on to the target is not "
                      "said, and Cloudflare's pages disagree: read as FALSE, "
                      "all goes to the target itself. End TO in /* if it shall "
                      "go on.");
    }
}

static const char *take_source(import_cells_t *cells, import_move_t *move)
{
    const char *source = import_cell(cells, SOURCE), *why;

    if (!*source) {
        return "it has no source.";
    }
    if (*source == '/') {
        return "its source names no host.";
    }
    if (!strstr(source, "://")) {
        source = apr_pstrcat(cells->import->pool, "//", source, NULL);
    }
    why = import_from_url(cells->import, move, source, 1);
    return !why && move->query ? "its source has a query, which such a list "
                                 "cannot have."
                               : why;
}

static void read_row(import_cells_t *cells)
{
    import_move_t move = {.line = cells->line, .words = cells->words};
    const char *code = import_cell(cells, CODE);
    const char *target = import_cell(cells, TARGET);
    const char *why = take_source(cells, &move);
    int yes[CELLS], i;

    move.code = *code ? atoi(code) : 301;
    for (i = KEEP_QUERY; i < CELLS; i++) {
        yes[i] = import_cell_yes(import_cell(cells, i));
        if (!why && yes[i] == -1) {
            why = "a cell that is TRUE or FALSE is neither.";
        }
    }
    if (!why && move.code != 301 && move.code != 302 && move.code != 307 &&
        move.code != 308) {
        why = "its status is none of 301, 302, 307 and 308.";
    }
    if (!why && !*target) {
        why = "it has no target.";
    }
    if (why) {
        import_leave(cells->import, cells->line, cells->words, NULL, "%s", why);
        return;
    }
    move.drop_query = yes[KEEP_QUERY] != 1;
    move.to = import_to(cells->import, semr_view(target, strlen(target)));
    if (yes[SUBPATH] == 1) {
        take_tree(cells, &move, target, yes[SUFFIX]);
    }
    import_move(cells->import, &move);
    if (yes[SUBDOMAINS] == 1) {
        move.host = apr_pstrcat(cells->import->pool, "*.", move.host, NULL);
        import_move(cells->import, &move);
    }
}

apr_status_t import_read_bulk(import_t *import)
{
    import_cells_t cells;

    import->unordered = 1;
    import_cells_open(&cells, import, ',');
    while (import_cells_next(&cells)) {
        read_row(&cells);
    }
    return APR_SUCCESS;
}
