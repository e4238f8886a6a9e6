/* SPDX-License-Identifier: Apache-2.0
 * Path patterns: rows, then at random against PCRE2 with the same pattern.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>

#include <pcre2.h>

#include "match_use.h"

#define A "\x80"
#define B "\x81"
#define C "\x82"

enum { STAR = 1, SLASH = 2, EXACT = 4 };

static const char *match_path(const char *pattern, int flags, const char *path,
                              const char *text)
{
    semr_match_t match;
    const char *captures;
    int matched;

    memset(&match, 0xAA, sizeof(match));
    matched = semr_pattern_match(view(pattern), flags & STAR, flags & SLASH,
                                 flags & EXACT, view(path), view(text), &match);
    captures = told(matched, &match);
    return matched && flags & STAR
               ? apr_pstrcat(pool, captures, text_of(match.tail), NULL)
               : captures;
}

static const struct {
    const char *pattern;
    int flags;
    const char *path, *captures; /* and the tail, where there is a star */
} match_rows[] = {
    {"/u/" A "/posts", 0, "/u/ann/posts", "[ann]"},
    {"/u/" A "/posts", 0, "/u/a/b/posts", "no"},
    {"/u/" A "/posts", 0, "/u//posts", "no"},
    {"/u/" A "/posts", 0, "/u/ann/postsx", "no"},
    {"/u/" A "/posts", 0, "/u/ann", "no"},
    {"/u/" A "/posts", 0, "/v/ann/posts", "no"},
    {"/u/" A "/posts", 0, "/u/ann/posts/more", "no"},
    {"/" A, 0, "/x", "[x]"},
    {"/" A, 0, "/x/", "[x]"},
    {"/" A, 0, "/", "no"},
    {"/" A "/" B, 0, "/x/y", "[x][y]"},
    {"/" A "/" B, 0, "/x", "no"},
    {"/" A "/" B, 0, "/x/", "no"},
    {"/obo/GO_" A ".html", 0, "/obo/GO_0008150.html", "[0008150]"},
    {"/obo/GO_" A ".html", 0, "/obo/GO_.html", "no"},
    {"/obo/GO_" A ".html", 0, "/obo/GO_a.html.html", "[a.html]"},
    {"/obo/GO_" A ".html", 0, "/obo/GO_a.htm", "no"},

    /* the first takes as much as it can */
    {"/d/" A "-" B, 0, "/d/1-2-3", "[1-2][3]"},
    {"/d/" A "-" B, 0, "/d/1-2-", "[1][2-]"},
    {"/d/" A "-" B, 0, "/d/-1", "no"},
    {"/d/" A "-" B, 0, "/d/1-", "no"},
    {"/d/" A "-" B, 0, "/d/---", "[-][-]"},
    {"/d/" A "-" B "-" C, 0, "/d/1-2-3-4-5", "[1-2-3][4][5]"},
    {"/d/" A "-" B "-" C, 0, "/d/1-2", "no"},
    {"/" A B, 0, "/xyz", "[xy][z]"},
    {"/" A B, 0, "/x", "no"},
    {"/a" A "a", 0, "/aaaa", "[aa]"},
    {"/a" A "a", 0, "/aa", "no"},
    {"/a" A "ab" B "b", 0, "/aabababb", "[ab][ab]"},

    /* no %XX is cut */
    {"/" A B, 0, "/x%20", "[x][%20]"},
    {"/" A B, 0, "/%C3%A9", "[%C3][%A9]"},
    {"/" A B, 0, "/%20", "no"},
    {"/" A "2" B, 0, "/a%20b", "no"},
    {"/" A "0" B, 0, "/a%20b", "no"},
    {"/" A "2F", 0, "/a%2F", "no"},
    {"/" A "F", 0, "/a%2F", "no"},
    {"/" A "2F", 0, "/a%2F2F", "[a%2F]"},
    {"/" A "%20" B, 0, "/a%2520b%20c", "[a%2520b][c]"},
    {"/x/" A, 0, "/x/a%2Fb", "[a%2Fb]"},
    {"/%C3%A9/" A, 0, "/%C3%A9/x", "[x]"},

    /* the final slash */
    {"/u/" A, 0, "/u/x/", "[x]"},
    {"/u/" A, SLASH, "/u/x", "[x]"},
    {"/u/" A, EXACT, "/u/x", "[x]"},
    {"/u/" A, EXACT, "/u/x/", "no"},
    {"/u/" A, SLASH | EXACT, "/u/x/", "[x]"},
    {"/u/" A, SLASH | EXACT, "/u/x", "no"},

    /* a star */
    {"/u/" A, STAR, "/u/x", "[x]"},
    {"/u/" A, STAR, "/u/x/", "[x]/"},
    {"/u/" A, STAR, "/u/x/a/b", "[x]/a/b"},
    {"/u/" A, STAR, "/u/x/a/b/", "[x]/a/b/"},
    {"/u/" A, STAR, "/u", "no"},
    {"/u/" A, STAR, "/u/", "no"},
    {"/u/" A "/p", STAR, "/u/x/p/q", "[x]/q"},
    {"/u/" A "/p", STAR, "/u/x/pq", "no"},
    {"/u/" A, STAR | EXACT, "/u/x", "no"},
    {"/u/" A, STAR | EXACT, "/u/x/", "[x]/"},
    {"/u/" A, STAR | EXACT, "/u/x/a", "[x]/a"},

    /* a byte that is no capture's is no match */
    {"/\xA0", 0, "/x", "no"},
    {"/" B "/" A, 0, "/x/y", "[y][x]"},
};

