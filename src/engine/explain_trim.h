/* SPDX-License-Identifier: Apache-2.0
 * An explanation that fits on a page.
 *
 * A URL and rules may be long, and stand in it many times.
 */
#ifndef SEMR_EXPLAIN_TRIM_H
#define SEMR_EXPLAIN_TRIM_H

#include "explain.h"

/* Cuts the words of *explained, with an ellipsis at their end, so that a page
 * of it has so many bytes at most, its frame not counted; what was asked stays
 * whole.  *explained is replaced by one in pool. */
void semr_explain_trim(const semr_explained_t **explained, apr_size_t most,
                       apr_pool_t *pool);

#endif
