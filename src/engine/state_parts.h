/* SPDX-License-Identifier: Apache-2.0
 * A state as it is in memory and in a file: between state's own sources.
 */
#ifndef SEMR_STATE_PARTS_H
#define SEMR_STATE_PARTS_H

#include "state.h"

struct semr_state_t {
    apr_pool_t *pool;
    char *bytes; /* a header, then sections; malloc's if it is written */
    apr_size_t len, room;
    apr_size_t section; /* the one that was begun last; 0: none */
    int failed;         /* there was no memory for all of it */
};

/* Fills the header in; then all of bytes is the file. */
void semr_state_seal(semr_state_t *state);

#endif
