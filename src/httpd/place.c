/* SPDX-License-Identifier: Apache-2.0
 * What <Location> sections say of the path of a hop.
 */
#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <http_core.h>

#include "module.h"
#include "place.h"

/* A section of the server's, as httpd keeps it */
typedef struct semr_place_t {
    const core_dir_config *section;
    const semr_dir_conf_t *says;
} semr_place_t;

static int says_something(const semr_dir_conf_t *conf)
{
    int i, says = conf && conf->stage >= 0;

    for (i = 0; conf && i < SEMR_INTENTS; i++) {
        says |= conf->max_age[i] != SEMR_MAX_AGE_DEFAULT;
    }
    return says;
}

void semr_place_find_all(apr_pool_t *pconf, server_rec *main)
{
    server_rec *server;

    for (server = main; server; server = server->next) {
        semr_server_conf_t *conf =
            ap_get_module_config(server->module_config, &semredirect_module);
        const core_server_config *core =
            ap_get_core_module_config(server->module_config);
        int i;

        if (conf->places) {
            continue; /* of a virtual host that says nothing: it shares them */
        }
        for (i = 0; i < core->sec_url->nelts; i++) {
            ap_conf_vector_t *section =
                APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *);
            semr_place_t place = {
                ap_get_core_module_config(section),
                ap_get_module_config(section, &semredirect_module)};

            if (says_something(place.says)) {
                if (!conf->places) {
                    conf->places =
                        apr_array_make(pconf, 4, sizeof(semr_place_t));
                }
                APR_ARRAY_PUSH(conf->places, semr_place_t) = place;
            }
        }
    }
}

/* As httpd decides it for a request: a section's own path and what is below,
 * on a segment's boundary. */
static int is_within(const core_dir_config *section, const char *path)
{
    apr_size_t len;

    if (section->r) {
        return !ap_regexec(section->r, path, 0, NULL, 0);
    }
    if (section->d_is_fnmatch) {
        return !apr_fnmatch(section->d, path, APR_FNM_PATHNAME);
    }
    len = strlen(section->d);
    return !strncmp(section->d, path, len) &&
           (!len || section->d[len - 1] == '/' || path[len] == '/' ||
            !path[len]);
}

void semr_place_scope_in(const server_rec *server, semr_judge_t *judge,
                         apr_pool_t *pool)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(server->module_config, &semredirect_module);
    semr_dir_conf_t *merged =
        ap_get_module_config(server->lookup_defaults, &semredirect_module);
    semr_view_t path = semr_request_decoded(judge->request);
    const char *text = apr_pstrmemdup(pool, path.p, path.len);
    int i;

    for (i = 0; conf->places && i < conf->places->nelts; i++) {
        const semr_place_t *place =
            &APR_ARRAY_IDX(conf->places, i, semr_place_t);

        if (is_within(place->section, text)) {
            merged = semr_config_merge_dir(pool, merged,
                                           (void *)(apr_uintptr_t)place->says);
        }
    }
    judge->stage = semr_config_stage(merged);
    judge->max_age = merged ? merged->max_age : NULL;
}

void semr_place_scope(void *baton, semr_judge_t *judge)
{
    const request_rec *r = baton;

    semr_place_scope_in(r->server, judge, r->pool);
}
