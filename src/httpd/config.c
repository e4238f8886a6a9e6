/* SPDX-License-Identifier: Apache-2.0
 * Directives into configuration, and how it merges.
 */
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>

#include "allow_host.h"
#include "config.h"
#include "dump.h"
#include "findings.h"
#include "glance.h"
#include "htaccess.h"
#include "map.h"
#include "missed.h"
#include "module.h"
#include "persist.h"

APLOG_USE_MODULE(semredirect);

enum { NOT_SAID = -1 };

/* -- create and merge ------------------------------------------------------ */

void *semr_config_create_dir(apr_pool_t *pool, char *path)
{
    semr_dir_conf_t *conf = apr_palloc(pool, sizeof(*conf));
    int i;

    (void)path;
    conf->stage = NOT_SAID;
    conf->signature = NOT_SAID;
    for (i = 0; i < SEMR_INTENTS; i++) {
        conf->max_age[i] = SEMR_MAX_AGE_DEFAULT;
    }
    conf->rules = NULL;
    return conf;
}

/* What was merged last is tried first; base's list is shared, not copied. */
static semr_section_rules_t *chain_rules(apr_pool_t *pool,
                                         const semr_section_rules_t *added,
                                         semr_section_rules_t *base)
{
    semr_section_rules_t *first = NULL, **end = &first;

    for (; added; added = added->next) {
        *end = apr_pmemdup(pool, added, sizeof(*added));
        end = &(*end)->next;
    }
    *end = base;
    return first;
}

void *semr_config_merge_dir(apr_pool_t *pool, void *base, void *added)
{
    const semr_dir_conf_t *old = base, *new = added;
    semr_dir_conf_t *conf = apr_palloc(pool, sizeof(*conf));
    int i;

    conf->stage = new->stage != NOT_SAID ? new->stage : old->stage;
    conf->signature =
        new->signature != NOT_SAID ? new->signature : old->signature;
    for (i = 0; i < SEMR_INTENTS; i++) {
        conf->max_age[i] = new->max_age[i] != SEMR_MAX_AGE_DEFAULT
                               ? new->max_age[i]
                               : old->max_age[i];
    }
    conf->rules = chain_rules(pool, new->rules, old->rules);
    return conf;
}

void *semr_config_create_server(apr_pool_t *pool, server_rec *server)
{
    semr_server_conf_t *conf = apr_palloc(pool, sizeof(*conf));

    (void)server;
    conf->own = NULL;
    conf->inherited = NULL;
    conf->absolute = NOT_SAID;
    conf->chains = NOT_SAID;
    conf->preview = NULL;
    conf->places = NULL;
    conf->allow_hosts = NULL;
    conf->silenced = NULL;
    conf->refresh = NOT_SAID;
    conf->misses = NOT_SAID;
    return conf;
}

/* What is silenced for the main server is for virtual hosts too. */
static unsigned char *merge_silenced(apr_pool_t *pool, unsigned char *old,
                                     unsigned char *new)
{
    unsigned char *both;
    int i;

    if (!old || !new) {
        return old ? old : new;
    }
    both = apr_palloc(pool, SEMR_FINDING_COUNT);
    for (i = 0; i < SEMR_FINDING_COUNT; i++) {
        both[i] = old[i] | new[i];
    }
    return both;
}

void *semr_config_merge_server(apr_pool_t *pool, void *base, void *added)
{
    const semr_server_conf_t *old = base, *new = added;
    semr_server_conf_t *conf = apr_palloc(pool, sizeof(*conf));

    conf->own = new->own;
    conf->inherited = old->own;
    conf->absolute = new->absolute != NOT_SAID ? new->absolute : old->absolute;
    conf->chains = new->chains != NOT_SAID ? new->chains : old->chains;
    conf->preview = new->preview ? new->preview : old->preview;
    conf->places = NULL; /* found when all is merged */
    conf->allow_hosts = new->allow_hosts ? new->allow_hosts : old->allow_hosts;
    conf->silenced = merge_silenced(pool, old->silenced, new->silenced);
    conf->refresh = new->refresh != NOT_SAID ? new->refresh : old->refresh;
    conf->misses = new->misses != NOT_SAID ? new->misses : old->misses;
    return conf;
}

