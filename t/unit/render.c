/* SPDX-License-Identifier: Apache-2.0
 * The renderers: what they tell of a rule, that values stay inert, that rows
 * are asked for one at a time, and that docs/status.md has each field.
 */
#include "page_use.h"

#include <apr_file_io.h>
#include <jansson.h>

#include "render.h"

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */
#define BAD "\xef\xbf\xbd"

/* -- a model of rows in memory --------------------------------------------- */

typedef struct rows_t {
    semr_render_row_t row[8];
    int count;
    int asked;
    int open; /* row pools that were not cleared yet */
} rows_t;

static apr_status_t closed(void *open)
{
    (*(int *)open)--;
    return APR_SUCCESS;
}

static int next(void *baton, apr_pool_t *row_pool, semr_render_row_t *row)
{
    rows_t *rows = baton;

    assert_int_equal(rows->open, 0);
    if (rows->asked == rows->count) {
        return 0;
    }
    rows->open++;
    apr_pool_cleanup_register(row_pool, &rows->open, closed,
                              apr_pool_cleanup_null);
    *row = rows->row[rows->asked++];
    return 1;
}

static semr_render_row_t *add(rows_t *rows, const char *line)
{
    semr_render_row_t *row = &rows->row[rows->count++];
    semr_diag_t diag = {NULL};

    memset(row, 0, sizeof(*row));
    if (semr_rule_parse(&row->rule, pool, line, SEMR_RULE_IF, &diag)) {
        fail_msg("%s: %s", line, diag.text);
    }
    row->rule.file = "/etc/site.conf";
    row->rule.line = (unsigned)rows->count;
    row->stage = SEMR_LIVE;
    row->max_age = SEMR_MAX_AGE_DEFAULT;
    return row;
}

static semr_render_model_t model_of(rows_t *rows)
{
    semr_render_model_t model = {.server = "www.test:80",
                                 .stage = SEMR_LIVE,
                                 .since = NOW - 60,
                                 .now = NOW,
                                 .rules = {[SEMR_LIVE] = 1234567},
                                 .answers[SEMR_LIVE][SEMR_TALLY_301] = 40,
                                 .answers[SEMR_TRIAL][SEMR_TALLY_302] = 2,
                                 .next = next,
                                 .baton = rows};

    rows->asked = 0;
    return model;
}

/* -- a sink in memory ------------------------------------------------------ */

typedef enum form_t { HTML, JSON, TEXT } form_t;

static apr_status_t render(rows_t *rows, form_t form, page_t *page)
{
    semr_render_model_t model = model_of(rows);
    semr_sink_t sink = {write_page, page};

    page->len = 0;
    switch (form) {
    case HTML:
        return semr_render_html(&model, "bm9uY2U=", &sink, pool);
    case JSON:
        return semr_render_json(&model, &sink, pool);
    default:
        return semr_render_text(&model, &sink, pool);
    }
}

static page_t *rendered(rows_t *rows, form_t form)
{
    page_t *page = apr_palloc(pool, sizeof(*page));

    page->limit = LENGTH;
    assert_int_equal(render(rows, form, page), APR_SUCCESS);
    return page;
}

static json_t *parsed(rows_t *rows)
{
    page_t *page = rendered(rows, JSON);
    json_error_t error;
    json_t *json = json_loadb(page->text, page->len, 0, &error);

    if (!json) {
        fail_msg("no JSON: %s\n%s", error.text, page->text);
    }
    return json;
}

static const char *string_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    assert_non_null(value);
    return json_is_null(value) ? "null" : json_string_value(value);
}

/* -- what is told of a rule ------------------------------------------------ */

