/* SPDX-License-Identifier: Apache-2.0
 * What a request asks of the status page.
 */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "asked.h"
#include "url.h"

enum { LONGEST = 2000, DIGITS = 15, HEX_DIGITS = 16 };

/* To which view a parameter belongs */
typedef enum belongs_t { ANY, RULES, EXPLAIN } belongs_t;

/* X(name, to which view); read_name() takes its value. */
#define PARAMETERS(X)                                                          \
    X(view, ANY)                                                               \
    X(format, ANY)                                                             \
    X(auto, ANY)                                                               \
    X(script, ANY)                                                             \
    X(q, RULES)                                                                \
    X(from, RULES)                                                             \
    X(to, RULES)                                                               \
    X(host, RULES)                                                             \
    X(file, RULES)                                                             \
    X(line, RULES)                                                             \
    X(intent, RULES)                                                           \
    X(stage, RULES)                                                            \
    X(unused, RULES)                                                           \
    X(findings, RULES)                                                         \
    X(id, RULES)                                                               \
    X(sort, RULES)                                                             \
    X(start, RULES)                                                            \
    X(method, EXPLAIN)                                                         \
    X(url, EXPLAIN)                                                            \
    X(accept, EXPLAIN)                                                         \
    X(cookie, EXPLAIN)                                                         \
    X(origin, EXPLAIN)                                                         \
    X(headers, EXPLAIN)

/* A query while it is read */
typedef struct reader_t {
    apr_pool_t *pool;
    semr_asked_t *asked;
    const char *name;
    semr_view_t value; /* terminated */
    int has_view;
    const char *given[EXPLAIN + 1]; /* the last of each view */
} reader_t;

/* What is wrong with the value; cause says it of "it". */
static const char *refuse(reader_t *reader, const char *cause)
{
    return apr_psprintf(reader->pool, "%s=%s: %s", reader->name,
                        semr_diag_show(reader->pool, reader->value), cause);
}

/* -- values ---------------------------------------------------------------- */

static int is(const reader_t *reader, const char *word)
{
    return strcasecmp(reader->value.p, word) == 0;
}

static const char *read_switch(reader_t *reader, int *flag)
{
    if (!is(reader, "on") && !is(reader, "off")) {
        return refuse(reader, "it is neither on nor off. Say on, or leave the "
                              "parameter out.");
    }
    *flag = is(reader, "on");
    return NULL;
}

static const char *read_number(reader_t *reader, apr_uint64_t most,
                               apr_uint64_t *number)
{
    apr_size_t i;

    *number = 0;
    for (i = 0; i < reader->value.len && i <= DIGITS &&
                apr_isdigit(reader->value.p[i]);
         i++) {
        *number = *number * 10 + (apr_uint64_t)(reader->value.p[i] - '0');
    }
    if (i < reader->value.len || *number > most) {
        return refuse(reader,
                      apr_psprintf(reader->pool,
                                   "it is no number from 0 to "
                                   "%" APR_UINT64_T_FMT ". Say one in digits.",
                                   most));
    }
    return NULL;
}

static const char *read_text(reader_t *reader, semr_view_t *text)
{
    *text = reader->value;
    return NULL;
}

static const char *read_string(reader_t *reader, const char **text)
{
    *text = reader->value.p;
    return NULL;
}

/* -- parameters ------------------------------------------------------------ */

static const char *read_view(reader_t *reader)
{
    static const char *const names[] = {
        [SEMR_RENDER_FRONT] = "front",       [SEMR_RENDER_RULES] = "rules",
        [SEMR_RENDER_FINDINGS] = "findings", [SEMR_RENDER_MISSES] = "misses",
        [SEMR_RENDER_EXPLAIN] = "explain",
    };
    unsigned i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (is(reader, names[i])) {
            reader->asked->view = (semr_render_view_t)i;
            reader->has_view = 1;
            return NULL;
        }
    }
    return refuse(reader, "there is no such view. Say rules, findings, misses "
                          "or explain, or leave the parameter out for the "
                          "front page.");
}

static const char *read_format(reader_t *reader)
{
    return read_string(reader, &reader->asked->format);
}

/* As mod_status has it: what it is set to does not matter. */
static const char *read_auto(reader_t *reader)
{
    reader->asked->format = "auto";
    return NULL;
}

