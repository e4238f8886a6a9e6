/* SPDX-License-Identifier: Apache-2.0
 * A rule out of its words: their order, and what they say together.
 */
#include <string.h>

#include "rule_parts.h"

#define INTENTS "permanent, temporary, see-other, gone or none"

static const semr_rule_t blank = {
    .policy = {.max_age = SEMR_MAX_AGE_DEFAULT, .stage = SEMR_LIVE},
};

/* What a code that stands for the intent should have been */
static const struct {
    const char *code;
    const char *mend;
} codes[] = {
    {"301", "permanent (301 for GET and HEAD, 308 for the rest), or add "
            "code=301 to pin it"},
    {"308", "permanent (301 for GET and HEAD, 308 for the rest), or add "
            "code=308 to pin it"},
    {"302", "temporary (302 for GET and HEAD, 307 for the rest), or add "
            "code=302 to pin it"},
    {"307", "temporary (302 for GET and HEAD, 307 for the rest), or add "
            "code=307 to pin it"},
    {"303", "see-other (303 for all)"},
    {"404", "gone (410 for all), and add code=404 to pin it"},
    {"410", "gone (410 for all)"},
    {"451", "gone (410 for all), and add code=451 to pin it"},
};

static apr_status_t refuse_intent(semr_rule_reader_t *reader, semr_view_t word)
{
    const char *mend = INTENTS;
    apr_size_t i, digits = 0;

    while (digits < word.len && word.p[digits] >= '0' &&
           word.p[digits] <= '9') {
        digits++;
    }
    if (digits == 0 || digits < word.len) {
        return semr_diag_set(reader->diag, reader->pool,
                             "\"%s\" is no intent. A rule begins with "
                             "what the move means: " INTENTS ".",
                             semr_rule_show(reader, word));
    }
    for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        if (semr_words_equal(word, codes[i].code)) {
            mend = codes[i].mend;
        }
    }
    return semr_diag_set(reader->diag, reader->pool,
                         "\"%s\" is a status code; say what the move means: "
                         "%s.",
                         semr_rule_show(reader, word), mend);
}

static apr_status_t refuse_end(semr_rule_reader_t *reader,
                               const semr_view_t *intent)
{
    if (intent == NULL) {
        return semr_diag_set(reader->diag, reader->pool,
                             "There is no rule here, \"\". One is INTENT FROM "
                             "TO and options, as in permanent /old /new.");
    }
    return semr_diag_set(reader->diag, reader->pool,
                         "\"%s\" is not followed by FROM. Write the path that "
                         "it is about, as in %s /old.",
                         semr_rule_show(reader, *intent),
                         semr_rule_show(reader, *intent));
}

static int moves(const semr_rule_t *rule)
{
    return rule->policy.intent != SEMR_GONE && rule->policy.intent != SEMR_NONE;
}

/* Whether there is a TO is clear where the options begin. */
static apr_status_t check_to(semr_rule_reader_t *reader, semr_view_t from,
                             semr_view_t to)
{
    if (to.p == NULL && moves(reader->rule)) {
        return semr_diag_set(reader->diag, reader->pool,
                             "\"%s\" has no TO behind it. Write where it has "
                             "moved to, as in %s /old /new.",
                             semr_rule_show(reader, from),
                             semr_intent_name(reader->rule->policy.intent));
    }
    if (to.p != NULL && !moves(reader->rule)) {
        return semr_diag_set(reader->diag, reader->pool,
                             "\"%s\" is a word too many: %s takes no TO. "
                             "Leave it out, or write another intent.",
                             semr_rule_show(reader, to),
                             semr_intent_name(reader->rule->policy.intent));
    }
    return APR_SUCCESS;
}

static apr_status_t read_head(semr_rule_reader_t *reader, const char **line,
                              semr_view_t *from)
{
    semr_view_t word;
    apr_status_t rv;
    int intent;

    rv = semr_words_next(line, reader->pool, &word, reader->diag);
    if (rv != APR_SUCCESS) {
        return rv == APR_EOF ? refuse_end(reader, NULL) : rv;
    }
    intent = semr_intent_parse(word);
    if (intent < 0) {
        return refuse_intent(reader, word);
    }
    reader->rule->policy.intent = (semr_intent_t)intent;
    rv = semr_words_next(line, reader->pool, from, reader->diag);
    return rv == APR_EOF ? refuse_end(reader, &word) : rv;
}

/* TO, if there is one, and the options */
static apr_status_t read_tail(semr_rule_reader_t *reader, const char *line,
                              semr_view_t from, semr_view_t *to)
{
    semr_view_t word, name, value;
    apr_status_t rv;

    *to = semr_view(NULL, 0);
    rv = semr_words_next(&line, reader->pool, &word, reader->diag);
    if (rv == APR_SUCCESS && !semr_words_option(word, &name, &value)) {
        *to = word;
        rv = semr_words_next(&line, reader->pool, &word, reader->diag);
    }
    if (rv != APR_EINVAL && check_to(reader, from, *to) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    while (rv == APR_SUCCESS) {
        rv = semr_rule_read_option(reader, word);
        if (rv == APR_SUCCESS) {
            rv = semr_words_next(&line, reader->pool, &word, reader->diag);
        }
    }
    return rv == APR_EOF ? semr_rule_check_options(reader) : rv;
}

apr_status_t semr_rule_parse(semr_rule_t *rule, apr_pool_t *pool,
                             const char *line, int flags, semr_diag_t *diag)
{
    semr_rule_reader_t reader;
    semr_view_t from, to;
    apr_status_t rv;

    *rule = blank;
    diag->text = NULL;
    reader.rule = rule;
    reader.pool = pool;
    reader.diag = diag;
    reader.flags = flags;
    reader.given = 0;
    reader.scratch = NULL;
    reader.regex = NULL;
    reader.ncaptures = 0;

    rv = read_head(&reader, &line, &from);
    if (rv == APR_SUCCESS) {
        rv = read_tail(&reader, line, from, &to);
    }
    if (rv == APR_SUCCESS) {
        rv = semr_rule_read_from(&reader, from);
    }
    if (rv == APR_SUCCESS && to.p != NULL) {
        rv = semr_rule_read_to(&reader, to);
    }
    if (reader.scratch != NULL) {
        apr_pool_destroy(reader.scratch);
    }
    return rv;
}

apr_status_t semr_rule_defaults_parse(semr_rule_defaults_t *defaults,
                                      apr_pool_t *pool, const char *words,
                                      semr_diag_t *diag)
{
    (void)pool;
    (void)words;
    (void)diag;
    defaults->rule = blank;
    defaults->given = 0;
    defaults->intent = -1;
    defaults->cap = SEMR_LIVE;
    return APR_SUCCESS;
}

apr_status_t semr_rule_parse_with(semr_rule_t *rule, apr_pool_t *pool,
                                  const char *line, int flags,
                                  const semr_rule_defaults_t *defaults,
                                  semr_diag_t *diag)
{
    (void)defaults;
    return semr_rule_parse(rule, pool, line, flags, diag);
}
