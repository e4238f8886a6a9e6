/* SPDX-License-Identifier: Apache-2.0
 * Sums over all of httpd, by server and by map, for monitors.
 *
 * They are told by every status page alike, and by mod_status.  Of rules only
 * the counters are walked over; else the cost goes by servers, sections, maps
 * and policies.
 */
#ifndef SEMR_TOTALS_H
#define SEMR_TOTALS_H

#include <httpd.h>

#include "render_metrics.h"

/* Gathers them at the time now, seconds since 1970, and renders them; what
 * that needs is in pool. */
apr_status_t semr_totals_render(semr_render_metrics_t *render, apr_int64_t now,
                                const semr_sink_t *sink, apr_pool_t *pool);

#endif
