/* SPDX-License-Identifier: Apache-2.0
 * The options of a rule: one row of one table each (DESIGN 1.4).
 *
 * A row reads a value into the rule, and says what the rule holds; the order
 * of the rows is that in which options are written out.
 */
#include <string.h>

#include <apr_strings.h>

#include "rule_parts.h"

/* `query= is keep or drop, not "maybe".`  form is what comes between. */
static apr_status_t refuse(semr_rule_reader_t *reader, const char *form,
                           semr_view_t value)
{
    return semr_diag_set(reader->diag, semr_rule_pool(reader),
                         "%s, not \"%s\".", form,
                         semr_rule_show(reader, value));
}

static apr_status_t read_query(semr_rule_reader_t *reader, semr_view_t value)
{
    reader->rule->to.drop_query = semr_words_equal(value, "drop");
    if (reader->rule->to.drop_query || semr_words_equal(value, "keep")) {
        return APR_SUCCESS;
    }
    return refuse(reader, "query= is keep or drop", value);
}

static const char *say_query(apr_pool_t *pool, const semr_rule_t *rule)
{
    (void)pool;
    return rule->to.drop_query ? "drop" : NULL;
}

static const char *const method_modes[] = {
    [SEMR_METHOD_KEEP] = "keep",
    [SEMR_METHOD_GET] = "get",
    [SEMR_METHOD_PASS] = "pass",
};

static apr_status_t read_method(semr_rule_reader_t *reader, semr_view_t value)
{
    int i;

    for (i = SEMR_METHOD_KEEP; i <= SEMR_METHOD_PASS; i++) {
        if (semr_words_equal(value, method_modes[i])) {
            reader->rule->policy.method = (semr_method_mode_t)i;
            return APR_SUCCESS;
        }
    }
    return refuse(reader,
                  "method= says what becomes of requests other than GET and "
                  "HEAD: keep, get or pass (only= lists methods)",
                  value);
}

static const char *say_method(apr_pool_t *pool, const semr_rule_t *rule)
{
    semr_method_mode_t mode = rule->policy.method;

    (void)pool;
    return mode == SEMR_METHOD_KEEP ? NULL : method_modes[mode];
}

/* RFC 9110 5.6.2 */
static int is_token(semr_view_t word)
{
    apr_size_t i;

    for (i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.p[i];

        if (c <= 0x20 || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c)) {
            return 0;
        }
    }
    return word.len > 0;
}

/* Takes what is before the next comma off *list; p NULL: that was the last. */
static semr_view_t take_method(semr_view_t *list)
{
    const char *comma = memchr(list->p, ',', list->len);
    semr_view_t method = *list;

    if (comma == NULL) {
        *list = semr_view(NULL, 0);
        return method;
    }
    method.len = (apr_size_t)(comma - list->p);
    *list = semr_view(comma + 1, list->len - method.len - 1);
    return method;
}

static apr_status_t read_only(semr_rule_reader_t *reader, semr_view_t value)
{
    semr_view_t rest = value;

    while (rest.p != NULL) {
        if (!is_token(take_method(&rest))) {
            return refuse(reader,
                          "only= lists methods with commas between, as in "
                          "only=GET,POST",
                          value);
        }
    }
    reader->rule->only = value;
    return APR_SUCCESS;
}

int semr_rule_only(semr_view_t only, const char *method)
{
    apr_size_t len;

    if (only.len == 0) {
        return 1;
    }
    /* RFC 9110 9.3.2: HEAD is GET without its content */
    if (strcmp(method, "HEAD") == 0 && semr_rule_only(only, "GET")) {
        return 1;
    }
    len = strlen(method);
    while (only.p != NULL) {
        if (semr_view_equal(take_method(&only), semr_view(method, len))) {
            return 1;
        }
    }
    return 0;
}

static const char *say_view(apr_pool_t *pool, semr_view_t view)
{
    return view.len ? apr_pstrmemdup(pool, view.p, view.len) : NULL;
}

static const char *say_only(apr_pool_t *pool, const semr_rule_t *rule)
{
    return say_view(pool, rule->only);
}

