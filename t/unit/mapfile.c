/* SPDX-License-Identifier: Apache-2.0
 * Maps as streams: their limits, and what is told of them.  What rows say is
 * in mapfile_golden.c.
 */
#include "mapfile_text.h"
#include "views.h"

static const semr_mapfile_format_t formats[] = {SEMR_MAPFILE_TEXT,
                                                SEMR_MAPFILE_CSV};

static const semr_rule_defaults_t *permanent(void)
{
    static semr_rule_defaults_t defaults;
    semr_diag_t diag;

    assert_int_equal(
        semr_rule_defaults_parse(&defaults, pool, "intent=permanent", &diag),
        APR_SUCCESS);
    return &defaults;
}

/* All that is read of bytes, in chunks of this size */
static const char *read_in(const char *bytes, apr_size_t len, apr_size_t chunk,
                           semr_mapfile_format_t format)
{
    lines_t lines = {.pool = pool};
    chunks_t chunks = {.bytes = bytes, .len = len, .chunk = chunk};

    return map_text(&lines, &chunks, format, permanent());
}

static void formats_by_name(void **state)
{
    static const struct {
        const char *name;
        semr_mapfile_format_t format;
    } rows[] = {
        {"a.csv", SEMR_MAPFILE_CSV},      {"/x/a.TSV", SEMR_MAPFILE_CSV},
        {"a.csv.map", SEMR_MAPFILE_TEXT}, {"csv", SEMR_MAPFILE_TEXT},
        {".csv", SEMR_MAPFILE_TEXT},      {"", SEMR_MAPFILE_TEXT},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(semr_mapfile_format(rows[i].name), rows[i].format);
    }
}

