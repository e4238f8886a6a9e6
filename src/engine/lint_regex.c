/* SPDX-License-Identifier: Apache-2.0
 * What a regex takes, told from its text.
 *
 * Nothing is claimed that is not certain: where a regex holds what is hard to
 * read (verbs, lookarounds, \Q), it is passed over.
 */
#include <string.h>

#include "lint_parts.h"
#include "lint_regex.h"

/* -- what every match must hold -------------------------------------------- */

enum { QUERY = 1, ENCODED = 2, DEPTH_MAX = 16 };

/* A regex as it is read; in groups, level by level */
typedef struct reader_t {
    semr_view_t text;
    apr_size_t at;
    int odd; /* it holds what we do not read */
    int depth;
    struct {
        int holds, alternatives;
    } levels[DEPTH_MAX];
    int unanchored; /* an alternative of the whole begins anywhere */
} reader_t;

static int is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

static int peek(const reader_t *reader, apr_size_t ahead)
{
    apr_size_t at = reader->at + ahead;

    return at < reader->text.len ? (unsigned char)reader->text.p[at] : 0;
}

static int has(const reader_t *reader, const char *text)
{
    apr_size_t len = strlen(text);

    return reader->text.len - reader->at >= len &&
           memcmp(reader->text.p + reader->at, text, len) == 0;
}

/* Whether what stands here can match at the beginning of a path only, or says
 * itself that it may begin anywhere */
static int is_anchored(reader_t reader)
{
    if (has(&reader, "(?i)")) {
        reader.at += 4;
    }
    while (peek(&reader, 0) == '(') {
        reader.at += has(&reader, "(?:") ? 3 : 1;
    }
    return has(&reader, "^") || has(&reader, "\\A") || has(&reader, ".*") ||
           has(&reader, ".+");
}

static void skip_class(reader_t *reader)
{
    reader->at++;
    reader->at += peek(reader, 0) == '^';
    reader->at += peek(reader, 0) == ']';
    while (reader->at < reader->text.len && peek(reader, 0) != ']') {
        reader->odd |= peek(reader, 0) == '[';
        reader->at += peek(reader, 0) == '\\' ? 2 : 1;
    }
    reader->at++;
}

static void open_group(reader_t *reader)
{
    reader->at++;
    if (has(reader, "?:")) {
        reader->at += 2;
    }
    else if (has(reader, "?i)") && reader->at == 1) {
        reader->at += 3;
        return;
    }
    else if (peek(reader, 0) == '?' || peek(reader, 0) == '*') {
        reader->odd = 1;
    }
    if (++reader->depth >= DEPTH_MAX) {
        reader->odd = 1;
        reader->depth = 0;
    }
    reader->levels[reader->depth].holds = 0;
    reader->levels[reader->depth].alternatives = 0;
}

/* What a closed group must hold */
static int close_group(reader_t *reader)
{
    int holds = reader->levels[reader->depth].alternatives
                    ? 0
                    : reader->levels[reader->depth].holds;

    reader->at++;
    if (reader->depth == 0) {
        reader->odd = 1;
        return 0;
    }
    reader->depth--;
    return holds;
}

/* Reads one thing that may be quantified; returns what it holds. */
static int read_atom(reader_t *reader)
{
    int c = peek(reader, 0), holds = 0;

    switch (c) {
    case '\\':
        holds = peek(reader, 1) == '?' ? QUERY : 0;
        reader->odd |= peek(reader, 1) == 'Q' || peek(reader, 1) == 'E' ||
                       peek(reader, 1) == 'c';
        reader->at += 2;
        return holds;
    case '[':
        holds = has(reader, "[?]") || has(reader, "[\\?]") ? QUERY : 0;
        skip_class(reader);
        return holds;
    case ')':
        return close_group(reader);
    case '%':
        holds = is_hex((char)peek(reader, 1)) && is_hex((char)peek(reader, 2));
        /* %2F stays as it is in a decoded path */
        holds =
            holds && !has(reader, "%2F") && !has(reader, "%2f") ? ENCODED : 0;
        break;
    }
    reader->at++;
    return holds;
}

/* Passes over a quantifier; returns whether it lets what is before it out. */
static int skip_quantifier(reader_t *reader)
{
    int c = peek(reader, 0);
    int optional =
        c == '?' || c == '*' || has(reader, "{0") || has(reader, "{,");

    if (c != '?' && c != '*' && c != '+' && c != '{') {
        return 0;
    }
    while (c == '{' && reader->at < reader->text.len &&
           peek(reader, 0) != '}') {
        reader->at++;
    }
    reader->at++;
    if (peek(reader, 0) == '?' || peek(reader, 0) == '+') {
        reader->at++;
    }
    return optional;
}

static void read_regex(reader_t *reader, semr_view_t text)
{
    memset(reader, 0, sizeof(*reader));
    reader->text = text;
    reader->unanchored = !is_anchored(*reader);
    while (reader->at < text.len && !reader->odd) {
        int c = peek(reader, 0), holds;

        if (c == '(') {
            open_group(reader);
            continue;
        }
        if (c == '|') {
            reader->levels[reader->depth].alternatives = 1;
            reader->at++;
            if (reader->depth == 0) {
                reader->unanchored |= !is_anchored(*reader);
            }
            continue;
        }
        holds = read_atom(reader);
        if (!skip_quantifier(reader)) {
            reader->levels[reader->depth].holds |= holds;
        }
    }
    reader->odd |= reader->depth != 0;
}