static apr_status_t read_host(semr_rule_reader_t *reader, semr_view_t value)
{
    semr_rule_authority_t authority;
    apr_status_t rv;

    rv = semr_rule_authority(reader, semr_view("host=", 5), value, &authority);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    reader->says |= SEMR_RULE_SAYS_HOST;
    semr_rule_set_host(reader->rule, &authority);
    return APR_SUCCESS;
}

static const char *say_host(apr_pool_t *pool, const semr_rule_t *rule)
{
    const char *port = "";

    if (rule->host.len == 0 || semr_rule_host_in_from(rule)) {
        return NULL;
    }
    if (rule->port != 0) {
        port = apr_psprintf(pool, ":%d", rule->port);
    }
    return apr_psprintf(pool, "%s%.*s%s", rule->wild ? "*." : "",
                        (int)rule->host.len, rule->host.p, port);
}

/* A status code, or 0 */
static int code_of(semr_view_t value)
{
    int code = 0;
    apr_size_t i;

    for (i = 0; i < 3 && value.len == 3; i++) {
        if (value.p[i] < '0' || value.p[i] > '9') {
            return 0;
        }
        code = 10 * code + (value.p[i] - '0');
    }
    return code;
}

int semr_rule_code_fits(semr_intent_t intent, int code)
{
    switch (code) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return intent != SEMR_GONE && intent != SEMR_NONE;
    case 404:
    case 410:
    case 451:
        return intent == SEMR_GONE;
    }
    return 0;
}

/* Defaults say it to rows of any intent. */
static apr_status_t read_any_code(semr_rule_reader_t *reader, semr_view_t value)
{
    int code = reader->rule->policy.code;

    if (semr_rule_code_fits(SEMR_PERMANENT, code) ||
        semr_rule_code_fits(SEMR_GONE, code)) {
        return APR_SUCCESS;
    }
    return refuse(reader,
                  "code= is 301, 302, 303, 307 or 308, or for gone 404, 410 or "
                  "451",
                  value);
}

static apr_status_t read_code(semr_rule_reader_t *reader, semr_view_t value)
{
    semr_policy_t *policy = &reader->rule->policy;

    reader->says |= SEMR_RULE_SAYS_CODE;
    policy->code = code_of(value);
    if (reader->flags & SEMR_RULE_OF_MAP) {
        return read_any_code(reader, value);
    }
    if (semr_rule_code_fits(policy->intent, policy->code)) {
        return APR_SUCCESS;
    }
    switch (policy->intent) {
    case SEMR_NONE:
        return refuse(reader,
                      "code= has no place in a rule that redirects nothing: "
                      "write none without a code",
                      value);
    case SEMR_GONE:
        return refuse(reader, "code= of gone is 404, 410 or 451", value);
    default:
        return refuse(reader, "code= is 301, 302, 303, 307 or 308", value);
    }
}

static const char *say_code(apr_pool_t *pool, const semr_rule_t *rule)
{
    return rule->policy.code ? apr_itoa(pool, rule->policy.code) : NULL;
}

static apr_status_t read_stage(semr_rule_reader_t *reader, semr_view_t value)
{
    int stage = semr_stage_parse(value);

    if (stage < 0) {
        return refuse(reader, "stage= is off, observe, trial or live", value);
    }
    reader->rule->policy.stage = (semr_stage_t)stage;
    return APR_SUCCESS;
}

static const char *say_stage(apr_pool_t *pool, const semr_rule_t *rule)
{
    semr_stage_t stage = rule->policy.stage;

    (void)pool;
    return stage == SEMR_LIVE ? NULL : semr_stage_name(stage);
}

static apr_status_t read_date(semr_rule_reader_t *reader, const char *name,
                              semr_view_t value, apr_int64_t *date)
{
    if (semr_date_parse(value, date) != APR_SUCCESS) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "%s= is a date of the calendar, as in 2027-01-15 "
                             "or 2027-01-15T10:00:00Z, not \"%s\".",
                             name, semr_rule_show(reader, value));
    }
    if (*date == SEMR_NO_DATE) {
        *date = -1; /* the second before says the same, and is a date */
    }
    return APR_SUCCESS;
}

static const char *say_date(apr_pool_t *pool, apr_int64_t date)
{
    return date == SEMR_NO_DATE ? NULL : semr_date_show(pool, date);
}

static apr_status_t read_starts(semr_rule_reader_t *reader, semr_view_t value)
{
    reader->starts = value;
    return read_date(reader, "starts", value, &reader->rule->policy.starts);
}

