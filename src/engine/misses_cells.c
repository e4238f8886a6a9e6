/* SPDX-License-Identifier: Apache-2.0
 * Scores that halve, and the cells in which paths count that are not kept.
 *
 *     score  20 bits: when, in steps | 44 bits: hits in 1/256
 *     cell   24 bits: whose it is | 12 bits: when, in 8 steps | 28 bits: hits
 *            in 1/16
 *
 * A step is a sixteenth of the time in which hits halve.
 */
#include "misses_parts.h"

enum {
    STEP = SEMR_MISSES_HALVES / 16,
    WHEN_BITS = 20,
    HITS_BITS = 44,
    CELL_STEPS = 8,
    CELL_HIT = 16,
    CELL_WHEN_BITS = 12,
    CELL_HITS_BITS = 28
};

#define MASK(bits) ((APR_UINT64_C(1) << (bits)) - 1)

static apr_uint64_t step_of(apr_int64_t now)
{
    return now > 0 ? (apr_uint64_t)now / STEP & MASK(WHEN_BITS) : 0;
}

/* What hits are worth so many steps later */
static apr_uint64_t fade(apr_uint64_t hits, apr_uint64_t steps)
{
    /* 2^(-n/16), in 1/65536 */
    static const apr_uint32_t parts[16] = {
        65536, 62757, 60097, 57549, 55109, 52773, 50535, 48393,
        46341, 44376, 42495, 40693, 38968, 37316, 35734, 34219};

    if (steps / 16 >= HITS_BITS) {
        return 0;
    }
    return (hits >> steps / 16) * parts[steps % 16] >> 16;
}

/* Steps from then to now; the clock may have been set back. */
static apr_uint64_t steps_since(apr_uint64_t then, apr_uint64_t now, int bits)
{
    apr_uint64_t steps = (now - then) & MASK(bits);

    return steps > MASK(bits) / 2 ? 0 : steps;
}

/* -- scores ---------------------------------------------------------------- */

apr_uint64_t semr_misses_worth(apr_uint64_t score, apr_int64_t now)
{
    return fade(score & MASK(HITS_BITS),
                steps_since(score >> HITS_BITS, step_of(now), WHEN_BITS));
}

apr_uint64_t semr_misses_score(apr_uint64_t hits, apr_int64_t now)
{
    if (hits > MASK(HITS_BITS)) {
        hits = MASK(HITS_BITS);
    }
    return step_of(now) << HITS_BITS | hits;
}

void semr_misses_raise(apr_uint64_t *score, apr_uint64_t hits, apr_int64_t now)
{
    apr_uint64_t old = semr_misses_load(score);

    while (!__atomic_compare_exchange_n(
        score, &old, semr_misses_score(semr_misses_worth(old, now) + hits, now),
        1, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    }
}

/* -- cells ----------------------------------------------------------------- */

static apr_uint64_t *cell_of(semr_misses_t *misses, apr_uint64_t key, int row)
{
    return &misses->cells[row][(key >> 16 * row) % SEMR_MISSES_CELLS];
}

static apr_uint64_t owner_of(apr_uint64_t key)
{
    return key >> (CELL_WHEN_BITS + CELL_HITS_BITS);
}

static apr_uint64_t cell_step(apr_int64_t now)
{
    return step_of(now) / CELL_STEPS & MASK(CELL_WHEN_BITS);
}

static apr_uint64_t make_cell(apr_uint64_t owner, apr_uint64_t hits,
                              apr_int64_t now)
{
    if (hits > MASK(CELL_HITS_BITS)) {
        hits = MASK(CELL_HITS_BITS);
    }
    return (owner << CELL_WHEN_BITS | cell_step(now)) << CELL_HITS_BITS | hits;
}

static apr_uint64_t cell_worth(apr_uint64_t cell, apr_int64_t now)
{
    return fade(cell & MASK(CELL_HITS_BITS),
                CELL_STEPS *
                    steps_since(cell >> CELL_HITS_BITS & MASK(CELL_WHEN_BITS),
                                cell_step(now), CELL_WHEN_BITS));
}

/* Whether somebody else's hit takes one off: with a chance of 2^(-hits/9) */
static int wears_down(apr_uint64_t hits, apr_uint64_t luck)
{
    /* 2^(-n/9), in 1/65536 */
    static const apr_uint32_t chances[9] = {65536, 60678, 56179, 52015, 48160,
                                            44590, 41285, 38224, 35391};
    apr_uint64_t chance = chances[hits % 9];

    chance = hits / 9 < 16 ? chance << 16 >> hits / 9 : 0;
    return (luck & MASK(32)) < chance;
}

/* Counts in one row; returns what the path's hits are worth there. */
static apr_uint64_t hit_cell(apr_uint64_t *cell, apr_uint64_t owner,
                             apr_uint64_t luck, apr_int64_t now)
{
    apr_uint64_t old = semr_misses_load(cell), new, worth;

    do {
        worth = cell_worth(old, now);
        if (old >> (CELL_WHEN_BITS + CELL_HITS_BITS) == owner) {
            worth += CELL_HIT;
            new = make_cell(owner, worth, now);
        }
        else if (!wears_down(worth / CELL_HIT, luck)) {
            return 0;
        }
        else if (worth > CELL_HIT) {
            new = make_cell(old >> (CELL_WHEN_BITS + CELL_HITS_BITS),
                            worth - CELL_HIT, now);
            worth = 0;
        }
        else {
            worth = CELL_HIT;
            new = make_cell(owner, worth, now);
        }
    } while (!__atomic_compare_exchange_n(cell, &old, new, 1, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    return worth;
}

/* A path that met two cells of others has been asked for once, at least. */
apr_uint64_t semr_misses_cell(semr_misses_t *misses, apr_uint64_t key,
                              apr_uint64_t luck, apr_int64_t now)
{
    apr_uint64_t most = CELL_HIT;
    int row;

    for (row = 0; row < SEMR_MISSES_ROWS; row++) {
        apr_uint64_t worth = hit_cell(cell_of(misses, key, row), owner_of(key),
                                      luck >> 32 * row, now);

        most = worth > most ? worth : most;
    }
    return most * (SEMR_MISSES_HIT / CELL_HIT);
}

void semr_misses_remember(semr_misses_t *misses, apr_uint64_t key,
                          apr_uint64_t hits, apr_int64_t now)
{
    int row;

    hits /= SEMR_MISSES_HIT / CELL_HIT;
    for (row = 0; row < SEMR_MISSES_ROWS; row++) {
        apr_uint64_t *cell = cell_of(misses, key, row);
        apr_uint64_t old = semr_misses_load(cell);

        if (hits > cell_worth(old, now)) {
            __atomic_compare_exchange_n(cell, &old,
                                        make_cell(owner_of(key), hits, now), 0,
                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
        }
    }
}
