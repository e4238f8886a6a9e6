/* SPDX-License-Identifier: Apache-2.0
 * TO and what was taken -> Location (DESIGN 1.2 to 1.5): one row a Location.
 */
#include "location.h"
#include "views.h"

/* What a template holds, see location.h */
#define C0     "\x80"
#define C1     "\x81"
#define TAIL   "\xA0"
#define REST   "\xA1"
#define LABELS "\xA2"
#define URL    "\xA3"
#define OPS    C0 C1 TAIL REST LABELS URL

#define PATH      SEMR_TO_PATH
#define AUTHORITY SEMR_TO_AUTHORITY
#define HTTP      SEMR_TO_HTTP
#define HTTPS     SEMR_TO_HTTPS

typedef struct row_t {
    semr_to_form_t form;
    const char *template;
    const char *want;  /* NULL: the rule does not match */
    const char *tail;  /* from here on, what FROM took and the client asked */
    const char *path;  /* a path's part, capture 0 */
    const char *value; /* a value of the query, capture 1 */
    const char *query;
    const char *names; /* one parameter that FROM names, or two with "," */
    const char *base;
    const char *labels;
    int drop;
    int fold;
} row_t;

#define TO(f, t, w, ...)                                                       \
    {                                                                          \
        .form = f, .template = t, .want = w, ##__VA_ARGS__                     \
    }

static semr_names_t names_of(const row_t *row, semr_view_t *list)
{
    semr_names_t names = {list, 0, row->fold};
    const char *comma = row->names ? strchr(row->names, ',') : NULL;

    if (row->names) {
        list[names.count++] = comma ? semr_view(row->names, comma - row->names)
                                    : view(row->names);
    }
    if (comma) {
        list[names.count++] = view(comma + 1);
    }
    return names;
}

/* What is allocated next would lie in what was written beyond its room. */
static void assert_room(const semr_location_t *location)
{
    const char *next = apr_palloc(pool, 1);

    assert_true(next < location->text ||
                next > location->text + strlen(location->text));
}

/* Joins with the template cut in two at each place behind the authority, which
 * the first piece holds: all must agree. */
static void assert_row(const row_t *row)
{
    apr_size_t len = strlen(row->template), cut = 0;

    if (row->form == AUTHORITY) {
        cut = 8 + strcspn(row->template + 8, "/");
    }
    for (; cut <= len; ++cut) {
        semr_request_t request = {
            .pool = pool, .path = view("/asked"), .query = view(row->query)};
        semr_to_t to = {.form = row->form,
                        .head = semr_view(row->template, cut),
                        .rest = view(row->template + cut),
                        .drop_query = row->drop != 0,
                        .inserts = strpbrk(row->template, OPS) != NULL};
        semr_match_t match = {
            .tail = view(row->tail),
            .labels = view(row->labels),
            .ncaptures = 2,
            .captures = {{view(row->path), 0}, {view(row->value), 1}}};
        semr_view_t list[2];
        semr_names_t names = names_of(row, list);
        semr_location_t location;
        int joined =
            semr_location_join(&location, &request, &to, &match,
                               names.count ? &names : NULL, view(row->base));

        assert_int_equal(joined, row->want != NULL);
        if (joined) {
            assert_room(&location);
            assert_string_equal(location.text, row->want);
        }
    }
}

static void assert_rows(const row_t *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; ++i) {
        assert_row(&rows[i]);
    }
}

