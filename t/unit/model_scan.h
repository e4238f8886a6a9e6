/* SPDX-License-Identifier: Apache-2.0
 * The second opinion of model.c: DESIGN 1.2, 1.5 and 2 as a linear scan.
 *
 * It knows nothing of images and lookups.  Each rule is held against the
 * request, those that match are sorted by one key, and that is all.
 */
#ifndef SEMR_TEST_MODEL_SCAN_H
#define SEMR_TEST_MODEL_SCAN_H

#include "pattern.h"
#include "rule.h"
#include "views.h"

typedef struct model_rule_t {
    semr_rule_t rule;
    const char *text;          /* as it was written */
    const semr_regex_t *regex; /* or NULL */
    int image, order;          /* order: in its image */
    int group;       /* order of the first rule of the same pattern text, */
    int group_image; /* and the image that it is in */
} model_rule_t;

/* What decides between two that match, the first first; less is better */
enum {
    KEY_TIER,      /* a rule that names the host beats one that does not */
    KEY_KIND,      /* exact; pattern or regex; tree */
    KEY_IMAGE,     /* patterns of an earlier image come first */
    KEY_PLACE,     /* the first pattern, the longest tree */
    KEY_HOST,      /* exact, wild, none */
    KEY_LABELS,    /* the longer wild host */
    KEY_AUTHORITY, /* scheme, port */
    KEY_PARAMS,
    KEY_LITERALS,   /* of the parameters */
    KEY_CONDITIONS, /* if=, only=, dates */
    KEY_FOLD,       /* exact case before folded */
    KEY_WRITTEN_IN, /* order written: the image, */
    KEY_WRITTEN,    /* and where in it */
    KEYS
};

typedef struct model_hit_t {
    const model_rule_t *of;
    int key[KEYS];
    semr_match_t match;
} model_hit_t;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int same(semr_view_t a, semr_view_t b, int fold)
{
    apr_size_t i;

    for (i = 0; i < a.len && i < b.len; ++i) {
        if (fold ? lower(a.p[i]) != lower(b.p[i]) : a.p[i] != b.p[i]) {
            return 0;
        }
    }
    return a.len == b.len;
}

static semr_view_t part(semr_view_t whole, apr_size_t from, apr_size_t to)
{
    return semr_view(whole.p + from, to - from);
}

static int ends_in_slash(semr_view_t path)
{
    return path.len > 0 && path.p[path.len - 1] == '/';
}

static int is_pattern(const semr_rule_t *rule)
{
    return rule->kind == SEMR_PATTERN || rule->kind == SEMR_REGEX;
}

/* -- whether one rule matches ---------------------------------------------- */

static int match_host(const semr_rule_t *rule, const semr_request_t *request,
                      semr_match_t *match)
{
    semr_view_t host = request->host;
    apr_size_t len;

    if ((rule->scheme != SEMR_ANY_SCHEME &&
         (rule->scheme == SEMR_HTTPS) != request->https) ||
        (rule->port != 0 && rule->port != request->port)) {
        return 0;
    }
    if (rule->host.len == 0 || !rule->wild) {
        return rule->host.len == 0 || same(rule->host, host, 0);
    }
    if (host.len < rule->host.len + 2) {
        return 0;
    }
    len = host.len - rule->host.len;
    match->labels = part(host, 0, len - 1);
    return host.p[len - 1] == '.' &&
           same(part(host, len, host.len), rule->host, 0);
}

/* The rest of pattern, from p on, against the rest of path, from s on, by
 * backtracking; a {name} takes as much as it can.  Returns where it ended in
 * the path, or 0. */
static apr_size_t match_names(const semr_rule_t *rule, apr_size_t p,
                              semr_view_t path, apr_size_t s,
                              semr_match_t *match)
{
    apr_size_t end, rest;
    int n;

    if (p == rule->path.len) {
        return s == path.len || (rule->star && path.p[s] == '/') ? s : 0;
    }
    n = (unsigned char)rule->path.p[p] - SEMR_OP_CAPTURE;
    if (n < 0) {
        return s < path.len && same(part(rule->path, p, p + 1),
                                    part(path, s, s + 1), rule->fold)
                   ? match_names(rule, p + 1, path, s + 1, match)
                   : 0;
    }
    for (end = s; end < path.len && path.p[end] != '/'; ++end) {
    }
    for (; end > s; --end) {
        if (path.p[end - 1] == '%' || (end > s + 1 && path.p[end - 2] == '%')) {
            continue; /* it would cut a %XX in two */
        }
        rest = match_names(rule, p + 1, path, end, match);
        if (rest > 0) {
            match->captures[n].text = part(path, s, end);
            match->captures[n].decoded = 0;
            match->ncaptures += 1;
            return rest;
        }
    }
    return 0;
}

