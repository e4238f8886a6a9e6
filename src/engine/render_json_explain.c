/* SPDX-License-Identifier: Apache-2.0
 * An explanation as JSON.
 */
#include <apr_strings.h>

#include "render_explained.h"
#include "render_json_parts.h"

typedef semr_explained_run_t run_t;

/* An object that is being filled; failed: there was no memory. */
typedef struct filling_t {
    apr_pool_t *pool;
    json_t *object;
    int failed;
} filling_t;

static void set(filling_t *in, const char *key, json_t *value)
{
    in->failed |= semr_json_set(in->object, key, value);
}

static void set_text(filling_t *in, const char *key, const char *text)
{
    set(in, key, semr_json_string(in->pool, text));
}

static void set_number(filling_t *in, const char *key, apr_uint64_t number)
{
    set(in, key, number ? semr_json_number(number) : json_null());
}

static void set_stage(filling_t *in, semr_stage_t stage)
{
    set_text(in, "stage", semr_stage_name(stage));
}

/* -- its parts ------------------------------------------------------------- */

/* X(key, member): what is text */
#define RULE_TEXTS(X)                                                          \
    X("intent", intent)                                                        \
    X("from", from)                                                            \
    X("to", to) X("options", options) X("note", note) X("file", file)

static json_t *rule_object(filling_t *of, const semr_explained_rule_t *rule)
{
    filling_t in = {of->pool, json_object(), 0};

#define X(key, member) set_text(&in, key, rule->member);
    RULE_TEXTS(X)
#undef X
    set_number(&in, "line", rule->line);
    set_text(&in, "where", rule->where);
    set(&in, "inherited", json_boolean(rule->inherited));
    set_text(&in, "id",
             apr_psprintf(of->pool, "%016" APR_UINT64_T_HEX_FMT, rule->id));
    set_stage(&in, rule->stage);
    set_text(&in, "fate", semr_fate_key(rule->fate));
    set_text(&in, "reason", rule->reason);
    set_number(&in, "status", (apr_uint64_t)rule->status);
    set_text(&in, "location", rule->location);
    of->failed |= in.failed;
    return in.object;
}

static json_t *rules_array(filling_t *of, const run_t *run)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < run->rules->nelts; i++) {
        of->failed |= json_array_append_new(
            list,
            rule_object(of, APR_ARRAY_IDX(run->rules, i,
                                          const semr_explained_rule_t *)));
    }
    return list;
}

static json_t *hops_array(filling_t *of, const run_t *run)
{
    json_t *list = json_array();
    int i;

    for (i = 0; run->hops && i < run->hops->nelts; i++) {
        const semr_explained_hop_t *hop =
            &APR_ARRAY_IDX(run->hops, i, semr_explained_hop_t);
        filling_t in = {of->pool, json_object(), 0};

        set_text(&in, "method", hop->method);
        set_text(&in, "rule", hop->at);
        set_text(&in, "intent", hop->intent);
        set_number(&in, "status", (apr_uint64_t)hop->status);
        set_text(&in, "location", hop->location);
        of->failed |= json_array_append_new(list, in.object) | in.failed;
    }
    return list;
}

/* What a run gets */
static void set_answer(filling_t *in, const run_t *run)
{
    set_text(in, "method", run->name);
    set_text(in, "outcome", semr_outcome_key(run->outcome));
    set_number(in, "status", (apr_uint64_t)run->status);
    set_text(in, "location", run->location);
    set_text(in, "cache_control", run->cache_control);
    set_text(in, "vary", run->vary);
    set_text(in, "rule", run->rule ? run->rule->at : NULL);
    set_number(in, "server_status", (apr_uint64_t)run->server);
}

static json_t *run_object(filling_t *of, const run_t *run)
{
    filling_t in = {of->pool, json_object(), 0};

    set_answer(&in, run);
    of->failed |= in.failed;
    return in.object;
}

static json_t *methods_array(filling_t *of, const semr_explained_t *explained)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < explained->nmethods; i++) {
        of->failed |=
            json_array_append_new(list, run_object(of, explained->methods + i));
    }
    return list;
}

static json_t *preview_object(filling_t *of, const semr_explained_t *explained)
{
    json_t *object;

    if (!explained->preview) {
        return json_null();
    }
    object = run_object(of, explained->preview);
    of->failed |= semr_json_set(object, "previews",
                                json_boolean(explained->preview->preview > 0));
    return object;
}

static json_t *hints_array(filling_t *of, const semr_explained_t *explained)
{
    json_t *list = json_array();
    int i;

    for (i = 0; explained->hints && i < explained->hints->nelts; i++) {
        of->failed |= json_array_append_new(
            list, semr_json_string(of->pool, APR_ARRAY_IDX(explained->hints, i,
                                                           const char *)));
    }
    return list;
}

static json_t *headers_object(filling_t *of, const semr_explained_t *explained)
{
    const apr_array_header_t *all = apr_table_elts(explained->headers);
    json_t *list = json_array();
    int i;

    for (i = 0; i < all->nelts; i++) {
        const apr_table_entry_t *entry =
            &APR_ARRAY_IDX(all, i, apr_table_entry_t);
        filling_t in = {of->pool, json_object(), 0};

        set_text(&in, "name", entry->key);
        set_text(&in, "value", entry->val);
        of->failed |= json_array_append_new(list, in.object) | in.failed;
    }
    return list;
}

/* -- all of it ------------------------------------------------------------- */

json_t *semr_render_json_explained(const semr_explained_t *explained,
                                   apr_pool_t *pool)
{
    const run_t *run = explained->run;
    filling_t in = {pool, json_object(), 0};

    set_text(&in, "url", explained->url);
    set(&in, "headers", headers_object(&in, explained));
    set_text(&in, "sentence", semr_explain_sentence(run, explained->url));
    set_answer(&in, run);
    set(&in, "winner",
        run->settled ? rule_object(&in, run->rule) : json_null());
    set(&in, "rules", rules_array(&in, run));
    set(&in, "rules_not_told", semr_json_number(run->more_rules));
    set(&in, "hops", hops_array(&in, run));
    set_text(&in, "chain_end", run->end);
    set(&in, "chain_kept", json_boolean(run->hops && run->keeps));
    set(&in, "methods", methods_array(&in, explained));
    set(&in, "previews",
        run->preview < 0 ? json_null() : json_boolean(run->preview));
    set(&in, "preview", preview_object(&in, explained));
    set(&in, "hints", hints_array(&in, explained));
    if (in.failed) {
        json_decref(in.object);
        return NULL;
    }
    return in.object;
}

void semr_json_explain(semr_out_t *out, const semr_render_model_t *model,
                       apr_pool_t *pool)
{
    json_t *object;

    semr_out_puts(out, ",\n\"explain\":");
    if (!model->explained) {
        semr_out_puts(out, "null");
        return;
    }
    object = semr_render_json_explained(model->explained, pool);
    semr_json_write(out, object, !object, 0);
}
