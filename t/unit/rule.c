/* SPDX-License-Identifier: Apache-2.0
 * Rules that are accepted: what is read, and that it can be written again.
 */
#include "rule.h"
#include "url.h"
#include "views.h"
#include "words.h"

enum { NAMED = 256 }; /* a flag: its captures need the words as written */

/* -- a rule as text -------------------------------------------------------- */

static const char *with_ops(semr_view_t view)
{
    const char *text = "";

    for (apr_size_t i = 0; i < view.len; i++) {
        unsigned char c = (unsigned char)view.p[i];

        switch (c) {
        case SEMR_OP_TAIL:
            text = apr_pstrcat(pool, text, "<tail>", NULL);
            break;
        case SEMR_OP_REST:
            text = apr_pstrcat(pool, text, "<rest>", NULL);
            break;
        case SEMR_OP_LABELS:
            text = apr_pstrcat(pool, text, "<labels>", NULL);
            break;
        case SEMR_OP_URL:
            text = apr_pstrcat(pool, text, "<url>", NULL);
            break;
        default:
            text = c >= SEMR_OP_CAPTURE
                       ? apr_psprintf(pool, "%s<%d>", text, c - SEMR_OP_CAPTURE)
                       : apr_psprintf(pool, "%s%c", text, c);
        }
    }
    return text;
}

static const char *copy(semr_view_t view)
{
    return view.len ? apr_pstrmemdup(pool, view.p, view.len) : "";
}

static const char *dump_from(const semr_rule_t *rule)
{
    static const char *const kinds[] = {"exact", "pattern", "regex", "prefix"};
    static const char *const schemes[] = {"", "http ", "https "};
    const char *text;

    text = apr_psprintf(pool, "%s%s%s%s%s %s", kinds[rule->kind],
                        rule->star ? "*" : "", rule->with_slash ? "/" : "",
                        rule->slash_exact ? " slash-exact" : "",
                        rule->fold ? " fold" : "", schemes[rule->scheme]);
    if (rule->host.len) {
        text = apr_pstrcat(pool, text, rule->wild ? "*." : "", copy(rule->host),
                           " ", NULL);
    }
    if (rule->port) {
        text = apr_psprintf(pool, "%s%d ", text, rule->port);
    }
    text = apr_pstrcat(pool, text, "[", with_ops(rule->path), "]", NULL);
    for (int i = 0; i < rule->nparams; i++) {
        const semr_param_t *param = &rule->params[i];

        text = apr_pstrcat(pool, text, " ", copy(param->name), "=", NULL);
        text = param->capture < 0
                   ? apr_pstrcat(pool, text, copy(param->value), NULL)
                   : apr_psprintf(pool, "%s<%d>", text, param->capture);
    }
    return text;
}

static const char *dump(const semr_rule_t *rule)
{
    static const char *const forms[] = {"", " -> ", " -> ",
                                        " -> http:", " -> https:"};
    const semr_to_t *to = &rule->to;
    const char *options;
    int ops = 0;

    for (apr_size_t i = 0; i < to->head.len; i++) {
        ops |= (unsigned char)to->head.p[i] >= SEMR_OP_CAPTURE;
    }
    assert_int_equal(to->rest.len, 0);
    assert_int_equal(to->inserts, ops);
    if (to->form == SEMR_TO_AUTHORITY) {
        assert_memory_equal(to->head.p, "http", 4);
    }
    options = semr_rule_options(pool, rule);
    return apr_pstrcat(pool, semr_intent_name(rule->policy.intent), " ",
                       dump_from(rule), forms[to->form], with_ops(to->head),
                       *options ? " " : "", options, NULL);
}

/* -- tables ---------------------------------------------------------------- */

typedef struct row_t {
    const char *line;
    const char *expected;
    int flags;
} row_t;

static const row_t intents[] = {
    {"permanent /old /new", "permanent exact [/old] -> /new", 0},
    {"Temporary /old /new", "temporary exact [/old] -> /new", 0},
    {"temp /old /new", "temporary exact [/old] -> /new", 0},
    {"see-other /old /new", "see-other exact [/old] -> /new", 0},
    {"SEEOTHER /old /new", "see-other exact [/old] -> /new", 0},
    {"gone /old", "gone exact [/old]", 0},
    {"none /old", "none exact [/old]", 0},
    {"  permanent\t/old\t /new \r\n", "permanent exact [/old] -> /new", 0},
    {"\"permanent\" '/old' \"/new\"", "permanent exact [/old] -> /new", 0},
    {"gone /old note=x", "gone exact [/old] note=x", 0},
};

