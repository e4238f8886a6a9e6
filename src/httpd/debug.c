/* SPDX-License-Identifier: Apache-2.0
 * What LogLevel semredirect:debug tells of a request.
 */
#include <httpd.h>
#include <http_log.h>

#include "debug.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

static semr_view_t file_of(const semr_ruleset_t *set,
                           const semr_image_policy_t *policy)
{
    return semr_image_string(set->image, policy->file);
}

void semr_debug_rule(request_rec *r, const semr_candidate_t *candidate,
                     const char *why)
{
    if (APLOGrdebug(r)) {
        semr_view_t file = file_of(candidate->set, candidate->policy);

        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r,
                      "%s %s: the rule at %.*s:%u %s", r->method,
                      r->unparsed_uri, (int)file.len, file.p,
                      candidate->rule->line, why);
    }
}

static void tell_hop(request_rec *r, const semr_hop_t *hop, const char *what,
                     const char *to)
{
    semr_view_t file = file_of(hop->set, hop->policy);

    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s %s: %s %.*s:%u, %d %s",
                  r->method, r->unparsed_uri, what, (int)file.len, file.p,
                  hop->line, hop->status, to);
}

void semr_debug_walk(request_rec *r, const semr_walk_t *walk)
{
    int i;

    if (!APLOGrdebug(r) || (walk->nhops == 1 && !walk->next.set)) {
        return;
    }
    for (i = 0; i < walk->nhops; i++) {
        const char *to = walk->hops[i].location.text;

        tell_hop(r, &walk->hops[i], "the chain goes through", to ? to : "");
    }
    if (walk->next.set) {
        tell_hop(r, &walk->next, "and not through", "");
    }
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s %s: the chain ends: %s",
                  r->method, r->unparsed_uri, semr_walk_words(walk->end));
}
