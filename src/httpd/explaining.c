/* SPDX-License-Identifier: Apache-2.0
 * Explaining a request, through httpd.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <ap_mmn.h>
#include <http_config.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include "config.h"
#include "explain_around.h"
#include "explaining_parts.h"
#include "module.h"
#include "origin.h"
#include "status.h"

/* -- told by the hooks of the request path --------------------------------- */

/* The slot of the status page's request is free while its handler runs, and
 * given back by it. */
static semr_explain_t *context_of(const request_rec *main)
{
    void *slot;

    if (!main->handler || strcmp(main->handler, SEMR_STATUS_HANDLER) != 0) {
        return NULL;
    }
    slot = ap_get_module_config(main->request_config, &semredirect_module);
    return slot == main ? NULL : slot; /* settled: answer.c's mark */
}

const semr_explain_t *semr_explaining_found(const request_rec *r)
{
    const semr_explain_t *explain = context_of(r->main);

    return explain && explain->r == r ? explain : NULL;
}

static semr_explain_place_t place_of(const semr_explaining_t *rule)
{
    const semr_scope_t *scope = rule->scope;
    semr_explain_place_t place = {
        scope->name, scope->server != rule->explain->r->server, rule->space, 0};

    if (rule->counters) {
        place.id = rule->counters[rule->candidate->set_index].place;
    }
    return place;
}

int semr_explaining_later(const semr_explaining_t *rule,
                          const semr_judge_t *judge)
{
    semr_explained_run_t *run = rule->explain->run;
    semr_explain_place_t place = place_of(rule);

    if (!run->settled) {
        return 0;
    }
    semr_explain_beaten(run, &place, rule->candidate, judge);
    return 1;
}

/* Walks on from an answer that is sent as it is (SemanticRedirectChains keep):
 * what conditions there look at is nothing that the answer varies by. */
static void walk_on(const semr_explaining_t *rule, semr_judge_t *judge,
                    const semr_answer_t *answer, semr_walk_t *walk)
{
    apr_table_t *headers = rule->explain->r->err_headers_out;
    const char *vary = apr_table_get(headers, "Vary");
    semr_answer_t hop = *answer;

    walk->ends = NULL;
    semr_walk_begin(walk, judge);
    semr_walk(walk, rule->candidate, rule->space, &hop);
    if (vary) {
        apr_table_setn(headers, "Vary", vary);
    }
    else {
        apr_table_unset(headers, "Vary");
    }
}

void semr_explaining_rule(const semr_explaining_t *rule, semr_judge_t *judge,
                          semr_verdict_t verdict, semr_fate_t fate,
                          const semr_answer_t *answer, semr_walk_t *walk,
                          int preview)
{
    semr_explained_run_t *run = rule->explain->run;
    semr_explain_place_t place = place_of(rule);

    if (preview >= 0) {
        run->preview = preview;
    }
    if (!walk->nhops && answer->location.text &&
        (fate == SEMR_FATE_ANSWERS || fate == SEMR_FATE_OBSERVED)) {
        walk_on(rule, judge, answer, walk);
    }
    semr_explain_rule(run, &place, rule->candidate, judge, verdict, fate,
                      answer, walk->nhops ? walk : NULL);
}

/* -- the request that is explained ----------------------------------------- */

/* SetEnvIf, which httpd does not ask of subrequests: first for a server, then
 * for its sections. */
static void set_environment(request_rec *r)
{
    const apr_array_header_t *hooks = ap_hook_get_post_read_request();
    int i;

    for (i = 0; i < hooks->nelts; i++) {
        const ap_LINK_post_read_request_t *hook =
            &APR_ARRAY_IDX(hooks, i, ap_LINK_post_read_request_t);

        if (!strcmp(hook->szName, "mod_setenvif.c")) {
            hook->pFunc(r);
        }
    }
}

void semr_explaining_sections(request_rec *r)
{
    context_of(r->main)->run->has_sections = 1;
    set_environment(r);
}

static const struct ap_logconf silent = {NULL, APLOG_EMERG};

/* httpd sets the log level of the sections: before the rules of a server are
 * asked, and before access is checked. */
static int hush(request_rec *r)
{
    const semr_explain_t *explain = semr_explaining(r);

    if (explain && explain->quiet) {
        r->log = &silent;
    }
    return DECLINED;
}

/* What a subrequest has not, and the request of a client has. */
static int enter(request_rec *r)
{
    semr_explain_t *explain;

    if (!r->main) {
        return DECLINED;
    }
    explain = context_of(r->main);
    if (!explain || explain->r) {
        return DECLINED;
    }
    explain->r = r;
    r->protocol = apr_pstrdup(r->pool, "HTTP/1.1");
    r->proto_num = HTTP_VERSION(1, 1);
    r->header_only = !strcmp(r->method, "HEAD");
    if (explain->port) {
        r->parsed_uri.port = (apr_port_t)explain->port;
        r->parsed_uri.port_str = apr_itoa(r->pool, (int)explain->port);
    }
    set_environment(r);
    return hush(r);
}

