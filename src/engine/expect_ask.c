/* SPDX-License-Identifier: Apache-2.0
 * Asking what is expected.
 */
#include <string.h>

#include <apr_strings.h>

#include "expect.h"
#include "rule.h"

/* -- asking ---------------------------------------------------------------- */

static void set_request(const semr_expect_asker_t *asker,
                        const semr_expect_t *expect, semr_request_t *request,
                        apr_pool_t *pool)
{
    const semr_explain_target_t *target = &expect->target;
    semr_view_t path = {"/", 1};
    int https = target->https < 0 ? asker->https : target->https;

    memset(request, 0, sizeof(*request));
    request->pool = pool;
    semr_url_split(target->target, &path, &request->query);
    request->path = semr_url_path(pool, path);
    request->host = target->host ? semr_view(target->host, strlen(target->host))
                                 : asker->host;
    request->https = https != 0;
    request->port = target->port         ? (apr_port_t)target->port
                    : target->https >= 0 ? (https ? 443 : 80)
                                         : asker->port;
}

static void ask(semr_expect_asker_t *asker, const semr_expect_t *expect,
                semr_request_t *request, int as_live)
{
    semr_ask_t *rules = asker->ask;
    semr_judge_t *judge = rules->judge;
    const semr_stage_t stage = judge->stage;
    const apr_int64_t *max_age = judge->max_age, now = judge->now;

    judge->request = request;
    judge->method = expect->target.method;
    judge->class = semr_decide_class(judge->method, 0);
    judge->until = SEMR_NO_DATE;
    judge->now = expect->at != SEMR_NO_DATE ? expect->at : now;
    if (rules->scope) {
        rules->scope(rules->baton, judge);
    }
    judge->as_live = as_live;
    semr_ask(rules);
    judge->as_live = 0;
    judge->now = now;
    judge->stage = stage;
    judge->max_age = max_age;
}

/* -- comparing ------------------------------------------------------------- */

static int says(int status, semr_intent_t intent)
{
    switch (intent) {
    case SEMR_PERMANENT:
        return status == 301 || status == 308;
    case SEMR_TEMPORARY:
        return status == 302 || status == 307;
    case SEMR_SEE_OTHER:
        return status == 303;
    default:
        return status >= 400;
    }
}

static int is_met(const semr_expect_t *expect, const semr_ask_t *rules,
                  const semr_request_t *request, apr_pool_t *pool)
{
    const semr_answer_t *answer = &rules->answer;

    if (rules->fate != SEMR_FATE_ANSWERS) {
        return !expect->code && expect->intent == SEMR_NONE;
    }
    if (expect->code ? expect->code != answer->status
                     : expect->intent == SEMR_NONE ||
                           !says(answer->status, expect->intent)) {
        return 0;
    }
    return !expect->location ||
           (answer->location.text && answer->status < 400 &&
            semr_expect_same(expect->location, answer->location.text, request,
                             pool));
}

/* -- telling --------------------------------------------------------------- */

static const char *place_of(const semr_ruleset_t *set, apr_uint32_t number,
                            apr_pool_t *pool)
{
    semr_image_rule_t record;
    semr_rule_t rule;

    semr_image_rule(set->image, semr_image_at(set->image, number), &record);
    semr_image_read(set->image, &record, pool, &rule);
    return apr_psprintf(pool, "%s:%u", rule.file ? rule.file : "?", rule.line);
}

static const char *answer_words(const semr_answer_t *answer, apr_pool_t *pool)
{
    const char *to = answer->location.text;

    return answer->status < 400 && to
               ? apr_psprintf(pool, "%d to %s", answer->status,
                              semr_diag_show(pool, semr_view(to, strlen(to))))
               : apr_itoa(pool, answer->status);
}

/* Why no rule answers: the first that matches, and what kept it from it */
typedef struct passed_t {
    apr_pool_t *pool;
    const char *why;
} passed_t;

static void tell(void *baton, const semr_ask_t *rules,
                 const semr_candidate_t *candidate, semr_verdict_t verdict,
                 semr_fate_t fate, const semr_answer_t *answer)
{
    passed_t *passed = baton;
    const char *place;

    (void)rules;
    if (passed->why || fate == SEMR_FATE_ANSWERS || fate == SEMR_FATE_BEATEN) {
        return;
    }
    place = place_of(candidate->set, candidate->rule->number, passed->pool);
    passed->why =
        fate == SEMR_FATE_OBSERVED
            ? apr_psprintf(passed->pool, "%s is only observed: %s is not sent",
                           place, answer_words(answer, passed->pool))
        : fate == SEMR_FATE_LOOPS
            ? apr_psprintf(passed->pool,
                           "%s leads in a circle, so nobody is redirected",
                           place)
            : apr_psprintf(passed->pool, "%s %s", place,
                           semr_verdict_words(verdict));
}

/* What was got, in words, and by which rule; of an ask that was made. */
static const char *got_words(semr_expect_asker_t *asker,
                             const semr_expect_t *expect,
                             semr_request_t *request, int as_live,
                             apr_pool_t *pool)
{
    semr_ask_t *rules = asker->ask;
    passed_t passed = {pool, NULL};

    if (rules->fate == SEMR_FATE_ANSWERS) {
        return apr_psprintf(
            pool, "%s by %s%s", answer_words(&rules->answer, pool),
            place_of(rules->spaces[rules->space].sets[rules->set],
                     rules->number, pool),
            rules->answer.stage == SEMR_TRIAL ? ", on trial" : "");
    }
    rules->tell = tell;
    rules->tell_baton = &passed;
    ask(asker, expect, request, as_live);
    rules->tell = NULL;
    return apr_psprintf(pool, "pass: %s",
                        passed.why ? passed.why
                        : rules->judge->class == SEMR_CLASS_NEVER
                            ? "requests by this method are left alone"
                            : "no rule matches");
}

semr_expect_end_t semr_expect_ask(semr_expect_asker_t *asker,
                                  const semr_expect_t *expect, apr_pool_t *pool,
                                  const char **got)
{
    int as_live = !expect->code && expect->intent != SEMR_NONE;
    semr_request_t request;

    *got = NULL;
    set_request(asker, expect, &request, pool);
    asker->conditions = 0;
    ask(asker, expect, &request, as_live);
    if (asker->conditions) {
        *got = "a rule that matches has a condition (if=), which nobody knows "
               "before a client asks";
        return SEMR_EXPECT_OPEN;
    }
    if (is_met(expect, asker->ask, &request, pool)) {
        return SEMR_EXPECT_HOLDS;
    }
    *got = got_words(asker, expect, &request, as_live, pool);
    if (asker->any_stage && !as_live) {
        ask(asker, expect, &request, 1);
        if (is_met(expect, asker->ask, &request, pool)) {
            return SEMR_EXPECT_HOLDS;
        }
    }
    return SEMR_EXPECT_FAILS;
}

const char *semr_expect_tell(const semr_expect_t *expect, semr_expect_end_t end,
                             const char *got, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%s %s: expected %s%s%s", expect->target.method,
                        expect->url, semr_expect_words(expect, pool),
                        end == SEMR_EXPECT_HOLDS   ? ""
                        : end == SEMR_EXPECT_FAILS ? ", got "
                                                   : ": ",
                        end == SEMR_EXPECT_HOLDS ? "" : got);
}
