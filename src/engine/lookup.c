/* SPDX-License-Identifier: Apache-2.0
 * A request -> the rules that match it, best first: the stages of the search.
 *
 * Each stage offers every rule that matches there, and the best of those that
 * come after the one told before is the next candidate.
 */
#include <string.h>

#include "lookup_parts.h"

/* In the order in which they are tried; rules that name a host come first. */
enum {
    NAMED_EXACT,
    NAMED_PATTERNS,
    NAMED_PREFIXES,
    ANY_EXACT,
    ANY_PATTERNS,
    ANY_PREFIXES,
    STAGES
};

/* -- opening --------------------------------------------------------------- */

/* Machine code of a regex is some 13 KB, and saves less than a tenth of a
 * microsecond: it pays for those that are tried on each request. */
static int is_tried_often(semr_view_t text, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    int often;

    apr_pool_create(&scratch, pool);
    often = semr_regex_literal(scratch, text).len == 0;
    apr_pool_destroy(scratch);
    return often;
}

apr_status_t semr_ruleset_open(semr_ruleset_t *set, apr_pool_t *pool,
                               const semr_image_t *image, int jit,
                               semr_diag_t *diag)
{
    const semr_image_pattern_t *patterns = semr_image_patterns(image);
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_PATTERNS);

    set->image = image;
    set->regexes = apr_pcalloc(pool, (count + 1) * sizeof(*set->regexes));
    for (i = 0; i < count; i++) {
        const semr_image_policy_t *policy;
        semr_image_rule_t rule;

        semr_image_rule(image, patterns[i].rule, &rule);
        policy = semr_image_policy(image, &rule);
        if (policy->kind != SEMR_REGEX) {
            continue;
        }
        set->regexes[i] = semr_regex_compile(
            pool, rule.from, (policy->flags & SEMR_FOLD) != 0,
            jit && is_tried_often(rule.from, pool), diag);
        if (!set->regexes[i]) {
            return APR_EINVAL;
        }
    }
    return APR_SUCCESS;
}

/* -- exact rules and slash stars ------------------------------------------- */

/* Offers the place of the first len bytes of the path, as written or folded */
static inline void offer_path(semr_lookup_t *lookup, semr_spot_t *spot,
                              int fold, apr_size_t len, apr_uint64_t hash)
{
    int sort = spot->kind == SEMR_EXACT ? SEMR_KEY_EXACT : SEMR_KEY_PREFIX;

    spot->fold = fold;
    spot->path = semr_view(lookup->request->path.p, len);
    if (fold) {
        spot->path.p = semr_request_folded(lookup->request).p;
        hash = semr_key_bytes(spot->path);
    }
    semr_offer_key(lookup, spot, semr_key_place(hash, sort, fold, spot->host));
}

static inline void offer_exact(semr_lookup_t *lookup, semr_spot_t *spot)
{
    const apr_uint32_t *exact = spot->set->image->exact[spot->host != 0];

    if (exact[0]) {
        offer_path(lookup, spot, 0, lookup->bare.len, lookup->hash);
    }
    if (exact[1]) {
        offer_path(lookup, spot, 1, lookup->bare.len, 0);
    }
}

/* If a rule names the path as it was asked, those that name it with the slash
 * the other way round do not match (DESIGN 1.2). */
static int next_exact(semr_lookup_t *lookup, int named)
{
    semr_lookup_each_host(lookup, named, offer_exact, SEMR_EXACT, 0);
    if (lookup->found && lookup->best_major == 0) {
        lookup->own_form = 1;
    }
    return lookup->found;
}

/* Where the path may be cut for a slash star rule of some set, shortest first
 */
static void find_boundaries(semr_lookup_t *lookup)
{
    apr_uint64_t depths = 0;
    semr_view_t bare = lookup->bare;
    const char *slash;
    apr_size_t end = 0;
    apr_uint32_t depth;
    int i, n = 0;

    for (i = 0; i < lookup->nsets; i++) {
        const semr_image_t *image = lookup->sets[i]->image;

        depths |= image->depths[0][0] | image->depths[0][1] |
                  image->depths[1][0] | image->depths[1][1];
    }
    for (depth = 0; depths; depth++, depths >>= 1) {
        if (depths & 1) {
            lookup->boundaries[n].end = (apr_uint32_t)end;
            lookup->boundaries[n++].depth = depth;
        }
        if (end == bare.len) {
            break;
        }
        slash = memchr(bare.p + end + 1, '/', bare.len - end - 1);
        end = slash ? (apr_size_t)(slash - bare.p) : bare.len;
    }
    lookup->nboundaries = n;
}

static inline void offer_prefix(semr_lookup_t *lookup, semr_spot_t *spot)
{
    const apr_uint64_t *depths = spot->set->image->depths[spot->host != 0];
    apr_size_t end = (apr_uint32_t)~spot->major;

    lookup->match.tail = semr_view(lookup->request->path.p + end,
                                   lookup->request->path.len - end);
    if (depths[0] >> lookup->depth & 1) {
        offer_path(lookup, spot, 0, end,
                   end == lookup->bare.len
                       ? lookup->hash
                       : semr_key_bytes(semr_view(lookup->bare.p, end)));
    }
    if (depths[1] >> lookup->depth & 1) {
        offer_path(lookup, spot, 1, end, 0);
    }
}

