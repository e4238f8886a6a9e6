/* SPDX-License-Identifier: Apache-2.0
 * What a request asks of the status page: its query, read and checked.
 *
 * A parameter that the page does not know, or knows twice, is an error: who
 * mistypes a filter would else take all rules for those that it finds.  Empty
 * ones are as if they were not there, for forms send all that they have.
 */
#ifndef SEMR_ASKED_H
#define SEMR_ASKED_H

#include "render.h"

typedef struct semr_asked_t {
    const char *format; /* "auto" for ?auto; NULL: as Accept says */
    const char *script; /* the version of the page's script; NULL: the page */
    semr_render_view_t view;
    semr_search_t search; /* of SEMR_RENDER_RULES */
    /* of SEMR_RENDER_EXPLAIN; NULL: not said */
    const char *method, *url, *accept, *cookie, *origin, *headers;
} semr_asked_t;

/* Reads a query (NULL: there is none), in pool.  Returns NULL, or what is wrong
 * with it: the parameter, its value, the cause and the mend. */
const char *semr_asked_read(apr_pool_t *pool, const char *query,
                            semr_asked_t *asked);

#endif
