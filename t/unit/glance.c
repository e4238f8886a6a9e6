/* SPDX-License-Identifier: Apache-2.0
 * A glance never passes over a line that matches, and does pass over most of
 * those that do not.
 */
#include "build.h"
#include "glance.h"
#include "lookup.h"
#include "views.h"

static unsigned seed = 20261121;

static unsigned pick(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % n;
}

static semr_view_t canonical(const char *path)
{
    return semr_url_path(pool, view(path));
}

/* -- rows ------------------------------------------------------------------ */

static const struct {
    const char *line;
    const char *path;
    int flags;
    int might;
} rows[] = {
    {"permanent /old /new", "/old", 0, 1},
    {"permanent /old /new", "/old/", 0, 1},
    {"permanent /old/ /new", "/old", 0, 1},
    {"permanent /old /new", "/older", 0, 0},
    {"permanent /old /new", "/ol", 0, 0},
    {"permanent /old /new", "/old/x", 0, 0},
    {"permanent /old /new", "/new", 0, 0},
    {"permanent /old /new", "/n%20w", 0, 0},
    {"permanent /Old /new case=ignore", "/oLD", 0, 1},
    {"permanent /blog/* /news/*", "/blog", 0, 1},
    {"permanent /blog/* /news/*", "/blog/a/b", 0, 1},
    {"permanent /blog/* /news/*", "/blogger", 0, 0},
    {"permanent /u/{n} /p/{n}", "/u/joe", 0, 1},
    {"permanent /u/{n} /p/{n}", "/v/joe", 0, 0},
    {"permanent /i?id=5 /five", "/i", 0, 1},
    {"permanent /i?id=5 /five", "/j", 0, 0},
    {"permanent / /home", "/", 0, 1},
    {"permanent / /home", "/a", 0, 0},
    {"permanent /* /home", "/a", 0, 1},
    {"permanent \"/a b\" /c", "/a%20b", 0, 1},
    {"permanent /caf\xc3\xa9 /c", "/caf%C3%A9", 0, 1},
    {"permanent ~^/shop/(\\d+)$ /s/$1", "/shop/1", 0, 1},
    {"permanent ~^/shop/[0-9] /s", "/blog/1", 0, 0},
    {"permanent ~^/shops?/[0-9] /s", "/shop/1", 0, 1},
    {"permanent ~^/shop|^/blog /s", "/blog/1", 0, 1},
    {"permanent ~*^/Shop /s", "/sHOP", 0, 1},
    {"permanent ~html$ /s", "/x", 0, 1},
    {"permanent ^/shop/x /s", "/blog", SEMR_RULE_REGEX, 0},
    {"permanent ^/shop/x /s", "/shop/x", SEMR_RULE_REGEX, 1},
};

static void judges(void **state)
{
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        assert_true(semr_glance_applies(rows[i].line));
        if (semr_glance(rows[i].line, rows[i].flags, canonical(rows[i].path)) !=
            rows[i].might) {
            fail_msg("%s on %s: expected %d", rows[i].line, rows[i].path,
                     rows[i].might);
        }
    }
}

static void does_not_apply(void **state)
{
    static const char *const lines[] = {
        "permanent /x/../a /b", "permanent /./a /b", "permanent /a//b /c",
        "permanent /%2e%2e/a /b", "permanent //h.test/a /b"};
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(lines); i++) {
        assert_false(semr_glance_applies(lines[i]));
    }
    assert_true(semr_glance_applies("permanent /a https://h.test/..//b"));
}

/* -- against the lookup ---------------------------------------------------- */

static const char *some_path(int pattern)
{
    static const char *const parts[] = {"a",   "b",   "ab",    "A",   "aB",
                                        "a.b", "%61", "a%20b", "(a)", "%C3%A9",
                                        "..",  ".",   "-",     "{x}", "b{x}"};
    const char *path = "";
    unsigned i, n = 1 + pick(3);

    for (i = 0; i < n; i++) {
        path = apr_pstrcat(pool, path, pick(12) ? "/" : "//",
                           parts[pick(pattern ? 15 : 13)], NULL);
    }
    return path;
}

static const char *some_line(void)
{
    static const char *const ends[] = {"", "", "/", "/*", "/*", "?q=1"};
    static const char *const regexes[] = {
        "~^/a",   "~^/ab?$", "~^/a+b",   "~*^/A/B", "~b$",
        "~^/a|b", "~^/a-b",  "~^/(a|b)", "~^/a{2}", "~^/A"};
    const char *from =
        pick(6) ? apr_pstrcat(pool, some_path(1), ends[pick(6)], NULL)
                : regexes[pick(10)];

    return apr_pstrcat(pool, "gone ", from, pick(4) ? "" : " case=ignore",
                       NULL);
}

static int matches(const semr_rule_t *rule, semr_view_t path)
{
    semr_builder_t *builder = semr_builder_create(pool);
    semr_request_t request;
    semr_ruleset_t set;
    const semr_ruleset_t *sets[] = {&set};
    semr_lookup_t lookup;
    semr_candidate_t candidate;
    semr_diag_t diag;

    assert_int_equal(semr_builder_add(builder, rule), APR_SUCCESS);
    assert_int_equal(semr_ruleset_open(&set, pool,
                                       semr_builder_freeze(builder, pool), 0,
                                       &diag),
                     APR_SUCCESS);
    memset(&request, 0, sizeof(request));
    request.pool = pool;
    request.path = path;
    request.query = semr_view("q=1", 3);
    semr_lookup_start(&lookup, &request, sets, 1);
    return semr_lookup_next(&lookup, &candidate);
}

static void never_wrong(void **state)
{
    int n, found = 0, passed_over = 0;

    (void)state;
    for (n = 0; n < 60000; n++) {
        semr_rule_t rule;
        semr_diag_t diag;
        const char *line;
        semr_view_t path;

        apr_pool_clear(pool);
        line = some_line();
        path = canonical(some_path(0));
        if (!semr_glance_applies(line) ||
            semr_rule_parse(&rule, pool, line, 0, &diag) != APR_SUCCESS) {
            continue;
        }
        if (semr_glance(line, 0, path)) {
            found += matches(&rule, path);
            continue;
        }
        passed_over++;
        if (matches(&rule, path)) {
            fail_msg("passed over: %s on %.*s", line, (int)path.len, path.p);
        }
    }
    assert_true(found > 1000);
    assert_true(passed_over > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(judges),
                                       cmocka_unit_test(does_not_apply),
                                       cmocka_unit_test(never_wrong)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("glance", tests, start, stop);
}
