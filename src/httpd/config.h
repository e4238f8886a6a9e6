/* SPDX-License-Identifier: Apache-2.0
 * The module's configuration: what directives say, and how scopes merge.
 */
#ifndef SEMR_CONFIG_H
#define SEMR_CONFIG_H

#include <httpd.h>
#include <http_config.h>

#include "scope.h"

/* Where a request finds the rules of a server */
enum { SEMR_OWN, SEMR_INHERITED, SEMR_SPACES };

/* SemanticRedirectChains */
enum { SEMR_CHAINS_COLLAPSE, SEMR_CHAINS_KEEP };

/* Kept in the server's configuration.  A virtual host that says nothing of its
 * own has the main server's; what it inherits is never copied. */
typedef struct semr_server_conf_t {
    semr_scope_t *own;             /* rules of this server; NULL: none */
    semr_scope_t *inherited;       /* the main server's, in a virtual host */
    int absolute;                  /* SemanticRedirectAbsolute; -1: not said */
    int chains;                    /* SEMR_CHAINS_..., or -1: not said */
    const ap_expr_info_t *preview; /* SemanticRedirectPreview; NULL: none */
    apr_array_header_t *places;    /* place.c's; NULL: none */
    apr_array_header_t *allow_hosts; /* of const char *; NULL: any */
    unsigned char *silenced; /* SemanticRedirectFindings: by semr_finding_id_t;
                                NULL: none */
    int refresh; /* SemanticRedirectRefresh, seconds; -1: not said */
    int misses;  /* SemanticRedirectMisses; -1: not said */
} semr_server_conf_t;

/* One scope of rules among those that a request's sections merge to */
typedef struct semr_section_rules_t {
    semr_scope_t *scope;
    struct semr_section_rules_t *next; /* merged before it, so tried after */
} semr_section_rules_t;

/* Kept by directory, location, .htaccess, and, for what holds everywhere, by
 * server; httpd merges it, the more specific last. */
typedef struct semr_dir_conf_t {
    int stage;     /* SemanticRedirectStage, a semr_stage_t; -1: not said */
    int signature; /* SemanticRedirectSignature; -1: not said */
    apr_int64_t max_age[SEMR_INTENTS]; /* SEMR_MAX_AGE_DEFAULT: not said */
    semr_section_rules_t *rules;       /* of sections; NULL: none */
} semr_dir_conf_t;

extern const command_rec semr_config_commands[];

void *semr_config_create_dir(apr_pool_t *pool, char *path);
void *semr_config_merge_dir(apr_pool_t *pool, void *base, void *added);
void *semr_config_create_server(apr_pool_t *pool, server_rec *server);
void *semr_config_merge_server(apr_pool_t *pool, void *base, void *added);

/* The scope of a server's own rules; made if there was none. */
semr_scope_t *semr_config_server_scope(cmd_parms *cmd);

/* The stage of a request's scope, or of a server's defaults. */
semr_stage_t semr_config_stage(const semr_dir_conf_t *conf);

/* Whether answers say by which rule they are. */
static inline int semr_config_signs(const semr_dir_conf_t *conf)
{
    return conf && conf->signature > 0;
}

#endif
