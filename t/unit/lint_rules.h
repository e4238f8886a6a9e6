/* SPDX-License-Identifier: Apache-2.0
 * Rules for the lint, as tests read them: a file of lines, where if= is allowed
 * as in a directive, or a CSV map.
 */
#ifndef SEMR_TEST_LINT_RULES_H
#define SEMR_TEST_LINT_RULES_H

#include <stdio.h>
#include <string.h>

#include <apr_strings.h>

#include "build.h"
#include "lint.h"
#include "mapfile.h"

/* Reads from a FILE, as a map's source. */
static inline apr_status_t read_stream(void *baton, char *bytes,
                                       apr_size_t *len)
{
    *len = fread(bytes, 1, *len, baton);
    return APR_SUCCESS;
}

static inline apr_status_t take_rule(void *baton, const semr_rule_t *rule)
{
    return semr_builder_add(baton, rule);
}

/* One line of a file; says on stderr what is wrong with it. */
static inline void read_line(semr_builder_t *builder, apr_pool_t *in,
                             const semr_rule_defaults_t *defaults,
                             const char *name, unsigned number, char *line)
{
    semr_rule_t rule;
    semr_diag_t diag;

    line[strcspn(line, "\r\n")] = '\0';
    if (!line[strspn(line, " \t")] || *line == '#') {
        return;
    }
    if (semr_rule_parse_with(&rule, in, line, SEMR_RULE_IF, defaults, &diag)) {
        fprintf(stderr, "%s:%u: %s\n", name, number, diag.text);
        return;
    }
    rule.file = name;
    rule.line = number;
    rule.condition_id = rule.condition.len != 0;
    semr_builder_add(builder, &rule);
}

static inline void read_lines(semr_builder_t *builder, apr_pool_t *in,
                              const semr_rule_defaults_t *defaults,
                              const char *name, FILE *file)
{
    unsigned number = 0;
    apr_pool_t *each;
    char line[8192];

    apr_pool_create(&each, in);
    while (fgets(line, sizeof(line), file)) {
        read_line(builder, each, defaults, name, ++number, line);
        apr_pool_clear(each);
    }
    apr_pool_destroy(each);
}

/* The rules of a file, ready to be asked; name is what findings say, options
 * are the rules' defaults.  NULL: it cannot be read. */
static inline const semr_ruleset_t *rules_of_file(apr_pool_t *in,
                                                  const char *path,
                                                  const char *name,
                                                  const char *options)
{
    semr_builder_t *builder = semr_builder_create(in);
    semr_ruleset_t *set = apr_palloc(in, sizeof(*set));
    FILE *file = fopen(path, "rb");
    semr_rule_defaults_t defaults;
    semr_mapfile_report_t report;
    semr_mapfile_source_t source = {read_stream, file};
    semr_diag_t diag;

    if (!file || semr_rule_defaults_parse(&defaults, in, options, &diag)) {
        return NULL;
    }
    if (semr_mapfile_format(path) == SEMR_MAPFILE_CSV) {
        semr_mapfile_read(&source, SEMR_MAPFILE_CSV, name, &defaults, take_rule,
                          builder, &report, in);
    }
    else {
        read_lines(builder, in, &defaults, name, file);
    }
    fclose(file);
    return semr_ruleset_open(set, in, semr_builder_freeze(builder, in), 1,
                             &diag)
               ? NULL
               : set;
}

/* The rules of a text, likewise */
static inline const semr_ruleset_t *
rules_of_text(apr_pool_t *in, const char *name, const char *lines)
{
    semr_builder_t *builder = semr_builder_create(in);
    semr_ruleset_t *set = apr_palloc(in, sizeof(*set));
    char *text = apr_pstrdup(in, lines), *line, *end;
    semr_rule_defaults_t defaults;
    semr_diag_t diag;
    unsigned number = 0;

    semr_rule_defaults_parse(&defaults, in, "", &diag);
    for (line = text; *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end ? (*end = '\0', 1) : 0;
        read_line(builder, in, &defaults, name, ++number, line);
    }
    return semr_ruleset_open(set, in, semr_builder_freeze(builder, in), 0,
                             &diag)
               ? NULL
               : set;
}

/* A finding as one line */
static inline const char *finding_line(apr_pool_t *in,
                                       const semr_finding_t *finding)
{
    return apr_psprintf(
        in, "%s:%u: %s %s %s: %s. %s\n", finding->file, finding->line,
        semr_severity_name(semr_finding_severity(finding->id)),
        semr_finding_code(finding->id), semr_finding_name(finding->id),
        finding->text, semr_finding_mend(finding->id));
}

#endif
