/* SPDX-License-Identifier: Apache-2.0
 * What the files that read a map share; private to mapfile*.c.
 *
 * The window is a part of the source in memory: [at, end) is what was read and
 * not yet used up, at is where a row begins.  A row is read in place; one that
 * goes on behind end waits until semr_mapfile_fill has read more.
 *
 *     buffer        at            end            room
 *     | used up     | rows ...... | not yet read |
 */
#ifndef SEMR_MAPFILE_PARTS_H
#define SEMR_MAPFILE_PARTS_H

#include "mapfile.h"
#include "rule_parts.h"

enum {
    SEMR_MAPFILE_WINDOW = 256 * 1024,
    SEMR_MAPFILE_ROW_MAX = 64 * 1024, /* bytes of a row, without its end */
    SEMR_MAPFILE_CELLS_MAX = 128,
    SEMR_MAPFILE_NO_CELL = SEMR_MAPFILE_CELLS_MAX, /* one that is empty */
    SEMR_MAPFILE_BEHIND = 64 /* bytes behind the window that may be read */
};

typedef struct semr_mapfile_t {
    const semr_mapfile_source_t *source;
    char *buffer;
    char *at, *end; /* there is a line end at *end, which is no part of it */
    int ended;      /* the source has no more */
    int has_nul;    /* there may be a NUL in the window */
    unsigned line;  /* of at */

    const char *name;
    semr_mapfile_takers_t takers;
    semr_mapfile_report_t *report;
    apr_pool_t *pool; /* of the report */

    apr_pool_t *scratch; /* of one row */
    semr_rule_reader_t reader;
    semr_rule_t rule;
    semr_diag_t diag;
    char room[SEMR_RULE_ROOM];
} semr_mapfile_t;

/* Reads more behind at; ended is set where there is no more.  Returns what the
 * source returned. */
apr_status_t semr_mapfile_fill(semr_mapfile_t *map);

/* Goes on behind the next line end; at is before end. */
apr_status_t semr_mapfile_skip_line(semr_mapfile_t *map);

/* Counts the row at line, and gives its rule to take, or tells why there is
 * none: read is what the reader returned.  Returns what take did. */
apr_status_t semr_mapfile_row(semr_mapfile_t *map, apr_status_t read);

/* Counts the row that begins at at as a bad one, and tells the reason, which
 * is formatted as apr_psprintf does. */
void semr_mapfile_refuse(semr_mapfile_t *map, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for what is wrong with rows of any format */
void semr_mapfile_refuse_long(semr_mapfile_t *map);
void semr_mapfile_refuse_nul(semr_mapfile_t *map);

/* Adds a notice about the row that begins at at. */
void semr_mapfile_notice(semr_mapfile_t *map, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The rows of a CSV map; see mapfile_csv.c. */
apr_status_t semr_mapfile_read_csv(semr_mapfile_t *map);

/* -- cells ----------------------------------------------------------------- */

typedef struct semr_mapfile_cells_t {
    const char *begin; /* of the last quoted cell */
    const char *end;   /* of the row: a line end, or where all ends */
    int count;
    int quoted; /* a cell is, so that there may be line ends in the row */
    semr_view_t cells[SEMR_MAPFILE_CELLS_MAX + 1]; /* the last is empty */
    /* where a cell is quoted: how often "" stands in each for " */
    unsigned doubled[SEMR_MAPFILE_CELLS_MAX];
} semr_mapfile_cells_t;

typedef enum semr_mapfile_scan_t {
    SEMR_MAPFILE_WHOLE, /* the row is in cells */
    SEMR_MAPFILE_MORE,  /* it goes on behind end, and the source may have it */
    SEMR_MAPFILE_LONG,
    SEMR_MAPFILE_MANY, /* it has too many cells */
    SEMR_MAPFILE_OPEN, /* a quote is not closed */
    SEMR_MAPFILE_BEHIND_QUOTE
} semr_mapfile_scan_t;

/* Takes the row at at apart; changes nothing.  Where it returns what is wrong,
 * cells->end is where. */
semr_mapfile_scan_t semr_mapfile_scan(const semr_mapfile_t *map, char separator,
                                      semr_mapfile_cells_t *cells);

/* -- columns --------------------------------------------------------------- */

/* Which cells are what; SEMR_MAPFILE_NO_CELL: there is no such column. */
typedef struct semr_mapfile_columns_t {
    int count; /* cells that a row may have */
    int from, to, intent;
    int says_permanent; /* the intent is whether it is permanent */
    int regex;
    int state; /* a status that is no intent: "disabled" is stage=off */
    int noptions;
    struct {
        int at;
        int row; /* of the table of options */
    } options[SEMR_MAPFILE_CELLS_MAX];
} semr_mapfile_columns_t;

/* from, to, intent */
void semr_mapfile_columns_default(semr_mapfile_columns_t *columns);

/* How many cells look like what they would be if this were the first row. */
int semr_mapfile_columns_likely(const semr_mapfile_cells_t *cells);

/* Whether these are names of columns. */
int semr_mapfile_columns_named(const semr_mapfile_cells_t *cells);

/* Reads the names; what is passed over is a notice. */
void semr_mapfile_columns_read(semr_mapfile_t *map,
                               const semr_mapfile_cells_t *cells,
                               semr_mapfile_columns_t *columns);

#endif
