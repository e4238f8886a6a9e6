/* SPDX-License-Identifier: Apache-2.0
 * How hops compose (DESIGN 4): pure functions over one table.
 *
 * A chain says what its first hop says.  So a walk goes on through a hop that
 * says the same or more, and stops before one that would weaken or change it.
 * RFC 9110 15.4 says what each code asks of a client.
 */
#ifndef SEMR_CHAIN_H
#define SEMR_CHAIN_H

#include "decide.h"

enum { SEMR_HOPS_MAX = 10 };

typedef enum semr_chain_step_t {
    SEMR_CHAIN_STOPS, /* the client takes it from there */
    SEMR_CHAIN_GOES_ON,
    SEMR_CHAIN_IS_GONE /* the chain ends in this hop's 410, 404 or 451 */
} semr_chain_step_t;

/* What becomes of a chain whose first hop sends the status code first, where
 * the next sends next to a request of the method class.  Codes are those that
 * live would send. */
semr_chain_step_t semr_chain_step(int first, int next,
                                  semr_method_class_t method);

/* The class of the request that a client makes at Location when it was sent
 * code; SEMR_CLASS_NEVER: clients differ, so nobody can walk on for them. */
semr_method_class_t semr_chain_class(semr_method_class_t method, int code);

/* The shorter of two max-ages, as semr_decide_max_age gives them. */
apr_int64_t semr_chain_max_age(apr_int64_t a, apr_int64_t b);

#endif