semr_stage_t semr_config_stage(const semr_dir_conf_t *conf)
{
    return conf && conf->stage != NOT_SAID ? (semr_stage_t)conf->stage
                                           : SEMR_LIVE;
}

static semr_server_conf_t *server_conf(cmd_parms *cmd)
{
    return ap_get_module_config(cmd->server->module_config,
                                &semredirect_module);
}

/* -- rules ----------------------------------------------------------------- */

static int in_htaccess(const cmd_parms *cmd)
{
    return cmd->pool == cmd->temp_pool;
}

static semr_scope_t *section_scope(cmd_parms *cmd, semr_dir_conf_t *conf)
{
    semr_scope_t *scope;

    if (conf->rules) {
        return conf->rules->scope;
    }
    if (in_htaccess(cmd)) {
        scope = semr_scope_create_htaccess(cmd->pool, cmd->server,
                                           cmd->directive->filename);
    }
    else {
        const ap_directive_t *section = cmd->directive->parent;

        scope = semr_scope_create(cmd->pool, cmd->server,
                                  section ? apr_pstrcat(cmd->pool,
                                                        section->directive, " ",
                                                        section->args, NULL)
                                          : cmd->path);
    }
    scope->dir = conf;
    conf->rules = apr_pcalloc(cmd->pool, sizeof(*conf->rules));
    conf->rules->scope = scope;
    return scope;
}

semr_scope_t *semr_config_server_scope(cmd_parms *cmd)
{
    semr_server_conf_t *conf = server_conf(cmd);

    if (!conf->own) {
        conf->own = semr_scope_create(cmd->pool, cmd->server, NULL);
    }
    return conf->own;
}

/* A path means a section, or an .htaccess; a server has none. */
static semr_scope_t *scope_of(cmd_parms *cmd, void *dir_conf)
{
    return cmd->path ? section_scope(cmd, dir_conf)
                     : semr_config_server_scope(cmd);
}

static const char *parse_expression(cmd_parms *cmd, const char *what,
                                    const char *text,
                                    const ap_expr_info_t **expression)
{
    const char *why = NULL;

    *expression = ap_expr_parse_cmd(cmd, text, 0, &why, NULL);
    return why ? apr_psprintf(cmd->pool,
                              "%s: %s\"%s\" is no expression of httpd: %s; see "
                              "\"Expressions in Apache HTTP Server\"",
                              cmd->cmd->name, what, text, why)
               : NULL;
}

static const char *add_condition(cmd_parms *cmd, semr_scope_t *scope,
                                 semr_rule_t *rule)
{
    const ap_expr_info_t *condition;
    const char *why = parse_expression(
        cmd, "if=",
        apr_pstrmemdup(cmd->pool, rule->condition.p, rule->condition.len),
        &condition);

    if (why) {
        return why;
    }
    if (!scope->conditions) {
        scope->conditions =
            apr_array_make(cmd->pool, 4, sizeof(const ap_expr_info_t *));
    }
    APR_ARRAY_PUSH(scope->conditions, const ap_expr_info_t *) = condition;
    rule->condition_id = (apr_uint32_t)scope->conditions->nelts;
    return NULL;
}

/* httpd reads its configuration twice when it starts, and the first time only
 * to see whether it is right; a test of it goes on to look at the rules. */
static int is_rehearsal(void)
{
    return ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG &&
           ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST &&
           ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_DUMP;
}

static const char *add_to_builder(cmd_parms *cmd, semr_scope_t *scope,
                                  const semr_rule_t *rule)
{
    if (rule->to.form == SEMR_TO_AUTHORITY) {
        semr_allow_host_note(cmd, scope, rule);
    }
    if (is_rehearsal() ||
        semr_builder_add(scope->builder, rule) == APR_SUCCESS) {
        return NULL;
    }
    return apr_psprintf(cmd->pool,
                        "%s: there are more rules than one server "
                        "can hold",
                        cmd->cmd->name);
}

