/* SPDX-License-Identifier: Apache-2.0
 * Accept: weights, specificity, order of preference; what real clients send;
 * and what no client should.
 */
#include "views.h"

#include "accept.h"

static const semr_media_t offers[] = {
    {"text/html", NULL},
    {"application/json", NULL},
    {"application/openmetrics-text", "1.0.0"},
    {"text/plain", "0.0.4"},
};

enum { NONE = -1, HTML, JSON, OPENMETRICS, PLAIN };

typedef struct row_t {
    const char *header;
    int wanted;
} row_t;

static void check(const row_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        /* a block of its own, so that reading beyond is seen */
        char *header = rows[i].header ? strdup(rows[i].header) : NULL;
        int got = semr_accept_choose(header, offers, ROWS(offers));

        free(header);
        if (got != rows[i].wanted) {
            fail_msg("\"%s\": wanted %d, got %d", rows[i].header,
                     rows[i].wanted, got);
        }
    }
}

static void test_rules(void **state)
{
    static const row_t rows[] = {
        {NULL, HTML},
        {"", HTML},
        {" ,, ", HTML},
        {"*/*", HTML},
        {"text/html", HTML},
        {"TEXT/HTML", HTML},
        {"application/json", JSON},
        {"application/*", JSON},
        {"text/*", HTML},
        {"text/plain", PLAIN},
        {"text/plain; charset=utf-8", PLAIN},
        {"application/openmetrics-text", OPENMETRICS},
        /* nothing */
        {"image/png", NONE},
        {"application/xml, text/csv", NONE},
        {"*/*;q=0", NONE},
        {"text/htm, text/htmll, tex/html", NONE},
        {"*/html", NONE},
        {"text/plain;version=1.0.0", NONE},
        /* weights */
        {"text/html;q=0.5, application/json", JSON},
        {"text/html;q=0.5, application/json;q=0.501", JSON},
        {"text/html;q=0.5, application/json;q=0.499", HTML},
        {"application/json;q=0.001", JSON},
        {"application/json;q=0.000", NONE},
        {"application/json; q=1.000", JSON},
        {"application/json\t;\tq=1", JSON},
        {"application/json;Q=0.2,text/html;q=0.1", JSON},
        {"application/json;q=1., text/html;q=0.9", JSON},
        /* the closest range says what a type weighs */
        {"text/html;q=0, */*", JSON},
        {"*/*, text/html;q=0", JSON},
        {"text/*;q=0, */*;q=0.1", JSON},
        {"application/*;q=0, */*;q=0.1", HTML},
        {"text/html;q=0, text/*", PLAIN},
        {"text/plain;q=0, text/plain;version=0.0.4", PLAIN},
        {"text/plain;version=0.0.4;q=0, text/plain", NONE},
        /* of equal weight: the one that is named more closely, then ours */
        {"*/*, application/json", JSON},
        {"application/json, text/plain, */*", JSON},
        {"text/plain, application/json", JSON},
        {"application/json, text/html", HTML},
        {"text/*, application/json", JSON},
        /* versions */
        {"application/openmetrics-text; version=1.0.0", OPENMETRICS},
        {"application/openmetrics-text; version=\"1.0.0\"", OPENMETRICS},
        {"application/openmetrics-text; version=0.0.1", NONE},
        {"application/openmetrics-text; VERSION=1.0.0; q=0.1", OPENMETRICS},
        {"text/html;version=5", NONE},
    };

    (void)state;
    check(rows, ROWS(rows));
}

static void test_clients(void **state)
{
    static const row_t rows[] = {
        /* Firefox, Chromium, curl and wget */
        {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
         "image/webp,*/*;q=0.8",
         HTML},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
         "image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;"
         "q=0.7",
         HTML},
        {"*/*", HTML},
        /* libraries that want JSON */
        {"application/json, text/plain, */*", JSON},
        {"application/json, text/javascript, */*; q=0.01", JSON},
        /* Prometheus 2.5 to 2.22, 2.23 to 2.50, 2.51 to 2.55, 3 */
        {"application/openmetrics-text; version=0.0.1,text/plain;"
         "version=0.0.4;q=0.5,*/*;q=0.1",
         PLAIN},
        {"application/openmetrics-text;version=1.0.0,application/"
         "openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;"
         "q=0.5,*/*;q=0.1",
         OPENMETRICS},
        {"application/vnd.google.protobuf;proto=io.prometheus.client."
         "MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;"
         "version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;"
         "q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
         OPENMETRICS},
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;"
         "q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;"
         "version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;"
         "q=0.3,*/*;q=0.2",
         OPENMETRICS},
        /* Prometheus 1 and 2.0, and others that want its text */
        {"application/vnd.google.protobuf;proto=io.prometheus.client."
         "MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;"
         "q=0.3,*/*;q=0.1",
         PLAIN},
        {"text/plain;version=0.0.4;q=1,*/*;q=0.1", PLAIN},
    };

    (void)state;
    check(rows, ROWS(rows));
}

/* What is no range is passed over; the others count. */
static void test_broken(void **state)
{
    static const row_t rows[] = {
        {"text", HTML},
        {"/", HTML},
        {"text/", HTML},
        {"text/;q=1, application/json", JSON},
        {"text, application/json", JSON},
        {";q=0.5, application/json", JSON},
        {"text/html;q=2, application/json;q=0.1", JSON},
        {"text/html;q=-1, application/json;q=0.1", JSON},
        {"text/html;q=0.5555, application/json;q=0.1", JSON},
        {"text/html;q=, application/json;q=0.1", JSON},
        {"text/html;q=.5, application/json;q=0.1", JSON},
        {"text/html;q, application/json;q=0.1", HTML},
        {"text/html x, application/json;q=0.1", JSON},
        {"text / html, application/json;q=0.1", JSON},
        {"text/html;;;q=0.1;, application/json;q=0.2", JSON},
        {"image/png;x=\"a, text/html\", application/json;q=0.1", JSON},
        {"image/png;x=\"a\\\", text/html\", application/json;q=0.1", JSON},
        {"image/png;x=\"never closed, text/html", NONE},
        {"image/png;x=\"\\", NONE},
        {"image/png \"x, text/html", HTML},
        {"text/\xff\xfe, application/json", JSON},
    };

    (void)state;
    check(rows, ROWS(rows));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_clients),
        cmocka_unit_test(test_broken),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("accept", tests, start, stop);
}
