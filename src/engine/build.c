/* SPDX-License-Identifier: Apache-2.0
 * Takes rules into the image's own form; freeze.c lays them out.
 */
#include <stdlib.h>
#include <string.h>

#include "build_parts.h"

enum { STRINGS_MAX = 0xf0000000u };

/* What same() compares: a thing, and the builder that knows the others */
typedef struct sought_t {
    const semr_builder_t *builder;
    const void *thing;
} sought_t;

/* -- records ----------------------------------------------------------------
 */

/* A path or template in the pieces that a record keeps */
typedef struct pieces_t {
    apr_uint32_t head; /* string */
    semr_view_t rest;
    semr_view_t text; /* all of it, */
    int tail;         /* but for an op TAIL at its end */
} pieces_t;

static pieces_t cut_from(semr_builder_t *builder, const semr_rule_t *rule)
{
    pieces_t from = {0};
    apr_size_t len = rule->path.len;

    from.text = rule->path;
    from.head = rule->kind == SEMR_PATTERN || rule->kind == SEMR_REGEX
                    ? semr_builder_keep_string(builder, rule->path)
                    : semr_builder_keep_head(builder, rule->path, 0, &len);
    from.rest = semr_view(rule->path.p + len, rule->path.len - len);
    return from;
}

/* The authority stays in one piece. */
static apr_size_t authority_len(const semr_to_t *to)
{
    const apr_size_t scheme = sizeof("https://") - 1;
    const char *slash;

    if (to->form != SEMR_TO_AUTHORITY) {
        return 0;
    }
    slash = memchr(to->head.p + scheme, '/', to->head.len - scheme);
    return slash ? (apr_size_t)(slash - to->head.p) : to->head.len;
}

static pieces_t cut_to(semr_builder_t *builder, const semr_to_t *to)
{
    pieces_t pieces = {0};
    apr_size_t len;

    pieces.text = to->head;
    if (to->head.len &&
        (unsigned char)to->head.p[to->head.len - 1] == SEMR_OP_TAIL) {
        pieces.text.len--;
        pieces.tail = 1;
    }
    pieces.head =
        semr_builder_keep_head(builder, pieces.text, authority_len(to), &len);
    pieces.rest = semr_view(pieces.text.p + len, pieces.text.len - len);
    return pieces;
}

static int same_target(const void *thing, apr_uint32_t at)
{
    const sought_t *sought = thing;
    const pieces_t *to = sought->thing;
    semr_image_rule_t rule;

    semr_builder_rule(sought->builder, at, &rule);
    return rule.to.len + rule.to_rest.len == to->text.len &&
           memcmp(rule.to.p, to->text.p, rule.to.len) == 0 &&
           memcmp(rule.to_rest.p, to->text.p + rule.to.len, rule.to_rest.len) ==
               0;
}

static unsigned char *put_bytes(unsigned char *p, semr_view_t bytes)
{
    p = semr_varint_put(p, (apr_uint32_t)bytes.len);
    if (bytes.len) {
        memcpy(p, bytes.p, bytes.len);
    }
    return p + bytes.len;
}

/* Whether TO ends as FROM does, so that its rest need not be written */
static int ends_alike(const pieces_t *to, const pieces_t *from)
{
    return to->rest.len > 1 && to->rest.len <= from->rest.len &&
           memcmp(to->rest.p, from->rest.p, to->rest.len) == 0;
}

/* A longer target that was met before is not written again. */
static unsigned char *put_to(semr_builder_t *builder, apr_uint32_t at,
                             const pieces_t *from, const pieces_t *to,
                             unsigned char *p, unsigned char *traits)
{
    enum { SHORT = 6 }; /* bytes that referring to another record may take */

    *traits |= SEMR_HAS_TO | (to->tail ? SEMR_TO_TAIL : 0);
    if (ends_alike(to, from)) {
        *traits |= SEMR_TO_AS_FROM;
        p = semr_varint_put(p, to->head);
        return semr_varint_put(p, (apr_uint32_t)to->rest.len);
    }
    if (to->rest.len > SHORT) {
        sought_t sought = {builder, to};
        apr_uint32_t other =
            semr_known(&builder->known_targets, semr_key_bytes(to->text), at,
                       same_target, &sought);

        if (other != at) {
            *traits |= SEMR_TO_OF;
            return semr_varint_put(p, at - other);
        }
    }
    return put_bytes(semr_varint_put(p, to->head), to->rest);
}

static void put_record(semr_builder_t *builder, const semr_rule_t *rule,
                       apr_uint32_t at, const pieces_t *from,
                       apr_uint32_t policy, apr_uint32_t extra)
{
    apr_uint32_t number = builder->header.rules;
    pieces_t to = {0};
    unsigned char *begin, *p, traits = extra ? SEMR_HAS_EXTRA : 0;

    if (rule->to.form != SEMR_TO_NOTHING) {
        to = cut_to(builder, &rule->to);
    }
    begin = (unsigned char *)semr_bytes_reserve(
        &builder->records,
        1 + 8 * SEMR_VARINT_MAX + from->rest.len + to.rest.len);
    p = semr_varint_put(begin + 1, number);
    p = semr_varint_put(p, semr_zigzag(rule->line, number));
    p = semr_varint_put(p, policy);
    if (extra) {
        p = semr_varint_put(p, extra);
    }
    p = put_bytes(semr_varint_put(p, from->head), from->rest);
    if (rule->to.form != SEMR_TO_NOTHING) {
        p = put_to(builder, at, from, &to, p, &traits);
    }
    *begin = traits;
    builder->records.len += (apr_size_t)(p - begin);
}

/* -- places -----------------------------------------------------------------
 */

