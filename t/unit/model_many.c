/* SPDX-License-Identifier: Apache-2.0
 * Many rules at one place, deep trees, and requests that nothing matches.
 */
#include "build.h"
#include "lookup.h"
#include "views.h"

enum { MANY = 10000, STEP = 7 };

static semr_builder_t *builder; /* of the set that is being made */

static void begin(void)
{
    builder = semr_builder_create(pool);
}

static apr_status_t add(const char *line)
{
    semr_diag_t diag = {NULL};
    semr_rule_t rule;
    apr_status_t rv = semr_rule_parse(&rule, pool, line, SEMR_RULE_IF, &diag);

    return rv == APR_SUCCESS ? semr_builder_add(builder, &rule) : rv;
}

static semr_ruleset_t *finish(void)
{
    semr_ruleset_t *set = apr_palloc(pool, sizeof(*set));
    semr_diag_t diag = {NULL};

    assert_int_equal(semr_ruleset_open(set, pool,
                                       semr_builder_freeze(builder, pool), 0,
                                       &diag),
                     APR_SUCCESS);
    return set;
}

/* The candidates as text: the order of each, and a blank behind it */
static const char *candidates(const semr_ruleset_t *set, const char *host,
                              const char *target)
{
    semr_request_t request = {.pool = pool, .port = 80, .host = view(host)};
    semr_candidate_t candidate;
    semr_lookup_t lookup;
    const char *text = "";
    semr_view_t path;

    assert_true(semr_url_split(target, &path, &request.query));
    request.path = semr_url_path(pool, path);
    semr_lookup_start(&lookup, &request, &set, set != NULL);
    while (semr_lookup_next(&lookup, &candidate)) {
        assert_ptr_equal(candidate.set, set);
        text = apr_psprintf(pool, "%s%u ", text, candidate.rule->number);
    }
    return text;
}

/* -- many rules at one place ----------------------------------------------- */

typedef struct many_t {
    const char *rule; /* FROM, with two numbers: the digits of n, halved */
    const char *ask;  /* what rule n alone matches, or NULL */
    const char *miss; /* what none of them matches */
} many_t;

static const many_t many[] = {
    {"/i?id=%d%02d", "/i?id=%d%02d", "/i?id=x"},
    {"/i?id=%d%02d", "/i/?a=1&id=%d%02d&b", "/i?a=1&b"},
    {"/i?id=%d%02d", "/i?id=x&i%%64=%d%02d&id=y", "/i?Id=000"},
    {"/i?c=%d&id=%d", "/i?c=%d&id=%d", "/i?c=1"},
    {"/i?c=%d&id=%d", "/i?x=1&y=2&c=%d&z&id=%d&c=x", "/i?id=1&id=2"},
    {"/i?page%d%02d", "/i?page%d%02d", "/i?page"},
    {"/i?page%d%02d", "/i?page=1&page%d%02d=", "/i?page000=1"},
    {"/i?n%d%02d={v}", "/i?n%d%02d=x", "/i?n000"},
    {"/i?id=%d%02d&p={p}", "/i?p=&p=1&id=%d%02d", "/i?id=000"},
    {"/i?p%d={p}&id=%d", "/i?p%d=5&id=%d", "/i?p1=5"},
    {"/i/*?id=%d%02d", "/i/a/b?id=%d%02d", "/ia?id=000"},
    {"/{x}/i?id=%d%02d", "/a/i?id=%d%02d", "/a/i"},
    {"/{x}/i/*?c=%d&id=%d", "/a/i/b/c?id=x&c=%d&id=%d", "/a/i/b/c"},
    {"//a.test/i?id=%d%02d", "/i?id=%d%02d", "/i"},
    {"//*.test/i?id=%d%02d", "/i?id=%d%02d", "/i?id=00"},
    {"//*.test/*?Id=%d%02d", "/i?Id=%d%02d", "/?id=000"},
    {"//h%d.p%d.test/*", NULL, "/"},
    {"/%d/%d", "/%d/%d/", "/1"},
    {"/%d/%d/*", "/%d/%d/x", "/1"},
    {"/%d/{x}/%d", "/%d/-/%d", "/1/-/2/3"},
    {"/a%d-{x}-%d-", "/a%d---%d-/", "/a1--2-"},
};