static void matches(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(match_rows); ++i) {
        assert_string_equal(match_path(match_rows[i].pattern,
                                       match_rows[i].flags, match_rows[i].path,
                                       match_rows[i].path),
                            match_rows[i].captures);
    }
    /* folded, but the captures are as they came */
    assert_string_equal(
        match_path("/u/" A "/c%c3", 0, "/u/anna/c%c3", "/U/AnNa/C%C3"),
        "[AnNa]");
    assert_string_equal(match_path("/u/" A, STAR, "/u/anna/c", "/U/AnNa/C"),
                        "[AnNa]/C");
}

static void long_path(void **state)
{
    enum { LEN = 8192 };
    char *path = apr_palloc(pool, LEN + 1);
    char pattern[2 * 31 + 4] = "/";
    int i;

    (void)state;
    memset(path, 'a', LEN);
    path[0] = '/';
    path[LEN] = '\0';
    assert_int_equal(strlen(match_path("/" A, 0, path, path)), LEN + 1);
    for (i = 0; i < 31; ++i) {
        pattern[1 + 2 * i] = (char)(0x80 + i);
        pattern[2 + 2 * i] = 'a';
    }
    pattern[63] = 'b';
    assert_string_equal(match_path(pattern, 0, path, path), "no");
}

/* A pattern as a regex that a reader of DESIGN 1.2 would write */
static const char *as_regex(const char *pattern, int flags)
{
    const char *regex = "^";

    for (; *pattern; ++pattern) {
        regex = apr_psprintf(pool,
                             (unsigned char)*pattern >= 0x80
                                 ? "%s((?:%%[0-9A-F]{2}|[^/%%])+)"
                             : isalnum((unsigned char)*pattern) ? "%s%c"
                                                                : "%s\\%c",
                             regex, *pattern);
    }
    if (flags & STAR) {
        return apr_pstrcat(pool, regex, flags & EXACT ? "(/.*)$" : "(|/.*)$",
                           NULL);
    }
    return apr_pstrcat(pool, regex,
                       !(flags & EXACT)  ? "/?$"
                       : (flags & SLASH) ? "/$"
                                         : "$",
                       NULL);
}

static const char *match_pcre2(const char *regex, int flags, const char *path)
{
    int error;
    PCRE2_SIZE offset, *ovector;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)regex, strlen(regex), 0,
                                     &error, &offset, NULL);
    pcre2_match_data *data = pcre2_match_data_create(32, NULL);
    const char *text = "";
    int i, count;

    assert_non_null(code);
    count = pcre2_match(code, (PCRE2_SPTR)path, strlen(path), 0, 0, data, NULL);
    ovector = pcre2_get_ovector_pointer(data);
    for (i = 1; i < count; ++i) {
        const char *group = apr_pstrmemdup(pool, path + ovector[2 * i],
                                           ovector[2 * i + 1] - ovector[2 * i]);

        text = flags & STAR && i == count - 1
                   ? apr_pstrcat(pool, text, group, NULL)
                   : apr_pstrcat(pool, text, "[", group, "]", NULL);
    }
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return count < 0 ? "no" : text;
}

/* A path that may well match: something for each capture, or for anything. */
static const char *random_path(const char *pattern)
{
    static const char *const pieces[] = {"a", "a", "b", "-", "2", "%2F", "/"};
    const char *path = "";

    for (; *pattern; ++pattern) {
        int captured = (unsigned char)*pattern >= 0x80;

        if (!captured) {
            path = apr_psprintf(pool, "%s%c", path, *pattern);
        }
        if (captured || rand() % 40 == 0) {
            path = apr_pstrcat(
                pool, path, random_text(pieces, ROWS(pieces), rand() % 4) + 1,
                NULL);
        }
    }
    return rand() % 3 ? path : apr_pstrcat(pool, path, "/b", NULL);
}

static const char *random_pattern(void)
{
    static const char *const pieces[] = {"a", "a",   "b",   "-", "2",
                                         "/", "%2F", "%20", "F"};
    const char *text = random_text(pieces, ROWS(pieces), 1 + rand() % 6);
    char *pattern = apr_palloc(pool, 64), *out = pattern;
    int n = 0;

    for (; *text; ++text) {
        *out++ = *text;
        if (rand() % 2 && n < 6 && *text != '%' &&
            (out - pattern < 2 || out[-2] != '%')) {
            *out++ = (char)(0x80 + n++);
        }
    }
    while (out[-1] == '/') {
        --out;
        if (out == pattern) {
            return "/" A;
        }
    }
    *out = '\0';
    return strstr(pattern, "//") ? "/" A "/" B : pattern;
}

static void against_pcre2(void **state)
{
    apr_pool_t *outer = pool;
    int i, matched = 0;

    (void)state;
    srand(11);
    for (i = 0; i < 10000; ++i) {
        const char *pattern, *path, *want;
        int flags = rand() % 8;

        apr_pool_create(&pool, outer);
        pattern = random_pattern();
        path = text_of(semr_url_path(pool, view(random_path(pattern))));
        want = match_pcre2(as_regex(pattern, flags), flags, path);
        assert_string_equal(match_path(pattern, flags, path, path), want);
        matched += strcmp(want, "no") != 0;
        apr_pool_destroy(pool);
    }
    pool = outer;
    assert_true(matched > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),
        cmocka_unit_test(long_path),
        cmocka_unit_test(against_pcre2),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("pattern", tests, start, stop);
}
