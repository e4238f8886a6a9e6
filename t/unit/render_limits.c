/* SPDX-License-Identifier: Apache-2.0
 * Pages of rules: where one is full, how the next one is asked for, and that
 * a search survives its link.
 */
#include "page_use.h"

#include <jansson.h>

#include "render.h"
#include "render_parts.h"

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

/* -- rules without end ----------------------------------------------------- */

typedef struct rows_t {
    const char *line;
    int given, count;
} rows_t;

static int next(void *baton, apr_pool_t *row_pool, semr_render_row_t *row)
{
    rows_t *rows = baton;
    semr_diag_t diag = {NULL};

    if (rows->given == rows->count) {
        return 0;
    }
    rows->given++;
    memset(row, 0, sizeof(*row));
    if (semr_rule_parse(&row->rule, row_pool, rows->line, 0, &diag)) {
        fail_msg("%.80s: %s", rows->line, diag.text);
    }
    row->rule.file = "/etc/site.conf";
    row->rule.line = 7;
    row->stage = SEMR_LIVE;
    row->max_age = SEMR_MAX_AGE_DEFAULT;
    row->id = 0xabc;
    row->has_finding = 1;
    return 1;
}

static semr_search_t all(void)
{
    semr_search_t search;

    memset(&search, 0, sizeof(search));
    search.intent = search.stage = -1;
    return search;
}

static semr_render_model_t model_of(rows_t *rows, const semr_search_t *search)
{
    semr_render_model_t model = {.view = SEMR_RENDER_RULES,
                                 .server = "www.test:80",
                                 .stage = SEMR_LIVE,
                                 .now = NOW,
                                 .rules = {[SEMR_LIVE] = 5000},
                                 .search = search,
                                 .matched = 1000,
                                 .not_listed = 1000 - rows->count,
                                 .never_used = ~APR_UINT64_C(0),
                                 .old_temporary = 3,
                                 .most = 100 * 1000,
                                 .next = next,
                                 .baton = rows};

    return model;
}

static page_t *page_of(const semr_render_model_t *model, int html)
{
    page_t *page = apr_pcalloc(pool, sizeof(*page));
    semr_sink_t sink = {write_page, page};

    assert_int_equal(html ? semr_render_html(model, "bm9uY2U=", &sink, pool)
                          : semr_render_json(model, &sink, pool),
                     APR_SUCCESS);
    return page;
}

static json_t *parsed(const page_t *page)
{
    json_error_t error;
    json_t *json = json_loadb(page->text, page->len, 0, &error);

    if (!json) {
        fail_msg("%s", error.text);
    }
    return json;
}

static apr_int64_t number(const json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}

/* A rule of many bytes that are escaped wherever they go */
static const char *long_rule(int bytes)
{
    char *from = apr_palloc(pool, (apr_size_t)bytes + 1);

    memset(from, '\'', (apr_size_t)bytes);
    from[bytes] = '\0';
    return apr_psprintf(pool, "permanent \"/%s\" /%s note=\"%s\"", from, "to",
                        from);
}

/* -- tests ----------------------------------------------------------------- */

static void full_pages(void **state)
{
    static const int lengths[] = {1, 100, 1000, 3000, 60000};
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(lengths); i++) {
        semr_search_t search = all();
        rows_t rows = {long_rule(lengths[i]), 0, 500};
        semr_render_model_t model = model_of(&rows, &search);
        const page_t *page;
        apr_size_t told;
        json_t *json;

        search.start = 20;
        page = page_of(&model, 0);
        assert_in_range(page->len, 1, model.most);
        json = parsed(page);
        told = json_array_size(json_object_get(json, "rules"));
        assert_in_range(told, 1, 500);
        assert_int_equal(told + (apr_size_t)number(json, "rules_not_listed"),
                         1000);
        assert_string_equal(json_string_value(json_object_get(json, "next")),
                            apr_psprintf(pool,
                                         "?view=rules&start=%d&format=json",
                                         20 + (int)told));
        assert_int_equal(number(json, "rules_matched"), 1000);
        assert_int_equal(number(json, "rules_start"), 20);
        assert_int_equal(number(json, "temporary_old"), 3);
        assert_true(json_is_null(json_object_get(json, "rules_never_used")));
        assert_true(json_is_null(json_object_get(json, "rules_searched")));
        assert_null(json_object_get(json, "findings"));
        json_decref(json);
        rows.given = 0;
        page = page_of(&model, 1);
        assert_in_range(page->len, 1, model.most);
    }
}

static void last_page(void **state)
{
    semr_search_t search = all();
    rows_t rows = {"permanent /a /b", 0, 3};
    semr_render_model_t model = model_of(&rows, &search);
    json_t *json, *rule;

    (void)state;
    model.not_listed = 0;
    model.searched = 70000;
    model.view = SEMR_RENDER_FRONT;
    json = parsed(page_of(&model, 0));
    assert_true(json_is_null(json_object_get(json, "next")));
    assert_int_equal(number(json, "rules_not_listed"), 0);
    assert_int_equal(number(json, "rules_searched"), 70000);
    assert_true(json_is_array(json_object_get(json, "findings")));
    rule = json_array_get(json_object_get(json, "rules"), 2);
    assert_string_equal(json_string_value(json_object_get(rule, "id")),
                        "0000000000000abc");
    assert_true(json_is_true(json_object_get(rule, "finding")));
    json_decref(json);
}

