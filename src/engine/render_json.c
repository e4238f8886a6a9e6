/* SPDX-License-Identifier: Apache-2.0
 * The model as JSON (RFC 8259), a rule at a time.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_json_parts.h"
#include "version.h"

typedef struct json_out_t {
    semr_out_t out;
    int rows;
} json_out_t;

/* -- the fields of a rule -------------------------------------------------- */

static json_t *number_or_null(apr_int64_t value)
{
    return value ? json_integer(value) : json_null();
}

static json_t *json_intent(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool,
                            semr_intent_name(facts->row->rule.policy.intent));
}

static json_t *json_stage(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool, semr_stage_name(facts->stage));
}

static json_t *json_stage_by(const semr_render_facts_t *facts)
{
    static const char *const names[SEMR_STAGE_BYS] = {
        [SEMR_BY_RULE] = "rule",       [SEMR_BY_SCOPE] = "scope",
        [SEMR_BY_STARTS] = "starts",   [SEMR_BY_ENDS] = "ends",
        [SEMR_BY_SETTLES] = "settles",
    };

    return semr_json_string(facts->pool, names[facts->by]);
}

static json_t *json_from(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool, facts->from);
}

static json_t *json_to(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool, facts->to);
}

static json_t *json_options(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool, facts->options);
}

static json_t *json_note(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool, facts->note);
}

static json_t *json_get(const semr_render_facts_t *facts)
{
    return number_or_null(facts->codes[SEMR_RENDER_GET]);
}

static json_t *json_post(const semr_render_facts_t *facts)
{
    return number_or_null(facts->codes[SEMR_RENDER_POST]);
}

static json_t *json_options_code(const semr_render_facts_t *facts)
{
    return number_or_null(facts->codes[SEMR_RENDER_OPTIONS]);
}

static json_t *json_cache_control(const semr_render_facts_t *facts)
{
    if (!facts->answers || facts->max_age < 0) {
        return json_null();
    }
    return semr_json_string(facts->pool,
                            facts->max_age == 0
                                ? "no-store"
                                : apr_psprintf(facts->pool,
                                               "max-age=%" APR_INT64_T_FMT,
                                               facts->max_age));
}

static json_t *json_hits(const semr_render_facts_t *facts)
{
    return semr_json_number(facts->row->hits);
}

static json_t *json_last(const semr_render_facts_t *facts)
{
    return semr_json_string(
        facts->pool, facts->row->last
                         ? semr_render_time(facts->pool, facts->row->last)
                         : NULL);
}

static json_t *json_file(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool, facts->row->rule.file);
}

static json_t *json_line(const semr_render_facts_t *facts)
{
    return number_or_null(facts->row->rule.line);
}

static json_t *json_id(const semr_render_facts_t *facts)
{
    return semr_json_string(
        facts->pool,
        apr_psprintf(facts->pool, "%016" APR_UINT64_T_HEX_FMT, facts->row->id));
}

static json_t *json_has_finding(const semr_render_facts_t *facts)
{
    return json_boolean(facts->row->has_finding);
}

static json_t *json_where(const semr_render_facts_t *facts)
{
    return semr_json_string(facts->pool, facts->row->where);
}

static json_t *json_inherited(const semr_render_facts_t *facts)
{
    return json_boolean(facts->row->inherited);
}

