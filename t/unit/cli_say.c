/* SPDX-License-Identifier: Apache-2.0
 * Moves as lines, and other servers' words as TO.
 */
#include "import_use.h"

/* The line of a move; or, where it is left, why */
static const char *said(import_t *import, const import_move_t *move)
{
    const char *line = import_say(import, move);

    if (line) {
        return line;
    }
    assert_int_equal(import->left, import->told->nelts);
    return APR_ARRAY_IDX(import->told, import->told->nelts - 1, import_told_t)
        .text;
}

typedef struct row_t {
    import_move_t move;
    const char *line;
} row_t;

static void check_rows(const row_t *rows, apr_size_t count, int directives)
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        import_t import;

        import_begin(&import, pool);
        import.directives = directives;
        assert_string_equal(said(&import, &rows[i].move), rows[i].line);
        assert_int_equal(import.left, 0);
    }
}

#define CHECK(rows, directives)                                                \
    check_rows(rows, sizeof(rows) / sizeof(*(rows)), directives)

static void test_codes(void **state)
{
    static const row_t rows[] = {
        {{.from = "/a", .to = "/b", .code = 301, .either = 1},
         "permanent /a /b"},
        {{.from = "/a", .to = "/b", .code = 308, .either = 1},
         "permanent /a /b"},
        {{.from = "/a", .to = "/b", .code = 302, .either = 1},
         "temporary /a /b"},
        {{.from = "/a", .to = "/b", .code = 307, .either = 1},
         "temporary /a /b"},
        {{.from = "/a", .to = "/b", .code = 303, .either = 1},
         "see-other /a /b"},
        {{.from = "/a", .to = "/b", .either = 1}, "permanent /a /b"},
        {{.from = "/a", .to = "/b", .code = 410, .either = 1}, "gone /a"},
        {{.from = "/a", .code = 404, .either = 1}, "gone /a code=404"},
        {{.from = "/a", .code = 451, .either = 1}, "gone /a code=451"},
        {{.from = "/a", .code = IMPORT_NONE, .either = 1}, "none /a"},
    };

    (void)state;
    CHECK(rows, 0);
}

static void test_from(void **state)
{
    static const row_t rows[] = {
        {{.from = "/a b*{c}?#%zz\xC3\xA9%2f%41", .to = "/b", .code = 301},
         "permanent /a%20b%2A%7Bc%7D%3F%23%25zz%C3%A9%2FA /b slash=exact"},
        {{.from = "/", .to = "/b", .code = 301}, "permanent / /b"},
        {{.from = "//a//b/", .to = "/b", .code = 301},
         "permanent /a/b/ /b slash=exact"},
        {{.from = "/it's", .to = "/b", .code = 301, .either = 1},
         "permanent \"/it's\" /b"},
        {{.kind = IMPORT_PREFIX, .from = "/a*/", .to = "/b/*", .code = 301},
         "permanent /a%2A/* /b/*"},
        {{.kind = IMPORT_PREFIX,
          .from = "/",
          .to = "/b/*",
          .code = 301,
          .ends_slash = 1},
         "permanent /* /b/*"},
        {{.kind = IMPORT_PREFIX,
          .from = "/a",
          .to = "/b/*",
          .code = 301,
          .ends_slash = 1,
          .fold = 1},
         "permanent /a/* /b/* slash=exact case=ignore"},
        {{.kind = IMPORT_PATTERN,
          .from = "/u/{x}/*",
          .to = "/v/{x}/*",
          .code = 301},
         "permanent /u/{x}/* /v/{x}/*"},
        {{.kind = IMPORT_PATTERN,
          .from = "/u/{x}",
          .to = "/v/{x}",
          .code = 301,
          .either = 1},
         "permanent /u/{x} /v/{x}"},
        {{.kind = IMPORT_REGEX, .from = "^/a b\\\\", .to = "/b", .code = 301},
         "permanent \"~^/a b\\\\\\\\\" /b"},
        {{.kind = IMPORT_REGEX,
          .from = "^/a",
          .to = "/b",
          .code = 301,
          .fold = 1,
          .host = "h.test",
          .port = 8080},
         "permanent ~*^/a /b host=h.test:8080"},
        {{.from = "/a",
          .to = "/b",
          .code = 301,
          .either = 1,
          .host = "*.h.test",
          .scheme = SEMR_HTTP,
          .port = 80,
          .query = "id=5"},
         "permanent http://*.h.test:80/a?id=5 /b"},
    };

    (void)state;
    CHECK(rows, 0);
}

static void test_options(void **state)
{
    static const row_t rows[] = {
        {{.from = "/a",
          .to = "/b",
          .code = 301,
          .drop_query = 1,
          .off = 1,
          .only = "GET,POST",
          .note = "say \"why\"\nand who"},
         "permanent /a /b query=drop slash=exact only=GET,POST stage=off "
         "note=\"say \\\"why\\\" and who\""},
        {{.from = "/a", .code = 410, .drop_query = 1, .either = 1}, "gone /a"},
    };
    static const row_t directives[] = {
        {{.from = "/a",
          .to = "/b",
          .code = 301,
          .either = 1,
          .condition = "%{HTTPS} == 'on'"},
         "SemanticRedirect permanent /a /b if=\"%{HTTPS} == 'on'\""},
    };

    (void)state;
    CHECK(rows, 0);
    CHECK(directives, 1);
}

