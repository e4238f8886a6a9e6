/* SPDX-License-Identifier: Apache-2.0
 * Reasons and sentences.
 */
#include <string.h>

#include <apr_strings.h>

#include "explain_parts.h"

typedef semr_explained_run_t run_t;
typedef semr_explained_rule_t told_t;

static const char *fate_words(semr_fate_t fate)
{
    static const char *const words[] = {
#define X(id, key, text) [SEMR_FATE_##id] = text,
        SEMR_FATES(X)
#undef X
    };

    return words[fate];
}

/* -- why a rule does not answer -------------------------------------------- */

/* What of the rule, or of what surrounds it, is the cause; NULL: the words of
 * the verdict say it all. */
static const char *cause_of(apr_pool_t *pool, const semr_rule_t *rule,
                            const semr_judge_t *judge, semr_verdict_t verdict,
                            const semr_answer_t *answer)
{
    const semr_policy_t *policy = &rule->policy;

    switch (verdict) {
    case SEMR_VERDICT_OFF:
        return policy->stage == SEMR_OFF
                   ? "the rule itself says stage=off, or its map"
                   : "SemanticRedirectStage is off here";
    case SEMR_VERDICT_EARLY:
        return apr_pstrcat(
            pool, "starts=", semr_date_show(pool, policy->starts), NULL);
    case SEMR_VERDICT_LATE:
        return apr_pstrcat(pool, "ends=", semr_date_show(pool, policy->ends),
                           NULL);
    case SEMR_VERDICT_METHOD:
        return apr_psprintf(pool, "only=%.*s", (int)rule->only.len,
                            rule->only.p);
    case SEMR_VERDICT_CONDITION:
        return apr_psprintf(pool, "if=%.*s", (int)rule->condition.len,
                            rule->condition.p);
    case SEMR_VERDICT_ACME:
        return "its FROM does not name them";
    case SEMR_VERDICT_REPEATS:
        return apr_pstrcat(pool, "its Location would be ",
                           answer->location.text, ", which was asked for",
                           NULL);
    case SEMR_VERDICT_LEAVES:
        return policy->intent == SEMR_NONE ? "its intent is none"
               : policy->method == SEMR_METHOD_PASS &&
                       judge->class != SEMR_CLASS_GET
                   ? "method=pass"
                   : "see-other says nothing to OPTIONS";
    default:
        return NULL;
    }
}

const char *semr_explain_why(const run_t *run, const semr_rule_t *rule,
                             const semr_judge_t *judge, semr_verdict_t verdict,
                             semr_fate_t fate, const semr_answer_t *answer)
{
    const char *words, *cause;

    if (verdict == SEMR_VERDICT_ANSWERS) {
        return fate_words(fate);
    }
    words = semr_verdict_words(verdict);
    cause = cause_of(run->pool, rule, judge, verdict, answer);
    if (verdict == SEMR_VERDICT_LEAVES && answer->stage == SEMR_OBSERVE) {
        words = "would leave this request alone, but is only observed";
    }
    return cause ? apr_pstrcat(run->pool, words, ": ", cause, NULL) : words;
}

/* -- why a rule comes later ------------------------------------------------ */

static int group_of(const told_t *told)
{
    return told->kind == SEMR_EXACT ? 0 : told->kind == SEMR_PREFIX ? 2 : 1;
}

static int same_path(const told_t *a, const told_t *b)
{
    return a->path_len == b->path_len && !memcmp(a->path, b->path, a->path_len);
}

static const char *other_space(const told_t *decides, const told_t *rule)
{
    if (rule->space < 0) {
        return decides->space < 0
                   ? "comes later: what httpd merges last is asked first"
                   : "comes later: a server's rules are asked before those of "
                     "sections and .htaccess";
    }
    return "comes later: a virtual host's own rules are asked before those "
           "that it inherits";
}

static int same_place(const told_t *a, const told_t *b)
{
    return a->space == b->space &&
           (a->space >= 0 || a->where == b->where ||
            (a->where && b->where && !strcmp(a->where, b->where)));
}

