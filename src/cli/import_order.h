/* SPDX-License-Identifier: Apache-2.0
 * What the files about order share; private to import_order*.c.
 *
 * A key is a host and a text behind it, in one buffer; what keys find are
 * moves, by their place in the source's order.
 */
#ifndef SEMR_CLI_IMPORT_ORDER_H
#define SEMR_CLI_IMPORT_ORDER_H

#include <apr_hash.h>

#include "import_core.h"

enum {
    ORDER_TEXT_MAX = 255, /* bytes of a beginning that are looked at */
    ORDER_HOSTS_MAX = 12  /* hosts that a host is one of: *.b.c, *.c, any */
};

/* The hosts whose rules a move's host may meet: itself, wilder ones, "". */
typedef struct order_hosts_t {
    int count;
    const char *hosts[ORDER_HOSTS_MAX];
} order_hosts_t;
void import_order_hosts(const import_t *import, const import_move_t *move,
                        apr_pool_t *pool, order_hosts_t *hosts);

/* The move's own, lower case, with its port; "": any. */
const char *import_order_host(const import_t *import, const import_move_t *move,
                              apr_pool_t *pool);

/* The path of an exact rule or a tree, canonical, without a final slash; or
 * the literal beginning of a pattern or a regex, decoded, cut. */
semr_view_t import_order_path(const import_move_t *move, apr_pool_t *pool);
semr_view_t import_order_literal(const import_move_t *move, apr_pool_t *pool);

/* Whether a request may pass by the rule although it has its path */
static inline int import_order_is_picky(const import_move_t *move)
{
    return move->query || move->only || move->scheme || move->port ||
           move->condition || move->canonical;
}

/* A tree as the regex that says the same, at its place among regexes; 0: no
 * regex can. */
int import_order_to_regex(const import_t *import, import_move_t *move);

/* Step one: trees that a later pattern or regex would steal from become
 * regexes. */
void import_order_trees(import_t *import);

/* Step two: what was dead there and will answer here is told. */
void import_order_dead(import_t *import);

#endif
