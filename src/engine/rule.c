/* SPDX-License-Identifier: Apache-2.0
 * A rule out of its words: their order, and what they say together.
 */
#include <string.h>

#include "rule_parts.h"

#define INTENTS "permanent, temporary, see-other, gone or none"

#define BLANK_RULE                                                             \
    {                                                                          \
        .policy = {.max_age = SEMR_MAX_AGE_DEFAULT, .stage = SEMR_LIVE},       \
    }

static const semr_rule_defaults_t no_defaults = {
    .rule = BLANK_RULE,
    .intent = -1,
    .cap = SEMR_LIVE,
};

/* What a code stands for, and what should have been written for it */
static const struct {
    const char *code;
    int intent; /* -1: none; it says more than that something is gone */
    const char *mend;
} codes[] = {
    {"301", SEMR_PERMANENT,
     "permanent (301 for GET and HEAD, 308 for the rest), or add "
     "code=301 to pin it"},
    {"308", SEMR_PERMANENT,
     "permanent (301 for GET and HEAD, 308 for the rest), or add "
     "code=308 to pin it"},
    {"302", SEMR_TEMPORARY,
     "temporary (302 for GET and HEAD, 307 for the rest), or add "
     "code=302 to pin it"},
    {"307", SEMR_TEMPORARY,
     "temporary (302 for GET and HEAD, 307 for the rest), or add "
     "code=307 to pin it"},
    {"303", SEMR_SEE_OTHER, "see-other (303 for all)"},
    {"404", -1, "gone (410 for all), and add code=404 to pin it"},
    {"410", SEMR_GONE, "gone (410 for all)"},
    {"451", -1, "gone (410 for all), and add code=451 to pin it"},
};

enum { CODES = sizeof(codes) / sizeof(*codes) };

static int is_number(semr_view_t word)
{
    apr_size_t i;

    for (i = 0; i < word.len; i++) {
        if (word.p[i] < '0' || word.p[i] > '9') {
            return 0;
        }
    }
    return word.len > 0;
}

/* The row of a code, or -1 */
static int find_code(semr_view_t word)
{
    int i;

    for (i = 0; i < CODES; i++) {
        if (word.len == 3 && memcmp(word.p, codes[i].code, 3) == 0) {
            return i;
        }
    }
    return -1;
}

/* A map may hold numbers, but not this one. */
static apr_status_t refuse_code(semr_rule_reader_t *reader, semr_view_t word)
{
    if (find_code(word) >= 0) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" is a status code that is no intent. "
                             "Write gone (410) in a column intent, and %s in "
                             "a column code, to pin it.",
                             semr_rule_show(reader, word),
                             semr_rule_show(reader, word));
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" is no code of a move. Write " INTENTS
                         ", or 301 or 308, 302 or 307, 303, 410.",
                         semr_rule_show(reader, word));
}

/* A word that is not even a number */
/* Lines that come out of httpd's configuration */
static int is_directive(semr_view_t word)
{
    static const char *const names[] = {
        "semanticredirect",  "semanticredirectmatch", "redirect",
        "redirectpermanent", "redirecttemp",          "redirectmatch",
        "rewriterule"};
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (semr_words_equal(word, names[i])) {
            return 1;
        }
    }
    return 0;
}

static apr_status_t refuse_word(semr_rule_reader_t *reader, semr_view_t word)
{
    const char *shown = semr_rule_show(reader, word);

    if (reader->flags & (SEMR_RULE_OF_MAP | SEMR_RULE_CODES)) {
        return semr_diag_set(
            reader->diag, semr_rule_pool(reader),
            "\"%s\" is no intent. Say what the move means: " INTENTS ".",
            shown);
    }
    if (is_directive(word)) {
        return semr_diag_set(
            reader->diag, semr_rule_pool(reader),
            "\"%s\" is a directive, and a rule begins behind it. Write what "
            "the move means, FROM and TO: permanent /old /new.",
            shown);
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" is no intent. A rule begins with what the "
                         "move means: " INTENTS ".%s",
                         shown,
                         reader->defaults != &no_defaults &&
                                 semr_rule_is_from(word)
                             ? " One for all rows is said by intent= on the "
                               "directive."
                             : "");
}

