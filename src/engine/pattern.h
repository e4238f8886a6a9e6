/* SPDX-License-Identifier: Apache-2.0
 * Patterns: paths with {name}s, and regexes (PCRE2, with a match limit).
 *
 * A path pattern is canonical text in which byte 0x80+n stands for capture n.
 * A capture is one or more bytes within a segment, as many as match, the first
 * one first; time is linear in the path.
 */
#ifndef SEMR_PATTERN_H
#define SEMR_PATTERN_H

#include "diag.h"
#include "location.h"

/* Whether pattern matches the canonical path.  star: pattern is followed by a
 * slash star, else the path may have a final slash that pattern has not, or
 * the other way round, unless slash_exact; with_slash: it was written with
 * one.  text is what captures are taken from, of the same length as path: the
 * path itself, or, where path and pattern are folded, the path as it came.
 * Sets tail and the captures, from none on; labels are the caller's. */
int semr_pattern_match(semr_view_t pattern, int star, int with_slash,
                       int slash_exact, semr_view_t path, semr_view_t text,
                       semr_match_t *match);

/* A compiled regex; it lives as long as its pool. */
typedef struct semr_regex_t semr_regex_t;

/* Compiles text; jit pays where it is used more than once.  Returns NULL, and
 * the cause in diag, if PCRE2 refuses it or it has too many groups. */
semr_regex_t *semr_regex_compile(apr_pool_t *pool, semr_view_t text, int fold,
                                 int jit, semr_diag_t *diag);

/* How many groups it has, without the whole match. */
int semr_regex_groups(const semr_regex_t *regex);

/* The number of a named group, or -1. */
int semr_regex_group(const semr_regex_t *regex, semr_view_t name);

typedef enum semr_regex_result_t {
    SEMR_REGEX_NO,
    SEMR_REGEX_YES,
    SEMR_REGEX_LIMIT /* it gave up: no match */
} semr_regex_result_t;

/* Matches the decoded path; the captures are the parts of the canonical one.
 * Of groups that share a name, the first has the text of that which took
 * part. */
semr_regex_result_t semr_regex_match(const semr_regex_t *regex,
                                     semr_request_t *request,
                                     semr_match_t *match);

/* The bytes that each match of the regex begins with, in pool: "/shop/" of
 * "^/shop/(\d+)"; empty if it is not anchored, or begins with nothing
 * literal. */
semr_view_t semr_regex_literal(apr_pool_t *pool, semr_view_t text);

#endif
