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

/* -- values ---------------------------------------------------------------- */

json_t *semr_json_string(apr_pool_t *pool, const char *text)
{
    apr_size_t len;

    if (!text) {
        return json_null();
    }
    len = strlen(text);
    text = semr_out_utf8(pool, text, &len);
    return json_stringn(text, len);
}

json_t *semr_json_number(apr_uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *number_or_null(apr_int64_t value)
{
    return value ? json_integer(value) : json_null();
}

/* -- the fields of a rule -------------------------------------------------- */

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

/* -- the fields of a map --------------------------------------------------- */

typedef json_t *map_value_t(const semr_render_map_t *map, apr_pool_t *pool);

#define WORDS(id)                                                              \
    static json_t *map_##id(const semr_render_map_t *map, apr_pool_t *pool)    \
    {                                                                          \
        return semr_json_string(pool, map->id);                                \
    }
#define NUMBER(id)                                                             \
    static json_t *map_##id(const semr_render_map_t *map, apr_pool_t *pool)    \
    {                                                                          \
        (void)pool;                                                            \
        return semr_json_number((apr_uint64_t)map->id);                        \
    }
#define TIME(id)                                                               \
    static json_t *map_##id(const semr_render_map_t *map, apr_pool_t *pool)    \
    {                                                                          \
        return semr_json_string(                                               \
            pool, map->id ? semr_render_time(pool, map->id) : NULL);           \
    }
WORDS(source)
WORDS(kind)
WORDS(options)
WORDS(error)
TIME(failed)
NUMBER(rows)
NUMBER(left_out)
NUMBER(rules)
NUMBER(bytes)
NUMBER(generation)
TIME(built)
NUMBER(took)
TIME(modified)
#undef WORDS
#undef NUMBER
#undef TIME

static json_t *map_inherited_map(const semr_render_map_t *map, apr_pool_t *pool)
{
    (void)pool;
    return json_boolean(map->inherited);
}

static const struct {
    const char *key;
    map_value_t *value;
} map_fields[] = {
#define X(id, key, heading, what) {key, map_##id},
    SEMR_RENDER_MAP_FIELDS(X)
#undef X
};

enum { MAP_FIELDS = sizeof(map_fields) / sizeof(*map_fields) };

/* -- writing --------------------------------------------------------------- */

/* Steals value; "codes.GET" is GET in an object codes. */
int semr_json_set(json_t *object, const char *key, json_t *value)
{
    const char *dot = strchr(key, '.');
    json_t *inner;
    char name[16];

    if (!dot) {
        return json_object_set_new(object, key, value);
    }
    apr_cpystrn(name, key, (apr_size_t)(dot - key) + 1);
    inner = json_object_get(object, name);
    if (!inner) {
        inner = json_object();
        if (json_object_set_new(object, name, inner)) {
            json_decref(value);
            return -1;
        }
    }
    return json_object_set_new(inner, dot + 1, value);
}

/* JSON lets these control characters stand raw, but a terminal obeys them:
 * DEL, and U+0080 to U+009F, which are two bytes and come in one piece. */
static int is_control(const char *at, const char *end)
{
    return *at == '\x7f' || ((unsigned char)*at == 0xc2 && end - at > 1 &&
                             (unsigned char)at[1] < 0xa0);
}

static int write_bytes(const char *bytes, size_t len, void *baton)
{
    const char *end = bytes + len, *at;
    char escaped[8];

    for (at = bytes; at < end; at++) {
        if (is_control(at, end)) {
            semr_out_write(baton, bytes, (apr_size_t)(at - bytes));
            at += *at != '\x7f';
            apr_snprintf(escaped, sizeof(escaped), "\\u%04x",
                         (unsigned)(unsigned char)*at);
            semr_out_puts(baton, escaped);
            bytes = at + 1;
        }
    }
    semr_out_write(baton, bytes, (apr_size_t)(end - bytes));
    return 0;
}

/* Writes the object and lets it go; failed: it is not whole. */
void semr_json_write(semr_out_t *out, json_t *object, int failed, size_t flags)
{
    if (failed ||
        json_dump_callback(object, write_bytes, out, JSON_COMPACT | flags)) {
        out->status = out->status ? out->status : APR_ENOMEM;
    }
    json_decref(object);
}

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
    json_t *answers = json_object();
    int i, failed = 0;

    for (i = SEMR_STAGES - 1; i >= 0; i--) {
        failed |= semr_json_set(stages, semr_stage_name((semr_stage_t)i),
                                semr_json_number(model->rules[i]));
        failed |= semr_json_set(answers, semr_stage_name((semr_stage_t)i),
                                by_code(model->answers[i]));
    }
    json_object_del(answers, semr_stage_name(SEMR_OFF));
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
    failed |= semr_json_set(head, "rules_by_stage", stages);
    failed |= set_found(head, model);
    semr_json_write(out, head, failed, JSON_EMBED);
}

