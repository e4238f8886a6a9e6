/* SPDX-License-Identifier: Apache-2.0
 * A path that a regex should take: its literal text, the first of its
 * alternatives and of its classes, once where it may repeat; or, by another
 * choice, some other of them.  Whoever asks sees from the lookup whether the
 * guess was right.
 */
#include <string.h>

#include "url.h"
#include "witness.h"

enum { ROOM = 500, DEPTH_MAX = 16, REPEATS_MAX = 64, DIGITS = 7 };

typedef struct sampler_t {
    const char *p, *end;
    char *out;
    apr_size_t len;
    semr_view_t word;
    int failed;
    int depth;
    apr_uint32_t choice; /* 0: the first of all */
    const char *text;    /* where the regex begins */
} sampler_t;

static void alternatives(sampler_t *s);

static void put(sampler_t *s, char c)
{
    if (s->len == ROOM) {
        s->failed = 1;
        return;
    }
    s->out[s->len++] = c;
}

/* One of n by the choice, another at each place of the text; the same again */
static unsigned pick(const sampler_t *s, unsigned n)
{
    apr_uint32_t mixed =
        s->choice * 2654435761u ^ (apr_uint32_t)(s->p - s->text) * 2246822519u;

    mixed ^= mixed >> 15;
    mixed *= 2654435761u;
    return s->choice ? (mixed >> 13) % n : 0;
}

static int next_is(const sampler_t *s, char c)
{
    return s->p < s->end && *s->p == c;
}

/* One byte for an escape; nothing for one that matches no byte */
static void escape(sampler_t *s)
{
    char c = s->p + 1 < s->end ? s->p[1] : '\0';

    s->p += 2;
    if (c && strchr("AzZbB", c)) {
        return;
    }
    if (c == 'd') {
        put(s, '1');
    }
    else if (c == 'w' || c == 'S' || c == 'D') {
        put(s, *s->word.p);
    }
    else if (c == 'W') {
        put(s, '-');
    }
    else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
             (c >= 'A' && c <= 'Z') || !c) {
        s->failed = 1;
    }
    else {
        put(s, c);
    }
}

/* A member of a class, which ends at end: its first, or the one chosen */
static const char *member_of(const sampler_t *s, const char *first,
                             const char *end)
{
    const char *p, *member = first;
    unsigned n = 0;

    if (!s->choice) {
        return first;
    }
    for (p = first; p < end; p += *p == '\\' ? 2 : 1) {
        n += *p != '-';
    }
    n = n ? pick(s, n) : 0;
    for (p = first; p < end; p += *p == '\\' ? 2 : 1) {
        if (*p != '-' && n-- == 0) {
            member = p;
            break;
        }
    }
    return member;
}

static void put_member(sampler_t *s, const char *member)
{
    sampler_t one = *s;

    if (*member != '\\') {
        put(s, *member);
        return;
    }
    one.p = member;
    escape(&one);
    s->len = one.len;
    s->failed |= one.failed;
}

static void class(sampler_t *s)
{
    const char *first = s->p + 1, *p = first;
    int negated = p < s->end && *p == '^';

    p += negated;
    first = p;
    p += p < s->end && *p == ']';
    while (p < s->end && *p != ']') {
        p += *p == '\\' ? 2 : 1;
    }
    if (p >= s->end || memchr(first, '[', (apr_size_t)(p - first))) {
        s->failed = 1;
        return;
    }
    s->p = p + 1;
    if (negated) {
        put(s, *s->word.p);
    }
    else {
        put_member(s, member_of(s, first, p));
    }
}

