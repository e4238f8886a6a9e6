/* SPDX-License-Identifier: Apache-2.0
 * What else is to know of an explanation.
 */
#include <apr_strings.h>

#include "explaining_parts.h"
#include "origin.h"
#include "url.h"

typedef struct hints_t {
    const semr_explain_asked_t *asked;
    const semr_explained_run_t *run;
    apr_array_header_t *texts;
} hints_t;

static void add(const hints_t *hints, const char *text)
{
    APR_ARRAY_PUSH(hints->texts, const char *) = text;
}

/* -- who answers ----------------------------------------------------------- */

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

/* -- what a URL might have meant ------------------------------------------- */

/* Tells if a rule answers that URL. */
static void try_variant(const hints_t *hints,
                        const semr_explain_target_t *target, const char *what)
{
    semr_explain_asked_t asked = *hints->asked;
    semr_explained_run_t run;
    apr_pool_t *pool = asked.r->pool;

    asked.target = *target;
    asked.quiet = 1;
    semr_explaining_run(&asked, &run, target->method, asked.headers, -1);
    if (run.rule) {
        add(hints, apr_psprintf(pool, "%s a rule would match: %s", what,
                                semr_explain_sentence(
                                    &run, semr_explain_full(target, pool))));
    }
}

static void try_case(const hints_t *hints)
{
    semr_explain_target_t target = hints->asked->target;
    apr_size_t len = strcspn(target.target, "?");
    semr_view_t raw = semr_view(target.target, len);
    semr_view_t folded = semr_url_fold(hints->asked->r->pool, raw);

    if (folded.p != raw.p) {
        target.target = apr_pstrcat(
            hints->asked->r->pool,
            apr_pstrmemdup(hints->asked->r->pool, folded.p, folded.len),
            target.target + len, NULL);
        try_variant(hints, &target, "In lower case");
    }
}

static void try_host(const hints_t *hints)
{
    semr_explain_target_t target = hints->asked->target;

    if (!strncmp(target.host, "www.", 4)) {
        target.host += 4;
        try_variant(hints, &target, "Without www.");
    }
    else {
        target.host =
            apr_pstrcat(hints->asked->r->pool, "www.", target.host, NULL);
        try_variant(hints, &target, "With www.");
    }
}

static void try_scheme(const hints_t *hints)
{
    semr_explain_target_t target = hints->asked->target;

    target.https = !target.https;
    target.port = 0;
    try_variant(hints, &target, target.https ? "By https" : "By http");
}

/* -- all of it ------------------------------------------------------------- */

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

const apr_array_header_t *
semr_explaining_hints(const semr_explain_asked_t *asked,
                      const semr_explained_run_t *run)
{
    hints_t hints = {asked, run,
                     apr_array_make(asked->r->pool, 4, sizeof(const char *))};
    static const char *const known[] = {"GET",    "HEAD",    "POST",  "PUT",
                                        "DELETE", "OPTIONS", "PATCH", "TRACE"};
    apr_size_t i;

    tell_host(&hints);
    tell_scheme(&hints);
    if (asked->target.has_fragment) {
        add(&hints, "What stands behind # is never sent to a server.");
    }
    for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (!strcasecmp(known[i], asked->target.method) &&
            strcmp(known[i], asked->target.method) != 0) {
            add(&hints, apr_psprintf(asked->r->pool,
                                     "Methods have capital letters: \"%s\" is "
                                     "not %s.",
                                     asked->target.method, known[i]));
        }
    }
    if (run->gave_up) {
        add(&hints, "A regex gave up at its match limit, and did not match.");
    }
    tell_sections(&hints);
    if (!run->rule && run->class != SEMR_CLASS_NEVER) {
        try_case(&hints);
        try_host(&hints);
        try_scheme(&hints);
    }
    return hints.texts;
}