static apr_status_t refuse_intent(semr_rule_reader_t *reader, semr_view_t word)
{
    const char *mend = INTENTS;
    int code = find_code(word);

    if (!is_number(word)) {
        return refuse_word(reader, word);
    }
    if (reader->flags & SEMR_RULE_CODES) {
        return refuse_code(reader, word);
    }
    if (code >= 0) {
        mend = codes[code].mend;
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" is a status code; say what the move means: "
                         "%s.",
                         semr_rule_show(reader, word), mend);
}

/* An intent that is no word of ours */
static apr_status_t read_code(semr_rule_reader_t *reader, semr_view_t word)
{
    int code = reader->flags & SEMR_RULE_CODES ? find_code(word) : -1;

    if (code < 0 || codes[code].intent < 0) {
        return refuse_intent(reader, word);
    }
    reader->rule->policy.intent = (semr_intent_t)codes[code].intent;
    return APR_SUCCESS;
}

apr_status_t semr_rule_read_intent(semr_rule_reader_t *reader, semr_view_t word)
{
    int intent = semr_intent_parse(word);

    if (intent < 0) {
        return read_code(reader, word);
    }
    reader->rule->policy.intent = (semr_intent_t)intent;
    return APR_SUCCESS;
}

static apr_status_t refuse_end(semr_rule_reader_t *reader,
                               const semr_view_t *intent)
{
    if (intent == NULL) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "There is no rule here, \"\". One is INTENT FROM "
                             "TO and options, as in permanent /old /new.");
    }
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "\"%s\" is not followed by FROM. Write the path that "
                         "it is about, as in %s /old.",
                         semr_rule_show(reader, *intent),
                         semr_rule_show(reader, *intent));
}

static int moves(const semr_rule_t *rule)
{
    return rule->policy.intent != SEMR_GONE && rule->policy.intent != SEMR_NONE;
}

/* Not every intent has a TO. */
static apr_status_t check_to(semr_rule_reader_t *reader, semr_view_t from,
                             semr_view_t to)
{
    if (to.p == NULL && moves(reader->rule)) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" has no TO behind it. Write where it has "
                             "moved to, as in %s /old /new.",
                             semr_rule_show(reader, from),
                             semr_intent_name(reader->rule->policy.intent));
    }
    if (to.p != NULL && !moves(reader->rule)) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" is a word too many: %s takes no TO. "
                             "Leave it out, or write another intent.",
                             semr_rule_show(reader, to),
                             semr_intent_name(reader->rule->policy.intent));
    }
    return APR_SUCCESS;
}

int semr_rule_is_from(semr_view_t word)
{
    static const char http[] = "http://", https[] = "https://";

    if (word.len > 0 && (word.p[0] == '/' || word.p[0] == '~')) {
        return 1;
    }
    return (word.len >= sizeof(http) - 1 &&
            semr_words_equal(semr_view(word.p, sizeof(http) - 1), http)) ||
           (word.len >= sizeof(https) - 1 &&
            semr_words_equal(semr_view(word.p, sizeof(https) - 1), https));
}

void semr_rule_open(semr_rule_reader_t *reader, semr_rule_t *rule,
                    apr_pool_t *pool, int flags,
                    const semr_rule_defaults_t *defaults, semr_diag_t *diag)
{
    reader->rule = rule;
    reader->memory = pool;
    reader->diag = diag;
    reader->defaults = defaults ? defaults : &no_defaults;
    reader->flags = flags;
    reader->pool_used = 0;
    reader->room = NULL;
    reader->known_len = 0;
}

void semr_rule_begin(semr_rule_reader_t *reader)
{
    *reader->rule = reader->defaults->rule;
    reader->diag->text = NULL;
    reader->given = 0;
    reader->says = 0;
    reader->starts.p = NULL;
    reader->ends.p = NULL;
    reader->scratch = NULL;
    reader->regex = NULL;
    reader->ncaptures = 0;
}

apr_status_t semr_rule_finish(semr_rule_reader_t *reader, semr_view_t from,
                              semr_view_t to)
{
    apr_status_t rv = check_to(reader, from, to);

    if (rv == APR_SUCCESS &&
        (reader->given || reader->defaults != &no_defaults)) {
        rv = semr_rule_check_options(reader);
    }
    if (rv == APR_SUCCESS) {
        rv = semr_rule_read_from(reader, from);
    }
    if (rv == APR_SUCCESS && to.p != NULL) {
        rv = semr_rule_read_to(reader, to);
    }
    if (reader->scratch != NULL) {
        apr_pool_destroy(reader->scratch);
    }
    return rv;
}