static void test_what_cannot_be_said(void **state)
{
    static const struct {
        import_move_t move;
        const char *why;     /* a part of it */
        const char *nearest; /* or NULL */
    } rows[] = {
        {{.from = "/a", .to = "b", .code = 301, .either = 1},
         "begins neither with a slash",
         "permanent /a /b"},
        {{.from = "/a", .to = "https://u:p@h.test/", .code = 301},
         "h.test",
         NULL},
        {{.kind = IMPORT_REGEX,
          .from = "^/(.*)x$",
          .to = "https://$1.h.test/",
          .code = 301},
         "$1.h.test",
         NULL},
        {{.kind = IMPORT_REGEX, .from = "^/(.*)x$", .to = "$1", .code = 301},
         "captured text",
         NULL},
        {{.from = "/a", .to = "//h.test/", .code = 301}, "another host", NULL},
        {{.from = "/a", .to = "ftp://h.test/", .code = 301}, "scheme", NULL},
        {{.from = "a", .to = "/b", .code = 301}, "slash", NULL},
        {{.from = "", .to = "/b", .code = 301}, "no path", NULL},
        {{.from = "/a", .to = "/b", .code = 200}, "200", NULL},
        {{.from = "/a", .code = 301}, "", NULL},
        {{.from = "/a", .to = "/b", .code = 301, .scheme = SEMR_HTTPS},
         "--host",
         NULL},
        {{.kind = IMPORT_REGEX,
          .from = "^/a",
          .to = "/b",
          .code = 301,
          .query = "x=1"},
         "query",
         NULL},
        {{.kind = IMPORT_REGEX, .from = "^/a(", .to = "/b", .code = 301},
         "not valid",
         NULL},
        {{.kind = IMPORT_REGEX, .from = "^/a\n", .to = "/b", .code = 301},
         "line break",
         NULL},
        {{.from = "/a",
          .to = "/b",
          .code = 301,
          .either = 1,
          .condition = "true"},
         "condition",
         "SemanticRedirect permanent /a /b if=true"},
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const import_told_t *told;
        import_t import;

        import_begin(&import, pool);
        assert_null(import_say(&import, &rows[i].move));
        assert_int_equal(import.left, 1);
        told = &APR_ARRAY_IDX(import.told, 0, import_told_t);
        assert_true(told->left);
        if (!strstr(told->text, rows[i].why)) {
            print_error("%s\n", told->text);
        }
        assert_non_null(strstr(told->text, rows[i].why));
        assert_int_equal(told->nearest != NULL, rows[i].nearest != NULL);
        if (rows[i].nearest) {
            assert_string_equal(told->nearest, rows[i].nearest);
        }
    }
}

static void test_no_intent_is_guessed(void **state)
{
    import_move_t move = {.from = "/a", .to = "/b"};
    import_t import;

    (void)state;
    import_begin(&import, pool);
    import.intent = -1;
    assert_non_null(strstr(said(&import, &move), "--intent"));
}

static void test_to(void **state)
{
    static const char *const rows[][2] = {
        {"/a", "/a"},
        {"/a b*{c}$1$x\xC3\xA9%zz%2f", "/a%20b%2A%7Bc%7D%241$x%C3%A9%25zz%2f"},
        {"/a$", "/a%24"},
        {"https://h\xC3\xA9.test/a|b?c=\"d\"#e",
         "https://h\xC3\xA9.test/a%7Cb?c=%22d%22#e"},
        {"/a\r\nX: y", "/a%0D%0AX:%20y"},
        {"", ""},
    };
    import_t import;
    apr_size_t i;

    (void)state;
    import_begin(&import, pool);
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_string_equal(
            import_to(&import, semr_view(rows[i][0], strlen(rows[i][0]))),
            rows[i][1]);
    }
}

static void test_template(void **state)
{
    static const struct {
        const char *text;
        char sign;
        int named;
        const char *to; /* NULL: it has a group that TO cannot */
    } rows[] = {
        {"/a/$1/$2", '$', 0, "/a/$1/$2"},
        {"/a/\\1*", '\\', 0, "/a/$1%2A"},
        {"/a/:splat/:1", ':', 1, "/a/{splat}/$1"},
        {"/a/${name}/${1}x", '$', 1, "/a/{name}/$1x"},
        {"/a/${12}", '$', 1, NULL},
        {"/a/$name", '$', 0, "/a/$name"},
        {"/a/$12", '$', 0, "/a/$12"},
        {"https://h.test:8080/:x", ':', 1, "https://h.test:8080/{x}"},
        {"https://h.test/$1", ':', 1, "https://h.test/%241"},
        {"/${", '$', 1, "/$%7B"},
        {"/${a", '$', 1, "/$%7Ba"},
        {"", '$', 1, ""},
    };
    import_t import;
    apr_size_t i;

    (void)state;
    import_begin(&import, pool);
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *to = import_template(
            &import, semr_view(rows[i].text, strlen(rows[i].text)),
            rows[i].sign, rows[i].named);

        if (!rows[i].to) {
            assert_null(to);
            continue;
        }
        assert_non_null(to);
        assert_string_equal(to, rows[i].to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_from),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_what_cannot_be_said),
        cmocka_unit_test(test_no_intent_is_guessed),
        cmocka_unit_test(test_to),
        cmocka_unit_test(test_template),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
