/* SPDX-License-Identifier: Apache-2.0
 * An expectation's words.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "expect.h"
#include "rule.h"
#include "words.h"

#define WORD "expect"
#define USAGE                                                                  \
    "expect METHOD URL CODE [LOCATION], as in expect GET /old 301 /new"

/* The line being read */
typedef struct reading_t {
    const char *rest;
    apr_pool_t *pool;
    semr_diag_t *diag;
} reading_t;

static const char *shown(const reading_t *reading, semr_view_t word)
{
    return semr_diag_show(reading->pool, word);
}

/* The next word as text, terminated; NULL: there is none. */
static apr_status_t next(reading_t *reading, const char **text)
{
    semr_view_t word;
    apr_status_t status =
        semr_words_next(&reading->rest, reading->pool, &word, reading->diag);

    *text = status == APR_SUCCESS
                ? apr_pstrmemdup(reading->pool, word.p, word.len)
                : NULL;
    return status == APR_EOF ? APR_SUCCESS : status;
}

static apr_status_t need(reading_t *reading, const char *what,
                         const char **text)
{
    apr_status_t status = next(reading, text);

    if (status != APR_SUCCESS || *text) {
        return status;
    }
    return semr_diag_set(reading->diag, reading->pool,
                         "The expectation ends before its %s. Write " USAGE ".",
                         what);
}

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

/* -- method ---------------------------------------------------------------- */

/* Methods are upper case by nature, and one in lower case is another method,
 * which nobody means. */
static apr_status_t read_method(reading_t *reading, semr_expect_t *expect)
{
    static const char *const usual[] = {"GET",   "HEAD",   "POST",   "PUT",
                                        "PATCH", "DELETE", "OPTIONS"};
    const char *text;
    apr_status_t status = need(reading, "METHOD", &text);
    unsigned i;

    if (status == APR_SUCCESS) {
        status = semr_explain_method(&expect->target, reading->pool, text,
                                     reading->diag);
    }
    for (i = 0; status == APR_SUCCESS && i < sizeof(usual) / sizeof(*usual);
         i++) {
        if (!strcasecmp(text, usual[i]) && strcmp(text, usual[i])) {
            return semr_diag_set(reading->diag, reading->pool,
                                 "\"%s\" is not the method %s, for methods do "
                                 "not ignore case. Write %s.",
                                 shown(reading, view_of(text)), usual[i],
                                 usual[i]);
        }
    }
    return status;
}

/* -- code ------------------------------------------------------------------ */

static int is_number(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0' && *text;
}

static apr_status_t read_code(reading_t *reading, semr_expect_t *expect)
{
    const char *text;
    apr_status_t status = need(reading, "CODE", &text);
    semr_view_t word;
    int intent;

    if (status != APR_SUCCESS) {
        return status;
    }
    word = view_of(text);
    expect->code = is_number(text) && word.len == 3 ? atoi(text) : 0;
    if (expect->code >= 300 && expect->code <= 599) {
        return APR_SUCCESS;
    }
    if (is_number(text)) {
        return semr_diag_set(reading->diag, reading->pool,
                             "\"%s\" is no code that a rule sends, 300 to 599. "
                             "Write pass where no rule shall answer, so that "
                             "the site does.",
                             shown(reading, word));
    }
    intent =
        semr_words_equal(word, "pass") ? SEMR_NONE : semr_intent_parse(word);
    if (intent < 0) {
        return semr_diag_set(
            reading->diag, reading->pool,
            "\"%s\" is no CODE. Write what is to be sent, as in 301; or what "
            "it shall say, permanent, temporary, see-other or gone; or pass, "
            "where no rule shall answer.",
            shown(reading, word));
    }
    expect->intent = (semr_intent_t)intent;
    return APR_SUCCESS;
}

/* -- location -------------------------------------------------------------- */

static int may_have_location(const semr_expect_t *expect)
{
    return expect->code ? expect->code < 400 : expect->intent < SEMR_GONE;
}

