/* SPDX-License-Identifier: Apache-2.0
 * A request -> the rules that match it, best first.
 *
 * Each stage offers every rule that matches there, and the best of those that
 * come after the one told before is the next candidate.  Rules are ordered by
 * major, which is where they stand (a pattern's number, the length of what is
 * before a slash star), then by minor: rank, set, order.
 */
#include <string.h>

#include <apr_cstr.h>

#include "key.h"
#include "lookup.h"

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

/* What an offered run was found by, and by what its rules are compared */
typedef struct spot_t {
    const semr_ruleset_t *set;
    int set_index;
    int fold;
    apr_uint32_t host;
    semr_kind_t kind;
    semr_view_t path;   /* EXACT, PREFIX: what FROM must be */
    apr_uint64_t major; /* of an exact rule: see rule_major */
} spot_t;

/* -- opening --------------------------------------------------------------- */

apr_status_t semr_ruleset_open(semr_ruleset_t *set, apr_pool_t *pool,
                               const semr_image_t *image, int jit,
                               semr_diag_t *diag)
{
    const semr_image_pattern_t *patterns = semr_image_patterns(image);
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_PATTERNS);

    set->image = image;
    set->regexes = apr_pcalloc(pool, (count + 1) * sizeof(*set->regexes));
    for (i = 0; i < count; i++) {
        const semr_image_rule_t *rule =
            semr_image_rules(image) + patterns[i].rule;
        const semr_image_policy_t *policy = semr_image_policy(image, rule);

        if (policy->kind != SEMR_REGEX) {
            continue;
        }
        set->regexes[i] =
            semr_regex_compile(pool, semr_image_string(image, rule->from),
                               (policy->flags & SEMR_FOLD) != 0, jit, diag);
        if (!set->regexes[i]) {
            return APR_EINVAL;
        }
    }
    return APR_SUCCESS;
}

/* -- one rule -------------------------------------------------------------- */

