/* SPDX-License-Identifier: Apache-2.0
 * Walking a chain, hop by hop.
 */
#include <string.h>

#include "walk_parts.h"

const char *semr_walk_words(semr_walk_end_t end)
{
    static const char *const words[] = {
#define X(id, text) [SEMR_WALK_##id] = text,
        SEMR_WALK_ENDS(X)
#undef X
    };

    return words[end];
}

/* -- the request at a hop -------------------------------------------------- */

/* Where the walk was not sent to another name, the client is where it was. */
static void find_origin(semr_request_t *request, void *baton)
{
    semr_walk_t *walk = baton;
    semr_request_t *first = walk->first->request;

    semr_request_origin(first);
    request->host = first->host;
    request->port = first->port;
    request->https = first->https;
}

static void set_origin(semr_walk_t *walk, const semr_origin_t *origin)
{
    semr_request_t *request = &walk->request;

    request->find_origin = NULL;
    request->host = origin->host;
    request->port = (apr_port_t)origin->port;
    request->https = origin->https != 0;
}

/* Whom the client asks next; 0: it is not us.  A path is where the client was,
 * unless Locations are absolute: then they name the server, whichever of its
 * names was asked. */
static int reach(semr_walk_t *walk, const semr_location_t *location,
                 semr_to_form_t form)
{
    semr_origin_t origin;
    int ours = 1;

    if (form == SEMR_TO_PATH &&
        (!location->authority || !walk->request.find_origin)) {
        return 1;
    }
    origin = semr_location_origin(location, walk->first->request->pool);
    if (form != SEMR_TO_PATH) {
        ours = walk->is_ours(walk->baton, &origin);
    }
    if (ours < 0 && form == SEMR_TO_AUTHORITY) {
        semr_walk_learn_host(walk);
    }
    if (ours <= 0) {
        return 0;
    }
    set_origin(walk, &origin);
    walk->base = semr_view(location->text, location->authority);
    return 1;
}

/* What the client asks for next; 0: it does not ask us. */
static int follow(semr_walk_t *walk, const semr_hop_t *hop)
{
    const semr_location_t *location = &hop->location;
    semr_request_t *request = &walk->request, *first = walk->first->request;
    semr_to_form_t form = (semr_to_form_t)hop->policy->to_form;
    const char *text = location->text;

    if (!reach(walk, location, form)) {
        return 0;
    }
    request->path = semr_view(text + location->authority,
                              location->path_end - location->authority);
    if (location->squeezable) {
        request->path = semr_url_path(first->pool, request->path);
    }
    request->query = semr_view(NULL, 0);
    if (location->query_end > location->path_end) {
        request->query =
            semr_view(text + location->path_end + 1,
                      location->query_end - location->path_end - 1);
    }
    request->has_folded = request->has_decoded = request->has_params = 0;
    request->decoded_folded.p = NULL;
    walk->judge.class = semr_chain_class(hop->class, hop->status);
    if (walk->judge.class != hop->class) {
        walk->judge.method = "GET";
    }
    if (walk->scope) {
        walk->scope(walk->baton, &walk->judge);
    }
    return 1;
}

/* "https://host" of the name that the walk was sent to */
static semr_view_t own_base(semr_request_t *request, int https)
{
    semr_view_t host = request->host;
    int bare = memchr(host.p, ':', host.len) != NULL;
    apr_size_t skip = sizeof("http://") - 1 + (https != 0);
    apr_size_t len = skip + host.len + (bare ? 2 : 0);
    char *text = semr_request_room(request, len), *p = text + skip;

    memcpy(text, https ? "https://" : "http://", skip);
    if (bare) {
        *p++ = '[';
        text[len - 1] = ']';
    }
    memcpy(p, host.p, host.len);
    semr_request_keep(request, text, len);
    return semr_view(text, len);
}

static semr_view_t base_of(void *baton, semr_to_form_t form)
{
    semr_walk_t *walk = baton;
    semr_judge_t *first = walk->first;

    if (form == SEMR_TO_PATH) {
        return walk->base;
    }
    if (form == SEMR_TO_AUTHORITY) {
        return semr_view(NULL, 0);
    }
    if (!walk->request.find_origin) {
        return own_base(&walk->request, form == SEMR_TO_HTTPS);
    }
    return first->base(first->baton, form);
}

static int preview(void *baton)
{
    const semr_judge_t *first = ((semr_walk_t *)baton)->first;

    return first->preview(first->baton);
}

/* -- loops ----------------------------------------------------------------- */

static int same_text(const semr_location_t *x, const semr_location_t *y)
{
    return x->query_end == y->query_end &&
           !memcmp(x->text, y->text, x->query_end);
}

/* Whether the last hop leads to a URL that was asked for before, by a method
 * of the same class */
