/* SPDX-License-Identifier: Apache-2.0
 * Lays out the image.  The records stay where the builder put them, and the
 * other sections go behind them into one block.
 */
#include <stdlib.h>
#include <string.h>

#include "freeze_parts.h"

const semr_image_policy_t *semr_freeze_policy(const semr_freeze_t *f,
                                              apr_uint32_t policy)
{
    return SEMR_BYTES_AT(f->builder->policies, semr_image_policy_t) + policy;
}

/* -- nodes ------------------------------------------------------------------
 */

/* qsort gives no argument: what is sorted brings its keys along. */
typedef struct ranked_t {
    apr_uint32_t rank, at;
} ranked_t;

static int by_rank(const void *a, const void *b)
{
    const ranked_t *x = a, *y = b;

    if (x->rank != y->rank) {
        return x->rank > y->rank ? -1 : 1;
    }
    return x->at < y->at ? -1 : 1;
}

/* Writes a run, best first, and returns its index. */
static apr_uint32_t add_run(semr_freeze_t *f, const apr_uint32_t *rules,
                            apr_size_t count)
{
    apr_uint32_t first = (apr_uint32_t)SEMR_BYTES_COUNT(f->runs, apr_uint32_t);
    semr_image_rule_t rule;
    ranked_t *ranked;
    apr_uint32_t *run;
    apr_size_t i;

    f->ranked.len = 0;
    ranked = semr_bytes_add(&f->ranked, count * sizeof(*ranked));
    for (i = 0; i < count; i++) {
        semr_builder_rule(f->builder, rules[i], &rule);
        ranked[i].rank = semr_freeze_policy(f, rule.policy)->rank;
        ranked[i].at = rules[i];
    }
    qsort(ranked, count, sizeof(*ranked), by_rank);
    run = semr_bytes_add(&f->runs, count * sizeof(*run));
    for (i = 0; i < count; i++) {
        run[i] = ranked[i].at;
    }
    run[count - 1] |= SEMR_LAST;
    return first;
}

apr_uint32_t semr_freeze_node(semr_freeze_t *f, const apr_uint32_t *rules,
                              apr_size_t count, apr_uint32_t below)
{
    semr_image_place_t *place;
    apr_uint32_t run;

    if (count == 1 && !below) {
        return *rules + 1;
    }
    run = count ? add_run(f, rules, count) + 1 : 0;
    place = semr_bytes_add(&f->places, sizeof(*place));
    place->run = run;
    place->below = below;
    return SEMR_NODE_PLACE |
           (apr_uint32_t)(SEMR_BYTES_COUNT(f->places, semr_image_place_t) - 1);
}

/* -- the block --------------------------------------------------------------
 */

static apr_size_t aligned(apr_size_t size)
{
    return (size + 7) & ~(apr_size_t)7;
}

/* Where each section comes from, and the size of what it is made of */
typedef struct source_t {
    const semr_bytes_t *bytes;
    apr_size_t size;
} source_t;

static void lay_out(semr_freeze_t *f, const source_t *sources)
{
    semr_image_t *header = &f->builder->header;
    int i;

    header->size = SEMR_RECORDS_AT;
    for (i = 0; i < SEMR_SECTIONS; i++) {
        apr_size_t len = sources[i].bytes->len;

        if (i == SEMR_SECTION_RECORDS) {
            len -= SEMR_RECORDS_AT;
        }
        header->sections[i].at = header->size;
        header->sections[i].count = len / sources[i].size;
        header->size += aligned(len);
    }
    memcpy(header->magic, SEMR_IMAGE_MAGIC, sizeof(SEMR_IMAGE_MAGIC));
    header->version = SEMR_IMAGE_VERSION;
    header->byte_order = SEMR_IMAGE_ORDER;
}

static apr_status_t release(void *block)
{
    free(block);
    return APR_SUCCESS;
}

/* The records' own memory becomes the block: it is most of it. */
static const semr_image_t *write_block(semr_freeze_t *f, apr_pool_t *pool)
{
    const semr_builder_t *b = f->builder;
    const source_t sources[SEMR_SECTIONS] = {
#define SOURCE(NAME, bytes, type) [SEMR_SECTION_##NAME] = {&bytes, sizeof(type)}
        SOURCE(RECORDS, b->records, char),
        SOURCE(MARKS, b->marks, apr_uint32_t),
        SOURCE(POLICIES, b->policies, semr_image_policy_t),
        SOURCE(EXTRAS, b->extras, semr_image_extra_t),
        SOURCE(PARAMS, b->params, semr_image_param_t),
        SOURCE(SLOTS, f->slots, semr_image_slot_t),
        SOURCE(PLACES, f->places, semr_image_place_t),
        SOURCE(RUNS, f->runs, apr_uint32_t),
        SOURCE(HOSTS, b->hosts, semr_image_host_t),
        SOURCE(HOST_SLOTS, f->host_slots, semr_image_slot_t),
        SOURCE(PATTERNS, f->patterns, semr_image_pattern_t),
        SOURCE(BEGINS, f->begins, semr_image_begin_t),
        SOURCE(MEMBERS, f->members, apr_uint32_t),
        SOURCE(STRINGS, b->strings, char),
#undef SOURCE
    };
    apr_size_t end = b->records.len;
    char *block;
    int i;

    lay_out(f, sources);
    block = realloc(b->records.p, (apr_size_t)b->header.size);
    if (!block) {
        abort(); /* as APR's pools do in httpd */
    }
    f->builder->records.p = NULL;
    apr_pool_cleanup_register(pool, block, release, apr_pool_cleanup_null);
    for (i = SEMR_SECTION_RECORDS + 1; i < SEMR_SECTIONS; i++) {
        apr_size_t at = (apr_size_t)b->header.sections[i].at;

        memset(block + end, 0, at - end);
        end = at + sources[i].bytes->len;
        if (sources[i].bytes->len) {
            memcpy(block + at, sources[i].bytes->p, sources[i].bytes->len);
        }
    }
    memset(block + end, 0, (apr_size_t)b->header.size - end);
    memcpy(block, &b->header, sizeof(b->header));
    return (const semr_image_t *)(const void *)block;
}

const semr_image_t *semr_builder_freeze(semr_builder_t *builder,
                                        apr_pool_t *pool)
{
    semr_freeze_t f;
    const semr_image_t *image;

    memset(&f, 0, sizeof(f));
    f.builder = builder;
    semr_freeze_patterns(&f, pool);
    semr_freeze_slots(&f);
    semr_freeze_hosts(&f);
    image = write_block(&f, pool);
    free(f.slots.p);
    free(f.places.p);
    free(f.runs.p);
    free(f.host_slots.p);
    free(f.patterns.p);
    free(f.begins.p);
    free(f.members.p);
    free(f.ranked.p);
    semr_builder_clear(builder);
    return image;
}
