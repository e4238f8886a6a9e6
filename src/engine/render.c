/* SPDX-License-Identifier: Apache-2.0
 * What the renderers share: what follows from a row.
 */
#include <apr_strings.h>
#include <apr_time.h>

#include "render_parts.h"

const char *const semr_render_methods[] = {
#define X(id, method, class) method,
    SEMR_RENDER_METHODS(X)
#undef X
};

/* -- facts ----------------------------------------------------------------- */

static semr_stage_by_t stage_by(const semr_render_row_t *row,
                                semr_stage_t stage, apr_int64_t now)
{
    const semr_policy_t *policy = &row->rule.policy;

    if (stage == SEMR_LIVE) {
        return SEMR_BY_NOTHING;
    }
    if (policy->stage == stage) {
        return SEMR_BY_RULE;
    }
    if (row->stage == stage) {
        return SEMR_BY_SCOPE;
    }
    if (stage == SEMR_TRIAL) {
        return SEMR_BY_SETTLES;
    }
    return policy->starts != SEMR_NO_DATE && now < policy->starts
               ? SEMR_BY_STARTS
               : SEMR_BY_ENDS;
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void find_codes(semr_render_facts_t *facts)
{
    static const semr_method_class_t classes[] = {
#define X(id, method, class) class,
        SEMR_RENDER_METHODS(X)
#undef X
    };
    const semr_rule_t *rule = &facts->row->rule;
    int i;

    for (i = 0; i < SEMR_RENDER_METHOD_COUNT; i++) {
        facts->codes[i] =
            semr_rule_only(rule->only, semr_render_methods[i])
                ? semr_decide_code(&rule->policy, classes[i], facts->stage)
                : 0;
    }
    /* only=PUT answers too, if to none of these */
    facts->answers =
        semr_decide_code(&rule->policy, SEMR_CLASS_GET, facts->stage) != 0;
}

static void find_facts(const semr_render_model_t *model,
                       const semr_render_row_t *row, apr_pool_t *pool,
                       semr_render_facts_t *facts)
{
    semr_rule_t rule = row->rule;

    facts->row = row;
    facts->pool = pool;
    facts->now = model->now;
    facts->stage = semr_decide_stage(&rule.policy, row->stage, model->now);
    facts->by = stage_by(row, facts->stage, model->now);
    find_codes(facts);
    facts->max_age = semr_decide_max_age(&rule.policy, row->max_age,
                                         facts->stage, model->now);
    facts->from = semr_rule_from(pool, &rule);
    facts->to = or_null(semr_rule_to(pool, &rule));
    facts->note =
        rule.note.len ? apr_pstrmemdup(pool, rule.note.p, rule.note.len) : NULL;
    rule.note = semr_view(NULL, 0);
    facts->options = or_null(semr_rule_options(pool, &rule));
}

static apr_uint64_t sum_of(const apr_uint64_t *answers)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < SEMR_TALLY_CODE_COUNT; i++) {
        sum += answers[i];
    }
    return sum;
}

apr_uint64_t semr_render_sent(const semr_render_model_t *model)
{
    return sum_of(model->answers[SEMR_TRIAL]) +
           sum_of(model->answers[SEMR_LIVE]);
}

apr_uint64_t semr_render_observed(const semr_render_model_t *model)
{
    return sum_of(model->answers[SEMR_OBSERVE]);
}

apr_uint64_t semr_render_count(const semr_render_model_t *model)
{
    apr_uint64_t count = 0;
    int i;

    for (i = 0; i < SEMR_STAGES; i++) {
        count += model->rules[i];
    }
    return count;
}

void semr_render_each(const semr_render_model_t *model, const semr_out_t *out,
                      apr_pool_t *pool, semr_render_tell_t *tell, void *baton)
{
    semr_render_row_t row;
    semr_render_facts_t facts;
    apr_pool_t *row_pool;

    apr_pool_create(&row_pool, pool);
    while (out->status == APR_SUCCESS &&
           model->next(model->baton, row_pool, &row)) {
        find_facts(model, &row, row_pool, &facts);
        tell(baton, &facts);
        apr_pool_clear(row_pool);
    }
    apr_pool_destroy(row_pool);
}

/* -- words ----------------------------------------------------------------- */

const char *semr_render_time(apr_pool_t *pool, apr_int64_t seconds)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_from_sec(seconds));
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02dZ",
                        t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                        t.tm_min, t.tm_sec);
}

const char *semr_render_grouped(apr_pool_t *pool, apr_uint64_t value)
{
    char digits[32], *p = digits + sizeof(digits);
    int n = 0;

    *--p = '\0';
    do {
        if (n && n % 3 == 0) {
            *--p = ',';
        }
        *--p = (char)('0' + value % 10);
        value /= 10;
        n++;
    } while (value);
    return apr_pstrdup(pool, p);
}

const char *semr_render_lasting(apr_pool_t *pool, apr_int64_t seconds)
{
    static const struct {
        apr_int64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    apr_int64_t count;
    int i = 0;

    while (seconds < units[i].seconds) {
        i++;
    }
    count = seconds / units[i].seconds;
    return apr_psprintf(pool, "%s%" APR_INT64_T_FMT " %s%s",
                        seconds % units[i].seconds ? "about " : "", count,
                        units[i].name, count == 1 ? "" : "s");
}
