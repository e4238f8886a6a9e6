/* SPDX-License-Identifier: Apache-2.0
 * When the next request may go.
 */
#include "verify_rate.h"

enum { BACKOFF_MAX = 30, ASKED_MAX = 600 }; /* seconds */

void verify_rate_begin(verify_rate_t *rate, int a_second)
{
    /* rounded up, so that it is never more */
    rate->gap = (APR_USEC_PER_SEC + a_second - 1) / a_second;
    rate->next = 0;
}

apr_interval_time_t verify_rate_take(verify_rate_t *rate, apr_time_t now)
{
    if (now < rate->next) {
        return rate->next - now;
    }
    rate->next = now + rate->gap;
    return 0;
}

void verify_rate_pause(verify_rate_t *rate, apr_time_t until)
{
    if (until > rate->next) {
        rate->next = until;
    }
}

apr_interval_time_t verify_rate_backoff(int tries, apr_int64_t asked_for)
{
    apr_interval_time_t wait = APR_USEC_PER_SEC / 2;

    if (asked_for > 0) {
        return apr_time_from_sec(asked_for < ASKED_MAX ? asked_for : ASKED_MAX);
    }
    for (; tries > 1 && wait < apr_time_from_sec(BACKOFF_MAX); tries--) {
        wait *= 2;
    }
    return wait < apr_time_from_sec(BACKOFF_MAX)
               ? wait
               : apr_time_from_sec(BACKOFF_MAX);
}
