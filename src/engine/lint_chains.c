/* SPDX-License-Identifier: Apache-2.0
 * Where the answer of a rule leads: it is walked, ten hops at most.
 */
#include <string.h>

#include <apr_strings.h>

#include "lint_parts.h"
#include "lint_regex.h"

/* -- a rule that repeats its own URL --------------------------------------- */

/* Whether that is so at each URL that it takes */
static int repeats_all(const semr_lint_work_t *work)
{
    const semr_image_policy_t *policy = work->policy;

    if (semr_lint_flag(work, SEMR_DROP_QUERY) || work->known->gets_303 ||
        policy->kind == SEMR_REGEX || semr_lint_params(work) ||
        semr_lint_flag(work, SEMR_FOLD)) {
        return 0;
    }
    if (policy->kind != SEMR_PREFIX &&
        !semr_lint_flag(work, SEMR_STAR | SEMR_SLASH_EXACT) &&
        work->rule.from.len + work->rule.from_rest.len) {
        return 0; /* it may add a slash, or take one away */
    }
    /* a TO with a scheme may change it, or host, or port */
    return policy->to_form == SEMR_TO_PATH ||
           (policy->host && policy->port && policy->scheme != SEMR_ANY_SCHEME &&
            !(semr_image_hosts(work->image) + policy->host)->wild);
}

static void tell_self(semr_lint_work_t *work)
{
    if (repeats_all(work)) {
        if (semr_lint_finds(work, SEMR_FINDING_SELF)) {
            semr_lint_say(work, SEMR_FINDING_SELF, NULL, 0,
                          "only repeats the URL that was asked for");
        }
    }
    else if (work->policy->kind == SEMR_EXACT &&
             work->policy->to_form == SEMR_TO_AUTHORITY &&
             semr_lint_finds(work, SEMR_FINDING_SELF_HERE)) {
        semr_lint_say(work, SEMR_FINDING_SELF_HERE, NULL, 0,
                      "leads to itself on this server: %s", semr_lint_to(work));
    }
}

/* -- one walk -------------------------------------------------------------- */

static const char *where_hop(semr_lint_work_t *work, const semr_hop_t *hop)
{
    return semr_lint_where(work, hop->set->image, hop->policy, hop->line);
}

/* Whether a rule sends all that it takes to one page, and takes a lot, of which
 * page is not the top */
static int swallows(semr_lint_work_t *work, const semr_hop_t *hop,
                    const semr_location_t *page)
{
    semr_image_rule_t rule;
    semr_view_t literal;

    if (!hop->set || hop->policy->to_form == SEMR_TO_NOTHING ||
        hop->policy->flags & SEMR_INSERTS || !hop->status) {
        return 0;
    }
    semr_image_rule(hop->set->image, hop->at, &rule);
    if (hop->policy->kind == SEMR_REGEX) {
        return semr_lint_regex_reach(work->each, rule.from, &literal) !=
               SEMR_LINT_NARROW;
    }
    if (hop->policy->kind == SEMR_PREFIX) {
        return page->path_end - page->authority >
               rule.from.len + rule.from_rest.len + 1;
    }
    return (hop->policy->flags & SEMR_STAR) != 0;
}

static apr_uint32_t index_of(const semr_lint_work_t *work,
                             const semr_hop_t *hop)
{
    return work->firsts[hop->set_index] + hop->number;
}

/* Whether the walk had met hop i's rule before */
static int is_met(const semr_walk_t *walk, int i)
{
    const semr_hop_t *hop = walk->hops + i;
    int j;

    for (j = 0; j < i; j++) {
        if (walk->hops[j].set == hop->set && walk->hops[j].at == hop->at) {
            return 1;
        }
    }
    return 0;
}

/* The rules of the walk behind the first one, in words */
static const char *way(semr_lint_work_t *work)
{
    const semr_walk_t *walk = &work->walk;
    const char *text = "";
    int i;

    for (i = 1; i < walk->nhops; i++) {
        if (!is_met(walk, i)) {
            text = apr_pstrcat(work->each, text, *text ? ", " : "",
                               where_hop(work, walk->hops + i), NULL);
        }
    }
    return text;
}

/* Whether a rule that leads to itself does so only if clients name the port on
 * which this server listens.  They do not where another is mapped to it. */
