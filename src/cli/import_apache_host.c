/* SPDX-License-Identifier: Apache-2.0
 * import apache: host names that a regex stands for.
 *
 * ^(www\.)?example\.(com|org)$ is four names.  A beginning that takes any
 * label, or none that holds it, is "*.".
 */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_rewrite.h"

typedef struct reader_t {
    apr_pool_t *pool;
    const char *at;
} reader_t;

/* Each of the names with each of the ends behind it, instead of names */
static int multiply(apr_pool_t *pool, apr_array_header_t *names,
                    const apr_array_header_t *ends)
{
    apr_array_header_t *old = apr_array_copy(pool, names);
    int i, j;

    apr_array_clear(names);
    if (old->nelts * ends->nelts > APACHE_NAMES_MAX) {
        return 0;
    }
    for (i = 0; i < old->nelts; i++) {
        for (j = 0; j < ends->nelts; j++) {
            APR_ARRAY_PUSH(names, const char *) =
                apr_pstrcat(pool, APR_ARRAY_IDX(old, i, const char *),
                            APR_ARRAY_IDX(ends, j, const char *), NULL);
        }
    }
    return 1;
}

/* One byte of a name; 0: it is something else. */
static char take_byte(reader_t *reader)
{
    const char *at = reader->at;
    char c;

    if (*at == '\\' && (at[1] == '.' || at[1] == '-')) {
        c = at[1];
        at += 2;
    }
    else if (apr_isalnum(*at) || *at == '-' || *at == '.') {
        c = (char)apr_tolower(*at);
        at++;
    }
    else {
        return 0;
    }
    if (*at && strchr("*+?{", *at)) {
        return 0;
    }
    reader->at = at;
    return c;
}

/* [::1], as \\[::1\\]; NULL: it is something else. */
static const char *take_literal(reader_t *reader)
{
    const char *begin = reader->at + 2, *end;

    if (strncmp(reader->at, "\\[", 2)) {
        return NULL;
    }
    end = begin + strspn(begin, "0123456789abcdefABCDEF:.");
    if (end == begin || strncmp(end, "\\]", 2)) {
        return NULL;
    }
    reader->at = end + 2;
    return apr_psprintf(reader->pool, "[%.*s]", (int)(end - begin), begin);
}

/* (a|b), (?:a|b), either with ? behind it; 0: it is something else. */
static int take_group(reader_t *reader, apr_array_header_t *ends)
{
    char name[256];
    apr_size_t len = 0;
    char c;

    reader->at += strncmp(reader->at, "(?:", 3) ? 1 : 3;
    for (;;) {
        while (len < sizeof(name) - 1 && (c = take_byte(reader)) != 0) {
            name[len++] = c;
        }
        APR_ARRAY_PUSH(ends, const char *) =
            apr_pstrmemdup(reader->pool, name, len);
        len = 0;
        if (*reader->at == ')') {
            break;
        }
        if (*reader->at++ != '|' || ends->nelts > APACHE_NAMES_MAX) {
            return 0;
        }
    }
    reader->at++;
    if (*reader->at == '?') {
        reader->at++;
        APR_ARRAY_PUSH(ends, const char *) = "";
    }
    return !*reader->at || !strchr("*+{", *reader->at);
}

/* What takes any label before a name; the longest first */
static const struct {
    const char *text;
    int or_none; /* the name itself, too */
} labels[] = {{"^(?:.+\\.)?", 1},     {"^(?:.*\\.)?", 1},     {"^(.+\\.)?", 1},
              {"^(.*\\.)?", 1},       {"(^|\\.)", 1},         {"(?:^|\\.)", 1},
              {"^([^.]+)\\.", 0},     {"^([^.]*)\\.", 0},     {"^[^.]+\\.", 0},
              {"^([^\\.]+)\\.", 0},   {"^(.+)\\.", 0},        {"^(.*)\\.", 0},
              {"^.+\\.", 0},          {"^.*\\.", 0},          {"(.+)\\.", 0},
              {"(.*)\\.", 0},         {".*\\.", 0},           {"\\.", 0},
              {"([a-z0-9-]+)\\.", 0}, {"^([a-z0-9-]+)\\.", 0}};

static void take_beginning(reader_t *reader, apr_array_header_t *names)
{
    apr_size_t i;

    for (i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
        apr_size_t len = strlen(labels[i].text);

        if (!strncmp(reader->at, labels[i].text, len)) {
            reader->at += len;
            APR_ARRAY_PUSH(names, const char *) = "*.";
            if (labels[i].or_none) {
                APR_ARRAY_PUSH(names, const char *) = "";
            }
            return;
        }
    }
    APR_ARRAY_PUSH(names, const char *) = "";
    if (*reader->at == '^') {
        reader->at++;
    }
    else {
        APR_ARRAY_PUSH(names, const char *) = "*.";
    }
}

/* Behind the name: nothing, or a port that it may have */
static int is_end(const char *at)
{
    static const char *const ends[] = {
        "",          "$",       "\\.?$",    "(:[0-9]+)?$",
        "(:\\d+)?$", "(:80)?$", "(:443)?$", "(?::\\d+)?$"};
    apr_size_t i;

    for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        if (!strcmp(at, ends[i])) {
            return 1;
        }
    }
    return 0;
}

int apache_host_names(apr_pool_t *pool, const char *pattern,
                      apr_array_header_t *names)
{
    reader_t reader = {pool, pattern};
    apr_array_header_t *ends = apr_array_make(pool, 8, sizeof(char *));
    int i;
    const char *literal;
    char byte[2] = {0, 0};

    if (strlen(pattern) > 1000) {
        return 0;
    }
    take_beginning(&reader, names);
    while (!is_end(reader.at)) {
        apr_array_clear(ends);
        if (*reader.at == '(') {
            if (!take_group(&reader, ends)) {
                return 0;
            }
        }
        else if ((literal = take_literal(&reader)) != NULL) {
            APR_ARRAY_PUSH(ends, const char *) = literal;
        }
        else if ((byte[0] = take_byte(&reader)) != 0) {
            APR_ARRAY_PUSH(ends, const char *) = apr_pstrdup(pool, byte);
        }
        else {
            return 0;
        }
        if (!multiply(pool, names, ends)) {
            return 0;
        }
    }
    for (i = 0; i < names->nelts; i++) { /* a label alone is no host here */
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        name += strncmp(name, "*.", 2) ? 0 : 2;
        if (!*name || *name == '.' || strstr(name, "..") ||
            name[strlen(name) - 1] == '.') {
            return 0;
        }
    }
    return names->nelts > 0;
}

const apr_array_header_t *apache_names(const apache_t *apache,
                                       const apache_place_t *place)
{
    apr_array_header_t *names;

    if (place->vhost->names->nelts) {
        return place->vhost->names;
    }
    names = apr_array_make(apache->import->pool, 1, sizeof(char *));
    if (apache->import->host && strncmp(apache->import->host, "*.", 2)) {
        APR_ARRAY_PUSH(names, const char *) = apache->import->host;
    }
    return names;
}
