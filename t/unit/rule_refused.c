/* SPDX-License-Identifier: Apache-2.0
 * Rules that are refused: the value is named, and the mend.
 */
#include "rule.h"
#include "views.h"

/* The text has to hold each of these. */
typedef struct row_t {
    const char *line;
    const char *holds[4];
    int flags;
} row_t;

static const row_t rows[] = {
    /* words */
    {"", {"\"\"", "INTENT FROM"}, 0},
    {"   ", {"\"\"", "INTENT FROM"}, 0},
    {"permanent", {"\"permanent\"", "FROM", "/old"}, 0},
    {"permanent \"/old /new", {"\"/old /new", "quote", "not closed"}, 0},
    {"permanent /old '/new", {"'/new", "not closed"}, 0},
    {"permanent /old /new note=\"x", {"\"x", "not closed"}, 0},

    /* intents */
    {"moved /old /new", {"\"moved\"", "permanent", "see-other", "none"}, 0},
    {"/old /new", {"\"/old\"", "intent", "permanent"}, 0},
    {"301 /a /b",
     {"\"301\" is a status code; say what the move means: permanent (301 for "
      "GET and HEAD, 308 for the rest), or add code=301 to pin it."},
     0},
    {"308 /a /b", {"\"308\"", "permanent", "code=308"}, 0},
    {"302 /a /b", {"\"302\"", "temporary", "code=302"}, 0},
    {"307 /a /b", {"\"307\"", "temporary", "code=307"}, 0},
    {"303 /a /b", {"\"303\"", "see-other"}, 0},
    {"404 /a", {"\"404\"", "gone", "code=404"}, 0},
    {"410 /a", {"\"410\"", "gone"}, 0},
    {"451 /a", {"\"451\"", "gone", "code=451"}, 0},
    {"200 /a /b", {"\"200\"", "status code", "permanent", "none"}, 0},

    /* TO that is not there, or should not be */
    {"permanent /old", {"\"/old\"", "TO"}, 0},
    {"permanent /old query=drop", {"\"/old\"", "TO"}, 0},
    {"temporary /old note=\"a b\"", {"\"/old\"", "TO", "temporary"}, 0},
    {"none /old /new", {"\"/new\"", "none", "TO"}, 0},
    {"gone /old /new note=x", {"\"/new\"", "gone", "TO"}, 0},

    /* FROM */
    {"permanent old /new", {"\"old\"", "slash"}, 0},
    {"permanent \"\" /new", {"\"\"", "slash"}, 0},
    {"permanent ftp://h/x /new", {"\"ftp://h/x\"", "slash"}, 0},
    {"gone ^/x", {"\"^/x\"", "~"}, 0},
    {"gone /a#part", {"\"#part\"", "fragment", "%23"}, 0},
    {"gone //h/old#part", {"\"#part\"", "fragment"}, 0},
    {"gone /a*", {"\"/a*\"", "%2A"}, 0},
    {"gone /a/*/b", {"\"/a/*/b\"", "%2A", "last segment"}, 0},
    {"gone /*/*", {"\"/*/*\"", "%2A"}, 0},
    {"gone /{a}/{a}", {"\"{a}\"", "twice"}, 0},
    {"gone /{a}?x={a}", {"\"{a}\"", "twice"}, 0},
    {"gone /{a", {"\"{a\"", "not closed", "{a}", "%7B"}, 0},
    {"gone /{}", {"\"{}\"", "{a}", "%7B"}, 0},
    {"gone /{a-b}", {"\"{a-b}\"", "{a}", "letters"}, 0},
    {"gone /a}b", {"\"}b\"", "%7D"}, 0},
    {"gone /{a}/../b", {"\"/{a}/../b\"", ".."}, 0},
    {"gone /x?a=b{c}", {"\"a=b{c}\"", "%7B"}, 0},
    {"gone /x?a={c}d", {"\"a={c}d\"", "%7B"}, 0},
    {"gone /x?{c}=d", {"\"{c}=d\"", "%7B"}, 0},
    {"gone /x?a={c", {"\"{c\"", "not closed"}, 0},
    {"gone ///x", {"\"///x\"", "host"}, 0},
    {"gone http:///x", {"\"http:///x\"", "host"}, 0},
    {"gone //:80/x", {"\"//:80/x\"", "host"}, 0},
    {"gone //*./x", {"\"//*./x\"", "host"}, 0},
    {"gone //b\xc3\xbc"
     "cher.example/x",
     {"\"b\xc3\xbc"
      "cher.example\"",
      "xn--", "ASCII"},
     0},
    {"gone //a*.b/x", {"\"a*.b\"", "host", "*."}, 0},
    {"gone //u@h/x", {"\"u@h\"", "host"}, 0},
    {"gone //a..b/x", {"\"a..b\"", "host"}, 0},
    {"gone //[::g]/x", {"\"[::g]\"", "IPv6"}, 0},
    {"gone //[::1/x", {"\"[::1\"", "IPv6"}, 0},
    {"gone //[1.2.3.4]/x", {"\"[1.2.3.4]\"", "IPv6"}, 0},
    {"gone //*.[::1]/x", {"\"*.[::1]\"", "IPv6"}, 0},
    {"gone //h:/x", {"\":\"", "port", "65535"}, 0},
    {"gone //h:0/x", {"\":0\"", "port"}, 0},
    {"gone //h:65536/x", {"\":65536\"", "port"}, 0},
    {"gone //h:http/x", {"\":http\"", "port"}, 0},
    {"gone //[::1]8/x", {"\"8\"", "port"}, 0},
    {"gone //h/x host=k", {"\"//h/x\"", "host="}, 0},
    {"gone ~", {"\"~\"", "regex"}, 0},
    {"gone ~*", {"\"~*\"", "regex"}, 0},
    {"permanent ~^/a( /new", {"\"^/a(\"", "regex"}, 0},
    {"permanent ^/a( /new", {"\"^/a(\"", "regex"}, SEMR_RULE_REGEX},

    /* TO */
    {"permanent /old new", {"\"new\"", "slash", "http"}, 0},
    {"permanent /old \"\"", {"\"\"", "slash"}, 0},
    {"permanent /old ?x", {"\"?x\"", "slash"}, 0},
    {"permanent /old //evil.test/x", {"\"//evil.test/x\"", "https://"}, 0},
    {"permanent /old /\\evil.test", {"\"/\\evil.test\"", "slash"}, 0},
    {"permanent /old https:/\\evil.test", {"\"/\\evil.test\""}, 0},
    {"permanent /old javascript:alert(1)", {"\"javascript:\"", "https"}, 0},
    {"permanent /old ftp://h/x", {"\"ftp:\"", "http"}, 0},
    {"permanent /old data:text/html,x", {"\"data:\""}, 0},
    {"permanent /old https:///new", {"\"https:///new\"", "host"}, 0},
    {"permanent /old https://", {"\"https://\"", "host"}, 0},
    {"permanent /old https:new", {"\"https:new\"", "https://host/path"}, 0},
    {"permanent /old https://h:99999/", {"\":99999\"", "port"}, 0},
    {"permanent /old https://h:/", {"\":\"", "port"}, 0},
    {"permanent /old https://b\xc3\xbc"
     "cher.example/",
     {"\"b\xc3\xbc"
      "cher.example\"",
      "xn--"},
     0},
    {"permanent /old https://u:p@h/", {"\"u:p@h\"", "user name"}, 0},
    {"permanent /old https://h\\x/", {"\"h\\x\"", "host"}, 0},
    {"permanent /old https://www.example.com@evil.test/", {"user name"}, 0},
    {"permanent ~^/(.*)$ https://$1/", {"\"$1\"", "captured text"}, 0},
    {"permanent ~^/(.*)$ https://h.test$1",
     {"\"h.test$1\"", "captured text", "slash"},
     0},
    {"permanent /a/* https://h.test*", {"\"h.test*\"", "captured text"}, 0},
    {"permanent /{a} https://h.test:80{a}",
     {"\"h.test:80{a}\"", "captured text"},
     0},
    {"permanent /a/* https://*.b.test/*", {"\"*.b.test\"", "labels"}, 0},
    {"permanent //*.a/* https://x.*.b.test/*",
     {"\"x.*.b.test\"", "captured"},
     0},
    {"permanent ~^/go(.*)$ $1", {"\"$1\"", "captured text"}, 0},
    {"permanent /go/{u} {u}", {"\"{u}\"", "captured text"}, 0},
    {"permanent /go/* *", {"\"*\"", "captured text"}, 0},
    {"permanent /a /b/*", {"\"/b/*\"", "\"/a\"", "/*", "%2A"}, 0},
    {"permanent ~^/a /b/*", {"\"/b/*\"", "\"~^/a\"", "$1"}, 0},
    {"permanent /a /b?p=*", {"\"/b?p=*\"", "%2A"}, 0},
    {"permanent /a/* /b/*/c", {"\"/b/*/c\"", "%2A"}, 0},
    {"permanent /a/* /b?p=*#c", {"\"/b?p=*#c\"", "%2A"}, 0},
    {"permanent /a/* /**", {"\"/**\"", "%2A"}, 0},
    {"permanent /{a} /{b}", {"\"{b}\"", "\"/{a}\"", "%7B"}, 0},
    {"permanent /{a} /{a", {"\"{a\"", "not closed"}, 0},
    {"permanent /{a} /{}", {"\"{}\"", "{a}"}, 0},
    {"permanent /{a} /a}", {"\"/a}\"", "}", "%7D"}, 0},
    {"permanent /{a} /{a}/../b", {"\"/{a}/../b\"", ".."}, 0},
    {"permanent ~^/(?<a>x) /{b}", {"\"{b}\"", "FROM"}, 0},
    {"permanent /a /$1", {"\"$1\"", "%24", "regex"}, 0},
    {"permanent /{a} /{a}?$0", {"\"$0\"", "%24"}, 0},
    {"permanent ~^/a/(b)$ /c/$2", {"\"$2\"", "group"}, 0},

    /* options */
    {"permanent /a /b color=red", {"\"color\"", "query", "max-age", "if"}, 0},
    {"permanent /a /b max_age=1d", {"\"max_age\"", "was max-age= meant?"}, 0},
    {"permanent /a /b queyr=drop", {"\"queyr\"", "was query= meant?"}, 0},
    {"permanent /a /b =x", {"\"\"", "no option"}, 0},
    {"permanent /a /b c", {"\"c\"", "option", "quotes"}, 0},
    {"permanent /a /b query=drop QUERY=drop",
     {"\"QUERY=drop\"", "query=", "second"},
     0},
    {"permanent /a /b query=maybe", {"query=", "\"maybe\"", "drop"}, 0},
    {"permanent /a /b method=post", {"method=", "\"post\"", "pass"}, 0},
    {"permanent /a /b only=", {"only=", "\"\""}, 0},
    {"permanent /a /b only=GE(T", {"only=", "\"GE(T\""}, 0},
    {"permanent /a /b only=GET,,POST", {"only=", "\"GET,,POST\""}, 0},
    {"permanent /a /b only=GET,", {"only=", "\"GET,\""}, 0},
    {"permanent /a /b host=", {"\"host=\""}, 0},
    {"permanent /a /b host=h/x", {"\"h/x\"", "host"}, 0},
    {"permanent /a /b host=//h", {"\"//h\"", "host"}, 0},
    {"permanent /a /b code=304", {"code=", "\"304\"", "308"}, 0},
    {"permanent /a /b code=410", {"code=", "\"410\""}, 0},
    {"permanent /a /b code=moved", {"code=", "\"moved\""}, 0},
    {"permanent /a /b code=3010", {"code=", "\"3010\""}, 0},
    {"gone /a code=301", {"code=", "\"301\"", "451"}, 0},
    {"none /a code=404", {"code=", "\"404\"", "none"}, 0},
    {"permanent /a /b stage=beta", {"stage=", "\"beta\"", "trial"}, 0},
    {"gone /a starts=soon", {"starts=", "\"soon\"", "2027-01-15"}, 0},
    {"gone /a ends=2027-02-30", {"ends=", "\"2027-02-30\""}, 0},
    {"gone /a settles=", {"settles=", "\"\""}, 0},
    {"gone /a starts=2999-02-01 ends=2999-01-01",
     {"ends=", "\"2999-01-01\"", "\"2999-02-01\""},
     0},
    {"gone /a ends=2999-01-01T00:00:00Z starts=2999-01-01",
     {"ends=", "\"2999-01-01T00:00:00Z\""},
     0},
    {"gone /a max-age=-1d", {"max-age=", "\"-1d\"", "12h"}, 0},
    {"gone /a max-age=99999999999999999999d", {"max-age="}, 0},
    {"gone /a case=fold", {"case=", "\"fold\"", "ignore"}, 0},
    {"gone /a slash=yes", {"slash=", "\"yes\"", "exact"}, 0},
    {"gone /a if=\"true\"", {"if=", "\"true\"", "httpd", "directive"}, 0},
    {"gone /a if=", {"if=", "\"\""}, SEMR_RULE_IF},
};

