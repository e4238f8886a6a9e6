/* SPDX-License-Identifier: Apache-2.0
 * Options by tables, and what is said of them.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "arguments.h"
#include "meant.h"
#include "rules.h"

static const cli_option_t common[] = {
    {"json", NULL, "print the result as JSON"},
    {"quiet", NULL, "tell no progress and no notices"},
    {"help", NULL, "print this"},
    {NULL, NULL, NULL}};

enum { TABLES = 3 };

static void tables_of(const cli_command_t *command,
                      const cli_option_t *tables[TABLES])
{
    tables[0] = command->options;
    tables[1] = command->reads_rules ? cli_rules_options : NULL;
    tables[2] = common;
}

static const cli_option_t *find_option(const cli_command_t *command,
                                       const char *name, apr_size_t len)
{
    const cli_option_t *tables[TABLES], *option;
    int i;

    tables_of(command, tables);
    for (i = 0; i < TABLES; i++) {
        for (option = tables[i]; option && option->name; option++) {
            if (!strncmp(option->name, name, len) && !option->name[len]) {
                return option;
            }
        }
    }
    return NULL;
}

static cli_arguments_t wrong(const cli_t *cli, const char *format,
                             const char *value)
{
    const char *text = apr_psprintf(cli->pool, format, value);

    cli_say(cli, "%s; semredirect %s --help tells how it is used", text,
            cli->command->name);
    return CLI_ARGUMENTS_WRONG;
}

/* There is no option of this name. */
static cli_arguments_t unknown(const cli_t *cli, const char *word,
                               const char *name, apr_size_t len)
{
    const cli_option_t *tables[TABLES], *option;
    cli_meant_t meant;
    int i;

    cli_meant_begin(&meant, name, len);
    tables_of(cli->command, tables);
    for (i = 0; i < TABLES; i++) {
        for (option = tables[i]; option && option->name; option++) {
            cli_meant_try(&meant, option->name);
        }
    }
    return wrong(cli,
                 apr_pstrcat(cli->pool, "there is no option \"%s\"",
                             cli_meant_words(&meant, "--", cli->pool), NULL),
                 word);
}

static void give(cli_t *cli, const char *name, const char *value)
{
    cli_given_t *given = apr_array_push(cli->given);

    given->name = name;
    given->value = value;
    cli->json |= !strcmp(name, "json");
    cli->quiet |= !strcmp(name, "quiet");
}

/* words have bars between; a name as FILE is for any value. */
static int is_one_of(const char *words, const char *value)
{
    apr_size_t len = strlen(value);
    const char *p;

    for (p = words; *p; p += strcspn(p, "|"), p += *p == '|') {
        if (len == strcspn(p, "|") && !strncmp(p, value, len)) {
            return 1;
        }
    }
    return !strchr(words, '|');
}

/* Reads the option at **argv, and its value, which may be the next word. */
static cli_arguments_t read_option(cli_t *cli, const char *const **argv)
{
    const char *word = **argv, *text = word + 2, *equals = strchr(text, '='),
               *value;
    apr_size_t len = equals ? (apr_size_t)(equals - text) : strlen(text);
    const cli_option_t *option = find_option(cli->command, text, len);

    if (!strcmp(word, "-h")) {
        return CLI_ARGUMENTS_HELP;
    }
    if (word[1] != '-' || !option) {
        return unknown(cli, word, text, len);
    }
    if (!strcmp(option->name, "help")) {
        return CLI_ARGUMENTS_HELP;
    }
    if (!option->argument) {
        if (equals) {
            return wrong(cli, "--%s takes no value", option->name);
        }
        give(cli, option->name, "");
        return CLI_ARGUMENTS_READ;
    }
    if (!equals && !(*argv)[1]) {
        return wrong(cli, "--%s wants a value", option->name);
    }
    value = equals ? equals + 1 : *++*argv;
    if (!is_one_of(option->argument, value)) {
        return wrong(cli, "%s",
                     apr_psprintf(cli->pool, "--%s \"%s\" is none of %s",
                                  option->name, value, option->argument));
    }
    give(cli, option->name, value);
    return CLI_ARGUMENTS_READ;
}

