/* SPDX-License-Identifier: Apache-2.0
 * The rules that stand together in a server, a section or one .htaccess.
 */
#include <apr_lib.h>
#include <apr_shm.h>
#include <apr_strings.h>

#include "scope.h"

/* Those of the configuration that is being read, or is in force */
static apr_array_header_t *scopes;
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

    scope->rules = apr_array_make(pool, 32, sizeof(semr_rule_t));
    return scope;
}

/* -- freezing -------------------------------------------------------------- */

static apr_status_t share_counters(apr_pool_t *pconf, apr_uint32_t count)
{
    apr_shm_t *shm;
    apr_size_t size = semr_stats_size(count);
    apr_status_t status = apr_shm_create(&shm, size, NULL, pconf);

    if (status == APR_SUCCESS) {
        stats = semr_stats_init(apr_shm_baseaddr_get(shm), count);
    }
    return status;
}

apr_status_t semr_scope_freeze_all(apr_pool_t *pconf, int counters,
                                   semr_diag_t *diag)
{
    apr_uint32_t count = 0;
    int i;

    for (i = 0; i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);
        const semr_image_t *image;
        apr_status_t status;

        scope->first_counter = count;
        count += semr_builder_count(scope->builder);
        image = semr_builder_freeze(scope->builder, pconf);
        scope->builder = NULL;
        status = semr_ruleset_open(&scope->set, pconf, image, 1, diag);
        if (status != APR_SUCCESS) {
            return status;
        }
    }
    if (!counters || !count) {
        return APR_SUCCESS;
    }
    if (share_counters(pconf, count) != APR_SUCCESS) {
        return semr_diag_set(diag, pconf,
                             "no shared memory for %u counters; are the "
                             "system's limits of memory reached?",
                             count);
    }
    return APR_SUCCESS;
}

/* -- .htaccess ------------------------------------------------------------- */

static int may_begin(semr_view_t path, semr_view_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c >= SEMR_OP_CAPTURE) {
            return 1;
        }
        if (i >= path.len || apr_tolower(c) != apr_tolower(path.p[i])) {
            return 0;
        }
    }
    return 1;
}

/* Whether the rule might match, judged quickly and never wrongly denied: what
 * cannot match has no part in what wins either. */
static int may_match(const semr_rule_t *rule, semr_view_t path)
{
    apr_size_t bare = path.len - (path.p[path.len - 1] == '/');

    switch (rule->kind) {
    case SEMR_EXACT:
        return rule->path.len == bare && may_begin(path, rule->path);
    case SEMR_REGEX:
        return 1;
    default:
        return may_begin(path, rule->path);
    }
}

const semr_ruleset_t *semr_scope_htaccess_set(const semr_scope_t *scope,
                                              semr_request_t *request)
{
    const semr_rule_t *rules = (const semr_rule_t *)scope->rules->elts;
    semr_builder_t *builder = NULL;
    semr_ruleset_t *set;
    semr_diag_t diag;
    int i;

    for (i = 0; i < scope->rules->nelts; i++) {
        if (!may_match(rules + i, request->path)) {
            continue;
        }
        if (!builder) {
            builder = semr_builder_create(request->pool);
        }
        semr_builder_add(builder, rules + i);
    }
    if (!builder) {
        return NULL;
    }
    set = apr_palloc(request->pool, sizeof(*set));
    if (semr_ruleset_open(set, request->pool,
                          semr_builder_freeze(builder, request->pool), 0,
                          &diag) != APR_SUCCESS) {
        return NULL; /* each regex was compiled when it was parsed */
    }
    return set;
}