static const row_t paths[] = {
    {"gone /", "gone exact/ []", 0},
    {"gone /about/", "gone exact/ [/about]", 0},
    {"gone /a//b/./c/../d", "gone exact [/a/b/d]", 0},
    {"gone /a/..", "gone exact/ []", 0},
    {"gone /caf\xc3\xa9", "gone exact [/caf%C3%A9]", 0},
    {"gone /caf%c3%a9", "gone exact [/caf%C3%A9]", 0},
    {"gone /%7ejoe%2dx", "gone exact [/~joe-x]", 0},
    {"gone \"/old page\"", "gone exact [/old%20page]", 0},
    {"gone /a%2fb", "gone exact [/a%2Fb]", 0},
    {"gone /a%28b%29", "gone exact [/a(b)]", 0},
    {"gone /a%2A", "gone exact [/a*]", 0},
    {"gone /a%zz", "gone exact [/a%25zz]", 0},
    {"gone /:name", "gone exact [/:name]", 0},
    {"gone /a\\\\b", "gone exact [/a%5Cb]", 0},
    {"gone /a slash=exact", "gone exact slash-exact [/a] slash=exact", 0},
    {"gone /a slash=either", "gone exact [/a]", 0},
    {"gone /A%2FB case=ignore", "gone exact fold [/a%2fb] case=ignore", 0},
    {"gone /A CASE=Exact", "gone exact [/A]", 0},
    {"gone /*", "gone prefix []", 0},
    {"gone /blog/*", "gone prefix [/blog]", 0},
    {"gone /blog//*", "gone prefix [/blog]", 0},
    {"gone /a/../*", "gone prefix []", 0},
    {"gone /Blog/* case=ignore", "gone prefix fold [/blog] case=ignore", 0},
    {"gone /u/{name}/posts", "gone pattern [/u/<0>/posts]", 0},
    {"gone /u/{name}/", "gone pattern/ [/u/<0>]", 0},
    {"gone /u/{name}/*", "gone pattern* [/u/<0>]", 0},
    {"gone /{a}-{b_2}", "gone pattern [/<0>-<1>]", 0},
    {"gone /{a}{b}", "gone pattern [/<0><1>]", 0},
    {"gone /\xc3\xa9/{a}.%68tml", "gone pattern [/%C3%A9/<0>.html]", 0},
    {"gone /x/../{a}//y", "gone pattern [/<0>/y]", 0},
    {"gone /A/{a} case=ignore", "gone pattern fold [/a/<0>] case=ignore", 0},
    {"gone /%7Ba%7D", "gone exact [/%7Ba%7D]", 0},
};

static const row_t queries[] = {
    {"gone /i?id=5", "gone exact [/i] id=5", 0},
    {"gone /i?", "gone exact [/i]", 0},
    {"gone /?p=123", "gone exact/ [] p=123", 0},
    {"gone /i?b=2&a=1&&a=0", "gone exact [/i] a=0 a=1 b=2", 0},
    {"gone /i?print", "gone exact [/i] print=", 0},
    {"gone /i?print=", "gone exact [/i] print=", 0},
    {"gone /s?q=a+b", "gone exact [/s] q=a b", 0},
    {"gone /s?q=a%20b", "gone exact [/s] q=a b", 0},
    {"gone /s?q=%7Bx%7D", "gone exact [/s] q={x}", 0},
    {"gone /s?q=a%26b=c", "gone exact [/s] q=a&b=c", 0},
    {"gone /s?q=*", "gone exact [/s] q=*", 0},
    {"gone /i?id=5&p={page}", "gone exact [/i] id=5 p=<0>", 0},
    {"gone /{l}/i?b={x}&a={y}", "gone pattern [/<0>/i] a=<2> b=<1>", NAMED},
    {"gone /a/*?x=1", "gone prefix [/a] x=1", 0},
    {"gone /i?ID=Ab case=ignore", "gone exact fold [/i] id=ab case=ignore", 0},
};

