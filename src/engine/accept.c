/* SPDX-License-Identifier: Apache-2.0
 * Which of several media types a client wants.
 */
#include <string.h>
#include <strings.h>

#include "accept.h"
#include "vocabulary.h"

enum { FULL = 1000, NO_RANGE = -1 }; /* weights are thousandths */

typedef struct range_t {
    semr_view_t type;    /* "text", or "*"; it points into the header */
    semr_view_t subtype; /* likewise */
    semr_view_t version; /* p NULL: not said */
    int weight;          /* or NO_RANGE */
} range_t;

/* -- reading --------------------------------------------------------------- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* RFC 9110 5.6.2; a type and a subtype are tokens, "*" too. */
static int is_token(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static const char *pass_blanks(const char *p)
{
    while (is_blank(*p)) {
        p++;
    }
    return p;
}

static const char *read_token(const char *p, semr_view_t *token)
{
    token->p = p;
    while (is_token(*p)) {
        p++;
    }
    token->len = (apr_size_t)(p - token->p);
    return p;
}

/* A token, or what is between quotes, as it stands there. */
static const char *read_value(const char *p, semr_view_t *value)
{
    if (*p != '"') {
        return read_token(p, value);
    }
    for (value->p = ++p; *p && *p != '"'; p++) {
        p += p[0] == '\\' && p[1];
    }
    value->len = (apr_size_t)(p - value->p);
    return *p ? p + 1 : p;
}

static int is_word(semr_view_t view, const char *word)
{
    return view.len == strlen(word) && !strncasecmp(view.p, word, view.len);
}

/* "0.25" -> 250; NO_RANGE if it is no weight. */
static int read_weight(semr_view_t value)
{
    int weight = 0, scale = FULL;
    apr_size_t i;

    for (i = 0; i < value.len; i++) {
        char c = value.p[i];

        if (i == 1 ? c != '.' : c < '0' || c > '9') {
            return NO_RANGE;
        }
        if (i != 1) {
            weight += (c - '0') * scale;
            scale /= 10;
        }
    }
    return value.len && value.len <= sizeof("0.000") - 1 && weight <= FULL
               ? weight
               : NO_RANGE;
}

/* ";name=value" and so on; returns where they end. */
static const char *read_params(const char *p, range_t *range)
{
    semr_view_t name, value;

    for (p = pass_blanks(p); *p == ';'; p = pass_blanks(p)) {
        p = read_token(pass_blanks(p + 1), &name);
        if (*p != '=') {
            continue;
        }
        p = read_value(p + 1, &value);
        if (is_word(name, "q")) {
            range->weight = read_weight(value);
        }
        else if (is_word(name, "version")) {
            range->version = value;
        }
    }
    return p;
}

/* Behind the comma that ends a range, but for those in quotes */
static const char *pass_rest(const char *p)
{
    semr_view_t quoted;

    while (*p && *p != ',') {
        p = *p == '"' ? read_value(p, &quoted) : p + 1;
    }
    return *p ? p + 1 : p;
}

/* Takes the next range off *header; 0: there is none. */
static int next_range(const char **header, range_t *range)
{
    const char *p = *header;

    while (is_blank(*p) || *p == ',') {
        p++;
    }
    if (!*p) {
        return 0;
    }
    memset(range, 0, sizeof(*range));
    range->weight = FULL;
    p = read_token(p, &range->type);
    if (*p == '/') {
        p = read_token(p + 1, &range->subtype);
    }
    p = read_params(p, range);
    if (!range->type.len || !range->subtype.len || (*p && *p != ',')) {
        range->weight = NO_RANGE;
    }
    *header = pass_rest(p);
    return 1;
}

/* -- choosing -------------------------------------------------------------- */

/* How closely a range names what is offered; 0: it does not. */
static int closeness(const range_t *range, const semr_media_t *offer)
{
    const char *slash = strchr(offer->type, '/');
    semr_view_t type = {offer->type, (apr_size_t)(slash - offer->type)};

    if (is_word(range->type, "*")) {
        return is_word(range->subtype, "*");
    }
    if (type.len != range->type.len ||
        strncasecmp(type.p, range->type.p, type.len)) {
        return 0;
    }
    if (is_word(range->subtype, "*")) {
        return 2;
    }
    if (!is_word(range->subtype, slash + 1)) {
        return 0;
    }
    if (!range->version.p) {
        return 3;
    }
    return offer->version && is_word(range->version, offer->version) ? 4 : 0;
}

/* What the closest of all ranges says of it; *close is 0 if there is none. */
static int weigh(const char *header, const semr_media_t *offer, int *close)
{
    range_t range;
    int weight = 0;

    *close = 0;
    while (next_range(&header, &range)) {
        int at = range.weight == NO_RANGE ? 0 : closeness(&range, offer);

        if (at > *close || (at && at == *close && range.weight > weight)) {
            *close = at;
            weight = range.weight;
        }
    }
    return weight;
}

static int has_ranges(const char *header)
{
    range_t range;

    while (next_range(&header, &range)) {
        if (range.weight != NO_RANGE) {
            return 1;
        }
    }
    return 0;
}

int semr_accept_choose(const char *header, const semr_media_t *offers,
                       int count)
{
    int i, best = -1, best_weight = 0, best_close = 0;

    if (!header || !has_ranges(header)) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        int close, weight = weigh(header, offers + i, &close);

        if (weight > best_weight ||
            (weight && weight == best_weight && close > best_close)) {
            best = i;
            best_weight = weight;
            best_close = close;
        }
    }
    return best;
}
