/* SPDX-License-Identifier: Apache-2.0
 * nginx's redirects: the lines that they become, before the core reduces and
 * orders them; t/http/import_nginx.t asks nginx itself.
 */
#include "import_nginx.h"
#include "import_read.h"

typedef struct row_t {
    const char *text, *lines;
} row_t;

/* -- syntax ---------------------------------------------------------------- */

static const row_t syntax[] = {
    {"", ""},
    {"# rewrite ^/a$ /b permanent;", ""},
    {"rewrite ^/a$ /b permanent; # x\n", "permanent ~^/a$ /b"},
    {"rewrite ^/a#b$ /b permanent;", "permanent ~^/a#b$ /b"},
    {"rewrite '^/a b$' \"/c d\" permanent;", "permanent \"~^/a b$\" /c%20d"},
    {"rewrite \"^/a{2}\\.x\\\"$\" /b permanent;",
     "permanent \"~^/a{2}\\\\.x\\\"$\" /b"},
    {"rewrite ^/\\\\d /b permanent;", "permanent ~^/\\d /b"},
    {"location /a/{return 301 /b;}",
     "permanent /a/* /b query=drop slash=exact"},
    {"location /${x}/ { return 301 /b; }",
     "permanent /$%7Bx%7D/* /b query=drop slash=exact"},
    {"http { server { listen 80; location = /a { return 301 /b; } } }",
     "permanent /a /b query=drop slash=exact"},
    {"\xEF\xBB\xBFreturn 301 /b;", "permanent /* /b query=drop"},
    {"return 301 /b", "permanent /* /b query=drop"},
    {"location /a/ { return 301 /b; ",
     "permanent /a/* /b query=drop slash=exact"},
    {"} return 301 /b;", "permanent /* /b query=drop"},
    {"stream { server { return x; } } events { }", ""},
    {"rewrite \"^/a", "left"},
};

/* -- return ---------------------------------------------------------------- */

static const row_t returns[] = {
    {"location = /a { return 308 /b; }",
     "permanent /a /b query=drop slash=exact"},
    {"location = /a { return 303 /b?c=d; }",
     "see-other /a /b?c=d query=drop slash=exact"},
    {"location = /a { return 301 /b$is_args$args; }",
     "permanent /a /b slash=exact"},
    {"location = /a { return 301 /b?$args; }", "permanent /a /b slash=exact"},
    {"location = /a { return 301 /b?c&$query_string; }",
     "permanent /a /b?c slash=exact"},
    {"location = /a { return https://b.test; }",
     "temporary /a https://b.test query=drop slash=exact"},
    {"location = /a { return 301 https://b.test?c; }",
     "permanent /a https://b.test/?c query=drop slash=exact"},
    {"location = /a { return 404; }", "gone /a code=404 slash=exact"},
    {"location = /a { return 410 \"no\"; }", "gone /a slash=exact"},
    {"location = /a { return 403; }", ""},
    {"location = /a { return 301; }", "left"},
    {"location = /a { return 301 b; }", "left"},
    {"location = /a { return 301 /$cookie_x; }", "left"},
    {"location = /a { return 301 /b$1; }", "left"},
    {"return 301 https://b.test$request_uri;", "permanent /* https://b.test/*"},
    {"return 301 https://b.test/x$uri;",
     "permanent /* https://b.test/x/* query=drop"},
    {"return 301 https://$host$request_uri;", "permanent /* https:"},
    {"return 301 https://$host:443$request_uri;", "permanent /* https:"},
    {"return 301 https://$host:8443$request_uri;", "left"},
    {"return 301 https://$http_host/b;", "permanent /* https:/b query=drop"},
    {"return 301 $scheme://$host/b;", "permanent /* /b query=drop"},
    {"return 301 $scheme://b.test$request_uri;",
     "permanent /* https://b.test/*"},
    {"return 301 https://www.$host$request_uri;", "left"},
    {"server_name a.test; return 301 https://$server_name/b;", "left"},
    {"server { server_name a.test; return 301 https://$server_name/b; }",
     "permanent /* https://a.test/b query=drop"},
    {"server { server_name a.test; return 301 https://www.$host$uri; }",
     "permanent /* https://www.a.test/* query=drop"},
    {"location /a { return 301 https://b.test$request_uri; }",
     "permanent ~^/(a.*)$ https://b.test/$1"},
    {"location /a/ { return 301 /b?c=$uri; }",
     "permanent ~^/(a/.*)$ /b?c=/$1 query=drop"},
    {"location /a/ { return 301 /b?c=$request_uri; }", "left"},
    {"location ~ \\.x$ { return 301 https://b.test$uri; }",
     "permanent ~^(?=.*?(?:\\.x$))/(.*)$ https://b.test/$1 query=drop"},
    {"location = /a { return 301 /b/$arg_c; }",
     "permanent /a?c={c} /b/{c} query=drop slash=exact"},
    {"location /a/ { return 301 /b/$arg_c; }", "left"},
    {"set $x https://b.test; set $y $x/c; return 301 ${y}/d;",
     "permanent /* https://b.test/c/d query=drop"},
    {"if ($args = a) { set $x /b; } return 301 $x/c;", "left"},
};

