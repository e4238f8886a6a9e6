/* SPDX-License-Identifier: Apache-2.0
 * semredirect: the engine's rules on the command line, without a server.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apr_general.h>

#include "arguments.h"
#include "commands.h"
#include "version.h"

static const cli_command_t *const commands[] = {
#define X(name) &cli_command_##name,
    CLI_COMMANDS(X)
#undef X
};

enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static const cli_command_t *find_command(const char *name)
{
    int i;

    for (i = 0; i < COMMANDS; i++) {
        if (!strcmp(commands[i]->name, name)) {
            return commands[i];
        }
    }
    return NULL;
}

static void print_usage(FILE *file)
{
    int i;

    fputs("usage: semredirect COMMAND [OPTION...] [ARGUMENT...]\n\n", file);
    for (i = 0; i < COMMANDS; i++) {
        fprintf(file, "  %-8s %s\n", commands[i]->name, commands[i]->what);
    }
    fputs("\nsemredirect COMMAND --help tells more; so does man semredirect.\n"
          "Exit status: 0; 1 findings, differences or failures; 2 usage, or\n"
          "something could not be read or written.\n",
          file);
}

/* -- the result ------------------------------------------------------------ */

static apr_status_t write_stdout(void *baton, const char *bytes, apr_size_t len)
{
    (void)baton;
    return fwrite(bytes, 1, len, stdout) == len ? APR_SUCCESS
                                                : apr_get_os_error();
}

/* A reader that has seen enough (head) is no failure. */
static int finish(cli_t *cli, cli_exit_t status)
{
    apr_status_t written = semr_out_finish(cli->out);

    if (written == APR_SUCCESS && fflush(stdout)) {
        written = apr_get_os_error();
    }
    if (written == APR_SUCCESS || APR_STATUS_IS_EPIPE(written)) {
        return status;
    }
    return cli_fail_io(cli, "stdout", "cannot be written", written);
}

static int run(const cli_command_t *command, int argc, const char *const *argv,
               apr_pool_t *pool)
{
    static const semr_sink_t sink = {write_stdout, NULL};
    cli_t cli = {.pool = pool, .command = command};
    semr_out_t out;

    switch (cli_arguments_read(&cli, argc, argv)) {
    case CLI_ARGUMENTS_HELP:
        cli_arguments_help(command, stdout);
        return CLI_OK;
    case CLI_ARGUMENTS_WRONG:
        return CLI_FAILED;
    case CLI_ARGUMENTS_READ:
        break;
    }
    semr_out_start(&out, &sink);
    cli.out = &out;
    return finish(&cli, command->run(&cli));
}

int main(int argc, const char *const *argv)
{
    const cli_command_t *command;
    apr_pool_t *pool;
    int status;

    if (argc < 2) {
        print_usage(stderr);
        return CLI_FAILED;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
        print_usage(stdout);
        return CLI_OK;
    }
    if (!strcmp(argv[1], "--version")) {
        puts("semredirect " SEMR_VERSION);
        return CLI_OK;
    }
    command = find_command(argv[1]);
    if (!command) {
        fprintf(stderr,
                "semredirect: there is no command \"%s\"; semredirect --help "
                "lists them\n",
                argv[1]);
        return CLI_FAILED;
    }
    signal(SIGPIPE, SIG_IGN);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    status = run(command, argc - 1, argv + 1, pool);
    apr_pool_destroy(pool);
    return status;
}
