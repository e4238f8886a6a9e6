/* SPDX-License-Identifier: Apache-2.0
 * semredirect test
 */
#include "command.h"

static cli_exit_t run(cli_t *cli)
{
    cli_say(cli, "is not built yet");
    return CLI_FAILED;
}

const cli_command_t cli_command_test = {
    .name = "test",
    .synopsis = "[OPTION...] FILE...",
    .what = "compare answers with what is expected",
    .most = -1,
    .run = run};
