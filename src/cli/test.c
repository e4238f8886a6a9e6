/* SPDX-License-Identifier: Apache-2.0
 * semredirect test: what expectations say, and what the rules answer.
 */
#include "expect.h"
#include "json_out.h"
#include "progress.h"
#include "rules.h"

static const cli_option_t options[] = {
    {"verbose", NULL, "tell those that hold, too"}, {NULL, NULL, NULL}};

typedef struct testing_t {
    cli_t *cli;
    cli_json_t json;
    semr_expect_asker_t asker;
    int verbose;
    int lacks_host; /* a LOCATION with a host failed, and nobody has said which
                       host is asked */
    apr_uint64_t passed, failed;
} testing_t;

static void prepare(testing_t *testing, cli_rules_t *rules, semr_ask_t *ask,
                    semr_judge_t *judge)
{
    cli_rules_ask(rules, ask, judge);
    testing->asker.ask = ask;
    if (rules->names->nelts) {
        testing->asker.host = APR_ARRAY_IDX(rules->names, 0, semr_view_t);
    }
    testing->asker.https = rules->https;
    testing->asker.port = rules->port;
    testing->verbose = cli_value(testing->cli, "verbose") != NULL;
}

/* -- telling --------------------------------------------------------------- */

/* The first rows that are wrong */
static void put_problems(testing_t *testing, const cli_rules_t *rules)
{
    apr_pool_t *pool = testing->cli->pool;
    int i;

    cli_json_list(&testing->json, "problems");
    for (i = 0; i < rules->problems->nelts; i++) {
        const cli_told_t *row = &APR_ARRAY_IDX(rules->problems, i, cli_told_t);
        json_t *item = json_object();

        if (semr_json_set(item, "file", semr_json_string(pool, row->file)) ||
            semr_json_set(item, "line", semr_json_number(row->line)) ||
            semr_json_set(item, "text", semr_json_string(pool, row->text))) {
            json_decref(item);
            item = NULL;
        }
        cli_json_item(&testing->json, item);
    }
    cli_json_list_end(&testing->json);
}

static void tell_begin(testing_t *testing, const cli_rules_t *rules)
{
    if (testing->cli->json) {
        cli_json_begin(&testing->json, testing->cli);
        put_problems(testing, rules);
        cli_json_list(&testing->json, "expectations");
    }
    else {
        cli_rules_say(testing->cli, rules);
    }
}

static void tell_json(testing_t *testing, const cli_told_t *line,
                      const semr_expect_t *expect, semr_expect_end_t end,
                      const char *got, apr_pool_t *pool)
{
    json_t *item = json_object();
    int failed = 0;

    failed |= semr_json_set(item, "file", semr_json_string(pool, line->file));
    failed |= semr_json_set(item, "line", semr_json_number(line->line));
    failed |=
        semr_json_set(item, "passed", json_boolean(end == SEMR_EXPECT_HOLDS));
    failed |= semr_json_set(item, "method",
                            semr_json_string(pool, expect->target.method));
    failed |= semr_json_set(item, "url", semr_json_string(pool, expect->url));
    failed |=
        semr_json_set(item, "expected",
                      semr_json_string(pool, semr_expect_words(expect, pool)));
    failed |= semr_json_set(item, "got", semr_json_string(pool, got));
    if (failed) {
        json_decref(item);
        item = NULL;
    }
    cli_json_item(&testing->json, item);
}

static void tell(testing_t *testing, const cli_told_t *line,
                 const semr_expect_t *expect, semr_expect_end_t end,
                 const char *got, apr_pool_t *pool)
{
    semr_out_t *out = testing->cli->out;

    if (testing->cli->json) {
        tell_json(testing, line, expect, end, got, pool);
        return;
    }
    semr_out_printf(out, pool, "%s:%u: %s%s\n", line->file, line->line,
                    end == SEMR_EXPECT_HOLDS ? "ok: " : "",
                    semr_expect_tell(expect, end, got, pool));
}

/* -- asking ---------------------------------------------------------------- */

