/* SPDX-License-Identifier: Apache-2.0
 * What a regex is really: the words, and that both forms answer the same.
 */
#include "import_use.h"

/* The lines of a regex's forms, joined by " | "; "-": it is a regex. */
static const char *forms_of(apr_pool_t *in, const char *regex, const char *to,
                            int dots, const char **lines, int *count)
{
    import_move_t move = {.kind = IMPORT_REGEX, .code = 301},
                  forms[IMPORT_SPLIT_MAX];
    import_t import;
    const char *all = "";
    int i;

    import_begin(&import, in);
    import.dots = dots;
    move.from = regex;
    move.to = to;
    *count = import_forms(&import, &move, forms);
    for (i = 0; i < *count; i++) {
        lines[i] = import_say(&import, &forms[i]);
        assert_non_null(lines[i]);
        all = apr_pstrcat(in, all, i ? " | " : "", lines[i], NULL);
    }
    return *count ? all : "-";
}

typedef struct form_t {
    const char *regex, *to, *forms;
} form_t;

static void check_forms(const form_t *forms, apr_size_t count, int dots)
{
    const char *lines[IMPORT_SPLIT_MAX];
    apr_size_t i;
    int n;

    for (i = 0; i < count; i++) {
        const char *got =
            forms_of(pool, forms[i].regex, forms[i].to, dots, lines, &n);

        if (strcmp(got, forms[i].forms)) {
            print_error("%s %s\n", forms[i].regex, forms[i].to);
        }
        assert_string_equal(got, forms[i].forms);
    }
}

#define CHECK(table, dots)                                                     \
    check_forms(table, sizeof(table) / sizeof(*(table)), dots)

static void test_exact(void **state)
{
    static const form_t forms[] = {
        {"^/a$", "/b", "permanent /a /b slash=exact"},
        {"^/a/$", "/b", "permanent /a/ /b slash=exact"},
        {"^/a/?$", "/b", "permanent /a /b"},
        {"^/a(/)?$", "/b", "permanent /a /b"},
        {"^/$", "/b", "permanent / /b"},
        {"^/?$", "/b", "permanent / /b"},
        {"\\A/a\\z", "/b", "permanent /a /b slash=exact"},
        {"^/a\\.html$", "/b", "permanent /a.html /b slash=exact"},
        {"^\\/a\\-b[.]c$", "/b", "permanent /a-b.c /b slash=exact"},
        {"^/\\Qa.(b)\\E$", "/b", "permanent /a.(b) /b slash=exact"},
        {"(?i)^/a$", "/b", "permanent /a /b slash=exact case=ignore"},
        {"^(?i)/A$", "/b", "permanent /A /b slash=exact case=ignore"},
        {"^/a b\\*$", "/b", "permanent /a%20b%2A /b slash=exact"},
        {"^/\xC3\xA9$", "/b", "permanent /%C3%A9 /b slash=exact"},
        {"^/(?:a|b)$", "/c",
         "permanent /a /c slash=exact | permanent /b /c slash=exact"},
        {"^/(a|b)/c/?$", "/x/$1", "permanent /a/c /x/a | permanent /b/c /x/b"},
        {"^/a(\\.html)?$", "/b",
         "permanent /a.html /b slash=exact | permanent /a /b slash=exact"},
        {"^/colou?r$", "/b",
         "permanent /colour /b slash=exact | permanent /color /b slash=exact"},
        {"^/[Aa]b$", "/c",
         "permanent /Ab /c slash=exact | permanent /ab /c slash=exact"},
        {"^/a$", "https://h.test$0",
         "permanent /a https://h.test/a slash=exact"},
        /* what stays a regex */
        {"^/a", "/b", "-"},
        {"/a$", "/b", "-"},
        {"^/a.b$", "/b", "-"},
        {"^/a%20b$", "/b", "-"},
        {"^/a//b$", "/b", "-"},
        {"^/a/../b$", "/b", "-"},
        {"^/a\\Z", "/b", "-"},
        {"^/a+$", "/b", "-"},
        {"^/a|/b$", "/c", "-"},
        {"^/a/?$", "/b$0", "-"},
        {"(?i)^/(a)$", "/b/$1", "-"},
        {"^a$", "/b", "-"},
        {"^$", "/b", "-"},
        {"^/(?<n>a)$", "/{n}", "-"},
        {"(*UTF)^/a$", "/b", "-"},
        {"^/a(?#x)$", "/b", "-"},
        {"^/a\\b$", "/b", "-"},
    };
    static const form_t dotted[] = {
        {"^/a.html$", "/b", "permanent /a.html /b slash=exact"},
        {"^/a.*$", "/b", "-"},
        {"^/a/.*$", "/b", "permanent /a/* /b slash=exact"},
        {"^/a.+$", "/b", "-"},
    };

    (void)state;
    CHECK(forms, 0);
    CHECK(dotted, 1);
}

