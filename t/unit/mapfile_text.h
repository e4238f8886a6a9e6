/* SPDX-License-Identifier: Apache-2.0
 * A map read as a test wants it: from memory, in chunks, all of it as text.
 *
 *     2: permanent /old /new query=drop        a rule, as it would be written
 *        exact [/old] -> [/new] ...            its fields, where asked for
 *     7= GET /old: expected 301 to /new        an expectation
 *     3! "x" is no intent. ...                 a problem
 *     1? The column "hits" is passed over...   a notice
 *     rows 2, bad 1, bytes 40
 */
#ifndef SEMR_TEST_MAPFILE_TEXT_H
#define SEMR_TEST_MAPFILE_TEXT_H

#include <string.h>

#include <apr_strings.h>

#include "expect.h"
#include "location.h"
#include "mapfile.h"
#include "words.h"

/* Bytes that come in chunks; as a source that fails after some of them */
typedef struct chunks_t {
    const char *bytes;
    apr_size_t len, chunk;
    apr_size_t fails_at; /* 0: never */
    apr_size_t done;
} chunks_t;

static inline apr_status_t read_chunk(void *baton, char *bytes, apr_size_t *len)
{
    chunks_t *chunks = baton;
    apr_size_t left = chunks->len - chunks->done;

    if (chunks->fails_at && chunks->done >= chunks->fails_at) {
        return APR_EGENERAL;
    }
    *len = *len < left ? *len : left;
    *len = *len < chunks->chunk ? *len : chunks->chunk;
    memcpy(bytes, chunks->bytes + chunks->done, *len);
    chunks->done += *len;
    return APR_SUCCESS;
}

/* Text that grows; what apr_pstrcat would do, in linear time */
typedef struct lines_t {
    apr_pool_t *pool;
    apr_array_header_t *parts; /* of char * */
    int fields;                /* wanted too */
    int again;                 /* each rule is written and read once more */
    const char *differs;       /* the first that was another one then */
} lines_t;

static inline void add(lines_t *lines, const char *text)
{
    APR_ARRAY_PUSH(lines->parts, const char *) = text;
}

static inline const char *quoted_view(apr_pool_t *pool, semr_view_t view)
{
    return apr_pstrcat(pool, "[",
                       view.len ? apr_pstrmemdup(pool, view.p, view.len) : "",
                       "]", NULL);
}

/* All that two equal rules agree in, but for the words as they were written */
static inline const char *rule_fields(apr_pool_t *pool, const semr_rule_t *r)
{
    static const char *const kinds[] = {"exact", "pattern", "regex", "prefix"};
    const char *text = apr_psprintf(
        pool, "%s%s%s%s%s%s scheme %d port %d host %s path %s", kinds[r->kind],
        r->with_slash ? " with-slash" : "", r->slash_exact ? " exact" : "",
        r->fold ? " fold" : "", r->star ? " star" : "", r->wild ? " wild" : "",
        r->scheme, r->port, quoted_view(pool, r->host),
        quoted_view(pool, r->path));

    for (int i = 0; i < r->nparams; i++) {
        text = apr_psprintf(
            pool, "%s %s=%s%d", text, quoted_view(pool, r->params[i].name),
            quoted_view(pool, r->params[i].value), r->params[i].capture);
    }
    text = apr_psprintf(pool,
                        "%s age %" APR_INT64_T_FMT " dates %" APR_INT64_T_FMT
                        " %" APR_INT64_T_FMT " %" APR_INT64_T_FMT,
                        text, r->policy.max_age, r->policy.starts,
                        r->policy.ends, r->policy.settles);
    return apr_psprintf(
        pool, "%s to %d %s%s%s%s only %s note %s policy %d %d %d %d", text,
        r->to.form, quoted_view(pool, r->to.head),
        quoted_view(pool, r->to.rest), r->to.drop_query ? " drop" : "",
        r->to.inserts ? " inserts" : "", quoted_view(pool, r->only),
        quoted_view(pool, r->note), r->policy.intent, r->policy.method,
        r->policy.code, r->policy.stage);
}

