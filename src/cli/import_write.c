/* SPDX-License-Identifier: Apache-2.0
 * A map made of a source, with what could not be said at its place.
 */
#include <stdio.h>
#include <string.h>

#include <apr_strings.h>

#include "import_write.h"
#include "json_out.h"
#include "version.h"

typedef struct writing_t {
    semr_out_t *out;
    const import_t *import;
    const import_told_t **left; /* by line */
    int nleft, next;
    const apr_array_header_t *comments;
    int comment;       /* the next */
    unsigned before;   /* line of the move before */
    const char **rows; /* where each line of the source begins, or NULL */
    unsigned nrows;
} writing_t;

/* -- comments of our own --------------------------------------------------- */

/* text on one line: a backslash at its end would go on to the next, in
 * httpd.conf */
static void put_text(semr_out_t *out, const char *text)
{
    apr_size_t len = strlen(text);

    semr_out_plain(out, text, len);
    semr_out_puts(out, len && text[len - 1] == '\\' ? " \n" : "\n");
}

static void put_left(const writing_t *writing, const import_told_t *told)
{
    semr_out_t *out = writing->out;
    char line[32];

    snprintf(line, sizeof(line), ":%u: not imported: ", told->line);
    semr_out_puts(out, "# ");
    semr_out_plain(out, writing->import->name, strlen(writing->import->name));
    semr_out_puts(out, line);
    put_text(out, told->text);
    if (told->words && *told->words) {
        semr_out_puts(out, "#     ");
        put_text(out, told->words);
    }
    if (told->nearest) {
        semr_out_puts(out, "# The nearest rule, which says not quite that:\n#");
        put_text(out, told->nearest);
    }
}

/* What was left before a line of the source */
static void put_left_until(writing_t *writing, unsigned line)
{
    while (writing->next < writing->nleft &&
           writing->left[writing->next]->line <= line) {
        put_left(writing, writing->left[writing->next++]);
    }
}

/* -- comments of the source ------------------------------------------------ */

static void index_rows(writing_t *writing)
{
    semr_view_t rest = writing->import->text, line;
    unsigned count = 0, number = 0;
    const char *p = rest.p, *end = rest.p + rest.len;

    for (; p < end && (p = memchr(p, '\n', (apr_size_t)(end - p))); p++) {
        count++;
    }
    writing->rows =
        apr_palloc(writing->import->pool, (count + 2) * sizeof(*writing->rows));
    while (import_line(&rest, &line, &number)) {
        writing->rows[number - 1] = line.p;
    }
    writing->rows[number] = end;
    writing->nrows = number;
}

static int is_blank_row(const writing_t *writing, unsigned line)
{
    const char *p = writing->rows[line - 1], *end = writing->rows[line];

    while (p < end && strchr(" \t\r\n", *p)) {
        p++;
    }
    return p == end;
}

/* The comments that stand directly above a line, and below the move before */
static void put_comments(writing_t *writing, unsigned line)
{
    unsigned first = line;

    if (!writing->rows || line <= writing->before || line > writing->nrows) {
        return;
    }
    while (first > writing->before + 1 && !is_blank_row(writing, first - 1)) {
        first--;
    }
    for (; writing->comment < writing->comments->nelts; writing->comment++) {
        const import_told_t *comment =
            &APR_ARRAY_IDX(writing->comments, writing->comment, import_told_t);

        if (comment->line >= line) {
            break;
        }
        if (comment->line >= first) {
            semr_out_puts(writing->out, "#");
            put_text(writing->out, comment->text);
        }
    }
}

/* -- the map --------------------------------------------------------------- */

static void collect_left(writing_t *writing)
{
    const apr_array_header_t *told = writing->import->told;
    int i;

    writing->left =
        apr_palloc(writing->import->pool,
                   (apr_size_t)(told->nelts + 1) * sizeof(*writing->left));
    for (i = 0; i < told->nelts; i++) {
        const import_told_t *row = &APR_ARRAY_IDX(told, i, import_told_t);

        if (row->left) {
            writing->left[writing->nleft++] = row;
        }
    }
}

static const char *left_words(const import_result_t *result, apr_pool_t *pool)
{
    return cli_several(pool, result->import->left, "redirect is left",
                       "redirects are left");
}

static void put_head(semr_out_t *out, const import_result_t *result)
{
    const import_t *import = result->import;

    semr_out_puts(out, "# Made of ");
    semr_out_plain(out, import->name, strlen(import->name));
    semr_out_printf(out, import->pool,
                    " (%s) by semredirect import, version " SEMR_VERSION
                    ": %s; %s.\n",
                    result->format,
                    cli_several(import->pool, result->rules, "rule", "rules"),
                    left_words(result, import->pool));
}

