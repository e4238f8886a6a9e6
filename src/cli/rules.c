/* SPDX-License-Identifier: Apache-2.0
 * The rules that a subcommand works on: maps read, and opened as sets.
 */
#include <string.h>

#include <apr_strings.h>
#include <apr_time.h>

#include "build.h"
#include "expect.h"
#include "image_file.h"
#include "input.h"
#include "progress.h"
#include "rules.h"

const cli_option_t cli_rules_options[] = {
    {"options", "WORDS",
     "options of the maps, as SemanticRedirectMap has them"},
    {"format", "text|csv", "what MAP is, where its name does not say"},
    {"inherit", "MAP", "rules of the main server, tried after the others"},
    {"host", "NAME", "ServerName, then each ServerAlias"},
    {"http", NULL, "clients come by http, and there is no https"},
    {"chains", "collapse|keep", "as SemanticRedirectChains"},
    {"stage", "off|observe|trial|live", "as SemanticRedirectStage"},
    {"now", "DATE", "judge dates as of then"},
    {NULL, NULL, NULL}};

static semr_view_t view_of(const char *text)
{
    return (semr_view_t){text, strlen(text)};
}

/* -- one map --------------------------------------------------------------- */

typedef struct reading_t {
    cli_t *cli;
    cli_rules_t *rules;
    semr_rule_defaults_t defaults;
    int has_options;
    const char *format;          /* NULL: by name */
    apr_array_header_t *expects; /* of cli_told_t; NULL: nobody wants them */
    /* of one map */
    const char *shown;
    semr_builder_t *builder;
} reading_t;

static apr_status_t take(void *baton, const semr_rule_t *rule)
{
    reading_t *reading = baton;

    return semr_builder_add(reading->builder, rule);
}

static apr_status_t take_expect(void *baton, const char *line, unsigned number,
                                apr_pool_t *pool, semr_diag_t *diag)
{
    reading_t *reading = baton;
    semr_expect_t expect;
    apr_status_t status = semr_expect_parse(&expect, pool, line, diag);
    cli_told_t *told;

    if (status == APR_SUCCESS && reading->expects) {
        told = apr_array_push(reading->expects);
        told->file = reading->shown;
        told->line = number;
        told->text = apr_pstrdup(reading->cli->pool, line);
    }
    return status;
}

static semr_mapfile_format_t format_of(const reading_t *reading,
                                       const char *name)
{
    apr_size_t len = strlen(name);

    if (reading->format) {
        return strcmp(reading->format, "csv") ? SEMR_MAPFILE_TEXT
                                              : SEMR_MAPFILE_CSV;
    }
    return semr_mapfile_format(
        len > 3 && !strcmp(name + len - 3, ".gz")
            ? apr_pstrmemdup(reading->cli->pool, name, len - 3)
            : name);
}

static void keep_told(apr_array_header_t *kept, const char *file,
                      const apr_array_header_t *told)
{
    int i;

    for (i = 0; i < told->nelts; i++) {
        const semr_mapfile_told_t *row =
            &APR_ARRAY_IDX(told, i, semr_mapfile_told_t);
        cli_told_t *keep = apr_array_push(kept);

        keep->file = file;
        keep->line = row->line;
        keep->text = row->text;
    }
}

/* A file as a map's source, which tells how far it is */
typedef struct watched_t {
    cli_input_t *input;
    cli_progress_t progress;
} watched_t;

static apr_status_t read_watched(void *baton, char *bytes, apr_size_t *len)
{
    watched_t *watched = baton;
    apr_uint64_t at = cli_input_at(watched->input);

    cli_progress(&watched->progress, at >> 20, at,
                 cli_input_size(watched->input));
    return cli_input_read(watched->input, bytes, len);
}