static int match_pattern(const semr_rule_t *rule, semr_view_t path,
                         semr_match_t *match)
{
    int slash = ends_in_slash(path);
    apr_size_t end;

    if (!rule->star) {
        path.len -= (apr_size_t)slash;
        return !(rule->slash_exact && slash != (int)rule->with_slash) &&
               match_names(rule, 0, path, 0, match) > 0;
    }
    end = match_names(rule, 0, path, 0, match);
    match->tail = part(path, end, path.len);
    return end > 0 && !(rule->slash_exact && end == path.len);
}

static int match_tree(const semr_rule_t *rule, semr_view_t path,
                      semr_match_t *match)
{
    apr_size_t len = rule->path.len;

    if (path.len < len || !same(rule->path, part(path, 0, len), rule->fold)) {
        return 0;
    }
    match->tail = part(path, len, path.len);
    return match->tail.len == 0 ? !rule->slash_exact : path.p[len] == '/';
}

/* Both forms of the final slash; which counts is seen when all is known. */
static int match_exact(const semr_rule_t *rule, semr_view_t path)
{
    path.len -= (apr_size_t)ends_in_slash(path);
    return same(rule->path, path, rule->fold);
}

static int match_path(const model_rule_t *model, semr_request_t *request,
                      semr_match_t *match)
{
    semr_match_t of_regex;

    switch (model->rule.kind) {
    case SEMR_EXACT:
        return match_exact(&model->rule, request->path);
    case SEMR_PREFIX:
        return match_tree(&model->rule, request->path, match);
    case SEMR_PATTERN:
        return match_pattern(&model->rule, request->path, match);
    default:
        if (semr_regex_match(model->regex, request, &of_regex) !=
            SEMR_REGEX_YES) {
            return 0;
        }
        match->ncaptures = of_regex.ncaptures;
        memcpy(match->captures, of_regex.captures, sizeof(match->captures));
        return 1;
    }
}

/* Whether the query has this parameter: any one of its name will do; a {name}
 * is one or more bytes. */
static int match_param(const semr_rule_t *rule, const semr_param_t *param,
                       const semr_request_t *request, semr_match_t *match)
{
    semr_view_t query = request->query, text, name, value;

    while (semr_url_next_param(&query, &text, &name, &value)) {
        name = semr_url_param(request->pool, name);
        value = semr_url_param(request->pool, value);
        if (!same(name, param->name, rule->fold)) {
            continue;
        }
        if (param->capture >= 0 && value.len > 0) {
            match->captures[param->capture].text = value;
            match->captures[param->capture].decoded = 1;
            match->ncaptures += 1;
            return 1;
        }
        if (param->capture < 0 && same(value, param->value, rule->fold)) {
            return 1;
        }
    }
    return 0;
}

static int match_rule(const model_rule_t *model, semr_request_t *request,
                      semr_match_t *match)
{
    const semr_rule_t *rule = &model->rule;
    int i;

    match->tail = match->labels = semr_view(NULL, 0);
    match->ncaptures = 0;
    if (!match_host(rule, request, match) ||
        !match_path(model, request, match)) {
        return 0;
    }
    for (i = 0; i < rule->nparams; ++i) {
        if (!match_param(rule, &rule->params[i], request, match)) {
            return 0;
        }
    }
    return 1;
}

/* -- which of them wins ---------------------------------------------------- */

static int literals(const semr_rule_t *rule)
{
    int i, count = 0;

    for (i = 0; i < rule->nparams; ++i) {
        count += rule->params[i].capture < 0;
    }
    return count;
}

