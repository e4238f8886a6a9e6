/* SPDX-License-Identifier: Apache-2.0
 * Patterns, regexes and trees that may overlap: more URLs for those that one
 * side has alone, or that stand in another order, and what stays unsure.
 *
 * A URL's answer changes only where such a rule decides on its side.  So each
 * must be seen to decide, or it is told as unsure.
 */
#include <string.h>

#include "diff.h"
#include "diff_join.h"

enum {
    MORE = 5000000,       /* patterns that may be compared for this */
    PAIRS_MAX = 20000000, /* of rules that are looked at */
    PARTNERS_MAX = 48,    /* of one rule, for which URLs are made */
    PAIR_COST = 16,       /* of a URL, in patterns */
    CHOICES = 24,
    SHIFT = 3 /* samples of a regex; of a partner's */
};

/* What is known of one rule while it is asked for */
typedef struct state_t {
    diff_t *diff;
    diff_open_t *rule, *partner; /* partner: whose order is looked at */
    int taken, decided, differs, flipped;
} state_t;

/* -- one URL --------------------------------------------------------------- */

static int decides(const diff_t *diff, const diff_open_t *rule)
{
    const semr_ask_t *ask = &diff->sides[rule->side].ask;

    if (ask->observes && ask->observed.line == rule->line) {
        return 1;
    }
    return ask->fate != SEMR_FATE_PASSED && ask->space == 0 &&
           ask->set == (int)rule->set && ask->number == rule->number;
}

/* Whether each of the two decides on one side, a different one. */
static int is_flip(const state_t *state)
{
    const diff_t *diff = state->diff;
    const diff_open_t *a = state->rule, *b = state->partner;

    return b && ((decides(diff, a) && decides(diff, b->twin)) ||
                 (decides(diff, a->twin) && decides(diff, b)));
}

static int is_done(const state_t *state)
{
    return state->differs || state->flipped || !state->diff->budget;
}

static void spend(diff_t *diff)
{
    diff->budget -= diff->budget < PAIR_COST ? diff->budget : PAIR_COST;
    diff->asked++;
}

/* Asks for a path, and tells what differs there. */
static void ask_path(state_t *state, semr_view_t path)
{
    diff_t *diff = state->diff;
    diff_open_t *rule = state->rule;
    const semr_image_t *image = diff_image(diff, rule->side, (int)rule->set);
    diff_found_t found = {.at = rule->at, .kind = DIFF_SAME};
    semr_image_rule_t record;
    semr_request_t request;
    int method, ours = 0;

    found.side = rule->side;
    found.set = rule->set;
    if (path.len < 1 || *path.p != '/' || is_done(state)) {
        return;
    }
    spend(diff);
    state->taken = 1;
    found.path = semr_url_path(diff->each, path);
    diff_rule(diff, &found, &record);
    diff_request(diff, &found, &request);
    for (method = 0; method < DIFF_METHODS; method++) {
        const char *name = diff_method(diff, image, &record, method);
        diff_kind_t kind = name ? diff_ask(diff, &request, name) : DIFF_SAME;

        if (!name) {
            continue;
        }
        ours |=
            decides(diff, rule) || (rule->twin && decides(diff, rule->twin));
        state->flipped |= is_flip(state);
        if (kind != DIFF_SAME && found.kind == DIFF_SAME) {
            found.kind = kind;
            found.method = (unsigned)method;
        }
        found.methods |= (unsigned)(kind != DIFF_SAME) << method;
    }
    state->decided |= ours;
    if (found.kind != DIFF_SAME) {
        state->differs |= ours;
        diff_tell(diff, &found);
    }
}

/* -- URLs of one rule ------------------------------------------------------ */

static void ask_around(state_t *state, semr_view_t path, semr_view_t word)
{
    apr_pool_t *pool = state->diff->each;
    semr_view_t slash = semr_view("/", 1);
    semr_view_t below = diff_joined(pool, slash, word);

    ask_path(state, diff_joined(pool, path, word));
    ask_path(state, diff_joined(pool, path, below));
    ask_path(state, diff_joined(pool, path, slash));
    ask_path(state, diff_joined(pool, below, path));
    ask_path(state,
             diff_joined(pool, below, semr_view(path.p + 1, path.len - 1)));
}

/* Its own URLs: samples of a regex and what is around them; what is deeper
 * below a tree */
static void ask_own(state_t *state)
{
    diff_t *diff = state->diff;
    unsigned choices = state->rule->kind == SEMR_REGEX ? CHOICES : 1, i, word;

    for (i = 0; i < choices; i++) {
        for (word = 0; word < 2 && !is_done(state); word++) {
            semr_view_t path =
                diff_open_path(diff, state->rule, i, diff->words[word].word);

            if (path.len) {
                ask_path(state, path);
            }
            if (path.len && !i) {
                ask_around(state, path, diff->words[word].word);
            }
            if (path.len && !i && state->rule->is_tree) {
                path = semr_witness_below(diff->words + word, path);
                ask_path(state, path);
                path = semr_witness_below(diff->words + word, path);
                ask_path(state, path);
            }
        }
    }
}

