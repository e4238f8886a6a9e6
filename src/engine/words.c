/* SPDX-License-Identifier: Apache-2.0
 * Words of a line; see words.h.
 */
#include <string.h>

#include <apr_strings.h>

#include "words.h"

#define BLANKS " \t\n\v\f\r"

enum { BLANK = 1, KEY = 2 };

static const unsigned char class[256] = {
    ['\t' ... '\r'] = BLANK, [' '] = BLANK, ['A' ... 'Z'] = KEY,
    ['a' ... 'z'] = KEY,     ['-'] = KEY,
};

static inline int is(char c, int what)
{
    return class[(unsigned char)c] & what;
}

/* What [p, end) says, with prefix before it; a backslash is lost before
 * another one, and before quote. */
static semr_view_t unescape(apr_pool_t *pool, semr_view_t prefix, const char *p,
                            const char *end, char quote)
{
    char *text = apr_palloc(pool, prefix.len + (apr_size_t)(end - p) + 1);
    char *out = text + prefix.len;

    memcpy(text, prefix.p, prefix.len);
    while (p < end) {
        if (*p == '\\' && p + 1 < end &&
            (p[1] == '\\' || (quote && p[1] == quote))) {
            p++;
        }
        *out++ = *p++;
    }
    *out = '\0';
    return (semr_view_t){text, (apr_size_t)(out - text)};
}

/* A quoted word, or the quoted value behind prefix, which is KEY= */
static apr_status_t quoted(const char **line, const char *p, semr_view_t prefix,
                           apr_pool_t *pool, semr_view_t *word,
                           semr_diag_t *diag)
{
    const char *start = p + 1;
    char quote = *p;
    int escapes = 0;

    for (p = start; *p != quote; p++) {
        if (*p == '\0') {
            semr_view_t rest = {start - 1, (apr_size_t)(p - start) + 1};

            return semr_diag_set(
                diag, pool,
                "The quote that begins at %s is not closed. "
                "Put a %c at the end of the word, or a backslash before it "
                "where it is meant as text.",
                semr_diag_show(pool, rest), quote);
        }
        if (*p == '\\' && (p[1] == quote || p[1] == '\\')) {
            escapes = 1;
            p++;
        }
    }
    *line = p + 1;
    if (escapes || prefix.len) {
        *word = unescape(pool, prefix, start, p, quote);
    }
    else {
        *word = (semr_view_t){start, (apr_size_t)(p - start)};
    }
    return APR_SUCCESS;
}

/* Whether the word up to p is KEY= */
static int is_prefix(const char *word, const char *p)
{
    if (p < word + 2 || p[-1] != '=') {
        return 0;
    }
    while (--p > word && is(p[-1], KEY)) {
    }
    return p == word;
}

apr_status_t semr_words_next(const char **line, apr_pool_t *pool,
                             semr_view_t *word, semr_diag_t *diag)
{
    const char *p = *line, *start;
    semr_view_t prefix = {"", 0};
    int escapes = 0;

    while (is(*p, BLANK)) {
        p++;
    }
    *line = start = p;
    if (*p == '\0') {
        return APR_EOF;
    }
    if (*p == '"' || *p == '\'') {
        return quoted(line, p, prefix, pool, word, diag);
    }
    for (;; p++) {
        p += strcspn(p, BLANKS "\\\"'");
        if ((*p == '"' || *p == '\'') && is_prefix(start, p)) {
            prefix = (semr_view_t){start, (apr_size_t)(p - start)};
            return quoted(line, p, prefix, pool, word, diag);
        }
        if (*p == '\0' || is(*p, BLANK)) {
            break;
        }
        escapes |= p[0] == '\\' && p[1] == '\\';
    }
    *line = p;
    if (escapes) {
        *word = unescape(pool, prefix, start, p, '\0');
    }
    else {
        *word = (semr_view_t){start, (apr_size_t)(p - start)};
    }
    return APR_SUCCESS;
}

int semr_words_option(semr_view_t word, semr_view_t *key, semr_view_t *value)
{
    apr_size_t len = 0;

    while (len < word.len && is(word.p[len], KEY)) {
        len++;
    }
    if (len == 0 || len == word.len || word.p[len] != '=') {
        return 0;
    }
    *key = (semr_view_t){word.p, len};
    *value = (semr_view_t){word.p + len + 1, word.len - len - 1};
    return 1;
}

int semr_words_equal(semr_view_t word, const char *name)
{
    apr_size_t i;

    for (i = 0; i < word.len; i++) {
        char c = word.p[i];

        if (c >= 'A' && c <= 'Z') {
            c = (char)(c + ('a' - 'A'));
        }
        if (name[i] == '\0' || c != name[i]) {
            return 0;
        }
    }
    return name[i] == '\0';
}

/* Whether word, without quotes around it, would be read as another. */
static int needs_quotes(semr_view_t word)
{
    apr_size_t i;

    for (i = 0; i < word.len; i++) {
        char c = word.p[i];

        if (is(c, BLANK) || c == '"' || c == '\'' ||
            (c == '\\' && i + 1 < word.len && word.p[i + 1] == '\\')) {
            return 1;
        }
    }
    return word.len == 0;
}

const char *semr_words_quote(apr_pool_t *pool, semr_view_t word)
{
    char *text, *out;
    apr_size_t i;

    if (!needs_quotes(word)) {
        return apr_pstrmemdup(pool, word.p, word.len);
    }
    out = text = apr_palloc(pool, 2 * word.len + 3);
    *out++ = '"';
    for (i = 0; i < word.len; i++) {
        if (word.p[i] == '"' || word.p[i] == '\\') {
            *out++ = '\\';
        }
        *out++ = word.p[i];
    }
    *out++ = '"';
    *out = '\0';
    return text;
}
