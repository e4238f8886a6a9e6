/* SPDX-License-Identifier: Apache-2.0
 * The rules in effect on one server.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_main.h>

#include "config.h"
#include "listing.h"
#include "module.h"

/* A scope, as it is in effect on this server */
typedef struct place_t {
    const semr_scope_t *scope;
    const semr_dir_conf_t *dir;
} place_t;

typedef struct listing_t {
    apr_pool_t *pool;
    const server_rec *server;
    apr_array_header_t *places; /* of place_t */
    int place;                  /* the one that stands next, */
    apr_size_t row;             /* and its rule, */
    apr_uint32_t at;            /* whose record begins there */
} listing_t;

static apr_size_t count_rules(const place_t *place)
{
    return semr_image_rules(place->scope->set.image);
}

static apr_uint64_t hits_of(const semr_scope_t *scope, apr_uint32_t index)
{
    const semr_stats_t *stats = semr_scope_stats();

    return stats ? semr_stats_hits(stats, scope->first_counter + index) : 0;
}

static int next_row(void *baton, apr_pool_t *pool, semr_render_row_t *row)
{
    listing_t *listing = baton;
    const place_t *place;
    const semr_scope_t *scope;
    semr_image_rule_t rule;

    for (;; listing->place++, listing->row = listing->at = 0) {
        if (listing->place == listing->places->nelts) {
            return 0;
        }
        place = &APR_ARRAY_IDX(listing->places, listing->place, place_t);
        if (listing->row < count_rules(place)) {
            break;
        }
    }
    scope = place->scope;
    semr_image_rule(scope->set.image, listing->at, &rule);
    semr_image_read(scope->set.image, &rule, pool, &row->rule);
    listing->at = rule.next;
    listing->row++;
    row->where = scope->name;
    row->inherited = scope->server != listing->server;
    row->stage = semr_config_stage(place->dir);
    row->max_age = place->dir->max_age[row->rule.policy.intent];
    row->hits = hits_of(scope, rule.number);
    return 1;
}

static void add_place(listing_t *listing, const semr_scope_t *scope,
                      semr_dir_conf_t *defaults)
{
    place_t *place;

    if (!scope) {
        return;
    }
    place = apr_array_push(listing->places);
    place->scope = scope;
    place->dir = scope->dir
                     ? semr_config_merge_dir(listing->pool, defaults,
                                             (void *)(apr_uintptr_t)scope->dir)
                     : defaults;
}

/* Sections of the main server hold in each virtual host. */
static void add_sections(listing_t *listing, const server_rec *of,
                         semr_dir_conf_t *defaults)
{
    const apr_array_header_t *scopes = semr_scope_all();
    int i;

    for (i = 0; i < scopes->nelts; i++) {
        const semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        if (scope->name && scope->server == of) {
            add_place(listing, scope, defaults);
        }
    }
}

static void sum_up_place(const place_t *place, semr_render_model_t *model,
                         apr_uint64_t *answers)
{
    const semr_image_t *image = place->scope->set.image;
    semr_stage_t stage = semr_config_stage(place->dir);
    apr_uint32_t i;
    semr_image_rule_t rule = {0};

    for (i = 0; i < count_rules(place); i++) {
        semr_policy_t policy;

        semr_image_rule(image, rule.next, &rule);
        policy = semr_image_decision(semr_image_policy(image, &rule));

        model->rules[semr_decide_stage(&policy, stage, model->now)]++;
        if (policy.intent != SEMR_NONE) {
            *answers += hits_of(place->scope, i);
        }
    }
}

/* What a renderer wants to know before the first row; reads no string. */
static void sum_up(const listing_t *listing, semr_render_model_t *model)
{
    apr_uint64_t own = 0, inherited = 0;
    int i;

    for (i = 0; i < listing->places->nelts; i++) {
        const place_t *place = &APR_ARRAY_IDX(listing->places, i, place_t);

        sum_up_place(place, model,
                     place->scope->server == listing->server ? &own
                                                             : &inherited);
    }
    model->answers = own + inherited;
    model->answers_inherited = inherited;
}

static const char *name_of(apr_pool_t *pool, const server_rec *server)
{
    const char *name = server->server_hostname;
    apr_port_t port = server->port;

    name = name ? name : "this server";
    if (!port && server->is_virtual && server->addrs) {
        port = server->addrs->host_port;
    }
    return port ? apr_psprintf(pool, "%s:%u", name, (unsigned)port) : name;
}

void semr_listing_model(apr_pool_t *pool, server_rec *server, apr_int64_t now,
                        semr_render_model_t *model)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(server->module_config, &semredirect_module);
    semr_dir_conf_t *defaults =
        ap_get_module_config(server->lookup_defaults, &semredirect_module);
    listing_t *listing = apr_pcalloc(pool, sizeof(*listing));

    if (!defaults) {
        defaults = semr_config_create_dir(pool, NULL);
    }
    listing->pool = pool;
    listing->server = server;
    listing->places = apr_array_make(pool, 8, sizeof(place_t));
    if (conf) {
        add_place(listing, conf->own, defaults);
        add_place(listing, conf->inherited, defaults);
    }
    add_sections(listing, server, defaults);
    if (server != ap_server_conf) {
        add_sections(listing, ap_server_conf, defaults);
    }
    memset(model, 0, sizeof(*model));
    model->server = name_of(pool, server);
    model->stage = semr_config_stage(defaults);
    model->now = now;
    model->next = next_row;
    model->baton = listing;
    sum_up(listing, model);
}
