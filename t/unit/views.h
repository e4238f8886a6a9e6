/* SPDX-License-Identifier: Apache-2.0
 * What unit tests of views share: cmocka, a pool, views to text and back.
 */
#ifndef SEMR_TEST_VIEWS_H
#define SEMR_TEST_VIEWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "vocabulary.h"

#define ROWS(table) (sizeof(table) / sizeof(*(table)))

static apr_pool_t *pool;

static inline semr_view_t view(const char *text)
{
    semr_view_t v = {text, text ? strlen(text) : 0};
    return v;
}

static inline const char *text_of(semr_view_t v)
{
    return v.p ? apr_pstrmemdup(pool, v.p, v.len) : "(none)";
}

static int start(void **state)
{
    (void)state;
    return apr_initialize() || apr_pool_create(&pool, NULL);
}

static int stop(void **state)
{
    (void)state;
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}

#endif