static const char *scheme_of(const request_rec *r)
{
    const semr_explain_t *explain = semr_explaining(r);

    return !explain ? NULL : explain->https ? "https" : "http";
}

void semr_explaining_register_hooks(void)
{
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 109)
    ap_hook_pre_translate_name(enter, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(hush, NULL, NULL, APR_HOOK_REALLY_FIRST);
#else /* then <If> sections do not see it */
    ap_hook_translate_name(enter, NULL, NULL, APR_HOOK_REALLY_FIRST);
#endif
    ap_hook_check_access(hush, NULL, NULL, APR_HOOK_REALLY_FIRST,
                         AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_http_scheme(scheme_of, NULL, NULL, APR_HOOK_REALLY_FIRST);
}

/* -- making it ------------------------------------------------------------- */

static const char *with_port(const semr_explain_asked_t *asked)
{
    const semr_explain_target_t *target = &asked->target;
    int bare = strchr(target->host, ':') != NULL;
    const char *host = apr_pstrcat(asked->r->pool, bare ? "[" : "",
                                   target->host, bare ? "]" : "", NULL);

    return target->port
               ? apr_psprintf(asked->r->pool, "%s:%u", host, target->port)
               : host;
}

/* Whether requests are https by the server's own word, and not by HTTPS=on,
 * which a SetEnvIf says of a proxy in front of it. */
static int is_https_here(request_rec *r)
{
    return !strcmp(ap_http_scheme(r), "https");
}

static int is_https_by_proxy(request_rec *r)
{
    const char *https = apr_table_get(r->subprocess_env, "HTTPS");

    return https && !strcasecmp(https, "on") && !is_https_here(r);
}

/* What the client would have sent, and nothing of the administrator's.  Others
 * write cookies and notes into the main request, and take the user of the same
 * folder from there. */
static void dress(request_rec *r, const semr_explain_asked_t *asked,
                  const char *method, const apr_table_t *headers)
{
    const semr_explain_target_t *target = &asked->target;

    r->the_request =
        apr_pstrcat(r->pool, method, " ", target->target, " HTTP/1.1", NULL);
    r->hostname = target->host;
    r->headers_in = apr_table_copy(r->pool, headers);
    apr_table_setn(r->headers_in, "Host", with_port(asked));
    r->subprocess_env = apr_table_make(r->pool, 4);
    if (target->https > 0 && !is_https_here(r)) {
        apr_table_setn(r->subprocess_env, "HTTPS", "on");
    }
    r->notes = apr_table_make(r->pool, 4);
    r->headers_out = apr_table_make(r->pool, 4);
    r->err_headers_out = apr_table_make(r->pool, 4);
    r->per_dir_config = r->server->lookup_defaults;
    r->user = r->ap_auth_type = NULL;
}

static void undress(request_rec *r, const request_rec *saved)
{
    r->the_request = saved->the_request;
    r->hostname = saved->hostname;
    r->headers_in = saved->headers_in;
    r->subprocess_env = saved->subprocess_env;
    r->notes = saved->notes;
    r->headers_out = saved->headers_out;
    r->err_headers_out = saved->err_headers_out;
    r->per_dir_config = saved->per_dir_config;
    r->user = saved->user;
    r->ap_auth_type = saved->ap_auth_type;
    r->log = saved->log;
}

/* The server's own answer, where it comes before a rule's */
static int status_of(const request_rec *sub, const semr_explained_run_t *run)
{
    return sub->status >= 300 && sub->status < 600 &&
                   run->outcome != SEMR_OUTCOME_ANSWERED
               ? sub->status
               : 0;
}

void semr_explaining_run(const semr_explain_asked_t *asked,
                         semr_explained_run_t *run, const char *method,
                         const apr_table_t *headers, int preview)
{
    semr_explain_t explain = {.run = run,
                              .preview = preview,
                              .https = asked->target.https > 0 &&
                                       !is_https_by_proxy(asked->r),
                              .port = asked->target.port,
                              .quiet = asked->quiet};
    request_rec *r = asked->r, saved = *r, *sub;
    const semr_server_conf_t *conf =
        ap_get_module_config(r->server->module_config, &semredirect_module);
    void *slot = ap_get_module_config(r->request_config, &semredirect_module);

    semr_explain_begin(run, r->pool, method,
                       semr_explain_is_preflight(method, headers));
    run->keeps = conf && conf->chains == SEMR_CHAINS_KEEP;
    if (!strcmp(method, "TRACE") || !strcmp(method, "CONNECT")) {
        return; /* httpd answers them before it has a URL */
    }
    dress(r, asked, method, headers);
    if (asked->quiet) {
        r->log = &silent;
    }
    ap_set_module_config(r->request_config, &semredirect_module, &explain);
    sub = ap_sub_req_method_uri(method, asked->target.target, r, NULL);
    run->server = status_of(sub, run);
    semr_explain_end(run, apr_table_get(sub->err_headers_out, "Vary"));
    ap_destroy_sub_req(sub);
    ap_set_module_config(r->request_config, &semredirect_module, slot);
    undress(r, &saved);
}
