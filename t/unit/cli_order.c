/* SPDX-License-Identifier: Apache-2.0
 * The source's order, against a model: the first redirect that takes a path
 * answers.  What answers otherwise here must have been told.
 */
#include "import_use.h"

static void add(import_t *import, import_kind_t kind, const char *from,
                const char *to)
{
    import_move_t move = {.kind = kind, .from = from, .to = to, .code = 301};

    move.line = (unsigned)import->moves->nelts + 1;
    move.words = from;
    import_move(import, &move);
}

static const char *line_at(import_t *import, int i)
{
    return import_say(import, &APR_ARRAY_IDX(import->moves, i, import_move_t));
}

static const char *told_at(const import_t *import, int i)
{
    return i < import->told->nelts
               ? APR_ARRAY_IDX(import->told, i, import_told_t).text
               : "";
}

/* -- by hand --------------------------------------------------------------- */

static void test_a_tree_before_a_regex(void **state)
{
    import_t import;

    (void)state;
    import_begin(&import, pool);
    add(&import, IMPORT_PREFIX, "/a", "/b/*");
    add(&import, IMPORT_PREFIX, "/c", "/d/*");
    add(&import, IMPORT_PREFIX, "/a.x", "https://h.test/*");
    add(&import, IMPORT_REGEX, "^/a", "/e");
    import_order(&import);
    assert_string_equal(line_at(&import, 0), "permanent ~^/a(/.*)?$ /b$1");
    assert_string_equal(line_at(&import, 1), "permanent /c/* /d/*");
    assert_string_equal(line_at(&import, 2),
                        "permanent ~^/a\\.x(?:/(.*))?$ https://h.test/$1");
    assert_int_equal(import.told->nelts, 0);
}

static void test_a_tree_that_became_a_regex_steals_too(void **state)
{
    import_t import;

    (void)state;
    import_begin(&import, pool);
    add(&import, IMPORT_PREFIX, "/a/b", "/1/*");
    add(&import, IMPORT_PREFIX, "/a", "/2/*");
    add(&import, IMPORT_REGEX, "^/a/c", "/3");
    import_order(&import);
    assert_string_equal(line_at(&import, 0), "permanent ~^/a/b(/.*)?$ /1$1");
    assert_string_equal(line_at(&import, 1), "permanent ~^/a(/.*)?$ /2$1");
}

static void test_a_tree_that_is_gone(void **state)
{
    import_t import;

    (void)state;
    import_begin(&import, pool);
    add(&import, IMPORT_PREFIX, "/a", NULL);
    APR_ARRAY_IDX(import.moves, 0, import_move_t).code = 410;
    add(&import, IMPORT_REGEX, "^/a/b", "/c");
    import_order(&import);
    assert_string_equal(line_at(&import, 0), "gone ~^/a(?:/|$)");
}

static void test_what_was_dead_is_told(void **state)
{
    import_t import;

    (void)state;
    import_begin(&import, pool);
    add(&import, IMPORT_PREFIX, "/a", "/b/*");
    add(&import, IMPORT_EXACT, "/a/x", "/y");
    add(&import, IMPORT_PREFIX, "/a/z", "/z/*");
    add(&import, IMPORT_EXACT, "/ab", "/y");
    add(&import, IMPORT_EXACT, "/ab", "/never");
    import_order(&import);
    assert_int_equal(import.told->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(import.told, 0, import_told_t).line, 2);
    assert_non_null(strstr(told_at(&import, 0), "line 1 "));
    assert_int_equal(APR_ARRAY_IDX(import.told, 1, import_told_t).line, 3);
    assert_non_null(strstr(told_at(&import, 1), "line 1 "));
    assert_int_equal(import.left, 0);
}

static void test_hosts(void **state)
{
    import_t import;

    (void)state;
    import_begin(&import, pool);
    add(&import, IMPORT_PREFIX, "/a", "/b/*");
    add(&import, IMPORT_EXACT, "/a/x", "/y");
    APR_ARRAY_IDX(import.moves, 0, import_move_t).host = "*.example.com";
    APR_ARRAY_IDX(import.moves, 1, import_move_t).host = "WWW.example.com";
    add(&import, IMPORT_EXACT, "/a/z", "/y");
    APR_ARRAY_IDX(import.moves, 2, import_move_t).host = "example.com";
    import_order(&import);
    assert_int_equal(import.told->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(import.told, 0, import_told_t).line, 2);
}

