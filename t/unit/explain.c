/* SPDX-License-Identifier: Apache-2.0
 * Explaining: what becomes of each rule that matches, and why.
 */
#include "explain_use.h"

static int seen_fates[SEMR_FATE_COUNT], seen_outcomes[SEMR_OUTCOME_COUNT];

static const semr_explained_rule_t *rule_at(const semr_explained_run_t *run,
                                            int i)
{
    assert_true(i < run->rules->nelts);
    return APR_ARRAY_IDX(run->rules, i, const semr_explained_rule_t *);
}

/* "answered 301 /b max-age=86400 | 1 answers | 2 comes-later" */
static const char *told(const semr_explained_run_t *run)
{
    const char *text =
        apr_psprintf(pool, "%s %d %s %s", semr_outcome_key(run->outcome),
                     run->status, run->location ? run->location : "-",
                     run->cache_control ? run->cache_control : "-");
    int i;

    seen_outcomes[run->outcome]++;
    for (i = 0; i < run->rules->nelts; i++) {
        seen_fates[rule_at(run, i)->fate]++;
        text = apr_psprintf(pool, "%s | %u %s", text, rule_at(run, i)->line,
                            semr_fate_key(rule_at(run, i)->fate));
    }
    return text;
}

typedef struct row_t {
    scene_t scene;
    const char *expected;
    const char *reason; /* of the first rule; NULL: any */
} row_t;

static void expect_all(const row_t *rows, apr_size_t count)
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        const scene_t *scene = &rows[i].scene;
        const semr_explained_run_t *run = explained(scene);
        const char *got = told(run);

        if (strcmp(got, rows[i].expected) != 0) {
            fail_msg("%s\n%s\n    got      %s\n    expected %s", scene->rules,
                     scene->ask, got, rows[i].expected);
        }
        if (rows[i].reason &&
            strcmp(rule_at(run, 0)->reason, rows[i].reason) != 0) {
            fail_msg("%s\n%s\n    got      %s\n    expected %s", scene->rules,
                     scene->ask, rule_at(run, 0)->reason, rows[i].reason);
        }
    }
}

/* -- what becomes of rules ------------------------------------------------- */

