/* SPDX-License-Identifier: Apache-2.0
 * Sums over all of httpd, by server and by map.
 */
#include <apr_hash.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_main.h>

#include "board.h"
#include "config.h"
#include "counters.h"
#include "map_snapshot.h"
#include "map_counters.h"
#include "map_state.h"
#include "missed.h"
#include "module.h"
#include "origin.h"
#include "out.h"
#include "totals.h"

typedef struct gathering_t {
    apr_pool_t *pool;
    const semr_snapshot_t *snapshot; /* NULL: there are no maps */
    apr_int64_t now;
    apr_array_header_t *servers; /* of semr_metrics_server_t; where they are: */
    apr_hash_t *by_server;       /* a server_rec's number among them, from 1 */
    apr_hash_t *by_name;
    apr_array_header_t *maps; /* of semr_metrics_map_t */
    char *told;               /* by map's number: it is among them */
} gathering_t;

/* -- labels ---------------------------------------------------------------- */

static apr_status_t append(void *text, const char *bytes, apr_size_t len)
{
    for (; len; len--) {
        APR_ARRAY_PUSH((apr_array_header_t *)text, char) = *bytes++;
    }
    return APR_SUCCESS;
}

/* A name as a monitor gets it: by what is written there, names that differ in
 * bytes that are no UTF-8 are one, and no series is told twice. */
static const char *as_told(const char *name, apr_pool_t *pool)
{
    apr_array_header_t *text = apr_array_make(pool, 64, sizeof(char));
    semr_sink_t sink = {append, text};
    semr_out_t out;

    semr_out_start(&out, &sink);
    semr_out_plain(&out, name, strlen(name));
    semr_out_write(&out, "", 1); /* its end */
    semr_out_finish(&out);
    return text->elts;
}

/* -- servers --------------------------------------------------------------- */

static int number_of(const gathering_t *all, const server_rec *server)
{
    return (int)(apr_uintptr_t)apr_hash_get(all->by_server, &server,
                                            sizeof(server));
}

/* Virtual hosts of one name and port are one to a monitor. */
static int add_server(gathering_t *all, const server_rec *server)
{
    const char *name = as_told(semr_origin_label(server, all->pool), all->pool);
    int number = (int)(apr_uintptr_t)apr_hash_get(all->by_name, name,
                                                  APR_HASH_KEY_STRING);
    const server_rec **key = apr_palloc(all->pool, sizeof(server_rec *));

    if (!number) {
        semr_metrics_server_t *entry = apr_array_push(all->servers);

        memset(entry, 0, sizeof(*entry));
        entry->name = name;
        entry->unused = semr_counters_since() ? 0 : SEMR_METRIC_UNKNOWN;
        number = all->servers->nelts;
        apr_hash_set(all->by_name, name, APR_HASH_KEY_STRING,
                     (void *)(apr_uintptr_t)number);
    }
    *key = server;
    apr_hash_set(all->by_server, key, sizeof(server_rec *),
                 (void *)(apr_uintptr_t)number);
    return number;
}

static semr_metrics_server_t *entry_of(gathering_t *all,
                                       const server_rec *server)
{
    int number = number_of(all, server);

    if (!number) {
        number = add_server(all, server);
    }
    return &APR_ARRAY_IDX(all->servers, number - 1, semr_metrics_server_t);
}

/* -- rules ----------------------------------------------------------------- */

static void note_codes(const semr_policy_t *policy, semr_stage_t stage,
                       semr_metrics_server_t *entry)
{
    static const semr_method_class_t classes[] = {
        SEMR_CLASS_GET, SEMR_CLASS_OTHER, SEMR_CLASS_OPTIONS};
    unsigned i, slot;

    for (i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
        slot =
            semr_tally_slot(stage, semr_decide_code(policy, classes[i], stage));
        if (slot < SEMR_TALLY_SIZE) {
            entry->may_answer[stage][slot % SEMR_TALLY_CODE_COUNT] = 1;
        }
    }
}

static void add_rules(const gathering_t *all, const semr_image_t *image,
                      semr_stage_t scope, semr_metrics_server_t *entry)
{
    const semr_image_policy_t *policies = semr_image_policies(image);
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_POLICIES);

    for (i = 0; i < count; i++) {
        semr_policy_t policy = semr_image_decision(policies + i);
        semr_stage_t stage = semr_decide_stage(&policy, scope, all->now);

        if (policies[i].rules) {
            entry->rules[stage] += policies[i].rules;
            note_codes(&policy, stage, entry);
        }
    }
}

static void add_unused(const semr_image_t *image,
                       const semr_counters_t *counters,
                       semr_metrics_server_t *entry)
{
    apr_uint32_t rules = semr_image_rules(image);

    if (entry->unused != SEMR_METRIC_UNKNOWN) {
        entry->unused += rules - semr_counters_used(counters, rules);
    }
}

/* -- maps ------------------------------------------------------------------ */

