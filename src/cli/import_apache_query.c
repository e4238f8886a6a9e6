/* SPDX-License-Identifier: Apache-2.0
 * import apache: a regex on the query, as the parameters that FROM names.
 *
 * ^id=5$, (^|&)id=([^&]+)(&|$), ^a=1&b=(\d+)$; in it a group that takes a value
 * becomes {q1}, {q2} ...
 */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_rewrite.h"

typedef struct reader_t {
    apr_pool_t *pool;
    const char *at;
    int group; /* of the regex: the last that was opened */
    int count; /* parameters so far */
    apache_alt_t *alt;
    const char *query; /* so far */
    const char *note;
} reader_t;

static int take(reader_t *reader, const char *text)
{
    apr_size_t len = strlen(text);

    if (strncmp(reader->at, text, len)) {
        return 0;
    }
    reader->at += len;
    return 1;
}

/* A group that takes a value; what {name} takes may be more, or less. */
static const struct {
    const char *text;
    int same; /* {name} takes the same */
} values[] = {{"([^&]+)", 1},     {"([^&]*)", 0},        {"(.+)", 1},
              {"(.*)", 0},        {"([0-9]+)", 0},       {"(\\d+)", 0},
              {"(\\d*)", 0},      {"([0-9]*)", 0},       {"(\\w+)", 0},
              {"([a-z]+)", 0},    {"([a-zA-Z0-9]+)", 0}, {"([a-z0-9-]+)", 0},
              {"([a-z0-9]+)", 0}, {"([A-Za-z]+)", 0},    {"([^&#]+)", 1},
              {"(.+?)", 1},       {"([\\w-]+)", 0},      {"([a-z-]+)", 0}};

static int take_value(reader_t *reader)
{
    apr_size_t i;

    for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
        if (take(reader, values[i].text)) {
            const char *name =
                apr_psprintf(reader->pool, "{q%d}", ++reader->group);

            reader->query =
                apr_pstrcat(reader->pool, reader->query, name, NULL);
            if (reader->group < 10) {
                reader->alt->groups[reader->group] = name;
            }
            if (!values[i].same) {
                reader->note = "The rule takes any value, but for none.";
            }
            return 1;
        }
    }
    return 0;
}

/* Literal bytes of a name or value; 0: there is none. */
static int take_literal(reader_t *reader, int is_value)
{
    const char *begin = reader->query;

    for (;;) {
        const char *at = reader->at;
        char byte[2] = {0, 0};

        if (take(reader, "(?:\\+|%20)")) { /* a blank */
            reader->query =
                apr_pstrcat(reader->pool, reader->query, "%20", NULL);
            continue;
        }
        if (!strncmp(at, "(?i:%", 5) && apr_isxdigit(at[5]) &&
            apr_isxdigit(at[6]) && at[7] == ')') {
            reader->query =
                apr_psprintf(reader->pool, "%s%.3s", reader->query, at + 4);
            reader->at += 8;
            continue;
        }
        if (*at == '\\' && at[1] && !apr_isalnum(at[1])) {
            byte[0] = at[1];
            at += 2;
        }
        else if (apr_isalnum(*at) || (*at && strchr("_-/:,;%@~!", *at)) ||
                 (is_value && *at == '=')) {
            byte[0] = *at;
            at++;
        }
        else {
            break;
        }
        if (*at && strchr("*+?{", *at)) {
            return 0;
        }
        reader->at = at;
        reader->query = apr_pstrcat(
            reader->pool, reader->query,
            strchr("{}*\"", byte[0])
                ? apr_psprintf(reader->pool, "%%%02X", (unsigned)byte[0])
                : byte,
            NULL);
    }
    return reader->query != begin;
}

static int take_parameter(reader_t *reader)
{
    if (++reader->count > 8 || !take_literal(reader, 0)) {
        return 0;
    }
    if (take(reader, "=?")) { /* with no value, and its sign or not */
        return *reader->at == '(' || *reader->at == '$';
    }
    if (take(reader, "=")) {
        reader->query = apr_pstrcat(reader->pool, reader->query, "=", NULL);
        return take_value(reader) || take_literal(reader, 1) || !*reader->at ||
               !strcmp(reader->at, "$");
    }
    return 1;
}

/* How it begins: 1 with the query, 2 with a parameter, 3 anywhere */
static int take_beginning(reader_t *reader)
{
    static const char *const begins[] = {"(^|&)",     "(?:^|&)", "(^|.*&)",
                                         "(?:^|.*&)", "^(.*&)?", "^(?:.*&)?",
                                         "(&|^)",     "(^|[&])"};
    apr_size_t i;

    for (i = 0; i < sizeof(begins) / sizeof(*begins); i++) {
        if (take(reader, begins[i])) {
            reader->group += !strstr(begins[i], "(?:");
            return 2;
        }
    }
    if (take(reader, "^")) {
        return 1;
    }
    take(reader, "(.*)") ? (void)reader->group++ : (void)take(reader, ".*");
    return 3;
}

static int take_end(reader_t *reader)
{
    static const char *const ends[] = {"(&|$)",   "(?:&|$)",   "($|&)",
                                       "(?:$|&)", "(&.*|$)",   "(?:&|$).*",
                                       "(&.*)?$", "(?:&.*)?$", "(&|$)(.*)"};
    apr_size_t i;

    for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        if (!strcmp(reader->at, ends[i])) {
            return 2;
        }
    }
    if (!strcmp(reader->at, "$")) {
        return 1;
    }
    return *reader->at && strcmp(reader->at, ".*") &&
                   strcmp(reader->at, "(.*)") && strcmp(reader->at, "&")
               ? 0
               : 3;
}

int apache_query(apr_pool_t *pool, const char *pattern, apache_alt_t *alt,
                 const char **note)
{
    reader_t reader = {.pool = pool, .at = pattern, .alt = alt, .query = ""};
    int begin, end;

    if (strlen(pattern) > 1000) {
        return 0;
    }
    begin = take_beginning(&reader);
    do {
        if (!take_parameter(&reader)) {
            return 0;
        }
        end = take_end(&reader);
        if (!end && *reader.at == '&') {
            reader.at++;
            reader.query = apr_pstrcat(pool, reader.query, "&", NULL);
            continue;
        }
        break;
    } while (1);
    if (!end) {
        return 0;
    }
    if (begin == 3 || end == 3) {
        reader.note = "The rule takes the whole parameter, wherever it stands "
                      "in the query, and no part of one.";
    }
    else if ((begin == 1 || end == 1) && !reader.note) {
        reader.note = "The rule takes the parameter beside any others, too.";
    }
    else if (begin == 1 || end == 1) {
        reader.note = "The rule takes the parameter with any value but none, "
                      "and beside any others, too.";
    }
    alt->query = reader.query;
    *note = reader.note;
    return 1;
}
