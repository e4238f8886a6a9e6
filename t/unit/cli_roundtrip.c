/* SPDX-License-Identifier: Apache-2.0
 * Rules exported and imported again: each that export does not call different
 * is the same rule, and all of them together give the same answers.
 *
 * A regex may come back as the path that it really is, for import makes paths
 * of such: that path then comes back as itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "commands.h"
#include "import_use.h"

#include "views.h"

#include "model_random.h"

#define FOLDER "build/unit"

enum { LINES_MAX = 10 };

typedef struct format_t {
    const char *name;
    apr_status_t (*read)(import_t *import);
    int rounds;
    int floor[4]; /* by semr_kind_t: what must come back the same, at least */
} format_t;

static const format_t formats[] = {
    {"apache", import_read_apache, 1500, {60, 60, 60, 60}},
    {"nginx", import_read_nginx, 1500, {30, 30, 30, 30}},
    {"netlify", import_read_netlify, 3000, {60, 10, 0, 60}},
    {"cloudflare", import_read_cloudflare, 3000, {30, 30, 0, 30}},
    {"haproxy", import_read_haproxy, 3000, {15, 0, 0, 0}},
};

/* -- there and back -------------------------------------------------------- */

typedef struct bytes_t {
    const char *text;
} bytes_t;

static apr_status_t take(void *baton, const char *bytes, apr_size_t len)
{
    bytes_t *all = baton;

    all->text =
        apr_pstrcat(pool, all->text, apr_pstrmemdup(pool, bytes, len), NULL);
    return APR_SUCCESS;
}

static const char *write_map(const char *const *lines, int count)
{
    const char *name =
        apr_psprintf(pool, FOLDER "/roundtrip.%d.map", (int)getpid());
    FILE *file = fopen(name, "w");
    int i;

    assert_non_null(file);
    for (i = 0; i < count; i++) {
        fprintf(file, "%s\n", lines[i] ? lines[i] : "");
    }
    fclose(file);
    return name;
}

/* What export says of lines; it talks to nobody. */
static const char *exported(const char *format, const char *const *lines,
                            int count)
{
    const char *words[] = {format, write_map(lines, count), NULL};
    bytes_t all = {""};
    semr_sink_t sink = {take, &all};
    semr_out_t out;
    cli_t cli = {.pool = pool,
                 .command = &cli_command_export,
                 .out = &out,
                 .quiet = 1,
                 .nwords = 2,
                 .words = words};
    int err = dup(2), null = open("/dev/null", O_WRONLY);
    cli_exit_t status;

    cli.given = apr_array_make(pool, 1, sizeof(cli_given_t));
    semr_out_start(&out, &sink);
    dup2(null, 2);
    status = cli_command_export.run(&cli);
    dup2(err, 2);
    close(err);
    close(null);
    unlink(words[1]);
    assert_int_not_equal(status, CLI_FAILED);
    semr_out_finish(&out);
    return all.text;
}

static const char *last_told;

/* The lines of the rules that text is in that format, and what import tells of
 * them; -1: its reader is not there. */
static int imported(const format_t *format, const char *text,
                    const char **lines, int most, int *told)
{
    import_t import;
    int i, count = 0;

    import_begin(&import, pool);
    import.text = semr_view(text, strlen(text));
    import.base = NULL; /* no .htaccess */
    import.match = "str";
    if (format->read(&import) != APR_SUCCESS) {
        return -1;
    }
    import_reduce_all(&import);
    import_pair_all(&import);
    import_order(&import);
    for (i = 0; i < import.moves->nelts; i++) {
        const char *line =
            import_say(&import, &APR_ARRAY_IDX(import.moves, i, import_move_t));

        if (line && count < most) {
            lines[count++] = line;
        }
    }
    *told = import.told->nelts;
    last_told = *told ? APR_ARRAY_IDX(import.told, 0, import_told_t).text : "";
    return count;
}

