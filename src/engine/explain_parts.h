/* SPDX-License-Identifier: Apache-2.0
 * What the files of explaining share.
 *
 *     explain.c          a run: what is told to it, and kept
 *     explain_words.c    reasons and sentences
 *     explain_target.c   the request that shall be explained, read
 *     explain_trim.c     what is told, cut to the room of a page
 *     explain_spaces.c   a request asked without a server
 *     explain_around.c   the same URL by other methods, and like ones
 */
#ifndef SEMR_EXPLAIN_PARTS_H
#define SEMR_EXPLAIN_PARTS_H

#include "explain_run.h"
#include "rule.h"

/* Why a rule was passed over, or what becomes of it; in the run's pool. */
const char *semr_explain_why(const semr_explained_run_t *run,
                             const semr_rule_t *rule, const semr_judge_t *judge,
                             semr_verdict_t verdict, semr_fate_t fate,
                             const semr_answer_t *answer);

/* Why a rule is not even tried after the one that has decided; static. */
const char *semr_explain_later(const semr_explained_rule_t *decides,
                               const semr_explained_rule_t *rule);

#endif
