/* SPDX-License-Identifier: Apache-2.0
 * nginx's locations, in the order in which it tries them.
 *
 * An exact one; else the longest that begins the path, bytewise, is kept, and,
 * unless it says ^~, a regex may take the request from it: those within it
 * before the others, in the order written.  What a location does not redirect,
 * nothing that is tried later may: it says none.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "import_nginx_parts.h"
#include "pattern.h"

typedef enum class_t {
    EXACT,
    INNER_REGEX, /* within a location */
    STRONG,      /* ^~ */
    REGEX,
    PLAIN
} class_t;

typedef struct location_t {
    const nginx_node_t *node;
    const struct location_t *parent; /* that a regex is within */
    class_t class;
    const char *text;
    apr_size_t len;
    int fold;
    int redirects;
    int internal;
    const char *literal; /* REGEX: what it begins with */
} location_t;

/* -- reading --------------------------------------------------------------- */

static int has_directive(const nginx_node_t *node, const char *name)
{
    for (; node; node = node->next) {
        if (!strcmp(node->words[0], name) ||
            (!strcmp(node->words[0], "if") &&
             has_directive(node->block, name))) {
            return 1;
        }
    }
    return 0;
}

/* Reads modifier and path, which may be one word; 0: it is neither. */
static int read_words(location_t *location)
{
    static const struct {
        const char *modifier;
        class_t class;
        int fold;
    } known[] = {
        {"=", EXACT, 0},
        {"^~", STRONG, 0},
        {"~*", REGEX, 1},
        {"~", REGEX, 0},
    };
    const nginx_node_t *node = location->node;
    const char *word = node->words[1];
    apr_size_t i;

    for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
        apr_size_t len = strlen(known[i].modifier);

        if (node->nwords == 3 ? !strcmp(word, known[i].modifier)
                              : !strncmp(word, known[i].modifier, len)) {
            location->class = known[i].class;
            location->fold = known[i].fold;
            location->text = node->nwords == 3 ? node->words[2] : word + len;
            return 1;
        }
    }
    location->class = PLAIN;
    location->text = word;
    return node->nwords == 2;
}

static void set_literal(nginx_t *nginx, location_t *location)
{
    semr_view_t literal = {"", 0};

    if (location->class == REGEX && !location->fold) {
        literal = semr_regex_literal(nginx->import->pool,
                                     semr_view(location->text, location->len));
    }
    location->literal = apr_pstrmemdup(
        nginx->import->pool, literal.len ? literal.p : "", literal.len);
}

static void collect(nginx_t *nginx, const nginx_node_t *node,
                    const location_t *parent, apr_array_header_t *locations);

static void read_location(nginx_t *nginx, const nginx_node_t *node,
                          const location_t *parent,
                          apr_array_header_t *locations)
{
    location_t *location = apr_pcalloc(nginx->import->pool, sizeof(*location));

    location->node = node;
    location->parent = parent;
    if (node->nwords < 2 || !read_words(location)) {
        nginx_leave_all(nginx, node->block,
                        "Its location is none that nginx has.");
        return;
    }
    if (*location->text == '@') {
        nginx_leave_all(nginx, node->block,
                        "Its location has a name, and answers where try_files "
                        "or error_page sends it: no rule asks that.");
        return;
    }
    if (parent && (parent->class == REGEX || parent->class == INNER_REGEX)) {
        nginx_leave_all(nginx, node->block,
                        "Its location is within one by a regex, which no rule "
                        "can ask at once.");
        return;
    }
    location->len = strlen(location->text);
    location->internal = has_directive(node->block, "internal");
    location->redirects =
        !location->internal && nginx_last_redirect(node->block, 0) > 0;
    set_literal(nginx, location);
    if (location->class == REGEX && parent) {
        location->class = INNER_REGEX;
    }
    APR_ARRAY_PUSH(locations, location_t *) = location;
    collect(nginx, node->block, location, locations);
}

static void collect(nginx_t *nginx, const nginx_node_t *node,
                    const location_t *parent, apr_array_header_t *locations)
{
    for (; node; node = node->next) {
        if (node->has_block && !strcmp(node->words[0], "location")) {
            read_location(nginx, node, parent, locations);
        }
    }
}

/* -- order ----------------------------------------------------------------- */

static int tried_before(const void *left, const void *right)
{
    const location_t *a = *(location_t *const *)left;
    const location_t *b = *(location_t *const *)right;
    int is_prefix = a->class == STRONG || a->class == PLAIN;

    if (a->class != b->class) {
        return (int)a->class - (int)b->class;
    }
    if (is_prefix && a->len != b->len) {
        return a->len > b->len ? -1 : 1;
    }
    return a->node->number < b->node->number
               ? -1
               : a->node->number > b->node->number;
}

static int is_regex(const location_t *location)
{
    return location->class == REGEX || location->class == INNER_REGEX;
}

/* Without a regex, ^~ says nothing; with one, a longer location within it that
 * says nothing of the kind is taken as if it did. */