static const struct {
    const char *line;
    semr_stage_t scope;
    const char *stage, *by, *cache_control;
    int codes[3];
} told[] = {
#define P   "permanent /a /b "
#define T   "temporary /a /b "
#define DAY "max-age=86400"
    /* clang-format off */
{P, SEMR_LIVE, "live", "null", DAY, {301, 308, 308}},
{P, SEMR_TRIAL, "trial", "scope", "no-store", {302, 307, 307}},
{P, SEMR_OBSERVE, "observe", "scope", DAY, {301, 308, 308}},
{P, SEMR_OFF, "off", "scope", "null", {0, 0, 0}},
{P "stage=trial", SEMR_LIVE, "trial", "rule", "no-store", {302, 307, 307}},
{P "stage=off", SEMR_TRIAL, "off", "rule", "null", {0, 0, 0}},
{P "settles=2027-01-16", SEMR_LIVE, "trial", "settles", "no-store",
 {302, 307, 307}},
{P "settles=2027-01-15", SEMR_LIVE, "live", "null", DAY, {301, 308, 308}},
{T "starts=2027-01-16", SEMR_LIVE, "off", "starts", "null", {0, 0, 0}},
{T "ends=2027-01-15", SEMR_LIVE, "off", "ends", "null", {0, 0, 0}},
{T "ends=2027-01-15T08:00:30Z max-age=1h", SEMR_LIVE, "live", "null",
 "max-age=30", {302, 307, 307}},
{"see-other /a /b only=POST", SEMR_LIVE, "live", "null", "no-store",
 {0, 303, 0}},
{P "only=PUT", SEMR_LIVE, "live", "null", DAY, {0, 0, 0}},
{P "method=pass max-age=none", SEMR_LIVE, "live", "null", "null",
 {301, 0, 0}},
{"gone /a code=451", SEMR_LIVE, "live", "null", "max-age=3600",
 {451, 451, 451}},
{"none /a", SEMR_LIVE, "live", "null", "null", {0, 0, 0}},
    /* clang-format on */
};

static void assert_codes(const json_t *codes, const int *wanted)
{
    static const char *const methods[] = {"GET", "POST", "OPTIONS"};
    apr_size_t i;

    for (i = 0; i < ROWS(methods); i++) {
        json_t *code = json_object_get(codes, methods[i]);

        assert_non_null(code);
        assert_int_equal(json_is_null(code), !wanted[i]);
        assert_int_equal(json_integer_value(code), wanted[i]);
    }
}

static void test_told(void **state)
{
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(told); i++) {
        rows_t rows = {.count = 0};
        json_t *json, *rule;

        add(&rows, told[i].line)->stage = told[i].scope;
        json = parsed(&rows);
        rule = json_array_get(json_object_get(json, "rules"), 0);
        assert_string_equal(string_of(rule, "stage"), told[i].stage);
        assert_string_equal(string_of(rule, "stage_by"), told[i].by);
        assert_string_equal(string_of(rule, "cache_control"),
                            told[i].cache_control);
        assert_codes(json_object_get(rule, "codes"), told[i].codes);
        json_decref(json);
    }
}

/* -- JSON ------------------------------------------------------------------ */

static const char *const general[][2] = {
    {"module", "mod_semredirect"},
    {"server", "www.test:80"},
    {"stage", "live"},
    {"since", "2027-01-15T07:59:00Z"},
};

static const char *const words[][2] = {
    {"intent", "temporary"},
    {"from", "/a/*"},
    {"to", "/b/*"},
    {"options", "max-age=90s"},
    {"note", "why \"so\""},
    {"file", "/etc/site.conf"},
    {"where", "<Location \"/a\">"},
};

static const char *const nulls[][2] = {
    {"to", "null"},
    {"options", "null"},
    {"note", "null"},
    {"where", "null"},
};

static void assert_strings(const json_t *object, const char *const (*rows)[2],
                           apr_size_t count)
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        assert_string_equal(string_of(object, rows[i][0]), rows[i][1]);
    }
}

