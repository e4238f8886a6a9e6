/* SPDX-License-Identifier: Apache-2.0
 * import apache, import rewritemap: what lines become, and what is told of
 * them.  Whether that answers as httpd does: t/http/import_apache.t.
 */
#include "import_apache_rewrite.h"
#include "import_use.h"

/* What differs between the importers of a test */
typedef struct given_t {
    const char *name, *host, *base;
    int directives;
} given_t;

/* Rules, then "LINE- " and the beginning of what is left, "LINE~ " of what
 * differs; one a line. */
static const char *read_text(const char *text, const given_t *given,
                             apr_status_t (*read)(import_t *import))
{
    import_t import;
    const char *all = "", *line;
    int i;

    import_begin(&import, pool);
    import.base = given ? given->base : NULL;
    import.host = given ? given->host : NULL;
    import.name = given && given->name ? given->name : "vhost.conf";
    import.directives = given && given->directives;
    if (strstr(text, "RewriteRule") && strcmp(import.name, "fragment")) {
        text = apr_pstrcat(pool, text, "\nRewriteEngine on\n", NULL);
    }
    import.text = semr_view(text, strlen(text));
    assert_int_equal(read(&import), APR_SUCCESS);
    import_reduce_all(&import);
    for (i = 0; i < import.moves->nelts; i++) {
        line =
            import_say(&import, &APR_ARRAY_IDX(import.moves, i, import_move_t));
        if (line) {
            all = apr_pstrcat(pool, all, line, "\n", NULL);
        }
    }
    for (i = 0; i < import.told->nelts; i++) {
        const import_told_t *told =
            &APR_ARRAY_IDX(import.told, i, import_told_t);

        all = apr_psprintf(pool, "%s%u%c %.23s\n", all, told->line,
                           told->left ? '-' : '~', told->text);
    }
    return all;
}

typedef struct row_t {
    const char *text, *rules;
} row_t;

static void check(const row_t *rows, apr_size_t count, const given_t *given)
{
    for (apr_size_t i = 0; i < count; i++) {
        assert_string_equal(read_text(rows[i].text, given, import_read_apache),
                            rows[i].rules);
    }
}

#define CHECK(rows, ...)                                                       \
    check(rows, sizeof(rows) / sizeof(*(rows)), &(given_t){__VA_ARGS__})

/* Lines, words, sections */
static void lines(void **state)
{
    static const row_t rows[] = {
        {"", ""},
        {"# a comment\n\n  \n", ""},
        {"Redirect /a /b", "temporary /a/* /b/*\n"},
        {"\tREDIRECT PERMANENT '/a b' \"/c d\"\r\n",
         "permanent /a%20b/* /c%20d/*\n"},
        {"Redirect \\\n  301 \\\n /a /b\n", "permanent /a/* /b/*\n"},
        {"# \\\nRedirect /a /b\n", ""},
        {"Redirect /a /b \\", "temporary /a/* /b/*\n"},
        {"Define N /new\nRedirect /a ${N}/x\n", "temporary /a/* /new/x/*\n"},
        {"Redirect /a ${N}/x\n", "1- it takes a variable tha\n"},
        {"Define A ${A}${A}x\nRedirect /a /${A}\n",
         "2- it takes a variable tha\n"},
        {"<IfModule mod_alias.c>\nRedirect /a /b\n</IfModule>\n",
         "temporary /a/* /b/*\n"},
        {"<IfModule !mod_alias.c>\nRedirect /a /b\n</IfModule>\n",
         "2- it stands in an <IfModu\n"},
        {"Define X\n<IfDefine X>\nRedirect /a /b\n</IfDefine>\n"
         "<IfDefine !X>\nRedirect /c /d\n</IfDefine>\n",
         "temporary /a/* /b/*\n6- it stands in an <IfModu\n"},
        {"<Files x>\nRedirect /a /b\n</Files>\nRedirect /c /d\n",
         "temporary /c/* /d/*\n2- it stands in <Files>, w\n"},
        {"</Files>\n", "1~ No such section is open\n"},
        {"Include other.conf\n", "1- what it includes is not\n"},
        {"Options +Indexes\nServerAdmin me\n", ""},
    };

    (void)state;
    CHECK(rows, NULL);
}

