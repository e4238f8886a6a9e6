/* SPDX-License-Identifier: Apache-2.0
 * FROM: a URL with its host and query, a path pattern, or a regex.
 */
#include <string.h>

#include <apr_strings.h>

#include "rule_parts.h"

/* pchar, but for what inserts or names: most paths are made of these alone */
static const unsigned char plain[256] = {
    ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['0' ... '9'] = 1, ['-'] = 1,
    ['.'] = 1,         ['_'] = 1,         ['~'] = 1,         ['!'] = 1,
    ['&'] = 1,         ['\''] = 1,        ['('] = 1,         [')'] = 1,
    ['+'] = 1,         [','] = 1,         [';'] = 1,         ['='] = 1,
    [':'] = 1,         ['@'] = 1,
};

apr_size_t semr_rule_plain_len(semr_view_t path)
{
    apr_size_t i;

    if (path.len == 0 || *path.p != '/') {
        return 0;
    }
    for (i = semr_url_plain_blocks(path); i < path.len; i++) {
        if (path.p[i] != '/' ? !plain[(unsigned char)path.p[i]]
                             : i + 1 < path.len && (path.p[i + 1] | 1) == '/') {
            break;
        }
    }
    return i;
}

apr_status_t semr_rule_check_breaks(semr_rule_reader_t *reader,
                                    const char *name, semr_view_t word)
{
    if (!(reader->flags & SEMR_RULE_CODES) || word.len == 0 ||
        (!memchr(word.p, '\n', word.len) && !memchr(word.p, '\r', word.len))) {
        return APR_SUCCESS;
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" as %s has a line break in it. Leave it out; "
                         "one that is meant is %%0A.",
                         semr_rule_show(reader, word), name);
}

static apr_status_t read_regex(semr_rule_reader_t *reader, semr_view_t text)
{
    semr_rule_t *rule = reader->rule;
    semr_diag_t cause = {NULL};

    if (text.len == 0) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" as FROM is a regex without text, which "
                             "would match every URL. Write one, or /*.",
                             semr_rule_show(reader, rule->from_word));
    }
    apr_pool_create(&reader->scratch, semr_rule_pool(reader));
    reader->regex =
        semr_regex_compile(reader->scratch, text, rule->fold, 0, &cause);
    if (reader->regex == NULL) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "FROM cannot be used: %s.", cause.text);
    }
    rule->kind = SEMR_REGEX;
    rule->path = text;
    return APR_SUCCESS;
}

static int is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

apr_status_t semr_rule_name(semr_rule_reader_t *reader, semr_view_t *text,
                            semr_view_t *name)
{
    const char *end = memchr(text->p, '}', text->len);
    apr_size_t i, len = end ? (apr_size_t)(end - text->p) - 1 : 0;
    semr_view_t shown = *text;

    if (end == NULL) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" begins a {name} that is not closed. Write "
                             "it as in {a}; a literal { is %%7B.",
                             semr_rule_show(reader, shown));
    }
    *name = semr_view(text->p + 1, len);
    for (i = 0; i < len && is_name_byte(name->p[i]); i++) {
    }
    shown.len = len + 2;
    if (len == 0 || i < len) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" is no {name}: one is letters, digits and "
                             "_, as in {a}. A literal { is %%7B.",
                             semr_rule_show(reader, shown));
    }
    *text = semr_view(end + 1, text->len - len - 2);
    return APR_SUCCESS;
}

/* Takes the {name} that *text begins with, and gives it a number. */
static apr_status_t read_name(semr_rule_reader_t *reader, semr_view_t *text,
                              int *number)
{
    semr_view_t name;
    apr_status_t rv;
    int i;

    if (*text->p == '}') {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" begins with a } that closes no {name}. A "
                             "literal } is %%7D.",
                             semr_rule_show(reader, *text));
    }
    rv = semr_rule_name(reader, text, &name);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    for (i = 0; i < reader->ncaptures; i++) {
        if (semr_view_equal(reader->captures[i], name)) {
            return semr_diag_set(reader->diag, semr_rule_pool(reader),
                                 "\"{%s}\" stands twice in FROM. Give each "
                                 "{name} another name.",
                                 semr_rule_show(reader, name));
        }
    }
    if (reader->ncaptures == SEMR_CAPTURES_MAX) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"{%s}\" is one {name} too many: a rule may have "
                             "%d. Use a regex, or fewer.",
                             semr_rule_show(reader, name), SEMR_CAPTURES_MAX);
    }
    *number = reader->ncaptures++;
    reader->captures[*number] = name;
    return APR_SUCCESS;
}

