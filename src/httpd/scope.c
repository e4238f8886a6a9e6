/* SPDX-License-Identifier: Apache-2.0
 * The rules that stand together in a server, a section or one .htaccess.
 */
#include <apr_shm.h>
#include <apr_strings.h>

#include "htaccess.h"

/* Those of the configuration that is being read, or is in force */
static apr_array_header_t *scopes;
static apr_uint32_t counters; /* that they need together */
static semr_stats_t *stats;

void semr_scope_reset(apr_pool_t *pconf)
{
    scopes = apr_array_make(pconf, 8, sizeof(semr_scope_t *));
    stats = NULL;
}

const apr_array_header_t *semr_scope_all(void)
{
    return scopes;
}

semr_stats_t *semr_scope_stats(void)
{
    return stats;
}

static semr_scope_t *create(apr_pool_t *pool, server_rec *server,
                            const char *name)
{
    semr_scope_t *scope = apr_pcalloc(pool, sizeof(*scope));

    scope->server = server;
    scope->name = name;
    return scope;
}

semr_scope_t *semr_scope_create(apr_pool_t *pconf, server_rec *server,
                                const char *name)
{
    semr_scope_t *scope = create(pconf, server, name);

    scope->builder = semr_builder_create(pconf);
    scope->targets = apr_hash_make(pconf);
    APR_ARRAY_PUSH(scopes, semr_scope_t *) = scope;
    return scope;
}

semr_scope_t *semr_scope_create_htaccess(apr_pool_t *pool, server_rec *server,
                                         const char *name)
{
    semr_scope_t *scope = create(pool, server, name);

    scope->lines = apr_array_make(pool, 32, sizeof(semr_line_t));
    return scope;
}

/* -- sets ------------------------------------------------------------------ */

semr_sets_t semr_sets_make(const semr_ruleset_t **list, semr_counters_t *counts,
                           int count, apr_pool_t *pool)
{
    semr_sets_t sets;

    sets.space.sets = list;
    sets.space.count = count;
    sets.space.majors = semr_lookup_groups(list, count, pool);
    sets.counters = counts;
    sets.ends = semr_ends_create(pool, &sets.space);
    return sets;
}

/* -- freezing -------------------------------------------------------------- */

apr_status_t semr_scope_freeze_all(apr_pool_t *pconf, semr_diag_t *diag)
{
    apr_uint32_t count = 0;
    int i;

    for (i = 0; i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);
        const semr_ruleset_t **set;
        const semr_image_t *image;
        apr_status_t status;

        scope->counters.first = count;
        count += semr_builder_count(scope->builder);
        scope->tally.first = count;
        count += SEMR_TALLY_SIZE;
        image = semr_builder_freeze(scope->builder, pconf);
        scope->builder = NULL;
        status = semr_ruleset_open(&scope->set, pconf, image, 1, diag);
        if (status != APR_SUCCESS) {
            return status;
        }
        set = apr_palloc(pconf, sizeof(*set));
        *set = &scope->set;
        scope->alone = semr_sets_make(set, &scope->counters,
                                      semr_image_rules(image) != 0, pconf);
    }
    counters = count;
    return APR_SUCCESS;
}

apr_status_t semr_scope_share_counters(apr_pool_t *pconf)
{
    apr_shm_t *shm;
    apr_status_t status =
        apr_shm_create(&shm, semr_stats_size(counters), NULL, pconf);
    int i;

    if (status != APR_SUCCESS) {
        return status;
    }
    stats =
        semr_stats_init(apr_shm_baseaddr_get(shm), counters, apr_time_now());
    for (i = 0; i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        scope->counters.stats = scope->tally.stats = stats;
    }
    return APR_SUCCESS;
}

void semr_scope_tally(const semr_scope_t *scope, semr_stage_t stage, int status)
{
    unsigned slot = semr_tally_slot(stage, status);

    if (scope->tally.stats && slot < SEMR_TALLY_SIZE) {
        semr_stats_hit(scope->tally.stats, scope->tally.first + slot);
    }
}

apr_uint64_t semr_scope_tallied(const semr_scope_t *scope, semr_stage_t stage,
                                semr_tally_code_t code)
{
    return scope->tally.stats
               ? semr_stats_hits(
                     scope->tally.stats,
                     scope->tally.first +
                         semr_tally_slot(stage, semr_tally_code(code)))
               : 0;
}
