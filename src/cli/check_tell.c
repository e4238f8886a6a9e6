/* SPDX-License-Identifier: Apache-2.0
 * The result of semredirect check: a line each, or JSON.
 */
#include <string.h>

#include "check_parts.h"

apr_uint64_t check_count(const check_t *check, semr_severity_t severity)
{
    apr_uint64_t count = 0;
    int id;

    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        if (semr_finding_severity((semr_finding_id_t)id) == severity) {
            count += check->counts[id];
        }
    }
    return count;
}

/* -- as JSON --------------------------------------------------------------- */

/* An object of key and value pairs, or NULL: no memory. */
static json_t *object_of(const char *const *keys, json_t **values, int count)
{
    json_t *object = json_object();
    int i, failed = !object;

    for (i = 0; i < count; i++) {
        failed |= semr_json_set(object, keys[i], values[i]);
    }
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static void put_rows(check_t *check, const char *key,
                     const apr_array_header_t *rows)
{
    static const char *const keys[] = {"file", "line", "text"};
    int i;

    cli_json_list(&check->json, key);
    for (i = 0; i < rows->nelts; i++) {
        const cli_told_t *row = &APR_ARRAY_IDX(rows, i, cli_told_t);
        json_t *values[] = {semr_json_string(check->each, row->file),
                            semr_json_number(row->line),
                            semr_json_string(check->each, row->text)};

        cli_json_item(&check->json, object_of(keys, values, 3));
    }
    cli_json_list_end(&check->json);
}

static void put_finding(check_t *check, const semr_finding_t *finding)
{
    static const char *const keys[] = {"code",       "name", "severity",
                                       "file",       "line", "other_file",
                                       "other_line", "text", "mend"};
    apr_pool_t *pool = check->each;
    json_t *values[] = {
        semr_json_string(pool, semr_finding_code(finding->id)),
        semr_json_string(pool, semr_finding_name(finding->id)),
        semr_json_string(
            pool, semr_severity_name(semr_finding_severity(finding->id))),
        semr_json_string(pool, finding->file),
        semr_json_number(finding->line),
        semr_json_string(pool, finding->other_file),
        finding->other_file ? semr_json_number(finding->other_line)
                            : json_null(),
        semr_json_string(pool, finding->text),
        semr_json_string(pool, semr_finding_mend(finding->id))};

    cli_json_item(&check->json, object_of(keys, values, 9));
}

static void put_counts(check_t *check)
{
    static const char *const keys[] = {"code", "name", "severity", "count"};
    json_t *severities = json_object();
    int i;

    cli_json_list_end(&check->json);
    cli_json_list(&check->json, "codes");
    for (i = 0; i < SEMR_FINDING_COUNT; i++) {
        semr_finding_id_t id = (semr_finding_id_t)i;
        json_t *values[] = {
            semr_json_string(check->each, semr_finding_code(id)),
            semr_json_string(check->each, semr_finding_name(id)),
            semr_json_string(check->each,
                             semr_severity_name(semr_finding_severity(id))),
            semr_json_number(check->counts[i])};
        json_t *object = object_of(keys, values, 4);

        if (check->counts[i]) {
            cli_json_item(&check->json, object);
        }
        else {
            json_decref(object);
        }
    }
    cli_json_list_end(&check->json);
    for (i = 0; i < SEMR_SEVERITIES; i++) {
        semr_severity_t severity = (semr_severity_t)i;

        semr_json_set(severities, semr_severity_name(severity),
                      semr_json_number(check_count(check, severity)));
    }
    cli_json_put(&check->json, "severities", severities);
    cli_json_put(&check->json, "rules", semr_json_number(check->rules.count));
    cli_json_put(&check->json, "rows_wrong",
                 semr_json_number(check->rules.bad));
    cli_json_end(&check->json);
}

/* -- as lines -------------------------------------------------------------- */

static void put(check_t *check, const char *text)
{
    semr_out_plain(check->cli->out, text, strlen(text));
}

static void write_rows(check_t *check, const char *what,
                       const apr_array_header_t *rows)
{
    int i;

    for (i = 0; i < rows->nelts; i++) {
        const cli_told_t *row = &APR_ARRAY_IDX(rows, i, cli_told_t);

        put(check, row->file);
        semr_out_printf(check->cli->out, check->each, ":%u: %s: ", row->line,
                        what);
        put(check, row->text);
        semr_out_puts(check->cli->out, "\n");
    }
}

static void write_finding(check_t *check, const semr_finding_t *finding)
{
    put(check, finding->file);
    semr_out_printf(
        check->cli->out, check->each, ":%u: %s %s %s: ", finding->line,
        semr_severity_name(semr_finding_severity(finding->id)),
        semr_finding_code(finding->id), semr_finding_name(finding->id));
    put(check, finding->text);
    semr_out_puts(check->cli->out, ". ");
    semr_out_puts(check->cli->out, semr_finding_mend(finding->id));
    semr_out_puts(check->cli->out, "\n");
}

static void write_count(check_t *check, const char *before, apr_uint64_t count,
                        const char *what)
{
    semr_out_printf(check->cli->out, check->each,
                    "%s%" APR_UINT64_T_FMT " %s%s", before, count, what,
                    count == 1 ? "" : "s");
}

/* How many of each code, and of all */
static void write_counts(check_t *check)
{
    semr_out_t *out = check->cli->out;
    apr_uint64_t all = 0;
    int id;

    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        all += check->counts[id];
    }
    if (check->told || check->rules.bad || check->rules.notices->nelts) {
        semr_out_puts(out, "\n");
    }
    for (id = 0; all > check->told && id < SEMR_FINDING_COUNT; id++) {
        if (check->counts[id]) {
            semr_out_printf(
                out, check->each, "%-8s %-7s %-16s %9" APR_UINT64_T_FMT "%s\n",
                semr_finding_code((semr_finding_id_t)id),
                semr_severity_name(
                    semr_finding_severity((semr_finding_id_t)id)),
                semr_finding_name((semr_finding_id_t)id), check->counts[id],
                check->counts[id] > SEMR_REPORT_MOST ? ", the first 20 above"
                                                     : "");
        }
    }
    write_count(check, "", check->rules.count, "rule");
    if (check->rules.bad) {
        write_count(check, ", ", check->rules.bad, "wrong row");
    }
    write_count(check, ": ", check_count(check, SEMR_ERROR), "error");
    write_count(check, ", ", check_count(check, SEMR_WARNING), "warning");
    write_count(check, ", ", check_count(check, SEMR_INFO), "info");
    semr_out_puts(out,
                  all > check->told ? "; --all tells each of them\n" : "\n");
}

/* -- either ---------------------------------------------------------------- */

void check_tell_rows(check_t *check)
{
    const cli_rules_t *rules = &check->rules;
    const apr_array_header_t *problems = rules->problems;

    if (check->cli->json) {
        cli_json_begin(&check->json, check->cli);
        put_rows(check, "problems", problems);
        put_rows(check, "notices", rules->notices);
        cli_json_list(&check->json, "findings");
        return;
    }
    write_rows(check, "error", problems);
    if (rules->bad > (apr_uint64_t)problems->nelts) {
        write_count(check, "and ", rules->bad - (apr_uint64_t)problems->nelts,
                    "wrong row");
        semr_out_puts(check->cli->out, " more\n");
    }
    if (!check->cli->quiet) {
        write_rows(check, "notice", rules->notices);
    }
}

void check_tell_finding(void *baton, const semr_finding_t *finding)
{
    check_t *check = baton;

    check->told++;
    if (check->cli->json) {
        put_finding(check, finding);
    }
    else {
        write_finding(check, finding);
    }
    apr_pool_clear(check->each);
}

void check_tell_counts(check_t *check)
{
    if (check->cli->json) {
        put_counts(check);
    }
    else {
        write_counts(check);
    }
}
