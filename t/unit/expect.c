/* SPDX-License-Identifier: Apache-2.0
 * Expectations: their words, when two Locations are one URL, and what is told
 * of answers.
 */
#include "build.h"
#include "expect.h"
#include "views.h"

/* 2026-01-01T00:00:00Z */
#define NOW APR_INT64_C(1767225600)

/* -- words ----------------------------------------------------------------- */

/* What is read of a line: "METHOD target | words", or what is wrong */
static const char *read_line(const char *line)
{
    semr_expect_t expect;
    semr_diag_t diag = {NULL};

    if (semr_expect_parse(&expect, pool, line, &diag) != APR_SUCCESS) {
        assert_non_null(diag.text);
        assert_null(strchr(diag.text, '\n'));
        return diag.text;
    }
    return apr_psprintf(pool, "%s %s%s%s%s | %s", expect.target.method,
                        expect.target.https < 0 ? ""
                        : expect.target.https   ? "https:"
                                                : "http:",
                        expect.target.host ? "//" : "",
                        expect.target.host ? expect.target.host : "",
                        expect.target.target, semr_expect_words(&expect, pool));
}

static void words(void **state)
{
    static const struct {
        const char *line, *read;
    } rows[] = {
        {"expect GET /old 301", "GET /old | 301"},
        {" Expect  POST /old?a=b 308 /new ", "POST /old?a=b | 308 to /new"},
        {"expect M-SEARCH //H.test/x pass", "M-SEARCH //h.test/x | pass"},
        {"expect GET https://h.test 410", "GET https://h.test/ | 410"},
        {"expect GET /a none", "GET /a | pass"},
        {"expect GET /a temp /b", "GET /a | temporary to /b"},
        {"expect GET /a SEE-OTHER https://h.test/",
         "GET /a | see-other to https://h.test/"},
        {"expect GET \"/a b\" 302 \"/c d\"", "GET /a%20b | 302 to /c d"},
        {"expect GET /a 301 /b at=2027-01-15",
         "GET /a | 301 to /b at 2027-01-15"},
        {"expect GET /a gone at=2027-01-15T10:00:00Z",
         "GET /a | gone at 2027-01-15T10:00:00Z"},
        {"expect GET /a 301 at=2027-01-15 /b",
         "GET /a | 301 to /b at 2027-01-15"},
        {"expect GET /a 301 https://h.test/?a=b",
         "GET /a | 301 to https://h.test/?a=b"},
        {"expect GET /a 599", "GET /a | 599"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(read_line(rows[i].line), rows[i].read);
    }
}

/* Each names the value, and how it is mended. */
static void refused(void **state)
{
    static const struct {
        const char *line, *value, *mend;
    } rows[] = {
        {"permanent /a /b", "\"permanent\"", "Write expect METHOD"},
        {"expect", "METHOD", "expect GET /old 301 /new"},
        {"expect GET", "URL", "expect GET /old 301 /new"},
        {"expect GET /a", "CODE", "expect GET /old 301 /new"},
        {"expect /old 301 /new", "\"/old\" is no method", "write GET"},
        {"expect get /a 301", "\"get\"", "Write GET."},
        {"expect Options /a pass", "\"Options\"", "Write OPTIONS."},
        {"expect GET old 301", "\"old\"", "write a path"},
        {"expect GET * pass", "\"*\"", "write a path"},
        {"expect GET ftp://h/ 301", "\"ftp://h/\"", "write a path"},
        {"expect GET /a 200", "\"200\"", "Write pass"},
        {"expect GET /a 299", "\"299\"", "300 to 599"},
        {"expect GET /a 600", "\"600\"", "300 to 599"},
        {"expect GET /a 3010", "\"3010\"", "300 to 599"},
        {"expect GET /a 99999999999999999999", "99999", "300 to 599"},
        {"expect GET /a /b", "\"/b\"", "as in 301"},
        {"expect GET /a moved /b", "\"moved\"", "permanent, temporary"},
        {"expect GET /a 410 /b", "\"/b\"", "410 has no LOCATION"},
        {"expect GET /a gone /b", "\"/b\"", "gone has no LOCATION"},
        {"expect GET /a pass /b", "\"/b\"", "pass has no LOCATION"},
        {"expect GET /a 301 b", "\"b\"", "as in /new"},
        {"expect GET /a 301 www.example.com", "\"www.example.com\"",
         "https://www.example.com/new"},
        {"expect GET /a 301 /b /c", "\"/c\"", "Write expect METHOD"},
        {"expect GET /a 301 at=soon", "\"at=soon\"", "Write 2027-01-15"},
        {"expect GET /a 301 at=1970-01-01", "\"at=1970-01-01\"", "Write"},
        {"expect GET /a 301 at=2027-01-15 at=2027-01-16", "2027-01-16",
         "Write it once."},
        {"expect GET /a 301 note=x", "\"note=\"", "at=DATE"},
        {"expect GET \"/a 301", "\"/a 301", "is not closed"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *why = read_line(rows[i].line);

        if (!strstr(why, rows[i].value) || !strstr(why, rows[i].mend)) {
            fail_msg("%s: %s", rows[i].line, why);
        }
    }
}

/* -- Locations ------------------------------------------------------------- */

/* As asked on http://www.test:8080/ */
static void same(void **state)
{
    static const struct {
        const char *a, *b;
        int same;
    } rows[] = {
        {"/new", "/new", 1},
        {"/new", "http://www.test:8080/new", 1},
        {"/new", "HTTP://WWW.Test.:8080/new", 1},
        {"/new", "//www.test:8080/new", 1},
        {"/new", "http://www.test/new", 0},
        {"/new", "https://www.test:8080/new", 0},
        {"/new", "/New", 0},
        {"/new", "/new/", 0},
        {"/new", "/%6E%65w", 1},
        {"/caf%C3%A9", "/caf%c3%a9", 1},
        {"/caf%C3%A9", "/caf\xc3\xa9", 1},
        {"/a b", "/a%20b", 1},
        {"/a/./b/../c", "/a/c", 1},
        {"/a//b", "/a/b", 0},
        {"/a%2Fb", "/a/b", 0},
        {"/a%2fb", "/a%2Fb", 1},
        {"http://h.test", "http://h.test/", 1},
        {"http://h.test:80/a", "http://h.test/a", 1},
        {"https://h.test:443/a", "https://h.test/a", 1},
        {"https://h.test:80/a", "https://h.test/a", 0},
        {"https://h.test/a", "http://h.test/a", 0},
        {"http://[::1]:80/", "http://[::1]/", 1},
        {"http://[::1]:81/", "http://[::1]/", 0},
        {"/a?b", "/a?b", 1},
        {"/a?b", "/a?%62", 1},
        {"/a?b", "/a", 0},
        {"/a?b=%26", "/a?b=&", 0},
        {"/a?b/../c", "/a?c", 0},
        {"/a#x", "/a#x", 1},
        {"/a#x", "/a", 0},
        {"/a#x?y", "/a?y#x", 0},
        {"http://h.test?x", "http://h.test/?x", 1},
    };
    semr_request_t request = {.host = view("www.test"), .port = 8080};

    (void)state;
    request.pool = pool;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (semr_expect_same(rows[i].a, rows[i].b, &request, pool) !=
                rows[i].same ||
            semr_expect_same(rows[i].b, rows[i].a, &request, pool) !=
                rows[i].same) {
            fail_msg("%s and %s", rows[i].a, rows[i].b);
        }
    }
}

/* -- asking ---------------------------------------------------------------- */

static semr_ruleset_t set;
static const semr_ruleset_t *sets[] = {&set};
static semr_space_t space = {sets, 1, NULL};
static semr_ask_t ask;
static semr_judge_t judge;
static semr_expect_asker_t asker;

static int unknown(void *baton, const semr_candidate_t *candidate)
{
    (void)baton;
    (void)candidate;
    asker.conditions++;
    return 0;
}

static int is_ours(void *baton, const semr_origin_t *origin)
{
    (void)baton;
    return semr_view_equal(origin->host, view("www.test"));
}

static void build(const char *const *lines)
{
    semr_builder_t *builder = semr_builder_create(pool);
    semr_diag_t diag = {NULL};
    semr_rule_t rule;

    for (unsigned i = 0; lines[i]; i++) {
        if (semr_rule_parse(&rule, pool, lines[i], SEMR_RULE_IF, &diag)) {
            fail_msg("%s: %s", lines[i], diag.text);
        }
        rule.condition_id = rule.condition.len != 0;
        rule.file = "r";
        rule.line = i + 1;
        assert_int_equal(semr_builder_add(builder, &rule), APR_SUCCESS);
    }
    assert_int_equal(semr_ruleset_open(&set, pool,
                                       semr_builder_freeze(builder, pool), 0,
                                       &diag),
                     APR_SUCCESS);
    memset(&ask, 0, sizeof(ask));
    memset(&judge, 0, sizeof(judge));
    memset(&asker, 0, sizeof(asker));
    judge.now = NOW;
    judge.stage = SEMR_LIVE;
    judge.condition = unknown;
    ask.spaces = &space;
    ask.nspaces = 1;
    ask.judge = &judge;
    ask.is_ours = is_ours;
    asker.ask = &ask;
    asker.host = view("www.test");
    asker.port = 80;
}

/* NULL: it holds; else what is told */
static const char *asked(const char *line)
{
    semr_expect_t expect;
    semr_diag_t diag = {NULL};
    semr_expect_end_t end;
    const char *got;

    if (semr_expect_parse(&expect, pool, line, &diag) != APR_SUCCESS) {
        fail_msg("%s: %s", line, diag.text);
    }
    end = semr_expect_ask(&asker, &expect, pool, &got);
    return end == SEMR_EXPECT_HOLDS ? NULL
                                    : semr_expect_tell(&expect, end, got, pool);
}

static const char *const rules[] = {
    "permanent /old /new",                          /* 1 */
    "none /n",                                      /* 2 */
    "temporary /seen /s stage=observe",             /* 3 */
    "permanent /tried /t stage=trial",              /* 4 */
    "permanent /off /o stage=off",                  /* 5 */
    "permanent /l1 /l2",                            /* 6 */
    "permanent /l2 /l1",                            /* 7 */
    "permanent /post /p only=POST",                 /* 8 */
    "permanent /late /l starts=2027-01-01",         /* 9 */
    "gone /leak code=451",                          /* 10 */
    "permanent /if /i if=\"x\"",                    /* 11 */
    "permanent /away https://h.test/%7Ejane",       /* 12 */
    "permanent https://www.test/tls /tls-on-https", /* 13 */
    "permanent //other.test/o /other",              /* 14 */
    "permanent /back http://www.test/",             /* 15 */
    "permanent /settling /x settles=2027-01-01",    /* 16 */
    "see-other /post-get /done",                    /* 17 */
    "permanent /to-gone /leak",                     /* 18 */
    NULL,
};

static void holds(void **state)
{
    static const char *const lines[] = {
        "expect GET /old 301",
        "expect GET /old 301 /new",
        "expect GET /old?a=b 301 http://www.test/new?a=b",
        "expect POST /old 308 /new",
        "expect POST /old permanent",
        "expect GET /n pass",
        "expect GET /seen pass",
        "expect GET /seen temporary /s",
        "expect GET /tried 302 /t",
        "expect POST /tried 307 /t",
        "expect GET /tried permanent /t",
        "expect GET /off pass",
        "expect GET /l1 pass",
        "expect GET /post pass",
        "expect POST /post 308 /p",
        "expect GET /late pass",
        "expect GET /late 301 /l at=2027-01-01",
        "expect GET /late pass", /* the clock goes back */
        "expect GET /leak 451",
        "expect GET /leak gone",
        "expect GET /away 301 https://H.test/~jane",
        "expect GET https://www.test/tls 301 /tls-on-https",
        "expect GET /tls pass",
        "expect GET //other.test/o 301 http://other.test/other",
        "expect GET /o pass",
        "expect GET /back 301 /",
        "expect GET /settling 302",
        "expect GET /settling permanent",
        "expect GET /settling 301 at=2027-01-01",
        "expect POST /post-get see-other /done",
        "expect OPTIONS /post-get pass",
        "expect TRACE /old pass",
        "expect GET /to-gone 451",
        "expect GET /to-gone gone",
    };

    (void)state;
    build(rules);
    for (size_t i = 0; i < ROWS(lines); i++) {
        const char *why = asked(lines[i]);

        if (why) {
            fail_msg("%s", why);
        }
    }
}

static void fails(void **state)
{
    static const struct {
        const char *line, *told;
    } rows[] = {
        {"expect GET /old 301 /newer",
         "GET /old: expected 301 to /newer, got 301 to /new by r:1"},
        {"expect POST /old 301 /new",
         "POST /old: expected 301 to /new, got 308 to /new by r:1"},
        {"expect GET /old pass",
         "GET /old: expected pass, got 301 to /new by r:1"},
        {"expect GET /old temporary",
         "GET /old: expected temporary, got 301 to /new by r:1"},
        {"expect GET /x 301",
         "GET /x: expected 301, got pass: no rule matches"},
        {"expect GET /n 301",
         "GET /n: expected 301, got pass: r:2 leaves this request alone"},
        {"expect GET /seen 302", "GET /seen: expected 302, got pass: r:3 is "
                                 "only observed: 302 to /s is not sent"},
        {"expect GET /tried 301",
         "GET /tried: expected 301, got 302 to /t by r:4, on trial"},
        {"expect GET /off 301", "GET /off: expected 301, got pass: r:5 is off"},
        {"expect GET /off permanent",
         "GET /off: expected permanent, got pass: r:5 is off"},
        {"expect GET /l1 301", "GET /l1: expected 301, got pass: r:6 leads in "
                               "a circle, so nobody is redirected"},
        {"expect GET /post 301", "GET /post: expected 301, got pass: r:8 is "
                                 "not for this method"},
        {"expect GET /late 301",
         "GET /late: expected 301, got pass: r:9 does not hold yet"},
        {"expect GET /late pass at=2028-01-01",
         "GET /late: expected pass at 2028-01-01, got 301 to /l by r:9"},
        {"expect GET /leak 410", "GET /leak: expected 410, got 451 by r:10"},
        {"expect TRACE /old 301", "TRACE /old: expected 301, got pass: "
                                  "requests by this method are left alone"},
        {"expect GET /if 301",
         "GET /if: expected 301: a rule that matches has a condition (if=), "
         "which nobody knows before a client asks"},
        {"expect GET /if pass",
         "GET /if: expected pass: a rule that matches has a condition (if=), "
         "which nobody knows before a client asks"},
    };

    (void)state;
    build(rules);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *told = asked(rows[i].line);

        assert_string_equal(told ? told : rows[i].line, rows[i].told);
    }
}

