/* SPDX-License-Identifier: Apache-2.0
 * Takes rules into the image's own form; freeze.c lays them out.
 */
#include <stdlib.h>
#include <string.h>

#include "build_parts.h"

enum { RULES_MAX = SEMR_NODE_RULE - 1, STRINGS_MAX = 0xf0000000u };

void *semr_bytes_add(semr_bytes_t *bytes, apr_size_t len)
{
    char *p;

    if (bytes->room - bytes->len < len) {
        apr_size_t room = bytes->room * 2 > 256 ? bytes->room * 2 : 256;

        if (room < bytes->len + len) {
            room = bytes->len + len;
        }
        p = realloc(bytes->p, room);
        if (!p) {
            abort(); /* as APR's pools do in httpd */
        }
        bytes->p = p;
        bytes->room = room;
    }
    p = bytes->p + bytes->len;
    memset(p, 0, len);
    bytes->len += len;
    return p;
}

/* -- things that are kept once -------------------------------------------- */

typedef struct known_slot_t {
    apr_uint32_t tag;
    apr_uint32_t number; /* plus 1; 0: free */
} known_slot_t;

static void put(known_slot_t *slots, apr_size_t mask, apr_uint32_t tag,
                apr_uint32_t number)
{
    apr_size_t i = tag & mask;

    while (slots[i].number) {
        i = (i + 1) & mask;
    }
    slots[i].tag = tag;
    slots[i].number = number;
}

static void grow(semr_known_t *known)
{
    semr_bytes_t old = known->slots;
    apr_size_t count = SEMR_BYTES_COUNT(old, known_slot_t);
    apr_size_t room = count ? count * 2 : 16, i;
    const known_slot_t *slots = SEMR_BYTES_AT(old, known_slot_t);

    memset(&known->slots, 0, sizeof(known->slots));
    semr_bytes_add(&known->slots, room * sizeof(known_slot_t));
    for (i = 0; i < count; i++) {
        if (slots[i].number) {
            put(SEMR_BYTES_AT(known->slots, known_slot_t), room - 1,
                slots[i].tag, slots[i].number);
        }
    }
    free(old.p);
}

apr_uint32_t semr_known(semr_known_t *known, apr_uint64_t hash,
                        apr_uint32_t number,
                        int (*same)(const void *thing, apr_uint32_t number),
                        const void *thing)
{
    apr_uint32_t tag = (apr_uint32_t)hash ^ (apr_uint32_t)(hash >> 32);
    known_slot_t *slots;
    apr_size_t mask, i;

    if (known->used * 2 >= SEMR_BYTES_COUNT(known->slots, known_slot_t)) {
        grow(known);
    }
    slots = SEMR_BYTES_AT(known->slots, known_slot_t);
    mask = SEMR_BYTES_COUNT(known->slots, known_slot_t) - 1;
    for (i = tag & mask; slots[i].number; i = (i + 1) & mask) {
        if (slots[i].tag == tag && same(thing, slots[i].number - 1)) {
            return slots[i].number - 1;
        }
    }
    slots[i].tag = tag;
    slots[i].number = number + 1;
    known->used++;
    return number;
}

/* What same() compares: a thing, and the builder that knows the others */
typedef struct sought_t {
    const semr_builder_t *builder;
    const void *thing;
} sought_t;

/* -- strings -------------------------------------------------------------- */

semr_view_t semr_builder_string(const semr_builder_t *builder,
                                apr_uint32_t offset)
{
    return semr_layout_string(builder->strings.p, offset);
}

apr_uint32_t semr_builder_add_string(semr_builder_t *builder, semr_view_t text)
{
    apr_size_t at = builder->strings.len, len = text.len;
    char prefix[10], *p = prefix;

    if (text.len == 0) {
        return 0;
    }
    do {
        *p++ = (char)((len & 0x7f) | (len > 0x7f ? 0x80 : 0));
        len >>= 7;
    } while (len);
    memcpy(semr_bytes_add(&builder->strings, (apr_size_t)(p - prefix)), prefix,
           (apr_size_t)(p - prefix));
    memcpy(semr_bytes_add(&builder->strings, text.len), text.p, text.len);
    return (apr_uint32_t)at;
}

