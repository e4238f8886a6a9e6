/* SPDX-License-Identifier: Apache-2.0
 * TO: taken apart, and checked, so that no Location can be a bad one.
 */
#include <string.h>

#include <apr_strings.h>

#include "rule_template.h"

/* -- the parts ------------------------------------------------------------- */

/* Bytes of the scheme that word begins with, without its colon, or 0. */
static apr_size_t scheme_len(semr_view_t word)
{
    apr_size_t len = 0;

    while (len < word.len) {
        char c = word.p[len];

        if (c == ':') {
            return len;
        }
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            (len == 0 ||
             !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) {
            return 0;
        }
        len++;
    }
    return 0;
}

static apr_status_t refuse_beginning(semr_rule_reader_t *reader,
                                     semr_view_t word, apr_size_t scheme)
{
    const char *shown = semr_rule_show(reader, word);

    if (word.len > 1 && word.p[0] == '/') {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" as TO begins with %.2s, by which browsers "
                             "mean another host. Write https://host/path, or "
                             "one slash.",
                             shown, word.p);
    }
    if (scheme > 0) {
        return semr_diag_set(
            reader->diag, semr_rule_pool(reader),
            "\"%s\" as TO has the scheme \"%s:\", and only http and https are "
            "safe to redirect to, as in https://host/path or https:/path.",
            shown, semr_rule_show(reader, semr_view(word.p, scheme)));
    }
    if (word.len > 0 && semr_template_inserts(word, 0)) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" as TO begins with captured text, so that "
                             "a client could choose the host. Put a slash or "
                             "https://host/ before it.",
                             shown);
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" as TO begins neither with a slash nor with "
                         "http: or https:. Write the whole path, as in /new.",
                         shown);
}

/* What is before the first of the bytes in set, or all of it */
static semr_view_t take_until(semr_view_t *text, const char *set)
{
    semr_view_t taken = *text;

    for (; *set != '\0'; set++) {
        const char *end = taken.len ? memchr(taken.p, *set, taken.len) : NULL;

        if (end != NULL) {
            taken.len = (apr_size_t)(end - taken.p);
        }
    }
    *text = semr_view_from(*text, taken.len);
    return taken;
}

/* What makes more of it than a bad host, if anything does */
static apr_status_t refuse_authority(semr_rule_reader_t *reader,
                                     semr_view_t text)
{
    apr_size_t i = text.len > 1 && text.p[0] == '*' && text.p[1] == '.';

    for (; i < text.len; i++) {
        if (text.p[i] == '@') {
            return semr_diag_set(
                reader->diag, semr_rule_pool(reader),
                "\"%s\" in TO has a user name before its host, "
                "which clients mistake or refuse. Leave out "
                "what is before the @, and the @.",
                semr_rule_show(reader, text));
        }
        if (semr_template_inserts(text, i)) {
            return semr_diag_set(
                reader->diag, semr_rule_pool(reader),
                "\"%s\" in TO has captured text in its host or "
                "right behind it, so that a client could "
                "choose the host. Write the host out, with a slash "
                "behind it.",
                semr_rule_show(reader, text));
        }
    }
    return APR_EINVAL;
}

static apr_status_t check_authority(semr_rule_reader_t *reader,
                                    semr_to_parts_t *parts)
{
    semr_view_t text = parts->authority_text;

    if (semr_rule_authority(reader, parts->word, text, &parts->authority) !=
        APR_SUCCESS) {
        return refuse_authority(reader, text);
    }
    if (parts->authority.wild && !reader->rule->wild) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" in TO needs the labels that FROM's *. "
                             "takes, and FROM has none. Begin FROM as in "
                             "//*.example.com/, or name the host.",
                             semr_rule_show(reader, text));
    }
    return APR_SUCCESS;
}

