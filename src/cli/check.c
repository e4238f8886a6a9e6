/* SPDX-License-Identifier: Apache-2.0
 * semredirect check: what is wrong with rules, for people and for CI.
 */
#include <string.h>

#include "check_parts.h"

static const cli_option_t options[] = {
    {"all", NULL, "tell each finding, not the first 20 of a code"},
    {"off", "CODE", "silence a finding, SEMR103; may be repeated"},
    {"fail-on", "error|warning|info",
     "exit 1 from this severity on; usually warning"},
    {NULL, NULL, NULL}};

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

/* -- options --------------------------------------------------------------- */

static apr_status_t read_silenced(check_t *check)
{
    const apr_array_header_t *all = check->cli->given;
    int i, id;

    for (i = 0; i < all->nelts; i++) {
        const cli_given_t *given = &APR_ARRAY_IDX(all, i, cli_given_t);

        if (strcmp(given->name, "off") != 0) {
            continue;
        }
        id = semr_finding_parse(view_of(given->value));
        if (id < 0) {
            cli_say(check->cli,
                    "--off \"%s\" is no code of a finding; they are in "
                    "docs/findings.md, and look like %s",
                    given->value, semr_finding_code(SEMR_FINDING_CHAIN));
            return APR_EINVAL;
        }
        check->silenced[id] = 1;
    }
    return APR_SUCCESS;
}

static void read_fails_on(check_t *check)
{
    const char *value = cli_value(check->cli, "fail-on");
    int i;

    check->fails_on = SEMR_WARNING;
    for (i = 0; value && i < SEMR_SEVERITIES; i++) {
        if (!strcmp(value, semr_severity_name((semr_severity_t)i))) {
            check->fails_on = (semr_severity_t)i;
        }
    }
}

/* -- the check ------------------------------------------------------------- */

static int is_ours(void *baton, const semr_origin_t *origin)
{
    return cli_rules_is_ours(baton, origin) > 0;
}

static void lint(check_t *check)
{
    cli_rules_t *rules = &check->rules;
    semr_lint_t lint = {.spaces = rules->spaces,
                        .nspaces = 2,
                        .now = rules->now,
                        .keeps_chains = rules->keeps,
                        .https = rules->https,
                        .port = rules->port,
                        .is_ours = is_ours,
                        .ours_baton = rules,
                        .silenced = check->silenced,
                        .tell = check_tell_finding,
                        .tell_baton = check};
    semr_report_t *report;
    int i;

    if (rules->names->nelts) {
        lint.host = APR_ARRAY_IDX(rules->names, 0, semr_view_t);
    }
    if (check->all) {
        semr_lint(&lint, check->cli->pool);
    }
    else {
        report = semr_report_create(check->cli->pool);
        semr_lint_report(&lint, report, check->cli->pool);
        for (i = 0; i < report->findings->nelts; i++) {
            check_tell_finding(
                check, &APR_ARRAY_IDX(report->findings, i, semr_finding_t));
        }
    }
    memcpy(check->counts, lint.counts, sizeof(check->counts));
}

static cli_exit_t status_of(const check_t *check)
{
    int severity;

    if (check->rules.bad) {
        return CLI_FOUND;
    }
    for (severity = 0; severity <= (int)check->fails_on; severity++) {
        if (check_count(check, (semr_severity_t)severity)) {
            return CLI_FOUND;
        }
    }
    return CLI_OK;
}

static cli_exit_t run(cli_t *cli)
{
    check_t *check = apr_pcalloc(cli->pool, sizeof(*check));

    check->cli = cli;
    check->all = cli_value(cli, "all") != NULL;
    read_fails_on(check);
    if (read_silenced(check) != APR_SUCCESS ||
        cli_rules_read(cli, cli->words, cli->nwords, &check->rules) !=
            APR_SUCCESS) {
        return CLI_FAILED;
    }
    apr_pool_create(&check->each, cli->pool);
    check_tell_rows(check);
    lint(check);
    check_tell_counts(check);
    return status_of(check);
}

const cli_command_t cli_command_check = {
    .name = "check",
    .synopsis = "[OPTION...] MAP...",
    .what = "find what is wrong with rules",
    .more =
        "Tells rows that are wrong, and what the rules do together: loops,\n"
        "chains, rules that never win, codes that lose a method, and more.\n"
        "docs/findings.md explains each code.  It exits 1 if a row is "
        "wrong,\n"
        "or if there is a finding at least as severe as --fail-on says.\n",
    .least = 1,
    .most = -1,
    .reads_rules = 1,
    .options = options,
    .run = run};
