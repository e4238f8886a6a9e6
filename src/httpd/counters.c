/* SPDX-License-Identifier: Apache-2.0
 * Counts of rules that outlast the configuration.
 */
#include <string.h>

#include <ap_mpm.h>
#include <http_config.h>
#include <http_log.h>
#include <mpm_common.h>

#include "counters.h"
#include "generation.h"
#include "map_counters.h"
#include "module.h"
#include "persist.h"

APLOG_USE_MODULE(semredirect);

/* Of what is kept over a stop: when counting began, hits lost; then entries */
typedef struct kept_t {
    apr_int64_t since;
    apr_uint64_t lost;
} kept_t;

typedef struct kept_entry_t {
    apr_uint64_t key;
    apr_uint64_t word;
} kept_entry_t;

#define TAG "hits"

static semr_carry_t *carry;   /* in post_config */
static semr_ledger_t *kept;   /* likewise: what a stop has left */
static apr_pool_t *kept_pool; /* which both go with */

/* -- over a stop ----------------------------------------------------------- */

static void save_entry(void *baton, apr_uint64_t key, apr_uint64_t word)
{
    kept_entry_t entry = {key, word};

    semr_state_add(baton, &entry, sizeof(entry));
}

static void save(semr_state_t *state)
{
    kept_t head = {semr_counters_since(), semr_counters_lost()};

    semr_state_add(state, &head, sizeof(head));
    semr_generation_each(save_entry, state);
}

/* A ledger of this process alone, with all that was kept. */
static void load(apr_pool_t *pool)
{
    apr_size_t len, size, count, i;
    const kept_t *head = semr_persist_find(TAG, &len);
    const kept_entry_t *entries;
    apr_time_t now = apr_time_now();

    if (!head || len < sizeof(*head) ||
        (len - sizeof(*head)) % sizeof(*entries)) {
        return;
    }
    entries = (const kept_entry_t *)(head + 1);
    count = (len - sizeof(*head)) / sizeof(*entries);
    size = semr_ledger_size((apr_uint32_t)count);
    kept = semr_ledger_init(pool, apr_pcalloc(pool, size), (apr_uint32_t)count);
    for (i = 0; i < count; i++) {
        semr_ledger_add(kept, entries[i].key, entries[i].word);
    }
    semr_ledger_lose(kept, head->lost);
    if (head->since > 0 && head->since < now) {
        semr_generation_set_since(head->since);
    }
}

/* -- in post_config -------------------------------------------------------- */

apr_status_t semr_counters_start(server_rec *main)
{
    carry = NULL;
    kept = NULL;
    if (!semr_generation_start(main)) {
        return APR_ENOMEM;
    }
    apr_pool_create_unmanaged_ex(&kept_pool, NULL, NULL);
    carry = semr_carry_create(kept_pool);
    semr_generation_carry(carry);
    if (semr_generation_is_first()) {
        load(kept_pool);
    }
    if (kept) {
        semr_carry_ledger(carry, kept);
    }
    semr_persist_keep(TAG, save);
    return APR_SUCCESS;
}

semr_stats_t *semr_counters_share(apr_uint32_t rules)
{
    return carry ? semr_generation_block(rules) : NULL;
}

void semr_counters_pull(const semr_counters_t *counters,
                        const semr_image_t *image)
{
    if (carry && counters->stats) {
        semr_carry_rules(carry, image, counters->place, counters->stats,
                         counters->first);
    }
}

apr_uint64_t semr_counters_pull_key(apr_uint64_t key)
{
    return carry && semr_carry_has_any(carry) ? semr_carry_take(carry, key) : 0;
}

void semr_counters_started(void)
{
    if (!carry) {
        return;
    }
    if (kept) {
        semr_ledger_renew(kept, semr_generation_ledger(), SEMR_LEDGER_KEYS / 2);
    }
    apr_pool_destroy(kept_pool);
    carry = NULL;
    kept = NULL;
    semr_generation_tidy(1);
}

/* -- in any process -------------------------------------------------------- */

void semr_counters_begin(const semr_counters_t *counters, apr_uint32_t number,
                         apr_uint64_t key, apr_uint32_t minute)
{
    if (counters->first + number < semr_stats_rules(counters->stats)) {
        semr_stats_begin(counters->stats, counters->first + number, key,
                         minute);
    }
    else if (semr_generation_ledger()) {
        semr_ledger_add(semr_generation_ledger(), key,
                        semr_count_word(minute, 1));
    }
}

void semr_counters_settle(void)
{
    semr_generation_settle();
    semr_map_counters_settle();
}

apr_time_t semr_counters_since(void)
{
    return semr_generation_since();
}

semr_ledger_t *semr_counters_ledger(void)
{
    return semr_generation_ledger();
}

apr_uint64_t semr_counters_lost(void)
{
    const semr_ledger_t *ledger = semr_generation_ledger();

    return ledger ? semr_ledger_lost(ledger) : 0;
}

int semr_counters_have_late(void)
{
    const semr_ledger_t *ledger = semr_generation_ledger();

    return ledger && semr_ledger_keys(ledger);
}

void semr_counters_read(const semr_counters_t *counters, apr_uint32_t number,
                        apr_uint64_t identity, semr_counted_t *counted)
{
    apr_uint64_t word =
        counters->stats
            ? semr_stats_word(counters->stats, counters->first + number)
            : 0;

    if (counters->stats && semr_counters_have_late()) {
        word = semr_count_sum(
            word, semr_ledger_read(semr_generation_ledger(), identity));
    }
    *counted = semr_count_tell(word);
}

apr_uint32_t semr_counters_used(const semr_counters_t *counters,
                                apr_uint32_t rules)
{
    apr_uint32_t rule = counters->first, end = rule + rules, used = 0;

    if (!counters->stats) {
        return 0;
    }
    for (; (rule = semr_stats_next(counters->stats, rule, end)) < end; rule++) {
        used++;
    }
    return used;
}

/* -- hooks ----------------------------------------------------------------- */

static void child_status(server_rec *main, pid_t pid,
                         ap_generation_t generation, int slot,
                         mpm_child_status state)
{
    (void)main;
    (void)generation;
    (void)slot;
    if (state == MPM_CHILD_STARTED || state == MPM_CHILD_EXITED) {
        semr_generation_child(pid, state == MPM_CHILD_STARTED);
    }
}

static int monitor(apr_pool_t *pool, server_rec *main)
{
    (void)pool;
    (void)main;
    semr_generation_tidy(0);
    return DECLINED;
}

void semr_counters_register_hooks(void)
{
    ap_hook_child_status(child_status, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_monitor(monitor, NULL, NULL, APR_HOOK_MIDDLE);
}