/* mod_alias: what is none, and what is odd */
static void redirects(void **state)
{
    static const row_t rows[] = {
        {"Redirect", "1- it has not one to three\n"},
        {"Redirect a b c d", "1- it has not one to three\n"},
        {"Redirect 301 /a", "1- it names no path, and s\n"},
        {"Redirect 403 /a", "1- no intent answers 403. \n"},
        {"Redirect 304 /a /b", "1- no intent answers that \n"},
        {"Redirect gone /a /b", "1- httpd has no URL behind\n"},
        {"Redirect x /a /b", "1- the first of its words \n"},
        {"Redirect a /b", "1- the path does not begin\n"},
        {"Redirect /a b", "1- what it redirects to is\n"},
        {"Redirect /a ftp://x/y", "1- \"ftp://x/y/*\" as TO has\n"},
        {"Redirect 308 /a /b", "permanent /a/* /b/*\n"},
        {"Redirect 451 /a", "gone /a/* code=451\n"},
        {"RedirectMatch ( /b", "1- \"(\" is no regular expre\n"},
        {"RedirectMatch /a", "1- it names no regex.\n"},
        {"RedirectMatch 410 ^/a", "gone ~^/a\n"},
        {"RedirectMatch ^(.*)\\.a$ $1.b", "temporary ~^/(.*)\\.a$ /$1.b\n"},
        {"<Location /x>\nRedirect 301 /y\n</Location>", "permanent /x/* /y\n"},
        {"<Location /x>\nRedirect 301 /%{env:A}\n</Location>",
         "2- its URL is an expressio\n"},
        {"<Location ~ x>\nRedirect 301 /y\n</Location>",
         "2- it stands in <Location>\n"},
    };

    (void)state;
    CHECK(rows, NULL);
}

/* Without RewriteEngine On, httpd passes them over. */
static void fragments(void **state)
{
    static const row_t rows[] = {
        {"Redirect /a /b\n", "temporary /a/* /b/*\n"},
        {"RewriteRule ^/a$ /b [R]\nRewriteRule ^/c$ /d [R]\n",
         "temporary /a /b slash=exact\ntemporary /c /d slash=exact\n"
         "1~ no RewriteEngine On sta\n"},
        {"RewriteEngine On\nRewriteRule ^/a$ /b [R]\n",
         "temporary /a /b slash=exact\n"},
    };

    (void)state;
    CHECK(rows, .name = "fragment");
}

#define RULE "RewriteRule ^ https://www.e.test%{REQUEST_URI} [R=301,L]\n"
#define COND "RewriteCond "

/* Conditions, where no host is known by name */
static void conditions(void **state)
{
    static const row_t rows[] = {
        {RULE, "permanent /* https://www.e.test/*\n"},
        {COND "%{HTTP_HOST} ^e\\.test$ [NC]\n" RULE,
         "permanent //e.test/* https://www.e.test/*\n"},
        {COND "%{HTTP_HOST} ^(www\\.)?(a|b)\\.test$\n" RULE,
         "permanent //www.a.test/* https://www.e.test/*\n"
         "permanent //www.b.test/* https://www.e.test/*\n"
         "permanent //a.test/* https://www.e.test/*\n"
         "permanent //b.test/* https://www.e.test/*\n"},
        {COND "%{HTTP_HOST} =a.test [OR]\n" COND
              "%{HTTP_HOST} \\.b\\.test$\n" RULE,
         "permanent //a.test/* https://www.e.test/*\n"
         "permanent //*.b.test/* https://www.e.test/*\n"},
        {COND "%{HTTP_HOST} !^www\\.e\\.test$ [NC]\n" RULE,
         "permanent /* https://www.e.test/*\n2~ The rule sends http://w\n"},
        {COND "%{HTTPS} off [OR]\n" COND
              "%{HTTP_HOST} !^www\\.e\\.test$\n" RULE,
         "permanent /* https://www.e.test/*\n"},
        {COND "%{HTTP_HOST} !^x\\.test$\n" RULE,
         "2- it is for each host but\n"},
        {COND "%{HTTP_HOST} =a.test\n" COND "%{HTTP_HOST} =b.test\n" RULE,
         "3- its RewriteConds never \n"},
        {COND "%{HTTPS} on\n" COND "%{HTTPS} off\n" RULE,
         "3- its RewriteConds never \n"},
        {COND "%{HTTP_HOST} =a.test [OR]\n" RULE,
         "2- its last RewriteCond ha\n"},
        {COND "%{REMOTE_ADDR} ^10\\.\n" RULE, "2- a rule of a map cannot \n"},
        {COND "%{LA-U:REMOTE_USER} x\n" RULE, "2- neither rules nor condi\n"},
        {COND "%{SERVER_PORT} !^443$\n"
              "RewriteRule (.*) https://%{HTTP_HOST}$1 [R=301]\n",
         "permanent /* https:\n"},
    };

    (void)state;
    CHECK(rows, NULL);
}