static void settle_strong(nginx_t *nginx, apr_array_header_t *locations)
{
    int regexes = 0, i, j;

    for (i = 0; i < locations->nelts; i++) {
        regexes += is_regex(APR_ARRAY_IDX(locations, i, location_t *));
    }
    for (i = 0; i < locations->nelts; i++) {
        location_t *strong = APR_ARRAY_IDX(locations, i, location_t *);

        if (strong->class != STRONG) {
            continue;
        }
        if (!regexes) {
            strong->class = PLAIN;
            continue;
        }
        for (j = 0; j < locations->nelts && j < NGINX_OVERLAPS_MAX; j++) {
            location_t *inner = APR_ARRAY_IDX(locations, j, location_t *);

            if (inner->class == PLAIN && inner->len > strong->len &&
                !strncmp(inner->text, strong->text, strong->len)) {
                inner->class = STRONG;
                import_notice(nginx->import, inner->node->line,
                              inner->node->text,
                              "It stands within one that says ^~, and is tried "
                              "before regexes here, after them there.");
            }
        }
    }
}

/* -- none ------------------------------------------------------------------ */

/* Whether two texts that paths begin with leave room for both */
static int agree(const char *a, apr_size_t alen, const char *b, apr_size_t blen)
{
    return !strncmp(a, b, alen < blen ? alen : blen);
}

/* Whether later might take what location has; 1 where nobody knows. */
static int overlap(nginx_t *nginx, const location_t *location,
                   const location_t *later)
{
    nginx_asked_t asked = {0};
    const char *why;

    if (location->class == EXACT && is_regex(later)) {
        asked.kind = NGINX_EXACT;
        asked.text = location->text;
        return nginx_narrow_regex(nginx, &asked, later->text, later->fold,
                                  &why) != 0;
    }
    if (is_regex(location)) {
        const char *text = is_regex(later) ? later->literal : later->text;

        return agree(location->literal, strlen(location->literal), text,
                     strlen(text));
    }
    if (is_regex(later)) {
        return agree(location->text, location->len, later->literal,
                     strlen(later->literal));
    }
    return location->len >= later->len &&
           agree(location->text, location->len, later->text, later->len);
}

static int is_taken_later(nginx_t *nginx, const apr_array_header_t *locations,
                          int i)
{
    const location_t *location = APR_ARRAY_IDX(locations, i, location_t *);
    int j;

    for (j = i + 1; j < locations->nelts; j++) {
        const location_t *later = APR_ARRAY_IDX(locations, j, location_t *);

        if (later->redirects && (locations->nelts > NGINX_OVERLAPS_MAX ||
                                 overlap(nginx, location, later))) {
            return 1;
        }
    }
    return 0;
}

/* -- saying ---------------------------------------------------------------- */

/* Asks for the location's path, too; 0, and its redirects are told: it cannot
 * be. */
static int ask(nginx_t *nginx, const location_t *location, nginx_asked_t *asked)
{
    const char *why;
    int got = 1;

    if (location->class == EXACT) {
        got = nginx_narrow_exact(nginx, asked, location->text, 0);
    }
    else if (!is_regex(location)) {
        asked->kind = NGINX_BEGINS;
        asked->text = location->text;
    }
    else {
        if (location->parent) {
            asked->kind = NGINX_BEGINS;
            asked->text = location->parent->text;
        }
        got = nginx_narrow_regex(nginx, asked, location->text, location->fold,
                                 &why);
    }
    if (got < 0) {
        nginx_leave_all(nginx, location->node->block,
                        apr_psprintf(nginx->import->pool,
                                     "It cannot be said: its location: %s",
                                     why));
    }
    return got > 0;
}

static void say(nginx_t *nginx, const location_t *location,
                const nginx_asked_t *given, unsigned last)
{
    nginx_asked_t asked = *given;
    apr_hash_t *sets = nginx->sets;
    unsigned own = nginx_last_redirect(location->node->block, 0);

    if (!ask(nginx, location, &asked)) {
        return;
    }
    if (location->internal) {
        nginx_leave_all(nginx, location->node->block,
                        "Its location is internal: no client asks for it.");
        if (last) {
            nginx_none(nginx, &asked, location->node);
        }
        return;
    }
    if (has_directive(location->node->block, "set")) {
        nginx->sets = apr_hash_copy(nginx->import->pool, sets);
    }
    nginx->last = last > own ? last : own;
    if (!nginx_run(nginx, location->node->block, &asked) && last) {
        nginx_none(nginx, &asked, location->node);
    }
    nginx->sets = sets;
}

void nginx_locations(nginx_t *nginx, const nginx_node_t *block,
                     const nginx_asked_t *asked, unsigned last)
{
    apr_array_header_t *locations =
        apr_array_make(nginx->import->pool, 16, sizeof(location_t *));
    int i;

    collect(nginx, block, NULL, locations);
    settle_strong(nginx, locations);
    if (locations->nelts) {
        qsort(locations->elts, (size_t)locations->nelts, sizeof(location_t *),
              tried_before);
    }
    for (i = 0; i < locations->nelts; i++) {
        const location_t *location = APR_ARRAY_IDX(locations, i, location_t *);

        say(nginx, location, asked,
            last == UINT_MAX || is_taken_later(nginx, locations, i) ? UINT_MAX
                                                                    : 0);
    }
}
