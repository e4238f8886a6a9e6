/* SPDX-License-Identifier: Apache-2.0
 * Paths of text, :names and stars -> FROM and TO.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_path.h"
#include "url.h"

enum { PARTS_MAX = 200, NAME_MAX_LEN = 100 };

/* Text that grows in its pool */
typedef struct text_t {
    apr_pool_t *pool;
    char *bytes;
    apr_size_t len, room;
} text_t;

static void put(text_t *text, const char *bytes, apr_size_t len)
{
    if (text->room - text->len <= len) {
        apr_size_t room = 2 * (text->len + len) + 64;
        char *more = apr_palloc(text->pool, room);

        if (text->len) {
            memcpy(more, text->bytes, text->len);
        }
        text->bytes = more;
        text->room = room;
    }
    if (len) {
        memcpy(text->bytes + text->len, bytes, len);
    }
    text->len += len;
    text->bytes[text->len] = '\0';
}

static void puts_text(text_t *text, const char *bytes)
{
    put(text, bytes, strlen(bytes));
}

/* -- parts ----------------------------------------------------------------- */

void import_path_init(import_path_t *path, apr_pool_t *pool)
{
    memset(path, 0, sizeof(*path));
    path->parts = apr_array_make(pool, 8, sizeof(import_part_t));
    path->query = apr_array_make(pool, 2, sizeof(semr_view_t));
}

static import_part_t *part_at(const import_path_t *path, int i)
{
    return &APR_ARRAY_IDX(path->parts, i, import_part_t);
}

void import_path_add(import_path_t *path, import_part_kind_t kind,
                     semr_view_t text)
{
    import_part_t *part;

    if (kind == IMPORT_PART_TEXT && !text.len) {
        return;
    }
    part = apr_array_push(path->parts);
    part->kind = kind;
    part->text = text;
}

apr_size_t import_path_name(const char *p, const char *end, int digits)
{
    const char *at;

    for (at = p; at < end; at++) {
        int letter = (*at | 0x20) >= 'a' && (*at | 0x20) <= 'z';

        if (!letter && (!digits || at == p ||
                        (*at != '_' && !(*at >= '0' && *at <= '9')))) {
            break;
        }
    }
    return (apr_size_t)(at - p);
}

static int is_star(const import_path_t *path, int i)
{
    return part_at(path, i)->kind == IMPORT_PART_STAR;
}

/* Whether a slash is right before part i */
static int behind_slash(const import_path_t *path, int i)
{
    const import_part_t *before = i > 0 ? part_at(path, i - 1) : NULL;

    return before && before->kind == IMPORT_PART_TEXT &&
           before->text.p[before->text.len - 1] == '/';
}

/* Whether a name stands twice; regexes take the first. */
static int has_twice(const import_path_t *path)
{
    int i, j;

    for (i = 1; i < path->parts->nelts; i++) {
        const import_part_t *part = part_at(path, i);

        for (j = 0; j < i; j++) {
            if (part->kind != IMPORT_PART_TEXT && part->text.len &&
                part_at(path, j)->kind == part->kind &&
                semr_view_equal(part_at(path, j)->text, part->text)) {
                return 1;
            }
        }
    }
    return 0;
}

/* -- TO -------------------------------------------------------------------- */

/* What stands at a colon of TO */
typedef struct slot_t {
    int part;         /* of FROM, or -1 */
    semr_view_t name; /* len 0: it is no name */
    int known;
} slot_t;

static int find_part(const import_path_t *path, semr_view_t name)
{
    int i;

    for (i = 0; i < path->parts->nelts; i++) {
        const import_part_t *part = part_at(path, i);

        if ((part->kind == IMPORT_PART_NAME ||
             part->kind == IMPORT_PART_STAR) &&
            semr_view_equal(part->text, name)) {
            return i;
        }
    }
    return -1;
}

static int is_of_query(const import_path_t *path, semr_view_t name)
{
    int i;

    for (i = 0; i < path->query->nelts; i++) {
        if (semr_view_equal(APR_ARRAY_IDX(path->query, i, semr_view_t), name)) {
            return 1;
        }
    }
    return 0;
}

static slot_t slot_at(const import_path_t *path, semr_view_t to, apr_size_t at)
{
    slot_t slot = {-1, {NULL, 0}, 0};
    const char *p = to.p + at + 1;
    apr_size_t len;

    if (to.p[at] != ':') {
        return slot;
    }
    slot.name = semr_view(p, import_path_name(p, to.p + to.len, 1));
    if (slot.name.len > NAME_MAX_LEN) {
        slot.name.len = 0;
    }
    len = slot.name.len;
    do {
        semr_view_t name = {p, len};

        if (len && ((slot.part = find_part(path, name)) >= 0 ||
                    is_of_query(path, name))) {
            slot.name = name;
            slot.known = 1;
            break;
        }
    } while (path->prefixes && len-- > 1);
    return slot;
}

