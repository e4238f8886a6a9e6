/* SPDX-License-Identifier: Apache-2.0
 * The words behind a subcommand's name, read by its tables of options.
 */
#ifndef SEMR_CLI_ARGUMENTS_H
#define SEMR_CLI_ARGUMENTS_H

#include <stdio.h>

#include "command.h"

typedef enum cli_arguments_t {
    CLI_ARGUMENTS_READ,
    CLI_ARGUMENTS_HELP, /* --help was among them */
    CLI_ARGUMENTS_WRONG /* stderr has been told why */
} cli_arguments_t;

/* Reads argv, whose first is the command's name, into cli: words, given, json,
 * quiet.  Options and words may stand in any order; -- ends options. */
cli_arguments_t cli_arguments_read(cli_t *cli, int argc,
                                   const char *const *argv);

/* What --help prints. */
void cli_arguments_help(const cli_command_t *command, FILE *file);

#endif
