/* SPDX-License-Identifier: Apache-2.0
 * A page that renderers write to, in memory; for tests of them.
 */
#ifndef SEMR_PAGE_USE_H
#define SEMR_PAGE_USE_H

#include "render.h"
#include "views.h"

enum { LENGTH = 1024 * 1024 };

typedef struct page_t {
    char text[LENGTH];
    apr_size_t len;
    apr_size_t limit; /* it fails beyond; 0: where there is no more room */
} page_t;

static inline apr_status_t write_page(void *baton, const char *bytes,
                                      apr_size_t len)
{
    page_t *page = baton;

    if (page->len + len >= (page->limit ? page->limit : LENGTH)) {
        return APR_ENOSPC;
    }
    memcpy(page->text + page->len, bytes, len);
    page->len += len;
    page->text[page->len] = '\0';
    return APR_SUCCESS;
}

static inline void assert_has(const char *page, const char *text)
{
    if (!strstr(page, text)) {
        fail_msg("\"%s\" is not in\n%s", text, page);
    }
}

static inline void assert_lacks(const char *page, const char *text)
{
    const char *at = strstr(page, text);

    if (at) {
        fail_msg("\"%s\" is in\n%s", text, at);
    }
}

/* For a model that has no rules */
static inline int no_rows(void *baton, apr_pool_t *row_pool,
                          semr_render_row_t *row)
{
    (void)baton;
    (void)row_pool;
    (void)row;
    return 0;
}

#endif
