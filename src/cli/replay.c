/* SPDX-License-Identifier: Apache-2.0
 * semredirect replay: what an access log's requests would get.
 */
#include <string.h>

#include <apr_strings.h>

#include "replay.h"

enum { TOP = 10, LOOK_EVERY = 64 };

/* --fail-on: X(id, name) */
#define FAIL_ON(X)                                                             \
    X(404, "404")                                                              \
    X(FINE, "fine")                                                            \
    X(LOOP, "loop")

enum {
#define X(id, name) FAIL_ON_##id,
    FAIL_ON(X)
#undef X
};

static const cli_option_t options[] = {
    {"log", "auto|common|combined|vhost_combined|json",
     "what the lines are; usually auto, line by line"},
    {"fields", "LIST", "keys of JSON: url=KEY,method=KEY,status=KEY,..."},
    {"and", "LOG", "another log, read after LOG; may be repeated"},
    {"top", "N", "how long lists are; 10"},
    {"all", NULL, "whole lists, and the rules that were not used"},
    {"fail-on", "LIST", "exit status 1 if there is: 404, fine, loop"},
    {NULL, NULL, NULL}};

static apr_status_t take_fail_on(replay_t *replay, const char *list)
{
    static const char *const names[] = {
#define X(id, name) name,
        FAIL_ON(X)
#undef X
    };
    const int count = sizeof(names) / sizeof(*names);
    char *last,
        *word = apr_strtok(apr_pstrdup(replay->cli->pool, list), ", ", &last);
    int i;

    for (; word; word = apr_strtok(NULL, ", ", &last)) {
        for (i = 0; i < count && strcmp(names[i], word); i++) {
        }
        if (i == count) {
            cli_say(replay->cli,
                    "--fail-on \"%s\" is unknown: 404 (some stay), fine (a "
                    "page that works would be redirected), loop",
                    word);
            return APR_EINVAL;
        }
        replay->fail_on |= 1u << i;
    }
    return APR_SUCCESS;
}

static apr_status_t take_log(replay_t *replay)
{
    cli_t *cli = replay->cli;
    const char *name = cli_value(cli, "log");
    int format = name ? cli_log_format(name) : CLI_LOG_AUTO;
    semr_diag_t diag;

    replay->log = cli_log_create(cli->pool, (cli_log_format_t)format,
                                 cli_value(cli, "fields"), &diag);
    if (!replay->log) {
        cli_say(cli, "--fields: %s", diag.text);
        return APR_EINVAL;
    }
    return APR_SUCCESS;
}

static apr_status_t take_options(replay_t *replay)
{
    cli_t *cli = replay->cli;
    const char *fail_on = cli_value(cli, "fail-on");
    apr_int64_t top;

    if (cli_number(cli, "top", 1, 1000000, TOP, &top) != APR_SUCCESS ||
        take_log(replay) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    replay->most = cli_value(cli, "all") ? 0 : (int)top;
    return fail_on ? take_fail_on(replay, fail_on) : APR_SUCCESS;
}

/* -- logs ------------------------------------------------------------------ */

static apr_status_t read_log(replay_t *replay, const char *name)
{
    const char *shown = strcmp(name, "-") ? name : "stdin";
    apr_uint64_t number = 0;
    cli_input_t *input;
    semr_view_t line;
    apr_status_t status = cli_input_open(replay->cli, name, &input);

    if (status != APR_SUCCESS) {
        return status;
    }
    while ((status = cli_input_line(input, &line)) == APR_SUCCESS) {
        replay_line(replay, shown, ++number, line);
        if (number % LOOK_EVERY == 0) { /* where it is takes a system call */
            cli_progress(&replay->progress, replay->lines, cli_input_at(input),
                         cli_input_size(input));
        }
    }
    cli_input_close(input);
    return status == APR_EOF ? APR_SUCCESS : status;
}

/* LOG, and those of --and; all are read, whatever becomes of one. */
static apr_status_t read_logs(replay_t *replay)
{
    cli_t *cli = replay->cli;
    apr_status_t status;
    int i;

    cli_progress_begin(&replay->progress, cli, "lines");
    status = read_log(replay, cli->words[0]);
    for (i = 0; i < cli->given->nelts; i++) {
        const cli_given_t *given = &APR_ARRAY_IDX(cli->given, i, cli_given_t);

        if (!strcmp(given->name, "and") &&
            read_log(replay, given->value) != APR_SUCCESS) {
            status = APR_EINVAL;
        }
    }
    cli_progress_end(&replay->progress);
    return status;
}

/* Whether there is what --fail-on names. */
static int fails(const replay_t *replay)
{
    const apr_uint64_t counts[] = {
        [FAIL_ON_404] = replay_unanswered(replay, REPLAY_NOT_FOUND),
        [FAIL_ON_FINE] = replay_answered(replay, REPLAY_FINE),
        [FAIL_ON_LOOP] = replay_outcome(replay, REPLAY_LOOP)};
    unsigned i;

    for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        if (replay->fail_on >> i & 1 && counts[i]) {
            return 1;
        }
    }
    return 0;
}

static cli_exit_t run(cli_t *cli)
{
    replay_t *replay = apr_pcalloc(cli->pool, sizeof(*replay));
    apr_status_t status;

    replay->cli = cli;
    if (take_options(replay) != APR_SUCCESS ||
        cli_rules_read(cli, cli->words + 1, cli->nwords - 1, &replay->rules) !=
            APR_SUCCESS) {
        return CLI_FAILED;
    }
    cli_rules_say(cli, &replay->rules);
    replay_begin(replay);
    status = read_logs(replay);
    if (status != APR_SUCCESS && !replay->lines) {
        return CLI_FAILED;
    }
    if (cli->json) {
        replay_tell_json(replay);
    }
    else {
        replay_tell_text(replay);
    }
    if (status != APR_SUCCESS) {
        return CLI_FAILED;
    }
    return fails(replay) || replay->rules.bad ? CLI_FOUND : CLI_OK;
}

const cli_command_t cli_command_replay = {
    .name = "replay",
    .synopsis = "[OPTION...] LOG MAP...",
    .what = "ask the rules for the requests of an access log",
    .more = "LOG is plain or gzip; - is stdin, so that many go in by a pipe:\n"
            "    zcat -f access.log* | semredirect replay - moves.map\n"
            "Lines are those of httpd's formats common and combined, the "
            "latter with %v or\n"
            "%v:%p before it, or JSON objects.  With --host, what the log has "
            "for other\n"
            "hosts is passed over.\n",
    .least = 2,
    .most = -1,
    .reads_rules = 1,
    .options = options,
    .run = run};