static void paths(void **state)
{
    static const row_t rows[] = {
        TO(PATH, "/news", "/news"),
        TO(PATH, "/", "/"),
        TO(PATH, "/caf%C3%A9", "/caf%C3%A9"),
        /* the star's tail, with its slash */
        TO(PATH, "/news" TAIL, "/news", .tail = ""),
        TO(PATH, "/news" TAIL, "/news/", .tail = "/"),
        TO(PATH, "/news" TAIL, "/news/a/b", .tail = "/a/b"),
        TO(PATH, "/news" TAIL, "/news/%C3%A9%2F", .tail = "/%C3%A9%2F"),
        TO(PATH, TAIL, "/", .tail = ""),
        TO(PATH, TAIL, "/", .tail = "/"),
        TO(PATH, TAIL, "/a", .tail = "/a"),
        TO(PATH, "/new-" REST, "/new-a/b", .tail = "/a/b"),
        TO(PATH, "/new-" REST, "/new-", .tail = ""),
        TO(PATH, "/new-" REST, "/new-", .tail = "/"),
        TO(PATH, URL, "/asked"),
        TO(PATH, "/x" URL, "/x/asked"),
        /* captures */
        TO(PATH, "/u/" C0 "/p", "/u/ann/p", .path = "ann"),
        TO(PATH, "/u/" C0 "/p", "/u/%20%2F/p", .path = "%20%2F"),
        TO(PATH, "/u/" C0 "/p", "/u//p", .path = NULL),
        TO(PATH, "/\x9F" C0, "/x", .path = "x"),
        TO(PATH, "/" C0, "/a/b", .path = "/a/b"),
        TO(PATH, "/s/" C1, "/s/a%20b", .value = "a b"),
        TO(PATH, "/s/" C1, "/s/a%2Fb", .value = "a/b"),
        TO(PATH, "/s/" C1, "/s/%252F%25", .value = "%2F%"),
        TO(PATH, "/s/" C1, "/s/%C3%A9", .value = "\xC3\xA9"),
        TO(PATH, "/s/" C1, "/s/a%3Fb%23c", .value = "a?b#c"),
        TO(PATH, "/s/" C1 "/t", "/s//t", .value = ""),
        TO(PATH, "/s/" C1, "/s/a%0D%0ASet-Cookie:%20x",
           .value = "a\r\nSet-Cookie: x"),
        TO(PATH, "/s/" C1, "/s/%22%3C%3E%5C", .value = "\"<>\\"),
    };

    (void)state;
    assert_rows(rows, ROWS(rows));
}

/* What is glued together is canonical again. */
static void hostile_paths(void **state)
{
    static const row_t rows[] = {
        TO(PATH, "/" TAIL, "/evil.example", .tail = "/evil.example"),
        TO(PATH, "/" C0, "/evil", .path = "/evil"),
        TO(PATH, "/" C0 "/" C0, "/", .path = NULL),
        TO(PATH, "/" C1 "/evil", "/evil", .value = ""),
        TO(PATH, C0, "/evil", .path = "evil"),
        TO(PATH, C0, "/evil", .path = "//evil"),
        TO(PATH, "/" C0, "/%5Cevil", .path = "%5Cevil"),
        TO(PATH, "/" C1, "/%5Cevil", .value = "\\evil"),
        TO(PATH, "/" C1, "/%2Fevil", .value = "/evil"),
        TO(PATH, "/a/" C0 C0 "/b", "/b", .path = "."),
        TO(PATH, "/a/." C0, "/", .path = "."),
        TO(PATH, "/a/" C0 "./b", "/a/b", .path = NULL),
        TO(PATH, "/a/..." C0, "/a/....", .path = "."),
        /* a value never makes a dot segment */
        TO(PATH, "/a/" C1, NULL, .value = ".."),
        TO(PATH, "/a/" C1, NULL, .value = "."),
        TO(PATH, "/a/" C1 "/b", NULL, .value = ".."),
        TO(PATH, "/a/." C1 "/b", NULL, .value = "."),
        TO(PATH, "/a/." C1, NULL, .value = ""),
        TO(PATH, "/a/" C1 C0, NULL, .value = ".", .path = "."),
        TO(PATH, "/a/" C1, "/a/...", .value = "..."),
        TO(PATH, "/a/" C1, "/a/..%2Fb", .value = "../b"),
        TO(PATH, "/a/" C1, "/a/%252e%252e", .value = "%2e%2e"),
        TO(PATH, "/a?x=" C1, "/a?x=..", .value = ".."),
        TO(AUTHORITY, "https://h/" C1, NULL, .value = ".."),
        TO(HTTPS, "/" C0, "https://h/evil", .path = "/evil",
           .base = "https://h"),
    };

    (void)state;
    assert_rows(rows, ROWS(rows));
}