static const semr_image_t *build(reading_t *reading, const char *name)
{
    cli_t *cli = reading->cli;
    watched_t watched;
    semr_mapfile_source_t source = {read_watched, &watched};
    semr_mapfile_takers_t takers = {take, take_expect, reading};
    const char *shown = strcmp(name, "-") ? name : "stdin";
    semr_mapfile_report_t report;
    apr_status_t status;

    if (cli_input_open(cli, name, &watched.input) != APR_SUCCESS) {
        return NULL;
    }
    reading->shown = shown;
    reading->builder = semr_builder_create(cli->pool);
    cli_progress_begin(&watched.progress, cli,
                       apr_pstrcat(cli->pool, "MB of ", shown, NULL));
    status =
        semr_mapfile_read_for(&source, format_of(reading, name), shown,
                              &reading->defaults, &takers, &report, cli->pool);
    cli_progress_end(&watched.progress);
    cli_input_close(watched.input);
    if (status == APR_ENOSPC) {
        cli_say(cli, "%s: it has more rules than a map can hold", shown);
    }
    if (status != APR_SUCCESS) {
        return NULL;
    }
    reading->rules->bad += report.bad;
    keep_told(reading->rules->problems, shown, report.problems);
    keep_told(reading->rules->notices, shown, report.notices);
    return semr_builder_freeze(reading->builder, cli->pool);
}

static const semr_image_t *copy(reading_t *reading, const char *path)
{
    const semr_image_t *image;
    semr_diag_t diag;

    if (reading->has_options) {
        cli_say(reading->cli,
                "image:%s: --options are for text and CSV: an image has those "
                "that it was compiled with",
                path);
        return NULL;
    }
    if (semr_image_copy(path, reading->cli->pool, &image, &diag) !=
        APR_SUCCESS) {
        cli_say(reading->cli, "%s", diag.text);
        return NULL;
    }
    return image;
}

static apr_status_t read_map(reading_t *reading, const char *name,
                             apr_array_header_t *sets)
{
    static const char prefix[] = "image:";
    apr_size_t len = sizeof(prefix) - 1;
    const semr_image_t *image = strncmp(name, prefix, len)
                                    ? build(reading, name)
                                    : copy(reading, name + len);
    semr_ruleset_t *set = apr_palloc(reading->cli->pool, sizeof(*set));
    semr_diag_t diag;

    if (!image) {
        return APR_EINVAL;
    }
    if (semr_ruleset_open(set, reading->cli->pool, image, 1, &diag) !=
        APR_SUCCESS) {
        cli_say(reading->cli, "%s: %s", name, diag.text);
        return APR_EINVAL;
    }
    APR_ARRAY_PUSH(sets, const semr_ruleset_t *) = set;
    return APR_SUCCESS;
}

/* -- the virtual host ------------------------------------------------------ */

static void add_names(const cli_t *cli, cli_rules_t *rules)
{
    int i;

    rules->names = apr_array_make(cli->pool, 4, sizeof(semr_view_t));
    for (i = 0; i < cli->given->nelts; i++) {
        const cli_given_t *given = &APR_ARRAY_IDX(cli->given, i, cli_given_t);

        if (!strcmp(given->name, "host")) {
            APR_ARRAY_PUSH(rules->names, semr_view_t) =
                semr_url_fold(cli->pool, view_of(given->value));
        }
    }
}

static apr_status_t read_host(const cli_t *cli, cli_rules_t *rules)
{
    const char *stage = cli_value(cli, "stage"), *now = cli_value(cli, "now"),
               *chains = cli_value(cli, "chains");

    add_names(cli, rules);
    rules->https = !cli_value(cli, "http");
    rules->port = rules->https ? 443 : 80;
    rules->now = apr_time_sec(apr_time_now());
    rules->stage =
        stage ? (semr_stage_t)semr_stage_parse(view_of(stage)) : SEMR_LIVE;
    rules->keeps = chains && !strcmp(chains, "keep");
    if (now && semr_date_parse(view_of(now), &rules->now) != APR_SUCCESS) {
        cli_say(cli,
                "--now \"%s\" is no date: write 2027-01-15 or "
                "2027-01-15T10:00:00Z",
                now);
        return APR_EINVAL;
    }
    return APR_SUCCESS;
}

