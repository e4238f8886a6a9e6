/* SPDX-License-Identifier: Apache-2.0
 * The check of a whole set of rules: its passes.
 */
#include <string.h>

#include "lint_parts.h"

enum {
    CLEAR_EVERY = 64,          /* rules whose memory is given back at once */
    COMPARISONS_MAX = 30000000 /* patterns that are compared, all in all */
};

void semr_lint_take(semr_lint_work_t *work, semr_lint_place_t place)
{
    work->set_index = place.set;
    work->set = work->space->sets[place.set];
    work->image = work->set->image;
    semr_image_rule(work->image, place.at, &work->rule);
    work->policy = semr_image_policy(work->image, &work->rule);
}

/* What a lookup says of the rule, and where it leads */
static void ask(semr_lint_work_t *work)
{
    semr_candidate_t candidate;

    if (!work->budget) {
        work->unchecked++;
        return;
    }
    if (semr_lint_witness(work) && semr_lint_wins(work, &candidate)) {
        semr_lint_chain(work, &candidate);
    }
}

static void check_set(semr_lint_work_t *work, int set)
{
    const semr_image_t *image = work->space->sets[set]->image;
    const semr_lint_policy_t *policies = semr_lint_policies(work, image);
    apr_uint32_t n, rules = semr_image_rules(image);
    semr_lint_place_t place = {set, 0};

    for (n = 0; n < rules; n++) {
        semr_lint_take(work, place);
        work->known = policies + work->rule.policy;
        semr_lint_tell_policy(work);
        if (!work->known->dead) {
            semr_lint_elsewhere(work);
            semr_lint_words(work);
            ask(work);
        }
        place.at = work->rule.next;
        if (n % CLEAR_EVERY == 0) {
            apr_pool_clear(work->each);
        }
    }
}

static void tell_unchecked(semr_lint_work_t *work)
{
    semr_lint_place_t first = {0, 0};

    if (!work->unchecked) {
        return;
    }
    while (!semr_image_rules(work->space->sets[first.set]->image)) {
        first.set++;
    }
    semr_lint_take(work, first);
    if (semr_lint_finds(work, SEMR_FINDING_UNCHECKED)) {
        semr_lint_say(work, SEMR_FINDING_UNCHECKED, NULL, 0,
                      "is of a set of which %" APR_UINT64_T_FMT
                      " rules were not followed",
                      work->unchecked);
    }
}

static semr_lint_work_t *begin(semr_lint_t *lint, apr_pool_t *pool)
{
    semr_lint_work_t *work = apr_pcalloc(pool, sizeof(*work));
    int i;

    memset(lint->counts, 0, sizeof(lint->counts));
    work->lint = lint;
    work->space = lint->spaces;
    work->pool = pool;
    apr_pool_create(&work->each, pool);
    work->firsts = apr_pcalloc(pool, ((apr_size_t)work->space->count + 1) *
                                         sizeof(*work->firsts));
    for (i = 0; i < work->space->count; i++) {
        work->firsts[i + 1] =
            work->firsts[i] + semr_image_rules(work->space->sets[i]->image);
    }
    work->states = apr_pcalloc(pool, (apr_size_t)work->firsts[i] + 1);
    semr_lint_witness_begin(work);
    work->budget = COMPARISONS_MAX;
    work->edges = apr_array_make(pool, 16, sizeof(semr_lint_edge_t));
    work->hosts = apr_hash_make(pool);
    work->known_hosts = apr_array_make(pool, 16, sizeof(semr_lint_host_t *));
    return work;
}

void semr_lint(semr_lint_t *lint, apr_pool_t *pool)
{
    semr_lint_work_t *work;
    apr_pool_t *scratch;
    int i;

    apr_pool_create(&scratch, pool);
    work = begin(lint, scratch);
    for (i = 0; i < work->space->count; i++) {
        check_set(work, i);
    }
    semr_lint_long_chains(work);
    semr_lint_tell_hosts(work);
    tell_unchecked(work);
    apr_pool_destroy(scratch);
}

void semr_lint_report(semr_lint_t *lint, semr_report_t *report,
                      apr_pool_t *pool)
{
    lint->most = SEMR_REPORT_MOST;
    lint->tell = semr_report_tell;
    lint->tell_baton = report;
    semr_lint(lint, pool);
    semr_report_finish(report, lint->counts);
}
