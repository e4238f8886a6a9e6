/* SPDX-License-Identifier: Apache-2.0
 * What is looked for, and whether a rule is it.
 */
#include <string.h>

#include "identity.h"
#include "search_parts.h"

/* What a policy says of all its rules */
enum {
    FITS = 1,    /* intent, stage, host and file are as they shall be */
    IN_FILE = 2, /* the file is that of "moves.map:12" */
    ON_HOST = 4  /* the host is the URL's */
};

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What was pasted often has blanks around it. */
static semr_view_t trimmed(semr_view_t text)
{
    semr_view_t whole = text;

    while (text.len && is_blank(*text.p)) {
        text.p++;
        text.len--;
    }
    while (text.len && is_blank(text.p[text.len - 1])) {
        text.len--;
    }
    return text.len ? text : whole;
}

semr_searcher_t *semr_searcher_create(apr_pool_t *pool,
                                      const semr_search_t *search)
{
    semr_searcher_t *searcher = apr_pcalloc(pool, sizeof(*searcher));
    semr_view_t text = trimmed(search->text);

    searcher->search = search;
    searcher->pool = pool;
    apr_pool_create(&searcher->each, pool);
    searcher->text = semr_needle_make(pool, text);
    searcher->from = semr_needle_make(pool, trimmed(search->from));
    searcher->to = semr_needle_make(pool, trimmed(search->to));
    searcher->host = semr_needle_make(pool, trimmed(search->host));
    searcher->url = semr_search_url(pool, text);
    if (!semr_search_place(text, &searcher->file, &searcher->line)) {
        searcher->line = 0;
    }
    return searcher;
}

/* -- policies -------------------------------------------------------------- */

/* "*.example.com" is found by any part of it, and by names that it takes. */
static int fits_host(const semr_searcher_t *searcher, semr_view_t name,
                     int wild)
{
    const semr_needle_t *needle = &searcher->host;
    semr_view_t sought = needle->text;

    if (!needle->text.len) {
        return 1;
    }
    if (!name.len) {
        return 0;
    }
    if (sought.len > 2 && !memcmp(sought.p, "*.", 2)) {
        semr_needle_t rest = *needle;

        rest.text = semr_view(sought.p + 2, sought.len - 2);
        return wild && name.len >= rest.text.len &&
               !memcmp(name.p, rest.text.p, rest.text.len);
    }
    if (wild && sought.len > name.len &&
        sought.p[sought.len - name.len - 1] == '.' &&
        !memcmp(sought.p + sought.len - name.len, name.p, name.len)) {
        return 1;
    }
    return semr_needle_in_view(needle, name);
}

static unsigned char judge(const semr_searcher_t *searcher,
                           const semr_image_policy_t *policy,
                           semr_stage_t stage, apr_int64_t now)
{
    const semr_search_t *search = searcher->search;
    const semr_image_host_t *host =
        semr_image_hosts(searcher->image) + policy->host;
    semr_view_t name = semr_image_string(searcher->image, host->name);
    semr_view_t file = semr_image_string(searcher->image, policy->file);
    unsigned char says = FITS;

    if (search->intent >= 0 && policy->intent != search->intent) {
        return 0;
    }
    if (search->stage >= 0) {
        semr_policy_t decision = semr_image_decision(policy);

        if ((int)semr_decide_stage(&decision, stage, now) != search->stage) {
            return 0;
        }
    }
    if (!fits_host(searcher, name, host->wild != 0) ||
        (search->file.len && !semr_search_is_file(file, search->file))) {
        return 0;
    }
    if (searcher->line && semr_search_is_file(file, searcher->file)) {
        says |= IN_FILE;
    }
    if (searcher->url.is &&
        semr_search_url_host(&searcher->url, name, host->wild != 0)) {
        says |= ON_HOST;
    }
    return says;
}

/* Whether each rule has to be looked at */
static int asks_rules(const semr_searcher_t *searcher)
{
    return searcher->search->line || searcher->search->id ||
           searcher->text.text.len || searcher->from.text.len ||
           searcher->to.text.len;
}

semr_searcher_finds_t semr_searcher_enter(semr_searcher_t *searcher,
                                          const semr_image_t *image,
                                          apr_uint64_t place,
                                          semr_stage_t stage, apr_int64_t now)
{
    const semr_image_policy_t *policies = semr_image_policies(image);
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_POLICIES);
    apr_size_t fit = 0;

    searcher->image = image;
    searcher->place = place;
    if (count > searcher->judged_room) {
        searcher->judged = apr_palloc(searcher->pool, count);
        searcher->judged_room = count;
    }
    for (i = 0; i < count; i++) {
        searcher->judged[i] = judge(searcher, policies + i, stage, now);
        fit += searcher->judged[i] != 0;
    }
    if (fit == count && !asks_rules(searcher)) {
        return SEMR_FINDS_ALL;
    }
    return fit ? SEMR_FINDS_SOME : SEMR_FINDS_NONE;
}

/* -- rules ----------------------------------------------------------------- */

/* Whether FROM, TO or either of them has it */
static int is_in(semr_searcher_t *searcher, const semr_needle_t *needle,
                 const semr_image_rule_t *rule, int from, int to)
{
    semr_search_text_t *words = &searcher->words;

    words->len = 0;
    words->canonical = 1;
    if (from) {
        semr_search_add_from(searcher, words, rule);
    }
    if (from && to) {
        *semr_search_room(words, 1, searcher->pool) = '\0';
        words->len++;
    }
    if (to) {
        semr_search_add_to(searcher, words, rule);
    }
    return semr_needle_in(needle, words, &searcher->decoded, searcher->pool);
}

static int has_note(semr_searcher_t *searcher, const semr_image_rule_t *rule)
{
    const semr_image_extra_t *extra =
        semr_image_extras(searcher->image) + rule->extra;

    return rule->extra &&
           semr_needle_in_view(&searcher->text,
                               semr_image_string(searcher->image, extra->note));
}

static int has_text(semr_searcher_t *searcher, const semr_image_rule_t *rule,
                    unsigned judged)
{
    return (judged & IN_FILE && rule->line == searcher->line) ||
           is_in(searcher, &searcher->text, rule, 1, 1) ||
           has_note(searcher, rule) ||
           (judged & ON_HOST && semr_search_url_in(searcher, rule));
}

int semr_searcher_finds(semr_searcher_t *searcher,
                        const semr_image_rule_t *rule)
{
    const semr_search_t *search = searcher->search;
    unsigned judged = searcher->judged[rule->policy];

    return judged && (!search->line || rule->line == search->line) &&
           (!searcher->from.text.len ||
            is_in(searcher, &searcher->from, rule, 1, 0)) &&
           (!searcher->to.text.len ||
            is_in(searcher, &searcher->to, rule, 0, 1)) &&
           (!searcher->text.text.len || has_text(searcher, rule, judged)) &&
           (!search->id || semr_identity(searcher->image, rule,
                                         searcher->place) == search->id);
}
