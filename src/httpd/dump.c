/* SPDX-License-Identifier: Apache-2.0
 * apachectl -t -D DUMP_SEMREDIRECT
 */
#include <stdio.h>

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>

#include "dump.h"
#include "listing.h"
#include "scope.h"

static apr_status_t print_bytes(void *baton, const char *bytes, apr_size_t len)
{
    return fwrite(bytes, 1, len, baton) == len ? APR_SUCCESS : APR_EGENERAL;
}

static void dump_server(apr_pool_t *pool, server_rec *server,
                        const semr_snapshot_t *snapshot)
{
    semr_sink_t sink = {print_bytes, stdout};
    semr_render_model_t model;

    semr_listing_model(pool, server, snapshot, apr_time_sec(apr_time_now()),
                       SEMR_LISTING_ALL, &model);
    printf("%s %s", server->is_virtual ? "VirtualHost" : "Main server",
           model.server);
    if (server->defn_name) {
        printf(" (%s:%u)", server->defn_name, server->defn_line_number);
    }
    printf("\n");
    if (!semr_render_count(&model)) {
        printf("  no rules\n");
    }
    semr_render_text(&model, &sink, pool);
}

void semr_dump(apr_pool_t *pconf, server_rec *main)
{
    apr_array_header_t *hosts;
    server_rec *host;
    apr_pool_t *pool;
    const semr_snapshot_t *snapshot;
    apr_uint32_t ticket;

    snapshot = semr_snapshot_enter(&ticket);
    apr_pool_create(&pool, pconf);
    dump_server(pool, main, snapshot);
    /* httpd has the virtual hosts last first */
    hosts = apr_array_make(pconf, 8, sizeof(server_rec *));
    for (host = main->next; host; host = host->next) {
        APR_ARRAY_PUSH(hosts, server_rec *) = host;
    }
    while (hosts->nelts > 0) {
        apr_pool_clear(pool);
        dump_server(pool, *(server_rec **)apr_array_pop(hosts), snapshot);
    }
    apr_pool_destroy(pool);
    semr_snapshot_leave(ticket);
    fflush(stdout);
}
