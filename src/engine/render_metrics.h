/* SPDX-License-Identifier: Apache-2.0
 * What monitors are told: sums over all of httpd, by server and by map.
 *
 * render_metrics_table.h has a row for each metric.  Nothing here grows with
 * the rules.
 */
#ifndef SEMR_RENDER_METRICS_H
#define SEMR_RENDER_METRICS_H

#include "finding.h"
#include "render.h"

#define SEMR_METRIC_UNKNOWN (~APR_UINT64_C(0)) /* such a sample is left out */

/* One virtual host, or the main server: what its own rules do, its sections'
 * and its maps' too, and not what it inherits */
typedef struct semr_metrics_server_t {
    const char *name; /* no two have the same */
    apr_uint64_t rules[SEMR_STAGES];
    apr_uint64_t unused; /* of its rules; SEMR_METRIC_UNKNOWN */
    apr_uint64_t answers[SEMR_STAGES][SEMR_TALLY_CODE_COUNT];
    apr_int64_t last[SEMR_STAGES][SEMR_TALLY_CODE_COUNT]; /* of these */
    /* Its rules may give such an answer now, so that it is told as 0, too */
    unsigned char may_answer[SEMR_STAGES][SEMR_TALLY_CODE_COUNT];
    apr_uint64_t findings[SEMR_FINDING_COUNT];
} semr_metrics_server_t;

/* A map; no two have the same server, source and options */
typedef struct semr_metrics_map_t {
    const char *server; /* the first that names it */
    semr_render_map_t map;
} semr_metrics_map_t;

/* Times are seconds since 1970; 0: never, and then there is no such metric. */
typedef struct semr_metrics_t {
    const semr_metrics_server_t *servers;
    int nservers;
    const semr_metrics_map_t *maps;
    int nmaps;
    apr_int64_t since;        /* when counting began */
    apr_int64_t checked;      /* when findings were looked for */
    apr_uint64_t lost;        /* hits; SEMR_METRIC_UNKNOWN */
    apr_uint64_t missed;      /* requests that ended in 404, */
    apr_int64_t missed_since; /* since when; 0: they are not counted */
} semr_metrics_t;

/* Each renders all of it; pool is for what lasts no longer than the call.
 * They return APR_SUCCESS, or what the sink returned. */
typedef apr_status_t semr_render_metrics_t(const semr_metrics_t *metrics,
                                           const semr_sink_t *sink,
                                           apr_pool_t *pool);

semr_render_metrics_t semr_render_openmetrics; /* version 1.0.0 */
semr_render_metrics_t semr_render_prometheus;  /* its text, version 0.0.4 */
semr_render_metrics_t semr_render_auto;        /* "Key: value", all as one */

/* HTML for mod_status's page, all as one: a table, or a list; nothing where
 * there is no rule. */
semr_render_metrics_t semr_render_section;
semr_render_metrics_t semr_render_section_list;

#endif
