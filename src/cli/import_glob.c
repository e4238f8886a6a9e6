/* SPDX-License-Identifier: Apache-2.0
 * Globs -> parts of a path.
 *
 * At the top of a glob text, :names and trees stay what they are; a group of
 * alternatives becomes a regex with all that is in it.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_glob.h"
#include "url.h"

enum { GROUPS_MAX = 6, GLOB_MOST = 2000 };

typedef struct glob_t {
    apr_pool_t *pool;
    const char *p;   /* what is not read yet */
    const char *why; /* NULL: nothing is wrong */
    int groups;      /* that are open */
} glob_t;

static const char *alternatives(glob_t *glob, char open, char close);

static const char *refuse(glob_t *glob, const char *why)
{
    glob->why = why;
    return "";
}

/* [a-z] and [!a-z], which take no slash */
static const char *read_class(glob_t *glob)
{
    const char *begin = ++glob->p, *end;
    int negated = *begin == '!' || *begin == '^';
    const char *text = negated ? "[^/" : "[", *at;

    begin += negated;
    end = *begin ? strchr(begin + 1, ']') : NULL;
    if (!end || memchr(begin, '/', (apr_size_t)(end - begin))) {
        return refuse(glob, "its [ is not closed, or has a slash in it.");
    }
    for (at = begin; at < end; at++) {
        if (strchr("\\[]^&~|", *at)) {
            return refuse(glob, "its [...] has a sign in it that regexes read "
                                "otherwise. Write it as a \"regex\".");
        }
    }
    glob->p = end + 1;
    return apr_pstrcat(
        glob->pool, text,
        apr_pstrmemdup(glob->pool, begin, (apr_size_t)(end - begin)), "]",
        NULL);
}

/* What is before a ( of alternatives */
static const char *read_extended(glob_t *glob)
{
    char sign = *glob->p;
    const char *inner;

    glob->p += 2;
    inner = alternatives(glob, '|', ')');
    if (glob->why) {
        return "";
    }
    if (sign != '!') {
        return apr_psprintf(glob->pool, "(?:%s)%s", inner,
                            sign == '?'   ? "?"
                            : sign == '*' ? "*"
                            : sign == '+' ? "+"
                                          : "");
    }
    if (*glob->p && *glob->p != '/') {
        return refuse(glob, "its !(...) is not the end of a segment. Write it "
                            "as a \"regex\".");
    }
    return apr_psprintf(glob->pool, "(?!(?:%s)(?:/|$))[^/]*", inner);
}

/* {a,b} */
static const char *read_braces(glob_t *glob)
{
    const char *inner;

    glob->p++;
    inner = alternatives(glob, ',', '}');
    return glob->why ? "" : apr_psprintf(glob->pool, "(?:%s)", inner);
}

static const char *read_stars(glob_t *glob)
{
    apr_size_t count = strspn(glob->p, "*");
    int segment = glob->p[-1] == '/'; /* GLOB begins with a slash */

    glob->p += count;
    if (count == 2 && segment && *glob->p == '/') {
        glob->p++;
        return "(?:.*/)?";
    }
    return count > 1 ? ".*" : "[^/]*";
}

static int is_extended(const char *p)
{
    return *p && strchr("@?*+!", *p) && p[1] == '(';
}

static int has_comma(const char *p)
{
    const char *close = strchr(p, '}');

    return close && memchr(p, ',', (apr_size_t)(close - p)) != NULL;
}

/* What a sign stands for, as a regex; NULL: it is text. */
static const char *read_sign(glob_t *glob)
{
    if (is_extended(glob->p)) {
        return read_extended(glob);
    }
    switch (*glob->p) {
    case '*':
        return read_stars(glob);
    case '?':
        glob->p++;
        return "[^/]";
    case '[':
        return read_class(glob);
    case '{':
        if (!has_comma(glob->p)) {
            return strstr(glob->p, "..")
                       ? refuse(glob, "its {...} is a range. Write it as "
                                      "{1,2,3}, or as a \"regex\".")
                       : NULL;
        }
        return read_braces(glob);
    default:
        return NULL;
    }
}

/* The next byte of text, a backslash before it or not */
static char read_text(glob_t *glob)
{
    if (*glob->p == '\\' && glob->p[1]) {
        glob->p++;
    }
    return *glob->p++;
}

