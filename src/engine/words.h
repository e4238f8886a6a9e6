/* SPDX-License-Identifier: Apache-2.0
 * Words of a line, quoted as in httpd.conf.
 *
 * Blanks separate words.  A word in "..." or '...' may hold blanks; in it \\
 * stands for \ and a backslash before the quote for the quote.  Elsewhere \\
 * stands for \, and any other backslash for itself.  key="two words" and
 * "key=two words" are the same word.
 */
#ifndef SEMR_WORDS_H
#define SEMR_WORDS_H

#include "diag.h"

/* Takes the next word off *line, which is terminated.  *word is a part of the
 * line where nothing has to be unescaped, else a copy in pool.  Returns
 * APR_SUCCESS; APR_EOF, there is no more; or APR_EINVAL and the reason in
 * diag. */
apr_status_t semr_words_next(const char **line, apr_pool_t *pool,
                             semr_view_t *word, semr_diag_t *diag);

/* Whether word is KEY=VALUE, where KEY is letters and hyphens; *key has the
 * part before the sign, *value what is after it. */
int semr_words_option(semr_view_t word, semr_view_t *key, semr_view_t *value);

/* Whether word is name, which is lower case, whatever the case of word. */
int semr_words_equal(semr_view_t word, const char *name);

/* word as it has to be written so that it is read as it is; in pool. */
const char *semr_words_quote(apr_pool_t *pool, semr_view_t word);

#endif