static void test_json(void **state)
{
    rows_t rows = {.count = 0};
    semr_render_row_t *row =
        add(&rows, "temporary /a/* /b/* max-age=90s note=\"why \\\"so\\\"\"");
    json_t *json, *rule;

    (void)state;
    row->hits = APR_UINT64_C(5000000000);
    row->last = 1795240740;
    row->where = "<Location \"/a\">";
    row->inherited = 1;
    add(&rows, "gone /c");
    json = parsed(&rows);
    assert_strings(json, general, ROWS(general));
    assert_int_equal(json_integer_value(json_object_get(json, "answers")), 42);
    assert_int_equal(json_array_size(json_object_get(json, "rules")), 2);
    rule = json_array_get(json_object_get(json, "rules"), 0);
    assert_strings(rule, words, ROWS(words));
    assert_int_equal(json_integer_value(json_object_get(rule, "line")), 1);
    assert_true(json_is_true(json_object_get(rule, "inherited")));
    assert_int_equal(json_integer_value(json_object_get(rule, "hits")),
                     5000000000);
    assert_string_equal(string_of(rule, "last"), "2026-11-21T05:59:00Z");
    rule = json_array_get(json_object_get(json, "rules"), 1);
    assert_strings(rule, nulls, ROWS(nulls));
    assert_true(json_is_null(json_object_get(rule, "last")));
    json_decref(json);
}

static void test_no_rules(void **state)
{
    rows_t rows = {.count = 0};
    json_t *json = parsed(&rows);

    (void)state;
    assert_int_equal(json_array_size(json_object_get(json, "rules")), 0);
    json_decref(json);
    assert_int_equal(rendered(&rows, TEXT)->len, 0);
}

/* -- hostile values -------------------------------------------------------- */

/* A note, and what becomes of it */
static const struct {
    const char *note, *html, *json;
} hostile[] = {
    /* clang-format off */
{"<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;", "<b>&\"'"},
{"</script><!--", "&lt;/script&gt;&lt;!--", "</script><!--"},
{"a\x01z\x1b[0m\x7f", "a" BAD "z" BAD "[0m" BAD, "a\x01z\x1b[0m\x7f"},
{"\xff\xfe", BAD BAD, BAD BAD},
{"a\xc3", "a" BAD, "a" BAD},
{"\xc0\xbcx", BAD BAD "x", BAD BAD "x"},
{"\xed\xa0\x80", BAD BAD BAD, BAD BAD BAD},
{"\xf4\x90\x80\x80", BAD BAD BAD BAD, BAD BAD BAD BAD},
{"\xc2\x85", BAD, "\xc2\x85"}, /* a control character of two bytes */
{"\xc3\xbc\xe6\x9d\xb1\xf0\x9f\xa6\x8a",
 "\xc3\xbc\xe6\x9d\xb1\xf0\x9f\xa6\x8a",
 "\xc3\xbc\xe6\x9d\xb1\xf0\x9f\xa6\x8a"},
    /* clang-format on */
};

static void test_hostile(void **state)
{
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(hostile); i++) {
        rows_t rows = {.count = 0};
        semr_render_row_t *row = add(&rows, "permanent /a /b");
        json_t *json;
        page_t *page;

        row->rule.note = view(hostile[i].note);
        row->rule.file = hostile[i].note;
        row->where = hostile[i].note;
        json = parsed(&rows);
        assert_string_equal(
            string_of(json_array_get(json_object_get(json, "rules"), 0),
                      "note"),
            hostile[i].json);
        json_decref(json);
        assert_lacks(rendered(&rows, JSON)->text, "\x7f");
        assert_lacks(rendered(&rows, JSON)->text, "\xc2\x85");
        page = rendered(&rows, HTML);
        assert_has(page->text, apr_pstrcat(pool, "\"more\">", hostile[i].html,
                                           "</div>", NULL));
        assert_lacks(page->text, "<b>&\"");
        assert_lacks(page->text, "\x1b");
        assert_lacks(rendered(&rows, TEXT)->text, "\x1b");
    }
}

/* -- HTML ------------------------------------------------------------------ */