/* -- rewrite --------------------------------------------------------------- */

static const row_t rewrites[] = {
    {"rewrite ^/a/(.*)$ /b/$1 permanent;", "permanent ~^/a/(.*)$ /b/$1"},
    {"rewrite /a /b redirect;", "temporary ~/a /b"},
    {"rewrite /a /b? redirect;", "temporary ~/a /b query=drop"},
    {"rewrite /a /b?c=d? redirect;", "temporary ~/a /b?c=d query=drop"},
    {"rewrite /a http://b.test/;", "temporary ~/a http://b.test/"},
    {"rewrite /a http://b.test/ last;", "temporary ~/a http://b.test/"},
    {"rewrite /a http://b.test/ permanent;", "permanent ~/a http://b.test/"},
    {"rewrite ^ https://b.test$request_uri? permanent;",
     "permanent /* https://b.test/*"},
    {"rewrite ^ https://b.test$uri? permanent;",
     "permanent /* https://b.test/* query=drop"},
    {"rewrite ^(/a/.*)$ $1/b permanent;", "permanent ~^/(a/.*)$ /$1/b"},
    {"rewrite ^(.*)$ https://b.test$1 permanent;",
     "permanent ~^/(.*)$ https://b.test/$1"},
    {"rewrite ^(.+)/$ $1 permanent;", "permanent ~^/(.*)/$ /$1"},
    {"rewrite ^/a(.*)$ $1 permanent;", "left"},
    {"rewrite ^(/a|/b)$ $1 permanent;", "left"},
    {"rewrite ^/(?<n>.)$ /b/$n permanent;", "permanent ~^/(?<n>.)$ /b/{n}"},
    {"rewrite ^/a$ /b last;", ""},
    {"rewrite ^/a$ /b last; rewrite /a /c permanent;",
     "none ~^/a$\npermanent ~/a /c"},
    {"rewrite ^/a( /b permanent;", "left"},
    {"rewrite ^/a;", "left"},
    {"rewrite ^ /b permanent; rewrite /a /c permanent;", "permanent /* /b"},
    {"location = /a { rewrite ^/(.)$ /b/$1 permanent; }",
     "permanent /a /b/a slash=exact"},
    {"location = /a { rewrite ^/b$ /c permanent; }", ""},
    {"location /a/ { rewrite ^/a/(.)$ /b/$1 permanent; }",
     "permanent ~^/a/(.)$ /b/$1"},
    {"location /a/ { rewrite /b$ /c permanent; }",
     "permanent ~^(?=/a/).*?(?:/b$) /c"},
    {"location /a/ { rewrite ^/b/ /c permanent; }", ""},
    {"location ~ ^/(a|b)/ { rewrite /(.)$ /c/$1 permanent; }",
     "permanent ~^(?=.*?(?:^/(a|b)/)).*?(?:/(.)$) /c/$2"},
    {"location ~* ^/a { rewrite ^ /c permanent; }", "permanent ~*^/a /c"},
};

