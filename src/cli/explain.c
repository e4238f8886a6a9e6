/* SPDX-License-Identifier: Apache-2.0
 * semredirect explain: what a request would get, and why: the status page's
 * explanation, without a server.
 */
#include <string.h>

#include <apr_strings.h>

#include "explain_around.h"
#include "json_out.h"
#include "render_explained.h"
#include "rules.h"

static const cli_option_t options[] = {
    {"header", "NAME:VALUE", "a header of the request; may be repeated"},
    {NULL, NULL, NULL}};

typedef struct explaining_t {
    cli_t *cli;
    cli_rules_t rules;
    semr_judge_t judge;
    semr_explain_scene_t scene;
    semr_explain_target_t target; /* complete, but for a host nobody knows */
    apr_table_t *headers;
    int names_host; /* the URL did */
} explaining_t;

/* -- what is asked --------------------------------------------------------- */

static apr_status_t read_headers(explaining_t *explaining, semr_diag_t *diag)
{
    const apr_array_header_t *all = explaining->cli->given;
    apr_pool_t *pool = explaining->cli->pool;
    apr_status_t status = APR_SUCCESS;
    int i;

    explaining->headers = apr_table_make(pool, 8);
    for (i = 0; i < all->nelts && status == APR_SUCCESS; i++) {
        const cli_given_t *given = &APR_ARRAY_IDX(all, i, cli_given_t);

        if (!strcmp(given->name, "header")) {
            status = semr_explain_headers(explaining->headers, pool,
                                          given->value, diag);
        }
    }
    return status;
}

static apr_status_t read_asked(explaining_t *explaining)
{
    const cli_t *cli = explaining->cli;
    semr_explain_target_t *target = &explaining->target;
    semr_diag_t diag;

    if (semr_explain_method(target, cli->pool, cli->words[0], &diag) ==
            APR_SUCCESS &&
        semr_explain_url(target, cli->pool, cli->words[1], &diag) ==
            APR_SUCCESS &&
        read_headers(explaining, &diag) == APR_SUCCESS) {
        return APR_SUCCESS;
    }
    cli_say(cli, "%s", diag.text);
    return APR_EINVAL;
}

/* What the URL does not say is as the virtual host has it. */
static void complete(explaining_t *explaining)
{
    const cli_rules_t *rules = &explaining->rules;
    semr_explain_target_t *target = &explaining->target;

    explaining->names_host = target->host != NULL;
    if (target->https < 0) {
        target->https = rules->https;
    }
    if (!target->host && rules->names->nelts) {
        target->host = APR_ARRAY_IDX(rules->names, 0, semr_view_t).p;
    }
    if (target->port == (target->https ? 443 : 80)) {
        target->port = 0;
    }
}

/* -- one request ----------------------------------------------------------- */

static semr_view_t host_of(const semr_explain_target_t *target,
                           apr_pool_t *pool)
{
    const char *host = target->host ? target->host : "";

    if (strchr(host, ':')) {
        host = apr_pstrcat(pool, "[", host, "]", NULL);
    }
    return semr_view(host, strlen(host));
}

static void explain_one(void *baton, const semr_explain_target_t *target,
                        const char *method, const apr_table_t *headers,
                        semr_explained_run_t *run)
{
    explaining_t *explaining = baton;
    apr_pool_t *pool = explaining->cli->pool;
    semr_request_t request = {.pool = pool};
    semr_judge_t *judge = &explaining->judge;

    semr_explain_begin(run, pool, method,
                       semr_explain_is_preflight(method, headers));
    if (run->class == SEMR_CLASS_NEVER ||
        !cli_rules_request(&explaining->rules, &request, target->target,
                           pool)) {
        return;
    }
    request.host = host_of(target, pool);
    request.https = target->https > 0;
    request.port = (apr_port_t)(target->port        ? target->port
                                : target->https > 0 ? 443
                                                    : 80);
    judge->request = &request;
    judge->method = method;
    judge->class = run->class;
    semr_explain_spaces(run, &explaining->scene);
}

/* -- the whole ------------------------------------------------------------- */

