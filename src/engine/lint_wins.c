/* SPDX-License-Identifier: Apache-2.0
 * Rules that can never win, for another one takes all that they ask for.
 *
 * The lookup says which rules stand before a rule at its witness.  That one of
 * them stands there at every other URL too is told from its text, and claimed
 * only where it is certain.
 */
#include <string.h>

#include "lint_parts.h"
#include "lint_regex.h"

#define ACME "/.well-known/acme-challenge"

enum { PASSED_MAX = 64 }; /* rules before ours that are looked at */

static semr_view_t string_of(const semr_image_t *image, apr_uint32_t offset)
{
    return semr_image_string(image, offset);
}

/* -- conditions ------------------------------------------------------------ */

/* Whether each method of some is one of only, too */
static int has_methods(semr_view_t only, semr_view_t some)
{
    semr_view_t method, one;

    if (!only.len || !some.len) {
        return !only.len;
    }
    while (semr_lint_method(&some, &method)) {
        semr_view_t left = only;
        int found = 0;

        while (!found && semr_lint_method(&left, &one)) {
            found = semr_view_equal(one, method) ||
                    (semr_view_equal(one, semr_view("GET", 3)) &&
                     semr_view_equal(method, semr_view("HEAD", 4)));
        }
        if (!found) {
            return 0;
        }
    }
    return 1;
}

static semr_view_t condition_of(const semr_image_t *image,
                                const semr_image_rule_t *rule)
{
    return string_of(image,
                     (semr_image_extras(image) + rule->extra)->condition);
}

/* Whether the other holds whenever ours does, but for its place */
static int holds_too(const semr_lint_work_t *work,
                     const semr_candidate_t *other)
{
    const semr_image_policy_t *ours = work->policy, *its = other->policy;
    const semr_image_t *image = other->set->image;

    if (its->condition &&
        (!ours->condition ||
         !semr_view_equal(condition_of(image, other->rule),
                          condition_of(work->image, &work->rule)))) {
        return 0;
    }
    if ((its->stage < SEMR_TRIAL && its->stage < ours->stage) ||
        (ours->stage == SEMR_OFF && its->stage != SEMR_OFF)) {
        return 0;
    }
    if (its->starts > work->lint->now &&
        (ours->starts == SEMR_NO_DATE || ours->starts < its->starts)) {
        return 0;
    }
    if (its->ends != SEMR_NO_DATE &&
        (ours->ends == SEMR_NO_DATE || ours->ends > its->ends)) {
        return 0;
    }
    return has_methods(string_of(image, its->only),
                       string_of(work->image, ours->only));
}

/* Whether it is asked wherever ours is: it has matched the witness. */
static int is_everywhere(const semr_lint_work_t *work,
                         const semr_candidate_t *other)
{
    const semr_image_policy_t *ours = work->policy, *its = other->policy;
    const semr_image_host_t *host =
        semr_image_hosts(other->set->image) + its->host;
    const semr_image_host_t *our_host =
        semr_image_hosts(work->image) + ours->host;

    if (its->host && (!ours->host || (our_host->wild && !host->wild))) {
        return 0;
    }
    return (its->scheme == SEMR_ANY_SCHEME || its->scheme == ours->scheme) &&
           (!its->port || its->port == ours->port);
}

/* -- reach ----------------------------------------------------------------- */

static int begins(semr_view_t text, semr_view_t head, int fold)
{
    apr_size_t i;

    for (i = 0; i < head.len; i++) {
        int a = i < text.len ? text.p[i] : 0, b = head.p[i];

        if (fold && a >= 'A' && a <= 'Z') {
            a += 32;
        }
        if (fold && b >= 'A' && b <= 'Z') {
            b += 32;
        }
        if (a != b) {
            return 0;
        }
    }
    return 1;
}

/* What all paths that our rule takes begin with, decoded; and whether more
 * always follows. */
static semr_view_t beginning(const semr_lint_work_t *work, int *more)
{
    semr_view_t text = work->rule.from;
    apr_size_t len;

    *more = 0;
    if (work->policy->kind == SEMR_REGEX) {
        return semr_regex_literal(work->each, text);
    }
    text = semr_lint_path(work, work->each);
    for (len = 0; len < text.len; len++) {
        if ((unsigned char)text.p[len] >= SEMR_OP_CAPTURE) {
            *more = 1;
            break;
        }
    }
    text.len = len;
    return text;
}

