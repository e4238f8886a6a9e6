/* SPDX-License-Identifier: Apache-2.0
 * The rules of one spot: which of them match, and which is the best.
 */
#include <string.h>

#include <apr_cstr.h>

#include "lookup_parts.h"

/* -- one rule -------------------------------------------------------------- */

static int same_text(semr_view_t asked, semr_view_t name, int fold)
{
    return asked.len == name.len &&
           (fold && name.len ? apr_cstr_casecmpn(asked.p, name.p, name.len) == 0
                             : semr_view_equal(asked, name));
}

static void keep_capture(semr_match_t *match, int number, semr_view_t value)
{
    static const semr_capture_t nothing;

    while (match->ncaptures <= number) {
        match->captures[match->ncaptures++] = nothing;
    }
    match->captures[number].text = value;
    match->captures[number].decoded = 1;
}

/* Finds each parameter that FROM asks for, and keeps what it captures. */
static int match_params(const semr_image_t *image,
                        const semr_image_rule_t *rule, int fold,
                        semr_request_t *request, semr_match_t *match)
{
    int count = semr_request_params(request);
    const semr_image_extra_t *extra = semr_image_extras(image) + rule->extra;
    const semr_image_param_t *param = semr_image_params(image) + extra->params;
    const semr_image_param_t *end = param + extra->nparams;

    for (; param < end; param++) {
        semr_view_t name = semr_image_string(image, param->name);
        semr_view_t value = semr_image_string(image, param->value);
        int i;

        for (i = 0; i < count; i++) {
            const semr_query_param_t *asked = request->params + i;

            if (same_text(asked->name, name, fold) &&
                (param->capture < 0 ? same_text(asked->value, value, fold)
                                    : asked->value.len > 0)) {
                break;
            }
        }
        if (i == count) {
            return 0;
        }
        if (param->capture >= 0) {
            keep_capture(match, param->capture, request->params[i].value);
        }
    }
    return 1;
}

static int own_form(const semr_lookup_t *lookup,
                    const semr_image_policy_t *policy)
{
    return ((policy->flags & SEMR_WITH_SLASH) != 0) == lookup->with_slash;
}

/* Among exact rules, those that name the path as it was asked come first. */
static apr_uint64_t rule_major(const semr_lookup_t *lookup,
                               const semr_spot_t *spot,
                               const semr_image_policy_t *policy)
{
    return spot->kind == SEMR_EXACT ? !own_form(lookup, policy) : spot->major;
}

/* Whether a rule of a run that matches takes the request all the same: what
 * differs within a run is scheme, port, and what is said of the slash. */
static int rule_fits(const semr_lookup_t *lookup, const semr_spot_t *spot,
                     const semr_image_policy_t *policy)
{
    const semr_request_t *request = lookup->request;
    int exact = (policy->flags & SEMR_SLASH_EXACT) != 0;

    if (policy->port && policy->port != request->port) {
        return 0;
    }
    if (policy->scheme != SEMR_ANY_SCHEME &&
        (policy->scheme == SEMR_HTTPS) != request->https) {
        return 0;
    }
    switch (spot->kind) {
    case SEMR_EXACT:
        return own_form(lookup, policy) || (!exact && !lookup->own_form);
    case SEMR_PREFIX:
        return !exact || lookup->match.tail.len > 0;
    case SEMR_PATTERN:
        return !exact || (policy->flags & SEMR_STAR ? lookup->match.tail.len > 0
                                                    : own_form(lookup, policy));
    default:
        return 1;
    }
}

/* Whether the run that a key led to is that of this place */
static int same_from(const semr_spot_t *spot, const semr_image_rule_t *rule,
                     const semr_image_policy_t *policy)
{
    semr_view_t head = rule->from, rest = rule->from_rest, path = spot->path;

    if (policy->kind != spot->kind || policy->host != spot->host ||
        ((policy->flags & SEMR_FOLD) != 0) != spot->fold) {
        return 0;
    }
    if (spot->kind != SEMR_EXACT && spot->kind != SEMR_PREFIX) {
        return 1; /* the pattern has matched */
    }
    return head.len + rest.len == path.len &&
           memcmp(path.p + head.len, rest.p, rest.len) == 0 &&
           memcmp(path.p, head.p, head.len) == 0;
}

/* -- offers ---------------------------------------------------------------- */

static apr_uint64_t minor_of(const semr_spot_t *spot,
                             const semr_image_rule_t *rule,
                             const semr_image_policy_t *policy)
{
    return (apr_uint64_t)(SEMR_RANK_MAX - policy->rank) << 40 |
           (apr_uint64_t)(unsigned)spot->set_index << 32 | rule->at;
}

static int comes_after(apr_uint64_t major, apr_uint64_t minor,
                       apr_uint64_t other_major, apr_uint64_t other_minor)
{
    return major != other_major ? major > other_major : minor > other_minor;
}

