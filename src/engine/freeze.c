/* SPDX-License-Identifier: Apache-2.0
 * Lays out the image: rules by place, the hash table, the block.
 * patterns.c finds the places of patterns and what they begin with.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "freeze_parts.h"

/* -- rules of one place --------------------------------------------------- */

static const semr_image_rule_t *rule_at(const semr_freeze_t *f, apr_uint32_t i)
{
    return SEMR_BYTES_AT(f->builder->rules, semr_image_rule_t) + i;
}

const semr_image_policy_t *semr_freeze_policy(const semr_freeze_t *f,
                                              apr_uint32_t rule)
{
    return SEMR_BYTES_AT(f->builder->policies, semr_image_policy_t) +
           rule_at(f, rule)->policy;
}

static const semr_image_extra_t *extra_of(const semr_freeze_t *f,
                                          apr_uint32_t rule)
{
    return SEMR_BYTES_AT(f->builder->extras, semr_image_extra_t) +
           rule_at(f, rule)->extra;
}

static int same_params(const semr_freeze_t *f, apr_uint32_t a, apr_uint32_t b)
{
    const semr_image_extra_t *x = extra_of(f, a), *y = extra_of(f, b);
    const semr_image_param_t *params =
        SEMR_BYTES_AT(f->builder->params, semr_image_param_t);
    apr_uint32_t i;

    if (x->nparams != y->nparams) {
        return 0;
    }
    for (i = 0; i < x->nparams; i++) {
        const semr_image_param_t *p = params + x->params + i;
        const semr_image_param_t *q = params + y->params + i;

        if (p->name != q->name || p->value != q->value ||
            (p->capture < 0) != (q->capture < 0)) {
            return 0;
        }
    }
    return 1;
}

/* Strings that are kept once are equal if their offsets are. */
int semr_freeze_same_place(const semr_freeze_t *f, apr_uint32_t a,
                           apr_uint32_t b)
{
    const semr_image_rule_t *x = rule_at(f, a), *y = rule_at(f, b);
    const semr_image_policy_t *p = semr_freeze_policy(f, a);
    const semr_image_policy_t *q = semr_freeze_policy(f, b);

    return x->from == y->from && p->kind == q->kind && p->host == q->host &&
           ((p->flags ^ q->flags) & (SEMR_FOLD | SEMR_STAR)) == 0 &&
           semr_view_equal(semr_builder_string(f->builder, x->from_rest),
                           semr_builder_string(f->builder, y->from_rest)) &&
           same_params(f, a, b);
}

/* -- keys ------------------------------------------------------------------ */

/* Goes down from a place to that of its query.  *node gets the flag of the
 * first step if it is given, as a pattern keeps its own. */
static apr_uint64_t query_key(semr_freeze_t *f, apr_uint64_t key,
                              apr_uint32_t rule, apr_uint32_t *node)
{
    const semr_image_extra_t *extra = extra_of(f, rule);
    const semr_image_param_t *param =
        SEMR_BYTES_AT(f->builder->params, semr_image_param_t) + extra->params;
    apr_uint32_t i;

    for (i = 0; i < extra->nparams; i++, param++) {
        int literal = param->capture < 0;
        apr_uint32_t flag = literal ? SEMR_NODE_LITERALS : SEMR_NODE_CAPTURES;
        semr_view_t name = semr_builder_string(f->builder, param->name);

        if (i == 0 && node) {
            *node |= flag;
        }
        else {
            semr_freeze_put(f, key, SEMR_NO_RULE, flag);
        }
        key = literal ? semr_key_literal(
                            key, name,
                            semr_builder_string(f->builder, param->value))
                      : semr_key_capture(key, name);
    }
    return key;
}

void semr_freeze_pattern_rule(semr_freeze_t *f, apr_uint32_t pattern,
                              apr_uint32_t rule, apr_uint32_t *node)
{
    apr_uint32_t last = *node & SEMR_NODE_RULE;

    if (extra_of(f, rule)->nparams) {
        apr_uint64_t key = semr_key_place(pattern, SEMR_KEY_PATTERN, 0, 0);

        semr_freeze_put(f, query_key(f, key, rule, node), rule, 0);
        return;
    }
    if (last) {
        semr_freeze_join_ring(f, last - 1, rule);
    }
    else {
        semr_freeze_start_ring(f, rule);
    }
    *node = (*node & ~(apr_uint32_t)SEMR_NODE_RULE) | (rule + 1);
}

static unsigned depth(semr_view_t head, semr_view_t rest)
{
    unsigned count = rest.len > 0; /* it is one segment */
    apr_size_t i;

    for (i = 0; i < head.len; i++) {
        count += head.p[i] == '/';
    }
    return count;
}