/* Whether a regex takes all that our rule does */
static int regex_covers(const semr_lint_work_t *work,
                        const semr_candidate_t *other)
{
    int fold = (other->policy->flags & SEMR_FOLD) != 0, more;
    semr_view_t literal, ours;
    semr_lint_reach_t reach =
        semr_lint_regex_reach(work->each, other->rule->from, &literal);

    if (reach == SEMR_LINT_NARROW ||
        (!fold && semr_lint_flag(work, SEMR_FOLD) && literal.len > 1)) {
        return 0;
    }
    if (reach == SEMR_LINT_BEGINS && literal.len <= 1 &&
        (!literal.len || *literal.p == '/')) {
        return 1;
    }
    ours = beginning(work, &more);
    if (memchr(ours.p, '%', ours.len) || !begins(ours, literal, fold)) {
        return 0;
    }
    if (reach == SEMR_LINT_SEGMENTS) {
        return ours.len > literal.len
                   ? ours.p[literal.len] == '/'
                   : work->policy->kind == SEMR_PREFIX && !more;
    }
    return reach == SEMR_LINT_BEGINS || more || ours.len > literal.len;
}

/* Whether a pattern takes all that our rule does: it takes our text with one
 * byte for each capture, a byte that its own text has not. */
static int pattern_covers(const semr_lint_work_t *work,
                          const semr_candidate_t *other)
{
    int goes_on =
        work->policy->kind == SEMR_PREFIX || semr_lint_flag(work, SEMR_STAR);
    int star = (other->policy->flags & SEMR_STAR) != 0;
    semr_view_t ours;
    semr_match_t match;
    char *p;

    if (!work->token || work->policy->kind == SEMR_REGEX ||
        other->policy->flags & SEMR_SLASH_EXACT || (goes_on && !star)) {
        return 0;
    }
    ours = semr_lint_path(work, work->each);
    for (p = (char *)ours.p; p < ours.p + ours.len; p++) {
        if ((unsigned char)*p >= SEMR_OP_CAPTURE) {
            *p = work->token;
        }
    }
    return ours.len && semr_pattern_match(other->rule->from, star, 0, 0, ours,
                                          ours, &match);
}

static int same_text(const semr_lint_work_t *work,
                     const semr_candidate_t *other)
{
    semr_view_t a = work->rule.from, b = work->rule.from_rest;
    semr_view_t c = other->rule->from, d = other->rule->from_rest;

    if (a.len + b.len != c.len + d.len) {
        return 0;
    }
    if (a.len == c.len) {
        return semr_view_equal(a, c) && semr_view_equal(b, d);
    }
    semr_view_t ours = semr_lint_path(work, work->each);

    return memcmp(ours.p, c.p, c.len) == 0 &&
           memcmp(ours.p + c.len, d.p, d.len) == 0;
}

/* Whether it takes each path that ours does */
static int takes_paths(const semr_lint_work_t *work,
                       const semr_candidate_t *other)
{
    unsigned flags = work->policy->flags, its = other->policy->flags;

    if (flags & SEMR_FOLD && !(its & SEMR_FOLD) &&
        other->policy->kind != SEMR_REGEX) {
        return 0;
    }
    switch (other->policy->kind) {
    case SEMR_EXACT:
        return work->policy->kind == SEMR_EXACT &&
               !((flags ^ its) & SEMR_WITH_SLASH) &&
               (!(its & SEMR_SLASH_EXACT) || flags & SEMR_SLASH_EXACT);
    case SEMR_PREFIX:
        return work->policy->kind == SEMR_PREFIX &&
               work->rule.from.len + work->rule.from_rest.len ==
                   other->rule->from.len + other->rule->from_rest.len &&
               (!(its & SEMR_SLASH_EXACT) || flags & SEMR_SLASH_EXACT);
    case SEMR_PATTERN:
        return pattern_covers(work, other);
    default:
        return (work->policy->kind == SEMR_REGEX && same_text(work, other) &&
                !((flags & ~its) & SEMR_FOLD)) ||
               regex_covers(work, other);
    }
}

