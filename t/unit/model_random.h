/* SPDX-License-Identifier: Apache-2.0
 * Random rules and requests for model.c.
 *
 * Both are made of the same few segments, hosts and parameters, so that rules
 * collide and requests meet them.  One seed gives one set and its requests.
 */
#ifndef SEMR_TEST_MODEL_RANDOM_H
#define SEMR_TEST_MODEL_RANDOM_H

#include <ctype.h>

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

/* -- rules ----------------------------------------------------------------- */

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
        "%61",  "a%62", "%2F",         "a%2Fb",   "%20", "(",   "%28",
        "a:@,", "%3a",  "\xC3\xA9",    "%c3%a9",  "%2A", "a.b", "%7Bx%7D",
        ".",    "..",   "",            "a-b",     "%25", "~",   "%7e",
        "aa",   "aba",  "a%20b%C3%A9", "%41%2fb", "...", "a=1", "b$1",
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
        "{",    "{",     "{",   "a{",  "{b",   "{{",   "{-{",
        "a{b{", "{.b",   "A{a", "ab{", "aB{a", "%61{", "{%2F{",
    };
    const char *text = "";
    unsigned n = 1 + draw(dials.depth), at = draw(n), i;

    for (i = 0; i < n; ++i) {
        const char *next = i == at || chance(25)
                               ? with_names(draft, PICK(forms))
                               : segment();

        text = apr_pstrcat(pool, text, "/", next, NULL);
    }
    return text;
}

static const char *regex(draft_t *draft)
{
    static const struct {
        const char *text;
        int groups;
    } all[] = {
        {"^/a", 0},           {"^/a/", 0},
        {"^/a/b$", 0},        {"b$", 0},
        {"^/(a|b)/(.*)$", 2}, {"^/a?b", 0},
        {"a", 0},             {"^/(.)(.*)$", 2},
        {"^/ab/(\\w+)$", 1},  {"(?i)^/A", 0},
        {"^/a\\/b", 0},       {"^/A/(?<x>.+)", 1},
        {"\\A/a", 0},         {"^/a+/b", 0},
        {"^/a{1,2}/", 0},     {"^/a|/b$", 0},
        {"^(/a)/", 1},        {"^/a%2Fb", 0},
        {"^/a/b", 0},         {"^/a b", 0},
        {"^/(?#c)a", 0},      {"^/a(?#c)?b", 0},
        {"^/a\\.b", 0},       {"^/\xC3\xA9", 0},
        {"^/[aA]b?/", 0},     {"/$", 0},
        {"^/$", 0},           {"^/(a)?(b)?", 2},
        {"^/a\\Q\\E?b", 0},   {"^/A", 0},
        {"^/aB", 0},          {"^/\\(", 0},
        {"(?<=a)b", 0},       {"^", 0},
        {"^/ab|^/b", 0},      {"^\\/a", 0},
        {"^/a/*b", 0},        {"^/a[^/]*$", 0},
        {"(?x)^/a b", 0},     {"^/a*", 0},
        {"^/b/(a)/?(.*)", 2}, {"^/Ab/?$", 0},
        {"^/(?:a|A)b", 0},    {"^/a(b|$)", 1},
        {"^.a", 0},           {"^/\\Qa.b\\E", 0},
        {"^/\\x61", 0},       {"^/a\\Kb", 0},
        {"^/a(?=(b))", 1},    {"^/ab?\\/", 0},
        {"^/a%2fb", 0},       {"^/a(?i)B", 0},
        {"(?m)^/A/?$", 0},    {"^/a\\ b", 0},
        {"^/(a)|(b)$", 2},    {"^/(?<x>a)/(?<x>.)", 2},
        {"^/a%?2?", 0},       {"^/%", 0},
    };
    unsigned i = draw(ROWS(all));

    draft->groups = all[i].groups;
    return apr_pstrcat(pool, chance(25) ? "~*" : "~", all[i].text, NULL);
}

/* [scheme:]//host[:port] */
static const char *authority(draft_t *draft, int from)
{
    static const char *const hosts[] = {
        "a.test",   "a.test",     "b.test", "A.Test", "*.a.test",
        "*.a.test", "*.x.a.test", "*.test", "test",   "*.b.test", "[::1]",
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
        "", "=", "=1", "=2", "=1", "=A", "=a", "=%31", "=+", "=%20",
        "={", "={", "={", "=a%26b",
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
        "/t", "/t", "/t", "/t/a", "https://to.test/t", "http://to.test:81/t",
        "https:/t", "http:/t",
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
        from = apr_pstrcat(pool, has_host ? authority(&draft, 1) : "",
                           has_host && chance(4) ? ""
                                                 : path_of_rule(&draft, kind),
                           chance(dials.query) ? query_of_rule(&draft) : "",
                           NULL);
    }
    options = random_options(&draft, has_host);
    if (*intent != 'g' && *intent != 'n') {
        to = apr_pstrcat(pool, " ", target(&draft), NULL);
    }
    return apr_pstrcat(pool, intent, strchr(from, ' ') ? " \"" : " ", from,
                       strchr(from, ' ') ? "\"" : "", to, options, NULL);
}

/* -- requests -------------------------------------------------------------- */

/* A request in words */
typedef struct ask_t {
    const char *path, *query, *host; /* query: NULL if there is none */
    apr_port_t port;
    int https, decode_slashes;
    int locate;       /* ask for each Location */
    const char *base; /* for a TO that begins with a slash */
} ask_t;

