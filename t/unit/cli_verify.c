/* SPDX-License-Identifier: Apache-2.0
 * Parts of semredirect verify: the rate, by a given clock; the journal, torn,
 * changed and taken up; ends as hashes; judging replies.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>

#include "verify_journal.h"
#include "verify_judge.h"
#include "verify_rate.h"
#include "verify_seen.h"
#include "views.h"

/* -- the rate -------------------------------------------------------------- */

static void test_rate(void **state)
{
    const apr_time_t second = APR_USEC_PER_SEC;
    verify_rate_t rate;
    apr_time_t now, began = 1000 * second;
    int sent = 0;

    (void)state;
    verify_rate_begin(&rate, 30);
    /* whoever asks all the time gets 30 in each second, and not one more */
    for (now = began; now < began + 10 * second; now += 100) {
        sent += !verify_rate_take(&rate, now);
    }
    assert_in_range(sent, 298, 300);
    /* waiting as long as it says is enough */
    now += verify_rate_take(&rate, now);
    assert_int_equal(verify_rate_take(&rate, now), 0);
    assert_int_equal(verify_rate_take(&rate, now), rate.gap);
    assert_true(30 * rate.gap >= second);
    /* what was not used is lost: no burst after an hour */
    now += 3600 * second;
    assert_int_equal(verify_rate_take(&rate, now), 0);
    assert_int_equal(verify_rate_take(&rate, now), rate.gap);
}

static void test_pause(void **state)
{
    verify_rate_t rate;

    (void)state;
    verify_rate_begin(&rate, VERIFY_RATE_MAX);
    assert_int_equal(verify_rate_take(&rate, 5000), 0);
    verify_rate_pause(&rate, 9000);
    verify_rate_pause(&rate, 8000);
    assert_int_equal(verify_rate_take(&rate, 6000), 3000);
    assert_int_equal(verify_rate_take(&rate, 9000), 0);
}

static void test_backoff(void **state)
{
    apr_interval_time_t before = 0;
    int tries;

    (void)state;
    assert_int_equal(verify_rate_backoff(1, 0), APR_USEC_PER_SEC / 2);
    assert_int_equal(verify_rate_backoff(3, 0), 2 * APR_USEC_PER_SEC);
    for (tries = 1; tries < 100; tries++) {
        apr_interval_time_t wait = verify_rate_backoff(tries, 0);

        assert_true(wait >= before && wait <= apr_time_from_sec(30));
        before = wait;
    }
    assert_int_equal(verify_rate_backoff(1, 7), apr_time_from_sec(7));
    assert_int_equal(verify_rate_backoff(1, 1 << 30), apr_time_from_sec(600));
}

/* -- ends ------------------------------------------------------------------ */

static void test_seen(void **state)
{
    verify_seen_t *seen = verify_seen_create(pool);
    apr_uint64_t i;

    (void)state;
    assert_int_equal(verify_seen_add(seen, 0), 1);
    assert_int_equal(verify_seen_add(seen, 0), 0);
    for (i = 1; i < 100000; i++) { /* all of them want few slots */
        assert_int_equal(verify_seen_add(seen, 2 + (i << 12)), 1);
    }
    for (i = 1; i < 100000; i++) {
        assert_int_equal(verify_seen_add(seen, 2 + (i << 12)), 0);
    }
    assert_int_equal(seen->count, 100000);
}

/* -- the journal ----------------------------------------------------------- */

#define HEAD                                                                   \
    "semredirect verify 1\nmaps 00000000000000ab\nasks 00000000000000cd\n"     \
    "against http://h:80\n"

static const verify_bond_t bond = {0xab, 0xcd, "http://h:80"};

/* What is wrong with it, "" if nothing; done has room for ten. */
static const char *parsed(const char *text, verify_done_t *done,
                          apr_size_t *whole)
{
    /* of its own size, so that a sanitizer sees what is read behind it */
    char *bytes = malloc(strlen(text) + !*text);
    const char *wrong;

    memcpy(bytes, text, strlen(text));
    verify_done_begin(done, pool, 10);
    wrong = verify_journal_parse(semr_view(bytes, strlen(text)), &bond, done,
                                 whole, pool);
    free(bytes);
    return wrong ? wrong : "";
}

static void test_journal_reads(void **state)
{
    verify_done_t done;
    apr_size_t whole;

    (void)state;
    assert_string_equal(parsed(HEAD "0-3\n9\n", &done, &whole), "");
    assert_int_equal(whole, strlen(HEAD "0-3\n9\n"));
    assert_int_equal(done.already, 5);
    assert_true(verify_done_is(&done, 3) && verify_done_is(&done, 9));
    assert_false(verify_done_is(&done, 4) || verify_done_is(&done, 8));
    /* the last line was not written whole */
    assert_string_equal(parsed(HEAD "0-3\n7", &done, &whole), "");
    assert_int_equal(whole, strlen(HEAD "0-3\n"));
    assert_int_equal(done.already, 4);
    /* nor was the beginning */
    assert_string_equal(parsed("", &done, &whole), "");
    assert_string_equal(parsed("semredirect ver", &done, &whole), "");
    assert_string_equal(parsed("semredirect verify 1\nmaps 00", &done, &whole),
                        "");
    assert_int_equal(whole, 0);
}