static void authorities(void **state)
{
    static const row_t rows[] = {
        TO(AUTHORITY, "https://h.example/a", "https://h.example/a"),
        TO(AUTHORITY, "https://h", "https://h/"),
        TO(AUTHORITY, "https://h/?a=b", "https://h/?a=b"),
        TO(AUTHORITY, "https://h/#top", "https://h/#top"),
        TO(AUTHORITY, "https://h/" REST, "https://h/", .tail = ""),
        TO(AUTHORITY, "https://h/" REST, "https://h/", .tail = "/"),
        TO(AUTHORITY, "https://h/" REST, "https://h/a/b", .tail = "/a/b"),
        TO(AUTHORITY, "https://h/" URL, "https://h/asked"),
        TO(AUTHORITY, "https://h/" C0, "https://h/@evil", .path = "@evil"),
        TO(AUTHORITY, "https://h/" C0, "https://h/evil", .path = "//evil"),
        TO(AUTHORITY, "https://h/" C1, "https://h/:80", .value = ":80"),
        TO(AUTHORITY, "https://" LABELS ".new.example/a",
           "https://w3.fr.new.example/a", .labels = "w3.fr"),
        TO(AUTHORITY, "https://" LABELS ".h/" REST, "https://w.h/t",
           .tail = "/t", .labels = "w"),
        TO(AUTHORITY, "https://" LABELS ".h/", NULL, .labels = "evil/"),
        TO(AUTHORITY, "https://" LABELS ".h/", NULL, .labels = "u@evil"),
        TO(AUTHORITY, "https://" LABELS ".h/", NULL, .labels = "a\r\nb"),
        TO(AUTHORITY, "https://" LABELS ".h/", NULL, .labels = ""),
        TO(AUTHORITY, "https://h/a", "https://h/a", .base = "http://me"),
        /* this host */
        TO(HTTPS, URL, "https://me/asked", .base = "https://me"),
        TO(HTTPS, "/a" TAIL, "https://me/a/b", .tail = "/b",
           .base = "https://me"),
        TO(HTTPS, TAIL, "https://me/", .tail = "", .base = "https://me"),
        TO(HTTP, "/a", "http://me:81/a", .base = "http://me:81"),
        TO(PATH, "/a", "http://me/a", .base = "http://me"),
        TO(PATH, "/a", "/a", .base = ""),
    };

    (void)state;
    assert_rows(rows, ROWS(rows));
}