static int same_options(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

/* What the page would call by the same words: of virtual hosts of one name,
 * which allow other hosts. */
static semr_render_map_t *find_map(const gathering_t *all, const char *server,
                                   const semr_render_map_t *map)
{
    int i;

    for (i = 0; i < all->maps->nelts; i++) {
        semr_metrics_map_t *entry =
            &APR_ARRAY_IDX(all->maps, i, semr_metrics_map_t);

        if (entry->server == server &&
            !strcmp(entry->map.source, map->source) &&
            same_options(entry->map.options, map->options)) {
            return &entry->map;
        }
    }
    return NULL;
}

static void join_maps(semr_render_map_t *into, const semr_render_map_t *map)
{
    into->rows += map->rows;
    into->left_out += map->left_out;
    into->rules += map->rules;
    into->bytes += map->bytes;
    into->error = into->error ? into->error : map->error;
}

/* A map that several servers name is held once, so it is told once. */
static void add_map(gathering_t *all, const char *server, const semr_map_t *map)
{
    semr_render_map_t row, *known;

    if (all->told[map->number]) {
        return;
    }
    all->told[map->number] = 1;
    semr_map_describe(map, semr_map_state_generation(map->number), all->pool,
                      &row);
    if (map->words.kind == SEMR_MAP_IMAGE) {
        row.source = apr_pstrcat(all->pool, "image:", row.source, NULL);
    }
    row.source = as_told(row.source, all->pool);
    row.options = row.options ? as_told(row.options, all->pool) : NULL;
    known = find_map(all, server, &row);
    if (known) {
        join_maps(known, &row);
    }
    else {
        semr_metrics_map_t *entry = apr_array_push(all->maps);

        entry->server = server;
        entry->map = row;
    }
}

/* -- scopes ---------------------------------------------------------------- */

static semr_stage_t stage_of(const gathering_t *all, const semr_scope_t *scope)
{
    semr_dir_conf_t *dir = ap_get_module_config(scope->server->lookup_defaults,
                                                &semredirect_module);

    if (dir && scope->dir) {
        dir = semr_config_merge_dir(all->pool, dir,
                                    (void *)(apr_uintptr_t)scope->dir);
    }
    return semr_config_stage(dir ? dir : scope->dir);
}

static void add_scope(gathering_t *all, const semr_scope_t *scope)
{
    semr_metrics_server_t *entry = entry_of(all, scope->server);
    semr_stage_t stage = stage_of(all, scope);
    int i;

    add_rules(all, scope->set.image, stage, entry);
    add_unused(scope->set.image, &scope->counters, entry);
    semr_scope_add_answers(scope, entry->answers, entry->last);
    for (i = 0; scope->maps && all->snapshot && i < scope->maps->nelts; i++) {
        const semr_map_t *map = APR_ARRAY_IDX(scope->maps, i, semr_map_t *);
        const semr_map_version_t *version =
            all->snapshot->versions[map->number];

        add_map(all, entry->name, map);
        if (version) {
            semr_counters_t counters =
                semr_map_counters(map, version->generation);

            add_rules(all, version->set.image, stage, entry);
            add_unused(version->set.image, &counters, entry);
        }
    }
}

static void add_findings(gathering_t *all)
{
    const server_rec *server;
    semr_report_t *const *reports;
    int i, id, count = 0;

    for (server = ap_server_conf; server; server = server->next) {
        count++;
    }
    reports = semr_board_read_all(count, all->pool);
    server = ap_server_conf;
    for (i = 0; i < count; i++, server = server->next) {
        if (number_of(all, server)) {
            semr_metrics_server_t *entry = entry_of(all, server);

            for (id = 0; id < SEMR_FINDING_COUNT; id++) {
                entry->findings[id] += reports[i]->counts[id];
            }
        }
    }
}

/* The main server comes first. */
static void add_scopes(gathering_t *all)
{
    const apr_array_header_t *scopes = semr_scope_all();
    int others, i;

    for (others = 0; others < 2; others++) {
        for (i = 0; i < scopes->nelts; i++) {
            const semr_scope_t *scope =
                APR_ARRAY_IDX(scopes, i, semr_scope_t *);

            if ((scope->server != ap_server_conf) == others) {
                add_scope(all, scope);
            }
        }
    }
}

static void gather(gathering_t *all, semr_metrics_t *metrics)
{
    all->servers = apr_array_make(all->pool, 8, sizeof(semr_metrics_server_t));
    all->by_server = apr_hash_make(all->pool);
    all->by_name = apr_hash_make(all->pool);
    all->maps = apr_array_make(all->pool, 8, sizeof(semr_metrics_map_t));
    all->told = apr_pcalloc(all->pool, (apr_size_t)semr_map_all()->nelts + 1);
    add_scopes(all);
    add_findings(all);
    memset(metrics, 0, sizeof(*metrics));
    metrics->servers = (const semr_metrics_server_t *)all->servers->elts;
    metrics->nservers = all->servers->nelts;
    metrics->maps = (const semr_metrics_map_t *)all->maps->elts;
    metrics->nmaps = all->maps->nelts;
    metrics->checked = apr_time_sec(semr_board_checked());
    metrics->missed = semr_missed_all(&metrics->missed_since);
    metrics->since = apr_time_sec(semr_counters_since());
    metrics->lost = metrics->since ? semr_counters_lost() : SEMR_METRIC_UNKNOWN;
}

/* What is gathered is copied, so a client that reads slowly keeps no map. */
apr_status_t semr_totals_render(semr_render_metrics_t *render, apr_int64_t now,
                                const semr_sink_t *sink, apr_pool_t *pool)
{
    apr_uint32_t ticket;
    gathering_t all = {
        .pool = pool, .snapshot = semr_snapshot_enter(&ticket), .now = now};
    semr_metrics_t metrics;

    semr_counters_settle();
    gather(&all, &metrics);
    semr_snapshot_leave(ticket);
    return render(&metrics, sink, pool);
}
