/* SPDX-License-Identifier: Apache-2.0
 * The maps of a configuration, from the start on.
 */
#include <string.h>

#include <apr_strings.h>
#include <httpd.h>
#include <http_core.h>
#include <http_log.h>
#include <ap_mpm.h>
#include <mpm_common.h>

#include "map_build.h"
#include "map_counters.h"
#include "map_dir.h"
#include "map_snapshot.h"
#include "map_start.h"
#include "map_watch.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

enum { REFRESH = 5, TRIES = 5 };

static semr_map_t *map_at(int i)
{
    return APR_ARRAY_IDX(semr_map_all(), i, semr_map_t *);
}

int semr_map_check(apr_pool_t *pconf, apr_pool_t *ptemp)
{
    semr_map_resolve(pconf);
    return ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST
               ? semr_map_check_all(ptemp)
               : OK;
}

/* -- the first version ----------------------------------------------------- */

/* A bad row of a map never takes a running site down: it is left out. */
static void tell_rows(const semr_map_t *map, const semr_map_built_t *built,
                      server_rec *main)
{
    const apr_array_header_t *bad = built->problems;
    int i;

    if (ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST) {
        semr_map_built_notices(built, map, main); /* else check_config did */
    }
    for (i = 0; i < bad->nelts; i++) {
        const semr_mapfile_told_t *told =
            &APR_ARRAY_IDX(bad, i, semr_mapfile_told_t);

        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "%s:%u: this row is left out: %s", map->words.path,
                     told->line, told->text);
    }
    if (built->bad > (apr_uint64_t)bad->nelts) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "%s: %" APR_UINT64_T_FMT " more rows are left out",
                     map->words.path, built->bad - (apr_uint64_t)bad->nelts);
    }
}

static void set_error(semr_map_state_t *state, const char *text)
{
    state->failed = apr_time_now();
    apr_cpystrn(state->error, text, sizeof(state->error));
}

static void describe(const semr_map_t *map, const semr_map_built_t *built,
                     semr_map_state_t *state, apr_pool_t *pool,
                     server_rec *main)
{
    semr_map_built_describe(built, state);
    if (built->bad) {
        const semr_mapfile_told_t *first =
            &APR_ARRAY_IDX(built->problems, 0, semr_mapfile_told_t);

        set_error(state, apr_psprintf(pool,
                                      "%" APR_UINT64_T_FMT
                                      " of its rows left out; first "
                                      "%s:%u: %s",
                                      built->bad, map->words.path, first->line,
                                      first->text));
    }
    tell_rows(map, built, main);
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, main,
                 "the map %s: %" APR_UINT64_T_FMT " rows, %" APR_UINT64_T_FMT
                 " rules, %" APR_UINT64_T_FMT " bytes, built in %d ms",
                 map->words.path, state->rows, state->rules, state->bytes,
                 (int)apr_time_as_msec(state->took));
}

/* A file that changes while it is read may be whole in a moment. */
static apr_status_t build_patiently(const semr_map_t *map, apr_pool_t *own,
                                    apr_pool_t *pool, semr_map_built_t *built,
                                    semr_diag_t *diag)
{
    apr_status_t status;
    int i = 0;

    do {
        if (i) {
            apr_sleep(apr_time_from_msec(100));
        }
        status = semr_map_build(map, 0, own, pool, built, diag);
    } while (APR_STATUS_IS_EAGAIN(status) && ++i < TRIES);
    return status;
}

static semr_map_version_t *start_map(const semr_map_t *map, server_rec *main)
{
    apr_pool_t *own = semr_map_version_pool(), *pool = semr_map_version_pool();
    semr_map_version_t *version = NULL;
    semr_map_state_t state;
    semr_map_built_t built;
    semr_diag_t diag;

    memset(&state, 0, sizeof(state));
    if (build_patiently(map, own, pool, &built, &diag) == APR_SUCCESS) {
        version = semr_map_version_open(own, built.image, 0, &diag, pool);
    }
    else {
        apr_pool_destroy(own);
    }
    if (version) {
        describe(map, &built, &state, pool, main);
    }
    else {
        set_error(&state, diag.text);
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "SemanticRedirectMap of %s:%u: %s It has no rules "
                     "for now.",
                     map->words.file, map->words.line, diag.text);
        version = semr_map_version_empty(0);
    }
    semr_map_state_write(map->number, &state);
    apr_pool_destroy(pool);
    return version;
}

/* -- starting -------------------------------------------------------------- */

static semr_map_version_t **start_all(apr_pool_t *pconf, server_rec *main)
{
    int i, count = semr_map_all()->nelts;
    semr_map_version_t **versions =
        apr_pcalloc(pconf, (apr_size_t)count * sizeof(*versions));

    for (i = 0; i < count; i++) {
        versions[i] = start_map(map_at(i), main);
    }
    semr_map_version_trim();
    return versions;
}

static int watch(apr_pool_t *pconf, server_rec *main, const char *dir,
                 int refresh)
{
    apr_status_t status = semr_map_watch_start(pconf, main, dir, refresh);

    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, status, main,
                     "mod_watchdog refuses to watch the maps: they are read "
                     "when httpd starts or restarts");
    }
    return status == APR_SUCCESS;
}

int semr_map_start(apr_pool_t *pconf, server_rec *main)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(main->module_config, &semredirect_module);
    int count = semr_map_all()->nelts;
    int refresh = conf->refresh < 0 ? REFRESH : conf->refresh;
    semr_map_version_t **versions;
    const char *dir = NULL;
    apr_status_t status;

    if (!count) {
        return 0;
    }
    status = semr_map_state_share(pconf, count);
    versions = start_all(pconf, main);
    if (status == APR_SUCCESS) {
        status = semr_map_counters_share(versions);
    }
    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, status, main,
                     "no shared memory for maps: they are read when httpd "
                     "starts or restarts, and their hits are not counted");
    }
    else if (refresh && semr_map_watch_possible(main)) {
        dir = semr_map_dir_make(pconf, main);
    }
    semr_snapshot_start(pconf, versions, dir);
    return dir && watch(pconf, main, dir, refresh);
}

void semr_map_start_listing(apr_pool_t *pconf, server_rec *main)
{
    int count = semr_map_all()->nelts;

    if (count) {
        semr_map_state_share(pconf, count);
        semr_snapshot_start(pconf, start_all(pconf, main), NULL);
    }
}

/* -- hooks ----------------------------------------------------------------- */

static void child_init(apr_pool_t *pchild, server_rec *main)
{
    (void)pchild;
    semr_snapshot_child(main);
}

static int monitor(apr_pool_t *pool, server_rec *main)
{
    (void)pool;
    (void)main;
    semr_snapshot_give_back();
    return DECLINED;
}

#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
/* A build of a million rows must not hold up the end of a child. */
static void child_stopping(apr_pool_t *pchild, int graceful)
{
    (void)pchild;
    (void)graceful;
    semr_map_build_stop();
}
#endif

void semr_map_register_hooks(void)
{
    /* the watchdogs' threads begin there */
    static const char *const before[] = {"mod_watchdog.c", NULL};

    ap_hook_child_init(child_init, NULL, before, APR_HOOK_FIRST);
    ap_hook_monitor(monitor, NULL, NULL, APR_HOOK_MIDDLE);
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
    ap_hook_child_stopping(child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
#endif
}