#define TEXT(name, member)                                                     \
    static const char *read_##name(reader_t *reader)                           \
    {                                                                          \
        return read_text(reader, &reader->asked->search.member);               \
    }
TEXT(q, text)
TEXT(from, from)
TEXT(to, to)
TEXT(host, host)
TEXT(file, file)
#undef TEXT

#define STRING(name)                                                           \
    static const char *read_##name(reader_t *reader)                           \
    {                                                                          \
        return read_string(reader, &reader->asked->name);                      \
    }
STRING(script)
STRING(method)
STRING(url)
STRING(accept)
STRING(cookie)
STRING(origin)
STRING(headers)
#undef STRING

static const char *read_line(reader_t *reader)
{
    apr_uint64_t line;
    const char *wrong = read_number(reader, APR_UINT32_MAX, &line);

    reader->asked->search.line = (unsigned)line;
    return wrong;
}

static const char *read_start(reader_t *reader)
{
    return read_number(reader, APR_UINT64_C(100000000000000),
                       &reader->asked->search.start);
}

static const char *read_intent(reader_t *reader)
{
    int intent = semr_intent_parse(reader->value);

    reader->asked->search.intent = intent;
    return intent < 0 ? refuse(reader, "there is no such intent. Say permanent,"
                                       " temporary, see-other, gone or none.")
                      : NULL;
}

static const char *read_stage(reader_t *reader)
{
    int stage = semr_stage_parse(reader->value);

    reader->asked->search.stage = stage;
    return stage < 0 ? refuse(reader, "there is no such stage. Say live, trial,"
                                      " observe or off.")
                     : NULL;
}

static const char *read_unused(reader_t *reader)
{
    return read_switch(reader, &reader->asked->search.unused);
}

static const char *read_findings(reader_t *reader)
{
    return read_switch(reader, &reader->asked->search.findings);
}

static const char *read_sort(reader_t *reader)
{
    semr_search_order_t *order = &reader->asked->search.order;

    if (is(reader, "written")) {
        *order = SEMR_SEARCH_WRITTEN;
    }
    else if (is(reader, "hits")) {
        *order = SEMR_SEARCH_HITS;
    }
    else if (is(reader, "last")) {
        *order = SEMR_SEARCH_LAST;
    }
    else {
        return refuse(reader, "there is no such order. Say hits or last, or "
                              "leave the parameter out for the order in which "
                              "rules were written.");
    }
    return NULL;
}

/* What is pasted of X-Redirect-By may have a word before it. */
static const char *read_id(reader_t *reader)
{
    const char *text = reader->value.p, *end = text + reader->value.len, *p;
    apr_uint64_t *id = &reader->asked->search.id;

    while (end > text && apr_isspace(end[-1])) {
        end--;
    }
    for (p = end; p > text && apr_isxdigit(p[-1]); p--) {
    }
    *id = 0;
    if (end - p > HEX_DIGITS || (p > text && apr_isalnum(p[-1]))) {
        p = end;
    }
    for (; p < end; p++) {
        *id =
            *id << 4 |
            (apr_uint64_t)(apr_isdigit(*p) ? *p - '0' : (*p | 0x20) - 'a' + 10);
    }
    return *id ? NULL
               : refuse(reader, "it is no rule's id. Say its 16 hexadecimal "
                                "digits, as X-Redirect-By or the JSON has "
                                "them.");
}

static const struct {
    const char *name;
    belongs_t belongs;
    const char *(*read)(reader_t *reader);
} parameters[] = {
#define X(name, belongs) {#name, belongs, read_##name},
    PARAMETERS(X)
#undef X
};

enum { KNOWN = sizeof(parameters) / sizeof(*parameters) };

/* -- the query ------------------------------------------------------------- */

static const char *refuse_unknown(reader_t *reader)
{
    const char *known = "";
    int i;

    for (i = 0; i < KNOWN; i++) {
        known = apr_pstrcat(reader->pool, known,
                            i == KNOWN - 1 ? " and "
                            : i            ? ", "
                                           : "",
                            parameters[i].name, NULL);
    }
    return apr_psprintf(
        reader->pool, "%s: this page has no such parameter. It knows %s.",
        semr_diag_show(reader->pool,
                       semr_view(reader->name, strlen(reader->name))),
        known);
}

