/* SPDX-License-Identifier: Apache-2.0
 * Importers' tests: a source in memory, and rules asked as clients do.
 */
#ifndef SEMR_TEST_IMPORT_USE_H
#define SEMR_TEST_IMPORT_USE_H

#include <string.h>

#include <apr_strings.h>

#include "ask.h"
#include "build.h"
#include "import_core.h"
#include "views.h"
#include "words.h"

static __attribute__((unused)) void import_begin(import_t *import,
                                                 apr_pool_t *in)
{
    memset(import, 0, sizeof(*import));
    import->pool = in;
    import->name = "test";
    import->text = semr_view("", 0);
    import->intent = SEMR_PERMANENT;
    import->base = "/";
    import->moves = apr_array_make(in, 8, sizeof(import_move_t));
    import->told = apr_array_make(in, 8, sizeof(import_told_t));
    import->comments = apr_array_make(in, 8, sizeof(import_told_t));
}

/* -- asking ---------------------------------------------------------------- */

typedef struct asked_t {
    apr_pool_t *pool;
    const semr_ruleset_t *sets[1];
    semr_ruleset_t set;
    semr_space_t space;
    semr_judge_t judge;
    semr_ask_t ask;
} asked_t;

static int nobody_is_ours(void *baton, const semr_origin_t *origin)
{
    (void)baton;
    (void)origin;
    return -1;
}

static semr_view_t no_base(void *baton, semr_to_form_t form)
{
    (void)baton;
    return form == SEMR_TO_HTTP || form == SEMR_TO_HTTPS
               ? semr_view("https://here.test", 17)
               : semr_view(NULL, 0);
}

/* Opens the rules of lines, of which NULL are passed over; 0: one is none. */
static __attribute__((unused)) int
asked_open(asked_t *asked, apr_pool_t *in, const char *const *lines, int count)
{
    semr_builder_t *builder = semr_builder_create(in);
    semr_diag_t diag;
    semr_rule_t rule;
    int i;

    memset(asked, 0, sizeof(*asked));
    for (i = 0; i < count; i++) {
        if (!lines[i]) {
            continue;
        }
        if (semr_rule_parse(&rule, in, lines[i], 0, &diag) != APR_SUCCESS) {
            return 0;
        }
        rule.line = (unsigned)i + 1;
        rule.file = "test";
        semr_builder_add(builder, &rule);
    }
    if (semr_ruleset_open(&asked->set, in, semr_builder_freeze(builder, in), 0,
                          &diag) != APR_SUCCESS) {
        return 0;
    }
    asked->pool = in;
    asked->sets[0] = &asked->set;
    asked->space.sets = asked->sets;
    asked->space.count = 1;
    asked->judge.method = "GET";
    asked->judge.class = semr_decide_class("GET", 0);
    asked->judge.stage = SEMR_LIVE;
    asked->judge.base = no_base;
    asked->ask.spaces = &asked->space;
    asked->ask.nspaces = 1;
    asked->ask.keeps = 1;
    asked->ask.is_ours = nobody_is_ours;
    asked->ask.judge = &asked->judge;
    return 1;
}

/* What a client gets who asks for a target: "301 /new", or "pass"; *line is
 * that of the rule. */
static __attribute__((unused)) const char *
asked_get(asked_t *asked, const char *target, unsigned *line)
{
    semr_request_t request;
    semr_view_t path;

    memset(&request, 0, sizeof(request));
    request.pool = asked->pool;
    request.host = semr_view("www.test", 8);
    request.https = 1;
    request.port = 443;
    if (!semr_url_split(target, &path, &request.query)) {
        return "no target";
    }
    request.path = semr_url_path(asked->pool, path);
    asked->judge.request = &request;
    semr_ask(&asked->ask);
    if (asked->ask.fate != SEMR_FATE_ANSWERS) {
        return asked->ask.fate == SEMR_FATE_LOOPS ? "loops" : "pass";
    }
    if (line) {
        *line = asked->ask.answer.line;
    }
    return apr_psprintf(asked->pool, "%d %s", asked->ask.answer.status,
                        asked->ask.answer.location.text
                            ? asked->ask.answer.location.text
                            : "-");
}

#endif
