/* SPDX-License-Identifier: Apache-2.0
 * semredirect explain
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_explain = {
    .name = "explain",
    .synopsis = "[OPTION...] METHOD URL MAP...",
    .what = "tell what a request gets, and why",
    .most = -1,
    .run = run};
