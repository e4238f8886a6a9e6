/* SPDX-License-Identifier: Apache-2.0
 * Explaining: hops, sentences, and whether two requests get the same.
 */
#include "explain_use.h"

/* -- chains ---------------------------------------------------------------- */

static const char *hops_of(const semr_explained_run_t *run)
{
    const char *text = "";
    int i;

    for (i = 0; run->hops && i < run->hops->nelts; i++) {
        const semr_explained_hop_t *hop =
            &APR_ARRAY_IDX(run->hops, i, semr_explained_hop_t);

        text = apr_psprintf(pool, "%s%s %d %s %s, ", text, hop->method,
                            hop->status, hop->location ? hop->location : "-",
                            hop->at);
    }
    return apr_pstrcat(pool, text, run->end, NULL);
}

static void test_hops(void **state)
{
    static const struct {
        scene_t scene;
        const char *expected;
    } rows[] = {
        {{"permanent /a /b\npermanent /b /c", "GET /a"},
         "GET 301 /b moves.map:1, GET 301 /c moves.map:2, no rule moves it any "
         "further"},
        {{"see-other /a /b\npermanent /b /c", "POST /a"},
         "POST 303 /b moves.map:1, GET 301 /c moves.map:2, no rule moves it "
         "any further"},
        {{"permanent /a /b\ntemporary /b /c", "GET /a"},
         "GET 301 /b moves.map:1, the next rule says something else "
         "(moves.map:2)"},
        {{"permanent /a /b\ngone /b", "GET /a"},
         "GET 301 /b moves.map:1, GET 410 - moves.map:2, it is gone"},
        {{"permanent /a /b\npermanent /b /c if=x", "GET /a"},
         "GET 301 /b moves.map:1, the next rule has a condition "
         "(moves.map:2)"},
        {{"permanent /a http://else.test/", "GET /a"},
         "GET 301 http://else.test/ moves.map:1, it is on another host"},
        {{"permanent /a /b\npermanent /b /a", "GET /a"},
         "GET 301 /b moves.map:1, GET 301 /a moves.map:2, the rules lead in a "
         "circle"},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        scene_t kept = rows[i].scene;

        assert_string_equal(hops_of(explained(&rows[i].scene)),
                            rows[i].expected);
        kept.keeps = 1; /* the same hops, one by one */
        assert_string_equal(hops_of(explained(&kept)), rows[i].expected);
        assert_string_equal(semr_outcome_key(explained(&kept)->outcome),
                            "answered");
    }
}

/* -- words ----------------------------------------------------------------- */

static void test_sentences(void **state)
{
    static const char *const rows[][3] = {
        {"permanent /a /b", "POST /a",
         "POST /x gets 308 to /b, by moves.map:1."},
        {"gone /a", "GET /a", "GET /x gets 410, by moves.map:1."},
        {"permanent /a /b stage=trial", "GET /a",
         "GET /x gets 302 to /b on trial, by moves.map:1."},
        {"permanent /a /b stage=observe", "GET /a",
         "GET /x is not redirected, only observed: it would get 301 to /b, by "
         "moves.map:1."},
        {"none /a", "GET /a", "GET /x is left alone, by moves.map:1."},
        {"permanent /a /b\npermanent /b /a", "GET /a",
         "GET /x is not redirected, for the rules lead in a circle, from "
         "moves.map:1 on."},
        {"gone /b", "GET /a", "GET /x is not redirected: no rule answers it."},
        {"gone /b", "TRACE /a", "TRACE /x is never redirected."},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        scene_t scene = {rows[i][0], rows[i][1]};

        assert_string_equal(semr_explain_sentence(explained(&scene), "/x"),
                            rows[i][2]);
    }
}

static void test_same(void **state)
{
    scene_t scene = {"permanent /a /b\npermanent /c /b", "GET /a"};
    const semr_explained_run_t *a = explained(&scene);

    (void)state;
    assert_true(semr_explain_same(a, explained(&scene)));
    scene.ask = "POST /a";
    assert_false(semr_explain_same(a, explained(&scene)));
    scene.ask = "GET /c";
    assert_false(semr_explain_same(a, explained(&scene)));
    scene.ask = "GET /nothing";
    assert_false(semr_explain_same(a, explained(&scene)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hops),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_same),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
