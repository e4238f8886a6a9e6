/* SPDX-License-Identifier: Apache-2.0
 * CSV maps: the first row tells separator and columns, the others are rules.
 *
 * A row that cannot be taken apart ends with its first line, so that a quote
 * which is not closed costs no more than that row.
 */
#include <string.h>

#include <apr_strings.h>

#include "mapfile_parts.h"

typedef struct csv_t {
    semr_mapfile_t *map;
    char separator;
    int is_known;    /* a row of several cells had it, or a line said it */
    int has_columns; /* the first row was there */
    semr_mapfile_columns_t columns;
    semr_mapfile_cells_t cells;
} csv_t;

static const char separators[] = {',', ';', '\t'};

enum { SEPARATORS = sizeof(separators), SHOWN = 60 };

/* -- the first row --------------------------------------------------------- */

/* Finds the separator by which most cells make sense, or else the one that
 * makes the most cells, or one by which the row is wrong, so that it is
 * refused and the next one asked; MORE: that cannot be said yet. */
static semr_mapfile_scan_t find_separator(csv_t *csv)
{
    int i, likely, most = -1, count = 1;
    char wrong = separators[0];

    csv->separator = 0;
    for (i = 0; i < SEPARATORS; i++) {
        semr_mapfile_scan_t found =
            semr_mapfile_scan(csv->map, separators[i], &csv->cells);

        if (found == SEMR_MAPFILE_MORE) {
            return found;
        }
        if (found != SEMR_MAPFILE_WHOLE) {
            wrong = separators[i];
            continue;
        }
        likely = semr_mapfile_columns_likely(&csv->cells);
        if (csv->cells.count > 1 &&
            (likely > most || (likely == most && csv->cells.count > count))) {
            most = likely;
            count = csv->cells.count;
            csv->separator = separators[i];
        }
    }
    if (csv->separator == 0) {
        csv->separator = wrong;
    }
    return semr_mapfile_scan(csv->map, csv->separator, &csv->cells);
}

/* "sep=;" is for a spreadsheet, and tells the separator. */
static int is_sep_line(csv_t *csv)
{
    const char *p = csv->map->at, *end = csv->cells.end;

    while (end > p && (end[-1] == '\r' || end[-1] == ' ')) {
        end--;
    }
    if (end - p != 5 || !semr_words_equal(semr_view(p, 4), "sep=") ||
        !memchr(separators, p[4], SEPARATORS)) {
        return 0;
    }
    csv->separator = p[4];
    csv->is_known = 1;
    return 1;
}

/* Reads the names of the columns; 0: the row is a rule. */
static int read_header(csv_t *csv)
{
    csv->has_columns = 1;
    semr_mapfile_columns_default(&csv->columns);
    if (!semr_mapfile_columns_named(&csv->cells)) {
        return 0;
    }
    semr_mapfile_columns_read(csv->map, &csv->cells, &csv->columns);
    if (csv->columns.from == SEMR_MAPFILE_NO_CELL) {
        semr_mapfile_refuse(
            csv->map,
            "\"%s\" and the other names of columns tell no "
            "FROM, so that no row is a rule. Call one of them "
            "from, source or old.",
            semr_rule_show(&csv->map->reader, csv->cells.cells[0]));
    }
    return 1;
}

/* -- a row ----------------------------------------------------------------- */

static semr_view_t undoubled(semr_rule_reader_t *reader, semr_view_t cell,
                             unsigned doubled)
{
    char *text = apr_palloc(semr_rule_pool(reader), cell.len - doubled);
    char *out = text;
    apr_size_t i;

    for (i = 0; i < cell.len; i++) {
        *out++ = cell.p[i];
        i += cell.p[i] == '"';
    }
    return semr_view(text, (apr_size_t)(out - text));
}

/* Makes the cells what they say, and as many as there are columns. */
static void complete(csv_t *csv)
{
    semr_mapfile_cells_t *cells = &csv->cells;
    int i;

    for (i = 0; cells->quoted && i < cells->count; i++) {
        if (cells->doubled[i]) {
            cells->cells[i] = undoubled(&csv->map->reader, cells->cells[i],
                                        cells->doubled[i]);
        }
    }
    for (i = cells->count; i < csv->columns.count; i++) {
        cells->cells[i] = semr_view(NULL, 0);
    }
}

static inline semr_view_t cell_at(const csv_t *csv, int at)
{
    return csv->cells.cells[at];
}

static apr_status_t refuse(csv_t *csv, const char *format, semr_view_t cell)
{
    semr_rule_reader_t *reader = &csv->map->reader;
    const char *shown = semr_rule_show(reader, cell);

    reader->diag->text =
        apr_psprintf(semr_rule_pool(reader), "\"%s\" %s", shown, format);
    return APR_EINVAL;
}

/* Yes and no, as they are written in the wild; -1: neither */
static int yes_or_no(semr_view_t cell)
{
    static const char *const words[][2] = {
        {"0", "1"}, {"false", "true"},  {"no", "yes"},
        {"n", "y"}, {"plain", "regex"},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (semr_words_equal(cell, words[i][0])) {
            return 0;
        }
        if (semr_words_equal(cell, words[i][1])) {
            return 1;
        }
    }
    return -1;
}

