/* SPDX-License-Identifier: Apache-2.0
 * Verifies what leads to the rules of an image.
 */
#include "image_parts.h"

static apr_uint32_t count_of(const semr_opening_t *o, semr_section_t section)
{
    return (apr_uint32_t)semr_image_count(o->image, section);
}

/* A node leads to a record, or to a place. */
static int is_node(const semr_opening_t *o, apr_uint32_t node)
{
    if (node & SEMR_NODE_PLACE) {
        return (node & ~SEMR_NODE_PLACE) < count_of(o, SEMR_SECTION_PLACES);
    }
    return semr_opening_begins(o, node - 1);
}

/* A search ends at a free slot: the last one is. */
static const char *check_slots(const semr_opening_t *o)
{
    const semr_image_slot_t *slots = semr_image_slots(o->image);
    apr_uint32_t i, count = count_of(o, SEMR_SECTION_SLOTS);

    SEMR_REFUSE_IF(o->image->homes >= count || slots[count - 1].node,
                   "its hash table has no end")
    for (i = 0; i < count; i++) {
        SEMR_REFUSE_IF(slots[i].node && !is_node(o, slots[i].node),
                       "a slot leads to no rule")
    }
    return NULL;
}

static const char *check_host_slots(const semr_opening_t *o)
{
    const semr_image_slot_t *slots = semr_image_host_slots(o->image);
    apr_uint32_t i, count = count_of(o, SEMR_SECTION_HOST_SLOTS);

    SEMR_REFUSE_IF(o->image->host_homes >= count || slots[count - 1].node,
                   "its table of hosts has no end")
    for (i = 0; i < count; i++) {
        SEMR_REFUSE_IF(slots[i].node > o->nhosts, "a slot leads to no host")
    }
    return NULL;
}

static const semr_image_policy_t *policy_at(const semr_opening_t *o,
                                            apr_uint32_t at)
{
    semr_image_rule_t rule;

    semr_image_rule(o->image, at, &rule);
    return semr_image_policy(o->image, &rule);
}

/* Rules of one run stand at one place, so that looking at the first is enough.
 */
static int same_place(const semr_image_policy_t *a,
                      const semr_image_policy_t *b)
{
    return a->kind == b->kind && a->host == b->host &&
           !((a->flags ^ b->flags) & (SEMR_FOLD | SEMR_STAR));
}

static const char *check_run_rules(const semr_opening_t *o)
{
    const apr_uint32_t *runs = semr_image_runs(o->image);
    apr_uint32_t i, nruns = count_of(o, SEMR_SECTION_RUNS);
    const semr_image_policy_t *first = NULL, *policy;

    for (i = 0; i < nruns; i++) {
        policy = policy_at(o, runs[i] & ~SEMR_LAST);
        SEMR_REFUSE_IF(first && !same_place(first, policy),
                       "a run has rules of two places")
        first = runs[i] & SEMR_LAST ? NULL : first ? first : policy;
    }
    return NULL;
}

static const char *check_runs(const semr_opening_t *o)
{
    const semr_image_place_t *places = semr_image_places(o->image);
    const apr_uint32_t *runs = semr_image_runs(o->image);
    apr_uint32_t nplaces = count_of(o, SEMR_SECTION_PLACES);
    apr_uint32_t i, nruns = count_of(o, SEMR_SECTION_RUNS);

    for (i = 0; i < nplaces; i++) {
        SEMR_REFUSE_IF(places[i].run > nruns ||
                           places[i].below >
                               (SEMR_PLACE_LITERALS | SEMR_PLACE_CAPTURES),
                       "a place is out of bounds")
    }
    for (i = 0; i < nruns; i++) {
        SEMR_REFUSE_IF(!semr_opening_begins(o, runs[i] & ~SEMR_LAST),
                       "a run leads to no rule")
    }
    SEMR_REFUSE_IF(nruns && !(runs[nruns - 1] & SEMR_LAST),
                   "its last run has no end")
    return check_run_rules(o);
}

static const semr_image_policy_t *pattern_policy(const semr_opening_t *o,
                                                 apr_uint32_t number)
{
    return policy_at(o, semr_image_patterns(o->image)[number].rule);
}

static const char *check_patterns(const semr_opening_t *o)
{
    const semr_image_pattern_t *patterns = semr_image_patterns(o->image);
    apr_uint32_t i;

    for (i = 0; i < o->npatterns; i++) {
        SEMR_REFUSE_IF(!semr_opening_begins(o, patterns[i].rule) ||
                           !is_node(o, patterns[i].node),
                       "a pattern leads to no rule")
        SEMR_REFUSE_IF(pattern_policy(o, i)->kind != SEMR_PATTERN &&
                           pattern_policy(o, i)->kind != SEMR_REGEX,
                       "a pattern's rule has none")
    }
    return NULL;
}

/* The patterns of one beginning are compared with what it is compared with. */
static const char *check_members(const semr_opening_t *o,
                                 const semr_image_begin_t *begin,
                                 semr_subject_t subject)
{
    const apr_uint32_t *members = semr_image_members(o->image);
    apr_uint32_t i, count = count_of(o, SEMR_SECTION_MEMBERS);
    int kind = subject < SEMR_SUBJECT_DECODED ? SEMR_PATTERN : SEMR_REGEX;

    SEMR_REFUSE_IF(begin->members > count ||
                       begin->count > count - begin->members,
                   "a beginning has patterns that there are not")
    for (i = begin->members; i < begin->members + begin->count; i++) {
        SEMR_REFUSE_IF(members[i] >= o->npatterns ||
                           pattern_policy(o, members[i])->kind != kind,
                       "a beginning has patterns of another kind")
    }
    return NULL;
}

static const char *check_begins(const semr_opening_t *o)
{
    const semr_image_begin_t *begins = semr_image_begins(o->image);
    const apr_uint32_t *at = o->image->begins_at;
    int subject;

    SEMR_REFUSE_IF(at[0] ||
                       at[SEMR_SUBJECTS] != count_of(o, SEMR_SECTION_BEGINS),
                   "its beginnings are not all of a kind")
    for (subject = 0; subject < SEMR_SUBJECTS; subject++) {
        SEMR_REFUSE_IF(at[subject] > at[subject + 1],
                       "its beginnings are not all of a kind")
    }
    for (subject = 0; subject < SEMR_SUBJECTS; subject++) {
        apr_uint32_t i;

        for (i = at[subject]; i < at[subject + 1]; i++) {
            semr_view_t text;
            const char *why =
                check_members(o, begins + i, (semr_subject_t)subject);

            SEMR_REFUSE_IF(why, why)
            SEMR_REFUSE_IF(begins[i].host >= o->nhosts ||
                               !semr_opening_string(o, begins[i].text, &text),
                           "a beginning is out of bounds")
            SEMR_REFUSE_IF(
                begins[i].parent != SEMR_NO_PARENT &&
                    (begins[i].parent >= i || begins[i].parent < at[subject]),
                "a beginning's parent does not come before it")
        }
    }
    return NULL;
}

const char *semr_opening_places(const semr_opening_t *o)
{
    static const char *(*const checks[])(const semr_opening_t *) = {
        check_runs, check_slots, check_host_slots, check_patterns,
        check_begins};
    const char *why = NULL;
    unsigned i;

    for (i = 0; !why && i < sizeof(checks) / sizeof(*checks); i++) {
        why = checks[i](o);
    }
    return why;
}
