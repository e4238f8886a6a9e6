/* SPDX-License-Identifier: Apache-2.0
 * Moves, as a reader has them, on their way to lines.
 */
#include <stdlib.h>

#include <apr_strings.h>

#include "import_core.h"
#include "import_write.h"

static void say_moves(import_result_t *result, import_t *import)
{
    const char **lines = apr_pcalloc(
        import->pool, (apr_size_t)(import->moves->nelts + 1) * sizeof(*lines));
    int i;

    for (i = 0; i < import->moves->nelts; i++) {
        import_move_t *move = &APR_ARRAY_IDX(import->moves, i, import_move_t);

        lines[i] = import_say(import, move);
        if (lines[i]) {
            result->rules++;
            result->kinds[move->kind]++;
        }
    }
    result->lines = lines;
}

static int by_line(const void *a, const void *b)
{
    const import_told_t *x = a, *y = b;

    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Readers, their core and the lines tell in turn; people read by line. */
static void sort_told(import_t *import)
{
    qsort(import->told->elts, (apr_size_t)import->told->nelts,
          sizeof(import_told_t), by_line);
}

void import_make(import_t *import, import_result_t *result)
{
    result->import = import;
    import_reduce_all(import);
    import_pair_all(import);
    import_order(import);
    say_moves(result, import);
    sort_told(import);
}
