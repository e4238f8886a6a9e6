/* SPDX-License-Identifier: Apache-2.0
 * The columns of a CSV map, by the names that they have in the wild.
 */
#include <string.h>

#include <apr_strings.h>

#include "mapfile_parts.h"

/* What a column may be; of those that say the intent, the later in this order
 * are the more specific. */
typedef enum role_t {
    UNKNOWN,
    NAMELESS,
    FROM,
    TO,
    REGEX,
    TYPE,
    STATUS,
    PERMANENT,
    CODE,
    INTENT,
    OPTION
} role_t;

/* Names in lower case, letters and digits only */
static const struct {
    const char *name;
    role_t role;
} names[] = {
    {"from", FROM},
    {"source", FROM},
    {"src", FROM},
    {"old", FROM},
    {"origin", FROM},
    {"original", FROM},
    {"to", TO},
    {"target", TO},
    {"new", TO},
    {"destination", TO},
    {"dest", TO},
    {"redirecturl", TO},
    {"intent", INTENT},
    {"code", CODE},
    {"statuscode", CODE},
    {"httpcode", CODE},
    {"httpstatus", CODE},
    {"httpstatuscode", CODE},
    {"responsecode", CODE},
    {"status", STATUS},
    {"type", TYPE},
    {"permanent", PERMANENT},
    {"regex", REGEX},
    {"isregex", REGEX},
    {"regexp", REGEX},
    {"format", REGEX},
};

enum { NAME_MAX_LEN = 32 };

/* Writes the letters and digits of cell to name, in lower case. */
static apr_size_t squeeze(semr_view_t cell, char name[NAME_MAX_LEN])
{
    apr_size_t i, len = 0;

    for (i = 0; i < cell.len && len < NAME_MAX_LEN - 1; i++) {
        char c = cell.p[i];

        if (c >= 'A' && c <= 'Z') {
            c = (char)(c | 0x20);
        }
        if (c != ' ' && c != '_' && c != '-' && c != '\t') {
            name[len++] = c;
        }
    }
    name[len] = '\0';
    return i < cell.len ? 0 : len;
}

static role_t find_name(const char *name)
{
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(name, names[i].name) == 0) {
            return names[i].role;
        }
    }
    return UNKNOWN;
}

/* The row of an option whose name, without hyphens, is this; or -1 */
static int find_option(const char *name)
{
    char own[NAME_MAX_LEN];
    int i;

    for (i = 0; semr_rule_option_table[i].name; i++) {
        const char *option = semr_rule_option_table[i].name;

        squeeze(semr_view(option, strlen(option)), own);
        if (strcmp(name, own) == 0) {
            return i;
        }
    }
    return -1;
}

/* "Old URL" and "source_path" are old and source; "Redirect from" is from. */
static role_t find_role(semr_view_t cell, int *option)
{
    static const char *const ends[] = {"url", "uri", "path"};
    static const char before[] = "redirect";
    char name[NAME_MAX_LEN];
    apr_size_t len = squeeze(cell, name), i, end;
    const char *rest = name;
    role_t role;

    if (cell.len == 0) {
        return NAMELESS;
    }
    role = len ? find_name(name) : UNKNOWN;
    if (role == UNKNOWN && len) {
        *option = find_option(name);
        role = *option < 0 ? UNKNOWN : OPTION;
    }
    if (role == UNKNOWN && strncmp(name, before, sizeof(before) - 1) == 0) {
        rest = name + sizeof(before) - 1;
        role = find_name(rest);
    }
    for (i = 0; i < 3 && role == UNKNOWN; i++) {
        end = strlen(ends[i]);
        if (len > end && strcmp(name + len - end, ends[i]) == 0) {
            name[len - end] = '\0';
            role = find_name(rest);
            return role == FROM || role == TO ? role : UNKNOWN;
        }
    }
    return role;
}

static int is_url(semr_view_t cell)
{
    return semr_rule_is_from(cell);
}

int semr_mapfile_columns_named(const semr_mapfile_cells_t *cells)
{
    int i, option, known = 0;

    for (i = 0; i < cells->count; i++) {
        if (is_url(cells->cells[i])) {
            return 0;
        }
        known |= find_role(cells->cells[i], &option) > NAMELESS;
    }
    return known;
}

int semr_mapfile_columns_likely(const semr_mapfile_cells_t *cells)
{
    int i, option, likely = 0;

    for (i = 0; i < cells->count; i++) {
        semr_view_t cell = cells->cells[i];

        likely += is_url(cell) || semr_intent_parse(cell) >= 0 ||
                  find_role(cell, &option) > NAMELESS;
    }
    return likely;
}