/* Files with next to nothing in them */
static void small(void **state)
{
    static const struct {
        const char *text;
        const char *line, *csv; /* what is read of them */
    } rows[] = {
        {"", "rows 0, bad 0, bytes 0\n", "rows 0, bad 0, bytes 0\n"},
        {"\n", "rows 0, bad 0, bytes 1\n", "rows 0, bad 0, bytes 1\n"},
        {"\xef\xbb\xbf", "rows 0, bad 0, bytes 3\n",
         "rows 0, bad 0, bytes 3\n"},
        {"\xef\xbb",
         "1! \"??\" is no intent. A rule begins with what the move "
         "means: permanent, temporary, see-other, gone or none.\n"
         "rows 1, bad 1, bytes 2, open end\n",
         NULL},
        {"#", "rows 0, bad 0, bytes 1, open end\n",
         "rows 0, bad 0, bytes 1, open end\n"},
        {" \r\n \t\n", "rows 0, bad 0, bytes 6\n", "rows 0, bad 0, bytes 6\n"},
        {"/a /b", "1: permanent /a /b\nrows 1, bad 0, bytes 5, open end\n",
         NULL},
        {"/a,/b", NULL,
         "1: permanent /a /b\nrows 1, bad 0, bytes 5, open end\n"},
        {"\"/a\",\"/b\"", NULL,
         "1: permanent /a /b\nrows 1, bad 0, bytes 9, open end\n"},
        {"from,to\n", NULL, "rows 0, bad 0, bytes 8\n"},
        {"\n\n/a,/b\r\n\r\n", NULL,
         "3: permanent /a /b\nrows 1, bad 0, bytes 11\n"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        apr_size_t len = strlen(rows[i].text);

        if (rows[i].line) {
            assert_string_equal(
                read_in(rows[i].text, len, 9, SEMR_MAPFILE_TEXT), rows[i].line);
        }
        if (rows[i].csv) {
            assert_string_equal(read_in(rows[i].text, len, 9, SEMR_MAPFILE_CSV),
                                rows[i].csv);
        }
    }
}

/* A row "/aaa.../b" of so many bytes, and one behind it */
static char *row_of(apr_size_t size, char separator)
{
    char *bytes = apr_palloc(pool, size + 8);

    memset(bytes, 'a', size);
    bytes[0] = '/';
    bytes[size - 3] = separator;
    bytes[size - 2] = '/';
    memcpy(bytes + size, "\n/p", 3);
    bytes[size + 3] = separator;
    memcpy(bytes + size + 4, "/q\n", 4);
    return bytes;
}

/* 64 KiB are a row, and a byte more is none; what follows is read. */
static void longest(void **state)
{
    static const apr_size_t chunks[] = {1, 4096, 65536, 65537, 1000000};

    (void)state;
    for (size_t i = 0; i < 2 * ROWS(chunks); i++) {
        char separator = formats[i % 2] == SEMR_MAPFILE_CSV ? ',' : ' ';
        const char *text;

        text = read_in(row_of(65536, separator), 65543, chunks[i / 2],
                       formats[i % 2]);
        assert_memory_equal(text, "1: permanent /aaa", 17);
        assert_non_null(strstr(text, "\n2: permanent /p /q\n"));
        assert_non_null(strstr(text, "\nrows 2, bad 0, bytes 65543\n"));
        text = read_in(row_of(65537, separator), 65544, chunks[i / 2],
                       formats[i % 2]);
        assert_memory_equal(text, "2: permanent /p /q\n1! \"/aaa", 27);
        assert_non_null(strstr(text, "64 KiB"));
        assert_non_null(strstr(text, "\nrows 2, bad 1, bytes 65544\n"));
    }
}

/* Lines of any size that hold no rule: blanks, a comment, an open quote */
static void long_lines(void **state)
{
    static const struct {
        const char *begin;
        char fill;
        const char *told; /* "": nothing */
    } rows[] = {
        {"#", 'x', ""},        {"  # ", '#', ""},      {"", ' ', "64 KiB"},
        {"/a", ',', "64 KiB"}, {"/a,", '"', "64 KiB"}, {"", '\r', "64 KiB"},
    };
    enum { LEN = 600000 };
    char *bytes = apr_palloc(pool, LEN + 16);

    (void)state;
    for (size_t i = 0; i < 2 * ROWS(rows); i++) {
        const char *text, *other;

        memset(bytes, rows[i / 2].fill, LEN);
        memcpy(bytes, rows[i / 2].begin, strlen(rows[i / 2].begin));
        strncpy(bytes + LEN, "\n/a /b\n", 16);
        bytes[LEN + 3] = i % 2 ? ',' : ' ';
        text = read_in(bytes, LEN + 7, LEN, formats[i % 2]);
        assert_memory_equal(text, "2: permanent /a /b\n", 19);
        if (*rows[i / 2].told) {
            assert_memory_equal(text + 19, "1! ", 3);
        }
        else {
            assert_memory_equal(text + 19, "rows 1, bad 0", 13);
        }
        other = read_in(bytes, LEN + 7, 1000, formats[i % 2]);
        assert_string_equal(text, other);
    }
}

/* A quote that nobody closes costs its own row, not the file. */
static void open_quote(void **state)
{
    enum { ROWS_BEHIND = 20000 };
    const char **parts = apr_palloc(pool, (ROWS_BEHIND + 1) * sizeof(*parts));
    apr_array_header_t all = {pool, sizeof(*parts), ROWS_BEHIND + 1,
                              ROWS_BEHIND + 1, (char *)parts};
    const char *bytes, *text;

    (void)state;
    parts[0] = "\"/open,/x\n";
    for (int i = 1; i <= ROWS_BEHIND; i++) {
        parts[i] = apr_psprintf(pool, "/a%d,/b%d\n", i, i);
    }
    bytes = apr_array_pstrcat(pool, &all, 0);
    text = read_in(bytes, strlen(bytes), 5000, SEMR_MAPFILE_CSV);
    assert_memory_equal(text, "2: permanent /a1 /b1\n", 21);
    assert_non_null(strstr(text, "\n20001: permanent /a20000 /b20000\n1! The "
                                 "quote that begins at \"/open,/x is not "
                                 "closed."));
    assert_non_null(strstr(text, "rows 20001, bad 1,"));
}

/* Rows and cells that lie across every border of the window, quoted or not,
 * over one line or more */
static void borders(void **state)
{
    enum { COUNT = 12000, ROOM = 200 };
    static const char *const notes[] = {"", "a", "b\n\"\"c\"\"", "\n\n"};
    static const char *const written[] = {
        "", " note=a", " note=\"b\n\\\"c\\\"\"", " note=\"\n\n\""};
    static const unsigned lines[] = {1, 1, 2, 3};
    char *bytes = apr_palloc(pool, COUNT * ROOM), *out = bytes;
    char *expected = apr_palloc(pool, COUNT * ROOM), *to = expected;
    unsigned line = 2;

    (void)state;
    srand(7);
    out += apr_snprintf(out, ROOM, "from,to,code,note\r\n");
    for (int i = 0; i < COUNT; i++) {
        int fill = 1 + rand() % 60, note = rand() % 4;

        out += apr_snprintf(out, ROOM, "/from/%0*d,\"/to/%d\",301,\"%s\"\r\n",
                            fill, i, i, notes[note]);
        to += apr_snprintf(to, ROOM, "%u: permanent /from/%0*d /to/%d%s\n",
                           line, fill, i, i, written[note]);
        line += lines[note];
    }
    apr_snprintf(to, ROOM, "rows %d, bad 0, bytes %d\n", COUNT,
                 (int)(out - bytes));
    for (apr_size_t chunk = 1; chunk < 3000000; chunk = 7 * chunk + 3) {
        assert_string_equal(
            read_in(bytes, (apr_size_t)(out - bytes), chunk, SEMR_MAPFILE_CSV),
            expected);
    }
}

/* All bad rows are counted, fifty are told. */
static void fifty(void **state)
{
    const char *row = "x,y\n";
    char *bytes = apr_palloc(pool, 4 * 1000);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        memcpy(bytes + 4 * i, row, 4);
    }
    for (size_t i = 0; i < ROWS(formats); i++) {
        const char *text = read_in(bytes, 4000, 100, formats[i]);

        assert_non_null(strstr(text, "\n50! "));
        assert_null(strstr(text, "\n51! "));
        assert_non_null(strstr(text, "\nrows 1000, bad 1000, bytes 4000\n"));
    }
}

