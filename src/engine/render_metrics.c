/* SPDX-License-Identifier: Apache-2.0
 * Metrics as OpenMetrics 1.0.0, and as Prometheus's text 0.0.4.
 */
#include <string.h>

#include "render_metrics_parts.h"

typedef struct writing_t {
    semr_out_t out;
    const semr_metric_t *metric;
    int open;  /* OpenMetrics */
    int begun; /* the metric's head is written */
} writing_t;

/* -- words ----------------------------------------------------------------- */

/* What is written behind the name of a family in its samples */
static const char *suffix_of(const semr_metric_t *metric)
{
    switch (metric->type) {
    case SEMR_METRIC_INFO:
        return "_info";
    case SEMR_METRIC_COUNTER:
        return "_total";
    default:
        return "";
    }
}

static const char *type_of(const semr_metric_t *metric, int open)
{
    switch (metric->type) {
    case SEMR_METRIC_INFO:
        return open ? "info" : "gauge";
    case SEMR_METRIC_COUNTER:
        return "counter";
    default:
        return "gauge";
    }
}

/* Between quotes; control characters, and what is no UTF-8, are U+FFFD. */
static void put_value(semr_out_t *out, const char *text)
{
    while (*text) {
        apr_size_t len = strcspn(text, "\\\"\n");

        semr_out_plain(out, text, len);
        text += len;
        if (*text) {
            semr_out_puts(out, *text == '\n'  ? "\\n"
                               : *text == '"' ? "\\\""
                                              : "\\\\");
            text++;
        }
    }
}

/* -- a family -------------------------------------------------------------- */

/* OpenMetrics calls the family without the suffix, Prometheus with it. */
static void put_line(writing_t *writing, const char *what, const char *text)
{
    const semr_metric_t *metric = writing->metric;
    semr_out_t *out = &writing->out;

    semr_out_puts(out, what);
    semr_out_puts(out, metric->name);
    semr_out_puts(out, writing->open ? "" : suffix_of(metric));
    semr_out_puts(out, " ");
    semr_out_puts(out, text);
    semr_out_puts(out, "\n");
}

static void put_head(writing_t *writing)
{
    const semr_metric_t *metric = writing->metric;

    put_line(writing, "# TYPE ", type_of(metric, writing->open));
    if (writing->open && *metric->unit) {
        put_line(writing, "# UNIT ", metric->unit);
    }
    put_line(writing, "# HELP ", metric->help);
}

static void put_name(writing_t *writing, const char *suffix,
                     const semr_sample_t *sample)
{
    const semr_metric_t *metric = writing->metric;
    semr_out_t *out = &writing->out;
    const char *before = "{";
    int i;

    semr_out_puts(out, metric->name);
    semr_out_puts(out, suffix);
    for (i = 0; i < SEMR_LABELS; i++) {
        if (metric->labels & (1U << i)) {
            semr_out_puts(out, before);
            semr_out_puts(out, semr_metric_label_names[i]);
            semr_out_puts(out, "=\"");
            put_value(out, sample->labels[i]);
            semr_out_puts(out, "\"");
            before = ",";
        }
    }
    semr_out_puts(out, metric->labels ? "} " : " ");
}

static void put_sample(void *baton, const semr_sample_t *sample)
{
    writing_t *writing = baton;
    semr_sample_t created = {.value = (apr_uint64_t)sample->created};

    if (!writing->begun++) {
        put_head(writing);
    }
    put_name(writing, suffix_of(writing->metric), sample);
    semr_sample_put(&writing->out, sample);
    semr_out_puts(&writing->out, "\n");
    if (writing->open && sample->created > 0) {
        put_name(writing, "_created", sample);
        semr_sample_put(&writing->out, &created);
        semr_out_puts(&writing->out, "\n");
    }
}

/* -- all of them ----------------------------------------------------------- */

static apr_status_t render(const semr_metrics_t *metrics, int open,
                           const semr_sink_t *sink)
{
    writing_t writing = {.open = open};
    int i;

    semr_out_start(&writing.out, sink);
    for (i = 0; i < semr_metric_count; i++) {
        writing.metric = semr_metric_table + i;
        writing.begun = 0;
        writing.metric->each(metrics, put_sample, &writing);
    }
    if (open) {
        semr_out_puts(&writing.out, "# EOF\n");
    }
    return semr_out_finish(&writing.out);
}

apr_status_t semr_render_openmetrics(const semr_metrics_t *metrics,
                                     const semr_sink_t *sink, apr_pool_t *pool)
{
    (void)pool;
    return render(metrics, 1, sink);
}

apr_status_t semr_render_prometheus(const semr_metrics_t *metrics,
                                    const semr_sink_t *sink, apr_pool_t *pool)
{
    (void)pool;
    return render(metrics, 0, sink);
}