static int same_string(const void *thing, apr_uint32_t offset)
{
    const sought_t *sought = thing;

    return semr_view_equal(*(const semr_view_t *)sought->thing,
                           semr_builder_string(sought->builder, offset));
}

/* A string that is expected to come again */
static apr_uint32_t keep_string(semr_builder_t *builder, semr_view_t text)
{
    sought_t sought = {builder, &text};
    apr_uint32_t at = (apr_uint32_t)builder->strings.len, known;

    if (text.len == 0) {
        return 0;
    }
    known = semr_known(&builder->known_strings, semr_key_bytes(text), at,
                       same_string, &sought);
    return known == at ? semr_builder_add_string(builder, text) : known;
}

/* Splits before the last slash: what pages of one directory share, and what
 * an old and a new address often share. */
static void split(semr_view_t text, semr_view_t *head, semr_view_t *rest)
{
    const char *slash = text.len ? memrchr(text.p, '/', text.len) : NULL;
    apr_size_t at = slash ? (apr_size_t)(slash - text.p) : 0;

    *head = semr_view(text.p, at);
    *rest = semr_view(text.p + at, text.len - at);
}

/* -- hosts and policies --------------------------------------------------- */

static int same_host(const void *thing, apr_uint32_t number)
{
    const sought_t *sought = thing;
    const semr_rule_t *rule = sought->thing;
    const semr_image_host_t *host =
        SEMR_BYTES_AT(sought->builder->hosts, semr_image_host_t) + number;

    return host->wild == rule->wild &&
           semr_view_equal(rule->host,
                           semr_builder_string(sought->builder, host->name));
}

static apr_uint32_t keep_host(semr_builder_t *builder, const semr_rule_t *rule)
{
    sought_t sought = {builder, rule};
    apr_uint32_t next =
        (apr_uint32_t)SEMR_BYTES_COUNT(builder->hosts, semr_image_host_t);
    apr_uint32_t known;

    if (rule->host.len == 0) {
        return 0;
    }
    known = semr_known(&builder->known_hosts,
                       semr_key_bytes(rule->host) + rule->wild, next, same_host,
                       &sought);
    if (known == next) {
        semr_image_host_t *host =
            semr_bytes_add(&builder->hosts, sizeof(*host));

        host->name = keep_string(builder, rule->host);
        host->wild = rule->wild;
    }
    return known;
}

/* How much a rule asks for (DESIGN 2, number 3), the first thing on top. */
static apr_uint32_t rank(const semr_rule_t *rule)
{
    apr_uint32_t host = 0, literals = 0, conditions;
    int i;

    if (rule->host.len) {
        host = rule->wild ? (apr_uint32_t)rule->host.len : 255;
    }
    for (i = 0; i < rule->nparams; i++) {
        literals += rule->params[i].capture < 0;
    }
    conditions = (rule->condition.len > 0) + (rule->only.len > 0) +
                 (rule->policy.starts != SEMR_NO_DATE ||
                  rule->policy.ends != SEMR_NO_DATE);
    return host << 15 |
           (apr_uint32_t)((rule->scheme != SEMR_ANY_SCHEME) + (rule->port != 0))
               << 13 |
           (apr_uint32_t)rule->nparams << 8 | literals << 3 | conditions << 1 |
           !rule->fold;
}

static int same_policy(const void *thing, apr_uint32_t number)
{
    const sought_t *sought = thing;

    return memcmp(
               sought->thing,
               SEMR_BYTES_AT(sought->builder->policies, semr_image_policy_t) +
                   number,
               sizeof(semr_image_policy_t)) == 0;
}

static int is_plain(const semr_to_t *to)
{
    return !to->inserts && !memchr(to->head.p, '?', to->head.len) &&
           !memchr(to->head.p, '#', to->head.len);
}

