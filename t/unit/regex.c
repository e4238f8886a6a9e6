/* SPDX-License-Identifier: Apache-2.0
 * Regexes: what they match and capture, their limits, their literals.
 */
#include "match_use.h"

static semr_regex_t *compile(const char *text, int fold, int jit)
{
    semr_diag_t diag = {NULL};
    semr_regex_t *regex =
        semr_regex_compile(pool, view(text), fold, jit, &diag);

    assert_int_equal(regex == NULL, diag.text != NULL);
    return regex;
}

static void regexes(void **state)
{
    static const struct {
        const char *regex;
        int fold, slashes;
        const char *path, *captures; /* from $0 on */
    } rows[] = {
        {"^/shop/(\\d+)$", 0, 0, "/shop/17", "[/shop/17][17]"},
        {"^/shop/(\\d+)$", 0, 0, "/shop/x", "no"},
        {"^/SHOP/(.*)$", 0, 0, "/shop/a", "no"},
        {"^/SHOP/(.*)$", 1, 0, "/shop/aB", "[/shop/aB][aB]"},
        {"b", 0, 0, "/abc", "[b]"},
        {"(a)?(b)", 0, 0, "/b", "[b][(none)][b]"},
        {"(b)|(c)", 0, 0, "/b", "[b][b][(none)]"},
        {"x*", 0, 0, "/b", "[]"},
        {"", 0, 0, "/b", "[]"},
        /* the decoded path in, the canonical one out */
        {"^/a b/(.)(.)$", 0, 0, "/a%20b/%C3%A9", "[/a%20b/%C3%A9][%C3][%A9]"},
        {"^/\xC3\xA9(.*)$", 0, 0, "/%C3%A9x", "[/%C3%A9x][x]"},
        {"^/(.+)\\?(.+)$", 0, 0, "/a%3Fb%23", "[/a%3Fb%23][a][b%23]"},
        {"^/([^/]+)$", 0, 0, "/a%2Fb", "[/a%2Fb][a%2Fb]"},
        {"^/([^/]+)$", 0, 1, "/a%2Fb", "no"},
        {"^/([^/]+)/(.*)$", 0, 1, "/a%2Fb", "[/a%2Fb][a][b]"},
        {"^/a(%)(2)(F)b$", 0, 0, "/a%2Fb", "[/a%2Fb][%2F][%2F][%2F]"},
        /* DOTALL, DOLLAR_ENDONLY */
        {"^/a(.)b$", 0, 0, "/a%0Ab", "[/a%0Ab][%0A]"},
        {"^/a$", 0, 0, "/a%0A", "no"},
        {"^/a.*$", 0, 0, "/a%0D%0Ab", "[/a%0D%0Ab]"},
        /* DUPNAMES: the first has what either took */
        {"^/(?:a/(?<id>.)|b/(?<id>.))$", 0, 0, "/a/1", "[/a/1][1][(none)]"},
        {"^/(?:a/(?<id>.)|b/(?<id>.))$", 0, 0, "/b/2", "[/b/2][2][2]"},
        {"(*UTF)^/(.)", 0, 0, "/%FF", "no"},
        {"(*UTF)^/(.)", 0, 0, "/%C3%A9", "[/%C3%A9][%C3%A9]"},
        {"/a\\K(b)", 0, 0, "/ab", "[b][b]"},
    };
    size_t i;
    int jit;

    (void)state;
    for (i = 0; i < 2 * ROWS(rows); ++i) {
        size_t row = i / 2;
        semr_request_t request = {.pool = pool,
                                  .path = view(rows[row].path),
                                  .decode_slashes = rows[row].slashes};
        semr_match_t match;
        semr_regex_t *regex;

        jit = i & 1;
        regex = compile(rows[row].regex, rows[row].fold, jit);
        memset(&match, 0xAA, sizeof(match));
        assert_non_null(regex);
        assert_string_equal(
            told(semr_regex_match(regex, &request, &match) == SEMR_REGEX_YES,
                 &match),
            rows[row].captures);
    }
}

