/* SPDX-License-Identifier: Apache-2.0
 * Rules in the order in which the first that matches is the one that we would
 * take: those that name a host, then the others; of each exact ones, patterns
 * as written, trees, the longest first; at one place what asks for more first.
 */
#ifndef SEMR_CLI_EXPORT_ORDER_H
#define SEMR_CLI_EXPORT_ORDER_H

#include "export.h"

typedef struct export_entry_t {
    const semr_image_t *image;
    apr_uint32_t at; /* of its record */
    apr_uint32_t order;
    apr_uint32_t rank;  /* how much it asks for */
    apr_uint32_t place; /* among its kind: less comes first */
    unsigned char group;
} export_entry_t;

typedef struct export_queue_t {
    apr_pool_t *pool;
    export_entry_t *entries;
    apr_size_t count;
    apr_uint64_t *exact; /* host, path and slash of exact rules; sorted */
    apr_size_t nexact;
    int forms; /* of exact rules: 1 some have no final slash, 2 some have */
    apr_hash_t *patterns; /* path -> order of the first */
} export_queue_t;

/* Fills in queue, in the rules' pool. */
void export_order(export_queue_t *queue, const cli_rules_t *rules);

/* Whether a rule of the queue names the other form, by its final slash, of an
 * exact rule's URL. */
int export_has_other_form(const export_queue_t *queue,
                          const semr_image_t *image,
                          const semr_image_rule_t *record, int fold);

#endif
