/* SPDX-License-Identifier: Apache-2.0
 * The check of a set of rules: what it is told, and how much it tells.
 */
#include "lint_rules.h"
#include "views.h"

/* -- rules from text ------------------------------------------------------- */

static apr_pool_t *each; /* of one test */

static const semr_ruleset_t *rules(const char *name, const char *lines)
{
    return rules_of_text(each, name, lines);
}

typedef struct told_t {
    char text[20000];
} told_t;

/* "SEMR101 a:1 b:2" for each finding */
static void take(void *baton, const semr_finding_t *finding)
{
    told_t *told = baton;
    apr_size_t len = strlen(told->text);

    apr_snprintf(told->text + len, sizeof(told->text) - len, "%s %s:%u",
                 semr_finding_code(finding->id), finding->file, finding->line);
    len = strlen(told->text);
    if (finding->other_file) {
        apr_snprintf(told->text + len, sizeof(told->text) - len, " %s:%u",
                     finding->other_file, finding->other_line);
    }
    strncat(told->text, "\n", sizeof(told->text) - strlen(told->text) - 1);
}

static told_t told;

static const char *findings(semr_lint_t *lint)
{
    told.text[0] = '\0';
    lint->tell = take;
    lint->tell_baton = &told;
    semr_lint(lint, each);
    return told.text;
}

static const char *findings_of(const char *lines)
{
    const semr_ruleset_t *set = rules("a", lines);
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};

    return findings(&lint);
}

/* -- what it is told ------------------------------------------------------- */

static void sets_compete(void **state)
{
    const semr_ruleset_t *sets[] = {
        rules("a", "permanent /x /1\npermanent /y /2"),
        rules("b", "permanent /y /2\npermanent /z /y\npermanent /x /3")};
    semr_space_t space = {sets, 2, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};

    (void)state;
    assert_string_equal(findings(&lint), "SEMR201 b:1 a:2\n"
                                         "SEMR103 b:2 a:2\n"
                                         "SEMR202 b:3 a:1\n");
}

static void inherited_rules_are_walked_into(void **state)
{
    const semr_ruleset_t *own = rules("own", "permanent /a /b\n"
                                             "permanent /c /d\n"
                                             "permanent /e /gone");
    const semr_ruleset_t *base = rules("base", "permanent /b /a\n"
                                               "permanent /d /e\n"
                                               "gone /gone\n"
                                               "permanent /a /z\n"
                                               "permanent /s /t code=301");
    semr_space_t spaces[] = {{&own, 1, NULL}, {&base, 1, NULL}};
    semr_lint_t lint = {.spaces = spaces, .nspaces = 2};

    (void)state;
    assert_string_equal(findings(&lint), "SEMR101 own:1 base:1\n"
                                         "SEMR107 own:2 base:3\n"
                                         "SEMR107 own:3 base:3\n");
}

static int ours(void *baton, const semr_origin_t *origin)
{
    return semr_view_equal(origin->host, view(baton)) && origin->port == 8443;
}

static void names_are_the_callers(void **state)
{
    const semr_ruleset_t *set =
        rules("a", "permanent /a https://b.test:8443/b only=GET\n"
                   "permanent /b /c only=GET\n"
                   "permanent /d https://b.test/b only=GET\n");
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1, .is_ours = ours};

    (void)state;
    lint.ours_baton = (void *)"b.test";
    assert_string_equal(findings(&lint), "SEMR103 a:1 a:2\n");
}

static int our_name(void *baton, semr_view_t host)
{
    return semr_view_equal(host, view(baton));
}

static void a_name_of_ours_is_no_other_host(void **state)
{
    const semr_ruleset_t *set =
        rules("a", "permanent /login https://b.test/login\n"
                   "permanent /b http://b.test/b\n"
                   "permanent /c https://b.test:9443/c\n"
                   "permanent /d http://c.test/d only=GET\n");
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space,
                        .nspaces = 1,
                        .https = 1,
                        .is_ours = ours,
                        .is_our_name = our_name};

    (void)state;
    lint.ours_baton = (void *)"b.test";
    assert_string_equal(findings(&lint), "SEMR511 a:2\n"
                                         "SEMR512 a:4\n"
                                         "SEMR513 a:3\n");
}

static int mapped(void *baton, const semr_origin_t *origin)
{
    (void)origin;
    return our_name(baton, origin->host);
}