static void test_trees(void **state)
{
    static const form_t forms[] = {
        {"^/a(/.*)?$", "/b$1", "permanent /a/* /b/*"},
        {"^/a(/.*)?$", "/b", "permanent /a/* /b"},
        {"^/a(/.*)$", "/b$1", "permanent /a/* /b/* slash=exact"},
        {"^/a/(.*)$", "/b/$1", "permanent /a/* /b/* slash=exact"},
        {"^/a/(.*)", "/b/$1", "permanent /a/* /b/* slash=exact"},
        {"^/a/(.*)$", "/b-$1", "permanent /a/* /b-* slash=exact"},
        {"^/a/(.*)$", "/b?p=$1", "permanent /a/* /b?p=* slash=exact"},
        {"^/a/(.*)$", "/b/$1?x=1#y", "permanent /a/* /b/*?x=1#y slash=exact"},
        {"^/a/.*$", "/b", "permanent /a/* /b slash=exact"},
        {"^/a/", "/b", "permanent /a/* /b slash=exact"},
        {"^/a(?:/|$)", "/b", "permanent /a/* /b"},
        {"^/a($|/)", "/b", "permanent /a/* /b"},
        {"^/(.*)$", "https://h.test/$1", "permanent /* https://h.test/*"},
        {"^(.*)$", "https://h.test$1", "permanent /* https://h.test/*"},
        {"(.*)", "https://h.test/x$1", "permanent /* https://h.test/x/*"},
        {"^/?(.*)$", "https://h.test/$1", "permanent /* https://h.test/*"},
        {"^/a/.*$", "https://h.test$0",
         "permanent /a/* https://h.test/a/* slash=exact"},
        {"^", "https://h.test/", "permanent /* https://h.test/"},
        {"^/", "https://h.test/", "permanent /* https://h.test/"},
        {"(?i)^/a(/.*)?$", "/b$1", "permanent /a/* /b/* case=ignore"},
        /* what stays a regex */
        {"^/a(.*)$", "/b$1", "-"},
        {"^/a/?(.*)$", "/b/$1", "-"},
        {"^/a(/.*)?", "/b", "-"},
        {"^/a/(.+)$", "/b/$1", "-"},
        {"^/a/(.*?)$", "/b/$1", "-"},
        {"^/a/(.*)/x$", "/b/$1", "-"},
        {"^/a/(.*)$", "/b/$1/x", "-"},
        {"^/a/(.*)$", "/b/$1/$1", "-"},
        {"^/a(/.*)$", "/b?p=$1", "-"},
        {"^/a(/|$)", "/b$1", "-"},
        {"^/a(/|$)(.*)$", "/b/$2", "-"},
        {"^/(?:a|b)/(.*)$", "/c/$1", "-"},
        {"^(.*)$", "$1", "-"},
        {"^/(.*)$", "https://h.test$1", "-"},
    };

    (void)state;
    CHECK(forms, 0);
}

static void test_patterns(void **state)
{
    static const form_t forms[] = {
        {"^/a/([^/]+)/b$", "/c/$1", "permanent /a/{p1}/b /c/{p1} slash=exact"},
        {"^/a/([^/]+)/?$", "/c/$1", "permanent /a/{p1} /c/{p1}"},
        {"^/GO_([^/]+)\\.html$", "/c/$1",
         "permanent /GO_{p1}.html /c/{p1} slash=exact"},
        {"^/([^/]+)/([^/]+)/$", "/$2/$1",
         "permanent /{p1}/{p2}/ /{p2}/{p1} slash=exact"},
        {"^/u/([^/]+)(/.*)?$", "/v/$1$2", "permanent /u/{p1}/* /v/{p1}/*"},
        {"^/u/([^/]+)/(.*)$", "/v/$1/$2",
         "permanent /u/{p1}/* /v/{p1}/* slash=exact"},
        {"^/u/([^/]+)", "/v/$1", "permanent /u/{p1}/* /v/{p1}"},
        {"^/u/[^/]+/x$", "/v", "permanent /u/{p1}/x /v slash=exact"},
        {"^/a/([^/]+)Fx$", "/c/$1", "-"},
        {"^/a/([^/]+)2$", "/c/$1", "-"},
        {"^/a/([^/]+)([^/]+)$", "/c/$1", "-"},
        {"^/a/([^/]*)$", "/c/$1", "-"},
        {"^/a/([a-z]+)$", "/c/$1", "-"},
        {"^/a/(\\d+)$", "/c/$1", "-"},
    };

    (void)state;
    CHECK(forms, 0);
}

/* -- the property ---------------------------------------------------------- */

static apr_uint64_t seed;

