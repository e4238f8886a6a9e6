/* SPDX-License-Identifier: Apache-2.0
 * mod_semredirect: say what a move means, and each client gets the status
 * code that says it to the method that asked.
 *
 * Read this file first: it is the way of a request.  A server's rules are
 * asked at translate_name, before anybody maps the URL to something; those of
 * sections and .htaccess at fixups, when httpd knows them.  docs/internals.md
 * draws the rest.
 */
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include "allow_host.h"
#include "answer.h"
#include "condition.h"
#include "config.h"
#include "dump.h"
#include "exempt.h"
#include "htaccess.h"
#include "map_snapshot.h"
#include "map_start.h"
#include "module.h"
#include "origin.h"
#include "status.h"

APLOG_USE_MODULE(semredirect);

/* One request while its rules are asked */
typedef struct asking_t {
    request_rec *r;
    const semr_server_conf_t *server;
    const semr_dir_conf_t *dir;
    const semr_scope_t *scope;       /* whose rules are asked now */
    const semr_counters_t *counters; /* of its sets; NULL: they have none */
    semr_method_class_t method;
    int knows_origin; /* request.https, .host and .port are set */
    int noted;        /* an answer is in the environment, for the log */
    semr_request_t request;
} asking_t;

/* -- the request ----------------------------------------------------------- */

static int is_preflight(const request_rec *r)
{
    return r->method_number == M_OPTIONS &&
           apr_table_get(r->headers_in, "Access-Control-Request-Method") &&
           apr_table_get(r->headers_in, "Origin");
}

static void find_origin(asking_t *asking)
{
    if (!asking->knows_origin) {
        asking->knows_origin = 1;
        semr_origin_find(asking->r, &asking->request);
    }
}

static int begin(asking_t *asking, request_rec *r)
{
    semr_request_t *request = &asking->request;
    const core_dir_config *core;
    semr_view_t path;

    memset(request, 0, sizeof(*request));
    asking->method = semr_decide_class(r->method, is_preflight(r));
    if (asking->method == SEMR_CLASS_NEVER ||
        !semr_url_split(r->unparsed_uri, &path, &request->query)) {
        return 0;
    }
    asking->r = r;
    asking->knows_origin = asking->noted = 0;
    request->pool = r->pool;
    request->path = semr_url_path(r->pool, path);
    core = ap_get_core_module_config(r->per_dir_config);
    request->decode_slashes =
        core->allow_encoded_slashes && core->decode_encoded_slashes;
    return 1;
}

/* -- Location -------------------------------------------------------------- */

/* What a Location begins with: this server by its ServerName, or this host
 * over the scheme that TO asks for.  A Host header that is not this virtual
 * host's is never reflected. */
static semr_view_t find_base(asking_t *asking, semr_to_form_t form)
{
    request_rec *r = asking->r;
    int https = form == SEMR_TO_HTTPS;
    apr_port_t port;
    const char *base;

    if (form == SEMR_TO_HTTP || https) {
        base = apr_pstrcat(r->pool, https ? "https://" : "http://",
                           semr_origin_is_ours(r) ? semr_origin_host(r)
                                                  : r->server->server_hostname,
                           NULL);
        return semr_view(base, strlen(base));
    }
    if (form != SEMR_TO_PATH ||
        (asking->server->absolute != 1 && r->proto_num > HTTP_VERSION(1, 0))) {
        return semr_view(NULL, 0);
    }
    find_origin(asking);
    https = asking->request.https;
    port = r->server->port;
    base = apr_pstrcat(r->pool, https ? "https://" : "http://",
                       r->server->server_hostname, NULL);
    if (port && port != (https ? DEFAULT_HTTPS_PORT : DEFAULT_HTTP_PORT)) {
        base = apr_psprintf(r->pool, "%s:%u", base, (unsigned)port);
    }
    return semr_view(base, strlen(base));
}

/* A redirect that would only repeat the request is none.  A 303 does not
 * repeat a POST. */
static int repeats(asking_t *asking, const semr_answer_t *answer)
{
    if ((answer->status == HTTP_SEE_OTHER &&
         asking->method != SEMR_CLASS_GET) ||
        !semr_location_has_path(&answer->location, &asking->request)) {
        return 0;
    }
    find_origin(asking);
    return semr_location_is(&answer->location, &asking->request);
}

/* -- judging one rule ------------------------------------------------------ */

static void debug(const asking_t *asking, const semr_candidate_t *candidate,
                  const char *why)
{
    request_rec *r = asking->r;

    if (APLOGrdebug(r)) {
        const semr_image_t *image = candidate->set->image;
        semr_view_t file = semr_image_string(image, candidate->policy->file);

        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r,
                      "%s %s: the rule at %.*s:%u %s", r->method,
                      r->unparsed_uri, (int)file.len, file.p,
                      candidate->rule->line, why);
    }
}