/* -- how far it reaches ---------------------------------------------------- */

/* What may stand behind the literal beginning of a regex that takes all that
 * begins so */
static const struct {
    const char *tail;
    semr_lint_reach_t reach;
} tails[] = {
    {"", SEMR_LINT_BEGINS},
    {".*", SEMR_LINT_BEGINS},
    {".*$", SEMR_LINT_BEGINS},
    {"(.*)", SEMR_LINT_BEGINS},
    {"(.*)$", SEMR_LINT_BEGINS},
    {"(?:.*)", SEMR_LINT_BEGINS},
    {"(?:.*)$", SEMR_LINT_BEGINS},
    {"/?(.*)", SEMR_LINT_BEGINS},
    {"/?(.*)$", SEMR_LINT_BEGINS},
    {"/?.*", SEMR_LINT_BEGINS},
    {"/?.*$", SEMR_LINT_BEGINS},
    {".+", SEMR_LINT_LONGER},
    {".+$", SEMR_LINT_LONGER},
    {"(.+)", SEMR_LINT_LONGER},
    {"(.+)$", SEMR_LINT_LONGER},
    {"(/.*)?$", SEMR_LINT_SEGMENTS},
    {"(?:/.*)?$", SEMR_LINT_SEGMENTS},
    {"(?:/(.*))?$", SEMR_LINT_SEGMENTS},
    {"(/|$)", SEMR_LINT_SEGMENTS},
    {"(?:/|$)", SEMR_LINT_SEGMENTS},
    {"($|/)", SEMR_LINT_SEGMENTS},
    {"(?:$|/)", SEMR_LINT_SEGMENTS},
};

semr_lint_reach_t semr_lint_regex_reach(apr_pool_t *pool, semr_view_t text,
                                        semr_view_t *literal)
{
    char *out = apr_palloc(pool, text.len + 1);
    reader_t reader = {.text = text};
    apr_size_t len = 0, i;

    if (peek(&reader, 0) == '^' || has(&reader, "\\A")) {
        reader.at += peek(&reader, 0) == '^' ? 1 : 2;
    }
    while (reader.at < text.len) {
        int escaped = peek(&reader, 0) == '\\';
        int c = peek(&reader, (apr_size_t)escaped);
        int next = peek(&reader, (apr_size_t)escaped + 1);

        if (!c || (!escaped && strchr("^$.[]()|?*+{}", c)) ||
            (escaped && !strchr("^$.[]()|?*+{}/-_\\", c)) ||
            (next && strchr("?*{+", next))) {
            break;
        }
        out[len++] = (char)c;
        reader.at += 1 + (apr_size_t)escaped;
    }
    *literal = semr_view(out, len);
    for (i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
        if (strlen(tails[i].tail) == text.len - reader.at &&
            has(&reader, tails[i].tail)) {
            return tails[i].reach;
        }
    }
    return SEMR_LINT_NARROW;
}

/* -- findings -------------------------------------------------------------- */

static int ends_in_word(semr_view_t literal)
{
    const char *name = memrchr(literal.p, '/', literal.len);
    char last = literal.len ? literal.p[literal.len - 1] : '/';

    return name &&
           ((last >= '0' && last <= '9') || (last >= 'a' && last <= 'z') ||
            (last >= 'A' && last <= 'Z')) &&
           !memchr(name, '.', (apr_size_t)(literal.p + literal.len - name));
}

/* "\.php$": that it may begin anywhere is the point of it. */
static int is_suffix(semr_view_t text)
{
    return text.len > 2 && memcmp(text.p, "\\.", 2) == 0 &&
           text.p[text.len - 1] == '$';
}

static void tell_reach(semr_lint_work_t *work, semr_view_t text)
{
    semr_view_t literal;

    if (semr_lint_regex_reach(work->each, text, &literal) == SEMR_LINT_BEGINS &&
        ends_in_word(literal) && semr_lint_finds(work, SEMR_FINDING_OPEN_END)) {
        const char *shown = semr_diag_show(work->each, literal);

        semr_lint_say(work, SEMR_FINDING_OPEN_END, NULL, 0,
                      "takes %s, but also %s-2 and whatever begins "
                      "so",
                      shown, shown);
    }
}

void semr_lint_regex(semr_lint_work_t *work)
{
    semr_view_t text = work->rule.from;
    reader_t reader;
    int holds;

    read_regex(&reader, text);
    if (reader.odd) {
        return;
    }
    holds = reader.levels[0].alternatives ? 0 : reader.levels[0].holds;
    if (holds & QUERY && semr_lint_finds(work, SEMR_FINDING_QUERY_IN_PATH)) {
        semr_lint_say(work, SEMR_FINDING_QUERY_IN_PATH, NULL, 0,
                      "asks for a \"?\", but sees the path alone");
    }
    if (holds & ENCODED && semr_lint_finds(work, SEMR_FINDING_ENCODED_REGEX)) {
        semr_lint_say(work, SEMR_FINDING_ENCODED_REGEX, NULL, 0,
                      "asks for a percent sign and two digits, but sees the "
                      "path decoded");
    }
    if (reader.unanchored && text.len && !is_suffix(text)) {
        if (semr_lint_finds(work, SEMR_FINDING_NOT_ANCHORED)) {
            semr_lint_say(work, SEMR_FINDING_NOT_ANCHORED, NULL, 0,
                          "matches anywhere in a path");
        }
        return;
    }
    if (text.len && text.p[0] == '^') {
        tell_reach(work, text);
    }
}
