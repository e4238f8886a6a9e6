/* SPDX-License-Identifier: Apache-2.0
 * What the counters of a replay say.
 */
#include <stdlib.h>
#include <string.h>

#include "replay.h"

enum {
    MISSES_LISTED = 2000,
    SUGGESTED = 200,                    /* paths that get a suggestion */
    SUGGEST_TIME = 2 * APR_USEC_PER_SEC /* for all of them */
};

/* -- rules ----------------------------------------------------------------- */

/* Highest counts first, then as they are asked */
static int by_count(const void *a, const void *b)
{
    const replay_rule_t *x = a, *y = b;

    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    if (x->space != y->space || x->set != y->set) {
        return x->space != y->space ? x->space - y->space : x->set - y->set;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Keeps the first of twice as many as are wanted. */
static void trim(apr_array_header_t *top, int most)
{
    qsort(top->elts, (size_t)top->nelts, sizeof(replay_rule_t), by_count);
    if (most && top->nelts > most) {
        top->nelts = most;
    }
}

static void add_set(const replay_t *replay, apr_array_header_t *top, int most,
                    const apr_uint32_t *counts, replay_rule_t rule)
{
    const semr_space_t *space = replay->rules.spaces + rule.space;
    apr_uint32_t n, rules = semr_image_rules(space->sets[rule.set]->image);
    apr_uint32_t floor = 0;

    counts += semr_ends_bit(replay->rules.ends + rule.space, rule.set, 0);
    for (n = 0; n < rules; n++) {
        if (counts[n] <= floor) {
            continue;
        }
        rule.number = n;
        rule.count = counts[n];
        APR_ARRAY_PUSH(top, replay_rule_t) = rule;
        if (most && top->nelts >= 2 * most + 100) {
            trim(top, most);
            floor = APR_ARRAY_IDX(top, most - 1, replay_rule_t).count;
        }
    }
}

apr_array_header_t *replay_top(const replay_t *replay,
                               apr_uint32_t *const counts[REPLAY_SPACES],
                               int most)
{
    apr_array_header_t *top =
        apr_array_make(replay->cli->pool, 64, sizeof(replay_rule_t));
    replay_rule_t rule;

    memset(&rule, 0, sizeof(rule));
    for (rule.space = 0; rule.space < REPLAY_SPACES; rule.space++) {
        const semr_space_t *space = replay->rules.spaces + rule.space;

        for (rule.set = 0; rule.set < space->count; rule.set++) {
            add_set(replay, top, most, counts[rule.space], rule);
        }
    }
    trim(top, most);
    return top;
}

apr_uint64_t replay_unused(replay_t *replay,
                           void (*tell)(replay_t *replay,
                                        const replay_rule_t *rule))
{
    const semr_space_t *space = replay->rules.spaces;
    apr_uint64_t unused = 0;
    replay_rule_t rule;

    memset(&rule, 0, sizeof(rule));
    for (rule.set = 0; rule.set < space->count; rule.set++) {
        const apr_uint32_t *hits =
            replay->hits[0] + semr_ends_bit(replay->rules.ends, rule.set, 0);
        apr_uint32_t rules = semr_image_rules(space->sets[rule.set]->image);

        for (rule.number = 0; rule.number < rules; rule.number++) {
            if (hits[rule.number]) {
                continue;
            }
            unused++;
            if (tell) {
                tell(replay, &rule);
            }
        }
    }
    return unused;
}

/* -- what stays 404 -------------------------------------------------------- */

static int by_hits(const void *a, const void *b)
{
    const semr_miss_t *x = a, *y = b;

    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    return strcmp(x->path, y->path);
}

apr_array_header_t *replay_misses(replay_t *replay,
                                  semr_suggestion_t **suggestions)
{
    apr_pool_t *pool = replay->cli->pool;
    apr_array_header_t *misses = semr_misses_list(
        replay->misses, 1, replay->rules.now, MISSES_LISTED, pool);
    const char *paths[SUGGESTED];
    semr_suggest_t suggest = {.spaces = replay->rules.spaces,
                              .nspaces = REPLAY_SPACES,
                              .port = replay->rules.port,
                              .https = replay->rules.https,
                              .stage = replay->rules.stage,
                              .now = replay->rules.now,
                              .thorough = 1};
    int i, count;

    qsort(misses->elts, (size_t)misses->nelts, sizeof(semr_miss_t), by_hits);
    if (replay->most && misses->nelts > replay->most) {
        misses->nelts = replay->most;
    }
    count = misses->nelts < SUGGESTED ? misses->nelts : SUGGESTED;
    for (i = 0; i < count; i++) {
        const semr_miss_t *miss = &APR_ARRAY_IDX(misses, i, semr_miss_t);

        paths[i] = miss->cut ? NULL : miss->path;
    }
    if (replay->rules.names->nelts) {
        suggest.host = APR_ARRAY_IDX(replay->rules.names, 0, semr_view_t);
    }
    *suggestions = apr_palloc(pool, ((apr_size_t)misses->nelts + 1) *
                                        sizeof(**suggestions));
    for (i = 0; i < misses->nelts; i++) {
        memset(*suggestions + i, 0, sizeof(**suggestions));
        (*suggestions)[i].reason = -1;
    }
    suggest.until = apr_time_now() + SUGGEST_TIME;
    semr_suggest(&suggest, paths, count, *suggestions, pool);
    return misses;
}

/* -- sums ------------------------------------------------------------------ */

apr_uint64_t replay_answered(const replay_t *replay, replay_logged_t logged)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < REPLAY_NONE; i++) {
        sum += replay->counts[logged][i];
    }
    return sum;
}

apr_uint64_t replay_unanswered(const replay_t *replay, replay_logged_t logged)
{
    return replay->counts[logged][REPLAY_NONE] +
           replay->counts[logged][REPLAY_LOOP];
}

apr_uint64_t replay_outcome(const replay_t *replay, int outcome)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < REPLAY_LOGGED_COUNT; i++) {
        sum += replay->counts[i][outcome];
    }
    return sum;
}
