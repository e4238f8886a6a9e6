/* SPDX-License-Identifier: Apache-2.0
 * Patterns and regexes: found by what they begin with, tried in the order
 * written.
 */
#include <string.h>

#include "lookup_parts.h"

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

static int match_pattern(semr_lookup_t *lookup, const semr_spot_t *spot,
                         apr_uint32_t number)
{
    const semr_image_t *image = spot->set->image;
    semr_image_rule_t rule;

    lookup->tried++;
    if (spot->kind == SEMR_REGEX) {
        semr_regex_result_t result = semr_regex_match(
            spot->set->regexes[number], lookup->request, &lookup->match);

        lookup->limits += result == SEMR_REGEX_LIMIT;
        return result == SEMR_REGEX_YES;
    }
    semr_image_rule(image, semr_image_patterns(image)[number].rule, &rule);
    return semr_pattern_match(
        rule.from, (semr_image_policy(image, &rule)->flags & SEMR_STAR) != 0,
        lookup->with_slash, 0,
        spot->fold ? semr_request_folded(lookup->request)
                   : lookup->request->path,
        lookup->request->path, &lookup->match);
}

/* The members of one beginning, from the pattern told before to the best */
static void offer_members(semr_lookup_t *lookup, semr_spot_t *spot,
                          const semr_image_begin_t *begin)
{
    const semr_image_t *image = spot->set->image;
    const semr_image_pattern_t *patterns = semr_image_patterns(image);
    const apr_uint32_t *member = semr_image_members(image) + begin->members;
    const apr_uint32_t *end = member + begin->count;
    const apr_uint64_t *majors =
        lookup->majors ? lookup->majors[spot->set_index] : NULL;

    for (; member < end; member++) {
        const semr_image_pattern_t *pattern = patterns + *member;

        spot->major = majors
                          ? majors[*member]
                          : semr_lookup_major(spot->set_index, pattern->group);
        if (lookup->found && spot->major > lookup->best_major) {
            if (majors) {
                continue; /* one of another set's group may come yet */
            }
            return;
        }
        if (spot->major < lookup->major) {
            continue;
        }
        if (match_pattern(lookup, spot, *member)) {
            semr_offer_node(lookup, spot,
                            semr_key_place(*member, SEMR_KEY_PATTERN, 0, 0),
                            pattern->node);
        }
    }
}

static inline void offer_patterns(semr_lookup_t *lookup, semr_spot_t *spot)
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

int semr_lookup_pattern(semr_lookup_t *lookup, int named)
{
    semr_lookup_each_host(lookup, named, offer_patterns, SEMR_PATTERN, 0);
    return lookup->found;
}
