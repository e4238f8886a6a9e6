/* SPDX-License-Identifier: Apache-2.0
 * Reads rules back out of an image.
 */
#include <string.h>

#include <apr_strings.h>

#include "image.h"

apr_uint32_t semr_image_at(const semr_image_t *image, apr_uint32_t number)
{
    apr_uint32_t at = semr_image_marks(image)[number / SEMR_MARK_EVERY];
    apr_uint32_t past = number % SEMR_MARK_EVERY;
    semr_image_rule_t rule;

    for (; past; past--) {
        semr_image_rule(image, at, &rule);
        at = rule.next;
    }
    return at;
}

semr_policy_t semr_image_decision(const semr_image_policy_t *policy)
{
    semr_policy_t decision;

    decision.intent = (semr_intent_t)policy->intent;
    decision.method = (semr_method_mode_t)policy->method;
    decision.code = policy->code;
    decision.max_age = policy->max_age;
    decision.stage = (semr_stage_t)policy->stage;
    decision.starts = policy->starts;
    decision.ends = policy->ends;
    decision.settles = policy->settles;
    return decision;
}

semr_to_t semr_image_to(const semr_image_t *image,
                        const semr_image_rule_t *rule)
{
    const semr_image_policy_t *policy = semr_image_policy(image, rule);
    semr_to_t to;

    to.form = (semr_to_form_t)policy->to_form;
    to.head = rule->to;
    to.rest = rule->to_rest;
    to.tail = (rule->traits & SEMR_TO_TAIL) != 0;
    to.drop_query = (policy->flags & SEMR_DROP_QUERY) != 0;
    to.inserts = (policy->flags & SEMR_INSERTS) != 0;
    to.plain = (policy->flags & SEMR_PLAIN) != 0;
    return to;
}

/* Pieces as one; op is a byte that follows, or 0. */
static semr_view_t joined(apr_pool_t *pool, semr_view_t head, semr_view_t rest,
                          int op)
{
    char *p;

    if (!rest.len && !op) {
        return head;
    }
    if (!head.len && !op) {
        return rest;
    }
    p = apr_palloc(pool, head.len + rest.len + 1);
    memcpy(p, head.p, head.len);
    memcpy(p + head.len, rest.p, rest.len);
    p[head.len + rest.len] = (char)op;
    return semr_view(p, head.len + rest.len + (op != 0));
}

static void read_params(const semr_image_t *image,
                        const semr_image_extra_t *extra, apr_pool_t *pool,
                        semr_rule_t *rule)
{
    const semr_image_param_t *in = semr_image_params(image) + extra->params;
    semr_param_t *params;
    apr_uint32_t i;

    rule->nparams = (int)extra->nparams;
    params = apr_palloc(pool, (extra->nparams + 1) * sizeof(*params));
    for (i = 0; i < extra->nparams; i++) {
        params[i].name = semr_image_string(image, in[i].name);
        params[i].value = semr_image_string(image, in[i].value);
        params[i].capture = in[i].capture;
    }
    rule->params = params;
}

void semr_image_read(const semr_image_t *image, const semr_image_rule_t *in,
                     apr_pool_t *pool, semr_rule_t *rule)
{
    const semr_image_policy_t *policy = semr_image_policy(image, in);
    const semr_image_extra_t *extra = semr_image_extras(image) + in->extra;
    const semr_image_host_t *host = semr_image_hosts(image) + policy->host;
    semr_view_t file = semr_image_string(image, policy->file);

    memset(rule, 0, sizeof(*rule));
    rule->policy = semr_image_decision(policy);
    rule->kind = (semr_kind_t)policy->kind;
    rule->with_slash = (policy->flags & SEMR_WITH_SLASH) != 0;
    rule->slash_exact = (policy->flags & SEMR_SLASH_EXACT) != 0;
    rule->fold = (policy->flags & SEMR_FOLD) != 0;
    rule->star = (policy->flags & SEMR_STAR) != 0;
    rule->wild = host->wild != 0;
    rule->scheme = (semr_scheme_t)policy->scheme;
    rule->port = policy->port;
    rule->host = semr_image_string(image, host->name);
    rule->path = joined(pool, in->from, in->from_rest, 0);
    read_params(image, extra, pool, rule);
    rule->to = semr_image_to(image, in);
    rule->to.head = joined(pool, rule->to.head, rule->to.rest,
                           rule->to.tail ? SEMR_OP_TAIL : 0);
    rule->to.rest = semr_view(NULL, 0);
    rule->to.tail = 0;
    rule->only = semr_image_string(image, policy->only);
    rule->note = semr_image_string(image, extra->note);
    rule->condition = semr_image_string(image, extra->condition);
    rule->condition_id = policy->condition;
    if (extra->from_word) {
        rule->from_word = semr_image_string(image, extra->from_word);
        rule->to_word = semr_image_string(image, extra->to_word);
    }
    rule->file = file.len ? apr_pstrmemdup(pool, file.p, file.len) : NULL;
    rule->line = in->line;
}
