/* SPDX-License-Identifier: Apache-2.0
 * A count in one 64-bit word: hits, and the minute of the last one.
 *
 * 40 bits are hits, up to SEMR_COUNT_MOST; the upper 24 are minutes since
 * 2020-01-01T00:00Z, 0 being never.  0 is the word of what was never met.
 */
#ifndef SEMR_COUNT_H
#define SEMR_COUNT_H

#include <apr.h>

enum { SEMR_COUNT_SHIFT = 40, SEMR_COUNT_MINUTES = (1 << 24) - 1 };

#define SEMR_COUNT_EPOCH ((apr_int64_t)1577836800) /* seconds since 1970 */

/* What can be counted in one minute beyond it does not reach the minute. */
#define SEMR_COUNT_MOST                                                        \
    (((apr_uint64_t)1 << SEMR_COUNT_SHIFT) - ((apr_uint64_t)1 << 36))

/* A count as it is told */
typedef struct semr_counted_t {
    apr_uint64_t hits;
    apr_int64_t last; /* the minute of the last, seconds since 1970; 0: never */
} semr_counted_t;

/* The minute of a time in seconds since 1970; never 0. */
static inline apr_uint32_t semr_count_minute(apr_int64_t seconds)
{
    /* what is before that is far beyond the last minute, without its sign */
    apr_uint64_t since =
        (apr_uint64_t)seconds - (apr_uint64_t)(SEMR_COUNT_EPOCH + 60);

    return since < (apr_uint64_t)(SEMR_COUNT_MINUTES - 1) * 60
               ? (apr_uint32_t)(since / 60) + 1
           : seconds < SEMR_COUNT_EPOCH + 60 ? 1
                                             : SEMR_COUNT_MINUTES;
}

static inline apr_uint64_t semr_count_word(apr_uint32_t minute,
                                           apr_uint64_t hits)
{
    return (apr_uint64_t)minute << SEMR_COUNT_SHIFT |
           (hits < SEMR_COUNT_MOST ? hits : SEMR_COUNT_MOST);
}

static inline apr_uint64_t semr_count_hits(apr_uint64_t word)
{
    return word & (((apr_uint64_t)1 << SEMR_COUNT_SHIFT) - 1);
}

static inline apr_uint32_t semr_count_last(apr_uint64_t word)
{
    return (apr_uint32_t)(word >> SEMR_COUNT_SHIFT);
}

/* Both together */
static inline apr_uint64_t semr_count_sum(apr_uint64_t a, apr_uint64_t b)
{
    apr_uint32_t one = semr_count_last(a), other = semr_count_last(b);

    return semr_count_word(one > other ? one : other,
                           semr_count_hits(a) + semr_count_hits(b));
}

static inline semr_counted_t semr_count_tell(apr_uint64_t word)
{
    apr_uint32_t minute = semr_count_last(word);
    semr_counted_t counted = {
        semr_count_hits(word),
        minute ? SEMR_COUNT_EPOCH + (apr_int64_t)minute * 60 : 0};

    return counted;
}

#endif
