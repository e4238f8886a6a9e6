/* SPDX-License-Identifier: Apache-2.0
 * The blocks of counters of each configuration.
 */
#include "generation.h"
#include "registry.h"

/* Where the MPM does not tell of its children, they are given so long. */
#define GONE apr_time_from_sec(60)

enum { GENERATIONS_MOST = 32 };

/* What is kept is of this layout, down to those of count.h, ledger.c and
 * stats.c: if any of them changes, so does the name. */
#define NAME "counters.2"

typedef struct generation_t {
    struct generation_t *next; /* the one before */
    apr_pool_t *pool;          /* which it is in, with its shared memory */
    apr_uint64_t number;
    apr_time_t retired;
    semr_ledger_t *ledger;
    apr_array_header_t *blocks; /* of semr_stats_t * */
} generation_t;

typedef struct child_t {
    pid_t pid;
    apr_uint64_t number; /* of its generation */
} child_t;

typedef struct record_t {
    apr_time_t since;
    generation_t *first;
    apr_array_header_t *children; /* of child_t, as far as the parent knows */
    int are_told;                 /* the MPM tells of its children */
} record_t;

static record_t *record;
static int is_first;

/* -- beginning ------------------------------------------------------------- */

int semr_generation_start(server_rec *main)
{
    apr_time_t now = apr_time_now();
    generation_t *generation;
    apr_pool_t *pool;
    void *block;

    record = semr_registry_record(main, NAME, sizeof(*record));
    if (!record->children) {
        record->children =
            apr_array_make(main->process->pool, 16, sizeof(child_t));
    }
    if (apr_pool_create(&pool, main->process->pool) != APR_SUCCESS) {
        return 0;
    }
    generation = apr_pcalloc(pool, sizeof(*generation));
    block = semr_registry_share(semr_ledger_size(SEMR_LEDGER_KEYS), pool);
    if (!block) {
        apr_pool_destroy(pool);
        return 0;
    }
    generation->pool = pool;
    generation->ledger = semr_ledger_init(pool, block, SEMR_LEDGER_KEYS);
    generation->blocks = apr_array_make(pool, 8, sizeof(semr_stats_t *));
    generation->next = record->first;
    if (generation->next) {
        generation->number = generation->next->number + 1;
        generation->next->retired = now;
    }
    else {
        record->since = now;
    }
    is_first = !generation->next;
    record->first = generation;
    return 1;
}

int semr_generation_is_first(void)
{
    return is_first;
}

semr_stats_t *semr_generation_block(apr_uint32_t rules)
{
    generation_t *generation = record ? record->first : NULL;
    void *block = generation ? semr_registry_share(semr_stats_size(rules),
                                                   generation->pool)
                             : NULL;
    semr_stats_t *stats =
        block ? semr_stats_init(generation->pool, block, rules) : NULL;

    if (stats) {
        APR_ARRAY_PUSH(generation->blocks, semr_stats_t *) = stats;
    }
    return stats;
}

semr_ledger_t *semr_generation_ledger(void)
{
    return record && record->first ? record->first->ledger : NULL;
}

apr_time_t semr_generation_since(void)
{
    return record && record->first ? record->since : 0;
}

void semr_generation_set_since(apr_time_t since)
{
    record->since = since;
}

/* -- what was counted ------------------------------------------------------ */

static semr_stats_t *block_at(const generation_t *generation, int i)
{
    return APR_ARRAY_IDX(generation->blocks, i, semr_stats_t *);
}

void semr_generation_carry(semr_carry_t *carry)
{
    const generation_t *generation;
    int i;

    for (generation = record->first->next; generation;
         generation = generation->next) {
        for (i = 0; i < generation->blocks->nelts; i++) {
            semr_carry_stats(carry, block_at(generation, i));
        }
        semr_carry_ledger(carry, generation->ledger);
    }
}

void semr_generation_each(void (*tell)(void *baton, apr_uint64_t key,
                                       apr_uint64_t word),
                          void *baton)
{
    const generation_t *generation = record ? record->first : NULL;
    int i;

    for (; generation; generation = generation->next) {
        for (i = 0; i < generation->blocks->nelts; i++) {
            semr_stats_each(block_at(generation, i), tell, baton);
        }
        semr_ledger_each(generation->ledger, tell, baton);
    }
}

static void fold_blocks(const generation_t *generation, semr_ledger_t *ledger)
{
    int i;

    for (i = 0; i < generation->blocks->nelts; i++) {
        semr_stats_fold(block_at(generation, i), ledger);
    }
}

void semr_generation_settle(void)
{
    const generation_t *generation =
        record && record->first ? record->first->next : NULL;

    for (; generation; generation = generation->next) {
        fold_blocks(generation, record->first->ledger);
        semr_ledger_fold(generation->ledger, record->first->ledger);
    }
}

/* -- giving back ----------------------------------------------------------- */

static int has_children(const generation_t *generation)
{
    int i;

    if (!record->are_told) {
        return apr_time_now() - generation->retired < GONE;
    }
    for (i = 0; i < record->children->nelts; i++) {
        if (APR_ARRAY_IDX(record->children, i, child_t).number ==
            generation->number) {
            return 1;
        }
    }
    return 0;
}

/* Children have it mapped as well: what it holds goes back before. */
static void give_back(generation_t *generation)
{
    int i;

    for (i = 0; i < generation->blocks->nelts; i++) {
        semr_stats_clear(block_at(generation, i));
    }
    semr_ledger_clear(generation->ledger);
    apr_pool_destroy(generation->pool);
}

/* Nobody folds into a ledger that its children still need; so half of it is
 * left free for what they count. */
static void fold_all(const generation_t *generation)
{
    fold_blocks(generation, record->first->ledger);
    semr_ledger_renew(generation->ledger, record->first->ledger,
                      SEMR_LEDGER_KEYS / 2);
}

void semr_generation_tidy(int started)
{
    generation_t **at, *generation;
    int count = 1;

    if (!record || !record->first) {
        return;
    }
    for (at = &record->first->next; (generation = *at) != NULL; count++) {
        if (started) {
            fold_all(generation);
        }
        if (has_children(generation) && count < GENERATIONS_MOST) {
            at = &generation->next;
            continue;
        }
        fold_all(generation);
        *at = generation->next;
        give_back(generation);
    }
    semr_generation_settle();
}

/* -- children -------------------------------------------------------------- */

static void remove_child(pid_t pid)
{
    child_t *children = (child_t *)record->children->elts;
    int i;

    for (i = 0; i < record->children->nelts; i++) {
        if (children[i].pid == pid) {
            children[i] = *(child_t *)apr_array_pop(record->children);
            return;
        }
    }
}

void semr_generation_child(pid_t pid, int is_started)
{
    child_t child = {pid, 0};

    if (!record || !record->first) {
        return;
    }
    remove_child(pid);
    if (is_started) {
        child.number = record->first->number;
        APR_ARRAY_PUSH(record->children, child_t) = child;
        record->are_told = 1;
    }
}
