/* SPDX-License-Identifier: Apache-2.0
 * import csv: tables that come out of spreadsheets and content systems.
 *
 * The columns are found by their names, as in a CSV map (mapfile_columns.c);
 * without names they are from, to and code.  A row says what SemanticRedirect's
 * own rule of that path would: with or without a slash at its end, and what the
 * client's query has is carried on.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "import_cells.h"
#include "words.h"

static int is_word(const char *text, const char *word)
{
    return semr_words_equal(semr_view(text, strlen(text)), word);
}

/* -- the first row --------------------------------------------------------- */

/* 0: the row is a redirect. */
static int read_header(import_cells_t *cells, semr_mapfile_columns_t *columns)
{
    apr_array_header_t *notices = cells->report.notices;
    int i;

    semr_mapfile_columns_default(columns);
    if (!semr_mapfile_columns_named(&cells->row)) {
        return 0;
    }
    semr_mapfile_columns_read(&cells->map, &cells->row, columns);
    for (i = 0; i < notices->nelts; i++) {
        import_notice(cells->import, cells->line, cells->words, "%s",
                      APR_ARRAY_IDX(notices, i, semr_mapfile_told_t).text);
    }
    return 1;
}

/* -- a row ----------------------------------------------------------------- */

static void leave(import_cells_t *cells, const char *why)
{
    import_leave(cells->import, cells->line, cells->words, NULL, "%s", why);
}

/* The code of a cell: a number, an intent, or whether it is permanent.  -2: it
 * is none of these; 0: the cell says nothing. */
static int code_of(const semr_mapfile_columns_t *columns, const char *cell)
{
    static const int codes[SEMR_INTENTS] = {301, 302, 303, 410, IMPORT_NONE};
    int yes = import_cell_yes(cell);
    char *end;
    long code;

    if (!*cell) {
        return 0;
    }
    if (columns->says_permanent) {
        return yes < 0 ? -2 : yes ? 301 : 302;
    }
    code = semr_intent_parse(semr_view(cell, strlen(cell)));
    if (code >= 0) {
        return codes[code];
    }
    code = strtol(cell, &end, 10);
    if (end == cell || (*end && strcmp(end, ".0")) || code < 100 ||
        code > 599) {
        return -2;
    }
    return (int)code;
}

/* An option's column; 0: no move can have it. */
static int take_option(import_move_t *move, const char *name, const char *cell)
{
    if (!*cell) {
        return 1;
    }
    if (!strcmp(name, "note")) {
        move->note = cell;
    }
    else if (!strcmp(name, "host")) {
        move->host = cell;
    }
    else if (!strcmp(name, "only")) {
        move->only = cell;
    }
    else if (!strcmp(name, "query") && is_word(cell, "drop")) {
        move->drop_query = 1;
    }
    else if (!strcmp(name, "case") && is_word(cell, "ignore")) {
        move->fold = 1;
    }
    else if (!strcmp(name, "slash") && is_word(cell, "exact")) {
        move->either = 0;
    }
    else if (!strcmp(name, "stage") && is_word(cell, "off")) {
        move->off = 1;
    }
    else {
        return 0;
    }
    return 1;
}

static void take_options(import_cells_t *cells,
                         const semr_mapfile_columns_t *columns,
                         import_move_t *move)
{
    int i;

    for (i = 0; i < columns->noptions; i++) {
        const char *name = semr_rule_option_table[columns->options[i].row].name;
        const char *cell = import_cell(cells, columns->options[i].at);

        if (!take_option(move, name, cell)) {
            import_notice(cells->import, cells->line, cells->words,
                          "%s \"%s\" is not taken over. Such a CSV is a map as "
                          "it is: SemanticRedirectMap reads it.",
                          name, cell);
        }
    }
    move->off |= columns->state != SEMR_MAPFILE_NO_CELL &&
                 is_word(import_cell(cells, columns->state), "disabled");
}

/* Whether a host seems to stand where a path belongs */
static int has_host(const char *from)
{
    apr_size_t len = strcspn(from, "/");

    return from[len] == '/' && memchr(from, '.', len);
}