/* Where any stage will do, what is not yet sent counts, and what is, too. */
static void any_stage(void **state)
{
    static const char *const lines[] = {
        "expect GET /seen 302 /s",  "expect GET /seen pass",
        "expect GET /tried 301 /t", "expect GET /tried 302 /t",
        "expect GET /settling 301", "expect GET /late 301 at=2027-06-01",
    };

    (void)state;
    build(rules);
    asker.any_stage = 1;
    for (size_t i = 0; i < ROWS(lines); i++) {
        assert_null(asked(lines[i]));
    }
    assert_string_equal(asked("expect GET /tried 308"),
                        "GET /tried: expected 308, got 302 to /t by r:4, on "
                        "trial");
    assert_non_null(asked("expect GET /off 301"));
    assert_non_null(asked("expect GET /old pass"));
}

static void scope(void *baton, semr_judge_t *of)
{
    (void)baton;
    of->stage =
        semr_view_equal(of->request->path, view("/old")) ? SEMR_OFF : SEMR_LIVE;
}

/* The stage of one URL's scope is not the next one's. */
static void scopes(void **state)
{
    (void)state;
    build(rules);
    ask.scope = scope;
    assert_string_equal(asked("expect GET /old 301"),
                        "GET /old: expected 301, got pass: r:1 is off");
    assert_null(asked("expect GET /post-get 303"));
    ask.scope = NULL;
    assert_null(asked("expect GET /old 301"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),  cmocka_unit_test(refused),
        cmocka_unit_test(same),   cmocka_unit_test(holds),
        cmocka_unit_test(fails),  cmocka_unit_test(any_stage),
        cmocka_unit_test(scopes),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