static void keep_best(semr_lookup_t *lookup, const semr_spot_t *spot,
                      const semr_image_rule_t *rule,
                      const semr_image_policy_t *policy, apr_uint64_t major,
                      apr_uint64_t minor)
{
    lookup->found = 1;
    lookup->best_major = major;
    lookup->best_minor = minor;
    lookup->best.set = spot->set;
    lookup->best.set_index = spot->set_index;
    lookup->best_rule = *rule;
    lookup->best_run = lookup->run;
    lookup->best_node = lookup->node;
    lookup->best.rule = &lookup->best_rule;
    lookup->best.policy = policy;
    lookup->best.match = &lookup->best_match;
    lookup->best_match.tail = lookup->match.tail;
    lookup->best_match.ncaptures = lookup->match.ncaptures;
    memcpy(lookup->best_match.captures, lookup->match.captures,
           (apr_size_t)lookup->match.ncaptures *
               sizeof(*lookup->match.captures));
}

/* Offers one rule of a run; returns whether those behind it are worse. */
static int offer_rule(semr_lookup_t *lookup, const semr_spot_t *spot,
                      const semr_image_rule_t *rule,
                      const semr_image_policy_t *policy)
{
    apr_uint64_t major = rule_major(lookup, spot, policy);
    apr_uint64_t minor = minor_of(spot, rule, policy);

    if (!comes_after(major, minor, lookup->major, lookup->minor) ||
        (lookup->found &&
         comes_after(major, minor, lookup->best_major, lookup->best_minor)) ||
        !rule_fits(lookup, spot, policy)) {
        return 0;
    }
    keep_best(lookup, spot, rule, policy, major, minor);
    return major == spot->major; /* a run has its best first */
}

/* node is what led to the run, which ends with a marked rule. */
static void offer_run(semr_lookup_t *lookup, const semr_spot_t *spot,
                      apr_uint32_t node, const apr_uint32_t *run)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_policy_t *policy;
    semr_image_rule_t rule;

    semr_image_rule(image, *run & ~SEMR_LAST, &rule);
    policy = semr_image_policy(image, &rule);
    if (!same_from(spot, &rule, policy)) {
        return;
    }
    if (spot->kind == SEMR_EXACT || spot->kind == SEMR_PREFIX) {
        lookup->match.ncaptures = 0;
    }
    if (rule.extra && !match_params(image, &rule, spot->fold, lookup->request,
                                    &lookup->match)) {
        return;
    }
    if (lookup->last_set == spot->set && lookup->last_node == node) {
        if (*lookup->last_run & SEMR_LAST) {
            return;
        }
        run = lookup->last_run + 1; /* it was told, and all before it */
        semr_image_rule(image, *run & ~SEMR_LAST, &rule);
    }
    lookup->node = node;
    for (lookup->run = run;
         !offer_rule(lookup, spot, &rule, semr_image_policy(image, &rule)) &&
         !(*lookup->run & SEMR_LAST);) {
        lookup->run++;
        semr_image_rule(image, *lookup->run & ~SEMR_LAST, &rule);
    }
}

/* The places below one, for the parameters that the request has */
static void offer_query(semr_lookup_t *lookup, const semr_spot_t *spot,
                        apr_uint64_t place, apr_uint32_t below)
{
    semr_request_t *request = lookup->request;
    int i, count = semr_request_params(request);

    for (i = 0; i < count; i++) {
        semr_view_t name = request->params[i].name;
        semr_view_t value = request->params[i].value;

        if (spot->fold) {
            name = semr_url_fold(request->pool, name);
            value = semr_url_fold(request->pool, value);
        }
        if (below & SEMR_PLACE_LITERALS) {
            semr_offer_key(lookup, spot, semr_key_literal(place, name, value));
        }
        if (below & SEMR_PLACE_CAPTURES) {
            semr_offer_key(lookup, spot, semr_key_capture(place, name));
        }
    }
}

void semr_offer_node(semr_lookup_t *lookup, const semr_spot_t *spot,
                     apr_uint64_t place, apr_uint32_t node)
{
    const semr_image_place_t *at;

    if (!(node & SEMR_NODE_PLACE)) {
        lookup->alone = (node - 1) | SEMR_LAST;
        offer_run(lookup, spot, node, &lookup->alone);
        return;
    }
    at = semr_image_places(spot->set->image) + (node & ~SEMR_NODE_PLACE);
    if (at->run) {
        offer_run(lookup, spot, node,
                  semr_image_runs(spot->set->image) + at->run - 1);
    }
    lookup->met_query |= at->below != 0;
    if (at->below && lookup->request->query.len) {
        offer_query(lookup, spot, place, at->below);
    }
}
