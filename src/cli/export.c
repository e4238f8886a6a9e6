/* SPDX-License-Identifier: Apache-2.0
 * semredirect export
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_export = {
    .name = "export",
    .synopsis = "[OPTION...] FORMAT MAP...",
    .what = "write rules for another server",
    .most = -1,
    .run = run};