/* A row may have 128 cells. */
static void cells(void **state)
{
    char *bytes = apr_palloc(pool, 1000);
    const char *text;

    (void)state;
    memcpy(bytes, "/a,/b", 5);
    memset(bytes + 5, ',', 128);
    memcpy(bytes + 5 + 126, "\n/c,/d\n", 8);
    text = read_in(bytes, 5 + 126 + 7, 100, SEMR_MAPFILE_CSV);
    assert_string_equal(text, "1: permanent /a /b\n2: permanent /c /d\n"
                              "rows 2, bad 0, bytes 138\n");
    memset(bytes + 5, ',', 128);
    memcpy(bytes + 5 + 127, "\n/c,/d\n", 8);
    text = read_in(bytes, 5 + 127 + 7, 100, SEMR_MAPFILE_CSV);
    assert_memory_equal(text, "2: permanent /c /d\n1! ", 22);
    assert_non_null(strstr(text, "128 cells"));
}

/* What source and take return is what is returned. */
static void failing(void **state)
{
    static const char text[] = "/a,/b\n/c,/d\n/e,/f\n";
    lines_t lines = {.pool = pool};
    chunks_t chunks = {text, sizeof(text) - 1, 6, 12, 0};
    const char *read;

    (void)state;
    read = map_text(&lines, &chunks, SEMR_MAPFILE_CSV, permanent());
    assert_non_null(strstr(read, "1: permanent /a /b\n"));
    assert_null(strstr(read, "/e"));
    assert_non_null(strstr(read, ", failed\n"));
}

static apr_status_t take_two(void *baton, const semr_rule_t *rule)
{
    assert_string_equal(rule->file, "its name");
    return ++*(int *)baton == 2 ? APR_ENOSPC : APR_SUCCESS;
}