static int same_text(semr_view_t asked, semr_view_t name, int fold)
{
    return asked.len == name.len &&
           (fold && name.len ? apr_cstr_casecmpn(asked.p, name.p, name.len) == 0
                             : semr_view_equal(asked, name));
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
        const semr_query_param_t *asked = request->params;
        const semr_query_param_t *last = asked + count;

        for (; asked < last; asked++) {
            if (same_text(asked->name, name, fold) &&
                (param->capture < 0 ? same_text(asked->value, value, fold)
                                    : asked->value.len > 0)) {
                break;
            }
        }
        if (asked == last) {
            return 0;
        }
        if (param->capture >= 0) {
            match->captures[param->capture].text = asked->value;
            match->captures[param->capture].decoded = 1;
            if (match->ncaptures <= param->capture) {
                match->ncaptures = param->capture + 1;
            }
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
static apr_uint64_t rule_major(const semr_lookup_t *lookup, const spot_t *spot,
                               const semr_image_policy_t *policy)
{
    return spot->kind == SEMR_EXACT ? !own_form(lookup, policy) : spot->major;
}

/* Whether a rule of a run that matches takes the request all the same: what
 * differs within a run is scheme, port, and what is said of the slash. */
static int rule_fits(const semr_lookup_t *lookup, const spot_t *spot,
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
static int same_from(const spot_t *spot, const semr_image_rule_t *rule,
                     const semr_image_policy_t *policy)
{
    const semr_image_t *image = spot->set->image;
    semr_view_t head, rest, path = spot->path;

    if (policy->kind != spot->kind || policy->host != spot->host ||
        ((policy->flags & SEMR_FOLD) != 0) != spot->fold) {
        return 0;
    }
    if (spot->kind != SEMR_EXACT && spot->kind != SEMR_PREFIX) {
        return 1; /* the pattern has matched */
    }
    head = semr_image_string(image, rule->from);
    rest = semr_image_string(image, rule->from_rest);
    return head.len + rest.len == path.len &&
           memcmp(path.p, head.p, head.len) == 0 &&
           memcmp(path.p + head.len, rest.p, rest.len) == 0;
}

/* -- offers ---------------------------------------------------------------- */

static apr_uint64_t minor_of(const spot_t *spot, const semr_image_rule_t *rule,
                             const semr_image_policy_t *policy)
{
    return (apr_uint64_t)(SEMR_RANK_MAX - policy->rank) << 40 |
           (apr_uint64_t)(unsigned)spot->set_index << 32 | rule->order;
}

static int comes_after(apr_uint64_t major, apr_uint64_t minor,
                       apr_uint64_t other_major, apr_uint64_t other_minor)
{
    return major != other_major ? major > other_major : minor > other_minor;
}

static void keep_best(semr_lookup_t *lookup, const spot_t *spot,
                      const semr_image_rule_t *rule,
                      const semr_image_policy_t *policy, apr_uint64_t major,
                      apr_uint64_t minor)
{
    lookup->found = 1;
    lookup->best_major = major;
    lookup->best_minor = minor;
    lookup->best.set = spot->set;
    lookup->best.set_index = spot->set_index;
    lookup->best.rule = rule;
    lookup->best.policy = policy;
    lookup->best.match = &lookup->best_match;
    lookup->best_match.tail = lookup->match.tail;
    lookup->best_match.ncaptures = lookup->match.ncaptures;
    memcpy(lookup->best_match.captures, lookup->match.captures,
           (apr_size_t)lookup->match.ncaptures *
               sizeof(*lookup->match.captures));
}

static void offer_run(semr_lookup_t *lookup, const spot_t *spot,
                      apr_uint32_t first)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_rule_t *rule = semr_image_rules(image) + first;
    const semr_image_policy_t *policy = semr_image_policy(image, rule);

    if (!same_from(spot, rule, policy)) {
        return;
    }
    if (spot->kind == SEMR_EXACT || spot->kind == SEMR_PREFIX) {
        lookup->match.ncaptures = 0;
    }
    if (rule->extra && !match_params(image, rule, spot->fold, lookup->request,
                                     &lookup->match)) {
        return;
    }
    for (;; policy = semr_image_policy(image, ++rule)) {
        apr_uint64_t major = rule_major(lookup, spot, policy);
        apr_uint64_t minor = minor_of(spot, rule, policy);

        if (comes_after(major, minor, lookup->major, lookup->minor) &&
            !(lookup->found && comes_after(major, minor, lookup->best_major,
                                           lookup->best_minor)) &&
            rule_fits(lookup, spot, policy)) {
            keep_best(lookup, spot, rule, policy, major, minor);
            if (major == spot->major) {
                return; /* a run has its best first */
            }
        }
        if (rule->line & SEMR_LAST) {
            return;
        }
    }
}

static inline void offer_key(semr_lookup_t *lookup, const spot_t *spot,
                             apr_uint64_t key);

/* The places below one, for the parameters that the request has */
static void offer_query(semr_lookup_t *lookup, const spot_t *spot,
                        apr_uint64_t place, apr_uint32_t node)
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
        if (node & SEMR_NODE_LITERALS) {
            offer_key(lookup, spot, semr_key_literal(place, name, value));
        }
        if (node & SEMR_NODE_CAPTURES) {
            offer_key(lookup, spot, semr_key_capture(place, name));
        }
    }
}

static __attribute__((noinline)) void offer_node(semr_lookup_t *lookup,
                                                 const spot_t *spot,
                                                 apr_uint64_t place,
                                                 apr_uint32_t node)
{
    if (node & SEMR_NODE_RULE) {
        offer_run(lookup, spot, (node & SEMR_NODE_RULE) - 1);
    }
    if (node & (SEMR_NODE_LITERALS | SEMR_NODE_CAPTURES) &&
        lookup->request->query.len) {
        offer_query(lookup, spot, place, node);
    }
}

