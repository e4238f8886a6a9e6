/* SPDX-License-Identifier: Apache-2.0
 * What the files of the walk share.
 *
 *     walk.c         from hop to hop, as a client would go
 *     walk_plain.c   the same for exact rules with one policy
 */
#ifndef SEMR_WALK_PARTS_H
#define SEMR_WALK_PARTS_H

#include "walk.h"

/* Goes through hops that are plain; whether the walk ended: no rule is where it
 * has come to.  Else it goes on from there. */
int semr_walk_plainly(semr_walk_t *walk);

/* Keeps in mind that no rule is where the last hop leads, if that is so for
 * every request: of a path on this server, or of another host. */
void semr_walk_learn_path(const semr_walk_t *walk);
void semr_walk_learn_host(const semr_walk_t *walk);

#endif