static const char *say_starts(apr_pool_t *pool, const semr_rule_t *rule)
{
    return say_date(pool, rule->policy.starts);
}

static apr_status_t read_ends(semr_rule_reader_t *reader, semr_view_t value)
{
    reader->ends = value;
    return read_date(reader, "ends", value, &reader->rule->policy.ends);
}

static const char *say_ends(apr_pool_t *pool, const semr_rule_t *rule)
{
    return say_date(pool, rule->policy.ends);
}

static apr_status_t read_settles(semr_rule_reader_t *reader, semr_view_t value)
{
    return read_date(reader, "settles", value, &reader->rule->policy.settles);
}

static const char *say_settles(apr_pool_t *pool, const semr_rule_t *rule)
{
    return say_date(pool, rule->policy.settles);
}

static apr_status_t read_max_age(semr_rule_reader_t *reader, semr_view_t value)
{
    if (semr_duration_parse(value, &reader->rule->policy.max_age) !=
        APR_SUCCESS) {
        return refuse(reader,
                      "max-age= is none, or a number with s, m, h, d or y "
                      "behind it, as in 12h",
                      value);
    }
    return APR_SUCCESS;
}

static const char *say_max_age(apr_pool_t *pool, const semr_rule_t *rule)
{
    apr_int64_t age = rule->policy.max_age;

    return age == SEMR_MAX_AGE_DEFAULT ? NULL : semr_duration_show(pool, age);
}

static apr_status_t read_case(semr_rule_reader_t *reader, semr_view_t value)
{
    reader->rule->fold = semr_words_equal(value, "ignore");
    if (reader->rule->fold || semr_words_equal(value, "exact")) {
        return APR_SUCCESS;
    }
    return refuse(reader, "case= is ignore or exact", value);
}

static const char *say_case(apr_pool_t *pool, const semr_rule_t *rule)
{
    (void)pool; /* a regex says it by ~* */
    return rule->fold && rule->kind != SEMR_REGEX ? "ignore" : NULL;
}

static apr_status_t read_slash(semr_rule_reader_t *reader, semr_view_t value)
{
    reader->rule->slash_exact = semr_words_equal(value, "exact");
    if (reader->rule->slash_exact || semr_words_equal(value, "either")) {
        return APR_SUCCESS;
    }
    return refuse(reader, "slash= is exact or either", value);
}

static const char *say_slash(apr_pool_t *pool, const semr_rule_t *rule)
{
    (void)pool;
    return rule->slash_exact ? "exact" : NULL;
}

static apr_status_t read_note(semr_rule_reader_t *reader, semr_view_t value)
{
    reader->rule->note = value;
    return APR_SUCCESS;
}

static const char *say_note(apr_pool_t *pool, const semr_rule_t *rule)
{
    return say_view(pool, rule->note);
}

static apr_status_t read_if(semr_rule_reader_t *reader, semr_view_t value)
{
    if (!(reader->flags & SEMR_RULE_IF)) {
        return semr_diag_set(reader->diag, semr_rule_pool(reader),
                             "if=\"%s\" needs httpd, so no rule of a map may "
                             "have it. Write the rule as a SemanticRedirect "
                             "directive, or leave its if= out.",
                             semr_rule_show(reader, value));
    }
    if (value.len == 0) {
        return refuse(reader, "if= is an expression of httpd", value);
    }
    reader->rule->condition = value;
    return APR_SUCCESS;
}

static const char *say_if(apr_pool_t *pool, const semr_rule_t *rule)
{
    return say_view(pool, rule->condition);
}

const semr_rule_option_t semr_rule_option_table[] = {
    {"query", read_query, say_query},
    {"method", read_method, say_method},
    {"only", read_only, say_only},
    {"host", read_host, say_host},
    {"code", read_code, say_code},
    {"stage", read_stage, say_stage},
    {"starts", read_starts, say_starts},
    {"ends", read_ends, say_ends},
    {"settles", read_settles, say_settles},
    {"max-age", read_max_age, say_max_age},
    {"case", read_case, say_case},
    {"slash", read_slash, say_slash},
    {"note", read_note, say_note},
    {"if", read_if, say_if},
    {NULL, NULL, NULL},
};