static int is_mapped(semr_lint_work_t *work)
{
    const semr_location_t *location = &work->walk.hops->location;
    semr_origin_t origin;

    if (work->walk.nhops > 1 || !location->authority) {
        return 0;
    }
    origin = semr_location_origin(location, work->each);
    return origin.https == (int)work->request.https &&
           origin.port != work->request.port;
}

static void tell_loop(semr_lint_work_t *work)
{
    const semr_walk_t *walk = &work->walk;
    const semr_hop_t *last = walk->hops + walk->nhops - 1;
    int member =
        walk->nhops == 1 || semr_location_is(&last->location, &work->request);
    int i;
    semr_finding_id_t id;
    const char *others;

    for (i = 1; i < walk->nhops; i++) {
        member |= walk->hops[i].set == walk->hops->set &&
                  walk->hops[i].at == walk->hops->at;
    }
    if (is_mapped(work)) {
        tell_self(work);
        return;
    }
    work->states[work->firsts[work->set_index] + work->rule.number] |=
        SEMR_LINT_LOOPS;
    id = member ? SEMR_FINDING_LOOP : SEMR_FINDING_INTO_LOOP;
    if (!semr_lint_finds(work, id)) {
        return;
    }
    others = way(work);
    if (!*others) {
        semr_lint_say(work, id, NULL, 0,
                      walk->nhops == 1
                          ? "leads to itself, if not another virtual host "
                            "serves https; an upgrade is written https:"
                          : "leads into itself, again and again");
        return;
    }
    semr_lint_say(work, id, walk->hops[1].set->image, walk->hops[1].at,
                  member ? "leads back to itself by way of %s"
                         : "leads into a circle by way of %s",
                  others);
}

static void tell_gone(semr_lint_work_t *work, const semr_hop_t *gone)
{
    if (semr_lint_finds(work, SEMR_FINDING_GONE_TARGET)) {
        semr_lint_say(work, SEMR_FINDING_GONE_TARGET, gone->set->image,
                      gone->at, "leads to %s, which is gone by %s",
                      semr_lint_to(work), where_hop(work, gone));
    }
}

static void tell_differs(semr_lint_work_t *work)
{
    const semr_hop_t *next = &work->walk.next;

    if (!next->set) {
        return; /* a pinned code, of which more is said elsewhere */
    }
    if (next->status >= 400) {
        tell_gone(work, next);
    }
    else if (semr_lint_finds(work, SEMR_FINDING_CHAIN_DIFFERS)) {
        semr_lint_say(
            work, SEMR_FINDING_CHAIN_DIFFERS, next->set->image, next->at,
            "sends %d, and behind it %s sends %d: the client asks "
            "twice",
            work->walk.hops->status, where_hop(work, next), next->status);
    }
}

/* The URL that was walked, where a rule takes many */
static const char *example(semr_lint_work_t *work)
{
    if (work->policy->kind == SEMR_EXACT || semr_lint_params(work)) {
        return "";
    }
    return apr_pstrcat(work->each, " as from ",
                       semr_diag_show(work->each, work->request.path), NULL);
}

static void tell_chain(semr_lint_work_t *work)
{
    const semr_walk_t *walk = &work->walk;
    const semr_hop_t *last = walk->hops + walk->nhops - 1;
    semr_finding_id_t id =
        work->lint->keeps_chains ? SEMR_FINDING_CHAIN_KEPT : SEMR_FINDING_CHAIN;
    const char *end;

    if (walk->nhops < 2 || !semr_lint_finds(work, id)) {
        return;
    }
    end = semr_diag_show(
        work->each, semr_view(last->location.text, last->location.query_end));
    semr_lint_say(work, id, walk->hops[1].set->image, walk->hops[1].at,
                  "takes %d hops, by way of %s,%s to %s", walk->nhops,
                  way(work), example(work), end);
}

/* Parameters of the query that a Location has */
static apr_uint32_t params_of(const semr_location_t *location)
{
    apr_uint32_t count = location->query_end > location->path_end;
    apr_size_t i;

    for (i = location->path_end; i < location->query_end; i++) {
        count += location->text[i] == '&';
    }
    return count;
}

/* Whether a rule takes one URL only, as far as a walk goes, and leads to one
 */
