/* SPDX-License-Identifier: Apache-2.0
 * A glance at a rule's line.  Whatever is not plain text might match.
 */
#include <string.h>

#include <apr_lib.h>

#include "glance.h"

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A byte that means itself in FROM's path, and in a canonical one */
static int is_plain(char c)
{
    return (semr_url_class[(unsigned char)c] & SEMR_URL_PCHAR) && c != '*';
}

static int same_letter(char a, char b)
{
    return apr_tolower(a) == apr_tolower(b);
}

/* from and path agree up to here, and path ends: may be but for a slash */
static int path_ends(const char *from)
{
    return *from != '/' ? !is_plain(*from)
                        : from[1] == '\0' || !is_plain(from[1]);
}

static int glance_path(const char *from, semr_view_t path)
{
    apr_size_t i = 0;

    for (; i < path.len; i++) {
        char c = from[i];

        if (c == '\0' || is_blank(c)) {
            return i + 1 == path.len && path.p[i] == '/';
        }
        if (c != '/' && !is_plain(c)) {
            return 1; /* a sign, or what is written otherwise in a path */
        }
        if (!same_letter(c, path.p[i])) {
            return 0;
        }
    }
    return path_ends(from + i);
}

/* Text that a regex must begin with: letters, digits, slashes and the like
 * that no quantifier follows */
static int glance_regex(const char *text, semr_view_t path)
{
    const char *end = text;
    apr_size_t i;

    while (*end && !is_blank(*end)) {
        if (*end == '|' || *end == '\\') {
            return 1;
        }
        end++;
    }
    if (*text++ != '^' || memchr(path.p, '%', path.len)) {
        return 1; /* it sees the path decoded */
    }
    for (i = 0; text + i < end; i++) {
        char c = text[i];

        if (!(apr_isalnum(c) || c == '/' || c == '-' || c == '_') ||
            (text[i + 1] && strchr("?*{", text[i + 1]))) {
            return 1;
        }
        if (i >= path.len || !same_letter(c, path.p[i])) {
            return 0;
        }
    }
    return 1;
}

/* Where FROM begins; on something else if the intent is quoted. */
static const char *find_from(const char *line)
{
    while (is_blank(*line)) {
        line++;
    }
    while (apr_isalpha(*line) || *line == '-') {
        line++;
    }
    while (is_blank(*line)) {
        line++;
    }
    return line;
}

int semr_glance_applies(const char *line)
{
    const char *from = find_from(line);
    apr_size_t len = strcspn(from, " \t");

    return !memmem(from, len, "//", 2) && !memmem(from, len, "/.", 2) &&
           !memmem(from, len, "%2", 2);
}

int semr_glance(const char *line, int flags, semr_view_t path)
{
    const char *from = find_from(line);

    if (flags & SEMR_RULE_REGEX) {
        return glance_regex(from, path);
    }
    if (*from == '~') {
        return glance_regex(from + (from[1] == '*' ? 2 : 1), path);
    }
    return *from != '/' || glance_path(from, path);
}
