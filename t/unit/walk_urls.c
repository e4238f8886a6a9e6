/* SPDX-License-Identifier: Apache-2.0
 * Walks: what becomes of the URL on the way.  Queries, fragments, hosts and
 * schemes, two spaces, long URLs, and what is allocated for it.
 */
#include "walk_use.h"

static void test_fragments(void **state)
{
    static const row_t rows[] = {
        {{"permanent /a /b#one\npermanent /b /c#two", "GET /a"},
         "301 /c#two 86400 REACHED 2"},
        {{"permanent /a /b#one\npermanent /b /c\npermanent /c /d", "GET /a"},
         "301 /d#one 86400 REACHED 3"},
        {{AB "permanent /b /c#two", "GET /a"}, "301 /c#two 86400 REACHED 2"},
        {{"permanent /a /b?x=1#one\npermanent /b /c", "GET /a?y=2"},
         "301 /c?x=1&y=2#one 86400 REACHED 2"},
        {{"permanent /a /b#one\npermanent /b https://other.test/c", "GET /a"},
         "301 https://other.test/c#one 86400 ELSEWHERE 2"},
        {{"permanent /a /b#one\ngone /b", "GET /a"}, "410 - 3600 GONE 2"},
        {{"permanent /a /b#one\ntemporary /b /c#two", "GET /a"},
         "301 /b#one 86400 DIFFERS 1"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_queries(void **state)
{
    static const row_t rows[] = {
        {{AB "permanent /b /c", "GET /a?x=1&y=%20"},
         "301 /c?x=1&y=%20 86400 REACHED 2"},
        {{AB "permanent /b /c query=drop", "GET /a?x=1"},
         "301 /c 86400 REACHED 2"},
        {{"permanent /a /b?\npermanent /b /c", "GET /a?x=1"},
         "301 /c 86400 REACHED 2"},
        {{"permanent /a /b?\npermanent /b?x=1 /c", "GET /a?x=1"},
         "301 /b 86400 REACHED 1"},
        {{AB "permanent /b?x=1 /c", "GET /a?y=2&x=1"},
         "301 /c?y=2 86400 REACHED 2"},
        {{AB "permanent /b?x=1 /c", "GET /a?x=2"},
         "301 /b?x=2 86400 REACHED 1"},
        {{"permanent /a /b?id=7\npermanent /b?id={n} /p/{n}", "GET /a?z"},
         "301 /p/7?z 86400 REACHED 2"},
        {{"permanent /a /b?x=1\npermanent /b /c?x=2", "GET /a?x=3"},
         "301 /c?x=2 86400 REACHED 2"},
        {{"permanent /p?id={n} /q/{n}\npermanent /q/{n}/* /r/{n}/*",
          "GET /p?id=a%2Fb&k=1"},
         "301 /r/a%2Fb?k=1 86400 REACHED 2"},
        {{"permanent /x/* /find?page=*\npermanent /find?page=a/b /found",
          "GET /x/a/b"},
         "301 /found 86400 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_kinds(void **state)
{
    static const row_t rows[] = {
        {{"permanent /x/* /y/*\npermanent /y/* /z/*", "GET /x/a%20b/"},
         "301 /z/a%20b/ 86400 REACHED 2"},
        {{"permanent /{y}/k/{n} /n/{n}.{y}\n"
          "permanent ~^/n/(\\w+)\\.(\\w+)$ /m/$2-$1\n"
          "permanent /M/* /done/* case=ignore",
          "GET /2024/k/kettle"},
         "301 /done/2024-kettle 86400 REACHED 3"},
        {{"permanent /A /Big case=ignore\npermanent /big /c case=ignore",
          "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{"permanent ~*^/A$ /B1\npermanent ~*^/b1$ /c", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{"permanent /a \"/b c\"\npermanent ~^/b\\x20c$ /d", "GET /a"},
         "301 /d 86400 REACHED 2"},
        {{"permanent /a /b/ slash=exact\npermanent /b /c", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{"permanent ~^/e/(.*)$ /f/$1/x\npermanent /f/x /g", "GET /e/"},
         "301 /g 86400 REACHED 2"},
        {{"permanent /go/* /*\npermanent /evil.test/* /caught/*",
          "GET /go/evil.test/x"},
         "301 /caught/x 86400 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_hosts(void **state)
{
    static const row_t rows[] = {
        {{"permanent /a http://www.test/b\npermanent /b /c", "GET /a"},
         "301 http://www.test/c 86400 REACHED 2"},
        {{"permanent /a http://alias.test/b\npermanent /b /c", "GET /a"},
         "301 http://alias.test/c 86400 REACHED 2"},
        {{"permanent /a http://www.test:8080/b\npermanent /b /c", "GET /a"},
         "301 http://www.test:8080/c 86400 REACHED 2"},
        {{"permanent /a http://www.test:81/b\npermanent /b /c", "GET /a"},
         "301 http://www.test:81/b 86400 ELSEWHERE 1"},
        {{"permanent /a http://other.test/b\npermanent /b /c", "GET /a"},
         "301 http://other.test/b 86400 ELSEWHERE 1"},
        {{"permanent /a https://www.test/b\npermanent /b /c", "GET /a"},
         "301 https://www.test/c 86400 REACHED 2"},
        {{"permanent /a https://www.test/b\npermanent /b /c", "GET /a",
          .alone = 1},
         "301 https://www.test/b 86400 ELSEWHERE 1"},
        {{"permanent /a https:/b\npermanent /b /c", "GET /a"},
         "301 https://www.test/c 86400 REACHED 2"},
        {{"permanent /a https:/b\npermanent /b /c", "GET /a", .alone = 1},
         "301 https://www.test/b 86400 ELSEWHERE 1"},
        {{"permanent /a http://[::1]/b\npermanent /b https:/c", "GET /a"},
         "301 https://[::1]/c 86400 REACHED 2"},
        /* rules of a host, at the hop and where the walk was not sent away */
        {{"permanent /a http://alias.test/b\npermanent //alias.test/b /c\n"
          "permanent //www.test/b /d",
          "GET /a"},
         "301 http://alias.test/c 86400 REACHED 2"},
        {{AB "permanent //alias.test/b /c\npermanent //www.test/b /d",
          "GET /a"},
         "301 /d 86400 REACHED 2"},
        {{AB "permanent //alias.test/b /c\npermanent //www.test/b /d",
          "GET http://alias.test/a"},
         "301 /c 86400 REACHED 2"},
        {{AB "permanent //www.test:8080/b /c", "GET http://www.test:8080/a"},
         "301 /c 86400 REACHED 2"},
        {{AB "permanent //www.test:8080/b /c", "GET /a"},
         "301 /b 86400 REACHED 1"},
        {{"permanent //alias.test/* http://www.test/*\n"
          "permanent //www.test/a /b",
          "GET http://alias.test/a"},
         "301 http://www.test/b 86400 REACHED 2"},
        /* https: in the middle */
        {{AB "permanent /b https:/c\npermanent /c /d", "GET /a"},
         "301 https://www.test/d 86400 REACHED 3"},
        {{AB "permanent http://www.test/* https:\npermanent /b /c", "GET /a"},
         "301 https://www.test/c 86400 REACHED 3"},
        {{"permanent http://www.test/* https:\npermanent https://www.test/a /b",
          "GET /a?x"},
         "301 https://www.test/b?x 86400 REACHED 2"},
        {{"permanent /a http://alias.test/b\npermanent /b https:/c", "GET /a"},
         "301 https://alias.test/c 86400 REACHED 2"},
        {{"permanent /a https:\npermanent /* http:", "GET /x"}, "no rule"},
        {{"permanent http://www.test/a https:\n"
          "permanent https://www.test/a http:",
          "GET /a"},
         "301 - 86400 LOOP 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

/* as for HTTP/1.0 */
static void test_absolute(void **state)
{
    static const row_t rows[] = {
        {{AB "permanent /b /c", "GET /a", .absolute = 1},
         "301 http://www.test/c 86400 REACHED 2"},
        {{AB "permanent /b https:/c\npermanent /c /d", "GET /a", .absolute = 1},
         "301 https://www.test/d 86400 REACHED 3"},
        /* they send who asked for an alias to the server's own name */
        {{"permanent /a /a", "GET http://alias.test/a", .absolute = 1},
         "301 http://www.test/a 86400 REACHED 1"},
        {{AB "permanent //alias.test/b /c", "GET http://alias.test/a",
          .absolute = 1},
         "301 http://www.test/b 86400 REACHED 1"},
        {{AB "permanent //www.test/b /c", "GET http://alias.test/a",
          .absolute = 1},
         "301 http://www.test/c 86400 REACHED 2"},
        {{AB "permanent /b /a", "GET /a", .absolute = 1}, "301 - 86400 LOOP 2"},
        {{"permanent /a http://alias.test/b\npermanent /b /c", "GET /a",
          .absolute = 1},
         "301 http://alias.test/c 86400 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

/* A virtual host's rules come before those that it inherits, at each hop. */
static void test_spaces(void **state)
{
    static const row_t rows[] = {
        {{AB "--\npermanent /b /c", "GET /a"}, "301 /c 86400 REACHED 2"},
        {{"permanent /b /c\n--\n" AB, "GET /a"}, "301 /c 86400 REACHED 2"},
        {{AB "permanent /b/* /own\n--\npermanent /b /c", "GET /a"},
         "301 /own 86400 REACHED 2"},
        {{AB "permanent /b /own stage=off\n--\npermanent /b /c", "GET /a"},
         "301 /c 86400 REACHED 2"},
        {{AB "none /b\n--\npermanent /b /c", "GET /a"},
         "301 /b 86400 LEAVES 1"},
        {{AB "--\npermanent /b /c\ngone /c", "GET /a"}, "410 - 3600 GONE 3"},
        {{AB "--\npermanent /b /a", "GET /a"}, "301 - 86400 LOOP 2"},
        {{"permanent /x/* /y/*\n--\npermanent /y/* /x/x/*", "GET /x/p"},
         "301 - 86400 LOOP 10"},
        {{"--\n" AB "permanent /b /c", "GET /a"}, "301 /c 86400 REACHED 2"},
    };

    (void)state;
    expect_all(rows, ROWS(rows));
}

static void test_hops_told(void **state)
{
    static const scene_t scene = {
        AB "--\npermanent /b /c code=308\ntemporary /c /d", "GET /a"};

    (void)state;
    expect(&scene, "301 /c 86400 DIFFERS 2");
    assert_int_equal(walk.hops[0].space, 0);
    assert_int_equal(walk.hops[0].line, 1);
    assert_int_equal(walk.hops[0].status, 301);
    assert_string_equal(walk.hops[0].location.text, "/b");
    assert_int_equal(walk.hops[1].space, 1);
    assert_int_equal(walk.hops[1].line, 3);
    assert_int_equal(walk.hops[1].number, 0);
    assert_int_equal(walk.hops[1].status, 308);
    assert_ptr_equal(walk.next.set, &rulesets[1]);
    assert_int_equal(walk.next.line, 4);
    assert_int_equal(walk.next.number, 1);
    assert_int_equal(walk.next.status, 302);
}

/* -- memory ---------------------------------------------------------------- */

/* A pool hands out its memory in a row, so what lies between two allocations
 * is what was allocated in between. */
static apr_size_t allocated(semr_judge_t *judge, const char **got)
{
    char *before, *after;
    apr_pool_t *own, *usual = judge->request->pool;

    apr_pool_create(&own, pool);
    judge->request->pool = own;
    before = apr_palloc(own, 8);
    *got = ask_rules(judge);
    after = apr_palloc(own, 8);
    judge->request->pool = usual;
    return (apr_size_t)(after - before) - 8;
}

/* The answer's own Location is all that a usual walk takes from the pool. */
static void test_no_allocation(void **state)
{
    static const struct {
        const char *rules;
        apr_size_t end; /* bytes of the Location, with its zero */
    } rows[] = {
        {AB, 7},
        {AB "permanent /b /c\npermanent /c /d\npermanent /d /long/one", 14},
        {"permanent /* /x/y*\n", 0}, /* a loop */
        {AB "permanent /b/* /c/*\npermanent /c http://www.test/d#x\n"
            "permanent /d /e",
         24},
        {AB "gone /b", 0},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        scene_t scene = {rows[i].rules, "GET /a?x=1"};
        semr_request_t request;
        semr_judge_t judge;
        const char *got;
        apr_size_t bytes;

        set_scene(&scene, &judge, &request);
        walk.scope = NULL; /* ours allocates */
        bytes = allocated(&judge, &got);
        if (bytes != APR_ALIGN_DEFAULT(rows[i].end)) {
            fail_msg("%s: %zu bytes, not %zu: %s", rows[i].rules, bytes,
                     rows[i].end, got);
        }
    }
}

/* Longer together, or each, than the walk's room */
static void test_long_urls(void **state)
{
    static const int lengths[] = {10,   1000, 1637, 1638, 1639, 2047, 2048,
                                  4095, 4096, 8180, 8191, 8192, 9000, 50000};
    static const char rules[] =
        "permanent /a/* /b/*?k=1#frag\npermanent /b/* /c/*\n"
        "permanent ~^/c/(.*)$ /d/$1\npermanent /D/* /e/* case=ignore\n"
        "permanent /e/{x}/* http://www.test/f/{x}/*";
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(lengths); i++) {
        char *tail = apr_palloc(pool, lengths[i] + 1);
        scene_t scene = {rules, NULL};

        memset(tail, 'x', lengths[i]);
        tail[lengths[i] / 2] = '/';
        tail[lengths[i]] = '\0';
        scene.ask = apr_psprintf(pool, "GET /a/%s?q=%.9s", tail, tail);
        expect(&scene,
               apr_psprintf(pool,
                            "301 http://www.test/f/%s?k=1&q=%.9s#frag 86400 "
                            "REACHED 5",
                            tail, tail));
    }
}

/* -- what is remembered ---------------------------------------------------- */

/* Whether the first rule is known to lead to an end once it was asked for */
static int is_learned(const char *rules, const char *ask)
{
    scene_t scene = {rules, ask};

    plainly = 1;
    ends.bits = NULL;
    walked(&scene);
    plainly = 0;
    return semr_ends_know(&ends, 0);
}

static void test_ends_learned(void **state)
{
    (void)state;
    assert_true(is_learned("permanent /a /b", "GET /a"));
    assert_true(is_learned("permanent /a /b", "GET /a?x=1"));
    assert_true(is_learned("permanent /a /b?y=2#f", "POST /a"));
    assert_true(is_learned("permanent /a/* /b", "GET /a/x"));
    assert_true(is_learned("gone /x\npermanent /a /b\n", "GET /a") == 0);
    assert_true(is_learned("permanent /a /b\npermanent ~^/c /d", "GET /a"));
    assert_true(is_learned("permanent /a /b\n--\npermanent /c /d", "GET /a"));
    assert_true(is_learned("permanent /a/* http://o.test/b/*", "GET /a/x"));
    /* somebody else may get further */
    assert_false(is_learned("permanent /a /b\npermanent /b?x=1 /c", "GET /a"));
    assert_false(
        is_learned("permanent /a /b\npermanent /b /c only=PUT", "GET /a"));
    assert_false(is_learned("permanent /a /b\n--\npermanent /b /c", "GET /a"));
    assert_false(
        is_learned("permanent /a /b\npermanent //o.test/b /c", "GET /a"));
    /* it leads to more than one path */
    assert_false(is_learned("permanent /a/* /b/*", "GET /a/x"));
    assert_false(is_learned("permanent /a/{x} /b/{x}", "GET /a/x"));
    assert_false(is_learned("permanent /a http://www.test/b", "GET /a"));
    assert_false(is_learned("permanent /a /b%2Fc", "GET /a"));
    assert_false(is_learned("permanent //*.test/a http://*.new.test/a",
                            "GET http://o.test/a"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fragments), cmocka_unit_test(test_queries),
        cmocka_unit_test(test_kinds),     cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_absolute),  cmocka_unit_test(test_spaces),
        cmocka_unit_test(test_hops_told), cmocka_unit_test(test_no_allocation),
        cmocka_unit_test(test_long_urls), cmocka_unit_test(test_ends_learned),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
