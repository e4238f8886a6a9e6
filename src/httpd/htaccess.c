/* SPDX-License-Identifier: Apache-2.0
 * Rules of .htaccess files.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "glance.h"
#include "htaccess.h"

enum { KNOWN_LINES = 1 << 14 };

/* Hashes of lines; two that meet in one place replace each other. */
static apr_uint64_t known[KNOWN_LINES];

static apr_uint64_t line_hash(const char *text, int flags, const void *conf)
{
    return XXH3_64bits_withSeed(text, strlen(text),
                                (XXH64_hash_t)(apr_uintptr_t)conf +
                                    (XXH64_hash_t)flags);
}

int semr_htaccess_knows(const char *text, int flags, const void *conf)
{
    apr_uint64_t hash = line_hash(text, flags, conf);

    return __atomic_load_n(&known[hash % KNOWN_LINES], __ATOMIC_RELAXED) ==
           hash;
}

void semr_htaccess_remember(const char *text, int flags, const void *conf)
{
    apr_uint64_t hash = line_hash(text, flags, conf);

    __atomic_store_n(&known[hash % KNOWN_LINES], hash, __ATOMIC_RELAXED);
}

static apr_status_t add_line(semr_builder_t *builder, apr_pool_t *pool,
                             const semr_scope_t *scope, const semr_line_t *line,
                             semr_diag_t *diag)
{
    semr_rule_t rule;
    apr_status_t status = semr_rule_parse(&rule, pool, line->text,
                                          line->flags | SEMR_RULE_IF, diag);

    if (status == APR_SUCCESS) {
        rule.file = scope->name;
        rule.line = line->number;
        rule.condition_id = line->condition;
        status = semr_builder_add(builder, &rule);
    }
    return status;
}

apr_status_t semr_htaccess_set(const semr_scope_t *scope,
                               semr_request_t *request,
                               const semr_ruleset_t **set, semr_diag_t *diag)
{
    const semr_line_t *line = (const semr_line_t *)scope->lines->elts;
    const semr_line_t *end = line + scope->lines->nelts;
    semr_builder_t *builder = NULL;
    semr_ruleset_t *built;

    *set = NULL;
    for (; line < end; line++) {
        apr_status_t status;

        if (line->glance &&
            !semr_glance(line->text, line->flags, request->path)) {
            continue;
        }
        if (!builder) {
            builder = semr_builder_create(request->pool);
        }
        status = add_line(builder, request->pool, scope, line, diag);
        if (status != APR_SUCCESS) {
            return status;
        }
    }
    if (!builder) {
        return APR_SUCCESS;
    }
    *set = built = apr_palloc(request->pool, sizeof(*built));
    return semr_ruleset_open(built, request->pool,
                             semr_builder_freeze(builder, request->pool), 0,
                             diag);
}
