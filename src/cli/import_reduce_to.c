/* SPDX-License-Identifier: Apache-2.0
 * TO of a regex, when the regex is a path: groups become {pN}, a star, or what
 * they always hold.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_core.h"

typedef struct writing_t {
    char *text;
    apr_size_t len;
    int path;  /* where the path begins, or -1: it has not begun */
    int mark;  /* a query or a fragment has begun */
    int stars; /* written */
} writing_t;

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether text is the same wherever in TO it stands */
static int is_inert(const char *text, int fold)
{
    const char *p;

    for (p = text; *p; p++) {
        if (*p == '{') { /* {pN} */
            p = strchr(p, '}');
        }
        else if (is_letter(*p) ? fold : !strchr("0123456789-._~/", *p)) {
            return 0; /* captured, its case would be the client's */
        }
    }
    return 1;
}

static int put(writing_t *writing, const char *text)
{
    apr_size_t len = strlen(text);

    memcpy(writing->text + writing->len, text, len + 1);
    writing->len += len;
    return 1;
}

static int put_constant(writing_t *writing, const char *text, int fold)
{
    if (writing->path < 0 && *text == '/') {
        writing->path = (int)writing->len;
    }
    return is_inert(text, fold) && put(writing, text);
}

/* Writes a star for the tail, which rest is behind. */
static int put_star(writing_t *writing, import_tail_t tail, const char *rest)
{
    int slash = writing->len && writing->text[writing->len - 1] == '/';

    if (writing->stars++ || tail == TAIL_NONE || !writing->len) {
        return 0;
    }
    if (writing->mark) {
        return tail == TAIL_WITHOUT && !*rest && put(writing, "*");
    }
    if (*rest && *rest != '?' && *rest != '#') {
        return 0;
    }
    if (tail == TAIL_WITHOUT) {
        return writing->path >= 0 && put(writing, "*");
    }
    if (slash) {
        return 0; /* its two slashes would be one */
    }
    if (writing->path < 0) {
        writing->path = (int)writing->len;
    }
    return put(writing, "/*");
}

static int put_group(writing_t *writing, const import_shape_t *shape, int group,
                     const char *rest)
{
    char name[16];

    if (group == 0) {
        if (!shape->is_whole || writing->mark ||
            !put_constant(writing, shape->head, shape->fold)) {
            return 0;
        }
        return shape->tail == TAIL_NONE || put_star(writing, shape->tail, rest);
    }
    if (group >= IMPORT_GROUPS_MAX) {
        return 0;
    }
    if (group == shape->tail_group) {
        return put_star(writing, shape->tail, rest);
    }
    if (shape->segments[group]) {
        apr_snprintf(name, sizeof(name), "{p%d}", shape->segments[group]);
        return put(writing, name);
    }
    return shape->constants[group] &&
           put_constant(writing, shape->constants[group], shape->fold);
}

/* Where the path of to begins, or -1 where it has none of its own */
static int path_at(const char *to)
{
    const char *colon = strstr(to, "://"), *slash = strchr(to, '/');

    if (colon && slash == colon + 1) {
        slash = strchr(colon + 3, '/');
    }
    return slash ? (int)(slash - to) : -1;
}

/* Whether slashes or dots meet in the path, so that what was inserted would be
 * squeezed, or not, by where it stands */
static int meets(const writing_t *writing)
{
    const char *p = writing->path < 0 ? "" : writing->text + writing->path;
    const char *end = p + strcspn(p, "?#");

    for (; p < end; p++) {
        if (*p == '/' && (p[1] == '/' || p[1] == '.')) {
            return 1;
        }
    }
    return 0;
}

/* Whether the star at p is an authority's, which takes labels */
static int is_labels(const char *to, const char *p)
{
    return p[1] == '.' && p - to >= 3 && !strncmp(p - 3, "://", 3) &&
           strstr(to, "://") == p - 3;
}

const char *import_to_of_shape(apr_pool_t *pool, const import_shape_t *shape,
                               const char *to)
{
    apr_size_t room = strlen(to) + 1, groups = 0;
    int path = path_at(to);
    writing_t writing = {.path = -1};
    const char *p, *c;

    for (p = to; (p = strchr(p, '$')); p++) {
        groups++;
    }
    for (int i = 0; i < IMPORT_GROUPS_MAX; i++) {
        c = i ? shape->constants[i] : shape->head;
        room += groups * (16 + (c ? strlen(c) : 0));
    }
    writing.text = apr_palloc(pool, room);
    writing.text[0] = '\0';
    for (p = to; *p; p++) {
        if (p - to == path && writing.path < 0) {
            writing.path = (int)writing.len;
        }
        if (*p == '$' && p[1] >= '0' && p[1] <= '9') {
            if (!put_group(&writing, shape, p[1] - '0', p + 2)) {
                return NULL;
            }
            p++;
            continue;
        }
        if ((*p == '*' && !is_labels(to, p)) || *p == '{' || *p == '}') {
            return NULL; /* of the regex's own names, or an error */
        }
        writing.mark |= *p == '?' || *p == '#';
        writing.text[writing.len++] = *p;
        writing.text[writing.len] = '\0';
    }
    return groups && meets(&writing) ? NULL : writing.text;
}