/* Nothing is cut where no limit is set. */
static void all_of_it(void **state)
{
    semr_search_t search = all();
    rows_t rows = {long_rule(3000), 0, 30};
    semr_render_model_t model = model_of(&rows, &search);
    json_t *json;

    (void)state;
    model.most = 0;
    json = parsed(page_of(&model, 0));
    assert_int_equal(json_array_size(json_object_get(json, "rules")), 30);
    assert_int_equal(
        json_string_length(json_object_get(
            json_array_get(json_object_get(json, "rules"), 0), "note")),
        3000);
    json_decref(json);
}

/* A cut never leaves half a character. */
static void cut_within(void **state)
{
    int before;

    (void)state;
    for (before = 0; before < 4; before++) {
        semr_search_t search = all();
        char *note = apr_pcalloc(pool, 4100);
        rows_t rows = {NULL, 0, 1};
        semr_render_model_t model = model_of(&rows, &search);
        const char *told;
        json_t *json;
        int i;

        memset(note, 'x', (apr_size_t)before);
        for (i = 0; i < 1000; i++) {
            memcpy(note + before + 4 * i, "\xf0\x9f\x98\x80", 4);
        }
        rows.line = apr_psprintf(pool, "permanent /a /b note=%s", note);
        json = parsed(page_of(&model, 0));
        told = json_string_value(json_object_get(
            json_array_get(json_object_get(json, "rules"), 0), "note"));
        assert_null(strstr(told, "\xef\xbf\xbd"));
        assert_in_range(strlen(told), SEMR_RENDER_WORDS - 3,
                        SEMR_RENDER_WORDS + 3);
        assert_string_equal(told + strlen(told) - 3, "\xe2\x80\xa6");
        json_decref(json);
    }
}

static void links(void **state)
{
    semr_search_t search = all();
    rows_t rows = {"permanent /a /b", 0, 5};
    semr_render_model_t model = model_of(&rows, &search);
    semr_render_told_t told = {5, 1};

    (void)state;
    search.text = view("a&b=c +\"<\xc3\xa9%");
    search.host = view("*.example.com");
    search.line = 12;
    search.intent = SEMR_SEE_OTHER;
    search.stage = SEMR_OFF;
    search.unused = search.findings = 1;
    search.id = 255;
    search.order = SEMR_SEARCH_HITS;
    assert_string_equal(
        semr_render_link(pool, &model, 7),
        "?view=rules&q=a%26b%3Dc%20%2B%22%3C%C3%A9%25&host=%2A.example.com"
        "&line=12&intent=see-other&stage=off&unused=on&findings=on"
        "&id=00000000000000ff&sort=hits&start=7");
    /* sorted rules are listed so far */
    search.start = SEMR_SEARCH_SORTED - 5;
    assert_non_null(semr_render_next(pool, &model, &told));
    search.start++;
    assert_null(semr_render_next(pool, &model, &told));
    search.order = SEMR_SEARCH_WRITTEN;
    assert_non_null(semr_render_next(pool, &model, &told));
    told.left = 0;
    assert_null(semr_render_next(pool, &model, &told));
    model.search = NULL;
    assert_string_equal(semr_render_link(pool, &model, 0), "?view=rules");
}

/* All that lint can find, and rules: a page of JSON all the same */
static void many_findings(void **state)
{
    static const semr_render_view_t views[] = {SEMR_RENDER_FRONT,
                                               SEMR_RENDER_FINDINGS};
    semr_report_t *report = semr_report_create(pool);
    apr_uint64_t counts[SEMR_FINDING_COUNT];
    semr_finding_t finding = {0, 0,
                              0, "/etc/a/rather/long/path/of.map",
                              7, "/etc/a/rather/long/path/of.map",
                              8, NULL};
    char text[600];
    apr_size_t i, bytes[ROWS(views)];

    (void)state;
    memset(text, '"', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    finding.text = text;
    for (i = 0; i < SEMR_FINDING_COUNT * 20; i++) {
        finding.id = (semr_finding_id_t)(i / 20);
        counts[i / 20] = 20;
        semr_report_tell(report, &finding);
    }
    semr_report_finish(report, counts);
    for (i = 0; i < ROWS(views); i++) {
        semr_search_t search = all();
        rows_t rows = {long_rule(500), 0, 500};
        semr_render_model_t model = model_of(&rows, &search);
        const page_t *page;
        json_t *json;

        model.view = views[i];
        model.most = 300 * 1000;
        model.report = report;
        page = page_of(&model, 0);
        assert_in_range(page->len, 1, model.most);
        json = parsed(page);
        assert_int_equal(json_array_size(json_object_get(json, "findings")),
                         SEMR_FINDING_COUNT);
        assert_in_range(json_array_size(json_object_get(json, "rules")), 1,
                        500);
        bytes[i] = (apr_size_t)(strstr(page->text, "\"maps\"") - page->text);
        json_decref(json);
    }
    assert_true(bytes[1] > bytes[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_pages), cmocka_unit_test(last_page),
        cmocka_unit_test(all_of_it),  cmocka_unit_test(cut_within),
        cmocka_unit_test(links),      cmocka_unit_test(many_findings),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
