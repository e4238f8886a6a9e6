/* SPDX-License-Identifier: Apache-2.0
 * The rules that stand together in a server, a section or one .htaccess.
 */
#include <apr_strings.h>

#include "counters.h"
#include "htaccess.h"
#include "identity.h"

/* Those of the configuration that is being read, or is in force */
static apr_array_header_t *scopes;
static apr_uint32_t counters; /* that they need together */

void semr_scope_reset(apr_pool_t *pconf)
{
    scopes = apr_array_make(pconf, 8, sizeof(semr_scope_t *));
}

const apr_array_header_t *semr_scope_all(void)
{
    return scopes;
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

/* -- places ---------------------------------------------------------------- */

/* A server by what the administrator calls it: its line may change.  The main
 * server is always the same; a name that it was not given comes from DNS. */
static apr_uint64_t server_place(const server_rec *server, apr_pool_t *pool)
{
    const server_addr_rec *address;
    const char *name = "main";

    if (server->is_virtual) {
        name = apr_psprintf(pool, "%s:%u", server->server_hostname,
                            (unsigned)server->port);
    }
    for (address = server->is_virtual ? server->addrs : NULL; address;
         address = address->next) {
        name = apr_psprintf(pool, "%s %s:%u", name, address->virthost,
                            (unsigned)address->host_port);
    }
    return semr_identity_place(0, name);
}

/* What has one name is told apart by the order in which it stands. */
static apr_uint64_t tell_apart(apr_uint64_t place, apr_hash_t *seen,
                               apr_pool_t *pool)
{
    unsigned *count = apr_hash_get(seen, &place, sizeof(place));

    if (!count) {
        count = apr_pcalloc(pool, sizeof(*count));
        apr_hash_set(seen, apr_pmemdup(pool, &place, sizeof(place)),
                     sizeof(place), count);
    }
    if ((*count)++) {
        place = semr_identity_place(place, apr_psprintf(pool, "%u", *count));
    }
    return place;
}

/* Answers go by server: they must not become fewer where a section goes. */
static void find_place(semr_scope_t *scope, apr_hash_t *seen,
                       apr_hash_t *tellers, apr_pool_t *pool)
{
    apr_uint64_t server = server_place(scope->server, pool);
    apr_uint64_t place = semr_identity_place(
        server, scope->name ? scope->name : "the server's own");

    scope->counters.place = tell_apart(place, seen, pool);
    scope->teller =
        apr_hash_get(tellers, &scope->server, sizeof(scope->server));
    if (!scope->teller) {
        scope->teller = scope;
        apr_hash_set(tellers, &scope->server, sizeof(scope->server), scope);
        place = semr_identity_place(server, "answers by code");
        scope->tally.place = tell_apart(place, seen, pool);
    }
}

static void find_places(apr_pool_t *parent)
{
    apr_pool_t *pool;
    apr_hash_t *seen, *tellers;
    int i;

    apr_pool_create(&pool, parent);
    seen = apr_hash_make(pool);
    tellers = apr_hash_make(pool);
    for (i = 0; i < scopes->nelts; i++) {
        find_place(APR_ARRAY_IDX(scopes, i, semr_scope_t *), seen, tellers,
                   pool);
    }
    apr_pool_destroy(pool);
}

/* -- freezing -------------------------------------------------------------- */

apr_status_t semr_scope_freeze_all(apr_pool_t *pconf, semr_diag_t *diag)
{
    apr_uint32_t count = 0;
    int i;

    find_places(pconf);
    for (i = 0; i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);
        const semr_ruleset_t **set;
        const semr_image_t *image;
        apr_status_t status;

        scope->counters.first = count;
        count += semr_builder_count(scope->builder);
        if (scope->teller == scope) {
            scope->tally.first = count;
            count += SEMR_TALLY_SIZE;
        }
        else {
            scope->tally = scope->teller->tally;
        }
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

/* -- counting -------------------------------------------------------------- */

/* Not the slot's number: another code in the table must not move it. */
static apr_uint64_t tally_key(const semr_scope_t *scope, unsigned slot)
{
    apr_uint64_t stage = slot / SEMR_TALLY_CODE_COUNT;
    int code =
        semr_tally_code((semr_tally_code_t)(slot % SEMR_TALLY_CODE_COUNT));
    char name[2] = {(char)('0' + stage), 0};
    apr_uint64_t place = semr_identity_place(scope->tally.place, name);

    return place + (apr_uint64_t)code ? place + (apr_uint64_t)code : 1;
}

static void pull(const semr_scope_t *scope)
{
    unsigned slot;

    semr_counters_pull(&scope->counters, scope->set.image);
    for (slot = 0; scope->teller == scope && slot < SEMR_TALLY_SIZE; slot++) {
        apr_uint64_t key = tally_key(scope, slot);
        apr_uint64_t word = semr_counters_pull_key(key);

        if (word) {
            semr_stats_add(scope->tally.stats, scope->tally.first + slot, key,
                           word);
        }
    }
}

apr_status_t semr_scope_share_counters(void)
{
    semr_stats_t *stats = semr_counters_share(counters);
    int i;

    for (i = 0; stats && i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        scope->counters.stats = scope->tally.stats = stats;
        pull(scope);
    }
    return stats ? APR_SUCCESS : APR_ENOMEM;
}

static __attribute__((cold, noinline)) void
tally_first(const semr_scope_t *scope, unsigned slot, apr_uint32_t minute)
{
    semr_stats_begin(scope->tally.stats, scope->tally.first + slot,
                     tally_key(scope, slot), minute);
}

void semr_scope_tally(const semr_scope_t *scope, semr_stage_t stage, int status,
                      apr_uint32_t minute)
{
    const semr_counters_t *tally = &scope->tally;
    unsigned slot = semr_tally_slot(stage, status);

    if (tally->stats && slot < SEMR_TALLY_SIZE &&
        !semr_stats_hit(tally->stats, tally->first + slot, minute)) {
        tally_first(scope, slot, minute);
    }
}

void semr_scope_add_answers(const semr_scope_t *scope,
                            apr_uint64_t answers[][SEMR_TALLY_CODE_COUNT],
                            apr_int64_t last[][SEMR_TALLY_CODE_COUNT])
{
    unsigned slot;

    for (slot = 0; scope->teller == scope && slot < SEMR_TALLY_SIZE; slot++) {
        unsigned stage = slot / SEMR_TALLY_CODE_COUNT;
        unsigned code = slot % SEMR_TALLY_CODE_COUNT;
        semr_counted_t counted;

        semr_counters_read(&scope->tally, slot, tally_key(scope, slot),
                           &counted);
        answers[stage][code] += counted.hits;
        if (counted.last > last[stage][code]) {
            last[stage][code] = counted.last;
        }
    }
}
