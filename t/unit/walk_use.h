/* SPDX-License-Identifier: Apache-2.0
 * Walks over rules written as lines, for walk.c and walk_urls.c: the answer as
 * a line of text, as "301 /c 86400 REACHED 2".
 */
#ifndef SEMR_TEST_WALK_USE_H
#define SEMR_TEST_WALK_USE_H

#include "walk.h"
#include "spaces_use.h"

/* What surrounds a walk */
typedef struct scene_t {
    const char *rules; /* a line each; "--" ends the own ones */
    const char *ask;   /* "METHOD URL", http://www.test where it is a path */
    int observe, trial;
    int absolute; /* Locations are */
    int alone;    /* https is another virtual host */
} scene_t;

static semr_walk_t walk;
static int seen[SEMR_WALK_END_COUNT];
static int plainly;      /* no place is special, and ends are remembered */
static semr_ends_t ends; /* of the own rules; bits NULL: nothing is known yet */

static const char *end_name(semr_walk_end_t end)
{
    static const char *const names[] = {
#define X(id, words) [SEMR_WALK_##id] = #id,
        SEMR_WALK_ENDS(X)
#undef X
    };

    return names[end];
}

/* -- the server around it -------------------------------------------------- */

static int is_ours(void *baton, const semr_origin_t *origin)
{
    const scene_t *scene = baton;
    semr_view_t host = origin->host;

    if (!semr_view_equal(host, view("www.test")) &&
        !semr_view_equal(host, view("alias.test")) &&
        !semr_view_equal(host, view("::1"))) {
        return -1;
    }
    return origin->port == 80 || origin->port == 8080 ||
           (origin->port == 443 && !scene->alone);
}

/* Below /staged rules are on trial, below /aged a permanent one holds for 7 s,
 * and at /shut none does. */
static void scope(void *baton, semr_judge_t *judge)
{
    static const apr_int64_t usual[SEMR_INTENTS] = {-1, -1, -1, -1, -1};
    static const apr_int64_t aged[SEMR_INTENTS] = {7, -1, -1, -1, -1};
    const char *path = text_of(judge->request->path);
    const scene_t *scene = baton;

    judge->stage = strstr(path, "/shut") == path     ? SEMR_OFF
                   : strstr(path, "/staged") == path ? SEMR_TRIAL
                   : scene->trial                    ? SEMR_TRIAL
                   : scene->observe                  ? SEMR_OBSERVE
                                                     : SEMR_LIVE;
    judge->max_age = strstr(path, "/aged") == path ? aged : usual;
}

static semr_view_t base(void *baton, semr_to_form_t form)
{
    const scene_t *scene = baton;

    if (form == SEMR_TO_HTTPS) {
        return view("https://www.test");
    }
    return form == SEMR_TO_HTTP || (form == SEMR_TO_PATH && scene->absolute)
               ? view("http://www.test")
               : view(NULL);
}

static int yes(void *baton, const semr_candidate_t *candidate)
{
    (void)baton;
    (void)candidate;
    return 1;
}

/* -- asking ---------------------------------------------------------------- */

static const char *told(const semr_answer_t *answer)
{
    return apr_psprintf(pool, "%d %s %d %s %d",
                        answer->stage == SEMR_OBSERVE ? -answer->status
                                                      : answer->status,
                        answer->location.text ? answer->location.text : "-",
                        (int)answer->max_age, end_name(walk.end), walk.nhops);
}

/* As httpd's are: found when a rule asks */
static void find_asked(semr_request_t *request, void *baton)
{
    const semr_origin_t *asked = baton;

    request->https = asked->https != 0;
    request->host = asked->host;
    request->port = (apr_port_t)asked->port;
}

/* "METHOD [SCHEME://HOST[:PORT]]/PATH[?QUERY]" */
static void read_request(const char *ask, semr_judge_t *judge)
{
    semr_request_t *request = judge->request;
    const char *url = strchr(ask, ' ') + 1, *query = strchr(url, '?');
    static semr_origin_t asked;

    judge->method = apr_pstrmemdup(pool, ask, url - ask - 1);
    judge->class = semr_decide_class(judge->method, 0);
    request->pool = pool;
    asked.https = 0;
    asked.host = view("www.test");
    asked.port = 80;
    if (*url == 'h') {
        semr_location_t location = {url, 0, 0, 0, 0};

        location.authority = strchr(strchr(url, ':') + 3, '/') - url;
        asked = semr_location_origin(&location, pool);
        url += location.authority;
    }
    request->find_origin = find_asked;
    request->baton = &asked;
    request->path =
        semr_view(url, query ? (apr_size_t)(query - url) : strlen(url));
    request->query = view(query ? query + 1 : NULL);
}

