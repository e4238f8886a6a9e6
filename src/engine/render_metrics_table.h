/* SPDX-License-Identifier: Apache-2.0
 * The metrics, a row each: it makes OpenMetrics, Prometheus's text, the lines
 * of ?auto and mod_status's section; docs/status.md has the same words.
 *
 * Names follow Prometheus: base units, which end the name; that of a counter
 * goes on with _total where it is written, that of an info with _info.
 */
#ifndef SEMR_RENDER_METRICS_TABLE_H
#define SEMR_RENDER_METRICS_TABLE_H

/* The labels, in the order in which they are written */
#define SEMR_METRIC_LABELS(X)                                                  \
    X(VERSION, "version")                                                      \
    X(SERVER, "server")                                                        \
    X(SOURCE, "source")                                                        \
    X(OPTIONS, "options")                                                      \
    X(STAGE, "stage")                                                          \
    X(SEVERITY, "severity")                                                    \
    X(CODE, "code")

/* X(id, name, type, unit, labels, labels that stay where all servers and maps
 * are told as one, how those are put together, heading in mod_status's section
 * or NULL, what it says).  L(id) is a label's bit, OF_MAP those of a map. */
#define SEMR_METRICS(X)                                                        \
    X(info, "semredirect", INFO, "", L(VERSION), L(VERSION), SUM, NULL,        \
      "The module")                                                            \
    X(rules, "semredirect_rules", GAUGE, "", L(SERVER) | L(STAGE), L(STAGE),   \
      SUM, "Rules", "Rules in force, by the stage that counts now")            \
    X(unused_rules, "semredirect_unused_rules", GAUGE, "", L(SERVER), 0, SUM,  \
      "Never used", "Rules that nobody has met since counting began")          \
    X(answers, "semredirect_answers", COUNTER, "",                             \
      L(SERVER) | L(STAGE) | L(CODE), L(STAGE) | L(CODE), SUM, "Answers",      \
      "Answers that were sent, by the stage of the rule and the status code")  \
    X(observed_answers, "semredirect_observed_answers", COUNTER, "",           \
      L(SERVER) | L(CODE), L(CODE), SUM, "Would have been sent",               \
      "Answers that rules under observe would have sent")                      \
    X(last_answer, "semredirect_last_answer_timestamp_seconds", GAUGE,         \
      "seconds", L(SERVER) | L(STAGE) | L(CODE), 0, LATEST, "Last answer",     \
      "When such an answer was sent last, to the minute")                      \
    X(misses, "semredirect_misses", COUNTER, "", 0, 0, SUM, "Misses",          \
      "Requests that ended in 404")                                            \
    X(findings, "semredirect_findings", GAUGE, "",                             \
      L(SERVER) | L(SEVERITY) | L(CODE), L(SEVERITY), SUM, "Findings",         \
      "Findings about the rules; codes that were not found are left out")      \
    X(checked, "semredirect_findings_checked_timestamp_seconds", GAUGE,        \
      "seconds", 0, 0, LATEST, NULL, "When findings were last looked for")     \
    X(map_failed, "semredirect_map_failed", GAUGE, "", OF_MAP, 0, SUM,         \
      "Maps that failed",                                                      \
      "1 if the file is not in force as it stands; the rules before are")      \
    X(map_rules, "semredirect_map_rules", GAUGE, "", OF_MAP, 0, SUM, NULL,     \
      "Rules in force")                                                        \
    X(map_rows, "semredirect_map_rows", GAUGE, "", OF_MAP, 0, SUM, NULL,       \
      "Rows that were read")                                                   \
    X(map_rows_left_out, "semredirect_map_rows_left_out", GAUGE, "", OF_MAP,   \
      0, SUM, NULL, "Rows that are wrong, and left out")                       \
    X(map_bytes, "semredirect_map_bytes", GAUGE, "bytes", OF_MAP, 0, SUM,      \
      NULL, "Memory that the rules take, once for all processes")              \
    X(map_generation, "semredirect_map_generation", GAUGE, "", OF_MAP, 0,      \
      NOT_TOLD, NULL,                                                          \
      "0 is what was built when httpd started; each reload is one more")       \
    X(map_built, "semredirect_map_built_timestamp_seconds", GAUGE, "seconds",  \
      OF_MAP, 0, LATEST, NULL, "When the rules in force were built")           \
    X(map_build_duration, "semredirect_map_build_duration_seconds", GAUGE,     \
      "seconds", OF_MAP, 0, NOT_TOLD, NULL, "How long that took")              \
    X(map_modified, "semredirect_map_modified_timestamp_seconds", GAUGE,       \
      "seconds", OF_MAP, 0, LATEST, NULL,                                      \
      "When the file was changed that they were built from")                   \
    X(lost_hits, "semredirect_lost_hits", COUNTER, "", 0, 0, SUM, NULL,        \
      "Hits that no counter of a rule had room for")                           \
    X(counting_start, "semredirect_counting_start_timestamp_seconds", GAUGE,   \
      "seconds", 0, 0, LATEST, "Counting since", "When counting began")

#endif
