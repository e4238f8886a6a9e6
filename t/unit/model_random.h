/* SPDX-License-Identifier: Apache-2.0
 * Random rules for model.c, of few segments, hosts and parameters, so that
 * they collide.  One seed gives one set and its requests.
 */
#ifndef SEMR_TEST_MODEL_RANDOM_H
#define SEMR_TEST_MODEL_RANDOM_H

#include "rule.h"
#include "views.h"

static apr_uint64_t seed;

/* 0 to n - 1, by splitmix64 */
static unsigned draw(unsigned n)
{
    apr_uint64_t z = seed += APR_UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * APR_UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * APR_UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ (z >> 31)) >> 33) % n;
}

static int chance(int percent)
{
    return (int)draw(100) < percent;
}

#define PICK(table) ((table)[draw(ROWS(table))])

/* What the rules of one set are like, in percent where nothing else is said */
typedef struct dials_t {
    int kinds[4]; /* weights, by semr_kind_t */
    int host, query, fold, slash_exact, condition, odd;
    unsigned depth;   /* segments, at the most */
    unsigned letters; /* of the usual segments, how many */
} dials_t;

static dials_t dials;

static void turn_dials(void)
{
    static const int weights[] = {1, 2, 4, 12};
    static const int shares[] = {0, 10, 35, 80};
    int i;

    for (i = 0; i < 4; ++i) {
        dials.kinds[i] = PICK(weights);
    }
    dials.host = PICK(shares);
    dials.query = PICK(shares);
    dials.fold = PICK(shares) / 2;
    dials.slash_exact = PICK(shares) / 2;
    dials.condition = PICK(shares) / 2;
    dials.odd = chance(50) ? 2 : 12;
    dials.depth = 1 + draw(3);
    dials.letters = 2 + draw(4);
}

/* What FROM has that TO may take */
typedef struct draft_t {
    int names;  /* {p0}, {p1}, ... */
    int groups; /* of a regex */
    int star, wild;
} draft_t;

static const char *segment(void)
{
    static const char *const usual[] = {"a", "b", "ab", "A", "aB"};
    static const char *const odd[] = {
        "%61",     "a%62",    "%2F", "a%2Fb",    "%20",    "(",
        "%28",     "a:@,",    "%3a", "\xC3\xA9", "%c3%a9", "%2A",
        "a.b",     "%7Bx%7D", ".",   "..",       "",       "a-b",
        "%25",     "~",       "%7e", "aa",       "aba",    "a%20b%C3%A9",
        "%41%2fb", "...",     "a=1", "b$1",
    };

    return chance(dials.odd) ? PICK(odd) : usual[draw(dials.letters)];
}

static const char *random_path(void)
{
    const char *text = "";
    unsigned n = 1 + draw(dials.depth);

    while (n-- > 0) {
        text = apr_pstrcat(pool, text, "/", segment(), NULL);
    }
    return text;
}

/* form with a new {name} for each brace of it */
static const char *with_names(draft_t *draft, const char *form)
{
    const char *text = "";

    for (; *form; ++form) {
        text = *form == '{'
                   ? apr_psprintf(pool, "%s{p%d}", text, draft->names++)
                   : apr_psprintf(pool, "%s%c", text, *form);
    }
    return text;
}

static const char *pattern_path(draft_t *draft)
{
    static const char *const forms[] = {
        "{",    "{",   "{",   "a{",  "{b",   "{{",   "{-{",
        "a{b{", "{.b", "A{a", "ab{", "aB{a", "%61{", "{%2F{",
    };
    const char *text = "";
    unsigned n = 1 + draw(dials.depth), at = draw(n), i;

    for (i = 0; i < n; ++i) {
        const char *next =
            i == at || chance(25) ? with_names(draft, PICK(forms)) : segment();

        text = apr_pstrcat(pool, text, "/", next, NULL);
    }
    return text;
}

/* Groups that take part in $1 to $9: an opening parenthesis of its own, or of
 * a name */