static void write_maps(semr_out_t *out, const semr_render_model_t *model,
                       apr_pool_t *pool)
{
    int i, k;

    semr_out_puts(out, ",\n\"maps\":[");
    for (i = 0; i < model->nmaps; i++) {
        json_t *object = json_object();
        int failed = 0;

        for (k = 0; k < MAP_FIELDS; k++) {
            failed |= semr_json_set(object, map_fields[k].key,
                                    map_fields[k].value(model->maps + i, pool));
        }
        semr_out_puts(out, i ? ",\n" : "\n");
        semr_json_write(out, object, failed, 0);
    }
    semr_out_puts(out, model->nmaps ? "\n]" : "]");
}

static json_t *places(const semr_report_t *report, semr_finding_id_t id,
                      int most, apr_pool_t *pool, int *failed)
{
    json_t *list = json_array();
    int i;

    for (i = 0; most && i < report->findings->nelts; i++) {
        const semr_finding_t *finding =
            &APR_ARRAY_IDX(report->findings, i, semr_finding_t);
        json_t *place;

        if (finding->id != id) {
            continue;
        }
        most--;
        place = json_object();
        *failed |=
            semr_json_set(place, "file", semr_json_string(pool, finding->file));
        *failed |=
            semr_json_set(place, "line", semr_json_number(finding->line));
        *failed |= semr_json_set(place, "other_file",
                                 semr_json_string(pool, finding->other_file));
        *failed |= semr_json_set(place, "other_line",
                                 finding->other_file
                                     ? semr_json_number(finding->other_line)
                                     : json_null());
        *failed |=
            semr_json_set(place, "text", semr_json_string(pool, finding->text));
        *failed |= json_array_append_new(list, place);
    }
    return list;
}

/* Of many findings, fewer of each code are told: the page is bounded, and
 * shall have rules too. */
static int places_most(const semr_out_t *out, const semr_render_model_t *model)
{
    apr_size_t written = semr_out_written(out), room = model->most / 4;

    if (model->view == SEMR_RENDER_FINDINGS) {
        room *= 2;
    }
    if (!model->most || written < room) {
        return SEMR_REPORT_MOST;
    }
    return written < room + model->most / 8 ? 5 : 1;
}

/* A line for each code that was found */
static void write_findings(semr_out_t *out, const semr_render_model_t *model,
                           apr_pool_t *pool)
{
    const char *checked =
        model->report ? semr_render_time(pool, model->checked) : NULL;
    int id, failed, lines = 0;

    semr_out_printf(out, pool, ",\n\"findings_checked\":%s%s%s",
                    checked ? "\"" : "", checked ? checked : "null",
                    checked ? "\"" : "");
    semr_out_puts(out, ",\n\"findings\":[");
    for (id = 0; model->report && id < SEMR_FINDING_COUNT; id++) {
        semr_finding_id_t which = (semr_finding_id_t)id;
        json_t *object;

        if (!model->report->counts[id]) {
            continue;
        }
        object = json_object();
        failed = semr_json_set(
            object, "code", semr_json_string(pool, semr_finding_code(which)));
        failed |= semr_json_set(
            object, "name", semr_json_string(pool, semr_finding_name(which)));
        failed |= semr_json_set(
            object, "severity",
            semr_json_string(pool,
                             semr_severity_name(semr_finding_severity(which))));
        failed |= semr_json_set(object, "count",
                                semr_json_number(model->report->counts[id]));
        failed |= semr_json_set(
            object, "what", semr_json_string(pool, semr_finding_what(which)));
        failed |= semr_json_set(
            object, "mend", semr_json_string(pool, semr_finding_mend(which)));
        failed |= semr_json_set(object, "first",
                                places(model->report, which,
                                       places_most(out, model), pool, &failed));
        semr_out_puts(out, lines++ ? ",\n" : "\n");
        semr_json_write(out, object, failed, 0);
    }
    semr_out_puts(out, lines ? "\n]" : "]");
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
        semr_render_json_explain(&json->out, model, pool);
        semr_out_puts(&json->out, "}\n");
        return semr_out_finish(&json->out);
    }
    if (model->view != SEMR_RENDER_RULES) {
        write_findings(&json->out, model, pool);
        write_maps(&json->out, model, pool);
    }
    semr_json_misses(&json->out, model, pool);
    write_rules(json, model, pool);
    semr_out_puts(&json->out, "}\n");
    return semr_out_finish(&json->out);
}
