/* SPDX-License-Identifier: Apache-2.0
 * When the last reader of something that was replaced has left.
 *
 * A reader enters, then loads the pointer, and leaves when it is done with
 * what it found; it never waits.  Whoever replaces the pointer retires what it
 * was, and may free that once its number has passed.  Readers are counted in
 * stripes, so that threads do not meet in one cache line, and by phase, so
 * that those who come later hold nothing up (as in SRCU).
 *
 * An epoch belongs to one process; zeroed, it is ready.  Any thread may enter
 * and leave; retire and passed are for one thread at a time.
 */
#ifndef SEMR_EPOCH_H
#define SEMR_EPOCH_H

#include <apr.h>

enum { SEMR_EPOCH_STRIPES = 64, SEMR_EPOCH_LINE = 64 };

typedef struct semr_epoch_t {
    struct {
        apr_uint32_t readers[2]; /* by phase */
    } __attribute__((aligned(SEMR_EPOCH_LINE))) stripes[SEMR_EPOCH_STRIPES];
    apr_uint32_t phase;

    /* of those who retire */
    apr_uint64_t retired; /* the last number given */
    apr_uint64_t passed;  /* the last one that has passed */
    apr_uint64_t waiting; /* the one that is waited for now, */
    int flipped;          /* and how far that is */
} semr_epoch_t;

/* Returns a ticket to leave with.  What is loaded after it stays until then. */
apr_uint32_t semr_epoch_enter(semr_epoch_t *epoch);
void semr_epoch_leave(semr_epoch_t *epoch, apr_uint32_t ticket);

/* To be called when new readers cannot find it any more; gives its number. */
apr_uint64_t semr_epoch_retire(semr_epoch_t *epoch);

/* Whether nobody can hold what was retired by that number or before. */
int semr_epoch_passed(semr_epoch_t *epoch, apr_uint64_t number);

#endif
