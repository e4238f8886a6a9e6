/* SPDX-License-Identifier: Apache-2.0
 * From the configuration to the first request.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>

#include "allow_host.h"
#include "answer.h"
#include "counters.h"
#include "dump.h"
#include "expecting.h"
#include "findings.h"
#include "listing.h"
#include "map.h"
#include "map_start.h"
#include "missed.h"
#include "module.h"
#include "origin.h"
#include "persist.h"
#include "place.h"
#include "startup.h"

APLOG_USE_MODULE(semredirect);

static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    semr_scope_reset(pconf);
    semr_map_reset(pconf);
    semr_persist_reset();
    return OK;
}

/* `apachectl -t` ends before post_config would do this. */
static int prepare_test(apr_pool_t *pconf, server_rec *main)
{
    semr_diag_t diag;

    if (semr_scope_freeze_all(pconf, &diag) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, NULL,
                     "mod_semredirect: %s", diag.text);
        return !OK;
    }
    semr_place_find_all(pconf, main);
    semr_origin_learn(pconf, main);
    semr_map_start_listing(pconf, main);
    return semr_expecting_test(main);
}

static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *main)
{
    int result = semr_allow_host_check(ptemp);

    (void)plog;
    if (semr_map_check(pconf, ptemp) != OK) {
        result = !OK;
    }
    if (result == OK &&
        ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST) {
        result = prepare_test(pconf, main);
    }
    return result;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *main)
{
    semr_diag_t diag;
    apr_status_t status;
    int watched;

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
    semr_persist_start(pconf, main);
    status = semr_counters_start(main);
    if (status == APR_SUCCESS) {
        status = semr_scope_share_counters();
    }
    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, status, main,
                     "mod_semredirect: no shared memory for its counters; "
                     "redirects are sent, hits are not counted");
    }
    semr_missed_start(main);
    semr_place_find_all(pconf, main);
    semr_origin_learn(pconf, main);
    semr_listing_start(pconf);
    watched = semr_map_start(pconf, main);
    semr_counters_started();
    semr_persist_started();
    semr_findings_start(pconf, main, watched);
    semr_expecting_start(main, watched);
    return OK;
}

/* check_config has made all ready. */
static void test_config(apr_pool_t *pconf, server_rec *main)
{
    if (ap_exists_config_define(SEMR_DUMP_DEFINE)) {
        semr_dump(pconf, main);
    }
    else {
        semr_findings_test(main);
    }
}

void semr_startup_register_hooks(void)
{
    semr_counters_register_hooks();
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(test_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
}
