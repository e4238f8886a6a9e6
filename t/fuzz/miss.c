/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: a request's target and its Referer -> what is kept of them, and
 * what is suggested.
 *
 * The first line of the input is the target, the second the header.  What has
 * to hold: what is kept is printable ASCII and no longer than what came, has
 * neither query nor user, and masking it again changes nothing; it is found in
 * the list; a rule that is suggested can be read, and is for that path.
 */
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>

#include "../unit/lint_rules.h"
#include "mask.h"
#include "misses.h"
#include "suggest.h"

enum { NOW = 1800000000 };

static const char rules[] = "permanent /a/b.html /c\n"
                            "permanent /products/lamps /shop/Lamps\n"
                            "permanent /longer-name /other/longer-name?x#y\n"
                            "permanent /u/{name}/x /v/{name}\n"
                            "permanent ~^/re/(.*) /r/$1\n"
                            "gone /g/*\n"
                            "permanent /off /x stage=off\n"
                            "permanent /i.php?id={id} https://h.test/{id}\n"
                            "permanent /t https://www.test/Away\n";

static void fail(const char *what, semr_view_t text)
{
    fprintf(stderr, "%s:\n%.*s\n", what, (int)text.len, text.p);
    abort();
}

static void check_printable(semr_view_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        if (text.p[i] <= ' ' || text.p[i] > '~' ||
            strchr("?#\"<>", text.p[i])) {
            fail("not what a path holds", text);
        }
    }
}

static semr_view_t check_path(apr_pool_t *pool, semr_view_t canonical)
{
    semr_view_t kept = semr_mask_path(pool, canonical);

    if (kept.len > canonical.len || !kept.len || *kept.p != '/') {
        fail("kept", kept);
    }
    check_printable(kept);
    if (!semr_view_equal(semr_mask_path(pool, kept), kept)) {
        fail("masked again it differs", kept);
    }
    return kept;
}

static semr_view_t check_referrer(apr_pool_t *pool, const char *header)
{
    semr_mask_referrer_t referrer;

    if (!semr_mask_referrer(pool, header, &referrer)) {
        return semr_view(NULL, 0);
    }
    check_printable(referrer.text);
    if (memchr(referrer.text.p, '@', referrer.text.len - referrer.path.len)) {
        fail("a user", referrer.text);
    }
    return referrer.text;
}

static void check_list(apr_pool_t *pool, semr_view_t path, semr_view_t referrer)
{
    semr_misses_t *misses =
        semr_misses_init(apr_pcalloc(pool, semr_misses_size(1)), 1, 1, NOW);
    semr_miss_hit_t hit = {1, path, referrer, 0};
    apr_array_header_t *list;
    const semr_miss_t *miss;

    semr_misses_record(misses, &hit, NOW);
    list = semr_misses_list(misses, 1, NOW, 1, pool);
    miss = (const semr_miss_t *)list->elts;
    if (list->nelts != 1 || miss->count != 1 ||
        (!miss->cut &&
         !semr_view_equal(semr_view(miss->path, strlen(miss->path)), path)) ||
        !miss->referrer != !referrer.len) {
        fail("it is not in the list", path);
    }
}

/* A rule that is suggested is one, and is for that path. */
static void check_rule(apr_pool_t *pool, semr_view_t path, const char *text)
{
    semr_request_t request = {.pool = pool, .path = path, .port = 80};
    const semr_ruleset_t *set;
    semr_space_t space = {&set, 1, NULL};
    semr_candidate_t candidate;
    semr_lookup_t lookup;
    semr_rule_t rule;
    semr_diag_t diag;

    if (semr_rule_parse(&rule, pool, text, 0, &diag)) {
        fail("no rule", semr_view(text, strlen(text)));
    }
    request.host = semr_view("www.test", 8);
    set = rules_of_text(pool, "suggested", text);
    semr_lookup_start_in(&lookup, &request, &space);
    if (!semr_lookup_next(&lookup, &candidate)) {
        fail("it is not for the path", path);
    }
}

static void check_suggestion(apr_pool_t *pool, semr_view_t path)
{
    const semr_ruleset_t *set = rules_of_text(pool, "rules", rules);
    const char *text = apr_pstrmemdup(pool, path.p, path.len);
    semr_space_t space = {&set, 1, NULL};
    semr_suggest_t suggest = {.spaces = &space,
                              .nspaces = 1,
                              .host = semr_view("www.test", 8),
                              .stage = SEMR_LIVE,
                              .now = NOW,
                              .thorough = 1};
    semr_suggestion_t found;

    semr_suggest(&suggest, &text, 1, &found, pool);
    if (found.rule) {
        check_rule(pool, path, found.rule);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
    apr_pool_t *pool;
    semr_view_t path, query;
    const char *target, *header;
    char *end;

    if (len > 4000) {
        return 0;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    target = apr_pstrmemdup(pool, (const char *)bytes, len);
    end = strchr(target, '\n');
    header = end ? end + 1 : "";
    if (end) {
        *end = '\0';
    }
    if (semr_url_split(target, &path, &query)) {
        path = check_path(pool, semr_url_path(pool, path));
        check_list(pool, path, check_referrer(pool, header));
        check_suggestion(pool, path);
    }
    apr_pool_destroy(pool);
    return 0;
}
