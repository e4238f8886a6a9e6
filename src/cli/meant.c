/* SPDX-License-Identifier: Apache-2.0
 * The nearest name, by the engine's distance of names.
 */
#include <string.h>

#include <apr_strings.h>

#include "meant.h"
#include "suggest_parts.h"

/* Letters from which on one, and two, may be wrong */
enum { ONE_FROM = 3, TWO_FROM = 6 };

void cli_meant_begin(cli_meant_t *meant, const char *word, apr_size_t len)
{
    meant->word = (semr_view_t){word, len};
    meant->name = NULL;
    meant->most = len < ONE_FROM ? 0 : len < TWO_FROM ? 1 : 2;
}

void cli_meant_try(cli_meant_t *meant, const char *name)
{
    semr_view_t other = {name, strlen(name)};
    int distance;

    if (meant->most < 1) {
        return;
    }
    distance = semr_suggest_distance(meant->word, other, meant->most);
    if (distance <= meant->most) {
        meant->name = name;
        meant->most = distance - 1;
    }
}

const char *cli_meant_words(const cli_meant_t *meant, const char *before,
                            apr_pool_t *pool)
{
    return meant->name ? apr_pstrcat(pool, " (did you mean ", before,
                                     meant->name, "?)", NULL)
                       : "";
}