cli_arguments_t cli_arguments_read(cli_t *cli, int argc,
                                   const char *const *argv)
{
    const char **words =
        apr_pcalloc(cli->pool, (apr_size_t)(argc + 1) * sizeof(*words));
    cli_arguments_t read;
    int options_ended = 0;

    cli->words = words;
    cli->given = apr_array_make(cli->pool, 8, sizeof(cli_given_t));
    while (*++argv) {
        if (!options_ended && !strcmp(*argv, "--")) {
            options_ended = 1;
        }
        else if (options_ended || **argv != '-' || !(*argv)[1]) {
            words[cli->nwords++] = *argv;
        }
        else if ((read = read_option(cli, &argv)) != CLI_ARGUMENTS_READ) {
            return read;
        }
    }
    if (cli->nwords < cli->command->least) {
        return wrong(cli, "something is missing of \"%s\"",
                     cli->command->synopsis);
    }
    if (cli->command->most >= 0 && cli->nwords > cli->command->most) {
        return wrong(cli, "\"%s\" is one word too many",
                     words[cli->command->most]);
    }
    return CLI_ARGUMENTS_READ;
}

/* -- help ------------------------------------------------------------------ */

/* Columns: where what an option does begins, and where lines end */
enum { COLUMN = 24, WIDTH = 79 };

/* text from COLUMN on, in lines that break at blanks */
static void print_what(const char *text, FILE *file)
{
    const apr_size_t room = WIDTH - COLUMN;

    while (strlen(text) > room) {
        apr_size_t len = room;

        while (len && text[len] != ' ') {
            len--;
        }
        if (!len) {
            break;
        }
        fprintf(file, "%.*s\n%*s", (int)len, text, COLUMN, "");
        text += len + 1;
    }
    fprintf(file, "%s\n", text);
}

static void print_option(const cli_option_t *option, FILE *file)
{
    int len =
        fprintf(file, "  --%s%s%s", option->name, option->argument ? " " : "",
                option->argument ? option->argument : "");

    if (len > COLUMN - 2) {
        fputc('\n', file);
        len = 0;
    }
    fprintf(file, "%*s", COLUMN - len, "");
    print_what(option->what, file);
}

/* semredirect.bash reads this: usage, "X is one of", options. */
void cli_arguments_help(const cli_command_t *command, FILE *file)
{
    const cli_option_t *tables[TABLES], *option;
    int i;

    fprintf(file, "usage: semredirect %s %s\n\n%c%s.\n", command->name,
            command->synopsis, apr_toupper(*command->what), command->what + 1);
    if (command->more) {
        fprintf(file, "\n%s", command->more);
    }
    fputs("\nOptions:\n", file);
    tables_of(command, tables);
    for (i = 0; i < TABLES; i++) {
        for (option = tables[i]; option && option->name; option++) {
            print_option(option, file);
        }
    }
}

/* -- what was given -------------------------------------------------------- */

const char *cli_value(const cli_t *cli, const char *name)
{
    int i;

    for (i = cli->given->nelts; i-- > 0;) {
        const cli_given_t *given = &APR_ARRAY_IDX(cli->given, i, cli_given_t);

        if (!strcmp(given->name, name)) {
            return given->value;
        }
    }
    return NULL;
}

apr_status_t cli_number(const cli_t *cli, const char *name, apr_int64_t least,
                        apr_int64_t most, apr_int64_t usual,
                        apr_int64_t *number)
{
    const char *value = cli_value(cli, name);
    char *end;

    *number = usual;
    if (!value) {
        return APR_SUCCESS;
    }
    *number = apr_strtoi64(value, &end, 10);
    if (*value && !*end && *number >= least && *number <= most) {
        return APR_SUCCESS;
    }
    cli_say(cli,
            "--%s \"%s\" is no number from %" APR_INT64_T_FMT
            " to %" APR_INT64_T_FMT,
            name, value, least, most);
    return APR_EINVAL;
}

/* -- saying ---------------------------------------------------------------- */

const char *cli_several(apr_pool_t *pool, apr_uint64_t count, const char *one,
                        const char *many)
{
    return apr_psprintf(pool, "%" APR_UINT64_T_FMT " %s", count,
                        count == 1 ? one : many);
}

void cli_say(const cli_t *cli, const char *format, ...)
{
    va_list ap;

    fprintf(stderr, "semredirect %s: ", cli->command->name);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
}

cli_exit_t cli_fail_io(const cli_t *cli, const char *file, const char *what,
                       apr_status_t status)
{
    char why[200];

    cli_say(cli, "%s: %s: %s", file, what,
            apr_strerror(status, why, sizeof(why)));
    return CLI_FAILED;
}
