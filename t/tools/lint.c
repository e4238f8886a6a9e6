/* SPDX-License-Identifier: Apache-2.0
 * lint [OPTIONS] FILE...: the findings about rules, for tests and benchmarks.
 * The files are sets that compete in one space; see usage below.
 */
#include <stdlib.h>
#include <sys/resource.h>

#include <apr_general.h>
#include <apr_getopt.h>
#include <apr_time.h>

#include "../unit/lint_rules.h"

static const char usage[] =
    "usage: lint [OPTIONS] FILE...\n"
    "  --all            each finding, not the first twenty of a code\n"
    "  --keep           as with SemanticRedirectChains keep\n"
    "  --http           the server speaks no https\n"
    "  --name HOST      a name of the server; may be repeated\n"
    "  --now DATE       as if it were that day\n"
    "  --off CODE       silences a finding; may be repeated\n"
    "  --options WORDS  of the files behind it, as SemanticRedirectMap has "
    "them\n"
    "  --inherit FILE   rules of the main server\n"
    "  --time           tells on stderr how long the check took, and how many\n"
    "                   MB were in use at most, before and after it\n";

typedef struct tool_t {
    apr_pool_t *pool;
    semr_lint_t lint;
    semr_space_t spaces[2];
    apr_array_header_t *sets, *inherited; /* of semr_ruleset_t * */
    apr_array_header_t *names;            /* of char * */
    unsigned char silenced[SEMR_FINDING_COUNT];
    const char *options;
    int all, timed;
} tool_t;

static int is_ours(void *baton, const semr_origin_t *origin)
{
    const apr_array_header_t *names = baton;
    int i;

    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (strlen(name) == origin->host.len &&
            memcmp(name, origin->host.p, origin->host.len) == 0) {
            return 1;
        }
    }
    return 0;
}

static void print_finding(void *baton, const semr_finding_t *finding)
{
    apr_pool_t *each;

    apr_pool_create(&each, baton);
    fputs(finding_line(each, finding), stdout);
    apr_pool_destroy(each);
}

static int add_file(tool_t *tool, apr_array_header_t *sets, const char *path)
{
    const semr_ruleset_t *set =
        rules_of_file(tool->pool, path, path, tool->options);

    if (!set) {
        fprintf(stderr, "lint: %s cannot be read\n", path);
        return 0;
    }
    APR_ARRAY_PUSH(sets, const semr_ruleset_t *) = set;
    return 1;
}

static int take_option(tool_t *tool, int option, const char *value)
{
    int id;

    switch (option) {
    case 'a':
        tool->all = 1;
        return 1;
    case 'k':
        tool->lint.keeps_chains = 1;
        return 1;
    case 'h':
        tool->lint.https = 0;
        return 1;
    case 't':
        tool->timed = 1;
        return 1;
    case 'n':
        APR_ARRAY_PUSH(tool->names, const char *) = value;
        return 1;
    case 'w':
        tool->options = value;
        return 1;
    case 'i':
        return add_file(tool, tool->inherited, value);
    case 'd':
        return semr_date_parse(semr_view(value, strlen(value)),
                               &tool->lint.now) == APR_SUCCESS;
    default:
        id = semr_finding_parse(semr_view(value, strlen(value)));
        if (id >= 0) {
            tool->silenced[id] = 1;
        }
        return id >= 0;
    }
}

static int take_options(tool_t *tool, int argc, const char *const *argv)
{
    static const apr_getopt_option_t options[] = {
        {"all", 'a', 0, ""},     {"keep", 'k', 0, ""},    {"http", 'h', 0, ""},
        {"name", 'n', 1, ""},    {"now", 'd', 1, ""},     {"off", 'o', 1, ""},
        {"inherit", 'i', 1, ""}, {"options", 'w', 1, ""}, {"time", 't', 0, ""},
        {NULL, 0, 0, NULL}};
    apr_getopt_t *state;
    const char *value;
    int option;
    apr_status_t status;

    apr_getopt_init(&state, tool->pool, argc, argv);
    while ((status = apr_getopt_long(state, options, &option, &value)) ==
           APR_SUCCESS) {
        if (!take_option(tool, option, value)) {
            return 0;
        }
    }
    for (; state->ind < argc; state->ind++) {
        if (!add_file(tool, tool->sets, argv[state->ind])) {
            return 0;
        }
    }
    return status == APR_EOF && tool->sets->nelts > 0;
}

static double megabytes(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_maxrss / 1024;
}

static void check(tool_t *tool)
{
    semr_lint_t *lint = &tool->lint;
    semr_report_t *report = semr_report_create(tool->pool);
    apr_time_t began = apr_time_now();
    double before = megabytes();
    int i;

    tool->spaces[0].sets = (void *)tool->sets->elts;
    tool->spaces[0].count = tool->sets->nelts;
    tool->spaces[0].majors = semr_lookup_groups(
        tool->spaces[0].sets, tool->spaces[0].count, tool->pool);
    tool->spaces[1].sets = (void *)tool->inherited->elts;
    tool->spaces[1].count = tool->inherited->nelts;
    lint->spaces = tool->spaces;
    lint->nspaces = 2;
    lint->silenced = tool->silenced;
    lint->is_ours = is_ours;
    lint->ours_baton = tool->names;
    if (tool->names->nelts) {
        const char *name = APR_ARRAY_IDX(tool->names, 0, const char *);

        lint->host = semr_view(name, strlen(name));
    }
    if (tool->all) {
        lint->tell = print_finding;
        lint->tell_baton = tool->pool;
        semr_lint(lint, tool->pool);
    }
    else {
        semr_lint_report(lint, report, tool->pool);
    }
    if (tool->timed) {
        fprintf(stderr, "%.4f %.1f %.1f\n",
                (double)(apr_time_now() - began) / 1e6, before, megabytes());
    }
    for (i = 0; i < report->findings->nelts; i++) {
        print_finding(tool->pool,
                      &APR_ARRAY_IDX(report->findings, i, semr_finding_t));
    }
    for (i = 0; i < SEMR_FINDING_COUNT; i++) {
        if (lint->counts[i]) {
            printf("%s %s %" APR_UINT64_T_FMT "\n",
                   semr_finding_code((semr_finding_id_t)i),
                   semr_finding_name((semr_finding_id_t)i), lint->counts[i]);
        }
    }
}

int main(int argc, const char *const *argv)
{
    tool_t tool;

    apr_initialize();
    memset(&tool, 0, sizeof(tool));
    apr_pool_create(&tool.pool, NULL);
    tool.sets = apr_array_make(tool.pool, 4, sizeof(semr_ruleset_t *));
    tool.inherited = apr_array_make(tool.pool, 4, sizeof(semr_ruleset_t *));
    tool.names = apr_array_make(tool.pool, 4, sizeof(char *));
    tool.lint.now = apr_time_sec(apr_time_now());
    tool.lint.https = 1;
    tool.options = "";
    if (!take_options(&tool, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    check(&tool);
    apr_pool_destroy(tool.pool);
    apr_terminate();
    return 0;
}