/* Inlined: most keys lead to nothing. */
static inline void offer_key(semr_lookup_t *lookup, const spot_t *spot,
                             apr_uint64_t key)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_slot_t *slot =
        semr_image_slots(image) + semr_key_slot(key, image->homes);
    apr_uint32_t tag = semr_key_tag(key);

    for (; slot->node && slot->tag <= tag; slot++) {
        if (slot->tag == tag) {
            offer_node(lookup, spot, key, slot->node);
        }
    }
}

/* -- hosts ----------------------------------------------------------------- */

static apr_uint32_t find_host(const semr_image_t *image, semr_view_t name,
                              int wild)
{
    const semr_image_host_t *hosts = semr_image_hosts(image);
    apr_uint64_t key =
        semr_key_place(semr_key_bytes(name), SEMR_KEY_HOST, wild, 0);
    const semr_image_slot_t *slot =
        semr_image_host_slots(image) + semr_key_slot(key, image->host_homes);
    apr_uint32_t tag = semr_key_tag(key);

    for (; slot->node && slot->tag <= tag; slot++) {
        apr_uint32_t host = slot->node - 1;

        if (slot->tag == tag && (hosts[host].wild != 0) == wild &&
            semr_view_equal(semr_image_string(image, hosts[host].name), name)) {
            return host;
        }
    }
    return 0;
}

/* The next of the image's hosts that stand for the request's, from its own
 * name to the shortest star: *at is where the name to look for begins, 0 at
 * first.  0: there is no more. */
static apr_uint32_t next_host(const semr_image_t *image, semr_view_t host,
                              apr_size_t *at)
{
    if (semr_image_count(image, SEMR_SECTION_HOSTS) < 2) {
        return 0;
    }
    while (*at < host.len) {
        const char *name = host.p + *at;
        apr_size_t left = host.len - *at;
        const char *dot = memchr(name, '.', left);
        apr_uint32_t found = find_host(image, semr_view(name, left), *at > 0);

        *at = dot ? (apr_size_t)(dot - host.p) + 1 : host.len;
        if (found) {
            return found;
        }
    }
    return 0;
}

typedef void offer_t(semr_lookup_t *lookup, spot_t *spot);

/* Calls offer for each host of each set that the stage is about: those that
 * the request's stands for, or none at all.  Inlined, for most requests meet
 * one set and no hosts. */
static inline __attribute__((always_inline)) void
each_host(semr_lookup_t *lookup, int named, offer_t *offer, semr_kind_t kind,
          apr_uint64_t major)
{
    spot_t spot;
    int i;

    spot.kind = kind;
    for (i = 0; i < lookup->nsets; i++) {
        apr_size_t at = 0;

        spot.set = lookup->sets[i];
        spot.set_index = i;
        spot.major = major;
        spot.host = 0;
        if (!named) {
            offer(lookup, &spot);
            continue;
        }
        while ((spot.host = next_host(spot.set->image, lookup->request->host,
                                      &at)) != 0) {
            offer(lookup, &spot);
        }
    }
}

/* -- exact rules and slash stars ------------------------------------------- */

/* Offers the place of the first len bytes of the path, as written or folded */
static inline void offer_path(semr_lookup_t *lookup, spot_t *spot, int fold,
                              apr_size_t len, apr_uint64_t hash)
{
    int sort = spot->kind == SEMR_EXACT ? SEMR_KEY_EXACT : SEMR_KEY_PREFIX;

    spot->fold = fold;
    spot->path = semr_view(lookup->request->path.p, len);
    if (fold) {
        spot->path.p = semr_request_folded(lookup->request).p;
        hash = semr_key_bytes(spot->path);
    }
    offer_key(lookup, spot, semr_key_place(hash, sort, fold, spot->host));
}

static inline void offer_exact(semr_lookup_t *lookup, spot_t *spot)
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
    each_host(lookup, named, offer_exact, SEMR_EXACT, 0);
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

static inline void offer_prefix(semr_lookup_t *lookup, spot_t *spot)
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
            each_host(lookup, named, offer_prefix, SEMR_PREFIX, major);
        }
    }
    return lookup->found;
}