/* raw in the form of pattern.h: literals are canonical, {name}s one byte. */
static apr_status_t build_pattern(semr_rule_reader_t *reader, semr_view_t raw,
                                  semr_view_t *pattern)
{
    char *path = apr_palloc(semr_rule_pool(reader), 3 * raw.len + 1),
         *out = path;
    semr_view_t whole = raw, literal;
    apr_size_t i;
    int number, found = 0;

    while (raw.len > 0) {
        for (i = 0; i < raw.len && raw.p[i] != '{' && raw.p[i] != '}'; i++) {
        }
        literal = semr_view(raw.p, i);
        out = semr_url_encode(out, literal, SEMR_URL_PCHAR | SEMR_URL_SLASH);
        raw = semr_view(raw.p + i, raw.len - i);
        if (raw.len > 0) {
            if (read_name(reader, &raw, &number) != APR_SUCCESS) {
                return APR_EINVAL;
            }
            *out++ = (char)(SEMR_OP_CAPTURE + number);
        }
    }
    *pattern =
        semr_view(path, semr_url_squeeze(path, (apr_size_t)(out - path), 1));
    for (i = 0; i < pattern->len; i++) {
        found += (unsigned char)pattern->p[i] >= SEMR_OP_CAPTURE;
    }
    if (found != reader->ncaptures) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" takes a {name} back by the .. behind it. "
                             "Write the path without .. in it.",
                             semr_rule_show(reader, whole));
    }
    return APR_SUCCESS;
}

/* Sets a canonical path, which ends in a slash where it was written so. */
static inline void set_path(semr_rule_reader_t *reader, semr_view_t path,
                            semr_kind_t kind, int star)
{
    semr_rule_t *rule = reader->rule;

    rule->kind = kind;
    rule->star = star && kind == SEMR_PATTERN;
    if (path.p[path.len - 1] == '/') {
        path.len--;
        rule->with_slash = !star;
    }
    rule->path =
        rule->fold ? semr_url_fold(semr_rule_pool(reader), path) : path;
}

static apr_status_t read_path(semr_rule_reader_t *reader, semr_view_t raw)
{
    semr_view_t whole = raw, path;
    int star = 0, names = 0;
    apr_size_t i;

    if (raw.len > 1 && raw.p[raw.len - 1] == '*' && raw.p[raw.len - 2] == '/') {
        star = 1;
        raw.len -= 2;
    }
    for (i = 0; i < raw.len; i++) {
        names |= raw.p[i] == '{' || raw.p[i] == '}';
        if (raw.p[i] == '*') {
            return semr_diag_set(reader->diag, semr_rule_pool(reader),
                                 "\"%s\" has a * that is not its last segment, "
                                 "as in /blog/*. Use a {name} there; a literal "
                                 "* is %%2A.",
                                 semr_rule_show(reader, whole));
        }
    }
    if (!names) {
        set_path(reader, semr_url_path(semr_rule_pool(reader), raw),
                 star ? SEMR_PREFIX : SEMR_EXACT, star);
        return APR_SUCCESS;
    }
    if (build_pattern(reader, raw, &path) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    set_path(reader, path, SEMR_PATTERN, star);
    return APR_SUCCESS;
}

/* A value that is {name} is a capture; elsewhere a brace is an error. */
static apr_status_t read_param(semr_rule_reader_t *reader, semr_view_t text,
                               semr_view_t name, semr_view_t value,
                               semr_param_t *param)
{
    int fold = reader->rule->fold;
    semr_view_t rest = value;

    param->capture = -1;
    if (value.len > 0 && value.p[0] == '{') {
        if (read_name(reader, &rest, &param->capture) != APR_SUCCESS) {
            return APR_EINVAL;
        }
        value = semr_view("", 0);
    }
    else {
        rest = semr_view(NULL, 0);
    }
    if (rest.len > 0 || (name.len && memchr(name.p, '{', name.len)) ||
        (value.len && memchr(value.p, '{', value.len))) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" has a { inside: in a query, a {name} is a "
                             "whole value, as in p={page}. For a literal { "
                             "write %%7B.",
                             semr_rule_show(reader, text));
    }
    param->name = semr_url_param(semr_rule_pool(reader), name);
    param->value = semr_url_param(semr_rule_pool(reader), value);
    if (fold) {
        param->name = semr_url_fold(semr_rule_pool(reader), param->name);
        param->value = semr_url_fold(semr_rule_pool(reader), param->value);
    }
    return APR_SUCCESS;
}