/* -- what it answers ------------------------------------------------------- */

static semr_view_t base_of(semr_to_form_t form)
{
    return form == SEMR_TO_HTTP || form == SEMR_TO_HTTPS
               ? semr_view("http://host", 11)
               : semr_view(NULL, 0);
}

static semr_view_t location_path(const semr_location_t *location)
{
    return semr_view(location->text + location->authority,
                     location->path_end - location->authority);
}

static semr_view_t bare(semr_view_t path)
{
    path.len -= path.len && path.p[path.len - 1] == '/';
    return path;
}

static int is_like(const semr_lint_work_t *work, semr_view_t a, semr_view_t b)
{
    return a.len == b.len && begins(a, b, semr_lint_flag(work, SEMR_FOLD));
}

/* Whether one of the URLs that our rule takes may be this page */
static int may_take(const semr_lint_work_t *work, semr_view_t page)
{
    int more;
    semr_view_t ours = beginning(work, &more);

    return memchr(page.p, '%', page.len) != NULL ||
           begins(page, ours, semr_lint_flag(work, SEMR_FOLD));
}

/* Whether it takes what its TO inserts from a query: a value of dots makes it
 * match no more */
static int inserts_value(const semr_candidate_t *other)
{
    const semr_image_t *image = other->set->image;
    const semr_image_extra_t *extra =
        semr_image_extras(image) + other->rule->extra;
    apr_uint32_t i;

    for (i = 0; i < extra->nparams; i++) {
        if (semr_image_params(image)[extra->params + i].capture >= 0) {
            return (other->policy->flags & SEMR_INSERTS) != 0;
        }
    }
    return 0;
}

/* Whether there may be URLs of ours at which it is passed over, most often as
 * it would only repeat them */
static int may_pass(semr_lint_work_t *work, const semr_candidate_t *other)
{
    semr_to_form_t form = (semr_to_form_t)other->policy->to_form;
    semr_location_t location;

    if (form == SEMR_TO_NOTHING) {
        return 0;
    }
    if (inserts_value(other) ||
        !semr_lookup_location(&work->lookup, other, base_of(form), &location)) {
        return 1;
    }
    if (form == SEMR_TO_AUTHORITY) {
        semr_origin_t origin = semr_location_origin(&location, work->each);

        if (!semr_lint_is_ours(work, &origin)) {
            return 0;
        }
    }
    if (semr_location_has_path(&location, &work->request) ||
        is_like(work, bare(location_path(&location)),
                bare(work->request.path))) {
        return 1;
    }
    return other->policy->kind != SEMR_EXACT &&
           !(other->policy->flags & SEMR_INSERTS) &&
           may_take(work, location_path(&location));
}

static int same_params(const semr_lint_work_t *work,
                       const semr_candidate_t *other)
{
    const semr_image_t *image = other->set->image;
    const semr_image_extra_t *ours =
        semr_image_extras(work->image) + work->rule.extra;
    const semr_image_extra_t *its =
        semr_image_extras(image) + other->rule->extra;
    apr_uint32_t i;

    if (ours->nparams != its->nparams) {
        return 0;
    }
    for (i = 0; i < ours->nparams; i++) {
        const semr_image_param_t *a =
            semr_image_params(work->image) + ours->params + i;
        const semr_image_param_t *b =
            semr_image_params(image) + its->params + i;

        if ((a->capture < 0) != (b->capture < 0) ||
            !semr_view_equal(string_of(work->image, a->name),
                             string_of(image, b->name)) ||
            !semr_view_equal(string_of(work->image, a->value),
                             string_of(image, b->value))) {
            return 0;
        }
    }
    return 1;
}