static void set_key(model_hit_t *hit)
{
    const semr_rule_t *rule = &hit->of->rule;
    int named = rule->host.len > 0, *key = hit->key;

    key[KEY_TIER] = !named;
    key[KEY_KIND] = rule->kind == SEMR_EXACT ? 0 : is_pattern(rule) ? 1 : 2;
    key[KEY_IMAGE] = is_pattern(rule) ? hit->of->group_image : 0;
    key[KEY_PLACE] = rule->kind == SEMR_EXACT ? 0
                     : is_pattern(rule)       ? hit->of->group
                                              : -(int)rule->path.len;
    key[KEY_HOST] = !named ? 2 : rule->wild ? 1 : 0;
    key[KEY_LABELS] = rule->wild ? -(int)rule->host.len : 0;
    key[KEY_AUTHORITY] =
        -((rule->scheme != SEMR_ANY_SCHEME) + (rule->port != 0));
    key[KEY_PARAMS] = -rule->nparams;
    key[KEY_LITERALS] = -literals(rule);
    key[KEY_CONDITIONS] = -((rule->condition.len > 0) + (rule->only.len > 0) +
                            (rule->policy.starts != SEMR_NO_DATE ||
                             rule->policy.ends != SEMR_NO_DATE));
    key[KEY_FOLD] = rule->fold;
    key[KEY_WRITTEN_IN] = hit->of->image;
    key[KEY_WRITTEN] = hit->of->order;
}

static int compare_hits(const void *a, const void *b)
{
    const model_hit_t *x = *(const model_hit_t *const *)a;
    const model_hit_t *y = *(const model_hit_t *const *)b;
    int i;

    for (i = 0; i < KEYS; ++i) {
        if (x->key[i] != y->key[i]) {
            return x->key[i] < y->key[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Whether an exact rule was written as path was asked; the root has one form */
static int is_own_form(const semr_rule_t *rule, semr_view_t path)
{
    return rule->path.len == 0 || (int)rule->with_slash == ends_in_slash(path);
}

/* Takes out exact rules of the other form: those that say slash=exact, and
 * all of a tier in which one of the own form matches. */
static int drop_other_form(model_hit_t **hits, int count, semr_view_t path)
{
    int own[2] = {0, 0}, i, kept = 0;

    for (i = 0; i < count; ++i) {
        const semr_rule_t *rule = &hits[i]->of->rule;

        own[hits[i]->key[KEY_TIER]] |=
            rule->kind == SEMR_EXACT && is_own_form(rule, path);
    }
    for (i = 0; i < count; ++i) {
        const semr_rule_t *rule = &hits[i]->of->rule;

        if (rule->kind != SEMR_EXACT || is_own_form(rule, path) ||
            (!rule->slash_exact && !own[hits[i]->key[KEY_TIER]])) {
            hits[kept++] = hits[i];
        }
    }
    return kept;
}

/* All that match, best first, into hits, whose room is for count; returns how
 * many those are. */
static int model_scan(const model_rule_t *rules, int count,
                      semr_request_t *request, model_hit_t *room,
                      model_hit_t **hits)
{
    int i, found = 0;

    for (i = 0; i < count; ++i) {
        if (match_rule(&rules[i], request, &room[found].match)) {
            room[found].of = &rules[i];
            set_key(&room[found]);
            hits[found] = &room[found];
            ++found;
        }
    }
    found = drop_other_form(hits, found, request->path);
    qsort(hits, (size_t)found, sizeof(*hits), compare_hits);
    return found;
}

/* -- patterns of the same text stand together ------------------------------ */

/* {name}s have no name any more: they are numbered from the left. */
static int same_text(const semr_rule_t *a, const semr_rule_t *b)
{
    if (a->kind != b->kind || !a->host.len != !b->host.len) {
        return 0;
    }
    return a->kind == SEMR_REGEX
               ? a->fold == b->fold && same(a->path, b->path, 0)
               : a->star == b->star && same(a->path, b->path, 1);
}

static int is_before(const model_rule_t *a, const model_rule_t *b)
{
    return a->image != b->image ? a->image < b->image : a->order < b->order;
}

/* Sets group of the last of count rules, and of those that are grouped with it:
 * the group stands where the first of them was written, images in turn. */
static void model_group(model_rule_t *rules, int count)
{
    model_rule_t *last = &rules[count - 1];
    const model_rule_t *first = last;
    int i;

    for (i = 0; i < count && is_pattern(&last->rule); ++i) {
        if (same_text(&rules[i].rule, &last->rule) &&
            is_before(&rules[i], first)) {
            first = &rules[i];
        }
    }
    last->group = first->order;
    last->group_image = first->image;
    for (i = 0; i < count && is_pattern(&last->rule); ++i) {
        if (same_text(&rules[i].rule, &last->rule)) {
            rules[i].group = first->order;
            rules[i].group_image = first->image;
        }
    }
}

#endif
