/* SPDX-License-Identifier: Apache-2.0
 * When the last reader of something that was replaced has left.
 */
#include "epoch.h"

/* Threads differ in the addresses of what is local to them. */
static apr_uint32_t own_stripe(void)
{
    static __thread char here;
    apr_uint64_t hash = (apr_uint64_t)(apr_uintptr_t)&here;

    return (apr_uint32_t)((hash >> 4) * APR_UINT64_C(0x9e3779b97f4a7c15) >>
                          32) %
           SEMR_EPOCH_STRIPES;
}

apr_uint32_t semr_epoch_enter(semr_epoch_t *epoch)
{
    apr_uint32_t phase = __atomic_load_n(&epoch->phase, __ATOMIC_RELAXED) & 1;
    apr_uint32_t stripe = own_stripe();

    /* seen by passed, or else the pointer that is loaded next is the new one */
    __atomic_fetch_add(&epoch->stripes[stripe].readers[phase], 1,
                       __ATOMIC_SEQ_CST);
    return stripe << 1 | phase;
}

void semr_epoch_leave(semr_epoch_t *epoch, apr_uint32_t ticket)
{
    __atomic_fetch_sub(&epoch->stripes[ticket >> 1].readers[ticket & 1], 1,
                       __ATOMIC_RELEASE);
}

apr_uint64_t semr_epoch_retire(semr_epoch_t *epoch)
{
    return ++epoch->retired;
}

static int is_empty(const semr_epoch_t *epoch, apr_uint32_t phase)
{
    int i;

    for (i = 0; i < SEMR_EPOCH_STRIPES; i++) {
        if (__atomic_load_n(&epoch->stripes[i].readers[phase & 1],
                            __ATOMIC_SEQ_CST)) {
            return 0;
        }
    }
    return 1;
}

/* Each of both counts has to be seen at nothing once after the pointer was
 * replaced: who enters a count later than that finds the new one.  The phase
 * is turned in between, so that the count that is waited for gets no more. */
int semr_epoch_passed(semr_epoch_t *epoch, apr_uint64_t number)
{
    while (number > epoch->passed) {
        if (epoch->waiting == epoch->passed) {
            epoch->waiting = epoch->retired;
            epoch->flipped = 0;
        }
        if (!epoch->flipped) {
            if (!is_empty(epoch, epoch->phase + 1)) {
                return 0;
            }
            __atomic_store_n(&epoch->phase, epoch->phase + 1, __ATOMIC_SEQ_CST);
            epoch->flipped = 1;
        }
        if (!is_empty(epoch, epoch->phase + 1)) {
            return 0;
        }
        epoch->passed = epoch->waiting;
    }
    return 1;
}
