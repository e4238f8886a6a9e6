/* SPDX-License-Identifier: Apache-2.0
 * semredirect: the engine's rules on the command line, without a server.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "arguments.h"
#include "commands.h"
#include "meant.h"
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

/* What stands behind a command and its options */
static const char *words_of(const cli_command_t *command)
{
    static const char any[] = "[OPTION...] ";
    apr_size_t len = sizeof(any) - 1;

    return command->synopsis + (strncmp(command->synopsis, any, len) ? 0 : len);
}

static void print_usage(FILE *file)
{
    int i;

    fputs("usage: semredirect COMMAND [OPTION...] [ARGUMENT...]\n\n", file);
    for (i = 0; i < COMMANDS; i++) {
        fprintf(file, "  %-8s %-21s %s\n", commands[i]->name,
                words_of(commands[i]), commands[i]->what);
    }
    fputs(
        "\nMAP is what SemanticRedirectMap takes: a file of rules, as text or "
        "CSV, or\nimage:PATH. Here it may be gzip, too; - is standard "
        "input.\n\n"
        "semredirect COMMAND --help tells more; so does man semredirect.\n"
        "Exit status: 0; 1 findings, differences or failures; 2 usage, or "
        "something\ncould not be read or written.\n",
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
static int finish(const char *name, apr_status_t written, int status)
{
    char why[200];

    if (written == APR_SUCCESS && fflush(stdout)) {
        written = apr_get_os_error();
    }
    if (written == APR_SUCCESS || APR_STATUS_IS_EPIPE(written)) {
        return status;
    }
    fprintf(stderr, "%s: stdout: cannot be written: %s\n", name,
            apr_strerror(written, why, sizeof(why)));
    return CLI_FAILED;
}

static int run(const cli_command_t *command, int argc, const char *const *argv,
               apr_pool_t *pool)
{
    static const semr_sink_t sink = {write_stdout, NULL};
    const char *name = apr_pstrcat(pool, "semredirect ", command->name, NULL);
    cli_t cli = {.pool = pool, .command = command};
    cli_exit_t status;
    semr_out_t out;

    switch (cli_arguments_read(&cli, argc, argv)) {
    case CLI_ARGUMENTS_HELP:
        cli_arguments_help(command, stdout);
        return finish(name, APR_SUCCESS, CLI_OK);
    case CLI_ARGUMENTS_WRONG:
        return CLI_FAILED;
    case CLI_ARGUMENTS_READ:
        break;
    }
    semr_out_start(&out, &sink);
    cli.out = &out;
    status = command->run(&cli);
    return finish(name, semr_out_finish(&out), status);
}

static int is_word(const char *word, const char *a, const char *b)
{
    return !strcmp(word, a) || !strcmp(word, b);
}

/* What needs no command; -1: there is one. */
static int run_alone(int argc, const char *const *argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return CLI_FAILED;
    }
    if (is_word(argv[1], "--help", "-h") ||
        (argc == 2 && !strcmp(argv[1], "help"))) {
        print_usage(stdout);
    }
    else if (!strcmp(argv[1], "--version")) {
        puts("semredirect " SEMR_VERSION);
    }
    else {
        return -1;
    }
    return finish("semredirect", APR_SUCCESS, CLI_OK);
}

static int say_unknown(const char *name, apr_pool_t *pool)
{
    cli_meant_t meant;
    int i;

    cli_meant_begin(&meant, name, strlen(name));
    for (i = 0; i < COMMANDS; i++) {
        cli_meant_try(&meant, commands[i]->name);
    }
    fprintf(stderr,
            "semredirect: there is no command \"%s\"%s; semredirect --help "
            "lists them\n",
            name, cli_meant_words(&meant, "", pool));
    return CLI_FAILED;
}

int main(int argc, const char *const *argv)
{
    static const char *const help[] = {"", "--help", NULL};
    const cli_command_t *command;
    apr_pool_t *pool;
    int status, helps;

    signal(SIGPIPE, SIG_IGN);
    status = run_alone(argc, argv);
    if (status >= 0) {
        return status;
    }
    helps = !strcmp(argv[1], "help");
    command = find_command(argv[1 + helps]);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    status = !command ? say_unknown(argv[1 + helps], pool)
             : helps  ? run(command, 2, help, pool)
                      : run(command, argc - 1, argv + 1, pool);
    apr_pool_destroy(pool);
    return status;
}
