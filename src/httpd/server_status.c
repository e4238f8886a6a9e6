/* SPDX-License-Identifier: Apache-2.0
 * Our section on mod_status's page, and our lines in its ?auto.
 */
#include <httpd.h>
#include <apr_optional_hooks.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_status.h>

#include "module.h"
#include "server_status.h"
#include "totals.h"

APLOG_USE_MODULE(semredirect);

static apr_status_t write_bytes(void *r, const char *bytes, apr_size_t len)
{
    return ap_rwrite(bytes, (int)len, r) < 0 ? APR_ECONNABORTED : APR_SUCCESS;
}

static int tell(request_rec *r, int flags)
{
    semr_render_metrics_t *render = flags & AP_STATUS_SHORT ? semr_render_auto
                                    : flags & AP_STATUS_NOTABLE
                                        ? semr_render_section_list
                                        : semr_render_section;
    semr_sink_t sink = {write_bytes, r};
    apr_status_t status = semr_totals_render(
        render, apr_time_sec(r->request_time), &sink, r->pool);

    if (status != APR_SUCCESS && !r->connection->aborted) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, status, r,
                      "the section of mod_semredirect on mod_status's page "
                      "could not be sent");
    }
    return OK;
}

void semr_server_status_register_hooks(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, tell, NULL, NULL, APR_HOOK_MIDDLE);
}