/* Sets what the row takes; returns why it cannot, or NULL. */
static const char *take_from(import_cells_t *cells, import_move_t *move,
                             const char *from, int is_regex)
{
    import_t *import = cells->import;
    const char *why;
    apr_size_t len;

    if (!*from) {
        return "it names no path that has moved.";
    }
    if (is_regex || *from == '~') {
        move->kind = IMPORT_REGEX;
        from += *from == '~';
        move->fold |= is_regex ? 0 : *from == '*';
        move->from = from + (!is_regex && *from == '*');
        return NULL;
    }
    if (*from != '/' && strncasecmp(from, "http", 4) && has_host(from)) {
        return "it names neither a path nor surely a host. Write /path, or "
               "https://host/path.";
    }
    if (*from != '/' && !strstr(from, "://")) {
        from = apr_pstrcat(import->pool, "/", from, NULL);
    }
    why = import_from_url(import, move, from, 0);
    len = strlen(move->from ? move->from : "");
    move->either = 1;
    if (!why && len > 1 && !strcmp(move->from + len - 2, "/*")) {
        move->kind = IMPORT_PREFIX;
        move->from =
            len == 2 ? "/" : apr_pstrmemdup(import->pool, move->from, len - 2);
    }
    return why;
}

/* TO, where a tree's star stays one */
static void take_to(import_t *import, import_move_t *move, const char *to)
{
    apr_size_t len = strlen(to);

    if (!len) {
        return;
    }
    if (move->kind == IMPORT_REGEX) {
        move->to = import_template(import, semr_view(to, len), '$', 0);
    }
    else if (move->kind == IMPORT_PREFIX && to[len - 1] == '*') {
        move->to = apr_pstrcat(
            import->pool, import_to(import, semr_view(to, len - 1)), "*", NULL);
    }
    else {
        move->to = import_to(import, semr_view(to, len));
    }
}

static void read_row(import_cells_t *cells,
                     const semr_mapfile_columns_t *columns)
{
    import_move_t move = {.line = cells->line, .words = cells->words};
    const char *code = import_cell(cells, columns->intent);
    const char *to = import_cell(cells, columns->to);
    int is_regex = import_cell_yes(import_cell(cells, columns->regex));
    const char *why;

    move.code = code_of(columns, code);
    if (move.code == -2) {
        leave(cells, apr_psprintf(cells->import->pool,
                                  "\"%s\" is neither a status code nor an "
                                  "intent.",
                                  code));
        return;
    }
    why = is_regex == -1
              ? "its column does not say whether it is a regex."
              : take_from(cells, &move, import_cell(cells, columns->from),
                          is_regex > 0);
    if (!why && is_word(to, "tna")) {
        why = "it goes to the web archive of its site. Write the URL there.";
    }
    take_to(cells->import, &move, to);
    if (!why && !move.to && move.code != 410 && move.code != 404 &&
        move.code != 451 && move.code != IMPORT_NONE &&
        (move.code || cells->import->intent != SEMR_GONE)) {
        why = "it does not say where to, so nobody has decided yet. Write gone "
              "where there is no successor.";
    }
    if (why) {
        leave(cells, why);
        return;
    }
    take_options(cells, columns, &move);
    import_move(cells->import, &move);
}

apr_status_t import_read_csv(import_t *import)
{
    semr_mapfile_columns_t columns;
    import_cells_t cells;

    import_cells_open(&cells, import, 0);
    if (!import_cells_next(&cells)) {
        return APR_SUCCESS;
    }
    if (!read_header(&cells, &columns)) {
        read_row(&cells, &columns);
    }
    else if (columns.from == SEMR_MAPFILE_NO_CELL) {
        import_leave(import, 0, "", NULL,
                     "none of its columns is from, source or old, so it is no "
                     "list of redirects.");
        return APR_EINVAL;
    }
    while (import_cells_next(&cells)) {
        read_row(&cells, &columns);
    }
    return APR_SUCCESS;
}