/* path as a client may write it: the same URL, or (case) nearly */
static const char *rewritten(const char *path, int flip, int escape)
{
    const char *text = "";

    for (; *path; ++path) {
        int c = (unsigned char)*path;

        if (c == '%') {
            text = apr_psprintf(pool, "%s%.3s", text, path);
            path += 2;
        }
        else if (c == '/' && chance(escape / 4)) {
            text = apr_pstrcat(pool, text, chance(50) ? "//" : "/./", NULL);
        }
        else {
            c = chance(flip) ? (isupper(c) ? tolower(c) : toupper(c)) : c;
            text = apr_psprintf(pool, c != '/' && chance(escape) ? "%s%%%02x"
                                                                 : "%s%c",
                                text, c);
        }
    }
    return text;
}

/* The path of FROM with something for each of its {name}s and its star */
static const char *path_for(const semr_rule_t *rule)
{
    static const char *const parts[] = {"a", "b",   "ab",  "A", "%20", "%2F",
                                        "-", "a.b", "a-b", "é", "aab", "bab"};
    static const char *const tails[] = {"",   "",      "/",  "/", "/a", "/a/b",
                                        "/b", "/ab/a", "/A", "x", "/a/"};
    const char *text = "";
    int star = rule->star || rule->kind == SEMR_PREFIX;
    apr_size_t i;

    for (i = 0; i < rule->path.len; ++i) {
        text = (unsigned char)rule->path.p[i] >= SEMR_OP_CAPTURE
                   ? apr_pstrcat(pool, text, PICK(parts), NULL)
                   : apr_psprintf(pool, "%s%c", text, rule->path.p[i]);
    }
    if (star) {
        text = apr_pstrcat(pool, text, PICK(tails), NULL);
    }
    else if (chance(30) ? !rule->with_slash : rule->with_slash) {
        text = apr_pstrcat(pool, text, "/", NULL);
    }
    return *text ? text : "/";
}

static const char *random_param(void)
{
    static const char *const all[] = {
        "a",     "b=",    "a=1",    "a=2",  "A=1", "a=A",   "b=1",  "%61=%31",
        "b=a",   "c",     "c+d=1",  "x=y",  "=1",  "a=%2F", "b=..", "a=%20",
        "a=%c3", "c%20d", "a=a%26b", "a=b=c", "%zz", "b=+",  "",     "B=2",
    };

    return PICK(all);
}

static const char *param_for(const semr_param_t *param, int flip)
{
    static const char *const values[] = {"",    "1", "2",  "a",    "A/b",
                                         "%20", "+", "..", "a%26", "\xC3\xA9"};
    char text[256], *out = text;

    out = semr_url_escape(out, param->name, SEMR_URL_VALUE);
    *out++ = '=';
    if (param->capture >= 0) {
        *out = '\0';
        return apr_pstrcat(pool, text, PICK(values), NULL);
    }
    out = semr_url_escape(out, param->value, SEMR_URL_VALUE);
    out -= out[-1] == '=' && chance(50);
    *out = '\0';
    return rewritten(text, flip, 0);
}

/* Some of the parameters that rule asks for, and some others, in any order */
static const char *query_for(const semr_rule_t *rule)
{
    const char *all[SEMR_PARAMS_MAX + 4], *text = NULL;
    unsigned n = 0, others = draw(4);
    int i;

    for (i = 0; rule != NULL && i < rule->nparams; ++i) {
        if (chance(93)) {
            all[n++] = param_for(&rule->params[i], rule->fold ? 30 : 1);
        }
    }
    for (others = n || chance(40) ? others : 0; others > 0; --others) {
        all[n++] = random_param();
    }
    while (n > 0) {
        unsigned at = draw(n);

        text = text ? apr_pstrcat(pool, text, "&", all[at], NULL) : all[at];
        all[at] = all[--n];
    }
    return text;
}

static void ask_host(ask_t *ask, const semr_rule_t *rule)
{
    static const char *const hosts[] = {
        "a.test", "a.test",   "b.test",  "x.a.test", "y.x.a.test", "xa.test",
        "test",   "y.b.test", ".a.test", "",         "z.y.x.a.test",
        "[::1]"};
    static const char *const labels[] = {"x.", "y.", "y.x.", "a.", ""};
    static const apr_port_t ports[] = {80, 443, 8080};

    ask->host = PICK(hosts);
    ask->https = chance(40);
    ask->port = chance(60) ? (ask->https ? 443 : 80) : PICK(ports);
    if (rule != NULL && rule->host.len > 0 && chance(90)) {
        ask->host = apr_pstrcat(pool, rule->wild ? PICK(labels) : "",
                                text_of(rule->host), NULL);
    }
    if (rule != NULL && chance(85)) {
        ask->port = rule->port ? rule->port : ask->port;
        ask->https = rule->scheme ? rule->scheme == SEMR_HTTPS : ask->https;
    }
}

/* A request that rule may match; rule may be NULL. */
static ask_t random_ask(const semr_rule_t *rule)
{
    static const char *const bases[] = {"", "", "https://here.test",
                                        "http://here.test:81"};
    int escape = chance(15) ? 15 : 0;
    ask_t ask;

    ask.path = rule != NULL && rule->kind != SEMR_REGEX
                   ? path_for(rule)
                   : apr_pstrcat(pool, random_path(), chance(30) ? "/" : "",
                                 NULL);
    ask.path = rewritten(ask.path, rule != NULL && rule->fold ? 30 : 1, escape);
    ask.query = query_for(rule);
    ask_host(&ask, rule);
    ask.decode_slashes = chance(30);
    ask.locate = chance(80);
    ask.base = PICK(bases);
    return ask;
}

#endif
