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

#include "answer.h"
#include "condition.h"
#include "config.h"
#include "debug.h"
#include "exempt.h"
#include "htaccess.h"
#include "map_snapshot.h"
#include "map_start.h"
#include "missed.h"
#include "module.h"
#include "origin.h"
#include "place.h"
#include "startup.h"
#include "status.h"

APLOG_USE_MODULE(semredirect);

/* One request while its rules are asked */
typedef struct asking_t {
    request_rec *r;
    const semr_server_conf_t *server;
    const semr_dir_conf_t *dir;
    const semr_scope_t *scope;       /* whose rules are asked now */
    const semr_counters_t *counters; /* of its sets; NULL: they have none */
    int is_ready;                    /* judge and walk are set up */
    int noted;                       /* an answer is in the environment */
    int preview;                     /* whether it holds; -1: not known yet */

    /* The server's rules: its own, then what it inherits */
    const semr_sets_t *sets[SEMR_SPACES];
    semr_space_t spaces[SEMR_SPACES];     /* theirs; empty: there are none */
    const semr_ends_t *ends[SEMR_SPACES]; /* NULL: none is known */
    const semr_snapshot_t *snapshot;      /* NULL: there are no maps */
    apr_uint32_t ticket;

    semr_judge_t judge;
    semr_request_t request;
    semr_walk_t walk;
} asking_t;

/* -- the request ----------------------------------------------------------- */

static int is_preflight(const request_rec *r)
{
    return r->method_number == M_OPTIONS &&
           apr_table_get(r->headers_in, "Access-Control-Request-Method") &&
           apr_table_get(r->headers_in, "Origin");
}

static void find_origin(semr_request_t *request, void *baton)
{
    semr_origin_find(((asking_t *)baton)->r, request);
}

/* What a Location begins with: this server by its ServerName, or this host
 * over the scheme that TO asks for.  A Host header that is not this virtual
 * host's is never reflected. */
static semr_view_t find_base(void *baton, semr_to_form_t form)
{
    asking_t *asking = baton;
    request_rec *r = asking->r;

    if (form == SEMR_TO_HTTP || form == SEMR_TO_HTTPS) {
        return semr_origin_upgrade(r, form == SEMR_TO_HTTPS);
    }
    if (form != SEMR_TO_PATH ||
        (asking->server->absolute != 1 && r->proto_num > HTTP_VERSION(1, 0))) {
        return semr_view(NULL, 0);
    }
    semr_request_origin(&asking->request);
    return semr_origin_server(r, asking->request.https);
}

/* A map has no conditions; a compiled one may claim to. */
static int condition_holds(void *baton, const semr_candidate_t *candidate)
{
    asking_t *asking = baton;
    const semr_scope_t *scope = asking->scope;

    return candidate->set == &scope->set || scope->lines
               ? semr_condition_holds(
                     asking->r,
                     APR_ARRAY_IDX(scope->conditions,
                                   (int)candidate->policy->condition - 1,
                                   const ap_expr_info_t *),
                     !asking->judge.unseen)
               : 0;
}

static int preview_holds(void *baton)
{
    asking_t *asking = baton;

    if (asking->preview < 0) {
        asking->preview =
            semr_condition_holds(asking->r, asking->server->preview, 1);
    }
    return asking->preview;
}

static int begin(asking_t *asking, request_rec *r)
{
    semr_request_t *request = &asking->request;
    const core_dir_config *core;
    semr_view_t path;

    memset(request, 0, sizeof(*request));
    asking->judge.class = semr_decide_class(r->method, is_preflight(r));
    if (asking->judge.class == SEMR_CLASS_NEVER ||
        !semr_url_split(r->unparsed_uri, &path, &request->query)) {
        return 0;
    }
    asking->r = r;
    asking->is_ready = asking->noted = 0;
    request->pool = r->pool;
    request->path = semr_url_path(r->pool, path);
    request->find_origin = find_origin;
    request->baton = asking;
    /* as httpd has asked; a section that is merged loses it */
    core = ap_get_core_module_config(r->server->lookup_defaults);
    request->decode_slashes =
        core->allow_encoded_slashes && core->decode_encoded_slashes;
    return 1;
}

/* What is only needed once a rule matches, which it mostly does not. */
static void get_ready(asking_t *asking)
{
    semr_judge_t *judge = &asking->judge;
    semr_walk_t *walk = &asking->walk;
    semr_method_class_t class = judge->class;

    asking->is_ready = 1;
    asking->preview = -1;
    memset(judge, 0, sizeof(*judge));
    judge->request = &asking->request;
    judge->method = asking->r->method;
    judge->class = class;
    judge->now = apr_time_sec(asking->r->request_time);
    judge->stage = semr_config_stage(asking->dir);
    judge->max_age = asking->dir ? asking->dir->max_age : NULL;
    judge->condition = condition_holds;
    judge->preview = asking->server->preview ? preview_holds : NULL;
    judge->base = find_base;
    judge->baton = asking;
    walk->spaces = asking->spaces;
    walk->nspaces = SEMR_SPACES;
    walk->is_ours = semr_origin_is;
    walk->scope = asking->server->places ? semr_place_scope : NULL;
    walk->baton = asking->r;
}

