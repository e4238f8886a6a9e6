/* SPDX-License-Identifier: Apache-2.0
 * semredirect check
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_check = {.name = "check",
                                         .synopsis = "[OPTION...] MAP...",
                                         .what =
                                             "find what is wrong with rules",
                                         .most = -1,
                                         .run = run};