static int compare_views(semr_view_t a, semr_view_t b)
{
    apr_size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.p, b.p, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_params(const semr_param_t *a, const semr_param_t *b)
{
    int order = compare_views(a->name, b->name);

    return order ? order : compare_views(a->value, b->value);
}

static apr_status_t read_query(semr_rule_reader_t *reader, semr_view_t query)
{
    semr_param_t params[SEMR_PARAMS_MAX], param;
    semr_view_t text, name, value;
    int count = 0, i;

    while (semr_url_next_param(&query, &text, &name, &value)) {
        if (count == SEMR_PARAMS_MAX) {
            return semr_diag_set(reader->diag, semr_rule_pool(reader),
                                 "\"%s\" is one query parameter too many: FROM "
                                 "may have %d. Name those that matter.",
                                 semr_rule_show(reader, text), SEMR_PARAMS_MAX);
        }
        if (read_param(reader, text, name, value, &param) != APR_SUCCESS) {
            return APR_EINVAL;
        }
        for (i = count++; i > 0 && compare_params(&params[i - 1], &param) > 0;
             i--) {
            params[i] = params[i - 1];
        }
        params[i] = param;
    }
    if (count > 0) {
        reader->rule->params = apr_pmemdup(semr_rule_pool(reader), params,
                                           (apr_size_t)count * sizeof(param));
        reader->rule->nparams = count;
    }
    return APR_SUCCESS;
}

/* Takes scheme and "//" off *word; 0: it has none. */
static int take_scheme(semr_view_t *word, semr_scheme_t *scheme)
{
    static const struct {
        const char *text;
        apr_size_t len;
        semr_scheme_t scheme;
    } heads[] = {{"http://", 7, SEMR_HTTP}, {"https://", 8, SEMR_HTTPS}};
    int i;

    if (word->len > 1 && word->p[0] == '/' && word->p[1] == '/') {
        *word = semr_view(word->p + 2, word->len - 2);
        return 1;
    }
    for (i = 0; i < 2; i++) {
        apr_size_t len = heads[i].len;

        if (word->len >= len &&
            semr_words_equal(semr_view(word->p, len), heads[i].text)) {
            *scheme = heads[i].scheme;
            *word = semr_view(word->p + len, word->len - len);
            return 1;
        }
    }
    return 0;
}

/* Takes the host, and what is said with it, off *word. */
static apr_status_t take_authority(semr_rule_reader_t *reader,
                                   semr_view_t *word)
{
    semr_rule_t *rule = reader->rule;
    semr_rule_authority_t authority;
    semr_view_t text;
    apr_size_t len = 0;

    if (reader->says & SEMR_RULE_SAYS_HOST) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" names a host, and host= does so too. "
                             "Leave one of them out.",
                             semr_rule_show(reader, rule->from_word));
    }
    while (len < word->len && word->p[len] != '/' && word->p[len] != '?') {
        len++;
    }
    text = semr_view(word->p, len);
    *word = semr_view(word->p + len, word->len - len);
    if (semr_rule_authority(reader, rule->from_word, text, &authority) !=
        APR_SUCCESS) {
        return APR_EINVAL;
    }
    semr_rule_set_host(rule, &authority);
    return APR_SUCCESS;
}