/* -- a model --------------------------------------------------------------- */

static apr_uint64_t seed;

static unsigned draw(unsigned n)
{
    apr_uint64_t z = seed += APR_UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * APR_UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * APR_UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ (z >> 31)) >> 33) % n;
}

#define PICK(table) ((table)[draw(sizeof(table) / sizeof(*(table)))])

static const char *random_path(apr_pool_t *in, unsigned most)
{
    static const char *const parts[] = {"/a",  "/b",     "/A",
                                        "/ab", "/a%20b", "/a.b"};
    const char *text = "";
    unsigned count = draw(most + 1);

    while (count--) {
        text = apr_pstrcat(in, text, PICK(parts), NULL);
    }
    return *text ? text : "/";
}

static void random_move(import_t *import, apr_pool_t *in, int folds)
{
    static const char *const regexes[] = {
        "^/a",        "^/a/b", "/b$",    "^/(a|b)/", "b/(.*)", "^/ab",
        "^/a/[a-z]+", "^/a b", "^/a\\.", "a",        "^/A/?b", "^/b/a$",
    };
    static const char *const patterns[] = {
        "/{x}", "/a/{x}", "/{x}/b", "/a{x}/*", "/a/{x}/*", "/b/{x}/a",
    };
    static const char *const ends[] = {"", "/*", "*", "?p=*"};
    const char *to = apr_psprintf(in, "/to%d", import->moves->nelts);
    import_move_t *move;

    switch (draw(6)) {
    case 0:
    case 1:
        add(import, IMPORT_EXACT, random_path(in, 3), to);
        break;
    case 2:
    case 3:
        add(import, IMPORT_PREFIX, random_path(in, 2),
            apr_pstrcat(in, draw(4) ? "" : "https://h.test", to, PICK(ends),
                        NULL));
        break;
    case 4:
        add(import, IMPORT_PATTERN, PICK(patterns), to);
        break;
    default:
        add(import, IMPORT_REGEX, PICK(regexes), to);
    }
    move =
        &APR_ARRAY_IDX(import->moves, import->moves->nelts - 1, import_move_t);
    if (!draw(5)) {
        move->code = 410;
        move->to = NULL;
    }
    move->either = (int)draw(2);
    move->ends_slash = (int)draw(2);
    move->fold = folds;
}

/* The other half of a pair that is one rule, of some move before; 0: that is
 * none of a pair. */
static int random_partner(import_t *import, apr_pool_t *in)
{
    int at = (int)draw((unsigned)import->moves->nelts);
    import_move_t *move = &APR_ARRAY_IDX(import->moves, at, import_move_t);
    import_move_t partner = *move;

    if (move->kind != IMPORT_EXACT || !move->from[1] || move->either) {
        return 0;
    }
    partner.line = (unsigned)import->moves->nelts + 1;
    if (draw(2)) {
        partner.from = apr_pstrcat(in, move->from, "/", NULL);
    }
    else {
        partner.kind = IMPORT_PREFIX;
        partner.ends_slash = 1;
        if (move->to && draw(2)) {
            partner.to = apr_pstrcat(in, move->to, "/*", NULL);
        }
    }
    import_move(import, &partner);
    return 1;
}

/* What the first of the source's redirects answers, each asked alone */
static const char *first_answer(asked_t *alone, int count, const char *path,
                                int *which)
{
    for (*which = 0; *which < count; ++*which) {
        const char *got = asked_get(&alone[*which], path, NULL);

        if (strcmp(got, "pass")) {
            return got;
        }
    }
    return "pass";
}

static int is_told(const import_t *import, unsigned line)
{
    int i;

    for (i = 0; i < import->told->nelts; i++) {
        if (APR_ARRAY_IDX(import->told, i, import_told_t).line == line) {
            return 1;
        }
    }
    return 0;
}

static int is_taken(asked_t *alone, int count, const char *path)
{
    int which;

    first_answer(alone, count, path, &which);
    return which < count;
}

/* A notice about an exact rule is true: an earlier one takes a form of it. */
static void check_told(const import_t *import, asked_t *alone,
                       const import_move_t *before, apr_pool_t *in)
{
    int i;

    for (i = 0; i < import->told->nelts; i++) {
        const import_told_t *told =
            &APR_ARRAY_IDX(import->told, i, import_told_t);
        const import_move_t *move = &before[told->line - 1];
        int count = (int)told->line - 1;

        if (move->kind == IMPORT_EXACT) {
            assert_true(is_taken(alone, count, move->from) ||
                        (move->either &&
                         is_taken(alone, count,
                                  apr_pstrcat(in, move->from, "/", NULL))));
        }
    }
}

