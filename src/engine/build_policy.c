/* SPDX-License-Identifier: Apache-2.0
 * What the builder keeps of a rule beside its paths: hosts, policies, extras.
 */
#include <stddef.h>
#include <string.h>

#include "build_parts.h"

/* What same() compares: a thing, and the builder that knows the others */
typedef struct sought_t {
    const semr_builder_t *builder;
    const void *thing;
} sought_t;

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

        host->name = semr_builder_keep_string(builder, rule->host);
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

/* All that is compared: how many rules have it comes last. */
enum { COMPARED = offsetof(semr_image_policy_t, rules) };

static semr_image_policy_t *policy_at(const semr_builder_t *builder,
                                      apr_uint32_t number)
{
    return SEMR_BYTES_AT(builder->policies, semr_image_policy_t) + number;
}

static int same_policy(const void *thing, apr_uint32_t number)
{
    const sought_t *sought = thing;

    return memcmp(sought->thing, policy_at(sought->builder, number),
                  COMPARED) == 0;
}

static int is_plain(const semr_to_t *to)
{
    const apr_size_t scheme = sizeof("https://") - 1;

    if (to->plain || to->inserts) {
        return to->plain;
    }
    return !memchr(to->head.p, '?', to->head.len) &&
           !memchr(to->head.p, '#', to->head.len) &&
           (to->form != SEMR_TO_AUTHORITY ||
            !memmem(to->head.p + scheme, to->head.len - scheme, "//", 2));
}

/* The same pointer is the same file, as the rules of one come together. */
static apr_uint32_t keep_file(semr_builder_t *builder, const char *file)
{
    if (file && file != builder->last_file) {
        builder->last_file_at =
            semr_builder_keep_string(builder, semr_view(file, strlen(file)));
        builder->last_file = file;
    }
    return file ? builder->last_file_at : 0;
}

apr_uint32_t semr_builder_keep_policy(semr_builder_t *builder,
                                      const semr_rule_t *rule)
{
    semr_image_policy_t policy;
    sought_t sought = {builder, &policy};
    apr_uint32_t next;

    memset(&policy, 0, sizeof(policy));
    policy.max_age = rule->policy.max_age;
    policy.starts = rule->policy.starts;
    policy.ends = rule->policy.ends;
    policy.settles = rule->policy.settles;
    policy.rank = rank(rule);
    policy.host = keep_host(builder, rule);
    policy.only = semr_builder_keep_string(builder, rule->only);
    policy.condition = rule->condition_id;
    policy.file = keep_file(builder, rule->file);
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
    if (!next || !same_policy(&sought, builder->last_policy)) {
        builder->last_policy =
            semr_known(&builder->known_policies, XXH3_64bits(&policy, COMPARED),
                       next, same_policy, &sought);
    }
    if (builder->last_policy == next) {
        memcpy(semr_bytes_add(&builder->policies, sizeof(policy)), &policy,
               sizeof(policy));
    }
    policy_at(builder, builder->last_policy)->rules++;
    return builder->last_policy;
}

/* -- extras ------------------------------------------------------------------
 */

static apr_uint32_t add_params(semr_builder_t *builder, const semr_rule_t *rule)
{
    apr_size_t first = SEMR_BYTES_COUNT(builder->params, semr_image_param_t);
    int i;

    for (i = 0; i < rule->nparams; i++) {
        semr_image_param_t param;

        param.name = semr_builder_keep_string(builder, rule->params[i].name);
        param.capture = rule->params[i].capture;
        param.value =
            param.capture < 0
                ? semr_builder_keep_string(builder, rule->params[i].value)
                : 0;
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

apr_uint32_t semr_builder_add_extra(semr_builder_t *builder,
                                    const semr_rule_t *rule)
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