static semr_line_t *keep_line(cmd_parms *cmd, semr_scope_t *scope,
                              const char *args, int flags)
{
    semr_line_t *line = apr_array_push(scope->lines);

    line->text = args;
    line->flags = flags;
    line->number = (unsigned)cmd->directive->line_num;
    line->glance = 1;
    line->condition = 0;
    return line;
}

/* A line is remembered if nothing of it is needed but to know that it is right:
 * a condition is compiled each time. */
static void keep_new_line(cmd_parms *cmd, semr_scope_t *scope, const char *args,
                          int flags, apr_uint32_t condition)
{
    semr_line_t *line = keep_line(cmd, scope, args, flags);

    line->condition = condition;
    line->glance = semr_glance_applies(args);
    if (line->glance && !condition) {
        semr_htaccess_remember(args, flags, server_conf(cmd));
    }
}

static const char *check_rule(cmd_parms *cmd, void *dir_conf, const char *args,
                              int flags)
{
    semr_rule_t rule;
    semr_diag_t diag;
    semr_scope_t *scope;
    const char *why = NULL;

    if (semr_rule_parse(&rule, cmd->temp_pool, args, flags | SEMR_RULE_IF,
                        &diag) != APR_SUCCESS) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", diag.text, NULL);
    }
    rule.file = cmd->directive->filename;
    rule.line = (unsigned)cmd->directive->line_num;
    scope = scope_of(cmd, dir_conf);
    if (rule.condition.len) {
        why = add_condition(cmd, scope, &rule);
    }
    if (why) {
        return why;
    }
    if (!scope->lines) {
        return add_to_builder(cmd, scope, &rule);
    }
    why = semr_allow_host_refuses(cmd, &rule);
    if (!why) {
        keep_new_line(cmd, scope, args, flags, rule.condition_id);
    }
    return why;
}

static const char *add_rule(cmd_parms *cmd, void *dir_conf, const char *args,
                            int flags)
{
    const char *why = ap_check_cmd_context(cmd, NOT_IN_LIMIT);

    if (why) {
        return why;
    }
    if (in_htaccess(cmd) &&
        semr_htaccess_knows(args, flags, server_conf(cmd))) {
        keep_line(cmd, section_scope(cmd, dir_conf), args, flags);
        return NULL;
    }
    return check_rule(cmd, dir_conf, args, flags);
}

static const char *set_rule(cmd_parms *cmd, void *conf, const char *args)
{
    return add_rule(cmd, conf, args, 0);
}

static const char *set_rule_match(cmd_parms *cmd, void *conf, const char *args)
{
    return add_rule(cmd, conf, args, SEMR_RULE_REGEX);
}

/* -- the other directives -------------------------------------------------- */

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

static const char *set_stage(cmd_parms *cmd, void *conf, const char *word)
{
    int stage = semr_stage_parse(view_of(word));

    if (stage < 0) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is no stage; say off, observe, trial "
                            "or live",
                            cmd->cmd->name, word);
    }
    ((semr_dir_conf_t *)conf)->stage = stage;
    return NULL;
}

static const char *set_signature(cmd_parms *cmd, void *conf, int on)
{
    (void)cmd;
    ((semr_dir_conf_t *)conf)->signature = on;
    return NULL;
}

static const char *set_max_age(cmd_parms *cmd, void *conf, const char *word,
                               const char *duration)
{
    int intent = semr_intent_parse(view_of(word));
    apr_int64_t seconds;

    if (intent < 0 || intent == SEMR_NONE) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is no intent that sends an answer; say "
                            "permanent, temporary, see-other or gone",
                            cmd->cmd->name, word);
    }
    if (semr_duration_parse(view_of(duration), &seconds) != APR_SUCCESS) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is no duration; write 90s, 15m, 12h, "
                            "7d or 1y, seconds without a unit, 0 for no-store, "
                            "or none for no header",
                            cmd->cmd->name, duration);
    }
    ((semr_dir_conf_t *)conf)->max_age[intent] = seconds;
    return NULL;
}