static apr_uint32_t keep_policy(semr_builder_t *builder,
                                const semr_rule_t *rule)
{
    semr_image_policy_t policy;
    sought_t sought = {builder, &policy};
    apr_uint32_t next, known;

    memset(&policy, 0, sizeof(policy));
    policy.max_age = rule->policy.max_age;
    policy.starts = rule->policy.starts;
    policy.ends = rule->policy.ends;
    policy.settles = rule->policy.settles;
    policy.rank = rank(rule);
    policy.host = keep_host(builder, rule);
    policy.only = keep_string(builder, rule->only);
    policy.condition = rule->condition_id;
    if (rule->file) {
        policy.file =
            keep_string(builder, semr_view(rule->file, strlen(rule->file)));
    }
    policy.port = rule->port;
    policy.code = (apr_uint16_t)rule->policy.code;
    policy.intent = (apr_byte_t)rule->policy.intent;
    policy.method = (apr_byte_t)rule->policy.method;
    policy.stage = (apr_byte_t)rule->policy.stage;
    policy.kind = (apr_byte_t)rule->kind;
    policy.scheme = (apr_byte_t)rule->scheme;
    policy.to_form = (apr_byte_t)rule->to.form;
    policy.flags =
        (apr_byte_t)((rule->with_slash ? SEMR_WITH_SLASH : 0) |
                     (rule->slash_exact ? SEMR_SLASH_EXACT : 0) |
                     (rule->fold ? SEMR_FOLD : 0) |
                     (rule->star ? SEMR_STAR : 0) |
                     (rule->to.drop_query ? SEMR_DROP_QUERY : 0) |
                     (rule->to.inserts ? SEMR_INSERTS : 0) |
                     (rule->to.form != SEMR_TO_NOTHING && is_plain(&rule->to)
                          ? SEMR_PLAIN
                          : 0));
    next =
        (apr_uint32_t)SEMR_BYTES_COUNT(builder->policies, semr_image_policy_t);
    known = semr_known(&builder->known_policies,
                       XXH3_64bits(&policy, sizeof(policy)), next, same_policy,
                       &sought);
    if (known == next) {
        memcpy(semr_bytes_add(&builder->policies, sizeof(policy)), &policy,
               sizeof(policy));
    }
    return known;
}

/* -- rules ---------------------------------------------------------------- */

static apr_uint32_t add_params(semr_builder_t *builder, const semr_rule_t *rule)
{
    apr_size_t first = SEMR_BYTES_COUNT(builder->params, semr_image_param_t);
    int i;

    for (i = 0; i < rule->nparams; i++) {
        semr_image_param_t param;

        param.name = keep_string(builder, rule->params[i].name);
        param.capture = rule->params[i].capture;
        param.value =
            param.capture < 0 ? keep_string(builder, rule->params[i].value) : 0;
        memcpy(semr_bytes_add(&builder->params, sizeof(param)), &param,
               sizeof(param));
    }
    return (apr_uint32_t)first;
}

/* Whether TO or FROM cannot be told without the words as written */
static int needs_words(const semr_rule_t *rule)
{
    apr_size_t i;

    if (rule->kind == SEMR_PATTERN || rule->nparams) {
        return 1;
    }
    for (i = 0; rule->kind == SEMR_REGEX && i < rule->to.head.len; i++) {
        if ((unsigned char)rule->to.head.p[i] >= SEMR_OP_CAPTURE) {
            return 1;
        }
    }
    return 0;
}

static apr_uint32_t add_extra(semr_builder_t *builder, const semr_rule_t *rule)
{
    semr_image_extra_t extra;
    apr_size_t count = SEMR_BYTES_COUNT(builder->extras, semr_image_extra_t);
    int words = needs_words(rule);

    if (!words && !rule->note.len && !rule->condition.len) {
        return 0;
    }
    memset(&extra, 0, sizeof(extra));
    extra.note = semr_builder_add_string(builder, rule->note);
    extra.condition = semr_builder_add_string(builder, rule->condition);
    if (words) {
        extra.from_word = semr_builder_add_string(builder, rule->from_word);
        extra.to_word = semr_builder_add_string(builder, rule->to_word);
        extra.params = add_params(builder, rule);
        extra.nparams = (apr_uint32_t)rule->nparams;
    }
    memcpy(semr_bytes_add(&builder->extras, sizeof(extra)), &extra,
           sizeof(extra));
    return (apr_uint32_t)count;
}