/* major is the complement of the length, for the longest comes first */
static int next_prefix(semr_lookup_t *lookup, int named)
{
    int i;

    for (i = lookup->nboundaries - 1; i >= 0 && !lookup->found; i--) {
        apr_uint64_t major = ~(apr_uint64_t)lookup->boundaries[i].end;

        if (major >= lookup->major) {
            lookup->depth = lookup->boundaries[i].depth;
            semr_lookup_each_host(lookup, named, offer_prefix, SEMR_PREFIX,
                                  major);
        }
    }
    return lookup->found;
}

/* -- the search ------------------------------------------------------------ */

static const semr_image_slot_t *slot_of(const semr_image_t *image,
                                        apr_uint64_t key)
{
    return semr_image_slots(image) + semr_key_slot(key, image->homes);
}

/* Whether a slot has this key's tag; if so, its rule is fetched from memory
 * while the search for it begins. */
static int has_tag(const semr_image_t *image, apr_uint64_t key)
{
    const semr_image_slot_t *slot = slot_of(image, key);
    apr_uint32_t tag = semr_key_tag(key);

    while (slot->node && slot->tag < tag) {
        slot++;
    }
    if (!slot->node || slot->tag != tag) {
        return 0;
    }
    if (!(slot->node & SEMR_NODE_PLACE)) {
        /* mostly it lies across two lines of the cache */
        const char *record = semr_image_records(image) + slot->node - 1;

        __builtin_prefetch(record);
        __builtin_prefetch(record + 64);
    }
    return 1;
}

/* An image of nothing but plain paths needs no stages to say that it has no
 * rule. */
static int is_plain(const semr_image_t *image)
{
    return !image->begins_at[SEMR_SUBJECTS] && !image->exact[0][1] &&
           !image->depths[0][1] &&
           semr_image_count(image, SEMR_SECTION_HOSTS) <= 1;
}

static int may_match_prefix(const semr_lookup_t *lookup,
                            const semr_image_t *image)
{
    semr_view_t path = lookup->bare;
    int i;

    for (i = 0; i < lookup->nboundaries; i++) {
        path.len = lookup->boundaries[i].end;
        if (has_tag(image, semr_key_place(semr_key_bytes(path), SEMR_KEY_PREFIX,
                                          0, 0))) {
            return 1;
        }
    }
    return 0;
}

/* Whether the image might have a rule; most requests are asked in vain. */
static int may_match(const semr_lookup_t *lookup, const semr_image_t *image)
{
    return !is_plain(image) ||
           has_tag(image, semr_key_place(lookup->hash, SEMR_KEY_EXACT, 0, 0)) ||
           may_match_prefix(lookup, image);
}

static void set_path(semr_lookup_t *lookup, semr_view_t path)
{
    lookup->bare = path;
    lookup->with_slash = path.p[path.len - 1] == '/';
    lookup->bare.len -= (apr_size_t)lookup->with_slash;
    lookup->hash = semr_key_bytes(lookup->bare);
}

void semr_lookup_start(semr_lookup_t *lookup, semr_request_t *request,
                       const semr_ruleset_t *const *sets, int nsets)
{
    int i;

    lookup->request = request;
    lookup->sets = sets;
    lookup->majors = NULL;
    lookup->nsets = nsets;
    lookup->limits = 0;
    lookup->tried = 0;
    lookup->met_query = 0;
    lookup->own_form = 0;
    lookup->major = lookup->minor = 0;
    lookup->last_set = NULL;
    lookup->match.tail = semr_view(NULL, 0);
    set_path(lookup, request->path);
    for (i = 0; i < nsets; i++) {
        __builtin_prefetch(
            slot_of(sets[i]->image,
                    semr_key_place(lookup->hash, SEMR_KEY_EXACT, 0, 0)));
        if (semr_image_count(sets[i]->image, SEMR_SECTION_HOSTS) > 1) {
            semr_request_origin(request);
        }
    }
    find_boundaries(lookup);
    lookup->stage = STAGES;
    for (i = 0; i < nsets; i++) {
        apr_size_t at = 0;

        if (semr_lookup_host(sets[i]->image, request->host, &at)) {
            lookup->stage = NAMED_EXACT;
            return;
        }
        if (may_match(lookup, sets[i]->image)) {
            lookup->stage = ANY_EXACT;
        }
    }
}

int semr_lookup_next(semr_lookup_t *lookup, semr_candidate_t *candidate)
{
    static int (*const stages[])(semr_lookup_t * lookup, int named) = {
        next_exact, semr_lookup_pattern, next_prefix};

    for (; lookup->stage < STAGES; lookup->stage++) {
        lookup->found = 0;
        if (stages[lookup->stage % 3](lookup, lookup->stage < ANY_EXACT)) {
            lookup->major = lookup->best_major;
            lookup->minor = lookup->best_minor;
            lookup->last_set = lookup->best.set;
            lookup->last_run = lookup->best_run;
            lookup->last_node = lookup->best_node;
            *candidate = lookup->best;
            return 1;
        }
        lookup->major = lookup->minor = 0;
        lookup->last_set = NULL;
        lookup->own_form = 0;
    }
    return 0;
}