/* -- the server's rules ---------------------------------------------------- */

static void open_space(asking_t *asking, int i, const semr_scope_t *scope)
{
    asking->spaces[i].count = 0;
    if (!scope) {
        return;
    }
    if (scope->maps && !asking->snapshot) {
        asking->snapshot = semr_snapshot_enter(&asking->ticket);
    }
    asking->sets[i] = semr_snapshot_sets(asking->snapshot, scope);
    asking->spaces[i] = asking->sets[i]->space;
    asking->ends[i] = &asking->sets[i]->ends;
}

/* What is known of ends holds for the spaces that it was learned in: those of
 * all servers that inherit, if they have no rules of their own; and until a map
 * changes, which is only seen where it is kept with the maps. */
static void forget_ends(asking_t *asking)
{
    const semr_scope_t *own = asking->server->own;
    const semr_scope_t *inherited = asking->server->inherited;

    if (own && inherited) {
        asking->ends[SEMR_INHERITED] = NULL;
        if (inherited->maps && !own->maps) {
            asking->ends[SEMR_OWN] = NULL;
        }
    }
}

/* Maps may be replaced at any time: what they say is copied in between. */
static void open_spaces(asking_t *asking)
{
    asking->snapshot = NULL;
    open_space(asking, SEMR_OWN, asking->server->own);
    open_space(asking, SEMR_INHERITED, asking->server->inherited);
    forget_ends(asking);
}

static void close_spaces(asking_t *asking)
{
    if (asking->snapshot) {
        semr_snapshot_leave(asking->ticket);
    }
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

/* answer NULL: the rule leaves the request alone. */
static void count(const asking_t *asking, const semr_candidate_t *candidate,
                  const semr_answer_t *answer)
{
    apr_uint32_t number;
    semr_stats_t *stats = counter_of(asking, candidate, &number);

    if (stats) {
        semr_stats_hit(stats, number);
    }
    if (answer) {
        semr_scope_tally(asking->scope, answer->stage, answer->status);
    }
}

static int is_walked(const asking_t *asking, const semr_candidate_t *candidate,
                     int space)
{
    return asking->server->chains != SEMR_CHAINS_KEEP &&
           (space < 0 || !asking->ends[space] ||
            !semr_ends_know(asking->ends[space],
                            semr_ends_bit(asking->ends[space],
                                          candidate->set_index,
                                          candidate->rule->number)));
}

/* For a rule that matches: whether its answer is to be walked on from, and so
 * is joined in the walk's room. */
static int prepare(asking_t *asking, const semr_candidate_t *candidate,
                   int space)
{
    if (!asking->is_ready) {
        get_ready(asking);
    }
    asking->request.room_left = 0;
    if (!is_walked(asking, candidate, space)) {
        return 0;
    }
    semr_walk_begin(&asking->walk, &asking->judge);
    return 1;
}

/* Goes on to the end of the chain that the answer begins; 0: there is none. */
static int walk_on(asking_t *asking, const semr_candidate_t *candidate,
                   int space, semr_answer_t *answer)
{
    semr_walk_t *walk = &asking->walk;

    walk->ends = space < 0 ? NULL : asking->ends[space];
    semr_walk(walk, candidate, space, answer);
    semr_debug_walk(asking->r, walk);
    return walk->end != SEMR_WALK_LOOP;
}

static int send_answer(const asking_t *asking, const semr_answer_t *answer)
{
    semr_answer_settle(asking->r);
    semr_answer_note(asking->r, answer, asking->noted);
    semr_answer_headers(asking->r, answer);
    return answer->status;
}

/* What is observed is told once, by the first rule that would have answered. */
static int observe(asking_t *asking, const semr_candidate_t *candidate,
                   const semr_answer_t *answer)
{
    if (!asking->noted) {
        count(asking, candidate, answer);
        semr_answer_note(asking->r, answer, 0);
        asking->noted = 1;
    }
    return DECLINED;
}

/* Tries one rule that matches.  Returns the status to send; DONE if the request
 * is to be left alone; DECLINED if the next rule is to be tried. */
static int try_rule(asking_t *asking, const semr_lookup_t *lookup,
                    const semr_candidate_t *candidate, int space)
{
    semr_answer_t answer;
    semr_verdict_t verdict;
    apr_uint32_t number;
    semr_stats_t *stats = counter_of(asking, candidate, &number);
    int walks = prepare(asking, candidate, space);

    if (stats) {
        semr_stats_expect(stats, number);
    }
    verdict = semr_judge(&asking->judge, lookup, candidate, &answer);
    semr_debug_rule(asking->r, candidate,
                    verdict == SEMR_VERDICT_ANSWERS &&
                            answer.stage == SEMR_OBSERVE
                        ? "is observed"
                        : semr_verdict_words(verdict));
    if (verdict == SEMR_VERDICT_LEAVES && answer.stage != SEMR_OBSERVE) {
        count(asking, candidate, NULL);
        return DONE;
    }
    if (verdict != SEMR_VERDICT_ANSWERS) {
        return DECLINED;
    }
    if (semr_exempt_status_page(asking->r) ||
        (walks && answer.location.text &&
         !walk_on(asking, candidate, space, &answer))) {
        return answer.stage == SEMR_OBSERVE ? DECLINED : DONE;
    }
    if (answer.stage == SEMR_OBSERVE) {
        return observe(asking, candidate, &answer);
    }
    count(asking, candidate, &answer);
    return send_answer(asking, &answer);
}

/* Asks sets that compete in one space; returns what try_rule does. */
static int ask_sets(asking_t *asking, const semr_space_t *sets, int space)
{
    semr_lookup_t lookup;
    semr_candidate_t candidate;
    int status = DECLINED;

    semr_lookup_start_in(&lookup, &asking->request, sets);
    while (status == DECLINED && semr_lookup_next(&lookup, &candidate)) {
        status = try_rule(asking, &lookup, &candidate, space);
    }
    if (lookup.limits) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, asking->r,
                      "%d regexes of SemanticRedirect rules gave up on this "
                      "URL at their match limit, and did not match",
                      lookup.limits);
    }
    return status;
}