/* A map has no conditions; a compiled one may claim to. */
static int condition_holds(asking_t *asking, const semr_candidate_t *candidate)
{
    return candidate->set == &asking->scope->set || asking->scope->lines
               ? semr_condition_holds(
                     asking->r,
                     APR_ARRAY_IDX(asking->scope->conditions,
                                   (int)candidate->policy->condition - 1,
                                   const ap_expr_info_t *))
               : 0;
}

/* Why a rule that matches does not answer; NULL: it does.  *wins is set where
 * it answers by leaving the request alone. */
static const char *judge(asking_t *asking, const semr_lookup_t *lookup,
                         const semr_candidate_t *candidate,
                         semr_answer_t *answer, int *wins)
{
    const semr_image_policy_t *policy = candidate->policy;
    apr_int64_t now = apr_time_sec(asking->r->request_time);

    answer->policy = semr_image_decision(policy);
    answer->stage =
        semr_decide_stage(&answer->policy, semr_config_stage(asking->dir), now);
    if (answer->stage == SEMR_OFF) {
        return "is off";
    }
    if (policy->only &&
        !semr_rule_only(semr_image_string(candidate->set->image, policy->only),
                        asking->r->method)) {
        return "is not for this method";
    }
    if (semr_exempt_acme(asking->r->pool, asking->request.path, candidate)) {
        return "leaves ACME challenges alone";
    }
    if (policy->condition && !condition_holds(asking, candidate)) {
        return "has a condition that does not hold";
    }
    answer->status =
        semr_decide_code(&answer->policy, asking->method, answer->stage);
    if (!answer->status) {
        *wins = answer->stage != SEMR_OBSERVE;
        return "leaves this request alone";
    }
    answer->location.text = NULL;
    if (policy->to_form != SEMR_TO_NOTHING) {
        if (!semr_lookup_location(lookup, candidate,
                                  find_base(asking, policy->to_form),
                                  &answer->location)) {
            return "would make a dot segment of a query's value";
        }
        if (repeats(asking, answer)) {
            return "would only repeat the request";
        }
    }
    answer->max_age = semr_decide_max_age(
        &answer->policy,
        asking->dir ? asking->dir->max_age[answer->policy.intent]
                    : SEMR_MAX_AGE_DEFAULT,
        answer->stage, now);
    answer->file = semr_image_string(candidate->set->image, policy->file);
    answer->line = candidate->rule->line;
    return NULL;
}

/* -- acting ---------------------------------------------------------------- */

/* The counter of the candidate; the rules of an .htaccess have none. */
static semr_stats_t *counter_of(const asking_t *asking,
                                const semr_candidate_t *candidate,
                                apr_uint32_t *number)
{
    const semr_counters_t *counters = asking->counters;

    if (!counters) {
        return NULL;
    }
    counters += candidate->set_index;
    *number = counters->first + candidate->rule->number;
    return counters->stats;
}

static void count(const asking_t *asking, const semr_candidate_t *candidate)
{
    apr_uint32_t number;
    semr_stats_t *stats = counter_of(asking, candidate, &number);

    if (stats) {
        semr_stats_hit(stats, number);
    }
}

static int send_answer(const asking_t *asking,
                       const semr_candidate_t *candidate,
                       const semr_answer_t *answer)
{
    debug(asking, candidate, "answers");
    count(asking, candidate);
    semr_answer_settle(asking->r);
    semr_answer_note(asking->r, answer, asking->noted);
    semr_answer_headers(asking->r, answer);
    return answer->status;
}

/* Tries one rule that matches.  Returns the status to send; DONE if the request
 * is to be left alone; DECLINED if the next rule is to be tried. */
static int try_rule(asking_t *asking, const semr_lookup_t *lookup,
                    const semr_candidate_t *candidate)
{
    semr_answer_t answer;
    int wins = 0;
    const char *why;
    apr_uint32_t number;
    semr_stats_t *stats = counter_of(asking, candidate, &number);

    if (stats) {
        semr_stats_expect(stats, number);
    }
    why = judge(asking, lookup, candidate, &answer, &wins);
    if (!why && semr_exempt_status_page(asking->r)) {
        return DONE;
    }
    if (!why && answer.stage != SEMR_OBSERVE) {
        return send_answer(asking, candidate, &answer);
    }
    debug(asking, candidate, why ? why : "is observed");
    if (wins) {
        count(asking, candidate);
        return DONE;
    }
    if (!why && !asking->noted) {
        semr_answer_note(asking->r, &answer, 0);
        asking->noted = 1;
    }
    return DECLINED;
}

/* Asks sets that compete in one space; returns what try_rule does. */
static int ask_sets(asking_t *asking, const semr_ruleset_t *const *sets,
                    int count)
{
    semr_lookup_t lookup;
    semr_candidate_t candidate;
    int status = DECLINED;

    semr_lookup_start(&lookup, &asking->request, sets, count);
    while (status == DECLINED && semr_lookup_next(&lookup, &candidate)) {
        status = try_rule(asking, &lookup, &candidate);
    }
    if (lookup.limits) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, asking->r,
                      "%d regexes of SemanticRedirect rules gave up on this "
                      "URL at their match limit, and did not match",
                      lookup.limits);
    }
    return status;
}

