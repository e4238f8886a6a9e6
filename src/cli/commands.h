/* SPDX-License-Identifier: Apache-2.0
 * The table of subcommands, in the order of --help: X(name).
 */
#ifndef SEMR_CLI_COMMANDS_H
#define SEMR_CLI_COMMANDS_H

#include "command.h"

#define CLI_COMMANDS(X)                                                        \
    X(check)                                                                   \
    X(explain)                                                                 \
    X(test)                                                                    \
    X(diff)                                                                    \
    X(import)                                                                  \
    X(export)                                                                  \
    X(compile)                                                                 \
    X(replay)                                                                  \
    X(verify)

#define X(name) extern const cli_command_t cli_command_##name;
CLI_COMMANDS(X)
#undef X

#endif