static void run_one(testing_t *testing, const cli_told_t *line,
                    cli_progress_t *progress, apr_pool_t *pool)
{
    semr_expect_end_t end = SEMR_EXPECT_FAILS;
    semr_expect_t expect;
    semr_diag_t diag;
    const char *got;

    if (semr_expect_parse(&expect, pool, line->text, &diag) != APR_SUCCESS) {
        return; /* it was read before, and is no bad row */
    }
    end = semr_expect_ask(&testing->asker, &expect, pool, &got);
    if (end == SEMR_EXPECT_HOLDS) {
        testing->passed++;
    }
    else {
        testing->failed++;
        testing->lacks_host |= !testing->asker.host.len &&
                               !expect.target.host && expect.location &&
                               *expect.location != '/';
    }
    if (end != SEMR_EXPECT_HOLDS || testing->verbose) {
        cli_progress_end(progress);
        tell(testing, line, &expect, end, got, pool);
    }
}

static void run_all(testing_t *testing, const apr_array_header_t *expects)
{
    cli_progress_t progress;
    apr_pool_t *pool;
    int i;

    apr_pool_create(&pool, testing->cli->pool);
    cli_progress_begin(&progress, testing->cli, "expectations");
    for (i = 0; i < expects->nelts; i++) {
        run_one(testing, &APR_ARRAY_IDX(expects, i, cli_told_t), &progress,
                pool);
        apr_pool_clear(pool);
        cli_progress(&progress, (apr_uint64_t)i + 1, (apr_uint64_t)i + 1,
                     (apr_uint64_t)expects->nelts);
    }
    cli_progress_end(&progress);
    apr_pool_destroy(pool);
}

static void tell_totals(testing_t *testing, const cli_rules_t *rules)
{
    const cli_t *cli = testing->cli;

    if (cli->json) {
        cli_json_list_end(&testing->json);
        cli_json_put(&testing->json, "passed",
                     semr_json_number(testing->passed));
        cli_json_put(&testing->json, "failed",
                     semr_json_number(testing->failed));
        cli_json_put(&testing->json, "rows_wrong",
                     semr_json_number(rules->bad));
        cli_json_end(&testing->json);
        return;
    }
    semr_out_printf(cli->out, cli->pool,
                    "%" APR_UINT64_T_FMT " passed, %" APR_UINT64_T_FMT
                    " failed\n",
                    testing->passed, testing->failed);
    if (testing->lacks_host && !cli->quiet) {
        cli_say(cli, "a LOCATION with a host differs from a relative one as "
                     "long as nobody says which host is asked: give --host");
    }
}

static cli_exit_t say_none(const cli_t *cli)
{
    cli_say(cli,
            "there is no expectation in %s; add lines such as expect GET "
            "/old 301 /new to a text map, or to a file of their own that "
            "is named beside it",
            cli->nwords == 1 ? cli->words[0] : "these files");
    return CLI_FAILED;
}

static cli_exit_t test(cli_t *cli)
{
    apr_array_header_t *expects =
        apr_array_make(cli->pool, 64, sizeof(cli_told_t));
    testing_t testing = {.cli = cli};
    cli_rules_t rules;
    semr_ask_t ask;
    semr_judge_t judge;

    if (cli_rules_read_expects(cli, cli->words, cli->nwords, &rules, expects) !=
        APR_SUCCESS) {
        return CLI_FAILED;
    }
    if (!expects->nelts && !rules.bad) { /* else they may be among those */
        return say_none(cli);
    }
    prepare(&testing, &rules, &ask, &judge);
    tell_begin(&testing, &rules);
    run_all(&testing, expects);
    tell_totals(&testing, &rules);
    return testing.failed || rules.bad ? CLI_FOUND : CLI_OK;
}

const cli_command_t cli_command_test = {
    .name = "test",
    .synopsis = "[OPTION...] FILE...",
    .what = "compare answers with what is expected",
    .more = "FILE is a map, or a file of expectations alone.  An expectation "
            "is a line\n"
            "of text, beside rules or in a file of its own:\n"
            "\n"
            "  expect GET /old 301 /new\n"
            "  expect POST /old 308 /new\n"
            "  expect GET /summer permanent           301 or 308, at any "
            "stage\n"
            "  expect GET /blog/feed.xml pass         no rule answers\n"
            "  expect GET /sale 302 /s at=2027-01-15  asked as of then\n"
            "\n"
            "What fails is told by file and line.  A LOCATION may be relative "
            "or not.\n",
    .least = 1,
    .most = -1,
    .reads_rules = 1,
    .options = options,
    .run = test};