static void group(sampler_t *s)
{
    s->p++;
    if (next_is(s, '*')) {
        s->failed = 1;
    }
    if (next_is(s, '?')) {
        const char *p = s->p + 1;

        if (p < s->end && (*p == 'P' || *p == '<' || *p == '\'')) {
            while (p < s->end && *p != '>' && !strchr("=!)", *p)) {
                p++;
            }
            s->failed |= p >= s->end || *p != '>';
        }
        else {
            while (p < s->end && *p >= 'a' && *p <= 'z') {
                p++;
            }
            if (p < s->end && *p == ')') {
                s->p = p + 1; /* options alone */
                return;
            }
            s->failed |= p >= s->end || *p != ':';
        }
        s->p = p + 1;
    }
    if (s->failed || ++s->depth > DEPTH_MAX) {
        s->failed = 1;
        return;
    }
    alternatives(s);
    s->depth--;
    s->failed |= !next_is(s, ')');
    s->p++;
}

/* Goes on from one byte: the word where any may stand, or digits. */
static void put_many(sampler_t *s, char first)
{
    apr_size_t i;

    for (i = 1; first == *s->word.p && i < s->word.len; i++) {
        put(s, s->word.p[i]);
    }
    for (i = 1; first >= '0' && first <= '9' && i < DIGITS; i++) {
        put(s, first);
    }
}

/* Repeats what was put since from as often as a quantifier asks. */
static void quantifier(sampler_t *s, apr_size_t from)
{
    apr_size_t len = s->len - from;
    int times = 0;

    if (s->p >= s->end || !strchr("?*+{", *s->p)) {
        return;
    }
    if ((*s->p == '*' || *s->p == '?') && pick(s, 3) == 1) {
        s->len = from;
        len = 0;
    }
    else if ((*s->p == '*' || *s->p == '+') && len == 1 && pick(s, 4) < 2) {
        put_many(s, s->out[from]);
    }
    if (*s->p++ == '{') {
        while (s->p < s->end && *s->p >= '0' && *s->p <= '9' &&
               times < REPEATS_MAX) {
            times = times * 10 + *s->p++ - '0';
        }
        while (s->p < s->end && *s->p++ != '}') {
        }
    }
    for (; times > 1 && s->len + len <= ROOM; times--) {
        memcpy(s->out + s->len, s->out + from, len);
        s->len += len;
    }
    if (next_is(s, '?') || next_is(s, '+')) {
        s->p++;
    }
}

static void sequence(sampler_t *s)
{
    while (s->p < s->end && *s->p != '|' && *s->p != ')' && !s->failed) {
        apr_size_t from = s->len;

        switch (*s->p) {
        case '\\':
            escape(s);
            break;
        case '[':
            class(s);
            break;
        case '(':
            group(s);
            break;
        case '^':
        case '$':
            s->p++;
            break;
        default:
            put(s, *s->p == '.' ? *s->word.p : *s->p);
            s->p++;
        }
        if (!s->failed) {
            quantifier(s, from);
        }
    }
}

/* The first counts, or each with the same chance. */
static void alternatives(sampler_t *s)
{
    apr_size_t from = s->len, len;
    unsigned n = 1;

    sequence(s);
    len = s->len;
    while (next_is(s, '|') && !s->failed) {
        s->p++;
        n++;
        sequence(s);
        if (s->choice && pick(s, n) == 0) {
            memmove(s->out + from, s->out + len, s->len - len);
            len = from + s->len - len;
        }
        s->len = len;
    }
}

semr_view_t semr_witness_choice(apr_pool_t *pool, semr_view_t text,
                                semr_view_t word, unsigned choice)
{
    char *out = apr_palloc(pool, ROOM + 1);
    sampler_t s = {.p = text.p,
                   .end = text.p + text.len,
                   .out = out + 1,
                   .word = word,
                   .choice = choice,
                   .text = text.p};

    alternatives(&s);
    if (s.failed || s.p != s.end) {
        return semr_view(NULL, 0);
    }
    if (s.len && out[1] == '/') {
        return semr_view(out + 1, s.len);
    }
    out[0] = '/';
    return semr_view(out, s.len + 1);
}

semr_view_t semr_witness_sample(apr_pool_t *pool, semr_view_t text,
                                semr_view_t word)
{
    return semr_witness_choice(pool, text, word, 0);
}
