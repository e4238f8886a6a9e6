/* SPDX-License-Identifier: Apache-2.0
 * What paths may have meant: asks the rules, then reads them, and words what
 * was found.
 */
#include <string.h>

#include <apr_strings.h>

#include "mask.h"
#include "suggest_parts.h"
#include "words.h"

enum {
    TRIES = 200000,  /* patterns that are compared with all paths together */
    LIMITS = 3,      /* regexes that may give up on one path */
    CANDIDATES = 16, /* rules that may match it and not answer */
    HOPS = 10        /* that a client would follow */
};

/* What asking for one path after the other needs */
typedef struct asking_t {
    semr_suggest_t *suggest;
    apr_pool_t *pool;   /* of the answers */
    apr_pool_t *scrap;  /* of one path */
    semr_view_t path;   /* it */
    apr_uint32_t tries; /* that are left */
    semr_lookup_t *lookup;
    semr_suggestion_t *answer;
    semr_rule_t first;          /* that matches a variant */
    semr_request_t request;     /* that is asked, */
    semr_candidate_t candidate; /* one of its rules, */
    semr_location_t location;   /* and where that leads */
} asking_t;

const char *semr_suggest_why(semr_suggest_reason_t reason)
{
    static const char *const words[] = {
#define X(id, why) [SEMR_SUGGEST_##id] = why,
        SEMR_SUGGEST_REASONS(X)
#undef X
    };

    return words[reason];
}

/* -- the rule to be copied ------------------------------------------------- */

/* A canonical path as FROM or TO, where * and $ would be more than themselves;
 * names of what FROM takes must differ. */
static const char *word_of(apr_pool_t *pool, semr_view_t path)
{
    const apr_size_t token = sizeof(SEMR_MASK_TOKEN) - 1;
    char *word = apr_palloc(pool, 4 * path.len + 1), *out = word;
    apr_size_t i;
    int tokens = 0;

    for (i = 0; i < path.len; i++) {
        char c = path.p[i];

        if (c == '{' && path.len - i >= token &&
            !memcmp(path.p + i, SEMR_MASK_TOKEN, token)) {
            out += apr_snprintf(out, 12, tokens ? "{token%d}" : "{token}",
                                tokens + 1);
            tokens++;
            i += token - 1;
        }
        else if (c == '*' || c == '$') {
            memcpy(out, c == '*' ? "%2A" : "%24", 3);
            out += 3;
        }
        else {
            *out++ = c;
        }
    }
    *out = '\0';
    return word;
}

static const char *quoted(apr_pool_t *pool, const char *word)
{
    return semr_words_quote(pool, semr_view(word, strlen(word)));
}

/* A rule, if it can be one; to NULL: it is gone. */
static const char *rule_of(apr_pool_t *pool, semr_view_t path, const char *to)
{
    const char *from = quoted(pool, word_of(pool, path)), *text;
    semr_rule_t rule;
    semr_diag_t diag;

    text =
        to ? apr_pstrcat(pool, "permanent ", from, " ", quoted(pool, to), NULL)
           : apr_pstrcat(pool, "gone ", from, NULL);
    return semr_rule_parse(&rule, pool, text, 0, &diag) == APR_SUCCESS ? text
                                                                       : NULL;
}

static void tell_place(asking_t *asking, const semr_rule_t *rule)
{
    asking->answer->file =
        rule->file ? apr_pstrdup(asking->pool, rule->file) : NULL;
    asking->answer->line = rule->line;
}

/* -- asking ---------------------------------------------------------------- */

static semr_request_t request_for(const asking_t *asking, semr_view_t path)
{
    semr_request_t request;

    memset(&request, 0, sizeof(request));
    request.pool = asking->scrap;
    request.path = path;
    request.host = asking->suggest->host;
    request.port = asking->suggest->port;
    request.https = asking->suggest->https != 0;
    return request;
}

static void pay(asking_t *asking)
{
    const semr_lookup_t *lookup = asking->lookup;

    asking->tries -=
        lookup->tried < asking->tries ? lookup->tried : asking->tries;
    if (lookup->limits > LIMITS) {
        asking->tries = 0;
    }
    asking->suggest->unread |= !asking->tries;
}

/* Calls see for each rule that matches, best first, until it returns not 0;
 * returns that.  query: rules were met that ask for one. */
static int ask(asking_t *asking, semr_view_t path,
               int (*see)(asking_t *asking, const semr_rule_t *rule),
               int *query)
{
    semr_candidate_t *candidate = &asking->candidate;
    semr_rule_t rule;
    int i, told = 0, seen = 0;

    asking->request = request_for(asking, path);
    for (i = 0; !seen && i < asking->suggest->nspaces; i++) {
        const semr_space_t *space = asking->suggest->spaces + i;

        if (!space->count || !asking->tries) {
            continue;
        }
        semr_lookup_start_in(asking->lookup, &asking->request, space);
        while (!seen && told++ < CANDIDATES &&
               semr_lookup_next(asking->lookup, candidate)) {
            semr_image_read(candidate->set->image, candidate->rule,
                            asking->scrap, &rule);
            seen = see(asking, &rule);
        }
        *query |= asking->lookup->met_query;
        pay(asking);
    }
    return seen;
}

