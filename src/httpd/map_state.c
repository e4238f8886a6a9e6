/* SPDX-License-Identifier: Apache-2.0
 * What all processes know of the maps.
 */
#include <string.h>

#include "map_state.h"
#include "registry.h"

enum { WORDS = sizeof(semr_map_state_t) / sizeof(apr_uint64_t) };

/* The state is written twice in turn: the version's parity says which of both
 * to read, and the writer only ever touches the other. */
typedef struct slot_t {
    apr_uint64_t generation;
    apr_uint64_t version;
    apr_uint64_t is_carried;
    apr_uint64_t words[2][WORDS];
} slot_t;

typedef struct shared_t {
    apr_uint64_t news;
    slot_t slots[];
} shared_t;

static shared_t *shared;

apr_status_t semr_map_state_share(apr_pool_t *pconf, int maps)
{
    apr_size_t size = sizeof(shared_t) + (apr_size_t)maps * sizeof(slot_t);

    shared = semr_registry_share(size, pconf);
    if (!shared) {
        shared = apr_pcalloc(pconf, size);
        return APR_ENOMEM;
    }
    return APR_SUCCESS;
}

void semr_map_state_read(int map, semr_map_state_t *state)
{
    const slot_t *slot = &shared->slots[map];
    apr_uint64_t words[WORDS], version;
    int i;

    do {
        version = __atomic_load_n(&slot->version, __ATOMIC_ACQUIRE);
        for (i = 0; i < WORDS; i++) {
            words[i] =
                __atomic_load_n(&slot->words[version & 1][i], __ATOMIC_ACQUIRE);
        }
    } while (__atomic_load_n(&slot->version, __ATOMIC_RELAXED) != version);
    memcpy(state, words, sizeof(*state));
}

void semr_map_state_write(int map, const semr_map_state_t *state)
{
    slot_t *slot = &shared->slots[map];
    apr_uint64_t words[WORDS], version = slot->version + 1;
    int i;

    memcpy(words, state, sizeof(*state));
    for (i = 0; i < WORDS; i++) {
        __atomic_store_n(&slot->words[version & 1][i], words[i],
                         __ATOMIC_RELEASE);
    }
    __atomic_store_n(&slot->version, version, __ATOMIC_RELEASE);
}

void semr_map_state_publish(int map, apr_uint64_t generation)
{
    __atomic_store_n(&shared->slots[map].generation, generation,
                     __ATOMIC_RELEASE);
    semr_map_state_announce();
}

apr_uint64_t semr_map_state_generation(int map)
{
    return __atomic_load_n(&shared->slots[map].generation, __ATOMIC_ACQUIRE);
}

void semr_map_state_set_carried(int map, int is_carried)
{
    __atomic_store_n(&shared->slots[map].is_carried, is_carried,
                     __ATOMIC_RELEASE);
}

int semr_map_state_is_carried(int map)
{
    return __atomic_load_n(&shared->slots[map].is_carried, __ATOMIC_ACQUIRE) !=
           0;
}

apr_uint64_t semr_map_state_news(void)
{
    return __atomic_load_n(&shared->news, __ATOMIC_ACQUIRE);
}

void semr_map_state_announce(void)
{
    __atomic_fetch_add(&shared->news, 1, __ATOMIC_RELEASE);
}

int semr_map_identity_equal(const semr_map_identity_t *a,
                            const semr_map_identity_t *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}
