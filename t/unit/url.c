/* SPDX-License-Identifier: Apache-2.0
 * The canonical form (DESIGN 1.2): one row a URL.
 */
#include "url.h"
#include "views.h"

static void splits(void **state)
{
    static const struct {
        const char *target, *path, *query; /* path NULL: neither form */
    } rows[] = {
        {"/", "/", NULL},
        {"/a/b", "/a/b", NULL},
        {"/a?", "/a", ""},
        {"/a?b=c", "/a", "b=c"},
        {"/a?b?c", "/a", "b?c"},
        {"/a?u=http://h/x", "/a", "u=http://h/x"},
        {"/a:b", "/a:b", NULL},
        {"//evil.example/x", "//evil.example/x", NULL},
        {"/http://h/x?y", "/http://h/x", "y"},
        {"http://h/a?b", "/a", "b"},
        {"HTTPS://h:8443/a", "/a", NULL},
        {"http://h", "", NULL},
        {"http://h?b/c", "", "b/c"},
        {"http://[::1]:80/a", "/a", NULL},
        {"http://u@h//a", "//a", NULL},
        {"*", NULL, NULL},
        {"", NULL, NULL},
        {"h:443", NULL, NULL},
        {"://h/a", NULL, NULL},
        {"http:/a", NULL, NULL},
        {"http://h#/a", NULL, NULL},
        {"a/b", NULL, NULL},
        {"?a", NULL, NULL},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); ++i) {
        semr_view_t path, query;
        int is = semr_url_split(rows[i].target, &path, &query);

        assert_int_equal(is, rows[i].path != NULL);
        if (is) {
            assert_string_equal(text_of(path), rows[i].path);
            assert_int_equal(query.p == NULL, rows[i].query == NULL);
            assert_string_equal(text_of(query),
                                rows[i].query ? rows[i].query : "(none)");
        }
    }
}

static const struct {
    const char *raw, *canonical; /* NULL: it is canonical, and not copied */
} path_rows[] = {
    {"/", NULL},
    {"/a", NULL},
    {"/a/", NULL},
    {"/a/b.html", NULL},
    {"/.a/..b/...", NULL},
    {"/.well-known/acme-challenge/x", NULL},
    {"/abcdefgh/.ijk/lmn", NULL},
    {"/Aa0-._~!$&'()*+,;=:@", NULL},
    {"/abcdefg", NULL},
    {"/abcdefg/", NULL},
    {"/abcdefgh/12345678/abcdefgh/", NULL},
    {"", "/"},
    {"a", "/a"},
    {".", "/"},
    {"%41", "/A"},

    /* percent-encoding */
    {"/%C3%A9", "/%C3%A9"},
    {"/%c3%a9", "/%C3%A9"},
    {"/\xC3\xA9", "/%C3%A9"},
    {"/%41%7e%2D", "/A~-"},
    {"/%28%2C%3a%40%29", "/(,:@)"},
    {"/(,:@)", NULL},
    {"/%21%24%26%27%2A%2B%3B%3D", "/!$&'*+;="},
    {"/a%2Fb", "/a%2Fb"},
    {"/a%2fb", "/a%2Fb"},
    {"/a b\"<>\\^`{|}", "/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D"},
    {"/a%20b%3f%23", "/a%20b%3F%23"},
    {"/a[b]", "/a%5Bb%5D"},
    {"/100%", "/100%25"},
    {"/100%/x", "/100%25/x"},
    {"/%zz%4", "/%25zz%254"},
    {"/%%41", "/%25A"},
    {"/%2541", "/%2541"},
    {"/%25", "/%25"},
    {"/a%0d%0aLocation:x", "/a%0D%0ALocation:x"},
    {"/a\r\nb\x7F\x01", "/a%0D%0Ab%7F%01"},
    {"/%00", "/%00"},
    {"/\xFF\x80", "/%FF%80"},
    {"/a?b#c", "/a%3Fb%23c"},

    /* slashes */
    {"//", "/"},
    {"//evil.example/x", "/evil.example/x"},
    {"///a////b//", "/a/b/"},
    {"/abcdefgh//", "/abcdefgh/"},
    {"/abcdefghijklmno//x", "/abcdefghijklmno/x"},
    {"/\\evil", "/%5Cevil"},
    {"/%5cevil", "/%5Cevil"},
    {"/%2F%2Fevil", "/%2F%2Fevil"},

    /* dot segments, judged after decoding */
    {"/.", "/"},
    {"/..", "/"},
    {"/./", "/"},
    {"/../", "/"},
    {"/a/.", "/a/"},
    {"/a/..", "/"},
    {"/a/b/.", "/a/b/"},
    {"/a/b/..", "/a/"},
    {"/a/b/../", "/a/"},
    {"/a/./b", "/a/b"},
    {"/a/../b", "/b"},
    {"/x/../../y", "/y"},
    {"/../../../etc/passwd", "/etc/passwd"},
    {"/a//../b", "/b"},
    {"/a/b//..", "/a/"},
    {"/%2e%2E/a", "/a"},
    {"/a/%2e/b", "/a/b"},
    {"/a/b/.%2e", "/a/"},
    {"/a/%2E%2e/%2e%2e/b", "/b"},
    {"/a/..%2Fb", "/a/..%2Fb"},
    {"/a/%252e%252e/b", "/a/%252e%252e/b"},
    {"/abcdefghijklmnop/..", "/"},
    {"/abcdefghijklmnop/.", "/abcdefghijklmnop/"},
    {"/a/...", NULL},
    {"/a../b./", NULL},
};

