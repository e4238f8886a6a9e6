/* SPDX-License-Identifier: Apache-2.0
 * Walks: where each ends, what the answer says then, and what is carried on.
 */
#include "walk_use.h"

/* -- how it goes on -------------------------------------------------------- */

static void test_ends(void **state)
{
    static const row_t rows[] = {
        {{AB, "GET /a"}, "301 /b 86400 REACHED 1"},
        {{AB "permanent /b /c", "GET /a"}, "301 /c 86400 REACHED 2"},
        {{AB "permanent /b /c\npermanent /c /d", "POST /a"},
         "308 /d 86400 REACHED 3"},
        {{AB "permanent /b http://other.test/c", "GET /a"},
         "301 http://other.test/c 86400 ELSEWHERE 2"},
        {{AB "gone /b", "GET /a"}, "410 - 3600 GONE 2"},
        {{AB "gone /b code=451", "POST /a"}, "451 - 3600 GONE 2"},
        {{AB "gone /b code=404", "GET /a"}, "404 - 3600 GONE 2"},
        {{AB "temporary /b /c", "GET /a"}, "301 /b 86400 DIFFERS 1"},
        {{AB "see-other /b /c", "GET /a"}, "301 /b 86400 DIFFERS 1"},
        {{"temporary /a /b\npermanent /b /c", "GET /a"}, "302 /c 0 REACHED 2"},
        {{"temporary /a /b\ntemporary /b /c", "PUT /a"}, "307 /c 0 REACHED 2"},
        {{"temporary /a /b\nsee-other /b /c", "GET /a"}, "302 /b 0 DIFFERS 1"},
        {{"temporary /a /b\ngone /b", "GET /a"}, "302 /b 0 DIFFERS 1"},
        {{"see-other /a /b\npermanent /b /c\ntemporary /c /d\nsee-other /d /e",
          "GET /a"},
         "303 /e 0 REACHED 4"},
        {{"see-other /a /b\ngone /b", "GET /a"}, "303 /b 0 DIFFERS 1"},
        {{AB "permanent /b /c if=\"true\"", "GET /a"},
         "301 /b 86400 CONDITION 1"},
        {{AB "none /b", "GET /a"}, "301 /b 86400 LEAVES 1"},
        {{"permanent /a /b if=\"true\"\npermanent /b /c", "GET /a"},
         "301 /c 86400 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

/* n rules in a row, then what is given */
static const char *row_of(int n, const char *last)
{
    const char *rules = "";
    int i;

    for (i = 0; i < n; i++) {
        rules = apr_psprintf(pool, "%spermanent /h%d /h%d\n", rules, i, i + 1);
    }
    return apr_pstrcat(pool, rules, last, NULL);
}

static void test_ten_hops(void **state)
{
    scene_t scene = {.ask = "GET /h0"};

    (void)state;
    scene.rules = row_of(10, "");
    expect(&scene, "301 /h10 86400 REACHED 10");
    scene.rules = row_of(11, "");
    expect(&scene, "301 /h10 86400 LONG 10");
    assert_non_null(walk.next.set);
    assert_int_equal(walk.next.line, 11);
    scene.rules = row_of(30, "");
    expect(&scene, "301 /h10 86400 LONG 10");
    scene.rules = row_of(9, "gone /h9");
    expect(&scene, "410 - 3600 GONE 10");
    scene.rules = row_of(10, "gone /h10");
    expect(&scene, "301 /h10 86400 LONG 10");
    scene.rules = row_of(10, "temporary /h10 /x");
    expect(&scene, "301 /h10 86400 DIFFERS 10");
}

static void test_loops(void **state)
{
    static const row_t rows[] = {
        /* of one: a rule that only repeats the request is passed over */
        {{"permanent /a /a", "GET /a"}, "no rule"},
        {{"permanent /a /a\npermanent /* /x/*", "GET /x"},
         "301 - 86400 LOOP 10"},
        {{"permanent /a http://www.test/a", "GET /a"}, "no rule"},
        {{AB "permanent /b /b", "GET /a"}, "301 /b 86400 REACHED 1"},
        {{AB "permanent /b /a", "GET /a"}, "301 - 86400 LOOP 2"},
        {{AB "permanent /b /c\npermanent /c /a", "GET /a"},
         "301 - 86400 LOOP 3"},
        {{AB "permanent /b http://www.test/a", "GET /a"}, "301 - 86400 LOOP 2"},
        /* the way in is not part of it */
        {{AB "permanent /b /c\npermanent /c /d\npermanent /d /c", "GET /a"},
         "301 - 86400 LOOP 4"},
        {{AB "permanent /b /c\npermanent /c /b", "GET /a"},
         "301 - 86400 LOOP 3"},
        /* stars */
        {{"permanent /x/* /y/*\npermanent /y/* /x/*", "GET /x/p?q=1"},
         "301 - 86400 LOOP 2"},
        {{"permanent /x/* /y/*\npermanent /y/p /x/p", "GET /x/q"},
         "301 /y/q 86400 REACHED 1"},
        /* growth, and what would shrink to an end */
        {{"permanent /g/* /g/g/*", "GET /g/p"}, "301 - 86400 LOOP 10"},
        {{"permanent ~^/s(/s)*$ /s$0", "GET /s"}, "301 - 86400 LOOP 10"},
        {{"permanent /n/n/* /n/*", "GET /n/n/n/n/p"},
         "301 /n/p 86400 REACHED 3"},
        {{"permanent /q /q?x=1", "GET /q"}, "301 /q?x=1 86400 REACHED 1"},
        /* by query, by slash, by a fragment */
        {{"permanent /q?a=1 /q?a=2\npermanent /q?a=2 /q?a=1", "GET /q?a=1"},
         "301 - 86400 LOOP 2"},
        {{"permanent /q?a=1 /q?b=1\npermanent /q?b=1 /q?c=1", "GET /q?a=1"},
         "301 /q?c=1 86400 REACHED 2"},
        {{"permanent /s /s/ slash=exact\npermanent /s/ /s slash=exact",
          "GET /s"},
         "301 - 86400 LOOP 2"},
        {{AB "permanent /b /a#x", "GET /a"}, "301 - 86400 LOOP 2"},
        /* an exact rule that spells out its own URL, and what is an upgrade */
        {{"permanent /u https://www.test/u?v", "GET /u"},
         "301 https://www.test/u?v 86400 REACHED 1"},
        {{"permanent /u https://www.test/u", "GET /u"}, "301 - 86400 LOOP 1"},
        {{"permanent /u https:", "GET /u"},
         "301 https://www.test/u 86400 REACHED 1"},
        {{"permanent /* https://www.test/*", "GET /u?x"},
         "301 https://www.test/u?x 86400 REACHED 1"},
        {{"permanent /u https://www.test/u", "GET /u", .alone = 1},
         "301 https://www.test/u 86400 ELSEWHERE 1"},
        {{"permanent http://www.test/u https://www.test/u", "GET /u"},
         "301 https://www.test/u 86400 REACHED 1"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

/* -- methods --------------------------------------------------------------- */

static void test_methods(void **state)
{
    static const row_t rows[] = {
        /* see-other makes a GET of a POST */
        {{"see-other /a /b\npermanent /b /c only=GET", "POST /a"},
         "303 /c 0 REACHED 2"},
        {{"see-other /a /b\npermanent /b /c only=POST", "POST /a"},
         "303 /b 0 REACHED 1"},
        {{AB "permanent /b /c only=GET", "POST /a"}, "308 /b 86400 REACHED 1"},
        {{AB "permanent /b /c only=GET", "GET /a"}, "301 /c 86400 REACHED 2"},
        {{AB "permanent /b /c only=GET", "HEAD /a"}, "301 /c 86400 REACHED 2"},
        {{AB "permanent /b /p only=POST\npermanent /b /c", "POST /a"},
         "308 /p 86400 REACHED 2"},
        {{AB "permanent /b /p only=POST\npermanent /b /c", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{"permanent /a /b method=get\npermanent /b /c only=GET", "POST /a"},
         "303 /c 86400 REACHED 2"},
        /* a 303 to one's own URL does not repeat a POST */
        {{"see-other /a /a", "POST /a"}, "303 /a 0 REACHED 1"},
        {{"see-other /a /a", "GET /a"}, "no rule"},
        {{"see-other /a /a only=POST\npermanent /a /c", "POST /a"},
         "303 /c 0 REACHED 2"},
        {{AB "see-other /b /a", "POST /a"}, "308 /b 86400 DIFFERS 1"},
        {{"see-other /a /b\nsee-other /b /a", "POST /a"}, "303 - 0 LOOP 3"},
        {{"see-other /a /b only=POST\nsee-other /b /a", "POST /a"},
         "303 /a 0 REACHED 2"},
        /* what a client makes of a pinned 301 or 302 to a POST, nobody knows */
        {{"permanent /a /b code=301\npermanent /b /c", "POST /a"},
         "301 /b 86400 DIFFERS 1"},
        {{"temporary /a /b code=302\npermanent /b /c", "POST /a"},
         "302 /b 0 DIFFERS 1"},
        {{AB "permanent /b /c code=301\npermanent /c /d", "POST /a"},
         "308 /b 86400 DIFFERS 1"},
        {{"permanent /a /b code=301\npermanent /b /c", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{"permanent /a /b code=302\npermanent /b /c", "GET /a"},
         "302 /c 86400 REACHED 2"},
        {{"permanent /a /b code=308\npermanent /b /c code=301", "GET /a"},
         "308 /c 86400 REACHED 2"},
        /* method= at a hop */
        {{AB "permanent /b /c method=get", "POST /a"},
         "308 /b 86400 DIFFERS 1"},
        {{AB "permanent /b /c method=get", "GET /a"}, "301 /c 86400 REACHED 2"},
        {{"see-other /a /b\npermanent /b /c method=get", "POST /a"},
         "303 /c 0 REACHED 2"},
        {{AB "permanent /b /c method=pass", "POST /a"},
         "308 /b 86400 LEAVES 1"},
        {{AB "permanent /b /c method=pass", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{AB "see-other /b /c", "OPTIONS /a"}, "308 /b 86400 LEAVES 1"},
        {{AB "permanent /b /c", "OPTIONS /a"}, "308 /c 86400 REACHED 2"},
        {{AB "gone /b", "DELETE /a"}, "410 - 3600 GONE 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

/* -- dates, stages, max-age ------------------------------------------------ */

static void test_dates(void **state)
{
    static const row_t rows[] = {
        /* what will begin at a hop caps what may be stored now */
        {{AB "permanent /b /c starts=2026-01-01T00:01:00Z", "GET /a"},
         "301 /b 60 REACHED 1"},
        {{AB "permanent /b /c starts=2026-01-01T00:01:00Z\n"
             "permanent /b/* /d",
          "GET /a"},
         "301 /d 60 REACHED 2"},
        {{AB "permanent /b /c starts=2026-01-01T00:01:00Z\n"
             "permanent /b /e starts=2026-01-01T00:00:30Z",
          "GET /a"},
         "301 /b 30 REACHED 1"},
        {{AB "permanent /b /e starts=2026-01-01T00:00:30Z\n"
             "permanent /b /c starts=2026-01-01T00:01:00Z",
          "GET /a"},
         "301 /b 30 REACHED 1"},
        /* but not what clients will not see then */
        {{AB "permanent /b /c stage=observe starts=2026-01-01T00:01:00Z",
          "GET /a"},
         "301 /b 86400 REACHED 1"},
        {{AB "permanent /b /c stage=off starts=2026-01-01T00:01:00Z", "GET /a"},
         "301 /b 86400 REACHED 1"},
        {{AB "permanent /shut /c starts=2026-01-01T00:01:00Z\n"
             "permanent /b /shut",
          "GET /a"},
         "301 /shut 86400 REACHED 2"},
        {{AB "permanent /b /c starts=2027-01-01", "GET /a"},
         "301 /b 86400 REACHED 1"},
        {{AB "permanent /b /c max-age=10s\n"
             "gone /c starts=2026-01-01T00:01:00Z",
          "GET /a"},
         "301 /c 10 REACHED 2"},
        {{AB "permanent /b /c only=POST starts=2026-01-01T00:01:00Z", "GET /a"},
         "301 /b 86400 REACHED 1"},
        {{AB "permanent /a /y starts=2026-01-01T00:01:00Z\npermanent /b /c",
          "GET /a"},
         "301 /c 60 REACHED 2"},
        {{AB "permanent /b /c starts=2026-01-01T00:01:00Z", "GET /a",
          .trial = 1},
         "302 /b 0 REACHED 1"},
        {{"permanent /a /b max-age=none\n"
          "permanent /b /c starts=2026-01-01T00:01:00Z",
          "GET /a"},
         "301 /b -2 REACHED 1"},
        /* what will end at a hop likewise; what has ended does not */
        {{AB "permanent /b /c ends=2026-01-01T00:01:00Z", "GET /a"},
         "301 /c 60 REACHED 2"},
        {{AB "permanent /b /c ends=2026-01-01T00:00:00Z", "GET /a"},
         "301 /b 86400 REACHED 1"},
        {{AB "permanent /b /c starts=2026-01-01T00:00:00Z", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{AB "gone /b ends=2026-01-01T00:01:00Z", "GET /a"}, "410 - 60 GONE 2"},
        /* a hop that has not settled is on trial: not through it yet */
        {{AB "permanent /b /c settles=2026-01-01T00:01:00Z", "GET /a"},
         "301 /b 86400 STAGE 1"},
        {{AB "permanent /b /c settles=2026-01-01T00:00:00Z", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{"permanent /a /b settles=2026-01-01T00:01:00Z\npermanent /b /c",
          "GET /a"},
         "302 /c 0 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_stages(void **state)
{
    static const row_t rows[] = {
        {{AB "permanent /b /c stage=trial", "GET /a"}, "301 /b 86400 STAGE 1"},
        /* what is observed is passed over, as for a client */
        {{AB "permanent /b /c stage=observe", "GET /a"},
         "301 /b 86400 REACHED 1"},
        {{AB "permanent /b /c stage=observe\npermanent /b/* /d", "GET /a"},
         "301 /d 86400 REACHED 2"},
        {{AB "none /b stage=observe\npermanent /b/* /d", "GET /a"},
         "301 /d 86400 REACHED 2"},
        {{AB "permanent /b /c stage=observe if=\"true\"\n"
             "permanent /b/* /d",
          "GET /a"},
         "301 /d 86400 REACHED 2"},
        {{AB "permanent /b /c stage=off", "GET /a"}, "301 /b 86400 REACHED 1"},
        {{AB "permanent /b /c stage=off\npermanent /b/* /d", "GET /a"},
         "301 /d 86400 REACHED 2"},
        {{AB "none /b stage=trial", "GET /a"}, "301 /b 86400 STAGE 1"},
        {{AB "gone /b stage=trial", "GET /a"}, "301 /b 86400 STAGE 1"},
        {{"permanent /a /b stage=trial\npermanent /b /c stage=observe",
          "GET /a"},
         "302 /b 0 REACHED 1"},
        /* hops go by intent, so trial walks what live will */
        {{AB "permanent /b /c", "GET /a", .trial = 1}, "302 /c 0 REACHED 2"},
        {{AB "permanent /b /c", "POST /a", .trial = 1}, "307 /c 0 REACHED 2"},
        {{AB "temporary /b /c", "GET /a", .trial = 1}, "302 /b 0 DIFFERS 1"},
        {{AB "gone /b", "GET /a", .trial = 1}, "410 - 0 GONE 2"},
        {{"permanent /a /b stage=trial\npermanent /b /c", "GET /a"},
         "302 /c 0 REACHED 2"},
        {{"permanent /a /b code=301\npermanent /b /c code=308", "POST /a",
          .trial = 1},
         "302 /b 0 DIFFERS 1"},
        /* what is observed tells the code that live would send: here negative
         */
        {{AB "permanent /b /c", "GET /a", .observe = 1},
         "-301 /c 86400 REACHED 2"},
        {{AB "gone /b", "GET /a", .observe = 1}, "-410 - 3600 GONE 2"},
        {{AB "permanent /b /a", "GET /a", .observe = 1}, "-301 - 86400 LOOP 2"},
        /* a place says the stage and the max-age of what is asked there */
        {{"permanent /a /staged\npermanent /staged /c", "GET /a"},
         "301 /staged 86400 STAGE 1"},
        {{"permanent /staged/a /b\npermanent /b /c", "GET /staged/a"},
         "302 /c 0 REACHED 2"},
        {{"permanent /a /shut\npermanent /shut /c", "GET /a"},
         "301 /shut 86400 REACHED 1"},
        {{"permanent /a /aged\npermanent /aged /c", "GET /a"},
         "301 /c 7 REACHED 2"},
        {{"permanent /a /aged\npermanent /aged /c max-age=90s", "GET /a"},
         "301 /c 90 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_max_ages(void **state)
{
    static const row_t rows[] = {
        {{"permanent /a /b max-age=1h\npermanent /b /c max-age=1m\n"
          "permanent /c /d max-age=2h",
          "GET /a"},
         "301 /d 60 REACHED 3"},
        {{"permanent /a /b max-age=1m\npermanent /b /c", "GET /a"},
         "301 /c 60 REACHED 2"},
        {{"permanent /a /b max-age=none\npermanent /b /c", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{AB "permanent /b /c max-age=none", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{"permanent /a /b max-age=none\npermanent /b /c max-age=none",
          "GET /a"},
         "301 /c -2 REACHED 2"},
        {{AB "permanent /b /c max-age=0", "GET /a"}, "301 /c 0 REACHED 2"},
        /* a hop that it does not go through says nothing */
        {{AB "temporary /b /c max-age=1s", "GET /a"}, "301 /b 86400 DIFFERS 1"},
        {{AB "gone /b max-age=1m", "GET /a"}, "410 - 60 GONE 2"},
        {{"temporary /a /b max-age=1h\npermanent /b /c", "GET /a"},
         "302 /c 3600 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_all_ends_met(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < SEMR_WALK_END_COUNT; i++) {
        if (!seen[i]) {
            fail_msg("no walk ended so: %s", end_name(i));
        }
        assert_true(strlen(semr_walk_words(i)) > 5);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),     cmocka_unit_test(test_ten_hops),
        cmocka_unit_test(test_loops),    cmocka_unit_test(test_methods),
        cmocka_unit_test(test_dates),    cmocka_unit_test(test_stages),
        cmocka_unit_test(test_max_ages), cmocka_unit_test(test_all_ends_met),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
