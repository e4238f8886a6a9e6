/* SPDX-License-Identifier: Apache-2.0
 * What a path may have been before people, mailers and old systems had it.
 */
#include <string.h>

#include "suggest_parts.h"

/* A path in parts, and room for what may be made of it */
typedef struct variants_t {
    semr_view_t path;
    apr_size_t name; /* where the last segment begins */
    apr_size_t dot;  /* where its ending begins, or the path's length */
    semr_suggest_see_t *see;
    void *baton;
    char room[2 * SEMR_SUGGEST_PATH];
} variants_t;

static const char *const endings[] = {".html",  ".htm", ".php",
                                      ".aspx",  ".asp", ".jsp",
                                      ".shtml", ".cfm", ".xhtml"};
static const char *const indexes[] = {"index.html",  "index.php",
                                      "index.htm",   "default.aspx",
                                      "default.asp", "index.jsp"};
static const char *const languages[] = {"/en", "/de", "/fr", "/es",
                                        "/it", "/nl", "/pt"};

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

static int equals(semr_view_t text, const char *other)
{
    return text.len == strlen(other) &&
           strncasecmp(text.p, other, text.len) == 0;
}

static int is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

int semr_suggest_is_index(semr_view_t stem)
{
    return equals(stem, "index") || equals(stem, "default") ||
           equals(stem, "home");
}

/* What is shown to the caller: up to three pieces as one */
static int see_joined(variants_t *variants, semr_suggest_reason_t reason,
                      semr_view_t a, semr_view_t b, semr_view_t c)
{
    semr_view_t pieces[] = {a, b, c};
    apr_size_t len = 0;
    int i;

    for (i = 0; i < COUNT(pieces); i++) {
        if (pieces[i].len) {
            memcpy(variants->room + len, pieces[i].p, pieces[i].len);
            len += pieces[i].len;
        }
    }
    return len && variants->see(variants->baton, reason,
                                semr_view(variants->room, len));
}

static semr_view_t before(const variants_t *variants, apr_size_t end)
{
    return semr_view(variants->path.p, end);
}

static semr_view_t behind(const variants_t *variants, apr_size_t begin)
{
    return semr_view(variants->path.p + begin, variants->path.len - begin);
}

static const semr_view_t nothing = {"", 0};

/* -- signs, encoding, case ------------------------------------------------- */

/* Bytes of a sign at the end of text that mailers and texts add, or 0 */
static apr_size_t mark_at_end(semr_view_t text)
{
    static const char *const coded[] = {
        "%22",    "%20",       "%27",       "%3E",       "%3C",
        "%5D",    "%7D",       "%0A",       "%0D",       "%60",
        "%C2%A0", "%E2%80%9D", "%E2%80%99", "%E2%80%A6", "%C2%BB"};
    int i;

    if (text.len && strchr(").,;:!'*&]", text.p[text.len - 1])) {
        return 1;
    }
    for (i = 0; i < COUNT(coded); i++) {
        semr_view_t sign = view_of(coded[i]);

        if (text.len > sign.len &&
            !memcmp(text.p + text.len - sign.len, sign.p, sign.len)) {
            return sign.len;
        }
    }
    return 0;
}

static int try_marks(variants_t *variants)
{
    semr_view_t path = variants->path;
    apr_size_t len;

    while ((len = mark_at_end(path)) != 0) {
        path.len -= len;
    }
    return path.len < variants->path.len &&
           see_joined(variants, SEMR_SUGGEST_MARKS, path, nothing, nothing);
}

/* %2541 is A that was encoded twice; %2F is a slash that should not have been.
 */
static int try_coded(variants_t *variants)
{
    char once[SEMR_SUGGEST_PATH + 1];
    semr_view_t path = variants->path;
    apr_size_t i, len = 0;
    char *end;

    for (i = 0; i < path.len; i++) {
        if (path.len - i >= 3 && !memcmp(path.p + i, "%2F", 3)) {
            once[len++] = '/';
            i += 2;
            continue;
        }
        once[len++] = path.p[i];
        if (path.len - i >= 5 && !memcmp(path.p + i, "%25", 3)) {
            i += 2;
        }
    }
    if (len == path.len) {
        return 0;
    }
    end = semr_url_encode(variants->room, semr_view(once, len), SEMR_URL_PATH);
    len =
        semr_url_squeeze(variants->room, (apr_size_t)(end - variants->room), 1);
    return variants->see(variants->baton, SEMR_SUGGEST_CODED,
                         semr_view(variants->room, len));
}

static int try_case(variants_t *variants)
{
    semr_view_t path = variants->path;
    apr_size_t i;
    int folded = 0;

    for (i = 0; i < path.len; i++) {
        int capital = path.p[i] >= 'A' && path.p[i] <= 'Z' &&
                      !(i >= 1 && path.p[i - 1] == '%') &&
                      !(i >= 2 && path.p[i - 2] == '%');

        variants->room[i] = (char)(path.p[i] | (capital ? 0x20 : 0));
        folded |= capital;
    }
    return folded && variants->see(variants->baton, SEMR_SUGGEST_CASE,
                                   semr_view(variants->room, path.len));
}