/* The same where hosts have names */
static void hosts(void **state)
{
    static const row_t rows[] = {
        {COND "%{HTTPS} off\n" RULE,
         "permanent //e.test/* https://www.e.test/*\n"
         "2~ The rule sends all that\n"},
        {COND "%{HTTP_HOST} !^www\\.\nRewriteRule ^(.*)$ "
              "http://www.%{HTTP_HOST}/$1 [R=301,L]\n",
         "permanent //e.test/* http://www.e.test/*\n"
         "2~ What is behind the host\n"},
        {COND "%{HTTP_HOST} ^(.+)$\nRewriteRule ^/x http://www.%1/ [R]\n",
         "temporary ~^/x http://www.e.test/ host=e.test\n"},
        {COND "%{SERVER_PORT} 80\nRewriteRule ^/x$ https://s.test/ [R]\n",
         "temporary http://e.test/x https://s.test/ slash=exact\n"},
    };

    (void)state;
    CHECK(rows, .host = "e.test");
}

static void virtual_hosts(void **state)
{
    static const row_t rows[] = {
        {"<VirtualHost *:80>\nServerName a.test\nServerAlias b.test\n"
         "Redirect / https://a.test/\n</VirtualHost>\n"
         "<VirtualHost *:443>\nServerName a.test\nRedirect /x /y\n"
         "</VirtualHost>\n",
         "temporary http://a.test/* https://a.test/*\n"
         "temporary //b.test/* https://a.test/*\n"
         "temporary https://a.test/x/* /y/*\n"},
        {"<VirtualHost *:80>\nServerName a.test\nRedirect /x /y\n"
         "</VirtualHost>\n",
         "temporary /x/* /y/*\n"},
        {"<VirtualHost *:80>\nServerName a.test\nRewriteEngine off\n"
         "RewriteRule ^/x$ /y [R,L]\nRedirect /c /d\n</VirtualHost>\n",
         "temporary /x /y slash=exact stage=off\ntemporary /c/* /d/*\n"},
        {"DocumentRoot /var/www\n<Directory /var/www/s>\nRewriteBase /s\n"
         "RewriteRule ^a$ b [R]\n</Directory>\n<Directory /x>\n"
         "RewriteRule ^a$ /b [R]\n</Directory>",
         "temporary /s/a /s/b slash=exact\n7- it stands in a <Directo\n"},
    };

    (void)state;
    CHECK(rows, NULL);
}

static void htaccess(void **state)
{
    static const row_t rows[] = {
        {"RewriteRule ^a/(.*)$ /b/$1 [R,L]\n",
         "temporary /blog/a/* /b/* slash=exact\n"},
        {"RewriteRule ^/a /b [R,L]\n", "1- in an .htaccess or <Dir\n"},
        {"RewriteRule ^a b [R,L]\n", "1- it goes to a relative p\n"},
        {"RewriteBase /x\nRewriteRule ^a$ b [R,L]\n",
         "temporary /blog/a /x/b slash=exact\n"},
        {"RewriteRule ^index\\.php$ - [L]\nRewriteRule . /index.php [L]\n",
         "2~ 1 RewriteRule, this one\n"},
        {"RewriteRule ^a$ ftp://x/ [R]\n", "1- it goes to another sche\n"},
        {"RewriteRule ^a$ http%1://x/ [R]\n", "1- its scheme is not known\n"},
        {"RewriteRule ^a$ %1 [R]\n", "1- it begins with what is \n"},
        {"RewriteRule ^a%20b$ /b [R,L]\n",
         "temporary /blog/a%2520b /b slash=exact\n"
         "1~ httpd compares with the\n"},
        {"RewriteRule ^keep - [L]\nRewriteRule ^a$ /b [R,L]\n",
         "none ~^/blog/keep\ntemporary /blog/a /b slash=exact\n"},
    };
    static const row_t alias[] = {
        {"Redirect /a /b/\n", "1- it is for nothing below\n"},
        {"Redirect /blog/c /d/\nRedirect /blog/e /f/\n",
         "temporary /blog/c/* /d/* slash=exact\ntemporary /blog/c /d/ "
         "slash=exact\n"
         "temporary /blog/e/* /f/* slash=exact\ntemporary /blog/e /f/ "
         "slash=exact\n"
         "1~ httpd sends what is bel\n"},
        {"Redirect /blog/a /b/\n", "temporary /blog/a/* /b/* slash=exact\n"
                                   "temporary /blog/a /b/ slash=exact\n"
                                   "1~ httpd sends what is bel\n"},
        {"Redirect gone /\nRedirect gone /blog/\n",
         "gone /blog/*\ngone /blog/* slash=exact\n"},
        {"RedirectMatch ^/blogs/(.*)$ /b/$1\n", "1- it is for nothing below\n"},
        {"RedirectMatch ^/blog/x(.*)$ /b/$1\n",
         "temporary ~^/blog/x(.*)$ /b/$1\n"},
    };
    static const row_t with_if[] = {
        {COND "%{REQUEST_FILENAME} !-f\nRewriteRule ^a$ /b [R,L]\n",
         "SemanticRedirect temporary /a /b slash=exact "
         "if=\"!(-f %{REQUEST_FILENAME})\"\n"},
        {COND "%{HTTP_COOKIE} a#b [NC,OR]\n" COND "%{TIME_HOUR} -lt5\n"
              "RewriteRule ^a$ /b [R,L]\n",
         "SemanticRedirect temporary /a /b slash=exact "
         "if=\"(%{HTTP_COOKIE} =~ m,a#b,i || %{TIME_HOUR} -lt 5)\"\n"},
    };

    (void)state;
    CHECK(rows, .base = "/blog");
    CHECK(alias, .base = "/blog");
    CHECK(with_if, .name = "/x/.htaccess", .directives = 1);
}