static void a_port_may_be_mapped(void **state)
{
    const semr_ruleset_t *set = rules("a", "permanent /a https://b.test/a\n"
                                           "permanent /b http://b.test/b\n"
                                           "permanent /* https://b.test/*\n");
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space,
                        .nspaces = 1,
                        .https = 1,
                        .port = 8443,
                        .host = view("b.test"),
                        .is_ours = mapped};

    (void)state;
    lint.ours_baton = (void *)"b.test";
    assert_string_equal(findings(&lint), "SEMR111 a:1\n"
                                         "SEMR511 a:2\n"
                                         "SEMR101 a:2 a:3\n");
}

static void stages_change_nothing(void **state)
{
    (void)state;
    assert_string_equal(
        findings_of("permanent /a /b stage=observe\npermanent /b /c"),
        findings_of("permanent /a /b\npermanent /b /c stage=trial"));
    assert_string_equal(told.text, "SEMR103 a:1 a:2\n");
    assert_string_equal(
        findings_of("permanent /a /b stage=off\npermanent /b /a"), "");
}

static void max_age_is_the_scopes(void **state)
{
    const semr_ruleset_t *set = rules("a", "permanent /a /b\ngone /c");
    apr_int64_t ages[SEMR_INTENTS] = {SEMR_MAX_AGE_NONE, 0, 0, 60, 0};
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1, .max_age = ages};

    (void)state;
    assert_string_equal(findings(&lint), "SEMR411 a:1\n");
}

static void nothing_is_no_set(void **state)
{
    semr_space_t space = {NULL, 0, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};

    (void)state;
    assert_string_equal(findings(&lint), "");
    assert_string_equal(findings_of(""), "");
}

/* -- how much it tells ----------------------------------------------------- */

static const char *many(int count)
{
    const char *lines = "gone /dead\n";

    for (int i = 0; i < count; i++) {
        lines = apr_psprintf(each, "%spermanent /c/%d /d/%d\n", lines, i, i);
    }
    return apr_pstrcat(each, lines, "permanent /d/* /e/*\npermanent /x /dead\n",
                       NULL);
}

static void check_report(const semr_report_t *report)
{
    const semr_finding_t *kept = (const semr_finding_t *)report->findings->elts;

    assert_int_equal(report->findings->nelts, 1 + SEMR_REPORT_MOST);
    assert_int_equal(kept[0].id, SEMR_FINDING_GONE_TARGET);
    assert_int_equal(kept[0].line, 53);
    for (unsigned i = 1; i <= SEMR_REPORT_MOST; i++) {
        assert_int_equal(kept[i].id, SEMR_FINDING_CHAIN);
        assert_int_equal(kept[i].line, i + 1);
        assert_int_equal(kept[i].other_line, 52);
        assert_string_equal(kept[i].other_file, "a");
    }
    assert_int_equal(report->counts[SEMR_FINDING_CHAIN], 50);
    assert_int_equal(semr_report_count(report, SEMR_ERROR), 1);
    assert_int_equal(semr_report_count(report, SEMR_WARNING), 0);
    assert_int_equal(semr_report_count(report, SEMR_INFO), 50);
}

static void report_keeps_the_first(void **state)
{
    const semr_ruleset_t *set = rules("a", many(50));
    semr_space_t space = {&set, 1, NULL};
    semr_report_t *report = semr_report_create(each);
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};

    (void)state;
    semr_lint_report(&lint, report, each);
    check_report(report);

    /* a sink may also be told all of them */
    report = semr_report_create(each);
    lint.most = 0;
    lint.tell_baton = report;
    semr_lint(&lint, each);
    semr_report_finish(report, lint.counts);
    check_report(report);
}

static void report_takes_several_checks(void **state)
{
    const semr_ruleset_t *a = rules("a", many(15)), *b = rules("b", many(15));
    semr_space_t first = {&a, 1, NULL}, second = {&b, 1, NULL};
    semr_report_t *report = semr_report_create(each);
    semr_lint_t lint = {.spaces = &first, .nspaces = 1};
    const semr_finding_t *kept;

    (void)state;
    semr_lint_report(&lint, report, each);
    lint.spaces = &second;
    semr_lint_report(&lint, report, each);
    assert_int_equal(report->counts[SEMR_FINDING_CHAIN], 30);
    assert_int_equal(report->findings->nelts, 2 + SEMR_REPORT_MOST);
    kept = (const semr_finding_t *)report->findings->elts;
    assert_string_equal(kept[0].file, "a");
    assert_string_equal(kept[1].file, "b");
    assert_string_equal(kept[2 + 14].file, "a");
    assert_string_equal(kept[2 + 15].file, "b");
    assert_int_equal(kept[2 + 15].line, 2);
}