static void regex_groups(void **state)
{
    const char *most = "", *named = "^/(?<id>\\d+)-(?<the_name>.)(x)(?<id>y)";
    semr_regex_t *regex;
    semr_diag_t diag = {NULL};
    int i;

    (void)state;
    regex = compile(named, 0, 0);
    assert_int_equal(semr_regex_groups(regex), 4);
    assert_int_equal(semr_regex_group(regex, view("id")), 1);
    assert_int_equal(semr_regex_group(regex, view("the_name")), 2);
    assert_int_equal(semr_regex_group(regex, view("the")), -1);
    assert_int_equal(semr_regex_group(regex, view("")), -1);
    assert_int_equal(semr_regex_groups(compile("a", 0, 0)), 0);

    for (i = 0; i < SEMR_CAPTURES_MAX - 1; ++i) {
        most = apr_pstrcat(pool, most, "(.)", NULL);
    }
    assert_int_equal(semr_regex_groups(compile(most, 0, 0)), i);
    most = apr_pstrcat(pool, most, "(.)", NULL);
    assert_null(semr_regex_compile(pool, view(most), 0, 0, &diag));
    assert_non_null(strstr(diag.text, most));
    assert_non_null(strstr(diag.text, "32 groups"));
    assert_non_null(strstr(diag.text, "(?:"));

    assert_null(semr_regex_compile(pool, view("^/a(b"), 0, 1, &diag));
    assert_non_null(strstr(diag.text, "\"^/a(b\""));
    assert_non_null(strstr(diag.text, "byte 5"));
}

/* It gives up early, and the next match of the same request works. */
static void regex_limits(void **state)
{
    int jit;

    (void)state;
    for (jit = 0; jit < 2; ++jit) {
        char path[4096], bomb[] = "/aaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
        semr_request_t request = {.pool = pool};
        semr_match_t match;
        void *scratch;

        memset(path, 'a', sizeof(path));
        path[0] = '/';
        path[sizeof(path) - 1] = '!';
        request.path = view(bomb);
        assert_int_equal(
            semr_regex_match(compile("(a+)+$", 0, jit), &request, &match),
            SEMR_REGEX_LIMIT);
        scratch = request.regex_scratch;
        assert_non_null(scratch);
        request.has_decoded = 0;
        request.path = semr_view(path, sizeof(path));
        assert_int_equal(
            semr_regex_match(compile("(a+)+$", 0, jit), &request, &match),
            SEMR_REGEX_LIMIT);
        assert_int_equal(semr_regex_match(compile("^/((?:a|b)*)!$", 0, jit),
                                          &request, &match),
                         SEMR_REGEX_YES);
        assert_int_equal(match.captures[1].text.len, sizeof(path) - 2);
        assert_ptr_equal(request.regex_scratch, scratch);
    }
}

