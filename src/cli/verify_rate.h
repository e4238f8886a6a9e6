/* SPDX-License-Identifier: Apache-2.0
 * When the next request may go: evenly spaced, never more than the rate.
 *
 * Nothing here looks at a clock: times are given, in microseconds.  What was
 * not used is lost, so that a pause is not followed by a burst.
 */
#ifndef SEMR_CLI_VERIFY_RATE_H
#define SEMR_CLI_VERIFY_RATE_H

#include <apr_time.h>

typedef struct verify_rate_t {
    apr_interval_time_t gap; /* between two requests */
    apr_time_t next;         /* before which none may go */
} verify_rate_t;

enum { VERIFY_RATE_MAX = 10000 };

/* a_second: requests, from 1 to VERIFY_RATE_MAX */
void verify_rate_begin(verify_rate_t *rate, int a_second);

/* 0: a request may go now, and is counted; else how long to wait. */
apr_interval_time_t verify_rate_take(verify_rate_t *rate, apr_time_t now);

/* The server asks for a pause. */
void verify_rate_pause(verify_rate_t *rate, apr_time_t until);

/* How long to wait before a request is tried again that has been tried so many
 * times; seconds that the server asked for, or 0.  Both are bounded. */
apr_interval_time_t verify_rate_backoff(int tries, apr_int64_t asked_for);

#endif