static const row_t hosts[] = {
    {"gone //Old.Example.com/x", "gone exact old.example.com [/x]", 0},
    {"gone //h/x/", "gone exact/ h [/x]", 0},
    {"gone //h", "gone exact/ h []", 0},
    {"gone //h?a=1", "gone exact/ h [] a=1", 0},
    {"gone //h./x", "gone exact h [/x]", 0},
    {"gone //h:8080/x", "gone exact h 8080 [/x]", 0},
    {"gone http://h/x", "gone exact http h [/x]", 0},
    {"gone HTTPS://h:443/x", "gone exact https h 443 [/x]", 0},
    {"gone //*.Example.com/*", "gone prefix *.example.com []", 0},
    {"gone //[2001:DB8::1]:80/x", "gone exact [2001:db8::1] 80 [/x]", 0},
    {"gone //a_b.example/x", "gone exact a_b.example [/x]", 0},
    {"gone /x host=h", "gone exact h [/x] host=h", 0},
    {"gone / host=h", "gone exact/ h [] host=h", 0},
    {"gone /x host=*.H:8080", "gone exact *.h 8080 [/x] host=*.h:8080", 0},
    {"gone ~x host=*.h", "gone regex *.h [x] host=*.h", 0},
};

static const row_t regexes[] = {
    {"gone ~^/a/(\\d+)$", "gone regex [^/a/(\\d+)$]", 0},
    {"gone ~*^/a", "gone regex fold [^/a]", 0},
    {"gone ~^/a case=ignore", "gone regex fold [^/a]", 0},
    {"gone \"~^/a (b)$\"", "gone regex [^/a (b)$]", 0},
    {"gone ~a#b", "gone regex [a#b]", 0},
    {"gone ^/a$", "gone regex [^/a$]", SEMR_RULE_REGEX},
    {"gone ~a", "gone regex [~a]", SEMR_RULE_REGEX},
    {"permanent ~^/(a)/(b)$ /$2/$1?$0",
     "permanent regex [^/(a)/(b)$] -> /<2>/<1>?<0>", 0},
    {"permanent ~^/(?<who>a)(b) /{who}$2",
     "permanent regex [^/(?<who>a)(b)] -> /<1><2>", NAMED},
    {"permanent ~^/(a) /$12$x$", "permanent regex [^/(a)] -> /<1>2$x$", 0},
    {"permanent ^/(a) https://h/$1", "permanent regex [^/(a)] -> https://h/<1>",
     SEMR_RULE_REGEX},
};

static const row_t targets[] = {
    {"permanent /a /b/", "permanent exact [/a] -> /b/", 0},
    {"permanent /a /", "permanent exact [/a] -> /", 0},
    {"permanent /a /b//c/../d", "permanent exact [/a] -> /b/d", 0},
    {"permanent /a \"/b c\"", "permanent exact [/a] -> /b%20c", 0},
    {"permanent /a /\xc3\xa9", "permanent exact [/a] -> /%C3%A9", 0},
    {"permanent /a /%2a%7b%24", "permanent exact [/a] -> /*%7B$", 0},
    {"permanent /a /$x", "permanent exact [/a] -> /$x", 0},
    {"permanent /a /wiki/Talk:Main", "permanent exact [/a] -> /wiki/Talk:Main",
     0},
    {"permanent /a /b\\c", "permanent exact [/a] -> /b%5Cc", 0},
    {"permanent /a /b?x=1&y=%26", "permanent exact [/a] -> /b?x=1&y=%26", 0},
    {"permanent /a \"/b?x= #y z\"", "permanent exact [/a] -> /b?x=%20#y%20z",
     0},
    {"permanent /a /b#c", "permanent exact [/a] -> /b#c", 0},
    {"permanent /a /b?c?d/e", "permanent exact [/a] -> /b?c?d/e", 0},
    {"permanent /a /b?", "permanent exact [/a] -> /b query=drop", 0},
    {"permanent /a /b?#c", "permanent exact [/a] -> /b#c query=drop", 0},
    {"permanent /a /b query=keep", "permanent exact [/a] -> /b", 0},
    {"permanent /a/* /b", "permanent prefix [/a] -> /b", 0},
    {"permanent /a/* /b/*", "permanent prefix [/a] -> /b<tail>", 0},
    {"permanent /a/* /*", "permanent prefix [/a] -> /<rest>", 0},
    {"permanent /a/* /b/../*", "permanent prefix [/a] -> /<rest>", 0},
    {"permanent /a/* /b-*", "permanent prefix [/a] -> /b-<rest>", 0},
    {"permanent /a/* /b/..*", "permanent prefix [/a] -> /b/..<rest>", 0},
    {"permanent /a/* /b/*#c", "permanent prefix [/a] -> /b<tail>#c", 0},
    {"permanent /a/* /b/*?c=*", "permanent prefix [/a] -> /b<tail>?c=<rest>",
     0},
    {"permanent /a/* /b?p=*", "permanent prefix [/a] -> /b?p=<rest>", 0},
    {"permanent /a/* /b?#*", "permanent prefix [/a] -> /b#<rest> query=drop",
     0},
    {"permanent /{a}/{b} /{b}?x={a}#{b}",
     "permanent pattern [/<0>/<1>] -> /<1>?x=<0>#<1>", 0},
    {"permanent /{a}/* /x{a}/*", "permanent pattern* [/<0>] -> /x<0><tail>", 0},
    {"permanent /a?id={id} /i/{id}", "permanent exact [/a] id=<0> -> /i/<0>",
     0},
};

