/* SPDX-License-Identifier: Apache-2.0
 * Links from one page of rules to another.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_parts.h"
#include "url.h"

typedef struct link_t {
    apr_pool_t *pool;
    const char *text;
} link_t;

static void add(link_t *link, const char *name, semr_view_t value)
{
    char *room, *end;

    if (value.len == 0) {
        return;
    }
    room = apr_palloc(link->pool, 3 * value.len + 1);
    end = semr_url_escape(room, value, SEMR_URL_VALUE);
    *end = '\0';
    link->text =
        apr_pstrcat(link->pool, link->text, "&", name, "=", room, NULL);
}

static void add_text(link_t *link, const char *name, const char *value)
{
    add(link, name, semr_view(value, strlen(value)));
}

static void add_number(link_t *link, const char *name, apr_uint64_t value)
{
    if (value) {
        add_text(link, name,
                 apr_psprintf(link->pool, "%" APR_UINT64_T_FMT, value));
    }
}

static void add_search(link_t *link, const semr_search_t *search)
{
    static const char *const orders[] = {
        [SEMR_SEARCH_WRITTEN] = "",
        [SEMR_SEARCH_HITS] = "hits",
        [SEMR_SEARCH_LAST] = "last",
    };

    add(link, "q", search->text);
    add(link, "from", search->from);
    add(link, "to", search->to);
    add(link, "host", search->host);
    add(link, "file", search->file);
    add_number(link, "line", search->line);
    if (search->intent >= 0) {
        add_text(link, "intent",
                 semr_intent_name((semr_intent_t)search->intent));
    }
    if (search->stage >= 0) {
        add_text(link, "stage", semr_stage_name((semr_stage_t)search->stage));
    }
    add_text(link, "unused", search->unused ? "on" : "");
    add_text(link, "findings", search->findings ? "on" : "");
    if (search->id) {
        add_text(
            link, "id",
            apr_psprintf(link->pool, "%016" APR_UINT64_T_HEX_FMT, search->id));
    }
    add_text(link, "sort", orders[search->order]);
}

const char *semr_render_link(apr_pool_t *pool, const semr_render_model_t *model,
                             apr_uint64_t start)
{
    link_t link = {pool, "?view=rules"};

    if (model->search) {
        add_search(&link, model->search);
    }
    add_number(&link, "start", start);
    return link.text;
}

const char *semr_render_next(apr_pool_t *pool, const semr_render_model_t *model,
                             const semr_render_told_t *told)
{
    apr_uint64_t start =
        (model->search ? model->search->start : 0) + told->told;

    if (!told->left || !told->told ||
        (model->search && model->search->order != SEMR_SEARCH_WRITTEN &&
         start > SEMR_SEARCH_SORTED)) {
        return NULL;
    }
    return semr_render_link(pool, model, start);
}

const char *semr_render_previous(apr_pool_t *pool,
                                 const semr_render_model_t *model)
{
    apr_uint64_t start = model->search ? model->search->start : 0;

    if (!start) {
        return NULL;
    }
    return semr_render_link(pool, model,
                            start > model->page ? start - model->page : 0);
}