static int is_point(const semr_hop_t *hop, const semr_location_t *from)
{
    semr_image_rule_t rule;

    if (hop->policy->kind != SEMR_EXACT || hop->policy->flags & SEMR_INSERTS) {
        return 0;
    }
    semr_image_rule(hop->set->image, hop->at, &rule);
    return !from ||
           (semr_image_extras(hop->set->image) + rule.extra)->nparams ==
               params_of(from);
}

static void keep_edge(semr_lint_work_t *work)
{
    const semr_hop_t *hops = work->walk.hops;
    semr_lint_edge_t edge;

    edge.rule = index_of(work, hops);
    edge.next = SEMR_LINT_NOWHERE;
    if (hops[1].space == 0 && is_point(hops, NULL) &&
        is_point(hops + 1, &hops->location)) {
        edge.next = index_of(work, hops + 1);
    }
    APR_ARRAY_PUSH(work->edges, semr_lint_edge_t) = edge;
}

static void tell_end(semr_lint_work_t *work, semr_walk_end_t end)
{
    semr_walk_t *walk = &work->walk;
    const semr_hop_t *next = walk->nhops > 1 ? walk->hops + 1 : &walk->next;

    if (end == SEMR_WALK_LOOP) {
        tell_loop(work);
        return;
    }
    if (end == SEMR_WALK_LONG) {
        keep_edge(work);
        return;
    }
    if (end == SEMR_WALK_GONE) {
        tell_gone(work, walk->hops + walk->nhops - 1);
        return;
    }
    if (swallows(work, next, &walk->hops->location)) {
        if (semr_lint_finds(work, SEMR_FINDING_SWALLOWED)) {
            semr_lint_say(work, SEMR_FINDING_SWALLOWED, next->set->image,
                          next->at,
                          "leads to %s, but %s sends that to one "
                          "page",
                          semr_lint_to(work), where_hop(work, next));
        }
        return;
    }
    if (end == SEMR_WALK_DIFFERS) {
        tell_differs(work);
        return;
    }
    tell_chain(work);
}

static int yes(void *baton, const semr_candidate_t *candidate)
{
    (void)baton;
    (void)candidate;
    return 1;
}

/* "https://host" of the witness, for TO that name a scheme alone */
static semr_view_t base_of(void *baton, semr_to_form_t form)
{
    semr_lint_work_t *work = baton;
    semr_view_t host = work->request.host;
    const char *text;

    if (form != SEMR_TO_HTTP && form != SEMR_TO_HTTPS) {
        return semr_view(NULL, 0);
    }
    text =
        apr_pstrcat(work->each, form == SEMR_TO_HTTP ? "http://" : "https://",
                    apr_pstrmemdup(work->each, host.p, host.len), NULL);
    return semr_view(text, strlen(text));
}

static int is_ours(void *baton, const semr_origin_t *origin)
{
    return semr_lint_is_ours(baton, origin);
}

void semr_lint_chain(semr_lint_work_t *work, const semr_candidate_t *candidate)
{
    semr_walk_t *walk = &work->walk;
    semr_judge_t *judge = &work->judge;
    semr_answer_t answer;
    semr_verdict_t verdict;

    memset(judge, 0, sizeof(*judge));
    judge->request = &work->request;
    judge->method = work->known->method;
    judge->class = work->known->class;
    judge->now = work->lint->now > work->policy->starts ? work->lint->now
                                                        : work->policy->starts;
    judge->stage = SEMR_LIVE;
    judge->as_live = 1;
    judge->condition = yes;
    judge->base = base_of;
    judge->baton = work;
    walk->spaces = work->lint->spaces;
    walk->nspaces = work->lint->nspaces;
    walk->is_ours = is_ours;
    walk->scope = NULL;
    walk->baton = work;
    semr_walk_begin(walk, judge);
    verdict = semr_judge(judge, &work->lookup, candidate, &answer);
    if (verdict == SEMR_VERDICT_REPEATS) {
        tell_self(work);
    }
    if (verdict != SEMR_VERDICT_ANSWERS || !answer.location.text) {
        return;
    }
    semr_walk(walk, candidate, 0, &answer);
    work->budget -= walk->tried < work->budget ? walk->tried : work->budget;
    tell_end(work, walk->end);
}
