/* SPDX-License-Identifier: Apache-2.0
 * A source's rows of CSV, by the engine's own scanner (RFC 4180): BOM and CRLF
 * are welcome; comment lines and blank ones are passed over; rows that are no
 * cells are told as left.
 */
#ifndef SEMR_CLI_IMPORT_CELLS_H
#define SEMR_CLI_IMPORT_CELLS_H

#include "import.h"
#include "mapfile_parts.h"

typedef struct import_cells_t {
    import_t *import;
    semr_mapfile_t map;
    semr_mapfile_report_t report;
    semr_mapfile_cells_t row; /* the cells, as they are meant */
    char separator;           /* 0: the first row will tell */
    unsigned line;            /* of the row */
    const char *words;        /* the row as written, on one line */
} import_cells_t;

/* separator 0: of , ; tab |, that by which the first row makes most sense. */
void import_cells_open(import_cells_t *cells, import_t *import, char separator);

/* The next row; 0: there is none. */
int import_cells_next(import_cells_t *cells);

/* Cell number n, terminated, without blanks around it; "" where there is none.
 */
const char *import_cell(import_cells_t *cells, int n);

/* Yes and no as they are written in the wild; -1: neither, -2: nothing. */
int import_cell_yes(const char *cell);

/* A URL, or a path, as FROM's place, query and host.  Returns NULL, or why it
 * is none.  keeps_scheme: http:// asks for http. */
const char *import_from_url(import_t *import, import_move_t *move,
                            const char *url, int keeps_scheme);

#endif