void semr_builder_put(semr_builder_t *builder, apr_uint64_t key,
                      apr_uint32_t at, apr_uint32_t below)
{
    semr_entry_t *entry = (semr_entry_t *)(void *)semr_bytes_reserve(
        &builder->entries, sizeof(*entry));

    entry->key = key;
    entry->at = at;
    entry->below = below;
    builder->entries.len += sizeof(*entry);
}

apr_uint64_t semr_builder_query_key(semr_builder_t *builder, apr_uint64_t key,
                                    apr_uint32_t extra, apr_uint32_t *below)
{
    const semr_image_extra_t *at =
        SEMR_BYTES_AT(builder->extras, semr_image_extra_t) + extra;
    apr_uint32_t i;

    for (i = 0; i < at->nparams; i++) {
        const semr_image_param_t *param =
            SEMR_BYTES_AT(builder->params, semr_image_param_t) + at->params + i;
        int literal = param->capture < 0;
        apr_uint32_t what = literal ? SEMR_PLACE_LITERALS : SEMR_PLACE_CAPTURES;
        semr_view_t name = semr_builder_string(builder, param->name);

        if (i == 0 && below) {
            *below |= what;
        }
        else {
            semr_builder_put(builder, key, SEMR_NO_RULE, what);
        }
        key = literal
                  ? semr_key_literal(key, name,
                                     semr_builder_string(builder, param->value))
                  : semr_key_capture(key, name);
    }
    return key;
}

static unsigned depth(semr_view_t path)
{
    unsigned count = 0;
    apr_size_t i;

    for (i = 0; i < path.len; i++) {
        count += path.p[i] == '/';
    }
    return count;
}

static void put_place(semr_builder_t *builder, const semr_rule_t *rule,
                      apr_uint32_t at, apr_uint32_t host, apr_uint32_t extra)
{
    int named = host != 0, fold = rule->fold, exact = rule->kind == SEMR_EXACT;
    apr_uint64_t key =
        semr_key_place(semr_key_bytes(rule->path),
                       exact ? SEMR_KEY_EXACT : SEMR_KEY_PREFIX, fold, host);

    if (exact) {
        builder->header.exact[named][fold]++;
    }
    else {
        builder->header.depths[named][fold] |= APR_UINT64_C(1)
                                               << depth(rule->path);
    }
    if (extra) {
        key = semr_builder_query_key(builder, key, extra, NULL);
    }
    semr_builder_put(builder, key, at, 0);
}

static void put_pattern(semr_builder_t *builder, apr_uint32_t at,
                        apr_uint32_t text, apr_uint32_t policy,
                        apr_uint32_t extra)
{
    semr_pattern_rule_t *pattern =
        semr_bytes_add(&builder->patterns, sizeof(*pattern));

    pattern->at = at;
    pattern->number = builder->header.rules;
    pattern->policy = policy;
    pattern->extra = extra;
    pattern->text = text;
}

/* -- rules ------------------------------------------------------------------
 */

apr_status_t semr_builder_add(semr_builder_t *builder, const semr_rule_t *rule)
{
    apr_size_t at = builder->records.len - SEMR_RECORDS_AT;
    apr_uint32_t policy, extra;
    pieces_t from;

    if (at > SEMR_AT_MAX || builder->strings.len > STRINGS_MAX) {
        return APR_ENOSPC;
    }
    if (builder->header.rules % SEMR_MARK_EVERY == 0) {
        *(apr_uint32_t *)semr_bytes_add(&builder->marks, sizeof(apr_uint32_t)) =
            (apr_uint32_t)at;
    }
    policy = semr_builder_keep_policy(builder, rule);
    extra = semr_builder_add_extra(builder, rule);
    from = cut_from(builder, rule);
    put_record(builder, rule, (apr_uint32_t)at, &from, policy, extra);
    if (rule->kind == SEMR_EXACT || rule->kind == SEMR_PREFIX) {
        const semr_image_policy_t *policies =
            SEMR_BYTES_AT(builder->policies, semr_image_policy_t);

        put_place(builder, rule, (apr_uint32_t)at, policies[policy].host,
                  extra);
    }
    else {
        put_pattern(builder, (apr_uint32_t)at, from.head, policy, extra);
    }
    builder->header.rules++;
    return APR_SUCCESS;
}

apr_uint32_t semr_builder_count(const semr_builder_t *builder)
{
    return builder->header.rules;
}

void semr_builder_clear(semr_builder_t *builder)
{
    semr_bytes_t *all[] = {
        &builder->records,
        &builder->marks,
        &builder->policies,
        &builder->extras,
        &builder->params,
        &builder->hosts,
        &builder->strings,
        &builder->entries,
        &builder->patterns,
        &builder->known_strings.slots,
        &builder->known_heads.slots,
        &builder->known_targets.slots,
        &builder->known_policies.slots,
        &builder->known_hosts.slots,
    };
    apr_size_t i;

    for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
        free(all[i]->p);
    }
    memset(builder, 0, sizeof(*builder));
}

static apr_status_t clear(void *builder)
{
    semr_builder_clear(builder);
    return APR_SUCCESS;
}

semr_builder_t *semr_builder_create(apr_pool_t *pool)
{
    semr_builder_t *builder = apr_pcalloc(pool, sizeof(*builder));

    apr_pool_cleanup_register(pool, builder, clear, apr_pool_cleanup_null);
    semr_bytes_add(&builder->records, SEMR_RECORDS_AT);
    /* number 0 of these means that there is none */
    semr_bytes_add(&builder->strings, 1);
    semr_bytes_add(&builder->hosts, sizeof(semr_image_host_t));
    semr_bytes_add(&builder->extras, sizeof(semr_image_extra_t));
    return builder;
}
