/* SPDX-License-Identifier: Apache-2.0
 * HAProxy's maps and Wikimedia's redirects.dat: the lines that they become.
 */
#include "import_read.h"

typedef struct row_t {
    const char *match, *text, *lines;
} row_t;

static const row_t haproxy[] = {
    {"str", "/old /new\n", "permanent /old /new query=drop slash=exact"},
    {"str", "# told\n\n \t/old \t /new \r\n",
     "permanent /old /new query=drop slash=exact"},
    {"str", "www.test/old https://new.test/x?y=1",
     "permanent //www.test/old https://new.test/x?y=1 query=drop slash=exact"},
    {"map_str", "old.test https://new.test/",
     "permanent //old.test/* https://new.test/ query=drop"},
    {"str", "/a%20b* /c*", "permanent /a%20b%2A /c%2A query=drop slash=exact"},
    {"str", "/a", "left"},
    {"str", "/a b.html", "left"},
    {"str", "/a?b=1 /c", "left"},
    {"str", "no_host! /c", "left"},
    {"beg", "/a/ /x\n/a/b/ /y\n/ab /z\n",
     "permanent /a/b/* /y query=drop slash=exact\n"
     "permanent /a/* /x query=drop slash=exact\n"
     "permanent ~^/ab /z query=drop"},
    {"beg", "www.test/a/ /x",
     "permanent //www.test/a/* /x query=drop slash=exact"},
    {"beg", "www. /x", "left"},
    {"end", ".php /x", "permanent ~\\.php$ /x query=drop"},
    {"sub", "/a.b+ /x", "permanent ~/a\\.b\\+ /x query=drop"},
    {"dir", "/img/ /x", "permanent ~(?:^|/)img(?:/|$) /x query=drop"},
    {"dir", "a/b /x", "permanent ~(?:^|/)a/b(?:/|$) /x query=drop"},
    {"dom", "old.test /x",
     "permanent //old.test/* /x query=drop\n"
     "permanent //*.old.test/* /x query=drop"},
    {"dom", "old /x", "left"},
    {"dom", "old.test/x /x", "left"},
    {"reg", "^/a/(.*) /x/\\1", "permanent ~^/a/(.*) /x/%5C1 query=drop"},
    {"reg", "\\.php$ /x", "permanent ~\\.php$ /x query=drop"},
    {"reg", "^www\\.test/a /x", "left"},
    {"reg", "^/a( /x", "left"},
    {"regm", "^/a/(.*)$ /x/\\1", "permanent ~^/a/(.*)$ /x/$1 query=drop"},
    {"regm", "^/a/(.*)$ \\1", "left"},
    {NULL, "/a /b", "no file"},
    {"ip", "/a /b", "no file"},
};

static const row_t wikimedia[] = {
    {NULL, "funnel a.test https://b.test",
     "permanent //a.test/* https://b.test/"},
    {NULL, "rewrite\ta.test\thttps://b.test/ # T1",
     "permanent //a.test/* https://b.test/*"},
    {NULL, "rewrite a.test https://b.test/wiki",
     "permanent //a.test/* https://b.test/wiki/*"},
    {NULL, "rewrite *a.test https://b.test",
     "permanent //a.test/* https://b.test/*\n"
     "permanent //*.a.test/* https://b.test/*"},
    {NULL, "rewrite *.a.test https://*.b.test",
     "permanent //*.a.test/* https://*.b.test/*"},
    {NULL, "rewrite *.a.test https://x.*.b.test", "left"},
    {NULL, "rewrite *.a.test https://b.test/*", "left"},
    {NULL, "rewrite a.test https://*.b.test", "left"},
    {NULL, "funnel a.test https://b.test/*",
     "permanent //a.test/* https://b.test/%2A"},
    {NULL, "funnel a.test //b.test/x",
     "permanent http://a.test/* http://b.test/x\n"
     "permanent https://a.test/* https://b.test/x"},
    {NULL, "rewrite a.test https://b.test?lang=es",
     "permanent ~^/(.*)$ https://b.test/?lang=es/$1 host=a.test"},
    {NULL, "funnel a.test https://f.test\noverride a.test/p https://b.test/q",
     "permanent //a.test/p https://b.test/q slash=exact\n"
     "permanent //a.test/* https://f.test/"},
    {NULL, "# told\n\n", ""},
    {NULL, "override a.test https://b.test", "left"},
    {NULL, "funnel a.test/x https://b.test", "left"},
    {NULL, "funnel a.test b.test", "left"},
    {NULL, "funnel a.test", "left"},
    {NULL, "funnel a.test https://b.test x", "left"},
    {NULL, "redirect a.test https://b.test", "left"},
    {NULL, "funnel * https://b.test", "left"},
};

static void check(const row_t *rows, apr_size_t count,
                  apr_status_t (*read)(import_t *import))
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        import_t import;

        import_begin(&import, pool);
        import.match = rows[i].match;
        assert_string_equal(rows[i].lines,
                            lines_of(&import, rows[i].text, read));
    }
}

static void test_haproxy(void **state)
{
    (void)state;
    check(haproxy, ROWS(haproxy), import_read_haproxy);
}

static void test_wikimedia(void **state)
{
    (void)state;
    check(wikimedia, ROWS(wikimedia), import_read_wikimedia);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_haproxy),
        cmocka_unit_test(test_wikimedia),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