static void add_from(semr_builder_t *builder, const semr_rule_t *rule,
                     semr_image_rule_t *out)
{
    semr_view_t head, rest;

    if (rule->kind == SEMR_PATTERN || rule->kind == SEMR_REGEX) {
        out->from = keep_string(builder, rule->path);
        builder->npatterns++;
        return;
    }
    split(rule->path, &head, &rest);
    out->from = keep_string(builder, head);
    out->from_rest = semr_builder_add_string(builder, rest);
}

static int same_target(const void *thing, apr_uint32_t number)
{
    const sought_t *sought = thing;
    const semr_view_t *pieces = sought->thing;
    const semr_image_rule_t *rule =
        SEMR_BYTES_AT(sought->builder->rules, semr_image_rule_t) + number;

    return semr_view_equal(pieces[0],
                           semr_builder_string(sought->builder, rule->to)) &&
           semr_view_equal(pieces[1],
                           semr_builder_string(sought->builder, rule->to_rest));
}

static void add_to(semr_builder_t *builder, const semr_rule_t *rule,
                   semr_image_rule_t *out)
{
    semr_view_t pieces[2];
    sought_t sought = {builder, pieces};
    apr_uint32_t number = semr_builder_count(builder), known;

    if (rule->to.form == SEMR_TO_NOTHING) {
        return;
    }
    split(rule->to.head, &pieces[0], &pieces[1]);
    known = semr_known(&builder->known_targets, semr_key_bytes(rule->to.head),
                       number, same_target, &sought);
    if (known != number) {
        const semr_image_rule_t *other =
            SEMR_BYTES_AT(builder->rules, semr_image_rule_t) + known;

        out->to = other->to;
        out->to_rest = other->to_rest;
        return;
    }
    out->to = keep_string(builder, pieces[0]);
    if (out->from_rest &&
        semr_view_equal(pieces[1],
                        semr_builder_string(builder, out->from_rest))) {
        out->to_rest = out->from_rest;
    }
    else {
        out->to_rest = semr_builder_add_string(builder, pieces[1]);
    }
}

apr_status_t semr_builder_add(semr_builder_t *builder, const semr_rule_t *rule)
{
    semr_image_rule_t out;
    apr_uint64_t key = 0;

    if (semr_builder_count(builder) >= RULES_MAX ||
        builder->strings.len > STRINGS_MAX) {
        return APR_ENOSPC;
    }
    memset(&out, 0, sizeof(out));
    add_from(builder, rule, &out);
    add_to(builder, rule, &out);
    out.policy = keep_policy(builder, rule);
    out.extra = add_extra(builder, rule);
    out.order = semr_builder_count(builder);
    out.line = rule->line < SEMR_LINE_MAX ? rule->line : SEMR_LINE_MAX;
    if (rule->kind == SEMR_EXACT || rule->kind == SEMR_PREFIX) {
        const semr_image_policy_t *policy =
            SEMR_BYTES_AT(builder->policies, semr_image_policy_t) + out.policy;

        key = semr_key_place(semr_key_bytes(rule->path),
                             rule->kind == SEMR_EXACT ? SEMR_KEY_EXACT
                                                      : SEMR_KEY_PREFIX,
                             rule->fold, policy->host);
    }
    memcpy(semr_bytes_add(&builder->rules, sizeof(out)), &out, sizeof(out));
    memcpy(semr_bytes_add(&builder->keys, sizeof(key)), &key, sizeof(key));
    return APR_SUCCESS;
}

apr_uint32_t semr_builder_count(const semr_builder_t *builder)
{
    return (apr_uint32_t)SEMR_BYTES_COUNT(builder->rules, semr_image_rule_t);
}

void semr_builder_clear(semr_builder_t *builder)
{
    semr_bytes_t *all[] = {
        &builder->rules,
        &builder->policies,
        &builder->extras,
        &builder->params,
        &builder->hosts,
        &builder->strings,
        &builder->keys,
        &builder->known_strings.slots,
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
    /* number 0 of these means that there is none */
    semr_bytes_add(&builder->strings, 1);
    semr_bytes_add(&builder->hosts, sizeof(semr_image_host_t));
    semr_bytes_add(&builder->extras, sizeof(semr_image_extra_t));
    return builder;
}