static void test_journal_refuses(void **state)
{
    static const char *const rows[][2] = {
        {"permanent /a /b\n", "line 1: \"permanent /a /b\" is no journal"},
        {"hello", "line 1: \"hello\" is no journal"},
        {HEAD "x\n", "line 5: \"x\" is no question"},
        {HEAD "1\n\n", "line 6: \"\" is no question"},
        {HEAD "10\n", "line 5: \"10\" is no question"},
        {HEAD "3-2\n", "line 5: \"3-2\" is no question"},
        {HEAD "1-\n", "line 5: \"1-\" is no question"},
        {HEAD "0-4\n4\n", "line 6: \"4\" is no question"},
        {HEAD "99999999999999999999999\n", "line 5: "},
        {HEAD "\033[2J\n", "line 5: \"?[2J\""},
        {"semredirect verify 1\nmaps 00000000000000ac\n",
         "it is of other maps"},
        {"semredirect verify 1\nmaps 00000000000000ab\nasks 1\n",
         "it is of other options"},
        {"semredirect verify 1\nmaps 00000000000000ab\n"
         "asks 00000000000000cd\nagainst http://other:80\n",
         "it is of another --against"},
        {"semredirect verify 1\nasks 1\n", "line 2: \"asks 1\" is no maps"}};
    verify_done_t done;
    apr_size_t whole, i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *wrong = parsed(rows[i][0], &done, &whole);

        if (strncmp(wrong, rows[i][1], strlen(rows[i][1])) != 0) {
            fail_msg("%s: \"%s\"", rows[i][0], wrong);
        }
    }
}

/* Opens it, and says how many are done already; -1: it cannot be used. */
static int opened(cli_t *cli, const char *name, verify_journal_t **journal)
{
    verify_done_t done;

    verify_done_begin(&done, cli->pool, 1000);
    *journal = verify_journal_open(cli, name, &bond, &done);
    return *journal ? (int)done.already : -1;
}

static void test_journal_goes_on(void **state)
{
    char name[] = "/tmp/semr-journal-XXXXXX";
    static const cli_command_t command = {.name = "test"};
    cli_t cli = {.command = &command};
    verify_journal_t *journal;
    apr_uint64_t i;
    int fd = mkstemp(name);

    (void)state;
    apr_pool_create(&cli.pool, pool);
    assert_int_equal(opened(&cli, name, &journal), 0);
    for (i = 600; i-- > 0;) { /* as they come, not in their order */
        verify_journal_note(journal, i);
    }
    verify_journal_note(journal, 999);
    assert_int_equal(verify_journal_flush(journal), APR_SUCCESS);
    apr_pool_clear(cli.pool);
    /* what a killed run leaves is cut off, and writing goes on there */
    assert_int_equal(lseek(fd, 0, SEEK_END) > 0, 1);
    assert_int_equal(write(fd, "70", 2), 2);
    assert_int_equal(opened(&cli, name, &journal), 601);
    verify_journal_note(journal, 700);
    verify_journal_flush(journal);
    apr_pool_clear(cli.pool);
    assert_int_equal(opened(&cli, name, &journal), 602);
    apr_pool_destroy(cli.pool);
    close(fd);
    unlink(name);
}

/* -- judging --------------------------------------------------------------- */

