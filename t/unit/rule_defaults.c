/* SPDX-License-Identifier: Apache-2.0
 * What a map's directive says of its rows, and what a row makes of it.
 */
#include "mapfile_text.h"
#include "views.h"

/* Defaults, a row, and the rule that it is then */
static const struct {
    const char *words, *line, *expected;
} merged[] = {
    {"", "permanent /a /b", "permanent /a /b"},
    {"  ", "gone /a", "gone /a"},

    /* the intent is never guessed, and a row has the last word */
    {"intent=temporary", "/a /b", "temporary /a /b"},
    {"INTENT=Temp", "permanent /a /b", "permanent /a /b"},
    {"intent=gone", "/a note=x", "gone /a note=x"},
    {"intent=permanent", "~^/a /b", "permanent ~^/a /b"},
    {"intent=permanent", "//h.test/a /b", "permanent //h.test/a /b"},
    {"intent=permanent", "HTTPS://h.test/a /b",
     "permanent HTTPS://h.test/a /b"},
    {"intent=\"see-other\"", "\"/a b\" /c", "see-other \"/a b\" /c"},

    /* options */
    {"query=drop max-age=1h", "permanent /a /b",
     "permanent /a /b query=drop max-age=1h"},
    {"query=drop", "permanent /a /b query=keep", "permanent /a /b"},
    {"note=\"of the map\"", "gone /a", "gone /a note=\"of the map\""},
    {"note=map", "gone /a note=row", "gone /a note=row"},
    {"slash=exact case=ignore", "gone /A/", "gone /A/ case=ignore slash=exact"},
    {"case=ignore", "gone ~^/a", "gone ~*^/a"},
    {"case=ignore", "gone /A case=exact", "gone /A"},

    /* a cap, not a default */
    {"stage=trial", "gone /a", "gone /a stage=trial"},
    {"stage=trial", "gone /a stage=live", "gone /a stage=trial"},
    {"stage=trial", "gone /a stage=observe", "gone /a stage=observe"},
    {"stage=live", "gone /a stage=off", "gone /a stage=off"},

    /* only for rows that it can go with */
    {"code=301", "permanent /a /b", "permanent /a /b code=301"},
    {"code=301", "gone /a", "gone /a"},
    {"code=301", "none /a", "none /a"},
    {"code=404", "gone /a", "gone /a code=404"},
    {"code=404", "see-other /a /b", "see-other /a /b"},
    {"code=404", "gone /a code=451", "gone /a code=451"},

    /* only for rows that name none */
    {"host=h.test:8080", "gone /a", "gone /a host=h.test:8080"},
    {"host=h.test:8080", "gone //k.test/a", "gone //k.test/a"},
    {"host=*.h.test", "gone https://k.test/a", "gone https://k.test/a"},
    {"host=*.h.test", "gone /a host=k.test", "gone /a host=k.test"},
    {"host=*.h.test", "permanent /a/* https://*.k.test/*",
     "permanent /a/* https://*.k.test/* host=*.h.test"},

    {"starts=2026-01-01", "gone /a ends=2027-01-01",
     "gone /a starts=2026-01-01 ends=2027-01-01"},
    {"starts=2026-01-01 ends=2026-02-01", "gone /a starts=2026-01-15",
     "gone /a starts=2026-01-15 ends=2026-02-01"},
};

static void merging(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(merged); i++) {
        semr_rule_defaults_t defaults;
        semr_rule_t rule;
        semr_diag_t diag;

        if (semr_rule_defaults_parse(&defaults, pool, merged[i].words, &diag) ||
            semr_rule_parse_with(&rule, pool, merged[i].line, 0, &defaults,
                                 &diag)) {
            fail_msg("%s | %s: %s", merged[i].words, merged[i].line, diag.text);
        }
        assert_string_equal(rule_line(pool, &rule), merged[i].expected);
    }
}

typedef struct refused_t {
    const char *words, *line, *holds[3];
} refused_t;

