/* SPDX-License-Identifier: Apache-2.0
 * Paths of a pattern, a regex or a tree, and of two of them.
 */
#include <string.h>

#include <apr_lib.h>

#include "diff_join.h"

/* No joined path is longer: what is cut is only not asked */
enum { PATH_MAX_BYTES = 2000 };

typedef struct path_t {
    char *bytes;
    apr_size_t len;
} path_t;

static void put(path_t *path, semr_view_t text)
{
    if (text.len && path->len + text.len <= PATH_MAX_BYTES) {
        memcpy(path->bytes + path->len, text.p, text.len);
        path->len += text.len;
    }
}

semr_view_t diff_joined(apr_pool_t *pool, semr_view_t a, semr_view_t b)
{
    char *text = apr_palloc(pool, a.len + b.len + 1);

    if (a.len) {
        memcpy(text, a.p, a.len);
    }
    if (b.len) {
        memcpy(text + a.len, b.p, b.len);
    }
    return semr_view(text, a.len + b.len);
}

semr_view_t diff_open_path(const diff_t *diff, const diff_open_t *rule,
                           unsigned choice, semr_view_t word)
{
    diff_found_t found = {.at = rule->at};
    semr_witness_t witness = diff->words[0];
    semr_image_rule_t record;
    semr_request_t request;
    semr_view_t path;

    if (rule->kind == SEMR_REGEX) {
        path = semr_witness_choice(diff->each, rule->from, word, choice);
        return path.len ? semr_witness_canonical(diff->each, path) : path;
    }
    found.side = rule->side;
    found.set = rule->set;
    witness.word = word;
    diff_rule(diff, &found, &record);
    return semr_witness(&witness, diff_image(diff, rule->side, (int)rule->set),
                        &record, &request)
               ? request.path
               : semr_view(NULL, 0);
}

/* -- whether both may take one path ---------------------------------------- */

/* Whether one begins with the other, in whatever letters */
static int go_together(semr_view_t a, semr_view_t b)
{
    apr_size_t i, len = a.len < b.len ? a.len : b.len;

    for (i = 0; i < len; i++) {
        if (apr_tolower(a.p[i]) != apr_tolower(b.p[i])) {
            return 0;
        }
    }
    return 1;
}

/* The next segment of text, which is taken from it; len 0: there is none */
static semr_view_t next_segment(semr_view_t *text)
{
    const char *end;
    apr_size_t len;

    while (text->len && *text->p == '/') {
        text->p++;
        text->len--;
    }
    end = text->len ? memchr(text->p, '/', text->len) : NULL;
    len = end ? (apr_size_t)(end - text->p) : text->len;
    text->p += len;
    text->len -= len;
    return semr_view(text->p - len, len);
}

static int is_capture(char c)
{
    return (unsigned char)c >= SEMR_OP_CAPTURE;
}

/* What is before a segment's first capture, or behind its last; all: none */
static semr_view_t end_of(semr_view_t segment, int last)
{
    apr_size_t i;

    for (i = 0; i < segment.len; i++) {
        if (is_capture(segment.p[last ? segment.len - 1 - i : i])) {
            break;
        }
    }
    return semr_view(last ? segment.p + segment.len - i : segment.p, i);
}

static int ends_together(semr_view_t a, semr_view_t b)
{
    apr_size_t len = a.len < b.len ? a.len : b.len;

    return !len || go_together(semr_view(a.p + a.len - len, len),
                               semr_view(b.p + b.len - len, len));
}

static int segments_overlap(semr_view_t a, semr_view_t b)
{
    semr_view_t left = end_of(a, 0), right = end_of(b, 0);

    if (left.len == a.len && right.len == b.len) {
        return a.len == b.len && go_together(a, b);
    }
    if ((left.len == a.len && left.len < right.len) ||
        (right.len == b.len && right.len < left.len)) {
        return 0; /* a literal that is shorter than the other's beginning */
    }
    return go_together(left, right) &&
           ends_together(end_of(a, 1), end_of(b, 1));
}

/* Also a final slash is no segment. */
int diff_may_overlap(const diff_open_t *a, const diff_open_t *b)
{
    semr_view_t left = a->from, right = b->from;

    if (a->kind == SEMR_REGEX || b->kind == SEMR_REGEX) {
        return go_together(a->head, b->head) && ends_together(a->tail, b->tail);
    }
    for (;;) {
        semr_view_t one = next_segment(&left), other = next_segment(&right);

        if (!one.len || !other.len) {
            return (one.len || !other.len || a->is_tree) &&
                   (other.len || !one.len || b->is_tree);
        }
        if (!segments_overlap(one, other)) {
            return 0;
        }
    }
}

/* -- filling --------------------------------------------------------------- */

/* Way 0: the other's segment instead of one with a capture.  For a capture: 1,
 * its segment at that place; 2, its first; 3, its last. */
static semr_view_t filler(semr_view_t path, semr_view_t at, int way,
                          semr_view_t word)
{
    semr_view_t segment = way == 2 ? next_segment(&path) : at, next;

    while (way == 3 && (next = next_segment(&path)).len) {
        segment = next;
    }
    return segment.len ? segment : word;
}

semr_view_t diff_filled(const diff_t *diff, const diff_open_t *rule,
                        semr_view_t path, int way)
{
    path_t out = {apr_palloc(diff->each, PATH_MAX_BYTES + 1), 0};
    semr_view_t from = rule->from, other = path, own;
    semr_view_t word = diff->words[0].word;
    apr_size_t i;

    while ((own = next_segment(&from)).len) {
        semr_view_t at = next_segment(&other);
        semr_view_t fill = filler(path, at, way, word);
        int open = end_of(own, 0).len < own.len;

        put(&out, semr_view("/", 1));
        if (open && way == 0) {
            put(&out, fill);
            continue;
        }
        for (i = 0; i < own.len; i++) {
            put(&out, is_capture(own.p[i]) ? fill : semr_view(own.p + i, 1));
        }
    }
    if (rule->is_tree) {
        semr_view_t rest = next_segment(&other);

        put(&out, semr_view("/", 1));
        put(&out, way < 2 && rest.len ? rest : filler(path, rest, way, word));
        put(&out, way < 2 ? other : semr_view(NULL, 0));
    }
    return semr_view(out.bytes, out.len);
}