static unsigned draw(unsigned n)
{
    apr_uint64_t z = seed += APR_UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * APR_UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * APR_UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ (z >> 31)) >> 33) % n;
}

#define PICK(table) ((table)[draw(sizeof(table) / sizeof(*(table)))])

static const char *random_regex(apr_pool_t *in)
{
    static const char *const begins[] = {"^/",     "^/",  "^/", "^",
                                         "(?i)^/", "^/?", "/",  ""};
    static const char *const middles[] = {
        "a",        "b",        "/",        "/",     "\\.",     "F",
        "2",        "%2F",      "%",        "[^/]+", "([^/]+)", "([^/]+)",
        "(a|b)",    "(?:a|)",   "(\\.b)?",  "a?",    "[ab]",    "\\Q.\\E",
        "(a)",      "/([^/]+)", "/([^/]+)", "[.]",   "A",       " ",
        "\xC3\xA9", "(?:/a)?",  "-",        "/b",    "/a",      "(/a|/b)",
    };
    static const char *const ends[] = {
        "$",      "$",    "/?$",   "(/.*)?$", "/(.*)$", "/(.*)",
        "(/.*)$", "/.*$", "/",     "",        "/.*",    "(?:/|$)",
        "(/|$)",  ".*",   "(.*)$", "(/)?$",   "(/.*)?", "/$",
    };
    const char *text = PICK(begins);
    unsigned i, count = draw(4);

    for (i = 0; i < count; i++) {
        text = apr_pstrcat(in, text, PICK(middles), NULL);
    }
    return apr_pstrcat(in, text, PICK(ends), NULL);
}

static const char *random_to(apr_pool_t *in)
{
    static const char *const begins[] = {
        "/n", "/n/",   "https://h.test", "https://h.test/", "https://h.test/n",
        "/",  "https:"};
    static const char *const parts[] = {
        "",   "",   "$1",    "$1",   "/$1", "$2",  "/$2",
        "$0", "/x", "?q=$1", "?q=1", "#$1", "-$1", "$1?q=1",
    };

    return apr_pstrcat(in, PICK(begins), PICK(parts), PICK(parts), NULL);
}

static const char *random_path(apr_pool_t *in)
{
    static const char *const parts[] = {
        "a", "b",   "a",  "b",   "/",   "/",     "/",   "/",   ".",
        "F", "2",   "x",  "%2F", "%25", "%252F", "A",   "%20", "%C3%A9",
        "-", "%0A", ".b", "/a",  "/b",  "/x",    "%2f", "B",   "%2A",
    };
    const char *text = "/";
    unsigned i, count = draw(8);

    for (i = 0; i < count; i++) {
        text = apr_pstrcat(in, text, PICK(parts), NULL);
    }
    return text;
}

/* Both answer the same: returns how many paths the regex took. */
static int check_same(apr_pool_t *in, const char *regex, const char *to,
                      const char *const *lines, int count)
{
    const char *one =
        apr_psprintf(in, "permanent \"~%s\" %s", apr_pstrdup(in, regex), to);
    asked_t of_regex, of_forms;
    int i, taken = 0;

    one = apr_pstrcat(
        in, "permanent ",
        semr_words_quote(in, semr_view(apr_pstrcat(in, "~", regex, NULL),
                                       strlen(regex) + 1)),
        " ", to, NULL);
    if (!asked_open(&of_regex, in, &one, 1)) {
        return 0;
    }
    assert_true(asked_open(&of_forms, in, lines, count));
    for (i = 0; i < 60; i++) {
        const char *path = random_path(in);
        const char *want = asked_get(&of_regex, path, NULL);
        const char *got = asked_get(&of_forms, path, NULL);

        taken += strcmp(want, "pass") != 0;
        if (strcmp(want, got)) {
            print_error("%s -> %s\n%s: %s, not %s\n", one, lines[0], path, got,
                        want);
        }
        assert_string_equal(got, want);
    }
    return taken;
}

static void test_answers_are_the_same(void **state)
{
    enum { ROUNDS = 100000 };
    const char *lines[IMPORT_SPLIT_MAX];
    int i, count, reduced = 0, taken = 0;
    apr_pool_t *each;

    (void)state;
    seed = 20261121;
    apr_pool_create(&each, pool);
    for (i = 0; i < ROUNDS; i++) {
        const char *regex, *to;

        apr_pool_clear(each);
        regex = random_regex(each);
        to = random_to(each);
        forms_of(each, regex, to, 0, lines, &count);
        if (count) {
            reduced++;
            taken += check_same(each, regex, to, lines, count);
        }
    }
    /* else the test would compare nothing with nothing */
    assert_true(reduced > ROUNDS / 40);
    assert_true(taken > ROUNDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_answers_are_the_same),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
