/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: httpd's configuration, or a RewriteMap -> rules.
 *
 * The first byte of the input chooses the reader and its options.  What has to
 * hold: reading never fails; what is told is one line of text; what a move
 * sends to is what the engine takes, or it is told.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>

#include "../unit/import_use.h"

enum { READER_MAP = 1, HTACCESS = 2, HOST = 4, DIRECTIVES = 8 };

static void fail(const char *what, const char *text)
{
    fprintf(stderr, "%s:\n%s\n", what, text);
    abort();
}

static void check_told(const apr_array_header_t *told)
{
    for (int i = 0; i < told->nelts; i++) {
        const import_told_t *one = &APR_ARRAY_IDX(told, i, import_told_t);

        if (strpbrk(one->text, "\r\n") ||
            (one->words && strpbrk(one->words, "\r\n"))) {
            fail("what is told is more than one line", one->text);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    apr_pool_t *pool;
    import_t import;
    const char *line;

    if (!started++) {
        apr_initialize();
    }
    if (size == 0) {
        return 0;
    }
    apr_pool_create(&pool, NULL);
    import_begin(&import, pool);
    import.base = *data & HTACCESS ? "/base/" : NULL;
    import.host = *data & HOST ? "www.example.com" : NULL;
    import.directives = (*data & DIRECTIVES) != 0;
    import.text = semr_view(
        apr_pstrmemdup(pool, (const char *)data + 1, size - 1), size - 1);
    if ((*data & READER_MAP ? import_read_rewritemap
                            : import_read_apache)(&import) != APR_SUCCESS) {
        fail("the reader fails", import.text.p);
    }
    import_reduce_all(&import);
    import_order(&import);
    for (int i = 0; i < import.moves->nelts; i++) {
        line =
            import_say(&import, &APR_ARRAY_IDX(import.moves, i, import_move_t));
        if (line && strpbrk(line, "\r\n")) {
            fail("a rule is more than one line", line);
        }
    }
    check_told(import.told);
    apr_pool_destroy(pool);
    return 0;
}
