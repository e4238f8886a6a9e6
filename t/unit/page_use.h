/* SPDX-License-Identifier: Apache-2.0
 * A page that renderers write to, in memory; for tests of them.
 */
#ifndef SEMR_PAGE_USE_H
#define SEMR_PAGE_USE_H

#include "out.h"
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

#endif