/* line NULL: the defaults themselves are refused */
static const refused_t refused[] = {
    {"intent=moved", NULL, {"\"moved\" is no intent", "permanent"}},
    {"intent=", NULL, {"\"\" is no intent"}},
    {"intent=301", NULL, {"\"301\" is a status code", "permanent"}},
    {"intent=gone intent=gone", NULL, {"\"intent=gone\"", "second"}},
    {"query=keep query=keep", NULL, {"\"query=keep\"", "second"}},
    {"colour=red", NULL, {"\"colour\" is no option", "intent query"}},
    {"stge=off", NULL, {"\"stge\"", "was stage= meant?"}},
    {"permanent", NULL, {"\"permanent\" stands where an option belongs"}},
    {"stage=beta", NULL, {"stage=", "\"beta\""}},
    {"code=200", NULL, {"code=", "\"200\"", "gone"}},
    {"host=h/x", NULL, {"\"h/x\" is no host"}},
    {"if=\"true\"", NULL, {"if=", "no rule of a map"}},
    {"note=\"x", NULL, {"\"x", "not closed"}},
    {"starts=2027-01-01 ends=2026-01-01",
     NULL,
     {"ends=\"2026-01-01\"", "starts=\"2027-01-01\""}},

    {"", "/a /b", {"\"/a\" is no intent", "intent= on the directive"}},
    {"",
     "SemanticRedirect permanent /a /b",
     {"\"SemanticRedirect\" is a directive", "permanent /old /new"}},
    {"", "Redirect 301 /a /b", {"\"Redirect\" is a directive"}},
    {"intent=permanent", "moved /a /b", {"\"moved\" is no intent"}},
    {"intent=permanent", "301 /a /b", {"\"301\" is a status code"}},
    {"intent=permanent", "/a", {"\"/a\" has no TO"}},
    {"intent=gone", "/a /b", {"\"/b\" is a word too many"}},
    {"", "gone /a intent=gone", {"\"intent\" is no option"}},
    {"code=404", "permanent /a /b code=404", {"code=", "\"404\""}},
    {"host=h.test", "gone //k.test/a host=l.test", {"\"//k.test/a\"", "host="}},
    {"starts=2027-01-01T10:00:00Z",
     "gone /a ends=2026-05-05",
     {"ends=\"2026-05-05\"", "starts=\"2027-01-01T10:00:00Z\""}},
};

static void refusing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(refused); i++) {
        const refused_t *row = &refused[i];
        semr_rule_defaults_t defaults;
        semr_rule_t rule;
        semr_diag_t diag;
        apr_status_t status =
            semr_rule_defaults_parse(&defaults, pool, row->words, &diag);

        assert_int_equal(status, row->line ? APR_SUCCESS : APR_EINVAL);
        if (row->line) {
            assert_int_equal(semr_rule_parse_with(&rule, pool, row->line, 0,
                                                  &defaults, &diag),
                             APR_EINVAL);
        }
        for (size_t j = 0; j < ROWS(row->holds) && row->holds[j]; j++) {
            if (!strstr(diag.text, row->holds[j])) {
                fail_msg("%s | %s: no %s in: %s", row->words, row->line,
                         row->holds[j], diag.text);
            }
        }
    }
}

/* What the caller may ask of them */
static void fields(void **state)
{
    semr_rule_defaults_t defaults;
    semr_diag_t diag;

    (void)state;
    assert_int_equal(semr_rule_defaults_parse(&defaults, pool, "", &diag),
                     APR_SUCCESS);
    assert_int_equal(defaults.intent, -1);
    assert_int_equal(defaults.cap, SEMR_LIVE);
    assert_int_equal(defaults.given, 0);
    assert_string_equal(semr_rule_options(pool, &defaults.rule), "");
    assert_int_equal(
        semr_rule_defaults_parse(&defaults, pool,
                                 "intent=none stage=observe note=x", &diag),
        APR_SUCCESS);
    assert_int_equal(defaults.intent, SEMR_NONE);
    assert_int_equal(defaults.cap, SEMR_OBSERVE);
    assert_int_not_equal(defaults.given, 0);
    assert_string_equal(semr_rule_options(pool, &defaults.rule),
                        "stage=observe note=x");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging),
        cmocka_unit_test(refusing),
        cmocka_unit_test(fields),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("rule_defaults", tests, start, stop);
}
