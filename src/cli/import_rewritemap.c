/* SPDX-License-Identifier: Apache-2.0
 * import rewritemap: a text file of keys and values, as RewriteMap txt: has it.
 *
 * The RewriteRule that asks it is not in the file: keys are taken to be whole
 * paths, with or without their leading slash, and --intent says the code.
 */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import.h"
#include "url.h"

/* httpd reads that much of a line. */
enum { LINE_MAX_LEN = 1024 };

/* The next word, or one of no length */
static semr_view_t take_word(semr_view_t *line)
{
    semr_view_t word;

    while (line->len && apr_isspace(*line->p)) {
        line->p++;
        line->len--;
    }
    word = semr_view(line->p, 0);
    while (line->len && !apr_isspace(*line->p)) {
        line->p++;
        line->len--;
        word.len++;
    }
    return word;
}

static const char *copy(import_t *import, semr_view_t text)
{
    char *p, *word = apr_pstrmemdup(import->pool, text.p, text.len);

    for (p = word; p < word + text.len; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F) {
            *p = ' ';
        }
    }
    return word;
}

static int is_url(semr_view_t value)
{
    return (value.len > 7 && !strncmp(value.p, "http://", 7)) ||
           (value.len > 8 && !strncmp(value.p, "https://", 8));
}

/* httpd looks a key up that is decoded: a percent sign is one. */
static const char *key_path(import_t *import, semr_view_t key)
{
    char *path = apr_palloc(import->pool, 3 * key.len + 2), *out = path;
    apr_size_t i;

    if (*key.p != '/') {
        *out++ = '/';
    }
    for (i = 0; i < key.len; i++) {
        if (key.p[i] == '%') {
            memcpy(out, "%25", 3);
            out += 3;
        }
        else {
            *out++ = key.p[i];
        }
    }
    *out = '\0';
    return path;
}

static void read_row(import_t *import, unsigned number, semr_view_t line)
{
    const char *words =
        copy(import, semr_view(line.p, line.len < 500 ? line.len : 500));
    apr_size_t len = line.len;
    semr_view_t key = take_word(&line), value = take_word(&line);
    import_move_t move = {.line = number, .words = words, .kind = IMPORT_EXACT};

    if (len >= LINE_MAX_LEN) {
        import_leave(import, number, words, NULL,
                     "httpd reads 1024 bytes of a line, and so another value "
                     "than the one that is written.");
        return;
    }
    if (!value.len) {
        import_leave(import, number, words, NULL,
                     "its key has no value, so that httpd finds nothing.");
        return;
    }
    if (memchr(key.p, '?', key.len)) {
        import_leave(import, number, words, NULL,
                     "its key has a query, and httpd looks up what a "
                     "RewriteRule hands it, which this file does not tell.");
        return;
    }
    move.from = key_path(import, key);
    if (*value.p != '/' && !is_url(value)) {
        value.p = apr_pstrcat(import->pool, "/", copy(import, value), NULL);
        value.len++;
    }
    move.to = import_to(import, value);
    move.drop_query = memchr(value.p, '?', value.len) != NULL;
    import_move(import, &move);
}

apr_status_t import_read_rewritemap(import_t *import)
{
    semr_view_t rest = import->text, line;
    unsigned number = 0;

    while (import_line(&rest, &line, &number)) {
        semr_view_t copied = line, word = take_word(&copied);

        if (line.len && *line.p == '#') {
            import_comment(import, number, semr_view(line.p + 1, line.len - 1));
        }
        else if (word.len) {
            read_row(import, number, line);
        }
    }
    return APR_SUCCESS;
}
