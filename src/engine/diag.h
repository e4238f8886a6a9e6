/* SPDX-License-Identifier: Apache-2.0
 * Diagnostics are values: the engine makes them, whoever called it tells them.
 *
 * A text is one or two sentences: what is wrong, with the value in quotes, the
 * cause, and the mend.  The caller adds the directive or the file:line.
 */
#ifndef SEMR_DIAG_H
#define SEMR_DIAG_H

#include <apr_pools.h>

#include "vocabulary.h"

typedef struct semr_diag_t {
    const char *text; /* in the pool that was given; NULL: nothing to say */
} semr_diag_t;

/* Formats a text into diag, in pool, as apr_psprintf does; returns APR_EINVAL,
 * so that a parser may end with `return semr_diag_set(...)`. */
apr_status_t semr_diag_set(semr_diag_t *diag, apr_pool_t *pool,
                           const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A view as a terminated string that is safe to print: bytes that are no
 * printable ASCII stay as they are if they are UTF-8 letters of somebody's
 * URL, control bytes become '?', and beyond 200 bytes it is cut. */
const char *semr_diag_show(apr_pool_t *pool, semr_view_t view);

#endif
