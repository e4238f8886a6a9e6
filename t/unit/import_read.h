/* SPDX-License-Identifier: Apache-2.0
 * Readers of other servers' redirects: what they read, as lines, before the
 * core reduces and orders them.
 */
#ifndef SEMR_TEST_IMPORT_READ_H
#define SEMR_TEST_IMPORT_READ_H

#include "import_use.h"

/* The lines, joined; "left" if nothing came out, and a redirect was left;
 * "no file" if the reader said so. */
static const char *lines_of(import_t *import, const char *text,
                            apr_status_t (*read)(import_t *import))
{
    const char *lines = "";
    int i;

    import->text = view(text);
    if (read(import) != APR_SUCCESS) {
        assert_int_equal(import->told->nelts, 1);
        return "no file";
    }
    for (i = 0; i < import->moves->nelts; i++) {
        const char *line =
            import_say(import, &APR_ARRAY_IDX(import->moves, i, import_move_t));

        if (line) {
            lines = apr_pstrcat(pool, lines, *lines ? "\n" : "", line, NULL);
        }
    }
    return !*lines && import->left ? "left" : lines;
}

#endif
