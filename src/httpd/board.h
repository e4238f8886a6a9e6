/* SPDX-License-Identifier: Apache-2.0
 * The findings of all servers, where each process can read them: a block of
 * shared memory.
 *
 * There is one writer at a time: the parent while it starts, then the child
 * that watches the maps.  A reader never sees half of what was written, and
 * never waits.
 */
#ifndef SEMR_BOARD_H
#define SEMR_BOARD_H

#include <apr_time.h>

#include "report.h"

/* Makes room for the reports of so many servers; it goes with pconf.  If it
 * fails, there is no board: what is written is lost, and nothing is read. */
apr_status_t semr_board_share(int servers, apr_pool_t *pconf);

/* Begins a new edition, checked at the time now; NULL: there is no board. */
typedef struct semr_board_edition_t semr_board_edition_t;
semr_board_edition_t *semr_board_begin(apr_pool_t *pool, apr_time_t now);

/* Adds the report of a server, by its number, once; findings that there is no
 * room for are left out, and the counts stay. */
void semr_board_add(semr_board_edition_t *edition, int server,
                    const semr_report_t *report);

/* Puts it up in place of the one before. */
void semr_board_put_up(semr_board_edition_t *edition);

/* The time of the last check; 0: there was none. */
apr_time_t semr_board_checked(void);

/* Adds what is up of a server to report. */
void semr_board_read(int server, semr_report_t *report);

/* What is up of the servers 0 to count - 1. */
semr_report_t *const *semr_board_read_all(int count, apr_pool_t *pool);

#endif
