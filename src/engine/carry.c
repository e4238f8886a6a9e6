/* SPDX-License-Identifier: Apache-2.0
 * Counts carried from old places to new ones.
 */
#include <stdlib.h>

#include <apr_tables.h>

#include "carry.h"
#include "identity.h"

struct semr_carry_t {
    apr_array_header_t *blocks;  /* of semr_stats_t * */
    apr_array_header_t *ledgers; /* of semr_ledger_t * */
    apr_uint32_t counters;       /* of the blocks that are not zero */
    apr_uint32_t *index;         /* by key: a counter's number among those of
                                    all blocks, from 1; 0: free */
    apr_uint32_t slots;          /* a power of 2; 0: there is no index yet */
};

semr_carry_t *semr_carry_create(apr_pool_t *pool)
{
    semr_carry_t *carry = apr_pcalloc(pool, sizeof(*carry));

    carry->blocks = apr_array_make(pool, 8, sizeof(semr_stats_t *));
    carry->ledgers = apr_array_make(pool, 4, sizeof(semr_ledger_t *));
    return carry;
}

static semr_stats_t *block_at(const semr_carry_t *carry, int i)
{
    return APR_ARRAY_IDX(carry->blocks, i, semr_stats_t *);
}

void semr_carry_stats(semr_carry_t *carry, semr_stats_t *stats)
{
    apr_uint32_t end = semr_stats_rules(stats), rule = 0;
    apr_uint32_t before = carry->counters;

    while ((rule = semr_stats_next(stats, rule, end)) < end) {
        carry->counters++;
        rule++;
    }
    if (carry->counters > before) {
        APR_ARRAY_PUSH(carry->blocks, semr_stats_t *) = stats;
    }
}

void semr_carry_ledger(semr_carry_t *carry, semr_ledger_t *ledger)
{
    if (semr_ledger_keys(ledger)) {
        APR_ARRAY_PUSH(carry->ledgers, semr_ledger_t *) = ledger;
    }
}

int semr_carry_has_any(const semr_carry_t *carry)
{
    return carry->counters || carry->ledgers->nelts;
}

/* -- the index ------------------------------------------------------------- */

static void insert(semr_carry_t *carry, apr_uint64_t key, apr_uint32_t number)
{
    apr_uint32_t mask = carry->slots - 1;
    apr_uint32_t slot = (apr_uint32_t)(key >> 32) & mask;

    while (carry->index[slot]) {
        slot = (slot + 1) & mask;
    }
    carry->index[slot] = number;
}

/* Others may begin to count meanwhile: not more than there is room for. */
static void insert_block(semr_carry_t *carry, const semr_stats_t *stats,
                         apr_uint32_t base, apr_uint32_t *left)
{
    apr_uint32_t end = semr_stats_rules(stats), rule = 0;

    for (; *left && (rule = semr_stats_next(stats, rule, end)) < end; rule++) {
        insert(carry, semr_stats_key(stats, rule), base + rule + 1);
        --*left;
    }
}

static int make_index(semr_carry_t *carry)
{
    apr_uint32_t base = 0, left = carry->counters;
    int i;

    for (carry->slots = 64; carry->slots / 2 < carry->counters;) {
        carry->slots *= 2;
    }
    carry->index = calloc(carry->slots, sizeof(*carry->index));
    for (i = 0; carry->index && i < carry->blocks->nelts; i++) {
        insert_block(carry, block_at(carry, i), base, &left);
        base += semr_stats_rules(block_at(carry, i));
    }
    return carry->index != NULL;
}

/* The counter of a number of the index. */
static semr_stats_t *counter_at(const semr_carry_t *carry, apr_uint32_t number,
                                apr_uint32_t *rule)
{
    int i = 0;

    for (*rule = number - 1; *rule >= semr_stats_rules(block_at(carry, i));
         i++) {
        *rule -= semr_stats_rules(block_at(carry, i));
    }
    return block_at(carry, i);
}

/* Rules that say the same in one place have one key, and several counters. */
static apr_uint64_t take_counters(semr_carry_t *carry, apr_uint64_t key)
{
    apr_uint32_t mask = carry->slots - 1, rule;
    apr_uint32_t slot = (apr_uint32_t)(key >> 32) & mask;
    apr_uint64_t word = 0;

    for (; carry->index[slot]; slot = (slot + 1) & mask) {
        semr_stats_t *stats = counter_at(carry, carry->index[slot], &rule);

        if (semr_stats_key(stats, rule) == key) {
            word = semr_count_sum(word, semr_stats_take(stats, rule));
        }
    }
    return word;
}

/* -- taking ---------------------------------------------------------------- */

/* Without memory for an index, the ledger gets what the counters hold. */
static apr_uint64_t take(semr_carry_t *carry, apr_uint64_t key)
{
    apr_uint64_t word = carry->index ? take_counters(carry, key) : 0;
    int i;

    for (i = 0; i < carry->ledgers->nelts; i++) {
        word = semr_count_sum(
            word, semr_ledger_take(
                      APR_ARRAY_IDX(carry->ledgers, i, semr_ledger_t *), key));
    }
    return word;
}

static apr_status_t free_index(void *data)
{
    semr_carry_t *carry = data;

    free(carry->index);
    carry->index = NULL;
    return APR_SUCCESS;
}

apr_uint64_t semr_carry_take(semr_carry_t *carry, apr_uint64_t key)
{
    if (!carry->slots && carry->counters && make_index(carry)) {
        apr_pool_cleanup_register(carry->blocks->pool, carry, free_index,
                                  apr_pool_cleanup_null);
    }
    return take(carry, key);
}

void semr_carry_rules(semr_carry_t *carry, const semr_image_t *image,
                      apr_uint64_t place, semr_stats_t *stats,
                      apr_uint32_t first)
{
    apr_size_t left = semr_image_rules(image);
    apr_uint32_t end = semr_stats_rules(stats);
    apr_uint32_t at = 0;
    semr_image_rule_t rule;

    for (; left && semr_carry_has_any(carry); left--, at = rule.next) {
        apr_uint64_t key, word;

        semr_image_rule(image, at, &rule);
        if (rule.number >= end - first) {
            continue; /* there is no room to count it; the ledger keeps it */
        }
        key = semr_identity(image, &rule, place);
        word = semr_carry_take(carry, key);
        if (word) {
            semr_stats_add(stats, first + rule.number, key, word);
        }
    }
}