static const struct {
    verify_kind_t kind;
    verify_wanted_t wanted;
    verify_reply_t reply;
} judged[] = {
    {VERIFY_RIGHT,
     {.code = 301, .location = "/b"},
     {.code = 301, .location = "/b"}},
    {VERIFY_RIGHT,
     {.code = 301, .location = "/b"},
     {.code = 301, .location = "http://h/b"}},
    {VERIFY_RIGHT,
     {.code = 301, .location = "http://h/b"},
     {.code = 301, .location = "/b"}},
    {VERIFY_LOCATION,
     {.code = 301, .location = "/b"},
     {.code = 301, .location = "/B"}},
    {VERIFY_LOCATION,
     {.code = 301, .location = "/b"},
     {.code = 301, .location = "http://other/b"}},
    {VERIFY_LOCATION, {.code = 301, .location = "/b"}, {.code = 301}},
    {VERIFY_CODE,
     {.code = 301, .location = "/b"},
     {.code = 302, .location = "/b"}},
    {VERIFY_CODE, {.code = 301, .location = "/b"}, {.code = 410}},
    {VERIFY_NOTHING, {.code = 301, .location = "/b"}, {.code = 200}},
    {VERIFY_NOTHING, {.code = 301, .location = "/b"}, {.code = 404}},
    {VERIFY_NOTHING, {.code = 410}, {.code = 404}},
    {VERIFY_RIGHT, {.code = 410}, {.code = 410}},
    {VERIFY_REFUSED, {.code = 410}, {.code = 401}},
    {VERIFY_REFUSED, {.code = 410}, {.code = 500}},
    {VERIFY_BUSY, {.code = 410}, {.code = 503}},
    {VERIFY_BUSY, {.code = 410}, {.code = 429}},
    {VERIFY_UNREACHABLE, {.code = 410}, {.failure = "refused"}},
    {VERIFY_UNREACHABLE, {.code = 0}, {.failure = "refused"}},
    {VERIFY_RIGHT,
     {.code = 302, .location = "/b", .no_store = 1},
     {.code = 302, .location = "/b", .no_store = 1}},
    {VERIFY_CACHE,
     {.code = 302, .location = "/b", .no_store = 1},
     {.code = 302, .location = "/b"}},
    {VERIFY_RIGHT,
     {.code = 301, .location = "/b"},
     {.code = 301, .location = "http://h:8080/b"}},
    {VERIFY_LOCATION,
     {.code = 301, .location = "/b"},
     {.code = 301, .location = "http://h:81/b"}},
    {VERIFY_LOCATION,
     {.code = 301, .location = "http://h/b"},
     {.code = 301, .location = "http://h:8080/b"}},
    /* where nothing is sent */
    {VERIFY_RIGHT, {.code = 0}, {.code = 200}},
    {VERIFY_RIGHT, {.code = 0}, {.code = 404}},
    {VERIFY_REDIRECTED, {.code = 0}, {.code = 301, .location = "/b"}},
    {VERIFY_RIGHT, {.observed_code = 301, .observed_to = "/b"}, {.code = 200}},
    {VERIFY_REDIRECTED,
     {.observed_code = 301, .observed_to = "/b"},
     {.code = 301, .location = "/b"}},
    {VERIFY_REDIRECTED,
     {.observed_code = 301, .observed_to = "/b"},
     {.code = 302, .location = "/b"}},
    {VERIFY_RIGHT,
     {.observed_code = 301, .observed_to = "/b"},
     {.code = 301, .location = "/a/"}},
    {VERIFY_REDIRECTED, {.observed_code = 410}, {.code = 410}},
    {VERIFY_RIGHT, {.observed_code = 410}, {.code = 404}},
};

static void test_judge(void **state)
{
    semr_request_t request = {.path = {"/a", 2}, .host = {"h", 1}, .port = 80};
    apr_size_t i;

    (void)state;
    request.pool = pool;
    for (i = 0; i < ROWS(judged); i++) {
        verify_kind_t kind = verify_judge(&judged[i].wanted, &judged[i].reply,
                                          &request, 8080, pool);

        if (kind != judged[i].kind) {
            fail_msg("row %d: %d, wanted %d", (int)i, kind, judged[i].kind);
        }
    }
}

static verify_kind_t end_of(int code, int is_tree)
{
    verify_reply_t reply = {.code = code};
    verify_end_codes_t codes;

    assert_true(verify_end_codes_read(&codes, "200,204"));
    return verify_judge_end(&codes, &reply, is_tree);
}

static void test_judge_end(void **state)
{
    static const char *const wrong[] = {"",     "20",   "200,",   ",200",
                                        "2000", "20 0", "abc",    "199",
                                        "600",  "+20",  "200;204"};
    verify_reply_t none = {.failure = "no"};
    verify_end_codes_t codes;
    apr_size_t i;

    (void)state;
    assert_int_equal(end_of(200, 0), VERIFY_RIGHT);
    assert_int_equal(end_of(204, 0), VERIFY_RIGHT);
    assert_int_equal(end_of(206, 0), VERIFY_END_OTHER);
    assert_int_equal(end_of(403, 0), VERIFY_END_OTHER);
    assert_int_equal(end_of(404, 0), VERIFY_END_MISSING);
    assert_int_equal(end_of(404, 1), VERIFY_TREE);
    assert_int_equal(end_of(403, 1), VERIFY_TREE);
    assert_int_equal(end_of(410, 1), VERIFY_END_MISSING);
    assert_int_equal(end_of(500, 1), VERIFY_END_ERROR);
    assert_int_equal(end_of(503, 0), VERIFY_BUSY);
    assert_true(verify_end_codes_read(&codes, "200"));
    assert_int_equal(verify_judge_end(&codes, &none, 0),
                     VERIFY_END_UNREACHABLE);
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        if (verify_end_codes_read(&codes, wrong[i])) {
            fail_msg("\"%s\" are codes", wrong[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_seen),
        cmocka_unit_test(test_journal_reads),
        cmocka_unit_test(test_journal_refuses),
        cmocka_unit_test(test_journal_goes_on),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_judge_end),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("cli_verify", tests, start, stop);
}