/* The end of what a slot at byte at takes: a star may follow a star's name. */
static apr_size_t slot_end(const import_path_t *path, semr_view_t to,
                           apr_size_t at, const slot_t *slot)
{
    apr_size_t end = at + 1 + slot->name.len;

    if (slot->part >= 0 && is_star(path, slot->part) && end < to.len &&
        to.p[end] == '*') {
        end++;
    }
    return end;
}

static int group_of(const import_path_t *path, int part)
{
    int i, group = 0;

    for (i = 0; i <= part; i++) {
        const import_part_t *at = part_at(path, i);

        group += at->kind == IMPORT_PART_NAME ||
                 (at->kind == IMPORT_PART_STAR && at->text.len);
    }
    return group;
}

static void put_slot(text_t *text, const import_path_t *path,
                     const slot_t *slot, int as_regex)
{
    if (as_regex) {
        puts_text(text,
                  apr_psprintf(text->pool, "$%d", group_of(path, slot->part)));
    }
    else if (slot->part >= 0 && is_star(path, slot->part)) {
        puts_text(text, "*");
    }
    else {
        puts_text(text, "{");
        put(text, slot->name.p, slot->name.len);
        puts_text(text, "}");
    }
}

static const char *write_to(import_t *import, const import_path_t *path,
                            semr_view_t to, int as_regex)
{
    text_t text = {import->pool, NULL, 0, 0};
    apr_size_t at = 0, i = 0;

    put(&text, "", 0);
    while (i < to.len) {
        slot_t slot = slot_at(path, to, i);

        if (!slot.name.len || (!slot.known && !path->lacking)) {
            i++;
            continue;
        }
        puts_text(&text, import_to(import, semr_view(to.p + at, i - at)));
        if (slot.known) {
            put_slot(&text, path, &slot, as_regex);
        }
        at = i = slot_end(path, to, i, &slot);
    }
    puts_text(&text, import_to(import, semr_view(to.p + at, to.len - at)));
    return text.bytes;
}

/* What TO asks for */
typedef struct wants_t {
    int stars; /* how often it inserts one */
    int last;  /* once, and as the last of its path or of all */
    int query; /* names of the query */
    int most;  /* the highest group */
} wants_t;

static wants_t wants_of(const import_path_t *path, semr_view_t to)
{
    wants_t wants = {0, 1, 0, 0};
    apr_size_t i;

    for (i = 0; i < to.len; i++) {
        slot_t slot = slot_at(path, to, i);
        apr_size_t end = slot_end(path, to, i, &slot);

        if (!slot.known) {
            continue;
        }
        if (slot.part < 0) {
            wants.query = 1;
        }
        else if (group_of(path, slot.part) > wants.most) {
            wants.most = group_of(path, slot.part);
        }
        if (slot.part >= 0 && is_star(path, slot.part)) {
            wants.stars++;
            wants.last &= wants.stars == 1 &&
                          (end == to.len ||
                           (!memchr(to.p, '?', i) && !memchr(to.p, '#', i) &&
                            (to.p[end] == '?' || to.p[end] == '#')));
        }
    }
    return wants;
}

/* -- FROM ------------------------------------------------------------------ */

/* As a path of the rule's grammar has it, where signs mean themselves */
static void put_literal(text_t *text, semr_view_t literal)
{
    char *encoded = apr_palloc(text->pool, 3 * literal.len + 1);
    char *end =
        semr_url_encode(encoded, literal, SEMR_URL_PCHAR | SEMR_URL_SLASH);
    char *p;

    for (p = encoded; p < end; p++) {
        if (*p == '*') {
            puts_text(text, "%2A");
        }
        else {
            put(text, p, 1);
        }
    }
}

const char *import_path_quote(apr_pool_t *pool, semr_view_t raw)
{
    char *encoded = apr_palloc(pool, 3 * raw.len + 1);
    char *end = semr_url_encode(encoded, raw, SEMR_URL_PCHAR | SEMR_URL_SLASH);
    semr_view_t literal = semr_url_decode(
        pool, semr_view(encoded, (apr_size_t)(end - encoded)), 0);
    text_t text = {pool, NULL, 0, 0};
    apr_size_t i;

    put(&text, "", 0);
    for (i = 0; i < literal.len; i++) {
        unsigned char c = (unsigned char)literal.p[i];

        if (c < 0x20 || c == 0x7f) {
            puts_text(&text, apr_psprintf(pool, "\\x%02x", c));
            continue;
        }
        if (strchr("\\^$.[]|()?*+{}", c)) {
            puts_text(&text, "\\");
        }
        put(&text, literal.p + i, 1);
    }
    return text.bytes;
}

