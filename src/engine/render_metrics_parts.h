/* SPDX-License-Identifier: Apache-2.0
 * What the files of the metrics share; private to render_metrics*.c.
 */
#ifndef SEMR_RENDER_METRICS_PARTS_H
#define SEMR_RENDER_METRICS_PARTS_H

#include "render_metrics.h"
#include "render_metrics_table.h"

typedef enum semr_metric_label_t {
#define X(id, name) SEMR_LABEL_##id,
    SEMR_METRIC_LABELS(X)
#undef X
        SEMR_LABELS
} semr_metric_label_t;

typedef enum semr_metric_type_t {
    SEMR_METRIC_INFO,
    SEMR_METRIC_GAUGE,
    SEMR_METRIC_COUNTER
} semr_metric_type_t;

/* How the samples of several servers or maps become one */
typedef enum semr_metric_fold_t {
    SEMR_FOLD_SUM,
    SEMR_FOLD_LATEST,  /* of moments */
    SEMR_FOLD_NOT_TOLD /* they do not */
} semr_metric_fold_t;

typedef struct semr_sample_t {
    const char *labels[SEMR_LABELS]; /* of those that its metric has */
    apr_uint64_t value;              /* SEMR_METRIC_UNKNOWN: there is none */
    unsigned thousandths;            /* and so many */
    apr_int64_t created;             /* of a counter; 0: not known */
} semr_sample_t;

typedef void semr_metric_tell_t(void *baton, const semr_sample_t *sample);

typedef struct semr_metric_t {
    const char *name; /* of the family: without _total */
    semr_metric_type_t type;
    const char *unit;
    unsigned labels, kept; /* bits by semr_metric_label_t */
    semr_metric_fold_t fold;
    const char *heading;
    const char *help;
    /* Tells each sample. */
    void (*each)(const semr_metrics_t *metrics, semr_metric_tell_t *tell,
                 void *baton);
} semr_metric_t;

extern const semr_metric_t semr_metric_table[];
extern const int semr_metric_count;
extern const char *const semr_metric_label_names[SEMR_LABELS];

/* Writes its value. */
void semr_sample_put(semr_out_t *out, const semr_sample_t *sample);

#endif
