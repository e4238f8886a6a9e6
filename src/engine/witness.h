/* SPDX-License-Identifier: Apache-2.0
 * A witness: a URL that a rule takes.
 *
 * Where FROM leaves it open, a word stands: of a byte that no pattern has in
 * its literal text, so that a rule that takes it there takes anything; or one
 * for people to read, if whoever asks can do without that.  A regex's witness
 * is a guess, and the lookup says whether it was right.
 */
#ifndef SEMR_WITNESS_H
#define SEMR_WITNESS_H

#include "lookup.h"

typedef struct semr_witness_t {
    apr_pool_t *pool; /* of all that is made */
    semr_view_t word; /* unreserved characters, at least one */
    semr_view_t host; /* that is asked where FROM names none; lower case */
    apr_port_t port;  /* likewise; 0: that of the scheme */
    int https;        /* likewise */
} semr_witness_t;

/* Makes request a URL that the rule takes; 0: none is known. */
int semr_witness(const semr_witness_t *witness, const semr_image_t *image,
                 const semr_image_rule_t *rule, semr_request_t *request);

/* Makes it another URL, of the host, scheme and port that the rule takes. */
void semr_witness_ask(const semr_witness_t *witness, const semr_image_t *image,
                      const semr_image_rule_t *rule, semr_view_t path,
                      semr_view_t query, semr_request_t *request);

/* A page below a path. */
semr_view_t semr_witness_below(const semr_witness_t *witness, semr_view_t path);

/* A byte that no pattern of space has; 0: each is in some. */
char semr_witness_byte(const semr_space_t *space);

/* A decoded path that a regex should take, in pool: its literal text, and word
 * for what may be any; len 0: none is known. */
semr_view_t semr_witness_sample(apr_pool_t *pool, semr_view_t text,
                                semr_view_t word);

/* The same with other alternatives, members of classes and repeats: some of
 * them for each choice; 0 is semr_witness_sample. */
semr_view_t semr_witness_choice(apr_pool_t *pool, semr_view_t text,
                                semr_view_t word, unsigned choice);

/* A decoded path as requests have it, canonical; in pool. */
semr_view_t semr_witness_canonical(apr_pool_t *pool, semr_view_t decoded);

#endif
