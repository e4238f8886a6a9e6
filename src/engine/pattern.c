/* SPDX-License-Identifier: Apache-2.0
 * Path patterns: literal text and {name}s, segment by segment.
 *
 * Within a segment literals are placed from right to left, each as far right
 * as leaves a byte for the capture behind it.  That gives the first capture
 * the most that backtracking would find, without backtracking.
 */
#include <string.h>

#include "pattern.h"

static int is_op(char c)
{
    return (unsigned char)c >= SEMR_OP_CAPTURE;
}

/* A raw percent sign in canonical text always begins a %XX. */
static int cuts_triplet(semr_view_t text, apr_size_t at)
{
    return (at >= 1 && text.p[at - 1] == '%') ||
           (at >= 2 && text.p[at - 2] == '%');
}

/* The last place of literal in text that is not behind max; -1: none. */
static apr_ssize_t last_place(semr_view_t literal, semr_view_t text,
                              apr_ssize_t max)
{
    apr_ssize_t at;

    for (at = max; at >= 0; --at) {
        if (!cuts_triplet(text, at) &&
            memcmp(text.p + at, literal.p, literal.len) == 0) {
            return at;
        }
    }
    return -1;
}

static int starts_with(semr_view_t text, semr_view_t literal)
{
    return text.len >= literal.len &&
           memcmp(text.p, literal.p, literal.len) == 0;
}

static int capture(semr_match_t *match, char op, semr_view_t text)
{
    int n = (unsigned char)op - SEMR_OP_CAPTURE;

    if (n >= SEMR_CAPTURES_MAX) {
        return 0;
    }
    match->captures[n].text = text;
    match->captures[n].decoded = 0;
    if (match->ncaptures <= n) {
        match->ncaptures = n + 1;
    }
    return 1;
}

/* Takes the literal text off pattern's end. */
static semr_view_t take_literal(semr_view_t *pattern)
{
    apr_size_t left = pattern->len, right = left;

    while (left > 0 && !is_op(pattern->p[left - 1])) {
        --left;
    }
    pattern->len = left;
    return semr_view(pattern->p + left, right - left);
}

/* pattern and segment are one segment each, with the slash before it. */
static int match_segment(semr_view_t pattern, semr_view_t segment,
                         const char *text, semr_match_t *match)
{
    semr_view_t literal = take_literal(&pattern);
    apr_size_t end = segment.len; /* what is behind it has been placed */
    apr_ssize_t at;

    if (pattern.len == 0) {
        return semr_view_equal(literal, segment);
    }
    at = (apr_ssize_t)end - (apr_ssize_t)literal.len;
    if (at < 0 || last_place(literal, segment, at) != at) {
        return 0;
    }
    while (pattern.len > 0) {
        char op = pattern.p[--pattern.len];
        apr_size_t begin;

        end = at;
        literal = take_literal(&pattern);
        at = (apr_ssize_t)end - (apr_ssize_t)literal.len - 1;
        if (pattern.len > 0) {
            at = last_place(literal, segment, at);
        }
        else if (at >= 0) {
            at = starts_with(segment, literal) ? 0 : -1;
        }
        if (at < 0) {
            return 0;
        }
        begin = at + literal.len;
        if (!capture(match, op, semr_view(text + begin, end - begin))) {
            return 0;
        }
    }
    return 1;
}

/* The bytes of the segment at from, with the slash before it. */
static apr_size_t segment_len(semr_view_t text, apr_size_t from)
{
    const char *slash;

    if (from >= text.len) {
        return 0;
    }
    slash = memchr(text.p + from + 1, '/', text.len - from - 1);
    return slash ? (apr_size_t)(slash - text.p) - from : text.len - from;
}

int semr_pattern_match(semr_view_t pattern, int star, int with_slash,
                       int slash_exact, semr_view_t path, semr_view_t text,
                       semr_match_t *match)
{
    int has_slash = path.len > 0 && path.p[path.len - 1] == '/';
    apr_size_t p = 0, s = 0;

    match->tail = semr_view(NULL, 0);
    match->ncaptures = 0;
    if (!star) {
        if (slash_exact && has_slash != !!with_slash) {
            return 0;
        }
        path.len -= has_slash;
    }
    while (p < pattern.len) {
        apr_size_t plen = segment_len(pattern, p);
        apr_size_t slen = segment_len(path, s);

        if (!match_segment(semr_view(pattern.p + p, plen),
                           semr_view(path.p + s, slen), text.p + s, match)) {
            return 0;
        }
        p += plen;
        s += slen;
    }
    if (!star) {
        return s == path.len;
    }
    match->tail = semr_view(text.p + s, path.len - s);
    return !slash_exact || match->tail.len > 0;
}
