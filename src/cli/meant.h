/* SPDX-License-Identifier: Apache-2.0
 * "Did you mean": the known name that is nearest to a word which is none.
 *
 *     cli_meant_begin(&meant, word, strlen(word));
 *     cli_meant_try(&meant, name);            ... each name that there is
 *     cli_meant_words(&meant, "", pool)          " (did you mean check?)"
 */
#ifndef SEMR_CLI_MEANT_H
#define SEMR_CLI_MEANT_H

#include <apr_pools.h>

#include "vocabulary.h"

typedef struct cli_meant_t {
    semr_view_t word;
    const char *name; /* the nearest as yet; NULL: none is near */
    int most;         /* letters in which one may differ that is nearer */
} cli_meant_t;

/* word has to live as long as meant. */
void cli_meant_begin(cli_meant_t *meant, const char *word, apr_size_t len);

void cli_meant_try(cli_meant_t *meant, const char *name);

/* What goes behind the word, in pool; "" if none is near.  before stands before
 * the name: "--" of an option. */
const char *cli_meant_words(const cli_meant_t *meant, const char *before,
                            apr_pool_t *pool);

#endif
