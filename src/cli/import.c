/* SPDX-License-Identifier: Apache-2.0
 * semredirect import
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_import = {.name = "import",
                                          .synopsis = "[OPTION...] FORMAT FILE",
                                          .what =
                                              "make a map of other redirects",
                                          .most = -1,
                                          .run = run};
