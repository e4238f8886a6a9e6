/* SPDX-License-Identifier: Apache-2.0
 * Uses all that an image offers, so that a sanitizer sees what it should not
 * offer: each rule is read and printed, asked for, and made a Location of; and
 * all of them are checked.
 */
#ifndef SEMR_TEST_IMAGE_USE_H
#define SEMR_TEST_IMAGE_USE_H

#include <string.h>

#include <apr_strings.h>

#include "lint.h"

static void use_request(const semr_ruleset_t *set, apr_pool_t *in,
                        const char *path, const char *query, const char *host)
{
    const semr_ruleset_t *sets[] = {set, set};
    semr_request_t request;
    semr_lookup_t lookup;
    semr_candidate_t candidate;
    semr_location_t location;
    int told = 0;

    memset(&request, 0, sizeof(request));
    request.pool = in;
    request.path = semr_view(path, strlen(path));
    request.query = semr_view(query, strlen(query));
    request.host = semr_view(host, strlen(host));
    semr_lookup_start(&lookup, &request, sets, 2);
    while (told++ < 100 && semr_lookup_next(&lookup, &candidate)) {
        if (candidate.policy->to_form != SEMR_TO_NOTHING) {
            semr_lookup_location(&lookup, &candidate,
                                 candidate.policy->to_form == SEMR_TO_HTTP ||
                                         candidate.policy->to_form ==
                                             SEMR_TO_HTTPS
                                     ? semr_view("https://x.test", 14)
                                     : semr_view(NULL, 0),
                                 &location);
        }
    }
}

/* A path that begins with a rule's, as far as it is text */
static const char *path_of(apr_pool_t *in, semr_view_t path)
{
    char *text = apr_pstrmemdup(in, path.p, path.len < 200 ? path.len : 200);
    char *p;

    for (p = text; *p; p++) {
        if ((unsigned char)*p >= 0x80 || (unsigned char)*p <= ' ') {
            *p = 'x';
        }
    }
    return *text == '/' ? text : apr_pstrcat(in, "/", text, NULL);
}

static apr_uint32_t use_rules(const semr_ruleset_t *set, apr_pool_t *in)
{
    const semr_image_t *image = set->image;
    apr_uint32_t number;
    apr_pool_t *each;

    apr_pool_create(&each, in);
    for (number = 0; number < semr_image_rules(image); number++) {
        semr_image_rule_t at;
        semr_rule_t rule;
        const char *path, *host;

        apr_pool_clear(each);
        semr_image_rule(image, semr_image_at(image, number), &at);
        semr_image_read(image, &at, each, &rule);
        semr_rule_from(each, &rule);
        semr_rule_to(each, &rule);
        semr_rule_options(each, &rule);
        path = path_of(each, rule.path);
        host = apr_pstrmemdup(each, rule.host.p, rule.host.len);
        use_request(set, each, path, "", host);
        use_request(set, each, apr_pstrcat(each, path, "/more/of/it", NULL),
                    "id=5&p=six&a=b", apr_pstrcat(each, "www.", host, NULL));
    }
    apr_pool_destroy(each);
    return number;
}

static void use_finding(void *baton, const semr_finding_t *finding)
{
    *(apr_size_t *)baton += strlen(finding->text) + strlen(finding->file);
}

static void use_all(const semr_ruleset_t *set, apr_pool_t *in)
{
    semr_space_t space = {&set, 1, NULL};
    apr_size_t text = 0;
    semr_lint_t lint = {.spaces = &space, .nspaces = 1, .https = 1};

    lint.tell = use_finding;
    lint.tell_baton = &text;
    semr_lint(&lint, in);
}

/* Returns how many rules it has. */
static apr_uint32_t use_image(const semr_image_t *image, apr_pool_t *in)
{
    semr_ruleset_t set;
    semr_diag_t diag;

    if (semr_ruleset_open(&set, in, image, 0, &diag) != APR_SUCCESS) {
        return 0;
    }
    use_request(&set, in, "/", "", "");
    use_request(&set, in, "/blog/2009/03/a-page", "", "old.example.com");
    use_request(&set, in, "/index.php", "id=5&p=x", "a.b.example.com");
    use_all(&set, in);
    return use_rules(&set, in);
}

#endif
