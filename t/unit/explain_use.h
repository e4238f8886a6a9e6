/* SPDX-License-Identifier: Apache-2.0
 * Explanations of rules written as lines, for explain.c and explain_words.c.
 */
#ifndef SEMR_TEST_EXPLAIN_USE_H
#define SEMR_TEST_EXPLAIN_USE_H

#include "explain_run.h"
#include "explain_target.h"
#include "spaces_use.h"

/* What surrounds the request */
typedef struct scene_t {
    const char *rules; /* a line each; "--" ends the own ones */
    const char *ask;   /* "METHOD URL" */
    const char *cookie;
    int preview; /* there is one: 1 it holds, 2 it does not */
    int keeps;
} scene_t;

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