static const row_t absolutes[] = {
    {"permanent /a https://h.example/b",
     "permanent exact [/a] -> https://h.example/b", 0},
    {"permanent /a HTTPS://H.Example/B",
     "permanent exact [/a] -> https://h.example/B", 0},
    {"permanent /a http://h", "permanent exact [/a] -> http://h/", 0},
    {"permanent /a http://h?x=1", "permanent exact [/a] -> http://h/?x=1", 0},
    {"permanent /a http://h#x", "permanent exact [/a] -> http://h/#x", 0},
    {"permanent /a http://h?", "permanent exact [/a] -> http://h/ query=drop",
     0},
    {"permanent /a http://h:80/", "permanent exact [/a] -> http://h:80/", 0},
    {"permanent /a https://[2001:db8::1]/n",
     "permanent exact [/a] -> https://[2001:db8::1]/n", 0},
    {"permanent /a/* https://h/*", "permanent prefix [/a] -> https://h/<rest>",
     0},
    {"permanent /a/* https://h:8443/b/*",
     "permanent prefix [/a] -> https://h:8443/b<tail>", 0},
    {"permanent //*.a/* https://*.B.example/*",
     "permanent prefix *.a [] -> https://<labels>.b.example/<rest>", 0},
    {"permanent /* https://*.b:81 host=*.a",
     "permanent prefix *.a [] -> https://<labels>.b:81/ host=*.a", 0},
    {"permanent /a https:/b", "permanent exact [/a] -> https:/b", 0},
    {"permanent /a/* http:/b/*", "permanent prefix [/a] -> http:/b<tail>", 0},
    {"permanent /* https:", "permanent prefix [] -> https:<url>", 0},
    {"permanent /* HTTP:", "permanent prefix [] -> http:<url>", 0},
    {"permanent /a https:?", "permanent exact [/a] -> https:<url> query=drop",
     0},
};

