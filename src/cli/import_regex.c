/* SPDX-License-Identifier: Apache-2.0
 * A regex -> its pieces.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_regex.h"

typedef struct reading_t {
    apr_pool_t *pool;
    const char *p;
    int dots;
    int quotes; /* behind \Q */
    import_regex_t *regex;
} reading_t;

static int is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

static int skip(reading_t *reading, const char *text)
{
    apr_size_t len = strlen(text);

    if (strncmp(reading->p, text, len)) {
        return 0;
    }
    reading->p += len;
    return 1;
}

/* Whether the piece before is repeated in a way that no piece is */
static int is_repeated(const reading_t *reading)
{
    return *reading->p && strchr("*+?{", *reading->p);
}

static import_piece_t *add(reading_t *reading, import_piece_kind_t kind,
                           int group)
{
    import_regex_t *regex = reading->regex;
    import_piece_t *piece;

    if (regex->npieces == IMPORT_PIECES_MAX) {
        return NULL;
    }
    piece = &regex->pieces[regex->npieces++];
    memset(piece, 0, sizeof(*piece));
    piece->kind = kind;
    piece->group = group;
    return piece;
}

static int add_word(import_piece_t *piece, const char *word)
{
    if (!piece || piece->nwords == IMPORT_WORDS_MAX) {
        return 0;
    }
    piece->words[piece->nwords++] = word;
    return 1;
}

/* -- one byte -------------------------------------------------------------- */

/* Takes a byte that stands for itself; 0: what stands there is none. */
static int take_byte(reading_t *reading, char *byte)
{
    const char *p = reading->p;

    if (*p == '\\') {
        if (!p[1] || is_alnum(p[1])) {
            return 0;
        }
        *byte = p[1];
        reading->p += 2;
        return 1;
    }
    if (*p == '.' ? !reading->dots || (p[1] && strchr("*+?{", p[1]))
                  : !*p || strchr("^$[]()|?*+{}", *p)) {
        return 0;
    }
    *byte = *p;
    reading->p++;
    return 1;
}

static const char *word_of(reading_t *reading, char byte)
{
    return apr_pstrmemdup(reading->pool, &byte, 1);
}

/* [.] or [Aa]: bytes that stand for themselves */
static int take_class(reading_t *reading)
{
    import_piece_t *piece;

    reading->p++;
    piece = add(reading, PIECE_CHOICE, 0);
    while (*reading->p && *reading->p != ']') {
        char byte = *reading->p++;

        if (byte == '\\') {
            byte = *reading->p;
            if (!byte || is_alnum(byte)) {
                return 0;
            }
            reading->p++;
        }
        else if (!is_alnum(byte) && !strchr("./_ ~", byte)) {
            return 0; /* a range, a POSIX class, "not" */
        }
        if (!add_word(piece, word_of(reading, byte))) {
            return 0;
        }
    }
    if (!piece || !piece->nwords || *reading->p++ != ']') {
        return 0;
    }
    if (*reading->p == '?' && !add_word(piece, "")) {
        return 0;
    }
    reading->p += *reading->p == '?';
    return !is_repeated(reading);
}

/* Bytes in a row, of which the last may be optional */
static int take_literal(reading_t *reading)
{
    apr_size_t len = 0;
    char *word = apr_palloc(reading->pool, strlen(reading->p) + 1);
    const char *last = reading->p;
    char byte;

    while (last = reading->p, take_byte(reading, &byte)) {
        if (is_repeated(reading)) {
            break;
        }
        word[len++] = byte;
    }
    word[len] = '\0';
    if (len && !add_word(add(reading, PIECE_CHOICE, 0), word)) {
        return 0;
    }
    if (reading->p == last) { /* nothing is repeated */
        return len > 0;
    }
    if (*reading->p++ != '?' || is_repeated(reading)) {
        return 0;
    }
    if (!add_word(add(reading, PIECE_CHOICE, 0), word_of(reading, byte))) {
        return 0;
    }
    return add_word(&reading->regex->pieces[reading->regex->npieces - 1], "");
}