static int comes_back(const semr_walk_t *walk)
{
    const semr_hop_t *last = walk->hops + walk->nhops - 1;
    semr_method_class_t class = semr_chain_class(last->class, last->status);
    int i;

    for (i = 0; i < walk->nhops - 1; i++) {
        if (walk->hops[i + 1].class == class &&
            same_text(&walk->hops[i].location, &last->location)) {
            return 1;
        }
    }
    return walk->hops->class == class &&
           semr_location_is(&last->location, walk->first->request);
}

/* Whether a rule was met twice */
static int grows(const semr_walk_t *walk)
{
    int i, j;

    for (i = 0; i < walk->nhops; i++) {
        const semr_hop_t *hop = walk->hops + i;

        for (j = 0; j < i; j++) {
            if (walk->hops[j].set == hop->set && walk->hops[j].at == hop->at) {
                return 1;
            }
        }
    }
    return 0;
}

/* -- one hop --------------------------------------------------------------- */

static void note(semr_hop_t *hop, const semr_candidate_t *candidate, int space,
                 semr_method_class_t class, const semr_answer_t *answer)
{
    hop->set = candidate->set;
    hop->space = space;
    hop->set_index = candidate->set_index;
    hop->at = candidate->rule->at;
    hop->number = candidate->rule->number;
    hop->line = candidate->rule->line;
    hop->policy = candidate->policy;
    hop->class = class;
    hop->status = 0;
    hop->location.text = NULL;
    if (answer) {
        hop->status = semr_decide_code(&answer->policy, class, SEMR_LIVE);
        hop->location = answer->location;
    }
}

/* Whether the next rule would be asked where this verdict was given */
static int passes_over(const semr_walk_t *walk, semr_verdict_t verdict,
                       const semr_answer_t *answer)
{
    return (verdict != SEMR_VERDICT_ANSWERS &&
            verdict != SEMR_VERDICT_CONDITION &&
            verdict != SEMR_VERDICT_LEAVES) ||
           (walk->passes_observed && answer->stage == SEMR_OBSERVE);
}

/* Whether an exact rule that was just gone through stands at its own target,
 * which differs from what was asked in the scheme alone.  What a tree or a TO
 * of "https:" means by that is an upgrade; a row that spells out its own URL is
 * a circle, wherever https is not another virtual host. */
static int is_circle(const semr_walk_t *walk, const semr_candidate_t *candidate)
{
    const semr_hop_t *hop = walk->hops;
    semr_request_t *first = walk->first->request;

    if (walk->nhops > 1 || !walk->request.https || hop->set != candidate->set ||
        hop->at != candidate->rule->at || hop->policy->kind != SEMR_EXACT ||
        hop->policy->to_form != SEMR_TO_AUTHORITY ||
        hop->policy->scheme != SEMR_ANY_SCHEME) {
        return 0;
    }
    semr_request_origin(first);
    return semr_view_equal(walk->request.host, first->host) &&
           semr_location_has_url(&hop->location, first);
}

/* Whether a search that found nothing would find nothing for other requests for
 * that path, whatever their host, query and method. */
static int finds_never(const semr_walk_t *walk)
{
    int i;

    for (i = 0; i < walk->lookup.nsets; i++) {
        if (semr_image_count(walk->lookup.sets[i]->image, SEMR_SECTION_HOSTS) >
            1) {
            return 0;
        }
    }
    return !walk->lookup.met_query && !walk->lookup.limits;
}

/* Sets next to the rule that decides what the client gets there; 0: none. */
static int find_next(semr_walk_t *walk, semr_verdict_t *verdict,
                     semr_answer_t *answer)
{
    semr_candidate_t candidate;
    int i, final = 1;

    for (i = 0; i < walk->nspaces; i++) {
        const semr_space_t *space = walk->spaces + i;

        if (!space->count) {
            continue;
        }
        semr_lookup_start_in(&walk->lookup, &walk->request, space);
        while (semr_lookup_next(&walk->lookup, &candidate)) {
            final = 0;
            *verdict =
                semr_judge(&walk->judge, &walk->lookup, &candidate, answer);
            if (!passes_over(walk, *verdict, answer) ||
                (*verdict == SEMR_VERDICT_REPEATS &&
                 is_circle(walk, &candidate))) {
                note(&walk->next, &candidate, i, walk->judge.class,
                     *verdict == SEMR_VERDICT_ANSWERS ? answer : NULL);
                walk->tried += walk->lookup.tried;
                return 1;
            }
        }
        walk->tried += walk->lookup.tried;
        final = final && finds_never(walk);
    }
    if (final) {
        semr_walk_learn_path(walk);
    }
    return 0;
}