/* What may be behind "https:" where no authority is */
static apr_status_t check_behind_scheme(semr_rule_reader_t *reader,
                                        semr_view_t rest)
{
    if (rest.len > 1 && rest.p[0] == '/' && rest.p[1] == '\\') {
        return refuse_beginning(reader, rest, 0);
    }
    if (rest.len == 0 || rest.p[0] == '/' || rest.p[0] == '?' ||
        rest.p[0] == '#') {
        return APR_SUCCESS;
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" as TO has neither a host nor a path behind "
                         "its scheme. Write https://host/path, https:/path on "
                         "this host, or https: for this same URL.",
                         semr_rule_show(reader, reader->rule->to_word));
}

/* Tells the form, and takes all that is before the path off *rest. */
static apr_status_t take_form(semr_rule_reader_t *reader,
                              semr_to_parts_t *parts, semr_view_t *rest)
{
    semr_to_t *to = &reader->rule->to;
    semr_view_t word = parts->word, scheme;
    apr_size_t len = scheme_len(word);

    if (len == 0) {
        to->form = SEMR_TO_PATH;
        if (word.len == 0 || word.p[0] != '/' ||
            (word.len > 1 && (word.p[1] == '/' || word.p[1] == '\\'))) {
            return refuse_beginning(reader, word, 0);
        }
        return APR_SUCCESS;
    }
    scheme = semr_view(word.p, len);
    if (semr_words_equal(scheme, "https")) {
        to->form = SEMR_TO_HTTPS;
    }
    else if (semr_words_equal(scheme, "http")) {
        to->form = SEMR_TO_HTTP;
    }
    else {
        return refuse_beginning(reader, word, len);
    }
    *rest = semr_view_from(word, len + 1);
    if (rest->len > 1 && rest->p[0] == '/' && rest->p[1] == '/') {
        to->form = SEMR_TO_AUTHORITY;
        parts->scheme = semr_view(word.p, len + 3);
        *rest = semr_view_from(*rest, 2);
        parts->authority_text = take_until(rest, "/?#");
        return check_authority(reader, parts);
    }
    return check_behind_scheme(reader, *rest);
}

static void take_path(semr_to_parts_t *parts, semr_view_t *rest)
{
    apr_size_t len = semr_rule_plain_len(*rest);

    parts->star_is_plain = len > 1 && len + 1 == rest->len &&
                           rest->p[len] == '*' && rest->p[len - 1] == '/';
    if (parts->star_is_plain) {
        parts->path_is_plain = 1;
        parts->path = *rest;
        *rest = semr_view_from(*rest, rest->len);
    }
    else if (len == rest->len || rest->p[len] == '?' || rest->p[len] == '#') {
        parts->path_is_plain = 1;
        parts->path = semr_view(rest->p, len);
        *rest = semr_view_from(*rest, len);
    }
    else {
        parts->path = take_until(rest, "?#");
    }
}

static apr_status_t split(semr_rule_reader_t *reader, semr_view_t word,
                          semr_to_parts_t *parts)
{
    semr_view_t rest = word;

    *parts = (semr_to_parts_t){.word = word};
    if (take_form(reader, parts, &rest) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (rest.len > 0 && rest.p[0] == '/') {
        take_path(parts, &rest);
    }
    if (rest.len > 0 && rest.p[0] == '?') {
        rest = semr_view_from(rest, 1);
        parts->query = take_until(&rest, "#");
        reader->rule->to.drop_query |= parts->query.len == 0;
    }
    if (rest.len > 0) {
        parts->fragment = semr_view_from(rest, 1);
    }
    return APR_SUCCESS;
}

/* -- TO that needs no change ----------------------------------------------- */

/* Whether a query or a fragment is as it would be written to the template */
static int is_plain(semr_view_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        char c = text.p[i];

        if (!(semr_url_class[(unsigned char)c] & SEMR_URL_QUERY) || c == '*' ||
            c == '$') {
            return 0;
        }
    }
    return 1;
}

