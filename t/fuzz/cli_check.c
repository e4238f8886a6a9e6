/* SPDX-License-Identifier: Apache-2.0
 * Any bytes as a map, plain, gzip or CSV, given to semredirect check: it ends,
 * its exit status is what it tells, its JSON is JSON, its text is inert.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <jansson.h>

#include "arguments.h"
#include "commands.h"

static void fail(const char *what, const char *text)
{
    fprintf(stderr, "%s: %s\n", what, text);
    abort();
}

typedef struct said_t {
    char *bytes;
    size_t len;
} said_t;

static apr_status_t keep(void *baton, const char *bytes, apr_size_t len)
{
    said_t *said = baton;

    said->bytes = realloc(said->bytes, said->len + len + 1);
    memcpy(said->bytes + said->len, bytes, len);
    said->len += len;
    said->bytes[said->len] = '\0';
    return APR_SUCCESS;
}

/* Runs check; words end with NULL.  What it says is the caller's. */
static cli_exit_t check(const char *const *words, said_t *said)
{
    const semr_sink_t sink = {keep, said};
    cli_t cli = {.command = &cli_command_check};
    cli_exit_t status;
    semr_out_t out;
    int argc = 0;

    while (words[argc]) {
        argc++;
    }
    apr_pool_create(&cli.pool, NULL);
    semr_out_start(&out, &sink);
    cli.out = &out;
    if (cli_arguments_read(&cli, argc, words) != CLI_ARGUMENTS_READ) {
        fail("the arguments are refused", words[1]);
    }
    status = cli.command->run(&cli);
    if (semr_out_finish(&out)) {
        fail("the output failed", words[1]);
    }
    apr_pool_destroy(cli.pool);
    return status;
}

static void check_text(cli_exit_t status, const said_t *said)
{
    const char *at;

    for (at = said->bytes; at && *at; at++) {
        if ((unsigned char)*at < ' ' && *at != '\n') {
            fail("the text is not inert", at);
        }
    }
    if (status != CLI_FAILED && (!said->len || !strstr(said->bytes, " rule"))) {
        fail("the text has no total", said->bytes ? said->bytes : "");
    }
}

static void check_json(cli_exit_t status, const said_t *said)
{
    json_t *read =
        json_loadb(said->bytes ? said->bytes : "", said->len, 0, NULL);
    json_t *severities = json_object_get(read, "severities");
    int found =
        json_integer_value(json_object_get(severities, "error")) > 0 ||
        json_integer_value(json_object_get(severities, "warning")) > 0 ||
        json_integer_value(json_object_get(read, "rows_wrong")) > 0;

    if (status != CLI_FAILED && !json_is_object(severities)) {
        fail("no JSON", said->bytes);
    }
    if (status != CLI_FAILED && found != (status == CLI_FOUND)) {
        fail("the exit status is not what is told", said->bytes);
    }
    json_decref(read);
}

/* The map in a file, in both forms */
static void check_file(const char *name, unsigned char how)
{
    const char *words[] = {"check",
                           how & 1 ? "--format=csv" : "--format=text",
                           how & 2 ? "--chains=keep" : "--chains=collapse",
                           how & 4 ? "--all" : "--quiet",
                           "--host=www.test",
                           "--now=2027-01-01",
                           name,
                           NULL,
                           NULL};
    said_t text = {NULL, 0}, json = {NULL, 0};

    check_text(check(words, &text), &text);
    words[7] = "--json";
    check_json(check(words, &json), &json);
    free(text.bytes);
    free(json.bytes);
}

/* The first byte says how the rest is read. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static int started;
    int file = memfd_create("map", 0);
    char name[40];

    if (!started++) {
        apr_initialize();
    }
    if (file < 0 || (size > 1 && write(file, data + 1, size - 1) < 0)) {
        abort();
    }
    apr_snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
    check_file(name, size ? data[0] : 0);
    close(file);
    return 0;
}
