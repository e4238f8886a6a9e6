/* SPDX-License-Identifier: Apache-2.0
 * Where a subcommand's file goes: --output FILE, put in place whole, by rename;
 * or stdout without one.  What is no plain file (/dev/null, a pipe) is written
 * as it is.
 */
#ifndef SEMR_CLI_OUTPUT_H
#define SEMR_CLI_OUTPUT_H

#include "command.h"

typedef struct cli_output_t {
    const cli_t *cli;
    const char *name; /* NULL: stdout */
    char *begun;      /* what is renamed to it in the end; NULL: it itself */
    int fd;
    semr_sink_t sink;
    semr_out_t own;
    semr_out_t *out; /* the caller writes to this */
} cli_output_t;

/* name NULL: cli->out.  Returns APR_EINVAL, and has said why, if it cannot be
 * written. */
apr_status_t cli_output_begin(cli_output_t *output, const cli_t *cli,
                              const char *name);

/* Puts the file in place if good is set and all was written, else takes it
 * away.  Returns as cli_output_begin does. */
apr_status_t cli_output_end(cli_output_t *output, int good);

#endif