/* Asks the server's own rules, or those that it inherits. */
static int ask_space(asking_t *asking, int i, const semr_scope_t *scope)
{
    if (!asking->spaces[i].count) {
        return DECLINED;
    }
    asking->scope = scope;
    asking->counters = asking->sets[i]->counters;
    return ask_sets(asking, &asking->spaces[i], i);
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

/* Asks the rules of a section or an .htaccess; returns what try_rule does. */
static int ask_section(asking_t *asking, const semr_scope_t *scope)
{
    const semr_ruleset_t *set = &scope->set;
    semr_space_t space = {&set, 1, NULL};

    asking->scope = scope;
    asking->counters = scope->lines ? NULL : &scope->counters;
    if (scope->lines && find_lines(asking, scope, &set) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return set ? ask_sets(asking, &space, -1) : DECLINED;
}

/* -- hooks ----------------------------------------------------------------- */

static int translate_name(request_rec *r)
{
    asking_t asking;
    int status;

    asking.server =
        ap_get_module_config(r->server->module_config, &semredirect_module);
    if (!asking.server || (!asking.server->own && !asking.server->inherited) ||
        semr_exempt_request(r)) {
        return DECLINED;
    }
    asking.dir = ap_get_module_config(r->per_dir_config, &semredirect_module);
    if (!begin(&asking, r)) {
        return DECLINED;
    }
    open_spaces(&asking);
    status = ask_space(&asking, SEMR_OWN, asking.server->own);
    if (status == DECLINED) {
        status = ask_space(&asking, SEMR_INHERITED, asking.server->inherited);
    }
    close_spaces(&asking);
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
        semr_answer_is_settled(r)) {
        return DECLINED;
    }
    asking.server =
        ap_get_module_config(r->server->module_config, &semredirect_module);
    if (!begin(&asking, r)) {
        return DECLINED;
    }
    asking.noted = semr_answer_is_noted(r);
    open_spaces(&asking);
    for (rules = asking.dir->rules; rules && status == DECLINED;
         rules = rules->next) {
        status = ask_section(&asking, rules->scope);
    }
    close_spaces(&asking);
    return status == DONE ? DECLINED : status;
}

static void register_hooks(apr_pool_t *pool)
{
    /* before whatever would map the URL to something else */
    static const char *const after[] = {
        "mod_rewrite.c",     "mod_proxy.c", "mod_alias.c", "mod_userdir.c",
        "mod_vhost_alias.c", "mod_dir.c",   NULL};

    (void)pool;
    semr_startup_register_hooks();
    ap_hook_translate_name(translate_name, NULL, after, APR_HOOK_FIRST);
    ap_hook_fixups(fixups, NULL, after, APR_HOOK_FIRST);
    semr_answer_register_hooks();
    semr_map_register_hooks();
    semr_missed_register_hooks();
    ap_hook_handler(semr_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA semredirect_module = {
    STANDARD20_MODULE_STUFF,  semr_config_create_dir,
    semr_config_merge_dir,    semr_config_create_server,
    semr_config_merge_server, semr_config_commands,
    register_hooks,           0};