void semr_mapfile_columns_default(semr_mapfile_columns_t *columns)
{
    columns->count = 3;
    columns->from = 0;
    columns->to = 1;
    columns->intent = 2;
    columns->says_permanent = 0;
    columns->regex = SEMR_MAPFILE_NO_CELL;
    columns->state = SEMR_MAPFILE_NO_CELL;
    columns->noptions = 0;
}

/* -- a header -------------------------------------------------------------- */

typedef struct header_t {
    semr_mapfile_t *map;
    const semr_mapfile_cells_t *cells;
    semr_mapfile_columns_t *columns;
    role_t roles[SEMR_MAPFILE_CELLS_MAX];
    int options[SEMR_MAPFILE_CELLS_MAX];
    role_t says_intent; /* the role of the column that does */
} header_t;

static const char *show(header_t *header, int at)
{
    return semr_rule_show(&header->map->reader, header->cells->cells[at]);
}

/* Makes column at the one that *known is; there may be but one. */
static void take_column(header_t *header, int at, int *known)
{
    if (*known == SEMR_MAPFILE_NO_CELL) {
        *known = at;
        return;
    }
    semr_mapfile_notice(header->map,
                        "The column \"%s\" is passed over, for \"%s\" says the "
                        "same.",
                        show(header, at), show(header, *known));
}

static void take_option(header_t *header, int at, int row)
{
    semr_mapfile_columns_t *columns = header->columns;
    int i;

    for (i = 0; i < columns->noptions; i++) {
        if (columns->options[i].row == row) {
            take_column(header, at, &columns->options[i].at);
            return;
        }
    }
    columns->options[i].at = at;
    columns->options[i].row = row;
    columns->noptions++;
}

/* A column that could say the intent; the most specific one does.  What was
 * written for intents has code= beside them, as an option. */
static void take_intent(header_t *header, int at)
{
    role_t role = header->roles[at];

    if (role == CODE && header->says_intent == INTENT) {
        take_option(header, at, find_option("code"));
    }
    else if (role == STATUS && header->says_intent != STATUS) {
        header->columns->state = at;
        semr_mapfile_notice(header->map,
                            "The column \"%s\" is passed over, for another "
                            "says the intent; but a row that is \"disabled\" "
                            "there is off.",
                            show(header, at));
    }
    else if (role == header->says_intent) {
        take_column(header, at, &header->columns->intent);
    }
    else {
        semr_mapfile_notice(header->map,
                            "The column \"%s\" is passed over, for another "
                            "says the intent.",
                            show(header, at));
    }
}

static void take_role(header_t *header, int at)
{
    semr_mapfile_columns_t *columns = header->columns;

    switch (header->roles[at]) {
    case FROM:
        take_column(header, at, &columns->from);
        break;
    case TO:
        take_column(header, at, &columns->to);
        break;
    case REGEX:
        take_column(header, at, &columns->regex);
        break;
    case OPTION:
        take_option(header, at, header->options[at]);
        break;
    case TYPE:
    case STATUS:
    case PERMANENT:
    case CODE:
    case INTENT:
        take_intent(header, at);
        break;
    case NAMELESS:
        semr_mapfile_notice(header->map,
                            "Column %d, \"\", has no name and is passed over.",
                            at + 1);
        break;
    case UNKNOWN:
        semr_mapfile_notice(header->map,
                            "The column \"%s\" is passed over: it is neither "
                            "from, to, intent, regex nor an option of rules.",
                            show(header, at));
        break;
    }
}

void semr_mapfile_columns_read(semr_mapfile_t *map,
                               const semr_mapfile_cells_t *cells,
                               semr_mapfile_columns_t *columns)
{
    header_t header = {.map = map, .cells = cells, .columns = columns};
    int i;

    columns->count = cells->count;
    while (columns->count > 0 && cells->cells[columns->count - 1].len == 0) {
        columns->count--;
    }
    columns->from = columns->to = columns->intent = SEMR_MAPFILE_NO_CELL;
    columns->regex = columns->state = SEMR_MAPFILE_NO_CELL;
    columns->noptions = 0;
    for (i = 0; i < columns->count; i++) {
        header.roles[i] = find_role(cells->cells[i], &header.options[i]);
        if (header.roles[i] >= TYPE && header.roles[i] <= INTENT &&
            header.roles[i] > header.says_intent) {
            header.says_intent = header.roles[i];
        }
    }
    columns->says_permanent = header.says_intent == PERMANENT;
    for (i = 0; i < columns->count; i++) {
        take_role(&header, i);
    }
}