static void queries(void **state)
{
    static const row_t rows[] = {
        /* the client's query goes along */
        TO(PATH, "/a", "/a?x=1&y=2", .query = "x=1&y=2"),
        TO(PATH, "/a", "/a", .query = ""),
        TO(PATH, "/a", "/a?x=%c3+%20&&=", .query = "x=%c3+%20&&="),
        TO(PATH, "/a", "/a?x=%25&%C3%A9%22", .query = "x=%&\xC3\xA9\""),
        TO(PATH, "/a", "/a?a%0D%0AX:%20y", .query = "a\r\nX: y"),
        TO(PATH, "/a", "/a", .query = "x=1", .drop = 1),
        TO(PATH, "/a?t=1", "/a?t=1", .query = "x=1", .drop = 1),
        TO(AUTHORITY, "http://h", "http://h/?x=1", .query = "x=1"),
        /* TO's own first, and it wins over the same name */
        TO(PATH, "/a?t=1", "/a?t=1&x=2", .query = "x=2"),
        TO(PATH, "/a?t=1", "/a?t=1"),
        TO(PATH, "/a?t=1", "/a?t=1&x=2", .query = "t=9&x=2&t=8&%74=7"),
        TO(PATH, "/a?t=1", "/a?t=1", .query = "t"),
        TO(PATH, "/a?t=1", "/a?t=1&T=2", .query = "T=2"),
        TO(PATH, "/a?t", "/a?t", .query = "t=2"),
        TO(PATH, "/a?%C3%A9=1", "/a?%C3%A9=1", .query = "\xC3\xA9=2"),
        TO(PATH, "/a?a+b=1", "/a?a+b=1", .query = "a%20b=2"),
        TO(PATH, "/a?t=1&u=2", "/a?t=1&u=2&v=3", .query = "u=1&&v=3&"),
        TO(PATH, "/a?", "/a"),
        TO(PATH, "/a?", "/a?x", .query = "x"),
        /* those that FROM names stay behind */
        TO(PATH, "/a", "/a", .query = "id=5", .names = "id"),
        TO(PATH, "/a", "/a?x=1", .query = "id=5&x=1&id=6", .names = "id"),
        TO(PATH, "/a", "/a?x=1", .query = "x=1&i%64=5", .names = "id"),
        TO(PATH, "/a", "/a?y&x=%22", .query = "id=5&y&p=&x=\"",
           .names = "id,p"),
        TO(PATH, "/a", "/a?ID=5", .query = "ID=5&id=5", .names = "id"),
        TO(PATH, "/a", "/a?x", .query = "ID=5&x&iD", .names = "id", .fold = 1),
        TO(PATH, "/a?t=1", "/a?t=1&x", .query = "id=5&x&t", .names = "id"),
        TO(PATH, "/a?id=" C1, "/a?id=5", .query = "id=5", .names = "id",
           .value = "5"),
        /* values in a query */
        TO(PATH, "/a?q=" C1, "/a?q=a%26b%3Dc%2Bd%23e/f%25",
           .value = "a&b=c+d#e/f%"),
        TO(PATH, "/a?q=" C1, "/a?q=a%20%0D%0A%22", .value = "a \r\n\""),
        TO(PATH, "/a?q=" C0, "/a?q=a/b%26c%3Dd%2Be%C3%A9%2F",
           .path = "a/b&c=d+e%C3%A9%2F"),
        TO(PATH, "/a?q=" TAIL, "/a?q=/x/y", .tail = "/x/y"),
        TO(PATH, "/a?u=" URL "&v=" REST, "/a?u=/asked&v=x", .tail = "/x"),
        TO(PATH, "/a?" C0 "=1", "/a?t=1&x", .path = "t", .query = "x&t=2"),
        TO(PATH, "/a?" C0, "/a", .path = NULL),
        TO(PATH, "/a?q=x?y", "/a?q=x?y"),
        TO(PATH, "/a?q=" C0 "?" C1, "/a?q=x??", .path = "x", .value = "?"),
    };

    (void)state;
    assert_rows(rows, ROWS(rows));
}

static void fragments(void **state)
{
    static const row_t rows[] = {
        TO(PATH, "/a#top", "/a#top"),
        TO(PATH, "/a#top", "/a?x=1#top", .query = "x=1"),
        TO(PATH, "/a?t=1#top", "/a?t=1&x=1#top", .query = "x=1&t=2"),
        TO(PATH, "/a?t=1#top?x", "/a?t=1#top?x"),
        TO(PATH, "/a?#top", "/a#top"),
        TO(PATH, "/a#" C0, "/a#x&y=z+/", .path = "x&y=z+/"),
        TO(PATH, "/a#" C1, "/a#x&y=z+/%23%25%20", .value = "x&y=z+/#% "),
        TO(PATH, TAIL "#top", "/#top", .tail = ""),
        TO(AUTHORITY, "http://h/" REST "?a#b", "http://h/?a#b", .tail = ""),
    };

    (void)state;
    assert_rows(rows, ROWS(rows));
}

static void offsets(void **state)
{
    semr_request_t request = {
        .pool = pool, .path = view("/asked"), .query = view("x=1")};
    semr_to_t to = {.form = AUTHORITY, .head = view("https://h:1/a?t=1#top")};
    semr_match_t match = {.ncaptures = 0};
    semr_location_t location;

    (void)state;
    assert_true(semr_location_join(&location, &request, &to, &match, NULL,
                                   semr_view(NULL, 0)));
    assert_string_equal(location.text, "https://h:1/a?t=1&x=1#top");
    assert_string_equal(location.text + location.authority, "/a?t=1&x=1#top");
    assert_string_equal(location.text + location.path_end, "?t=1&x=1#top");
    assert_string_equal(location.text + location.query_end, "#top");

    to.form = PATH;
    to.head = view("/a");
    request.query = semr_view(NULL, 0);
    assert_true(semr_location_join(&location, &request, &to, &match, NULL,
                                   semr_view(NULL, 0)));
    assert_int_equal(location.authority, 0);
    assert_int_equal(location.path_end, 2);
    assert_int_equal(location.query_end, 2);
}

