/* SPDX-License-Identifier: Apache-2.0
 * Metrics of all servers and maps as one: ?auto, and mod_status's section.
 */
#include <string.h>

#include <apr_lib.h>

#include "render_metrics_parts.h"
#include "render_parts.h"

/* Samples that differ in labels that are kept; these are of fixed words. */
enum { SUMS = SEMR_STAGES * SEMR_TALLY_CODE_COUNT };

typedef struct sums_t {
    const semr_metric_t *metric;
    semr_sample_t sample[SUMS];
    int count;
} sums_t;

/* -- putting together ------------------------------------------------------ */

static int is_same(const semr_sample_t *a, const semr_sample_t *b,
                   unsigned labels)
{
    int i;

    for (i = 0; i < SEMR_LABELS; i++) {
        if (labels & (1U << i) && strcmp(a->labels[i], b->labels[i])) {
            return 0;
        }
    }
    return 1;
}

static void add(void *baton, const semr_sample_t *sample)
{
    sums_t *sums = baton;
    semr_sample_t *sum = sums->sample;

    while (sum < sums->sample + sums->count &&
           !is_same(sum, sample, sums->metric->kept)) {
        sum++;
    }
    if (sum < sums->sample + sums->count) {
        if (sums->metric->fold == SEMR_FOLD_SUM) {
            sum->value += sample->value;
        }
        else if (sum->value < sample->value) {
            sum->value = sample->value;
        }
    }
    else if (sums->count < SUMS) {
        *sum = *sample;
        sums->count++;
    }
}

/* 0: nothing is to be told of it. */
static int sum_up(const semr_metric_t *metric, const semr_metrics_t *metrics,
                  sums_t *sums)
{
    sums->metric = metric;
    sums->count = 0;
    if (metric->fold != SEMR_FOLD_NOT_TOLD) {
        metric->each(metrics, add, sums);
    }
    return sums->count;
}

/* -- ?auto ----------------------------------------------------------------- */

/* map_rows_left_out -> MapRowsLeftOut */
static void put_words(semr_out_t *out, const char *words)
{
    int begins = 1;

    for (; *words; words++) {
        char c = *words;

        if (c == '_') {
            begins = 1;
            continue;
        }
        c = (char)(begins ? apr_toupper(c) : c);
        semr_out_write(out, &c, 1);
        begins = 0;
    }
}

/* What stays of the labels goes into the key: AnswersLive301. */
static void put_key(semr_out_t *out, const semr_metric_t *metric,
                    const semr_sample_t *sample)
{
    int i;

    semr_out_puts(out, "SemanticRedirect");
    put_words(out, metric->name + sizeof("semredirect") - 1);
    for (i = 0; i < SEMR_LABELS; i++) {
        if (metric->kept & (1U << i)) {
            put_words(out, metric->type == SEMR_METRIC_INFO
                               ? semr_metric_label_names[i]
                               : sample->labels[i]);
        }
    }
    semr_out_puts(out, ": ");
}

static void put_info(semr_out_t *out, const semr_metric_t *metric,
                     const semr_sample_t *sample)
{
    int i;

    for (i = 0; i < SEMR_LABELS; i++) {
        if (metric->kept & (1U << i)) {
            semr_out_plain(out, sample->labels[i], strlen(sample->labels[i]));
        }
    }
}

apr_status_t semr_render_auto(const semr_metrics_t *metrics,
                              const semr_sink_t *sink, apr_pool_t *pool)
{
    semr_out_t out;
    sums_t sums;
    int i, k;

    (void)pool;
    semr_out_start(&out, sink);
    for (i = 0; i < semr_metric_count; i++) {
        const semr_metric_t *metric = semr_metric_table + i;

        sum_up(metric, metrics, &sums);
        for (k = 0; k < sums.count; k++) {
            put_key(&out, metric, sums.sample + k);
            if (metric->type == SEMR_METRIC_INFO) {
                put_info(&out, metric, sums.sample + k);
            }
            else {
                semr_sample_put(&out, sums.sample + k);
            }
            semr_out_puts(&out, "\n");
        }
    }
    return semr_out_finish(&out);
}

/* -- the section ----------------------------------------------------------- */

/* "live 301: 40, live 308: 2" */
static void put_sums(semr_out_t *out, const sums_t *sums, apr_pool_t *pool)
{
    int i, k;

    for (i = 0; i < sums->count; i++) {
        const semr_sample_t *sample = sums->sample + i;
        const char *before = "";

        semr_out_puts(out, i ? ", " : "");
        for (k = 0; k < SEMR_LABELS; k++) {
            if (sums->metric->kept & (1U << k)) {
                semr_out_puts(out, before);
                semr_out_html(out, sample->labels[k],
                              strlen(sample->labels[k]));
                before = " ";
            }
        }
        semr_out_puts(out, sums->metric->kept ? ": " : "");
        if (sums->metric->fold == SEMR_FOLD_LATEST) {
            semr_out_puts(out,
                          semr_render_time(pool, (apr_int64_t)sample->value));
        }
        else {
            semr_sample_put(out, sample);
        }
    }
}

typedef struct markup_t {
    const char *begin, *heading, *value, *row_end, *end;
} markup_t;

static apr_status_t render_section(const semr_metrics_t *metrics,
                                   const markup_t *markup,
                                   const semr_sink_t *sink, apr_pool_t *pool)
{
    semr_out_t out;
    sums_t sums;
    int i;

    if (!metrics->nservers) { /* a section of nothing would be in the way */
        return APR_SUCCESS;
    }
    semr_out_start(&out, sink);
    semr_out_puts(&out, "<hr />\n<h2>mod_semredirect</h2>\n");
    semr_out_puts(&out, markup->begin);
    for (i = 0; i < semr_metric_count; i++) {
        const semr_metric_t *metric = semr_metric_table + i;

        if (metric->heading && sum_up(metric, metrics, &sums)) {
            semr_out_puts(&out, markup->heading);
            semr_out_html(&out, metric->heading, strlen(metric->heading));
            semr_out_puts(&out, markup->value);
            put_sums(&out, &sums, pool);
            semr_out_puts(&out, markup->row_end);
        }
    }
    semr_out_puts(&out, markup->end);
    semr_out_puts(&out, "<p>All virtual hosts together; the page of <code>"
                        "SetHandler semredirect-status</code> has the rest."
                        "</p>\n");
    return semr_out_finish(&out);
}

apr_status_t semr_render_section(const semr_metrics_t *metrics,
                                 const semr_sink_t *sink, apr_pool_t *pool)
{
    static const markup_t table = {"<table border=\"0\">\n",
                                   "<tr><th align=\"left\">", "</th><td>",
                                   "</td></tr>\n", "</table>\n"};

    return render_section(metrics, &table, sink, pool);
}

apr_status_t semr_render_section_list(const semr_metrics_t *metrics,
                                      const semr_sink_t *sink, apr_pool_t *pool)
{
    static const markup_t list = {"<dl>\n", "<dt>", ": ", "</dt>\n", "</dl>\n"};

    return render_section(metrics, &list, sink, pool);
}