/* Why the walk ends here, or SEMR_WALK_END_COUNT: next was gone through. */
static semr_walk_end_t step(semr_walk_t *walk, semr_answer_t *answer)
{
    semr_answer_t there;
    semr_verdict_t verdict;
    semr_chain_step_t how;

    if (!find_next(walk, &verdict, &there)) {
        return SEMR_WALK_REACHED;
    }
    if (verdict == SEMR_VERDICT_CONDITION) {
        return SEMR_WALK_CONDITION;
    }
    if (verdict == SEMR_VERDICT_REPEATS) {
        return SEMR_WALK_LOOP;
    }
    if (there.stage < answer->stage) {
        return SEMR_WALK_STAGE;
    }
    if (verdict == SEMR_VERDICT_LEAVES) {
        return SEMR_WALK_LEAVES;
    }
    how = semr_chain_step(walk->hops->status, walk->next.status,
                          walk->next.class);
    if (how == SEMR_CHAIN_STOPS) {
        return SEMR_WALK_DIFFERS;
    }
    if (walk->nhops == SEMR_HOPS_MAX) {
        return grows(walk) ? SEMR_WALK_LOOP : SEMR_WALK_LONG;
    }
    answer->max_age = semr_chain_max_age(answer->max_age, there.max_age);
    walk->hops[walk->nhops++] = walk->next;
    walk->next.set = NULL;
    if (how == SEMR_CHAIN_IS_GONE) {
        answer->status = there.status;
        return SEMR_WALK_GONE;
    }
    return SEMR_WALK_END_COUNT;
}

/* -- the walk -------------------------------------------------------------- */

/* The client keeps the last fragment that it was given (RFC 9110 10.2.2). */
static void keep_fragment(semr_walk_t *walk, const semr_location_t *location)
{
    const char *fragment = location->text + location->query_end;

    if (*fragment) {
        walk->fragment = semr_view(fragment, strlen(fragment));
    }
}

/* Puts where the walk has come to into the answer, where it outlives the walk.
 */
static void finish(semr_walk_t *walk, semr_answer_t *answer)
{
    const semr_location_t *end = &walk->hops[walk->nhops - 1].location;
    apr_size_t len;
    char *text;

    if (walk->end == SEMR_WALK_GONE || walk->end == SEMR_WALK_LOOP) {
        answer->location.text = NULL;
        return;
    }
    len = end->query_end;
    text = apr_palloc(walk->first->request->pool, len + walk->fragment.len + 1);
    memcpy(text, end->text, len);
    if (walk->fragment.len) {
        memcpy(text + len, walk->fragment.p, walk->fragment.len);
    }
    text[len + walk->fragment.len] = '\0';
    answer->location = *end;
    answer->location.text = text;
}

void semr_walk_begin(semr_walk_t *walk, semr_judge_t *first)
{
    walk->first = first;
    first->request->room = walk->room;
    first->request->room_left = sizeof(walk->room);
}

static void set_out(semr_walk_t *walk, const semr_answer_t *answer)
{
    semr_request_t *request = &walk->request;
    const semr_location_t *location = &answer->location;

    *request = *walk->first->request;
    request->find_origin = find_origin;
    request->baton = walk;
    request->has_origin = 0;
    walk->judge = *walk->first;
    walk->judge.request = request;
    walk->judge.condition = NULL;
    /* a live walk stops before a rule on trial, whoever asks */
    walk->judge.preview =
        walk->first->preview && answer->stage < SEMR_LIVE ? preview : NULL;
    walk->passes_observed =
        answer->stage > SEMR_OBSERVE && !walk->first->preview;
    walk->judge.base = base_of;
    walk->judge.baton = walk;
    walk->judge.until = SEMR_NO_DATE;
    walk->base = semr_view(location->text, location->authority);
}

/* From hop to hop, to the end */
static semr_walk_end_t walk_on(semr_walk_t *walk, semr_answer_t *answer)
{
    semr_walk_end_t end;

    set_out(walk, answer);
    do {
        const semr_hop_t *hop = walk->hops + walk->nhops - 1;

        keep_fragment(walk, &hop->location);
        if (semr_chain_class(hop->class, hop->status) == SEMR_CLASS_NEVER) {
            end = SEMR_WALK_DIFFERS;
        }
        else if (walk->nhops > 1 && comes_back(walk)) {
            end = SEMR_WALK_LOOP;
        }
        else if (!follow(walk, hop)) {
            end = SEMR_WALK_ELSEWHERE;
        }
        else {
            end = step(walk, answer);
        }
    } while (end == SEMR_WALK_END_COUNT);
    answer->max_age = semr_judge_until(&walk->judge, answer->max_age);
    return end;
}

semr_walk_end_t semr_walk(semr_walk_t *walk, const semr_candidate_t *candidate,
                          int space, semr_answer_t *answer)
{
    note(walk->hops, candidate, space, walk->first->class, answer);
    walk->nhops = 1;
    walk->tried = 0;
    walk->next.set = NULL;
    walk->fragment = semr_view(NULL, 0);
    walk->end = SEMR_WALK_REACHED;
    if (answer->location.text) {
        keep_fragment(walk, &answer->location);
        if (!semr_walk_plainly(walk)) {
            walk->end = walk_on(walk, answer);
        }
        finish(walk, answer);
    }
    return walk->end;
}
