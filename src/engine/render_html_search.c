/* SPDX-License-Identifier: Apache-2.0
 * Looking for rules on the page: the form, what it has found, and the pager.
 */
#include <apr_strings.h>

#include "render_html_parts.h"

enum { BACK = 100 }; /* rules that the pager goes back by */

static const semr_search_t all = {.intent = -1, .stage = -1};

static const semr_search_t *search_of(const semr_render_model_t *model)
{
    return model->search ? model->search : &all;
}

int semr_render_html_narrows(const semr_render_model_t *model)
{
    const semr_search_t *search = search_of(model);

    return search->text.len || search->from.len || search->to.len ||
           search->host.len || search->file.len || search->line ||
           search->intent >= 0 || search->stage >= 0 || search->unused ||
           search->findings || search->id;
}

/* -- the form -------------------------------------------------------------- */

typedef struct form_t {
    semr_out_t *out;
    apr_pool_t *pool;
} form_t;

static void begin_select(const form_t *form, const char *name,
                         const char *label)
{
    semr_out_printf(form->out, form->pool, "<label>%s <select name=\"%s\">",
                    label, name);
}

static void put_option(const form_t *form, const char *value, const char *text,
                       int selected)
{
    semr_out_printf(form->out, form->pool, "<option value=\"%s\"%s>%s</option>",
                    value, selected ? " selected" : "", text);
}

static void end_select(const form_t *form)
{
    semr_out_puts(form->out, "</select></label>\n");
}

static void put_intents(const form_t *form, int chosen)
{
    int i;

    begin_select(form, "intent", "Intent");
    put_option(form, "", "any", chosen < 0);
    for (i = 0; i < SEMR_INTENTS; i++) {
        const char *name = semr_intent_name((semr_intent_t)i);

        put_option(form, name, name, i == chosen);
    }
    end_select(form);
}

static void put_stages(const form_t *form, int chosen)
{
    int i;

    begin_select(form, "stage", "Stage");
    put_option(form, "", "any", chosen < 0);
    for (i = SEMR_STAGES - 1; i >= 0; i--) {
        const char *name = semr_stage_name((semr_stage_t)i);

        put_option(form, name, name, i == chosen);
    }
    end_select(form);
}

static void put_orders(const form_t *form, semr_search_order_t chosen)
{
    begin_select(form, "sort", "Order");
    put_option(form, "", "as written", chosen == SEMR_SEARCH_WRITTEN);
    put_option(form, "hits", "most hits", chosen == SEMR_SEARCH_HITS);
    put_option(form, "last", "last hit", chosen == SEMR_SEARCH_LAST);
    end_select(form);
}

static void put_box(const form_t *form, const char *name, const char *label,
                    int checked)
{
    semr_out_printf(form->out, form->pool,
                    "<label class=\"box\"><input type=\"checkbox\" "
                    "name=\"%s\" value=\"on\"%s> %s</label>\n",
                    name, checked ? " checked" : "", label);
}

/* What a link has asked for besides: a field that can be emptied */
static void put_text(const form_t *form, const char *name, const char *label,
                     semr_view_t text)
{
    if (text.len) {
        semr_out_printf(form->out, form->pool,
                        "<label>%s <input name=\"%s\" value=\"", label, name);
        semr_render_put_view(form->out, text);
        semr_out_puts(form->out, "\"></label>\n");
    }
}

static void put_rest(const form_t *form, const semr_search_t *search)
{
    put_text(form, "from", "In From", search->from);
    put_text(form, "to", "In To", search->to);
    put_text(form, "host", "Host", search->host);
    put_text(form, "file", "File", search->file);
    if (search->line) {
        char *line = apr_psprintf(form->pool, "%u", search->line);

        put_text(form, "line", "Line", (semr_view_t){line, strlen(line)});
    }
    if (search->id) {
        char *id =
            apr_psprintf(form->pool, "%016" APR_UINT64_T_HEX_FMT, search->id);

        put_text(form, "id", "Id", (semr_view_t){id, strlen(id)});
    }
}

void semr_render_html_search(semr_out_t *out, const semr_render_model_t *model,
                             apr_pool_t *pool)
{
    const semr_search_t *search = search_of(model);
    form_t form = {out, pool};

    semr_out_puts(out, "<form class=\"search\" role=\"search\" method=\"get\" "
                       "aria-label=\"Rules\">\n"
                       "<input type=\"hidden\" name=\"view\" value=\"rules\">"
                       "\n<label class=\"wide\">In From, To or note "
                       "<input type=\"search\" name=\"q\" value=\"");
    semr_render_put_view(out, search->text);
    semr_out_puts(out, "\" autocomplete=\"off\" spellcheck=\"false\" "
                       "autocapitalize=\"off\"></label>\n");
    put_intents(&form, search->intent);
    put_stages(&form, search->stage);
    put_orders(&form, search->order);
    put_box(&form, "unused", "never used", search->unused);
    put_box(&form, "findings", "with findings", search->findings);
    put_rest(&form, search);
    semr_out_puts(out, "<button>Search</button>\n");
    if (semr_render_html_narrows(model)) {
        semr_out_puts(out, "<a href=\"?view=rules\">All rules</a>\n");
    }
    semr_out_puts(out, "</form>\n");
}

/* -- what was found -------------------------------------------------------- */

void semr_render_html_found(semr_out_t *out, const semr_render_model_t *model,
                            apr_pool_t *pool)
{
    apr_uint64_t count = semr_render_count(model);

    if (!semr_render_html_narrows(model)) {
        return;
    }
    semr_out_printf(out, pool, "<p class=\"found\"><b>%s</b> of %s found.",
                    semr_render_grouped(pool, model->matched),
                    semr_render_counted(pool, count, "rule", "rules"));
    if (model->searched) {
        semr_out_printf(out, pool,
                        " Time was up when %s were searched: ask for more of "
                        "From or To, or for a host.",
                        semr_render_grouped(pool, model->searched));
    }
    semr_out_puts(out, "</p>\n");
}

static void put_way(semr_out_t *out, apr_pool_t *pool, const char *link,
                    const char *rel, const char *text)
{
    semr_out_printf(out, pool, "<a rel=\"%s\" href=\"", rel);
    semr_render_put(out, link);
    semr_out_printf(out, pool, "#rules\">%s</a>\n", text);
}

/* Pages are as long as their rows allow, so the way back may begin within the
 * page before; none is passed over. */
void semr_render_html_pager(semr_out_t *out, const semr_render_model_t *model,
                            const semr_render_told_t *told, apr_pool_t *pool)
{
    apr_uint64_t start = search_of(model)->start;
    apr_uint64_t count = semr_render_html_narrows(model)
                             ? model->matched
                             : semr_render_count(model);
    const char *next = semr_render_next(pool, model, told);

    if (!start && !told->left) {
        return;
    }
    semr_out_puts(out, "<nav class=\"pager\" aria-label=\"Pages of rules\">\n");
    if (start) {
        put_way(out, pool,
                semr_render_link(pool, model, start > BACK ? start - BACK : 0),
                "prev", "Previous");
    }
    semr_out_printf(out, pool, "<span>%s to %s of %s</span>\n",
                    semr_render_grouped(pool, start + 1),
                    semr_render_grouped(pool, start + told->told),
                    semr_render_grouped(pool, count));
    if (next) {
        put_way(out, pool, next, "next", "Next");
    }
    semr_out_puts(out, "</nav>\n");
}
