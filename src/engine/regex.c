/* SPDX-License-Identifier: Apache-2.0
 * Regexes: PCRE2 on the decoded path, bounded in time and memory.
 *
 * All of PCRE2's memory is the pool's, so that a regex of .htaccess, compiled
 * for one request, is freed with it at no cost; only JIT code needs a cleanup.
 * A match uses its request's memory alone: one regex serves many threads.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <string.h>

#include <pcre2.h>

#include "pattern.h"

enum {
    MATCH_LIMIT = 100000, /* steps of backtracking: a few milliseconds */
    HEAP_LIMIT = 4096     /* KiB: an 8 KiB path through a group a byte */
};

struct semr_regex_t {
    pcre2_code *code;
    uint32_t groups;
    const unsigned char *names; /* PCRE2's table, sorted by name */
    uint32_t nnames;
    uint32_t name_size;
    int has_namesakes;
};

/* What the matches of one request share */
typedef struct scratch_t {
    pcre2_match_data *data;
    pcre2_match_context *context;
} scratch_t;

static void *pool_alloc(PCRE2_SIZE size, void *pool)
{
    return apr_palloc(pool, size);
}

static void pool_free(void *block, void *pool)
{
    (void)block;
    (void)pool;
}

static apr_status_t free_jit(void *code)
{
    pcre2_code_free(code);
    return APR_SUCCESS;
}

static int name_number(const unsigned char *entry)
{
    return entry[0] << 8 | entry[1];
}

static const char *name_text(const unsigned char *entry)
{
    return (const char *)entry + 2;
}

static void read_names(semr_regex_t *regex)
{
    const unsigned char *entry;
    uint32_t i;

    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMECOUNT, &regex->nnames);
    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMEENTRYSIZE,
                       &regex->name_size);
    pcre2_pattern_info(regex->code, PCRE2_INFO_NAMETABLE, &regex->names);
    for (i = 1; i < regex->nnames; ++i) {
        entry = regex->names + i * regex->name_size;
        if (!strcmp(name_text(entry), name_text(entry - regex->name_size))) {
            regex->has_namesakes = 1;
        }
    }
}

static void explain(semr_diag_t *diag, apr_pool_t *pool, semr_view_t text,
                    int error, PCRE2_SIZE offset)
{
    char message[256] = "";

    pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof(message));
    semr_diag_set(diag, pool,
                  "the regex \"%s\" is not valid: %s, at byte %lu of it; what "
                  "is meant literally needs a backslash before it",
                  semr_diag_show(pool, text), message, (unsigned long)offset);
}

semr_regex_t *semr_regex_compile(apr_pool_t *pool, semr_view_t text, int fold,
                                 int jit, semr_diag_t *diag)
{
    uint32_t options = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_DUPNAMES |
                       (fold ? PCRE2_CASELESS : 0);
    pcre2_general_context *general =
        pcre2_general_context_create(pool_alloc, pool_free, pool);
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    semr_regex_t *regex = apr_pcalloc(pool, sizeof(*regex));
    PCRE2_SIZE offset = 0;
    int error = 0;

    regex->code = pcre2_compile((PCRE2_SPTR)(text.p ? text.p : ""), text.len,
                                options, &error, &offset, context);
    if (regex->code == NULL) {
        explain(diag, pool, text, error, offset);
        return NULL;
    }
    pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &regex->groups);
    if (regex->groups > SEMR_CAPTURES_MAX - 1) {
        semr_diag_set(diag, pool,
                      "the regex \"%s\" has %u groups, and %d are the most; "
                      "write (?:...) where TO takes nothing from a group",
                      semr_diag_show(pool, text), regex->groups,
                      SEMR_CAPTURES_MAX - 1);
        return NULL;
    }
    read_names(regex);
    /* Where JIT is not to be had, the interpreter does it. */
    if (jit && pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0) {
        apr_pool_cleanup_register(pool, regex->code, free_jit,
                                  apr_pool_cleanup_null);
    }
    return regex;
}

int semr_regex_groups(const semr_regex_t *regex)
{
    return (int)regex->groups;
}

int semr_regex_group(const semr_regex_t *regex, semr_view_t name)
{
    const unsigned char *entry = regex->names;
    uint32_t i;

    for (i = 0; i < regex->nnames; ++i, entry += regex->name_size) {
        const char *text = name_text(entry);

        if (semr_view_equal(semr_view(text, strlen(text)), name)) {
            return name_number(entry);
        }
    }
    return -1;
}

static scratch_t *scratch_of(semr_request_t *request)
{
    scratch_t *scratch = request->regex_scratch;
    pcre2_general_context *general;

    if (scratch == NULL) {
        scratch = apr_palloc(request->pool, sizeof(*scratch));
        general =
            pcre2_general_context_create(pool_alloc, pool_free, request->pool);
        scratch->data = pcre2_match_data_create(SEMR_CAPTURES_MAX, general);
        scratch->context = pcre2_match_context_create(general);
        pcre2_set_match_limit(scratch->context, MATCH_LIMIT);
        pcre2_set_heap_limit(scratch->context, HEAP_LIMIT);
        request->regex_scratch = scratch;
    }
    return scratch;
}

/* Of groups that share a name, the first is the one that TO's {name} takes. */
static void fill_namesakes(const semr_regex_t *regex, semr_match_t *match)
{
    uint32_t i;

    for (i = 1; i < regex->nnames; ++i) {
        const unsigned char *entry = regex->names + i * regex->name_size;
        const char *name = name_text(entry);
        int first = semr_regex_group(regex, semr_view(name, strlen(name)));

        if (match->captures[first].text.p == NULL) {
            match->captures[first] = match->captures[name_number(entry)];
        }
    }
}

