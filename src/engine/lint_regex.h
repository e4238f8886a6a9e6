/* SPDX-License-Identifier: Apache-2.0
 * What can be told of a regex from its text.
 */
#ifndef SEMR_LINT_REGEX_H
#define SEMR_LINT_REGEX_H

#include <apr_pools.h>

#include "vocabulary.h"

/* Which paths it takes for certain: all that begin with a literal, */
typedef enum semr_lint_reach_t {
    SEMR_LINT_NARROW,  /* or no such thing */
    SEMR_LINT_BEGINS,  /* bytewise */
    SEMR_LINT_LONGER,  /* bytewise, with a byte behind it */
    SEMR_LINT_SEGMENTS /* itself, or with a slash behind it */
} semr_lint_reach_t;

/* The reach of a regex, and *literal, in pool. */
semr_lint_reach_t semr_lint_regex_reach(apr_pool_t *pool, semr_view_t text,
                                        semr_view_t *literal);

#endif