/* -- if -------------------------------------------------------------------- */

static const row_t ifs[] = {
    {"if ($host = a.test) { return 301 /b; }",
     "permanent //a.test/* /b query=drop"},
    {"if ( $host ~* ^(www\\.|)a\\.test$ ) { return 301 /b; }",
     "permanent //www.a.test/* /b query=drop\n"
     "permanent //a.test/* /b query=drop"},
    {"if ($host ~ ^(?:x|y)?\\.a\\.test$) { return 301 /b; }",
     "permanent //x.a.test/* /b query=drop\n"
     "permanent //y.a.test/* /b query=drop"},
    {"if ($host ~ a) { return 301 /b; }", "left"},
    {"if ($host != a.test) { return 301 http://a.test/; }", "left"},
    {"if ($scheme = http) { return 301 https://a.test$request_uri; }", "left"},
    {"server { listen 80; server_name a.test; if ($scheme = http) "
     "{ return 301 /b; } } server { server_name b.test; }",
     "permanent http://a.test/* /b query=drop"},
    {"if ($request_method = POST) { return 301 /b; }",
     "permanent /* /b query=drop only=POST"},
    {"if ($request_method ~ ^(GET|HEAD)$ ) { return 301 /b; }",
     "permanent /* /b query=drop only=GET,HEAD"},
    {"if ($request_method !~ ^GET$) { return 301 /b; }", "left"},
    {"if ($uri ~* \"^/a/(.*)$\") { return 301 /b/$1; }",
     "permanent ~*^/a/(.*)$ /b/$1 query=drop"},
    {"if ($uri = /a) { return 301 /b; }",
     "permanent /a /b query=drop slash=exact"},
    {"if ($request_uri ~ ^/a\\?b=c$) { return 301 /b; }",
     "permanent /a?b=c /b query=drop slash=exact"},
    {"if ($request_uri ~ ^/a\\?b=(.*)$) { return 301 /b; }", "left"},
    {"location = /a { if ($arg_b = c) { return 301 /d; } }",
     "permanent /a?b=c /d query=drop slash=exact"},
    {"location = /a { if ($arg_b) { return 301 /d/$arg_b; } }",
     "permanent /a?b={b} /d/{b} query=drop slash=exact"},
    {"location = /a { if ($args ~ ^b=c$) { rewrite ^ /d permanent; } }",
     "permanent /a?b=c /d?b=c slash=exact"},
    {"location = /a { if ($args ~ b=c) { return 301 /d; } }", "left"},
    {"if ($cookie_a) { return 301 /d; }", "left"},
    {"if (-f $request_filename) { return 301 /d; }", "left"},
    {"if ($a $b) { return 301 /d; }", "left"},
    {"if $a { return 301 /d; }", "left"},
    {"if ($uri ~ ^/a/) { break; } return 301 /b;",
     "none ~^/a/\npermanent /* /b query=drop"},
};

/* -- map ------------------------------------------------------------------- */

