/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: a line of expectations -> what is told of it; and Locations ->
 * whether they are one URL.
 *
 * The first line of the input is an expectation, the next two are Locations.
 * What has to hold: no message has a line break; an expectation that is written
 * and read again is the same one; what was got is what can be expected; URLs
 * are equal both ways, and to themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "build.h"
#include "expect.h"
#include "words.h"

static const char *const rules[] = {
    "permanent /old /new",
    "permanent /t/* https://www.test/u/*",
    "temporary /p/{a}/{b} /q/{b}?a={a} stage=trial",
    "permanent ~^/r(.*)$ /s$1",
    "gone /g/*",
    "none /n",
    "see-other /i?x={x} /x/{x}",
    "permanent /seen /s stage=observe",
    "permanent //h.test/* http://www.test/*",
    "permanent /l /m",
    "permanent /m /l",
};

enum {
    ENCODED = 7000,
    NOW = 1800000000,
    RULES = sizeof(rules) / sizeof(*rules)
};

static semr_ruleset_t set;

static void fail(const char *what, const char *text)
{
    fprintf(stderr, "%s:\n%s\n", what, text);
    abort();
}

static void build(void)
{
    static apr_pool_t *pool;
    semr_builder_t *builder;
    semr_rule_t rule;
    semr_diag_t diag;

    apr_pool_create(&pool, NULL);
    builder = semr_builder_create(pool);
    for (int i = 0; i < RULES; i++) {
        if (semr_rule_parse(&rule, pool, rules[i], 0, &diag) != APR_SUCCESS) {
            fail(rules[i], diag.text);
        }
        rule.file = "rules";
        semr_builder_add(builder, &rule);
    }
    if (semr_ruleset_open(&set, pool, semr_builder_freeze(builder, pool), 0,
                          &diag) != APR_SUCCESS) {
        fail("regexes", diag.text);
    }
}

static void check_line(const char *text)
{
    if (strpbrk(text, "\r\n")) {
        fail("more than one line", text);
    }
}

static const char *quoted(apr_pool_t *pool, const char *text)
{
    return semr_words_quote(pool, (semr_view_t){text, strlen(text)});
}

/* The expectation as it would be written */
static const char *line_of(apr_pool_t *pool, const semr_expect_t *expect)
{
    const char *host = expect->target.host;
    const char *url = expect->target.target;
    semr_expect_t bare = *expect;

    if (host) {
        int bracket = strchr(host, ':') != NULL;

        url = apr_psprintf(pool, "%s//%s%s%s%s%s",
                           expect->target.https < 0 ? ""
                           : expect->target.https   ? "https:"
                                                    : "http:",
                           bracket ? "[" : "", host, bracket ? "]" : "",
                           expect->target.port
                               ? apr_psprintf(pool, ":%u", expect->target.port)
                               : "",
                           url);
    }
    bare.location = NULL;
    bare.at = SEMR_NO_DATE;
    return apr_pstrcat(
        pool, "expect ", quoted(pool, expect->target.method), " ",
        quoted(pool, url), " ", semr_expect_words(&bare, pool), " ",
        expect->location ? quoted(pool, expect->location) : "",
        expect->at ? " at=" : "",
        expect->at ? semr_date_show(pool, expect->at) : "", NULL);
}

static void check_again(apr_pool_t *pool, const semr_expect_t *expect)
{
    const char *line = line_of(pool, expect);
    semr_expect_t again;
    semr_diag_t diag;

    if (strlen(expect->target.target) > ENCODED) {
        return; /* encoded, it may be too long to be read */
    }
    if (semr_expect_parse(&again, pool, line, &diag) != APR_SUCCESS) {
        fail(line, diag.text);
    }
    if (strcmp(line, line_of(pool, &again)) != 0 ||
        again.code != expect->code || again.intent != expect->intent ||
        again.at != expect->at) {
        fail("written and read again it is another", line);
    }
}

/* What was got is what can be expected. */
static void check_got(apr_pool_t *pool, semr_expect_asker_t *asker,
                      const semr_expect_t *expect)
{
    const semr_answer_t *answer = &asker->ask->answer;
    semr_expect_t other = *expect;
    const char *got;

    semr_expect_ask(asker, expect, pool, &got);
    other.code = 0;
    other.intent = SEMR_NONE;
    other.location = NULL;
    if (!expect->code && expect->intent != SEMR_NONE) {
        return; /* it was asked as if it were live */
    }
    if (asker->ask->fate == SEMR_FATE_ANSWERS) {
        other.code = answer->status;
        if (answer->status < 400 && answer->location.text) {
            other.location = apr_pstrdup(pool, answer->location.text);
        }
    }
    if (semr_expect_ask(asker, &other, pool, &got) != SEMR_EXPECT_HOLDS) {
        fail("what was got is not got",
             semr_expect_tell(&other, SEMR_EXPECT_FAILS, got, pool));
    }
}

static int is_ours(void *baton, const semr_origin_t *origin)
{
    (void)baton;
    return semr_view_equal(origin->host, semr_view("www.test", 8));
}

static void check_expect(apr_pool_t *pool, const char *line)
{
    const semr_ruleset_t *const sets[] = {&set};
    const semr_space_t space = {sets, 1, NULL};
    semr_judge_t judge = {.stage = SEMR_LIVE, .now = NOW};
    semr_ask_t *ask = apr_pcalloc(pool, sizeof(*ask));
    semr_expect_asker_t asker = {
        .ask = ask, .host = {"www.test", 8}, .port = 80};
    semr_expect_t expect;
    semr_expect_end_t end;
    semr_diag_t diag;
    const char *got;

    if (semr_expect_parse(&expect, pool, line, &diag) != APR_SUCCESS) {
        check_line(diag.text);
        return;
    }
    check_again(pool, &expect);
    ask->spaces = &space;
    ask->nspaces = 1;
    ask->judge = &judge;
    ask->is_ours = is_ours;
    end = semr_expect_ask(&asker, &expect, pool, &got);
    check_line(semr_expect_tell(&expect, end, got, pool));
    check_got(pool, &asker, &expect);
}

static void check_same(apr_pool_t *pool, const char *a, const char *b)
{
    semr_request_t request = {
        .pool = pool, .host = {"www.test", 8}, .port = 80};
    const char *full = apr_pstrcat(pool, "http://www.test", a, NULL);

    if (semr_expect_same(a, b, &request, pool) !=
        semr_expect_same(b, a, &request, pool)) {
        fail(a, b);
    }
    if (*a == '/' && a[1] != '/' &&
        !semr_expect_same(a, full, &request, pool)) {
        fail("relative and absolute", a);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static int started;
    char *lines[3] = {NULL, NULL, NULL}, *rest;
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        build();
        started = 1;
    }
    apr_pool_create(&pool, NULL);
    rest = apr_pstrmemdup(pool, (const char *)data, size);
    for (int i = 0; i < 3; i++) {
        lines[i] = rest;
        rest += strcspn(rest, "\n");
        if (*rest) {
            *rest++ = '\0';
        }
    }
    check_expect(pool, lines[0]);
    check_same(pool, lines[1], lines[2]);
    apr_pool_destroy(pool);
    return 0;
}
