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

static inline void semr_spaces_open_one(semr_spaces_t *rules, int i,
                                        const semr_scope_t *scope)
{
    rules->spaces[i].count = 0;
    if (!scope) {
        return;
    }
    if (scope->maps && !rules->snapshot) {
        rules->snapshot = semr_snapshot_enter(&rules->ticket);
    }
    rules->sets[i] = semr_snapshot_sets(rules->snapshot, scope);
    rules->spaces[i] = rules->sets[i]->space;
    rules->ends[i] = &rules->sets[i]->ends;
}

/* What is known of ends holds for the spaces that it was learned in: those of
 * all servers that inherit, if they have no rules of their own; and until a map
 * changes, which is only seen where it is kept with the maps. */
static inline void semr_spaces_forget_ends(semr_spaces_t *rules,
                                           const semr_server_conf_t *server)
{
    const semr_scope_t *own = server->own;
    const semr_scope_t *inherited = server->inherited;

    if (own && inherited) {
        rules->ends[SEMR_INHERITED] = NULL;
        if (inherited->maps && !own->maps) {
            rules->ends[SEMR_OWN] = NULL;
        }
    }
}

/* learns: what is found out about ends may be used, and kept. */
static inline void semr_spaces_open(semr_spaces_t *rules,
                                    const semr_server_conf_t *server,
                                    int learns)
{
    rules->snapshot = NULL;
    semr_spaces_open_one(rules, SEMR_OWN, server->own);
    semr_spaces_open_one(rules, SEMR_INHERITED, server->inherited);
    semr_spaces_forget_ends(rules, server);
    if (!learns) {
        rules->ends[SEMR_OWN] = rules->ends[SEMR_INHERITED] = NULL;
    }
}

static inline void semr_spaces_close(const semr_spaces_t *rules)
{
    if (rules->snapshot) {
        semr_snapshot_leave(rules->ticket);
    }
}

#endif