/* Up to close, which is passed: a regex with | between what sign separates */
static const char *alternatives(glob_t *glob, char sign, char close)
{
    const char *text = "", *found;
    char byte;

    if (++glob->groups > GROUPS_MAX) {
        return refuse(glob, "its groups are too deep.");
    }
    while (!glob->why && *glob->p != close) {
        if (!*glob->p) {
            return refuse(glob, "a group of it is not closed.");
        }
        if (*glob->p == sign) {
            glob->p++;
            text = apr_pstrcat(glob->pool, text, "|", NULL);
            continue;
        }
        if (*glob->p == ':') {
            return refuse(glob, "a :name is in a group of alternatives. Write "
                                "it as a \"regex\".");
        }
        found = read_sign(glob);
        if (!found) {
            byte = read_text(glob);
            found = import_path_quote(glob->pool, semr_view(&byte, 1));
        }
        text = apr_pstrcat(glob->pool, text, found, NULL);
    }
    glob->p++;
    glob->groups--;
    return text;
}

/* :name, and :name* for all that follows; 0: the colon is one. */
static int read_name(glob_t *glob, import_path_t *path)
{
    const char *begin = glob->p + 1;
    apr_size_t len = import_path_name(begin, begin + strlen(begin), 1);
    semr_view_t name = {begin, len};

    if (*glob->p != ':' || !len) {
        return 0;
    }
    glob->p = begin + len;
    if (*glob->p && strchr("(?+", *glob->p)) {
        glob->why = "a :name of it says more than the name. Write it as a "
                    "\"regex\".";
        return 1;
    }
    if (*glob->p == '*') {
        glob->p++;
        import_path_add(path, IMPORT_PART_STAR, name);
        return 1;
    }
    import_path_add(path, IMPORT_PART_NAME, name);
    return 1;
}

/* A tree at the end of the glob: all that is below, and the page itself where
 * it says so. */
static int read_tree(glob_t *glob, import_path_t *path)
{
    static const semr_view_t nobody = {"", 0};

    if (!strcmp(glob->p, "{,/**}")) {
        import_path_add(path, IMPORT_PART_TEXT, semr_view("/", 1));
        path->itself = 1;
    }
    else if (strcmp(glob->p, "**") || glob->p[-1] != '/') {
        return 0;
    }
    import_path_add(path, IMPORT_PART_STAR, nobody);
    glob->p += strlen(glob->p);
    return 1;
}

/* The text from *glob on, with its backslashes gone */
static void add_text(glob_t *glob, import_path_t *path)
{
    char *text = apr_palloc(glob->pool, strlen(glob->p) + 8), *out = text;
    import_part_t *last;

    do {
        *out++ = read_text(glob);
    } while (*glob->p && !strchr("*?[{:@+!", *glob->p));
    last =
        path->parts->nelts
            ? &APR_ARRAY_IDX(path->parts, path->parts->nelts - 1, import_part_t)
            : NULL;
    if (last && last->kind == IMPORT_PART_TEXT) {
        last->text = semr_view(
            apr_pstrcat(
                glob->pool,
                apr_pstrmemdup(glob->pool, last->text.p, last->text.len),
                apr_pstrmemdup(glob->pool, text, (apr_size_t)(out - text)),
                NULL),
            last->text.len + (apr_size_t)(out - text));
        return;
    }
    import_path_add(path, IMPORT_PART_TEXT,
                    semr_view(text, (apr_size_t)(out - text)));
}

const char *import_glob_read(import_t *import, const char *text,
                             import_path_t *path)
{
    glob_t glob = {.pool = import->pool};
    const char *found;

    if (*text == '!' && text[1] != '(') {
        return "it is the negation of a glob. Write it as a \"regex\".";
    }
    if (strlen(text) > GLOB_MOST) {
        return "its glob is too long.";
    }
    glob.p = *text == '/' ? apr_pstrdup(import->pool, text)
                          : apr_pstrcat(import->pool, "/", text, NULL);
    add_text(&glob, path); /* the slash, and more */
    while (*glob.p && !glob.why) {
        if (read_tree(&glob, path) || read_name(&glob, path)) {
            continue;
        }
        found = read_sign(&glob);
        if (found) {
            import_path_add(path, IMPORT_PART_REGEX,
                            semr_view(found, strlen(found)));
        }
        else {
            add_text(&glob, path);
        }
    }
    return glob.why;
}
