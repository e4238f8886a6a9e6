/* SPDX-License-Identifier: Apache-2.0
 * The page's sections: is it working, what needs me, search and pager, and
 * that they are quiet where there is nothing to say.
 */
#include "page_use.h"

#include "render_assets.h"
#include "render_parts.h"

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

enum { DAY = 86400 };

/* So many rows: permanent /0 /to, temporary /1/ * /to, ... */
static int next(void *baton, apr_pool_t *row_pool, semr_render_row_t *row)
{
    int *left = baton;
    semr_diag_t diag = {NULL};
    const char *line = apr_psprintf(
        row_pool, *left & 1 ? "permanent /%d /to" : "temporary /%d/* /to",
        *left);

    if (!*left) {
        return 0;
    }
    memset(row, 0, sizeof(*row));
    assert_int_equal(semr_rule_parse(&row->rule, row_pool, line, 0, &diag),
                     APR_SUCCESS);
    row->rule.file = "/etc/apache2/site.conf";
    row->rule.line = 7;
    row->stage = SEMR_LIVE;
    row->max_age = SEMR_MAX_AGE_DEFAULT;
    row->id = APR_UINT64_C(0xabc);
    row->hits = (apr_uint64_t)*left;
    row->last = NOW - 180;
    row->has_finding = *left == 1;
    (*left)--;
    return 1;
}

static semr_render_model_t model_of(int *rows)
{
    semr_render_model_t model = {.server = "www.test:80",
                                 .stage = SEMR_LIVE,
                                 .since = NOW - 3 * DAY,
                                 .now = NOW,
                                 .rules[SEMR_LIVE] = (apr_uint64_t)*rows,
                                 .report = semr_report_create(pool),
                                 .checked = NOW - 60,
                                 .next = next,
                                 .baton = rows};

    return model;
}

/* What the page says behind its style sheet */
static const char *page_of(const semr_render_model_t *model)
{
    page_t *page = apr_pcalloc(pool, sizeof(*page));
    semr_sink_t sink = {write_page, page};

    assert_int_equal(semr_render_html(model, "bm9uY2U=", &sink, pool),
                     APR_SUCCESS);
    assert_non_null(strstr(page->text, "</style>"));
    return page->text;
}

static void assert_order(const char *page, const char *const *texts, int count)
{
    const char *at = page;

    for (int i = 0; i < count; i++) {
        const char *found = strstr(at, texts[i]);

        if (!found) {
            fail_msg("\"%s\" is not where it should be", texts[i]);
        }
        at = found;
    }
}

/* -- the front page -------------------------------------------------------- */

static void test_order(void **state)
{
    static const char *const order[] = {
        "<h1>",           "Explain</button>", "Is it working?",
        "What needs me?", ">Maps</h2>",       "Which rules are there?",
        "As of",
    };
    static const semr_render_map_t map = {.source = "/m.map", .kind = "text"};
    int rows = 2;
    semr_render_model_t model = model_of(&rows);

    (void)state;
    model.maps = &map;
    model.nmaps = 1;
    assert_order(page_of(&model), order, ROWS(order));
}

static void test_row(void **state)
{
    int rows = 2;
    semr_render_model_t model = model_of(&rows);
    const char *page = page_of(&model);

    (void)state;
    assert_has(page, "title=\"/etc/apache2/site.conf\">site.conf:<b>7</b>");
    assert_has(page, "<a title=\"Explain\" href=\"?view=explain&amp;url=/1\">");
    assert_lacks(page, "url=/2");
    assert_has(page, ">0000000000000abc</span>");
    assert_has(page, "datetime=\"2027-01-15T07:57:59Z\">2 minutes ago</time>");
    assert_has(page, "href=\"?view=findings\">finding</a>");
}

static void test_picture(void **state)
{
    int rows = 1;
    semr_render_model_t model = model_of(&rows);
    const char *page;

    (void)state;
    assert_has(page_of(&model), "No answer has been sent yet");
    rows = 1;
    model.answers[SEMR_LIVE][SEMR_TALLY_301] = 4000;
    model.answers[SEMR_LIVE][SEMR_TALLY_410] = 1;
    model.answers[SEMR_TRIAL][SEMR_TALLY_307] = 1000;
    model.answers[SEMR_OBSERVE][SEMR_TALLY_303] = 2000;
    page = page_of(&model);
    assert_has(page, "<rect width=\"100.00%\" height=\"100%\"/></svg></td>"
                     "<td class=\"count\">4,000</td>");
    assert_has(page, "<rect width=\"25.00%\"");
    assert_has(page, "<rect width=\"1.00%\""); /* so that one sees it */
    assert_has(page, "Sent in trial");
    assert_has(page, "Only observed: would have been sent");
    assert_has(page, "<dt>Answers sent</dt><dd>5,001");
    assert_lacks(page, "nan");
}

/* -- what needs me --------------------------------------------------------- */

