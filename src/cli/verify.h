/* SPDX-License-Identifier: Apache-2.0
 * Verifying: a live server is asked what the rules say that it answers.
 *
 *     questions -> slots, as many as connections -> curl -> replies -> judged
 *         ^          | a right redirect: its end is the slot's next request   |
 *         journal <--+------------------------- tell: counts, the first wrong +
 *
 * Memory holds a bit for each question and eight bytes for each end; replies
 * are judged and forgotten.  One thread, and no clock but the run's.
 */
#ifndef SEMR_CLI_VERIFY_H
#define SEMR_CLI_VERIFY_H

#include "rules.h"
#include "verify_judge.h"

enum { VERIFY_CONNECTIONS_MAX = 256, VERIFY_METHODS_MAX = 16 };

/* What was asked for */
typedef struct verify_plan_t {
    cli_t *cli;
    cli_rules_t rules;

    const char *against; /* "http://127.0.0.1:8080", as curl writes it */
    int https;
    const char *host; /* of it, in lower case, IPv6 in brackets */
    unsigned port;    /* of it */

    const char *methods[VERIFY_METHODS_MAX]; /* asked of each rule */
    int nmethods;
    apr_int64_t sample; /* rules to be asked about; 0: all */
    apr_int64_t rate, connections, timeout, retries;
    verify_end_codes_t ends;
    int follows;        /* ends are asked */
    int elsewhere;      /* those on other hosts, too */
    int all;            /* tell each that is wrong */
    const char *resume; /* NULL: no journal */
} verify_plan_t;

/* Runs it, and tells the result. */
cli_exit_t verify_run(verify_plan_t *plan);

#endif
