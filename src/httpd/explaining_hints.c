/* SPDX-License-Identifier: Apache-2.0
 * What else is to know of an explanation: what only the server knows.
 */
#include <apr_strings.h>

#include "explaining_parts.h"
#include "origin.h"

typedef struct hints_t {
    const semr_explain_asked_t *asked;
    const semr_explained_run_t *run;
    apr_array_header_t *texts;
} hints_t;

static void add(const hints_t *hints, const char *text)
{
    APR_ARRAY_PUSH(hints->texts, const char *) = text;
}

static void tell_host(const hints_t *hints)
{
    const semr_explain_target_t *target = &hints->asked->target;
    request_rec *r = hints->asked->r;
    semr_origin_t origin = {target->https > 0,
                            semr_view(target->host, strlen(target->host)),
                            target->port        ? target->port
                            : target->https > 0 ? 443
                                                : 80};
    int ours = semr_origin_is(r, &origin);

    if (!hints->asked->names_host || ours > 0) {
        return;
    }
    add(hints, ours < 0
                   ? apr_psprintf(r->pool,
                                  "No server here is called %s. This tells "
                                  "what %s would answer.",
                                  target->host, r->server->server_hostname)
                   : apr_psprintf(r->pool,
                                  "%s, port %u, is not this virtual host: its "
                                  "own status page explains it. This tells "
                                  "what %s would answer.",
                                  target->host, origin.port,
                                  r->server->server_hostname));
}

/* Expressions see what the connection is. */
static void tell_scheme(const hints_t *hints)
{
    request_rec *r = hints->asked->r;
    semr_request_t here = {.pool = r->pool};

    semr_origin_find(r, &here);
    if ((hints->asked->target.https > 0) != (int)here.https) {
        add(hints, "Expressions that ask for %{HTTPS} see the connection of "
                   "this page, not that of the request.");
    }
}

/* That rules of sections were not asked, which httpd does last */
static void tell_sections(const hints_t *hints)
{
    const semr_explained_run_t *run = hints->run;

    if (run->server && !run->settled && !run->has_sections) {
        add(hints, apr_psprintf(
                       hints->asked->r->pool,
                       "The server itself says %d before rules of sections and "
                       ".htaccess files are asked.",
                       run->server));
    }
}

apr_array_header_t *semr_explaining_hints(const semr_explain_asked_t *asked,
                                          const semr_explained_run_t *run)
{
    hints_t hints = {asked, run,
                     apr_array_make(asked->r->pool, 4, sizeof(const char *))};

    tell_host(&hints);
    tell_scheme(&hints);
    tell_sections(&hints);
    return hints.texts;
}