/* The rule as it would be written in a text map */
static inline const char *rule_line(apr_pool_t *pool, const semr_rule_t *rule)
{
    const char *from = semr_rule_from(pool, rule);
    const char *to = semr_rule_to(pool, rule);
    const char *options = semr_rule_options(pool, rule);

    return apr_pstrcat(
        pool, semr_intent_name(rule->policy.intent), " ",
        semr_words_quote(pool, (semr_view_t){from, strlen(from)}),
        *to ? " " : "",
        *to ? semr_words_quote(pool, (semr_view_t){to, strlen(to)}) : "",
        *options ? " " : "", options, NULL);
}

/* What is written is the same rule, and is written so again. */
static inline void compare(lines_t *lines, const semr_rule_t *rule,
                           const char *line)
{
    const char *fields = rule_fields(lines->pool, rule), *again;
    semr_rule_t other;
    semr_diag_t diag;

    if (semr_rule_parse(&other, lines->pool, line, 0, &diag) != APR_SUCCESS) {
        lines->differs = apr_psprintf(lines->pool, "%s: %s", line, diag.text);
        return;
    }
    again = rule_fields(lines->pool, &other);
    if (strcmp(fields, again) != 0) {
        lines->differs =
            apr_psprintf(lines->pool, "%s\n%s\n%s", line, fields, again);
    }
    again = rule_line(lines->pool, &other);
    if (strcmp(line, again) != 0) {
        lines->differs = apr_psprintf(lines->pool, "%s\n%s", line, again);
    }
}

static inline apr_status_t add_rule(void *baton, const semr_rule_t *rule)
{
    lines_t *lines = baton;
    const char *line = rule_line(lines->pool, rule);

    add(lines, apr_psprintf(lines->pool, "%u: %s\n", rule->line, line));
    if (lines->fields) {
        add(lines, apr_psprintf(lines->pool, "   %s\n",
                                rule_fields(lines->pool, rule)));
    }
    if (lines->again && !lines->differs) {
        compare(lines, rule, line);
    }
    return APR_SUCCESS;
}

static inline apr_status_t add_expect(void *baton, const char *line,
                                      unsigned number, apr_pool_t *scratch,
                                      semr_diag_t *diag)
{
    lines_t *lines = baton;
    semr_expect_t expect;

    if (semr_expect_parse(&expect, scratch, line, diag) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    add(lines, apr_psprintf(lines->pool, "%u= %s\n", number,
                            semr_expect_tell(&expect, SEMR_EXPECT_HOLDS, NULL,
                                             scratch)));
    return APR_SUCCESS;
}

static inline void add_told(lines_t *lines, const apr_array_header_t *told,
                            char sign)
{
    for (int i = 0; i < told->nelts; i++) {
        const semr_mapfile_told_t *row =
            &APR_ARRAY_IDX(told, i, semr_mapfile_told_t);

        add(lines,
            apr_psprintf(lines->pool, "%u%c %s\n", row->line, sign, row->text));
    }
}

/* Reads all of the chunks, and returns it as text in the pool of lines. */
static inline const char *map_text(lines_t *lines, chunks_t *chunks,
                                   semr_mapfile_format_t format,
                                   const semr_rule_defaults_t *defaults)
{
    semr_mapfile_source_t source = {read_chunk, chunks};
    semr_mapfile_takers_t takers = {add_rule, add_expect, lines};
    semr_mapfile_report_t report;
    apr_status_t status;

    lines->parts = apr_array_make(lines->pool, 64, sizeof(char *));
    lines->differs = NULL;
    status = semr_mapfile_read_for(&source, format, "a map", defaults, &takers,
                                   &report, lines->pool);
    add_told(lines, report.problems, '!');
    add_told(lines, report.notices, '?');
    add(lines, apr_psprintf(lines->pool,
                            "rows %" APR_UINT64_T_FMT ", bad %" APR_UINT64_T_FMT
                            ", bytes %" APR_UINT64_T_FMT "%s%s\n",
                            report.rows, report.bad, report.bytes,
                            report.open_end ? ", open end" : "",
                            status == APR_SUCCESS ? "" : ", failed"));
    return apr_array_pstrcat(lines->pool, lines->parts, 0);
}

#endif
