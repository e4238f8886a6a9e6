/* SPDX-License-Identifier: Apache-2.0
 * What the renderers tell of maps, and that its values stay inert.
 */
#include "page_use.h"

#include <jansson.h>

#include "render.h"

static const semr_render_map_t maps[] = {
    {.source = "/etc/moves.csv",
     .kind = "csv",
     .options = "intent=permanent",
     .rows = 1234567,
     .left_out = 2,
     .rules = 1234565,
     .bytes = 74073900,
     .generation = 3,
     .built = 1800000000,
     .took = 412,
     .modified = 1799999000,
     .error = "<b>\"bad\"</b>",
     .failed = 1800000100,
     .inherited = 1},
    {.source = "/etc/<i>.map", .kind = "text"},
};

static semr_render_model_t model_of(void)
{
    semr_render_model_t model = {.server = "www.test:80",
                                 .stage = SEMR_LIVE,
                                 .now = 1800000200,
                                 .not_listed = 1234,
                                 .maps = maps,
                                 .nmaps = ROWS(maps),
                                 .next = no_rows};

    return model;
}

static void test_json(void **state)
{
    semr_render_model_t model = model_of();
    page_t *page = apr_pcalloc(pool, sizeof(*page));
    semr_sink_t sink = {write_page, page};
    json_t *json, *told;
    json_int_t rows, left_out, generation, not_listed;
    const char *source, *error, *since, *options;
    int inherited;

    (void)state;
    assert_int_equal(semr_render_json(&model, &sink, pool), APR_SUCCESS);
    json = json_loadb(page->text, page->len, 0, NULL);
    assert_non_null(json);
    assert_int_equal(
        json_unpack(json, "{s:I, s:[{s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:b}]}",
                    "rules_not_listed", &not_listed, "maps", "source", &source,
                    "options", &options, "rows", &rows, "rows_left_out",
                    &left_out, "generation", &generation, "error", &error,
                    "error_since", &since, "inherited", &inherited),
        0);
    assert_int_equal(not_listed, 1234);
    assert_string_equal(source, "/etc/moves.csv");
    assert_string_equal(options, "intent=permanent");
    assert_int_equal(rows, 1234567);
    assert_int_equal(left_out, 2);
    assert_int_equal(generation, 3);
    assert_string_equal(error, "<b>\"bad\"</b>");
    assert_string_equal(since, "2027-01-15T08:01:40Z");
    assert_true(inherited);
    told = json_array_get(json_object_get(json, "maps"), 1);
    assert_true(json_is_null(json_object_get(told, "error")));
    assert_true(json_is_null(json_object_get(told, "built")));
    assert_true(json_is_null(json_object_get(told, "options")));
    json_decref(json);
}

static void test_html(void **state)
{
    static const char *const wanted[] = {
        "/<wbr>etc/<wbr>moves.csv",
        "&lt;b&gt;&quot;bad&quot;&lt;/b&gt;",
        "1,234,567",
        "2 left out",
        "74.1 MB",
        "412 ms",
        "inherited from the main server",
        "&lt;i&gt;.map",
    };
    semr_render_model_t model = model_of();
    page_t *page = apr_pcalloc(pool, sizeof(*page));
    semr_sink_t sink = {write_page, page};
    apr_size_t i;

    (void)state;
    assert_int_equal(semr_render_html(&model, "bm9uY2U=", &sink, pool),
                     APR_SUCCESS);
    for (i = 0; i < ROWS(wanted); i++) {
        if (!strstr(page->text, wanted[i])) {
            fail_msg("\"%s\" is not in\n%s", wanted[i], page->text);
        }
    }
    assert_null(strstr(page->text, "<b>\"bad"));
    assert_null(strstr(page->text, "<i>.map"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_html),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("render_maps", tests, start, stop);
}
