/* SPDX-License-Identifier: Apache-2.0
 * The model's rows as text: each rule as it would be written.
 */
#include <string.h>

#include "render_parts.h"
#include "words.h"

typedef struct text_out_t {
    semr_out_t out;
    const char *where; /* of the row before */
    int inherited;
} text_out_t;

static void put(semr_out_t *out, const char *text)
{
    semr_out_plain(out, text, strlen(text));
}

/* A word, quoted where it has to be */
static void put_word(semr_out_t *out, apr_pool_t *pool, const char *text)
{
    semr_out_puts(out, " ");
    put(out, semr_words_quote(pool, semr_view(text, strlen(text))));
}

static void write_place(text_out_t *text, const semr_render_facts_t *facts)
{
    const semr_render_row_t *row = facts->row;

    if (row->where == text->where && row->inherited == text->inherited) {
        return;
    }
    text->where = row->where;
    text->inherited = row->inherited;
    semr_out_puts(&text->out, "  ");
    if (row->where) {
        put(&text->out, row->where);
    }
    if (row->inherited) {
        semr_out_puts(&text->out, row->where ? ", " : "");
        semr_out_puts(&text->out, "inherited from the main server");
    }
    semr_out_puts(&text->out, "\n");
}

static void write_codes(semr_out_t *out, const semr_render_facts_t *facts)
{
    const char *before = "  ";
    int i;

    if (facts->stage != SEMR_LIVE) {
        semr_out_puts(out, "  ");
        semr_out_puts(out, semr_stage_name(facts->stage));
        before = facts->stage == SEMR_OBSERVE ? ", would send " : ", ";
    }
    if (!facts->answers) {
        semr_out_puts(out, facts->stage == SEMR_OFF ? "" : "  not redirected");
        return;
    }
    for (i = 0; i < SEMR_RENDER_METHOD_COUNT; i++) {
        if (facts->codes[i]) {
            semr_out_printf(out, facts->pool, "%s%s %d", before,
                            semr_render_methods[i], facts->codes[i]);
            before = ", ";
        }
    }
}

static void tell(void *baton, const semr_render_facts_t *facts)
{
    text_out_t *text = baton;
    semr_out_t *out = &text->out;
    const semr_rule_t *rule = &facts->row->rule;
    const char *options = semr_rule_options(facts->pool, rule);

    write_place(text, facts);
    semr_out_puts(out, text->where || text->inherited ? "    " : "  ");
    semr_out_puts(out, semr_intent_name(rule->policy.intent));
    put_word(out, facts->pool, facts->from);
    if (facts->to) {
        put_word(out, facts->pool, facts->to);
    }
    if (*options) {
        semr_out_puts(out, " ");
        put(out, options);
    }
    if (rule->file) {
        semr_out_puts(out, "  (");
        put(out, rule->file);
        semr_out_printf(out, facts->pool, ":%u)", rule->line);
    }
    write_codes(out, facts);
    semr_out_puts(out, "\n");
}

apr_status_t semr_render_text(const semr_render_model_t *model,
                              const semr_sink_t *sink, apr_pool_t *pool)
{
    text_out_t *text = apr_palloc(pool, sizeof(*text));

    semr_out_start(&text->out, sink);
    text->where = NULL;
    text->inherited = 0;
    semr_render_each(model, &text->out, pool, tell, text);
    return semr_out_finish(&text->out);
}