static int take_first(asking_t *asking, const semr_rule_t *rule)
{
    asking->first = *rule;
    return 1;
}

/* Whether a GET would be answered now, as far as nobody's request says. */
static int would_answer(const semr_suggest_t *suggest, const semr_rule_t *rule)
{
    semr_stage_t stage =
        semr_decide_stage(&rule->policy, suggest->stage, suggest->now);

    return stage > SEMR_OBSERVE && !rule->condition.len &&
           semr_rule_only(rule->only, "GET");
}

/* A rule that has come since, or one that is there and does not answer */
static int take_own(asking_t *asking, const semr_rule_t *rule)
{
    semr_suggestion_t *answer = asking->answer;
    int answers = would_answer(asking->suggest, rule);

    if (answer->reason >= 0 && !answers) {
        return 0;
    }
    answer->reason = !answers                           ? SEMR_SUGGEST_IDLE
                     : rule->policy.intent == SEMR_NONE ? SEMR_SUGGEST_EXCEPT
                                                        : SEMR_SUGGEST_ANSWERED;
    answer->nearest = semr_rule_from(asking->pool, rule);
    tell_place(asking, rule);
    return answers;
}

/* -- circles --------------------------------------------------------------- */

/* The rule that would answer, and where it leads */
static int take_next(asking_t *asking, const semr_rule_t *rule)
{
    const semr_candidate_t *candidate = &asking->candidate;
    semr_to_t to = semr_image_to(candidate->set->image, candidate->rule);
    semr_names_t names = {NULL, 0, 0};

    if (!would_answer(asking->suggest, rule)) {
        return 0;
    }
    if ((to.form != SEMR_TO_PATH && to.form != SEMR_TO_AUTHORITY) ||
        !semr_location_join(&asking->location, &asking->request, &to,
                            candidate->match, &names, semr_view("", 0))) {
        asking->location.text = NULL;
    }
    return 1;
}

/* The path of a Location, canonical; p NULL: it is on another host. */
static semr_view_t path_here(const asking_t *asking,
                             const semr_location_t *location)
{
    apr_size_t at = location->authority;

    if (at &&
        !semr_view_equal(semr_location_origin(location, asking->scrap).host,
                         asking->suggest->host)) {
        return semr_view(NULL, 0);
    }
    return semr_url_path(
        asking->scrap, semr_view(location->text + at, location->path_end - at));
}

/* Whether the rules take who comes to a path back to the one that is missing:
 * a rule that sends him there would close the circle. */
static int leads_back(asking_t *asking, semr_view_t path)
{
    int hops, query = 0;

    for (hops = 0; path.p && hops < HOPS; hops++) {
        if (semr_view_equal(path, asking->path)) {
            return 1;
        }
        if (!ask(asking, path, take_next, &query) || !asking->location.text) {
            break;
        }
        path = path_here(asking, &asking->location);
    }
    return 0;
}

/* The variant that a rule has is where the path leads; its own TO is one hop
 * on. */
static int see_variant(void *baton, semr_suggest_reason_t reason,
                       semr_view_t variant)
{
    asking_t *asking = baton;
    const semr_rule_t *rule = &asking->first;
    int query = 0;

    if (!ask(asking, variant, take_first, &query) ||
        rule->policy.intent == SEMR_NONE) {
        return 0;
    }
    asking->answer->reason = reason;
    asking->answer->nearest =
        rule->kind == SEMR_EXACT
            ? apr_pstrmemdup(asking->pool, variant.p, variant.len)
            : semr_rule_from(asking->pool, rule);
    asking->answer->rule = rule_of(asking->pool, asking->path,
                                   rule->policy.intent == SEMR_GONE
                                       ? NULL
                                       : word_of(asking->scrap, variant));
    tell_place(asking, rule);
    if (leads_back(asking, variant)) {
        asking->answer->reason = SEMR_SUGGEST_TARGET;
        asking->answer->nearest = semr_rule_from(asking->pool, rule);
        asking->answer->rule = NULL;
    }
    return 1;
}

static void ask_for(asking_t *asking)
{
    int query = 0;

    ask(asking, asking->path, take_own, &query);
    if (asking->answer->reason >= 0) {
        return;
    }
    if (!semr_suggest_variants(asking->path, see_variant, asking) && query) {
        asking->answer->reason = SEMR_SUGGEST_QUERY;
        asking->answer->nearest =
            apr_pstrmemdup(asking->pool, asking->path.p, asking->path.len);
    }
}