static void literals(void **state)
{
    static const struct {
        const char *regex, *literal;
    } rows[] = {
        {"^/shop/(\\d+)", "/shop/"},
        {"^/shop/[0-9]", "/shop/"},
        {"^/shop$", "/shop"},
        {"\\A/shop", "/shop"},
        {"/shop", ""},
        {"", ""},
        {"^", ""},
        {"^^/a", ""},
        {"(?i)^/a", ""},
        {"(*UTF)^/a", ""},
        {"^(?i)/a", ""},
        {"^/a\\.b\\/c\\-d\\_", "/a.b/c-d_"},
        {"^/a.b", "/a"},
        {"^/a\\d", "/a"},
        {"^/a\\", "/a"},
        {"^/ab?", "/a"},
        {"^/ab*", "/a"},
        {"^/ab{2}", "/a"},
        {"^/ab{0,1}", "/a"},
        {"^/ab+c", "/ab"},
        {"^/a\\.?", "/a"},
        {"^/\xC3\xA9?", "/\xC3"},
        {"^/\xC3\xA9/", "/\xC3\xA9/"},
        {"^/a\\Q\\E?", "/"},
        {"^/a\\E?", "/"},
        {"^/a(?#x)?", "/"},
        {"^/a\\Qb?\\E", "/"},
        {"^/a b,c:d~!@%&=-_;'\"<>#`", "/a b,c:d~!@%&=-_;'\"<>#`"},

        /* alternatives, and what may hide them */
        {"^/a|b", ""},
        {"^/a|^/b", ""},
        {"^/a(?:b|c)", "/a"},
        {"^/a(b)|c", ""},
        {"^/a[|]b", "/a"},
        {"^/a[]|]b", "/a"},
        {"^/a[^]|]b", "/a"},
        {"^/a[\\]|]b", "/a"},
        {"^/a\\|b", "/a|b"},
        {"^/a\\\\|b", ""},
        {"^/a[(]|b", ""},
        {"^/a[[:alpha:](]|b", ""},
        {"^/a[[:alpha:](]|b[[:alpha:])]", ""},
        {"^/a(?x)#(\n|b#)\n", ""},
        {"^/a(?#[)|b(?#])", ""},
        {"^/a(|b", ""},
        {"^/a(?#[)|b", ""},
        {"^/a(?#()|b", ""},
        {"^/a\\Q(\\E|b", ""},
        {"^/a\\Q[\\E|b", ""},
        {"^/a[\\Q]\\E]|b", ""},
        {"^/a\\c[|b", ""},
        {"^/a\\c\\|b", ""},
        {"^/a(?x)#(\n|b", ""},
        {"^/a(?ix-s:b#(\n)|b", ""},
        {"^/a(*MARK:[)|b", ""},
        {"^/a(?C\"(\")|b", ""},
        {"^/a)|(b", ""},
        {"^/a(?<x>b|c)", "/a"},
        {"^/a(?=b|c)d", "/a"},
        {"^/a(?P<xC>b|c)", "/a"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); ++i) {
        assert_string_equal(
            text_of(semr_regex_literal(pool, view(rows[i].regex))),
            rows[i].literal);
    }
    assert_int_equal(semr_regex_literal(pool, semr_view(NULL, 0)).len, 0);
}

/* What any regex of pieces matches begins with its literal. */
static void random_literals(void **state)
{
    static const char *const piece[] = {
        "a",   "b",   "(",         ")",         "[",   "]",    "|",     "?",
        "*",   "+",   "{2}",       "{0}",       "\\",  ".",    "^",     "$",
        "\\Q", "\\E", "(?#",       "(?x)",      "#",   "\n",   "\\c",   "(?:",
        "[^",  "-",   "[:alpha:]", "(*COMMIT)", "\\|", "\\a",  "(?|",   "(?=",
        "a",   "b",   "a",         "b",         "\\-", "{,1}", "(?C\"", "\"",
    };
    static const char *const subject[] = {
        "a", "b", "|", "(", "[", "]", "-", "#", "\n", "?", "{", ")", "\\",
    };
    apr_pool_t *outer = pool;
    int i, k, tried = 0;

    (void)state;
    srand(13);
    for (i = 0; i < 60000; ++i) {
        const char *text;
        semr_view_t literal;
        semr_diag_t diag;
        semr_regex_t *regex;

        apr_pool_create(&pool, outer);
        text = random_text(piece, ROWS(piece), 1 + rand() % 9);
        text = apr_pstrcat(pool, rand() % 8 ? "^" : "\\A", text, NULL);
        literal = semr_regex_literal(pool, view(text));
        regex = literal.len > 0
                    ? semr_regex_compile(pool, view(text), 0, 0, &diag)
                    : NULL;
        for (k = 0; regex && k < 40; ++k) {
            semr_view_t path = view(
                random_text(subject, ROWS(subject), rand() % 5) + rand() % 2);
            semr_request_t request = {.pool = pool, .path = path};
            semr_match_t match;

            if (path.len > 0 &&
                semr_regex_match(regex, &request, &match) == SEMR_REGEX_YES) {
                ++tried;
                assert_true(path.len >= literal.len);
                assert_memory_equal(path.p, literal.p, literal.len);
            }
        }
        apr_pool_destroy(pool);
    }
    pool = outer;
    assert_true(tried > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regexes),         cmocka_unit_test(regex_groups),
        cmocka_unit_test(regex_limits),    cmocka_unit_test(literals),
        cmocka_unit_test(random_literals),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("regex", tests, start, stop);
}