static void find(semr_render_model_t *model, semr_finding_id_t id, int count)
{
    semr_report_t *report = (semr_report_t *)model->report;

    for (int i = 0; i < count; i++) {
        semr_finding_t finding = {.id = id,
                                  .file = "/etc/<f>.conf",
                                  .line = (unsigned)i,
                                  .text = "/a <b> leads to /c"};

        semr_report_tell(report, &finding);
    }
    report->counts[id] = (apr_uint64_t)count;
}

static void test_nothing_needed(void **state)
{
    int rows = 2;
    semr_render_model_t model = model_of(&rows);
    const char *page = page_of(&model);

    (void)state;
    assert_has(page, "Nothing needs you.");
    assert_lacks(page, "class=\"grade\"");
}

/* Most severe first, whatever kind it is of */
static void test_needs(void **state)
{
    static const semr_render_map_t map = {.source = "/<m>.map",
                                          .kind = "text",
                                          .rules = 1,
                                          .left_out = 2,
                                          .error = "line 3",
                                          .failed = NOW - 7200};
    static const char *const order[] = {
        "What needs me?",
        "&lt;m&gt;.map</code> failed to load <time",
        "2 hours ago",
        "the rules built before stay in force. <a href=\"#map-1\">",
        "2 rows of",
        "href=\"?view=findings#SEMR101\">SEMR101, 5 times</a>",
        "/a &lt;b&gt; leads to /c",
        "SEMR203</a>",
        "17 temporary rules have stood for months",
        "href=\"?view=rules&amp;intent=temporary\"",
        "1 rule has met no request",
        "href=\"?view=rules&amp;unused=on\"",
        "3 findings are good to know",
        "id=\"map-1\"",
    };
    int rows = 2;
    semr_render_model_t model = model_of(&rows);
    const char *page;

    (void)state;
    find(&model, SEMR_FINDING_CHAIN, 3);
    find(&model, SEMR_FINDING_HIDDEN, 1);
    find(&model, SEMR_FINDING_LOOP, 5);
    model.maps = &map;
    model.nmaps = 1;
    model.old_temporary = 17;
    model.never_used = 1;
    page = page_of(&model);
    assert_order(page, order, ROWS(order));
    assert_has(page, "Findings <span>6</span>");
    assert_lacks(page, "Nothing needs you");
}

static void test_not_known(void **state)
{
    int rows = 2;
    semr_render_model_t model = model_of(&rows);

    (void)state;
    model.never_used = model.old_temporary = ~APR_UINT64_C(0);
    assert_has(page_of(&model), "Nothing needs you.");
    rows = 2;
    model.never_used = 2; /* of a minute */
    model.since = NOW - 60;
    assert_has(page_of(&model), "Nothing needs you.");
}

static const struct {
    apr_uint64_t rules[SEMR_STAGES];
    const char *says;
} staged[] = {
    {{[SEMR_OFF] = 2}, "No rule answers: all of them are off."},
    {{[SEMR_OFF] = 1, [SEMR_OBSERVE] = 1}, "No rule is sent"},
    {{[SEMR_OFF] = 1, [SEMR_TRIAL] = 1}, "No rule is live yet"},
    {{[SEMR_OFF] = 9, [SEMR_LIVE] = 1}, "Nothing needs you."},
};

static void test_staged(void **state)
{
    (void)state;
    for (apr_size_t i = 0; i < ROWS(staged); i++) {
        int rows = 2;
        semr_render_model_t model = model_of(&rows);

        memcpy(model.rules, staged[i].rules, sizeof(model.rules));
        assert_has(page_of(&model), staged[i].says);
    }
}

/* -- views ----------------------------------------------------------------- */

static void test_views(void **state)
{
    static const char *const titles[][2] = {
        {"<title>Redirects of www.test:80</title>", "Overview</a>"},
        {"<title>Rules &ndash; Redirects of www.test:80</title>", "Rules</a>"},
        {"<title>Findings &ndash; Redirects", "Findings</a>"},
        {"<title>404s &ndash; Redirects", "404s</a>"},
        {"<title>Explain &ndash; Redirects", "Explain</a>"},
    };

    (void)state;
    for (int view = 0; view < (int)ROWS(titles); view++) {
        int rows = 2;
        semr_render_model_t model = model_of(&rows);
        const char *page, *current;

        model.view = (semr_render_view_t)view;
        page = page_of(&model);
        assert_has(page, titles[view][0]);
        current = strstr(page, " aria-current=\"page\">");
        assert_non_null(current);
        assert_ptr_equal(strstr(current, titles[view][1]), current + 21);
        assert_null(strstr(current + 2, "aria-current"));
    }
}

static void test_findings(void **state)
{
    int rows = 2;
    semr_render_model_t model = model_of(&rows);
    const char *page;

    (void)state;
    model.view = SEMR_RENDER_FINDINGS;
    assert_has(page_of(&model), "Nothing was found.");
    find(&model, SEMR_FINDING_LOOP, 25);
    page = page_of(&model);
    assert_has(page, "<tr class=\"is-error\" id=\"SEMR101\">");
    assert_has(page, "<a href=\"?view=rules&amp;file=/etc/%3Cf%3E.conf&amp;"
                     "line=19\"><code>/<wbr>etc/<wbr>&lt;f&gt;.conf:19</code>");
    assert_has(page, "and 5 more");
    assert_lacks(page, "Which rules are there?");
}

