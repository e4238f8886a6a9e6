/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: a request as somebody writes it, and rules -> an explanation, as
 * the page and as JSON.
 *
 * The input is "METHOD URL" in a line, headers, an empty line, and rules, one a
 * line; those that are refused are left out.  What has to hold: no text of the
 * input becomes markup; the page is UTF-8 without control characters; the JSON
 * is JSON; a message and a sentence are one line; a request that was completed
 * is read as itself again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <jansson.h>

#include "build.h"
#include "explain_run.h"
#include "explain_target.h"
#include "explain_trim.h"
#include "inert.h"
#include "render.h"
#include "render_explained.h"

static void fail(const char *what, const char *text)
{
    fprintf(stderr, "%s:\n%s\n", what, text);
    abort();
}

static void check_line(const char *text)
{
    if (!text || strpbrk(text, "\r\n")) {
        fail("no text of one line", text ? text : "(none)");
    }
}

/* -- the input ------------------------------------------------------------- */

typedef struct input_t {
    apr_pool_t *pool;
    char *text;
    semr_explain_target_t target;
    apr_table_t *headers;
    semr_ruleset_t rules;
} input_t;

/* Takes a line off the text. */
static char *next_line(char **text)
{
    char *line = *text, *end = line + strcspn(line, "\n");

    *text = *end ? end + 1 : end;
    *end = '\0';
    return line;
}

/* What is made of a URL is read as itself. */
static void check_again(const input_t *in, const char *full)
{
    semr_explain_target_t again = in->target;
    semr_diag_t diag = {NULL};

    if (strlen(full) < 8000 &&
        (semr_explain_url(&again, in->pool, full, &diag) ||
         strcmp(semr_explain_full(&again, in->pool), full) != 0)) {
        fail("a URL that is read as another", full);
    }
}

static int read_target(input_t *in)
{
    char *line = next_line(&in->text), *url = strchr(line, ' ');
    semr_diag_t diag = {NULL};

    if (url) {
        *url++ = '\0';
    }
    if (semr_explain_method(&in->target, in->pool, line, &diag) ||
        semr_explain_url(&in->target, in->pool, url, &diag)) {
        check_line(diag.text);
        return 0;
    }
    in->target.host = in->target.host ? in->target.host : "www.test";
    check_again(in, semr_explain_full(&in->target, in->pool));
    return 1;
}

static int read_headers(input_t *in)
{
    char *start = in->text, *end = strstr(start, "\n\n");
    semr_diag_t diag = {NULL};

    in->headers = apr_table_make(in->pool, 4);
    if (!end) {
        return 1;
    }
    *end = '\0';
    in->text = end + 2;
    if (semr_explain_headers(in->headers, in->pool, start, &diag)) {
        check_line(diag.text);
        return 0;
    }
    return 1;
}

static void read_rules(input_t *in)
{
    semr_builder_t *builder = semr_builder_create(in->pool);
    semr_diag_t diag = {NULL};
    unsigned number = 0;

    while (*in->text) {
        const char *line = next_line(&in->text);
        semr_rule_t rule;

        number++;
        if (!semr_rule_parse(&rule, in->pool, line, 0, &diag)) {
            rule.file = "<moves>\x01.map";
            rule.line = number;
            semr_builder_add(builder, &rule);
        }
    }
    if (semr_ruleset_open(&in->rules, in->pool,
                          semr_builder_freeze(builder, in->pool), 0, &diag)) {
        fail("rules that were read cannot be opened", diag.text);
    }
}

/* -- the explanation ------------------------------------------------------- */

static int is_ours(void *baton, const semr_origin_t *origin)
{
    semr_view_t host = origin->host;

    (void)baton;
    return host.len == 8 && !memcmp(host.p, "www.test", 8) ? 1 : -1;
}

static semr_view_t base(void *baton, semr_to_form_t form)
{
    const char *text = form == SEMR_TO_HTTPS  ? "https://www.test"
                       : form == SEMR_TO_HTTP ? "http://www.test"
                                              : NULL;

    (void)baton;
    return semr_view(text, text ? strlen(text) : 0);
}