/* -- patterns -------------------------------------------------------------- */

static int begins_with(semr_view_t text, semr_view_t head)
{
    return head.len <= text.len && memcmp(text.p, head.p, head.len) == 0;
}

/* By host, then as bytes */
static int begin_order(const semr_image_t *image,
                       const semr_image_begin_t *begin, apr_uint32_t host,
                       semr_view_t path)
{
    semr_view_t text;
    int order;

    if (begin->host != host) {
        return begin->host < host ? -1 : 1;
    }
    text = semr_image_string(image, begin->text);
    order = memcmp(text.p, path.p, text.len < path.len ? text.len : path.len);
    return order ? order : (text.len > path.len) - (text.len < path.len);
}

/* The longest beginning that the path has, or SEMR_NO_PARENT */
static apr_uint32_t find_begin(const semr_image_t *image,
                               semr_subject_t subject, apr_uint32_t host,
                               semr_view_t path)
{
    const semr_image_begin_t *begins = semr_image_begins(image);
    apr_uint32_t low = image->begins_at[subject];
    apr_uint32_t high = image->begins_at[subject + 1], found;

    while (low < high) {
        apr_uint32_t middle = low + (high - low) / 2;

        if (begin_order(image, begins + middle, host, path) <= 0) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    if (low == image->begins_at[subject] || begins[low - 1].host != host) {
        return SEMR_NO_PARENT;
    }
    for (found = low - 1; found != SEMR_NO_PARENT;
         found = begins[found].parent) {
        if (begins_with(path, semr_image_string(image, begins[found].text))) {
            break;
        }
    }
    return found;
}

static semr_view_t subject_text(semr_lookup_t *lookup, semr_subject_t subject)
{
    switch (subject) {
    case SEMR_SUBJECT_PATH:
        return lookup->request->path;
    case SEMR_SUBJECT_FOLDED:
        return semr_request_folded(lookup->request);
    case SEMR_SUBJECT_DECODED:
        return semr_request_decoded(lookup->request);
    default:
        return semr_request_decoded_folded(lookup->request);
    }
}

static int match_pattern(semr_lookup_t *lookup, const spot_t *spot,
                         apr_uint32_t number)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_rule_t *rule =
        semr_image_rules(image) + semr_image_patterns(image)[number].rule;
    const semr_image_policy_t *policy = semr_image_policy(image, rule);

    if (spot->kind == SEMR_REGEX) {
        semr_regex_result_t result = semr_regex_match(
            spot->set->regexes[number], lookup->request, &lookup->match);

        lookup->limits += result == SEMR_REGEX_LIMIT;
        return result == SEMR_REGEX_YES;
    }
    return semr_pattern_match(semr_image_string(image, rule->from),
                              (policy->flags & SEMR_STAR) != 0,
                              lookup->with_slash, 0,
                              spot->fold ? semr_request_folded(lookup->request)
                                         : lookup->request->path,
                              lookup->request->path, &lookup->match);
}

/* The members of one beginning, from the pattern told before to the best */
static void offer_members(semr_lookup_t *lookup, spot_t *spot,
                          const semr_image_begin_t *begin)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_pattern_t *patterns = semr_image_patterns(image);
    const apr_uint32_t *member = semr_image_members(image) + begin->members;
    const apr_uint32_t *end = member + begin->count;
    apr_uint64_t base = (apr_uint64_t)(unsigned)spot->set_index << 32;

    for (; member < end; member++) {
        const semr_image_pattern_t *pattern = patterns + *member;

        spot->major = base | pattern->group;
        if (lookup->found && spot->major > lookup->best_major) {
            return;
        }
        if (spot->major < lookup->major) {
            continue;
        }
        if (match_pattern(lookup, spot, *member)) {
            offer_node(lookup, spot,
                       semr_key_place(*member, SEMR_KEY_PATTERN, 0, 0),
                       pattern->node);
        }
    }
}

