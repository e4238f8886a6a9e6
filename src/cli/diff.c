/* SPDX-License-Identifier: Apache-2.0
 * semredirect diff
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_diff = {
    .name = "diff",
    .synopsis = "[OPTION...] OLD NEW",
    .what = "tell which URLs change their answer",
    .most = -1,
    .run = run};