void import_write_map(semr_out_t *out, const import_result_t *result)
{
    const import_t *import = result->import;
    writing_t writing = {
        .out = out, .import = import, .comments = import->comments};
    int i;

    collect_left(&writing);
    if (import->comments->nelts) {
        index_rows(&writing);
    }
    put_head(out, result);
    for (i = 0; i < import->moves->nelts; i++) {
        const import_move_t *move =
            &APR_ARRAY_IDX(import->moves, i, import_move_t);

        put_left_until(&writing, move->line);
        if (result->lines[i]) {
            put_comments(&writing, move->line);
            semr_out_puts(out, result->lines[i]);
            semr_out_puts(out, "\n");
        }
        if (move->line > writing.before) {
            writing.before = move->line;
        }
    }
    put_left_until(&writing, (unsigned)-1);
}

/* -- stderr ---------------------------------------------------------------- */

const char *import_sums(const import_result_t *result, apr_pool_t *pool)
{
    const apr_uint64_t *kinds = result->kinds, rules = result->rules,
                       all = rules + result->import->left;

    if (!all) {
        return "no redirect of that format is in it";
    }
    return apr_psprintf(
        pool, "%s: %s, %s, %s, %s; %s; %d %% imported",
        cli_several(pool, rules, "rule", "rules"),
        cli_several(pool, kinds[IMPORT_EXACT], "exact", "exact"),
        cli_several(pool, kinds[IMPORT_PREFIX], "tree", "trees"),
        cli_several(pool, kinds[IMPORT_PATTERN], "pattern", "patterns"),
        cli_several(pool, kinds[IMPORT_REGEX], "regex", "regexes"),
        left_words(result, pool),
        (int)(100 * rules / all)); /* rounded down: 100 is all */
}

void import_write_told(const cli_t *cli, const import_result_t *result)
{
    const import_t *import = result->import;
    int i;

    for (i = 0; i < import->told->nelts; i++) {
        const import_told_t *told =
            &APR_ARRAY_IDX(import->told, i, import_told_t);

        if (told->left || !cli->quiet) {
            fprintf(stderr, "%s:%u: %s: %s\n", import->name, told->line,
                    told->left ? "not imported" : "differs", told->text);
        }
    }
    if (!cli->quiet) {
        fprintf(stderr, "%s: %s\n", import->name,
                import_sums(result, import->pool));
    }
}

/* -- JSON ------------------------------------------------------------------ */

static void put_rules(cli_json_t *json, const import_result_t *result)
{
    const import_t *import = result->import;
    int i;

    cli_json_list(json, "rules");
    for (i = 0; i < import->moves->nelts; i++) {
        json_t *row;

        if (!result->lines[i]) {
            continue;
        }
        row = json_object();
        semr_json_set(row, "line",
                      semr_json_number(
                          APR_ARRAY_IDX(import->moves, i, import_move_t).line));
        semr_json_set(row, "rule",
                      semr_json_string(import->pool, result->lines[i]));
        cli_json_item(json, row);
    }
    cli_json_list_end(json);
}

static void put_told(cli_json_t *json, const import_result_t *result)
{
    const import_t *import = result->import;
    int i;

    cli_json_list(json, "told");
    for (i = 0; i < import->told->nelts; i++) {
        const import_told_t *told =
            &APR_ARRAY_IDX(import->told, i, import_told_t);
        json_t *row = json_object();

        semr_json_set(row, "line", semr_json_number(told->line));
        semr_json_set(row, "imported", json_boolean(!told->left));
        semr_json_set(row, "words",
                      semr_json_string(import->pool, told->words));
        semr_json_set(row, "text", semr_json_string(import->pool, told->text));
        semr_json_set(row, "nearest",
                      semr_json_string(import->pool, told->nearest));
        cli_json_item(json, row);
    }
    cli_json_list_end(json);
}

void import_write_json(const cli_t *cli, const import_result_t *result)
{
    static const char *const kinds[IMPORT_KINDS] = {"exact", "trees",
                                                    "patterns", "regexes"};
    const import_t *import = result->import;
    cli_json_t json;
    int i;

    cli_json_begin(&json, cli);
    cli_json_put(&json, "file", semr_json_string(import->pool, import->name));
    cli_json_put(&json, "format",
                 semr_json_string(import->pool, result->format));
    put_rules(&json, result);
    put_told(&json, result);
    for (i = 0; i < IMPORT_KINDS; i++) {
        cli_json_put(&json, kinds[i], semr_json_number(result->kinds[i]));
    }
    cli_json_put(&json, "imported", semr_json_number(result->rules));
    cli_json_put(&json, "joined", semr_json_number(import->joined));
    cli_json_put(&json, "left", semr_json_number(import->left));
    cli_json_end(&json);
}