/* -- URLs of two rules ----------------------------------------------------- */

static void ask_fills(state_t *state, const diff_open_t *rule, semr_view_t path)
{
    int way;

    for (way = 0; way < DIFF_FILLS && rule->kind != SEMR_REGEX; way++) {
        semr_view_t filled = diff_filled(state->diff, rule, path, way);

        ask_path(state, filled);
        ask_path(state,
                 diff_joined(state->diff->each, filled, semr_view("/", 1)));
    }
}

static void ask_both(state_t *state, const diff_open_t *other)
{
    diff_t *diff = state->diff;
    int regexes =
        (state->rule->kind == SEMR_REGEX) + (other->kind == SEMR_REGEX);
    unsigned i, count = regexes ? 1u << SHIFT : 1;

    for (i = 0; i < count && !is_done(state); i++) {
        semr_view_t word = diff->words[0].word;
        semr_view_t own = diff_open_path(diff, state->rule, i, word);
        semr_view_t its = diff_open_path(diff, other, i, word);

        if (!own.len || !its.len) {
            continue;
        }
        ask_path(state, its);
        ask_path(state, own);
        ask_fills(state, state->rule, its);
        ask_fills(state, other, own);
        if (regexes) {
            ask_path(state, diff_joined(diff->each, own, its));
            ask_path(state, diff_joined(diff->each, its, own));
            ask_path(state, diff_joined(diff->each, own,
                                        semr_view(its.p + 1, its.len - 1)));
            ask_path(state, diff_joined(diff->each, its,
                                        semr_view(own.p + 1, own.len - 1)));
        }
    }
}

/* -- one rule -------------------------------------------------------------- */

static void unsure(diff_t *diff, const diff_open_t *rule, diff_why_t why)
{
    diff_found_t found = {.at = rule->at};

    found.side = rule->side;
    found.set = rule->set;
    found.why = why;
    APR_ARRAY_PUSH(diff->unsure, diff_found_t) = found;
}

/* A rule that one side has alone */
static void look_at_own(state_t *state, diff_opens_t *all)
{
    diff_t *diff = state->diff;
    int i, side, partners = 0;

    ask_own(state);
    for (side = 0; side < DIFF_SIDES; side++) {
        for (i = 0; i < all->sides[side].count && all->pairs &&
                    partners < PARTNERS_MAX && !is_done(state);
             i++) {
            const diff_open_t *other = all->sides[side].rules + i;

            all->pairs--;
            if (other == state->rule || (side && other->twin) ||
                !diff_may_overlap(state->rule, other)) {
                continue;
            }
            partners++;
            ask_both(state, other);
        }
    }
    if (!state->differs && !state->decided) {
        unsure(diff, state->rule,
               !diff->budget || !all->pairs ? DIFF_WHY_MANY
               : state->taken               ? DIFF_WHY_HIDDEN
                                            : DIFF_WHY_NO_URL);
    }
}

static int is_inverted(const diff_open_t *a, const diff_open_t *b)
{
    return a != b && b->twin && b->kind != SEMR_PREFIX &&
           a->named == b->named && (a < b) != (a->twin < b->twin);
}

/* A rule of both sides that stands in another order */
static void look_at_moved(state_t *state, diff_opens_t *all)
{
    diff_open_t *rules = all->sides[DIFF_OLD].rules, *stays = NULL;
    int i, partners = 0;

    for (i = 0; i < all->sides[DIFF_OLD].count && !stays; i++) {
        if (!all->pairs || !state->diff->budget) {
            stays = state->rule;
            break;
        }
        all->pairs--;
        if (!is_inverted(state->rule, rules + i) ||
            !diff_may_overlap(state->rule, rules + i)) {
            continue;
        }
        state->partner = rules + i;
        state->flipped = state->differs = 0;
        if (partners++ < PARTNERS_MAX) {
            ask_both(state, rules + i);
        }
        if (!state->flipped && !state->differs) {
            stays = rules + i;
        }
    }
    if (stays) {
        unsure(state->diff, state->rule,
               stays == state->rule ? DIFF_WHY_MANY : DIFF_WHY_ORDER);
    }
}

void diff_overlap(diff_t *diff)
{
    diff_opens_t all;
    int side, i;

    if (!diff_open(diff, &all)) {
        return;
    }
    diff->budget = MORE;
    all.pairs = PAIRS_MAX;
    for (side = 0; side < DIFF_SIDES; side++) {
        for (i = 0; i < all.sides[side].count; i++) {
            state_t state = {.diff = diff, .rule = all.sides[side].rules + i};

            if (!state.rule->twin && !state.rule->shown) {
                look_at_own(&state, &all);
            }
            else if (state.rule->moved && side == DIFF_OLD) {
                look_at_moved(&state, &all);
            }
            apr_pool_clear(diff->each);
        }
    }
}