static void taking(void **state)
{
    static const char text[] = "/a,/b\n/c,/d\n/e,/f\n";

    (void)state;
    for (size_t i = 0; i < ROWS(formats); i++) {
        const char *bytes = i ? text : "/a /b\n/c /d\n/e /f\n";
        chunks_t chunks = {
            .bytes = bytes, .len = sizeof(text) - 1, .chunk = 99};
        semr_mapfile_source_t source = {read_chunk, &chunks};
        semr_mapfile_report_t report;
        int taken = 0;

        assert_int_equal(semr_mapfile_read(&source, formats[i], "its name",
                                           permanent(), take_two, &taken,
                                           &report, pool),
                         APR_ENOSPC);
        assert_int_equal(taken, 2);
        assert_int_equal(report.rows, 2);
    }
}

/* -- expectations ---------------------------------------------------------- */

/* What was taken of a map: rules, and the lines of expectations */
typedef struct taken_t {
    int rules, expects;
    unsigned last;
} taken_t;

static apr_status_t take_any(void *baton, const semr_rule_t *rule)
{
    (void)rule;
    ((taken_t *)baton)->rules++;
    return APR_SUCCESS;
}

static apr_status_t take_some(void *baton, const char *line, unsigned number,
                              apr_pool_t *scratch, semr_diag_t *diag)
{
    taken_t *taken = baton;

    assert_int_equal(strncasecmp(line, "expect", 6), 0);
    if (strstr(line, "wrong")) {
        return semr_diag_set(diag, scratch, "It is wrong.");
    }
    taken->expects++;
    taken->last = number;
    return strstr(line, "stop") ? APR_EINTR : APR_SUCCESS;
}

/* Who wants no expectations gets their number; who wants no rules, no row. */
static void expectations(void **state)
{
    static const struct {
        const char *text;
        int rules, expects; /* wanted */
        const char *is;     /* rules, expectations, last line; the report */
    } rows[] = {
        {"/a /b\nexpect 1\n  EXPECT\twrong\n/c\nexpect", 1, 0,
         "1 0 0, rows 2 bad 1 expects 3"},
        {"/a /b\nexpect 1\n  EXPECT\twrong\n/c\nexpect", 1, 1,
         "1 2 5, rows 3 bad 2 expects 2"},
        {"/a /b\nexpect 1\n  EXPECT\twrong\n/c\nexpect", 0, 1,
         "0 2 5, rows 1 bad 1 expects 2"},
        {"/a /b\nexpect 1\nexpect stop\nexpect 2\n", 0, 1,
         "0 2 3, rows 0 bad 0 expects 2"},
        {"expected /b\n/c/expect /d\n# expect\nexpect=1 /e\n", 0, 1,
         "0 0 0, rows 0 bad 0 expects 0"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        chunks_t chunks = {
            .bytes = rows[i].text, .len = strlen(rows[i].text), .chunk = 1 + i};
        semr_mapfile_source_t source = {read_chunk, &chunks};
        taken_t taken = {0, 0, 0};
        semr_mapfile_takers_t takers = {rows[i].rules ? take_any : NULL,
                                        rows[i].expects ? take_some : NULL,
                                        &taken};
        semr_mapfile_report_t report;
        apr_status_t status =
            semr_mapfile_read_for(&source, SEMR_MAPFILE_TEXT, "x", permanent(),
                                  &takers, &report, pool);

        assert_int_equal(status, strstr(rows[i].text, "stop") ? APR_EINTR
                                                              : APR_SUCCESS);
        assert_string_equal(apr_psprintf(pool,
                                         "%d %d %u, rows %d bad %d expects %d",
                                         taken.rules, taken.expects, taken.last,
                                         (int)report.rows, (int)report.bad,
                                         (int)report.expects),
                            rows[i].is);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_by_name), cmocka_unit_test(small),
        cmocka_unit_test(longest),         cmocka_unit_test(long_lines),
        cmocka_unit_test(open_quote),      cmocka_unit_test(borders),
        cmocka_unit_test(fifty),           cmocka_unit_test(cells),
        cmocka_unit_test(failing),         cmocka_unit_test(taking),
        cmocka_unit_test(expectations),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("mapfile", tests, start, stop);
}
