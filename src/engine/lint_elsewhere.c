/* SPDX-License-Identifier: Apache-2.0
 * The hosts that rules lead to: what is told once for each of them.
 */
#include <string.h>

#include <apr_strings.h>

#include "lint_parts.h"

enum {
    HOSTS_MAX = 1000, /* that are counted one by one */
    FRONTS_MIN = 50   /* rules to one front page that are many */
};

int semr_lint_is_ours(const semr_lint_work_t *work, const semr_origin_t *origin)
{
    const semr_lint_t *lint = work->lint;

    return lint->is_ours ? lint->is_ours(lint->ours_baton, origin)
                         : semr_view_equal(origin->host, lint->host);
}

/* Whether it is another host: a name of this server is none, though another of
 * its virtual hosts may answer for the other scheme. */
static int is_foreign(const semr_lint_work_t *work, semr_view_t name)
{
    const semr_lint_t *lint = work->lint;
    semr_location_t location;
    semr_origin_t origin;

    memset(&location, 0, sizeof(location));
    location.text = apr_pstrmemdup(work->each, name.p, name.len);
    location.authority = name.len;
    origin = semr_location_origin(&location, work->each);
    if (lint->is_our_name && origin.port == (origin.https ? 443 : 80) &&
        lint->is_our_name(lint->ours_baton, origin.host)) {
        return 0;
    }
    return !semr_lint_is_ours(work, &origin);
}

/* "https://host" of a TO; len 0: it holds labels that the client chooses */
static semr_view_t name_of(semr_view_t head)
{
    const char *host = memmem(head.p, head.len, "://", 3), *end, *p;

    if (!host) {
        return semr_view(NULL, 0);
    }
    host += 3;
    end = memchr(host, '/', head.len - (apr_size_t)(host - head.p));
    end = end ? end : head.p + head.len;
    for (p = host; p < end; p++) {
        if ((unsigned char)*p >= SEMR_OP_CAPTURE || *p == '?' || *p == '#') {
            return semr_view(NULL, 0);
        }
    }
    return semr_view(head.p, (apr_size_t)(end - head.p));
}

static semr_lint_host_t *host_of(semr_lint_work_t *work, semr_view_t name)
{
    semr_lint_host_t *host =
        apr_hash_get(work->hosts, name.p, (apr_ssize_t)name.len);

    if (host) {
        return host;
    }
    host = &work->overflow;
    if (work->known_hosts->nelts < HOSTS_MAX) {
        host = apr_pcalloc(work->pool, sizeof(*host));
        APR_ARRAY_PUSH(work->known_hosts, semr_lint_host_t *) = host;
        apr_hash_set(work->hosts, name.p, (apr_ssize_t)name.len, host);
    }
    host->name = name;
    host->foreign = is_foreign(work, name);
    return host;
}

static void count(semr_lint_work_t *work, apr_uint32_t *rules,
                  semr_lint_place_t *first)
{
    if (!(*rules)++) {
        first->set = work->set_index;
        first->at = work->rule.at;
    }
}

/* Whether TO is the front page of where it leads */
static int is_front(const semr_lint_work_t *work, apr_size_t authority)
{
    const semr_image_rule_t *rule = &work->rule;
    apr_size_t left = rule->to.len - authority;

    if (work->policy->kind != SEMR_EXACT || rule->traits & SEMR_TO_TAIL ||
        left + rule->to_rest.len != 1) {
        return 0;
    }
    return left ? rule->to.p[authority] == '/' : *rule->to_rest.p == '/';
}

void semr_lint_elsewhere(semr_lint_work_t *work)
{
    semr_view_t head = work->rule.to;
    semr_lint_host_t *host;
    semr_view_t name;

    work->host = NULL;
    if (work->policy->to_form == SEMR_TO_PATH) {
        if (is_front(work, 0)) {
            count(work, &work->own.fronts, &work->own.first_front);
        }
        return;
    }
    if (work->policy->to_form != SEMR_TO_AUTHORITY) {
        return;
    }
    host = work->last_host;
    if (!host || head.p != work->last_head.p ||
        head.len != work->last_head.len) {
        name = name_of(head);
        host = name.len ? host_of(work, name) : NULL;
        work->last_host = host == &work->overflow ? NULL : host;
        work->last_head = head;
    }
    if (!host) {
        return;
    }
    work->host = host;
    if (is_front(work, host->name.len)) {
        count(work, &host->fronts, &host->first_front);
    }
    if (host->foreign && work->known->keeps_body) {
        count(work, &host->bodies, &host->first_body);
    }
}

static void tell_host(semr_lint_work_t *work, const semr_lint_host_t *host)
{
    const char *name =
        host->name.len ? semr_diag_show(work->each, host->name) : "";

    if (host->bodies) {
        semr_lint_take(work, host->first_body);
    }
    if (host->bodies && semr_lint_finds(work, SEMR_FINDING_BODIES_ELSEWHERE)) {
        semr_lint_say(work, SEMR_FINDING_BODIES_ELSEWHERE, NULL, 0,
                      "sends a POST with its body to %s; rules that do so: %u",
                      name, host->bodies);
    }
    if (host->fronts >= FRONTS_MIN) {
        semr_lint_take(work, host->first_front);
    }
    if (host->fronts >= FRONTS_MIN &&
        semr_lint_finds(work, SEMR_FINDING_MANY_TO_ONE)) {
        semr_lint_say(work, SEMR_FINDING_MANY_TO_ONE, NULL, 0,
                      "is the first of %u pages that lead to %s/", host->fronts,
                      name);
    }
}

void semr_lint_tell_hosts(semr_lint_work_t *work)
{
    int i;

    tell_host(work, &work->own);
    for (i = 0; i < work->known_hosts->nelts; i++) {
        tell_host(work,
                  APR_ARRAY_IDX(work->known_hosts, i, semr_lint_host_t *));
    }
}
