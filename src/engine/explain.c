/* SPDX-License-Identifier: Apache-2.0
 * A run: what is told to it, and kept.
 */
#include <string.h>

#include <apr_strings.h>

#include "explain_parts.h"
#include "identity.h"

typedef semr_explained_run_t run_t;
typedef semr_explained_rule_t told_t;

/* -- what is copied -------------------------------------------------------- */

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static const char *copied(apr_pool_t *pool, semr_view_t view)
{
    return view.len ? apr_pstrmemdup(pool, view.p, view.len) : NULL;
}

static const char *at_of(apr_pool_t *pool, const char *file, unsigned line)
{
    return apr_psprintf(pool, "%s:%u", file ? file : "(no file)", line);
}

/* How the rule would be written */
static void tell_words(apr_pool_t *pool, const semr_rule_t *rule, told_t *told)
{
    semr_rule_t bare = *rule;

    told->intent = semr_intent_name(rule->policy.intent);
    told->from = apr_pstrdup(pool, semr_rule_from(pool, rule));
    told->to = or_null(semr_rule_to(pool, rule));
    told->note = copied(pool, rule->note);
    bare.note = semr_view(NULL, 0);
    told->options = or_null(semr_rule_options(pool, &bare));
    told->file = rule->file;
    told->line = rule->line;
    told->at = at_of(pool, rule->file, rule->line);
}

/* What tells it from others that match */
static void tell_place(const semr_explain_place_t *place,
                       const semr_candidate_t *candidate,
                       const semr_rule_t *rule, told_t *told)
{
    const semr_image_t *image = candidate->set->image;

    told->where = place->name;
    told->inherited = place->inherited;
    told->id = semr_identity(image, candidate->rule, place->id);
    told->space = place->space;
    told->kind = rule->kind;
    told->names_host = rule->host.len != 0;
    told->with_slash = rule->with_slash;
    told->rank = candidate->policy->rank;
    told->path_len = rule->path.len;
    told->path = rule->path.p;
}

static told_t *add_rule(run_t *run, const semr_explain_place_t *place,
                        const semr_candidate_t *candidate,
                        const semr_judge_t *judge, semr_rule_t *rule)
{
    told_t *told = apr_pcalloc(run->pool, sizeof(*told));

    semr_image_read(candidate->set->image, candidate->rule, run->pool, rule);
    tell_words(run->pool, rule, told);
    tell_place(place, candidate, rule, told);
    told->path = apr_pstrmemdup(run->pool, told->path, told->path_len);
    told->where = told->where ? apr_pstrdup(run->pool, told->where) : NULL;
    told->stage = semr_decide_stage(&rule->policy, judge->stage, judge->now);
    APR_ARRAY_PUSH(run->rules, const told_t *) = told;
    return told;
}

static int is_full(const run_t *run)
{
    return run->rules->nelts >= SEMR_EXPLAIN_RULES;
}

static const char *cache_control(apr_pool_t *pool, apr_int64_t max_age)
{
    return max_age == SEMR_MAX_AGE_NONE ? NULL
           : max_age == 0
               ? "no-store"
               : apr_psprintf(pool, "max-age=%" APR_INT64_T_FMT, max_age);
}

/* -- the chain ------------------------------------------------------------- */

static void add_hop(run_t *run, const semr_hop_t *hop)
{
    semr_explained_hop_t *told = apr_array_push(run->hops);
    const semr_image_t *image = hop->set->image;

    told->method = hop->class == run->class ? run->method : "GET";
    told->at =
        at_of(run->pool,
              copied(run->pool, semr_image_string(image, hop->policy->file)),
              hop->line);
    told->intent = semr_intent_name((semr_intent_t)hop->policy->intent);
    told->status = hop->status;
    told->location =
        hop->location.text ? apr_pstrdup(run->pool, hop->location.text) : NULL;
}

static void tell_walk(run_t *run, const semr_walk_t *walk)
{
    const semr_hop_t *next = &walk->next;
    int i;

    run->hops =
        apr_array_make(run->pool, walk->nhops, sizeof(semr_explained_hop_t));
    for (i = 0; i < walk->nhops; i++) {
        add_hop(run, walk->hops + i);
    }
    run->end = semr_walk_words(walk->end);
    if (next->set) {
        semr_view_t file =
            semr_image_string(next->set->image, next->policy->file);

        run->end = apr_psprintf(run->pool, "%s (%.*s:%u)", run->end,
                                (int)file.len, file.p, next->line);
    }
}

/* -- the run --------------------------------------------------------------- */

void semr_explain_begin(run_t *run, apr_pool_t *pool, const char *method,
                        int preflight)
{
    memset(run, 0, sizeof(*run));
    run->pool = pool;
    run->method = method;
    run->name = preflight ? SEMR_EXPLAIN_PREFLIGHT : method;
    run->class = semr_decide_class(method, preflight);
    run->rules = apr_array_make(pool, 4, sizeof(const told_t *));
    run->preview = -1;
    run->outcome = run->class == SEMR_CLASS_NEVER ? SEMR_OUTCOME_NEVER
                                                  : SEMR_OUTCOME_NO_RULE;
}

