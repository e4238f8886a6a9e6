/* SPDX-License-Identifier: Apache-2.0
 * Metrics: golden files of each format, and that what is hostile is inert.
 * With SEMR_GOLDEN=write in the environment the files are written.
 */
#include "page_use.h"

#include "render_metrics.h"

#define FOLDER "t/golden/metrics/"
#define NOW    1800000000 /* 2027-01-15T08:00:00Z */
#define BAD    "\xef\xbf\xbd"

/* All that a value may hold that could get out of it */
#define HOSTILE "a\"b\\c\nd\r\t\x01<i>&'}# EOF\xff\xc3"

static const semr_metrics_server_t servers[] = {
    {.name = "www.example.com:80",
     .rules = {[SEMR_LIVE] = 1000000, [SEMR_OBSERVE] = 3},
     .unused = 17,
     .answers =
         {[SEMR_LIVE] =
              {[SEMR_TALLY_301] = 18446744073709551614U, [SEMR_TALLY_410] = 7},
          [SEMR_OBSERVE] = {[SEMR_TALLY_302] = 5}},
     .last = {[SEMR_LIVE] =
                  {[SEMR_TALLY_301] = NOW - 120, [SEMR_TALLY_410] = NOW - 60},
              [SEMR_OBSERVE] = {[SEMR_TALLY_302] = NOW}},
     .may_answer = {[SEMR_LIVE] = {[SEMR_TALLY_301] = 1, [SEMR_TALLY_308] = 1}},
     .findings = {[SEMR_FINDING_LOOP] = 2, [SEMR_FINDING_CHAIN] = 9}},
    {.name = HOSTILE,
     .rules = {[SEMR_TRIAL] = 2},
     .unused = SEMR_METRIC_UNKNOWN,
     .answers = {[SEMR_TRIAL] = {[SEMR_TALLY_302] = 1},
                 [SEMR_OBSERVE] = {[SEMR_TALLY_302] = 6}},
     .findings = {[SEMR_FINDING_LOOP] = 1}},
};

static const semr_metrics_map_t maps[] = {
    {"www.example.com:80",
     {.source = "/etc/moves.csv",
      .kind = "csv",
      .options = "intent=permanent",
      .rows = 52312,
      .left_out = 2,
      .rules = 52310,
      .bytes = 3214848,
      .generation = 2,
      .built = NOW - 50,
      .took = 1041,
      .modified = NOW - 60}},
    {HOSTILE,
     {.source = HOSTILE,
      .kind = "text",
      .options = "note=" HOSTILE,
      .rows = 1,
      .rules = 1,
      .bytes = 640,
      .built = NOW - 70,
      .took = 7,
      .error = HOSTILE,
      .failed = NOW}},
};

static const semr_metrics_t full = {.servers = servers,
                                    .nservers = ROWS(servers),
                                    .maps = maps,
                                    .nmaps = ROWS(maps),
                                    .since = NOW - 3600,
                                    .checked = NOW - 3599,
                                    .lost = 4,
                                    .missed = 99,
                                    .missed_since = NOW - 7200};
static const semr_metrics_t empty = {.lost = SEMR_METRIC_UNKNOWN};

/* -- rendering ------------------------------------------------------------- */

static const page_t *rendered(semr_render_metrics_t *render,
                              const semr_metrics_t *metrics)
{
    page_t *page = apr_pcalloc(pool, sizeof(*page));
    semr_sink_t sink = {write_page, page};

    page->limit = LENGTH;
    assert_int_equal(render(metrics, &sink, pool), APR_SUCCESS);
    return page;
}

static const struct {
    const char *name;
    semr_render_metrics_t *render;
} formats[] = {
    {"openmetrics.txt", semr_render_openmetrics},
    {"prometheus.txt", semr_render_prometheus},
    {"auto.txt", semr_render_auto},
    {"section.html", semr_render_section},
    {"section_list.html", semr_render_section_list},
};

/* -- golden files ---------------------------------------------------------- */

static const char *slurp(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = apr_palloc(pool, LENGTH);

    if (!file) {
        return NULL;
    }
    bytes[fread(bytes, 1, LENGTH - 1, file)] = '\0';
    fclose(file);
    return bytes;
}

static void check(const char *name, const page_t *page)
{
    const char *path = apr_pstrcat(pool, FOLDER, name, NULL);
    const char *expected = slurp(path);

    if (getenv("SEMR_GOLDEN")) {
        FILE *file = fopen(path, "wb");

        assert_non_null(file);
        fwrite(page->text, 1, page->len, file);
        fclose(file);
        return;
    }
    if (!expected) {
        fail_msg("%s is not there; SEMR_GOLDEN=write makes it", path);
    }
    assert_string_equal(page->text, expected);
}

static void test_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(formats); i++) {
        check(formats[i].name, rendered(formats[i].render, &full));
        check(apr_pstrcat(pool, "empty_", formats[i].name, NULL),
              rendered(formats[i].render, &empty));
    }
}

/* -- what is hostile ------------------------------------------------------- */

static void test_inert(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(formats); i++) {
        const page_t *page = rendered(formats[i].render, &full);

        assert_int_equal(strlen(page->text), page->len);
        for (apr_size_t at = 0; at < page->len; at++) {
            unsigned char c = (unsigned char)page->text[at];

            assert_true(c == '\n' || c >= 0x20);
            assert_int_not_equal(c, 0x7f);
            assert_int_not_equal(c, 0xff);
        }
        if (strstr(formats[i].name, ".html")) {
            assert_null(strstr(page->text, "<i>"));
        }
    }
}

/* Whoever reads the lines gets the value back, but for what is no text. */
static void test_escaped(void **state)
{
    static const char value[] =
        "=\"a\\\"b\\\\c\\nd" BAD BAD BAD "<i>&'}# EOF" BAD BAD "\"";

    (void)state;
    for (int i = 0; i < 2; i++) {
        /* markup means nothing here, but is inert by its quotes */
        semr_metrics_t one = full;
        const page_t *page = rendered(formats[i].render, &one);

        if (!strstr(page->text, value)) {
            fail_msg("%s is not in\n%s", value, page->text);
        }
    }
}

/* The end is where it ends, and only there. */
static void test_eof(void **state)
{
    const page_t *page = rendered(semr_render_openmetrics, &full);
    const char *end = strstr(page->text, "\n# EOF\n");

    (void)state;
    assert_non_null(end);
    assert_int_equal(end + strlen("\n# EOF\n") - page->text, page->len);
    assert_null(
        strstr(rendered(semr_render_prometheus, &full)->text, "\n# EOF"));
}

/* -- a sink that fails ----------------------------------------------------- */

static void test_full_sink(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(formats); i++) {
        page_t *page = apr_pcalloc(pool, sizeof(*page));
        semr_sink_t sink = {write_page, page};

        page->limit = 16;
        assert_int_equal(formats[i].render(&full, &sink, pool), APR_ENOSPC);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),    cmocka_unit_test(test_inert),
        cmocka_unit_test(test_escaped),   cmocka_unit_test(test_eof),
        cmocka_unit_test(test_full_sink),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("metrics", tests, start, stop);
}
