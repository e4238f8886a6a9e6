/* SPDX-License-Identifier: Apache-2.0
 * The table of metrics, and the samples of each.
 */
#include <apr_strings.h>

#include "render_metrics_parts.h"
#include "version.h"

const char *const semr_metric_label_names[] = {
#define X(id, name) name,
    SEMR_METRIC_LABELS(X)
#undef X
};

static const char *const codes[] = {
#define X(code) #code,
    SEMR_TALLY_CODES(X)
#undef X
};

#define EACH(id)                                                               \
    static void each_##id(const semr_metrics_t *metrics,                       \
                          semr_metric_tell_t *tell, void *baton)

/* -- the module as a whole ------------------------------------------------- */

EACH(info)
{
    semr_sample_t sample = {.labels[SEMR_LABEL_VERSION] = SEMR_VERSION,
                            .value = 1};

    (void)metrics;
    tell(baton, &sample);
}

EACH(misses)
{
    semr_sample_t sample = {.value = metrics->missed,
                            .created = metrics->missed_since};

    if (metrics->missed_since) {
        tell(baton, &sample);
    }
}

EACH(lost_hits)
{
    semr_sample_t sample = {.value = metrics->lost, .created = metrics->since};

    if (metrics->lost != SEMR_METRIC_UNKNOWN) {
        tell(baton, &sample);
    }
}

static void tell_moment(apr_int64_t moment, semr_sample_t sample,
                        semr_metric_tell_t *tell, void *baton)
{
    if (moment > 0) {
        sample.value = (apr_uint64_t)moment;
        tell(baton, &sample);
    }
}

EACH(checked)
{
    semr_sample_t sample = {.value = 0};

    tell_moment(metrics->checked, sample, tell, baton);
}

EACH(counting_start)
{
    semr_sample_t sample = {.value = 0};

    tell_moment(metrics->since, sample, tell, baton);
}

/* -- by server ------------------------------------------------------------- */

/* Servers come innermost, so that sums over them keep the order. */

EACH(rules)
{
    int i, stage;

    for (stage = SEMR_STAGES - 1; stage >= 0; stage--) {
        semr_sample_t sample = {.labels[SEMR_LABEL_STAGE] =
                                    semr_stage_name((semr_stage_t)stage)};

        for (i = 0; i < metrics->nservers; i++) {
            sample.labels[SEMR_LABEL_SERVER] = metrics->servers[i].name;
            sample.value = metrics->servers[i].rules[stage];
            tell(baton, &sample);
        }
    }
}

EACH(unused_rules)
{
    int i;

    for (i = 0; i < metrics->nservers; i++) {
        semr_sample_t sample = {.labels[SEMR_LABEL_SERVER] =
                                    metrics->servers[i].name,
                                .value = metrics->servers[i].unused};

        if (sample.value != SEMR_METRIC_UNKNOWN) {
            tell(baton, &sample);
        }
    }
}

/* Answers of one stage; a counter that is yet to count is told where rules are
 * that may, for a rate begins with a zero. */
static void tell_answers(const semr_metrics_t *metrics, semr_stage_t stage,
                         semr_metric_tell_t *tell, void *baton)
{
    semr_sample_t sample = {.labels[SEMR_LABEL_STAGE] = semr_stage_name(stage),
                            .created = metrics->since};
    int i, code;

    for (code = 0; code < SEMR_TALLY_CODE_COUNT; code++) {
        sample.labels[SEMR_LABEL_CODE] = codes[code];
        for (i = 0; i < metrics->nservers; i++) {
            const semr_metrics_server_t *server = metrics->servers + i;

            sample.labels[SEMR_LABEL_SERVER] = server->name;
            sample.value = server->answers[stage][code];
            if (sample.value || server->may_answer[stage][code]) {
                tell(baton, &sample);
            }
        }
    }
}

EACH(answers)
{
    tell_answers(metrics, SEMR_LIVE, tell, baton);
    tell_answers(metrics, SEMR_TRIAL, tell, baton);
}

static void tell_last(const semr_metrics_t *metrics, semr_stage_t stage,
                      semr_metric_tell_t *tell, void *baton)
{
    int i, code;

    for (code = 0; code < SEMR_TALLY_CODE_COUNT; code++) {
        for (i = 0; i < metrics->nservers; i++) {
            semr_sample_t sample = {
                .labels[SEMR_LABEL_STAGE] = semr_stage_name(stage),
                .labels[SEMR_LABEL_CODE] = codes[code],
                .labels[SEMR_LABEL_SERVER] = metrics->servers[i].name};

            tell_moment(metrics->servers[i].last[stage][code], sample, tell,
                        baton);
        }
    }
}

