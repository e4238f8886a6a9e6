/* SPDX-License-Identifier: Apache-2.0
 * How far work has come, on stderr if that is a terminal, for work that takes
 * over a second.
 */
#ifndef SEMR_CLI_PROGRESS_H
#define SEMR_CLI_PROGRESS_H

#include <apr_time.h>

#include "command.h"

typedef struct cli_progress_t {
    const char *what; /* "lines" */
    int shows;
    int shown;
    unsigned calls;
    apr_time_t began, last;
} cli_progress_t;

/* what: of what done is counted, "lines". */
void cli_progress_begin(cli_progress_t *progress, const cli_t *cli,
                        const char *what);

/* done so far; part of whole is how far that is, where whole is not 0, which
 * is nobody knows.  Cheap, so it may be called for each. */
void cli_progress(cli_progress_t *progress, apr_uint64_t done,
                  apr_uint64_t part, apr_uint64_t whole);

/* The same for who calls it rarely: it looks at the clock each time. */
void cli_progress_now(cli_progress_t *progress, apr_uint64_t done,
                      apr_uint64_t part, apr_uint64_t whole);

/* Wipes what was shown, before the result or a message is written. */
void cli_progress_end(cli_progress_t *progress);

#endif
