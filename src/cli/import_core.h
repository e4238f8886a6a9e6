/* SPDX-License-Identifier: Apache-2.0
 * What the files of the importers' core share; private to them.
 */
#ifndef SEMR_CLI_IMPORT_CORE_H
#define SEMR_CLI_IMPORT_CORE_H

#include "import_regex.h"

enum { IMPORT_SPLIT_MAX = 16 }; /* rules that a regex may become */

/* A canonical path as FROM has it, where a star is a sign; in pool. */
const char *import_without_stars(apr_pool_t *pool, semr_view_t path);

/* As import_say, and tells nobody. */
const char *import_try(const import_t *import, const import_move_t *move,
                       apr_pool_t *pool);

/* Whether some line, or some directive, says the move; tells nobody. */
int import_can_say(const import_t *import, const import_move_t *move);

/* What move's regex is really: writes to moves how it is said, and returns how
 * many there are; 0: it is a regex. */
int import_forms(const import_t *import, const import_move_t *move,
                 import_move_t moves[IMPORT_SPLIT_MAX]);

/* import_reduce for all moves, where one may become several. */
void import_reduce_all(import_t *import);

/* Joins two moves that are one rule: /a and /a/, or /a and what is below. */
void import_pair_all(import_t *import);

/* What a path was for that TO's star takes, as TO has it: NULL, it cannot. */
typedef enum import_tail_t {
    TAIL_NONE,
    TAIL_WITH_SLASH, /* "", "/" or "/x" */
    TAIL_WITHOUT     /* "" or "x": what is behind the slash */
} import_tail_t;

/* The path that a regex takes, with what its groups have of it */
typedef struct import_shape_t {
    const char *head; /* canonical, with {pN}; without the tail */
    int fold;
    import_tail_t tail;
    int tail_group;                           /* 0: none */
    int is_whole;                             /* head and tail are all of $0 */
    int segments[IMPORT_GROUPS_MAX];          /* N of a group's {pN}; 0: none */
    const char *constants[IMPORT_GROUPS_MAX]; /* of a group, or NULL */
} import_shape_t;

/* TO of a regex as that of its shape, in pool; NULL: it cannot be said. */
const char *import_to_of_shape(apr_pool_t *pool, const import_shape_t *shape,
                               const char *to);

#endif