/* -- search and pager ------------------------------------------------------ */

static const semr_search_t everything = {.intent = -1, .stage = -1};

static void test_search(void **state)
{
    semr_search_t search = everything;
    int rows = 0;
    semr_render_model_t model = model_of(&rows);
    const char *page;

    (void)state;
    search.text = view("\"><b>");
    search.intent = SEMR_TEMPORARY;
    search.unused = 1;
    search.file = view("a.conf");
    search.id = 0xabc;
    search.order = SEMR_SEARCH_LAST;
    model.view = SEMR_RENDER_RULES;
    model.search = &search;
    model.rules[SEMR_LIVE] = 1000000;
    model.searched = 400000;
    page = page_of(&model);
    assert_has(page, "name=\"q\" value=\"&quot;&gt;&lt;b&gt;\"");
    assert_has(page, "<option value=\"temporary\" selected>");
    assert_has(page, "<option value=\"last\" selected>");
    assert_has(page, "name=\"unused\" value=\"on\" checked>");
    assert_has(page, "name=\"findings\" value=\"on\"> ");
    assert_has(page, "name=\"file\" value=\"a.conf\"");
    assert_has(page, "name=\"id\" value=\"0000000000000abc\"");
    assert_has(page, "<b>0</b> of 1,000,000 rules found. Time was up when "
                     "400,000 were searched");
    assert_has(page, "No rule is like that");
    assert_has(page, "href=\"?view=rules&amp;q=%22%3E%3Cb%3E&amp;file=a.conf"
                     "&amp;intent=temporary&amp;unused=on&amp;"
                     "id=0000000000000abc&amp;sort=last&amp;format=json\"");
}

static const struct {
    apr_uint64_t start, matched, not_listed;
    int rows;
    const char *before, *range, *after; /* NULL: none */
} pages[] = {
    {0, 2, 0, 2, NULL, NULL, NULL},
    {0, 1000000, 999998, 2, NULL, "1 to 2 of 1,000,000", "start=2#"},
    {50, 1000000, 999948, 2, "?view=rules#", "51 to 52 of", "start=52#"},
    {120, 122, 0, 2, "start=20#", "121 to 122 of 122", NULL},
    {70, 72, 0, 0, NULL, NULL, NULL},
};

static void test_pager(void **state)
{
    (void)state;
    for (apr_size_t i = 0; i < ROWS(pages); i++) {
        semr_search_t search = everything;
        int rows = pages[i].rows;
        semr_render_model_t model = model_of(&rows);
        const char *page;

        search.start = pages[i].start;
        model.search = &search;
        model.view = SEMR_RENDER_RULES;
        model.rules[SEMR_LIVE] = pages[i].matched;
        model.matched = pages[i].matched;
        model.not_listed = pages[i].not_listed;
        page = page_of(&model);
        (pages[i].range ? assert_has : assert_lacks)(
            page, pages[i].range ? pages[i].range : "class=\"pager\"");
        (pages[i].before ? assert_has : assert_lacks)(page, ">Previous</a>");
        (pages[i].after ? assert_has : assert_lacks)(page, ">Next</a>");
        assert_has(page, pages[i].before ? pages[i].before : "");
        assert_has(page, pages[i].after ? pages[i].after : "");
        if (!rows && !pages[i].rows) {
            assert_has(page, "The rules end before this page");
        }
    }
}

static void test_no_rules(void **state)
{
    int rows = 0;
    semr_render_model_t model = model_of(&rows);
    const char *page = page_of(&model);

    (void)state;
    assert_has(page, "No rule is in effect");
    assert_has(page, "SemanticRedirect permanent /old /new");
    assert_has(page, "Nothing needs you.");
    assert_lacks(page, "class=\"search\"");
    assert_lacks(page, "<table");
    assert_has(page, "</html>");
}

/* -- what goes with it ----------------------------------------------------- */

static void test_assets(void **state)
{
    (void)state;
    assert_has(semr_render_script, "'use strict'");
    assert_has(semr_render_style, "prefers-color-scheme");
    assert_null(strstr(semr_render_style, "</style"));
    assert_int_equal(strlen(semr_render_script_version(pool)), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),    cmocka_unit_test(test_row),
        cmocka_unit_test(test_picture),  cmocka_unit_test(test_nothing_needed),
        cmocka_unit_test(test_needs),    cmocka_unit_test(test_not_known),
        cmocka_unit_test(test_staged),   cmocka_unit_test(test_views),
        cmocka_unit_test(test_findings), cmocka_unit_test(test_search),
        cmocka_unit_test(test_pager),    cmocka_unit_test(test_no_rules),
        cmocka_unit_test(test_assets),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("render_page", tests, start, stop);
}