const char *semr_explain_later(const told_t *decides, const told_t *rule)
{
    if (!same_place(decides, rule)) {
        return other_space(decides, rule);
    }
    if (decides->names_host && !rule->names_host) {
        return "comes later: a rule that names the host is asked before one "
               "that does not";
    }
    if (group_of(decides) != group_of(rule)) {
        return group_of(decides) == 0
                   ? "comes later: an exact rule is asked before patterns and "
                     "trees"
                   : "comes later: a pattern is asked before trees";
    }
    if (decides->kind == SEMR_PREFIX && decides->path_len > rule->path_len) {
        return "comes later: the longer tree is asked first";
    }
    if (group_of(rule) == 1 && !same_path(decides, rule)) {
        return "comes later: of patterns, the one that was written first is "
               "asked first";
    }
    if (decides->kind == SEMR_EXACT &&
        decides->with_slash != rule->with_slash) {
        return "comes later: the rule that has the final slash as it was asked "
               "for is asked first";
    }
    if (decides->rank != rule->rank) {
        return "comes later: of two rules in one place, the one that asks for "
               "more is asked first";
    }
    return "comes later: of two equal rules the one that was written first "
           "wins";
}

/* -- sentences ------------------------------------------------------------- */

/* "308 to /new", "410" */
static const char *code_of(const run_t *run)
{
    return run->location
               ? apr_psprintf(run->pool, "%d to %s", run->status, run->location)
               : apr_itoa(run->pool, run->status);
}

static const char *nobody(const run_t *run)
{
    if (run->server) {
        return apr_psprintf(run->pool, ". The server itself says %d",
                            run->server);
    }
    return "";
}

const char *semr_explain_sentence(const run_t *run, const char *url)
{
    const char *at = run->rule ? run->rule->at : "";
    const char *head = apr_pstrcat(run->pool, run->name, " ", url, NULL);

    switch (run->outcome) {
    case SEMR_OUTCOME_ANSWERED:
        return apr_psprintf(run->pool, "%s gets %s%s, by %s.", head,
                            code_of(run),
                            run->stage == SEMR_TRIAL ? " on trial" : "", at);
    case SEMR_OUTCOME_OBSERVED:
        return apr_psprintf(run->pool,
                            "%s is not redirected, only observed: it would get "
                            "%s, by %s%s.",
                            head, code_of(run), at, nobody(run));
    case SEMR_OUTCOME_LEFT_ALONE:
        return apr_psprintf(run->pool, "%s is left alone, by %s%s.", head, at,
                            nobody(run));
    case SEMR_OUTCOME_LOOP:
        return apr_psprintf(run->pool,
                            "%s is not redirected, for the rules lead in a "
                            "circle, from %s on%s.",
                            head, at, nobody(run));
    case SEMR_OUTCOME_STATUS_PAGE:
        return apr_psprintf(run->pool,
                            "%s is not redirected, for it asks for a status "
                            "page; else %s would answer.",
                            head, at);
    case SEMR_OUTCOME_NEVER:
        return apr_psprintf(run->pool, "%s is never redirected.", head);
    case SEMR_OUTCOME_REFUSED:
        return apr_psprintf(run->pool,
                            "%s gets %d from the server itself; no rule "
                            "answers it.",
                            head, run->server);
    default:
        return apr_psprintf(run->pool,
                            "%s is not redirected: no rule answers it.", head);
    }
}

const char *semr_explain_heading(const run_t *run)
{
    switch (run->outcome) {
    case SEMR_OUTCOME_OBSERVED:
        return "The rule that is observed";
    case SEMR_OUTCOME_LOOP:
    case SEMR_OUTCOME_STATUS_PAGE:
        return "The rule that would answer";
    default:
        return "The rule that wins";
    }
}

const char *semr_explain_chain_end(const run_t *run)
{
    const char *goes = run->hops->nelts < 2 ? "."
                       : run->keeps
                           ? ". The client makes each hop itself "
                             "(SemanticRedirectChains keep)."
                           : ". The client is sent to the end at once.";
    const char *trial = run->stage == SEMR_TRIAL
                            ? " Codes of hops are those that live would send; "
                              "this is on trial."
                            : "";

    return apr_pstrcat(run->pool, "It ends there: ", run->end, goes, trial,
                       NULL);
}