/* Queries that FROM can name */
static void queries(void **state)
{
    static const struct {
        const char *regex, *query; /* NULL: it cannot */
    } rows[] = {
        {"^id=5$", "id=5"},
        {"^id=5", "id=5"},
        {"(^|&)id=([^&]+)(&|$)", "id={q2}"},
        {"^a=1&b=(.*)$", "a=1&b={q1}"},
        {"^p=a\\.b%20c$", "p=a.b%20c"},
        {"^id=$", "id="},
        {"flag", "flag"},
        {"^id=5|^id=6", NULL},
        {"^id=[0-9]$", NULL},
        {"", NULL},
        {"^$", NULL},
        {"^id=5+$", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        apache_alt_t alt = {0};
        const char *note = NULL;
        int is = apache_query(pool, rows[i].regex, &alt, &note);

        assert_int_equal(is, rows[i].query != NULL);
        if (is) {
            assert_string_equal(alt.query, rows[i].query);
        }
    }
}

/* Nothing that is too much of it ends the reading, or takes long. */
static void bounds(void **state)
{
    apr_array_header_t *many = apr_array_make(pool, 4096, sizeof(char *));
    int i;

    (void)state;
    for (i = 0; i < 200; i++) {
        APR_ARRAY_PUSH(many, const char *) = "<If 1>\n";
    }
    for (i = 0; i < 200; i++) {
        APR_ARRAY_PUSH(many, const char *) =
            "RewriteCond %{HTTP_HOST} ^(a|b|c|d|e)(a|b|c|d|e)\\.test$ [OR]\n";
    }
    APR_ARRAY_PUSH(many, const char *) = RULE "Redirect /a /b\n";
    for (i = 0; i < 300; i++) {
        APR_ARRAY_PUSH(many, const char *) = "</If>\n";
    }
    assert_non_null(strstr(
        read_text(apr_array_pstrcat(pool, many, 0), NULL, import_read_apache),
        "- it stands in more than"));
}

static void rewritemap(void **state)
{
    static const row_t rows[] = {
        {"# a map\n\n/old /new rest\nold2\thttps://e.test/x?y\n",
         "permanent /old /new slash=exact\n"
         "permanent /old2 https://e.test/x?y query=drop slash=exact\n"},
        {"alone\n", "1- its key has no value, s\n"},
        {"/a?b /c\n", "1- its key has a query, an\n"},
        {"a%20b c\n", "permanent /a%2520b /c slash=exact\n"},
        {"a c%\nb d%A\n", "permanent /a /c%25 slash=exact\n"
                          "permanent /b /d%25A slash=exact\n"},
        {"* {x}$1\n", "permanent /%2A /%7Bx%7D%241 slash=exact\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_string_equal(
            read_text(rows[i].text, NULL, import_read_rewritemap),
            rows[i].rules);
    }
}

/* A NUL within a value: no byte behind its end is read. */
static void rewritemap_nul(void **state)
{
    static const char text[] = "/a b%A\0\nc d";
    apr_pool_t *own;
    import_t import;

    (void)state;
    apr_pool_create(&own, pool);
    import_begin(&import, own);
    import.name = "map";
    import.text = semr_view(text, sizeof(text) - 1);
    assert_int_equal(import_read_rewritemap(&import), APR_SUCCESS);
    assert_string_equal(APR_ARRAY_IDX(import.moves, 0, import_move_t).to,
                        "/b%25A%20");
    apr_pool_destroy(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),          cmocka_unit_test(redirects),
        cmocka_unit_test(fragments),      cmocka_unit_test(conditions),
        cmocka_unit_test(hosts),          cmocka_unit_test(virtual_hosts),
        cmocka_unit_test(htaccess),       cmocka_unit_test(queries),
        cmocka_unit_test(bounds),         cmocka_unit_test(rewritemap),
        cmocka_unit_test(rewritemap_nul),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start, stop);
}
