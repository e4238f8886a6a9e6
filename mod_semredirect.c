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
#include "counters.h"
#include "debug.h"
#include "exempt.h"
#include "explaining.h"
#include "htaccess.h"
#include "identity.h"
#include "map_start.h"
#include "missed.h"
#include "module.h"
#include "origin.h"
#include "place.h"
#include "server_status.h"
#include "spaces.h"
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

    semr_spaces_t rules;           /* the server's */
    const semr_explain_t *explain; /* it is told, not answered; mostly NULL */

    semr_judge_t judge;
    semr_request_t request;
    semr_walk_t walk;
} asking_t;

/* -- the request ----------------------------------------------------------- */

static void find_origin(semr_request_t *request, void *baton)
{
    semr_origin_find(((asking_t *)baton)->r, request);
}

static semr_view_t find_base(void *baton, semr_to_form_t form)
{
    asking_t *asking = baton;

    return semr_origin_base(asking->r, &asking->request,
                            asking->server->absolute == 1, form);
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
    asking->judge.class =
        semr_decide_class(r->method, semr_exempt_is_preflight(r));
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
static inline __attribute__((always_inline)) void get_ready(asking_t *asking)
{
    semr_judge_t *judge = &asking->judge;
    semr_walk_t *walk = &asking->walk;
    semr_method_class_t class = judge->class;

    asking->is_ready = 1;
    asking->preview = asking->explain ? asking->explain->preview : -1;
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
    walk->spaces = asking->rules.spaces;
    walk->nspaces = SEMR_SPACES;
    walk->is_ours = semr_origin_is;
    walk->scope = asking->server->places ? semr_place_scope : NULL;
    walk->baton = asking->r;
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

/* Behind a restart or a new version of its map, it has a key already. */
static __attribute__((cold, noinline)) void
count_first(const asking_t *asking, const semr_candidate_t *candidate,
            apr_uint32_t minute)
{
    const semr_counters_t *counters = asking->counters + candidate->set_index;
    apr_uint64_t key =
        semr_identity(candidate->set->image, candidate->rule, counters->place);

    semr_counters_begin(counters, candidate->rule->number, key, minute);
}

/* answer NULL: the rule leaves the request alone. */
static void count(const asking_t *asking, const semr_candidate_t *candidate,
                  const semr_answer_t *answer)
{
    apr_uint32_t minute = semr_count_minute(asking->judge.now), number;
    semr_stats_t *stats = counter_of(asking, candidate, &number);

    if (stats && !semr_stats_hit(stats, number, minute)) {
        count_first(asking, candidate, minute);
    }
    if (answer) {
        semr_scope_tally(asking->scope, answer->stage, answer->status, minute);
    }
}

static int is_walked(const asking_t *asking, const semr_candidate_t *candidate,
                     int space)
{
    return asking->server->chains != SEMR_CHAINS_KEEP &&
           (space < 0 || !asking->rules.ends[space] ||
            !semr_ends_know(asking->rules.ends[space],
                            semr_ends_bit(asking->rules.ends[space],
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

    walk->ends = space < 0 ? NULL : asking->rules.ends[space];
    semr_walk(walk, candidate, space, answer);
    semr_debug_walk(asking->r, walk);
    return walk->end != SEMR_WALK_LOOP;
}

static int send_answer(const asking_t *asking,
                       const semr_candidate_t *candidate,
                       const semr_answer_t *answer)
{
    if (semr_config_signs(asking->dir)) {
        semr_answer_sign(asking->r, candidate, asking->scope, asking->counters);
    }
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

/* What becomes of a rule that matches; the answer is complete if there is one.
 */
static inline __attribute__((always_inline)) semr_fate_t
judge_rule(asking_t *asking, const semr_lookup_t *lookup,
           const semr_candidate_t *candidate, int space,
           semr_verdict_t *verdict, semr_answer_t *answer)
{
    int walks = prepare(asking, candidate, space);

    *verdict = semr_judge(&asking->judge, lookup, candidate, answer);
    semr_debug_rule(asking->r, candidate,
                    *verdict == SEMR_VERDICT_ANSWERS &&
                            answer->stage == SEMR_OBSERVE
                        ? "is observed"
                        : semr_verdict_words(*verdict));
    if (*verdict == SEMR_VERDICT_LEAVES && answer->stage != SEMR_OBSERVE) {
        return SEMR_FATE_LEAVES;
    }
    if (*verdict != SEMR_VERDICT_ANSWERS) {
        return SEMR_FATE_PASSED;
    }
    if (semr_exempt_status_page(asking->r)) {
        return SEMR_FATE_STATUS_PAGE;
    }
    if (walks && answer->location.text &&
        !walk_on(asking, candidate, space, answer)) {
        return SEMR_FATE_LOOPS;
    }
    return answer->stage == SEMR_OBSERVE ? SEMR_FATE_OBSERVED
                                         : SEMR_FATE_ANSWERS;
}

/* Tells the explanation instead: nothing is sent, counted or noted, and the
 * asking goes on to the last rule that matches. */
static __attribute__((cold)) int explain_rule(asking_t *asking,
                                              const semr_lookup_t *lookup,
                                              const semr_candidate_t *candidate,
                                              int space)
{
    semr_explaining_t explaining = {asking->explain, asking->scope,
                                    asking->counters, candidate, space};
    semr_verdict_t verdict;
    semr_answer_t answer;
    semr_fate_t fate;

    if (!asking->is_ready) {
        get_ready(asking);
    }
    if (semr_explaining_later(&explaining, &asking->judge)) {
        return DECLINED;
    }
    asking->walk.nhops = 0;
    fate = judge_rule(asking, lookup, candidate, space, &verdict, &answer);
    semr_explaining_rule(&explaining, &asking->judge, verdict, fate, &answer,
                         &asking->walk, asking->preview);
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
    semr_stats_t *stats;

    if (asking->explain) {
        return explain_rule(asking, lookup, candidate, space);
    }
    stats = counter_of(asking, candidate, &number);
    if (stats) {
        semr_stats_expect(stats, number);
    }
    switch (judge_rule(asking, lookup, candidate, space, &verdict, &answer)) {
    case SEMR_FATE_ANSWERS:
        count(asking, candidate, &answer);
        return send_answer(asking, candidate, &answer);
    case SEMR_FATE_OBSERVED:
        return observe(asking, candidate, &answer);
    case SEMR_FATE_LEAVES:
        count(asking, candidate, NULL);
        return DONE;
    case SEMR_FATE_LOOPS:
    case SEMR_FATE_STATUS_PAGE:
        return answer.stage == SEMR_OBSERVE ? DECLINED : DONE;
    default:
        return DECLINED;
    }
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
    if (lookup.limits && asking->explain) {
        asking->explain->run->gave_up += lookup.limits;
    }
    else if (lookup.limits) {
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
    if (!asking->rules.spaces[i].count) {
        return DECLINED;
    }
    asking->scope = scope;
    asking->counters = asking->rules.sets[i]->counters;
    return ask_sets(asking, &asking->rules.spaces[i], i);
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
    asking.explain = semr_explaining(r);
    if (!asking.server || (!asking.server->own && !asking.server->inherited) ||
        (!asking.explain && semr_exempt_request(r))) {
        return DECLINED;
    }
    asking.dir = ap_get_module_config(r->per_dir_config, &semredirect_module);
    if (!begin(&asking, r)) {
        return DECLINED;
    }
    semr_spaces_open(&asking.rules, asking.server, !asking.explain);
    status = ask_space(&asking, SEMR_OWN, asking.server->own);
    if (status == DECLINED) {
        status = ask_space(&asking, SEMR_INHERITED, asking.server->inherited);
    }
    semr_spaces_close(&asking.rules);
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
    asking.explain = semr_explaining(r);
    if (asking.explain) {
        semr_explaining_sections(r);
    }
    if (!asking.dir || !asking.dir->rules || semr_answer_is_settled(r) ||
        (!asking.explain && semr_exempt_request(r))) {
        return DECLINED;
    }
    asking.server =
        ap_get_module_config(r->server->module_config, &semredirect_module);
    if (!begin(&asking, r)) {
        return DECLINED;
    }
    asking.noted = semr_answer_is_noted(r);
    semr_spaces_open(&asking.rules, asking.server, !asking.explain);
    for (rules = asking.dir->rules; rules && status == DECLINED;
         rules = rules->next) {
        status = ask_section(&asking, rules->scope);
    }
    semr_spaces_close(&asking.rules);
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
    semr_server_status_register_hooks();
    semr_explaining_register_hooks();
    semr_missed_register_hooks();
    ap_hook_handler(semr_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA semredirect_module = {
    STANDARD20_MODULE_STUFF,  semr_config_create_dir,
    semr_config_merge_dir,    semr_config_create_server,
    semr_config_merge_server, semr_config_commands,
    register_hooks,           0};
