/* SPDX-License-Identifier: Apache-2.0
 * Rows of CSV, and the URLs in them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "import_cells.h"
#include "url.h"
#include "words.h"

static const char separators[] = {',', ';', '\t', '|'};

enum { WORDS_MAX = 500 };

/* The scanner reads behind the end, so it gets a text with room there. */
void import_cells_open(import_cells_t *cells, import_t *import, char separator)
{
    semr_mapfile_t *map = &cells->map;
    apr_size_t len = import->text.len;
    char *text = apr_palloc(import->pool, len + 1 + SEMR_MAPFILE_BEHIND);

    memset(cells, 0, sizeof(*cells));
    cells->import = import;
    cells->separator = separator;
    memcpy(text, import->text.p, len);
    text[len] = '\n';
    memset(text + len + 1, 0, SEMR_MAPFILE_BEHIND);
    map->at = map->buffer = text;
    map->end = text + len;
    map->ended = 1;
    map->line = 1;
    map->pool = import->pool;
    apr_pool_create(&map->scratch, import->pool); /* notices clear it */
    map->report = &cells->report;
    map->report->problems = map->report->notices =
        apr_array_make(import->pool, 4, sizeof(semr_mapfile_told_t));
    semr_rule_open(&map->reader, &map->rule, map->scratch, SEMR_RULE_CODES,
                   NULL, &map->diag);
    if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        map->at += 3;
    }
}

static semr_mapfile_scan_t find_separator(import_cells_t *cells)
{
    int i, most = -1, count = 0;

    for (i = 0; i < (int)sizeof(separators); i++) {
        int likely;

        if (semr_mapfile_scan(&cells->map, separators[i], &cells->row) !=
            SEMR_MAPFILE_WHOLE) {
            continue;
        }
        likely = semr_mapfile_columns_likely(&cells->row);
        if (cells->row.count > 1 &&
            (likely > most || (likely == most && cells->row.count > count))) {
            most = likely;
            count = cells->row.count;
            cells->separator = separators[i];
        }
    }
    if (!cells->separator) {
        return semr_mapfile_scan(&cells->map, ',', &cells->row);
    }
    return semr_mapfile_scan(&cells->map, cells->separator, &cells->row);
}

/* -- rows ------------------------------------------------------------------ */

static const char *words_of(const import_cells_t *cells, const char *end)
{
    apr_size_t len = (apr_size_t)(end - cells->map.at), i;
    char *words;

    len = len > WORDS_MAX ? WORDS_MAX : len;
    words = apr_pstrmemdup(cells->import->pool, cells->map.at, len);
    while (len && isspace((unsigned char)words[len - 1])) {
        words[--len] = '\0';
    }
    for (i = 0; i < len; i++) {
        if ((unsigned char)words[i] < ' ') {
            words[i] = words[i] == '\t' ? '\t' : ' ';
        }
    }
    return words;
}

/* Goes behind end, which is a line end or the end of all. */
static void pass(import_cells_t *cells, const char *end)
{
    semr_mapfile_t *map = &cells->map;

    for (; map->at < end; map->at++) {
        map->line += *map->at == '\n';
    }
    if (map->at < map->end) {
        map->at++;
        map->line++;
    }
}

static const char *line_end(const semr_mapfile_t *map)
{
    return memchr(map->at, '\n', (apr_size_t)(map->end - map->at) + 1);
}

/* A row's first line that says nothing: 1, and it is passed. */
static int pass_empty(import_cells_t *cells)
{
    semr_mapfile_t *map = &cells->map;
    const char *end = line_end(map), *p = map->at;

    while (p < end && (*p == ' ' || *p == '\r')) {
        p++;
    }
    if (p < end && *p != '#') {
        if (end - p < 5 || strncasecmp(p, "sep=", 4) ||
            (end - p > 5 && p[5] != '\r')) {
            return 0;
        }
        cells->separator = p[4];
    }
    else if (p < end) {
        import_comment(cells->import, map->line,
                       semr_view(p + 1, (apr_size_t)(end - p) - 1));
    }
    pass(cells, end);
    return 1;
}