/* One name=value; seen has a byte for each parameter. */
static const char *read_one(reader_t *reader, char *seen)
{
    int i;

    for (i = 0; i < KNOWN && strcmp(parameters[i].name, reader->name); i++) {
    }
    if (i == KNOWN) {
        return refuse_unknown(reader);
    }
    if (!reader->value.len && parameters[i].read != read_auto) {
        return NULL;
    }
    if (seen[i]) {
        return refuse(reader, "it is given twice. Say it once.");
    }
    if (reader->value.len > LONGEST && parameters[i].belongs != EXPLAIN) {
        return refuse(reader,
                      apr_psprintf(reader->pool,
                                   "it is longer than %d bytes. Say a part of "
                                   "it.",
                                   LONGEST));
    }
    seen[i] = 1;
    reader->given[parameters[i].belongs] = parameters[i].name;
    return parameters[i].read(reader);
}

static const char *terminated(reader_t *reader, semr_view_t raw)
{
    semr_view_t text =
        raw.len ? semr_url_param(reader->pool, raw) : semr_view("", 0);

    reader->value = text;
    return apr_pstrmemdup(reader->pool, text.p, text.len);
}

/* Which view is meant where none is said; and none but that may be asked. */
static const char *choose_view(reader_t *reader)
{
    semr_asked_t *asked = reader->asked;
    const char *rules = reader->given[RULES], *explain = reader->given[EXPLAIN];

    if (!reader->has_view) {
        asked->view = rules        ? SEMR_RENDER_RULES
                      : asked->url ? SEMR_RENDER_EXPLAIN
                                   : SEMR_RENDER_FRONT;
    }
    if (rules && explain && !reader->has_view) {
        return apr_psprintf(reader->pool,
                            "%s: it looks for rules, and %s belongs to "
                            "Explain. Leave one of them out.",
                            rules, explain);
    }
    if (rules && asked->view != SEMR_RENDER_RULES) {
        return apr_psprintf(reader->pool,
                            "%s: it looks for rules, and this view has none. "
                            "Leave one of them out, or say view=rules.",
                            rules);
    }
    if (explain && asked->view != SEMR_RENDER_EXPLAIN) {
        return apr_psprintf(reader->pool,
                            asked->url ? "%s: it belongs to Explain, and this "
                                         "view does not explain. Leave one of "
                                         "them out, or say view=explain."
                                       : "%s: it belongs to Explain. Say url= "
                                         "too, or leave it out.",
                            explain);
    }
    if (asked->search.order != SEMR_SEARCH_WRITTEN &&
        asked->search.start > SEMR_SEARCH_SORTED) {
        return apr_psprintf(reader->pool,
                            "start=%" APR_UINT64_T_FMT
                            ": rules that are sorted are listed up to number "
                            "%d. Narrow the search, or leave sort= out.",
                            asked->search.start, SEMR_SEARCH_SORTED);
    }
    return NULL;
}

const char *semr_asked_read(apr_pool_t *pool, const char *query,
                            semr_asked_t *asked)
{
    reader_t reader = {pool, asked, NULL, {NULL, 0}, 0, {NULL}};
    semr_view_t rest = semr_view(query, query ? strlen(query) : 0);
    semr_view_t text, name, value;
    char seen[KNOWN] = {0};
    const char *wrong;

    memset(asked, 0, sizeof(*asked));
    asked->search.intent = asked->search.stage = -1;
    while (semr_url_next_param(&rest, &text, &name, &value)) {
        reader.name = terminated(&reader, name);
        if (strlen(reader.name) != reader.value.len) {
            return "%00: this page takes no NUL. Leave it out.";
        }
        reader.value.p = terminated(&reader, value);
        if (strlen(reader.value.p) != reader.value.len) {
            return apr_psprintf(
                pool,
                "%s: its value has a NUL (%%00). Leave that "
                "out.",
                semr_diag_show(pool,
                               semr_view(reader.name, strlen(reader.name))));
        }
        wrong = read_one(&reader, seen);
        if (wrong) {
            return wrong;
        }
    }
    return choose_view(&reader);
}
