/* SPDX-License-Identifier: Apache-2.0
 * The rules of a server, as one request asks them: its own, then what it
 * inherits.
 *
 * Maps may be replaced at any time: what they say is copied between open and
 * close, which must be called in pairs.
 */
#ifndef SEMR_SPACES_H
#define SEMR_SPACES_H

#include "config.h"
#include "map_snapshot.h"

typedef struct semr_spaces_t {
    const semr_sets_t *sets[SEMR_SPACES];
    semr_space_t spaces[SEMR_SPACES];     /* theirs; empty: there are none */
    const semr_ends_t *ends[SEMR_SPACES]; /* NULL: none is known */
    const semr_snapshot_t *snapshot;      /* NULL: there are no maps */
    apr_uint32_t ticket;
} semr_spaces_t;

/* learns: what is found out about ends may be used, and kept. */
void semr_spaces_open(semr_spaces_t *rules, const semr_server_conf_t *server,
                      int learns);

static inline void semr_spaces_close(const semr_spaces_t *rules)
{
    if (rules->snapshot) {
        semr_snapshot_leave(rules->ticket);
    }
}

#endif