static void check(const row_t *row)
{
    semr_rule_t rule;
    semr_diag_t diag = {NULL};

    if (semr_rule_parse(&rule, pool, row->line, row->flags, &diag) !=
        APR_EINVAL) {
        fail_msg("%s: accepted", row->line);
    }
    assert_non_null(diag.text);
    for (size_t i = 0; i < ROWS(row->holds) && row->holds[i]; i++) {
        if (!strstr(diag.text, row->holds[i])) {
            fail_msg("%s: no %s in: %s", row->line, row->holds[i], diag.text);
        }
    }
    /* a sentence or two, on one line */
    assert_int_equal(diag.text[strlen(diag.text) - 1], '.');
    assert_null(strchr(diag.text, '\n'));
}

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        check(&rows[i]);
    }
}

/* A line with count of what format makes of a number */
static const char *line_of(const char *head, const char *format, int count)
{
    for (int i = 0; i < count; i++) {
        head = apr_pstrcat(pool, head, apr_psprintf(pool, format, i), NULL);
    }
    return head;
}

static void limits(void **state)
{
    semr_rule_t rule;
    semr_diag_t diag;
    row_t row = {NULL, {"\"p30=\"", "30"}, 0};

    (void)state;
    assert_int_equal(semr_rule_parse(&rule, pool,
                                     line_of("gone /a?", "p%d=&", 30), 0,
                                     &diag),
                     APR_SUCCESS);
    row.line = line_of("gone /a?", "p%d=&", 31);
    check(&row);
    assert_int_equal(
        semr_rule_parse(&rule, pool, line_of("gone ", "/{a%d}", 32), 0, &diag),
        APR_SUCCESS);
    row.line = line_of("gone ", "/{a%d}", 33);
    row.holds[0] = "\"{a32}\"";
    row.holds[1] = "32";
    check(&row);
    row.line = line_of("gone //", "%03d", 85);
    row.holds[0] = "no host";
    row.holds[1] = "...\"";
    check(&row);
}

/* What is shown of a value is safe to print. */
static void shown(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"a b\\c", "a b\\c"},
        {"a\r\nb\x1b[0m\x7f", "a??b?[0m?"},
        {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\xc3(\xa9 \xff \xc0\xaf \xed\xa0\x80", "?(? ? ?? ???"},
        {"\xc2\x9b"
         "1",
         "??1"},
        {"\xe2\x82", "??"},
    };
    char text[256];

    (void)state;
    for (size_t i = 0; i < ROWS(cases); i++) {
        semr_view_t view = {cases[i].text, strlen(cases[i].text)};

        assert_string_equal(semr_diag_show(pool, view), cases[i].expected);
    }
    memset(text, 'x', sizeof(text));
    assert_int_equal(
        strlen(semr_diag_show(pool, (semr_view_t){text, sizeof(text)})), 203);
    memcpy(text + 199, "\xc3\xa9", 2);
    assert_int_equal(
        strlen(semr_diag_show(pool, (semr_view_t){text, sizeof(text)})), 202);
    assert_int_equal(strlen(semr_diag_show(pool, (semr_view_t){text, 200})),
                     200);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused),
        cmocka_unit_test(limits),
        cmocka_unit_test(shown),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
