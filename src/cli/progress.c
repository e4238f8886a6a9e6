/* SPDX-License-Identifier: Apache-2.0
 * How far work has come.
 */
#include <stdio.h>
#include <unistd.h>

#include "progress.h"

enum {
    EACH = 512, /* calls between two looks at the clock */
    AFTER = APR_USEC_PER_SEC,
    EVERY = APR_USEC_PER_SEC / 5
};

void cli_progress_begin(cli_progress_t *progress, const cli_t *cli,
                        const char *what)
{
    progress->what = what;
    progress->shows = !cli->quiet && isatty(STDERR_FILENO);
    progress->shown = 0;
    progress->calls = 0;
    progress->began = progress->last = apr_time_now();
}

static void show(cli_progress_t *progress, apr_uint64_t done, apr_uint64_t part,
                 apr_uint64_t whole)
{
    apr_time_t now = apr_time_now();

    if (now - progress->began < AFTER || now - progress->last < EVERY) {
        return;
    }
    progress->last = now;
    progress->shown = 1;
    fprintf(stderr, "\r%" APR_UINT64_T_FMT " %s, %d s", done, progress->what,
            (int)apr_time_sec(now - progress->began));
    if (whole) {
        fprintf(stderr, ", %d %%", (int)((double)part * 100 / (double)whole));
    }
    fputs("\033[K", stderr);
    fflush(stderr);
}

void cli_progress(cli_progress_t *progress, apr_uint64_t done,
                  apr_uint64_t part, apr_uint64_t whole)
{
    if (progress->shows && ++progress->calls % EACH == 0) {
        show(progress, done, part, whole);
    }
}

void cli_progress_now(cli_progress_t *progress, apr_uint64_t done,
                      apr_uint64_t part, apr_uint64_t whole)
{
    if (progress->shows) {
        show(progress, done, part, whole);
    }
}

void cli_progress_end(cli_progress_t *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown = 0;
    }
}
