/* SPDX-License-Identifier: Apache-2.0
 * One request to both sets of rules, and what is different.
 */
#include <string.h>

#include <apr_strings.h>

#include "diff.h"
#include "identity.h"

/* -- methods --------------------------------------------------------------- */

/* The first method of an only= that is asked by no other number */
static const char *only_method(apr_pool_t *pool, semr_view_t only)
{
    while (only.len) {
        const char *comma = memchr(only.p, ',', only.len);
        apr_size_t len = comma ? (apr_size_t)(comma - only.p) : only.len;
        const char *name = apr_pstrmemdup(pool, only.p, len);

        if (strcmp(name, "GET") && strcmp(name, "HEAD") &&
            strcmp(name, "POST") && len) {
            return name;
        }
        len += comma != NULL;
        only.p += len;
        only.len -= len;
    }
    return NULL;
}

const char *diff_method(const diff_t *diff, const semr_image_t *image,
                        const semr_image_rule_t *rule, int method)
{
    apr_uint32_t only;

    if (!method) {
        return "GET";
    }
    if (diff->same_methods) {
        return NULL;
    }
    if (method == 1) {
        return "POST";
    }
    only = semr_image_policy(image, rule)->only;
    return only ? only_method(diff->each, semr_image_string(image, only))
                : NULL;
}

/* -- asking ---------------------------------------------------------------- */

static void ask_side(diff_t *diff, diff_side_t *side,
                     const semr_request_t *request, const char *method)
{
    apr_uint64_t tried;

    side->request = *request;
    side->judge.request = &side->request;
    side->judge.method = method;
    side->judge.class = semr_decide_class(method, 0);
    side->judge.until = SEMR_NO_DATE;
    semr_ask(&side->ask);
    tried = side->ask.lookup.tried;
    diff->budget -= tried < diff->budget ? tried : diff->budget;
}

static int same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

/* What clients see nothing of */
static int same_observed(const semr_ask_t *old, const semr_ask_t *new)
{
    return old->observes == new->observes &&
           (!old->observes ||
            (old->observed.status ==
             new->observed.status &&same_text(old->observed.location.text,
                                              new->observed.location.text)));
}

static diff_kind_t compare(const semr_ask_t *old, const semr_ask_t *new)
{
    const char *from = old->answer.location.text,
               *to = new->answer.location.text;
    int before = old->fate == SEMR_FATE_ANSWERS,
        after = new->fate == SEMR_FATE_ANSWERS;

    if (before != after) {
        return before ? DIFF_LOST : DIFF_ADDED;
    }
    if (before && from && to && strcmp(from, to)) {
        return DIFF_MOVED;
    }
    if (before &&
        (old->answer.status != new->answer.status || !same_text(from, to))) {
        return DIFF_CODE;
    }
    if (before && old->answer.max_age != new->answer.max_age) {
        return DIFF_CACHE;
    }
    return same_observed(old, new) ? DIFF_SAME : DIFF_OBSERVED;
}

diff_kind_t diff_ask(diff_t *diff, const semr_request_t *request,
                     const char *method)
{
    diff_side_t *old = diff->sides + DIFF_OLD, *new = diff->sides + DIFF_NEW;

    ask_side(diff, old, request, method);
    ask_side(diff, new, request, method);
    return compare(&old->ask, &new->ask);
}

/* -- who decided ----------------------------------------------------------- */

static apr_uint64_t identity_of(const diff_side_t *side)
{
    const semr_ask_t *ask = &side->ask;
    const semr_image_t *image;
    semr_image_rule_t rule;

    if (ask->fate == SEMR_FATE_PASSED) {
        return 0;
    }
    image = side->rules.spaces[ask->space].sets[ask->set]->image;
    semr_image_rule(image, ask->at, &rule);
    return semr_identity(image, &rule, (apr_uint64_t)ask->space);
}

int diff_same_rule(diff_t *diff)
{
    return identity_of(diff->sides + DIFF_OLD) ==
           identity_of(diff->sides + DIFF_NEW);
}
