/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: hostile words in a model -> HTML, JSON, text.
 *
 * The input is lines; the first byte of each says what the rest is (the table
 * below), and a vertical tab in it is a line break.  What has to hold: the page
 * is inert (inert.h), JSON is JSON, and what is no text is not written.
 */
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <jansson.h>

#include "inert.h"
#include "render.h"

#define NOW 1800000000

enum { ROWS = 8, MAPS = 4, MISSES = 4 };

typedef struct world_t {
    apr_pool_t *pool;
    semr_render_model_t model;
    semr_search_t search;
    semr_render_row_t rows[ROWS];
    semr_render_map_t maps[MAPS];
    semr_render_miss_t misses[MISSES];
    apr_uint64_t found[SEMR_FINDING_COUNT];
    int count, asked;
} world_t;

/* -- lines ----------------------------------------------------------------- */

static semr_render_row_t *row_of(world_t *world)
{
    return world->rows + (world->count ? world->count - 1 : 0);
}

static semr_render_map_t *map_of(world_t *world)
{
    return world->maps + (world->model.nmaps ? world->model.nmaps - 1 : 0);
}

static semr_render_miss_t *miss_of(world_t *world)
{
    return world->misses +
           (world->model.nmisses ? world->model.nmisses - 1 : 0);
}

static void add_rule(world_t *world, const char *line)
{
    semr_render_row_t *row = world->rows + world->count;
    semr_diag_t diag = {NULL};

    if (world->count == ROWS) {
        return;
    }
    memset(row, 0, sizeof(*row));
    if (semr_rule_parse(&row->rule, world->pool, line, SEMR_RULE_IF, &diag) &&
        semr_rule_parse(&row->rule, world->pool, "permanent /a /b", 0, &diag)) {
        abort();
    }
    row->stage = SEMR_LIVE;
    row->max_age = SEMR_MAX_AGE_DEFAULT;
    world->count++;
}

static void add_map(world_t *world, const char *source)
{
    if (world->model.nmaps < MAPS) {
        world->model.nmaps++;
        map_of(world)->source = source;
        map_of(world)->kind = "text";
    }
}

static void add_miss(world_t *world, const char *path)
{
    if (world->model.nmisses < MISSES) {
        world->model.nmisses++;
        miss_of(world)->path = path;
        miss_of(world)->count = 7;
        miss_of(world)->first = miss_of(world)->last = NOW - 5;
    }
}

/* The code is chosen by the first byte. */
static void add_finding(world_t *world, const char *text)
{
    unsigned char id = (unsigned char)*text;
    semr_finding_t finding = {
        .file = text, .line = 1, .text = *text ? text + 1 : text};

    finding.id = (semr_finding_id_t)(id % SEMR_FINDING_COUNT);
    semr_report_tell((semr_report_t *)world->model.report, &finding);
    world->found[finding.id]++;
}

/* Eight bytes at most, for what is counted and timed */
static apr_uint64_t number_of(const char *text)
{
    apr_uint64_t number = 0;

    for (int i = 0; i < 8 && text[i]; i++) {
        number = number << 8 | (unsigned char)text[i];
    }
    return number;
}

static void set_numbers(world_t *world, apr_uint64_t n)
{
    semr_render_model_t *model = &world->model;

    for (int stage = 0; stage < SEMR_STAGES; stage++) {
        model->rules[stage] = n >> stage * 7 & 0xffff;
        for (int code = 0; code < SEMR_TALLY_CODE_COUNT; code++) {
            model->answers[stage][code] = n >> (stage + code) & 0xffffff;
        }
    }
    model->since = (apr_int64_t)(n & 0x7fffffff);
    model->never_used = model->old_temporary = n & 0xff;
    model->matched = model->not_listed = n >> 4;
    model->searched = n & 0xffff;
    world->search.start = n >> 3;
    world->search.intent = (int)(n % (SEMR_INTENTS + 1)) - 1;
    world->search.stage = (int)(n % (SEMR_STAGES + 1)) - 1;
    world->search.order = (semr_search_order_t)(n % 3);
    world->search.unused = world->search.findings = n & 1;
    world->search.id = n;
    for (int i = 0; i < ROWS; i++) {
        world->rows[i].hits = world->rows[i].id = n;
        world->rows[i].last = (apr_int64_t)(n & 0xffffffff);
        world->rows[i].has_finding = world->rows[i].inherited = n >> i & 1;
    }
}

static semr_view_t view_of(const char *text)
{
    semr_view_t view = {text, strlen(text)};

    return view;
}

