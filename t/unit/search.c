/* SPDX-License-Identifier: Apache-2.0
 * The search: against a slow one that renders each rule's words, and what is
 * found by what somebody pastes.
 */
#include <ctype.h>
#include <stdio.h>

#include "views.h"

#include "build.h"
#include "identity.h"
#include "model_random.h"
#include "search.h"

enum { SETS = 400, RULES = 60, NEEDLES = 120, PLACE = 7 };
#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

/* -- an image -------------------------------------------------------------- */

static apr_uint32_t lines; /* of the image that is built */

static int add(semr_builder_t *builder, const char *line, const char *file)
{
    semr_diag_t diag = {NULL};
    semr_rule_t rule;

    if (semr_rule_parse(&rule, pool, line, SEMR_RULE_IF, &diag)) {
        return 0;
    }
    rule.file = file;
    rule.line = ++lines;
    assert_int_equal(semr_builder_add(builder, &rule), APR_SUCCESS);
    return 1;
}

static const semr_image_t *image_of(const char *const *rules, int count)
{
    semr_builder_t *builder = semr_builder_create(pool);
    int i;

    lines = 0;
    for (i = 0; i < count; i++) {
        if (!add(builder, rules[i], "/etc/site/moves.map")) {
            fail_msg("%s: is refused", rules[i]);
        }
    }
    return semr_builder_freeze(builder, pool);
}

static semr_search_t all(void)
{
    semr_search_t search;

    memset(&search, 0, sizeof(search));
    search.intent = search.stage = -1;
    return search;
}

/* The lines that are found, "1 3 " */
static const char *found(const semr_image_t *image, const semr_search_t *search)
{
    semr_searcher_t *searcher = semr_searcher_create(pool, search);
    const char *text = "";
    semr_image_rule_t rule;
    apr_uint32_t i, at = 0;

    switch (semr_searcher_enter(searcher, image, PLACE, SEMR_LIVE, NOW)) {
    case SEMR_FINDS_NONE:
        return "none";
    case SEMR_FINDS_ALL:
        return "all";
    default:
        break;
    }
    for (i = 0; i < semr_image_rules(image); i++, at = rule.next) {
        semr_image_rule(image, at, &rule);
        if (semr_searcher_finds(searcher, &rule)) {
            text = apr_psprintf(pool, "%s%u ", text, rule.line);
        }
    }
    return text;
}

static void expect(const semr_image_t *image, const semr_search_t *search,
                   const char *asked, const char *wanted)
{
    const char *is = found(image, search);

    if (strcmp(is, wanted)) {
        fail_msg("%s: finds %s, not %s", asked, is, wanted);
    }
}

/* -- a slow one ------------------------------------------------------------ */

static const char *undone(const char *text, apr_size_t *len)
{
    char *out = apr_palloc(pool, strlen(text) + 1), *p = out;

    for (; *text; text++) {
        unsigned byte;

        if (*text == '%' && isxdigit((unsigned char)text[1]) &&
            isxdigit((unsigned char)text[2]) &&
            sscanf(text + 1, "%2x", &byte) == 1) {
            *p++ = (char)byte;
            text += 2;
        }
        else {
            *p++ = *text;
        }
    }
    *len = (apr_size_t)(p - out);
    return out;
}

static int holds(const char *text, apr_size_t len, const char *needle,
                 apr_size_t needle_len)
{
    apr_size_t at, i;

    for (at = 0; at + needle_len <= len; at++) {
        for (i = 0; i < needle_len && tolower((unsigned char)text[at + i]) ==
                                          tolower((unsigned char)needle[i]);
             i++) {
        }
        if (i == needle_len) {
            return 1;
        }
    }
    return 0;
}

static int has(const char *text, const char *needle)
{
    apr_size_t len, needle_len;
    const char *bytes = undone(text, &len), *raw = undone(needle, &needle_len);

    return holds(text, strlen(text), needle, strlen(needle)) ||
           holds(bytes, len, raw, needle_len);
}

/* -- random sets ----------------------------------------------------------- */

typedef struct words_t {
    const char *from, *to, *note;
} words_t;

static words_t words_of(const semr_image_t *image, const semr_image_rule_t *in)
{
    semr_rule_t rule;
    words_t words;

    semr_image_read(image, in, pool, &rule);
    words.from = semr_rule_from(pool, &rule);
    words.to = semr_rule_to(pool, &rule);
    words.note =
        rule.note.len ? apr_pstrmemdup(pool, rule.note.p, rule.note.len) : "";
    return words;
}