static const struct {
    const char *key;
    json_t *(*value)(const semr_render_facts_t *facts);
} fields[] = {
#define X(id, key, heading, what) {key, json_##id},
    SEMR_RENDER_FIELDS(X)
#undef X
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

/* -- writing ------------------------------------------------------------- */

static void tell(void *baton, const semr_render_facts_t *facts)
{
    json_out_t *json = baton;
    json_t *object = json_object();
    int i, failed = 0;

    for (i = 0; i < FIELDS; i++) {
        failed |= semr_json_set(object, fields[i].key, fields[i].value(facts));
    }
    semr_out_puts(&json->out, json->rows++ ? ",\n" : "\n");
    semr_json_write(&json->out, object, failed, 0);
}

/* {"301":12}: codes that were sent, or would have been */
static json_t *by_code(const apr_uint64_t *answers)
{
    json_t *object = json_object();
    char code[sizeof("301")];
    int i;

    for (i = 0; i < SEMR_TALLY_CODE_COUNT; i++) {
        if (answers[i]) {
            apr_snprintf(code, sizeof(code), "%d",
                         semr_tally_code((semr_tally_code_t)i));
            json_object_set_new(object, code, semr_json_number(answers[i]));
        }
    }
    return object;
}

/* {"301":"2027-01-15T08:00:00Z"}: when each was sent last */
static json_t *last_by_code(const apr_int64_t *last, apr_pool_t *pool)
{
    json_t *object = json_object();
    char code[sizeof("301")];
    int i;

    for (i = 0; i < SEMR_TALLY_CODE_COUNT; i++) {
        if (last[i]) {
            apr_snprintf(code, sizeof(code), "%d",
                         semr_tally_code((semr_tally_code_t)i));
            json_object_set_new(
                object, code,
                semr_json_string(pool, semr_render_time(pool, last[i])));
        }
    }
    return object;
}

static json_t *known_or_null(apr_uint64_t value)
{
    return ~value ? semr_json_number(value) : json_null();
}

/* What is found, and what of all rules wants a look */
static int set_found(json_t *head, const semr_render_model_t *model)
{
    int failed =
        semr_json_set(head, "rules_matched", semr_json_number(model->matched));

    failed |= semr_json_set(
        head, "rules_start",
        semr_json_number(model->search ? model->search->start : 0));
    failed |= semr_json_set(head, "rules_searched",
                            model->searched ? semr_json_number(model->searched)
                                            : json_null());
    failed |= semr_json_set(head, "rules_never_used",
                            known_or_null(model->never_used));
    return failed | semr_json_set(head, "temporary_old",
                                  known_or_null(model->old_temporary));
}

static void write_head(semr_out_t *out, const semr_render_model_t *model,
                       apr_pool_t *pool)
{
    const char *since =
        model->since ? semr_render_time(pool, model->since) : NULL;
    json_t *head = json_object(), *stages = json_object();
    json_t *answers = json_object(), *last = json_object();
    int i, failed = 0;

    for (i = SEMR_STAGES - 1; i >= 0; i--) {
        failed |= semr_json_set(stages, semr_stage_name((semr_stage_t)i),
                                semr_json_number(model->rules[i]));
        failed |= semr_json_set(answers, semr_stage_name((semr_stage_t)i),
                                by_code(model->answers[i]));
        failed |= semr_json_set(last, semr_stage_name((semr_stage_t)i),
                                last_by_code(model->last[i], pool));
    }
    json_object_del(answers, semr_stage_name(SEMR_OFF));
    json_object_del(last, semr_stage_name(SEMR_OFF));
    failed |= semr_json_set(head, "module",
                            semr_json_string(pool, "mod_semredirect"));
    failed |=
        semr_json_set(head, "version", semr_json_string(pool, SEMR_VERSION));
    failed |=
        semr_json_set(head, "server", semr_json_string(pool, model->server));
    failed |= semr_json_set(
        head, "stage", semr_json_string(pool, semr_stage_name(model->stage)));
    failed |= semr_json_set(head, "since", semr_json_string(pool, since));
    failed |= semr_json_set(head, "answers",
                            semr_json_number(semr_render_sent(model)));
    failed |= semr_json_set(head, "answers_inherited",
                            semr_json_number(model->answers_inherited));
    failed |= semr_json_set(head, "answers_by_stage", answers);
    failed |= semr_json_set(head, "last_by_stage", last);
    failed |= semr_json_set(head, "rules_by_stage", stages);
    failed |= set_found(head, model);
    semr_json_write(out, head, failed, JSON_EMBED);
}

static void write_rules(json_out_t *json, const semr_render_model_t *model,
                        apr_pool_t *pool)
{
    json_t *tail = json_object();
    semr_render_told_t rows;
    const char *next;
    int failed;

    semr_out_puts(&json->out, ",\n\"rules\":[");
    rows = semr_render_each(model, &json->out, pool, tell, json);
    next = semr_render_next(pool, model, &rows);
    failed =
        semr_json_set(tail, "rules_not_listed", semr_json_number(rows.left));
    failed |= semr_json_set(
        tail, "next",
        semr_json_string(
            pool, next ? apr_pstrcat(pool, next, "&format=json", NULL) : NULL));
    semr_out_puts(&json->out, "\n],\n");
    semr_json_write(&json->out, tail, failed, JSON_EMBED);
}

/* Pages of rules have rules alone. */
apr_status_t semr_render_json(const semr_render_model_t *model,
                              const semr_sink_t *sink, apr_pool_t *pool)
{
    json_out_t *json = apr_palloc(pool, sizeof(*json));

    semr_out_start(&json->out, sink);
    json->rows = 0;
    semr_out_puts(&json->out, "{");
    write_head(&json->out, model, pool);
    if (model->view == SEMR_RENDER_EXPLAIN) {
        semr_json_explain(&json->out, model, pool);
        semr_out_puts(&json->out, "}\n");
        return semr_out_finish(&json->out);
    }
    if (model->view != SEMR_RENDER_RULES) {
        semr_json_findings(&json->out, model, pool);
        semr_json_maps(&json->out, model, pool);
    }
    semr_json_misses(&json->out, model, pool);
    write_rules(json, model, pool);
    semr_out_puts(&json->out, "}\n");
    return semr_out_finish(&json->out);
}
