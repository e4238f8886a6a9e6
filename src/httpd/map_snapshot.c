/* SPDX-License-Identifier: Apache-2.0
 * The versions of all maps by which this process answers now.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_log.h>

#include "epoch.h"
#include "image_file.h"
#include "map_build.h"
#include "map_counters.h"
#include "map_dir.h"
#include "map_snapshot.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

enum { TRIES = 5 };

static semr_snapshot_t *current;
static semr_epoch_t epoch;

/* Of the thread that follows */
static semr_map_version_t **held; /* by map; NULL: it was given back */
static apr_uint64_t *told; /* by map: the generation that could not be had */
static apr_uint64_t followed;
static semr_snapshot_t *first_retired, **last_retired = &first_retired;
static const char *dir;

static semr_map_t *map_at(int i)
{
    return APR_ARRAY_IDX(semr_map_all(), i, semr_map_t *);
}

/* -- readers --------------------------------------------------------------- */

const semr_snapshot_t *semr_snapshot_enter(apr_uint32_t *ticket)
{
    *ticket = semr_epoch_enter(&epoch);
    return __atomic_load_n(&current, __ATOMIC_SEQ_CST);
}

void semr_snapshot_leave(apr_uint32_t ticket)
{
    semr_epoch_leave(&epoch, ticket);
}

const semr_sets_t *semr_snapshot_sets(const semr_snapshot_t *snapshot,
                                      const semr_scope_t *scope)
{
    return scope->maps && snapshot ? &snapshot->views[scope->view]
                                   : &scope->alone;
}

/* -- making one ------------------------------------------------------------ */

static semr_sets_t make_view(const semr_snapshot_t *snapshot,
                             const semr_scope_t *scope)
{
    apr_size_t most = (apr_size_t)scope->maps->nelts + 1;
    const semr_ruleset_t **sets =
        apr_palloc(snapshot->pool, most * sizeof(*sets));
    semr_counters_t *counters =
        apr_palloc(snapshot->pool, most * sizeof(*counters));
    int i, count = 0;

    if (scope->alone.space.count) {
        sets[count] = &scope->set;
        counters[count++] = scope->counters;
    }
    for (i = 0; i < scope->maps->nelts; i++) {
        const semr_map_t *map = APR_ARRAY_IDX(scope->maps, i, semr_map_t *);
        const semr_map_version_t *version = snapshot->versions[map->number];

        if (version && semr_image_rules(version->set.image)) {
            sets[count] = &version->set;
            counters[count++] = semr_map_counters(map, version->generation);
        }
    }
    return semr_sets_make(sets, counters, count, snapshot->pool);
}

/* A snapshot of what is held */
static semr_snapshot_t *make_snapshot(void)
{
    const apr_array_header_t *scopes = semr_scope_all();
    apr_size_t nmaps = (apr_size_t)semr_map_all()->nelts;
    apr_pool_t *pool = semr_map_version_pool();
    semr_snapshot_t *snapshot = apr_pcalloc(pool, sizeof(*snapshot));
    int i, nviews = 0;

    snapshot->pool = pool;
    snapshot->versions =
        apr_pmemdup(pool, held, nmaps * sizeof(*snapshot->versions));
    snapshot->views =
        apr_pcalloc(pool, (apr_size_t)scopes->nelts * sizeof(*snapshot->views));
    for (i = 0; i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        if (scope->maps) {
            snapshot->views[nviews++] = make_view(snapshot, scope);
        }
    }
    return snapshot;
}

static void destroy_snapshot(semr_snapshot_t *snapshot)
{
    while (snapshot->dying) {
        semr_map_version_t *version = snapshot->dying;

        snapshot->dying = version->next;
        semr_map_version_destroy(version);
    }
    apr_pool_destroy(snapshot->pool);
}

/* -- replacing it ---------------------------------------------------------- */

static void replace(semr_map_version_t *dying)
{
    semr_snapshot_t *old = current;

    __atomic_store_n(&current, make_snapshot(), __ATOMIC_SEQ_CST);
    old->dying = dying;
    old->retired = semr_epoch_retire(&epoch);
    old->next = NULL;
    *last_retired = old;
    last_retired = &old->next;
}

static void reclaim(void)
{
    while (first_retired && semr_epoch_passed(&epoch, first_retired->retired)) {
        semr_snapshot_t *old = first_retired;

        first_retired = old->next;
        if (!first_retired) {
            last_retired = &first_retired;
        }
        destroy_snapshot(old);
    }
}

/* -- following ------------------------------------------------------------- */

