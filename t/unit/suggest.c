/* SPDX-License-Identifier: Apache-2.0
 * Suggestions: what each path may have meant, why, and that the rule which is
 * to be copied can be read.
 */
#include "lint_rules.h"
#include "suggest.h"
#include "views.h"

static const char rules[] =
    "permanent /products/lamps /shop/lamps\n"
    "permanent /about-us.html /about\n"
    "permanent /team/ /people/all-of-us\n"
    "permanent /news/archive/2019/the-big-story /stories/the-big-story\n"
    "permanent /contact https://www.test/contact-form\n"
    "permanent /old https://shop.test/Catalogue/Winter\n"
    "permanent /docs/* /manual/*\n"
    "gone /summer-sale\n"
    "none /keep/this\n"
    "permanent /idle /x stage=off\n"
    "permanent /posted /x only=POST\n"
    "permanent /both /x only=POST\n"
    "permanent /both /x\n"
    "permanent /index.php?id={id} /pages/{id}\n"
    "permanent /de/impressum /legal\n"
    "permanent /product-12345 /p/12345\n"
    "permanent /caf%C3%A9 /coffee\n"
    "permanent /u/{name}/posts /people/{name}\n"
    "permanent /leads /nowhere/at-all?x=1\n"
    "permanent /longer-names-of-things /things\n"
    "permanent //other.test/only-there /there\n"
    "permanent /loop.html /loop\n"
    "permanent /de/ring/* /ring/*\n"
    "permanent /two.html /hop\n"
    "permanent /hop https://www.test/two\n";

/* A path; why, as the end of the id; what is nearest; the rule.  quick: asking
 * alone finds it, too. */
static const struct {
    const char *path;
    int reason;
    const char *nearest, *rule;
    int quick;
} found[] = {
#define R(id) SEMR_SUGGEST_##id
    /* clang-format off */
{"/idle", R(IDLE), "/idle", NULL, 1},
{"/docs/x", R(ANSWERED), "/docs/*", NULL, 1},
{"/posted", R(IDLE), "/posted", NULL, 1},
{"/both", R(ANSWERED), "/both", NULL, 1},
{"/keep/this", R(EXCEPT), "/keep/this", NULL, 1},
{"/index.php", R(QUERY), "/index.php", NULL, 1},
{"/products/lamps)", R(MARKS), "/products/lamps",
 "permanent /products/lamps) /products/lamps", 1},
{"/products/lamps%22%3E", R(MARKS), "/products/lamps",
 "permanent /products/lamps%22%3E /products/lamps", 1},
{"/caf%25C3%25A9", R(CODED), "/caf%C3%A9",
 "permanent /caf%25C3%25A9 /caf%C3%A9", 1},
{"/products%2Flamps", R(CODED), "/products/lamps",
 "permanent /products%2Flamps /products/lamps", 1},
{"/Products/LAMPS", R(CASE), "/products/lamps",
 "permanent /Products/LAMPS /products/lamps", 1},
{"/team/index.php", R(INDEX), "/team/",
 "permanent /team/index.php /team/", 1},
{"/about-us", R(ENDING), "/about-us.html",
 "permanent /about-us /about-us.html", 1},
{"/about-us.php", R(ENDING), "/about-us.html",
 "permanent /about-us.php /about-us.html", 1},
{"/contact.aspx", R(ENDING), "/contact",
 "permanent /contact.aspx /contact", 1},
{"/impressum", R(LANGUAGE), "/de/impressum",
 "permanent /impressum /de/impressum", 1},
{"/en-GB/contact", R(LANGUAGE), "/contact",
 "permanent /en-GB/contact /contact", 1},
{"/products/lamp", R(NUMBER), "/products/lamps",
 "permanent /products/lamp /products/lamps", 1},
{"/summer-sales", R(NUMBER), "/summer-sale", "gone /summer-sales", 1},
{"/contact/form/2", -1, NULL, NULL, 1},
{"/contact/form", R(FROM_ABOVE), "/contact",
 "permanent /contact/form /contact", 1},
{"/people/all-of-us", R(TARGET), "/team/", NULL, 0},
{"/contact-form", R(TARGET), "/contact", NULL, 0},
{"/loop", R(TARGET), "/loop.html", NULL, 1},
{"/ring/x", R(TARGET), "/de/ring/*", NULL, 1},
{"/two", R(TARGET), "/hop", NULL, 1},
{"/nowhere/at-all", R(TARGET), "/leads", NULL, 0},
{"/catalogue/winter.html", R(TO_SPELLING), "https://shop.test/Catalogue/Winter",
 "permanent /catalogue/winter.html https://shop.test/Catalogue/Winter", 0},
{"/Catalogue/Winter", R(TO_SPELLING), "https://shop.test/Catalogue/Winter",
 "permanent /Catalogue/Winter https://shop.test/Catalogue/Winter", 0},
{"/products/lapms", R(FROM_LETTERS), "/products/lamps",
 "permanent /products/lapms /products/lamps", 0},
{"/products/lsmps", R(FROM_LETTERS), "/products/lamps",
 "permanent /products/lsmps /products/lamps", 0},
{"/products/limbs", -1, NULL, NULL, 0},
{"/longer-nmes-of-thinks", R(FROM_LETTERS), "/longer-names-of-things",
 "permanent /longer-nmes-of-thinks /longer-names-of-things", 0},
{"/people/all-off-us", R(TO_LETTERS), "/people/all-of-us",
 "permanent /people/all-off-us /people/all-of-us", 0},
{"/product-12346", -1, NULL, NULL, 0},
{"/2019/the-big-story.html", R(FROM_NAME),
 "/news/archive/2019/the-big-story",
 "permanent /2019/the-big-story.html /news/archive/2019/the-big-story", 0},
{"/stories/old/the-big-story", R(TO_NAME), "/stories/the-big-story",
 "permanent /stories/old/the-big-story /stories/the-big-story", 0},
{"/about/us", R(TO_ABOVE), "/about", "permanent /about/us /about", 0},
{"/elsewhere/only-there", -1, NULL, NULL, 0},
{"/reset/{token}", -1, NULL, NULL, 0},
{"/contact/{token}", R(FROM_ABOVE), "/contact",
 "permanent /contact/{token} /contact", 1},
{"/contact/{token}-{token}", R(FROM_ABOVE), "/contact",
 "permanent /contact/{token}-{token2} /contact", 1},
{"/contact/a*b'c$1", R(FROM_ABOVE), "/contact",
 "permanent \"/contact/a%2Ab'c%241\" /contact", 1},
{"/", -1, NULL, NULL, 0},
{"/%00%FF", -1, NULL, NULL, 0},
    /* clang-format on */
};

