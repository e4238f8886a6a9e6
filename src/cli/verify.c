/* SPDX-License-Identifier: Apache-2.0
 * semredirect verify
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_verify = {
    .name = "verify",
    .synopsis = "[OPTION...] --against URL MAP...",
    .what = "ask a live server what it answers",
    .most = -1,
    .run = run};
