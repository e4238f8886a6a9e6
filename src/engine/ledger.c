/* SPDX-License-Identifier: Apache-2.0
 * Counts by key: open addressing, without locks.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ledger.h"

typedef struct entry_t {
    apr_uint64_t key; /* 0: free; evict changes it */
    apr_uint64_t word;
} entry_t;

/* A group is a page of memory: to look whether an entry of it is free would be
 * to get that page. */
enum {
    PAGE = 4096,
    GROUP = PAGE / sizeof(entry_t),
    SLOTS_LEAST = GROUP,
    NEIGHBOURS = 32
};

/* The block begins with it; from a page on come the entries. */
typedef struct head_t {
    apr_uint32_t keys;
    apr_uint32_t news; /* something was added since the last fold */
    apr_uint64_t lost;
    unsigned char used[]; /* by group */
} head_t;

/* Where all that is stands outside of the block: the parent of a child that
 * writes anything at all there must not follow. */
struct semr_ledger_t {
    apr_uint32_t slots; /* a power of 2, twice the keys at least */
    apr_uint32_t most;  /* keys */
    head_t *head;
    entry_t *entries;
};

static apr_uint32_t slots_for(apr_uint32_t keys)
{
    apr_uint32_t slots = SLOTS_LEAST;

    while (slots / 2 < keys && slots < (apr_uint32_t)1 << 31) {
        slots *= 2;
    }
    return slots;
}

static apr_size_t entries_at(apr_uint32_t slots)
{
    return (sizeof(head_t) + slots / GROUP + PAGE - 1) / PAGE * PAGE;
}

apr_size_t semr_ledger_size(apr_uint32_t keys)
{
    apr_uint32_t slots = slots_for(keys);

    return entries_at(slots) + (apr_size_t)slots * sizeof(entry_t);
}

semr_ledger_t *semr_ledger_init(apr_pool_t *pool, void *block,
                                apr_uint32_t keys)
{
    semr_ledger_t *ledger = apr_palloc(pool, sizeof(*ledger));

    ledger->slots = slots_for(keys);
    ledger->most = ledger->slots / 2;
    ledger->head = block;
    ledger->entries =
        (entry_t *)(void *)((char *)block + entries_at(ledger->slots));
    return ledger;
}

/* -- finding --------------------------------------------------------------- */

/* Keys are hashes. */
static apr_uint32_t home(const semr_ledger_t *ledger, apr_uint64_t key)
{
    return (apr_uint32_t)(key >> 32) & (ledger->slots - 1);
}

static int is_used(const semr_ledger_t *ledger, apr_uint32_t slot)
{
    return __atomic_load_n(&ledger->head->used[slot / GROUP], __ATOMIC_ACQUIRE);
}

/* The entry of a key; NULL: it has none.  Half of the slots are free, unless
 * somebody has written there who should not. */
static entry_t *find(const semr_ledger_t *ledger, apr_uint64_t key)
{
    apr_uint32_t slot = home(ledger, key), mask = ledger->slots - 1;
    apr_uint32_t left = ledger->slots;

    for (; left; left--, slot = (slot + 1) & mask) {
        entry_t *entry = ledger->entries + slot;
        apr_uint64_t has = is_used(ledger, slot)
                               ? __atomic_load_n(&entry->key, __ATOMIC_ACQUIRE)
                               : 0;

        if (has == key || !has) {
            return has ? entry : NULL;
        }
    }
    return NULL;
}

static int take_place(semr_ledger_t *ledger, apr_uint32_t most)
{
    if (__atomic_add_fetch(&ledger->head->keys, 1, __ATOMIC_RELAXED) <= most) {
        return 1;
    }
    __atomic_sub_fetch(&ledger->head->keys, 1, __ATOMIC_RELAXED);
    return 0;
}

static void give_place(semr_ledger_t *ledger)
{
    __atomic_sub_fetch(&ledger->head->keys, 1, __ATOMIC_RELAXED);
}

/* Where a search for key comes by, the entry that was met longest ago, if that
 * is before minute; NULL: none.  Its key becomes this one, and its count is
 * lost.  Who adds to the old one in this very moment adds to the new one. */
