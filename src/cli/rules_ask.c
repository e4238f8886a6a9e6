/* SPDX-License-Identifier: Apache-2.0
 * Asking the rules as clients of their virtual host do.
 */
#include <string.h>

#include <apr_strings.h>

#include "rules.h"

const semr_explain_place_t cli_rules_places[2] = {{NULL, 0, 0, 0},
                                                  {NULL, 1, 1, 0}};

static semr_view_t name_of(const cli_rules_t *rules)
{
    return rules->names->nelts ? APR_ARRAY_IDX(rules->names, 0, semr_view_t)
                               : semr_view("", 0);
}

static int is_name(const cli_rules_t *rules, semr_view_t host)
{
    int i;

    for (i = 0; i < rules->names->nelts; i++) {
        if (semr_view_equal(APR_ARRAY_IDX(rules->names, i, semr_view_t),
                            host)) {
            return 1;
        }
    }
    return 0;
}

/* A port of its own is this server's only where it was asked for. */
static int is_our_port(const cli_rules_t *rules, const semr_origin_t *origin)
{
    apr_port_t usual = origin->https ? 443 : 80;
    apr_port_t asked = rules->judge && rules->judge->request
                           ? rules->judge->request->port
                           : rules->port;

    return origin->port == usual || origin->port == asked;
}

int cli_rules_is_ours(void *baton, const semr_origin_t *origin)
{
    const cli_rules_t *rules = baton;

    if (!rules->names->nelts) { /* whatever host was asked, is this one */
        return rules->judge && rules->judge->request->host.len &&
               semr_view_equal(origin->host, rules->judge->request->host) &&
               is_our_port(rules, origin);
    }
    return is_name(rules, origin->host) && is_our_port(rules, origin) ? 1 : -1;
}

/* The host that was asked stays, if it is this virtual host's. */
static semr_view_t base(void *baton, semr_to_form_t form)
{
    const cli_rules_t *rules = baton;
    semr_request_t *request = rules->judge->request;
    semr_view_t host = request->host;
    const char *text;

    if (form != SEMR_TO_HTTP && form != SEMR_TO_HTTPS) {
        return semr_view(NULL, 0);
    }
    if (!host.len || (rules->names->nelts && !is_name(rules, host))) {
        host = name_of(rules);
    }
    if (!host.len) {
        host = semr_view("localhost", 9);
    }
    text = apr_psprintf(request->pool, "%s://%.*s",
                        form == SEMR_TO_HTTPS ? "https" : "http", (int)host.len,
                        host.p);
    return semr_view(text, strlen(text));
}

void cli_rules_ask(cli_rules_t *rules, semr_ask_t *ask, semr_judge_t *judge)
{
    memset(judge, 0, sizeof(*judge));
    judge->now = rules->now;
    judge->stage = rules->stage;
    judge->base = base;
    judge->baton = rules;
    rules->judge = judge;
    memset(ask, 0, sizeof(*ask));
    ask->spaces = rules->spaces;
    ask->nspaces = 2;
    ask->ends = rules->ends;
    ask->keeps = rules->keeps;
    ask->is_ours = cli_rules_is_ours;
    ask->baton = rules;
    ask->judge = judge;
}

int cli_rules_request(const cli_rules_t *rules, semr_request_t *request,
                      const char *target, apr_pool_t *pool)
{
    semr_view_t path;

    request->pool = pool;
    if (!semr_url_split(target, &path, &request->query)) {
        return 0;
    }
    request->path = semr_url_path(pool, path);
    request->host = name_of(rules);
    request->https = rules->https != 0;
    request->port = rules->port;
    return 1;
}

void cli_rules_rule(const cli_rules_t *rules, int space, int set,
                    apr_uint32_t number, apr_pool_t *pool, semr_rule_t *rule)
{
    const semr_image_t *image = rules->spaces[space].sets[set]->image;
    semr_image_rule_t record;

    semr_image_rule(image, semr_image_at(image, number), &record);
    semr_image_read(image, &record, pool, rule);
}
