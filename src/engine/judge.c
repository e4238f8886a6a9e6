/* SPDX-License-Identifier: Apache-2.0
 * Judging one rule for one request.
 */
#include <string.h>

#include "judge.h"

/* RFC 8555 8.3: where a certificate's authority asks */
#define ACME "/.well-known/acme-challenge/"

const char *semr_verdict_words(semr_verdict_t verdict)
{
    static const char *const words[] = {
#define X(id, text) [SEMR_VERDICT_##id] = text,
        SEMR_VERDICTS(X)
#undef X
    };

    return words[verdict];
}

static semr_verdict_t why_off(const semr_judge_t *judge,
                              const semr_policy_t *policy)
{
    if (policy->starts != SEMR_NO_DATE && judge->now < policy->starts) {
        return SEMR_VERDICT_EARLY;
    }
    if (policy->ends != SEMR_NO_DATE && judge->now >= policy->ends) {
        return SEMR_VERDICT_LATE;
    }
    return SEMR_VERDICT_OFF;
}

static int has_head(const semr_image_rule_t *rule, const char *head,
                    apr_size_t len)
{
    apr_size_t first = rule->from.len < len ? rule->from.len : len;

    return rule->from.len + rule->from_rest.len >= len &&
           !memcmp(rule->from.p, head, first) &&
           !memcmp(rule->from_rest.p, head + first, len - first);
}

/* Whether the rule leaves this path alone, unless it names the path of the
 * challenge and means it. */
static int spares_acme(semr_view_t path, const semr_candidate_t *candidate)
{
    apr_size_t len = sizeof(ACME) - 1;
    const semr_image_rule_t *rule = candidate->rule;

    if (path.len < len || memcmp(path.p, ACME, len)) {
        return 0;
    }
    if (candidate->policy->kind == SEMR_REGEX) {
        return !memmem(rule->from.p, rule->from.len, "acme-challenge",
                       sizeof("acme-challenge") - 1);
    }
    return !has_head(rule, ACME, len - 1); /* a slash star is not in FROM */
}

/* A redirect that would only repeat the request is none.  A 303 does not
 * repeat a POST. */
static int repeats(const semr_judge_t *judge, const semr_answer_t *answer)
{
    return (answer->status != 303 || judge->class == SEMR_CLASS_GET) &&
           semr_location_is(&answer->location, judge->request);
}

/* Whether the rule is observed, and on trial for this request.  That is asked
 * as late as can be: what it reads of the request goes into Vary. */
static int is_previewed(semr_judge_t *judge, semr_answer_t *answer)
{
    if (answer->stage != SEMR_OBSERVE || !judge->preview ||
        !judge->preview(judge->baton)) {
        return 0;
    }
    answer->stage = SEMR_TRIAL;
    return 1;
}

static int holds(semr_judge_t *judge, const semr_candidate_t *candidate,
                 semr_stage_t stage)
{
    judge->unseen = stage == SEMR_OBSERVE && !judge->preview;
    return judge->condition && judge->condition(judge->baton, candidate);
}

/* Why the rule does not even exist for this request, or SEMR_VERDICT_ANSWERS */
static semr_verdict_t applies(semr_judge_t *judge,
                              const semr_candidate_t *candidate,
                              semr_answer_t *answer)
{
    const semr_image_policy_t *policy = candidate->policy;
    semr_verdict_t verdict;

    answer->policy = semr_image_decision(policy);
    answer->stage =
        semr_decide_stage(&answer->policy, judge->stage, judge->now);
    if (judge->as_live && answer->stage != SEMR_OFF) {
        answer->stage = SEMR_LIVE;
    }
    if (policy->only &&
        !semr_rule_only(semr_image_string(candidate->set->image, policy->only),
                        judge->method)) {
        return SEMR_VERDICT_METHOD;
    }
    if (answer->stage == SEMR_OFF) {
        verdict = why_off(judge, &answer->policy);
        if (verdict == SEMR_VERDICT_EARLY &&
            semr_decide_stage(&answer->policy, judge->stage, policy->starts) >
                SEMR_OBSERVE &&
            (judge->until == SEMR_NO_DATE || policy->starts < judge->until)) {
            judge->until = policy->starts;
        }
        return verdict;
    }
    if (spares_acme(judge->request->path, candidate)) {
        return SEMR_VERDICT_ACME;
    }
    return policy->condition && !holds(judge, candidate, answer->stage)
               ? SEMR_VERDICT_CONDITION
               : SEMR_VERDICT_ANSWERS;
}

/* Joins Location, if the answer has one. */
static semr_verdict_t locate(semr_judge_t *judge, const semr_lookup_t *lookup,
                             const semr_candidate_t *candidate,
                             semr_answer_t *answer)
{
    semr_to_form_t form = (semr_to_form_t)candidate->policy->to_form;
    semr_view_t base = {NULL, 0};

    answer->location.text = NULL;
    if (form == SEMR_TO_NOTHING) {
        return SEMR_VERDICT_ANSWERS;
    }
    if (judge->base) {
        base = judge->base(judge->baton, form);
    }
    if (!semr_lookup_location(lookup, candidate, base, &answer->location)) {
        return SEMR_VERDICT_DOTS;
    }
    return repeats(judge, answer) ? SEMR_VERDICT_REPEATS : SEMR_VERDICT_ANSWERS;
}

semr_verdict_t semr_judge(semr_judge_t *judge, const semr_lookup_t *lookup,
                          const semr_candidate_t *candidate,
                          semr_answer_t *answer)
{
    const semr_image_policy_t *policy = candidate->policy;
    semr_verdict_t verdict = applies(judge, candidate, answer);

    if (verdict != SEMR_VERDICT_ANSWERS) {
        return verdict;
    }
    answer->status =
        semr_decide_code(&answer->policy, judge->class, answer->stage);
    if (!answer->status) {
        is_previewed(judge, answer);
        return SEMR_VERDICT_LEAVES;
    }
    verdict = locate(judge, lookup, candidate, answer);
    if (verdict != SEMR_VERDICT_ANSWERS) {
        return verdict;
    }
    if (is_previewed(judge, answer)) {
        answer->status =
            semr_decide_code(&answer->policy, judge->class, answer->stage);
    }
    answer->max_age = semr_decide_max_age(
        &answer->policy,
        judge->max_age ? judge->max_age[answer->policy.intent]
                       : SEMR_MAX_AGE_DEFAULT,
        answer->stage, judge->now);
    answer->max_age = semr_judge_until(judge, answer->max_age);
    answer->file = semr_image_string(candidate->set->image, policy->file);
    answer->line = candidate->rule->line;
    return SEMR_VERDICT_ANSWERS;
}

apr_int64_t semr_judge_until(const semr_judge_t *judge, apr_int64_t max_age)
{
    apr_int64_t left = judge->until - judge->now;

    return judge->until != SEMR_NO_DATE && max_age > left ? left : max_age;
}
