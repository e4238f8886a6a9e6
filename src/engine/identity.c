/* SPDX-License-Identifier: Apache-2.0
 * The identity of a rule.
 */
#include <string.h>

#include "identity.h"
#include "key.h"

/* Text is preceded by its length, so that nothing glues. */
static void add_text(XXH3_state_t *state, semr_view_t head, semr_view_t rest)
{
    apr_uint64_t len = head.len + rest.len;

    XXH3_64bits_update(state, &len, sizeof(len));
    XXH3_64bits_update(state, head.p, head.len);
    XXH3_64bits_update(state, rest.p, rest.len);
}

static void add_string(XXH3_state_t *state, const semr_image_t *image,
                       apr_uint32_t string)
{
    add_text(state, semr_image_string(image, string), semr_view(NULL, 0));
}

static void add_policy(XXH3_state_t *state, const semr_image_t *image,
                       const semr_image_policy_t *policy)
{
    const semr_image_host_t *host = semr_image_hosts(image) + policy->host;
    apr_int64_t says[] = {policy->intent,
                          policy->method,
                          policy->code,
                          policy->kind,
                          policy->scheme,
                          policy->port,
                          policy->to_form,
                          host->wild,
                          policy->starts,
                          policy->ends,
                          policy->flags & ~SEMR_PLAIN};

    XXH3_64bits_update(state, says, sizeof(says));
    add_string(state, image, host->name);
    add_string(state, image, policy->only);
}

static void add_extra(XXH3_state_t *state, const semr_image_t *image,
                      const semr_image_extra_t *extra)
{
    const semr_image_param_t *params = semr_image_params(image) + extra->params;
    apr_uint32_t i;

    if (!extra->nparams && !semr_image_string(image, extra->condition).len) {
        return; /* a note, or words, do not make it another rule */
    }
    add_string(state, image, extra->condition);
    for (i = 0; i < extra->nparams; i++) {
        add_string(state, image, params[i].name);
        add_string(state, image, params[i].value);
        XXH3_64bits_update(state, &params[i].capture,
                           sizeof(params[i].capture));
    }
}

apr_uint64_t semr_identity(const semr_image_t *image,
                           const semr_image_rule_t *rule, apr_uint64_t place)
{
    apr_uint32_t tail = rule->traits & SEMR_TO_TAIL;
    XXH3_state_t state;
    apr_uint64_t identity;

    XXH3_INITSTATE(&state);
    XXH3_64bits_reset_withSeed(&state, place);
    add_policy(&state, image, semr_image_policy(image, rule));
    add_text(&state, rule->from, rule->from_rest);
    add_text(&state, rule->to, rule->to_rest);
    XXH3_64bits_update(&state, &tail, sizeof(tail));
    if (rule->extra) {
        add_extra(&state, image, semr_image_extras(image) + rule->extra);
    }
    identity = XXH3_64bits_digest(&state);
    return identity ? identity : 1;
}

apr_uint64_t semr_identity_place(apr_uint64_t from, const char *name)
{
    return XXH3_64bits_withSeed(name, strlen(name), from);
}
