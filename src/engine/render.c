/* SPDX-License-Identifier: Apache-2.0
 * What the renderers share: what follows from a row.
 */
#include <string.h>

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

/* Text with an ellipsis for what a page has no room for, never within a
 * character. */
static const char *cut(const semr_render_model_t *model, apr_pool_t *pool,
                       const char *text)
{
    apr_size_t len = SEMR_RENDER_WORDS;

    if (!model->most || !text || strlen(text) <= len) {
        return text;
    }
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80) {
        len--;
    }
    return apr_pstrcat(pool, apr_pstrmemdup(pool, text, len), "\xe2\x80\xa6",
                       NULL);
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
    facts->from = cut(model, pool, semr_rule_from(pool, &rule));
    facts->to = cut(model, pool, or_null(semr_rule_to(pool, &rule)));
    facts->note =
        cut(model, pool,
            rule.note.len ? apr_pstrmemdup(pool, rule.note.p, rule.note.len)
                          : NULL);
    rule.note = semr_view(NULL, 0);
    facts->options = cut(model, pool, or_null(semr_rule_options(pool, &rule)));
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

apr_int64_t semr_render_last(const semr_render_model_t *model)
{
    apr_int64_t last = 0;
    int stage, code;

    for (stage = SEMR_TRIAL; stage < SEMR_STAGES; stage++) {
        for (code = 0; code < SEMR_TALLY_CODE_COUNT; code++) {
            apr_int64_t at = model->last[stage][code];

            last = at > last ? at : last;
        }
    }
    return last;
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

/* Bytes that a row takes at most, and what is kept for the page's end. */
enum { ESCAPED = 6, AROUND = 1500, FOOT = 16 * 1024 };

static apr_size_t length(const char *text)
{
    return text ? strlen(text) : 0;
}

static int has_room(const semr_render_model_t *model, const semr_out_t *out,
                    const semr_render_facts_t *facts)
{
    apr_size_t words = length(facts->from) + length(facts->to) +
                       length(facts->options) + length(facts->note) +
                       length(facts->row->rule.file) +
                       length(facts->row->where);

    return semr_out_written(out) + ESCAPED * words + AROUND + FOOT <=
           model->most;
}

semr_render_told_t semr_render_each(const semr_render_model_t *model,
                                    const semr_out_t *out, apr_pool_t *pool,
                                    semr_render_tell_t *tell, void *baton)
{
    semr_render_told_t rows = {0, 0};
    semr_render_row_t row;
    semr_render_facts_t facts;
    apr_pool_t *row_pool;

    apr_pool_create(&row_pool, pool);
    while (out->status == APR_SUCCESS &&
           model->next(model->baton, row_pool, &row)) {
        if (!rows.left) {
            find_facts(model, &row, row_pool, &facts);
        }
        /* one at least, so that who goes on gets further */
        if (rows.left ||
            (model->most && rows.told && !has_room(model, out, &facts))) {
            rows.left++;
        }
        else {
            tell(baton, &facts);
            rows.told++;
        }
        apr_pool_clear(row_pool);
    }
    apr_pool_destroy(row_pool);
    rows.left += model->not_listed;
    return rows;
}

const char *semr_render_next(apr_pool_t *pool, const semr_render_model_t *model,
                             const semr_render_told_t *told)
{
    const semr_search_t *search = model->search;
    apr_uint64_t start = (search ? search->start : 0) + told->told;

    if (!told->left || !told->told ||
        (search && search->order != SEMR_SEARCH_WRITTEN &&
         start > SEMR_SEARCH_SORTED)) {
        return NULL;
    }
    return semr_render_link(pool, model, start);
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
