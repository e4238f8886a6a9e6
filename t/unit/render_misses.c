/* SPDX-License-Identifier: Apache-2.0
 * What the renderers tell of misses, that it stays inert, and that
 * docs/status.md has each field.
 */
#include "page_use.h"

#include <stdio.h>

#include <jansson.h>

#include "render.h"

#define NOW 1800000200
#define BAD "\xef\xbf\xbd"

static const char hostile[] = "/<script>x</script>\"'><b>&amp;\x01\x1b\xff\xc3";

static const semr_render_miss_t misses[] = {
    {.path = "/about-us.php",
     .referrer = "https://www.test/team",
     .count = 1234567,
     .first = 1799990000,
     .last = 1800000140,
     .nearest = "/about-us.html",
     .why = "it is so",
     .rule = "permanent /about-us.php /about-us.html",
     .file = "/etc/site.conf",
     .line = 12},
    {.path = hostile,
     .referrer = hostile,
     .count = 1,
     .first = NOW,
     .last = NOW,
     .nearest = hostile,
     .why = "it is so",
     .rule = hostile,
     .file = hostile,
     .line = 1},
    {.path = "/nothing", .count = 1, .first = NOW, .last = NOW},
};

static semr_render_model_t model_of(semr_render_view_t seen)
{
    semr_render_model_t model = {.view = seen,
                                 .server = "www.test:80",
                                 .stage = SEMR_LIVE,
                                 .now = NOW,
                                 .misses = misses,
                                 .nmisses = ROWS(misses),
                                 .misses_kept = 1234,
                                 .missed = 7654321,
                                 .missed_since = 1799990000,
                                 .next = no_rows};

    return model;
}

static const page_t *rendered(const semr_render_model_t *model, int json)
{
    page_t *page = apr_pcalloc(pool, sizeof(*page));
    semr_sink_t sink = {write_page, page};

    assert_int_equal(json ? semr_render_json(model, &sink, pool)
                          : semr_render_html(model, "bm9uY2U=", &sink, pool),
                     APR_SUCCESS);
    return page;
}

static void test_html(void **state)
{
    semr_render_model_t model = model_of(SEMR_RENDER_FRONT);
    const page_t *page = rendered(&model, 0);

    (void)state;
    assert_has(page->text, "<code>/<wbr>about-us.php</code>");
    assert_has(page->text, "data-h=\"Requests\">1,234,567</td>");
    assert_has(page->text, ">1 minute ago</time>");
    assert_has(page->text, "<code>https://<wbr>www.test/<wbr>team</code>");
    assert_has(page->text, "<code>permanent /<wbr>about-us.php "
                           "/<wbr>about-us.html</code>");
    assert_has(page->text, "site.conf:<b>12</b>");
    assert_has(page->text, "7,654,321 requests ended in 404");
    assert_has(page->text, "<a href=\"?view=misses\">All 1,234 paths");
    assert_has(page->text, ">just now</time>");
    assert_has(page->text,
               "&lt;script&gt;x&lt;/<wbr>script&gt;&quot;&#39;&gt;&lt;b"
               "&gt;&amp;amp;" BAD BAD BAD BAD);
    assert_lacks(page->text, "<script>");
    assert_lacks(page->text, "<b>&");
    assert_lacks(page->text, "\x1b");
    assert_lacks(page->text, " style=");
    assert_lacks(page->text, "href=\"http");
}

static void test_views(void **state)
{
    semr_render_model_t model = model_of(SEMR_RENDER_RULES);

    (void)state;
    assert_lacks(rendered(&model, 0)->text, "about-us");
    assert_lacks(rendered(&model, 1)->text, "\"misses");
    model = model_of(SEMR_RENDER_MISSES);
    model.misses_kept = ROWS(misses);
    assert_has(rendered(&model, 0)->text, "about-us");
    assert_lacks(rendered(&model, 0)->text, "All 1,234 paths");
    model.nmisses = 0;
    model.misses_kept = 10;
    assert_lacks(rendered(&model, 0)->text, "No request has ended");
    model.misses_kept = 0;
    assert_has(rendered(&model, 0)->text,
               "No request has ended in 404 since 2027-");
    model.missed_since = 0;
    assert_has(rendered(&model, 0)->text, "SemanticRedirectMisses</code> is 0");
    assert_has(rendered(&model, 1)->text, "\"misses_since\":null");
    model.view = SEMR_RENDER_FRONT;
    assert_lacks(rendered(&model, 0)->text, "Which 404s");
}

static void test_json(void **state)
{
    semr_render_model_t model = model_of(SEMR_RENDER_FRONT);
    const page_t *page = rendered(&model, 1);
    json_error_t error;
    json_t *json = json_loadb(page->text, page->len, 0, &error), *list, *miss;

    (void)state;
    assert_non_null(json);
    assert_int_equal(json_integer_value(json_object_get(json, "misses_total")),
                     7654321);
    assert_string_equal(
        json_string_value(json_object_get(json, "misses_since")),
        "2027-01-15T05:13:20Z");
    list = json_object_get(json, "misses");
    assert_int_equal(json_array_size(list), ROWS(misses));
    miss = json_array_get(list, 0);
    assert_int_equal(json_integer_value(json_object_get(miss, "count")),
                     1234567);
    assert_int_equal(json_integer_value(json_object_get(miss, "line")), 12);
    assert_string_equal(json_string_value(json_object_get(miss, "last_seen")),
                        "2027-01-15T08:02:20Z");
    miss = json_array_get(list, 1);
    assert_string_equal(json_string_value(json_object_get(miss, "referrer")),
                        "/<script>x</script>\"'><b>&amp;\x01\x1b" BAD BAD);
    miss = json_array_get(list, 2);
    assert_true(json_is_null(json_object_get(miss, "rule")));
    assert_true(json_is_null(json_object_get(miss, "line")));
    json_decref(json);
}

static void test_docs(void **state)
{
    static const char *const keys[] = {
#define X(id, key, heading, what) "`" key "` | " what,
        SEMR_RENDER_MISS_FIELDS(X)
#undef X
    };
    char *text = apr_pcalloc(pool, LENGTH);
    FILE *file = fopen("docs/status.md", "rb");
    apr_size_t i;

    (void)state;
    if (!file) {
        skip(); /* it is not run from the top folder */
    }
    assert_in_range(fread(text, 1, LENGTH - 1, file), 1, LENGTH - 2);
    fclose(file);
    for (i = 0; i < ROWS(keys); i++) {
        if (!strstr(text, keys[i])) {
            fail_msg("docs/status.md lacks: %s", keys[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_views),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_docs),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("render_misses", tests, start, stop);
}