static apr_status_t read_intent(csv_t *csv, semr_view_t from)
{
    semr_rule_reader_t *reader = &csv->map->reader;
    semr_view_t cell = cell_at(csv, csv->columns.intent);
    int yes;

    if (cell.len == 0) {
        if (reader->defaults->intent < 0) {
            return refuse(csv,
                          "has no intent. Say what the move means in a column "
                          "intent, as in permanent, or for all rows by intent= "
                          "on the directive.",
                          from);
        }
        reader->rule->policy.intent = (semr_intent_t)reader->defaults->intent;
        return APR_SUCCESS;
    }
    if (cell.len == 5 && memcmp(cell.p + 3, ".0", 2) == 0) {
        cell.len = 3; /* a number that went through a spreadsheet */
    }
    if (!csv->columns.says_permanent) {
        return semr_rule_read_intent(reader, cell);
    }
    yes = yes_or_no(cell);
    reader->rule->policy.intent = yes ? SEMR_PERMANENT : SEMR_TEMPORARY;
    return yes >= 0 ? APR_SUCCESS
                    : refuse(csv,
                             "is neither true nor false, so it does not say "
                             "whether the move is permanent.",
                             cell);
}

static apr_status_t read_options(csv_t *csv)
{
    semr_rule_reader_t *reader = &csv->map->reader;
    semr_view_t cell;
    int i, row;

    for (i = 0; i < csv->columns.noptions; i++) {
        cell = cell_at(csv, csv->columns.options[i].at);
        row = csv->columns.options[i].row;
        if (cell.len > 0) {
            reader->given |= 1U << row;
            if (semr_rule_option_table[row].read(reader, cell) != APR_SUCCESS) {
                return APR_EINVAL;
            }
        }
    }
    if (csv->columns.state != SEMR_MAPFILE_NO_CELL &&
        semr_words_equal(cell_at(csv, csv->columns.state), "disabled")) {
        reader->rule->policy.stage = SEMR_OFF;
    }
    return APR_SUCCESS;
}

/* Whether FROM is a regex by a column, or by its tilde */
static apr_status_t read_regex(csv_t *csv, semr_view_t from)
{
    semr_view_t cell = cell_at(csv, csv->columns.regex);
    int yes = cell.len ? yes_or_no(cell) : 0;

    csv->map->reader.flags = SEMR_RULE_CODES;
    if (yes < 0) {
        return refuse(csv,
                      "does not say whether FROM is a regex. Write 1, true or "
                      "yes if it is.",
                      cell);
    }
    if (yes && from.p[0] != '~') {
        csv->map->reader.flags |= SEMR_RULE_REGEX;
    }
    return APR_SUCCESS;
}

/* A cell too many, mostly of a separator in a URL */
static apr_status_t check_count(csv_t *csv)
{
    int i;

    for (i = csv->columns.count; i < csv->cells.count; i++) {
        if (csv->cells.cells[i].len > 0) {
            return refuse(csv,
                          "is a cell too many: no column is there. Put quotes "
                          "around a cell that holds the separator, or name "
                          "the columns in a first row.",
                          csv->cells.cells[i]);
        }
    }
    return APR_SUCCESS;
}

