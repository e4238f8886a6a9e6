/* SPDX-License-Identifier: Apache-2.0
 * TO of other servers' words: what is literal, and what is a group.
 */
#include <string.h>

#include <apr_strings.h>

#include "import.h"
#include "url.h"

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_name_byte(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_';
}

static int is_hex(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* The bytes of scheme and authority, which have no encoding; 0: none. */
static apr_size_t authority_len(semr_view_t text)
{
    apr_size_t i = 0;

    while (i < text.len && is_name_byte(text.p[i]) && !is_digit(text.p[i])) {
        i++;
    }
    if (i == 0 || text.len - i < 3 || memcmp(text.p + i, "://", 3)) {
        return 0;
    }
    for (i += 3; i < text.len && !strchr("/?#", text.p[i]); i++) {
    }
    return i;
}

/* Whether the byte at i would say something else in TO, or nothing at all */
static int has_meaning(semr_view_t text, apr_size_t i)
{
    unsigned char c = (unsigned char)text.p[i];

    if (c <= ' ' || c >= 0x7F || strchr("\"\\<>^`{|}*", c)) {
        return 1;
    }
    if (c == '$') { /* what comes next may be put behind it */
        return i + 1 == text.len || is_digit(text.p[i + 1]);
    }
    return c == '%' && (text.len - i < 3 || !is_hex(text.p[i + 1]) ||
                        !is_hex(text.p[i + 2]));
}

/* Writes literal text, whose first bytes up to authority stay as they are. */
static char *put_literal(char *out, semr_view_t text, apr_size_t authority)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        if (i >= authority && has_meaning(text, i)) {
            out = semr_url_escape(out, semr_view(text.p + i, 1), 0);
        }
        else {
            *out++ = text.p[i];
        }
    }
    return out;
}

const char *import_to(import_t *import, semr_view_t text)
{
    char *to = apr_palloc(import->pool, 3 * text.len + 1);

    *put_literal(to, text, authority_len(text)) = '\0';
    return to;
}

/* What a sign and the text behind it take */
typedef struct group_t {
    apr_size_t len;   /* 0: it is no group */
    semr_view_t name; /* len 0: it has a number */
    int number;
} group_t;

static group_t group_at(semr_view_t text, apr_size_t i, char sign, int named)
{
    group_t group = {0};
    apr_size_t begin = i + 1, end;
    int braces;

    if (text.p[i] != sign || begin >= text.len) {
        return group;
    }
    if (is_digit(text.p[begin])) {
        group.len = 2;
        group.number = text.p[begin] - '0';
        return group;
    }
    braces = text.p[begin] == '{';
    begin += (apr_size_t)braces;
    for (end = begin; end < text.len && is_name_byte(text.p[end]); end++) {
    }
    if (!named || end == begin ||
        (braces && (end == text.len || text.p[end] != '}'))) {
        return group;
    }
    group.len = end - i + (apr_size_t)braces;
    group.name = semr_view(text.p + begin, end - begin);
    if (is_digit(*group.name.p)) { /* ${12} */
        group.number = group.name.len == 1 ? *group.name.p - '0' : 10;
        group.name.len = 0;
    }
    return group;
}

/* Whether a colon at i has a port behind it, and no group */
static int is_port(semr_view_t text, apr_size_t i, apr_size_t authority)
{
    return text.p[i] == ':' && i + 1 < authority && is_digit(text.p[i + 1]);
}

const char *import_template(import_t *import, semr_view_t text, char sign,
                            int named)
{
    char *to = apr_palloc(import->pool, 3 * text.len + 1), *out = to;
    apr_size_t authority = authority_len(text), at = 0, i = 0;
    group_t group;

    while (i <= text.len) {
        group = i < text.len && !is_port(text, i, authority)
                    ? group_at(text, i, sign, named)
                    : (group_t){0};
        if (i < text.len && !group.len) {
            i++;
            continue;
        }
        out = put_literal(out, semr_view(text.p + at, i - at),
                          authority > at ? authority - at : 0);
        if (i == text.len) {
            break;
        }
        if (group.name.len) {
            *out++ = '{';
            memcpy(out, group.name.p, group.name.len);
            out += group.name.len;
            *out++ = '}';
        }
        else if (group.number > 9) {
            return NULL;
        }
        else {
            *out++ = '$';
            *out++ = (char)('0' + group.number);
        }
        i += group.len;
        at = i;
    }
    *out = '\0';
    return to;
}