/* -- endings, index files -------------------------------------------------- */

static int try_index(variants_t *variants)
{
    semr_view_t path = variants->path;
    semr_view_t stem =
        semr_view(path.p + variants->name, variants->dot - variants->name);
    int i, seen = 0;

    if (semr_suggest_is_index(stem)) {
        return see_joined(variants, SEMR_SUGGEST_INDEX,
                          before(variants, variants->name), nothing, nothing);
    }
    if (variants->dot < path.len) {
        return 0;
    }
    for (i = 0; !seen && i < COUNT(indexes); i++) {
        seen = see_joined(variants, SEMR_SUGGEST_INDEX, path,
                          view_of(stem.len ? "/" : ""), view_of(indexes[i]));
    }
    return seen;
}

static int try_ending(variants_t *variants)
{
    semr_view_t ending = behind(variants, variants->dot);
    semr_view_t head = before(variants, variants->dot);
    int i, known = !ending.len, seen = 0;

    for (i = 0; i < COUNT(endings); i++) {
        known |= equals(ending, endings[i]);
    }
    if (!known || variants->dot == variants->name) {
        return 0;
    }
    if (ending.len) {
        seen =
            see_joined(variants, SEMR_SUGGEST_ENDING, head, nothing, nothing);
    }
    for (i = 0; !seen && i < COUNT(endings); i++) {
        if (!equals(ending, endings[i])) {
            seen = see_joined(variants, SEMR_SUGGEST_ENDING, head,
                              view_of(endings[i]), nothing);
        }
    }
    return seen;
}

/* -- languages, singular and plural ---------------------------------------- */

/* Bytes of "/de" or "/de-AT" that the path begins with, or 0 */
static apr_size_t language_len(semr_view_t path)
{
    const char *p = path.p;
    apr_size_t len = 3;

    if (path.len < 4 || !is_letter(p[1]) || !is_letter(p[2])) {
        return 0;
    }
    if (path.len > 6 && (p[3] == '-' || p[3] == '_') && is_letter(p[4]) &&
        is_letter(p[5])) {
        len = 6;
    }
    return p[len] == '/' && path.len > len + 1 ? len : 0;
}

static int try_language(variants_t *variants)
{
    apr_size_t len = language_len(variants->path);
    int i, seen = 0;

    if (len) {
        return see_joined(variants, SEMR_SUGGEST_LANGUAGE,
                          behind(variants, len), nothing, nothing);
    }
    for (i = 0; !seen && variants->path.len > 1 && i < COUNT(languages); i++) {
        seen = see_joined(variants, SEMR_SUGGEST_LANGUAGE,
                          view_of(languages[i]), variants->path, nothing);
    }
    return seen;
}

static int try_number(variants_t *variants)
{
    semr_view_t head = before(variants, variants->dot);
    semr_view_t ending = behind(variants, variants->dot);
    apr_size_t len = variants->dot - variants->name;

    if (len < 3 || !is_letter(head.p[head.len - 1])) {
        return 0;
    }
    if (head.p[head.len - 1] != 's') {
        return see_joined(variants, SEMR_SUGGEST_NUMBER, head, view_of("s"),
                          ending);
    }
    head.len--;
    return see_joined(variants, SEMR_SUGGEST_NUMBER, head, ending, nothing);
}

/* -- above ----------------------------------------------------------------- */

static int try_above(variants_t *variants)
{
    apr_size_t len = variants->name;

    if (len == variants->path.len) { /* it ends in a slash */
        for (len--; len && variants->path.p[len - 1] != '/'; len--) {
        }
    }
    return len > 1 && see_joined(variants, SEMR_SUGGEST_FROM_ABOVE,
                                 before(variants, len - 1), nothing, nothing);
}

int semr_suggest_variants(semr_view_t path, semr_suggest_see_t *see,
                          void *baton)
{
    static int (*const tries[])(variants_t *) = {
        try_marks,  try_coded,    try_case,   try_index,
        try_ending, try_language, try_number, try_above,
    };
    variants_t variants;
    const char *slash = memrchr(path.p, '/', path.len), *dot;
    int i, seen = 0;

    if (path.len > SEMR_SUGGEST_PATH || !slash) {
        return 0;
    }
    variants.path = path;
    variants.name = (apr_size_t)(slash + 1 - path.p);
    dot = memrchr(slash, '.', path.len - variants.name + 1);
    variants.dot = dot ? (apr_size_t)(dot - path.p) : path.len;
    variants.see = see;
    variants.baton = baton;
    for (i = 0; !seen && i < COUNT(tries); i++) {
        seen = tries[i](&variants);
    }
    return seen;
}