/* A part of what some rule has, mostly, in another case or form at times */
static const char *random_needle(const semr_image_t *image)
{
    static const char *const odd[] = {"\xc3\xa9", "%c3%A9", " ",    "%20",
                                      "*",        "$1",     "{",    "%2a",
                                      "a/b",      "%",      "zzzz", "a.test"};
    semr_image_rule_t rule;
    const char *text;
    char *needle;
    apr_size_t len, from;

    if (chance(15)) {
        return PICK(odd);
    }
    semr_image_rule(image, semr_image_at(image, draw(semr_image_rules(image))),
                    &rule);
    text = chance(50) ? words_of(image, &rule).from : words_of(image, &rule).to;
    if (chance(25)) {
        text = undone(text, &len);
        text = apr_pstrmemdup(pool, text, len);
    }
    len = strlen(text);
    if (!len) {
        return "q";
    }
    from = draw((unsigned)len);
    needle =
        apr_pstrmemdup(pool, text + from, 1 + draw((unsigned)(len - from)));
    if (chance(30)) {
        char *p;

        for (p = needle; *p; p++) {
            *p = (char)(chance(50) ? toupper((unsigned char)*p)
                                   : tolower((unsigned char)*p));
        }
    }
    return needle;
}

/* What blanks are around it is not sought. */
static int is_trimmed(const char *needle)
{
    static const char blanks[] = " \t\r\n";

    return !strchr(blanks, *needle) &&
           !strchr(blanks, needle[strlen(needle) - 1]);
}

/* What q finds besides text is another test's. */
static int is_text(const char *needle)
{
    const char *colon = strrchr(needle, ':');

    return !strstr(needle, "//") && !(*needle == '/' && strchr(needle, '?')) &&
           !(colon && isdigit((unsigned char)colon[1]));
}

static unsigned long searches, finds;

static void compare(const semr_image_t *image, const char *needle)
{
    semr_search_t from = all(), to = all(), text = all();
    semr_searcher_t *searchers[3];
    semr_image_rule_t rule;
    apr_uint32_t i, at = 0;
    int which;

    from.from = to.to = text.text = view(needle);
    searchers[0] = semr_searcher_create(pool, &from);
    searchers[1] = semr_searcher_create(pool, &to);
    searchers[2] = semr_searcher_create(pool, &text);
    for (which = 0; which < 3; which++) {
        assert_int_equal(
            semr_searcher_enter(searchers[which], image, PLACE, SEMR_LIVE, NOW),
            SEMR_FINDS_SOME);
    }
    for (i = 0; i < semr_image_rules(image); i++, at = rule.next) {
        words_t words;
        int wanted[3];

        semr_image_rule(image, at, &rule);
        words = words_of(image, &rule);
        wanted[0] = has(words.from, needle);
        wanted[1] = has(words.to, needle);
        wanted[2] =
            wanted[0] || wanted[1] || strcasestr(words.note, needle) != NULL;
        for (which = 0; which < (is_text(needle) ? 3 : 2); which++) {
            int is = semr_searcher_finds(searchers[which], &rule);

            if (is != wanted[which]) {
                fail_msg("seed %" APR_UINT64_T_FMT ": %s in %s > %s: %d", seed,
                         needle, words.from, words.to, is);
            }
            searches++;
            finds += (unsigned long)is;
        }
    }
}

static void as_slow_search(void **state)
{
    apr_pool_t *top = pool;
    int set, i;

    (void)state;
    for (set = 0; set < SETS; set++) {
        semr_builder_t *builder;
        const semr_image_t *image;

        apr_pool_create(&pool, top);
        seed = 20261121 + (apr_uint64_t)set;
        turn_dials();
        builder = semr_builder_create(pool);
        for (i = 0; i < RULES; i++) {
            add(builder, random_line(), "/x");
        }
        if (semr_builder_count(builder)) {
            image = semr_builder_freeze(builder, pool);
            for (i = 0; i < NEEDLES / 10; i++) {
                const char *needle = random_needle(image);

                if (*needle && is_trimmed(needle)) {
                    compare(image, needle);
                }
            }
        }
        apr_pool_destroy(pool);
    }
    pool = top;
    assert_true(searches > 100000);
    assert_true(finds > searches / 20 && finds < searches / 2);
}

/* -- what is pasted -------------------------------------------------------- */

static const char *const rules[] = {
    /* 1 */ "permanent /old /new note=\"WEB-12, Anna\"",
    /* 2 */ "temporary //shop.example.com/old /shop",
    /* 3 */ "permanent //*.example.org/a/* https://www.example.org/b/*",
    /* 4 */ "permanent /index.php?id=5 /five",
    /* 5 */ "permanent /index.php?id={id}&p={p} /page/{id}",
    /* 6 */ "gone /caf\xc3\xa9/menu%20card",
    /* 7 */ "permanent /u/{name}/posts /people/{name}",
    /* 8 */ "permanent / /home",
    /* 9 */ "permanent ~^/re/(\\d+)$ /r/$1",
    /* 10 */ "permanent /tree/* /wood/* stage=trial",
    /* 11 */ "see-other /%2A/x$1 /y%2Az",
    /* 12 */ "permanent /CaSe /x case=ignore",
    /* 13 */ "permanent http://a.test:8080/p https:/p",
    /* 14 */ "gone /much/h%2Ah/i/one",
    /* 15 */ "gone /much/h%2Ah/i/two",
    /* 16 */ "gone /much/h%2Ah/i/three",
    /* 17 */ "permanent /d https://d.test/e%2Ae/i/p%241x",
    /* 18 */ "permanent /e https://d.test/e%2Ae/i/q%241x",
    /* 19 */ "permanent /f https://d.test/e%2Ae/i/r%241x",
};