static int groups_of(const char *text)
{
    int count = 0;

    for (; *text; ++text) {
        if (*text == '\\') {
            ++text;
        }
        else if (*text == '(') {
            count += text[1] != '?' || (text[2] == '<' && text[3] != '=');
        }
    }
    return count;
}

static const char *regex(draft_t *draft)
{
    static const char *const all[] = {
        "^/a",           "^/a/",        "^/a/b$",     "b$",
        "^/(a|b)/(.*)$", "^/a?b",       "a",          "^/(.)(.*)$",
        "^/ab/(\\w+)$",  "(?i)^/A",     "^/a\\/b",    "^/A/(?<x>.+)",
        "\\A/a",         "^/a+/b",      "^/a{1,2}/",  "^/a|/b$",
        "^(/a)/",        "^/a%2Fb",     "^/a/b",      "^/a b",
        "^/(?#c)a",      "^/a(?#c)?b",  "^/a\\.b",    "^/\xC3\xA9",
        "^/[aA]b?/",     "/$",          "^/$",        "^/(a)?(b)?",
        "^/a\\Q\\E?b",   "^/A",         "^/aB",       "^/\\(",
        "(?<=a)b",       "^",           "^/ab|^/b",   "^\\/a",
        "^/a/*b",        "^/a[^/]*$",   "(?x)^/a b",  "^/a*",
        "^/b/(a)/?(.*)", "^/Ab/?$",     "^/(?:a|A)b", "^/a(b|$)",
        "^.a",           "^/\\Qa.b\\E", "^/\\x61",    "^/a\\Kb",
        "^/a(?=(b))",    "^/ab?\\/",    "^/a%2fb",    "^/a(?i)B",
        "(?m)^/A/?$",    "^/a\\ b",     "^/(a)|(b)$", "^/(?<x>a)/(?<x>.)",
        "^/a%?2?",       "^/%",
    };
    const char *text = PICK(all);

    draft->groups = groups_of(text);
    return apr_pstrcat(pool, chance(25) ? "~*" : "~", text, NULL);
}

/* [scheme:]//host[:port] */
static const char *authority(draft_t *draft, int from)
{
    static const char *const hosts[] = {
        "a.test",     "a.test", "b.test", "A.Test",   "*.a.test", "*.a.test",
        "*.x.a.test", "*.test", "test",   "*.b.test", "[::1]",
    };
    static const char *const schemes[] = {"//", "//", "//", "http://",
                                          "https://"};
    static const char *const ports[] = {"", "", "", ":80", ":443", ":8080"};
    const char *host = PICK(hosts);

    draft->wild = *host == '*';
    return apr_pstrcat(pool, from ? PICK(schemes) : "host=", host, PICK(ports),
                       NULL);
}

static const char *query_of_rule(draft_t *draft)
{
    static const char *const names[] = {"a", "b", "A", "a", "b", "%61", "c+d"};
    static const char *const values[] = {
        "",     "=",  "=1",   "=2", "=1", "=A", "=a",
        "=%31", "=+", "=%20", "={", "={", "={", "=a%26b",
    };
    const char *text = "";
    unsigned n = 1 + draw(1 + draw(4));
    char sign = '?';

    for (; n > 0; --n, sign = '&') {
        text = apr_psprintf(pool, "%s%c%s%s", text, sign, PICK(names),
                            with_names(draft, PICK(values)));
    }
    return text;
}

static const char *path_of_rule(draft_t *draft, semr_kind_t kind)
{
    const char *text;

    switch (kind) {
    case SEMR_EXACT:
        text = chance(6) ? "" : random_path();
        return apr_pstrcat(pool, text, !*text || chance(35) ? "/" : "", NULL);
    case SEMR_PREFIX:
        draft->star = 1;
        return apr_pstrcat(pool, chance(15) ? "" : random_path(), "/*", NULL);
    default:
        draft->star = chance(30);
        text = pattern_path(draft);
        return apr_pstrcat(pool, text, draft->star ? "/*" : "",
                           !draft->star && chance(25) ? "/" : "", NULL);
    }
}