static void suggest(semr_suggest_t *how, const char *const *paths, int count,
                    semr_suggestion_t *answers)
{
    const semr_ruleset_t *set = rules_of_text(pool, "r.map", rules);
    semr_space_t space = {&set, 1, NULL};

    how->spaces = &space;
    how->nspaces = 1;
    how->host = view("www.test");
    how->port = 80;
    how->stage = SEMR_LIVE;
    how->now = 1800000000;
    semr_suggest(how, paths, count, answers, pool);
}

static void assert_words(const char *got, const char *wanted)
{
    if (!wanted) {
        assert_null(got);
        return;
    }
    assert_non_null(got);
    assert_string_equal(got, wanted);
}

static void test_found(void **state)
{
    const char *paths[ROWS(found)];
    semr_suggestion_t answers[ROWS(found)], quick[ROWS(found)];
    semr_suggest_t thorough = {.thorough = 1}, asking = {.thorough = 0};
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(found); i++) {
        paths[i] = found[i].path;
    }
    suggest(&thorough, paths, ROWS(found), answers);
    suggest(&asking, paths, ROWS(found), quick);
    assert_int_equal(thorough.read, 25);
    assert_int_equal(asking.read, 0);
    for (i = 0; i < ROWS(found); i++) {
        semr_rule_t rule;
        semr_diag_t diag;

        if (answers[i].reason != found[i].reason) {
            fail_msg("%s: %s, %s", paths[i],
                     answers[i].reason < 0
                         ? "nothing"
                         : semr_suggest_why(
                               (semr_suggest_reason_t)answers[i].reason),
                     answers[i].nearest);
        }
        assert_words(answers[i].nearest, found[i].nearest);
        assert_words(answers[i].rule, found[i].rule);
        assert_int_equal(quick[i].reason,
                         found[i].quick ? found[i].reason : -1);
        if (answers[i].nearest && answers[i].reason != SEMR_SUGGEST_QUERY) {
            assert_string_equal(answers[i].file, "r.map");
            assert_true(answers[i].line > 0);
        }
        if (answers[i].rule) {
            assert_int_equal(
                semr_rule_parse(&rule, pool, answers[i].rule, 0, &diag), 0);
        }
    }
}

/* What there is no time for is told. */
static void test_limits(void **state)
{
    const char *const paths[] = {"/products/lapms", "/products/lamps)", NULL};
    semr_suggestion_t answers[3];
    semr_suggest_t late = {.thorough = 1, .until = 1};

    (void)state;
    suggest(&late, paths, 3, answers);
    assert_true(late.unread);
    assert_int_equal(answers[0].reason, SEMR_SUGGEST_UNREAD);
    assert_int_equal(answers[1].reason, SEMR_SUGGEST_UNREAD);
    assert_int_equal(answers[2].reason, -1);
    assert_null(answers[0].nearest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_limits),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("suggest", tests, start, stop);
}