EACH(last_answer)
{
    tell_last(metrics, SEMR_LIVE, tell, baton);
    tell_last(metrics, SEMR_TRIAL, tell, baton);
}

EACH(observed_answers)
{
    tell_answers(metrics, SEMR_OBSERVE, tell, baton);
}

/* The codes of one severity */
static void tell_findings(const semr_metrics_t *metrics,
                          semr_severity_t severity, semr_metric_tell_t *tell,
                          void *baton)
{
    semr_sample_t sample = {.labels[SEMR_LABEL_SEVERITY] =
                                semr_severity_name(severity)};
    int i, id;

    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        sample.labels[SEMR_LABEL_CODE] =
            semr_finding_code((semr_finding_id_t)id);
        if (semr_finding_severity((semr_finding_id_t)id) != severity) {
            continue;
        }
        for (i = 0; i < metrics->nservers; i++) {
            sample.labels[SEMR_LABEL_SERVER] = metrics->servers[i].name;
            sample.value = metrics->servers[i].findings[id];
            if (sample.value) {
                tell(baton, &sample);
            }
        }
    }
}

EACH(findings)
{
    int severity;

    for (severity = 0; severity < SEMR_SEVERITIES; severity++) {
        tell_findings(metrics, (semr_severity_t)severity, tell, baton);
    }
}

/* -- by map ---------------------------------------------------------------- */

static semr_sample_t sample_of(const semr_metrics_map_t *map)
{
    const char *options = map->map.options;
    semr_sample_t sample = {
        .labels = {[SEMR_LABEL_SERVER] = map->server,
                   [SEMR_LABEL_SOURCE] = map->map.source,
                   [SEMR_LABEL_OPTIONS] = options ? options : ""}};

    return sample;
}

#define EACH_MAP(id, member)                                                   \
    EACH(id)                                                                   \
    {                                                                          \
        int i;                                                                 \
                                                                               \
        for (i = 0; i < metrics->nmaps; i++) {                                 \
            semr_sample_t sample = sample_of(metrics->maps + i);               \
                                                                               \
            sample.value = metrics->maps[i].map.member;                        \
            tell(baton, &sample);                                              \
        }                                                                      \
    }
#define EACH_MAP_MOMENT(id, member)                                            \
    EACH(id)                                                                   \
    {                                                                          \
        int i;                                                                 \
                                                                               \
        for (i = 0; i < metrics->nmaps; i++) {                                 \
            tell_moment(metrics->maps[i].map.member,                           \
                        sample_of(metrics->maps + i), tell, baton);            \
        }                                                                      \
    }
EACH_MAP(map_failed, error != NULL)
EACH_MAP(map_rules, rules)
EACH_MAP(map_rows, rows)
EACH_MAP(map_rows_left_out, left_out)
EACH_MAP(map_bytes, bytes)
EACH_MAP(map_generation, generation)
EACH_MAP_MOMENT(map_built, built)
EACH_MAP_MOMENT(map_modified, modified)

EACH(map_build_duration)
{
    int i;

    for (i = 0; i < metrics->nmaps; i++) {
        semr_sample_t sample = sample_of(metrics->maps + i);
        apr_uint64_t took = (apr_uint64_t)metrics->maps[i].map.took;

        sample.value = took / 1000;
        sample.thousandths = (unsigned)(took % 1000);
        tell(baton, &sample);
    }
}

/* -- the table ------------------------------------------------------------- */

const semr_metric_t semr_metric_table[] = {
#define L(id)  (1U << SEMR_LABEL_##id)
#define OF_MAP (L(SERVER) | L(SOURCE) | L(OPTIONS))
#define X(id, name, type, unit, labels, kept, fold, heading, help)             \
    {name, SEMR_METRIC_##type, unit, labels, kept, SEMR_FOLD_##fold, heading,  \
     help, each_##id},
    SEMR_METRICS(X)
#undef X
#undef OF_MAP
#undef L
};

const int semr_metric_count =
    sizeof(semr_metric_table) / sizeof(*semr_metric_table);

void semr_sample_put(semr_out_t *out, const semr_sample_t *sample)
{
    char text[sizeof("18446744073709551615.000")];

    if (sample->thousandths) {
        apr_snprintf(text, sizeof(text), "%" APR_UINT64_T_FMT ".%03u",
                     sample->value, sample->thousandths);
    }
    else {
        apr_snprintf(text, sizeof(text), "%" APR_UINT64_T_FMT, sample->value);
    }
    semr_out_puts(out, text);
}
