/* SPDX-License-Identifier: Apache-2.0
 * What semredirect verify asks, rule by rule, and what it then tells.
 */
#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>

#include "arguments.h"
#include "commands.h"
#include "verify_questions.h"
#include "verify_tell.h"
#include "views.h"

/* -- questions ------------------------------------------------------------- */

/* A line of a map, what is asked for it, and what is expected; or, behind a
 * minus, why it is not.  "tree", "made up" say what is known of the end. */
static const struct {
    const char *line, *asked;
} rows[] = {
    {"permanent /old /new", "GET http://one.test/old 301 /new"},
    {"permanent /slash/ /new", "GET http://one.test/slash/ 301 /new"},
    {"permanent /t/* /u/*", "GET http://one.test/t 301 /u, tree"},
    {"permanent /e/* /u/* slash=exact", "GET http://one.test/e/ 301 /u/, tree"},
    {"permanent /one/* /page", "GET http://one.test/one 301 /page"},
    {"permanent /p-{id} /n-{id}",
     "GET http://one.test/p-xxxxxxxx 301 /n-xxxxxxxx, made up"},
    {"permanent /k-{id} /n", "GET http://one.test/k-xxxxxxxx 301 /n"},
    {"permanent /q?id=7 /n", "GET http://one.test/q?id=7 301 /n"},
    {"permanent /r?id={id} /n/{id}",
     "GET http://one.test/r?id=xxxxxxxx 301 /n/xxxxxxxx, made up"},
    {"permanent ~^/d-(\\d+)$ /n/$1",
     "GET http://one.test/d-1111111 301 /n/1111111, made up"},
    {"permanent ~^/(?=a)x /n", "-url"},
    {"permanent //b.test/h /n", "GET http://b.test/h 301 /n"},
    {"permanent //b.test:81/h /n", "GET http://b.test:81/h 301 /n"},
    {"permanent //*.c.test/h /n", "GET http://xxxxxxxx.c.test/h 301 /n"},
    {"permanent https://one.test/s /n", "-scheme"},
    {"permanent /old /other", "GET http://one.test/old 301 /new"},
    {"gone /g", "GET http://one.test/g 410"},
    {"none /alone", "GET http://one.test/alone no redirect"},
    {"temporary /off /n stage=off", "-nothing"},
    {"temporary /early /n starts=2999-01-01", "-nothing"},
    {"permanent /obs /n stage=observe",
     "GET http://one.test/obs nothing of what is only observed: 301 /n"},
    {"permanent /trial /n stage=trial",
     "GET http://one.test/trial 302 /n, no-store"},
    {"see-other /form /n only=POST", "-nothing"},
    {"permanent /chain /old", "GET http://one.test/chain 301 /new"},
    {"permanent /circle /circle2", "-nothing"},
    {"permanent /circle2 /circle", "-nothing"},
    {"permanent /away https://other.test/x",
     "GET http://one.test/away 301 https://other.test/x"}};

static const char *const expects[][2] = {
    {"expect GET /t/page 301 /u/page",
     "GET http://one.test/t/page 301 /u/page"},
    {"expect GET //b.test/h 301 /n", "GET http://b.test/h 301 /n"},
    {"expect GET /old 302 /new", "! 302 to /new"},
    {"expect GET /obs 301 /n", "GET http://one.test/obs nothing of what is "
                               "only observed: 301 /n"},
    {"expect GET /nowhere pass", "GET http://one.test/nowhere no redirect"},
    {"expect POST /old 308 /new", "-method"},
    {"expect GET /early 302 /n at=3000-01-01", "-date"},
    {"expect GET https://one.test/s 301 /n", "-scheme"}};

static char map_name[] = "/tmp/semr-asked-XXXXXX";
static cli_t cli;
static verify_plan_t plan = {.cli = &cli,
                             .host = "127.0.0.1",
                             .port = 8080,
                             .methods = {"GET"},
                             .nmethods = 1};

static const char *const words[] = {"verify", "--host", "one.test", map_name,
                                    NULL};

static verify_questions_t *make(void)
{
    verify_questions_t *questions;
    int fd = mkstemp(map_name);
    FILE *file = fdopen(fd, "w");
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        fprintf(file, "%s\n", rows[i].line);
    }
    for (i = 0; i < ROWS(expects); i++) {
        fprintf(file, "%s\n", expects[i][0]);
    }
    fclose(file);
    cli.pool = pool;
    cli.command = &cli_command_verify;
    assert_int_equal(cli_arguments_read(&cli, 4, words), CLI_ARGUMENTS_READ);
    questions = verify_questions_create(&plan);
    unlink(map_name);
    assert_non_null(questions);
    return questions;
}

static const char *asked(verify_questions_t *questions, apr_uint64_t number)
{
    verify_question_t question;
    verify_skip_t skip = verify_question(questions, number, pool, &question);

    if (skip != VERIFY_ASKED) {
        return apr_pstrcat(pool, "-", verify_skip_key(skip), NULL);
    }
    if (question.expected) {
        return apr_pstrcat(pool, "! ", question.expected, NULL);
    }
    return apr_pstrcat(pool, question.method, " ", question.url, " ",
                       verify_tell_wanted(&question.wanted, pool),
                       question.is_tree   ? ", tree"
                       : question.made_up ? ", made up"
                                          : "",
                       NULL);
}

static void test_questions(void **state)
{
    verify_questions_t *questions = make();
    apr_size_t i;

    (void)state;
    assert_int_equal(plan.rules.bad, 0);
    assert_int_equal(verify_questions_count(questions),
                     ROWS(rows) + ROWS(expects));
    for (i = 0; i < ROWS(expects); i++) {
        assert_string_equal(asked(questions, i), expects[i][1]);
    }
    for (i = 0; i < ROWS(rows); i++) {
        assert_string_equal(asked(questions, ROWS(expects) + i), rows[i].asked);
    }
}

/* -- what is told ---------------------------------------------------------- */

static apr_status_t take_bytes(void *baton, const char *bytes, apr_size_t len)
{
    char **text = baton;

    *text = apr_pstrcat(pool, *text, apr_pstrmemdup(pool, bytes, len), NULL);
    return APR_SUCCESS;
}

static void test_groups(void **state)
{
    char *text = apr_pstrdup(pool, "");
    semr_sink_t sink = {take_bytes, &text};
    verify_tell_t *tell = apr_palloc(pool, sizeof(*tell));
    semr_out_t out;
    unsigned line;

    (void)state;
    semr_out_start(&out, &sink);
    cli.out = &out;
    verify_tell_begin(tell, &plan);
    for (line = 40; line > 0; line--) { /* the last come first */
        verify_wrong_t wrong = {line % 8 ? VERIFY_CODE : VERIFY_CIRCLE,
                                "m",
                                line,
                                "GET",
                                "/a\033b",
                                "301 /b",
                                "302 /b"};

        verify_tell_wrong(tell, &wrong, pool);
    }
    verify_tell_end(tell);
    semr_out_finish(&out);
    assert_non_null(strstr(text, "Another code (35): "));
    assert_non_null(strstr(text, "and 15 more: --all\n"));
    assert_non_null(strstr(text, "In a circle (5): "));
    assert_true(strstr(text, "\nm:18: ") < strstr(text, "\nm:39: "));
    assert_null(strstr(text, "\nm:12: "));
    assert_non_null(strstr(text, "m:8: GET /a?b\n    expected 301 /b\n    got "
                                 "     302 /b\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_groups),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("cli_verify_asked", tests, start, stop);
}
