/* SPDX-License-Identifier: Apache-2.0
 * A search as the query of a URL.
 */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "render_parts.h"

const char *semr_render_query_value(apr_pool_t *pool, semr_view_t text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *value = apr_palloc(pool, 3 * text.len + 1), *p = value;
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < 0x80 && (apr_isalnum(c) || memchr("-._~/", c, 5))) {
            *p++ = (char)c;
            continue;
        }
        *p++ = '%';
        *p++ = digits[c >> 4];
        *p++ = digits[c & 15];
    }
    *p = '\0';
    return value;
}

static const char *with_text(apr_pool_t *pool, const char *link,
                             const char *name, semr_view_t text)
{
    return text.len ? apr_pstrcat(pool, link, "&", name, "=",
                                  semr_render_query_value(pool, text), NULL)
                    : link;
}

static const char *with_number(apr_pool_t *pool, const char *link,
                               const char *name, apr_uint64_t number)
{
    return number ? apr_psprintf(pool, "%s&%s=%" APR_UINT64_T_FMT, link, name,
                                 number)
                  : link;
}

static const char *with_word(apr_pool_t *pool, const char *link,
                             const char *name, const char *word)
{
    return word ? apr_pstrcat(pool, link, "&", name, "=", word, NULL) : link;
}

const char *semr_render_link(apr_pool_t *pool, const semr_render_model_t *model,
                             apr_uint64_t start)
{
    static const char *const orders[] = {
        [SEMR_SEARCH_HITS] = "hits",
        [SEMR_SEARCH_LAST] = "last",
    };
    const semr_search_t *search = model->search;
    const char *link = "?view=rules";

    if (search) {
        link = with_text(pool, link, "q", search->text);
        link = with_text(pool, link, "from", search->from);
        link = with_text(pool, link, "to", search->to);
        link = with_text(pool, link, "host", search->host);
        link = with_text(pool, link, "file", search->file);
        link = with_number(pool, link, "line", search->line);
        link = with_word(pool, link, "intent",
                         search->intent < 0
                             ? NULL
                             : semr_intent_name((semr_intent_t)search->intent));
        link = with_word(pool, link, "stage",
                         search->stage < 0
                             ? NULL
                             : semr_stage_name((semr_stage_t)search->stage));
        link = with_word(pool, link, "unused", search->unused ? "on" : NULL);
        link =
            with_word(pool, link, "findings", search->findings ? "on" : NULL);
        if (search->id) {
            link = apr_psprintf(pool, "%s&id=%016" APR_UINT64_T_HEX_FMT, link,
                                search->id);
        }
        link = with_word(pool, link, "sort", orders[search->order]);
    }
    return with_number(pool, link, "start", start);
}