/* -- all of it ------------------------------------------------------------- */

static apr_status_t begin(reading_t *reading)
{
    cli_t *cli = reading->cli;
    const char *words = cli_value(cli, "options");
    semr_diag_t diag;

    reading->has_options = words && *words;
    reading->format = cli_value(cli, "format");
    if (semr_rule_defaults_parse(&reading->defaults, cli->pool,
                                 words ? words : "", &diag) != APR_SUCCESS) {
        cli_say(cli, "--options \"%s\": %s", words ? words : "", diag.text);
        return APR_EINVAL;
    }
    return APR_SUCCESS;
}

static void open_space(cli_rules_t *rules, int i, apr_array_header_t *sets)
{
    semr_space_t *space = rules->spaces + i;

    space->sets = (void *)sets->elts;
    space->count = sets->nelts;
    space->majors = semr_lookup_groups(space->sets, space->count, rules->pool);
    rules->ends[i] = semr_ends_create(rules->pool, space);
}

apr_status_t cli_rules_read(cli_t *cli, const char *const *maps, int count,
                            cli_rules_t *rules)
{
    return cli_rules_read_expects(cli, maps, count, rules, NULL);
}

apr_status_t cli_rules_read_expects(cli_t *cli, const char *const *maps,
                                    int count, cli_rules_t *rules,
                                    apr_array_header_t *expects)
{
    reading_t reading = {.cli = cli, .rules = rules, .expects = expects};
    const char *inherit = cli_value(cli, "inherit");
    int i;

    memset(rules, 0, sizeof(*rules));
    rules->pool = cli->pool;
    rules->sets = apr_array_make(cli->pool, 4, sizeof(semr_ruleset_t *));
    rules->inherited = apr_array_make(cli->pool, 1, sizeof(semr_ruleset_t *));
    rules->problems = apr_array_make(cli->pool, 4, sizeof(cli_told_t));
    rules->notices = apr_array_make(cli->pool, 4, sizeof(cli_told_t));
    if (begin(&reading) != APR_SUCCESS ||
        read_host(cli, rules) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (count > SEMR_IMAGES_MAX) {
        cli_say(cli, "%d maps are too many: %d are the most", count,
                SEMR_IMAGES_MAX);
        return APR_EINVAL;
    }
    for (i = 0; i < count; i++) {
        if (read_map(&reading, maps[i], rules->sets) != APR_SUCCESS) {
            return APR_EINVAL;
        }
        rules->count += semr_image_rules(
            APR_ARRAY_IDX(rules->sets, i, const semr_ruleset_t *)->image);
    }
    reading.expects = NULL; /* the main server's are its own */
    if (inherit &&
        read_map(&reading, inherit, rules->inherited) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    open_space(rules, 0, rules->sets);
    open_space(rules, 1, rules->inherited);
    return APR_SUCCESS;
}

static void say_told(const apr_array_header_t *told, const char *kind)
{
    int i;

    for (i = 0; i < told->nelts; i++) {
        const cli_told_t *row = &APR_ARRAY_IDX(told, i, cli_told_t);

        fprintf(stderr, "%s:%u: %s%s\n", row->file, row->line, kind, row->text);
    }
}

cli_exit_t cli_rules_say(const cli_t *cli, const cli_rules_t *rules)
{
    say_told(rules->problems, "");
    if (rules->bad > (apr_uint64_t)rules->problems->nelts) {
        cli_say(cli, "%" APR_UINT64_T_FMT " more rows are wrong",
                rules->bad - (apr_uint64_t)rules->problems->nelts);
    }
    if (!cli->quiet) {
        say_told(rules->notices, "notice: ");
    }
    return rules->bad ? CLI_FOUND : CLI_OK;
}
