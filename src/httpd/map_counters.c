/* SPDX-License-Identifier: Apache-2.0
 * Counters of maps.
 */
#include "counters.h"
#include "map_counters.h"
#include "map_state.h"

enum { COUNTERS_LEAST = 65536 };

static semr_map_t *map_at(int i)
{
    return APR_ARRAY_IDX(semr_map_all(), i, semr_map_t *);
}

/* A map may grow while httpd runs; what nobody counts costs no memory. */
static apr_uint32_t room_for(const semr_map_version_t *version)
{
    apr_size_t twice = 2 * semr_image_rules(version->set.image);

    return twice < COUNTERS_LEAST ? COUNTERS_LEAST : (apr_uint32_t)twice;
}

semr_counters_t semr_map_counters(const semr_map_t *map,
                                  apr_uint64_t generation)
{
    semr_counters_t counters = {map->banks[generation & 1], 0, map->place};

    return counters;
}

apr_status_t semr_map_counters_share(semr_map_version_t **versions)
{
    int i;

    for (i = 0; i < semr_map_all()->nelts; i++) {
        semr_map_t *map = map_at(i);
        semr_counters_t counters;

        map->banks[0] = semr_counters_share(room_for(versions[i]));
        map->banks[1] = semr_counters_share(room_for(versions[i]));
        if (!map->banks[0] || !map->banks[1]) {
            map->banks[0] = map->banks[1] = NULL;
            return APR_ENOMEM;
        }
        counters = semr_map_counters(map, versions[i]->generation);
        semr_counters_pull(&counters, versions[i]->set.image);
    }
    return APR_SUCCESS;
}

void semr_map_counters_begin(const semr_map_t *map, apr_uint64_t generation)
{
    semr_stats_t *next = map->banks[generation & 1];

    if (next) {
        semr_stats_fold(next, semr_counters_ledger());
        semr_map_state_set_carried(map->number, 1);
    }
}

void semr_map_counters_move(const semr_map_t *map, apr_uint64_t generation,
                            const semr_image_t *image)
{
    semr_stats_t *old = map->banks[(generation + 1) & 1];
    semr_counters_t new = semr_map_counters(map, generation);
    semr_carry_t *carry;
    apr_pool_t *pool;

    if (!old) {
        return;
    }
    pool = semr_map_version_pool();
    carry = semr_carry_create(pool);
    semr_carry_stats(carry, old);
    semr_carry_ledger(carry, semr_counters_ledger());
    semr_carry_rules(carry, image, new.place, new.stats, new.first);
    apr_pool_destroy(pool);
    semr_map_state_set_carried(map->number, 0);
}

/* What was not carried yet is folded like late hits. */
void semr_map_counters_take_over(const semr_map_t *map)
{
    semr_map_state_set_carried(map->number, 0);
}

void semr_map_counters_tidy(const semr_map_t *map)
{
    semr_stats_t *before =
        map->banks[(semr_map_state_generation(map->number) + 1) & 1];

    if (before) {
        semr_stats_fold(before, semr_counters_ledger());
        semr_stats_clear(before);
    }
}

void semr_map_counters_settle(void)
{
    int i;

    for (i = 0; semr_map_all() && i < semr_map_all()->nelts; i++) {
        const semr_map_t *map = map_at(i);

        /* what is just carried to the next version is left alone */
        if (map->banks[0] && !semr_map_state_is_carried(i)) {
            semr_stats_fold(map->banks[(semr_map_state_generation(i) + 1) & 1],
                            semr_counters_ledger());
        }
    }
}