static void prepare(explaining_t *explaining)
{
    cli_rules_t *rules = &explaining->rules;
    semr_explain_scene_t *scene = &explaining->scene;
    semr_ask_t ask; /* which explaining makes for itself */

    cli_rules_ask(rules, &ask, &explaining->judge);
    scene->spaces = rules->spaces;
    scene->nspaces = 2;
    scene->places = cli_rules_places;
    scene->judge = &explaining->judge;
    scene->keeps = rules->keeps;
    scene->is_ours = cli_rules_is_ours;
    scene->baton = rules;
}

/* What a server would know, and the command does not */
static void add_own_hints(const explaining_t *explaining,
                          const semr_explained_run_t *run,
                          apr_array_header_t *hints)
{
    const cli_rules_t *rules = &explaining->rules;
    const char *host = explaining->target.host;
    semr_origin_t asked = {explaining->target.https > 0,
                           semr_view(host, host ? strlen(host) : 0),
                           explaining->target.https > 0 ? 443 : 80};

    if (explaining->names_host && rules->names->nelts &&
        cli_rules_is_ours((void *)rules, &asked) <= 0) {
        APR_ARRAY_PUSH(hints, const char *) = apr_psprintf(
            explaining->cli->pool,
            "No --host is called %s. This tells what %s would answer.", host,
            APR_ARRAY_IDX(rules->names, 0, semr_view_t).p);
    }
    if (!host && !run->rule && run->class != SEMR_CLASS_NEVER) {
        APR_ARRAY_PUSH(hints, const char *) =
            "No host is known, so rules that name one do not match: write the "
            "URL in full, or give --host.";
    }
}

static semr_explained_t *explain(explaining_t *explaining)
{
    apr_pool_t *pool = explaining->cli->pool;
    semr_explained_t *made = apr_pcalloc(pool, sizeof(*made));
    semr_explained_run_t *run = apr_palloc(pool, sizeof(*run));
    apr_array_header_t *hints = apr_array_make(pool, 4, sizeof(const char *));
    const semr_explain_around_t around = {.pool = pool,
                                          .target = &explaining->target,
                                          .headers = explaining->headers,
                                          .explain = explain_one,
                                          .baton = explaining};

    made->asked_url = explaining->cli->words[1];
    made->url = semr_explain_full(&explaining->target, pool);
    made->headers = explaining->headers;
    explain_one(explaining, &explaining->target, explaining->target.method,
                explaining->headers, run);
    made->run = run;
    semr_explain_methods(&around, made);
    add_own_hints(explaining, run, hints);
    semr_explain_hints(&around, run, hints);
    made->hints = hints;
    return made;
}

static void tell(cli_t *cli, const semr_explained_t *explained)
{
    cli_json_t json;

    if (cli->json) {
        cli_json_begin(&json, cli);
        cli_json_put(&json, "explain",
                     semr_render_json_explained(explained, cli->pool));
        cli_json_end(&json);
    }
    else {
        semr_render_text_explained(cli->out, explained, cli->pool);
    }
}

static cli_exit_t run_explain(cli_t *cli)
{
    explaining_t *explaining = apr_pcalloc(cli->pool, sizeof(*explaining));
    cli_exit_t said;

    explaining->cli = cli;
    if (read_asked(explaining) != APR_SUCCESS ||
        cli_rules_read(cli, cli->words + 2, cli->nwords - 2,
                       &explaining->rules) != APR_SUCCESS) {
        return CLI_FAILED;
    }
    said = cli_rules_say(cli, &explaining->rules);
    complete(explaining);
    prepare(explaining);
    tell(cli, explain(explaining));
    return said;
}

const cli_command_t cli_command_explain = {
    .name = "explain",
    .synopsis = "[OPTION...] METHOD URL MAP...",
    .what = "tell what a request gets, and why",
    .more = "URL is /path?query, //host/path, or the whole of it.  Told are "
            "the\n"
            "answer, its rule, each hop, what other methods get, and the rules "
            "that\n"
            "match and do not win, as the status page has it.  It exits 0 "
            "whether a\n"
            "rule answers or not, and 1 if rows of a map are wrong, for they "
            "are\n"
            "left out.\n",
    .least = 3,
    .most = -1,
    .reads_rules = 1,
    .options = options,
    .run = run_explain};