static const row_t options[] = {
    {"gone /a method=GET", "gone exact [/a] method=get", 0},
    {"gone /a method=keep stage=live", "gone exact [/a]", 0},
    {"gone /a method=pass only=GET,M-SEARCH",
     "gone exact [/a] method=pass only=GET,M-SEARCH", 0},
    {"gone /a code=410", "gone exact [/a] code=410", 0},
    {"gone /a code=451", "gone exact [/a] code=451", 0},
    {"permanent /a /b code=308", "permanent exact [/a] -> /b code=308", 0},
    {"gone /a Stage=Trial", "gone exact [/a] stage=trial", 0},
    {"gone /a starts=2027-01-15 ends=2027-01-15T10:00:00Z",
     "gone exact [/a] starts=2027-01-15 ends=2027-01-15T10:00:00Z", 0},
    {"gone /a \"settles=2027-01-15 12:00:00+02:00\"",
     "gone exact [/a] settles=2027-01-15T10:00:00Z", 0},
    {"gone /a starts=1970-01-01", "gone exact [/a] starts=1969-12-31T23:59:59Z",
     0},
    {"gone /a max-age=86400", "gone exact [/a] max-age=1d", 0},
    {"gone /a max-age=0", "gone exact [/a] max-age=0", 0},
    {"gone /a MAX-AGE=None", "gone exact [/a] max-age=none", 0},
    {"gone /a note=\"why, who\"", "gone exact [/a] note=\"why, who\"", 0},
    {"gone /a \"note=why, who\"", "gone exact [/a] note=\"why, who\"", 0},
    {"gone /a note='it \"is\" \\'so\\' \\\\'",
     "gone exact [/a] note=\"it \\\"is\\\" 'so' \\\\\"", 0},
    {"gone /a note=it's", "gone exact [/a] note=\"it's\"", 0},
    {"gone /a note=", "gone exact [/a]", 0},
    {"gone /a note=a\\\\\\\\b", "gone exact [/a] note=\"a\\\\\\\\b\"", 0},
    {"gone /a if=\"%{HTTP:X-Beta} == 'yes'\"",
     "gone exact [/a] if=\"%{HTTP:X-Beta} == 'yes'\"", SEMR_RULE_IF},
    {"permanent /a /b slash=exact note=x query=drop max-age=7d",
     "permanent exact slash-exact [/a] -> /b query=drop max-age=7d "
     "slash=exact note=x",
     0},
};

/* -- the loops ------------------------------------------------------------- */

static const char *parsed(const char *line, int flags, semr_rule_t *rule)
{
    semr_diag_t diag;

    if (semr_rule_parse(rule, pool, line, flags, &diag) != APR_SUCCESS) {
        fail_msg("%s: %s", line, diag.text);
    }
    assert_null(diag.text);
    return dump(rule);
}

static const char *words_of(const semr_rule_t *rule)
{
    const char *from = semr_rule_from(pool, rule);
    const char *to = semr_rule_to(pool, rule);

    return apr_pstrcat(pool, semr_intent_name(rule->policy.intent), " ",
                       semr_words_quote(pool, view(from)), " ",
                       *to ? semr_words_quote(pool, view(to)) : "", " ",
                       semr_rule_options(pool, rule), NULL);
}

static void run(const row_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const row_t *row = &rows[i];
        int flags = row->flags & SEMR_RULE_IF;
        semr_rule_t rule, again;

        assert_string_equal(parsed(row->line, row->flags, &rule),
                            row->expected);
        assert_string_equal(parsed(words_of(&rule), flags, &again),
                            row->expected);
        if (!(row->flags & NAMED)) {
            /* as an image has it, and then from canonical words alone */
            rule.from_word = rule.to_word = semr_view(NULL, 0);
            parsed(words_of(&rule), flags, &again);
            assert_string_equal(dump_from(&again), dump_from(&rule));
            assert_true(semr_view_equal(again.to.head, rule.to.head));
            assert_int_equal(again.to.form, rule.to.form);
        }
    }
}

#define TABLE_TEST(name)                                                       \
    static void test_##name(void **state)                                      \
    {                                                                          \
        (void)state;                                                           \
        run(name, ROWS(name));                                                 \
    }

TABLE_TEST(intents)
TABLE_TEST(paths)
TABLE_TEST(queries)
TABLE_TEST(hosts)
TABLE_TEST(regexes)
TABLE_TEST(targets)
TABLE_TEST(absolutes)
TABLE_TEST(options)

/* A plain rule is parts of its line. */
static void plain_rules(void **state)
{
    static const char line[] = "permanent /old/page https://h.example/new?a#b";
    semr_rule_t rule;

    (void)state;
    parsed(line, 0, &rule);
    assert_ptr_equal(rule.path.p, line + 10);
    assert_ptr_equal(rule.to.head.p, line + 20);
    assert_ptr_equal(rule.from_word.p, line + 10);
    assert_int_equal(rule.to.inserts, 0);
    assert_int_equal(rule.policy.stage, SEMR_LIVE);
    assert_int_equal(rule.policy.max_age, SEMR_MAX_AGE_DEFAULT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intents),   cmocka_unit_test(test_paths),
        cmocka_unit_test(test_queries),   cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_regexes),   cmocka_unit_test(test_targets),
        cmocka_unit_test(test_absolutes), cmocka_unit_test(test_options),
        cmocka_unit_test(plain_rules),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
