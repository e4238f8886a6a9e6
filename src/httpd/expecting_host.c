/* SPDX-License-Identifier: Apache-2.0
 * A virtual host as expectations ask it: as a client's request would be
 * answered, by what its configuration says.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_core.h>

#include "expecting_parts.h"
#include "module.h"
#include "origin.h"
#include "place.h"

struct semr_expecting_host_t {
    const server_rec *server;
    int is_off;
    semr_space_t spaces[SEMR_SPACES];
    semr_ends_t ends[SEMR_SPACES];
    semr_judge_t judge;
    semr_ask_t ask;
    semr_expect_asker_t asker;
};

/* -- what only the server knows -------------------------------------------- */

static int is_ours(void *baton, const semr_origin_t *origin)
{
    const semr_expecting_host_t *host = baton;
    const semr_request_t *request = host->judge.request;

    return semr_origin_names(host->server, request->port, origin,
                             request->pool);
}

static void scope(void *baton, semr_judge_t *judge)
{
    const semr_expecting_host_t *host = baton;

    semr_place_scope_in(host->server, judge, judge->request->pool);
}

/* The host that was asked for stays, if it is this virtual host's. */
static semr_view_t base(void *baton, semr_to_form_t form)
{
    const semr_expecting_host_t *host = baton;
    const semr_request_t *request = host->judge.request;
    semr_view_t name = request->host;
    const char *text;

    if (form != SEMR_TO_HTTP && form != SEMR_TO_HTTPS) {
        return semr_view(NULL, 0);
    }
    if (!semr_origin_is_name(host->server, name)) {
        name = host->asker.host;
    }
    text = apr_psprintf(request->pool, "%s://%.*s",
                        form == SEMR_TO_HTTPS ? "https" : "http", (int)name.len,
                        name.p);
    return semr_view(text, strlen(text));
}

static int condition(void *baton, const semr_candidate_t *candidate)
{
    semr_expecting_host_t *host = baton;

    (void)candidate;
    host->asker.conditions++;
    return 0;
}

/* -- making one ------------------------------------------------------------ */

/* The rules of a scope as snapshot has them; those of map are set, if given. */
static semr_space_t make_space(const semr_scope_t *scope, const semr_map_t *map,
                               const semr_ruleset_t *set,
                               const semr_snapshot_t *snapshot,
                               apr_pool_t *pool)
{
    apr_size_t most = scope->maps ? (apr_size_t)scope->maps->nelts + 1 : 1;
    const semr_ruleset_t **sets = apr_palloc(pool, most * sizeof(*sets));
    semr_space_t space = {sets, 0, NULL};
    int i;

    if (scope->alone.space.count) {
        sets[space.count++] = &scope->set;
    }
    for (i = 0; scope->maps && i < scope->maps->nelts; i++) {
        const semr_map_t *at = APR_ARRAY_IDX(scope->maps, i, semr_map_t *);
        const semr_map_version_t *version = snapshot->versions[at->number];
        const semr_ruleset_t *rules = set && at == map ? set
                                      : version        ? &version->set
                                                       : NULL;

        if (rules && semr_image_rules(rules->image)) {
            sets[space.count++] = rules;
        }
    }
    space.majors = semr_lookup_groups(sets, space.count, pool);
    return space;
}

static void set_asker(semr_expecting_host_t *host)
{
    const server_rec *server = host->server;
    const char *name = server->server_hostname ? server->server_hostname : "";

    host->asker.ask = &host->ask;
    host->asker.host = semr_view(name, strlen(name));
    host->asker.https = semr_origin_may_be_https(server);
    host->asker.port = server->port ? server->port
                       : server->addrs && server->addrs->host_port
                           ? server->addrs->host_port
                       : host->asker.https ? DEFAULT_HTTPS_PORT
                                           : DEFAULT_HTTP_PORT;
    /* a list goes through its stages untouched, and so do its expectations */
    host->asker.any_stage = 1;
}

static void set_ask(semr_expecting_host_t *host, const semr_server_conf_t *conf,
                    const semr_dir_conf_t *dir)
{
    semr_judge_t *judge = &host->judge;

    judge->now = apr_time_sec(apr_time_now());
    judge->stage = semr_config_stage(dir);
    judge->max_age = dir ? dir->max_age : NULL;
    judge->base = base;
    judge->condition = condition;
    judge->baton = host;
    host->ask.spaces = host->spaces;
    host->ask.nspaces = SEMR_SPACES;
    host->ask.ends = host->ends;
    host->ask.keeps = conf->chains == SEMR_CHAINS_KEEP;
    host->ask.is_ours = is_ours;
    host->ask.scope = conf->places ? scope : NULL;
    host->ask.baton = host;
    host->ask.judge = judge;
}

static semr_expecting_host_t *make_host(const semr_scope_t *own,
                                        const semr_map_t *map,
                                        const semr_ruleset_t *set,
                                        const semr_snapshot_t *snapshot,
                                        apr_pool_t *pool)
{
    semr_expecting_host_t *host = apr_pcalloc(pool, sizeof(*host));
    const semr_server_conf_t *conf =
        ap_get_module_config(own->server->module_config, &semredirect_module);
    const semr_dir_conf_t *dir =
        ap_get_module_config(own->server->lookup_defaults, &semredirect_module);
    int i;

    host->server = own->server;
    host->is_off = semr_config_stage(dir) == SEMR_OFF ||
                   map->words.defaults.cap == SEMR_OFF;
    host->spaces[SEMR_OWN] = make_space(own, map, set, snapshot, pool);
    if (conf->inherited) {
        host->spaces[SEMR_INHERITED] =
            make_space(conf->inherited, map, set, snapshot, pool);
    }
    for (i = 0; i < SEMR_SPACES; i++) {
        host->ends[i] = semr_ends_create(pool, host->spaces + i);
    }
    set_ask(host, conf, dir);
    set_asker(host);
    host->asker.host = semr_url_fold(pool, host->asker.host);
    return host;
}

const apr_array_header_t *semr_expecting_hosts(const semr_map_t *map,
                                               const semr_ruleset_t *set,
                                               const semr_snapshot_t *snapshot,
                                               apr_pool_t *pool)
{
    const apr_array_header_t *scopes = semr_scope_all();
    apr_array_header_t *hosts =
        apr_array_make(pool, 4, sizeof(semr_expecting_host_t *));
    int i, j;

    for (i = 0; i < scopes->nelts; i++) {
        const semr_scope_t *at = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        for (j = 0; at->maps && j < at->maps->nelts; j++) {
            if (APR_ARRAY_IDX(at->maps, j, semr_map_t *) == map) {
                APR_ARRAY_PUSH(hosts, semr_expecting_host_t *) =
                    make_host(at, map, set, snapshot, pool);
            }
        }
    }
    return hosts;
}

/* -- asking one ------------------------------------------------------------ */

int semr_expecting_host_is_off(const semr_expecting_host_t *host)
{
    return host->is_off;
}

int semr_expecting_host_is_named(const semr_expecting_host_t *host,
                                 const semr_expect_t *expect)
{
    const char *name = expect->target.host;

    return name &&
           semr_origin_is_name(host->server, semr_view(name, strlen(name)));
}

semr_expect_end_t semr_expecting_host_ask(semr_expecting_host_t *host,
                                          const semr_expect_t *expect,
                                          apr_pool_t *pool, const char **got)
{
    return semr_expect_ask(&host->asker, expect, pool, got);
}

const char *semr_expecting_host_label(const semr_expecting_host_t *host,
                                      apr_pool_t *pool)
{
    return semr_origin_label(host->server, pool);
}