/* Walks; what is known to be an end is so without it. */
static semr_walk_end_t walk_from(const semr_candidate_t *candidate, int space,
                                 semr_answer_t *answer)
{
    const char *before = answer->location.text;
    int known;

    walk.ends = plainly && space == 0 ? &ends : NULL;
    known = walk.ends && semr_ends_know(&ends, candidate->rule->number);
    semr_walk(&walk, candidate, space, answer);
    if (known) {
        assert_true(walk.end == SEMR_WALK_REACHED ||
                    walk.end == SEMR_WALK_ELSEWHERE);
        assert_int_equal(walk.nhops, 1);
        assert_string_equal(answer->location.text, before);
    }
    return walk.end;
}

/* The first rule that answers, and where its chain leads */
static const char *ask_rules(semr_judge_t *judge)
{
    semr_lookup_t lookup;
    semr_candidate_t candidate;
    semr_answer_t answer;
    int i;

    for (i = 0; i < SPACES; i++) {
        if (!spaces[i].count) {
            continue;
        }
        semr_lookup_start(&lookup, judge->request, spaces[i].sets,
                          spaces[i].count);
        while (semr_lookup_next(&lookup, &candidate)) {
            semr_verdict_t verdict =
                semr_judge(judge, &lookup, &candidate, &answer);

            if (verdict == SEMR_VERDICT_ANSWERS) {
                seen[walk_from(&candidate, i, &answer)]++;
                return told(&answer);
            }
            if (verdict == SEMR_VERDICT_LEAVES) {
                return "left alone";
            }
        }
    }
    return "no rule";
}

static void set_scene(const scene_t *scene, semr_judge_t *judge,
                      semr_request_t *request)
{
    void *baton = (void *)(apr_uintptr_t)scene;

    memset(request, 0, sizeof(*request));
    memset(judge, 0, sizeof(*judge));
    memset(&walk, 0x5a, sizeof(walk)); /* it trusts nothing of before */
    build(scene->rules);
    if (plainly && !ends.bits) {
        ends = semr_ends_create(pool, &spaces[0]);
    }
    judge->request = request;
    read_request(scene->ask, judge);
    judge->now = NOW;
    judge->condition = yes;
    judge->base = base;
    judge->baton = baton;
    scope(baton, judge);
    walk.spaces = spaces;
    walk.nspaces = SPACES;
    walk.is_ours = is_ours;
    walk.scope = plainly ? NULL : scope;
    walk.baton = baton;
    semr_walk_begin(&walk, judge);
}

static const char *walked(const scene_t *scene)
{
    semr_request_t request;
    semr_judge_t judge;

    set_scene(scene, &judge, &request);
    return ask_rules(&judge);
}

static void expect_once(const scene_t *scene, const char *expected)
{
    const char *got = walked(scene);

    if (strcmp(got, expected) != 0) {
        fail_msg("%s\n%s\n    got      %s\n    expected %s%s", scene->rules,
                 scene->ask, got, expected, plainly ? ", plainly" : "");
    }
}

static void expect(const scene_t *scene, const char *expected)
{
    plainly = 0;
    expect_once(scene, expected);
    if (!strstr(scene->rules, "/shut") && !strstr(scene->rules, "/staged") &&
        !strstr(scene->rules, "/aged")) {
        plainly = 1;
        ends.bits = NULL;
        expect_once(scene, expected);
        expect_once(scene, expected); /* by what was learned */
        plainly = 0;
    }
}

typedef struct row_t {
    scene_t scene;
    const char *expected; /* status Location max-age END hops */
} row_t;

static void expect_all(const row_t *rows, apr_size_t count)
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        expect(&rows[i].scene, rows[i].expected);
    }
}

/* The beginning of most of them */
#define AB "permanent /a /b\n"

#endif
