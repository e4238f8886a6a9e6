/* SPDX-License-Identifier: Apache-2.0
 * What may be kept of a URL that somebody asked for: no query, no ;parameters,
 * no user, and {token} for what looks like a secret.
 *
 * A secret is told from words.  Text is taken in chunks of letters, digits and
 * - _ + = ~ %2F; of these only the ones with 20 bytes or more are looked at.
 * The signs cut a chunk into pieces.  A piece is a word if it has up to eight
 * digits and nothing else; or up to 40 letters, with up to four digits before
 * or behind them, and each capital letter is followed by a small one, or there
 * are only capital letters.  A UUID is none.  If the pieces that are no
 * words have 16 bytes or more together, the chunk becomes {token} from the
 * first of them to the last; words before and behind stay.  Tokens with a dot
 * between them are one (JWT).
 *
 * An e-mail address is {token}, too, with all of its segment before it: its
 * domain has a dot, begins with a letter and ends in a label of letters.
 */
#ifndef SEMR_MASK_H
#define SEMR_MASK_H

#include "url.h"

#define SEMR_MASK_TOKEN "{token}"

/* A canonical path, masked, in pool or as it is; braces stand in it for tokens
 * only. */
semr_view_t semr_mask_path(apr_pool_t *pool, semr_view_t path);

/* A Referer header: "scheme://host/path", of http and https alone */
typedef struct semr_mask_referrer_t {
    semr_view_t text; /* all of it, masked */
    semr_view_t host; /* lower case, without brackets */
    apr_port_t port;  /* that of its scheme where none is said */
    semr_view_t path; /* masked */
    int https;
} semr_mask_referrer_t;

/* Takes header, in pool; 0: nothing of it is to be kept. */
int semr_mask_referrer(apr_pool_t *pool, const char *header,
                       semr_mask_referrer_t *referrer);

#endif