/* Whether the one rule that a node leads to stands at this very path */
static int is_at(const semr_lookup_t *lookup, const semr_image_t *image,
                 apr_uint32_t node, semr_image_rule_t *rule)
{
    const semr_image_policy_t *policy;
    semr_view_t path = lookup->bare;

    if (node & SEMR_NODE_PLACE) {
        return 0;
    }
    semr_image_rule(image, node - 1, rule);
    policy = semr_image_policy(image, rule);
    return policy->kind == SEMR_EXACT && !rule->extra &&
           ((policy->flags & SEMR_WITH_SLASH) != 0) == lookup->with_slash &&
           rule->from.len + rule->from_rest.len == path.len &&
           !memcmp(path.p, rule->from.p, rule->from.len) &&
           !memcmp(path.p + rule->from.len, rule->from_rest.p,
                   rule->from_rest.len);
}

static semr_peek_t peek_exact(const semr_lookup_t *lookup,
                              const semr_image_t *image,
                              semr_image_rule_t *rule)
{
    apr_uint64_t key = semr_key_place(lookup->hash, SEMR_KEY_EXACT, 0, 0);
    const semr_image_slot_t *slot = slot_of(image, key);
    apr_uint32_t tag = semr_key_tag(key);

    while (slot->node && slot->tag < tag) {
        slot++;
    }
    if (!slot->node || slot->tag != tag) {
        return SEMR_PEEK_NOTHING;
    }
    return slot[1].tag != tag && is_at(lookup, image, slot->node, rule)
               ? SEMR_PEEK_RULE
               : SEMR_PEEK_UNSURE;
}

/* Whether no rule but those at has_tag could come first as an exact one */
static int has_plain_exact(const semr_image_t *image)
{
    return !image->exact[0][1] &&
           semr_image_count(image, SEMR_SECTION_HOSTS) <= 1;
}

semr_peek_t semr_lookup_peek(const semr_space_t *space, semr_view_t path,
                             const semr_ruleset_t **set,
                             semr_image_rule_t *rule)
{
    semr_peek_t met = SEMR_PEEK_NOTHING;
    semr_lookup_t lookup;
    int i;

    lookup.sets = space->sets;
    lookup.nsets = space->count;
    set_path(&lookup, path);
    for (i = 0; i < space->count; i++) {
        const semr_image_t *image = space->sets[i]->image;
        semr_peek_t exact = has_plain_exact(image)
                                ? peek_exact(&lookup, image, rule)
                                : SEMR_PEEK_UNSURE;

        if (exact == SEMR_PEEK_UNSURE ||
            (exact == SEMR_PEEK_RULE && met == SEMR_PEEK_RULE)) {
            return SEMR_PEEK_UNSURE;
        }
        if (exact == SEMR_PEEK_RULE) {
            met = exact;
            *set = space->sets[i];
        }
    }
    if (met == SEMR_PEEK_RULE) {
        return met;
    }
    find_boundaries(&lookup);
    for (i = 0; i < space->count; i++) {
        const semr_image_t *image = space->sets[i]->image;

        if (!is_plain(image) || may_match_prefix(&lookup, image)) {
            return SEMR_PEEK_UNSURE;
        }
    }
    return SEMR_PEEK_NOTHING;
}

static void labels_of(const semr_lookup_t *lookup,
                      const semr_candidate_t *candidate)
{
    const semr_image_t *image = candidate->set->image;
    const semr_image_host_t *host =
        semr_image_hosts(image) + candidate->policy->host;
    semr_view_t asked = lookup->request->host;

    candidate->match->labels = semr_view(NULL, 0);
    if (host->wild) {
        asked.len -= semr_image_string(image, host->name).len + 1;
        candidate->match->labels = asked;
    }
}

int semr_lookup_location(const semr_lookup_t *lookup,
                         const semr_candidate_t *candidate, semr_view_t base,
                         semr_location_t *location)
{
    const semr_image_t *image = candidate->set->image;
    const semr_image_extra_t *extra =
        semr_image_extras(image) + candidate->rule->extra;
    semr_to_t to = semr_image_to(image, candidate->rule);
    semr_view_t asked[SEMR_PARAMS_MAX];
    semr_names_t names;
    apr_uint32_t i;

    names.names = asked;
    names.count = (int)extra->nparams;
    names.fold = (candidate->policy->flags & SEMR_FOLD) != 0;
    for (i = 0; i < extra->nparams; i++) {
        asked[i] = semr_image_string(
            image, (semr_image_params(image) + extra->params + i)->name);
    }
    labels_of(lookup, candidate);
    return semr_location_join(location, lookup->request, &to, candidate->match,
                              &names, base);
}