/* Maps may be replaced at any time: what they say is copied while we read. */
static int ask_maps(asking_t *asking, const semr_scope_t *scope)
{
    apr_uint32_t ticket;
    const semr_snapshot_t *snapshot = semr_snapshot_enter(&ticket);
    const semr_map_sets_t *sets = &snapshot->views[scope->view];
    int status = DECLINED;

    asking->counters = sets->counters;
    if (sets->hosts) {
        find_origin(asking);
    }
    if (sets->count) {
        status = ask_sets(asking, sets->sets, sets->count);
    }
    semr_snapshot_leave(ticket);
    return status;
}

/* The rules of one .htaccess that might match are read for the request. */
static apr_status_t find_lines(asking_t *asking, const semr_scope_t *scope,
                               const semr_ruleset_t **set)
{
    semr_diag_t diag;
    apr_status_t status =
        semr_htaccess_set(scope, &asking->request, set, &diag);

    if (status != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, asking->r, "%s: %s",
                      scope->name, diag.text);
    }
    return status;
}

/* Asks the rules of one scope; returns what try_rule does. */
static int ask(asking_t *asking, const semr_scope_t *scope)
{
    const semr_ruleset_t *set = &scope->set;

    asking->scope = scope;
    if (scope->maps) {
        return ask_maps(asking, scope);
    }
    asking->counters = scope->lines ? NULL : &scope->counters;
    if (scope->lines && find_lines(asking, scope, &set) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (!set) {
        return DECLINED;
    }
    if (semr_image_count(set->image, SEMR_SECTION_HOSTS) > 1) {
        find_origin(asking);
    }
    return ask_sets(asking, &set, 1);
}

/* -- hooks ----------------------------------------------------------------- */

static int translate_name(request_rec *r)
{
    asking_t asking;
    int status = DECLINED;

    asking.server =
        ap_get_module_config(r->server->module_config, &semredirect_module);
    if (!asking.server || (!asking.server->own && !asking.server->inherited) ||
        semr_exempt_request(r) || !begin(&asking, r)) {
        return DECLINED;
    }
    asking.dir = ap_get_module_config(r->per_dir_config, &semredirect_module);
    if (asking.server->own) {
        status = ask(&asking, asking.server->own);
    }
    if (status == DECLINED && asking.server->inherited) {
        status = ask(&asking, asking.server->inherited);
    }
    if (status == DONE) {
        semr_answer_settle(r);
        return DECLINED;
    }
    return status;
}

static int fixups(request_rec *r)
{
    const semr_section_rules_t *rules;
    asking_t asking;
    int status = DECLINED;

    asking.dir = ap_get_module_config(r->per_dir_config, &semredirect_module);
    if (!asking.dir || !asking.dir->rules || semr_exempt_request(r) ||
        semr_answer_is_settled(r) || !begin(&asking, r)) {
        return DECLINED;
    }
    asking.server =
        ap_get_module_config(r->server->module_config, &semredirect_module);
    asking.noted = apr_table_get(r->subprocess_env, "SEMREDIRECT_RULE") != NULL;
    for (rules = asking.dir->rules; rules && status == DECLINED;
         rules = rules->next) {
        status = ask(&asking, rules->scope);
    }
    return status == DONE ? DECLINED : status;
}

static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    semr_scope_reset(pconf);
    semr_map_reset(pconf);
    return OK;
}

static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *main)
{
    int result = semr_allow_host_check(ptemp);

    (void)plog;
    (void)main;
    return semr_map_check(pconf, ptemp) == OK ? result : !OK;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *main)
{
    semr_diag_t diag;
    apr_status_t status;

    (void)plog;
    (void)ptemp;
    semr_answer_configured();
    /* httpd reads the configuration twice when it starts: build once */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    if (semr_scope_freeze_all(pconf, &diag) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, main, "mod_semredirect: %s",
                     diag.text);
        return !OK;
    }
    status = semr_scope_share_counters(pconf);
    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, status, main,
                     "mod_semredirect: no shared memory for its counters; "
                     "redirects are sent, hits are not counted");
    }
    semr_map_start(pconf, main);
    return OK;
}

static void register_hooks(apr_pool_t *pool)
{
    /* before whatever would map the URL to something else */
    static const char *const after[] = {
        "mod_rewrite.c",     "mod_proxy.c", "mod_alias.c", "mod_userdir.c",
        "mod_vhost_alias.c", "mod_dir.c",   NULL};

    (void)pool;
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(semr_dump, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_translate_name(translate_name, NULL, after, APR_HOOK_FIRST);
    ap_hook_fixups(fixups, NULL, after, APR_HOOK_FIRST);
    semr_answer_register_hooks();
    semr_map_register_hooks();
    ap_hook_handler(semr_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA semredirect_module = {
    STANDARD20_MODULE_STUFF,  semr_config_create_dir,
    semr_config_merge_dir,    semr_config_create_server,
    semr_config_merge_server, semr_config_commands,
    register_hooks,           0};
