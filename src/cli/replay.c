/* SPDX-License-Identifier: Apache-2.0
 * semredirect replay
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_replay = {
    .name = "replay",
    .synopsis = "[OPTION...] LOG MAP...",
    .what = "ask the rules for the requests of an access log",
    .most = -1,
    .run = run};