static const char *set_absolute(cmd_parms *cmd, void *conf, int on)
{
    (void)conf;
    server_conf(cmd)->absolute = on;
    return NULL;
}

static const char *set_chains(cmd_parms *cmd, void *conf, const char *word)
{
    int *chains = &server_conf(cmd)->chains;

    (void)conf;
    if (!strcasecmp(word, "collapse")) {
        *chains = SEMR_CHAINS_COLLAPSE;
    }
    else if (!strcasecmp(word, "keep")) {
        *chains = SEMR_CHAINS_KEEP;
    }
    else {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is not known; say collapse, to send "
                            "a client to the end of a chain at once, or keep, "
                            "to send each hop as it is",
                            cmd->cmd->name, word);
    }
    return NULL;
}

static const char *set_preview(cmd_parms *cmd, void *conf, const char *text)
{
    (void)conf;
    return parse_expression(cmd, "", text, &server_conf(cmd)->preview);
}

const command_rec semr_config_commands[] = {
    AP_INIT_RAW_ARGS("SemanticRedirect", set_rule, NULL, OR_FILEINFO,
                     "INTENT FROM [TO] [OPTION ...]: permanent, temporary, "
                     "see-other, gone or none, then what has moved, and where"),
    AP_INIT_RAW_ARGS("SemanticRedirectMatch", set_rule_match, NULL, OR_FILEINFO,
                     "INTENT REGEX [TO] [OPTION ...]"),
    AP_INIT_RAW_ARGS("SemanticRedirectMap", semr_map_set, NULL, RSRC_CONF,
                     "SOURCE [OPTION ...]: a file of rules, and what its rows "
                     "do not say themselves"),
    AP_INIT_TAKE1("SemanticRedirectRefresh", semr_map_set_refresh, NULL,
                  RSRC_CONF, "how often maps are looked at, in seconds"),
    AP_INIT_TAKE1("SemanticRedirectMisses", semr_missed_set, NULL, RSRC_CONF,
                  "how many paths that ended in 404 are kept; 0: none"),
    AP_INIT_TAKE1("SemanticRedirectStage", set_stage, NULL, OR_FILEINFO,
                  "off, observe, trial or live"),
    AP_INIT_TAKE2("SemanticRedirectMaxAge", set_max_age, NULL, OR_FILEINFO,
                  "an intent, and for how long its answers may be cached"),
    AP_INIT_FLAG("SemanticRedirectSignature", set_signature, NULL, OR_FILEINFO,
                 "On to send X-Redirect-By with the id of the rule"),
    AP_INIT_FLAG("SemanticRedirectAbsolute", set_absolute, NULL, RSRC_CONF,
                 "On to send Location with scheme and host, by ServerName"),
    AP_INIT_TAKE1("SemanticRedirectChains", set_chains, NULL, RSRC_CONF,
                  "collapse, or keep: send each hop as it is"),
    AP_INIT_TAKE1("SemanticRedirectPreview", set_preview, NULL, RSRC_CONF,
                  "an expression: requests for which it holds get observed "
                  "rules on trial"),
    AP_INIT_TAKE_ARGV("SemanticRedirectFindings", semr_findings_set, NULL,
                      RSRC_CONF,
                      "off CODE ...: findings that shall not be told"),
    AP_INIT_ITERATE("SemanticRedirectAllowHost", semr_allow_host_set, NULL,
                    RSRC_CONF, "the hosts that a TO may name"),
    AP_INIT_TAKE12("SemanticRedirectStatePersist", semr_persist_set, NULL,
                   RSRC_CONF,
                   "On to keep counters over a stop of httpd; then the folder "
                   "of the state file"),
    {NULL, {NULL}, NULL, 0, RAW_ARGS, NULL}};
