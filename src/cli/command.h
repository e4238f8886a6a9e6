/* SPDX-License-Identifier: Apache-2.0
 * The semredirect command: what a subcommand is, and what it is given.
 *
 * A subcommand is one row: its name, synopsis and options are what --help, the
 * man page and the completion have in common (t/guards/command.t).  It writes
 * its result to cli->out, and everything else to stderr by cli_say.
 */
#ifndef SEMR_CLI_COMMAND_H
#define SEMR_CLI_COMMAND_H

#include <apr_tables.h>

#include "out.h"

/* Exit status */
typedef enum cli_exit_t {
    CLI_OK = 0,
    CLI_FOUND = 1, /* findings, differences, failures */
    CLI_FAILED = 2 /* usage, or something could not be read or written */
} cli_exit_t;

typedef struct cli_option_t {
    const char *name;     /* without hyphens; NULL ends a table */
    const char *argument; /* "FILE"; "a|b": one of these, and no other value
                             gets through; NULL: it takes none */
    const char *what;     /* one line, no capital, no full stop */
} cli_option_t;

struct cli_t;

typedef struct cli_command_t {
    const char *name;
    const char *synopsis; /* behind the name: "[OPTION...] MAP..." */
    const char *what;     /* one line, as in the list of commands */
    const char *more;     /* paragraphs for --help; each line ends in \n */
    int least, most;      /* words that are no options; most -1: any number */
    int reads_rules;      /* it takes cli_rules_options, too (rules.h) */
    const cli_option_t *options; /* its own; --json, --quiet, --help go without
                                    saying */
    cli_exit_t (*run)(struct cli_t *cli);
} cli_command_t;

/* One run of a subcommand */
typedef struct cli_t {
    apr_pool_t *pool;
    const cli_command_t *command;
    semr_out_t *out; /* stdout: of bytes that cannot be written, main tells */
    int json, quiet;
    int nwords;
    const char *const *words;  /* MAP, FILE ...; terminated by NULL */
    apr_array_header_t *given; /* of cli_given_t, as written */
} cli_t;

typedef struct cli_given_t {
    const char *name;  /* of the option */
    const char *value; /* "" if it takes none */
} cli_given_t;

/* The last value that was given to an option; NULL: it was not. */
const char *cli_value(const cli_t *cli, const char *name);

/* The value of an option as a number from least to most, or usual where it is
 * not given.  Returns APR_EINVAL, and has said why, if it is none. */
apr_status_t cli_number(const cli_t *cli, const char *name, apr_int64_t least,
                        apr_int64_t most, apr_int64_t usual,
                        apr_int64_t *number);

/* "1 rule", "2 rules", in pool */
const char *cli_several(apr_pool_t *pool, apr_uint64_t count, const char *one,
                        const char *many);

/* "semredirect COMMAND: TEXT" on stderr. */
void cli_say(const cli_t *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same of a file: "FILE: what: why", by status.  Returns CLI_FAILED. */
cli_exit_t cli_fail_io(const cli_t *cli, const char *file, const char *what,
                       apr_status_t status);

#endif
