/* SPDX-License-Identifier: Apache-2.0
 * The formats of the status page, and which of them a request gets.
 */
#ifndef SEMR_FORMAT_H
#define SEMR_FORMAT_H

#include <httpd.h>

#include "render_metrics.h"

/* It has one of the two: what tells of one server, or of all of them. */
typedef struct semr_format_t {
    const char *name; /* for format= */
    const char *type; /* Content-Type */
    apr_status_t (*render)(const semr_render_model_t *model, const char *nonce,
                           const semr_sink_t *sink, apr_pool_t *pool);
    semr_render_metrics_t *metrics;
} semr_format_t;

/* The format of that name; without one, what Accept says, which is then noted
 * in Vary.  NULL: it is to be refused, with this status and text. */
const semr_format_t *semr_format_choose(request_rec *r, const char *name,
                                        int *status, const char **why);

#endif