static void long_ones(void **state)
{
    enum { LEN = 8192 };
    char *tail = apr_palloc(pool, LEN + 1), *query = apr_palloc(pool, LEN + 1);
    semr_request_t request = {.pool = pool, .path = view("/asked")};
    semr_to_t to = {.form = PATH,
                    .head = view("/a" TAIL "?a=" C0 "&b=" C0 "#" C0),
                    .inserts = 1};
    semr_match_t match = {.ncaptures = 1};
    semr_location_t location;
    int i;

    (void)state;
    memset(tail, 'a', LEN);
    tail[0] = '/';
    memset(query, 0xFF, LEN);
    for (i = 1; i < LEN; i += 2) {
        query[i] = '&';
    }
    request.query = semr_view(query, LEN);
    match.tail = semr_view(tail, LEN);
    match.captures[0].text = semr_view(query, LEN);
    match.captures[0].decoded = 1;
    assert_true(semr_location_join(&location, &request, &to, &match, NULL,
                                   semr_view(NULL, 0)));
    assert_room(&location);
    assert_int_equal(location.path_end, 2 + LEN);
    assert_int_equal(strlen(location.text), 2 + LEN + 1 + 2 + 3 * LEN + 3 +
                                                3 * LEN + 4 * LEN / 2 + 1 +
                                                2 * LEN);
}

static void repeats(void **state)
{
    static const struct {
        int is;
        const char *location; /* a relative one, or with its authority */
        const char *path, *query, *host;
        int port, https;
    } rows[] = {
        {1, "/a", "/a", NULL, "h", 80, 0},
        {0, "/b", "/a", NULL, "h", 80, 0},
        {0, "/a/", "/a", NULL, "h", 80, 0},
        {1, "/a", "/a", "", "h", 80, 0},
        {1, "/a?x=1", "/a", "x=1", "h", 80, 0},
        {0, "/a?x=1", "/a", NULL, "h", 80, 0},
        {0, "/a", "/a", "x=1", "h", 80, 0},
        {0, "/a?x=1", "/a", "x=2", "h", 80, 0},
        {0, "/a?x=1&y", "/a", "x=1", "h", 80, 0},
        {1, "/a?x=%22", "/a", "x=\"", "h", 80, 0},
        {0, "/a?x=%23", "/a", "x=\"", "h", 80, 0},
        {1, "/a?x=%25", "/a", "x=%", "h", 80, 0},
        {1, "/a#top", "/a", NULL, "h", 80, 0},
        {1, "/a?x#top", "/a", "x", "h", 80, 0},
        {1, "http://h/a", "/a", NULL, "h", 80, 0},
        {1, "http://H:80/a", "/a", NULL, "h", 80, 0},
        {1, "https://h/a?x", "/a", "x", "h", 443, 1},
        {1, "https://h:443/a", "/a", NULL, "h", 443, 1},
        {1, "http://h:8080/a", "/a", NULL, "h", 8080, 0},
        {0, "http://h/a", "/a", NULL, "h", 8080, 0},
        {0, "http://h:8080/a", "/a", NULL, "h", 80, 0},
        {0, "https://h/a", "/a", NULL, "h", 80, 0},
        {0, "https://h:80/a", "/a", NULL, "h", 80, 0},
        {0, "http://h/a", "/a", NULL, "h", 443, 1},
        {0, "http://www.h/a", "/a", NULL, "h", 80, 0},
        {0, "http://g/a", "/a", NULL, "h", 80, 0},
        {1, "http://10.0.0.1/a", "/a", NULL, "10.0.0.1", 80, 0},
        {1, "http://123/a", "/a", NULL, "123", 80, 0},
        {1, "http://[::1]/a", "/a", NULL, "::1", 80, 0},
        {1, "http://[::1]:81/a", "/a", NULL, "[::1]", 81, 0},
        {0, "http://[::1]:81/a", "/a", NULL, "::1", 80, 0},
        {0, "http://h/a", "/a", NULL, "", 80, 0},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); ++i) {
        const char *text = rows[i].location;
        apr_size_t authority =
            *text == '/' ? 0 : (apr_size_t)(strchr(text + 8, '/') - text);
        apr_size_t query_end = strcspn(text, "#");
        apr_size_t path_end = strcspn(text, "?#");
        semr_location_t location = {text, authority, path_end, query_end, 0};
        semr_request_t request = {.pool = pool,
                                  .path = view(rows[i].path),
                                  .query = view(rows[i].query),
                                  .host = view(rows[i].host),
                                  .port = rows[i].port,
                                  .https = rows[i].https};

        assert_int_equal(semr_location_is(&location, &request), rows[i].is);
    }
}