static void silenced_is_not_there(void **state)
{
    const semr_ruleset_t *set = rules("a", many(5));
    semr_space_t space = {&set, 1, NULL};
    unsigned char silenced[SEMR_FINDING_COUNT] = {0};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1, .silenced = silenced};

    (void)state;
    silenced[SEMR_FINDING_CHAIN] = 1;
    assert_string_equal(findings(&lint), "SEMR107 a:8 a:1\n");
    assert_int_equal(lint.counts[SEMR_FINDING_CHAIN], 0);
    assert_int_equal(lint.counts[SEMR_FINDING_GONE_TARGET], 1);
}

static void without_a_sink_it_counts(void **state)
{
    const semr_ruleset_t *set = rules("a", many(5));
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};

    (void)state;
    semr_lint(&lint, each);
    assert_int_equal(lint.counts[SEMR_FINDING_CHAIN], 5);
}

static void codes_are_read(void **state)
{
    (void)state;
    for (int id = 0; id < SEMR_FINDING_COUNT; id++) {
        const char *code = semr_finding_code((semr_finding_id_t)id);

        assert_int_equal(semr_finding_parse(view(code)), id);
    }
    assert_int_equal(semr_finding_parse(view("semr101")), SEMR_FINDING_LOOP);
    assert_int_equal(semr_finding_parse(view("SEMR1011")), -1);
    assert_int_equal(semr_finding_parse(view("SEMR")), -1);
    assert_int_equal(semr_finding_parse(view("")), -1);
    assert_int_equal(semr_finding_parse(view("loop")), -1);
}

/* Five hundred rules of one place are told each. */
static void many_doubles_are_found(void **state)
{
    const char *lines = "";
    const semr_ruleset_t *set;
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};

    (void)state;
    for (int i = 0; i < 500; i++) {
        lines = apr_pstrcat(each, lines, "permanent /a /b\n", NULL);
    }
    set = rules("a", lines);
    semr_lint(&lint, each);
    assert_int_equal(lint.counts[SEMR_FINDING_DUPLICATE], 499);
}

static void long_circles_are_found(void **state)
{
    const char *lines = "";
    const semr_ruleset_t *set;
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};

    (void)state;
    for (int i = 0; i < 50; i++) {
        lines = apr_psprintf(each, "%spermanent /c/%d /c/%d\n", lines, i,
                             (i + 1) % 50);
    }
    set = rules("a", lines);
    semr_lint(&lint, each);
    assert_int_equal(lint.counts[SEMR_FINDING_LOOP], 50);
    for (int id = 0; id < SEMR_FINDING_COUNT; id++) {
        assert_true(id == SEMR_FINDING_LOOP || !lint.counts[id]);
    }
}

/* Patterns that begin alike make the square of their number of comparisons. */
static void too_many_patterns_end(void **state)
{
    semr_builder_t *builder = semr_builder_create(each);
    semr_ruleset_t set;
    const semr_ruleset_t *sets = &set;
    semr_space_t space = {&sets, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1};
    semr_rule_defaults_t defaults;
    semr_diag_t diag;

    (void)state;
    semr_rule_defaults_parse(&defaults, each, "", &diag);
    for (unsigned i = 0; i < 6000; i++) {
        read_line(builder, each, &defaults, "a", i,
                  apr_psprintf(each, "permanent /{x}/%u /new/{x}/%u", i, i));
    }
    semr_ruleset_open(&set, each, semr_builder_freeze(builder, each), 0, &diag);
    semr_lint(&lint, each);
    assert_int_equal(lint.counts[SEMR_FINDING_UNCHECKED], 1);
}

static int begin(void **state)
{
    return start(state) || apr_pool_create(&each, pool);
}

static int clear(void **state)
{
    (void)state;
    apr_pool_clear(each);
    return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, clear)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(sets_compete),
        TEST(inherited_rules_are_walked_into),
        TEST(names_are_the_callers),
        TEST(stages_change_nothing),
        TEST(a_name_of_ours_is_no_other_host),
        TEST(a_port_may_be_mapped),
        TEST(max_age_is_the_scopes),
        TEST(nothing_is_no_set),
        TEST(report_keeps_the_first),
        TEST(report_takes_several_checks),
        TEST(silenced_is_not_there),
        TEST(without_a_sink_it_counts),
        TEST(codes_are_read),
        TEST(many_doubles_are_found),
        TEST(long_circles_are_found),
        TEST(too_many_patterns_end),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("lint", tests, begin, stop);
}