static void put_path_rule(semr_freeze_t *f, apr_uint32_t i)
{
    const semr_image_rule_t *rule = rule_at(f, i);
    const semr_image_policy_t *policy = semr_freeze_policy(f, i);
    int named = policy->host != 0, fold = (policy->flags & SEMR_FOLD) != 0;
    apr_uint64_t key = SEMR_BYTES_AT(f->builder->keys, apr_uint64_t)[i];

    if (policy->kind == SEMR_EXACT) {
        f->header.exact[named][fold]++;
    }
    else {
        f->header.depths[named][fold] |=
            APR_UINT64_C(1)
            << depth(semr_builder_string(f->builder, rule->from),
                     semr_builder_string(f->builder, rule->from_rest));
    }
    semr_freeze_put(f, query_key(f, key, i, NULL), i, 0);
}

/* -- runs ----------------------------------------------------------------- */

/* qsort gives no argument: what is sorted brings its keys along. */
typedef struct ranked_t {
    apr_uint32_t rank, rule;
} ranked_t;

static int by_rank(const void *a, const void *b)
{
    const ranked_t *x = a, *y = b;

    if (x->rank != y->rank) {
        return x->rank > y->rank ? -1 : 1;
    }
    return x->rule < y->rule ? -1 : 1;
}

/* Writes the ring that begins with rule, best first. */
static void write_run(semr_freeze_t *f, apr_uint32_t rule, semr_bytes_t *ring,
                      semr_image_rule_t *out, apr_uint32_t *written)
{
    apr_uint32_t i = rule, first = *written;
    ranked_t *ranked;
    apr_size_t k, count;

    ring->len = 0;
    do {
        ranked = semr_bytes_add(ring, sizeof(*ranked));
        ranked->rank = semr_freeze_policy(f, i)->rank;
        ranked->rule = i;
        i = f->next[i];
    } while (i != rule);
    count = SEMR_BYTES_COUNT(*ring, ranked_t);
    ranked = SEMR_BYTES_AT(*ring, ranked_t);
    if (count > 1) {
        qsort(ranked, count, sizeof(*ranked), by_rank);
    }
    for (k = 0; k < count; k++) {
        out[*written] = *rule_at(f, ranked[k].rule);
        f->placed[ranked[k].rule] = first + 1;
        (*written)++;
    }
    out[*written - 1].line |= SEMR_LAST;
}

/* Lays the runs out in the order in which each one's first rule was written,
 * and turns what nodes hold, a rule of the ring, into the run's beginning. */
static void write_rules(semr_freeze_t *f, semr_image_rule_t *out)
{
    apr_uint32_t i, written = 0;
    semr_bytes_t ring = {NULL, 0, 0};

    for (i = 0; i < f->nrules; i++) {
        if (!f->placed[i]) {
            write_run(f, i, &ring, out, &written);
        }
    }
    free(ring.p);
}

static apr_uint32_t settled_node(const semr_freeze_t *f, apr_uint32_t node)
{
    apr_uint32_t rule = node & SEMR_NODE_RULE;

    return rule ? (node & ~(apr_uint32_t)SEMR_NODE_RULE) | f->placed[rule - 1]
                : node;
}

static void settle_nodes(semr_freeze_t *f)
{
    apr_size_t i, nslots = SEMR_BYTES_COUNT(f->slots, semr_image_slot_t);
    apr_size_t npatterns = SEMR_BYTES_COUNT(f->patterns, semr_image_pattern_t);
    semr_image_slot_t *slots = SEMR_BYTES_AT(f->slots, semr_image_slot_t);
    semr_image_pattern_t *patterns =
        SEMR_BYTES_AT(f->patterns, semr_image_pattern_t);

    for (i = 0; i < nslots; i++) {
        slots[i].node = settled_node(f, slots[i].node);
    }
    for (i = 0; i < npatterns; i++) {
        patterns[i].node = settled_node(f, patterns[i].node);
        patterns[i].rule = f->placed[patterns[i].rule] - 1;
    }
}

/* -- the block ------------------------------------------------------------ */

static apr_size_t aligned(apr_size_t size)
{
    return (size + 7) & ~(apr_size_t)7;
}

static void add_section(semr_freeze_t *f, semr_section_t section,
                        apr_size_t count, apr_size_t size)
{
    f->header.sections[section].at = f->header.size;
    f->header.sections[section].count = count;
    f->header.size += aligned(count * size);
}

