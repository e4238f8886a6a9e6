/* SPDX-License-Identifier: Apache-2.0
 * SemanticRedirectAllowHost: the hosts that a TO may name.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_log.h>

#include "allow_host.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

static semr_server_conf_t *conf_of(const server_rec *server)
{
    return ap_get_module_config(server->module_config, &semredirect_module);
}

const char *semr_allow_host_set(cmd_parms *cmd, void *conf, const char *word)
{
    semr_server_conf_t *server = conf_of(cmd->server);
    const char *name = !strncmp(word, "*.", 2) ? word + 2 : word;

    (void)conf;
    if (!*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789-._[:]")]) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is no host name; write www.example.com "
                            "or *.example.com, in ASCII (xn--), without scheme "
                            "and port",
                            cmd->cmd->name, word);
    }
    if (!server->allow_hosts) {
        server->allow_hosts =
            apr_array_make(cmd->pool, 4, sizeof(const char *));
    }
    APR_ARRAY_PUSH(server->allow_hosts, const char *) = word;
    return NULL;
}

/* The host of TO; a leading "*." for labels taken over from FROM */
static const char *target_host(apr_pool_t *pool, const semr_to_t *to)
{
    char *host = apr_pstrmemdup(pool, to->head.p, to->head.len);
    char *end;

    host = strstr(host, "://") + 3;
    if ((unsigned char)*host == SEMR_OP_LABELS) {
        *host = '*';
    }
    end = *host == '[' ? strchr(host, ']') + 1 : host + strcspn(host, ":/");
    *end = '\0';
    return host;
}

/* names: host names, or "*.name" for any subdomain of name */
static int host_allowed(const apr_array_header_t *names, const char *host)
{
    int i;

    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        apr_size_t len = strlen(name), host_len = strlen(host);

        if (!strcasecmp(name, host)) {
            return 1;
        }
        if (*name == '*' && host_len >= len &&
            !strcasecmp(host + host_len - (len - 1), name + 1)) {
            return 1;
        }
    }
    return 0;
}

static const char *list_hosts(apr_pool_t *pool, const apr_array_header_t *names)
{
    return apr_array_pstrcat(pool, names, ' ');
}

static const char *host_refused(apr_pool_t *pool, const char *to,
                                const char *host,
                                const apr_array_header_t *names)
{
    return apr_psprintf(pool,
                        "TO \"%s\": the host %s is none that "
                        "SemanticRedirectAllowHost names (%s); add it there, "
                        "or mend TO",
                        to, host, list_hosts(pool, names));
}

void semr_allow_host_note(cmd_parms *cmd, semr_scope_t *scope,
                          const semr_rule_t *rule)
{
    semr_view_t text = rule->to.head; /* "https://host/path" */
    apr_size_t skip = sizeof("https://") - 1;
    const char *slash = memchr(text.p + skip, '/', text.len - skip);
    semr_target_t *target;

    text.len = slash ? (apr_size_t)(slash - text.p) : text.len;
    if (semr_view_equal(text, scope->last_target)) {
        return; /* as most rules' */
    }
    text.p = apr_pstrmemdup(cmd->pool, text.p, text.len);
    scope->last_target = text;
    if (apr_hash_get(scope->targets, text.p, (apr_ssize_t)text.len)) {
        return;
    }
    target = apr_palloc(cmd->pool, sizeof(*target));
    target->host = target_host(cmd->pool, &rule->to);
    target->to = semr_diag_show(cmd->pool, rule->to_word);
    target->file = cmd->directive->filename;
    target->line = (unsigned)cmd->directive->line_num;
    apr_hash_set(scope->targets, text.p, (apr_ssize_t)text.len, target);
}

static int check_scope(apr_pool_t *pool, const semr_scope_t *scope)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(scope->server->module_config, &semredirect_module);
    apr_hash_index_t *i;
    int result = OK;

    if (!conf || !conf->allow_hosts) {
        return OK;
    }
    for (i = apr_hash_first(pool, scope->targets); i; i = apr_hash_next(i)) {
        const semr_target_t *target = apr_hash_this_val(i);

        if (!host_allowed(conf->allow_hosts, target->host)) {
            ap_log_error(APLOG_MARK, APLOG_EMERG, 0, scope->server,
                         "%s:%u: SemanticRedirect: %s", target->file,
                         target->line,
                         host_refused(pool, target->to, target->host,
                                      conf->allow_hosts));
            result = !OK;
        }
    }
    return result;
}

int semr_allow_host_check(apr_pool_t *pool)
{
    const apr_array_header_t *scopes = semr_scope_all();
    int i, result = OK;

    for (i = 0; i < scopes->nelts; i++) {
        if (check_scope(pool, APR_ARRAY_IDX(scopes, i, semr_scope_t *)) != OK) {
            result = !OK;
        }
    }
    return result;
}

const char *semr_allow_host_why(apr_pool_t *pool,
                                const apr_array_header_t *names,
                                const semr_rule_t *rule)
{
    const char *host;

    if (!names || rule->to.form != SEMR_TO_AUTHORITY) {
        return NULL;
    }
    host = target_host(pool, &rule->to);
    return host_allowed(names, host)
               ? NULL
               : host_refused(pool, semr_diag_show(pool, rule->to_word), host,
                              names);
}

/* By now the server's configuration is whole, so hosts can be checked. */
const char *semr_allow_host_refuses(cmd_parms *cmd, const semr_rule_t *rule)
{
    const char *why =
        semr_allow_host_why(cmd->pool, conf_of(cmd->server)->allow_hosts, rule);

    return why ? apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", why, NULL) : NULL;
}
