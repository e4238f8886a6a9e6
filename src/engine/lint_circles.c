/* SPDX-License-Identifier: Apache-2.0
 * Circles and chains of more than ten hops.
 *
 * Of rules whose walk was cut off, the edges are kept from rule to rule, where
 * both name one URL.  So each has one edge at most, and a colouring finds the
 * circles in linear time.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "lint_parts.h"

enum { SHOWN_MAX = 10 }; /* rules of a circle that are told */

static int by_rule(const void *key, const void *element)
{
    apr_uint32_t rule = *(const apr_uint32_t *)key;
    const semr_lint_edge_t *edge = element;

    return rule < edge->rule ? -1 : rule > edge->rule;
}

static const semr_lint_edge_t *edge_of(const semr_lint_work_t *work,
                                       apr_uint32_t rule)
{
    if (rule == SEMR_LINT_NOWHERE) {
        return NULL;
    }
    return bsearch(&rule, work->edges->elts, (size_t)work->edges->nelts,
                   sizeof(semr_lint_edge_t), by_rule);
}

static void take_index(semr_lint_work_t *work, apr_uint32_t index)
{
    semr_lint_place_t place;

    for (place.set = 0; work->firsts[place.set + 1] <= index; place.set++) {
    }
    place.at = semr_image_at(work->space->sets[place.set]->image,
                             index - work->firsts[place.set]);
    semr_lint_take(work, place);
}

/* The rules that follow one in its circle, in words */
static const char *circle_from(semr_lint_work_t *work, apr_uint32_t first,
                               int length)
{
    const char *text = "";
    apr_uint32_t rule = first;
    int i;

    for (i = 0; i < length - 1 && i < SHOWN_MAX; i++) {
        rule = edge_of(work, rule)->next;
        take_index(work, rule);
        text = apr_pstrcat(
            work->each, text, i ? ", " : "",
            semr_lint_where(work, work->image, work->policy, work->rule.line),
            NULL);
    }
    if (length - 1 > SHOWN_MAX) {
        text = apr_psprintf(work->each, "%s and %d more", text,
                            length - 1 - SHOWN_MAX);
    }
    take_index(work, first);
    return text;
}

/* A rule whose way leads into a circle, or is just long */
static void tell_long(semr_lint_work_t *work, apr_uint32_t rule, int loops)
{
    semr_finding_id_t id =
        loops ? SEMR_FINDING_INTO_LOOP : SEMR_FINDING_CHAIN_LONG;

    take_index(work, rule);
    if (loops) {
        work->states[rule] |= SEMR_LINT_LOOPS;
    }
    if (semr_lint_finds(work, id)) {
        semr_lint_say(work, id, NULL, 0, "%s",
                      loops ? "leads into a circle after more than ten hops"
                            : "takes more than ten hops");
    }
}

static void tell_circle(semr_lint_work_t *work, apr_uint32_t first)
{
    apr_uint32_t rule = first;
    int length = 0;

    do {
        work->states[rule] |= SEMR_LINT_LOOPS;
        length++;
        rule = edge_of(work, rule)->next;
    } while (rule != first);
    do {
        apr_pool_clear(work->each);
        take_index(work, rule);
        if (semr_lint_finds(work, SEMR_FINDING_LOOP)) {
            const char *others = circle_from(work, rule, length);

            semr_lint_say(work, SEMR_FINDING_LOOP, NULL, 0,
                          "is one of %d rules in a circle, with %s", length,
                          others);
        }
        rule = edge_of(work, rule)->next;
    } while (rule != first);
}

/* Follows the edges from a rule that was not seen, and tells of each rule on
 * the way. */
static void colour(semr_lint_work_t *work, const semr_lint_edge_t *first)
{
    const semr_lint_edge_t *edge = first, *last, *p;
    apr_uint32_t circle = SEMR_LINT_NOWHERE;
    int loops;

    do {
        work->states[edge->rule] |= SEMR_LINT_SEEN | SEMR_LINT_ON_WAY;
        last = edge;
        edge = edge_of(work, edge->next);
    } while (edge && !(work->states[edge->rule] & SEMR_LINT_SEEN));
    if (edge && work->states[edge->rule] & SEMR_LINT_ON_WAY) {
        circle = edge->rule;
        tell_circle(work, circle);
    }
    loops = last->next != SEMR_LINT_NOWHERE &&
            work->states[last->next] & SEMR_LINT_LOOPS;
    for (p = first; p->rule != circle; p = edge_of(work, p->next)) {
        apr_pool_clear(work->each);
        tell_long(work, p->rule, loops);
        if (p == last) {
            break;
        }
    }
    for (p = first;; p = edge_of(work, p->next)) {
        work->states[p->rule] &= (unsigned char)~SEMR_LINT_ON_WAY;
        if (p == last) {
            break;
        }
    }
}

void semr_lint_long_chains(semr_lint_work_t *work)
{
    int i;

    for (i = 0; i < work->edges->nelts; i++) {
        const semr_lint_edge_t *edge =
            &APR_ARRAY_IDX(work->edges, i, semr_lint_edge_t);

        if (!(work->states[edge->rule] & SEMR_LINT_SEEN)) {
            colour(work, edge);
        }
    }
}
