/* SPDX-License-Identifier: Apache-2.0
 * What tests of patterns and of regexes share: captures as text, and texts at
 * random.
 */
#ifndef SEMR_TEST_MATCH_USE_H
#define SEMR_TEST_MATCH_USE_H

#include "pattern.h"
#include "views.h"

/* The captures, a regex's $0 first, as "[one][two]"; "no" if it does not match.
 */
static const char *told(int matched, const semr_match_t *match)
{
    const char *text = "";
    int i;

    if (!matched) {
        return "no";
    }
    for (i = 0; i < match->ncaptures; ++i) {
        assert_int_equal(match->captures[i].decoded, 0);
        text = apr_pstrcat(pool, text, "[", text_of(match->captures[i].text),
                           "]", NULL);
    }
    return text;
}

/* A slash, and n of the pieces */
static const char *random_text(const char *const *piece, int npieces, int n)
{
    const char *text = "/";

    while (n-- > 0) {
        text = apr_pstrcat(pool, text, piece[rand() % npieces], NULL);
    }
    return text;
}

#endif