static void paths(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(path_rows); ++i) {
        semr_view_t raw = view(path_rows[i].raw);
        semr_view_t path = semr_url_path(pool, raw), again;

        assert_string_equal(text_of(path), path_rows[i].canonical
                                               ? path_rows[i].canonical
                                               : path_rows[i].raw);
        if (path_rows[i].canonical == NULL) {
            assert_ptr_equal(path.p, raw.p);
        }
        again = semr_url_path(pool, path);
        assert_ptr_equal(again.p, path.p);
        assert_int_equal(again.len, path.len);
    }
    assert_string_equal(text_of(semr_url_path(pool, semr_view(NULL, 0))), "/");
    assert_string_equal(text_of(semr_url_path(pool, semr_view("/%41", 3))),
                        "/%254");
    assert_string_equal(text_of(semr_url_path(pool, semr_view("/a//", 3))),
                        "/a/");
}

/* Each byte, raw and as %XX, at each place of a word. */
static void every_byte(void **state)
{
    int byte;

    (void)state;
    for (byte = 1; byte < 256; ++byte) {
        int pchar = byte != 0 && strchr("abcdefghijklmnopqrstuvwxyz"
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789-._~!$&'()*+,;=:@",
                                        byte) != NULL;
        const char *want = pchar ? apr_psprintf(pool, "%c", byte)
                                 : apr_psprintf(pool, "%%%02X", byte);
        int at;

        for (at = 0; at < 20; ++at) {
            const char *before =
                apr_psprintf(pool, "/%.*s", at, "abcdefghijklmnopqrst");
            const char *raw = apr_psprintf(pool, "%s%cx", before, byte);
            const char *low = apr_psprintf(pool, "%s%%%02xx", before, byte);
            const char *good = apr_pstrcat(pool, before, want, "x", NULL);

            if (byte == '/') {
                const char *merged =
                    apr_pstrcat(pool, before, at ? "/x" : "x", NULL);

                assert_string_equal(text_of(semr_url_path(pool, view(raw))),
                                    merged);
            }
            else {
                assert_string_equal(text_of(semr_url_path(pool, view(raw))),
                                    good);
            }
            assert_string_equal(text_of(semr_url_path(pool, view(low))), good);
        }
    }
}

/* What may not be in any canonical path */
static void assert_canonical(semr_view_t path)
{
    const char *text = text_of(path), *p;

    assert_int_equal(strlen(text), path.len);
    assert_int_equal(text[0], '/');
    assert_null(strstr(text, "//"));
    assert_null(strstr(text, "/./"));
    assert_null(strstr(text, "/../"));
    assert_false(path.len >= 2 && !strcmp(text + path.len - 2, "/."));
    assert_false(path.len >= 3 && !strcmp(text + path.len - 3, "/.."));
    for (p = text; *p; ++p) {
        if (*p == '%') {
            assert_non_null(strchr("0123456789ABCDEF", p[1]));
            assert_non_null(strchr("0123456789ABCDEF", p[2]));
            assert_true(p[1] && p[2]);
        }
        else {
            assert_true(semr_url_class[(unsigned char)*p] &
                        (SEMR_URL_PCHAR | SEMR_URL_SLASH));
        }
    }
}

