/* SPDX-License-Identifier: Apache-2.0
 * Chains and circles of random exact rules, against a plain model that looks
 * through all rules for each hop.  SEMR_SETS chooses how many sets there are.
 */
#include "lint_rules.h"
#include "views.h"

enum { RULES_MAX = 60, NOTHING = -1 };

static apr_pool_t *each; /* of one set */

static const char *const intents[] = {"permanent", "temporary", "see-other",
                                      "gone"};

/* A rule from one page to another, by number */
typedef struct move_t {
    int intent, from, to;
} move_t;

typedef struct model_t {
    move_t moves[RULES_MAX];
    int count;
} model_t;

static unsigned next_random(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static int rule_at(const model_t *model, int page)
{
    for (int i = 0; i < model->count; i++) {
        if (model->moves[i].from == page) {
            return i;
        }
    }
    return NOTHING;
}

/* What a walk says of a rule, with no thought of time: it goes on through what
 * says no less, and remembers all pages. */
static int expected(const model_t *model, int rule)
{
    const move_t *first = model->moves + rule;
    int pages[RULES_MAX + 2], npages = 0, page = first->to, hops = 1;

    if (rule_at(model, first->from) != rule) {
        const move_t *winner = model->moves + rule_at(model, first->from);

        return winner->intent == first->intent &&
                       (winner->to == first->to || first->intent == 3)
                   ? SEMR_FINDING_DUPLICATE
                   : SEMR_FINDING_CONTRADICTION;
    }
    if (first->intent == 3) {
        return NOTHING;
    }
    pages[npages++] = first->from;
    for (;;) {
        int next = rule_at(model, page), i;

        for (i = 0; i < npages; i++) {
            if (pages[i] == page) {
                return i ? SEMR_FINDING_INTO_LOOP : SEMR_FINDING_LOOP;
            }
        }
        pages[npages++] = page;
        if (next == NOTHING) {
            return hops == 1    ? NOTHING
                   : hops <= 10 ? SEMR_FINDING_CHAIN
                                : SEMR_FINDING_CHAIN_LONG;
        }
        if (model->moves[next].intent == 3) {
            return SEMR_FINDING_GONE_TARGET;
        }
        if (model->moves[next].intent > first->intent) {
            return SEMR_FINDING_CHAIN_DIFFERS;
        }
        hops++;
        page = model->moves[next].to;
    }
}

static void make_model(model_t *model, unsigned *seed, int pages, int mixed)
{
    model->count = 1 + (int)next_random(seed, (unsigned)pages);
    for (int i = 0; i < model->count; i++) {
        move_t *move = model->moves + i;

        move->intent = mixed ? (int)next_random(seed, 4) : 0;
        move->from = (int)next_random(seed, (unsigned)pages);
        do {
            move->to = (int)next_random(seed, (unsigned)pages);
        } while (move->to == move->from);
        if (!mixed && next_random(seed, 4)) {
            move->from = i; /* long chains and circles */
            move->to = (i + 1) % pages;
        }
    }
}

static void take_by_line(void *baton, const semr_finding_t *finding)
{
    int *by_line = baton;

    assert_int_equal(by_line[finding->line], NOTHING);
    by_line[finding->line] = (int)finding->id;
}

static void compare_model(const model_t *model, unsigned seed)
{
    const char *lines = "";
    int by_line[RULES_MAX + 1];
    const semr_ruleset_t *set;
    semr_space_t space = {&set, 1, NULL};
    semr_lint_t lint = {.spaces = &space,
                        .nspaces = 1,
                        .tell = take_by_line,
                        .tell_baton = by_line};

    for (int i = 0; i < model->count; i++) {
        const move_t *move = model->moves + i;

        lines = move->intent == 3
                    ? apr_psprintf(each, "%sgone /p/%d\n", lines, move->from)
                    : apr_psprintf(each, "%s%s /p/%d /p/%d\n", lines,
                                   intents[move->intent], move->from, move->to);
        by_line[i + 1] = NOTHING;
    }
    set = rules_of_text(each, "a", lines);
    semr_lint(&lint, each);
    for (int i = 0; i < model->count; i++) {
        if (by_line[i + 1] != expected(model, i)) {
            fail_msg("seed %u, line %d: %d, expected %d\n%s", seed, i + 1,
                     by_line[i + 1], expected(model, i), lines);
        }
    }
}

static void random_rules(void **state)
{
    unsigned sets =
        getenv("SEMR_SETS") ? (unsigned)atoi(getenv("SEMR_SETS")) : 3000;

    (void)state;
    for (unsigned n = 0; n < sets; n++) {
        unsigned seed = n;
        model_t model;

        /* ten pages: no chain that is cut off */
        make_model(&model, &seed, n % 2 ? 10 : RULES_MAX, (int)(n % 2));
        compare_model(&model, n);
        apr_pool_clear(each);
    }
}

static int begin(void **state)
{
    return start(state) || apr_pool_create(&each, pool);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(random_rules)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("lint_chains", tests, begin, stop);
}