/* \Q...\E */
static int take_quoted(reading_t *reading)
{
    const char *begin = reading->p, *end = strstr(begin, "\\E");
    apr_size_t len = end ? (apr_size_t)(end - begin) : strlen(begin);

    reading->p += len + (end ? 2 : 0);
    if (is_repeated(reading)) {
        return 0;
    }
    return !len || add_word(add(reading, PIECE_CHOICE, 0),
                            apr_pstrmemdup(reading->pool, begin, len));
}

/* -- groups ---------------------------------------------------------------- */

/* a|b|c, and the parenthesis */
static int take_words(reading_t *reading, int group)
{
    import_piece_t *piece = add(reading, PIECE_CHOICE, group);
    char *word = apr_palloc(reading->pool, strlen(reading->p) + 1), byte;
    apr_size_t len = 0;

    for (;;) {
        if (*reading->p == '|' || *reading->p == ')') {
            word[len] = '\0';
            if (!add_word(piece, apr_pstrdup(reading->pool, word))) {
                return 0;
            }
            len = 0;
            if (*reading->p++ == ')') {
                break;
            }
        }
        else if (take_byte(reading, &byte) && !is_repeated(reading)) {
            word[len++] = byte;
        }
        else {
            return 0;
        }
    }
    if (*reading->p == '?' && !add_word(piece, "")) {
        return 0;
    }
    reading->p += *reading->p == '?';
    return !is_repeated(reading);
}

static int take_group(reading_t *reading)
{
    static const struct {
        const char *text;
        import_piece_kind_t kind;
    } known[] = {
        {"[^/]+)", PIECE_SEGMENT}, {"[^\\/]+)", PIECE_SEGMENT},
        {".*)", PIECE_REST},       {"/.*)?", PIECE_TAIL_OPT},
        {"/.*)", PIECE_TAIL},      {"\\/.*)?", PIECE_TAIL_OPT},
        {"\\/.*)", PIECE_TAIL},    {"/|$)", PIECE_BOUNDARY},
        {"$|/)", PIECE_BOUNDARY},  {"\\/|$)", PIECE_BOUNDARY},
    };
    int group = 0;
    apr_size_t i;

    if (skip(reading, "(?:/(.*))?")) {
        group = ++reading->regex->ngroups;
        return group < IMPORT_GROUPS_MAX &&
               add(reading, PIECE_REST_OPT, group) && !is_repeated(reading);
    }
    reading->p++;
    if (!skip(reading, "?:")) {
        if (*reading->p == '?' || *reading->p == '*' ||
            ++reading->regex->ngroups >= IMPORT_GROUPS_MAX) {
            return 0;
        }
        group = reading->regex->ngroups;
    }
    for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (skip(reading, known[i].text)) {
            return add(reading, known[i].kind, group) != NULL &&
                   !is_repeated(reading);
        }
    }
    return take_words(reading, group);
}

/* -- all of it ------------------------------------------------------------- */

static int take_piece(reading_t *reading)
{
    const char *p = reading->p;

    if (skip(reading, "\\Q")) {
        return take_quoted(reading);
    }
    if (skip(reading, "[^/]+") || skip(reading, "[^\\/]+")) {
        return add(reading, PIECE_SEGMENT, 0) && !is_repeated(reading);
    }
    if (skip(reading, ".*")) {
        return add(reading, PIECE_REST, 0) && !is_repeated(reading);
    }
    if (skip(reading, "$") || skip(reading, "\\z")) {
        return add(reading, PIECE_END, 0) && !*reading->p;
    }
    if (*p == '(') {
        return take_group(reading);
    }
    return *p == '[' ? take_class(reading) : take_literal(reading);
}

int import_regex_read(apr_pool_t *pool, const char *text, int dots,
                      import_regex_t *regex)
{
    reading_t reading = {.pool = pool, .p = text, .dots = dots, .regex = regex};

    regex->anchored = regex->fold = regex->npieces = regex->ngroups = 0;
    regex->fold = skip(&reading, "(?i)");
    regex->anchored = skip(&reading, "^") || skip(&reading, "\\A");
    regex->fold |= skip(&reading, "(?i)");
    if (is_repeated(&reading)) {
        return 0;
    }
    while (*reading.p) {
        if (!take_piece(&reading)) {
            return 0;
        }
    }
    return 1;
}