static void lay_out(semr_freeze_t *f)
{
    const semr_builder_t *b = f->builder;

    f->header.size = aligned(sizeof(semr_image_t));
    add_section(f, SEMR_SECTION_RULES, f->nrules, sizeof(semr_image_rule_t));
#define ADD(NAME, bytes, type)                                                 \
    add_section(f, SEMR_SECTION_##NAME, SEMR_BYTES_COUNT(bytes, type),         \
                sizeof(type))
    ADD(POLICIES, b->policies, semr_image_policy_t);
    ADD(EXTRAS, b->extras, semr_image_extra_t);
    ADD(PARAMS, b->params, semr_image_param_t);
    ADD(SLOTS, f->slots, semr_image_slot_t);
    ADD(HOSTS, b->hosts, semr_image_host_t);
    ADD(HOST_SLOTS, f->host_slots, semr_image_slot_t);
    ADD(PATTERNS, f->patterns, semr_image_pattern_t);
    ADD(BEGINS, f->begins, semr_image_begin_t);
    ADD(MEMBERS, f->members, apr_uint32_t);
    ADD(STRINGS, b->strings, char);
#undef ADD
}

static void copy_section(char *block, const semr_freeze_t *f,
                         semr_section_t section, const semr_bytes_t *bytes)
{
    if (bytes->len) {
        memcpy(block + f->header.sections[section].at, bytes->p, bytes->len);
    }
}

static const semr_image_t *write_block(semr_freeze_t *f, apr_pool_t *pool)
{
    const semr_builder_t *b = f->builder;
    char *block;
    apr_size_t skip = offsetof(semr_image_t, sections);

    lay_out(f);
    block = apr_pcalloc(pool, (apr_size_t)f->header.size);
    write_rules(
        f, (semr_image_rule_t
                *)(void *)(block + f->header.sections[SEMR_SECTION_RULES].at));
    settle_nodes(f);
    copy_section(block, f, SEMR_SECTION_POLICIES, &b->policies);
    copy_section(block, f, SEMR_SECTION_EXTRAS, &b->extras);
    copy_section(block, f, SEMR_SECTION_PARAMS, &b->params);
    copy_section(block, f, SEMR_SECTION_SLOTS, &f->slots);
    copy_section(block, f, SEMR_SECTION_HOSTS, &b->hosts);
    copy_section(block, f, SEMR_SECTION_HOST_SLOTS, &f->host_slots);
    copy_section(block, f, SEMR_SECTION_PATTERNS, &f->patterns);
    copy_section(block, f, SEMR_SECTION_BEGINS, &f->begins);
    copy_section(block, f, SEMR_SECTION_MEMBERS, &f->members);
    copy_section(block, f, SEMR_SECTION_STRINGS, &b->strings);
    memcpy(f->header.magic, SEMR_IMAGE_MAGIC, sizeof(SEMR_IMAGE_MAGIC));
    f->header.version = SEMR_IMAGE_VERSION;
    f->header.byte_order = SEMR_IMAGE_ORDER;
    memcpy(block, &f->header, sizeof(f->header));
    ((semr_image_t *)(void *)block)->checksum =
        XXH3_64bits(block + skip, (apr_size_t)f->header.size - skip);
    return (const semr_image_t *)(const void *)block;
}

static void *zeroed(apr_size_t count, apr_size_t size)
{
    void *p = calloc(count ? count : 1, size);

    if (!p) {
        abort(); /* as APR's pools do in httpd */
    }
    return p;
}

const semr_image_t *semr_builder_freeze(semr_builder_t *builder,
                                        apr_pool_t *pool)
{
    semr_freeze_t f;
    const semr_image_t *image;
    apr_uint32_t i;

    memset(&f, 0, sizeof(f));
    f.builder = builder;
    f.nrules = semr_builder_count(builder);
    f.next = zeroed(f.nrules, sizeof(*f.next));
    f.placed = zeroed(f.nrules, sizeof(*f.placed));
    for (i = 0; i < f.nrules; i++) {
        const semr_image_policy_t *policy = semr_freeze_policy(&f, i);

        if (policy->kind == SEMR_EXACT || policy->kind == SEMR_PREFIX) {
            put_path_rule(&f, i);
        }
    }
    semr_freeze_patterns(&f, pool);
    semr_freeze_slots(&f);
    semr_freeze_hosts(&f);
    image = write_block(&f, pool);
    free(f.next);
    free(f.placed);
    free(f.entries.p);
    free(f.slots.p);
    free(f.host_slots.p);
    free(f.patterns.p);
    free(f.begins.p);
    free(f.members.p);
    semr_builder_clear(builder);
    return image;
}