static entry_t *evict(semr_ledger_t *ledger, apr_uint64_t key,
                      apr_uint32_t minute)
{
    apr_uint32_t slot = home(ledger, key), left = NEIGHBOURS;
    entry_t *oldest = NULL;
    apr_uint64_t has, old = 0;

    for (; left && is_used(ledger, slot); left--) {
        entry_t *entry = ledger->entries + slot;

        has = __atomic_load_n(&entry->key, __ATOMIC_ACQUIRE);
        if (!has) {
            break;
        }
        if (semr_count_last(__atomic_load_n(&entry->word, __ATOMIC_RELAXED)) <
            minute) {
            minute = semr_count_last(
                __atomic_load_n(&entry->word, __ATOMIC_RELAXED));
            oldest = entry;
            old = has;
        }
        slot = (slot + 1) & (ledger->slots - 1);
    }
    if (!oldest ||
        !__atomic_compare_exchange_n(&oldest->key, &old, key, 0,
                                     __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        return NULL;
    }
    semr_ledger_lose(ledger, semr_count_hits(__atomic_exchange_n(
                                 &oldest->word, 0, __ATOMIC_SEQ_CST)));
    return oldest;
}

/* The entry of a key, which gets one; NULL: there is no room for a count of
 * that minute. */
static entry_t *claim(semr_ledger_t *ledger, apr_uint64_t key,
                      apr_uint32_t minute)
{
    apr_uint32_t slot = home(ledger, key), mask = ledger->slots - 1;
    apr_uint32_t left = ledger->slots;
    int has_place = 0;

    for (; left; left--, slot = (slot + 1) & mask) {
        entry_t *entry = ledger->entries + slot;
        apr_uint64_t has = __atomic_load_n(&entry->key, __ATOMIC_ACQUIRE);

        if (!has && !has_place && !take_place(ledger, ledger->most)) {
            entry_t *evicted = evict(ledger, key, minute);

            if (evicted || !take_place(ledger, ledger->most / 2 * 3)) {
                return evicted;
            }
        }
        if (!has) {
            has_place = 1;
            __atomic_store_n(&ledger->head->used[slot / GROUP], 1,
                             __ATOMIC_RELEASE);
            if (__atomic_compare_exchange_n(&entry->key, &has, key, 0,
                                            __ATOMIC_ACQ_REL,
                                            __ATOMIC_ACQUIRE)) {
                return entry;
            }
        }
        if (has == key) {
            if (has_place) {
                give_place(ledger);
            }
            return entry;
        }
    }
    if (has_place) {
        give_place(ledger);
    }
    return NULL;
}

/* -- counts ---------------------------------------------------------------- */

void semr_ledger_lose(semr_ledger_t *ledger, apr_uint64_t hits)
{
    __atomic_fetch_add(&ledger->head->lost, hits, __ATOMIC_RELAXED);
}

apr_uint64_t semr_ledger_lost(const semr_ledger_t *ledger)
{
    return __atomic_load_n(&ledger->head->lost, __ATOMIC_RELAXED);
}

apr_uint32_t semr_ledger_keys(const semr_ledger_t *ledger)
{
    return __atomic_load_n(&ledger->head->keys, __ATOMIC_ACQUIRE);
}

void semr_ledger_add(semr_ledger_t *ledger, apr_uint64_t key, apr_uint64_t word)
{
    entry_t *entry = key ? find(ledger, key) : NULL;
    apr_uint64_t has;

    if (key && !entry) {
        entry = claim(ledger, key, semr_count_last(word));
    }
    if (!entry) {
        semr_ledger_lose(ledger, semr_count_hits(word));
    }
    else {
        has = __atomic_load_n(&entry->word, __ATOMIC_RELAXED);
        while (!__atomic_compare_exchange_n(
            &entry->word, &has, semr_count_sum(has, word), 1, __ATOMIC_SEQ_CST,
            __ATOMIC_RELAXED)) {
        }
    }
    /* behind the count: who clears it looks at the counts after that */
    __atomic_store_n(&ledger->head->news, 1, __ATOMIC_SEQ_CST);
}

apr_uint64_t semr_ledger_take(semr_ledger_t *ledger, apr_uint64_t key)
{
    entry_t *entry = key ? find(ledger, key) : NULL;

    return entry ? __atomic_exchange_n(&entry->word, 0, __ATOMIC_SEQ_CST) : 0;
}

apr_uint64_t semr_ledger_read(const semr_ledger_t *ledger, apr_uint64_t key)
{
    const entry_t *entry = key ? find(ledger, key) : NULL;

    return entry ? __atomic_load_n(&entry->word, __ATOMIC_RELAXED) : 0;
}

/* -- all of them ----------------------------------------------------------- */

/* The next entry with a count from *slot on; NULL: there is none. */
static entry_t *next_counted(const semr_ledger_t *ledger, apr_uint32_t *slot)
{
    while (*slot < ledger->slots) {
        entry_t *entry = ledger->entries + *slot;

        if (!is_used(ledger, *slot)) {
            *slot = (*slot / GROUP + 1) * GROUP;
            continue;
        }
        (*slot)++;
        if (__atomic_load_n(&entry->word, __ATOMIC_SEQ_CST)) {
            return entry;
        }
    }
    return NULL;
}

void semr_ledger_each(const semr_ledger_t *ledger,
                      void (*tell)(void *baton, apr_uint64_t key,
                                   apr_uint64_t word),
                      void *baton)
{
    apr_uint32_t slot = 0;
    const entry_t *entry;

    while ((entry = next_counted(ledger, &slot)) != NULL) {
        apr_uint64_t word = __atomic_load_n(&entry->word, __ATOMIC_RELAXED);

        if (word) {
            tell(baton, entry->key, word);
        }
    }
}

/* What is kept: all that was met after minute, and some of what was in it */
typedef struct limit_t {
    apr_uint32_t minute;
    apr_uint32_t ties;
} limit_t;

static int is_kept(limit_t *limit, apr_uint64_t word)
{
    apr_uint32_t minute = semr_count_last(word);

    if (minute == limit->minute && limit->ties) {
        limit->ties--;
        return 1;
    }
    return minute > limit->minute;
}

/* Returns how many were there. */
static apr_uint32_t move_from(semr_ledger_t *from, semr_ledger_t *to,
                              limit_t *limit)
{
    apr_uint64_t lost =
        __atomic_exchange_n(&from->head->lost, 0, __ATOMIC_RELAXED);
    apr_uint32_t slot = 0, moved = 0;
    entry_t *entry;

    if (lost) {
        semr_ledger_lose(to, lost);
    }
    while ((entry = next_counted(from, &slot)) != NULL) {
        apr_uint64_t word =
            __atomic_exchange_n(&entry->word, 0, __ATOMIC_SEQ_CST);

        if (is_kept(limit, word)) {
            semr_ledger_add(to, entry->key, word);
        }
        else {
            semr_ledger_lose(to, semr_count_hits(word));
        }
        moved++;
    }
    return moved;
}

/* Whoever is killed here has hidden nothing but what came in between. */
void semr_ledger_fold(semr_ledger_t *from, semr_ledger_t *to)
{
    limit_t all = {0, 0};

    if (!__atomic_load_n(&from->head->news, __ATOMIC_SEQ_CST) ||
        move_from(from, to, &all)) {
        return;
    }
    __atomic_store_n(&from->head->news, 0, __ATOMIC_SEQ_CST);
    if (move_from(from, to, &all)) {
        __atomic_store_n(&from->head->news, 1, __ATOMIC_SEQ_CST);
    }
}

static int compare_minutes(const void *a, const void *b)
{
    apr_uint32_t one = *(const apr_uint32_t *)a;
    apr_uint32_t other = *(const apr_uint32_t *)b;

    return one < other ? 1 : one > other ? -1 : 0;
}

/* Lets keep counts pass, those that were met last. */
static apr_status_t find_limit(const semr_ledger_t *ledger, apr_uint32_t keep,
                               limit_t *limit)
{
    apr_uint32_t slot = 0, count = 0, keys = semr_ledger_keys(ledger);
    apr_uint32_t most = keys < ledger->slots ? keys : ledger->slots;
    apr_uint32_t *minutes = malloc(((apr_size_t)most + 1) * sizeof(*minutes));
    const entry_t *entry;

    if (!minutes) {
        return APR_ENOMEM;
    }
    while (count < most && (entry = next_counted(ledger, &slot)) != NULL) {
        minutes[count++] =
            semr_count_last(__atomic_load_n(&entry->word, __ATOMIC_RELAXED));
    }
    if (count > keep) {
        qsort(minutes, count, sizeof(*minutes), compare_minutes);
        limit->minute = minutes[keep];
        while (limit->ties < keep &&
               minutes[keep - limit->ties - 1] == limit->minute) {
            limit->ties++;
        }
    }
    free(minutes);
    return APR_SUCCESS;
}

apr_status_t semr_ledger_renew(semr_ledger_t *from, semr_ledger_t *to,
                               apr_uint32_t keep)
{
    limit_t limit = {0, 0};
    apr_status_t status = semr_ledger_keys(from) > keep
                              ? find_limit(from, keep, &limit)
                              : APR_SUCCESS;

    move_from(from, to, &limit);
    return status;
}

void semr_ledger_clear(semr_ledger_t *ledger)
{
    apr_uintptr_t mask = (apr_uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    apr_uintptr_t begin = ((apr_uintptr_t)ledger->entries + mask) & ~mask;
    apr_uintptr_t end =
        (apr_uintptr_t)(ledger->entries + ledger->slots) & ~mask;
    apr_uint32_t slot = 0;
    entry_t *entry;

    while ((entry = next_counted(ledger, &slot)) != NULL) {
        __atomic_store_n(&entry->word, 0, __ATOMIC_RELAXED);
    }
    if (begin < end && !madvise((void *)begin, end - begin, MADV_REMOVE)) {
        for (slot = 0; slot < ledger->slots; slot += GROUP) {
            __atomic_store_n(&ledger->head->used[slot / GROUP], 0,
                             __ATOMIC_RELAXED);
        }
    }
}