/* A path of pieces that are apt to go wrong; equal seeds, equal paths. */
static const char *random_path(apr_pool_t *p, int pieces)
{
    static const char *const piece[] = {
        "/",  "/",   "//",  ".",    "..",   "/.",  "/..",  "a",   "bc",
        "A",  "%2e", "%2E", "%2f",  "%2F",  "%25", "%",    "%c3", "\xA9",
        "%4", "%41", "\\",  "long", "path", "%0d", "%2F2", "2F",  "+"};
    const char *path = "/";

    while (pieces-- > 0) {
        path = apr_pstrcat(p, path, piece[rand() % (int)ROWS(piece)], NULL);
    }
    return path;
}

static void random_paths(void **state)
{
    apr_pool_t *outer = pool;
    int i;

    (void)state;
    srand(7);
    for (i = 0; i < 20000; ++i) {
        semr_view_t path, again, text;
        int slashes = i & 1;

        apr_pool_create(&pool, outer);
        path = semr_url_path(pool, view(random_path(pool, i % 17)));
        assert_canonical(path);
        again = semr_url_path(pool, path);
        assert_ptr_equal(again.p, path.p);

        /* undecode is decode's inverse */
        text = semr_url_decode(pool, path, slashes);
        again = semr_url_undecode(path, slashes, 0, text.len);
        assert_true(semr_view_equal(again, path));
        if (text.len > 2) {
            apr_size_t from = rand() % text.len;
            apr_size_t to = from + rand() % (text.len - from + 1);
            semr_view_t part = semr_url_undecode(path, slashes, from, to);
            semr_view_t back = semr_url_decode(pool, part, slashes);

            assert_true(part.p >= path.p);
            assert_true(part.p + part.len <= path.p + path.len);
            assert_true(back.len >= to - from);
            if (back.len == to - from) {
                assert_memory_equal(back.p, text.p + from, back.len);
            }
            else { /* snapped outward to a %2F that stays */
                assert_false(slashes);
                assert_non_null(
                    memchr(text.p + from, text.p[to - 1], to - from));
            }
        }
        apr_pool_destroy(pool);
    }
    pool = outer;
}

static void long_paths(void **state)
{
    enum { LEN = 8192 };
    char *raw = apr_palloc(pool, LEN + 1);
    semr_view_t path;

    (void)state;
    memset(raw, 'a', LEN);
    raw[0] = '/';
    raw[LEN] = '\0';
    path = semr_url_path(pool, view(raw));
    assert_ptr_equal(path.p, raw);

    memset(raw + 1, 0xE9, LEN - 1);
    path = semr_url_path(pool, view(raw));
    assert_int_equal(path.len, 1 + 3 * (LEN - 1));
    assert_canonical(path);

    memset(raw, '/', LEN);
    assert_string_equal(text_of(semr_url_path(pool, view(raw))), "/");
    memcpy(raw + LEN - 3, "/..", 3);
    assert_string_equal(text_of(semr_url_path(pool, view(raw))), "/");
    memset(raw, '%', LEN);
    path = semr_url_path(pool, view(raw));
    assert_int_equal(path.len, 1 + 3 * LEN);
}

static void decodes(void **state)
{
    static const struct {
        const char *path, *kept, *slashed;
    } rows[] = {
        {"/a", "/a", "/a"},
        {"/a%20b", "/a b", "/a b"},
        {"/%C3%A9", "/\xC3\xA9", "/\xC3\xA9"},
        {"/a%2Fb", "/a%2Fb", "/a/b"},
        {"/%252F", "/%2F", "/%2F"},
        {"/%25%2F%25", "/%%2F%", "/%/%"},
        {"/%0D%0A", "/\r\n", "/\r\n"},
        {"/%5C", "/\\", "/\\"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); ++i) {
        semr_view_t path = view(rows[i].path);

        assert_string_equal(text_of(semr_url_decode(pool, path, 0)),
                            rows[i].kept);
        assert_string_equal(text_of(semr_url_decode(pool, path, 1)),
                            rows[i].slashed);
    }
}

