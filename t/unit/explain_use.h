/* SPDX-License-Identifier: Apache-2.0
 * Explanations of rules written as lines, for explain.c and explain_words.c.
 */
#ifndef SEMR_TEST_EXPLAIN_USE_H
#define SEMR_TEST_EXPLAIN_USE_H

#include "build.h"
#include "explain_run.h"
#include "explain_target.h"
#include "rule.h"
#include "views.h"

/* scenes say what is unusual of them */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { SPACES = 2 };

/* 2026-01-01T00:00:00Z */
#define NOW APR_INT64_C(1767225600)

/* What surrounds the request */
typedef struct scene_t {
    const char *rules; /* a line each; "--" ends the own ones */
    const char *ask;   /* "METHOD URL" */
    const char *cookie;
    int preview; /* there is one: 1 it holds, 2 it does not */
    int keeps;
} scene_t;

static semr_ruleset_t rulesets[SPACES];
static const semr_ruleset_t *sets[SPACES];
static semr_space_t spaces[SPACES];

/* -- rules ----------------------------------------------------------------- */

static void open_space(semr_builder_t *builder, int i)
{
    const semr_image_t *image = semr_builder_freeze(builder, pool);
    semr_diag_t diag;

    assert_int_equal(semr_ruleset_open(&rulesets[i], pool, image, 0, &diag),
                     APR_SUCCESS);
    sets[i] = &rulesets[i];
    spaces[i].sets = &sets[i];
    spaces[i].count = semr_image_rules(image) != 0;
}

static void add_line(semr_builder_t *builder, const char *line, unsigned number)
{
    semr_rule_t rule;
    semr_diag_t diag = {NULL};

    if (semr_rule_parse(&rule, pool, line, SEMR_RULE_IF, &diag)) {
        fail_msg("%s: %s", line, diag.text);
    }
    rule.condition_id = rule.condition.len != 0;
    rule.file = "moves.map";
    rule.line = number;
    assert_int_equal(semr_builder_add(builder, &rule), APR_SUCCESS);
}

static void build(const char *rules)
{
    char *text = apr_pstrdup(pool, rules), *line, *rest;
    semr_builder_t *builder = semr_builder_create(pool);
    unsigned number = 0;
    int i = 0;

    for (line = apr_strtok(text, "\n", &rest); line;
         line = apr_strtok(NULL, "\n", &rest)) {
        number++;
        if (!strcmp(line, "--")) {
            open_space(builder, i++);
            builder = semr_builder_create(pool);
            continue;
        }
        add_line(builder, line, number);
    }
    open_space(builder, i++);
    if (i < SPACES) {
        spaces[i].count = 0;
    }
}

/* -- a request without a server -------------------------------------------- */

/* An if= is the cookie that it wants. */
static int holds(void *baton, const semr_candidate_t *candidate)
{
    const scene_t *scene = baton;
    semr_rule_t rule;

    semr_image_read(candidate->set->image, candidate->rule, pool, &rule);
    return scene->cookie &&
           semr_view_equal(rule.condition, view(scene->cookie));
}

static int previews(void *baton)
{
    return ((const scene_t *)baton)->preview == 1;
}

static int is_ours(void *baton, const semr_origin_t *origin)
{
    (void)baton;
    return semr_view_equal(origin->host, view("www.test")) ? 1 : -1;
}

static void read_request(const semr_explain_target_t *target,
                         semr_request_t *request)
{
    semr_view_t path;

    memset(request, 0, sizeof(*request));
    request->pool = pool;
    assert_true(semr_url_split(target->target, &path, &request->query));
    request->path = semr_url_path(pool, path);
    request->host = view(target->host ? target->host : "www.test");
    request->https = target->https > 0;
    request->port = (apr_port_t)(target->port         ? target->port
                                 : target->https == 1 ? 443
                                                      : 80);
}

static semr_explained_run_t *explained(const scene_t *scene)
{
    static const semr_explain_place_t places[SPACES] = {{NULL, 0, 0, 0},
                                                        {NULL, 1, 1, 0}};
    semr_explained_run_t *run = apr_palloc(pool, sizeof(*run));
    semr_explain_target_t target = {0};
    semr_request_t request;
    semr_judge_t judge = {0};
    semr_explain_scene_t around = {0};
    const char *url = strchr(scene->ask, ' ') + 1;
    semr_diag_t diag;

    build(scene->rules);
    assert_int_equal(semr_explain_method(
                         &target, pool,
                         apr_pstrmemdup(pool, scene->ask, url - scene->ask - 1),
                         &diag),
                     APR_SUCCESS);
    assert_int_equal(semr_explain_url(&target, pool, url, &diag), APR_SUCCESS);
    read_request(&target, &request);
    semr_explain_begin(run, pool, target.method, 0);
    judge.request = &request;
    judge.method = target.method;
    judge.class = run->class;
    judge.now = NOW;
    judge.stage = SEMR_LIVE;
    judge.condition = holds;
    judge.preview = scene->preview ? previews : NULL;
    judge.baton = around.baton = (void *)(apr_uintptr_t)scene;
    around.spaces = spaces;
    around.nspaces = SPACES;
    around.places = places;
    around.judge = &judge;
    around.keeps = scene->keeps;
    around.is_ours = is_ours;
    semr_explain_spaces(run, &around);
    return run;
}

#endif