static apr_status_t read_rule(csv_t *csv)
{
    semr_rule_reader_t *reader = &csv->map->reader;
    semr_view_t from, to;

    semr_rule_begin(reader);
    complete(csv);
    if (csv->cells.count > csv->columns.count &&
        check_count(csv) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    from = cell_at(csv, csv->columns.from);
    to = cell_at(csv, csv->columns.to);
    if (from.len == 0) {
        return refuse(csv,
                      "as FROM is empty. Write the path that has moved, as in "
                      "/old.",
                      from);
    }
    if (read_intent(csv, from) != APR_SUCCESS ||
        read_regex(csv, from) != APR_SUCCESS ||
        read_options(csv) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    return semr_rule_finish(reader, from, to.len > 0 ? to : semr_view(NULL, 0));
}

/* -- all rows -------------------------------------------------------------- */

static int is_blank(const semr_mapfile_cells_t *cells)
{
    int i;

    for (i = 0; i < cells->count; i++) {
        if (cells->cells[i].len > 0) {
            return 0;
        }
    }
    return 1;
}

/* A first row that may be names that nobody knows */
static apr_status_t read_first(csv_t *csv)
{
    semr_rule_reader_t *reader = &csv->map->reader;
    apr_status_t read = read_rule(csv);

    if (read != APR_SUCCESS && !semr_rule_is_from(csv->cells.cells[0])) {
        reader->diag->text =
            apr_pstrcat(semr_rule_pool(reader), reader->diag->text,
                        " If this row names the columns, call them from, to "
                        "and intent.",
                        NULL);
    }
    return read;
}

static apr_status_t take_row(csv_t *csv)
{
    semr_mapfile_t *map = csv->map;
    apr_size_t len = (apr_size_t)(csv->cells.end - map->at);

    if (csv->cells.cells[0].len == 0 && is_blank(&csv->cells)) {
        return APR_SUCCESS;
    }
    if (map->has_nul && memchr(map->at, '\0', len)) {
        semr_mapfile_refuse_nul(map);
        return APR_SUCCESS;
    }
    csv->is_known |= csv->cells.count > 1;
    if (!csv->has_columns) {
        return is_sep_line(csv) || read_header(csv)
                   ? APR_SUCCESS
                   : semr_mapfile_row(map, read_first(csv));
    }
    if (csv->columns.from == SEMR_MAPFILE_NO_CELL) {
        map->report->rows++;
        map->report->bad++; /* told of the header */
        return APR_SUCCESS;
    }
    return semr_mapfile_row(map, read_rule(csv));
}

/* Goes on behind the row in cells. */
static void pass_row(csv_t *csv)
{
    semr_mapfile_t *map = csv->map;
    const char *p = map->at, *end = csv->cells.end;

    while (csv->cells.quoted && (p = memchr(p, '\n', (apr_size_t)(end - p)))) {
        p++;
        map->line++;
    }
    map->at += end - map->at;
    if (end == map->end) {
        map->report->open_end = 1;
        return;
    }
    map->at++;
    map->line++;
}

/* What stands at p, to the end of its line or as much as says where it is */
static semr_view_t line_from(const semr_mapfile_t *map, const char *p)
{
    semr_view_t text = {p, 0};

    while (p + text.len < map->end && text.len < SHOWN && p[text.len] != '\n') {
        text.len++;
    }
    return text;
}

static const char *show_from(semr_mapfile_t *map, const char *p)
{
    semr_view_t text = line_from(map, p);

    while (text.len > 0 && text.p[text.len - 1] == '\r') {
        text.len--;
    }
    return semr_rule_show(&map->reader, text);
}

/* A row that is no cells */
static apr_status_t refuse_row(csv_t *csv, semr_mapfile_scan_t found)
{
    semr_mapfile_t *map = csv->map;
    const char *shown = show_from(map, csv->cells.end);

    if (found == SEMR_MAPFILE_LONG) {
        semr_mapfile_refuse_long(map);
    }
    else if (found == SEMR_MAPFILE_MANY) {
        semr_mapfile_refuse(map,
                            "\"%s\" is behind the last of %d cells, which are "
                            "the most that a row may have. Leave out the "
                            "columns that no rule needs.",
                            shown, SEMR_MAPFILE_CELLS_MAX);
    }
    else if (found == SEMR_MAPFILE_OPEN) {
        semr_mapfile_refuse(map,
                            "The quote that begins at %s is not closed. Put "
                            "one at the end of the cell; inside it, \"\" "
                            "stands for a quote.",
                            shown);
    }
    else {
        semr_mapfile_refuse(map,
                            "The quote that begins at %s ends before \"%s\", "
                            "where a separator belongs. Close it at the end of "
                            "its cell; inside it, \"\" stands for a quote.",
                            show_from(map, csv->cells.begin), shown);
    }
    return semr_mapfile_skip_line(map);
}

/* Whether at begins a comment; -1: that cannot be said yet */
static inline int is_comment(const semr_mapfile_t *map)
{
    const char *p = map->at, *end = map->end;

    if (p < end && (unsigned char)*p > '#') {
        return 0;
    }
    if (end - p > SEMR_MAPFILE_ROW_MAX) {
        end = p + SEMR_MAPFILE_ROW_MAX;
    }
    while (p < end && *p == ' ') {
        p++;
    }
    return p < end ? *p == '#' : end < map->end || map->ended ? 0 : -1;
}

/* Takes a row apart; one that is wrong only when there is what to show. */
static semr_mapfile_scan_t scan(csv_t *csv)
{
    semr_mapfile_t *map = csv->map;
    semr_mapfile_scan_t found =
        csv->is_known ? semr_mapfile_scan(map, csv->separator, &csv->cells)
                      : find_separator(csv);

    if (found > SEMR_MAPFILE_MORE && !map->ended) {
        semr_view_t shown = line_from(map, csv->cells.end);

        if (shown.len < SHOWN && shown.p + shown.len == map->end) {
            return SEMR_MAPFILE_MORE;
        }
    }
    return found;
}

apr_status_t semr_mapfile_read_csv(semr_mapfile_t *map)
{
    csv_t csv = {.map = map};
    apr_status_t status = APR_SUCCESS;
    semr_mapfile_scan_t found;
    int comment;

    while (status == APR_SUCCESS && (map->at < map->end || !map->ended)) {
        comment = is_comment(map);
        if (comment > 0) {
            status = semr_mapfile_skip_line(map);
            continue;
        }
        found = comment < 0 ? SEMR_MAPFILE_MORE : scan(&csv);
        if (found == SEMR_MAPFILE_MORE) {
            status = semr_mapfile_fill(map);
        }
        else if (found == SEMR_MAPFILE_WHOLE) {
            status = take_row(&csv);
            pass_row(&csv);
        }
        else {
            status = refuse_row(&csv, found);
        }
    }
    return status;
}
