/* SPDX-License-Identifier: Apache-2.0
 * The template of TO: canonical text, and ops for what is inserted.
 */
#include <string.h>

#include <apr_strings.h>

#include "rule_template.h"

static char *put(char *out, semr_view_t view)
{
    if (view.len > 0) {
        memcpy(out, view.p, view.len);
    }
    return out + view.len;
}

/* The op of the {name} that *text begins with, or 0. */
static int take_name(semr_rule_reader_t *reader, semr_view_t *text)
{
    semr_view_t name;
    int i, number = -1;

    if (semr_rule_name(reader, text, &name) != APR_SUCCESS) {
        return 0;
    }
    if (reader->regex != NULL) {
        number = semr_regex_group(reader->regex, name);
    }
    for (i = 0; i < reader->ncaptures && number < 0; i++) {
        if (semr_view_equal(reader->captures[i], name)) {
            number = i;
        }
    }
    if (number < 0) {
        semr_diag_set(reader->diag, semr_rule_pool(reader),
                      "\"{%s}\" in TO is not in FROM, \"%s\". Name it there "
                      "too; a literal { is %%7B.",
                      semr_rule_show(reader, name),
                      semr_rule_show(reader, reader->rule->from_word));
        return 0;
    }
    return SEMR_OP_CAPTURE + number;
}

/* The op of the $1 that *text begins with, or 0. */
static int take_group(semr_rule_reader_t *reader, semr_view_t *text)
{
    int number = text->p[1] - '0';

    if (reader->regex == NULL) {
        semr_diag_set(reader->diag, semr_rule_pool(reader),
                      "\"$%d\" in TO is a group of a regex, and FROM, \"%s\", "
                      "is none. Use a {name}; a literal $ is %%24.",
                      number, semr_rule_show(reader, reader->rule->from_word));
        return 0;
    }
    if (number > semr_regex_groups(reader->regex)) {
        semr_diag_set(
            reader->diag, semr_rule_pool(reader),
            "\"$%d\" in TO is a group that FROM, \"%s\", lacks: it has %d. "
            "Add a group, or write %%24 for a literal $.",
            number, semr_rule_show(reader, reader->rule->from_word),
            semr_regex_groups(reader->regex));
        return 0;
    }
    *text = semr_view_from(*text, 2);
    return SEMR_OP_CAPTURE + number;
}

/* The op that *text begins with, taken off it, or 0 and the reason. */
static int take_op(semr_rule_reader_t *reader, semr_view_t *text)
{
    if (*text->p == '$') {
        return take_group(reader, text);
    }
    if (*text->p == '{') {
        return take_name(reader, text);
    }
    semr_diag_set(reader->diag, semr_rule_pool(reader),
                  "\"%s\" as TO has a %c %s. A literal %c is %s.",
                  semr_rule_show(reader, reader->rule->to_word), *text->p,
                  *text->p == '*'
                      ? "that is not the last byte of its path, nor "
                        "of all"
                      : "that closes no {name}",
                  *text->p, *text->p == '*' ? "%2A" : "%7D");
    return 0;
}

/* Writes text, which has no star at its end, at *out. */
static apr_status_t write_text(semr_rule_reader_t *reader, semr_view_t text,
                               int is_path, char **out)
{
    semr_view_t literal;
    apr_size_t i;
    int op;

    while (text.len > 0) {
        for (i = 0; i < text.len && text.p[i] != '}' &&
                    !semr_template_inserts(text, i);
             i++) {
        }
        literal = semr_view(text.p, i);
        *out = is_path ? semr_url_encode(*out, literal,
                                         SEMR_URL_PCHAR | SEMR_URL_SLASH)
                       : semr_url_safe_query(*out, literal);
        text = semr_view_from(text, i);
        if (text.len > 0) {
            op = take_op(reader, &text);
            if (op == 0) {
                return APR_EINVAL;
            }
            *(*out)++ = (char)op;
        }
    }
    return APR_SUCCESS;
}

/* Takes a star off the end of *text: 1 if there was one that FROM can fill,
 * 0 if there was none, -1 and the reason if it is not to be filled. */