/* What "" stands for */
static void undouble(import_cells_t *cells, int n)
{
    semr_view_t cell = cells->row.cells[n];
    char *text, *out;
    apr_size_t i;

    if (!cells->row.quoted || !cells->row.doubled[n]) {
        return;
    }
    out = text = apr_palloc(cells->import->pool, cell.len + 1);
    for (i = 0; i < cell.len; i++) {
        *out++ = cell.p[i];
        i += cell.p[i] == '"';
    }
    cells->row.cells[n] = semr_view(text, (apr_size_t)(out - text));
}

int import_cells_next(import_cells_t *cells)
{
    semr_mapfile_t *map = &cells->map;

    while (map->at < map->end) {
        semr_mapfile_scan_t found;
        int i;

        if (pass_empty(cells)) {
            continue;
        }
        found = cells->separator
                    ? semr_mapfile_scan(map, cells->separator, &cells->row)
                    : find_separator(cells);
        cells->line = map->line;
        if (found == SEMR_MAPFILE_WHOLE) {
            cells->words = words_of(cells, cells->row.end);
            for (i = 0; i < cells->row.count; i++) {
                undouble(cells, i);
            }
            pass(cells, cells->row.end);
            return 1;
        }
        import_leave(cells->import, map->line, words_of(cells, line_end(map)),
                     NULL, "%s",
                     found == SEMR_MAPFILE_OPEN ? "a quote is not closed."
                     : found == SEMR_MAPFILE_BEHIND_QUOTE
                         ? "something stands behind a closed quote, where a "
                           "separator belongs."
                         : "it is too long for a row.");
        pass(cells, line_end(map));
    }
    return 0;
}

const char *import_cell(import_cells_t *cells, int n)
{
    semr_view_t cell;

    if (n < 0 || n >= cells->row.count) {
        return "";
    }
    cell = cells->row.cells[n];
    while (cell.len && isspace((unsigned char)*cell.p)) {
        cell = semr_view(cell.p + 1, cell.len - 1);
    }
    while (cell.len && isspace((unsigned char)cell.p[cell.len - 1])) {
        cell.len--;
    }
    return apr_pstrmemdup(cells->import->pool, cell.len ? cell.p : "",
                          cell.len);
}

int import_cell_yes(const char *cell)
{
    static const char *const words[][2] = {
        {"0", "1"}, {"false", "true"},  {"no", "yes"},
        {"n", "y"}, {"plain", "regex"},
    };
    semr_view_t text = semr_view(cell, strlen(cell));
    apr_size_t i;

    for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (semr_words_equal(text, words[i][0])) {
            return 0;
        }
        if (semr_words_equal(text, words[i][1])) {
            return 1;
        }
    }
    return *cell ? -1 : -2;
}

/* -- a URL as FROM --------------------------------------------------------- */

static const char *take_authority(import_t *import, import_move_t *move,
                                  const char *url)
{
    apr_size_t len = strcspn(url, "/?#");
    const char *host = apr_pstrmemdup(import->pool, url, len);
    char *port = strrchr(host, ':');

    if (port && strspn(port + 1, "0123456789") == strlen(port + 1) &&
        strlen(port + 1) < 6) {
        move->port = (unsigned)atoi(port + 1);
        *port = '\0';
    }
    move->host = host;
    return url + len;
}

const char *import_from_url(import_t *import, import_move_t *move,
                            const char *url, int keeps_scheme)
{
    int has_host = 1;
    const char *end;
    char *query;

    if (!strncasecmp(url, "http://", 7)) {
        move->scheme = keeps_scheme ? SEMR_HTTP : SEMR_ANY_SCHEME;
        url += 7;
    }
    else if (!strncasecmp(url, "https://", 8)) {
        move->scheme = keeps_scheme ? SEMR_HTTPS : SEMR_ANY_SCHEME;
        url += 8;
    }
    else if (!strncmp(url, "//", 2)) {
        url += 2;
    }
    else {
        has_host = 0;
    }
    if (has_host) {
        url = take_authority(import, move, url);
    }
    if (strchr(url, '#')) {
        return "what is behind # is never sent by a client, so no server can "
               "tell it.";
    }
    end = url + strcspn(url, "?");
    move->from =
        end == url ? "/"
                   : apr_pstrmemdup(import->pool, url, (apr_size_t)(end - url));
    if (*end && end[1]) {
        query = apr_palloc(import->pool, 3 * strlen(end) + 1);
        *semr_url_safe_query(query, semr_view(end + 1, strlen(end + 1))) = '\0';
        move->query = query;
    }
    return NULL;
}