static const char *spelled(const char *line)
{
    semr_diag_t diag = {NULL};
    semr_rule_t rule;

    if (semr_rule_parse(&rule, pool, line, 0, &diag)) {
        return diag.text;
    }
    rule.from_word = rule.to_word = rule.note = semr_view("", 0);
    rule.slash_exact &= rule.kind != SEMR_REGEX;
    rule.slash_exact &= rule.path.len > 0; /* the root has but one form */
    rule.to.drop_query &= rule.to.form != SEMR_TO_NOTHING;
    rule.with_slash &= rule.slash_exact; /* else either is */
    return apr_pstrcat(pool, semr_intent_name(rule.policy.intent), " ",
                       semr_rule_from(pool, &rule), " ",
                       semr_rule_to(pool, &rule), " ",
                       semr_rule_options(pool, &rule), NULL);
}

/* A rule's words without what is only spelling; the second time gives {name}s
 * the numbers that they have in order. */
static const char *canonical(const char *line)
{
    return spelled(spelled(line));
}

/* -- one rule -------------------------------------------------------------- */

/* Whether the format says the line as it is */
static int is_whole(const format_t *format, const char *line)
{
    const char *text = exported(format->name, &line, 1);

    return !strstr(text, "# left: ") && !strstr(text, "# differs: ");
}

static const char *draw_line(void)
{
    semr_diag_t diag;
    semr_rule_t rule;
    const char *line;

    do {
        line = random_line();
    } while (semr_rule_parse(&rule, pool, line, 0, &diag));
    return line;
}

/* What comes back of a line; NULL, and it is printed: not one rule.  Nothing
 * is said by a none that nothing is behind, so something is. */
static const char *there_and_back(const format_t *format, const char *line)
{
    static const char other[] = "temporary /* /other query=drop";
    const char *given[] = {line, other}, *lines[LINES_MAX];
    int is_none = !strncmp(line, "none", 4), told, count;
    const char *text = exported(format->name, given, 1 + is_none);

    count = imported(format, text, lines, LINES_MAX, &told);
    if (count != 1 + is_none ||
        (is_none && strcmp(canonical(lines[1]), canonical(other)))) {
        print_error("%s: seed %lu\n%s\n%s\n%d lines: %s\n", format->name,
                    (unsigned long)seed, line, text, count, last_told);
        return NULL;
    }
    return lines[0];
}

/* Returns whether it is the same; else it is a regex that is really a path. */
static int check_one(const format_t *format, const char *line, semr_kind_t kind)
{
    const char *back = there_and_back(format, line), *again;

    assert_non_null(back);
    if (!strcmp(canonical(back), canonical(line))) {
        return 1;
    }
    if (kind != SEMR_REGEX) {
        print_error("%s: seed %lu\n%s\n%s\n", format->name, (unsigned long)seed,
                    line, back);
    }
    assert_int_equal(kind, SEMR_REGEX);
    if (strncmp(back, "none /*", 7) && is_whole(format, back)) {
        again = there_and_back(format, back);
        assert_non_null(again);
        assert_string_equal(canonical(again), canonical(back));
    }
    return 0;
}

static void same_rules(const format_t *format)
{
    int i, kind, whole[4] = {0}, same[4] = {0};

    for (i = 0; i < format->rounds; i++) {
        semr_diag_t diag;
        semr_rule_t rule;
        const char *line;

        seed = (apr_uint64_t)i * 7919;
        apr_pool_clear(pool);
        turn_dials();
        line = draw_line();
        /* none of all would be behind itself */
        if (semr_rule_parse(&rule, pool, line, 0, &diag) ||
            (rule.policy.intent == SEMR_NONE && rule.kind == SEMR_PREFIX &&
             !rule.path.len) ||
            !is_whole(format, line)) {
            continue;
        }
        whole[rule.kind]++;
        same[rule.kind] += check_one(format, line, rule.kind);
    }
    for (kind = 0; kind < 4; kind++) {
        print_message("# %s: kind %d: %d of %d are the same\n", format->name,
                      kind, same[kind], whole[kind]);
        assert_true(same[kind] >= format->floor[kind]);
    }
}

/* -- sets ------------------------------------------------------------------ */