/* -- a line ---------------------------------------------------------------- */

static inline apr_status_t next_word(semr_rule_reader_t *reader,
                                     const char **line, semr_view_t *word)
{
    const char *start = *line;
    apr_status_t rv = semr_words_next(line, reader->memory, word, reader->diag);

    /* a copy, or a reason; who reads one line alone does not ask */
    if (reader->room != NULL &&
        (rv == APR_EINVAL ||
         (rv == APR_SUCCESS && (word->p < start || word->p > *line)))) {
        reader->pool_used = 1;
    }
    return rv;
}

/* INTENT FROM, or FROM alone where the intent is a default */
static apr_status_t read_head(semr_rule_reader_t *reader, const char **line,
                              semr_view_t *from)
{
    semr_view_t word;
    apr_status_t rv;

    rv = next_word(reader, line, &word);
    if (rv != APR_SUCCESS) {
        return rv == APR_EOF ? refuse_end(reader, NULL) : rv;
    }
    if (reader->defaults->intent >= 0 && semr_rule_is_from(word)) {
        reader->rule->policy.intent = (semr_intent_t)reader->defaults->intent;
        *from = word;
        return APR_SUCCESS;
    }
    if (semr_rule_read_intent(reader, word) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    rv = next_word(reader, line, from);
    return rv == APR_EOF ? refuse_end(reader, &word) : rv;
}

apr_status_t semr_rule_read_line(semr_rule_reader_t *reader, const char *line)
{
    semr_view_t from, to = {NULL, 0}, word, name, value;
    apr_status_t rv;

    semr_rule_begin(reader);
    if (read_head(reader, &line, &from) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    rv = next_word(reader, &line, &word);
    if (rv == APR_SUCCESS && !semr_words_option(word, &name, &value)) {
        to = word;
        rv = next_word(reader, &line, &word);
    }
    while (rv == APR_SUCCESS) {
        rv = semr_rule_read_option(reader, word);
        if (rv == APR_SUCCESS) {
            rv = next_word(reader, &line, &word);
        }
    }
    return rv == APR_EOF ? semr_rule_finish(reader, from, to) : rv;
}

apr_status_t semr_rule_parse_with(semr_rule_t *rule, apr_pool_t *pool,
                                  const char *line, int flags,
                                  const semr_rule_defaults_t *defaults,
                                  semr_diag_t *diag)
{
    semr_rule_reader_t reader;

    semr_rule_open(&reader, rule, pool, flags, defaults, diag);
    return semr_rule_read_line(&reader, line);
}

apr_status_t semr_rule_parse(semr_rule_t *rule, apr_pool_t *pool,
                             const char *line, int flags, semr_diag_t *diag)
{
    return semr_rule_parse_with(rule, pool, line, flags, NULL, diag);
}

/* -- defaults -------------------------------------------------------------- */

static apr_status_t read_default(semr_rule_reader_t *reader, semr_view_t word,
                                 int *intent)
{
    semr_view_t name, value;

    if (!semr_words_option(word, &name, &value) ||
        !semr_words_equal(name, "intent")) {
        return semr_rule_read_option(reader, word);
    }
    if (*intent >= 0) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "\"%s\" gives intent= a second time. Write it "
                             "once.",
                             semr_rule_show(reader, word));
    }
    if (semr_rule_read_intent(reader, value) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    *intent = (int)reader->rule->policy.intent;
    return APR_SUCCESS;
}

apr_status_t semr_rule_defaults_parse(semr_rule_defaults_t *defaults,
                                      apr_pool_t *pool, const char *words,
                                      semr_diag_t *diag)
{
    semr_rule_reader_t reader;
    semr_view_t word;
    apr_status_t rv;

    *defaults = no_defaults;
    semr_rule_open(&reader, &defaults->rule, pool, SEMR_RULE_OF_MAP, NULL,
                   diag);
    semr_rule_begin(&reader);
    while ((rv = next_word(&reader, &words, &word)) == APR_SUCCESS) {
        if (read_default(&reader, word, &defaults->intent) != APR_SUCCESS) {
            return APR_EINVAL;
        }
    }
    if (rv != APR_EOF || semr_rule_check_options(&reader) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    defaults->given = reader.given;
    defaults->cap = defaults->rule.policy.stage;
    defaults->rule.policy.intent = SEMR_PERMANENT;
    return APR_SUCCESS;
}