static const row_t maps[] = {
    {"map $uri $x { /A /b; default \"\"; ~^/c/(.)$ /d/$1; } "
     "if ($x) { return 301 $x; }",
     "permanent /A /b query=drop slash=exact case=ignore\n"
     "permanent ~^/c/(.)$ /d/$1 query=drop"},
    {"map $uri $x { default /e; /a /b; } return 302 https://c.test$x;",
     "temporary /a https://c.test/b query=drop slash=exact case=ignore\n"
     "temporary /* https://c.test/e query=drop"},
    {"map $uri $x { ~*^/a$ /b; /a /c; } rewrite ^ $x permanent;",
     "permanent /a /c slash=exact case=ignore\npermanent ~*^/a$ /b"},
    {"map $uri $x { volatile; /a b; c /d; } return 301 $x;", "left"},
    {"map $request_uri $x { /a?b=c /d; } return 301 $x;",
     "permanent /a?b=c /d query=drop slash=exact case=ignore"},
    {"map $host$uri $x { a.test/b /c; } return 301 $x;",
     "permanent //a.test/b /c query=drop slash=exact case=ignore"},
    {"map $host $x { hostnames; .a.test b.test; } "
     "return 301 https://$x/;",
     "permanent //a.test/* https://b.test/ query=drop\n"
     "permanent //*.a.test/* https://b.test/ query=drop"},
    {"map $host $x { .a.test https://b.test/; } return 301 $x;",
     "permanent //a.test/* https://b.test/ query=drop\n"
     "permanent //*.a.test/* https://b.test/ query=drop"},
    {"map $arg_id $x { 5 /five; } location = /a { return 301 $x; }",
     "permanent /a?id=5 /five query=drop slash=exact"},
    {"map $http_cookie $x { ~a /b; } return 301 $x;", "left"},
    {"map $uri $x { /a/b /c; /d /e; } location /a/ { return 301 $x; }",
     "permanent /a/b /c query=drop slash=exact case=ignore"},
    {"map $uri $x { /a $y/b; } map $uri $y { /a /c; } return 301 $x;",
     "permanent /a /c/b query=drop slash=exact case=ignore"},
    {"map $uri $x { /a $x; } return 301 $x;", "left"},
    {"map $uri $x { /a /b; include more.map; } return 301 $x;",
     "permanent /a /b query=drop slash=exact case=ignore"},
    {"map $uri $x { /a /b; }", /* by --intent, which is permanent */
     "permanent /a /b slash=exact case=ignore"},
    {"map $http_upgrade $x { default upgrade; '' close; }", ""},
    {"/a /b;\n/c d;\n", "no file"}, /* --on is not given */
};

/* -- servers and locations ------------------------------------------------- */

static const row_t servers[] = {
    {"server { listen 80; server_name a.test *.b.test .c.test _; "
     "return 301 https://$host$request_uri; } "
     "server { listen 443 ssl; server_name a.test; }",
     "permanent http://a.test/* https:\n"
     "permanent http://*.b.test/* https:\n"
     "permanent http://c.test/* https:\n"
     "permanent http://*.c.test/* https:"},
    {"server { server_name a.test; return 301 $scheme://b.test$request_uri; } "
     "server { server_name b.test; }",
     "permanent http://a.test/* http://b.test/*\n"
     "permanent https://a.test/* https://b.test/*"},
    {"server { return 301 https://b.test$request_uri; } "
     "server { server_name b.test; }",
     "permanent /* https://b.test/*\nnone //b.test/*"},
    {"server { listen 8080; server_name a.test; return 301 /b; } "
     "server { server_name b.test; }",
     "permanent //a.test:8080/* /b query=drop"},
    {"server { server_name ~^(a|b)\\.test$ c.*; return 301 /d; } server { }",
     "permanent //a.test/* /d query=drop\npermanent //b.test/* /d query=drop"},
};

static const row_t locations[] = {
    {"location / { return 301 /x; } location /a/ { root /; } "
     "location = /b { root /; }",
     "none /b slash=exact\nnone /a/* slash=exact\n"
     "permanent /* /x query=drop"},
    {"location /a/b/ { return 301 /y; } location /a/ { return 301 /x; }",
     "permanent /a/b/* /y query=drop slash=exact\n"
     "permanent /a/* /x query=drop slash=exact"},
    {"location /a { return 301 /x; }", "permanent ~^/a /x query=drop"},
    {"location \"\" { return 301 /x; }", "permanent /* /x query=drop"},
    {"location ^~/a/ { root /; } location ~ \\.x$ { return 301 /y; } "
     "location =/c{return 301 /z;}",
     "permanent /c /z query=drop slash=exact\nnone /a/* slash=exact\n"
     "permanent ~\\.x$ /y query=drop"},
    {"location ^~ /a/ { return 301 /x; } location ~* ^/A { return 301 /y; }",
     "permanent /a/* /x query=drop slash=exact\n"
     "permanent ~*^/A /y query=drop"},
    {"location /a/ { location ~ b { return 301 /y; } root /; } "
     "location ~ c { return 301 /z; }",
     "permanent ~^(?=/a/).*?(?:b) /y query=drop\n"
     "permanent ~c /z query=drop"},
    {"location @a { return 301 /b; }", "left"},
    {"location /a/ { internal; return 301 /b; }", "left"},
    {"location ~ a { location ~ b { return 301 /c; } }", "left"},
    {"return 301 /x; location /a/ { return 301 /y; }",
     "permanent /* /x query=drop"},
};