/* Maps the file of a generation.  NULL: it cannot be had, or not any more. */
static semr_map_version_t *open_generation(int map, apr_uint64_t generation,
                                           server_rec *main, apr_pool_t *pool)
{
    apr_pool_t *own = semr_map_version_pool();
    semr_map_version_t *version = NULL;
    const semr_image_t *image;
    semr_diag_t diag;

    if (semr_image_map(semr_map_dir_file(own, dir, map, generation), own,
                       &image, &diag) == APR_SUCCESS) {
        version = semr_map_version_open(own, image, generation, &diag, pool);
    }
    else {
        diag.text = apr_pstrdup(pool, diag.text);
        apr_pool_destroy(own);
    }
    if (!version && generation == semr_map_state_generation(map) &&
        told[map] != generation) {
        told[map] = generation;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "the map %s: its generation %" APR_UINT64_T_FMT
                     " cannot be had; this child keeps the one before: %s",
                     map_at(map)->words.path, generation, diag.text);
    }
    return version;
}

/* Takes what is published; whether all of it could be had. */
static int take_published(server_rec *main, apr_pool_t *pool)
{
    apr_uint64_t news = semr_map_state_news();
    semr_map_version_t *dying = NULL;
    int i, changed = 0, complete = 1;

    for (i = 0; i < semr_map_all()->nelts; i++) {
        apr_uint64_t generation = semr_map_state_generation(i);
        semr_map_version_t *version;

        if (held[i] && held[i]->generation == generation) {
            continue;
        }
        version = open_generation(i, generation, main, pool);
        if (!version) {
            complete = 0;
            continue;
        }
        if (held[i]) {
            held[i]->next = dying;
            dying = held[i];
        }
        held[i] = version;
        changed = 1;
    }
    if (changed) {
        replace(dying);
    }
    if (complete) {
        followed = news;
    }
    return complete;
}

void semr_snapshot_follow(server_rec *main, apr_pool_t *pool)
{
    reclaim();
    if (semr_map_state_news() != followed) {
        take_published(main, pool);
        reclaim();
        semr_map_version_trim();
    }
}

/* -- children -------------------------------------------------------------- */

/* What is neither inherited nor to be had is built by this child for itself. */
static semr_map_version_t *build_alone(int number, server_rec *main)
{
    apr_uint64_t generation = semr_map_state_generation(number);
    apr_pool_t *own = semr_map_version_pool(), *pool = semr_map_version_pool();
    semr_map_version_t *version = NULL;
    semr_map_built_t built;
    semr_diag_t diag;

    if (semr_map_build(map_at(number), 0, own, pool, &built, &diag) ==
        APR_SUCCESS) {
        version =
            semr_map_version_open(own, built.image, generation, &diag, pool);
    }
    else {
        apr_pool_destroy(own);
    }
    if (!version) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "this child has no rules of a map: %s", diag.text);
        version = semr_map_version_empty(generation);
    }
    apr_pool_destroy(pool);
    return version;
}

void semr_snapshot_child(server_rec *main)
{
    apr_pool_t *pool;
    int i, alone = 0;

    if (!current || semr_map_state_news() == followed) {
        return; /* it has what it inherits */
    }
    pool = semr_map_version_pool();
    for (i = 0; i < TRIES && !take_published(main, pool); i++) {
        /* what was published may be replaced by now */
    }
    for (i = 0; i < semr_map_all()->nelts; i++) {
        if (!held[i]) {
            held[i] = build_alone(i, main);
            alone = 1;
        }
    }
    if (alone) {
        replace(NULL);
    }
    apr_pool_destroy(pool);
}

/* -- the parent ------------------------------------------------------------ */

static apr_status_t forget(void *data)
{
    int i;

    (void)data;
    for (i = 0; held && i < semr_map_all()->nelts; i++) {
        if (held[i]) {
            semr_map_version_destroy(held[i]);
        }
    }
    held = NULL;
    while (first_retired) {
        semr_snapshot_t *old = first_retired;

        first_retired = old->next;
        destroy_snapshot(old);
    }
    last_retired = &first_retired;
    destroy_snapshot(current);
    current = NULL;
    return APR_SUCCESS;
}

void semr_snapshot_start(apr_pool_t *pconf, semr_map_version_t **versions,
                         const char *run_dir)
{
    const apr_array_header_t *scopes = semr_scope_all();
    int i, nviews = 0;

    dir = run_dir;
    held = versions;
    followed = semr_map_state_news();
    told =
        apr_pcalloc(pconf, (apr_size_t)semr_map_all()->nelts * sizeof(*told));
    for (i = 0; i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        if (scope->maps) {
            scope->view = nviews++;
        }
    }
    current = make_snapshot();
    apr_pool_cleanup_register(pconf, versions, forget, apr_pool_cleanup_null);
}

/* The snapshot still names them, but the parent answers nobody, and a child
 * makes its own first. */
void semr_snapshot_give_back(void)
{
    int i;

    for (i = 0; held && i < semr_map_all()->nelts; i++) {
        if (held[i] && semr_map_state_generation(i) != held[i]->generation) {
            semr_map_version_destroy(held[i]);
            held[i] = NULL;
        }
    }
}
