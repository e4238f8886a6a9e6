/* SPDX-License-Identifier: Apache-2.0
 * Hops of plain rules, without a search for each.
 */
#include <string.h>

#include "walk_parts.h"

static void learn(const semr_walk_t *walk, const semr_hop_t *last)
{
    if (walk->ends && last->space == walk->hops->space) {
        semr_ends_learn(walk->ends, semr_ends_bit(walk->ends, last->set_index,
                                                  last->number));
    }
}

void semr_walk_learn_path(const semr_walk_t *walk)
{
    const semr_hop_t *last = walk->hops + walk->nhops - 1;

    if (last->policy->to_form == SEMR_TO_PATH &&
        !(last->policy->flags & SEMR_INSERTS) &&
        !memchr(last->location.text, '%', last->location.path_end)) {
        learn(walk, last);
    }
}

void semr_walk_learn_host(const semr_walk_t *walk)
{
    const semr_hop_t *last = walk->hops + walk->nhops - 1;
    semr_image_rule_t rule;

    semr_image_rule(last->set->image, last->at, &rule);
    if (!memchr(rule.to.p, SEMR_OP_LABELS, rule.to.len) &&
        !memchr(rule.to_rest.p, SEMR_OP_LABELS, rule.to_rest.len)) {
        learn(walk, last);
    }
}

/* Most chains are of exact rules with one policy, and most walks end where no
 * rule is: that is told without a request of its own. */
static semr_peek_t peek(const semr_walk_t *walk, semr_view_t path,
                        const semr_ruleset_t **set, semr_image_rule_t *rule)
{
    semr_peek_t met = SEMR_PEEK_NOTHING;
    int i;

    for (i = 0; i < walk->nspaces && met == SEMR_PEEK_NOTHING; i++) {
        if (walk->spaces[i].count) {
            met = semr_lookup_peek(walk->spaces + i, path, set, rule);
        }
    }
    return met;
}

/* Whether the first rule is such that another of its policy is judged alike */
static int may_be_alike(const semr_walk_t *walk)
{
    const semr_hop_t *first = walk->hops;

    return first->policy->kind == SEMR_EXACT &&
           (first->policy->flags & SEMR_PLAIN) && !first->policy->condition &&
           !walk->scope &&
           first->location.query_end == first->location.path_end;
}

static int is_alike(const semr_walk_t *walk, const semr_ruleset_t *set,
                    const semr_image_rule_t *rule)
{
    const semr_hop_t *first = walk->hops;

    return set == first->set &&
           semr_image_policies(first->set->image) + rule->policy ==
               first->policy;
}

/* Whether the walk was at this rule before; if it was there last, that led to
 * where it stands, and is taken back.  seen has a bit for each that was met. */
static int was_met(semr_walk_t *walk, const semr_image_rule_t *rule,
                   apr_uint64_t *seen)
{
    apr_uint64_t bit = APR_UINT64_C(1) << (rule->number & 63);
    int i;

    if (!(*seen & bit)) {
        *seen |= bit;
        return 0;
    }
    for (i = walk->nhops - 1; i >= 0; i--) {
        if (walk->hops[i].at == rule->at) {
            walk->nhops -= i > 0 && i == walk->nhops - 1;
            return 1;
        }
    }
    return 0;
}

static void add_alike(semr_walk_t *walk, const semr_image_rule_t *rule)
{
    const semr_hop_t *first = walk->hops;
    semr_hop_t *hop = walk->hops + walk->nhops++;

    hop->set = first->set;
    hop->space = first->space;
    hop->set_index = first->set_index;
    hop->at = rule->at;
    hop->number = rule->number;
    hop->line = rule->line;
    hop->policy = first->policy;
    hop->class = first->class;
    hop->status = first->status;
    semr_location_plain(&hop->location, walk->first->request, rule->to,
                        rule->to_rest);
}

int semr_walk_plainly(semr_walk_t *walk)
{
    semr_method_class_t class =
        semr_chain_class(walk->first->class, walk->hops->status);
    const semr_ruleset_t *set;
    semr_image_rule_t rule;
    apr_uint64_t seen = APR_UINT64_C(1) << (walk->hops->number & 63);
    int plain = may_be_alike(walk);
    apr_uint32_t bit =
        walk->ends ? semr_ends_bit(walk->ends, walk->hops->set_index, 0) : 0;

    if (walk->hops->policy->to_form != SEMR_TO_PATH ||
        walk->hops->location.authority || class != walk->first->class) {
        return 0;
    }
    for (;;) {
        const semr_location_t *last = &walk->hops[walk->nhops - 1].location;
        semr_peek_t met =
            peek(walk, semr_view(last->text, last->path_end), &set, &rule);

        if (met == SEMR_PEEK_NOTHING) {
            semr_walk_learn_path(walk);
            return 1;
        }
        if (met == SEMR_PEEK_UNSURE || !plain || walk->nhops == SEMR_HOPS_MAX ||
            !is_alike(walk, set, &rule) || was_met(walk, &rule, &seen)) {
            return 0;
        }
        add_alike(walk, &rule);
        if (walk->ends && semr_ends_know(walk->ends, bit + rule.number)) {
            return 1;
        }
    }
}
