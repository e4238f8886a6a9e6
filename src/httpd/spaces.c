/* SPDX-License-Identifier: Apache-2.0
 * The rules of a server, as one request asks them.
 */
#include "spaces.h"

static void open_space(semr_spaces_t *rules, int i, const semr_scope_t *scope)
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
static void forget_ends(semr_spaces_t *rules, const semr_server_conf_t *server)
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

void semr_spaces_open(semr_spaces_t *rules, const semr_server_conf_t *server,
                      int learns)
{
    rules->snapshot = NULL;
    open_space(rules, SEMR_OWN, server->own);
    open_space(rules, SEMR_INHERITED, server->inherited);
    forget_ends(rules, server);
    if (!learns) {
        rules->ends[SEMR_OWN] = rules->ends[SEMR_INHERITED] = NULL;
    }
}