/* Whatever is taken, Location is printable, and its path names no host. */
static void random_locations(void **state)
{
    static const char *const templates[] = {C0,
                                            TAIL,
                                            "/" C0 "/" C1 TAIL,
                                            "/a" C0 "?x=" C1 "#" C0,
                                            "",
                                            "?a",
                                            "?" C0,
                                            "?" C1,
                                            "/" C1 "." C1 "/" REST "?" C0,
                                            URL C1 "#" TAIL};
    static const char *const parts[] = {".",   "..",  "/", "%2F", "a",
                                        "%5C", "%0D", "&", "=",   "&&&&=+"};
    apr_pool_t *outer = pool;
    int i, joined = 0;

    (void)state;
    srand(17);
    for (i = 0; i < 20000; ++i) {
        semr_request_t request = {.path = view("/asked")};
        semr_to_t to = {.form = PATH,
                        .head = view(templates[rand() % ROWS(templates)]),
                        .inserts = 1};
        semr_match_t match = {.ncaptures = 2};
        semr_location_t location;
        const char *taken = "";
        char bytes[8];
        int k;

        apr_pool_create(&pool, outer);
        request.pool = pool;
        for (k = rand() % 6; k > 0; --k) {
            taken = apr_pstrcat(pool, taken, parts[rand() % ROWS(parts)], NULL);
        }
        for (k = 0; k < 8; ++k) {
            bytes[k] =
                i % 3 ? "./\\\r\n%&?"[rand() % 8] : (char)(1 + rand() % 255);
        }
        match.captures[0].text = view(taken);
        match.captures[1].text = semr_view(bytes, rand() % 8);
        match.captures[1].decoded = 1;
        match.tail = view(apr_pstrcat(pool, "/", taken, NULL));
        request.query = semr_view(bytes, rand() % 8);
        if (semr_location_join(&location, &request, &to, &match, NULL,
                               semr_view(NULL, 0))) {
            const char *path =
                apr_pstrmemdup(pool, location.text, location.path_end);
            const char *p;

            ++joined;
            assert_room(&location);
            assert_true(path[0] == '/' && path[1] != '/');
            path = apr_pstrcat(pool, path, "/", NULL);
            assert_null(strstr(path, "/./"));
            assert_null(strstr(path, "/../"));
            for (p = location.text; *p; ++p) {
                assert_true(*p > ' ' && *p < 0x7F &&
                            !strchr("\"<>\\^`{|}", *p));
            }
        }
        apr_pool_destroy(pool);
    }
    pool = outer;
    assert_true(joined > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(hostile_paths),
        cmocka_unit_test(authorities),
        cmocka_unit_test(queries),
        cmocka_unit_test(fragments),
        cmocka_unit_test(offsets),
        cmocka_unit_test(long_ones),
        cmocka_unit_test(repeats),
        cmocka_unit_test(random_locations),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("location", tests, start, stop);
}