static apr_status_t read_location(reading_t *reading, semr_expect_t *expect,
                                  const char *text)
{
    if (expect->location) {
        return semr_diag_set(reading->diag, reading->pool,
                             "\"%s\" is a word too many. Write " USAGE ".",
                             shown(reading, view_of(text)));
    }
    if (!may_have_location(expect)) {
        return semr_diag_set(reading->diag, reading->pool,
                             "\"%s\" is a word too many, for %s has no "
                             "LOCATION. Leave it out, or write another CODE.",
                             shown(reading, view_of(text)),
                             semr_expect_words(expect, reading->pool));
    }
    if (*text != '/' && strncasecmp(text, "http://", 7) &&
        strncasecmp(text, "https://", 8)) {
        return semr_diag_set(reading->diag, reading->pool,
                             "\"%s\" as LOCATION is neither a path nor a URL "
                             "of http or https. Write it as the client gets "
                             "it, as in /new or https://www.example.com/new.",
                             shown(reading, view_of(text)));
    }
    expect->location = text;
    return APR_SUCCESS;
}

/* -- options --------------------------------------------------------------- */

static apr_status_t read_option(reading_t *reading, semr_expect_t *expect,
                                semr_view_t name, semr_view_t value)
{
    if (!semr_words_equal(name, "at")) {
        return semr_diag_set(reading->diag, reading->pool,
                             "\"%s=\" is no option of an expectation; there is "
                             "at=DATE, when it is asked.",
                             shown(reading, name));
    }
    if (expect->at != SEMR_NO_DATE) {
        return semr_diag_set(reading->diag, reading->pool,
                             "\"at=%s\" gives at= a second time. Write it "
                             "once.",
                             shown(reading, value));
    }
    if (semr_date_parse(value, &expect->at) != APR_SUCCESS ||
        expect->at == SEMR_NO_DATE) {
        return semr_diag_set(reading->diag, reading->pool,
                             "\"at=%s\" is no date. Write 2027-01-15 or "
                             "2027-01-15T10:00:00Z.",
                             shown(reading, value));
    }
    return APR_SUCCESS;
}

/* -- all of it ------------------------------------------------------------- */

static apr_status_t read_rest(reading_t *reading, semr_expect_t *expect)
{
    semr_view_t name, value;
    apr_status_t status;
    const char *text;

    for (;;) {
        status = next(reading, &text);
        if (status != APR_SUCCESS || !text) {
            return status;
        }
        status = semr_words_option(view_of(text), &name, &value)
                     ? read_option(reading, expect, name, value)
                     : read_location(reading, expect, text);
        if (status != APR_SUCCESS) {
            return status;
        }
    }
}

apr_status_t semr_expect_parse(semr_expect_t *expect, apr_pool_t *pool,
                               const char *line, semr_diag_t *diag)
{
    reading_t reading = {line, pool, diag};
    const char *word, *url;
    apr_status_t status;

    memset(expect, 0, sizeof(*expect));
    status = need(&reading, "METHOD", &word);
    if (status == APR_SUCCESS && strcasecmp(word, WORD)) {
        return semr_diag_set(diag, pool,
                             "\"%s\" begins no expectation. Write " USAGE ".",
                             semr_diag_show(pool, view_of(word)));
    }
    if (status == APR_SUCCESS) {
        status = read_method(&reading, expect);
    }
    if (status == APR_SUCCESS) {
        status = need(&reading, "URL", &url);
    }
    if (status == APR_SUCCESS) {
        expect->url = semr_diag_show(pool, view_of(url));
        status = semr_explain_url(&expect->target, pool, url, diag);
    }
    if (status == APR_SUCCESS) {
        status = read_code(&reading, expect);
    }
    return status == APR_SUCCESS ? read_rest(&reading, expect) : status;
}

const char *semr_expect_words(const semr_expect_t *expect, apr_pool_t *pool)
{
    const char *what = expect->code ? apr_itoa(pool, expect->code)
                       : expect->intent == SEMR_NONE
                           ? "pass"
                           : semr_intent_name(expect->intent);

    if (expect->location) {
        what =
            apr_pstrcat(pool, what, " to ",
                        semr_diag_show(pool, view_of(expect->location)), NULL);
    }
    return expect->at == SEMR_NO_DATE
               ? what
               : apr_pstrcat(pool, what, " at ",
                             semr_date_show(pool, expect->at), NULL);
}