static void ask_for_all(semr_suggest_t *suggest, const char *const *paths,
                        int count, semr_suggestion_t *suggestions,
                        apr_pool_t *pool)
{
    semr_lookup_t lookup;
    asking_t asking = {
        .suggest = suggest, .pool = pool, .tries = TRIES, .lookup = &lookup};
    int i;

    apr_pool_create(&asking.scrap, pool);
    for (i = 0; i < count && asking.tries; i++) {
        if (!paths[i]) {
            continue;
        }
        if (suggest->until && apr_time_now() > suggest->until) {
            suggest->unread = 1;
            break;
        }
        asking.path = semr_view(paths[i], strlen(paths[i]));
        asking.answer = suggestions + i;
        ask_for(&asking);
        apr_pool_clear(asking.scrap);
    }
    apr_pool_destroy(asking.scrap);
}

/* -- what was read --------------------------------------------------------- */

/* The path that a TO without captures leads to; p NULL: it is elsewhere. */
static semr_view_t path_of_to(const asking_t *asking, const semr_rule_t *rule)
{
    semr_request_t request = request_for(asking, asking->path);
    semr_match_t match;
    semr_names_t names = {NULL, 0, 0};
    semr_location_t location;

    memset(&match, 0, sizeof(match));
    if ((rule->to.form != SEMR_TO_PATH && rule->to.form != SEMR_TO_AUTHORITY) ||
        !semr_location_join(&location, &request, &rule->to, &match, &names,
                            semr_view("", 0))) {
        return semr_view(NULL, 0);
    }
    return path_here(asking, &location);
}

static void word_best(asking_t *asking, const semr_suggest_best_t *best)
{
    semr_image_rule_t record;
    semr_suggestion_t *answer = asking->answer;
    semr_rule_t rule;
    int is_from = best->reason == SEMR_SUGGEST_FROM_SPELLING ||
                  best->reason == SEMR_SUGGEST_FROM_LETTERS ||
                  best->reason == SEMR_SUGGEST_FROM_NAME ||
                  best->reason == SEMR_SUGGEST_FROM_ABOVE;

    semr_image_rule(best->image, best->at, &record);
    semr_image_read(best->image, &record, asking->scrap, &rule);
    answer->reason = (int)best->reason;
    tell_place(asking, &rule);
    if (best->reason == SEMR_SUGGEST_TARGET) {
        answer->nearest = semr_rule_from(asking->pool, &rule);
        answer->rule = NULL;
    }
    else if (is_from) {
        answer->nearest = semr_rule_from(asking->pool, &rule);
        answer->rule = rule_of(asking->pool, asking->path,
                               rule.policy.intent == SEMR_GONE
                                   ? NULL
                                   : word_of(asking->scrap, rule.path));
    }
    else {
        answer->nearest = semr_rule_to(asking->pool, &rule);
        answer->rule = rule_of(asking->pool, asking->path, answer->nearest);
    }
    if (answer->rule &&
        leads_back(asking, is_from ? rule.path : path_of_to(asking, &rule))) {
        answer->rule = NULL;
    }
}

/* The page above is less than what reading finds, a rule that leads there is
 * more, and all else is as good. */
static int is_better(const semr_suggest_best_t *best,
                     const semr_suggestion_t *answer)
{
    return best->image &&
           (answer->reason < 0 || best->reason == SEMR_SUGGEST_TARGET ||
            answer->reason == SEMR_SUGGEST_FROM_ABOVE ||
            answer->reason == SEMR_SUGGEST_QUERY);
}

static void read_for_all(semr_suggest_t *suggest, const char *const *paths,
                         int count, semr_suggestion_t *suggestions,
                         apr_pool_t *pool)
{
    semr_lookup_t lookup;
    asking_t asking = {
        .suggest = suggest, .pool = pool, .tries = TRIES, .lookup = &lookup};
    semr_suggest_best_t *bests;
    int i;

    apr_pool_create(&asking.scrap, pool);
    bests = apr_pcalloc(asking.scrap, ((apr_size_t)count + 1) * sizeof(*bests));
    semr_suggest_read(suggest, paths, count, bests, asking.scrap);
    for (i = 0; i < count; i++) {
        if (paths[i] && is_better(bests + i, suggestions + i)) {
            asking.path = semr_view(paths[i], strlen(paths[i]));
            asking.answer = suggestions + i;
            word_best(&asking, bests + i);
        }
    }
    apr_pool_destroy(asking.scrap);
}

void semr_suggest(semr_suggest_t *suggest, const char *const *paths, int count,
                  semr_suggestion_t *suggestions, apr_pool_t *pool)
{
    int i;

    memset(suggestions, 0, (apr_size_t)count * sizeof(*suggestions));
    for (i = 0; i < count; i++) {
        suggestions[i].reason = -1;
    }
    suggest->read = 0;
    suggest->unread = 0;
    ask_for_all(suggest, paths, count, suggestions, pool);
    if (suggest->thorough) {
        read_for_all(suggest, paths, count, suggestions, pool);
    }
    for (i = 0; suggest->unread && i < count; i++) {
        if (paths[i] && suggestions[i].reason < 0) {
            suggestions[i].reason = SEMR_SUGGEST_UNREAD;
        }
    }
}
