/* SPDX-License-Identifier: Apache-2.0
 * FROM and TO of a rule in the image, as they are shown.
 *
 * Nearly all rules are put together here from their pieces; it has to be what
 * semr_rule_from and semr_rule_to make of them (t/unit/search.c).  What only
 * those can tell, they tell.
 */
#include <string.h>

#include "search_parts.h"

static void add(semr_searcher_t *searcher, semr_search_text_t *text,
                const char *p, apr_size_t len)
{
    char *out = semr_search_room(text, len, searcher->pool);

    if (len) {
        memcpy(out, p, len);
    }
    text->len += len;
}

static void add_text(semr_searcher_t *searcher, semr_search_text_t *text,
                     const char *p)
{
    add(searcher, text, p, strlen(p));
}

static const semr_search_text_t *as_written(semr_searcher_t *searcher,
                                            semr_search_text_t *text,
                                            semr_view_t word)
{
    text->len = 0;
    text->canonical = 0;
    add(searcher, text, word.p, word.len);
    return text;
}

/* What is written in another way than the record has it */
static const semr_search_text_t *
as_value(semr_searcher_t *searcher, semr_search_text_t *text,
         const semr_image_rule_t *in,
         const char *(*words)(apr_pool_t *pool, const semr_rule_t *rule))
{
    semr_rule_t rule;

    text->len = 0;
    text->canonical = 0;
    semr_image_read(searcher->image, in, searcher->each, &rule);
    add_text(searcher, text, words(searcher->each, &rule));
    apr_pool_clear(searcher->each);
    return text;
}

static const semr_image_extra_t *extra_of(const semr_searcher_t *searcher,
                                          const semr_image_rule_t *rule)
{
    return semr_image_extras(searcher->image) + rule->extra;
}

/* -- FROM ------------------------------------------------------------------ */

static void add_authority(semr_searcher_t *searcher, semr_search_text_t *text,
                          const semr_image_policy_t *policy)
{
    static const char *const heads[] = {
        [SEMR_ANY_SCHEME] = "//",
        [SEMR_HTTP] = "http://",
        [SEMR_HTTPS] = "https://",
    };
    const semr_image_host_t *host =
        semr_image_hosts(searcher->image) + policy->host;
    semr_view_t name = semr_image_string(searcher->image, host->name);
    unsigned port = policy->port, unit = 10000;

    if (!name.len) {
        return;
    }
    add_text(searcher, text, heads[policy->scheme]);
    add_text(searcher, text, host->wild ? "*." : "");
    add(searcher, text, name.p, name.len);
    if (port) {
        add_text(searcher, text, ":");
        for (; unit; unit /= 10) {
            char c = (char)('0' + port / unit % 10);

            if (port >= unit) {
                add(searcher, text, &c, 1);
            }
        }
    }
}

/* A part of a path, where a star is no star */
static void add_path(semr_searcher_t *searcher, semr_search_text_t *text,
                     semr_view_t path)
{
    const char *p = path.p, *end = path.p + path.len, *star;

    while (p < end && (star = memchr(p, '*', (apr_size_t)(end - p)))) {
        add(searcher, text, p, (apr_size_t)(star - p));
        add_text(searcher, text, "%2A");
        p = star + 1;
    }
    add(searcher, text, p, (apr_size_t)(end - p));
}

const semr_search_text_t *semr_search_from(semr_searcher_t *searcher,
                                           const semr_image_rule_t *rule)
{
    const semr_image_policy_t *policy =
        semr_image_policy(searcher->image, rule);
    const semr_image_extra_t *extra = extra_of(searcher, rule);
    semr_search_text_t *text = &searcher->from_text;

    if (policy->kind == SEMR_REGEX ||
        (!extra->from_word &&
         (policy->kind == SEMR_PATTERN || extra->nparams))) {
        return as_value(searcher, text, rule, semr_rule_from);
    }
    if (extra->from_word) {
        return as_written(searcher, text,
                          semr_image_string(searcher->image, extra->from_word));
    }
    text->len = 0;
    text->canonical = 1;
    if (policy->host) {
        add_authority(searcher, text, policy);
    }
    add_path(searcher, text, rule->from);
    add_path(searcher, text, rule->from_rest);
    if (policy->kind == SEMR_PREFIX) {
        add(searcher, text, "/*", 2);
    }
    else if (policy->flags & SEMR_WITH_SLASH ||
             !(rule->from.len + rule->from_rest.len)) {
        add(searcher, text, "/", 1);
    }
    return text;
}

/* -- TO -------------------------------------------------------------------- */

/* Whether it stands as it is shown: what is inserted is a byte from 0x80 on. */
static int is_shown_so(const semr_image_policy_t *policy, semr_view_t piece)
{
    apr_size_t i;

    for (i = 0; policy->flags & SEMR_INSERTS && i < piece.len; i++) {
        if ((unsigned char)piece.p[i] >= SEMR_OP_CAPTURE) {
            return 0;
        }
    }
    return !piece.len || (!memchr(piece.p, '*', piece.len) &&
                          !memchr(piece.p, '$', piece.len));
}

const semr_search_text_t *semr_search_to(semr_searcher_t *searcher,
                                         const semr_image_rule_t *rule)
{
    const semr_image_policy_t *policy =
        semr_image_policy(searcher->image, rule);
    const semr_image_extra_t *extra = extra_of(searcher, rule);
    semr_search_text_t *text = &searcher->to_text;

    if (extra->from_word && extra->to_word) {
        return as_written(searcher, text,
                          semr_image_string(searcher->image, extra->to_word));
    }
    if (!is_shown_so(policy, rule->to) || !is_shown_so(policy, rule->to_rest)) {
        return as_value(searcher, text, rule, semr_rule_to);
    }
    text->len = 0;
    text->canonical = 1;
    if (policy->to_form == SEMR_TO_HTTP || policy->to_form == SEMR_TO_HTTPS) {
        add_text(searcher, text,
                 policy->to_form == SEMR_TO_HTTP ? "http:" : "https:");
    }
    add(searcher, text, rule->to.p, rule->to.len);
    add(searcher, text, rule->to_rest.p, rule->to_rest.len);
    if (rule->traits & SEMR_TO_TAIL) {
        add(searcher, text, "/*", 2);
    }
    return text;
}