static void check_set(apr_pool_t *in, int *told, int *same, int *joined)
{
    enum { MOST = 12 };
    const char *lines[MOST];
    asked_t alone[MOST], all;
    import_move_t before[MOST];
    import_t import;
    int count = 1 + (int)draw(MOST), i, which;
    int folds = !draw(4); /* as most sources do, all or none */

    import_begin(&import, in);
    for (i = 0; i < count; i++) {
        if (!i || draw(3) || !random_partner(&import, in)) {
            random_move(&import, in, folds);
        }
        lines[i] = line_at(&import, i);
        assert_non_null(lines[i]);
        assert_true(asked_open(&alone[i], in, &lines[i], 1));
        before[i] = APR_ARRAY_IDX(import.moves, i, import_move_t);
    }
    import_pair_all(&import);
    *joined += count - import.moves->nelts;
    import_order(&import);
    for (i = 0; i < count; i++) {
        lines[i] = i < import.moves->nelts ? line_at(&import, i) : NULL;
        assert_true(lines[i] || i >= import.moves->nelts);
    }
    assert_true(asked_open(&all, in, lines, count));
    check_told(&import, alone, before, in);
    for (i = 0; i < 40; i++) {
        const char *path = random_path(in, 4);
        unsigned line = 0;
        const char *want, *got;

        if (!draw(3) && path[1]) {
            path = apr_pstrcat(in, path, "/", NULL);
        }
        want = first_answer(alone, count, path, &which);
        got = asked_get(&all, path, &line);
        if (!strcmp(want, got)) {
            ++*same;
        }
        else if (line && is_told(&import, APR_ARRAY_IDX(import.moves, line - 1,
                                                        import_move_t)
                                              .line)) {
            ++*told;
        }
        else {
            for (which = 0; which < count; which++) {
                print_error("%u: %s; %s\n", before[which].line,
                            before[which].from,
                            lines[which] ? lines[which] : "");
            }
            print_error("%s: %s, not %s\n", path, got, want);
            fail();
        }
    }
}

static void test_the_first_answers(void **state)
{
    enum { SETS = 2000 };
    int i, told = 0, same = 0, joined = 0;
    apr_pool_t *each;

    (void)state;
    seed = 6;
    apr_pool_create(&each, pool);
    for (i = 0; i < SETS; i++) {
        apr_pool_clear(each);
        check_set(each, &told, &same, &joined);
    }
    assert_true(told > SETS / 10);
    assert_true(same > 20 * SETS);
    assert_true(joined > SETS / 10);
}

static void test_what_asks_for_more_is_told_once(void **state)
{
    import_t import;
    import_move_t move = {.kind = IMPORT_PREFIX,
                          .from = "/a",
                          .to = "/b",
                          .query = "id=5",
                          .code = 301,
                          .line = 1,
                          .words = "/a?id=5"};

    (void)state;
    import_begin(&import, pool);
    import_move(&import, &move);
    add(&import, IMPORT_EXACT, "/a/x", "/x");
    add(&import, IMPORT_PREFIX, "/a/y", "/y");
    add(&import, IMPORT_PREFIX, "/a", "/z");
    add(&import, IMPORT_EXACT, "/other", "/o");
    import_order(&import);
    assert_int_equal(import.told->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(import.told, 0, import_told_t).line, 1);
    assert_non_null(strstr(told_at(&import, 0), "line 2 (and of 1 more)"));

    import_begin(&import, pool); /* nothing of a rule for the other scheme */
    move.query = NULL;
    move.scheme = SEMR_HTTP;
    import_move(&import, &move);
    move.from = "/a/x";
    move.scheme = SEMR_HTTPS;
    import_move(&import, &move);
    import_order(&import);
    assert_int_equal(import.told->nelts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tree_before_a_regex),
        cmocka_unit_test(test_a_tree_that_became_a_regex_steals_too),
        cmocka_unit_test(test_a_tree_that_is_gone),
        cmocka_unit_test(test_what_was_dead_is_told),
        cmocka_unit_test(test_what_asks_for_more_is_told_once),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_the_first_answers),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