static semr_kind_t random_kind(void)
{
    int at = (int)draw((unsigned)(dials.kinds[0] + dials.kinds[1] +
                                  dials.kinds[2] + dials.kinds[3]));
    int kind = 0;

    while (at >= dials.kinds[kind]) {
        at -= dials.kinds[kind++];
    }
    return (semr_kind_t)kind;
}

static const char *captured(const draft_t *draft)
{
    if (draft->groups > 0) {
        return apr_psprintf(pool, "$%u", draw((unsigned)draft->groups + 1));
    }
    return draft->names > 0
               ? apr_psprintf(pool, "{p%u}", draw((unsigned)draft->names))
               : "c";
}

static const char *target(const draft_t *draft)
{
    static const char *const heads[] = {
        "/t",
        "/t",
        "/t",
        "/t/a",
        "https://to.test/t",
        "http://to.test:81/t",
        "https:/t",
        "http:/t",
    };
    static const char *const joints[] = {"/", "-", ""};
    static const char *const stars[] = {"/*", "*"};
    const char *text = PICK(heads);

    if (chance(3)) {
        return "https:";
    }
    if (draft->wild && chance(40)) {
        text = "https://*.to.test/t";
    }
    if (chance(50)) {
        text = apr_pstrcat(pool, text, PICK(joints), captured(draft), NULL);
    }
    if (draft->star && chance(60)) {
        text = apr_pstrcat(pool, text, PICK(stars), NULL);
    }
    if (chance(25)) {
        text = apr_pstrcat(pool, text, "?q=", captured(draft),
                           chance(40) ? "&a=9" : "", NULL);
    }
    return chance(8) ? apr_pstrcat(pool, text, "#", captured(draft), NULL)
                     : text;
}

static const char *conditions(void)
{
    static const char *const methods[] = {"GET", "POST", "GET,POST"};
    const char *text = "";

    if (chance(dials.condition)) {
        text = apr_pstrcat(pool, text, " only=", PICK(methods), NULL);
    }
    if (chance(dials.condition)) {
        text = apr_pstrcat(pool, text, " if=\"-n 'x'\"", NULL);
    }
    if (chance(dials.condition)) {
        text = apr_pstrcat(pool, text, " starts=2020-01-01", NULL);
    }
    if (chance(dials.condition)) {
        text = apr_pstrcat(pool, text, " ends=2030-01-01", NULL);
    }
    return text;
}

static const char *random_options(draft_t *draft, int has_host)
{
    const char *text = conditions();

    if (!has_host && chance(dials.host)) {
        text = apr_pstrcat(pool, text, " ", authority(draft, 0), NULL);
    }
    return apr_pstrcat(pool, text, chance(dials.fold) ? " case=ignore" : "",
                       chance(dials.slash_exact) ? " slash=exact" : "",
                       chance(10) ? " query=drop" : "",
                       chance(3) ? " stage=off" : "",
                       chance(5) ? " note=n" : "",
                       chance(5) ? " settles=2027-01-01" : "", NULL);
}

/* A rule as a line of text */
static const char *random_line(void)
{
    static const char *const intents[] = {
        "permanent", "permanent", "permanent", "temporary",
        "see-other", "gone",      "none",
    };
    const char *intent = PICK(intents), *from, *options, *to = "";
    draft_t draft = {0, 0, 0, 0};
    semr_kind_t kind = random_kind();
    int has_host = kind != SEMR_REGEX && chance(dials.host);

    if (kind == SEMR_REGEX) {
        from = regex(&draft);
    }
    else {
        from =
            apr_pstrcat(pool, has_host ? authority(&draft, 1) : "",
                        has_host && chance(4) ? "" : path_of_rule(&draft, kind),
                        chance(dials.query) ? query_of_rule(&draft) : "", NULL);
    }
    options = random_options(&draft, has_host);
    if (*intent != 'g' && *intent != 'n') {
        to = apr_pstrcat(pool, " ", target(&draft), NULL);
    }
    return apr_pstrcat(pool, intent, strchr(from, ' ') ? " \"" : " ", from,
                       strchr(from, ' ') ? "\"" : "", to, options, NULL);
}

#endif