static void explain(const input_t *in, semr_explained_run_t *run)
{
    static const semr_explain_place_t place = {"<Location \"/\">", 0, 0, 7};
    const semr_ruleset_t *sets = &in->rules;
    semr_space_t space = {&sets, 1, NULL};
    semr_request_t request = {.pool = in->pool, .port = 80};
    semr_judge_t judge = {.request = &request,
                          .method = in->target.method,
                          .now = 1767225600,
                          .stage = SEMR_LIVE,
                          .base = base};
    semr_explain_scene_t scene = {.spaces = &space,
                                  .nspaces = 1,
                                  .places = &place,
                                  .judge = &judge,
                                  .is_ours = is_ours};
    semr_view_t path;

    if (!semr_url_split(in->target.target, &path, &request.query)) {
        fail("no target of a request", in->target.target);
    }
    request.path = semr_url_path(in->pool, path);
    request.host = semr_view(in->target.host, strlen(in->target.host));
    request.https = in->target.https > 0;
    semr_explain_begin(run, in->pool, in->target.method, 0);
    judge.class = run->class;
    semr_explain_spaces(run, &scene);
}

/* -- what is rendered ------------------------------------------------------ */

typedef struct page_t {
    char *bytes;
    apr_size_t len, room;
} page_t;

static apr_status_t keep(void *baton, const char *bytes, apr_size_t len)
{
    page_t *page = baton;

    if (page->len + len + 1 > page->room) {
        page->room = 2 * (page->len + len + 1);
        page->bytes = realloc(page->bytes, page->room);
    }
    memcpy(page->bytes + page->len, bytes, len);
    page->len += len;
    page->bytes[page->len] = '\0';
    return APR_SUCCESS;
}

static void check_html(const page_t *page)
{
    const char *at = inert_html(page->bytes, page->len);

    if (at) {
        fail("the page is not inert", at);
    }
}

/* For a terminal: no control character but the ends of lines */
static void check_text(const input_t *in, const semr_explained_t *explained)
{
    page_t text = {0};
    semr_sink_t sink = {keep, &text};
    semr_out_t out;
    char *at;

    semr_out_start(&out, &sink);
    semr_render_text_explained(&out, explained, in->pool);
    if (semr_out_finish(&out)) {
        fail("no text", explained->url);
    }
    for (at = text.bytes; *at; at++) {
        if ((unsigned char)*at < ' ' && *at != '\n') {
            fail("the text is not inert", at);
        }
    }
    free(text.bytes);
}

static int none(void *baton, apr_pool_t *pool, semr_render_row_t *row)
{
    (void)baton;
    (void)pool;
    (void)row;
    return 0;
}

static void render(const input_t *in, const semr_explained_t *explained)
{
    semr_render_model_t model = {.view = SEMR_RENDER_EXPLAIN,
                                 .server = "www.test",
                                 .stage = SEMR_LIVE,
                                 .explained = explained,
                                 .next = none};
    page_t html = {0}, json = {0};
    semr_sink_t sink = {keep, &html};
    json_error_t error;
    json_t *read;

    if (semr_render_html(&model, "bm9uY2U=", &sink, in->pool)) {
        fail("no page", explained->url);
    }
    check_html(&html);
    sink.baton = &json;
    if (semr_render_json(&model, &sink, in->pool)) {
        fail("no JSON", explained->url);
    }
    read = json_loadb(json.bytes, json.len, 0, &error);
    if (!read || !json_is_object(json_object_get(read, "explain"))) {
        fail("no JSON", json.bytes);
    }
    json_decref(read);
    check_text(in, explained);
    free(html.bytes);
    free(json.bytes);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static int started;
    input_t in;
    semr_explained_run_t run;
    semr_explained_t explained = {0};
    const semr_explained_t *trimmed = &explained;

    if (!started++) {
        apr_initialize();
    }
    apr_pool_create(&in.pool, NULL);
    in.text = apr_pstrmemdup(in.pool, (const char *)data, size);
    explained.asked_url = in.text;
    if (read_target(&in) && read_headers(&in)) {
        read_rules(&in);
        explain(&in, &run);
        explained.url = semr_explain_full(&in.target, in.pool);
        explained.headers = in.headers;
        explained.more_headers = explained.cookie = explained.asked_url;
        explained.run = explained.methods = explained.preview = &run;
        explained.nmethods = 1;
        check_line(semr_explain_sentence(&run, explained.url));
        render(&in, &explained);
        semr_explain_trim(&trimmed, 2000, in.pool);
        render(&in, trimmed);
    }
    apr_pool_destroy(in.pool);
    return 0;
}