static void test_fates(void **state)
{
    static const row_t rows[] = {
        {{"permanent /a /b", "GET /a"},
         "answered 301 /b max-age=86400 | 1 answers",
         "answers"},
        {{"permanent /a /b", "POST /a?x=1"},
         "answered 308 /b?x=1 max-age=86400 | 1 answers"},
        {{"permanent /a /b", "GET /b"}, "no-rule 0 - -"},
        {{"permanent /a /b", "TRACE /a"}, "never 0 - -"},
        {{"gone /a", "GET /a"}, "answered 410 - max-age=3600 | 1 answers"},
        {{"temporary /a /b", "GET /a"}, "answered 302 /b no-store | 1 answers"},
        {{"permanent /a /b max-age=none", "GET /a"},
         "answered 301 /b - | 1 answers"},
        {{"none /a\npermanent /* /x", "GET /a"},
         "left-alone 0 - - | 1 leaves-alone | 2 comes-later",
         "leaves this request alone: its intent is none"},
        {{"permanent /a /b\npermanent /b /a", "GET /a"},
         "loop 0 - - | 1 loops",
         "leads in a circle, so nobody is redirected"},
        {{"permanent /a /b stage=observe", "GET /a"},
         "observed 301 /b max-age=86400 | 1 observed",
         "is only observed: it sends nothing"},
        {{"permanent /a /b stage=observe\ntemporary /* /c", "GET /a"},
         "answered 302 /c no-store | 1 observed | 2 answers"},
        {{"none /a stage=observe\ntemporary /* /c", "GET /a"},
         "answered 302 /c no-store | 1 passed-over | 2 answers",
         "would leave this request alone, but is only observed: its intent is "
         "none"},
        {{"permanent /a /b stage=observe", "GET /a", .preview = 1},
         "answered 302 /b no-store | 1 answers"},
        {{"permanent /a /b stage=observe", "GET /a", .preview = 2},
         "observed 301 /b max-age=86400 | 1 observed"},
        {{"permanent /a /b\n--\npermanent /a /c", "GET /a"},
         "answered 301 /b max-age=86400 | 1 answers | 3 comes-later"},
        {{"permanent /x /b\n--\npermanent /a /c", "GET /a"},
         "answered 301 /c max-age=86400 | 3 answers"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_reasons(void **state)
{
    static const row_t rows[] = {
        {{"permanent /a /b only=POST,PUT", "GET /a"},
         "no-rule 0 - - | 1 passed-over",
         "is not for this method: only=POST,PUT"},
        {{"permanent /a /b if=me", "GET /a"},
         "no-rule 0 - - | 1 passed-over",
         "has a condition that does not hold: if=me"},
        {{"permanent /a /b if=me", "GET /a", "me"},
         "answered 301 /b max-age=86400 | 1 answers"},
        {{"permanent /a /b stage=off", "GET /a"},
         "no-rule 0 - - | 1 passed-over",
         "is off: the rule itself says stage=off, or its map"},
        {{"permanent /a /b starts=2027-02-03", "GET /a"},
         "no-rule 0 - - | 1 passed-over",
         "does not hold yet: starts=2027-02-03"},
        {{"permanent /a /b ends=2025-02-03", "GET /a"},
         "no-rule 0 - - | 1 passed-over",
         "does not hold any more: ends=2025-02-03"},
        {{"permanent /a /a", "GET /a"},
         "no-rule 0 - - | 1 passed-over",
         "would only repeat the request: its Location would be /a, which was "
         "asked for"},
        {{"permanent /* /x", "GET /.well-known/acme-challenge/t"},
         "no-rule 0 - - | 1 passed-over",
         "leaves ACME challenges alone: its FROM does not name them"},
        {{"permanent /a?d={d} /x/{d}/y", "GET /a?d=.."},
         "no-rule 0 - - | 1 passed-over",
         "would make a dot segment of a query's value"},
        {{"temporary /a /b method=pass", "POST /a"},
         "left-alone 0 - - | 1 leaves-alone",
         "leaves this request alone: method=pass"},
        {{"see-other /a /b", "OPTIONS /a"},
         "left-alone 0 - - | 1 leaves-alone",
         "leaves this request alone: see-other says nothing to OPTIONS"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

/* Why the rule that is told last comes after the one that wins */
static void test_later(void **state)
{
    static const char *const rows[][3] = {
        {"permanent /a http://e.test\npermanent /* /c", "GET /a",
         "an exact rule is asked before patterns and trees"},
        {"permanent /{x} http://e.test\npermanent /* /c", "GET /a",
         "a pattern is asked before trees"},
        {"permanent ~^/a http://e.test\npermanent /{x} /c", "GET /a",
         "of patterns, the one that was written first is asked first"},
        {"permanent /a/* http://e.test\npermanent /* /c", "GET /a/x",
         "the longer tree is asked first"},
        {"permanent //www.test/* http://e.test\npermanent /a /c", "GET /a",
         "a rule that names the host is asked before one that does not"},
        {"permanent /a http://e.test only=GET\npermanent /a /c", "GET /a",
         "of two rules in one place, the one that asks for more is asked "
         "first"},
        {"permanent /a http://e.test\npermanent /a /c", "GET /a",
         "of two equal rules the one that was written first wins"},
        {"permanent /a/* http://e.test\npermanent /a/* /c", "GET /a/x",
         "of two equal rules the one that was written first wins"},
        {"permanent /{x} http://e.test\npermanent /{x} /c", "GET /a",
         "of two equal rules the one that was written first wins"},
        {"permanent /* http://e.test\n--\npermanent /a /c", "GET /a",
         "a virtual host's own rules are asked before those that it "
         "inherits"},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        scene_t scene = {rows[i][0], rows[i][1]};
        const semr_explained_run_t *run = explained(&scene);

        assert_string_equal(semr_fate_key(rule_at(run, 0)->fate), "answers");
        assert_string_equal(
            rule_at(run, run->rules->nelts - 1)->reason,
            apr_pstrcat(pool, "comes later: ", rows[i][2], NULL));
    }
}

static void test_many(void **state)
{
    scene_t scene = {"", "GET /a"};
    const char *rules = "";
    const semr_explained_run_t *run;
    int i;

    (void)state;
    for (i = 0; i < 100; i++) {
        rules = apr_psprintf(pool, "%spermanent /a /b%d if=%d\n", rules, i, i);
    }
    scene.rules = rules;
    scene.cookie = "70";
    run = explained(&scene);
    assert_string_equal(run->location, "/b70"); /* whatever is not told */
    assert_string_equal(run->rule->at, "moves.map:71");
    assert_true(run->rules->nelts <= SEMR_EXPLAIN_RULES + 1);
    assert_int_equal(run->rules->nelts + (int)run->more_rules, 100);
}

static void test_refused_by_server(void **state)
{
    semr_explained_run_t run;

    (void)state;
    semr_explain_begin(&run, pool, "GET", 0);
    run.server = 403;
    semr_explain_end(&run, NULL);
    told(&run);
    assert_string_equal(semr_explain_sentence(&run, "/x"),
                        "GET /x gets 403 from the server itself; no rule "
                        "answers it.");
    semr_explain_begin(&run, pool, "OPTIONS", 1);
    semr_explain_end(&run, "");
    assert_string_equal(semr_explain_sentence(&run, "/x"),
                        "CORS preflight /x is never redirected.");
    assert_null(run.vary);
}

/* Nothing was left out of the tables. */
static void test_all_were_met(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < SEMR_FATE_COUNT; i++) {
        if (i != SEMR_FATE_STATUS_PAGE) { /* only httpd has one */
            assert_true(seen_fates[i]);
        }
    }
    for (i = 0; i < SEMR_OUTCOME_COUNT; i++) {
        assert_true(*semr_outcome_words((semr_outcome_t)i));
        if (i != SEMR_OUTCOME_STATUS_PAGE) {
            assert_true(seen_outcomes[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fates),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_later),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_refused_by_server),
        cmocka_unit_test(test_all_were_met),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