static int same_place(const semr_lint_work_t *work,
                      const semr_candidate_t *other)
{
    const semr_image_policy_t *a = work->policy, *b = other->policy;
    const semr_image_t *image = other->set->image;
    const semr_image_host_t *ha = semr_image_hosts(work->image) + a->host;
    const semr_image_host_t *hb = semr_image_hosts(image) + b->host;

    return a->kind == b->kind && a->scheme == b->scheme && a->port == b->port &&
           !((a->flags ^ b->flags) &
             (SEMR_FOLD | SEMR_STAR | SEMR_SLASH_EXACT)) &&
           (!a->host) == (!b->host) && ha->wild == hb->wild &&
           semr_view_equal(string_of(work->image, ha->name),
                           string_of(image, hb->name)) &&
           (!a->condition) == (!b->condition) && a->starts == b->starts &&
           a->ends == b->ends &&
           has_methods(string_of(work->image, a->only),
                       string_of(image, b->only)) &&
           same_text(work, other) && same_params(work, other);
}

static int same_answer(semr_lint_work_t *work, const semr_candidate_t *other)
{
    const semr_image_policy_t *a = work->policy, *b = other->policy;
    semr_rule_t ours, its;

    if (a->intent != b->intent || a->method != b->method ||
        a->code != b->code || a->max_age != b->max_age ||
        a->settles != b->settles || a->to_form != b->to_form ||
        (a->flags ^ b->flags) & SEMR_DROP_QUERY) {
        return 0;
    }
    semr_image_read(work->image, &work->rule, work->each, &ours);
    semr_image_read(other->set->image, other->rule, work->each, &its);
    return semr_view_equal(ours.to.head, its.to.head);
}

/* -- the check ------------------------------------------------------------- */

/* A candidate that outlives the next one */
typedef struct hider_t {
    semr_candidate_t candidate;
    semr_image_rule_t rule;
} hider_t;

static void tell(semr_lint_work_t *work, const semr_candidate_t *other)
{
    static const struct {
        semr_finding_id_t id;
        const char *before, *behind;
    } words[] = {
        {SEMR_FINDING_HIDDEN, "never wins: the rule at ",
         " takes all of it first"},
        {SEMR_FINDING_CONTRADICTION, "never wins: the rule at ",
         " is for the same URL, and says something else"},
        {SEMR_FINDING_DUPLICATE, "is said at ", " already"},
    };
    int which = same_place(work, other) ? 1 + same_answer(work, other) : 0;

    if (semr_lint_finds(work, words[which].id)) {
        semr_lint_say(work, words[which].id, other->set->image, other->rule->at,
                      "%s%s%s", words[which].before,
                      semr_lint_where(work, other->set->image, other->policy,
                                      other->rule->line),
                      words[which].behind);
    }
}

void semr_lint_spend(semr_lint_work_t *work)
{
    apr_uint64_t tried = work->lookup.tried;

    work->budget -= tried < work->budget ? tried : work->budget;
}

/* Goes on to the rule itself, or to one before it that takes all of it, which
 * *hider is set to; *taken is set if one takes the witness.  0: the rule is not
 * among those that match. */
static int find_own(semr_lint_work_t *work, semr_candidate_t *candidate,
                    hider_t *hider, int *taken)
{
    int spared =
        begins(work->request.path, semr_view(ACME, sizeof(ACME) - 1), 0);
    int passed;

    for (passed = 0; passed < PASSED_MAX; passed++) {
        if (!semr_lookup_next(&work->lookup, candidate)) {
            return 0;
        }
        if (candidate->rule->at == work->rule.at &&
            candidate->set_index == work->set_index) {
            return 1;
        }
        if (hider->candidate.set || spared || !holds_too(work, candidate) ||
            may_pass(work, candidate)) {
            continue;
        }
        *taken = 1;
        if (is_everywhere(work, candidate) && takes_paths(work, candidate)) {
            hider->candidate = *candidate;
            hider->rule = *candidate->rule;
            hider->candidate.rule = &hider->rule;
            if (work->policy->kind != SEMR_REGEX) {
                return 1; /* it takes its witness for certain */
            }
        }
    }
    return 0;
}

int semr_lint_wins(semr_lint_work_t *work, semr_candidate_t *candidate)
{
    hider_t hider;
    int taken = 0, found;

    hider.candidate.set = NULL;
    semr_lookup_start_in(&work->lookup, &work->request, work->space);
    found = find_own(work, candidate, &hider, &taken);
    semr_lint_spend(work);
    if (found && hider.candidate.set) {
        tell(work, &hider.candidate);
    }
    return found && !taken;
}