static void test_html(void **state)
{
    rows_t rows = {.count = 0};
    semr_render_row_t *row;
    page_t *page;

    (void)state;
    row = add(&rows, "permanent /a /b");
    row->hits = 1234567;
    row->last = 1795240740;
    add(&rows, "temporary /xmas /x ends=2026-12-27");
    add(&rows, "permanent /help /h stage=observe");
    row = add(&rows, "permanent /c /d");
    row->inherited = 1;
    row = add(&rows, "permanent /e /f");
    row->inherited = 1;
    row->where = "<Location /e>";
    page = rendered(&rows, HTML);
    assert_has(page->text, "<!DOCTYPE html>\n<html lang=\"en\">");
    assert_has(page->text, "<style nonce=\"bm9uY2U=\">");
    assert_has(page->text, "<title>Redirects of www.test:80</title>");
    assert_has(page->text,
               "1,234,567<div class=\"more\"><time class=\"ago\" "
               "datetime=\"2026-11-21T05:59:59Z\">1 month ago</time>"
               "</div></td>");
    assert_has(page->text, "have not been looked over yet");
    assert_has(page->text, "<script nonce=\"bm9uY2U=\" src=\"?script=");
    assert_has(page->text, "off: has ended");
    assert_has(page->text, "<span class=\"would\">(301)</span>");
    assert_has(page->text, "Inherited from the main server");
    assert_has(page->text, "<code>&lt;Location /<wbr>e&gt;</code> "
                           "<span>of the main server</span>");
    assert_has(page->text, "datetime=\"2027-01-15T07:59:00Z\"");
    assert_lacks(page->text, " style=");
}

/* -- text ------------------------------------------------------------------ */

static void test_text(void **state)
{
    rows_t rows = {.count = 0};
    semr_render_row_t *row;

    (void)state;
    add(&rows, "permanent /blog/* /news/* note=\"moved, WEB-12\"");
    add(&rows, "none /blog/feed.xml");
    add(&rows, "permanent \"/a b\" /c stage=observe");
    row = add(&rows, "permanent ~^/x$ /y");
    row->inherited = 1;
    row->stage = SEMR_TRIAL;
    row = add(&rows, "gone /z stage=off");
    row->where = "<Location \"/z\">";
    assert_string_equal(
        rendered(&rows, TEXT)->text,
        "  permanent /blog/* /news/* note=\"moved, WEB-12\"  "
        "(/etc/site.conf:1)  GET 301, POST 308, OPTIONS 308\n"
        "  none /blog/feed.xml  (/etc/site.conf:2)  not redirected\n"
        "  permanent \"/a b\" /c stage=observe  (/etc/site.conf:3)  "
        "observe, would send GET 301, POST 308, OPTIONS 308\n"
        "  inherited from the main server\n"
        "    permanent ~^/x$ /y  (/etc/site.conf:4)  "
        "trial, GET 302, POST 307, OPTIONS 307\n"
        "  <Location \"/z\">\n"
        "    gone /z stage=off  (/etc/site.conf:5)  off\n");
}

/* -- the sink fails -------------------------------------------------------- */

static void test_failing_sink(void **state)
{
    page_t *page = apr_palloc(pool, sizeof(*page));
    form_t form;

    (void)state;
    for (form = HTML; form <= TEXT; form++) {
        rows_t rows = {.count = 0};

        while (rows.count < 8) {
            add(&rows, "permanent /a /b");
        }
        /* a note that fills more than is gathered before it is written */
        rows.row[0].rule.note =
            semr_view(memset(apr_palloc(pool, 9000), 'n', 9000), 9000);
        page->limit = 1;
        assert_int_equal(render(&rows, form, page), APR_ENOSPC);
        assert_true(rows.asked < 2);
    }
}

/* -- docs ------------------------------------------------------------------ */

static void test_docs(void **state)
{
    static const char *const keys[] = {
#define X(id, key, heading, what) "`" key "` | " what,
        SEMR_RENDER_FIELDS(X) SEMR_RENDER_MAP_FIELDS(X)
#undef X
    };
    char *text = apr_palloc(pool, LENGTH);
    apr_size_t len = LENGTH - 1, i;
    apr_file_t *file;

    (void)state;
    if (apr_file_open(&file, "docs/status.md", APR_READ, 0, pool)) {
        skip(); /* it is not run from the top folder */
    }
    assert_int_equal(apr_file_read_full(file, text, len, &len), APR_EOF);
    text[len] = '\0';
    for (i = 0; i < ROWS(keys); i++) {
        if (!strstr(text, keys[i])) {
            fail_msg("docs/status.md lacks: %s", keys[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told),     cmocka_unit_test(test_json),
        cmocka_unit_test(test_no_rules), cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_html),     cmocka_unit_test(test_text),
        cmocka_unit_test(test_docs),     cmocka_unit_test(test_failing_sink),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("render", tests, start, stop);
}
