/* SPDX-License-Identifier: Apache-2.0
 * The rules in effect on one server.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_main.h>

#include "counters.h"
#include "identity.h"
#include "listing_parts.h"
#include "map_counters.h"
#include "module.h"
#include "origin.h"

static int next_row(void *baton, apr_pool_t *pool, semr_render_row_t *row)
{
    listing_t *listing = baton;
    const place_t *place;
    semr_image_rule_t rule;
    semr_counted_t counted;

    if (!semr_listing_next(listing, &place, &rule)) {
        return 0;
    }
    semr_image_read(place->image, &rule, pool, &row->rule);
    row->where = place->scope->name;
    row->inherited = place->scope->server != listing->server;
    row->stage = semr_config_stage(place->dir);
    row->max_age = place->dir->max_age[row->rule.policy.intent];
    row->id = semr_identity(place->image, &rule, place->counters.place);
    semr_counters_read(&place->counters, rule.number, row->id, &counted);
    row->hits = counted.hits;
    row->last = counted.last;
    row->has_finding =
        semr_marks_from(&place->marks, rule.number & ~SEMR_LISTING_BLOCK) >>
            (rule.number & SEMR_LISTING_BLOCK) &
        1;
    return 1;
}

static void add_place(listing_t *listing, const semr_scope_t *scope,
                      const semr_ruleset_t *set, semr_counters_t counters,
                      semr_marks_set_t marks, apr_int64_t modified)
{
    place_t *place = apr_array_push(listing->places);

    place->scope = scope;
    place->image = set->image;
    place->counters = counters;
    place->marks = marks;
    place->modified = modified;
    place->dir = scope->dir
                     ? semr_config_merge_dir(listing->pool, listing->defaults,
                                             (void *)(apr_uintptr_t)scope->dir)
                     : listing->defaults;
}

static void add_map(listing_t *listing, const semr_scope_t *scope,
                    const semr_map_t *map)
{
    const semr_map_version_t *version =
        listing->snapshot->versions[map->number];
    semr_render_map_t *row = apr_array_push(listing->maps);

    semr_map_describe(map, version ? version->generation : 0, listing->pool,
                      row);
    row->inherited = scope->server != listing->server;
    if (version) {
        add_place(listing, scope, &version->set,
                  semr_map_counters(map, version->generation),
                  semr_marks_of_map(map, version), row->modified);
    }
}

/* Of a map that a virtual host names, and the main server too, it has the
 * rules once. */
static int is_named(const listing_t *listing, const semr_map_t *map)
{
    const semr_render_map_t *row =
        (const semr_render_map_t *)listing->maps->elts;
    int i;

    for (i = 0; i < listing->maps->nelts; i++) {
        if (row[i].source == map->words.path) {
            return 1;
        }
    }
    return 0;
}

/* A scope's own rules, then those of its maps */
static void add_scope(listing_t *listing, const semr_scope_t *scope)
{
    int i;

    if (!scope) {
        return;
    }
    add_place(listing, scope, &scope->set, scope->counters,
              semr_marks_of_scope(scope), 0);
    for (i = 0; scope->maps && listing->snapshot && i < scope->maps->nelts;
         i++) {
        const semr_map_t *map = APR_ARRAY_IDX(scope->maps, i, semr_map_t *);

        if (!is_named(listing, map)) {
            add_map(listing, scope, map);
        }
    }
}

/* Sections of the main server hold in each virtual host. */
static void add_sections(listing_t *listing, const server_rec *of)
{
    const apr_array_header_t *scopes = semr_scope_all();
    int i;

    for (i = 0; i < scopes->nelts; i++) {
        const semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        if (scope->name && scope->server == of) {
            add_scope(listing, scope);
        }
    }
}

static void sum_up_place(const place_t *place, semr_render_model_t *model)
{
    const semr_image_policy_t *policies = semr_image_policies(place->image);
    apr_size_t i, count = semr_image_count(place->image, SEMR_SECTION_POLICIES);
    semr_stage_t stage = semr_config_stage(place->dir);

    for (i = 0; i < count; i++) {
        semr_policy_t policy = semr_image_decision(policies + i);

        model->rules[semr_decide_stage(&policy, stage, model->now)] +=
            policies[i].rules;
    }
}

/* Answers of a scope's rules and of its maps */
static void sum_up_answers(const semr_scope_t *scope, int inherited,
                           semr_render_model_t *model)
{
    apr_uint64_t before = semr_render_sent(model);

    semr_scope_add_answers(scope, model->answers, model->last);
    if (inherited) {
        model->answers_inherited += semr_render_sent(model) - before;
    }
}

/* What a renderer wants to know before the first row */
static void sum_up(const listing_t *listing, semr_render_model_t *model)
{
    int i;

    for (i = 0; i < listing->places->nelts; i++) {
        const place_t *place = &APR_ARRAY_IDX(listing->places, i, place_t);

        sum_up_place(place, model);
        if (place->image == place->scope->set.image) {
            sum_up_answers(place->scope,
                           place->scope->server != listing->server, model);
        }
    }
    model->matched = semr_render_count(model);
    if (listing->left >= 0 && model->matched > (apr_uint64_t)listing->left) {
        model->not_listed = model->matched - (apr_uint64_t)listing->left;
    }
    semr_listing_old(listing, model);
}

void semr_listing_model(apr_pool_t *pool, server_rec *server,
                        const semr_snapshot_t *snapshot, apr_int64_t now,
                        int most, semr_render_model_t *model)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(server->module_config, &semredirect_module);
    listing_t *listing = apr_pcalloc(pool, sizeof(*listing));

    listing->pool = pool;
    listing->server = server;
    listing->snapshot = snapshot;
    listing->left = most;
    listing->now = now;
    listing->places = apr_array_make(pool, 8, sizeof(place_t));
    listing->maps = apr_array_make(pool, 8, sizeof(semr_render_map_t));
    listing->defaults =
        ap_get_module_config(server->lookup_defaults, &semredirect_module);
    if (!listing->defaults) {
        listing->defaults = semr_config_create_dir(pool, NULL);
    }
    if (conf) {
        add_scope(listing, conf->own);
        add_scope(listing, conf->inherited);
    }
    add_sections(listing, server);
    if (server != ap_server_conf) {
        add_sections(listing, ap_server_conf);
    }
    memset(model, 0, sizeof(*model));
    model->server = semr_origin_label(server, pool);
    model->stage = semr_config_stage(listing->defaults);
    model->now = now;
    model->maps = (const semr_render_map_t *)listing->maps->elts;
    model->nmaps = listing->maps->nelts;
    model->page = most < 0 ? 0 : (apr_uint64_t)most;
    model->next = next_row;
    model->baton = listing;
    sum_up(listing, model);
}
