/* SPDX-License-Identifier: Apache-2.0
 * What readers tell, kept; and what they share.
 */
#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

#include "import.h"

/* What a source has may hold anything; what is told of it is a line. */
static char *on_a_line(char *text)
{
    char *p;

    for (p = text; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F) {
            *p = '?';
        }
    }
    return text;
}

static import_told_t *tell(import_t *import, unsigned line, const char *words,
                           const char *format, va_list ap)
{
    import_told_t *told = apr_array_push(import->told);

    told->line = line;
    told->number = (unsigned)import->told->nelts;
    told->left = 0;
    told->words = words;
    told->text = on_a_line(apr_pvsprintf(import->pool, format, ap));
    told->nearest = NULL;
    return told;
}

void import_move(import_t *import, const import_move_t *move)
{
    APR_ARRAY_PUSH(import->moves, import_move_t) = *move;
}

void import_leave(import_t *import, unsigned line, const char *words,
                  const char *nearest, const char *format, ...)
{
    import_told_t *told;
    va_list ap;

    va_start(ap, format);
    told = tell(import, line, words, format, ap);
    va_end(ap);
    told->left = 1;
    told->nearest = nearest;
    import->left++;
}

void import_notice(import_t *import, unsigned line, const char *words,
                   const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    tell(import, line, words, format, ap);
    va_end(ap);
}

void import_comment(import_t *import, unsigned line, semr_view_t text)
{
    import_told_t *comment = apr_array_push(import->comments);

    memset(comment, 0, sizeof(*comment));
    comment->line = line;
    comment->text = apr_pstrmemdup(import->pool, text.p, text.len);
}

int import_line(semr_view_t *rest, semr_view_t *line, unsigned *number)
{
    const char *end;

    if (!rest->len) {
        return 0;
    }
    end = memchr(rest->p, '\n', rest->len);
    line->p = rest->p;
    line->len = end ? (apr_size_t)(end - rest->p) : rest->len;
    rest->p += line->len + (end ? 1 : 0);
    rest->len -= line->len + (end ? 1 : 0);
    if (line->len && line->p[line->len - 1] == '\r') {
        line->len--;
    }
    ++*number;
    return 1;
}