static inline void offer_patterns(semr_lookup_t *lookup, spot_t *spot)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_begin_t *begins = semr_image_begins(image);
    int subject;

    if (!image->begins_at[SEMR_SUBJECTS]) {
        return;
    }
    for (subject = 0; subject < SEMR_SUBJECTS; subject++) {
        apr_uint32_t i;

        if (image->begins_at[subject] == image->begins_at[subject + 1]) {
            continue;
        }
        spot->kind = subject < SEMR_SUBJECT_DECODED ? SEMR_PATTERN : SEMR_REGEX;
        spot->fold = subject == SEMR_SUBJECT_FOLDED ||
                     subject == SEMR_SUBJECT_DECODED_FOLDED;
        i = find_begin(image, (semr_subject_t)subject, spot->host,
                       subject_text(lookup, (semr_subject_t)subject));
        for (; i != SEMR_NO_PARENT; i = begins[i].parent) {
            offer_members(lookup, spot, begins + i);
        }
    }
}

static int next_pattern(semr_lookup_t *lookup, int named)
{
    each_host(lookup, named, offer_patterns, SEMR_PATTERN, 0);
    return lookup->found;
}

/* -- the search ------------------------------------------------------------ */

static int has_tag(const semr_image_t *image, apr_uint64_t key)
{
    const semr_image_slot_t *slot =
        semr_image_slots(image) + semr_key_slot(key, image->homes);
    apr_uint32_t tag = semr_key_tag(key);

    while (slot->node && slot->tag < tag) {
        slot++;
    }
    return slot->node && slot->tag == tag;
}

/* Whether the image might have a rule; most requests are asked in vain, and
 * this says so for an image of plain paths without going through stages. */
static int may_match(semr_lookup_t *lookup, const semr_image_t *image)
{
    semr_view_t path = lookup->bare;
    int i;

    if (image->begins_at[SEMR_SUBJECTS] || image->exact[0][1] ||
        image->depths[0][1] ||
        semr_image_count(image, SEMR_SECTION_HOSTS) > 1 ||
        has_tag(image, semr_key_place(lookup->hash, SEMR_KEY_EXACT, 0, 0))) {
        return 1;
    }
    for (i = 0; i < lookup->nboundaries; i++) {
        path.len = lookup->boundaries[i].end;
        if (has_tag(image, semr_key_place(semr_key_bytes(path), SEMR_KEY_PREFIX,
                                          0, 0))) {
            return 1;
        }
    }
    return 0;
}

void semr_lookup_start(semr_lookup_t *lookup, semr_request_t *request,
                       const semr_ruleset_t *const *sets, int nsets)
{
    int i;

    lookup->request = request;
    lookup->sets = sets;
    lookup->nsets = nsets;
    lookup->limits = 0;
    lookup->own_form = 0;
    lookup->major = lookup->minor = 0;
    lookup->bare = request->path;
    lookup->with_slash = lookup->bare.p[lookup->bare.len - 1] == '/';
    lookup->bare.len -= (apr_size_t)lookup->with_slash;
    lookup->hash = semr_key_bytes(lookup->bare);
    find_boundaries(lookup);
    lookup->stage = STAGES;
    for (i = 0; i < nsets; i++) {
        apr_size_t at = 0;

        if (next_host(sets[i]->image, request->host, &at)) {
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
        next_exact, next_pattern, next_prefix};

    for (; lookup->stage < STAGES; lookup->stage++) {
        lookup->found = 0;
        if (stages[lookup->stage % 3](lookup, lookup->stage < ANY_EXACT)) {
            lookup->major = lookup->best_major;
            lookup->minor = lookup->best_minor;
            *candidate = lookup->best;
            return 1;
        }
        lookup->major = lookup->minor = 0;
        lookup->own_form = 0;
    }
    return 0;
}

static void labels_of(const semr_lookup_t *lookup,
                      const semr_candidate_t *candidate)
{
    const semr_image_t *image = candidate->set->image;
    const semr_image_host_t *host =
        semr_image_hosts(image) + candidate->policy->host;
    semr_view_t asked = lookup->request->host;

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