static void tell_answer(run_t *run, const semr_answer_t *answer, told_t *told)
{
    told->status = answer->status;
    told->location = answer->location.text
                         ? apr_pstrdup(run->pool, answer->location.text)
                         : NULL;
}

/* This rule decides; under observe, what would have been sent. */
static void decide(run_t *run, semr_outcome_t outcome, told_t *told)
{
    run->outcome = outcome;
    run->rule = told;
    run->stage = told->stage;
    run->status = told->status;
    run->location = told->location;
}

static semr_outcome_t outcome_of(semr_fate_t fate)
{
    switch (fate) {
    case SEMR_FATE_ANSWERS:
        return SEMR_OUTCOME_ANSWERED;
    case SEMR_FATE_LEAVES:
        return SEMR_OUTCOME_LEFT_ALONE;
    case SEMR_FATE_LOOPS:
        return SEMR_OUTCOME_LOOP;
    case SEMR_FATE_STATUS_PAGE:
        return SEMR_OUTCOME_STATUS_PAGE;
    default:
        return SEMR_OUTCOME_NO_RULE;
    }
}

void semr_explain_rule(run_t *run, const semr_explain_place_t *place,
                       const semr_candidate_t *candidate,
                       const semr_judge_t *judge, semr_verdict_t verdict,
                       semr_fate_t fate, const semr_answer_t *answer,
                       const semr_walk_t *walk)
{
    int observed = answer->stage == SEMR_OBSERVE;
    semr_rule_t rule;
    told_t *told;

    if (is_full(run) && (observed || fate > SEMR_FATE_STATUS_PAGE)) {
        run->more_rules++;
        return;
    }
    told = add_rule(run, place, candidate, judge, &rule);
    told->stage = answer->stage;
    told->fate = fate;
    if (fate == SEMR_FATE_ANSWERS || fate == SEMR_FATE_OBSERVED) {
        tell_answer(run, answer, told);
    }
    told->reason = semr_explain_why(run, &rule, judge, verdict, fate, answer);
    if (fate == SEMR_FATE_OBSERVED && !run->rule) {
        decide(run, SEMR_OUTCOME_OBSERVED, told);
        run->cache_control = cache_control(run->pool, answer->max_age);
        run->hops = NULL;
        if (walk) {
            tell_walk(run, walk);
        }
    }
    if (observed || fate > SEMR_FATE_STATUS_PAGE) {
        return;
    }
    run->settled = 1;
    run->cache_control = NULL;
    run->hops = NULL;
    run->end = NULL;
    decide(run, outcome_of(fate), told);
    if (fate == SEMR_FATE_ANSWERS) {
        run->cache_control = cache_control(run->pool, answer->max_age);
    }
    if (walk) {
        tell_walk(run, walk);
    }
}

void semr_explain_beaten(run_t *run, const semr_explain_place_t *place,
                         const semr_candidate_t *candidate,
                         const semr_judge_t *judge)
{
    semr_rule_t rule;
    told_t *told;

    if (is_full(run)) {
        run->more_rules++;
        return;
    }
    told = add_rule(run, place, candidate, judge, &rule);
    told->fate = SEMR_FATE_BEATEN;
    told->reason = semr_explain_later(run->rule, told);
}

void semr_explain_end(run_t *run, const char *vary)
{
    run->vary = vary && *vary ? apr_pstrdup(run->pool, vary) : NULL;
    if (run->server >= 300 && !run->settled) {
        run->outcome = run->outcome == SEMR_OUTCOME_NO_RULE
                           ? SEMR_OUTCOME_REFUSED
                           : run->outcome;
    }
}

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

int semr_explain_same(const run_t *a, const run_t *b)
{
    return a->outcome == b->outcome && a->status == b->status &&
           same_text(a->location, b->location) &&
           same_text(a->cache_control, b->cache_control) &&
           same_text(a->rule ? a->rule->at : NULL,
                     b->rule ? b->rule->at : NULL);
}

const char *semr_fate_key(semr_fate_t fate)
{
    static const char *const keys[] = {
#define X(id, key, words) [SEMR_FATE_##id] = key,
        SEMR_FATES(X)
#undef X
    };

    return keys[fate];
}

static const struct {
    const char *key, *words;
} outcomes[] = {
#define X(id, key, words) [SEMR_OUTCOME_##id] = {key, words},
    SEMR_OUTCOMES(X)
#undef X
};

const char *semr_outcome_key(semr_outcome_t outcome)
{
    return outcomes[outcome].key;
}

const char *semr_outcome_words(semr_outcome_t outcome)
{
    return outcomes[outcome].words;
}