static apr_status_t read_url(semr_rule_reader_t *reader, semr_view_t word)
{
    semr_view_t query = {NULL, 0};
    const char *mark = word.len ? memchr(word.p, '#', word.len) : NULL;

    if (mark != NULL) {
        semr_view_t part = {mark, word.len - (apr_size_t)(mark - word.p)};

        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" in FROM is a fragment, which no client "
                             "sends. Leave it out; a literal # is %%23.",
                             semr_rule_show(reader, part));
    }
    if (take_scheme(&word, &reader->rule->scheme)) {
        if (take_authority(reader, &word) != APR_SUCCESS) {
            return APR_EINVAL;
        }
    }
    else if (word.len == 0 || word.p[0] != '/') {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" as FROM does not begin with a slash: FROM "
                             "is the whole path from the root, as in /old, or "
                             "//host/old. A regex begins with ~.",
                             semr_rule_show(reader, word));
    }
    mark = word.len ? memchr(word.p, '?', word.len) : NULL;
    if (mark != NULL) {
        query = semr_view(mark + 1, word.len - 1 - (apr_size_t)(mark - word.p));
        word.len = (apr_size_t)(mark - word.p);
    }
    if (read_path(reader, word) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    return query.len > 0 ? read_query(reader, query) : APR_SUCCESS;
}

/* The index keeps a bit for each depth of what is before a slash star. */
static apr_status_t check_depth(semr_rule_reader_t *reader)
{
    semr_view_t path = reader->rule->path;
    apr_size_t i;
    int depth = 0;

    if (reader->rule->kind != SEMR_PREFIX || path.len <= SEMR_DEPTH_MAX) {
        return APR_SUCCESS;
    }
    for (i = 0; i < path.len; i++) {
        depth += path.p[i] == '/';
    }
    return depth <= SEMR_DEPTH_MAX
               ? APR_SUCCESS
               : semr_diag_set(reader->diag, semr_rule_pool(reader),
                               "\"%s\" has %d segments before its star, and "
                               "%d are the most. Move a shorter tree, or use "
                               "a regex.",
                               semr_rule_show(reader, reader->rule->from_word),
                               depth, SEMR_DEPTH_MAX);
}

/* A host, a query, a {name}, what is not canonical, or a regex */
static apr_status_t read_odd(semr_rule_reader_t *reader, semr_view_t word)
{
    if (semr_rule_check_breaks(reader, "FROM", word) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (reader->flags & SEMR_RULE_REGEX) {
        return read_regex(reader, word);
    }
    if (word.len == 0 || word.p[0] != '~') {
        return read_url(reader, word) == APR_SUCCESS ? check_depth(reader)
                                                     : APR_EINVAL;
    }
    word = semr_view(word.p + 1, word.len - 1);
    if (word.len > 0 && word.p[0] == '*') {
        reader->rule->fold = 1;
        word = semr_view(word.p + 1, word.len - 1);
    }
    return read_regex(reader, word);
}

/* /old and /old/(star) come first, as most rules have it. */
apr_status_t semr_rule_read_from(semr_rule_reader_t *reader, semr_view_t word)
{
    apr_size_t len =
        reader->flags & SEMR_RULE_REGEX ? 0 : semr_rule_plain_len(word);

    reader->rule->from_word = word;
    if (len == 0) {
        return read_odd(reader, word);
    }
    if (len == word.len) {
        set_path(reader, word, SEMR_EXACT, 0);
        return APR_SUCCESS;
    }
    if (len + 1 == word.len && word.p[len] == '*' && word.p[len - 1] == '/') {
        set_path(reader, semr_view(word.p, len), SEMR_PREFIX, 1);
        return check_depth(reader);
    }
    return read_odd(reader, word);
}