static const char *draw_url(const char *const *lines, int count)
{
    static const char *const tails[] = {"", "/", "/a", "/ab/a", "x", "/a/"};
    static const char *const parts[] = {"a", "b", "ab", "A", "a.b"};
    static const char *const queries[] = {"", "", "?a=1", "?b=2&a=1", "?x"};
    semr_diag_t diag;
    semr_rule_t rule;
    const char *text = "";
    apr_size_t i;

    if (chance(20) ||
        semr_rule_parse(&rule, pool, lines[draw((unsigned)count)], 0, &diag) ||
        rule.kind == SEMR_REGEX) {
        text = random_path();
    }
    else {
        for (i = 0; i < rule.path.len; i++) {
            text = (unsigned char)rule.path.p[i] >= SEMR_OP_CAPTURE
                       ? apr_pstrcat(pool, text, PICK(parts), NULL)
                       : apr_psprintf(pool, "%s%c", text, rule.path.p[i]);
        }
    }
    text = apr_pstrcat(pool, text, PICK(tails), PICK(queries), NULL);
    return *text == '/' ? text : apr_pstrcat(pool, "/", text, NULL);
}

/* Whether there was something to compare */
static int check_set(const format_t *format)
{
    const char *lines[LINES_MAX], *back[4 * LINES_MAX], *text;
    asked_t before, after;
    int i, count = 0, nback, told;

    for (i = 0; i < 3 * LINES_MAX && count < LINES_MAX; i++) {
        lines[count] = draw_line();
        count += is_whole(format, lines[count]);
    }
    if (!count) {
        return 0;
    }
    text = exported(format->name, lines, count);
    if (strstr(text, "# left: ") || strstr(text, "# differs: ")) {
        return 0;
    }
    nback = imported(format, text, back, 4 * LINES_MAX, &told);
    if (told) { /* rules that another's was before, and will answer */
        return 0;
    }
    assert_true(asked_open(&before, pool, lines, count));
    assert_true(asked_open(&after, pool, back, nback));
    for (i = 0; i < 60; i++) {
        const char *url = draw_url(lines, count);
        const char *want = asked_get(&before, url, NULL);
        const char *got = asked_get(&after, url, NULL);

        if (strcmp(want, got)) {
            print_error("%s: seed %lu: %s\n", format->name, (unsigned long)seed,
                        url);
            for (i = 0; i < count; i++) {
                print_error("  %s\n", lines[i]);
            }
            print_error("%s", text);
            for (i = 0; i < nback; i++) {
                print_error("  %s\n", back[i]);
            }
        }
        assert_string_equal(got, want);
    }
    return 1;
}

static void same_answers(const format_t *format, int rounds)
{
    int i, compared = 0;

    for (i = 0; i < rounds; i++) {
        seed = 100000 + (apr_uint64_t)i * 104729;
        apr_pool_clear(pool);
        turn_dials();
        compared += check_set(format);
    }
    print_message("# %s: %d of %d sets are compared\n", format->name, compared,
                  rounds);
    assert_true(compared > rounds / 10);
}

#define TESTS(name, number, rounds)                                            \
    static void same_rules_##name(void **state)                                \
    {                                                                          \
        (void)state;                                                           \
        same_rules(&formats[number]);                                          \
    }                                                                          \
    static void same_answers_##name(void **state)                              \
    {                                                                          \
        (void)state;                                                           \
        same_answers(&formats[number], rounds);                                \
    }

TESTS(apache, 0, 100)
TESTS(nginx, 1, 100)
TESTS(netlify, 2, 150)
TESTS(cloudflare, 3, 150)
TESTS(haproxy, 4, 150)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_rules_apache),
        cmocka_unit_test(same_rules_nginx),
        cmocka_unit_test(same_rules_netlify),
        cmocka_unit_test(same_rules_cloudflare),
        cmocka_unit_test(same_rules_haproxy),
        cmocka_unit_test(same_answers_apache),
        cmocka_unit_test(same_answers_nginx),
        cmocka_unit_test(same_answers_netlify),
        cmocka_unit_test(same_answers_cloudflare),
        cmocka_unit_test(same_answers_haproxy),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
