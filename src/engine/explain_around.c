/* SPDX-License-Identifier: Apache-2.0
 * The same URL by other methods, and what it might have meant.
 */
#include <string.h>

#include <apr_strings.h>

#include "explain_around.h"
#include "url.h"

#define ACRM "Access-Control-Request-Method"

int semr_explain_is_preflight(const char *method, const apr_table_t *headers)
{
    return !strcmp(method, "OPTIONS") && apr_table_get(headers, ACRM) &&
           apr_table_get(headers, "Origin");
}

/* -- the same URL by other methods ----------------------------------------- */

static const apr_table_t *
headers_of_preflight(const semr_explain_around_t *around)
{
    apr_table_t *headers = apr_table_copy(around->pool, around->headers);
    const char *method = around->target->method;

    if (!apr_table_get(headers, "Origin")) {
        apr_table_setn(headers, "Origin", "https://app.example");
    }
    if (!apr_table_get(headers, ACRM)) {
        apr_table_setn(headers, ACRM,
                       strcmp(method, "OPTIONS") ? method : "PUT");
    }
    return headers;
}

static const apr_table_t *headers_of_others(const semr_explain_around_t *around)
{
    apr_table_t *headers = apr_table_copy(around->pool, around->headers);

    apr_table_unset(headers, ACRM);
    return headers;
}

void semr_explain_methods(const semr_explain_around_t *around,
                          semr_explained_t *explained)
{
    static const char *const methods[] = {"GET", "HEAD",   "POST",
                                          "PUT", "DELETE", "OPTIONS"};
    enum { KNOWN = sizeof(methods) / sizeof(*methods) };
    semr_explained_run_t *runs = apr_palloc(around->pool,
                                            (KNOWN + 2) * sizeof(*runs)),
                         *run = runs;
    const apr_table_t *others = headers_of_others(around);
    int i, met = 0;

    for (i = 0; i < KNOWN; i++) {
        met |= !strcmp(methods[i], around->target->method);
        around->explain(around->baton, around->target, methods[i], others,
                        run++);
    }
    around->explain(around->baton, around->target, "OPTIONS",
                    headers_of_preflight(around), run++);
    if (!met) {
        *run++ = *explained->run;
    }
    explained->methods = runs;
    explained->nmethods = (int)(run - runs);
}

/* -- what a URL might have meant ------------------------------------------- */

typedef struct hints_t {
    const semr_explain_around_t *around;
    apr_pool_t *pool;
    apr_array_header_t *texts;
} hints_t;

static void add(const hints_t *hints, const char *text)
{
    APR_ARRAY_PUSH(hints->texts, const char *) = text;
}

/* Tells if a rule answers that URL. */
static void try_variant(const hints_t *hints,
                        const semr_explain_target_t *target, const char *what)
{
    const semr_explain_around_t *around = hints->around;
    semr_explained_run_t run;

    around->explain(around->baton, target, target->method, around->headers,
                    &run);
    if (run.rule) {
        add(hints,
            apr_psprintf(hints->pool, "%s a rule would match: %s", what,
                         semr_explain_sentence(
                             &run, semr_explain_full(target, hints->pool))));
    }
}

static void try_case(const hints_t *hints)
{
    semr_explain_target_t target = *hints->around->target;
    apr_size_t len = strcspn(target.target, "?");
    semr_view_t raw = semr_view(target.target, len);
    semr_view_t folded = semr_url_fold(hints->pool, raw);

    if (folded.p != raw.p) {
        target.target = apr_pstrcat(
            hints->pool, apr_pstrmemdup(hints->pool, folded.p, folded.len),
            target.target + len, NULL);
        try_variant(hints, &target, "In lower case");
    }
}

static void try_host(const hints_t *hints)
{
    semr_explain_target_t target = *hints->around->target;

    if (!target.host) {
        return;
    }
    if (!strncmp(target.host, "www.", 4)) {
        target.host += 4;
        try_variant(hints, &target, "Without www.");
    }
    else {
        target.host = apr_pstrcat(hints->pool, "www.", target.host, NULL);
        try_variant(hints, &target, "With www.");
    }
}

static void try_scheme(const hints_t *hints)
{
    semr_explain_target_t target = *hints->around->target;

    target.https = !target.https;
    target.port = 0;
    try_variant(hints, &target, target.https ? "By https" : "By http");
}

/* -- all of it ------------------------------------------------------------- */

static void tell_capitals(const hints_t *hints)
{
    static const char *const known[] = {"GET",    "HEAD",    "POST",  "PUT",
                                        "DELETE", "OPTIONS", "PATCH", "TRACE"};
    const char *method = hints->around->target->method;
    apr_size_t i;

    for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (!strcasecmp(known[i], method) && strcmp(known[i], method) != 0) {
            add(hints,
                apr_psprintf(hints->pool,
                             "Methods have capital letters: \"%s\" is not %s.",
                             method, known[i]));
        }
    }
}

void semr_explain_hints(const semr_explain_around_t *around,
                        const semr_explained_run_t *run,
                        apr_array_header_t *texts)
{
    hints_t hints = {around, around->pool, texts};

    if (around->target->has_fragment) {
        add(&hints, "What stands behind # is never sent to a server.");
    }
    tell_capitals(&hints);
    if (run->gave_up) {
        add(&hints, "A regex gave up at its match limit, and did not match.");
    }
    if (!run->rule && run->class != SEMR_CLASS_NEVER) {
        try_case(&hints);
        try_host(&hints);
        try_scheme(&hints);
    }
}