static void take_line(world_t *world, char what, const char *rest)
{
    semr_render_model_t *model = &world->model;

    /* clang-format off */
    switch (what) {
    case 'v': model->view = (semr_render_view_t)
        ((unsigned char)*rest % SEMR_RENDER_EXPLAIN); break;
    case 's': model->server = rest; break;
    case 'S': model->stage = (semr_stage_t)
        ((unsigned char)*rest % SEMR_STAGES); break;
    case '#': set_numbers(world, number_of(rest)); break;
    case 'r': add_rule(world, rest); break;
    case 'n': row_of(world)->rule.note = view_of(rest); break;
    case 'f': row_of(world)->rule.file = rest; break;
    case 'w': row_of(world)->where = rest; break;
    case 'm': add_map(world, rest); break;
    case 'o': map_of(world)->options = rest; break;
    case 'e': map_of(world)->error = rest; break;
    case 'F': add_finding(world, rest); break;
    case 'p': add_miss(world, rest); break;
    case 'R': miss_of(world)->referrer = rest; break;
    case 'N': miss_of(world)->nearest = rest;
              miss_of(world)->why = "it is like it"; break;
    case 'C': miss_of(world)->rule = rest; break;
    case 'L': miss_of(world)->file = rest; break;
    case 'q': world->search.text = view_of(rest); break;
    case 'Q': world->search.from = view_of(rest); break;
    case 't': world->search.to = view_of(rest); break;
    case 'h': world->search.host = view_of(rest); break;
    case 'l': world->search.file = view_of(rest); break;
    case '*': model->search = &world->search; break;
    default: break;
    }
    /* clang-format on */
}

static void take_lines(world_t *world, const char *data, size_t size)
{
    char *text = apr_pstrmemdup(world->pool, data, size), *last, *line;

    for (char *p = text; *p; p++) {
        if (*p == '\v') {
            *p = '\r'; /* not a break of ours */
        }
    }
    for (line = apr_strtok(text, "\n", &last); line;
         line = apr_strtok(NULL, "\n", &last)) {
        for (char *p = line; *p; p++) {
            if (*p == '\r') {
                *p = '\n';
            }
        }
        take_line(world, *line, line + 1);
    }
}

/* -- the model ------------------------------------------------------------- */

static int next(void *baton, apr_pool_t *pool, semr_render_row_t *row)
{
    world_t *world = baton;

    (void)pool;
    if (world->asked == world->count) {
        return 0;
    }
    *row = world->rows[world->asked++];
    return 1;
}

static world_t *make_world(apr_pool_t *pool, const char *data, size_t size)
{
    world_t *world = apr_pcalloc(pool, sizeof(*world));

    world->pool = pool;
    world->search.intent = world->search.stage = -1;
    world->model.server = "www.test";
    world->model.now = NOW;
    world->model.stage = SEMR_LIVE;
    world->model.report = semr_report_create(pool);
    world->model.maps = world->maps;
    world->model.misses = world->misses;
    world->model.missed = 9;
    world->model.missed_since = NOW - 9;
    world->model.next = next;
    world->model.baton = world;
    take_lines(world, data, size);
    semr_report_finish((semr_report_t *)world->model.report, world->found);
    return world;
}

/* -- what comes out -------------------------------------------------------- */

typedef struct output_t {
    char *text;
    size_t len, room;
} output_t;

static apr_status_t write_output(void *baton, const char *bytes, apr_size_t len)
{
    output_t *output = baton;

    if (output->len + len > output->room) {
        output->room = 2 * (output->len + len);
        output->text = realloc(output->text, output->room);
    }
    memcpy(output->text + output->len, bytes, len);
    output->len += len;
    return APR_SUCCESS;
}

static void fail(const char *what, const output_t *output, const char *at)
{
    size_t left = (size_t)(output->text + output->len - at);

    fprintf(stderr, "%s at byte %zu:\n%.*s\n", what,
            (size_t)(at - output->text), (int)(left < 300 ? left : 300), at);
    abort();
}

static void check_text(const output_t *output)
{
    const char *at = inert_text(output->text, output->len);

    if (at) {
        fail("no text", output, at);
    }
}

static void check_html(const output_t *output)
{
    const char *at = inert_html(output->text, output->len);

    check_text(output);
    if (at) {
        fail("the page is not inert", output, at);
    }
}

static void check_json(const output_t *output)
{
    json_error_t error;
    json_t *json = json_loadb(output->text, output->len,
                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

    check_text(output);
    if (!json) {
        fail(error.text, output, output->text + error.position);
    }
    json_decref(json);
}

static apr_status_t render_html(const semr_render_model_t *model,
                                const semr_sink_t *sink, apr_pool_t *pool)
{
    return semr_render_html(model, "bm9uY2U=", sink, pool);
}

static const struct {
    apr_status_t (*render)(const semr_render_model_t *model,
                           const semr_sink_t *sink, apr_pool_t *pool);
    void (*check)(const output_t *output);
} formats[] = {
    {render_html, check_html},
    {semr_render_json, check_json},
    {semr_render_text, check_text},
};

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static int started;
    apr_pool_t *pool;
    world_t *world;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    apr_pool_create(&pool, NULL);
    world = make_world(pool, (const char *)data, size);
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        output_t output = {NULL, 0, 0};
        semr_sink_t sink = {write_output, &output};

        world->asked = 0;
        if (formats[i].render(&world->model, &sink, pool)) {
            abort();
        }
        formats[i].check(&output);
        free(output.text);
    }
    apr_pool_destroy(pool);
    return 0;
}