static void undecodes(void **state)
{
    static const struct {
        const char *path;
        int slashes, from, to;
        const char *part;
    } rows[] = {
        {"/abc", 0, 1, 3, "ab"},
        {"/abc", 0, 4, 4, ""},
        {"/abc", 0, 0, 0, ""},
        {"/a%20b", 0, 1, 4, "a%20b"},
        {"/a%20b", 0, 2, 3, "%20"},
        {"/a%20b", 0, 3, 4, "b"},
        {"/a%20b", 0, 0, 2, "/a"},
        {"/a%20b", 0, 4, 4, ""},
        {"/a%20", 0, 3, 3, ""},
        /* a kept %2F is never cut */
        {"/a%2Fb", 0, 2, 5, "%2F"},
        {"/a%2Fb", 0, 3, 5, "%2F"},
        {"/a%2Fb", 0, 2, 3, "%2F"},
        {"/a%2Fb", 0, 3, 4, "%2F"},
        {"/a%2Fb", 0, 4, 6, "%2Fb"},
        {"/a%2Fb", 0, 1, 3, "a%2F"},
        {"/a%2Fb", 0, 3, 3, ""},
        {"/a%2Fb", 0, 5, 6, "b"},
        {"/a%2Fb", 1, 2, 3, "%2F"},
        {"/a%2Fb", 1, 3, 4, "b"},
        /* %252F gives the same three bytes, from three units */
        {"/%252F", 0, 1, 2, "%25"},
        {"/%252F", 0, 2, 4, "2F"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); ++i) {
        assert_string_equal(
            text_of(semr_url_undecode(view(rows[i].path), rows[i].slashes,
                                      rows[i].from, rows[i].to)),
            rows[i].part);
    }
}

enum { ENCODE, ESCAPE, SAFE };

static void encodes(void **state)
{
    static const struct {
        int how, classes;
        const char *raw, *out;
    } rows[] = {
        /* text of a URL: its %XX are %XX */
        {ENCODE, SEMR_URL_PCHAR | SEMR_URL_SLASH, "/a%2f%41 %", "/a%2FA%20%25"},
        {ENCODE, SEMR_URL_PCHAR | SEMR_URL_SLASH, "?#%3f", "%3F%23%3F"},
        {ENCODE, SEMR_URL_QUERY, "a=%41&b=/?x+y#z", "a=A&b=/?x+y%23z"},
        {ENCODE, SEMR_URL_QUERY, "a=%26%3d%2B%c3\xA9", "a=%26%3D%2B%C3%A9"},
        {ENCODE, SEMR_URL_QUERY, "a=%2f%3F%20", "a=%2F%3F%20"},
        {ENCODE, SEMR_URL_VALUE, "/a&b=c+d%C3%A9", "/a%26b%3Dc%2Bd%C3%A9"},
        {ENCODE, SEMR_URL_VALUE, "a%2Fb", "a%2Fb"},
        {ENCODE, SEMR_URL_VALUE, "", ""},

        /* bytes: a percent sign is one of them */
        {ESCAPE, SEMR_URL_PCHAR, "a/b%2F c", "a%2Fb%252F%20c"},
        {ESCAPE, SEMR_URL_VALUE, "a/b&c=d+e#f%", "a/b%26c%3Dd%2Be%23f%25"},
        {ESCAPE, SEMR_URL_QUERY, "a&b\r\n\"\xFF", "a&b%0D%0A%22%FF"},
        {ESCAPE, SEMR_URL_PCHAR, "", ""},

        /* the client's own bytes, made safe */
        {SAFE, 0, "a=b&c=%c3%41+/?", "a=b&c=%c3%41+/?"},
        {SAFE, 0, "a=\"<>\\^`{|}[] \xC3\xA9#",
         "a=%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%20%C3%A9%23"},
        {SAFE, 0, "%&%4&%zz&100%", "%25&%254&%25zz&100%25"},
        {SAFE, 0, "a\r\nSet-Cookie: x", "a%0D%0ASet-Cookie:%20x"},
        {SAFE, 0, "", ""},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); ++i) {
        semr_view_t raw = view(rows[i].raw);
        char *out = apr_palloc(pool, 3 * raw.len + 1), *end;

        switch (rows[i].how) {
        case ENCODE:
            end = semr_url_encode(out, raw, rows[i].classes);
            break;
        case ESCAPE:
            end = semr_url_escape(out, raw, rows[i].classes);
            break;
        default:
            end = semr_url_safe_query(out, raw);
            break;
        }
        *end = '\0';
        assert_string_equal(out, rows[i].out);
    }
    assert_null(semr_url_safe_query(NULL, semr_view(NULL, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits),     cmocka_unit_test(paths),
        cmocka_unit_test(every_byte), cmocka_unit_test(random_paths),
        cmocka_unit_test(long_paths), cmocka_unit_test(decodes),
        cmocka_unit_test(undecodes),  cmocka_unit_test(encodes),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("url", tests, start, stop);
}