static void take_captures(const semr_regex_t *regex,
                          const semr_request_t *request,
                          const PCRE2_SIZE *ovector, semr_match_t *match)
{
    uint32_t i;

    match->tail = semr_view(NULL, 0);
    match->ncaptures = (int)regex->groups + 1;
    for (i = 0; i <= regex->groups; ++i) {
        PCRE2_SIZE from = ovector[2 * i], to = ovector[2 * i + 1];
        semr_capture_t *capture = &match->captures[i];

        capture->decoded = 0;
        capture->text = semr_view(NULL, 0);
        if (from != PCRE2_UNSET) {
            /* \K in a lookahead may put the beginning behind the end. */
            capture->text =
                semr_url_undecode(request->path, request->decode_slashes, from,
                                  to < from ? from : to);
        }
    }
    if (regex->has_namesakes) {
        fill_namesakes(regex, match);
    }
}

semr_regex_result_t semr_regex_match(const semr_regex_t *regex,
                                     semr_request_t *request,
                                     semr_match_t *match)
{
    semr_view_t subject = semr_request_decoded(request);
    scratch_t *scratch = scratch_of(request);
    int rc = pcre2_match(regex->code, (PCRE2_SPTR)subject.p, subject.len, 0, 0,
                         scratch->data, scratch->context);

    if (rc == PCRE2_ERROR_JIT_STACKLIMIT) {
        rc = pcre2_match(regex->code, (PCRE2_SPTR)subject.p, subject.len, 0,
                         PCRE2_NO_JIT, scratch->data, scratch->context);
    }
    if (rc >= 0) {
        take_captures(regex, request, pcre2_get_ovector_pointer(scratch->data),
                      match);
        return SEMR_REGEX_YES;
    }
    switch (rc) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_NOMEMORY:
    case PCRE2_ERROR_JIT_STACKLIMIT:
    case PCRE2_ERROR_RECURSELOOP:
        return SEMR_REGEX_LIMIT;
    default: /* PCRE2_ERROR_NOMATCH, or bytes that are no UTF-8 for (*UTF) */
        return SEMR_REGEX_NO;
    }
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_alnum(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

/* Whether the parenthesis at i opens something in which brackets and bars may
 * mean something else: a verb, a comment, a callout, extended mode. */
static int opens_odd(semr_view_t text, apr_size_t i)
{
    if (++i < text.len && text.p[i] == '*') {
        return 1;
    }
    if (i >= text.len || text.p[i] != '?') {
        return 0;
    }
    if (++i < text.len && (text.p[i] == '#' || text.p[i] == '[')) {
        return 1;
    }
    for (; i < text.len && (is_letter(text.p[i]) || strchr("^-", text.p[i]));
         ++i) {
        if (text.p[i] == 'x' || text.p[i] == 'C') {
            return 1;
        }
    }
    return 0;
}

/* The end of the character class at i; text.len: it is not a plain one. */
static apr_size_t skip_class(semr_view_t text, apr_size_t i)
{
    ++i;
    if (i < text.len && text.p[i] == '^') {
        ++i;
    }
    if (i < text.len && text.p[i] == ']') {
        ++i;
    }
    for (; i < text.len && text.p[i] != ']'; ++i) {
        if (text.p[i] == '[' ||
            (text.p[i] == '\\' && ++i < text.len && strchr("QEc", text.p[i]))) {
            return text.len;
        }
    }
    return i;
}

/* Whether it has alternatives outside groups; where that is hard to tell, yes
 * is the answer, for it only costs speed. */
static int has_alternatives(semr_view_t text)
{
    apr_size_t i;
    int depth = 0;

    if (memchr(text.p, '|', text.len) == NULL) {
        return 0;
    }
    for (i = 0; i < text.len; ++i) {
        switch (text.p[i]) {
        case '\\':
            if (++i >= text.len || strchr("QEc", text.p[i])) {
                return 1;
            }
            break;
        case '[':
            i = skip_class(text, i);
            if (i >= text.len) {
                return 1;
            }
            break;
        case '(':
            if (opens_odd(text, i)) {
                return 1;
            }
            ++depth;
            break;
        case ')':
            --depth;
            break;
        default:
            if (text.p[i] == '|' && depth <= 0) {
                return 1;
            }
        }
    }
    return depth != 0;
}

/* Whether what stands at i may make the byte before it optional: a quantifier,
 * even behind a comment or an empty \Q\E, which PCRE2 passes over. */
static int may_quantify(semr_view_t text, apr_size_t i)
{
    if (i >= text.len) {
        return 0;
    }
    switch (text.p[i]) {
    case '?':
    case '*':
    case '{':
        return 1;
    case '\\':
        return i + 1 < text.len &&
               (text.p[i + 1] == 'Q' || text.p[i + 1] == 'E');
    case '(':
        return i + 2 < text.len && text.p[i + 1] == '?' && text.p[i + 2] == '#';
    default:
        return 0;
    }
}

semr_view_t semr_regex_literal(apr_pool_t *pool, semr_view_t text)
{
    apr_size_t i = 1, len = 0;
    char *literal;

    if (text.len > 1 && text.p[0] == '\\' && text.p[1] == 'A') {
        i = 2;
    }
    else if (text.len == 0 || text.p[0] != '^') {
        return semr_view("", 0);
    }
    if (has_alternatives(text)) {
        return semr_view("", 0);
    }
    literal = apr_palloc(pool, text.len);
    for (; i < text.len && !strchr("^$.[]()|?*+{}", text.p[i]); ++i) {
        if (text.p[i] == '\\' && (++i >= text.len || is_alnum(text.p[i]))) {
            --i;
            break;
        }
        literal[len++] = text.p[i];
    }
    if (len > 0 && may_quantify(text, i)) {
        --len;
    }
    return semr_view(literal, len);
}