static void check(const row_t *rows, apr_size_t count)
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        import_t import;
        const char *lines;

        import_begin(&import, pool);
        lines = lines_of(&import, rows[i].text, import_read_nginx);
        if (strcmp(lines, rows[i].lines)) {
            print_message("%s\n", rows[i].text);
        }
        assert_string_equal(rows[i].lines, lines);
    }
}

#define TEST(rows)                                                             \
    static void test_##rows(void **state)                                      \
    {                                                                          \
        (void)state;                                                           \
        check(rows, ROWS(rows));                                               \
    }
TEST(syntax)
TEST(returns)
TEST(rewrites)
TEST(ifs)
TEST(maps)
TEST(servers)
TEST(locations)
#undef TEST

/* -- what is told, and bounds ---------------------------------------------- */

static void test_bare_map(void **state)
{
    import_t import;

    (void)state;
    import_begin(&import, pool);
    import.on = "request_uri";
    assert_string_equal("permanent /a?b=c /d slash=exact case=ignore",
                        lines_of(&import,
                                 "/a?b=c /d$y;\n/a?b=c /d;\n/e f;\ng /h;\n",
                                 import_read_nginx));
    assert_int_equal(import.left, 3);
}

/* The first text that is told holds this. */
static void check_told(const char *text, const char *told, int left)
{
    import_t import;

    import_begin(&import, pool);
    lines_of(&import, text, import_read_nginx);
    assert_true(import.told->nelts > 0);
    assert_non_null(
        strstr(APR_ARRAY_IDX(import.told, 0, import_told_t).text, told));
    assert_int_equal(import.left, left);
}

static void test_told(void **state)
{
    (void)state;
    check_told("rewrite ^/a.do?b=c /d permanent;", "ask for a query", 0);
    check_told("rewrite ^/a\\?b /d permanent;", "ask for a query", 0);
    check_told("rewrite ^/a$ /b last;", "internal rewrite", 0);
    check_told("location = /a { rewrite ^/b$ /c permanent; }", "left out", 0);
    check_told("return 301 /x; return 301 /y;", "never reached", 0);
    check_told("include a.conf;", "not read", 1);
    check_told("return 301 $scheme://b.test/;", "said as https", 0);
    check_told("a { b;", "not closed", 1);
}

static const char *repeated(const char *text, int times)
{
    apr_size_t len = strlen(text);
    char *all = apr_palloc(pool, len * (apr_size_t)times + 1);
    int i;

    for (i = 0; i < times; i++) {
        memcpy(all + len * (apr_size_t)i, text, len);
    }
    all[len * (apr_size_t)times] = '\0';
    return all;
}

static void test_bounds(void **state)
{
    (void)state;
    check_told(repeated("a { ", 1000), "too deep", 1);
    check_told(
        apr_pstrcat(pool, "return 301 /", repeated("$a", 1000), ";", NULL),
        "variables", 1);
    check_told(apr_pstrcat(pool, "set $a '", repeated("$b", 60), "'; set $b '",
                           repeated("$a", 60), "'; return 301 /$a;", NULL),
               "variables", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax),    cmocka_unit_test(test_returns),
        cmocka_unit_test(test_rewrites),  cmocka_unit_test(test_ifs),
        cmocka_unit_test(test_maps),      cmocka_unit_test(test_servers),
        cmocka_unit_test(test_locations), cmocka_unit_test(test_bare_map),
        cmocka_unit_test(test_told),      cmocka_unit_test(test_bounds),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