static const semr_image_t *sample(void)
{
    return image_of(rules, ROWS(rules));
}

static void by_text(void **state)
{
    static const struct {
        const char *text;
        const char *found;
    } rows[] = {
        {"", "all"},
        {"OLD", "1 2 "},
        {"/old", "1 2 "},
        {" /old\n", "1 2 "},
        {"web-12", "1 "},
        {"anna", "1 "},
        {"\xc3\xa9", "6 "},
        {"%C3%a9", "6 "},
        {"caf\xc3\xa9/menu card", "6 "},
        {"caf%c3%a9/menu card", "6 "},
        {"menu%20card", "6 "},
        {"*", "3 10 11 14 15 16 17 18 19 "},
        {"$1", "9 11 17 18 19 "},
        {"241x", "17 18 19 "},
        {"h/i/t", "15 16 "},
        {"2ah/i", "14 15 16 "},
        {"2ae/i", "17 18 19 "},
        {"{name}", "7 "},
        {"/*", "3 10 11 "},
        {"shop.example.com/old", "2 "},
        {"a.test:8080/p", "13 "},
        {"https:/p", "13 "},
        {"^/re/", "9 "},
        /* a place */
        {"moves.map:12", "12 "},
        {"moves.map:12:", "12 "},
        {"/etc/site/moves.map:3", "3 "},
        {"site/moves.map:3", "3 "},
        {"ves.map:3", ""},
        {"moves.map:99", ""},
        {"moves.map:", ""},
        /* a URL */
        {"https://www.example.com/old?x=1", "1 "},
        {"https://www.example.com/old/", "1 "},
        {"https://www.example.com/old#there", "1 "},
        {"http://SHOP.example.com:8080/old", "1 2 "},
        {"https://www.example.org/a/b/c", "3 "},
        {"https://www.example.org/b/*", "3 "},
        {"https://example.org/a/b/c", ""},
        {"https://www.example.com/index.php?id=5&x", "4 "},
        {"https://www.example.com/index.php?id=6&p=2", "5 "},
        {"https://www.example.com/index.php?id=6", ""},
        {"https://www.example.com/index.php", "4 5 "},
        {"/index.php?p=2&id=7", "5 "},
        {"https://www.example.com/u/anna/posts", "7 "},
        {"https://www.example.com/u/anna/posts/", "7 "},
        {"https://www.example.com/", "8 "},
        {"https://www.example.com", "8 "},
        {"https://www.example.com/tree/a/b", "10 "},
        {"https://www.example.com/trees", ""},
        {"https://www.example.com/case", "12 "},
        {"https://www.example.com/caf\xc3\xa9/menu%20card", "6 "},
        {"https://www.example.com/*/x$1", "11 "},
        {"nothing of it", ""},
    };
    const semr_image_t *image = sample();
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        semr_search_t search = all();

        search.text = view(rows[i].text);
        expect(image, &search, rows[i].text, rows[i].found);
    }
}

static void by_host(void **state)
{
    static const struct {
        const char *host;
        const char *found;
    } rows[] = {
        {"shop.example.com", "2 "}, {"Shop", "2 "},
        {"example", "2 3 "},        {"example.org", "3 "},
        {"*.example.org", "3 "},    {"x.example.org", "3 "},
        {"xexample.org", "none"},   {"a.b.example.org", "3 "},
        {"*.example.com", "none"},  {"a.test", "13 "},
    };
    const semr_image_t *image = sample();
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        semr_search_t search = all();

        search.host = view(rows[i].host);
        expect(image, &search, rows[i].host, rows[i].found);
    }
}

static void by_the_rest(void **state)
{
    const semr_image_t *image = sample();
    semr_search_t search = all();
    semr_image_rule_t rule;

    (void)state;
    search.intent = SEMR_GONE;
    assert_string_equal(found(image, &search), "6 14 15 16 ");
    search.text = view("old");
    assert_string_equal(found(image, &search), "");
    search = all();
    search.stage = SEMR_TRIAL;
    assert_string_equal(found(image, &search), "10 ");
    search.stage = SEMR_OFF;
    assert_string_equal(found(image, &search), "none");
    search = all();
    search.file = view("moves.map");
    search.line = 4;
    assert_string_equal(found(image, &search), "4 ");
    search.file = view("oves.map");
    assert_string_equal(found(image, &search), "none");
    search = all();
    search.from = view("old");
    search.to = view("shop");
    assert_string_equal(found(image, &search), "2 ");
    search = all();
    semr_image_rule(image, semr_image_at(image, 6), &rule);
    search.id = semr_identity(image, &rule, PLACE);
    assert_string_equal(found(image, &search), "7 ");
    search.id = semr_identity(image, &rule, PLACE + 1);
    assert_string_equal(found(image, &search), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_slow_search),
        cmocka_unit_test(by_text),
        cmocka_unit_test(by_host),
        cmocka_unit_test(by_the_rest),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