/* Whether the template is a part of the line: then *head is that part. */
static int is_head(const semr_to_parts_t *parts, semr_view_t *head)
{
    const char *begin = parts->path.p, *end;

    if (!parts->path_is_plain || !is_plain(parts->query) ||
        !is_plain(parts->fragment)) {
        return 0;
    }
    end = parts->path.p + parts->path.len;
    if (parts->scheme.p != NULL) {
        begin = parts->scheme.p;
        if (memcmp(begin, "http", 4) != 0 || begin[4] == 'S' ||
            parts->authority.wild ||
            parts->authority.host.p != parts->authority_text.p) {
            return 0;
        }
    }
    if (parts->query.len > 0) {
        end = parts->query.p + parts->query.len;
    }
    if (parts->fragment.p != NULL) {
        if (parts->query.p != NULL && parts->query.len == 0) {
            return 0;
        }
        end = parts->fragment.p + parts->fragment.len;
    }
    *head = semr_view(begin, (apr_size_t)(end - begin));
    return 1;
}

/* The same with the star at its end, and the slash before it, as an op */
static semr_view_t with_tail(semr_rule_reader_t *reader, semr_view_t head)
{
    char *text = reader->room != NULL && head.len <= SEMR_RULE_ROOM
                     ? reader->room
                     : apr_palloc(semr_rule_pool(reader), head.len);

    memcpy(text, head.p, head.len - 1);
    text[head.len - 2] = (char)SEMR_OP_TAIL;
    return semr_view(text, head.len - 1);
}

/* In a map, most rows have the authority of the row before. */
static void know_authority(semr_rule_reader_t *reader,
                           const semr_to_parts_t *parts)
{
    apr_size_t len;

    if (reader->room && parts->scheme.p != NULL && parts->path.p != NULL) {
        len = (apr_size_t)(parts->path.p - parts->word.p) + 1;
        if (len <= sizeof(reader->known)) {
            memcpy(reader->known, parts->word.p, len);
            reader->known_len = len;
        }
    }
}

/* TO in its parts */
static apr_status_t read_odd(semr_rule_reader_t *reader, semr_view_t word)
{
    semr_to_t *to = &reader->rule->to;
    semr_to_parts_t parts;

    if (semr_rule_check_breaks(reader, "TO", word) != APR_SUCCESS ||
        split(reader, word, &parts) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (parts.star_is_plain && !semr_rule_has_star(reader->rule)) {
        return semr_template_write(reader, &parts); /* it says why not */
    }
    if (is_head(&parts, &to->head)) {
        know_authority(reader, &parts);
        if (parts.star_is_plain) {
            to->head = with_tail(reader, to->head);
            to->inserts = 1;
        }
        to->plain = !parts.star_is_plain && parts.query.p == NULL &&
                    parts.fragment.p == NULL;
        return APR_SUCCESS;
    }
    return semr_template_write(reader, &parts);
}

/* /new and /new/(star) come first, as most rules have it, on a known authority
 * or on none. */
apr_status_t semr_rule_read_to(semr_rule_reader_t *reader, semr_view_t word)
{
    semr_to_t *to = &reader->rule->to;
    apr_size_t known = reader->known_len, len;
    semr_view_t path = word;

    reader->rule->to_word = word;
    to->form = SEMR_TO_PATH;
    if (known > 0 && word.len >= known &&
        memcmp(word.p, reader->known, known) == 0) {
        path = semr_view_from(word, known - 1);
        to->form = SEMR_TO_AUTHORITY;
    }
    len = semr_rule_plain_len(path);
    if (len > 0 && len == path.len) {
        to->head = word;
        to->plain = 1;
        return APR_SUCCESS;
    }
    if (len > 1 && len + 1 == path.len && path.p[len] == '*' &&
        path.p[len - 1] == '/' && semr_rule_has_star(reader->rule)) {
        to->head = with_tail(reader, word);
        to->inserts = 1;
        return APR_SUCCESS;
    }
    return read_odd(reader, word);
}