/* A star's regex; the slash before it is its own where itself is set. */
static void put_star(text_t *text, const import_path_t *path, int i)
{
    const char *rest = part_at(path, i)->text.len ? "(.*)" : ".*";

    if (path->itself && behind_slash(path, i)) {
        text->bytes[--text->len] = '\0';
        rest = apr_pstrcat(text->pool, "(?:/", rest, ")?", NULL);
    }
    puts_text(text, rest);
}

static const char *write_regex(apr_pool_t *pool, const import_path_t *path)
{
    text_t text = {pool, NULL, 0, 0};
    int i, count = path->parts->nelts;

    puts_text(&text, "^");
    for (i = 0; i < count; i++) {
        const import_part_t *part = part_at(path, i);
        semr_view_t literal = part->text;

        switch (part->kind) {
        case IMPORT_PART_TEXT:
            while (path->either && i + 1 == count && literal.len > 1 &&
                   literal.p[literal.len - 1] == '/') {
                literal.len--;
            }
            puts_text(&text, import_path_quote(pool, literal));
            break;
        case IMPORT_PART_NAME:
            puts_text(&text, "([^/]+)");
            break;
        case IMPORT_PART_STAR:
            put_star(&text, path, i);
            break;
        case IMPORT_PART_REGEX:
            put(&text, literal.p, literal.len);
            break;
        }
    }
    puts_text(&text,
              path->either && count && !is_star(path, count - 1) ? "/?$" : "$");
    return text.bytes;
}

static const char *write_path(apr_pool_t *pool, const import_path_t *path,
                              import_kind_t kind)
{
    text_t text = {pool, NULL, 0, 0};
    int i;

    put(&text, "", 0);
    for (i = 0; i < path->parts->nelts; i++) {
        const import_part_t *part = part_at(path, i);

        if (part->kind == IMPORT_PART_STAR) {
            puts_text(&text, kind == IMPORT_PATTERN ? "*" : "");
        }
        else if (part->kind == IMPORT_PART_NAME) {
            puts_text(&text, "{");
            put(&text, part->text.p, part->text.len);
            puts_text(&text, "}");
        }
        else if (kind == IMPORT_PATTERN) {
            put_literal(&text, part->text);
        }
        else {
            put(&text, part->text.p, part->text.len);
        }
    }
    if (kind == IMPORT_PREFIX && text.len > 1) {
        text.bytes[--text.len] = '\0'; /* the slash before its star */
    }
    return text.bytes;
}

/* A path, a tree, a pattern; a regex where they do not say it. */
static import_kind_t kind_of(const import_path_t *path, const wants_t *wants)
{
    int i, count = path->parts->nelts, names = 0, stars = 0;

    for (i = 0; i < count; i++) {
        import_part_kind_t kind = part_at(path, i)->kind;

        if (kind == IMPORT_PART_REGEX) {
            return IMPORT_REGEX;
        }
        names += kind == IMPORT_PART_NAME;
        stars += kind == IMPORT_PART_STAR;
    }
    if ((stars &&
         (stars > 1 || !is_star(path, count - 1) ||
          !behind_slash(path, count - 1) || (wants->stars && !wants->last))) ||
        (names && has_twice(path))) {
        return IMPORT_REGEX;
    }
    return names ? IMPORT_PATTERN : stars ? IMPORT_PREFIX : IMPORT_EXACT;
}

const char *import_path_say(import_t *import, const import_path_t *path,
                            semr_view_t to, import_move_t *move)
{
    wants_t wants;

    if (path->parts->nelts > PARTS_MAX) {
        return "it has more placeholders than a rule can.";
    }
    wants = wants_of(path, to);
    move->kind = kind_of(path, &wants);
    move->either = path->either;
    move->ends_slash = !path->itself;
    if (move->kind == IMPORT_REGEX && (wants.query || move->query)) {
        return "a regex cannot ask for a query. Write a path with {name}s, or "
               "a directive with if=.";
    }
    if (move->kind == IMPORT_REGEX && wants.most > 9) {
        return "it would be a regex, and its destination takes more than nine "
               "groups.";
    }
    move->from = move->kind == IMPORT_REGEX
                     ? write_regex(import->pool, path)
                     : write_path(import->pool, path, move->kind);
    move->to =
        to.p ? write_to(import, path, to, move->kind == IMPORT_REGEX) : NULL;
    return NULL;
}