static int take_star(semr_rule_reader_t *reader, semr_view_t *text)
{
    if (text->len == 0 || text->p[text->len - 1] != '*') {
        return 0;
    }
    if (!semr_rule_has_star(reader->rule)) {
        semr_diag_set(reader->diag, semr_rule_pool(reader),
                      "\"%s\" as TO has a * that nothing fills: FROM, \"%s\", "
                      "has none. %s; a literal * is %%2A.",
                      semr_rule_show(reader, reader->rule->to_word),
                      semr_rule_show(reader, reader->rule->from_word),
                      reader->regex ? "Use a group and $1" : "End it in /*");
        return -1;
    }
    text->len--;
    return 1;
}

static int count_ops(const char *p, const char *end)
{
    int count = 0;

    while (p < end) {
        count += (unsigned char)*p++ >= SEMR_OP_CAPTURE;
    }
    return count;
}

static apr_status_t write_path(semr_rule_reader_t *reader, semr_view_t path,
                               char **out)
{
    char *begin = *out;
    int star = take_star(reader, &path), ops;
    int ours = reader->rule->to.form != SEMR_TO_AUTHORITY;
    int rest = star > 0 && path.p[path.len - 1] != '/';

    if (star < 0 || write_text(reader, path, 1, out) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (rest) {
        *(*out)++ = (char)SEMR_OP_REST; /* its segment is no dot segment */
    }
    ops = count_ops(begin, *out);
    *out = begin + semr_url_squeeze(begin, (apr_size_t)(*out - begin), ours);
    if (count_ops(begin, *out) != ops) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" as TO takes captured text back by the .. "
                             "behind it. Write the path without .. in it.",
                             semr_rule_show(reader, reader->rule->to_word));
    }
    if (star && !rest) {
        /* at the root the slash stays, whatever the star took */
        if (*out > begin + 1) {
            (*out)[-1] = (char)SEMR_OP_TAIL;
        }
        else {
            *(*out)++ = (char)SEMR_OP_REST;
        }
    }
    return APR_SUCCESS;
}

/* Writes a query or a fragment behind its mark; only the last part of TO may
 * end in a star. */
static apr_status_t write_rest(semr_rule_reader_t *reader, char mark,
                               semr_view_t text, int last, char **out)
{
    int star = last ? take_star(reader, &text) : 0;

    *(*out)++ = mark;
    if (star < 0 || write_text(reader, text, 0, out) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (star) {
        *(*out)++ = (char)SEMR_OP_REST;
    }
    return APR_SUCCESS;
}

static char *write_authority(semr_rule_reader_t *reader,
                             const semr_to_parts_t *parts, char *out)
{
    const semr_rule_authority_t *authority = &parts->authority;

    if (parts->scheme.p == NULL) {
        return out;
    }
    out = put(out, semr_url_fold(semr_rule_pool(reader), parts->scheme));
    if (authority->wild) {
        *out++ = (char)SEMR_OP_LABELS;
        *out++ = '.';
    }
    out = put(out, authority->host);
    if (authority->port != 0) {
        const char *port = apr_itoa(semr_rule_pool(reader), authority->port);

        *out++ = ':';
        out = put(out, semr_view(port, strlen(port)));
    }
    return out;
}

apr_status_t semr_template_write(semr_rule_reader_t *reader,
                                 const semr_to_parts_t *parts)
{
    semr_to_t *to = &reader->rule->to;
    char *begin = apr_palloc(semr_rule_pool(reader), 3 * parts->word.len + 8);
    char *out = write_authority(reader, parts, begin);

    if (parts->path.p == NULL) {
        *out++ = parts->scheme.p ? '/' : (char)SEMR_OP_URL;
    }
    else if (write_path(reader, parts->path, &out) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (parts->query.len > 0 &&
        write_rest(reader, '?', parts->query, parts->fragment.p == NULL,
                   &out) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (parts->fragment.p != NULL &&
        write_rest(reader, '#', parts->fragment, 1, &out) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    to->head = semr_view(begin, (apr_size_t)(out - begin));
    to->inserts = count_ops(begin, out) > 0;
    return APR_SUCCESS;
}