static void at_one_place(void **state)
{
    apr_pool_t *outer = pool;
    size_t i;
    int n;

    (void)state;
    apr_pool_create(&pool, outer);
    for (i = 0; i < ROWS(many); ++i) {
        const char *format = apr_pstrcat(pool, "none ", many[i].rule, NULL);
        semr_ruleset_t *set;

        begin();
        for (n = 0; n < MANY; ++n) {
            assert_int_equal(add(apr_psprintf(pool, format, n / 100, n % 100)),
                             APR_SUCCESS);
        }
        set = finish();
        for (n = (int)i % STEP; many[i].ask && n < MANY; n += STEP) {
            assert_string_equal(
                candidates(set, "a.test",
                           apr_psprintf(pool, many[i].ask, n / 100, n % 100)),
                apr_psprintf(pool, "%d ", n));
        }
        assert_string_equal(candidates(set, "a.test", many[i].miss), "");
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    pool = outer;
}

static void hosts(void **state)
{
    semr_ruleset_t *set;
    int n;

    (void)state;
    begin();
    for (n = 0; n < MANY; ++n) {
        add(apr_psprintf(
            pool, n % 2 ? "none //*.h%d.test/*" : "none //h%d.test/*", n / 2));
    }
    set = finish();
    for (n = 0; n < MANY; n += STEP) {
        const char *host =
            apr_psprintf(pool, "%sh%d.test", n % 2 ? "a.b." : "", n / 2);

        assert_string_equal(candidates(set, host, "/x"),
                            apr_psprintf(pool, "%d ", n));
    }
    assert_string_equal(candidates(set, "h.test", "/x"), "");
    assert_string_equal(candidates(set, "", "/x"), "");
}

/* More of them match: those of more parameters, then of more literal ones,
 * then in the order written */
static void several(void **state)
{
    static const struct {
        const char *ask, *want;
    } rows[] = {
        {"/i?id=7", "7 10000 10001 "},
        {"/i?id=9999&id=3&id=9999", "3 9999 10000 10001 "},
        {"/i?id=x", "10000 10001 "},
        {"/i?id=", "10001 "},
        {"/i", "10001 "},
        {"/i?c=1&id=9", "10002 10003 9 10000 10001 "},
        {"/i?c=1&id=8", "10003 8 10000 10001 "},
        {"/i?id=8&c=2&c=1&id=9", "10002 10003 8 9 10000 10001 "},
        {"/i/?id=5", "5 10000 10001 "},
        {"/i/x?id=5", ""},
    };
    semr_ruleset_t *set;
    size_t i;
    int n;

    (void)state;
    begin();
    for (n = 0; n < MANY; ++n) {
        add(apr_psprintf(pool, "permanent /i?id=%d /t", n));
    }
    add("permanent /i?id={id} /t/{id}");
    add("permanent /i /t");
    add("permanent /i?id=9&c=1 /t");
    add("permanent /i?id={id}&c=1 /t/{id}");
    set = finish();
    for (i = 0; i < ROWS(rows); ++i) {
        assert_string_equal(candidates(set, "", rows[i].ask), rows[i].want);
    }
}

/* -- each step of the order -------------------------------------------------
 */

/* What one place may be asked for in more, and the least that may be said */
typedef struct asks_t {
    int host; /* bytes of the name behind "*."; or one of these */
    int authority, params, literals, conditions, fold;
} asks_t;

enum { EXACT_HOST = 253, NO_HOST = 0 };

static char long_host[EXACT_HOST + 1]; /* x.a.a.a and so on */

static const char *line_of(const char *path, asks_t asks)
{
    const char *text = "none ", *host = long_host + EXACT_HOST - asks.host;
    int i;

    if (asks.host != NO_HOST) {
        text = apr_pstrcat(pool, text, asks.authority == 2 ? "http:" : "", "//",
                           asks.host == EXACT_HOST ? "" : "*.", host,
                           asks.authority > 0 ? ":80" : "", NULL);
    }
    text = apr_pstrcat(pool, text, path, NULL);
    for (i = 0; i < asks.params; ++i) {
        text = apr_psprintf(pool,
                            i < asks.literals ? "%s%cq%d=1" : "%s%cq%d={q%d}",
                            text, i ? '&' : '?', i, i);
    }
    return apr_pstrcat(pool, text, asks.conditions > 0 ? " only=GET" : "",
                       asks.conditions > 1 ? " ends=2030-01-01" : "",
                       asks.conditions > 2 ? " if=\"x\"" : "",
                       asks.fold ? " case=ignore" : "", NULL);
}

/* All there are, the best first, into lines; returns how many. */
static int all_lines(const char *path, const char **lines)
{
    static const int host[] = {EXACT_HOST, 251, 249, NO_HOST};
    static const int params[][2] = {{30, 30}, {30, 29}, {29, 29}, {29, 0},
                                    {1, 1},   {1, 0},   {0, 0}};
    asks_t asks;
    size_t h, p;
    int count = 0;

    for (h = 0; h < ROWS(host); ++h) {
        asks.host = host[h];
        for (asks.authority = asks.host ? 2 : 0; asks.authority >= 0;
             --asks.authority) {
            for (p = 0; p < 4 * ROWS(params); ++p) {
                asks.params = params[p / 4][0];
                asks.literals = params[p / 4][1];
                asks.conditions = 3 - (int)(p % 4);
                asks.fold = 0;
                lines[count++] = line_of(path, asks);
                asks.fold = 1;
                lines[count++] = line_of(path, asks);
            }
        }
    }
    return count;
}

static void steps(void **state)
{
    static const char *const paths[] = {"/i", "/i/*", "/{x}"};
    const char *lines[MANY], *query = "", *want, *ask;
    int i, count;
    size_t p;

    (void)state;
    for (i = 0; i < EXACT_HOST; ++i) {
        long_host[i] = i == 0 ? 'x' : i % 2 ? '.' : 'a';
    }
    for (i = 0; i < SEMR_PARAMS_MAX; ++i) {
        query = apr_psprintf(pool, "q%d=1&%s", i, query);
    }
    ask = apr_pstrcat(pool, "/i?", query, NULL);
    for (p = 0; p < ROWS(paths); ++p) {
        count = all_lines(paths[p], lines);
        want = "";
        begin();
        for (i = 0; i < count; ++i) { /* the worst is written first */
            assert_int_equal(add(lines[count - 1 - i]), APR_SUCCESS);
            want = apr_psprintf(pool, "%d %s", i, want);
        }
        assert_string_equal(candidates(finish(), long_host, ask), want);
    }
}

/* -- depth ----------------------------------------------------------------- */

static const char *segments(int n)
{
    char *text = apr_palloc(pool, 2 * (apr_size_t)n + 1);
    int i;

    for (i = 0; i < n; ++i) {
        memcpy(text + 2 * i, "/s", 2);
    }
    text[2 * n] = '\0';
    return text;
}

/* Trees of each depth: all that the path is in, the deepest first */
static void deep(void **state)
{
    static const int depths[] = {0, 1, 2, 31, 32, 62, 63, 64, 65, 300, 4000};
    semr_ruleset_t *set;
    size_t i;
    int n;

    (void)state;
    begin();
    for (n = 0; n <= SEMR_DEPTH_MAX; ++n) {
        assert_int_equal(add(apr_psprintf(pool, "none %s/*", segments(n))),
                         APR_SUCCESS);
    }
    set = finish();
    for (i = 0; i < ROWS(depths); ++i) {
        const char *path = segments(depths[i]), *want = "";

        for (n = 0; n <= SEMR_DEPTH_MAX && n <= depths[i]; ++n) {
            want = apr_psprintf(pool, "%d %s", n, want);
        }
        path = *path ? path : "/";
        assert_string_equal(candidates(set, "", path), want);
        assert_string_equal(
            candidates(set, "", apr_pstrcat(pool, path, "/", NULL)), want);
    }
}

/* One that is deeper than the index goes is refused, or found. */
static void too_deep(void **state)
{
    int n;

    (void)state;
    for (n = SEMR_DEPTH_MAX + 1; n <= 2 * SEMR_DEPTH_MAX + 4; ++n) {
        begin();
        if (add(apr_psprintf(pool, "none %s/*", segments(n))) == APR_SUCCESS) {
            assert_string_equal(candidates(finish(), "", segments(n + 1)),
                                "0 ");
        }
    }
}

/* -- nothing --------------------------------------------------------------- */

static void nothing(void **state)
{
    static const char *const asks[] = {
        "/",      "/b",       "/ab",   "/a/b", "/A",   "/?a=1", "/t",   "/u/",
        "/u/x/y", "/t/u?a=2", "/%61b", "/c",   "/c/d", "/r",    "/x/r",
    };
    semr_ruleset_t *set;
    size_t i;

    (void)state;
    assert_string_equal(candidates(NULL, "a.test", "/"), "");
    begin();
    set = finish(); /* no rules at all */
    assert_string_equal(candidates(set, "a.test", "/"), "");
    begin();
    add("none /a");
    add("none /t/*?a=1");
    add("none /u/{x} slash=exact host=b.test");
    add("none //b.test/c/*");
    add("none //*.a.test/c/*");
    add("none ~^/r$ host=b.test");
    set = finish();
    assert_int_equal(semr_image_rules(set->image), 6);
    for (i = 0; i < ROWS(asks); ++i) {
        assert_string_equal(candidates(set, "a.test", asks[i]), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_one_place), cmocka_unit_test(hosts),
        cmocka_unit_test(several),      cmocka_unit_test(steps),
        cmocka_unit_test(nothing),      cmocka_unit_test(deep),
        cmocka_unit_test(too_deep),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("model_many", tests, start, stop);
}
